"""The links of the reference watch: what is committed is what the tables make, and what is stated stands as it was
stated, by whom, in which text of which day."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import each
from trucewatch.model.link_names import names_of_whom, user_label
from trucewatch.model.link_statements import OF_CORRIDORS, OF_LINKS
from trucewatch.model.link_status import LinkStatus, status_on
from trucewatch.model.link_vocabulary import SLOGANS, slogan_in
from trucewatch.model.links import INSIDE_ONLY, Network
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_figures import length_of
from trucewatch.reports.daily_build import public_part
from trucewatch.reports.link_files import LinkFile
from trucewatch.reports.link_release import release_links
from trucewatch.watch import load_watch

REPOSITORY = Path(__file__).resolve().parents[1]
WATCH = REPOSITORY / "examples" / "karabakh-2020"
GEONAMES = REPOSITORY.parent / "shared" / "data" / "geography" / "geonames" / "cities500_south-caucasus.json"
BAKU = ZoneInfo("Asia/Baku")
SPRING_2021, SUMMER_2022, SPRING_2023 = date(2021, 3, 2), date(2022, 8, 28), date(2023, 4, 24)
OLD_ROAD = ("road-6c-old-west", "road-6c-old-east")
NEW_ROAD = ("cross-6c-tegh", "road-6c-temporary", "road-6c-new")
TABLES = (*OF_LINKS, *OF_CORRIDORS)


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("links_builder", REPOSITORY / "examples" / "build_karabakh_links.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:  # as a program it finds its tables beside itself
        patch.syspath_prepend(str(REPOSITORY / "examples"))
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((WATCH / "links.geojson").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def watch() -> Watch:
    return load_watch(WATCH)


@pytest.fixture(scope="module")
def network(watch: Watch) -> Network:
    return network_of(watch)


def network_of(watch: Watch) -> Network:
    assert watch.network is not None
    return watch.network


def rows(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every statement of the file: of what, in which table, and the row."""
    holders = [(feature["id"], feature["properties"]) for feature in document["features"]]
    holders += [(holder["id"], holder) for key in ("routes", "corridors") for holder in document[key]]
    for ident, holder in holders:
        for table in TABLES:
            for row in holder.get(table, ()):
                yield ident, table, row


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def stands(watch: Watch, link_id: str, day: date, known_by: date | None = None) -> LinkStatus:
    link = network_of(watch).link(link_id)
    assert link is not None, link_id
    moment = end_of(known_by or day)
    return status_on(link.status, day, moment, agreement=watch.agreement, zone=BAKU)


def test_committed_links_are_what_the_tables_make(builder: ModuleType, tmp_path: Path) -> None:
    builder.write_network(tmp_path / "links.geojson")
    written = (tmp_path / "links.geojson").read_text(encoding="utf-8")
    assert written == (WATCH / "links.geojson").read_text(encoding="utf-8")


def test_every_row_says_where_it_was_read_and_since_when_it_was_known(document: dict[str, Any], watch: Watch) -> None:
    until = watch.settings.record_until
    assert until is not None
    for ident, table, row in each(rows(document)):
        assert row["source"].strip(), (ident, table)
        known_at = datetime.fromisoformat(row["known_at"])
        assert known_at.tzinfo is not None, (ident, table)
        assert known_at.date() <= until, (ident, table, "later papers are not in this record")


def test_every_feature_and_route_says_where_it_is_from(document: dict[str, Any]) -> None:
    for feature in each(document["features"]):
        assert feature["properties"]["source"].strip(), feature["id"]
    for holder in each([*document["routes"], *document["corridors"]]):
        assert holder["source"].strip(), holder["id"]


def test_words_stand_in_english_russian_and_turkish(document: dict[str, Any]) -> None:
    keys = ("says", "of", "what", "cargo", "papers", "hours", "controller", "called")
    worded = [(ident, row[key]) for ident, _, row in rows(document) for key in keys if key in row]
    for ident, words in each(worded):
        assert {"en", "ru", "tr"} <= set(words), ident


def test_the_file_calls_itself_approximate_and_credits_its_places(network: Network) -> None:
    assert "pproximate" in network.credit["en"]
    assert "geonames.org" in network.credit["en"]


def test_places_lie_where_geonames_has_them(builder: ModuleType) -> None:
    if not GEONAMES.is_file():
        pytest.skip("the optional folder of open geography is not beside the repository")
    gazetteer = {entry["geonameid"]: entry for entry in json.loads(GEONAMES.read_text(encoding="utf-8"))}
    named = [(ident, *row[2:5]) for ident, row in builder.NAMED.items()]
    others = [(ident, *row[1:4]) for ident, row in builder.PLACES.items()]
    for ident, lon, lat, number in each([place for place in (*named, *others) if place[3]]):
        entry = gazetteer[number]
        assert abs(entry["longitude"] - lon) <= 0.011, ident
        assert abs(entry["latitude"] - lat) <= 0.011, ident


