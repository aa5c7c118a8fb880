"""The peers to beat, as labels and simple means: ST-DBSCAN, the fixed cylinder, and the clairvoyant who knows every
origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from trucewatch.evaluate.score_columns import floats, seconds, words
from trucewatch.fusion import associate_observations
from trucewatch.geo.arrays import Floats, Ints
from trucewatch.geo.ellipse import covariance_of, ellipse_of
from trucewatch.geo.frame import LocalFrame, straight_coordinates
from trucewatch.model.ids import incident_id

T = TypeVar("T")

_PEOPLE = ("public", "party")
_VAGUE_S = 3600.0
"""A report whose interval is longer says little of the time where a better one is there."""


def st_dbscan_labels(observations: pa.Table, *, eps_m: float, eps_s: float, min_samples: int) -> Ints:
    """A label for each row, -1 for noise and for rows without a place.

    Two rows are neighbours if they are at most `eps_m` apart and the middles of their intervals at most `eps_s`, each
    its own limit. A row with at least `min_samples` neighbours, itself counted, is a core; cores that are neighbours
    are one cluster; another row belongs to the cluster of the nearest core among its neighbours.
    Source: Birant and Kut (2007), ST-DBSCAN, Data & Knowledge Engineering 60, 208–221, without their third limit on the
    non-spatial value.
    """
    lon, lat = floats(observations, "lon"), floats(observations, "lat")
    rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    labels = np.full(observations.num_rows, -1, dtype=np.int64)
    if not len(rows):
        return labels
    here = straight_coordinates(lon[rows], lat[rows])
    when = ((seconds(observations, "occurred_start") + seconds(observations, "occurred_end")) / 2)[rows]
    first, second, away = _neighbours(here, when, eps_m, eps_s)
    n = len(rows)
    core = np.bincount(np.concatenate([first, second]), minlength=n) + 1 >= min_samples
    both = core[first] & core[second]
    graph = coo_array((np.ones(int(both.sum())), (first[both], second[both])), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    clusters = np.where(core, part, -1).astype(np.int64)
    # Each pair both ways, from core to border; sorted so that the nearest core is written last.
    start, end, length = np.r_[first, second], np.r_[second, first], np.r_[away, away]
    edge = core[start] & ~core[end]
    start, end, length = start[edge], end[edge], length[edge]
    order = np.lexsort((-start, -length))
    clusters[end[order]] = clusters[start[order]]
    labels[rows] = clusters
    return labels


def _neighbours(here: Floats, when: Floats, eps_m: float, eps_s: float) -> tuple[Ints, Ints, Floats]:
    scaled = np.column_stack((here, (when - when.min()) * (eps_m / eps_s)))
    pairs = cKDTree(scaled).query_pairs(eps_m * np.sqrt(2.0) * (1 + 1e-9), output_type="ndarray").reshape(-1, 2)
    first, second = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
    away = np.linalg.norm(here[first] - here[second], axis=1)
    near = (away <= eps_m) & (np.abs(when[first] - when[second]) <= eps_s)
    return first[near], second[near], np.asarray(away[near])


def cylinder_labels(observations: pa.Table, *, radius_m: float, gap_s: float) -> Ints:
    """The labels of the product's own fixed cylinder; -1 for rows without a place."""
    labels = np.asarray(associate_observations(observations, radius_m=radius_m, gap_s=gap_s), dtype=np.int64)
    return np.where(np.isfinite(floats(observations, "lon")), labels, -1)


def clairvoyant_labels(observations: pa.Table, origin: pa.Table) -> Ints:
    """A label for each true event; every echo and every piece of clutter stands alone, but the copies of one rumour or
    claim of nothing (same source, text and place), which are one."""
    events, echoes = origin["event_id"].to_pylist(), origin["is_echo"].to_pylist()
    event_of = {
        observation: event if not echo else ""
        for observation, event, echo in zip(origin["observation_id"].to_pylist(), events, echoes, strict=True)
    }
    some = observations.select(["observation_id", "means", "source", "text", "lon", "lat"]).to_pylist()
    names = []
    for row in some:
        alone = f" {row['observation_id']}"
        if row["means"] in _PEOPLE and row["text"] and row["lon"] is not None:
            alone = f" {row['source']}|{row['text']}|{row['lon']}|{row['lat']}"
        names.append(event_of[row["observation_id"]] or alone)
    return np.unique(np.array(names, dtype=str), return_inverse=True)[1].reshape(-1).astype(np.int64)


