"""What each observation added to its incident when it came: place, kind and confidence after its voice, less those
before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.model.incident import CONTRIBUTION_SCHEMA

LEAST_MEMBERS: Final = 2  # one report is all that there is
MOST_MEMBERS: Final = 40  # reports; larger incidents are left out
AT_ONCE: Final = 200_000
"""So many earlier states of events are judged in one pass; more take more passes."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Events as they stood after each of their voices but the last, in order of arrival.

    order, bounds: the rows of each such state, as in Groups; those of one event follow each other. of_event (s,): which
    event each is an earlier state of. Of each of the p voices: group, its event; place, 1 for the first that came;
    state: its number among the states, -1 for the last voice, after which the event is whole. voice_row, voice_of: the
    rows of voices, and of which of the p each is.
    """

    order: Rows
    bounds: Rows
    of_event: Ints
    group: Ints
    place: Ints
    state: Ints
    voice_row: Rows
    voice_of: Rows

    def parts(self, most: int) -> Iterator[tuple[Rows, Rows, Ints]]:
        """Rows, bounds and events of at most so many states at once; nothing at all is one part."""
        for first in range(0, max(len(self.of_event), 1), most):
            bounds = self.bounds[first : first + most + 1]
            yield self.order[bounds[0] : bounds[-1]], bounds - bounds[0], self.of_event[first : first + most]


def arrivals_of(order: Rows, bounds: Rows, keys: Ints, known_s: Ints) -> Arrivals:
    """The earlier states of every event of 2 to 40 observations.

    keys: the voice of each row of the table; known_s: when it became known. A voice comes with its first row, of two at
    one moment first the one whose row stands first in the table; its later rows are taken with it.
    """
    size = np.diff(bounds)
    chosen = np.flatnonzero((size >= LEAST_MEMBERS) & (size <= MOST_MEMBERS))
    group = np.repeat(chosen, size[chosen])
    rows = order[_ranges(bounds[chosen], size[chosen])]
    # 1. Voices of each event, by the row with which each came.
    by_voice = np.lexsort((rows, known_s[rows], keys[rows], group))
    group, rows = group[by_voice], rows[by_voice]
    starts = np.r_[True, (np.diff(group) != 0) | (np.diff(keys[rows]) != 0)][: len(rows)]
    voice_of = np.cumsum(starts) - 1
    first = rows[starts]
    of = group[starts].astype(np.int64)
    arrived = np.lexsort((first, known_s[first], of))
    rank = np.empty(len(of), dtype=np.int64)
    rank[arrived] = np.arange(len(of))
    voices = np.bincount(of, minlength=len(size))
    place = rank - (np.cumsum(voices) - voices)[of] + 1
    # 2. Rows in the order in which their voices came; of each event the first voice's, the first two's, …
    sort = np.argsort(rank[voice_of], kind="stable")
    rows, voice_of = rows[sort], rank[voice_of][sort]
    of, place = of[arrived], place[arrived]
    until = np.searchsorted(voice_of, np.arange(len(of)), side="right")
    begin = np.searchsorted(voice_of, np.arange(len(of)) - place + 1)
    is_last = place == voices[of]
    state = np.where(is_last, -1, np.cumsum(~is_last) - 1)
    begin, length = begin[~is_last], (until - begin)[~is_last]
    states = rows[_ranges(begin, length)]
    # Within a state in the order of the table, as events have them.
    states = states[np.lexsort((states, np.repeat(np.arange(len(length)), length)))]
    return Arrivals(
        states,
        np.r_[0, np.cumsum(length)].astype(np.intp),
        of[~is_last],
        of,
        place,
        state.astype(np.int64),
        rows,
        voice_of.astype(np.intp),
    )


def contribution_table(
    arrivals: Arrivals,
    observations: pa.Table,
    *,
    incident_ids: Sequence[str],
    places: Floats,
    happened: Floats,
    classes: Floats,
    tells: Mask,
) -> pa.Table:
    """CONTRIBUTION_SCHEMA rows, sorted by incident, order and observation.

    incident_ids: of every event; the judgements (places, happened, classes) hold those first, then the earlier states;
    happened is NaN where nothing was weighed. tells: whether kinds tell classes apart, of every event.
    """
    whole, is_first = arrivals.group, arrivals.place == 1
    after = np.where(arrivals.state < 0, whole, len(incident_ids) + arrivals.state)
    before = np.where(is_first, 0, np.r_[0, after[:-1]] if len(after) else after)
    # ln of the ellipse's area but for π, which the difference takes out.
    area = np.log(places[:, 2]) + np.log(places[:, 3])
    had = np.where(is_first, np.nan, area[before])
    place = np.where(np.isnan(had), np.where(np.isnan(area[after]), 0.0, np.nan), had - area[after])
    likeliest = classes[whole].argmax(axis=1) if len(whole) else np.zeros(0, dtype=np.intp)
    kind = classes[after, likeliest] - np.where(is_first, 0.0, classes[before, likeliest])
    added = {
        "place": place,
        "kind": np.where(tells[whole], kind, np.nan),
        "confidence": happened[after] - np.where(is_first, 0.0, happened[before]),
    }
    sharers = np.bincount(arrivals.voice_of, minlength=len(whole))  # the rows of one voice share what it added
    rows = pa.array(arrivals.voice_row)
    columns = {
        "incident_id": pa.array(incident_ids, pa.string()).take(pa.array(whole[arrivals.voice_of])),
        "observation_id": observations["observation_id"].take(rows),
        "means": observations["means"].take(rows),
    }
    for name, value in added.items():
        share = np.round((value / sharers)[arrivals.voice_of], 4) + 0.0
        columns[name] = pa.array(share, mask=np.isnan(share))
    columns["order"] = pa.array(arrivals.place[arrivals.voice_of])
    table = pa.table(columns).cast(CONTRIBUTION_SCHEMA)
    return table.sort_by([(name, "ascending") for name in ("incident_id", "order", "observation_id")])


def _ranges(starts: Rows, lengths: Rows) -> Rows:
    """start, start + 1, … of each range, one after the other."""
    total = int(lengths.sum())
    if not total:
        return np.zeros(0, dtype=np.intp)
    return np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(starts, lengths)
