"""The measured workload: simulated observations, zones and a line, the same for the same seed. No row is an event.

Observations are shaped like satellite fire detections: 70 % hot spots whose strengths follow a power law, seen at the
times of passes; 20 % anywhere at any time; 10 % bursts near the line. Lon 43–50, lat 38–42, 730 days, in order of time;
about 7 links (1,500 m, 6 h) and 1.8 zones an observation at a million rows. More rows make more places and bursts, so
the density of links stays. 200 zones of 57 to 2,744 vertices, 107,928 in all; a line of 2,000 vertices.

    python benchmarks/workload.py --rows 1000000 --seed 1 --out simulated.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

WEST, SOUTH, EAST, NORTH = 43.0, 38.0, 50.0, 42.0
DAYS: Final = 730
DAY_US: Final = 86_400_000_000
FIRST_US: Final = int(np.datetime64("2023-01-01", "us").astype(np.int64))
HOT_SHARE, UNIFORM_SHARE = 0.7, 0.2
PASS_MINUTES = (605, 625, 1325, 1345)
"""Minutes of the day (UTC) at which the invented satellite is overhead, give or take a quarter of an hour."""

ZONES: Final = 200
FEWEST_VERTICES, MOST_VERTICES, ALL_VERTICES = 57, 2_744, 107_928
LINE_VERTICES: Final = 2_000
LINE_ENDS = np.array([(46.0, 38.6), (46.5, 39.2), (46.9, 39.5), (47.3, 39.9), (46.9, 40.2), (46.4, 40.4)])
CSV_COLUMNS: Final = ("id", "lon", "lat", "occurred_start", "means", "kind", "sd_m", "intensity", "simulated")


def observations(rows: int, seed: int = 1) -> dict[str, npt.NDArray[Any]]:
    """Columns of `rows` observations in order of time: lon, lat, sd_m, intensity (float64), start_us (int64)."""
    rng = np.random.default_rng(seed)
    hot, uniform = int(rows * HOT_SHARE), int(rows * UNIFORM_SHARE)
    parts = [_hot_spots(hot, rng), _anywhere(uniform, rng), _bursts(rows - hot - uniform, rng, seed)]
    lon, lat, start = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(start, kind="stable")
    return {
        "lon": np.round(np.clip(lon[order], WEST, EAST), 5),
        "lat": np.round(np.clip(lat[order], SOUTH, NORTH), 5),
        "start_us": start[order],
        "sd_m": np.round(rng.uniform(108.0, 320.0, rows)),
        "intensity": np.round(np.minimum(1.0 + rng.pareto(1.6, rows) * 3.0, 900.0), 2),
    }


def _hot_spots(count: int, rng: np.random.Generator) -> tuple[Numbers, Numbers, Whole]:
    """Few places with many rows and many with few (rank to the power −0.6), each row at a pass."""
    places = max(20, count // 60)
    lon, lat = rng.uniform(WEST, EAST, places), rng.uniform(SOUTH, NORTH, places)
    weight = np.arange(1, places + 1) ** -0.6
    which = rng.choice(places, count, p=weight / weight.sum())
    passes = np.array(PASS_MINUTES)[rng.integers(len(PASS_MINUTES), size=count)]
    seconds = (rng.integers(DAYS, size=count) * 1440 + passes) * 60 + rng.integers(-900, 900, size=count)
    return lon[which] + rng.normal(0, 0.012, count), lat[which] + rng.normal(0, 0.009, count), _moments(seconds)


def _anywhere(count: int, rng: np.random.Generator) -> tuple[Numbers, Numbers, Whole]:
    seconds = rng.integers(DAYS * 86_400, size=count)
    return rng.uniform(WEST, EAST, count), rng.uniform(SOUTH, NORTH, count), _moments(seconds)


def _bursts(count: int, rng: np.random.Generator, seed: int) -> tuple[Numbers, Numbers, Whole]:
    """Groups of about two hundred rows within two kilometres and two hours, within a few kilometres of the line."""
    groups = max(1, count // 200)
    along = shapely.get_coordinates(line(seed))
    centre = along[rng.integers(len(along), size=groups)] + rng.normal(0, 0.03, (groups, 2))
    begin = rng.integers((DAYS - 1) * 86_400, size=groups)
    which = rng.integers(groups, size=count)
    seconds = begin[which] + rng.integers(7_200, size=count)
    lon, lat = centre[which, 0] + rng.normal(0, 0.008, count), centre[which, 1] + rng.normal(0, 0.0065, count)
    return lon, lat, _moments(seconds)


def _moments(seconds: Whole) -> Whole:
    return FIRST_US + np.maximum(seconds, 0) * 1_000_000


def zones(seed: int = 1) -> list[Any]:
    """The zones as valid polygons, star-shaped about their centres with rough outlines, overlapping as they may."""
    rng = np.random.default_rng((seed, 200))
    polygons = []
    for count in _vertex_counts(rng):
        angle = np.sort((np.arange(count) + rng.uniform(0, 0.9, count)) * 2 * np.pi / count)
        rough = sum(
            rng.normal(0, 0.3 / wave**0.9) * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
            for wave in range(1, min(40, count // 4))
        )
        radius = rng.uniform(0.09, 0.345) * np.exp(np.clip(rough, -1.2, 0.6)) * (1 + rng.uniform(-0.02, 0.02, count))
        centre = rng.uniform((WEST + 0.3, SOUTH + 0.3), (EAST - 0.3, NORTH - 0.3))
        polygons.append(
            shapely.Polygon(
                centre + radius[:, None] * np.column_stack((1.27 * np.cos(angle), np.sin(angle))),
            )
        )
    return polygons


def _vertex_counts(rng: np.random.Generator) -> list[int]:
    """How many vertices each zone has: spread log-normally, smallest, largest and sum as stated above."""
    raw = np.exp(rng.normal(0, 0.9, ZONES - 2))
    wanted = ALL_VERTICES - FEWEST_VERTICES - MOST_VERTICES
    low, high = 1.0, 5_000.0
    for _ in range(60):
        middle = (low + high) / 2
        counts = np.clip(raw * middle, FEWEST_VERTICES, MOST_VERTICES).astype(np.int64)
        low, high = (middle, high) if counts.sum() < wanted else (low, middle)
    counts[np.argsort(counts)[len(counts) // 2]] += wanted - counts.sum()
    return [FEWEST_VERTICES, *counts.tolist(), MOST_VERTICES]


def line(seed: int = 1) -> Any:
    """The line: from south to north with bends of every size."""
    rng = np.random.default_rng((seed, 2000))
    legs = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(LINE_ENDS, axis=0).T))))
    along = np.linspace(0, legs[-1], LINE_VERTICES)
    points = np.column_stack([np.interp(along, legs, LINE_ENDS[:, axis]) for axis in (0, 1)])
    walk = np.cumsum(rng.normal(0, 0.0006, points.shape), axis=0)
    return shapely.LineString(points + walk - along[:, None] / legs[-1] * walk[-1])


def write_csv(rows: int, seed: int, path: Path, *, chunk_rows: int = 1_000_000) -> None:
    """The observations as CSV: a header and `rows` rows of 9 columns, about 78 bytes each, without quotes."""
    import pyarrow as pa
    from pyarrow import compute as pc
    from pyarrow import csv

    columns = observations(rows, seed)
    with path.open("wb") as file:
        file.write((",".join(CSV_COLUMNS) + "\n").encode())
        for first in range(0, rows, chunk_rows):
            part = {name: column[first : first + chunk_rows] for name, column in columns.items()}
            count = len(part["lon"])
            number = pa.array(np.arange(first, first + count)).cast(pa.string())
            times = pa.array(part["start_us"] // 1_000_000, pa.timestamp("s", "UTC"))
            table = pa.table(
                [
                    pc.binary_join_element_wise("w", pc.utf8_lpad(number, 8, "0"), ""),
                    part["lon"],
                    part["lat"],
                    pc.strftime(times, "%Y-%m-%dT%H:%M:%SZ"),
                    pa.repeat("satellite", count),
                    pa.repeat("heat", count),
                    part["sd_m"].astype(np.int64),
                    part["intensity"],
                    pa.repeat("true", count),
                ],
                names=list(CSV_COLUMNS),
            )
            csv.write_csv(table, file, csv.WriteOptions(include_header=False, quoting_style="none"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the measured workload as CSV. No row is an event.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("simulated.csv"))
    asked = parser.parse_args()
    write_csv(asked.rows, asked.seed, asked.out)
    print(f"{asked.out}: {asked.rows:,} simulated rows, {asked.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
