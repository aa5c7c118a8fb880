"""Compiled: the steps of the cylinder rule. `cylinder.py` says what they decide and why it is exact.

All but a few are inlined: a net is some eighty words, too many to hand over for every row. None counts references
(`_nrt`): they neither make nor keep arrays, and counting would cost three quarters of the time.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from trucewatch.geo.compiler import njit

uncounted: Any = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
inlined: Any = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)
counted: Any = njit(cache=True, nogil=True, error_model="numpy")

S_PLACE, S_TIME, S_RUN, S_LIST = range(4)
"""A slot of the hash table, a box: its two keys, its first run of rows of no list, its first event list."""
R_CUBE, R_START, R_END, R_HEAD, R_TAIL, R_NEXT, R_ROW = range(7)
"""A run: its small cube, its interval, its first and last member, the next run of the chain, one of its rows."""
M_START, M_END, M_NEXT = range(3)
L_LIST, L_RUN, L_NEXT = range(3)
POOL_TOP, POOL_FREE, POOL_USED = range(3)
RUNS, MEMBERS, LISTS = 0, 3, 6
"""Where each pool keeps its three counters in `state`."""
SLOTS_USED, GAP, WIDTH, HORIZON, LEVELS_USED, LONGEST = range(9, 15)
LEVELS: Final = 40  # slabs from an hour to 2³⁹ hours: longer than any interval between the ends of the calendar
FIRST_SLAB, LAST_SLAB = LONGEST + LEVELS, LONGEST + 2 * LEVELS
RADIUS2, REACH, PER_BOX, PER_CUBE = range(4)

NONE: Any = np.int64(-1)
NO_TIME: Final = -(1 << 62)  # before every time of the calendar
MOST_US: Final = 1 << 59
"""About 18,000 years to either side of 1970; no calendar of ours goes further."""
MOST_GROUPS: Final = 1 << 20
_MASK: Final = (1 << 20) - 1  # 20 bits a side: see _pack


@counted
def place_rows(lon: Any, lat: Any) -> Any:
    places = np.empty((lon.size, 3))
    for row in range(lon.size):
        places[row, 0], places[row, 1], places[row, 2] = place_row(lon[row], lat[row])
    return places


@inlined
def sine_cosine(degrees: float) -> tuple[float, float]:
    """Sine and cosine by their series, in products and sums only: the same bits on every machine."""
    # Within ±45° of a quarter turn; each line is one more term of Taylor's series, to t¹⁷ and t¹⁶.
    quarter = np.rint(degrees / 90.0)
    t = (degrees - 90.0 * quarter) * (math.pi / 180.0)
    u = t * t
    s = 1.0 - u / 272.0
    s = 1.0 - u * (1.0 / 210.0) * s
    s = 1.0 - u * (1.0 / 156.0) * s
    s = 1.0 - u * (1.0 / 110.0) * s
    s = 1.0 - u * (1.0 / 72.0) * s
    s = 1.0 - u * (1.0 / 42.0) * s
    s = 1.0 - u * (1.0 / 20.0) * s
    s = t * (1.0 - u * (1.0 / 6.0) * s)
    c = 1.0 - u * (1.0 / 240.0)
    c = 1.0 - u * (1.0 / 182.0) * c
    c = 1.0 - u * (1.0 / 132.0) * c
    c = 1.0 - u * (1.0 / 90.0) * c
    c = 1.0 - u * (1.0 / 56.0) * c
    c = 1.0 - u * (1.0 / 30.0) * c
    c = 1.0 - u * (1.0 / 12.0) * c
    c = 1.0 - u * 0.5 * c
    turn = int(quarter) & 3
    if turn == 0:
        return s, c
    if turn == 1:
        return c, -s
    if turn == 2:
        return -s, -c
    return -c, s


@inlined
def place_row(lon: float, lat: float) -> tuple[float, float, float]:
    """Earth-centred x, y, z of a place on the WGS 84 ellipsoid (a = 6,378,137 m, 1/f = 298.257223563)."""
    e2 = (2.0 - 1.0 / 298.257223563) / 298.257223563
    sin_lat, cos_lat = sine_cosine(lat)
    sin_lon, cos_lon = sine_cosine(lon)
    n = 6_378_137.0 / math.sqrt(1.0 - e2 * sin_lat * sin_lat)
    return n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - e2) * sin_lat


@uncounted
def insert_rows(
    net: Any,
    order: Any,
    number: int,
    lon: Any,
    lat: Any,
    start: Any,
    end: Any,
    group: Any,
    listed: Any,
    linkable: Any,
) -> int:
    """Insert rows from the `number`-th on until there may be no room; how far it came."""
    while number < start.size:
        row = order[number] if order.size else number
        if linkable[row] and abs(lat[row]) <= 90.0 and abs(lon[row]) <= 360.0:
            if is_full(net):
                break
            x, y, z = place_row(lon[row], lat[row])
            link_row(net, row, x, y, z, start[row], end[row], group[row], listed[row])
        number += 1
    return number


@inlined
def find_root(parent: Any, row: int) -> int:
    """The first row of a row's component; shortens the way there."""
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@inlined
def _join(net: Any, row: int, other: int) -> None:
    """Make two components one, under the smaller number."""
    a, b = find_root(net.parent, row), find_root(net.parent, other)
    if a == b:
        return
    if b < a:
        a, b = b, a
    net.parent[b] = a


