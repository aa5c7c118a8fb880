"""The invented humanitarian instance: what is committed is what the script makes, and it goes with two-valleys."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from trucewatch.model.watch import Watch
from trucewatch.watch import check_watch, load_watch
from trucewatch.watch.template import examples

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "two-valleys-aid"
CENTRE = EXAMPLE.with_name("two-valleys")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return load_watch(EXAMPLE)


def _built() -> dict[str, bytes]:
    spec = importlib.util.spec_from_file_location("build_two_valleys_aid", EXAMPLE.parent / "build_two_valleys_aid.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: dict[str, bytes] = module.example_files()
    return made


def test_the_committed_files_are_what_the_script_makes() -> None:
    for name, content in each(_built().items()):
        assert (EXAMPLE / name).read_bytes() == content, f"{name}: run python examples/build_two_valleys_aid.py"


def test_it_is_an_example_and_has_no_faults(watch: Watch) -> None:
    assert {"two-valleys", "two-valleys-aid"} <= set(examples())
    assert check_watch(EXAMPLE).faults == ()
    assert watch.kind == "humanitarian"
    assert watch.settings.simulated


def test_its_map_has_no_line_no_belt_and_no_place_of_weapons() -> None:
    zones = json.loads((EXAMPLE / "zones.geojson").read_text("utf-8"))
    assert zones["simulated"] is True
    assert {zone["properties"]["kind"] for zone in each(zones["features"])} == {"area", "region"}


def test_both_instances_know_the_same_organisations_districts_and_sides(watch: Watch) -> None:
    centre = load_watch(CENTRE)
    assert each(watch.organisations) == list(centre.organisations)
    assert watch.humanitarian is not None
    assert centre.humanitarian is not None
    assert [district.id for district in watch.humanitarian.district] == [
        district.id for district in centre.humanitarian.district
    ]
    assert set(watch.agreement.bound_ids) == set(centre.agreement.bound_ids) - {"JC"}
    assert watch.settings.watch_time == centre.settings.watch_time


def test_every_name_says_that_it_is_invented_in_every_language(watch: Watch) -> None:
    words = {"en": "(simulated)", "ru": "(моделирование)", "tr": "(benzetim)"}
    for organisation in each(watch.organisations):
        assert set(organisation.names) == set(watch.settings.languages)
        for language, name in organisation.names.items():
            assert name.endswith(words[language]), organisation.id
    assert {organisation.kind for organisation in watch.organisations} >= {"un", "red_cross", "ngo", "state_body"}
    sides = [organisation.side for organisation in watch.organisations if organisation.kind == "state_body"]
    assert sorted(sides) == sorted(watch.agreement.bound_ids)


def test_nobody_comes_first_in_the_files() -> None:
    loaded: dict[str, Any] = tomllib.loads((EXAMPLE / "humanitarian.toml").read_text("utf-8"))
    for key in ("organisation", "district"):
        ids = [row["id"] for row in each(loaded[key])]
        assert ids == sorted(ids)
    parties = [row["id"] for row in tomllib.loads((EXAMPLE / "agreement.toml").read_text("utf-8"))["party"]]
    assert parties == sorted(parties)
