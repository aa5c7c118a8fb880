"""A peer that may use bearings: reports that follow each other closely are put together where their places and lines of
sight meet, and the event is located by least squares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.evaluate.baselines import mean_incidents
from trucewatch.evaluate.score_columns import floats, seconds, words
from trucewatch.geo.arrays import Floats, Ints
from trucewatch.geo.ellipse import covariance_of, ellipse_of
from trucewatch.geo.frame import LocalFrame

FARTHEST_M: Final = 14_000.0
"""No bearing is followed farther than this."""
_LEAST_ANGLE_DEG: Final = 8.0
"""Lines of sight that meet at a smaller angle fix no place."""
_VAGUE_S: Final = 3_600.0
_LEAST_SD_M: Final = 50.0
_UNSTATED: Final = 1_000.0
"""Metres of a place whose error nobody states."""

Matrix = npt.NDArray[np.float64]


@dataclass(slots=True)
class _Cluster:
    """Reports so far: the last moment, and the normal equations of the place in metres."""

    rows: list[int] = field(default_factory=list)
    observers: set[str] = field(default_factory=set)
    last_s: float = 0.0
    lines: list[int] = field(default_factory=list)
    place: Matrix | None = None
    information: Matrix = field(default_factory=lambda: np.zeros((2, 2)))
    right: Matrix = field(default_factory=lambda: np.zeros(2))


def bearing_incidents(
    observations: pa.Table, frame: LocalFrame, *, gap_s: float, gate_m: float, least: int
) -> pa.Table:
    """Incidents as `mean_incidents` gives them, places and ellipses by least squares.

    In the order of their times each report joins the open cluster that fits it best: at most `gap_s` after its last
    report, and its place within `gate_m`, or its line of sight passing within `gate_m` of the cluster's place; two
    lines of sight fit if they meet in front of both observers, within FARTHEST_M and at a fair angle. One device
    speaks once in a cluster. Rows that know the time to an hour or worse join the nearest cluster within their
    interval, or none. Clusters of fewer than `least` devices and sources, and those without a place, are not listed.
    Source: the least-squares fix of lines of bearing is Stansfield (1947), J. IEE 94 IIIA, 762.
    """
    book = _Book(observations, frame)
    clusters: list[_Cluster] = []
    open_ones: list[_Cluster] = []
    for row in book.sharp:
        open_ones = [cluster for cluster in open_ones if book.when[row] - cluster.last_s <= gap_s]
        best, cost = None, np.inf
        for cluster in open_ones:
            away = book.distance(cluster, row)
            if away <= gate_m and away < cost and not (book.is_device[row] and book.who[row] in cluster.observers):
                best, cost = cluster, away
        if best is None:
            best = _Cluster()
            clusters.append(best)
            open_ones.append(best)
        book.join(best, row)
    _add_vague(book, clusters, gate_m)
    labels = np.full(observations.num_rows, -1, dtype=np.int64)
    listed = [cluster for cluster in clusters if cluster.place is not None and len(cluster.observers) >= least]
    for number, cluster in enumerate(listed):
        labels[cluster.rows] = number
    return _located(observations, labels, listed, frame)


class _Book:
    """The observations as arrays, and what of them fits a cluster."""

    def __init__(self, observations: pa.Table, frame: LocalFrame) -> None:
        start, end = seconds(observations, "occurred_start"), seconds(observations, "occurred_end")
        self.start, self.end, self.when = start, end, (start + end) / 2
        x, y = frame.to_metres(floats(observations, "lon"), floats(observations, "lat"))
        self.place = np.column_stack((x, y))
        self.has_place = np.isfinite(x)
        axes = (floats(observations, name) for name in ("semi_major_m", "semi_minor_m", "major_azimuth_deg"))
        self.covariance = covariance_of(*(np.nan_to_num(axis, nan=_UNSTATED) for axis in axes))
        here = frame.to_metres(floats(observations, "observer_lon"), floats(observations, "observer_lat"))
        self.here = np.column_stack(here)
        theta = np.radians(floats(observations, "bearing_deg"))
        self.along = np.column_stack((np.sin(theta), np.cos(theta)))
        self.across = np.column_stack((np.cos(theta), -np.sin(theta)))
        self.bearing_sd = np.radians(np.nan_to_num(floats(observations, "bearing_sd_deg"), nan=5.0))
        self.is_line = ~self.has_place & np.isfinite(theta) & np.isfinite(self.here[:, 0])
        names = (words(observations, name) for name in ("source", "sensor"))
        self.who = [f"{source}|{sensor}" for source, sensor in zip(*names, strict=True)]
        # People repeat each other, and a satellite sees one fire in several pixels.
        self.is_device = (words(observations, "sensor") != "") & (words(observations, "means") != "satellite")
        usable = self.has_place | self.is_line
        vague = end - start > _VAGUE_S
        by_time = np.argsort(self.when, kind="stable")
        self.sharp = [int(row) for row in by_time if usable[row] and not vague[row]]
        self.vague = [int(row) for row in by_time if self.has_place[row] and vague[row]]

    def distance(self, cluster: _Cluster, row: int) -> float:
        """How far off the report lies, metres; infinite if it cannot belong."""
        if cluster.place is not None:
            if self.has_place[row]:
                return float(np.hypot(*(self.place[row] - cluster.place)))
            away = cluster.place - self.here[row]
            ahead = float(away @ self.along[row])
            return abs(float(away @ self.across[row])) if 0.0 < ahead <= FARTHEST_M else np.inf
        other = cluster.lines[0]
        if self.has_place[row]:
            away = self.place[row] - self.here[other]
            ahead = float(away @ self.along[other])
            return abs(float(away @ self.across[other])) if 0.0 < ahead <= FARTHEST_M else np.inf
        crossing = self._crossing(other, row)
        return 0.0 if crossing is not None else np.inf

    def _crossing(self, first: int, second: int) -> Matrix | None:
        """Where two lines of sight meet, if they do in front of both."""
        a, b = self.along[first], self.along[second]
        turn = float(a[0] * b[1] - a[1] * b[0])
        if abs(turn) < np.sin(np.radians(_LEAST_ANGLE_DEG)):
            return None
        base = self.here[second] - self.here[first]
        reach = float(base[0] * b[1] - base[1] * b[0]) / turn, float(base[0] * a[1] - base[1] * a[0]) / turn
        if not all(0.0 < length <= FARTHEST_M for length in reach):
            return None
        return np.asarray(self.here[first] + reach[0] * a)

    def join(self, cluster: _Cluster, row: int) -> None:
        """The report becomes a part of the cluster, which is located anew."""
        cluster.rows.append(row)
        cluster.observers.add(self.who[row])
        cluster.last_s = max(cluster.last_s, float(self.when[row]))
        if self.has_place[row]:
            self._add_place(cluster, row)
        elif cluster.place is not None:
            self._add_line(cluster, row)
        elif cluster.lines:
            cluster.place = self._crossing(cluster.lines[0], row)
            self._add_line(cluster, row)
        else:
            cluster.lines.append(row)
            return
        # The first line waits for a place to be weighed at.
        while cluster.lines:
            self._add_line(cluster, cluster.lines.pop())
        cluster.place = np.asarray(np.linalg.solve(cluster.information, cluster.right), dtype=np.float64)

    def _add_place(self, cluster: _Cluster, row: int) -> None:
        east, both, north = (float(value) for value in self.covariance[row])
        floor = _LEAST_SD_M**2
        information = np.linalg.inv(np.array([[east + floor, both], [both, north + floor]]))
        cluster.information = cluster.information + information
        cluster.right = cluster.right + information @ self.place[row]
        cluster.place = cluster.place if cluster.place is not None else self.place[row]

    def _add_line(self, cluster: _Cluster, row: int) -> None:
        assert cluster.place is not None
        range_m = max(float((cluster.place - self.here[row]) @ self.along[row]), 200.0)
        weight = 1.0 / max(range_m * float(self.bearing_sd[row]), _LEAST_SD_M) ** 2
        normal = self.across[row]
        cluster.information = cluster.information + weight * np.outer(normal, normal)
        cluster.right = cluster.right + weight * normal * float(normal @ self.here[row])


def _add_vague(book: _Book, clusters: list[_Cluster], gate_m: float) -> None:
    """Rows with a long interval, to the nearest cluster in it; by themselves where there is none."""
    placed = [cluster for cluster in clusters if cluster.place is not None]
    where = np.array([cluster.place for cluster in placed]).reshape(-1, 2)
    when = np.array([cluster.last_s for cluster in placed])
    for row in book.vague:
        away = np.hypot(*(where - book.place[row]).T) if placed else np.zeros(0)
        away = np.where((when >= book.start[row]) & (when <= book.end[row]), away, np.inf)
        if len(away) and away.min() <= gate_m:
            nearest = placed[int(away.argmin())]
            nearest.rows.append(row)
            nearest.observers.add(book.who[row])
        else:
            alone = _Cluster(last_s=float(book.when[row]))
            book.join(alone, row)
            clusters.append(alone)


def _located(observations: pa.Table, labels: Ints, clusters: list[_Cluster], frame: LocalFrame) -> pa.Table:
    """The clusters' incidents; a cluster of bearings alone has no row with a place, so places are set here."""
    lon, lat = _places(clusters, frame)
    stand_in = observations
    for name, values in (("lon", lon), ("lat", lat)):
        column = np.where(labels >= 0, values[np.maximum(labels, 0)] if len(values) else np.nan, np.nan)
        stand_in = stand_in.set_column(stand_in.schema.get_field_index(name), name, pa.array(column))
    incidents = mean_incidents(stand_in, labels, frame)
    covariance = np.array([_covariance(cluster) for cluster in clusters]).reshape(-1, 3)
    major, minor, azimuth = ellipse_of(covariance)
    for name, axis in (("semi_major_m", major), ("semi_minor_m", minor), ("major_azimuth_deg", azimuth)):
        incidents = incidents.set_column(incidents.schema.get_field_index(name), name, pa.array(axis))
    return incidents


def _places(clusters: list[_Cluster], frame: LocalFrame) -> tuple[Floats, Floats]:
    if not clusters:
        return np.zeros(0), np.zeros(0)
    where = np.array([cluster.place for cluster in clusters])
    return frame.to_degrees(where[:, 0], where[:, 1])


def _covariance(cluster: _Cluster) -> tuple[float, float, float]:
    inverse = np.linalg.inv(cluster.information)
    return float(inverse[0, 0]), float(inverse[0, 1]), float(inverse[1, 1])
