"""Rows of whole events → the archive's incidents: where and when, of which kind, in which zones, how far from the
line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.archive.id_kernels import NAME_LENGTH, name_rows
from trucewatch.archive.row_kernels import fill_places, order_ties, place_singles, span_groups
from trucewatch.archive.rows import NOTHING, Mask, Rows, Whole
from trucewatch.archive.slice_association import FAMILY_OF_KIND, observations_of
from trucewatch.archive.zone_lookup import PLACED, Situation
from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.locate import STRAYS, locate_events
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import FLOOR_M, Reports, prepare_reports
from trucewatch.fusion.voices import settle_voices
from trucewatch.model.observation import KINDS, MEANS

Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.uint8]

_TIME: Final = pa.timestamp("us", tz="UTC")
_KIND: Final = pa.dictionary(pa.int8(), pa.string())
ARCHIVE_SCHEMA: Final = pa.schema(
    [
        pa.field("incident_id", pa.string(), nullable=False),
        pa.field("observations", pa.int32(), nullable=False),
        pa.field("kind", _KIND, nullable=False),
        pa.field("occurred_start", _TIME, nullable=False),
        pa.field("occurred_end", _TIME, nullable=False),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("semi_major_m", pa.float64()),
        pa.field("semi_minor_m", pa.float64()),
        pa.field("major_azimuth_deg", pa.float64()),
        pa.field("zones", PLACED, nullable=False),
        pa.field("line_distance_m", pa.float64()),
        pa.field("simulated", pa.bool_(), nullable=False),
    ]
)
"""Ellipses are one sigma; `zones`: the ids of those that hold the place at the incident's start; `observations`: how
many."""

_TELLING: Final = (*BLAST_AND_FIRE, *(word for word in KINDS if word not in BLAST_AND_FIRE))
_RANK: Final = np.array([_TELLING.index(word) for word in KINDS], dtype=np.int64)
_SPOKEN: Final = (MEANS.index("public"), MEANS.index("party"))
_LIST: Final = MEANS.index("event_list")


@dataclass(frozen=True, slots=True)
class Closed:
    """Incidents in the order in which they became final, then of ids; both for merging; and the incident of each ready
    row."""

    table: pa.Table
    last_us: Whole
    names: Names
    incident_of: Whole

    def __len__(self) -> int:
        return len(self.last_us)


def build_incidents(
    rows: Rows, identities: Whole, label: Whole, *, ready: Mask, last_us: Whole, situation: Situation
) -> Closed:
    """The incidents of ordered rows, of which `label` names one row of each event. A function of each event's rows
    alone.

    ready: which rows are of whole events; the others are left alone. last_us: for each row the last end of all that had
    to be divided together with it.
    """
    is_root = (label == np.arange(len(rows))) & ready
    roots = np.flatnonzero(is_root)
    group = (np.cumsum(is_root, dtype=np.int32) - np.int32(1))[label]
    members = np.bincount(group if ready.all() else group[ready], minlength=len(roots)).astype(np.int32)
    many = np.flatnonzero((members[group] > 1) & ready) if len(roots) else roots
    named = many if rows.ids is None else many[np.argsort(naming_ranks(rows)[many], kind="stable")]
    order = named[np.argsort(group[named], kind="stable")].astype(np.int64)
    several = np.flatnonzero(members > 1)
    bounds = np.concatenate(([0], np.cumsum(members[several]))).astype(np.int64)

    start, end, last = rows["start_us"][roots], rows["end_us"][roots], last_us[roots]
    rank = _RANK[rows["kind"][roots]]
    spans = np.zeros((len(several), 3), dtype=np.int64)
    span_groups(order, bounds, rows["start_us"], rows["end_us"], _RANK[rows["kind"]], spans)
    start[several], end[several], rank[several] = spans.T
    names = _names_of(rows, identities, label, roots)
    places = _places_of(rows, identities[:, 0], roots, several, order, bounds)

    sequence = np.arange(len(roots), dtype=np.int64)
    if np.any(last[1:] < last[:-1]):
        sequence = np.argsort(last, kind="stable").astype(np.int64)
    order_ties(sequence, last, names)
    place_in = np.empty(len(roots), dtype=np.int64)
    place_in[sequence] = np.arange(len(roots))
    names, start = names[sequence], start[sequence]
    columns = [np.round(column[sequence], digits) for column, digits in zip(places, (6, 6, 1, 1, 1), strict=True)]
    zones, metres = situation.situate(columns[0], columns[1], start)
    table = pa.Table.from_arrays(
        [
            texts_of(names),
            pa.array(members[sequence]),
            pa.DictionaryArray.from_arrays(pa.array(rank[sequence].astype(np.int8)), pa.array(_TELLING)),
            pa.array(start).cast(_TIME),
            pa.array(end[sequence]).cast(_TIME),
            *(pa.array(column, from_pandas=True) for column in columns),
            zones,
            pa.array(np.round(metres, 1), from_pandas=True),
            pa.array(rows["simulated"][roots][sequence]),
        ],
        schema=ARCHIVE_SCHEMA,
    )
    return Closed(table, last[sequence], names, place_in[group] if len(roots) else group)


def naming_ranks(rows: Rows) -> Whole:
    """The place of each row's id among all, from 1: the order in which a run takes the rows of an event."""
    return np.asarray(pc.rank(rows.ids, tiebreaker="dense").to_numpy(), dtype=np.int64)


