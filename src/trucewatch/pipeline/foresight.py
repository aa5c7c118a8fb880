"""An act that nobody entered yet → the list as it would come: by the code that works lists out, and with nothing
written.

Both lists are worked out now, from the same rows: the one without the act, which goes on from the list of this process,
and the one with it, which goes on from that. So what differs between them is the act's doing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.pair_evidence import Pairing, judge_pair
from trucewatch.model.edits import Act, acts_known, standing_acts
from trucewatch.model.sorted_rows import rows_at, rows_equal
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Knowledge, check_work, fuse_knowledge, knowledge_at, setting_of
from trucewatch.pipeline.calibrations import standing_at
from trucewatch.pipeline.last_work import LastWork
from trucewatch.store import Store
from trucewatch.store.edit_records import recorded_acts


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOut:
    """A list that nobody recorded: its incidents, their findings, and what is rejected."""

    incidents: pa.Table
    findings: pa.Table
    rejected: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """The list as it stands, and as it would with an act.

    left: the listed incidents of the first that would be no more or differ; came: those of the second that would be new
    or differ. What differs in nothing but by which acts it was shaped is in neither.
    """

    watch: Watch
    as_of: datetime
    before: WorkedOut
    after: WorkedOut
    left: pa.Table
    came: pa.Table


def foresee(store: Store, folder: Path, act: Act, *, now: datetime) -> Foresight:
    """What would come of an act that is on no record, an undo among them. Nothing is read, entered, written or held.

    Raises WatchError, StoreError.
    """
    knowledge = knowledge_at(store, folder, now=now, looks_only=True)
    before = _work_out(store, knowledge, store.memory.of(LastWork))
    acts = standing_acts(acts_known((*recorded_acts(store), act), knowledge.as_of))
    after = _work_out(store, knowledge.supposing(acts), before)
    left, came = _differing(before, after)
    return Foresight(
        watch=knowledge.watch,
        as_of=knowledge.as_of,
        before=_tables(before),
        after=_tables(after),
        left=left,
        came=came,
    )


def how_rule_sees(
    store: Store, folder: Path, first: tuple[str, ...], second: tuple[str, ...], *, now: datetime
) -> Pairing:
    """What the watch's rule of association says of two sets of observations, by their ids: whether one event may have
    given reports of both. Raises WatchError, StoreError."""
    knowledge = knowledge_at(store, folder, now=now, looks_only=True)
    assert knowledge.rows.rows is not None
    rows = knowledge.rows.rows
    tables = [rows_at(rows.table, rows.holding("observation_id", sorted(names))) for names in (first, second)]
    return judge_pair(
        tables[0], tables[1], knowledge.watch.settings.association, setting_of(knowledge.watch, knowledge.as_of)
    )


def _work_out(store: Store, knowledge: Knowledge, last: LastWork) -> LastWork:
    work = fuse_knowledge(knowledge, standing_at(store, knowledge.as_of).calibrations, last)
    check_work(work, knowledge, last)
    return work


def _tables(work: LastWork) -> WorkedOut:
    tables = work.tables()
    return WorkedOut(
        incidents=tables["incidents"], findings=tables["findings"], rejected=tables["rejected"].combine_chunks()
    )


def _differing(before: LastWork, after: LastWork) -> tuple[pa.Table, pa.Table]:
    """The listed incidents that differ between two lists, of each."""
    assert after.listing is not None
    left, came = after.listing.left, after.listing.came
    if after.listing.begun:
        left, came = before.incidents, after.incidents
    plain = [table.drop_columns(["acts"]) for table in (left, came)]
    place = pc.fill_null(pc.index_in(left["incident_id"], value_set=came["incident_id"].combine_chunks()), -1)
    at = place.to_numpy()
    both = np.flatnonzero(at >= 0)
    alike = both[rows_equal(plain[0].take(pa.array(both)), plain[1].take(pa.array(at[both])))]
    stays, goes = np.ones(left.num_rows, dtype=np.bool_), np.ones(came.num_rows, dtype=np.bool_)
    stays[alike], goes[at[alike]] = False, False
    return left.filter(pa.array(stays)), came.filter(pa.array(goes))