def mean_incidents(observations: pa.Table, labels: Ints, frame: LocalFrame) -> pa.Table:
    """One row a label: the plain mean of places and times, and the ellipse of a mean of independent reports.

    Rows with label -1 are in no incident; of the others those without a place add nothing to it. The time is the mean
    of the middles of the intervals that are at most an hour long, if there is one.
    """
    lon, lat = floats(observations, "lon"), floats(observations, "lat")
    used = np.flatnonzero((labels >= 0) & np.isfinite(lon) & np.isfinite(lat))
    names, group = np.unique(labels[used], return_inverse=True)
    n, group = len(names), group.reshape(-1)

    def mean(values: Floats, of: Any = slice(None)) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.asarray(
                np.bincount(group[of], weights=values[of], minlength=n) / np.bincount(group[of], minlength=n)
            )

    x, y = frame.to_metres(lon[used], lat[used]) if len(used) else (lon[used], lat[used])
    size = np.bincount(group, minlength=n)
    start, end = seconds(observations, "occurred_start")[used], seconds(observations, "occurred_end")[used]
    middle, sharp = (start + end) / 2, end - start <= _VAGUE_S
    when = np.where(np.bincount(group[sharp], minlength=n) > 0, mean(middle, sharp), mean(middle))
    axes = (floats(observations, name)[used] for name in ("semi_major_m", "semi_minor_m", "major_azimuth_deg"))
    stated = covariance_of(*axes)
    covariance = np.column_stack([mean(stated[:, column]) / size for column in range(3)])
    lons, lats = frame.to_degrees(mean(x), mean(y)) if n else (x, y)
    major, minor, azimuth = ellipse_of(covariance)
    moments = pa.array(np.round(when * 1e6).astype(np.int64)).cast(pa.timestamp("us", tz="UTC"))
    return pa.table(
        {
            **_members(observations, used, group, n),
            "occurred_start": moments,
            "occurred_end": moments,
            "lon": lons,
            "lat": lats,
            "semi_major_m": major,
            "semi_minor_m": minor,
            "major_azimuth_deg": azimuth,
        }
    )


def _members(observations: pa.Table, used: Ints, group: Ints, n: int) -> dict[str, Any]:
    """Members, means, most frequent kind and first knowledge of each group."""
    order = np.argsort(group, kind="stable")
    bounds = np.r_[0, np.cumsum(np.bincount(group, minlength=n))]
    ids, means, kinds = (words(observations, name)[used][order] for name in ("observation_id", "means", "kind"))
    known_at = observations["known_at"].cast(pa.int64()).to_numpy(zero_copy_only=False)[used][order]
    parts = [slice(start, end) for start, end in pairwise(bounds)]
    members = [sorted(ids[part].tolist()) for part in parts]
    texts = pa.list_(pa.string())
    first = [int(known_at[part].min()) for part in parts]
    return {
        "incident_id": pa.array([incident_id(observation_ids[0]) for observation_ids in members], pa.string()),
        "members": pa.array(members, texts),
        "means": pa.array([sorted(set(means[part])) for part in parts], texts),
        "kind": pa.array([_most_frequent(kinds[part].tolist()) for part in parts], pa.string()),
        "first_known_at": pa.array(first, pa.int64()).cast(pa.timestamp("us", tz="UTC")),
    }


def _most_frequent(kinds: list[str]) -> str:
    return min(set(kinds), key=lambda kind: (-kinds.count(kind), kind))


def best_of(grid: Iterable[T], f1: Callable[[T], float]) -> tuple[T, float]:
    """The settings with the highest F1, the first of equals. Call it with tuning seeds only."""
    scored = [(setting, f1(setting)) for setting in grid]
    return max(scored, key=lambda pair: pair[1])
