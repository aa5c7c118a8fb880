"""What the rows of a list were made of, event by event, so that the next list makes anew only those of events that
differ.

The row of an event is a function of its reports, of what is judged of it, and of the setting. All of these are held
side by side with those of before, column by column; where nothing differs, the row of before is taken. So nothing is
assumed about how far a report reaches, and what comes out is what would have been made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.setting import Groups, Setting
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class EventInputs:
    """Everything that the rows of all events are made of.

    reports: the rows in the order of their ids, `observation_id` among the columns. marks: more that is known of each
    row, shape (n, m). judged: what is judged of each event, shape (g, k); words: the same in words. setting: compared
    as a whole.
    """

    reports: pa.Table
    marks: Ints
    groups: Groups
    judged: Floats
    words: Sequence[str]
    setting: Setting

    @property
    def event_of(self) -> Ints:
        """The event of each row."""
        event = np.empty(len(self.groups.order), dtype=np.int64)
        event[self.groups.order] = np.repeat(np.arange(len(self.groups)), np.diff(self.groups.bounds))
        return event

    def numbers_in(self, last: EventInputs) -> Ints:
        """For each event its number among those of `last`, if it is made of the same there, else -1; shape (g,)."""
        count = len(self.groups)
        if not count or not len(last.groups) or not _is_same_setting(self.setting, last.setting):
            return np.full(count, -1, dtype=np.int64)
        # 1. Each row where it was, if it was there and says the same.
        ids, was = self.reports["observation_id"], last.reports["observation_id"].combine_chunks()
        place = pc.fill_null(pc.index_in(ids, value_set=was), -1).to_numpy().astype(np.int64)
        standing = np.flatnonzero(place >= 0)
        same = np.zeros(len(place), dtype=np.bool_)
        same[standing] = rows_equal(self.reports.take(pa.array(standing)), last.reports.take(pa.array(place[standing])))
        same[standing] &= (self.marks[standing] == last.marks[place[standing]]).all(axis=1)
        # 2. An event is the same if all its rows are, and were one event, and that had no more.
        order, bounds = self.groups.order, self.groups.bounds
        size = np.diff(bounds)
        then = np.where(place >= 0, last.event_of[place], -1)[order]
        first = then[bounds[:-1]]
        together = same[order] & (then == np.repeat(first, size))
        unchanged = np.logical_and.reduceat(together, bounds[:-1]) & (size == np.diff(last.groups.bounds)[first])
        # 3. And if the same is judged of it.
        events = np.flatnonzero(unchanged)
        before = last.judged[first[events]]
        equal = ((self.judged[events] == before) | (np.isnan(self.judged[events]) & np.isnan(before))).all(axis=1)
        now, then_words = np.array(self.words, dtype=object), np.array(last.words, dtype=object)
        unchanged[events] &= equal & (now[events] == then_words[first[events]])
        return np.where(unchanged, first, -1)


@dataclass(frozen=True, slots=True)
class EventRows:
    """The row of every event, in the order of the groups, and what it was made of.

    numbers: which row of the list before each is, -1 for one that was made anew. shaped: which acts shaped afterwards.
    """

    inputs: EventInputs
    rows: pa.Table
    numbers: Ints
    shaped: Mask


def companions(groups: Groups, values: Ints) -> Ints:
    """For each row the place, within its event, of the first row with the same value; shape (n,). Two numberings of the
    same values give the same."""
    order, bounds = groups.order, groups.bounds
    event = np.repeat(np.arange(len(groups)), np.diff(bounds))
    within = np.arange(len(order)) - np.repeat(bounds[:-1], np.diff(bounds))
    sorting = np.lexsort((within, values[order], event))
    begins = np.full(len(order), fill_value=True)
    begins[1:] = (np.diff(event[sorting]) != 0) | (np.diff(values[order][sorting]) != 0)
    first = within[sorting][np.flatnonzero(begins)][np.cumsum(begins) - 1] if len(order) else within
    result = np.empty(len(order), dtype=np.int64)
    result[order[sorting]] = first
    return result


def taken_from(last: pa.Table, numbers: Ints, fresh_rows: pa.Table) -> pa.Table:
    """Rows of before where they have a number there, those that were made where it is -1, in one order."""
    at = numbers.copy()
    new: Rows = np.flatnonzero(numbers < 0)
    at[new] = last.num_rows + np.arange(len(new))
    return pa.concat_tables([last, fresh_rows]).take(pa.array(at)).combine_chunks()


def _is_same_setting(setting: Setting, last: Setting) -> bool:
    """Notices and calibrations are no part: they show in what is judged, and in the times of the rows."""
    return (setting.parties, setting.centre_sources, setting.speakers, setting.zone) == (
        last.parties,
        last.centre_sources,
        last.speakers,
        last.zone,
    )


def rows_equal(table: pa.Table, other: pa.Table) -> Mask:
    """Whether each row of two tables of one length says the same in all columns; nothing equals nothing."""
    equal = np.full(table.num_rows, fill_value=True)
    for name in table.column_names:
        equal &= _values_equal(table[name].combine_chunks(), other[name].combine_chunks())
    return equal


def _values_equal(here: pa.Array, there: pa.Array) -> Mask:
    absent = pc.is_null(here).to_numpy(zero_copy_only=False), pc.is_null(there).to_numpy(zero_copy_only=False)
    both_absent = np.logical_and(*absent)
    if not pa.types.is_list(here.type):
        same = pc.fill_null(pc.equal(here, there), False).to_numpy(zero_copy_only=False)
        return np.asarray(same | both_absent, dtype=np.bool_)
    # Lists: of one length, and none of their parts differs.
    sizes, others = (pc.fill_null(pc.list_value_length(lists), -1).to_numpy() for lists in (here, there))
    same = np.asarray((sizes == others) & ~np.logical_xor(*absent), dtype=np.bool_)
    rows = np.flatnonzero(same & (sizes > 0))
    parts, others_parts = (lists.take(pa.array(rows)).flatten() for lists in (here, there))
    differs = ~_values_equal(parts, others_parts)
    same[np.repeat(rows, sizes[rows])[differs]] = False
    return same
