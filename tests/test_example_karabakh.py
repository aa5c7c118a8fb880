"""The reference watch: its files say what the sources say, and its geometry keeps what its provenance promises."""

from __future__ import annotations

import csv
import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from pydantic import TypeAdapter
from pyproj import Transformer
from shapely.geometry import Point, shape

from tests.conftest import each
from trucewatch.model.agreement import Agreement, Stipulation
from trucewatch.model.clause_copies import copies_of
from trucewatch.model.observation import KINDS, QUALIFIERS, SPANS
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import BASEMAP_KINDS, ZONE_KINDS
from trucewatch.watch import load_watch

REPOSITORY = Path(__file__).resolve().parents[1]
WATCH = REPOSITORY / "examples" / "karabakh-2020"
LANGUAGES = {"en", "ru", "tr", "az", "hy"}
SIGMA_TO_95 = 2.4478


def read_toml(name: str) -> dict[str, Any]:
    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {"from_" if key == "from" else key: renamed(inner) for key, inner in value.items()}
        return [renamed(one) for one in value] if isinstance(value, list) else value

    document: dict[str, Any] = renamed(tomllib.loads((WATCH / name).read_text(encoding="utf-8")))
    return document


def read_rows(name: str) -> list[dict[str, str]]:
    with (WATCH / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_features(name: str) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads((WATCH / name).read_text(encoding="utf-8"))["features"]
    return features


@pytest.fixture(scope="module")
def settings() -> WatchFile:
    return TypeAdapter(WatchFile).validate_python(read_toml("watch.toml"))


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return TypeAdapter(Agreement).validate_python(read_toml("agreement.toml"))


@pytest.fixture(scope="module")
def stipulations(agreement: Agreement) -> dict[str, Stipulation]:
    return {one.id: one for _, one in agreement.stipulations()}


@pytest.fixture(scope="module")
def zones() -> dict[str, Any]:
    """The geometry of each zone, its first version."""
    return {one["id"]: shape(one["geometry"]) for one in reversed(read_features("zones.geojson"))}


def in_metres(geometry: Any) -> Any:
    utm = Transformer.from_crs("EPSG:4326", "EPSG:32638", always_xy=True)
    return shapely.transform(geometry, lambda points: np.column_stack(utm.transform(points[:, 0], points[:, 1])))


def town_places() -> dict[str, Any]:
    return {
        one["id"].removeprefix("town-"): shape(one["geometry"])
        for one in read_features("basemap.geojson")
        if one["properties"]["kind"] == "town"
    }


# ── the agreement ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_stipulations_of_the_statement_and_of_later_papers_stand_in_order(agreement: Agreement) -> None:
    found: dict[str, list[str]] = {}
    for provision, one in agreement.stipulations():
        found.setdefault(provision.instrument, []).append(one.id)
    first = [
        "1a",
        "1b",
        "2",
        "3a",
        "3b",
        "4a",
        "4b",
        "5",
        "6a",
        "6b",
        "6c",
        "6d",
        "6e",
        "7",
        "8",
        "9a",
        "9b",
        "9c",
        "9d",
    ]
    later = {
        "2021-11-26": ["t1"],
        "icj-2021-12-07-am": ["o1"],
        "icj-2021-12-07-az": ["o2"],
        "2022-10-31": ["u1"],
        "icj-2023-02-22": ["o3"],
        "icj-2023-07-06": ["o4"],
        "icj-2023-11-17": ["o5"],
        "2023-12-07": ["v1"],
        "2025-08-08": ["w1"],
    }
    assert found == {"2020-11-10": first, "2021-01-11": ["s1", "s2", "s3"], **later}
    assert [provision.number for provision in agreement.provision][:10] == [*"123456789", "9/2021"]


def test_the_second_instrument_supplements_the_first(agreement: Agreement) -> None:
    first, second, *_ = agreement.instrument
    assert (first.relation, second.relation, second.to) == ("", "supplements", first.id)


def test_parties_stand_by_their_ids_and_are_named_in_five_languages(agreement: Agreement) -> None:
    assert [party.id for party in agreement.party] == ["AM", "AZ", "RU"]
    assert all(set(party.names) == LANGUAGES for party in agreement.party)


def test_ceasefire_begins_at_midnight_in_moscow(stipulations: dict[str, Stipulation]) -> None:
    began = stipulations["1a"].in_force.surely_from
    assert began == datetime(2020, 11, 9, 21, tzinfo=UTC)
    assert began.astimezone(ZoneInfo("Europe/Moscow")).isoformat() == "2020-11-10T00:00:00+03:00"
    assert began.astimezone(ZoneInfo("Asia/Baku")).isoformat() == "2020-11-10T01:00:00+04:00"


@pytest.mark.parametrize(
    ("ident", "due"),
    [
        ("2", "2020-11-20T21:00:00+00:00"),
        ("6a", "2020-11-25T21:00:00+00:00"),
        ("6b", "2020-12-01T21:00:00+00:00"),
        ("6d", "2023-11-10T21:00:00+00:00"),
        ("s1", "2021-01-30T21:00:00+00:00"),
        ("s3", "2021-03-01T21:00:00+00:00"),
    ],
)
def test_deadline_is_the_end_of_the_day_in_moscow(stipulations: dict[str, Stipulation], ident: str, due: str) -> None:
    found = stipulations[ident].due(datetime(2024, 1, 1, tzinfo=UTC), ZoneInfo("Asia/Baku"))
    assert found is not None
    assert found.moment.isoformat() == due
    assert found.range.is_exact


def test_only_the_stipulations_whose_text_gives_a_day_or_a_term_have_a_deadline(
    stipulations: dict[str, Stipulation],
) -> None:
    deadlines = {ident: one.deadline for ident, one in stipulations.items() if one.deadline is not None}
    assert {ident for ident, deadline in deadlines.items() if deadline.day} == {"2", "6a", "6b", "s1", "s3"}
    assert {ident: deadline.term for ident, deadline in deadlines.items() if deadline.term} == {
        "6d": "P3Y",
        "s2": "P1M",
    }


def test_the_oral_extension_of_6a_is_unknown_on_the_eve(stipulations: dict[str, Stipulation]) -> None:
    kalbajar = stipulations["6a"]
    eve = kalbajar.due(datetime(2020, 11, 14, 12, tzinfo=UTC), ZoneInfo("Asia/Baku"))
    assert eve is not None
    assert (eve.moment, eve.extension) == (datetime(2020, 11, 15, 21, tzinfo=UTC), 0)
    assert [(one.form, one.day.isoformat()) for one in kalbajar.extension] == [("oral", "2020-11-25")]


def test_4b_has_bounds_because_no_text_states_its_start(stipulations: dict[str, Stipulation]) -> None:
    force = stipulations["4b"].in_force.with_end(ZoneInfo("Asia/Baku"))
    assert force.from_ is None
    assert force.maybe_from < force.surely_from < force.surely_until < force.maybe_until
    assert force.surely_until.year - force.maybe_from.year == 5


def test_every_zone_kind_and_text_that_a_stipulation_names_exists(
    agreement: Agreement, zones: dict[str, Any], settings: WatchFile
) -> None:
    texts = {text.id for text in agreement.text}
    for _, one in each(agreement.stipulations()):
        assert not one.zone or one.zone in zones
        assert {*one.kinds, *one.indications, *([one.what] if one.what else [])} <= set(KINDS)
        assert one.deadline is None or (one.deadline.text in texts and one.deadline.zone)
        assert set(one.obliged) <= agreement.party_ids
        # A clause's words in Azerbaijani and Armenian come only from an official copy on file, and none is.
        assert set(one.summary) >= set(settings.languages) - {"az", "hy"}


def test_no_stipulation_is_judged_by_this_file(stipulations: dict[str, Stipulation]) -> None:
    assert not any(one.judgment for one in each(stipulations.values()))


def test_the_early_text_and_the_two_translations_of_one_day_are_kept_apart(agreement: Agreement) -> None:
    notes = {text.id: text.note for text in agreement.text}
    assert "Gazakh" in notes["ru-early"]
    assert '"before"' in notes["en-2021-1"]
    assert '"by"' in notes["en-2021-2"]
    assert [text.id for text in agreement.text if text.authoritative] == ["ru-1", "ru-2021-1"]


# ── settings and inputs ──────────────────────────────────────────────────────────────────────────────────────────────


def test_watch_is_real_and_runs_on_its_own_clock(settings: WatchFile) -> None:
    assert not settings.simulated
    assert settings.watch_time == datetime(2020, 12, 15, 20, tzinfo=UTC)
    assert [one.id for one in settings.delegation] == ["RU", "TR"]


def test_each_recipient_further_out_gets_no_more_than_the_one_before(settings: WatchFile) -> None:
    rules = {one.id: one for one in settings.recipient}
    order = [rules[ident] for ident in ("joint-centre", "parties", "humanitarian", "public")]
    for nearer, further in itertools.pairwise(order):
        assert nearer.delay_hours <= further.delay_hours
        assert nearer.smallest_count <= further.smallest_count
        assert set(nearer.withheld_kinds) <= set(further.withheld_kinds)
    assert (order[-1].place, order[-1].time, order[-1].text, order[-1].smallest_count) == ("zone", "day", False, 3)
    assert all(one.cell_m >= 1000 for one in order if one.place == "cell")


def test_every_word_of_the_dated_facts_is_read_as_one_of_our_kinds(settings: WatchFile) -> None:
    source = next(one for one in settings.source if one.id == "dated-facts")
    words = {row["kind"] for row in read_rows("inbox/dated-facts.csv")}
    assert words <= set(source.kinds)
    assert {kind for word, kind in source.kinds.items() if not word.startswith("claimed_by:")} <= set(KINDS)
    assert {theirs for theirs in source.columns.values() if not theirs.startswith("=")} <= set(
        read_rows("inbox/dated-facts.csv")[0]
    )


def test_every_dated_fact_has_its_source_its_days_and_an_error_for_its_place() -> None:
    rows = read_rows("inbox/dated-facts.csv")
    for row in each(rows):
        assert row["source"]
        assert bool(row["time_start"]) != bool(row["date_end"])
        end = row["date_end"] or row["date_start"]
        assert datetime.fromisoformat(row["date_start"]) <= datetime.fromisoformat(end)
        assert datetime.fromisoformat(end) <= datetime.fromisoformat(row["known_at"])
        assert bool(row["latitude"]) == bool(row["longitude"]) == bool(row["place_sd_m"])
        assert row["disputed"] in ("yes", "no", "partly")


def test_vardenis_is_the_town_near_the_border_and_not_its_namesake() -> None:
    rows = [row for row in read_rows("inbox/dated-facts.csv") if "Vardenis" in row["place"]]
    assert all(45.6 < float(row["longitude"]) < 45.9 for row in each(rows))


@pytest.mark.parametrize(
    ("day", "zone"),
    [
        ("2020-11-20", "aghdam"),
        ("2020-11-25", "kalbajar"),
        ("2020-12-01", "lachin"),
        ("2021-01-30", "aghdam"),
    ],
)
def test_the_place_of_a_required_event_lies_in_its_district_with_all_its_error(
    zones: dict[str, Any], day: str, zone: str
) -> None:
    accuracy_m = next(one["properties"]["accuracy_m"] for one in read_features("zones.geojson") if one["id"] == zone)
    district = in_metres(zones[zone])
    for row in each(
        [row for row in read_rows("inbox/dated-facts.csv") if row["date_start"] == day and row["latitude"]]
    ):
        place = in_metres(Point(float(row["longitude"]), float(row["latitude"])))
        assert district.contains(place)
        assert district.boundary.distance(place) > SIGMA_TO_95 * float(row["place_sd_m"]) + accuracy_m


def test_fire_reported_while_the_ceasefire_holds_can_be_seen_by_1a(
    settings: WatchFile, stipulations: dict[str, Stipulation]
) -> None:
    kinds = next(one for one in settings.source if one.id == "dated-facts").kinds
    seen = {*stipulations["1a"].kinds, *stipulations["1a"].indications}
    for day in ("2020-11-26", "2020-12-11", "2020-12-12", "2022-03-25", "2022-08-03", "2023-09-19", "2023-09-20"):
        rows = [row for row in read_rows("inbox/dated-facts.csv") if row["date_start"] == day]
        assert rows
        assert all(kinds[row["kind"]] in seen for row in rows)


def test_an_exchange_of_people_is_gathered_by_clause_8_and_held_against_no_other(
    settings: WatchFile, stipulations: dict[str, Stipulation]
) -> None:
    kind = next(one for one in settings.source if one.id == "dated-facts").kinds["exchange"]
    assert [ident for ident, one in stipulations.items() if kind in (*one.kinds, *one.indications, one.what)] == ["8"]
    assert stipulations["8"].kind == "judged"


def test_bulletin_gives_the_published_figures_as_one_body_s_claims() -> None:
    rows = read_rows("inbox/bulletin.csv")
    figures = {(row["name"], row["span"], row["value"], row["qualifier"]) for row in rows}
    assert figures == {
        ("returnees", "day", "846", "exactly"),
        ("returnees", "cumulative", "26000", "more_than"),
        ("returnees", "cumulative", "39000", "more_than"),
        ("returnees", "cumulative", "48241", "exactly"),
        ("peacekeepers", "level", "1960", "exactly"),
        ("peacekeepers_deployed", "cumulative", "1960", "exactly"),
        ("peacekeepers_equipment", "level", "552", "exactly"),
        ("demined_area", "cumulative", "34", "more_than"),
        ("demined_road", "cumulative", "12", "about"),
        ("demined_buildings", "cumulative", "110", "more_than"),
        ("explosive_objects_found", "cumulative", "1077", "exactly"),
        ("posts_on_watch", "level", "23", "exactly"),
        ("posts_on_watch", "level", "27", "exactly"),
        ("posts_on_watch", "level", "30", "exactly"),
    }
    for row in rows:
        assert row["claimed_by"] == "RU"
        assert row["span"] in SPANS
        assert row["qualifier"] in QUALIFIERS
        start, end = (datetime.fromisoformat(row[name]) for name in ("period_start", "period_end"))
        assert start.tzinfo is not None
        assert start < end


def test_nothing_of_the_public_record_is_invented_for_sensors_and_notices() -> None:
    assert read_features("sensors.geojson") == []
    assert read_rows("notices.csv") == []
    header = (WATCH / "notices.csv").read_text(encoding="utf-8").strip()
    assert header == "id,who,kinds,zone,lon,lat,radius_m,start,end,known_at,text,source"


def our_sentences() -> Iterator[str]:
    for name in ("watch.toml", "agreement.toml"):
        yield from _strings(read_toml(name))
    for row in read_rows("inbox/dated-facts.csv") + read_rows("inbox/before-the-ceasefire.csv.txt"):
        yield row["summary"]
    for name in ("zones.geojson", "basemap.geojson"):
        yield from _strings([one["properties"] for one in read_features(name)])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def test_our_own_sentences_accuse_nobody() -> None:
    loaded = re.compile(
        r"violat|attack|enem|regime|terroris|liberat|occup|нарушени|агресс|оккуп|террор|işgal|saldırı|ihlal",
        re.IGNORECASE,
    )
    # In quotation marks they are somebody's own words, and belong to a name.
    quoted = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"")
    assert [one for one in our_sentences() if loaded.search(quoted.sub("", one))] == []


