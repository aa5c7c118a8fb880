"""An issued daily report → what was decided of every incident of its days: counted, or withheld by which part of the
recipient's rule. Entered with the issue as salted hashes, so that later nobody can leave one out unseen.

Two trees (RFC 6962) stand in the record by their roots alone, which tell nothing of how many leaves they have: `all`,
of every incident of the list that began on these days, and `shown`, of the rows that the recipient saw, under the codes
that it saw. A leaf is the commitment of a dossier's field (`ledger/dossier.py`) with the path `all/7` or `shown/7`.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import StoreError
from trucewatch.ledger.dossier import commitment, salt_of
from trucewatch.ledger.position import list_root
from trucewatch.ledger.signing import write_canonical
from trucewatch.ledger.tree import leaf_hash
from trucewatch.messages import Message, Term
from trucewatch.model.incident import Incident, incident_rows, is_message
from trucewatch.model.party_release import aspects_of, is_origin
from trucewatch.model.report import Publication, ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient
from trucewatch.reports.never_leaving import without_barred
from trucewatch.reports.recipient_rule import IncidentRules
from trucewatch.reports.released_codes import key_for
from trucewatch.store import Store
from trucewatch.store.journal import Entry

RECORD: Final = "trucewatch/day-manifest/1"
ROWS: Final = "trucewatch/day-manifest-rows/1"
COUNTED: Final = "counted"
DECISIONS: Final[Mapping[str, Term]] = {
    COUNTED: Term("decision", "counted"),
    "source": Term("decision", "withheld: its source’s rows are passed on to nobody"),
    "message": Term("decision", "withheld: a message of which nobody said what it tells of"),
    "kind": Term("decision", "withheld: by its kind"),
    "aspect": Term("decision", "withheld: by its aspect"),
    "known_later": Term("decision", "not counted: known after the cut-off"),
    "delay": Term("decision", "withheld: the delay was not over"),
    "smallest_count": Term("decision", "withheld: too few together for the smallest count"),
    "kind_of_report": Term("decision", "not counted: this kind of report has no such rows"),
}
"""What the recipient's rule made of an incident, the first reason that applies."""


@dataclass(frozen=True, kw_only=True)
class DayRows:
    """The rows of a manifest with the seed of their salts. every: incident_id, kind, decision. shown: the rows as the
    recipient saw them."""

    seed: bytes = field(repr=False)
    every: Sequence[Mapping[str, Any]]
    shown: Sequence[Mapping[str, Any]]

    def salted(self, tree: str) -> list[dict[str, Any]]:
        """Each row of `all` or `shown` with its salt, as a bundle opens it."""
        return [
            {"row": dict(row), "salt": base64.b64encode(salt_of(self.seed, f"{tree}/{number}")).decode()}
            for number, row in enumerate(self._rows(tree))
        ]

    def root(self, tree: str) -> str:
        """The root of `all` or `shown`, base64."""
        paths = ((f"{tree}/{number}", row) for number, row in enumerate(self._rows(tree)))
        leaves = [leaf_hash(commitment(path, salt_of(self.seed, path), dict(row))) for path, row in paths]
        return base64.b64encode(list_root(leaves)).decode()

    def content(self) -> bytes:
        """`trucewatch/day-manifest-rows/1`."""
        return write_canonical(
            {
                "schema": ROWS,
                "seed": base64.b64encode(self.seed).decode(),
                "all": [dict(row) for row in self.every],
                "shown": [dict(row) for row in self.shown],
            }
        ).encode()

    def _rows(self, tree: str) -> Sequence[Mapping[str, Any]]:
        return self.every if tree == "all" else self.shown


