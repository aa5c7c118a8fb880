"""The cylinder rule, compiled: which observations are one event, from numpy arrays, in time that grows with their
number.

Two rows are linked if they are of one group, not of one event list, at most `radius_m` apart in a straight line and
their intervals at most `gap_us` apart; links chain.

How. Rows lie in boxes of space (cubes of four radii, Earth-centred, so that 180° and the poles are places like others)
and time (slabs of two gaps; rows with long intervals in levels of longer slabs). In a box, rows of one small cube, one
list and one component whose intervals leave no hole longer than the gap form a *run*, with its extent in space and
time. For any row, being within the gap of a run's whole interval is being within the gap of one of its rows: a time
outside has its end as neighbour, a time in a hole has both sides. So a new row mostly asks runs, by their extents, and
walks along the rows of a run only where the extent does not settle it. A million rows at one point and time are one
run.

Exactness. The distance is decided as dx·dx + dy·dy + dz·dz ≤ radius·radius in float64, in this order and without fused
operations; rounding keeps order, so an extent that says "all within" or "none within" says what its rows would say.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from trucewatch.fusion.cylinder_kernels import (
    FIRST_SLAB,
    GAP,
    HORIZON,
    LAST_SLAB,
    LEVELS,
    LISTS,
    LONGEST,
    MEMBERS,
    MOST_GROUPS,
    MOST_US,
    NO_TIME,
    POOL_FREE,
    POOL_USED,
    RUNS,
    S_PLACE,
    SLOTS_USED,
    WIDTH,
    drop_boxes,
    flatten,
    insert_rows,
    is_full,
    move_slots,
    place_rows,
)
from trucewatch.geo.arrays import Floats, Ints, Mask

_SHORTEST_SLAB_US: Final = 3_600_000_000  # an hour, where two gaps are less
_SMALLEST_BOX_M: Final = 16.0  # where four radii are less: a radius of 0 is allowed


class Net(NamedTuple):
    """Everything that is known of the rows so far; arrays only, so that compiled code takes it as it is."""

    slots: Any
    runs: Any
    extents: Any
    members: Any
    points: Any
    lists: Any
    parent: Any
    state: Any
    sizes: Any


def make_net(radius_m: float, gap_us: int, *, rows: int) -> Net:
    """An empty net for rows numbered below `rows`. Raises ValueError for a radius or gap that is no number ≥ 0."""
    if not (0 <= radius_m < math.inf):
        raise ValueError(f"the radius is {radius_m} m; give a number of metres, 0 or more")
    if gap_us < 0:
        raise ValueError(f"the gap is {gap_us} µs; give 0 or more")
    gap_us = min(int(gap_us), MOST_US)
    state = np.zeros(LONGEST + 3 * LEVELS, dtype=np.int64)
    state[[RUNS + POOL_FREE, MEMBERS + POOL_FREE, LISTS + POOL_FREE]] = -1
    state[GAP], state[WIDTH], state[HORIZON] = gap_us, max(2 * gap_us, _SHORTEST_SLAB_US), NO_TIME
    state[LONGEST : LONGEST + LEVELS] = -1
    state[FIRST_SLAB : FIRST_SLAB + LEVELS] = np.iinfo(np.int64).max
    state[LAST_SLAB : LAST_SLAB + LEVELS] = np.iinfo(np.int64).min
    # Boxes are looked for a little further than the radius, so that rounding leaves none out.
    reach = radius_m * (1 + 1e-9) + 1e-6
    # A cube's diagonal is the radius: whatever is in one is near enough to each other.
    box, cube = max(4 * radius_m, _SMALLEST_BOX_M), max(radius_m / math.sqrt(3.0), 1e-3)
    slots = np.zeros((2048, 4), dtype=np.int64)
    slots[:, S_PLACE] = -1
    return Net(
        slots=slots,
        runs=np.zeros((1024, 8), dtype=np.int64),
        extents=np.zeros((1024, 6)),
        members=np.zeros((1024, 4), dtype=np.int64),
        points=np.zeros((1024, 3)),
        lists=np.zeros((64, 4), dtype=np.int64),
        parent=np.arange(rows, dtype=np.int64),
        state=state,
        sizes=np.array([radius_m * radius_m, reach, 1 / box, 1 / cube]),
    )


def make_room(net: Net) -> Net:
    """The net without the boxes that no row starting at the horizon or later can meet, and larger where it is still
    full."""
    left = drop_boxes(net)
    # Always a new table: places of dropped boxes would break the chains of those behind them.
    slots = np.zeros((len(net.slots) * (2 if 4 * left > len(net.slots) else 1), 4), dtype=np.int64)
    slots[:, S_PLACE] = -1
    move_slots(net.slots, slots)
    net.state[SLOTS_USED] = left
    grown = {"slots": slots}
    for pool, names in ((RUNS, ("runs", "extents")), (MEMBERS, ("members", "points")), (LISTS, ("lists",))):
        for name in names:
            records = getattr(net, name)
            if 2 * net.state[pool + POOL_USED] > len(records):
                grown[name] = np.concatenate((records, np.zeros_like(records)))
    return net._replace(**grown)


def label_cylinder(
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    start_us: npt.ArrayLike,
    end_us: npt.ArrayLike,
    group: npt.ArrayLike,
    listed: npt.ArrayLike,
    linkable: npt.ArrayLike,
    radius_m: float,
    gap_us: int,
) -> Ints:
    """A label for each row, shape (n,): the number of the first row of its component, whatever the order of the rows.

    lon, lat: WGS 84 degrees (−360 to 360, −90 to 90); a row with any other place is alone. start_us, end_us:
    microseconds since 1970, UTC. group: 0 to 2²⁰ − 1, only equal ones are linked. listed: the number of the row's event
    list, −1 for none; two rows of one list are never linked directly. linkable: False for rows that stay alone.
    Cost: linear in rows that come in order of start (others are sorted first), whatever stands at one point or time; a
    row whose interval is longer than two gaps costs as many looks as slabs fit into it. Memory: 8 bytes a row and up to
    500 for each that a later row can still meet.
    Limits: at one place, rows of one list that nothing joins are compared with other sources' rows one by one.
    Raises ValueError for columns of different length, a group out of range, an interval that ends before it starts.
    """
    places = [np.ascontiguousarray(column, dtype=np.float64) for column in (lon, lat)]
    numbers = [np.ascontiguousarray(column, dtype=np.int64) for column in (start_us, end_us, group, listed)]
    free = np.ascontiguousarray(linkable, dtype=np.bool_)
    count = len(free)
    if any(column.shape != (count,) for column in (*places, *numbers)):
        raise ValueError("the columns differ in length; give one value a row in each")
    check_rows(numbers[0], numbers[1], numbers[2], free)
    start = numbers[0]
    order = np.zeros(0, dtype=np.int64)
    if count and np.any(start[1:] < start[:-1]):
        # In order of start a horizon can be drawn, and memory given back.
        order = np.argsort(start, kind="stable").astype(np.int64)
    net = make_net(radius_m, gap_us, rows=count)
    inserted = 0
    while inserted < count:
        if is_full(net):
            net.state[HORIZON] = start[order[inserted] if order.size else inserted]
            net = make_room(net)
        inserted = insert_rows(net, order, inserted, *places, *numbers, free)
    flatten(net.parent)
    return np.asarray(net.parent, dtype=np.int64)


def check_rows(start: Ints, end: Ints, group: Ints, linkable: Mask) -> None:
    """Raises ValueError, naming the row, for a linkable row that no net can hold."""
    for bad, what in (
        (end < start, "ends before it starts"),
        ((start < -MOST_US) | (end > MOST_US), "has a time outside the calendar"),
        ((group < 0) | (group >= MOST_GROUPS), f"has a group outside 0 to {MOST_GROUPS - 1}"),
    ):
        rows = np.flatnonzero(bad & linkable)
        if rows.size:
            raise ValueError(f"row {rows[0]} {what}; mend it or give it as not linkable")


def earth_centred(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """The places as the rule sees them: Earth-centred x, y, z in metres, shape (n, 3); for oracles and tests."""
    return np.asarray(
        place_rows(np.ascontiguousarray(lon, dtype=np.float64), np.ascontiguousarray(lat, dtype=np.float64))
    )
