"""Compiled: rows of an archive in their one order, the mixing of their columns, and the places of groups that need no
bearing."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from trucewatch.archive.fast_csv_kernels import hash_text
from trucewatch.fusion.cylinder_kernels import sine_cosine
from trucewatch.geo.compiler import njit

compiled: Any = njit(cache=True, nogil=True, error_model="numpy")
_FEW: Final = 24  # rows at most that are ordered by insertion alone


@compiled
def _is_before(keys: Any, i: int, j: int) -> bool:
    """Whether row i comes before row j by the columns of keys, from the first on."""
    for column in range(keys.shape[1]):
        if keys[i, column] != keys[j, column]:
            return bool(keys[i, column] < keys[j, column])
    return False


@compiled
def order_ties(order: Any, first: Any, keys: Any) -> None:
    """Puts rows of equal `first`, which stand together in `order`, into the order of `keys`; equal ones stay as they
    are."""
    n = len(order)
    spare = np.empty(0, dtype=np.int64)
    begin = 0
    while begin < n:
        end = begin + 1
        # Only ties are ordered: all else is in order already.
        while end < n and first[order[end]] == first[order[begin]]:
            end += 1
        if end - begin > _FEW:
            if len(spare) < end - begin:
                spare = np.empty(end - begin, dtype=np.int64)
            _merge_sort(order, begin, end, keys, spare)
        else:
            _insertion_sort(order, begin, end, keys)
        begin = end


@compiled
def _insertion_sort(order: Any, begin: int, end: int, keys: Any) -> None:
    for i in range(begin + 1, end):
        row, j = order[i], i - 1
        while j >= begin and _is_before(keys, row, order[j]):
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = row


@compiled
def _merge_sort(order: Any, begin: int, end: int, keys: Any, spare: Any) -> None:
    for start in range(begin, end, _FEW):
        _insertion_sort(order, start, min(start + _FEW, end), keys)
    width = _FEW
    while width < end - begin:
        for start in range(begin, end, 2 * width):
            middle, stop = min(start + width, end), min(start + 2 * width, end)
            # The halves are in order as they stand.
            if middle >= stop or not _is_before(keys, order[middle], order[middle - 1]):
                continue
            i, j, merged = start, middle, 0
            while i < middle and j < stop:
                if _is_before(keys, order[j], order[i]):  # of equals the left first: the order is stable
                    spare[merged] = order[j]
                    j += 1
                else:
                    spare[merged] = order[i]
                    i += 1
                merged += 1
            while i < middle:
                spare[merged] = order[i]
                i += 1
                merged += 1
            order[start : start + merged] = spare[:merged]
        width *= 2


@compiled
def mark_repeats(order: Any, first: Any, keys: Any, repeats: Any) -> int:
    """Which of the ordered rows are the same as the one before them; how many."""
    count = 0
    for p in range(1, len(order)):
        i, j = order[p - 1], order[p]
        same = first[i] == first[j]
        for column in range(keys.shape[1]):
            same = same and keys[i, column] == keys[j, column]
        repeats[p] = same
        count += same
    return count


@compiled
def mix_column(into: Any, values: Any, salt: int, nothing: int) -> None:
    """Adds one column to the mix of each row; a value equal to `nothing` adds nothing, as a column that is not
    there."""
    for row in range(len(values)):
        if values[row] != nothing:
            # The multipliers of SplitMix64. Columns are added, so their order makes no difference.
            x = (np.uint64(values[row]) ^ np.uint64(salt)) * np.uint64(0xBF58476D1CE4E5B9)
            x = (x ^ (x >> np.uint64(29))) * np.uint64(0x94D049BB133111EB)
            into[row] += x ^ (x >> np.uint64(32))


@compiled
def key_places(lon: Any, lat: Any, keys: Any) -> None:
    """For each place the number of its cell among 256 × 256 over the extent of all, row by row; 0 where there is no
    place."""
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    for row in range(len(keys)):
        if math.isfinite(lon[row]) and math.isfinite(lat[row]):
            west, east = min(west, lon[row]), max(east, lon[row])
            south, north = min(south, lat[row]), max(north, lat[row])
    # A hair wider than all places, so that the easternmost is in the last cell and not beyond.
    wide, high = max(east - west, 1e-9) * (1.0 + 1e-9), max(north - south, 1e-9) * (1.0 + 1e-9)
    for row in range(len(keys)):
        keys[row] = 0
        if math.isfinite(lon[row]) and math.isfinite(lat[row]):
            column, level = int((lon[row] - west) / wide * 256.0), int((lat[row] - south) / high * 256.0)
            keys[row] = np.uint16(min(level, 255) * 256 + min(column, 255))


@compiled
def spread_zones(order: Any, rows: Any, zones: Any, ends: Any, out: Any) -> None:
    """The zones of each place, found for places in `order` as pairs by row, back in the places' own order: ends (n +
    1), out."""
    # 1. How many zones each place has; 2. where its list starts; 3. the lists, in the places' own order.
    for pair in range(len(rows)):
        ends[order[rows[pair]] + 1] += 1
    for place in range(len(order)):
        ends[place + 1] += ends[place]
    pair = 0
    while pair < len(rows):
        row, at = rows[pair], ends[order[rows[pair]]]
        while pair < len(rows) and rows[pair] == row:
            out[at] = zones[pair]
            at += 1
            pair += 1


@compiled
def hash_texts(offsets: Any, content: Any, out: Any) -> None:
    """`hash_text` of each text."""
    for row in range(len(out)):
        out[row] = hash_text(content, offsets[row], offsets[row + 1])


@compiled
def fill_places(
    rows: Any,
    lon: Any,
    lat: Any,
    major: Any,
    minor: Any,
    azimuth: Any,
    means: Any,
    device: Any,
    whole: Any,
    place_sd: Any,
    floor_m: float,
    f: Any,
    k: Any,
) -> None:
    """What the location of events reads of rows with a place or with none: the columns that `prepare_reports` would
    give."""
    e2 = (2.0 - 1.0 / 298.257223563) / 298.257223563
    for p in range(len(rows)):
        row = rows[p]
        k[p].voice, k[p].means, k[p].whole = device[row], means[row], whole[row]
        if not (math.isfinite(lon[row]) and math.isfinite(lat[row])):
            k[p].ray = 2  # neither place nor direction
            continue
        k[p].ray = 0
        sin_lon, cos_lon = sine_cosine(lon[row])
        sin_lat, cos_lat = sine_cosine(lat[row])
        n = 6_378_137.0 / math.sqrt(1.0 - e2 * sin_lat * sin_lat)
        f[p].x, f[p].y, f[p].z = n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - e2) * sin_lat
        f[p].sin_lon, f[p].cos_lon, f[p].sin_lat, f[p].cos_lat = sin_lon, cos_lon, sin_lat, cos_lat
        # Not stated, or no number: what is usual for the means.
        a = major[row] if major[row] > 0.0 else place_sd[means[row]]
        b = minor[row] if minor[row] > 0.0 else a
        a, b = max(a, b, floor_m), max(min(a, b), floor_m)
        sine, cosine = 0.0, 1.0  # a circle has no azimuth
        if a > b and math.isfinite(azimuth[row]):
            sine, cosine = sine_cosine(azimuth[row])
        f[p].ee = a * a * sine * sine + b * b * cosine * cosine
        f[p].en = (a * a - b * b) * sine * cosine
        f[p].nn = a * a * cosine * cosine + b * b * sine * sine


@compiled
def place_singles(
    singles: Any,
    roots: Any,
    lon: Any,
    lat: Any,
    major: Any,
    minor: Any,
    azimuth: Any,
    means: Any,
    is_fire: Any,
    place_sd: Any,
    floor_m: float,
    wider: float,
    places: Any,
) -> None:
    """Place and ellipse of events of one row, into places (5, events): what the location of events gives for one
    report."""
    for s in range(len(singles)):
        event = singles[s]
        row = roots[event]
        if math.isnan(lon[row]):  # stays without a place
            continue
        a = np.float64(major[row]) if major[row] > 0.0 else place_sd[means[row]]
        b = np.float64(minor[row]) if minor[row] > 0.0 else a
        a, b = max(a, b, floor_m), max(min(a, b), floor_m)
        more = wider if is_fire[row] else 1.0
        turn = np.float64(azimuth[row]) % 180.0 if a > b and math.isfinite(azimuth[row]) else 0.0
        places[0, event], places[1, event] = lon[row], lat[row]
        places[2, event], places[3, event], places[4, event] = a * more, b * more, turn


@compiled
def span_groups(order: Any, bounds: Any, start: Any, end: Any, rank: Any, out: Any) -> None:
    """For each group its first start and last end of those who knew the time well, and the most telling kind's rank:
    out (g, 3). Who knew it well is told in `incidents.fuse`."""
    hour = 3_600_000_000  # in microseconds
    for g in range(len(bounds) - 1):
        shortest = end[order[bounds[g]]] - start[order[bounds[g]]]
        best = rank[order[bounds[g]]]
        for p in range(bounds[g] + 1, bounds[g + 1]):
            row = order[p]
            shortest = min(shortest, end[row] - start[row])
            best = min(best, rank[row])
        # Who knew the time as well as the best, or to an hour; the others widen nothing.
        enough = max(shortest, hour)
        since, until = np.int64(1) << np.int64(62), -(np.int64(1) << np.int64(62))
        for p in range(bounds[g], bounds[g + 1]):
            row = order[p]
            if end[row] - start[row] <= enough:
                since, until = min(since, start[row]), max(until, end[row])
        out[g, 0], out[g, 1], out[g, 2] = since, until, best
