"""Observations of one event → one incident: place with ellipse, time and count intervals, whose claims it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.geo.ellipse import covariance_of, ellipse_of
from trucewatch.geo.frame import LocalFrame
from trucewatch.incidents.associate import BLAST_AND_FIRE, associate_observations
from trucewatch.model.claims import claimants_in
from trucewatch.model.ids import incident_id
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.model.watch import AssociationRule

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

_ASSUMED_SD_M = 2000.0
"""For a place whose source states no error and whose watch sets none."""
_VAGUE = timedelta(hours=1)


def fuse_observations(
    observations: pa.Table, *, rule: AssociationRule, frame: LocalFrame, parties: Mapping[str, str]
) -> pa.Table:
    """One row an incident (INCIDENT_SCHEMA, zones still empty), sorted by start and id.

    observations: one current row each, as `current_observations` gives them. Members, places and ids are functions of the
    set of observations. `parties` (every way to write one → its id) tells claims of parties from other words in `claimed_by`.
    """
    observations = observations.sort_by("observation_id")
    labels = associate_observations(observations, radius_m=rule.radius_m, gap_s=rule.gap_hours * 3600.0)
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(labels[order]) != 0]) if len(order) else np.zeros(0, dtype=np.intp)
    bounds = np.r_[starts, len(order)]
    places = _locate_groups(observations, order, starts, frame)
    columns = {name: observations[name].to_pylist() for name in _READ}
    rows = []
    for number in range(len(starts)):
        members = order[bounds[number] : bounds[number + 1]].tolist()
        incident = _fuse_group(columns, members, parties)
        incident.update(zip(_PLACE, places[number], strict=True))
        rows.append(incident)
    rows.sort(key=lambda row: (row["occurred_start"], row["incident_id"]))
    return pa.Table.from_pylist(rows, schema=INCIDENT_SCHEMA)


_PLACE = ("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg")
_READ = (
    "observation_id", "source", "sensor", "means", "kind", "aspect", "occurred_start", "occurred_end", "count_min",
    "count_best", "count_max", "harm_min", "harm_best", "harm_max", "claimed_by", "simulated", "known_at",
    "known_at_assumed", "text",
)  # fmt: skip


def _fuse_group(columns: dict[str, list[Any]], members: list[int], parties: Mapping[str, str]) -> dict[str, Any]:
    def of(name: str) -> list[Any]:
        column = columns[name]
        return [column[row] for row in members]

    kinds = of("kind")
    kind = _most_telling(kinds)
    telling = [row for row, word in zip(members, kinds, strict=True) if word == kind]
    start, end = _time_span(of("occurred_start"), of("occurred_end"))
    claims = [set(claimants_in(text, parties)) for text in of("claimed_by")]
    known_parties = set(parties.values())
    # What comes by the means "party" is a party's word whoever is named, and never anybody else's.
    is_claim = [
        bool(one) and (one <= known_parties or means == "party") for one, means in zip(claims, of("means"), strict=True)
    ]
    known = list(zip(of("known_at"), of("known_at_assumed"), strict=True))
    ids = of("observation_id")
    return {
        "incident_id": incident_id(ids[0]),
        "members": ids,
        "sources": sorted(set(of("source"))),
        "means": sorted(set(of("means"))),
        "kind": kind,
        "kinds": sorted(set(kinds)),
        "aspect": _agreed([columns["aspect"][row] for row in telling]),
        "occurred_start": start,
        "occurred_end": end,
        **_counts(columns, telling, kind),
        **{name: max((value for value in of(name) if value is not None), default=None) for name in _HARM},
        "claimed_by": sorted(set().union(*claims)),
        "claims_only": all(is_claim),
        "witnessed_kinds": sorted({word for word, claim in zip(kinds, is_claim, strict=True) if not claim}),
        "claims": sorted(
            {
                f"{word} {who}"
                for word, whose, claim in zip(kinds, claims, is_claim, strict=True)
                if claim
                for who in whose
            }
        ),
        "simulated": of("simulated")[0],
        "first_known_at": min(known)[0],
        "last_known_at": max(known)[0],
        "known_at_assumed": min(known)[1],
        "zones": [],
        "zones_at_edge": [],
        "line_distance_m": None,
        "text": next((columns["text"][row] for row in telling if columns["text"][row]), ""),
    }


_HARM = ("harm_min", "harm_best", "harm_max")


def _most_telling(kinds: Sequence[str]) -> str:
    """The kind of the whole: the first of BLAST_AND_FIRE that occurs, else the only one there is."""
    return next((word for word in BLAST_AND_FIRE if word in kinds), kinds[0])


def _agreed(aspects: Sequence[str]) -> str:
    """The aspect if all who state one state the same."""
    stated = {word for word in aspects if word != "undetermined"}
    return stated.pop() if len(stated) == 1 else "undetermined"


def _time_span(starts: Sequence[datetime], ends: Sequence[datetime]) -> tuple[datetime, datetime]:
    """From the first start to the last end of those who knew the time well: a row that only knows the day widens nothing."""
    spans = list(zip(starts, ends, strict=True))
    enough = max(min(end - start for start, end in spans), _VAGUE)
    good = [(start, end) for start, end in spans if end - start <= enough]
    return min(start for start, _ in good), max(end for _, end in good)


def _counts(columns: dict[str, list[Any]], telling: list[int], kind: str) -> dict[str, int | None]:
    """How many. One sensor's rows add up; several sensors saw the same thing, so the largest sum stands.

    Pixels of a fire are no number of fires: a heat source has no count.
    """
    if kind == "thermal_anomaly":
        return {"count_min": None, "count_best": None, "count_max": None}
    sums: dict[str, dict[tuple[str, str], int]] = {"count_min": {}, "count_best": {}, "count_max": {}}
    for row in telling:
        sensor = (columns["source"][row], columns["sensor"][row])
        best = columns["count_best"][row]
        for name, by_sensor in sums.items():
            value = columns[name][row]
            value = best if value is None else value
            if value is not None:
                by_sensor[sensor] = by_sensor.get(sensor, 0) + value
    return {name: max(by_sensor.values(), default=None) for name, by_sensor in sums.items()}


def _locate_groups(
    observations: pa.Table, order: Rows, starts: Rows, frame: LocalFrame
) -> list[tuple[float | None, float | None, float | None, float | None, float | None]]:
    """lon, lat and one-sigma ellipse of every group; None where no member has a place.

    Within one source the places are averaged and the spread between them is added, nothing is divided by their number:
    pixels of one sensor share their errors. Sources are then combined by inverse covariance, and the result is widened by
    the misfit (Birge's ratio) where they disagree.
    Source: Birge (1932), Phys. Rev. 40, 207, for the ratio; the rest is generalised least squares.
    """
    count = len(starts)
    if count == 0:
        return []
    lon = observations["lon"].to_numpy(zero_copy_only=False).astype(np.float64)[order]
    lat = observations["lat"].to_numpy(zero_copy_only=False).astype(np.float64)[order]
    placed = np.isfinite(lon) & np.isfinite(lat)
    group = np.repeat(np.arange(count), np.diff(np.r_[starts, len(order)]))
    x, y = np.zeros(len(lon)), np.zeros(len(lon))
    x[placed], y[placed] = frame.to_metres(lon[placed], lat[placed])
    major, minor, azimuth = (
        observations[name].to_numpy(zero_copy_only=False).astype(np.float64)[order]
        for name in ("semi_major_m", "semi_minor_m", "major_azimuth_deg")
    )
    major = np.where(np.isfinite(major), major, _ASSUMED_SD_M)
    minor = np.where(np.isfinite(minor), minor, major)
    covariance = covariance_of(np.maximum(major, 1.0), np.maximum(minor, 1.0), np.nan_to_num(azimuth))
    source = observations["source"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)[order]
    rows = np.flatnonzero(placed)
    parts, mean_x, mean_y, cov, group_of_part = _average_sources(
        group[rows], source[rows], x[rows], y[rows], covariance[rows]
    )
    fused_x, fused_y, fused_cov = _combine_sources(parts, mean_x, mean_y, cov, group_of_part, count)
    lons, lats = frame.to_degrees(fused_x, fused_y)
    a, b, angle = ellipse_of(fused_cov)
    has_place = np.bincount(group_of_part, minlength=count) > 0
    return [
        (round(lons[i], 6), round(lats[i], 6), round(a[i], 1), round(b[i], 1), round(angle[i], 1))
        if has_place[i]
        else (None, None, None, None, None)
        for i in range(count)
    ]


def _average_sources(
    group: Rows, source: Rows, x: Floats, y: Floats, covariance: Floats
) -> tuple[int, Floats, Floats, Floats, Rows]:
    """Mean place and covariance of each (group, source): the mean covariance plus the scatter of the places."""
    _, part = np.unique(np.column_stack((group, source)), axis=0, return_inverse=True)
    part = part.reshape(-1)
    parts = int(part.max()) + 1 if part.size else 0
    n = np.bincount(part, minlength=parts).astype(np.float64)

    def mean(values: Floats) -> Floats:
        return np.asarray(np.bincount(part, weights=values, minlength=parts) / n)

    mean_x, mean_y = mean(x), mean(y)
    dx, dy = x - mean_x[part], y - mean_y[part]
    scatter = np.column_stack((mean(dx * dx), mean(dx * dy), mean(dy * dy)))
    cov = np.column_stack([mean(covariance[:, column]) for column in range(3)]) + scatter
    group_of_part = np.zeros(parts, dtype=np.intp)
    group_of_part[part] = group
    return parts, mean_x, mean_y, cov, group_of_part


def _combine_sources(
    parts: int, x: Floats, y: Floats, cov: Floats, group: Rows, count: int
) -> tuple[Floats, Floats, Floats]:
    """Weighted mean of the sources of each group and its covariance; (0, 0, 1 m²) for a group without a part."""
    det = cov[:, 0] * cov[:, 2] - cov[:, 1] ** 2
    wee, wen, wnn = cov[:, 2] / det, -cov[:, 1] / det, cov[:, 0] / det

    def total(values: Floats) -> Floats:
        return np.bincount(group, weights=values, minlength=count).astype(np.float64)

    see, sen, snn = total(wee), total(wen), total(wnn)
    empty = see == 0
    see, snn = np.where(empty, 1.0, see), np.where(empty, 1.0, snn)
    sdet = see * snn - sen**2
    out = np.column_stack((snn / sdet, -sen / sdet, see / sdet))
    tx, ty = total(wee * x + wen * y), total(wen * x + wnn * y)
    fx, fy = out[:, 0] * tx + out[:, 1] * ty, out[:, 1] * tx + out[:, 2] * ty
    dx, dy = x - fx[group], y - fy[group]
    misfit = total(wee * dx * dx + 2 * wen * dx * dy + wnn * dy * dy)
    freedom = np.maximum(2.0 * (np.bincount(group, minlength=count) - 1), 1.0)
    return fx, fy, np.asarray(out * np.maximum(misfit / freedom, 1.0)[:, None])
