"""All that is told of one incident, from the snapshot that a page shows: its record, findings, lists, history, acts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.incidents.observations import Member, members_of
from trucewatch.messages import Message
from trucewatch.model.edits import Act
from trucewatch.model.incident import OUTCOMES, Finding, Incident, incident_rows
from trucewatch.server.refusal import RefusalError
from trucewatch.server.snapshot import SHORT_CODE, Snapshot
from trucewatch.store import Store
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.lists import recorded_lists


@dataclass(frozen=True)
class Dossier:
    """One incident, listed or rejected by hand. `row` is its row in the snapshot; None for a rejected one."""

    store: Store
    snapshot: Snapshot
    incident: Incident
    code: str
    row: int | None
    rejected_because: str = ""

    @property
    def outcome(self) -> str:
        """The worst of its findings."""
        return OUTCOMES[int(self.snapshot.outcome[self.row])] if self.row is not None else OUTCOMES[-1]

    @cached_property
    def members(self) -> list[Member]:
        return members_of(self.store, self.snapshot, self.incident)

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letter of each observation that is kept."""
        return {member.name: member.letter for member in self.members}

    @property
    def findings(self) -> Sequence[Finding]:
        return self.snapshot.findings_of(self.row) if self.row is not None else ()

    def finding(self, name: str) -> Finding | None:
        return next((finding for finding in self.findings if finding.finding_id == name), None)

    @cached_property
    def first(self) -> list[Incident]:
        """L1: the incidents as they stood first that live on in this one."""
        table = self.snapshot.first
        now = table["now"].combine_chunks()
        named = pc.equal(pc.list_flatten(now), self.incident.incident_id)
        rows = pc.unique(pc.list_parent_indices(now).filter(named))
        return incident_rows(table.take(rows).drop_columns(["now"]))

    @cached_property
    def lists(self) -> list[Any]:
        """The recorded lists that this one may rest on: all but those of a later cut-off."""
        return [recorded for recorded in recorded_lists(self.store) if recorded.as_of <= self.snapshot.as_of]

    @property
    def list_entry(self) -> int | None:
        """The ledger's entry of the list that is shown; None for a replay, which is not recorded."""
        assessment = self.snapshot.assessment
        if self.snapshot.is_replay:
            return None
        return assessment.list_entry if assessment else self.lists[-1].entry if self.lists else None

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """What became of it through the lists, the last change first."""
        from trucewatch.desks.incidents.operations import changes_to

        return changes_to(self.store, self.lists, self.incident.incident_id)

    @cached_property
    def acts(self) -> list[Act]:
        """What analysts did by hand that shaped it and stands, in order."""
        if not self.incident.acts:
            return []
        return [act for act in recorded_acts(self.store) if act.act_id in self.incident.acts]

    @property
    def earlier(self) -> str:
        """The code of the incident that began before it; "" for the oldest."""
        return self._beside(1)

    @property
    def later(self) -> str:
        return self._beside(-1)

    def _beside(self, step: int) -> str:
        if self.row is None or not 0 <= self.row + step < self.snapshot.rows:
            return ""
        return self.snapshot.codes[self.row + step]

    @property
    def state_hash(self) -> str:
        """Changes when its observations or what was done to it do: a form carries it, so that a stale page cannot
        act."""
        return state_hash_of(self.incident)


def state_hash_of(incident: Incident) -> str:
    parts = (incident.incident_id, *sorted(incident.members), "", *incident.acts, incident.kind, *incident.classes[:1])
    content = "\x1f".join(parts)
    return hashlib.sha256(content.encode()).hexdigest()[:20]


def dossier_of(store: Store, snapshot: Snapshot, text: str) -> Dossier:
    """The incident whose id begins so, listed or rejected. Raises RefusalError 404 for none and for several."""
    row = snapshot.row_beginning(text)
    if row is not None:
        return Dossier(store, snapshot, snapshot.incident(row), snapshot.codes[row], row)
    ids = snapshot.rejected["incident_id"].to_pylist()
    matches = [at for at, name in enumerate(ids) if name == text or (len(text) > 3 and name.startswith(text))]
    if len(matches) == 1:
        (incident,) = incident_rows(snapshot.rejected.slice(matches[0], 1).drop_columns(["rejected_by", "reason"]))
        reason = snapshot.rejected["reason"][matches[0]].as_py()
        return Dossier(store, snapshot, incident, incident.incident_id[:SHORT_CODE], None, reason)
    heir = lives_on_in(snapshot, text)
    if heir:
        raise RefusalError(
            404,
            Message(
                "This incident is not in the present list any more. Its observations are now in {code}.", code=heir
            ),
        )
    raise RefusalError(
        404,
        Message("No incident of the present list, nor a rejected one, begins so. The list of incidents has them all."),
    )


def lives_on_in(snapshot: Snapshot, text: str) -> str:
    """Where the observations of an incident that was once listed are today: a code; "" if it never was, or is gone."""
    if len(text) <= 3:
        return ""
    first = snapshot.first
    mine = first.filter(pc.starts_with(first["incident_id"], text))
    now = {name for several in mine["now"].to_pylist() for name in several}
    if mine.num_rows != 1 or not now:
        return ""
    codes = [snapshot.codes[snapshot.row_of[name]] for name in sorted(now) if name in snapshot.row_of]
    return ", ".join(codes[:3])


def holder_of(snapshot: Snapshot, names: Sequence[str]) -> str:
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
