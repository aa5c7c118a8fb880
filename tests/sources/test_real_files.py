"""Real deliveries, where the optional data folder is there: nothing is lost, and what is known of them comes out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from trucewatch.model.batch import ReadingContext
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import firms

from .reading import read_file

KARABAKH = ReadingContext(area=(44.5, 38.5, 50.0, 42.0))
FIRES = SourceSetting(id="fires", adapter="firms", files=())


def present(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        if not path.is_file():
            pytest.skip(f"the optional file {path.name} is not here")
    return paths


def test_two_overlapping_fire_files_hold_672_detections(shared_data):
    paths = present(shared_data, "fires-karabakh/updated_file3.csv", "fires-karabakh/wildfireDataset.csv")
    outcomes = [read_file(path, FIRES, KARABAKH) for path in paths]
    assert [refusal for outcome in outcomes for refusal in outcome.rejected] == []
    together = pa.concat_tables([outcome.observations for outcome in outcomes])
    assert together.num_rows == 760
    assert len(set(together.column("observation_id").to_pylist())) == 672
    linked = firms.reconcile(together)
    assert set(linked.column("observation_id").to_pylist()) <= set(together.column("observation_id").to_pylist())


def test_a_season_of_viirs_is_taken_whole(shared_data):
    (path,) = present(shared_data, "fires-viirs-2023/fire_nrt_SV-C2_400448.csv")
    outcome = read_file(path, FIRES, ReadingContext())
    assert (outcome.taken, outcome.rejected) == (8097, [])
    assert set(outcome.observations.column("product_rank").to_pylist()) == {0}


@pytest.mark.parametrize(
    ("name", "count"), [("UCDP-Ukraine_2014-2020.csv", 2889), ("UCDP-Ukraine_candidate_2022-09.csv", 536)]
)
def test_ucdp_events_are_taken_whole(name, count, shared_data):
    (path,) = present(shared_data, f"events-ucdp-ukraine/{name}")
    setting = SourceSetting(id="ucdp", adapter="event_table", files=(), preset="ucdp_ged", time_zone="Europe/Kyiv")
    outcome = read_file(path, setting, ReadingContext())
    assert (outcome.taken, outcome.rejected) == (count, [])
    assert len(set(outcome.observations.column("observation_id").to_pylist())) == count
    for one in outcome.rows:
        assert one["occurred_start"] < one["occurred_end"]
        assert one["killed_min"] <= one["killed_best"] <= one["killed_max"]


def test_the_dated_facts_keep_both_claims_apart(shared_data):
    (path,) = present(shared_data, "events-karabakh/nk_events.csv")
    setting = SourceSetting(
        id="facts",
        adapter="event_table",
        files=(),
        preset="dated_facts",
        time_zone="Asia/Baku",
        place_sd_m=5000.0,
        kinds={"shelling": "explosion", "*": "other", "claimed_by:both": "AM; AZ"},
    )
    outcome = read_file(path, setting, KARABAKH)
    assert (outcome.taken, outcome.rejected) == (29, [])
    claims = set(outcome.observations.column("claimed_by").to_pylist())
    assert {"AM", "AZ", "RU", "AM; AZ"} <= claims
    assert "both" not in claims
    assert any(one["source_quality"] == "disputed=yes" for one in outcome.rows)