# ── geometry ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["zones.geojson", "basemap.geojson"])
def test_every_shape_is_valid_near_the_watch_and_written_to_five_decimals(name: str, settings: WatchFile) -> None:
    west, south, east, north = settings.area
    for one in read_features(name):
        geometry = shape(one["geometry"])
        assert geometry.is_valid, one["id"]
        assert not geometry.is_empty
        lon_min, lat_min, lon_max, lat_max = geometry.bounds
        assert west - 0.41 <= lon_min <= lon_max <= east + 0.41, one["id"]
        assert south - 0.41 <= lat_min <= lat_max <= north + 0.41, one["id"]
        assert np.allclose(np.round(shapely.get_coordinates(geometry), 5), shapely.get_coordinates(geometry), atol=1e-9)
    assert not re.search(r"\d\.\d{6}", (WATCH / name).read_text(encoding="utf-8"))


def test_both_maps_together_stay_small() -> None:
    assert sum((WATCH / name).stat().st_size for name in ("zones.geojson", "basemap.geojson")) <= 400_000


def test_every_zone_says_where_it_comes_from_and_how_far_off_it_may_be() -> None:
    for one in each(read_features("zones.geojson")):
        properties = one["properties"]
        assert one["id"] == properties["id"]
        assert properties["kind"] in ZONE_KINDS
        assert properties["accuracy_m"] >= 2000
        assert properties["provenance"]
        assert set(properties["names"]) == LANGUAGES
        assert properties["derived"] == (properties["kind"] != "district"), one["id"]


