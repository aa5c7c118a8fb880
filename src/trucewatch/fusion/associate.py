"""Which observations are one event: the cylinder rule. Within so many metres and hours of each other, in a chain."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.cylinder import label_cylinder
from trucewatch.fusion.cylinder_kernels import MOST_US
from trucewatch.fusion.measurements import FAMILY, numbers_of
from trucewatch.geo.arrays import Ints

BLAST_AND_FIRE: Final = (*FAMILY[:-1], "thermal_anomaly", FAMILY[-1])
"""Kinds that one event may show at once, the most telling first: hostilities, which are not told apart, come after all
others. Every other kind is only joined with its own."""


def associate_observations(observations: pa.Table, *, radius_m: float, gap_s: float) -> Ints:
    """A label for each row, shape (n,): rows with the same label are held to be one event.

    Two rows are joined if they are at most `radius_m` apart on the ground and the gap between their intervals is at
    most `gap_s`; joins chain. Never joined: simulated with real rows; kinds of different families; two rows of one
    event list (its rows are events already); a row without a place, or whose one-sigma ellipse is wider than
    `radius_m`, because nothing shows that it is the same event.
    Limits: chains can swallow a whole front on a dense day. A label is the number of its event's first row; nothing may
    be built on that.
    Source: the peers' definition in the project's performance notes (planar cylinder, connected components).
    """
    lon, lat, spread = (numbers_of(observations[name]) for name in ("lon", "lat", "semi_major_m"))
    return label_cylinder(
        lon,
        lat,
        _microseconds(observations["occurred_start"]),
        _microseconds(observations["occurred_end"]),
        _groups(observations),
        _event_lists(observations),
        # A spread that is not stated (NaN) does not bar a row; an infinite one does.
        np.isfinite(lon) & np.isfinite(lat) & ~(spread > radius_m) & ~np.isinf(spread),
        radius_m,
        round(min(gap_s * 1e6, MOST_US)),  # whole microseconds, as all times are
    )


def _microseconds(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)


def _groups(observations: pa.Table) -> Ints:
    """A number for each family of kinds, real and simulated apart."""
    kinds = observations["kind"].combine_chunks().dictionary_encode()
    words = kinds.dictionary.to_pylist()
    family_of = np.array(
        [0 if word in BLAST_AND_FIRE else 1 + index for index, word in enumerate(words)], dtype=np.int64
    )
    family = family_of[kinds.indices.to_numpy(zero_copy_only=False)] if words else np.zeros(0, dtype=np.int64)
    simulated = observations["simulated"].to_numpy(zero_copy_only=False).astype(np.int64)
    return np.asarray(family * 2 + simulated, dtype=np.int64)


def _event_lists(observations: pa.Table) -> Ints:
    """A number for the source and claimant of each row that comes from an event list; -1 for all others. What a list
    writes down of several speakers are several lists: one speaker's rows may tell of the same event as another's."""
    named = pc.binary_join_element_wise(
        observations["source"].combine_chunks(), observations["claimed_by"].combine_chunks(), "\x1f"
    )
    sources = named.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    is_list = pc.equal(observations["means"], "event_list").to_numpy(zero_copy_only=False)
    return np.where(is_list, sources, -1).astype(np.int64)
