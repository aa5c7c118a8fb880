"""The ground that the map is given: one label a town, ranks that follow from facts, and where the basemap ends."""

from __future__ import annotations

import random
from dataclasses import replace

import shapely

from tests.conftest import each
from trucewatch.locale import words
from trucewatch.model.names import PlaceName, PlaceRow
from trucewatch.model.naming import called, label, ranked_towns
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Town
from trucewatch.server.basemap import ground_of
from trucewatch.server.console import Console


def town(name: str, rank: int = 2, population: int = 0, lon: float = -25.0, lat: float = -35.0) -> Town:
    return Town(id=name.lower(), names={"en": name}, lon=lon, lat=lat, rank=rank, population=population)


def with_towns(watch: Watch, *towns: Town) -> Watch:
    return replace(watch, basemap=replace(watch.basemap, towns=towns))


def order_of(watch: Watch) -> list[str]:
    return [town.id for town, _ in ranked_towns(watch)]


def test_larger_towns_come_first_and_the_order_of_the_file_decides_nothing(valleys: Console) -> None:
    watch = valleys.snapshot.watch
    towns = [town("Zed", 2, 900), town("Alp", 2, 20), town("Mid", 2, 500), town("Cap", 1), town("Far", 2, lon=-24.3)]
    towns += [town("Near", 2, lon=-25.0, lat=-35.0)]
    expected = ["cap", "zed", "mid", "alp", "near", "far"]
    for seed in range(5):
        random.Random(seed).shuffle(towns)
        assert order_of(with_towns(watch, *towns)) == expected


def test_a_town_named_in_a_zone_ranks_up_after_those_whose_rank_it_is(valleys: Console) -> None:
    watch = with_towns(valleys.snapshot.watch, town("Gate", 2), town("Stonegate", 2), town("Cap", 1), town("Plain", 2))
    assert {town.id: rank for town, rank in ranked_towns(watch)} == {
        "cap": 1,
        "stonegate": 1,
        "gate": 2,
        "plain": 2,
    }
    assert order_of(watch)[:2] == ["cap", "stonegate"]


def test_a_town_of_which_incidents_speak_ranks_up(valleys: Console) -> None:
    watch = with_towns(valleys.snapshot.watch, town("Cap", 1), town("Plain", 2), town("Quiet", 2))
    assert [(town.id, rank) for town, rank in ranked_towns(watch, {"quiet"})] == [
        ("cap", 1),
        ("quiet", 1),
        ("plain", 2),
    ]


def test_every_town_has_one_label_and_none_is_empty(valleys: Console) -> None:
    watch = valleys.snapshot.watch
    odd = (Town(id="no-name", names={}, lon=-25, lat=-35), Town(id="blank", names={"en": "\u200b"}, lon=-25, lat=-35))
    for language in ("en", "ru", "hy"):
        ground = ground_of(with_towns(watch, *watch.basemap.towns, *odd), words(language), valleys.snapshot.as_of)
        labels = {feature["properties"]["id"]: feature["properties"] for feature in ground["towns"]["features"]}
        for properties in each(labels.values()):
            assert properties["name"].strip()
            assert set(properties) <= {"id", "name", "rank", "number"}, "no second line that would be second in rank"
        assert labels["no-name"]["name"] == "no-name"
        assert labels["blank"]["name"] == "blank"


def test_six_names_stand_together_in_one_label(valleys: Console) -> None:
    watch = valleys.snapshot.watch
    names = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"]
    users = ["UV", "LV", "UN", "a", "b", "c"]
    row = PlaceRow(
        id="larkfell",
        name=tuple(
            PlaceName(text=name, language="en", used_by=(user,), source="a text")
            for name, user in zip(names, users, strict=True)
        ),
    )
    text = label(row, "all", "en", None, watch.agreement).text
    assert text == " / ".join(sorted(set(names) - {"Gamma"})), "all but the experts' way to write it"


def test_numbers_stand_for_rows_first_and_then_for_large_towns_without_one(valleys: Console) -> None:
    snapshot = valleys.snapshot
    ground = ground_of(called(snapshot.watch, "", snapshot.as_of), words("en"), snapshot.as_of)
    numbers = {town["properties"]["id"]: town["properties"].get("number") for town in ground["towns"]["features"]}
    rows = len(snapshot.watch.naming.place) if snapshot.watch.naming else 0
    assert numbers["larkfell"] is not None
    assert numbers["larkfell"] <= rows
    assert numbers["highmere"] is not None
    assert numbers["highmere"] > rows
    used = [number for number in numbers.values() if number is not None]
    assert len(used) == len(set(used))


def test_the_map_is_told_where_its_basemap_ends(valleys: Console) -> None:
    snapshot = valleys.snapshot
    ends = ground_of(snapshot.watch, words("en"), snapshot.as_of)["ends"]
    box = shapely.box(*ends)
    for part in each(snapshot.watch.basemap.ground):
        assert box.buffer(1e-4).contains(shapely.box(*part.geometry.bounds))
    bare = replace(snapshot.watch, basemap=replace(snapshot.watch.basemap, ground=()))
    assert ground_of(bare, words("en"), snapshot.as_of)["ends"] is None
