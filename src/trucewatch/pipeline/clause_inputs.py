"""A list that was worked out → what a report on implementation takes from the record, when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.model.clause_history import ImplementationInputs, InitiativeRow, MeetingRow, StepRow
from trucewatch.model.initiatives import Initiative
from trucewatch.model.meetings import Meeting
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries
from trucewatch.store.initiative_records import initiatives


@dataclass(frozen=True, slots=True)
class ClauseInputs:
    """How parts of clauses stood up to a cut-off, by what the journal of a store holds, or held at `recorded_by`.
    Called, it works that out; nothing is recorded."""

    store: Store
    folder: Path
    now: datetime
    as_of: datetime
    recorded_by: datetime | None
    watch: Watch
    observations: pa.Table
    counters: pa.Table

    def as_recorded_by(self, moment: datetime | None) -> ClauseInputs:
        return replace(self, recorded_by=moment) if moment is not None else self

    def __call__(self) -> ImplementationInputs:
        """Raises WatchError, StoreError."""
        from trucewatch.pipeline.clause_reading import clause_record
        from trucewatch.pipeline.link_figures import length_of
        from trucewatch.pipeline.link_inputs import link_inputs
        from trucewatch.pipeline.meeting_entering import every_meeting

        links = link_inputs(self.store, self.watch, self.recorded_by)
        store, watch, moments = self.store, self.watch, (self.as_of, self.recorded_by)
        return ImplementationInputs(
            history=clause_record(store, self.folder, now=self.now, as_of=self.as_of, recorded_by=self.recorded_by),
            rule_sentences=RULE_SENTENCES,
            initiatives=tuple(map(initiative_row, initiatives(store, *moments, on_file=watch.initiatives))),
            meetings=tuple(meeting_row(meeting, watch.zone) for meeting in every_meeting(store, watch, *moments)),
            never_leaving=_never_leaving(watch, self.observations, "observation_id")
            | _never_leaving(watch, self.counters, "counter_id"),
            sources_on_file=sources_on_file(store, watch, self.recorded_by),
            network=links.network,
            openings=links.openings,
            length_of=length_of,
        )


def sources_on_file(store: Store, watch: Watch, recorded_by: datetime | None) -> frozenset[str]:
    """Where what stands in the watch's own files was stated: claims, initiatives and their steps, meetings. What was
    entered since is not among them."""
    entered = {getattr(entry.row, "source", "") for entry in agreement_entries(store, recorded_by)}
    parts = [part for _, part in watch.agreement.stipulations()]
    claims = {claim.source for part in parts for claim in part.claim}
    claims |= {done.source for part in parts for done in part.part} | {gap.source for part in parts for gap in part.gap}
    proposals = {row.source for row in watch.initiatives}
    steps = {step.source for initiative in watch.initiatives for step in initiative.step}
    return frozenset((claims - entered) | proposals | steps | {meeting.source for meeting in watch.meetings})


def initiative_row(initiative: Initiative) -> InitiativeRow:
    """One initiative as a report takes it."""
    return InitiativeRow(
        code=initiative.code,
        day=initiative.day,
        by=initiative.proposed_by,
        to=initiative.to,
        what=initiative.what,
        about=initiative.about,
        steps=tuple(
            StepRow(
                word=step.word, by=step.by, says=step.says, day=step.day, source=step.source, known_at=step.known_at
            )
            for step in initiative.steps
        ),
        source=initiative.source,
        known_at=initiative.known_at,
        simulated=initiative.simulated,
    )


def meeting_row(meeting: Meeting, zone: tzinfo) -> MeetingRow:
    """One account of a meeting as a report takes it."""
    return MeetingRow(
        code=meeting.id,
        day=meeting.first_day(zone),
        who=meeting.ids,
        level=meeting.level,
        agenda=tuple(item.words for item in meeting.agenda),
        decisions=tuple((decision.words, decision.due) for decision in meeting.decision),
        next_by=meeting.next_by,
        is_restricted=meeting.is_restricted,
        stated_by=meeting.stated_by,
        source=meeting.source,
        known_at=meeting.known_at,
        simulated=meeting.simulated,
    )


def _never_leaving(watch: Watch, table: pa.Table, column: str) -> frozenset[str]:
    named = watch.never_told
    barred = pc.is_in(table["source"], value_set=pa.array(sorted(named), pa.string()))
    return frozenset(table.filter(barred)[column].to_pylist())