def test_no_zone_is_given_twice_for_one_moment() -> None:
    versions: dict[str, list[tuple[str, str]]] = {}
    for one in read_features("zones.geojson"):
        dates = one["properties"].get("valid_from", "0"), one["properties"].get("valid_until", "9")
        versions.setdefault(one["id"], []).append(dates)
    assert len(versions["lachin-corridor"]) == 2
    for spans in versions.values():
        assert all(until <= start for (_, until), (start, _) in itertools.pairwise(sorted(spans)))


def test_regions_part_the_theatre_and_each_district_lies_in_one(zones: dict[str, Any]) -> None:
    kinds = {one["id"]: one["properties"]["kind"] for one in read_features("zones.geojson")}
    regions = [zones[ident] for ident, kind in kinds.items() if kind == "region"]
    together = shapely.union_all(regions)
    assert together.symmetric_difference(zones["theatre"]).area < 1e-6
    assert sum(region.area for region in regions) == pytest.approx(together.area, abs=1e-6)
    for ident, kind in kinds.items():
        if kind == "district":
            holding = [region for region in regions if region.contains(zones[ident].representative_point())]
            assert len(holding) == 1, ident


def test_the_mislabelled_district_is_the_one_at_lachin(zones: dict[str, Any]) -> None:
    assert zones["lachin"].contains(Point(46.2, 39.75))
    assert in_metres(zones["lachin"]).distance(in_metres(town_places()["lachin"])) < 2500
    provenance = next(
        one["properties"]["provenance"] for one in read_features("zones.geojson") if one["id"] == "lachin"
    )
    assert "Lankaran, AZ-LAN" in provenance


