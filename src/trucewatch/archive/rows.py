"""Rows of an archive: numpy columns, only those that the input has; one order for every set of rows, and no row
twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.archive.row_kernels import mark_repeats, mix_column, order_ties
from trucewatch.fusion.word_hashes import hash_of

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NOTHING: Final = hash_of("")
"""The number of the empty word."""
TYPES: Final[Mapping[str, Any]] = {
    "start_us": np.int64,
    "end_us": np.int64,
    "lon": np.float64,
    "lat": np.float64,
    "semi_major_m": np.float32,
    "semi_minor_m": np.float32,
    "major_azimuth_deg": np.float32,
    "time_sd_s": np.float32,
    "observer_lon": np.float64,
    "observer_lat": np.float64,
    "bearing_deg": np.float32,
    "bearing_sd_deg": np.float32,
    "range_m": np.float32,
    "range_sd_m": np.float32,
    "kind": np.int8,
    "means": np.int8,
    "source": np.int64,
    "sensor": np.int64,
    "claimed_by": np.int64,
    "text": np.int64,
    "text_id": np.int64,
    "simulated": np.bool_,
    "rank": np.int8,
    "known_us": np.int64,
    "line": np.int64,
    "file": np.int32,
}
"""Columns that rows may have. Words are 61 bits of their hash; `text` is that of what people say, in letters and digits
only, and `text_id` the hash of an id of the input's own."""
DEFAULTS: Final[Mapping[str, Any]] = {
    "source": NOTHING,
    "sensor": NOTHING,
    "claimed_by": NOTHING,
    "text": NOTHING,
    "text_id": 0,
    "simulated": False,
    "rank": 0,
    "known_us": 0,
    "line": 0,
    "file": 0,
}
_MIXED: Final = (
    "kind",
    "means",
    "source",
    "simulated",
    "claimed_by",
    "text",
    "text_id",
    "semi_major_m",
    "semi_minor_m",
    "major_azimuth_deg",
    "time_sd_s",
    "observer_lon",
    "observer_lat",
    "bearing_deg",
    "bearing_sd_deg",
    "range_m",
    "range_sd_m",
)
"""What tells two rows apart beside device, times and place."""
_NAN_BITS: Final = int(np.array([np.nan]).view(np.int64)[0])


@dataclass(frozen=True, slots=True)
class Rows:
    """`count` rows; `ids` where the input has our observation ids. A column that is absent has its default in every
    row."""

    count: int
    columns: dict[str, npt.NDArray[Any]]
    ids: Any = None
    texts: dict[int, str] = field(default_factory=dict)
    """The word of each number in source, sensor and claimed_by."""

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        if name in self.columns:
            return self.columns[name]
        if name == "end_us":
            return self.columns["start_us"]
        kind = TYPES[name]
        default = DEFAULTS.get(name, np.nan)
        return np.broadcast_to(np.array(default, dtype=kind), self.count)

    def take(self, rows: npt.NDArray[Any]) -> Rows:
        """The rows of these numbers, or where a mask is true."""
        if rows.dtype == np.bool_:
            rows = np.flatnonzero(rows)
        ids = None if self.ids is None else self.ids.take(pa.array(rows))
        columns = {name: column[rows] for name, column in self.columns.items()}
        return Rows(len(next(iter(columns.values()))), columns, ids, self.texts)

    def part(self, begin: int, end: int) -> Rows:
        """Rows begin … end - 1, without copying."""
        ids = None if self.ids is None else self.ids.slice(begin, end - begin)
        return Rows(end - begin, {name: column[begin:end] for name, column in self.columns.items()}, ids, self.texts)

    def with_line_numbers(self, file: int, lines: Whole) -> Rows:
        """The same, knowing where each row stood."""
        columns = {**self.columns, "line": lines, "file": np.full(self.count, file, dtype=np.int32)}
        return Rows(self.count, columns, self.ids, self.texts)

    @property
    def nbytes(self) -> int:
        """What the columns hold."""
        return sum(column.nbytes for column in self.columns.values()) + (30 * self.count if self.ids is not None else 0)


def no_rows() -> Rows:
    """None, with the columns that rows need."""
    return Rows(0, {name: np.zeros(0, TYPES[name]) for name in ("start_us", "lon", "lat", "kind", "means")})


