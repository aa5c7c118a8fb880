"""The second example: what is committed is what the script makes, and it says everywhere that it is simulated."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.conftest import each
from trucewatch.model.agreement import Agreement
from trucewatch.model.clause_copies import copies_of
from trucewatch.model.times import zone_named
from trucewatch.model.watch import WatchFile
from trucewatch.model.word_differences import word_differences
from trucewatch.model.zone import BASEMAP_KINDS, ZONE_KINDS
from trucewatch.pipeline import Assessment, assess
from trucewatch.store import Store
from trucewatch.watch import check_watch, load_watch

NOW = datetime(2031, 5, 20, tzinfo=UTC)
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "two-valleys"


def _toml(name: str) -> dict[str, Any]:
    """The file with `from` as the model names it."""

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {("from_" if key == "from" else key): renamed(inner) for key, inner in value.items()}
        return [renamed(inner) for inner in value] if isinstance(value, list) else value

    loaded: dict[str, Any] = renamed(tomllib.loads((EXAMPLE / name).read_text("utf-8")))
    return loaded


@pytest.fixture(scope="module")
def settings() -> WatchFile:
    return TypeAdapter(WatchFile).validate_python(_toml("watch.toml"))


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return TypeAdapter(Agreement).validate_python(_toml("agreement.toml"))


@pytest.fixture(scope="module")
def zones() -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads((EXAMPLE / "zones.geojson").read_text("utf-8"))["features"]
    return features


def _built() -> dict[str, bytes]:
    spec = importlib.util.spec_from_file_location("build_two_valleys", EXAMPLE.parent / "build_two_valleys.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: dict[str, bytes] = module.example_files()
    return made


def test_the_committed_files_are_what_the_script_makes() -> None:
    for name, content in each(_built().items()):
        assert (EXAMPLE / name).read_bytes() == content, f"{name}: run python examples/build_two_valleys.py"


def test_nothing_lies_in_the_inbox_that_the_script_does_not_make() -> None:
    made = set(_built())
    found = {path.relative_to(EXAMPLE).as_posix() for path in (EXAMPLE / "inbox").iterdir()}
    assert found <= made


def test_every_source_is_simulated_and_has_its_files(settings: WatchFile) -> None:
    assert settings.simulated
    for source in settings.source:
        assert source.simulated, source.id
        for name in source.files:
            assert (EXAMPLE / name).is_file(), name
            assert "simulated" in name
        assert source.organisation.startswith("Simulated")


def test_names_say_simulated_in_every_language(settings: WatchFile, agreement: Agreement) -> None:
    words = {"en": "simulated", "ru": "моделирование", "tr": "benzetim"}
    for language, word in words.items():
        assert word in settings.names[language]
        assert all(word in instrument.names[language] for instrument in each(agreement.instrument))
        assert all(word in source.title[language] for source in each(settings.source))


def test_the_agreement_exercises_what_an_agreement_may_hold(agreement: Agreement) -> None:
    stipulations = [stipulation for _, stipulation in agreement.stipulations()]
    assert {stipulation.kind for stipulation in stipulations} == {"prohibited", "required", "judged"}
    assert any(stipulation.extension for stipulation in stipulations)
    assert any("notice" in stipulation.unless for stipulation in stipulations)
    assert any(stipulation.number for stipulation in stipulations)
    assert any(stipulation.judgment for stipulation in stipulations)
    assert any(stipulation.in_force.from_earliest for stipulation in stipulations)
    assert 5 <= len(agreement.provision) <= 8


def test_both_sides_copies_have_the_words_of_every_clause_and_of_its_parts(agreement: Agreement) -> None:
    watch = load_watch(EXAMPLE)
    assert all(copy.publisher.startswith("Simulated") and copy.licence.startswith("Simulated") for copy in watch.texts)
    for provision in each(agreement.provision):
        copies = [copy for copy in copies_of(watch, provision.number, NOW) if copy.words]
        assert len(copies) == 2
        assert {copy.publisher for copy in copies} == {
            "Simulated: press office of the Lower Valley",
            "Simulated: press office of the Upper Valley",
        }
        whole = {copy.text: copy.words for copy in copies if copy.whole}
        parts = [part.id for part in provision.stipulation] if len(provision.stipulation) > 1 else []
        for part in parts:
            words = {copy.text: copy.words for copy in copies_of(watch, part, NOW) if copy.words}
            assert set(words) == set(whole)
            assert all(words[text] in whole[text] for text in words), "a part is a sentence of its clause"


def test_the_two_copies_differ_in_what_copies_differ_in(agreement: Agreement) -> None:
    watch = load_watch(EXAMPLE)
    differences = {
        provision.number: word_differences(
            tuple(copy.words for copy in copies_of(watch, provision.number, NOW) if copy.words)
        )
        for provision in each(agreement.provision)
    }
    assert differences["2"].variants == (("hands over", "returns"), ("before 3", "by 2"))
    assert [number for number, found in differences.items() if found.reordered] == ["1", "6"]
    assert differences["4"].places == ()


def test_every_name_that_is_used_exists(settings: WatchFile, agreement: Agreement, zones: list[dict[str, Any]]) -> None:
    zone_ids = {feature["id"] for feature in zones}
    texts = {text.id for text in agreement.text}
    delegations = {delegation.id for delegation in settings.delegation}
    assert settings.line in zone_ids
    zone_named(settings.time_zone)
    for _, stipulation in agreement.stipulations():
        assert not stipulation.zone or stipulation.zone in zone_ids
        assert set(stipulation.obliged) <= agreement.party_ids
        if stipulation.deadline is not None:
            assert stipulation.deadline.text in texts
            zone_named(stipulation.deadline.zone)
        assert {judgment.by for judgment in stipulation.judgment} <= delegations


def test_zones_and_basemap_use_known_kinds_and_three_languages(zones: list[dict[str, Any]]) -> None:
    basemap = json.loads((EXAMPLE / "basemap.geojson").read_text("utf-8"))
    assert "invented" in basemap["boundary_set"]
    assert {feature["properties"]["kind"] for feature in basemap["features"]} == set(BASEMAP_KINDS)
    for feature in zones:
        properties = feature["properties"]
        assert properties["kind"] in ZONE_KINDS
        assert properties["provenance"].startswith("Simulated")
        assert properties["accuracy_m"] > 0
    for feature in (*zones, *basemap["features"]):
        assert {"en", "ru", "tr"} <= set(feature["properties"]["names"])
    assert {"area", "region", "corridor", "line", "storage", "district", "site"} == {
        feature["properties"]["kind"] for feature in zones
    }


def test_recipients_never_get_more_than_their_rank(settings: WatchFile) -> None:
    centre, parties, public = (settings_recipient(settings, name) for name in ("joint-centre", "parties", "public"))
    assert (centre.place, centre.delay_hours, centre.smallest_count, centre.time) == ("exact", 0, 1, "minute")
    assert parties.place == "cell"
    assert parties.cell_m >= 1000
    assert (public.place, public.delay_hours, public.time, public.smallest_count) == ("zone", 24, "day", 3)
    assert not public.text


def settings_recipient(settings: WatchFile, name: str) -> Any:
    return next(recipient for recipient in settings.recipient if recipient.id == name)


def test_no_loaded_word_stands_in_the_example() -> None:
    files = (path for path in sorted(EXAMPLE.rglob("*")) if path.is_file() and ".trucewatch" not in path.parts)
    for path in each(files):
        loaded = re.search(r"\b(violation|violated|enemy|aggressor)\b", path.read_text("utf-8"), re.IGNORECASE)
        assert not loaded, path


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("example") / "two-valleys"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".trucewatch"))
    with Store(folder, lambda: NOW) as store:
        return assess(store, folder, now=NOW)


def test_the_watch_has_no_fault() -> None:
    reading = check_watch(EXAMPLE)
    assert [fault.sentence() for fault in reading.faults] == []


def test_every_row_is_taken_and_every_result_is_marked_simulated(assessed: Assessment) -> None:
    assert assessed.rejected.num_rows == 0
    assert assessed.observations.num_rows > 150
    assert assessed.counters.num_rows == 18
    for table in (assessed.observations, assessed.counters, assessed.incidents, assessed.findings):
        assert set(table["simulated"].to_pylist()) == {True}


def test_all_four_outcomes_and_their_plain_reasons_occur(assessed: Assessment) -> None:
    assert set(assessed.findings["outcome"].to_pylist()) == {
        "inconsistent",
        "undetermined",
        "consistent",
        "not_applicable",
    }
    assert set(assessed.findings["reason"].to_pylist()) >= {
        "prohibited_act",
        "kind_not_likely",
        "notice_covers",
        "at_zone_edge",
        "indication_only",
        "claimed_alone",
        "outside_zone",
        "before_in_force",
        "maybe_in_force",
        "happened_in_time",
        "number_reached",
        "number_short",
        "due_soon",
        "judged_differently",
    }


def test_incidents_of_several_means_are_held_to_be_one_event(assessed: Assessment) -> None:
    several = [means for means in assessed.incidents["means"].to_pylist() if len(means) >= 2]
    assert len(several) >= 15
    assert max(len(means) for means in several) >= 4
