"""A list that was worked out → what a report on implementation takes from the record, when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.model.clause_history import ImplementationInputs, InitiativeRow, MeetingRow, StepRow
from trucewatch.model.watch import Watch
from trucewatch.store import Store


class Step(Protocol):
    """What a report needs of a step of an initiative."""

    @property
    def word(self) -> str: ...
    @property
    def by(self) -> tuple[str, ...]: ...
    @property
    def says(self) -> Mapping[str, str]: ...
    @property
    def day(self) -> date: ...
    @property
    def source(self) -> str: ...
    @property
    def known_at(self) -> datetime: ...


class Initiative(Protocol):
    """What a report needs of an initiative."""

    @property
    def code(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def proposed_by(self) -> tuple[str, ...]: ...
    @property
    def to(self) -> tuple[str, ...]: ...
    @property
    def what(self) -> Mapping[str, str]: ...
    @property
    def about(self) -> tuple[str, ...]: ...
    @property
    def steps(self) -> Sequence[Step]: ...
    @property
    def source(self) -> str: ...
    @property
    def known_at(self) -> datetime: ...
    @property
    def simulated(self) -> bool: ...


class AgendaItem(Protocol):
    """What was to be spoken of."""

    @property
    def words(self) -> Mapping[str, str]: ...


class Decision(AgendaItem, Protocol):
    """What was decided, and by which day it is to be done."""

    @property
    def due(self) -> date | None: ...


class Meeting(Protocol):
    """What a report needs of an account of a meeting."""

    @property
    def id(self) -> str: ...
    @property
    def ids(self) -> tuple[str, ...]: ...
    @property
    def level(self) -> str: ...
    @property
    def agenda(self) -> Sequence[AgendaItem]: ...
    @property
    def decision(self) -> Sequence[Decision]: ...
    @property
    def next_by(self) -> date | None: ...
    @property
    def is_restricted(self) -> bool: ...
    @property
    def stated_by(self) -> tuple[str, ...]: ...
    @property
    def source(self) -> str: ...
    @property
    def known_at(self) -> datetime: ...
    @property
    def simulated(self) -> bool: ...

    def first_day(self, watch_zone: tzinfo) -> date: ...


def implementation_inputs(
    store: Store,
    folder: Path,
    *,
    now: datetime,
    as_of: datetime,
    recorded_by: datetime | None,
    watch: Watch,
    observations: pa.Table,
    counters: pa.Table,
) -> ImplementationInputs:
    """How parts of clauses stood up to a cut-off, by what the journal holds, or held at `recorded_by`. Nothing is
    recorded. Raises WatchError, StoreError."""
    from trucewatch.pipeline.clause_record import clause_record

    return ImplementationInputs(
        history=clause_record(store, folder, now=now, as_of=as_of, recorded_by=recorded_by),
        rule_sentences=RULE_SENTENCES,
        initiatives=initiative_rows(store, watch, as_of, recorded_by),
        meetings=meeting_rows(store, watch, as_of, recorded_by),
        never_leaving=_never_leaving(watch, observations, "observation_id")
        | _never_leaving(watch, counters, "counter_id"),
    )


def initiative_rows(
    store: Store, watch: Watch, as_of: datetime, recorded_by: datetime | None
) -> tuple[InitiativeRow, ...]:
    """The initiatives on record that were known by the cut-off: none, as long as no part of the record holds any."""
    initiatives: tuple[Initiative, ...] = ()
    return tuple(map(initiative_row, initiatives))


def meeting_rows(store: Store, watch: Watch, as_of: datetime, recorded_by: datetime | None) -> tuple[MeetingRow, ...]:
    """The same of meetings."""
    meetings: tuple[Meeting, ...] = ()
    return tuple(meeting_row(meeting, watch.zone) for meeting in meetings)


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
    if not watch.never_leaving:
        return frozenset()
    barred = pc.is_in(table["source"], value_set=pa.array(sorted(watch.never_leaving), pa.string()))
    return frozenset(table.filter(barred)[column].to_pylist())