def concat_rows(parts: Sequence[Rows]) -> Rows:
    """All rows, in the order of the parts; a column that some lack is filled with its default."""
    parts = [part for part in parts if len(part)] or list(parts[:1])
    if len(parts) <= 1:
        return parts[0] if parts else no_rows()
    names = dict.fromkeys(name for part in parts for name in part.columns)
    texts: dict[int, str] = {}
    for part in parts:
        texts.update(part.texts)
    ids = None if parts[0].ids is None else pa.concat_arrays([_flat(part.ids) for part in parts])
    columns = {name: np.concatenate([part[name] for part in parts]) for name in names}
    return Rows(sum(len(part) for part in parts), columns, ids, texts)


def _flat(ids: Any) -> Any:
    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids


def bits_of(values: npt.NDArray[Any]) -> Whole:
    """Numbers as 64 bits: those of a double, of which there is one zero and one NaN; whole numbers as they are."""
    if values.dtype.kind != "f":
        return values.astype(np.int64)
    doubles = values.astype(np.float64) + 0.0
    bits = doubles.view(np.int64)
    return np.where(np.isnan(doubles), _NAN_BITS, bits)


def devices_of_rows(rows: Rows) -> Whole:
    """A number for the source and sensor of each row, as `fusion.measurements` has it."""
    with np.errstate(over="ignore"):
        mixed = rows["source"] * np.int64(1_000_003) + rows["sensor"]
    return np.asarray(mixed & np.int64((1 << 61) - 1), dtype=np.int64)


def identities_of(rows: Rows) -> Whole:
    """device, end, lon, lat and the mix of all other columns, shape (n, 5): with the start, what makes a row the row it
    is."""
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for number, name in enumerate(_MIXED):
        if name in rows.columns:
            nothing = _NAN_BITS if TYPES[name] in (np.float32, np.float64) else int(DEFAULTS.get(name, -1))
            salt = ((number + 1) * 0x9E3779B97F4A7C15) & 0x7FFFFFFFFFFFFFFF
            mix_column(mixed, bits_of(rows.columns[name]), salt, nothing)
    keys = np.empty((len(rows), 5), dtype=np.int64)
    keys[:, 0], keys[:, 1] = devices_of_rows(rows), rows["end_us"]
    keys[:, 2], keys[:, 3], keys[:, 4] = bits_of(rows["lon"]), bits_of(rows["lat"]), mixed.view(np.int64)
    return keys


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows in their order: by start, then by `identities`; and the rows that say again what one of them says."""

    rows: Rows
    identities: Whole
    repeats: Rows
    repeat_of: Whole
    """The number in `rows` of the one that each repeat repeats."""


def order_rows(rows: Rows) -> Ordered:
    """The order of a set of rows, however they came. With our ids, of the rows of one id and start the latest known
    stands."""
    start, keys = rows["start_us"], identities_of(rows)
    order = np.arange(len(rows), dtype=np.int64)
    if np.any(start[1:] < start[:-1]):
        order = np.argsort(start, kind="stable").astype(np.int64)
    order_ties(order, start, keys)
    repeats = np.zeros(len(rows), dtype=np.bool_)
    if rows.ids is not None:
        of = _versions(rows, order, repeats)
    elif mark_repeats(order, start, keys, repeats):
        of = np.cumsum(~repeats)[repeats] - 1
    else:
        of = np.zeros(0, dtype=np.int64)
    if not repeats.any() and np.array_equal(order, np.arange(len(order))):
        return Ordered(rows, keys, rows.part(0, 0), of)
    firsts = order[~repeats]
    return Ordered(rows.take(firsts), keys[firsts], rows.take(order[repeats]), of.astype(np.int64))


def _versions(rows: Rows, order: Whole, repeats: Mask) -> Whole:
    """Marks all but one row of each id and start: the one of the highest rank, known last, first in order, stands."""
    codes = _flat(rows.ids).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)[order]
    start, rank, known_us = (rows[name][order].astype(np.int64) for name in ("start_us", "rank", "known_us"))
    by_id = np.lexsort((np.arange(len(order)), -known_us, -rank, start, codes))
    same = np.zeros(len(order), dtype=np.bool_)
    same[1:] = (codes[by_id][1:] == codes[by_id][:-1]) & (start[by_id][1:] == start[by_id][:-1])
    standing = by_id[np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))]
    stands_for = np.empty(len(order), dtype=np.int64)
    stands_for[by_id] = standing
    repeats[by_id] = same
    place = np.cumsum(~repeats) - 1
    return np.asarray(place[stands_for[repeats]], dtype=np.int64)