@inlined
def link_row(net: Any, row: int, x: float, y: float, z: float, start: int, end: int, group: int, listed: int) -> None:
    """Join a row with every row so far that it is linked to, and keep it. There must be room (`is_full`)."""
    state, sizes, slots = net.state, net.sizes, net.slots
    gap, reach, per_box, per_cube = state[GAP], sizes[REACH], sizes[PER_BOX], sizes[PER_CUBE]
    # 1. The level whose slabs are at least as long as the row's interval.
    level, width = 0, state[WIDTH]
    while end - start > width:
        level += 1
        width <<= 1
    # 2. What bounds the search: the longest interval of each level, and its first and last slab.
    state[LEVELS_USED] = max(state[LEVELS_USED], level + 1)
    state[LONGEST + level] = max(state[LONGEST + level], end - start)
    slab = start // width
    state[FIRST_SLAB + level] = min(state[FIRST_SLAB + level], slab)
    state[LAST_SLAB + level] = max(state[LAST_SLAB + level], slab)
    # 3. Its own box and small cube, and the boxes within reach: two a side at most, as a box is four radii.
    cube = _pack(_cell(x, per_cube), _cell(y, per_cube), _cell(z, per_cube))
    home = _pack(_cell(x, per_box), _cell(y, per_box), _cell(z, per_box))
    home_time = _time_key(slab, level, group)
    x0, x1 = _cell(x - reach, per_box), _cell(x + reach, per_box)
    y0, y1 = _cell(y - reach, per_box), _cell(y + reach, per_box)
    z0, z1 = _cell(z - reach, per_box), _cell(z + reach, per_box)
    in_run = False
    for k in range(state[LEVELS_USED]):
        if state[LONGEST + k] < 0:
            continue
        width = state[WIDTH] << k
        # A row of this level starts in its slab and lasts LONGEST at most: earlier slabs end before the gap.
        first = max((start - gap - state[LONGEST + k]) // width, state[FIRST_SLAB + k])
        last = min((end + gap) // width, state[LAST_SLAB + k])
        for slab in range(first, last + 1):
            time = _time_key(slab, k, group)
            for i in range(x0, x1 + 1):
                for j in range(y0, y1 + 1):
                    for m in range(z0, z1 + 1):
                        place = _pack(i, j, m)
                        slot = _find_slot(slots, place, time)
                        if slots[slot, S_PLACE] < 0:
                            continue
                        # First the runs of no list, then those of every list but the row's own.
                        own = listed < 0 and place == home and time == home_time
                        run, part = slots[slot, S_RUN], slots[slot, S_LIST]
                        while True:
                            in_run |= _ask_chain(net, run, row, x, y, z, start, end, cube, own)
                            while part >= 0 and net.lists[part, L_LIST] == listed:
                                part = net.lists[part, L_NEXT]
                            if part < 0:
                                break
                            run, part, own = net.lists[part, L_RUN], net.lists[part, L_NEXT], False
    # 4. What no run took is kept by itself.
    if not in_run:
        _keep_row(net, home, home_time, listed, row, x, y, z, start, end, cube)


@inlined
def _cell(metres: float, per_cell: float) -> int:
    return math.floor(metres * per_cell)


@inlined
def _pack(i: int, j: int, k: int) -> int:
    """Three cell numbers as one. Boxes have fewer than 2²⁰ numbers a side; cubes are only compared within a box."""
    return ((i & _MASK) << 40) | ((j & _MASK) << 20) | (k & _MASK)


@inlined
def _time_key(slab: int, level: int, group: int) -> int:
    return (slab << 26) | (level << 20) | group


@inlined
def _find_slot(slots: Any, place: int, time: int) -> int:
    """The slot that holds the box, or the empty one where it belongs."""
    mask = slots.shape[0] - 1
    mixed = place * 0x1E3779B97F4A7C15 + time * 0x42B2AE3D27D4EB4F
    mixed = (mixed ^ (mixed >> 32)) * 0x165667B19E3779F9
    slot = (mixed ^ (mixed >> 29)) & mask  # the table is at most half full, so the walk ends
    while slots[slot, S_PLACE] >= 0 and (slots[slot, S_PLACE] != place or slots[slot, S_TIME] != time):
        slot = (slot + 1) & mask
    return slot


@inlined
def _ask_chain(
    net: Any, run: int, row: int, x: float, y: float, z: float, start: int, end: int, cube: int, own: bool
) -> bool:
    """Join a row with the runs of one chain that hold a row linked to it; whether the row was put into one of them.

    own: the chain is the row's own (its box, no list), so it is put into the first run of its cube that it is linked
    to. Runs that turn out to be one component without a hole are merged on the way, so nothing is asked twice for ever.
    """
    runs, extents, parent = net.runs, net.extents, net.parent
    gap, radius2 = net.state[GAP], net.sizes[RADIUS2]
    in_run, keeper, before = False, NONE, NONE
    while run >= 0:
        after = runs[run, R_NEXT]
        if max(runs[run, R_START], start) - min(runs[run, R_END], end) <= gap:
            # The nearest that any member can be: beyond the radius none is asked.
            dx = max(extents[run, 0] - x, x - extents[run, 3], 0.0)
            dy = max(extents[run, 1] - y, y - extents[run, 4], 0.0)
            dz = max(extents[run, 2] - z, z - extents[run, 5], 0.0)
            if dx * dx + dy * dy + dz * dz <= radius2:
                # One component already: nothing to ask.
                joined = find_root(parent, runs[run, R_ROW]) == find_root(parent, row)
                if not joined and _touches(net, run, x, y, z, start, end):
                    _join(net, row, runs[run, R_ROW])
                    joined = True
                if joined:
                    if own and not in_run and runs[run, R_CUBE] == cube:
                        _put_in(net, run, x, y, z, start, end)
                        in_run, keeper = True, run
                    elif (
                        keeper >= 0
                        and runs[keeper, R_CUBE] == runs[run, R_CUBE]
                        and max(runs[keeper, R_START], runs[run, R_START]) - min(runs[keeper, R_END], runs[run, R_END])
                        <= gap
                    ):
                        _merge_runs(net, keeper, run)
                        runs[before, R_NEXT] = after
                        run = after
                        continue
                    elif not in_run:
                        keeper = run
        before = run
        run = after
    return in_run


@inlined
def _touches(net: Any, run: int, x: float, y: float, z: float, start: int, end: int) -> bool:
    """Whether a row within the gap of a run's interval is linked to one of its members."""
    extents, members, points = net.extents, net.members, net.points
    gap, radius2 = net.state[GAP], net.sizes[RADIUS2]
    # The farthest that a member can be: within the radius all are, and one is in time (`cylinder.py`).
    dx = max(extents[run, 3] - x, x - extents[run, 0])
    dy = max(extents[run, 4] - y, y - extents[run, 1])
    dz = max(extents[run, 5] - z, z - extents[run, 2])
    if dx * dx + dy * dy + dz * dz <= radius2:
        return True
    # Between the two bounds the members themselves decide.
    member = net.runs[run, R_HEAD]
    while member >= 0:
        if max(members[member, M_START], start) - min(members[member, M_END], end) <= gap:
            dx, dy, dz = points[member, 0] - x, points[member, 1] - y, points[member, 2] - z
            if dx * dx + dy * dy + dz * dz <= radius2:
                return True
        member = members[member, M_NEXT]
    return False


@inlined
def _take(records: Any, state: Any, pool: int, next_column: int) -> int:
    """A free record of a pool."""
    record = state[pool + POOL_FREE]
    if record >= 0:
        state[pool + POOL_FREE] = records[record, next_column]
    else:
        record = state[pool + POOL_TOP]
        state[pool + POOL_TOP] += 1
    state[pool + POOL_USED] += 1
    return record


@uncounted
def _give_back(records: Any, state: Any, pool: int, next_column: int, record: int) -> None:
    records[record, next_column] = state[pool + POOL_FREE]
    state[pool + POOL_FREE] = record
    state[pool + POOL_USED] -= 1


@inlined
def _put_in(net: Any, run: int, x: float, y: float, z: float, start: int, end: int) -> None:
    """Make a row a member of a run of its list, cube and component; at the place of the newest member, that one
    grows."""
    runs, extents, members, points = net.runs, net.extents, net.members, net.points
    # No hole: the row is within the gap.
    runs[run, R_START], runs[run, R_END] = min(runs[run, R_START], start), max(runs[run, R_END], end)
    head = runs[run, R_HEAD]
    if (
        points[head, 0] == x
        and points[head, 1] == y
        and points[head, 2] == z
        and max(members[head, M_START], start) - min(members[head, M_END], end) <= net.state[GAP]
    ):
        members[head, M_START], members[head, M_END] = (
            min(members[head, M_START], start),
            max(members[head, M_END], end),
        )
        return
    extents[run, 0], extents[run, 3] = min(extents[run, 0], x), max(extents[run, 3], x)
    extents[run, 1], extents[run, 4] = min(extents[run, 1], y), max(extents[run, 4], y)
    extents[run, 2], extents[run, 5] = min(extents[run, 2], z), max(extents[run, 5], z)
    runs[run, R_HEAD] = _new_member(net, x, y, z, start, end, head)


@inlined
def _new_member(net: Any, x: float, y: float, z: float, start: int, end: int, after: int) -> int:
    members, points = net.members, net.points
    member = _take(members, net.state, MEMBERS, M_NEXT)
    members[member, M_START], members[member, M_END], members[member, M_NEXT] = start, end, after
    points[member, 0], points[member, 1], points[member, 2] = x, y, z
    return member


@inlined
def _merge_runs(net: Any, keeper: int, run: int) -> None:
    """Give a run's members to another of the same list, cube and component, and free it."""
    runs, extents = net.runs, net.extents
    runs[keeper, R_START] = min(runs[keeper, R_START], runs[run, R_START])
    runs[keeper, R_END] = max(runs[keeper, R_END], runs[run, R_END])
    for axis in range(3):
        extents[keeper, axis] = min(extents[keeper, axis], extents[run, axis])
        extents[keeper, axis + 3] = max(extents[keeper, axis + 3], extents[run, axis + 3])
    net.members[runs[keeper, R_TAIL], M_NEXT] = runs[run, R_HEAD]
    runs[keeper, R_TAIL] = runs[run, R_TAIL]
    _give_back(runs, net.state, RUNS, R_NEXT, run)


@inlined
def _keep_row(
    net: Any,
    place: int,
    time: int,
    listed: int,
    row: int,
    x: float,
    y: float,
    z: float,
    start: int,
    end: int,
    cube: int,
) -> None:
    """Keep a row that no run took: in the newest run of its event list if that is one with it, else as a run of its
    own."""
    state, slots, runs, lists, extents = net.state, net.slots, net.runs, net.lists, net.extents
    slot = _find_slot(slots, place, time)
    if slots[slot, S_PLACE] < 0:
        slots[slot, S_PLACE], slots[slot, S_TIME], slots[slot, S_RUN], slots[slot, S_LIST] = place, time, -1, -1
        state[SLOTS_USED] += 1
    part = NONE
    if listed >= 0:
        part = slots[slot, S_LIST]
        while part >= 0 and lists[part, L_LIST] != listed:
            part = lists[part, L_NEXT]
        if part < 0:
            part = _take(lists, state, LISTS, L_NEXT)
            lists[part, L_LIST], lists[part, L_RUN], lists[part, L_NEXT] = listed, -1, slots[slot, S_LIST]
            slots[slot, S_LIST] = part
    first = lists[part, L_RUN] if part >= 0 else slots[slot, S_RUN]
    if (
        part >= 0
        and first >= 0
        and runs[first, R_CUBE] == cube
        and max(runs[first, R_START], start) - min(runs[first, R_END], end) <= state[GAP]
        and find_root(net.parent, runs[first, R_ROW]) == find_root(net.parent, row)
    ):
        _put_in(net, first, x, y, z, start, end)
        return
    run = _take(runs, state, RUNS, R_NEXT)
    runs[run, R_CUBE], runs[run, R_START], runs[run, R_END], runs[run, R_ROW] = cube, start, end, row
    extents[run, 0], extents[run, 1], extents[run, 2] = x, y, z
    extents[run, 3], extents[run, 4], extents[run, 5] = x, y, z
    runs[run, R_HEAD] = runs[run, R_TAIL] = _new_member(net, x, y, z, start, end, NONE)
    runs[run, R_NEXT] = first
    if part >= 0:
        lists[part, L_RUN] = run
    else:
        slots[slot, S_RUN] = run


@inlined
def is_full(net: Any) -> bool:
    """Whether the next row might find no room."""
    state = net.state
    return (
        2 * (state[SLOTS_USED] + 1) > net.slots.shape[0]
        or (state[RUNS + POOL_FREE] < 0 and state[RUNS + POOL_TOP] >= net.runs.shape[0])
        or (state[MEMBERS + POOL_FREE] < 0 and state[MEMBERS + POOL_TOP] >= net.members.shape[0])
        or (state[LISTS + POOL_FREE] < 0 and state[LISTS + POOL_TOP] >= net.lists.shape[0])
    )


@uncounted
def drop_boxes(net: Any) -> int:
    """Drop the boxes that no row starting at the horizon or later can meet; how many are left."""
    state, slots = net.state, net.slots
    left = 0
    for slot in range(slots.shape[0]):
        if slots[slot, S_PLACE] >= 0:
            level = (slots[slot, S_TIME] >> 20) & 63
            # No row of the box ends later: it starts within the slab and lasts no longer than its level's longest.
            ends = ((slots[slot, S_TIME] >> 26) + 1) * (state[WIDTH] << level) + state[LONGEST + level]
            if ends + state[GAP] < state[HORIZON]:
                _drop_box(net, slot)
                slots[slot, S_PLACE] = -1
            else:
                left += 1
    return left


@uncounted
def move_slots(old: Any, slots: Any) -> None:
    """Fill an empty table with the boxes of another."""
    for slot in range(old.shape[0]):
        if old[slot, S_PLACE] >= 0:
            moved = _find_slot(slots, old[slot, S_PLACE], old[slot, S_TIME])
            for column in range(4):
                slots[moved, column] = old[slot, column]


@uncounted
def flatten(parent: Any) -> None:
    """Make every row's parent its label: the first row of its component."""
    for row in range(parent.size):
        # Rising: a parent is a smaller row, whose own parent is its root by now.
        parent[row] = parent[parent[row]]


@uncounted
def _drop_box(net: Any, slot: int) -> None:
    _drop_chain(net, net.slots[slot, S_RUN])
    part = net.slots[slot, S_LIST]
    while part >= 0:
        after = net.lists[part, L_NEXT]
        _drop_chain(net, net.lists[part, L_RUN])
        _give_back(net.lists, net.state, LISTS, L_NEXT, part)
        part = after


@uncounted
def _drop_chain(net: Any, run: int) -> None:
    while run >= 0:
        member = net.runs[run, R_HEAD]
        while member >= 0:
            after = net.members[member, M_NEXT]
            _give_back(net.members, net.state, MEMBERS, M_NEXT, member)
            member = after
        after = net.runs[run, R_NEXT]
        _give_back(net.runs, net.state, RUNS, R_NEXT, run)
        run = after