@pytest.mark.parametrize(("link_id", "kept"), [("rail-horadiz-aghband", {110.4, 140.6}), ("rail-meghri", {43.0, 45.0})])
def test_lengths_that_disagree_are_both_kept_each_with_its_source(
    network: Network, link_id: str, kept: set[float]
) -> None:
    link = network.link(link_id)
    assert link is not None
    whole = [row for row in link.length if not row.of]
    assert {row.km for row in whole} == kept
    assert len({row.source for row in whole}) == len(whole)
    assert all(row.by for row in whole)


def test_a_figure_of_something_else_than_the_line_stands_and_says_of_what(network: Network) -> None:
    line = network.link("rail-meghri")
    assert line is not None
    assert {row.km for row in line.length if row.of} == {42.0, 46.0}


def test_between_the_two_facts_of_august_2022_neither_road_is_known(watch: Watch) -> None:
    for known_by in (SUMMER_2022, date(2025, 11, 30)):
        for link_id in (*OLD_ROAD, *NEW_ROAD, "cross-6c-hakari"):
            assert stands(watch, link_id, SUMMER_2022, known_by).status == "not_known", (link_id, known_by)


def test_what_was_said_before_the_town_passed_is_not_carried_over_it_in_any_voice(watch: Watch) -> None:
    standing = stands(watch, "road-6c-old-east", SUMMER_2022)
    assert standing.why == "no_longer_said"
    assert {row.by for row in standing.statements} == {"local-am", "ru-mod"}
    assert {row.until for row in standing.statements} == {date(2022, 8, 26)}
    assert stands(watch, "road-6c-old-east", date(2022, 8, 25)).status == "open"


def test_the_new_road_is_open_from_the_day_on_which_traffic_began(watch: Watch) -> None:
    for link_id in NEW_ROAD:
        assert stands(watch, link_id, date(2022, 9, 8)).status == "open"
    assert stands(watch, "road-6c-old-east", date(2022, 9, 8)).status == "closed"


def test_on_24_april_2023_three_words_for_the_checkpoint_stand_beside_each_other(watch: Watch) -> None:
    standing = stands(watch, "cross-6c-hakari", SPRING_2023)
    assert (standing.status, standing.why) == ("not_known", "sources_differ")
    assert {row.by for row in standing.statements} == {"az-border", "local-am", "ru-mod"}
    corridor = network_of(watch).corridor("corridor-6c")
    assert corridor is not None
    checkpoints = [row for row in corridor.checkpoint if row.known_at <= end_of(SPRING_2023)]
    counts_with = {body.id: body.counts_with for body in watch.agreement.body}
    assert {counts_with[row.by] for row in checkpoints} == {"AM", "AZ", "RU"}
    assert len({row.called["en"] for row in checkpoints}) == len(checkpoints)


def test_the_road_of_december_2022_stands_in_the_words_of_each(watch: Watch) -> None:
    standing = stands(watch, "road-6c-east", date(2022, 12, 20))
    assert standing.why == "sources_differ"
    assert {row.by: row.status for row in standing.statements} == {
        "am-mfa": "closed",
        "az-mfa": "open",
        "ru-mod": "closed",
    }


def test_both_bound_parties_are_heard_wherever_they_disagree(watch: Watch) -> None:
    counts_with = {body.id: body.counts_with for body in watch.agreement.body}

    def parties(*statements: Any) -> set[str]:
        return {counts_with.get(row.by, row.by) for row in statements} & {"AM", "AZ"}

    both = {"AM", "AZ"}
    for link_id, table in each(
        [
            ("rail-meghri", "status"),
            ("rail-meghri", "need"),
            ("cross-ijevan-gazakh", "status"),
            ("cross-meghri-aghband", "rules"),
            ("cross-6c-hakari", "status"),
            ("cross-6c-hakari", "rules"),
            ("cross-6c-tegh", ""),
            ("road-6c-old-west", "rules"),
            ("road-6c-new", "status"),
            ("road-6c-east", "status"),
            ("road-aghdam-6c", "status"),
            ("road-goris-kapan", "rules"),
            ("road-goris-kapan", "status"),
        ]
    ):
        link = network_of(watch).link(link_id)
        assert link is not None
        statements = getattr(link, table) if table else (*link.status, *link.rules)
        assert parties(*statements) == both, (link_id, table)


