"""Natural keys that return in another file for another event: such a row is refused, and the first one stays.

A list's keeper may begin to count anew each week; the id of an observation comes from the key, so the later row would
stand in place of the first. A corrected row (another count, other words, a place or a time moved a little) is a new
version, as ever. Only rows whose key stands already are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.geo.frame import wgs84
from trucewatch.messages import Message
from trucewatch.model.batch import Origin
from trucewatch.model.evidence import Rejected, excerpt_of, table_of_rejected
from trucewatch.model.times import minute
from trucewatch.model.watch import SourceSetting
from trucewatch.reader import Tables
from trucewatch.sources import adapter
from trucewatch.store import Store
from trucewatch.store.batches import StandingBatch
from trucewatch.store.readings import last_readings

LEAST_GAP: Final = timedelta(hours=12)
"""Rows whose times lie apart by no more are one event moved: a slip between morning and evening, or of a zone."""
LEAST_DISTANCE_M: Final = 10_000.0
SIGMAS: Final = 3.0

_COMPARED: Final = (
    *("observation_id", "kind", "occurred_start", "occurred_end", "lon", "lat", "semi_major_m", "evidence_row"),
)
_FILE: Final = "file"
Mask = npt.NDArray[np.bool_]


class ReturningKeys:
    """The rows of files that are entered together, against those that stand and those that came before them.

    standing: the batches of a source that stand, as its files are read now.
    """

    def __init__(self, store: Store, standing: Callable[[SourceSetting], list[StandingBatch]]) -> None:
        self._store, self._standing = store, standing
        self._by_source: dict[str, list[StandingBatch]] = {}
        self._waiting: dict[str, list[pa.Table]] = defaultdict(list)

    def kept_apart(self, source: SourceSetting, origin: Origin, part: Tables, *, is_alone: bool) -> Tables:
        """The same rows, without those whose key stands in another file for another event, which are refused.

        is_alone: no other file waits with this one, so that its rows need not be held.
        """
        if not part.observations.num_rows or not adapter(source.adapter).keys_may_return(source):
            return part
        new = part.observations.select(_COMPARED).combine_chunks()
        old = self._first_ones(source, origin, new["observation_id"])
        places, firsts = _pairs(new, old)
        others = _is_other_event(new.take(places), old.take(firsts)) if len(places) else np.zeros(0, dtype=np.bool_)
        places, firsts = places.filter(pa.array(others)), firsts.filter(pa.array(others))
        if len(places):
            part = self._refused(part, origin, places, old.take(firsts))
            new = new.take(_all_but(new.num_rows, places))
        if not is_alone:
            self._waiting[source.id].append(new.append_column(_FILE, pa.repeat(origin.file, new.num_rows)))
        return part

    def _first_ones(self, source: SourceSetting, origin: Origin, ids: Any) -> pa.Table:
        """The rows with these ids in other files: of each id the last reading."""
        if source.id not in self._by_source:
            self._by_source[source.id] = self._standing(source)
        batches: Mapping[int, StandingBatch] = {
            batch.entry: batch for batch in self._by_source[source.id] if batch.file != origin.file
        }
        tables = []
        if batches:
            readings = last_readings(self._store, ids.to_pylist(), columns=_COMPARED, entries=batches.keys())
            tables = [
                rows.select(_COMPARED).append_column(_FILE, pa.repeat(batches[entry].file, rows.num_rows))
                for entry, rows in readings
            ]
        waiting = [
            rows.filter(
                pc.and_(
                    pc.is_in(rows["observation_id"], value_set=pc.unique(ids)), pc.not_equal(rows[_FILE], origin.file)
                )
            )
            for rows in self._waiting[source.id]
        ]
        schema = pa.schema([pa.field(_FILE, pa.string())])
        every = [table for table in (*waiting[::-1], *tables) if table.num_rows]
        return pa.concat_tables(every).combine_chunks() if every else schema.empty_table()

    @staticmethod
    def _refused(part: Tables, origin: Origin, places: Any, firsts: pa.Table) -> Tables:
        rows = part.observations.take(places).to_pylist()
        refused = [
            Rejected(
                evidence_sha256=origin.evidence_sha256,
                file=origin.file,
                row=row["evidence_row"],
                reason=Message(
                    "its natural key stands in {file}, row {row}, for another event ({kind}, {time}); give each event "
                    "a key of its own, or correct the row in that file",
                    file=first[_FILE],
                    row=first["evidence_row"],
                    kind=first["kind"],
                    time=minute(first["occurred_start"]),
                ),
                excerpt=excerpt_of(row["text"]),
            )
            for row, first in zip(rows, firsts.to_pylist(), strict=True)
        ]
        ids = pa.array([row["evidence_row"] for row in rows], pa.int64())
        senders = part.senders
        if senders.num_rows:
            senders = senders.filter(pc.invert(pc.is_in(senders["evidence_row"], value_set=ids)))
        return replace(
            part,
            observations=part.observations.take(_all_but(part.observations.num_rows, places)),
            rejected=pa.concat_tables([part.rejected, table_of_rejected(refused)]),
            senders=senders,
        )


def _pairs(new: pa.Table, old: pa.Table) -> tuple[Any, Any]:
    """Places in both tables of the rows with one id."""
    if not old.num_rows:
        return pa.array([], pa.int64()), pa.array([], pa.int64())
    at = pc.index_in(new["observation_id"], value_set=old["observation_id"])
    at = at.combine_chunks() if isinstance(at, pa.ChunkedArray) else at
    places = pa.array(np.flatnonzero(pc.is_valid(at).to_numpy(zero_copy_only=False)))
    return places, at.drop_null().cast(pa.int64())


def _all_but(count: int, places: Any) -> Any:
    stays = np.ones(count, dtype=np.bool_)
    stays[places.to_numpy()] = False
    return pa.array(np.flatnonzero(stays))


def _is_other_event(new: pa.Table, old: pa.Table) -> Mask:
    """Whether two rows with one key are two events: their times lie apart by more than either is precise to, or both
    their kinds and their places differ."""

    def micros(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
        times: npt.NDArray[np.int64] = table[name].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
        return times

    starts, ends = ([micros(table, name) for table in (new, old)] for name in ("occurred_start", "occurred_end"))
    gap = np.maximum(*starts) - np.minimum(*ends)
    least = LEAST_GAP // timedelta(microseconds=1)
    is_far = gap > np.maximum(np.maximum(ends[0] - starts[0], ends[1] - starts[1]), least)

    def numbers(name: str) -> list[npt.NDArray[np.float64]]:
        return [
            table[name].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64) for table in (new, old)
        ]

    (lon, lon_before), (lat, lat_before), axes = numbers("lon"), numbers("lat"), numbers("semi_major_m")
    has_places = ~np.isnan(lon + lat + lon_before + lat_before)
    distance_m = np.zeros(len(lon))
    if has_places.any():
        _, _, distance_m[has_places] = wgs84().inv(
            *(values[has_places] for values in (lon, lat, lon_before, lat_before))
        )
    spread_m = SIGMAS * np.hypot(*(np.nan_to_num(axis) for axis in axes))
    is_elsewhere = distance_m > np.maximum(spread_m, LEAST_DISTANCE_M)
    is_other_kind = pc.not_equal(new["kind"], old["kind"]).to_numpy(zero_copy_only=False)
    return np.asarray(is_far | (is_elsewhere & is_other_kind), dtype=np.bool_)