@pytest.mark.parametrize("version", [0, 1])
def test_the_corridor_is_five_kilometres_wide_and_does_not_touch_shusha(zones: dict[str, Any], version: int) -> None:
    both = [shape(one["geometry"]) for one in read_features("zones.geojson") if one["id"] == "lachin-corridor"]
    corridor = in_metres(both[version])
    widest = shapely.maximum_inscribed_circle(corridor, 10).length * 2
    assert widest == pytest.approx(5000, rel=0.04)
    assert corridor.distance(in_metres(town_places()["shusha"])) > 2000
    assert corridor.distance(in_metres(zones["nk-zone"])) < 50


@pytest.mark.parametrize("town", ["khankendi", "askeran", "aghdara-martakert", "khojavend"])
def test_towns_under_the_peacekeepers_lie_inside_the_line(zones: dict[str, Any], town: str) -> None:
    assert zones["nk-zone"].contains(town_places()[town])


@pytest.mark.parametrize("town", ["shusha", "hadrut", "aghdam", "lachin", "kalbajar", "tartar", "fuzuli"])
def test_towns_handed_over_or_taken_lie_outside_the_line(zones: dict[str, Any], town: str) -> None:
    assert not zones["nk-zone"].contains(town_places()[town])


def test_the_line_is_the_edge_of_the_peacekeepers_ground_open_at_the_corridor(zones: dict[str, Any]) -> None:
    line, edge = in_metres(zones["line-of-contact"]), in_metres(zones["nk-zone"]).boundary
    assert line.geom_type == "LineString"
    assert line.hausdorff_distance(edge) < 5000
    assert edge.length - line.length == pytest.approx(5000, abs=600)
    assert not line.crosses(in_metres(zones["lachin-corridor"]))
    assert zones["line-strip"].contains(zones["line-of-contact"])