def day_manifest(
    store: Store, inputs: ReportInputs, rule: Recipient, issued: Publication, list_entry: int
) -> dict[str, Any]:
    """The record of a daily issue, without its time; its rows are kept beside it, flushed first."""
    key = key_for(inputs, rule)
    rows = DayRows(
        seed=secrets.token_bytes(32),
        every=[
            {"incident_id": incident.incident_id, "kind": incident.kind, "decision": decision}
            for incident, decision in decisions(inputs, rule, issued)
        ],
        shown=[
            {
                "number": row.number,
                "code": key.code(row.incident_id) if key else row.incident_id,
                **{name: getattr(row, name) for name in ("kind", "outcome", "place", "radius_m", "time", "simulated")},
            }
            for row in issued.rows_shown
        ],
    )
    return {
        "schema": RECORD,
        "report": issued.number,
        "revision": issued.revision,
        "recipient": issued.recipient,
        "day_from": issued.day_from.isoformat(),
        "day_until": issued.day_until.isoformat(),
        "list": {"entry": list_entry, "object": store.journal.hash_of(list_entry)},
        "all": rows.root("all"),
        "shown": rows.root("shown"),
        "rows": store.objects.put(rows.content()),
    }


def decisions(inputs: ReportInputs, rule: Recipient, issued: Publication) -> list[tuple[Incident, str]]:
    """Every incident of the list that began on the report's days, by its id, and what the rule made of it."""
    rules = IncidentRules(inputs, rule)
    numbers = {row.incident_id: row.number for row in issued.rows}
    of_days = incident_rows(incidents_of_days(inputs, issued.day_from, issued.day_until))
    bared = {incident.incident_id: incident for incident in without_barred(of_days, inputs.watch)}
    decided = []
    for incident in sorted(of_days, key=lambda each: each.incident_id):
        leaving = bared.get(incident.incident_id)
        decided.append((incident, _decision(inputs, rule, rules, leaving, numbers.get(incident.incident_id))))
    return decided


def incidents_of_days(inputs: ReportInputs, day_from: date, day_until: date) -> pa.Table:
    """The incidents that began on local days in [day_from, day_until)."""
    first, last = day_of(day_from, inputs.watch.zone).start, day_of(day_until, inputs.watch.zone).start
    start = inputs.incidents["occurred_start"]
    within = pc.and_(pc.greater_equal(start, pa.scalar(first, start.type)), pc.less(start, pa.scalar(last, start.type)))
    return inputs.incidents.filter(within)


def _decision(
    inputs: ReportInputs, rule: Recipient, rules: IncidentRules, incident: Incident | None, number: int | None
) -> str:
    """The first part of the rule that applies, in the order in which a release asks them."""
    if number is not None:
        return COUNTED if number else "kind_of_report"
    if incident is None:
        return "source"
    if is_message(incident.kind, incident.sources, incident.lon, inputs.watch.message_sources):
        return "message"
    if incident.kind in rule.withheld_kinds:
        return "kind"
    if incident.first_known_at > inputs.as_of:
        return "known_later"
    aspects = rule.withheld_aspects
    if not aspects_of(incident).isdisjoint(aspects) or ("outgoing" in aspects and is_origin(incident)):
        return "aspect"
    return "smallest_count" if rules.of(incident).may_leave(incident) else "delay"


def manifest_of(store: Store, number: str, revision: int) -> Entry:
    """The last manifest of an issue. Raises StoreError where none was entered with it."""
    rows = store.index.rows("SELECT number FROM entry WHERE schema = ? ORDER BY number DESC", RECORD)
    for (place,) in rows:
        entry = next(store.journal.entries(place))
        if (entry.record["report"], entry.record["revision"]) == (number, revision):
            return entry
    raise StoreError(
        Message(
            "no manifest of the day was entered with {report}, revision {revision}: it is no daily report, or was "
            "issued by an earlier version. Issue the day again, then make the bundle",
            report=number,
            revision=revision,
        )
    )


def rows_of(store: Store, record: Mapping[str, Any]) -> DayRows:
    """The rows behind a manifest. Raises StoreError where they are not kept, or are not those that it committed to."""
    name = str(record["rows"])
    if name in store.objects:
        document = json.loads(store.objects.get(name))
        rows = DayRows(seed=base64.b64decode(document["seed"]), every=document["all"], shown=document["shown"])
        if (rows.root("all"), rows.root("shown")) == (record["all"], record["shown"]):
            return rows
    raise StoreError(Message("the rows of this day’s manifest are not kept any more; restore them from a copy"))
