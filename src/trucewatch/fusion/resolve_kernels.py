"""Compiled: which reports of one gate component are one event. The surest pairs first; a pair joins two groups only if
the groups, each with its fused place and its surest time, are more probably one event than two.

For two groups with densities of place p_A, p_B the evidence is  ln ∫ p_A p_B dx + ln p(gap) − ln ρ : how densely both
point to the same place and time, against how densely other events lie there (ρ, per m² s). So a group does not grow
along a chain: what joins it has to agree with the whole of it, and the whole becomes sharper as it grows.
Source: the Bayesian form of track-to-track association, Bar-Shalom & Li (1995), Multitarget-Multisensor Tracking,
section 8.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.fusion.evidence_kernels import (
    S_EE,
    S_EN,
    S_NN,
    S_X,
    S_Y,
    adopt_single_voices,
    compare_groups,
    evidence_for,
    have_in_common,
    offset_in_plane,
    time_density,
)
from trucewatch.fusion.gate_kernels import ONE, find, first_of_home, home_of, is_dense, njit_, unite

CROWD_S: Final = 900.0  # a quarter of an hour to either side
CROWD_M: Final = 2000.0  # how far around a place other events are counted
CROWD_RAD: Final = 0.2617993877991494  # 15° to either side of a direction


@njit_
def _crowding(f: Any, k: Any, rows: Any, dense: Any, base: float) -> Any:
    """1/(m² s): how densely events lie about each report of a device that reports an event once.

    So its other reports of the quarter of an hour before and after, within 2 km, or within 15° of its direction, are as
    many other events there. Of dense rows, which are gathered and never compared, nobody asks.
    """
    n = len(rows)
    crowd = np.full(n, base)
    once = np.empty(n, dtype=np.int64)
    middle = np.empty(n)
    for i in range(n):
        once[i] = k[rows[i]].once
        middle[i] = 0.5 * (f[rows[i]].start + f[rows[i]].end)
    # By device, then by time (stable sorts): neighbours in this order are neighbours in time at one device.
    by_time = np.argsort(middle, kind="mergesort")
    order = by_time[np.argsort(once[by_time], kind="mergesort")]
    for p in range(n):
        i = order[p]
        if once[i] < 0 or dense[i] or f[rows[i]].end - f[rows[i]].start > CROWD_S:
            continue
        others = 0
        for step in (-1, 1):
            q = p + step
            while 0 <= q < n and once[order[q]] == once[i] and abs(middle[order[q]] - middle[i]) <= CROWD_S:
                # What another source delivers of this device is no arrival more.
                if k[rows[order[q]]].feed == k[rows[i]].feed:
                    others += _is_close_by(f, k, rows[i], rows[order[q]])
                q += step
        if k[rows[i]].ray == 1:
            area = f[rows[i]].ray_reach * f[rows[i]].ray_reach * CROWD_RAD  # a sector of 30°: ½ r² × 2 × 15°
        else:
            area = np.pi * CROWD_M * CROWD_M
        crowd[i] = base + others / (area * 2.0 * CROWD_S)  # the quarter of an hour before and the one after
    return crowd


@njit_
def _is_close_by(f: Any, k: Any, a: int, b: int) -> int:
    if k[a].ray == 1 and k[b].ray == 1:
        cosine = f[a].ray_x * f[b].ray_x + f[a].ray_y * f[b].ray_y + f[a].ray_z * f[b].ray_z
        return 1 if cosine > np.cos(CROWD_RAD) else 0
    dx, dy, dz = f[b].x - f[a].x, f[b].y - f[a].y, f[b].z - f[a].z
    if k[a].ray != k[b].ray:
        return 0
    return 1 if dx * dx + dy * dy + dz * dz <= CROWD_M * CROWD_M else 0


@njit_
def resolve_set(
    f: Any,
    k: Any,
    rows: Any,
    edge: Any,
    edge_kind: Any,
    edge_next: Any,
    first_edge: Any,
    keys: Any,
    counts: Any,
    local: Any,
    affinity: Any,
    base: float,
    bar: float,
    most: int,
    label: Any,
) -> None:
    """Divides one gate component into events: label[row] becomes the event's first row in the order of ids.

    rows: the component's reports, in that order. base: events per m² s where nothing else is known. bar: the evidence,
    in nats, that a join needs. The result for a component does not depend on what else the arrays hold.
    """
    n = len(rows)
    if n == 1:
        label[rows[0]] = rows[0]
        return
    dense = np.zeros(n, dtype=np.bool_)
    for i in range(n):
        local[rows[i]] = i
        dense[i] = is_dense(f, k, rows[i], keys, counts, most)
    # 1. How many pairs there are, each counted at its first end.
    edges = 0
    for i in range(n):
        e = first_edge[rows[i]]
        while e >= 0:
            if edge[e, 0] == rows[i]:
                edges += 1
                e = edge_next[e, 0]
            else:
                e = edge_next[e, 1]
    # 2. What is surely one goes together at once; every other pair is written down, the smaller first.
    pair = np.empty((edges, 2), dtype=np.int64)
    score = np.empty(edges, dtype=np.float64)
    crowd = _crowding(f, k, rows, dense, base)
    pair_count = 0
    group = np.arange(n)
    for i in range(n):
        e = first_edge[rows[i]]
        while e >= 0:
            side = 0 if edge[e, 0] == rows[i] else 1
            other = local[edge[e, 1 - side]]
            # `local` may hold a number from another set, or none yet: it counts only if that row stands there.
            is_here = 0 <= other < n and rows[other] == edge[e, 1 - side]
            if is_here and not dense[i] and not dense[other]:
                if edge_kind[e] == ONE:
                    unite(group, i, other)
                elif side == 0:
                    pair[pair_count, 0], pair[pair_count, 1] = min(i, other), max(i, other)
                    pair_count += 1
            e = edge_next[e, side]
    for p in range(pair_count):
        i, j = pair[p, 0], pair[p, 1]
        # A device that repeats itself says nothing of how many events there are: it takes the crowding of those
        # it meets. Theirs stays as it is and the largest counts, so the order of pairs makes no difference.
        if k[rows[i]].once < 0:
            crowd[i] = max(crowd[i], crowd[j]) if k[rows[j]].once >= 0 else crowd[i]
        elif k[rows[j]].once < 0:
            crowd[j] = max(crowd[i], crowd[j])
    # 3. Dense cells become one each; then place and surest time of what is together so far.
    _gather_dense(f, k, rows, dense, group)
    state = np.empty((n, 5), dtype=np.float64)
    following = np.full(n, -1, dtype=np.int64)
    last = np.arange(n)
    surest = np.arange(n)
    _start_states(f, k, rows, group, state, following, last, surest)
    # 4. The evidence of each pair by itself. It only says which pairs are asked first.
    out, own_a, own_b = np.empty(5), np.empty(5), np.empty(5)
    for p in range(pair_count):
        i, j = pair[p, 0], pair[p, 1]
        a, b = rows[i], rows[j]
        _own_state(f, a, own_a)
        _own_state(f, b, own_b)
        density = compare_groups(f, a, k[a].ray == 1, own_a, b, k[b].ray == 1, own_b, False, out)
        score[p] = (
            evidence_for(density, time_density(f, a, b), max(crowd[i], crowd[j])) + affinity[k[a].kind, k[b].kind]
        )
    order = _surest_first(score[:pair_count], pair[:pair_count])
    # 5. From the surest pair down, judged by what both groups have become meanwhile.
    placed = np.ones(n, dtype=np.bool_)
    for i in range(n):
        placed[i] = k[rows[i]].ray == 0
    for p in order:
        i, j = pair[p, 0], pair[p, 1]
        a, b = find(group, i), find(group, j)
        if a == b:
            continue
        if a > b:  # the smaller number stays the anchor, and its plane that of the group
            a, b = b, a
        if have_in_common(k, rows, following, a, b, True):
            continue
        common = have_in_common(k, rows, following, a, b, False)
        density = compare_groups(f, rows[a], not placed[a], state[a], rows[b], not placed[b], state[b], common, out)
        times = time_density(f, rows[surest[a]], rows[surest[b]])
        if density <= 0.0 or times <= 0.0:
            continue
        evidence = evidence_for(density, times, max(crowd[i], crowd[j])) + affinity[k[rows[i]].kind, k[rows[j]].kind]
        if evidence <= bar:
            continue
        group[b] = a
        state[a, :] = out
        placed[a] = True
        following[last[a]] = b
        last[a] = last[b]
        if _sharper(f, k, rows, surest[b], surest[a]):
            surest[a] = surest[b]
    # 6. Single voices that were left, then the name of each event: its first row in the order of ids.
    adopt_single_voices(
        f, k, rows, pair[:pair_count], crowd, base, group, state, placed, following, last, surest, affinity
    )
    smallest = np.full(n, n, dtype=np.int64)
    for i in range(n):
        root = find(group, i)
        smallest[root] = min(smallest[root], i)
    for i in range(n):
        label[rows[i]] = rows[smallest[find(group, i)]]


@njit_
def resolve_all(
    f: Any,
    k: Any,
    order: Any,
    edge: Any,
    edge_kind: Any,
    edge_next: Any,
    first_edge: Any,
    edges: int,
    node_row: Any,
    heads: Any,
    keys: Any,
    counts: Any,
    local: Any,
    affinity: Any,
    base: float,
    bar: float,
    most: int,
    label: Any,
) -> None:
    """`resolve_set` for every set. order: all rows in the order of ids.

    The sets are made anew from the edges of which neither end is dense, and the dense cells: while reports were
    put in, an edge may have been made to one whose cell became dense only later, and that would depend on the order.
    """
    n = len(order)
    # 1. The sets anew, without the edges of dense cells.
    parent = np.arange(n)
    dense = np.zeros(n, dtype=np.bool_)
    for i in range(n):
        if k[i].level >= 0 and is_dense(f, k, i, keys, counts, most):
            dense[i] = True
            unite(parent, i, first_of_home(f, k, i, keys, heads, node_row))
    for e in range(edges):
        if not dense[edge[e, 0]] and not dense[edge[e, 1]]:
            unite(parent, edge[e, 0], edge[e, 1])
    # 2. Rows by set, and within a set in the order of ids: a counting sort.
    first = np.zeros(n + 1, dtype=np.int64)
    for i in range(n):
        first[find(parent, i) + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    into = first[:-1].copy()
    rows = np.empty(n, dtype=np.int64)
    for row in order:
        root = find(parent, row)
        rows[into[root]] = row
        into[root] += 1
    for root in range(n):
        if first[root + 1] > first[root]:
            resolve_set(
                f,
                k,
                rows[first[root] : first[root + 1]],
                edge,
                edge_kind,
                edge_next,
                first_edge,
                keys,
                counts,
                local,
                affinity,
                base,
                bar,
                most,
                label,
            )


@njit_
def _own_state(f: Any, row: int, out: Any) -> None:
    out[S_X], out[S_Y] = 0.0, 0.0
    out[S_EE], out[S_EN], out[S_NN] = f[row].ee, f[row].en, f[row].nn


@njit_
def _gather_dense(f: Any, k: Any, rows: Any, dense: Any, group: Any) -> None:
    """Reports of one dense cell are one."""
    from_cell = np.empty(len(rows), dtype=np.int64)
    for i in range(len(rows)):
        from_cell[i] = home_of(f, k, rows[i]) if dense[i] else -1
    order = np.argsort(from_cell, kind="mergesort")
    for p in range(1, len(rows)):
        i, j = order[p - 1], order[p]
        if from_cell[j] >= 0 and from_cell[i] == from_cell[j]:
            unite(group, i, j)


@njit_
def _sharper(f: Any, k: Any, rows: Any, i: int, j: int) -> bool:
    """Whether report i knows its time better than j."""
    a, b = rows[i], rows[j]
    # Anywhere within an interval: a variance of its length² / 12.
    va = f[a].time_sd ** 2 + (f[a].end - f[a].start) ** 2 / 12.0
    vb = f[b].time_sd ** 2 + (f[b].end - f[b].start) ** 2 / 12.0
    return va < vb or (va == vb and k[a].order < k[b].order)


@njit_
def _start_states(f: Any, k: Any, rows: Any, group: Any, state: Any, following: Any, last: Any, surest: Any) -> None:
    """State of each group before any pair is looked at: the mean place of what surely is one, with the scatter
    added."""
    n = len(rows)
    count = np.zeros(n, dtype=np.int64)
    spread = np.zeros((n, 3), dtype=np.float64)
    state[:, :] = 0.0
    for i in range(n):
        a = find(group, i)
        x, y = offset_in_plane(f, rows[a], rows[i], 0.0, 0.0)
        count[a] += 1
        state[a, S_X] += x
        state[a, S_Y] += y
        state[a, S_EE] += f[rows[i]].ee
        state[a, S_EN] += f[rows[i]].en
        state[a, S_NN] += f[rows[i]].nn
        spread[a, 0] += x * x
        spread[a, 1] += x * y
        spread[a, 2] += y * y
        if i != a:
            following[last[a]] = i
            last[a] = i
            if _sharper(f, k, rows, i, surest[a]):
                surest[a] = i
    for a in range(n):
        if count[a] > 0:
            c = count[a]
            state[a, :] /= c
            x, y = state[a, S_X], state[a, S_Y]
            state[a, S_EE] += max(spread[a, 0] / c - x * x, 0.0)
            state[a, S_EN] += spread[a, 1] / c - x * y
            state[a, S_NN] += max(spread[a, 2] / c - y * y, 0.0)


@njit_
def _surest_first(score: Any, pair: Any) -> Any:
    """Order of pairs by falling score, then by their members."""
    n = len(score)
    tie = np.empty(n, dtype=np.int64)
    for p in range(n):
        tie[p] = pair[p, 0] * np.int64(1 << 31) + pair[p, 1]  # a set has fewer than 2³¹ rows
    by_tie = np.argsort(tie, kind="mergesort")
    return by_tie[np.argsort(-score[by_tie], kind="mergesort")]
