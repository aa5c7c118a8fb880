"""The cylinder rule one observation at a time, in any order; and with it zones and line in the same compiled call."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from trucewatch.fusion.cylinder import Net, check_rows, make_net, make_room
from trucewatch.fusion.cylinder_kernels import (
    ABSORBED,
    HORIZON,
    MOST_GROUPS,
    MOST_US,
    NO_TIME,
    flatten,
    insert_rows,
    is_full,
)
from trucewatch.fusion.streaming_kernels import (
    LINE_TYPE,
    ZONES_TYPE,
    Words,
    add_observation,
    check_type,
    ready,
    situate_observation,
)
from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.geo.line_index import LineIndex
from trucewatch.geo.zone_index import ZoneIndex

_RECENT, _ENOUGH = 512, 2  # places, and of them so many in one page
"""After so many events, the line's pages are made in which so many places have been; till then its tree answers, in 10
µs."""


class LiveCylinder:
    """The components of the cylinder rule while observations arrive, late ones and repeated ones too.

    Every observation has a number, counted from 0 as they arrive, and a label: the smallest number of its component.
    After any order of arrival the components are those of `label_cylinder` on the same rows, since the same functions
    link them.

    An observation whose `key` was seen before is ignored: its first values stand. `merged` holds the labels that the
    last `add` made vanish: their components are now under the label it gave back.
    Memory: 300 to 500 bytes an observation; `forget_before` gives most of it back. Arrays are doubled when they are
    full, so single calls take longer, the sum does not. Not for several threads at once.

    >>> live = LiveCylinder(radius_m=1500.0, gap_us=6 * 3600 * 10**6)
    >>> live.add("a", 46.0, 39.0, 0, 0), live.add("b", 46.03, 39.0, 0, 0), live.add("c", 46.015, 39.0, 0, 0)
    (0, 1, 0)
    >>> live.merged
    [1]
    """

    def __init__(self, *, radius_m: float, gap_us: int) -> None:
        self._net: Net = make_net(radius_m, gap_us, rows=1024, live=True)
        self._numbers: dict[Hashable, int] = {}
        self._horizon = NO_TIME
        self._kernel = ready(add_observation)
        self._write_down()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._numbers

    @property
    def merged(self) -> list[int]:
        """The labels that vanished with the last `add` or `add_many`, rising."""
        return sorted(self._net.absorbed[: self._net.state[ABSORBED]].tolist())

    def add(
        self,
        key: Hashable,
        lon: float,
        lat: float,
        start_us: int,
        end_us: int,
        *,
        group: int = 0,
        listed: int = -1,
        linkable: bool = True,
    ) -> int:
        """The label of one observation; the columns are those of `label_cylinder`.

        Raises ValueError for an interval that ends before it starts or starts before what was forgotten, and for a
        group out of range, unless it is not linkable; the observation is then not counted.
        """
        row = self._numbers.get(key)
        if row is not None:
            self._net.state[ABSORBED] = 0
            return self.label_of(key)
        row = self._number_for(start_us, end_us, group, linkable)
        label: int = self._kernel(self._words.array, row, lon, lat, start_us, end_us, group, listed, linkable)
        if label == -1:
            self._make_room()
            label = self._kernel(self._words.array, row, lon, lat, start_us, end_us, group, listed, linkable)
        self._numbers[key] = row
        return label if label >= 0 else -2 - label

    def add_many(
        self,
        keys: Sequence[Hashable],
        lon: Floats,
        lat: Floats,
        start_us: Ints,
        end_us: Ints,
        group: Ints,
        listed: Ints,
        linkable: Mask,
    ) -> Ints:
        """The labels of many observations at once, as if each were added in turn; raises ValueError before the first
        is."""
        first = len(self._numbers)
        fresh: dict[Hashable, int] = {}
        for position, key in enumerate(keys):
            if key not in self._numbers:
                fresh.setdefault(key, position)
        rows = np.fromiter(fresh.values(), dtype=np.int64, count=len(fresh))
        places = [np.ascontiguousarray(column[rows], dtype=np.float64) for column in (lon, lat)]
        numbers = [np.ascontiguousarray(column[rows], dtype=np.int64) for column in (start_us, end_us, group, listed)]
        free = np.ascontiguousarray(linkable[rows], dtype=np.bool_)
        check_rows(numbers[0], numbers[1], numbers[2], free)
        if np.any(free & (numbers[0] < self._horizon)):
            raise ValueError(f"an observation starts before {self._horizon} µs, which is forgotten; start a new net")
        self._grow_to(first + len(rows))
        self._net.state[ABSORBED] = 0
        inserted, everything = 0, np.zeros(0, dtype=np.int64)
        while inserted < len(rows):
            if is_full(self._net):
                self._make_room()
            inserted = insert_rows(self._net, everything, inserted, first, *places, *numbers, free)
        gone = self._net.absorbed[: self._net.state[ABSORBED]]
        # Of what became one within the batch nobody had a label yet.
        older = gone[gone < first]
        self._net.absorbed[: len(older)] = older
        self._net.state[ABSORBED] = len(older)
        self._numbers.update(zip(fresh, range(first, first + len(rows)), strict=True))
        labels = self.labels()
        return labels[np.fromiter((self._numbers[key] for key in keys), dtype=np.int64, count=len(keys))]

    def label_of(self, key: Hashable) -> int:
        """The present label of an observation that was added."""
        parent, row = self._net.parent, self._numbers[key]
        # No shortening on the way: this only reads.
        while parent[row] != row:
            row = int(parent[row])
        return row

    def labels(self) -> Ints:
        """The present label of every observation, in order of arrival."""
        parent: Ints = self._net.parent[: len(self._numbers)].copy()
        flatten(parent)
        return parent

    def forget_before(self, time_us: int) -> None:
        """Give back the memory of what nothing that starts at `time_us` or later can be linked with.

        From then on an observation that starts earlier is refused. Labels and keys stay.
        """
        self._horizon = max(self._horizon, int(time_us))
        self._net.state[HORIZON] = self._horizon
        self._make_room()

    def _number_for(self, start_us: int, end_us: int, group: int, linkable: bool) -> int:
        """The number of the next observation, with room for it."""
        if linkable and not (-MOST_US <= start_us <= end_us <= MOST_US and 0 <= group < MOST_GROUPS):
            raise ValueError(
                f"an observation from {start_us} to {end_us} µs of group {group} cannot be added: it ends before it "
                f"starts, "
                "or is outside the calendar, or its group is not a small number"
            )
        if linkable and start_us < self._horizon:
            raise ValueError(f"an observation starts at {start_us} µs; all before {self._horizon} µs is forgotten")
        row = len(self._numbers)
        if row >= len(self._net.parent):
            self._grow_to(row + 1)
        return row

    def _grow_to(self, rows: int) -> None:
        have = len(self._net.parent)
        if rows > have:
            size = max(rows, 2 * have)
            parent = np.concatenate((self._net.parent, np.arange(have, size, dtype=np.int64)))
            self._net = self._net._replace(parent=parent, absorbed=np.zeros(size, dtype=np.int64))
            self._write_down()

    def _make_room(self) -> None:
        self._net = make_room(self._net)
        self._write_down()

    def _write_down(self) -> None:
        self._words = Words(self._net)


class Situated(NamedTuple):
    """What one observation is told at once."""

    label: int
    """As `LiveCylinder.add` gives it."""
    line_distance_m: float
    """NaN without a place or a line."""
    zones: list[int]
    """The zones of the index that hold the place at the observation's start, rising."""


