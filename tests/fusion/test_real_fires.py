"""What is said of a real season of fires; nothing is scored, but no place that is hot all year is a field."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.real_fires import bands_of, draw, judge_fires, read_fires

HEADER = (
    "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,frp,daynight"
)


def test_the_script_says_and_draws_what_a_small_file_holds(tmp_path: Path) -> None:
    """One field by day; one works on six nights, five days apart: an incident each night."""
    rows = ["10.5,20.5,330.0,0.4,0.4,2031-03-04,1106,N,VIIRS,n,2.0NRT,7.5,D"]
    rows += [f"11.5,21.5,330.0,0.4,0.4,2031-03-{day:02d},2306,N,VIIRS,n,2.0NRT,7.5,N" for day in range(1, 31, 5)]
    path = tmp_path / "fires.csv"
    path.write_text("\n".join([HEADER, *rows, rows[0], ""]), "utf-8")
    fires = judge_fires(read_fires(path))
    assert {words: len(incidents) for words, incidents in bands_of(fires) if incidents} == {
        "day, none": 1,
        "night, 4 to 15": 6,
    }
    picture = draw(fires)
    assert "night, 4 to 15: 6 incidents" in picture
    assert "10.5" not in picture  # no pixel's own place


def test_works_are_works_and_fields_are_fields(shared_data: Path) -> None:
    path = shared_data / "fires-viirs-2023" / "fire_nrt_SV-C2_400448.csv"
    if not path.is_file():
        pytest.skip("../shared/data/fires-viirs-2023 is not here")
    fires = judge_fires(read_fires(path))
    assert fires.pixels.num_rows == 8097
    assert sum(len(incident["members"]) for incident in fires.incidents) == 8097
    for incident in fires.incidents:
        assert sum(fires.chance(incident, name) for name in ("shelling", "small_arms", "rocket_or_missile")) < 0.05
    # Steel works: Kryvyi Rih, Zaporizhzhia, Alchevsk, Kamianske.
    for lon, lat in ((33.44, 47.87), (35.15, 47.87), (38.76, 48.46), (34.63, 48.52)):
        near = [one for one in fires.incidents if abs(one["lon"] - lon) < 0.03 and abs(one["lat"] - lat) < 0.02]
        steel = [fires.chance(one, "industry") + fires.chance(one, "gas_flare") for one in near]
        assert len(near) > 50
        assert np.mean(steel) > 0.85
    by_day = dict(bands_of(fires))["day, none"]
    assert len(by_day) > 2000
    assert np.mean([fires.chance(one, "farm_fire") for one in by_day]) > 0.8
