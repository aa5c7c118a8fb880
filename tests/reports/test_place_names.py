"""What a report calls places: by the recipient's policy in every format, and a line drawn by hand in none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.conftest import each
from tests.reports.invented import CENTRE, OPEN_CELLS, PUBLIC, busy_day, invented_watch
from tests.reports.opened import everything_in
from tests.reports.test_formats import daily
from trucewatch.locale import words
from trucewatch.model.names import NamesFile, NamingPolicy, PlaceName, PlaceRow
from trucewatch.model.watch import Recipient, Watch
from trucewatch.model.zone import Zone
from trucewatch.reports import FORMATS, render
from trucewatch.reports.drawn_lines import held_back_lines
from trucewatch.reports.map import draw_map, place_numbers
from trucewatch.reports.page_context import page_of
from trucewatch.reports.place_names import DISCLAIMER
from trucewatch.reports.released_geometry import zones_of_report
from trucewatch.reports.released_view import released_view


def row(place_id: str, names: Mapping[str, Mapping[str, str]], **more: str) -> PlaceRow:
    """A row from user → language → name."""
    return PlaceRow(
        id=place_id,
        name=tuple(
            PlaceName(text=text, language=language, used_by=user, source="invented")
            for user, forms in names.items()
            for language, text in forms.items()
        ),
        **more,
    )


ROWS = (
    row(
        "bor",
        {
            "P": {"en": "Petrel", "ru": "Петрел", "tr": "Petrel"},
            "Q": {"en": "Quillon", "ru": "Куиллон", "tr": "Kuillon"},
            "UN": {"en": "Quilōn"},
        },
        pcode="TV-77",
        pcode_of="census office",
    ),
    row("west", {"P": {"en": "Westerly"}, "Q": {"en": "Occident"}}),
    row("pass", {"P": {"en": "Petrel road"}, "Q": {"en": "Quillon road"}}),
    row("contact", {"i": {"en": "Line of the agreement"}}),
)


def named_watch(**policies: str) -> Watch:
    rules = tuple(NamingPolicy(recipient=recipient, policy=policy) for recipient, policy in policies.items())
    return replace(invented_watch(), naming=NamesFile(schema=1, place=ROWS, policy=rules))


def text_of(recipient: Recipient, form: str, watch: Watch, language: str = "en") -> str:
    report = daily(recipient, replace(busy_day(), watch=watch))
    return everything_in(render(report, format=form, language=language))


@pytest.mark.parametrize("form", each(FORMATS))
@pytest.mark.parametrize("recipient", [CENTRE, PUBLIC, OPEN_CELLS], ids=lambda recipient: recipient.id)
def test_a_sides_copy_holds_no_name_of_the_other_side_in_any_format(recipient: Recipient, form: str) -> None:
    text = text_of(recipient, form, named_watch(**{recipient.id: "side:P"}))
    for word in ("Quillon", "Occident", "Quilōn", "Borin"):
        assert word not in text
    other = text_of(recipient, form, named_watch(**{recipient.id: "side:Q"}))
    for word in ("Petrel", "Westerly", "Borin"):
        assert word not in other


def test_without_a_policy_a_place_that_no_copy_names_bears_both_names_and_the_page_says_so() -> None:
    text = text_of(OPEN_CELLS, "html", named_watch())
    assert "Petrel / Quillon" in text
    assert "Names are those of the instrument" in text
    assert "Куиллон / Петрел" in text_of(OPEN_CELLS, "html", named_watch(), "ru")


def test_the_united_nations_copy_has_other_names_in_brackets_and_says_whose_the_code_is() -> None:
    text = text_of(OPEN_CELLS, "html", named_watch(relief="standardised"))
    assert "Quilōn (Petrel / Quillon)" in text
    assert "TV-77, of census office" in text


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_each_copy_prints_the_ids_of_its_places_and_a_road_has_a_line_a_side(form: str) -> None:
    report = daily(OPEN_CELLS, replace(busy_day(), watch=named_watch()))
    places = page_of(report, words("en"))["places"]
    assert {place.ids for place in places} == {("bor",), ("west",), ("pass",)}
    assert next(place.lines for place in places if place.ids == ("pass",)) == (
        "Pella: Petrel road",
        "Quorra: Quillon road",
    )
    text = everything_in(render(report, format=form, language="en"))
    assert "Places and their names" in text
    assert "Pella: Petrel road" in text


@pytest.mark.parametrize("form", ["geojson", "gpkg", "kml", "xlsx"])
def test_files_list_the_ids_and_say_the_rule_too(form: str) -> None:
    text = text_of(OPEN_CELLS, form, named_watch())
    assert "Names are those of the instrument" in text
    assert "bor" in text
    assert "Pella: Petrel road" in text


def test_a_watch_without_a_table_has_no_such_section() -> None:
    assert "Places and their names" not in text_of(OPEN_CELLS, "html", invented_watch())


def test_names_without_room_become_a_number_that_the_legend_resolves() -> None:
    watch = named_watch()
    town = next(town for town in watch.basemap.towns if town.id == "bor")
    long = "Petrel of the eastern shore and of the high meadows beyond the seven lakes of the northern pass"
    crowded = row("bor", {"P": {"en": long}, "Q": {"en": long.replace("Petrel", "Quillon")}})
    assert watch.naming is not None
    watch = replace(
        watch,
        basemap=replace(watch.basemap, towns=(town,)),
        naming=replace(watch.naming, place=(crowded, *ROWS[1:])),
    )
    report = daily(OPEN_CELLS, replace(busy_day(), watch=watch))
    drawn = draw_map(report, words("en"))
    assert long not in drawn
    (number,) = place_numbers(drawn)
    legend = [text for _, text in page_of(report, words("en"))["legend"]]
    assert any(text.startswith(f"[{number}] {long} / Quillon of") for text in legend)


@pytest.mark.parametrize("language", ["en", "ru", "tr"])
@pytest.mark.parametrize("form", ["html", "geojson", "gpkg", "kml", "xlsx"])
def test_every_map_and_file_says_that_names_and_boundaries_are_no_statement(form: str, language: str) -> None:
    sentence = words(language).gettext(DISCLAIMER)
    assert sentence in text_of(PUBLIC, form, named_watch(), language).replace("&#39;", "'")


def entered(watch: Watch, *delegations: str) -> Watch:
    zones = (replace(zone, entered_by=delegations) if zone.kind == "line" else zone for zone in watch.zones)
    return replace(watch, zones=tuple(zones))


def strip(watch: Watch) -> Zone:
    line = watch.zone_with("contact")
    assert line is not None
    return replace(line, id="strip", kind="area", geometry=line.geometry.buffer(0.02), follows="contact")


COURSE = ("20.46", "45.65")
"""Corners of the line that no other shape of the watch has."""


@pytest.mark.parametrize("form", ["geojson", "gpkg", "kml", "html", "csv", "xlsx"])
@pytest.mark.parametrize("recipient", [PUBLIC, OPEN_CELLS], ids=lambda recipient: recipient.id)
def test_a_line_drawn_by_hand_leaves_in_no_format_until_all_delegations_entered_it(
    recipient: Recipient, form: str
) -> None:
    drawn = named_watch()
    watch = replace(drawn, zones=(*drawn.zones, strip(drawn)))
    report = daily(recipient, replace(busy_day(), watch=watch))
    held = {"contact", "strip"}
    assert held.isdisjoint(zone.id for zone in zones_of_report(report))
    assert all(zone.geometry.is_empty for zone in report.watch.zones if zone.id in held)
    text = everything_in(render(report, format=form, language="en"))
    assert "m-line" not in text.partition("</style>")[2]
    if form == "kml":
        assert not any(f"{corner}," in text for corner in COURSE)
    if form == "gpkg":
        assert "'strip'" not in text
    both = daily(recipient, replace(busy_day(), watch=entered(watch, "N")))
    assert held <= {zone.id for zone in zones_of_report(both)}


def test_a_line_that_only_some_delegations_entered_is_held_back() -> None:
    watch = named_watch()
    two = replace(
        watch,
        settings=replace(
            watch.settings, delegation=(*watch.settings.delegation, replace(watch.settings.delegation[0], id="S"))
        ),
    )
    assert held_back_lines(entered(two, "N"), PUBLIC) == {"contact"}
    assert held_back_lines(entered(two, "N", "S"), PUBLIC) == frozenset()
    assert held_back_lines(two, CENTRE) == frozenset()


def test_the_interface_for_programs_holds_the_line_back_too() -> None:
    drawn = named_watch()
    inputs = replace(busy_day(), watch=replace(drawn, zones=(*drawn.zones, strip(drawn))))
    assert {"contact", "strip"}.isdisjoint(zone.id for zone in released_view(inputs, PUBLIC.id).zones)
    assert {"contact", "strip"} <= {zone.id for zone in released_view(inputs, CENTRE.id).zones}


def test_the_distance_to_a_line_that_is_held_back_does_not_leave() -> None:
    exact = replace(CENTRE, id="other", drawn_lines=False)
    assert all(row.incident.line_distance_m is None for row in daily(exact).rows)
    assert any(row.incident.line_distance_m is not None for row in daily(CENTRE).rows)


def test_a_map_without_its_line_says_why() -> None:
    sentence = "The line of contact is not drawn"
    assert sentence in text_of(PUBLIC, "html", named_watch())
    assert sentence not in text_of(CENTRE, "html", named_watch())
    assert sentence not in text_of(PUBLIC, "html", entered(named_watch(), "N"))
