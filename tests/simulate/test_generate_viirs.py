"""The generator for measurements: the stated mix, in order of time, the same for the same seed, said to be
simulated."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "generate_viirs.py"
FIRMS = (
    "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,"
    "confidence,version,bright_t31,frp,daynight"
)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_viirs", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_rows_have_the_columns_of_firms_and_say_simulated(generator: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "simulated-viirs.csv"
    generator.write_rows(500, 3, out)
    lines = out.read_text("ascii").splitlines()
    assert lines[0] == FIRMS + ",simulated"
    assert len(lines) == 501
    assert all(line.endswith(",true") and '"' not in line for line in lines[1:])


def test_the_same_seed_generates_the_same_rows(generator: ModuleType) -> None:
    assert generator.generate_rows(2000, 5).equals(generator.generate_rows(2000, 5))
    assert not generator.generate_rows(2000, 5).equals(generator.generate_rows(2000, 6))


def test_generated_rows_stand_in_order_of_time_and_inside_the_frame(generator: ModuleType) -> None:
    table = generator.generate_rows(5000, 1)
    times = [
        f"{day}{time}"
        for day, time in zip(*(table[name].to_pylist() for name in ("acq_date", "acq_time")), strict=True)
    ]
    assert times == sorted(times)
    assert all(len(time) == 14 and int(time[-4:-2]) < 24 and int(time[-2:]) < 60 for time in times)
    assert 43 <= min(table["longitude"].to_pylist()) <= max(table["longitude"].to_pylist()) <= 50
    assert 38 <= min(table["latitude"].to_pylist()) <= max(table["latitude"].to_pylist()) <= 42
