"""Writes N simulated rows shaped like a VIIRS delivery of FIRMS, for measuring. No row is a detection of anything.

    python benchmarks/generate_viirs.py --rows 42000 --seed 1 --out simulated-viirs.csv

The mix is that of the measured workload: 70 % hot spots whose strengths follow a power law, at the times of passes; 20
% anywhere, at any minute; 10 % bursts near a line; lon 43–50, lat 38–42, 730 days, in order of time. The last column,
`simulated`, is not one of FIRMS's and says what the rows are.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

WEST, SOUTH, EAST, NORTH = 43.0, 38.0, 50.0, 42.0
DAYS = 730
FIRST_DAY = "2023-01-01"
"""In the past, so that a run without --as-of already knows every row."""
HOT_SHARE, UNIFORM_SHARE = 0.7, 0.2
PASS_MINUTES = (605, 625, 1325, 1345)
"""Minutes of the day (UTC) at which the invented satellite is overhead, give or take a quarter of an hour."""
LINE = np.array([(46.0, 38.6), (46.5, 39.2), (46.9, 39.5), (47.3, 39.9), (46.9, 40.2), (46.4, 40.4)])
MINUTES = DAYS * 24 * 60

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def generate_rows(rows: int, seed: int) -> pa.Table:
    """The rows as an Arrow table with the columns of a VIIRS file; the same numbers for the same seed."""
    rng = np.random.default_rng(seed)
    hot, uniform = int(rows * HOT_SHARE), int(rows * UNIFORM_SHARE)
    parts = [_hot_spots(hot, rng), _anywhere(uniform, rng), _bursts(rows - hot - uniform, rng)]
    lon, lat, minute = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(minute, kind="stable")
    lon, lat, minute = np.clip(lon[order], WEST, EAST), np.clip(lat[order], SOUTH, NORTH), minute[order]
    power = np.round(np.minimum(1.0 + rng.pareto(1.6, rows) * 3.0, 900.0), 2)
    background = np.round(rng.normal(290.0, 6.0, rows), 2)
    clock = minute % 1440
    days = np.datetime64(FIRST_DAY) + (minute // 1440).astype("timedelta64[D]")
    hhmm = pc.utf8_lpad(pa.array(clock // 60 * 100 + clock % 60).cast(pa.string()), 4, "0")
    is_day = (clock > 180) & (clock < 900)
    constant: dict[str, Any] = {
        name: pa.repeat(pa.scalar(word), rows)
        for name, word in (("satellite", "N"), ("instrument", "VIIRS"), ("version", "2.0NRT"), ("simulated", "true"))
    }
    return pa.table(
        {
            "latitude": np.round(lat, 5),
            "longitude": np.round(lon, 5),
            "brightness": np.round(np.minimum(background + 25.0 + power, 367.0), 2),
            "scan": np.round(rng.uniform(0.32, 0.8, rows), 2),
            "track": np.round(rng.uniform(0.36, 0.78, rows), 2),
            "acq_date": pa.array(days.astype("datetime64[D]")).cast(pa.string()),
            "acq_time": hhmm,
            "satellite": constant["satellite"],
            "instrument": constant["instrument"],
            "confidence": pa.array(np.array(["l", "n", "h"])[rng.choice(3, rows, p=[0.1, 0.8, 0.1])]),
            "version": constant["version"],
            "bright_t31": background,
            "frp": power,
            "daynight": pa.array(np.where(is_day, "D", "N")),
            "simulated": constant["simulated"],
        }
    )


def _hot_spots(count: int, rng: np.random.Generator) -> tuple[Numbers, Numbers, Whole]:
    """Few places with many rows and many with few (rank to the power −1.1), each row at a pass."""
    places = max(20, count // 60)
    lon, lat = rng.uniform(WEST, EAST, places), rng.uniform(SOUTH, NORTH, places)
    weight = np.arange(1, places + 1) ** -1.1
    which = rng.choice(places, count, p=weight / weight.sum())
    passes = np.array(PASS_MINUTES)[rng.integers(len(PASS_MINUTES), size=count)]
    minute = rng.integers(DAYS, size=count) * 1440 + passes + rng.integers(-15, 16, size=count)
    return lon[which] + rng.normal(0, 0.012, count), lat[which] + rng.normal(0, 0.009, count), minute


def _anywhere(count: int, rng: np.random.Generator) -> tuple[Numbers, Numbers, Whole]:
    return rng.uniform(WEST, EAST, count), rng.uniform(SOUTH, NORTH, count), rng.integers(MINUTES, size=count)


def _bursts(count: int, rng: np.random.Generator) -> tuple[Numbers, Numbers, Whole]:
    """Groups of about twenty rows within two kilometres and an hour, within a few kilometres of the line."""
    groups = max(1, count // 20)
    piece, share = rng.integers(len(LINE) - 1, size=groups), rng.random(groups)[:, None]
    centre = LINE[piece] * (1 - share) + LINE[piece + 1] * share + rng.normal(0, 0.03, (groups, 2))
    start = rng.integers(MINUTES - 60, size=groups)
    which = rng.integers(groups, size=count)
    minute = start[which] + rng.integers(60, size=count)
    return centre[which, 0] + rng.normal(0, 0.01, count), centre[which, 1] + rng.normal(0, 0.008, count), minute


def write_rows(rows: int, seed: int, out: Path) -> None:
    """The rows as CSV, without quotes as FIRMS writes it."""
    table = generate_rows(rows, seed)
    with out.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        csv.write_csv(table, file, csv.WriteOptions(include_header=False, quoting_style="none"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write simulated rows shaped like a VIIRS delivery of FIRMS.")
    parser.add_argument("--rows", type=int, default=42_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("simulated-viirs.csv"))
    asked = parser.parse_args()
    write_rows(asked.rows, asked.seed, asked.out)
    print(f"{asked.out}: {asked.rows:,} simulated rows, {asked.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