class LiveStream(LiveCylinder):
    """Zones, metres to the line and the cylinder rule for one observation at a time, in one compiled call.

    zones, line: indexes of `geo`; their answers are those that they give for many places.
    """

    def __init__(self, zones: ZoneIndex, line: LineIndex, *, radius_m: float, gap_us: int) -> None:
        check_type(zones.arrays, ZONES_TYPE)
        check_type(line.arrays, LINE_TYPE)
        self._zones, self._line = zones, line
        self._zone_numbers = np.zeros(max(3 * zones.arrays.most_zones, 1), dtype=np.int32)
        self._recent: list[tuple[float, float]] = []
        super().__init__(radius_m=radius_m, gap_us=gap_us)
        self._situate = ready(situate_observation, np.int32)

    def situate(
        self,
        key: Hashable,
        lon: float,
        lat: float,
        start_us: int,
        end_us: int,
        *,
        group: int = 0,
        listed: int = -1,
        linkable: bool = True,
    ) -> Situated:
        """Add one observation and say where it is; raises ValueError as `add` does. A repeated key is only told
        again."""
        row = self._numbers.get(key)
        if row is not None:
            label = self.add(key, lon, lat, start_us, end_us)
            return Situated(label, *self._tell(lon, lat, start_us, end_us))
        row = self._number_for(start_us, end_us, group, linkable)
        label, metres, count = self._situate(
            self._words.array, self._zone_numbers, row, lon, lat, start_us, end_us, group, listed, linkable
        )
        if label < 0:
            if label == -1:
                self._make_room()
                label, metres, count = self._situate(
                    self._words.array, self._zone_numbers, row, lon, lat, start_us, end_us, group, listed, linkable
                )
            if label < 0:
                label = -2 - label
        self._numbers[key] = row
        self._recent.append((lon, lat))
        if len(self._recent) == _RECENT:
            self._prepare_line()
        return Situated(label, metres, self._zone_numbers[:count].tolist())

    def _tell(self, lon: float, lat: float, start_us: int, end_us: int) -> tuple[float, list[int]]:
        """Distance and zones alone."""
        _, metres, count = self._situate(
            self._words.array, self._zone_numbers, 0, lon, lat, start_us, end_us, 0, -1, False
        )
        return metres, self._zone_numbers[:count].tolist()

    def _prepare_line(self) -> None:
        places = np.array(self._recent)
        self._line.prepare(np.ascontiguousarray(places[:, 0]), np.ascontiguousarray(places[:, 1]), enough=_ENOUGH)
        self._recent.clear()
        self._write_down()

    def _write_down(self) -> None:
        self._words = Words(self._net, self._zones.arrays, self._line.arrays)
