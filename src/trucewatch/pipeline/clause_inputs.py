"""A list that was worked out → what a report on implementation takes from the record, when it is asked for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.model.clause_history import ImplementationInputs, InitiativeRow, MeetingRow
from trucewatch.model.watch import Watch
from trucewatch.store import Store


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
    return ()


def meeting_rows(store: Store, watch: Watch, as_of: datetime, recorded_by: datetime | None) -> tuple[MeetingRow, ...]:
    """The same of meetings."""
    return ()


def _never_leaving(watch: Watch, table: pa.Table, column: str) -> frozenset[str]:
    if not watch.never_leaving:
        return frozenset()
    barred = pc.is_in(table["source"], value_set=pa.array(sorted(watch.never_leaving), pa.string()))
    return frozenset(table.filter(barred)[column].to_pylist())