def test_basemap_names_its_boundaries_and_its_sources() -> None:
    document = json.loads((WATCH / "basemap.geojson").read_text(encoding="utf-8"))
    assert "Natural Earth" in document["boundary_set"]["en"]
    assert "2020" in document["boundary_set"]["en"]
    assert "Made with Natural Earth" in document["credit"]["en"]
    assert "geonames.org, CC BY 4.0" in document["credit"]["en"]
    assert {one["properties"]["kind"] for one in document["features"]} == set(BASEMAP_KINDS)
    boundaries = [one["properties"] for one in document["features"] if one["properties"]["kind"] == "boundary"]
    assert {one["disputed"] for one in boundaries} == {True, False}
    assert all(one["derived"] for one in boundaries if one["disputed"])


def test_every_name_stands_in_five_languages_and_two_names_in_order_of_the_alphabet() -> None:
    for one in (*read_features("basemap.geojson"), *read_features("zones.geojson")):
        names = one["properties"].get("names")
        if names is None:
            continue
        assert set(names) == LANGUAGES, one["id"]
        for name in names.values():
            parts = name.split(" / ")
            assert parts == sorted(parts, key=str.casefold), name


def test_of_the_real_texts_a_few_words_stand_here_and_no_sentence() -> None:
    watch = load_watch(WATCH)
    sources = {text.id: text.source for text in watch.agreement.text}
    for copy in each(watch.texts):
        assert copy.licence == "a few words, quoted"
        assert copy.source in sources[copy.text]
        for clause in each(copy.clause):
            assert not clause.whole
            assert len(clause.words.split()) <= 5
            assert "." not in clause.words


def test_where_copies_differ_each_has_its_own_word_and_none_is_another_copys() -> None:
    watch = load_watch(WATCH)
    at = datetime(2024, 1, 1, tzinfo=UTC)

    def words_of(of: str) -> dict[str, str]:
        return {copy.text: copy.words for copy in copies_of(watch, of, at) if copy.words}

    assert words_of("1b") == {
        "ru-1": "останавливаются",
        "en-am-1": "stop at their current positions",
        "en-az-1": "stop at their current positions",
        "en-ru-mfa-1": "shall remain",
    }
    assert words_of("6") == {"ru-1": "возвращает", "en-ru-mfa-1": "cede"}
    assert words_of("s1") == words_of("s3") == {"en-2021-1": "before", "en-2021-2": "by"}
    assert next(iter(words_of("1b"))) == "ru-1", "the authoritative text stands first"
    assert words_of("6c") == {}, "whose copies they are is not on record here"
