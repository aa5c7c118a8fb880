"""All that is told of one incident, by a page or a command: its record, reports, findings, lists, history, acts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.incidents.codes import incidents_by_code, other_record
from trucewatch.desks.incidents.observations import Member, contributions_to, members_of
from trucewatch.desks.incidents.records import rejected_incidents
from trucewatch.desks.incidents.rule_changes import RuleChange, rule_changes
from trucewatch.messages import Message
from trucewatch.model.edits import Act
from trucewatch.model.incident import Finding, Incident, incident_rows
from trucewatch.model.period import Period
from trucewatch.model.short_codes import numbers_of, rows_with, typed_digits
from trucewatch.model.standing import NO_CLAUSE, Standing
from trucewatch.model.times import NEVER
from trucewatch.model.verification import access_refused_to
from trucewatch.model.watch import Watch
from trucewatch.server.refusal import RefusalError
from trucewatch.server.snapshot import Snapshot, snapshot_recorded
from trucewatch.store import Store
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.list_history import Descent, descent_of
from trucewatch.store.lists import RecordedList, last_list
from trucewatch.store.verification_records import recorded_steps

if TYPE_CHECKING:
    from trucewatch.fusion.for_and_against import Reason


@dataclass(frozen=True)
class IncidentDetail:
    """One incident, listed or rejected by hand. `row` is its row in the snapshot; None for a rejected one."""

    store: Store
    snapshot: Snapshot
    incident: Incident
    code: str
    row: int | None
    rejected_because: Message | str = ""
    recorded: RecordedList | None = None
    """The list, where it is one on record."""

    @cached_property
    def standing(self) -> Standing:
        """The worst of its findings, with why it is held back where it is."""
        return self.snapshot.standings(np.array([self.row]))[0] if self.row is not None else NO_CLAUSE

    @cached_property
    def members(self) -> list[Member]:
        return members_of(self.store, self.snapshot, self.incident)

    @property
    def reports(self) -> list[dict[str, Any]]:
        """Every observation in order of arrival, and what it added; blank where it is not kept any more. The incident's
        own order where that of arrival is not known."""
        rows = {member.name: member.row for member in self.members}
        added = contributions_to(self.snapshot, self.incident)
        blank = {"source": "", "means": "", "kind": "", "occurred_start": self.incident.occurred_start}
        arrived = {name: each["order"] for name, each in added.items() if each["order"] is not None}
        return [
            {
                "observation_id": name,
                **{column: rows.get(name, blank)[column] for column in blank},
                "added": added.get(name),
            }
            for name in sorted(self.incident.members, key=lambda name: arrived.get(name, len(arrived)))
        ]

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letter of each observation that is kept."""
        return {member.name: member.letter for member in self.members}

    @cached_property
    def reasons(self) -> list[Reason] | None:
        """What speaks for and against it; None where that is not kept, as of the lists before the last."""
        from trucewatch.fusion.for_and_against import reasons_of

        weights = self.snapshot.weights
        if weights is None:
            return None
        rows = weights.filter(pc.equal(weights["incident_id"], self.incident.incident_id)).to_pylist()
        if self.incident.happened is None:
            rows = []
        return reasons_of(
            self.incident,
            rows[0] if rows else None,
            self.snapshot.watch.sensors,
            spoke={member.row["sensor"] for member in self.members},
            first_end=min((member.row["occurred_end"] for member in self.members), default=None),
        )

    @property
    def findings(self) -> Sequence[Finding]:
        return self.snapshot.findings_of(self.row) if self.row is not None else ()

    @property
    def period(self) -> Period | None:
        """The period of dense reports that it is a part of."""
        return self.snapshot.periods.get(self.incident.period) if self.incident.period else None

    @cached_property
    def rule_changes(self) -> Mapping[str, RuleChange]:
        """Finding → the outcome before its rule changed, where nothing else did (`rule_changes`)."""
        recorded = self.recorded or last_list(self.store)
        if recorded is None or recorded.as_of != self.snapshot.as_of:
            return {}
        return rule_changes(self.store, self.incident, self.findings, self.snapshot.watch, recorded)

    def finding(self, name: str) -> Finding | None:
        return next((finding for finding in self.findings if finding.finding_id == name), None)

    @cached_property
    def first(self) -> list[Incident]:
        """L1: the incidents as they stood first that live on in this one."""
        table = self._own_first()
        if table is None:
            table = self.snapshot.first
        now = table["now"].combine_chunks()
        named = pc.equal(pc.list_flatten(now), self.incident.incident_id)
        rows = pc.unique(pc.list_parent_indices(now).filter(named))
        return incident_rows(table.take(rows).drop_columns(["now"]))

    def _own_first(self) -> pa.Table | None:
        """The rows of L1 of all that this one came from, of a list on record without reading others; None where it
        cannot be told that these are all."""
        snapshot = self.snapshot
        if snapshot.some_first is None or "first" in vars(snapshot):
            return None
        births = Counter(self._descent.births)
        # What was new entered L1, unless its reports had been there before: then it lives on from one that no change
        # names, and there are fewer rows than births. So there are after a list on a side line.
        table = snapshot.some_first(sorted(+births)) if births else None
        return table if table is not None and Counter(table["incident_id"].to_pylist()) == births else None

    @property
    def list_entry(self) -> int | None:
        """The ledger's entry of the list that is shown; None for a replay, which is not recorded."""
        assessment = self.snapshot.assessment
        if self.snapshot.is_replay:
            return None
        if assessment:
            return assessment.list_entry
        recorded = last_list(self.store, up_to=self.snapshot.as_of)
        return recorded.entry if recorded else None

    @cached_property
    def _descent(self) -> Descent:
        return descent_of(self.store, self.incident.incident_id, self.snapshot.as_of)

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """What became of it through the lists, the last change first."""
        return self._descent.changes

    @property
    def origins(self) -> frozenset[str]:
        """It and every incident that it came from."""
        return self._descent.ids

    @cached_property
    def acts(self) -> list[Act]:
        """What analysts did by hand that shaped it and stands, in order."""
        if not self.incident.acts:
            return []
        return [act for act in recorded_acts(self.store) if act.act_id in self.incident.acts]

    def beside(self, step: int) -> str:
        """The code of a listed incident so many rows further on, 1 being the one that began before it; "" past an
        end."""
        if self.row is None or not 0 <= self.row + step < self.snapshot.rows:
            return ""
        return self.snapshot.codes[self.row + step]