def sort_keys(names: Names) -> Whole:
    """Ids as numbers in the same order, shape (n, 4)."""
    padded = np.zeros((len(names), 32), dtype=np.uint8)
    padded[:, : NAME_LENGTH - 2] = names[:, 2:]
    return padded.view(">i8").astype(np.int64)


def texts_of(names: Names) -> Any:
    """Ids as an Arrow column."""
    ends = np.arange(0, NAME_LENGTH * (len(names) + 1), NAME_LENGTH, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(names), pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(names).reshape(-1))
    )


def _names_of(rows: Rows, identities: Whole, label: Whole, roots: Whole) -> Names:
    """The id of each incident: by its smallest member's id where rows have ids, else made from its first member."""
    names = np.empty((len(roots), NAME_LENGTH), dtype=np.uint8)
    if rows.ids is not None:
        # The likelihood rule labels an event by its first row in the order of ids; the cylinder rule by its first in
        # time.
        rank = naming_ranks(rows)
        smallest = np.full(len(rows), len(rows) + 1, dtype=np.int64)
        np.minimum.at(smallest, label, rank)
        by_rank = np.empty(len(rows) + 1, dtype=np.int64)
        by_rank[rank] = np.arange(len(rows))
        smallest_ids = rows.ids.take(pa.array(by_rank[smallest[roots]])).to_pylist()
        names[:] = np.frombuffer("".join(smallest_ids).encode(), dtype=np.uint8).reshape(-1, NAME_LENGTH)
        names[:, 0] = ord("i")
        return names
    name_rows(roots, rows["start_us"], identities, names)
    return names


def _places_of(rows: Rows, device: Whole, roots: Whole, several: Whole, order: Whole, bounds: Whole) -> Floats:
    """lon, lat, semi_major_m, semi_minor_m, major_azimuth_deg of each incident, shape (5, n), as `locate_events` gives
    them.

    A single row keeps its place; its ellipse is widened for the chance that it strays. Events with a bearing, or that
    people tell of, are located from all that `prepare_reports` makes of them; others from place, ellipse and device
    alone.
    """
    places = np.full((5, len(roots)), np.nan)
    spoken = np.isin(rows["means"], _SPOKEN)
    if "claimed_by" in rows.columns:  # whom a row of a list names is its voice, not the list
        spoken |= (rows["means"] == _LIST) & (rows["claimed_by"] != NOTHING)
    sighted = np.isnan(rows["lon"]) & np.isfinite(rows["bearing_deg"])
    plain = np.ones(len(roots), dtype=np.bool_)
    plain[several] = False
    if "bearing_deg" in rows.columns:
        plain &= ~sighted[roots]
    single = np.flatnonzero(plain)
    place_singles(
        single,
        roots,
        rows["lon"],
        rows["lat"],
        rows["semi_major_m"],
        rows["semi_minor_m"],
        rows["major_azimuth_deg"],
        rows["means"],
        FAMILY_OF_KIND[rows["kind"]] == 0,
        means_table().place_sd_m,
        FLOOR_M,
        STRAYS[1],
        places,
    )
    full = (spoken | sighted)[order]
    is_full = np.zeros(len(several), dtype=np.bool_)
    if len(several):
        is_full = np.logical_or.reduceat(full, bounds[:-1])
    of_row = np.repeat(is_full, np.diff(bounds))
    sizes = np.diff(bounds)
    places[:, several[~is_full]] = _plain_places(rows, device, order[~of_row], _ends(sizes[~is_full])).T
    alone = np.flatnonzero(~plain)
    alone = alone[~np.isin(alone, several)] if len(alone) else alone
    general = np.concatenate((order[of_row], roots[alone]))
    if len(general):
        located = _general_places(
            rows, general, _ends(np.concatenate((sizes[is_full], np.ones(len(alone), dtype=np.int64))))
        )
        places[:, np.concatenate((several[is_full], alone))] = located.T
    return places


def _ends(sizes: Whole) -> Whole:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _plain_places(rows: Rows, device: Whole, order: Whole, bounds: Whole) -> Floats:
    table = means_table()
    reports = Reports.blank(len(order))
    f, k = reports.f, reports.k
    whole = (rows["sensor"] == NOTHING).astype(np.int64)
    voice = np.where(rows["means"] == _LIST, rows["source"], device)  # a list is one voice
    fill_places(
        order,
        rows["lon"],
        rows["lat"],
        rows["semi_major_m"],
        rows["semi_minor_m"],
        rows["major_azimuth_deg"],
        rows["means"],
        voice,
        whole,
        table.place_sd_m,
        FLOOR_M,
        f,
        k,
    )
    k["group"] = FAMILY_OF_KIND[rows["kind"][order]] * 2 + rows["simulated"][order]
    places, _ = locate_events(reports, np.arange(len(order), dtype=np.intp), bounds.astype(np.intp))
    return places


def _general_places(rows: Rows, order: Whole, bounds: Whole) -> Floats:
    part = rows.take(order)
    reports = prepare_reports(observations_of(Rows(len(part), part.columns, None, part.texts)))
    every, ends = np.arange(len(order), dtype=np.intp), bounds.astype(np.intp)
    places, _ = locate_events(settle_voices(reports, every, ends), every, ends)
    return places