def test_the_question_of_clause_9b_stands_differently_on_each_of_its_three_days(watch: Watch) -> None:
    line = ("cross-yeraskh-sadarak", "rail-julfa-ordubad", "rail-ordubad-border", "rail-meghri", "rail-horadiz-aghband")

    def on(day: date) -> tuple[list[str], list[float], int, str]:
        by_then = network_of(watch).known_by(end_of(day))
        meghri, horadiz = by_then.link("rail-meghri"), by_then.link("rail-horadiz-aghband")
        assert meghri is not None
        assert horadiz is not None
        lengths = sorted(row.km for row in (*meghri.length, *horadiz.length) if not row.of)
        statuses = [stands(watch, link_id, day).status for link_id in line]
        return statuses, lengths, len(meghri.need), horadiz.works[-1].says["en"]

    assert on(SPRING_2021) == (["closed", "open", "not_known", "closed", "destroyed"], [], 1, "the foundation is laid")
    assert on(SUMMER_2022)[:2] == (["closed", "open", "closed", "closed", "destroyed"], [43.0, 45.0, 110.4])
    assert on(SPRING_2023)[1] == [43.0, 45.0, 110.4, 140.6]
    assert on(SPRING_2021)[2] < on(SUMMER_2022)[2] < on(SPRING_2023)[2]
    assert len({on(day)[3] for day in (SPRING_2021, SUMMER_2022, SPRING_2023)}) == 3


def test_what_is_said_of_goods_alone_makes_no_crossing_open_or_closed_to_travellers(watch: Watch) -> None:
    for link_id in ("cross-boyuk-kasik-gardabani", "cross-samur-yalama"):
        crossing = network_of(watch).link(link_id)
        assert crossing is not None
        assert {row.by for row in crossing.rules if row.cargo} == {"AZ", "am-government", "az-president"}
        assert not [row for row in crossing.status if row.for_], link_id


def test_what_nobody_says_of_a_link_is_not_concluded_from_what_is_said_of_another(watch: Watch) -> None:
    """Freight beyond a line, a bus on another road, a lorry that passed once: none is a word on how the link stands."""
    day = date(2025, 11, 30)
    for link_id in ("rail-hajigabul-horadiz", "cross-julfa-jolfa-rail", "road-yerevan-gyumri"):
        assert stands(watch, link_id, day).why == "nobody_says", link_id
    lorry = date(2023, 9, 12)
    assert {row.status for row in stands(watch, "road-aghdam-6c", lorry).statements} == {"closed", "open"}


def test_a_traveller_tells_of_the_days_of_the_journey_and_not_since_when(network: Network) -> None:
    told = [row for link in network.links for row in link.status if "traveller" in row.source]
    for row in each(told):
        assert row.since is None, row.source


def test_the_border_was_crossed_at_tegh_until_the_road_by_kornidzor_could_be_passed(watch: Watch) -> None:
    winter = date(2022, 12, 1)
    assert [stands(watch, link_id, winter).status for link_id in NEW_ROAD] == ["open"] * 3
    assert stands(watch, "cross-6c-hakari", winter).why == "nobody_says"
    assert stands(watch, "cross-6c-hakari", date(2023, 4, 2)).status == "restricted"


def test_a_party_says_nothing_that_its_source_does_not_have_it_say(network: Network) -> None:
    """Words of unnamed people, or of a paper by itself, are the paper's."""
    statements = [
        row
        for link in network.links
        for table in OF_LINKS
        for row in getattr(link, table)
        if "unnamed" in row.source or "own correspondent" in row.source
    ]
    for row in each(statements):
        assert not row.by, row.source


def test_an_id_bears_no_name_that_one_side_alone_uses(watch: Watch, network: Network) -> None:
    """Where the sides call a place differently, and the statement of 2020 does not name it."""
    rows_of = {ident: row.name for row in (watch.naming.place if watch.naming else ()) for ident in row.ids}
    english: dict[str, dict[str, set[str]]] = {}
    for node in network.nodes:
        for name in node.name or rows_of.get(node.place, ()):
            if name.language == "en":
                for user in name.users:
                    english.setdefault(node.id, {}).setdefault(user, set()).add(name.text.lower())
    named_in_2020 = {"aghdam", "kalbajar", "lachin", "nakhchivan"}
    alone = {
        text
        for texts in english.values()
        for text in texts.get("AM", set()) ^ texts.get("AZ", set())
        if {"AM", "AZ"} <= set(texts)
    }
    assert {"khankendi", "stepanakert", "zabukh", "aghavno"} <= alone
    for ident in each([*(link.id for link in network.links), *(node.id for node in network.nodes)]):
        assert not {text for text in alone if text in ident} - named_in_2020, ident


def test_no_link_is_counted_to_a_clause_that_names_no_link(network: Network) -> None:
    """9c says who controls, 9d speaks of new links, 6d of a plan: that a link here is one of them is a view."""
    for link in each(network.links):
        assert not {"9c", "9d", "6d"} & set(link.clauses), link.id
    assert {clause for link in network.links for need in link.need for clause in need.clauses} >= {"6d", "9c"}


