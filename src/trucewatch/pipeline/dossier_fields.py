"""An incident of a list → every field that a dossier commits to: the incident, its findings, observations, evidence,
and what one recipient's rule makes of it. And back: whether a dossier holds what list and evidence hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import LedgerError, StoreError
from trucewatch.fusion.manual_edits import added_observations
from trucewatch.ledger.dossier import (
    CONTENT,
    LARGEST_CONTENT,
    MOST_PIECES,
    MOST_ROWS,
    SECTIONS,
    ContentTree,
    Fields,
    dossier_record,
)
from trucewatch.messages import Message
from trucewatch.model.incident import incident_rows
from trucewatch.model.report import ReportInputs
from trucewatch.model.times import day_of, iso_utc
from trucewatch.pipeline import Assessment
from trucewatch.reports.released_codes import key_for
from trucewatch.reports.released_view import released_view
from trucewatch.sources.recorded.claim_rows import claim_rows
from trucewatch.sources.recorded.refusal_rows import refusal_rows
from trucewatch.store import Store
from trucewatch.store.batches import stored_observations
from trucewatch.store.claim_records import claim_versions
from trucewatch.store.duty_task_records import access_refusals
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.lists import recorded_list
from trucewatch.store.readings import readings_of_rows

MOST_PIECES_IN_ALL: Final = 2 * MOST_PIECES
"""Pieces of evidence that one dossier commits to: about five seconds. Evidence beyond that has its SHA-256 alone."""
_RULE: Final = ("delay_hours", "place", "cell_m", "time", "smallest_count", "text", "outcomes")
"""What a released row says of its recipient's rule: what every report says too; not which kinds are withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an incident is taken from: the tables of a list, and the rows of its observations."""

    incidents: pa.Table
    findings: pa.Table
    observations: pa.Table


def fields_of_incident(
    store: Store,
    assessment: Assessment,
    incident_id: str,
    seed: bytes,
    *,
    recipient: str | Sequence[str],
    with_content: bool = True,
) -> Fields:
    """Every field of one incident of the list of today, for one recipient alone, or for several who are told the ids
    of the list themselves. Raises LedgerError for more than a dossier holds.

    Copies of one dossier for two recipients share its record, and so would join the code of the one to the id of the
    other. seed: 32 random bytes that no other dossier has. with_content: whether evidence is read and hashed piece by
    piece, which takes seconds, and all observations stand in it; without it there is one of them, so that every section
    has its columns, which is enough to look at the rest.
    """
    listed = assessment.recorded_incidents, assessment.recorded_findings  # what can be taken from the record again
    basis = Basis(incidents=listed[0], findings=listed[1], observations=assessment.observations)
    rows = _rows_of(store, basis, incident_id, seed, with_content=with_content)
    inputs = assessment.report_inputs()
    names = (recipient,) if isinstance(recipient, str) else recipient
    return Fields(
        seed, rows | {"released": [row for name in names for row in released_rows(inputs, incident_id, name)]}
    )


def released_rows(inputs: ReportInputs, incident_id: str, recipient: str) -> list[dict[str, Any]]:
    """What a recipient may have of one incident by its rule: one row, or none if it is withheld or not yet told.

    It goes through the same door as the interfaces (`released_view`): under the recipient's own codes, and with a
    smallest count only what an issued report has shown, as the next one would state it.
    """
    (incident,) = incident_rows(inputs.incidents.filter(pc.equal(inputs.incidents["incident_id"], incident_id)))
    day = day_of(incident.occurred_start.astimezone(inputs.watch.zone).date(), inputs.watch.zone)
    start = inputs.incidents["occurred_start"]
    is_of_day = pc.and_(pc.greater_equal(start, pa.scalar(day.start)), pc.less(start, pa.scalar(day.end)))
    of_day = replace(inputs, incidents=inputs.incidents.filter(is_of_day))  # each day is released apart
    rule = inputs.watch.recipient(recipient)
    if rule is None:
        return []
    key = key_for(inputs, rule)
    name = key.code(incident_id) if key else incident_id
    return [
        {
            **plain(row),
            "recipient": rule.id,
            "rule": {name: plain(getattr(rule, name)) for name in _RULE},
            "as_of": iso_utc(inputs.as_of),
        }
        for row in released_view(of_day, rule.id).incidents
        if row.incident_id == name
    ]