def state_hash_of(incident: Incident) -> str:
    """Changes when its observations or what was done to it do: a form carries it, so that a stale page cannot act."""
    parts = (incident.incident_id, *sorted(incident.members), "", *incident.acts, incident.kind, *incident.classes[:1])
    content = "\x1f".join(parts)
    return hashlib.sha256(content.encode()).hexdigest()[:20]


def detail_of(store: Store, snapshot: Snapshot, text: str) -> IncidentDetail:
    """The incident whose id begins so, listed or rejected, or that a recipient's code which begins so means.

    Raises RefusalError 404 for none and for several.
    """
    if detail := _by_id(store, snapshot, text):
        return detail
    if len(rows := snapshot.rows_called(text)) > 1:
        codes = ", ".join(snapshot.codes[row] for row in rows[:8])
        raise RefusalError(404, Message("Several incidents begin so. Their codes: {codes}.", codes=codes))
    meant = incidents_by_code(store, (*snapshot.ids, *snapshot.rejected["incident_id"].to_pylist()), text)
    if len(meant) == 1 and (detail := _by_id(store, snapshot, meant[0])):
        return detail
    refusal = other_record(store, text)
    if refusal is None and (heir := lives_on_in(snapshot, text)):
        refusal = Message(
            "This incident is not in the present list any more. Its observations are now in {code}.", code=heir
        )
    if refusal is None:
        refusal = Message(
            "No incident of the present list, nor a rejected one, begins so. The list of incidents has them all."
        )
    raise RefusalError(404, refusal)


def _by_id(store: Store, snapshot: Snapshot, text: str) -> IncidentDetail | None:
    row = snapshot.row_beginning(text)
    if row is not None:
        return IncidentDetail(store, snapshot, snapshot.incident(row), snapshot.codes[row], row)
    ids = snapshot.rejected["incident_id"]
    text = text.strip().casefold()
    digits = typed_digits(text)
    called = [name for name, code in snapshot.rejected_codes.items() if digits and typed_digits(code) == digits]
    if called:
        matches = snapshot.rejected.filter(pc.equal(ids, called[0]))
    else:
        matches = snapshot.rejected.filter(pc.starts_with(ids, text) if len(text) > 3 else pc.equal(ids, text))
    if matches.num_rows != 1:
        return None
    ((incident, reason),) = rejected_incidents(matches, store.typed.words_of)
    return IncidentDetail(store, snapshot, incident, snapshot.rejected_codes[incident.incident_id], None, reason)


def recorded_detail(store: Store, watch: Watch, recorded: RecordedList, text: str) -> IncidentDetail:
    """The same, from a list as it is on record: for a command, which has no snapshot. Raises RefusalError as well."""
    snapshot = snapshot_recorded(store, watch, recorded)
    refused = access_refused_to(recorded_steps(store), recorded.as_of if snapshot.is_past else NEVER)
    return replace(detail_of(store, replace(snapshot, refused=refused), text), recorded=recorded)


def lives_on_in(snapshot: Snapshot, text: str) -> str:
    """Where the observations of an incident that was once listed are today: a code; "" if it never was, or is gone."""
    if len(text) <= 3:
        return ""
    ids = snapshot.first["incident_id"]
    if digits := typed_digits(text):
        mine = snapshot.first.take(pa.array(rows_with(numbers_of(ids.to_pylist()), digits), pa.int64()))
    else:
        mine = snapshot.first.filter(pc.starts_with(ids, text))
    now = {name for several in mine["now"].to_pylist() for name in several}
    if mine.num_rows != 1 or not now:
        return ""
    codes = [snapshot.codes[snapshot.row_of[name]] for name in sorted(now) if name in snapshot.row_of]
    return ", ".join(codes[:3])


def holder_of(snapshot: Snapshot, names: Iterable[str]) -> str:
    """The code of the incident that holds most of these observations, listed or rejected; "" if none does."""
    wanted = pa.array(sorted(names), pa.string())
    best: tuple[int, str] = (0, "")
    for table in (snapshot.incidents, snapshot.rejected):
        members = table["members"].combine_chunks()
        parents = pc.list_parent_indices(members).filter(pc.is_in(pc.list_flatten(members), value_set=wanted))
        for pair in pc.value_counts(parents).to_pylist():
            name = table["incident_id"][pair["values"]].as_py()
            best = max(
                best, (pair["counts"], snapshot.codes[snapshot.row_of[name]] if name in snapshot.row_of else name)
            )
    return best[1]