def test_no_slogan_stands_outside_a_users_own_name(document: dict[str, Any]) -> None:
    def texts(value: Any, key: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for inner, child in value.items():
                if inner != "name":
                    yield from texts(child, inner)
        elif isinstance(value, list):
            for child in value:
                yield from texts(child, key)
        elif isinstance(value, str):
            yield value

    assert SLOGANS
    for text in each(texts(document)):
        assert not slogan_in(text), text
        assert not re.search(r"zang[ae]zur|зангезур|crossroads of peace|tripp|trump", text, re.IGNORECASE), text


def test_a_slogan_is_told_with_its_user_who_is_never_the_watch(network: Network) -> None:
    holders: list[Any] = [*network.links, *network.routes, *network.corridors]
    names = [name for holder in holders for name in holder.name]
    assert any(slogan_in(name.text) for name in names)
    for name in each(names):
        assert "watch" not in name.users, name.text
        assert name.source.strip()


def test_the_two_sides_name_one_line_each_in_its_own_words(network: Network) -> None:
    line = network.link("rail-meghri")
    assert line is not None
    english = {name.users: name.text for name in line.name if name.language == "en"}
    assert set(english) == {("AM",), ("AZ",)}
    assert len(set(english.values())) == 2


def test_gauges_change_at_a_crossing_or_where_two_stretches_meet(network: Network) -> None:
    gauges = {link.id: link.gauge_mm for link in network.links}
    assert gauges["rail-julfa-ordubad"] == 1520
    assert gauges["rail-jolfa-tabriz"] == 1435
    assert gauges["cross-julfa-jolfa-rail"] is None
    assert (gauges["rail-tbilisi-akhalkalaki"], gauges["rail-akhalkalaki-kartsakhi"]) == (1520, 1435)


def test_the_missing_stretches_of_routes_are_told_as_missing(network: Network) -> None:
    stretch = network.link("rail-astara-rasht")
    assert stretch is not None
    assert {row.status for row in stretch.status} == {"never_built"}
    east_west = network.route("route-east-west-9b")
    assert east_west is not None
    assert "?" in east_west.links


def test_no_line_of_power_gas_water_or_telephone_is_in_this_example(network: Network) -> None:
    assert network.links
    assert not {link.kind for link in network.links} & INSIDE_ONLY


def test_no_text_of_the_file_but_a_name_calls_a_place_by_one_sides_word_alone(document: dict[str, Any]) -> None:
    """Of the towns that the sides call differently; a text that is told to everybody has neither word."""

    def texts(value: Any, key: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for inner, child in value.items():
                if inner not in ("name", "id", "place", "from", "to", "links", "zone"):
                    yield from texts(child, inner)
        elif isinstance(value, list):
            for child in value:
                yield from texts(child, key)
        elif isinstance(value, str):
            yield value

    one_sided = "khankendi|stepanakert|shusha|shushi|berdzor|aghavno|zabukh|karvachar|artsakh(?!press)|gorus|gafan"
    for text in each(texts(document)):
        assert not re.search(rf"\b(?:{one_sided})\b", text, re.IGNORECASE), text


def test_copies_by_the_two_sides_policies_differ_in_names_alone(tmp_path: Path) -> None:
    folder = tmp_path / "karabakh"
    shutil.copytree(WATCH, folder)
    with (folder / "watch.toml").open("a", encoding="utf-8") as settings, (folder / "names.toml").open("a") as names:
        for side in ("AM", "AZ"):
            rule = 'place = "exact"\ntime = "minute"\ndelay_hours = 0\nsmallest_count = 1\ntext = true'
            settings.write(f'\n[[recipient]]\nid = "for-{side}"\nnames = {{ en = "Copy" }}\n{rule}\n')
            names.write(f'\n[[policy]]\nrecipient = "for-{side}"\npolicy = "side:{side}"\n')
    watch, at = load_watch(folder), end_of(SPRING_2023)

    def copy_for(side: str) -> dict[str, Any]:
        recipient = next(each for each in watch.settings.recipient if each.id == f"for-{side}")
        released = release_links(network_of(watch), watch, recipient, at, length_of=length_of)
        file = LinkFile(released=released, watch=public_part(watch, recipient, at), recipient="a side")
        document: dict[str, Any] = json.loads(file.geojson())
        return document

    def without_names(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_names(child) for key, child in value.items() if key != "names"}
        return [without_names(child) for child in value] if isinstance(value, list) else value

    one, other = copy_for("AM"), copy_for("AZ")
    assert one != other
    assert one["features"]
    assert without_names(one) == without_names(other)


def test_a_state_is_no_delegation_of_the_same_id(watch: Watch) -> None:
    states = network_of(watch).states
    assert "TR" in watch.delegation_ids
    names = names_of_whom(watch, states, "TR")
    assert names is not None
    assert (names["en"], user_label(watch, "TR", "ru")) == ("Türkiye", "Турция")
