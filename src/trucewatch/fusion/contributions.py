"""What each observation added to its incident: place, kind and confidence again with its voice left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.model.incident import CONTRIBUTION_SCHEMA

LEAST_MEMBERS: Final = 2  # of one report nothing would be left
MOST_MEMBERS: Final = 40  # reports; larger incidents are left out
MOST_LEFT_OUT: Final = 200_000
"""So many events with one voice missing are judged in one run; if there are more, none is, and the run says so."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Events once more, each time without one voice. Those of which nothing is left stand in `group` and have no event.

    order, bounds: the rows of each event that is left, as in Groups. group, key: which event, without which voice,
    shape (p,);
    event: its number among those in `bounds`, -1 if nothing is left. voice_row, voice_of: the rows that were left out,
    and of which of the p each is.
    """

    order: Rows
    bounds: Rows
    group: Ints
    key: Ints
    event: Ints
    voice_row: Rows
    voice_of: Rows


def leave_out_voices(order: Rows, bounds: Rows, keys: Ints) -> LeftOut | None:
    """Every event of 2 to 40 observations without each of its voices in turn; None if that is more than MOST_LEFT_OUT.

    keys: the voice of each row of the table.
    """
    size = np.diff(bounds)
    chosen = np.flatnonzero((size >= LEAST_MEMBERS) & (size <= MOST_MEMBERS))
    group = np.repeat(chosen, size[chosen])
    rows = order[_ranges(bounds[chosen], size[chosen])]
    # 1. Every pair of an event and one of its voices.
    pairs = np.unique(np.column_stack((group, keys[rows])), axis=0) if len(rows) else np.zeros((0, 2), dtype=np.int64)
    if len(pairs) > MOST_LEFT_OUT:
        return None
    of, voice = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    # 2. For each pair the event's rows again, parted into those that stay and those of the voice.
    every = order[_ranges(bounds[of], size[of])]
    pair = np.repeat(np.arange(len(of)), size[of])
    stays = keys[every] != voice[pair]
    left = np.bincount(pair[stays], minlength=len(of))
    event = np.where(left > 0, np.cumsum(left > 0) - 1, -1)
    new_bounds = np.r_[0, np.cumsum(left[left > 0])].astype(np.intp)
    return LeftOut(every[stays], new_bounds, of, voice, event.astype(np.int64), every[~stays], pair[~stays])


def contribution_table(
    left: LeftOut,
    observations: pa.Table,
    *,
    incident_ids: Sequence[str],
    places: Floats,
    happened: Floats,
    classes: Floats,
    tells: Mask,
) -> pa.Table:
    """CONTRIBUTION_SCHEMA rows, sorted by incident and observation.

    incident_ids: of every event; the judgements (places, happened, classes, tells) hold those first, then the events
    that were left.
    """
    whole, there = left.group, left.event >= 0
    rest = np.where(there, len(incident_ids) + left.event, 0)
    # ln of the ellipse's area but for π, which the difference takes out.
    area = np.log(places[:, 2]) + np.log(places[:, 3])
    first = classes[whole].argmax(axis=1) if len(whole) else np.zeros(0, dtype=np.intp)
    kind = classes[whole, first] - np.where(there, classes[rest, first], 0.0)
    added = {
        "place": np.where(there, area[rest] - area[whole], np.nan),
        "kind": np.where(tells[whole], kind, np.nan),
        "confidence": happened[whole] - np.where(there, happened[rest], 0.0),
    }
    sharers = np.bincount(left.voice_of, minlength=len(whole))  # the rows of one voice share what it added
    rows = pa.array(left.voice_row)
    columns = {
        "incident_id": pa.array(incident_ids, pa.string()).take(pa.array(whole[left.voice_of])),
        "observation_id": observations["observation_id"].take(rows),
        "means": observations["means"].take(rows),
    }
    for name, value in added.items():
        share = np.round((value / sharers)[left.voice_of], 4) + 0.0
        columns[name] = pa.array(share, mask=np.isnan(share))
    table = pa.table(columns).cast(CONTRIBUTION_SCHEMA)
    return table.sort_by([("incident_id", "ascending"), ("observation_id", "ascending")])


def _ranges(starts: Rows, lengths: Rows) -> Rows:
    """start, start + 1, … of each range, one after the other."""
    total = int(lengths.sum())
    if not total:
        return np.zeros(0, dtype=np.intp)
    return np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(starts, lengths)