def plain(value: Any) -> Any:
    """A value as a record holds it: moments as UTC text, numbers with a fraction as decimal text.

    >>> plain({"lon": 20.5, "rows": (1, None), "day": date(2031, 5, 4)})
    {'lon': '20.5', 'rows': [1, None], 'day': '2031-05-04'}
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if is_dataclass(value):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    return [plain(inner) for inner in value]


def _rows_of(
    store: Store, basis: Basis, incident_id: str, seed: bytes, *, with_content: bool = True
) -> dict[str, list[dict[str, Any]]]:
    """The rows of all sections but `released`. Findings by id, observations and evidence in the order of the list."""
    incidents = basis.incidents.filter(pc.equal(basis.incidents["incident_id"], incident_id)).to_pylist()
    findings = basis.findings.filter(pc.equal(basis.findings["incident_id"], incident_id)).sort_by("finding_id")
    members = pa.array(incidents[0]["members"] if incidents else [], pa.string())
    chosen = basis.observations.filter(pc.is_in(basis.observations["observation_id"], value_set=members))
    if not with_content and chosen.num_rows <= MOST_ROWS:
        chosen = chosen.slice(0, 1)
    observations = [plain(row) for row in chosen.sort_by("observation_id").to_pylist()]
    for row, reading in zip(observations, _readings_of(store, observations), strict=True):
        row["reading"] = reading
    return {
        "incident": [plain(row) for row in incidents],
        "findings": [plain(row) for row in findings.to_pylist()],
        "observations": observations,
        "evidence": list(_evidence_rows(store, observations, seed, with_content)),
    }


def _readings_of(store: Store, observations: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """The entry of the reading that holds each observation: the last one of this row of its evidence; of one that was
    entered by hand that of its act. A source may have linked versions under one id, so ids alone do not find it."""
    rows_of: dict[str, set[int]] = defaultdict(set)
    for row in observations:
        rows_of[row["evidence_sha256"]].add(row["evidence_row"])
    entries: dict[tuple[str, int], int] = {}
    for sha256, rows in sorted(rows_of.items()):
        entries |= {(sha256, row): entry for row, entry in readings_of_rows(store, sha256, rows).items()}
        ((act,),) = store.index.rows("SELECT max(number) FROM entry WHERE sha256 = ?", sha256)
        if act is not None:
            entries[sha256, 0] = act
    return [entries.get((row["evidence_sha256"], row["evidence_row"])) for row in observations]


def _evidence_rows(
    store: Store, observations: Sequence[Mapping[str, Any]], seed: bytes, with_content: bool
) -> Iterator[dict[str, Any]]:
    """Each piece of evidence once, with the record that brought it in and the tree over its bytes."""
    pieces = 0
    for row, (sha256, source) in enumerate(sorted({(row["evidence_sha256"], row["source"]) for row in observations})):
        entries = store.index.rows(
            "SELECT entry FROM evidence WHERE sha256 = ? ORDER BY source = ? DESC, entry", sha256, source
        )
        record = next(store.journal.entries(entries[0][0])).record if entries else {}
        tree = None
        if with_content and sha256 in store.evidence and pieces < MOST_PIECES_IN_ALL:
            tree = content_tree(store, seed, row, sha256)
            pieces += len(tree.pieces) if tree else 0
        yield {
            "sha256": sha256,
            "entry": entries[0][0] if entries else None,
            **{
                name: record.get(name)
                for name in ("size_bytes", "source", "name", "organisation", "licence", "handling", "received_at")
            },
            CONTENT: tree.value if tree else None,
        }


def content_tree(store: Store, seed: bytes, row: int, sha256: str) -> ContentTree | None:
    """The tree over the bytes of a piece of evidence; None for one that is too large."""
    if store.evidence.size_on_disk(sha256) > LARGEST_CONTENT:
        return None
    return ContentTree(seed, row, store.evidence.get(sha256))


def compare_with_watch(store: Store, record: Mapping[str, Any], committed: Fields) -> list[Message]:
    """What of a dossier does not agree with this watch's list, readings and evidence; nothing if all does.

    1. Every commitment, opened or not, is that of the values in the salts object.
    2. The list of that entry holds incident and findings, with these values.
    3. Each observation is in the reading that it names, or is the act that entered it.
    4. Evidence: what its record says, and every piece of its bytes.
    The released rows are the keeper's reading of the rule as it was then; they are checked by step 1 alone.
    """
    faults: list[Message] = []
    rebuilt = dossier_record(
        committed, list_entry=record["list"]["entry"], list_object=record["list"]["object"], salts=record["salts"]
    )
    if rebuilt["sections"] != record["sections"]:
        return [Message("its commitments are not those of the values that are kept with it")]
    list_entry = record["list"]["entry"]
    recorded = recorded_list(store, list_entry)
    if recorded is None or store.journal.hash_of(list_entry) != record["list"]["object"]:
        return [Message("this watch has no list of entry {entry} with this hash any more", entry=list_entry)]
    incident_id = committed.rows["incident"][0]["incident_id"] if committed.rows["incident"] else ""
    basis = Basis(
        incidents=recorded.rows_of(store, "incidents", [incident_id]),
        findings=recorded.rows_of(store, "findings", [incident_id]),
        observations=_as_read(store, committed.rows["observations"]),
    )
    rows = _rows_of(store, basis, incident_id, committed.seed)
    members = rows["incident"][0]["members"] if rows["incident"] else []
    if sorted(row["observation_id"] for row in committed.rows["observations"]) != sorted(members):
        faults.append(Message("its observations are not those of the incident on the list"))
    for section in (name for name in SECTIONS if name != "released"):
        if len(rows[section]) != len(committed.rows[section]):
            faults.append(
                Message(
                    "{section}: the watch has {count} rows, the dossier {committed}",
                    section=section,
                    count=len(rows[section]),
                    committed=len(committed.rows[section]),
                )
            )
            continue
        for place, (row, others) in enumerate(zip(rows[section], committed.rows[section], strict=True)):
            faults += [
                Message("{path} is not what the watch holds", path=f"{section}/{place}/{name}")
                for name in sorted({*row, *others})
                if row.get(name) != others.get(name) and (section, name) != ("observations", "reading")
            ]
    return faults


def _as_read(store: Store, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The observations as the readings hold them that a dossier names, under the ids that it has them by."""
    entries = {row["reading"] for row in rows}
    acts = [act for act in recorded_acts(store) if act.entry in entries]
    claims = [replace(claim, undone=None) for claim in claim_versions(store) if claim.entry in entries]
    refusals = [replace(refusal, undone=False) for refusal in access_refusals(store) if refusal.entry in entries]
    tables = [added_observations(acts), claim_rows(claims), refusal_rows(refusals)]
    by_reading: dict[int, dict[tuple[str, int], str]] = {}
    for row in rows:
        if row["reading"] is not None:
            place = (row["evidence_sha256"], row["evidence_row"])
            by_reading.setdefault(row["reading"], {})[place] = row["observation_id"]
    for reading, ids in by_reading.items():
        for (sha256,) in store.index.rows("SELECT observations FROM batch WHERE entry = ?", reading):
            table = stored_observations(store, sha256)
            numbers = pa.array([number for _, number in ids], pa.int64())
            table = table.filter(pc.is_in(table["evidence_row"], value_set=numbers))
            named = [
                ids.get(place, "")
                for place in zip(table["evidence_sha256"].to_pylist(), table["evidence_row"].to_pylist(), strict=True)
            ]
            column = table.schema.get_field_index("observation_id")
            tables.append(table.set_column(column, table.schema.field(column), pa.array(named, pa.string())))
    return pa.concat_tables(tables)


def open_piece(store: Store, committed: Fields, row: int, number: int) -> dict[str, Any]:
    """One line or chunk of a piece of evidence as a copy opens it. Raises LedgerError, StoreError."""
    if not 0 <= row < len(committed.rows["evidence"]):
        raise LedgerError(Message("there is no evidence {row} in this dossier", row=row))
    evidence = committed.rows["evidence"][row]
    if evidence[CONTENT] is None:
        raise LedgerError(Message("evidence {row} is too large to be opened in parts", row=row))
    tree = content_tree(store, committed.seed, row, evidence["sha256"])
    if tree is None or tree.value != evidence[CONTENT]:
        raise StoreError(Message("evidence {row} is not what the dossier committed to", row=row))
    return tree.opened(number)
