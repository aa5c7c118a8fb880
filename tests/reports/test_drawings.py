"""Signs, map and chart: each sign its own, labels off the signs, numbers those of the table, all of it well-formed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.invented import CENTRE, DAY, OPEN_CELLS, PUBLIC, busy_day, incident, inputs_of
from trucewatch.locale import LANGUAGES, words
from trucewatch.model.watch import Recipient
from trucewatch.model.zone import BOUNDARY_STATUSES
from trucewatch.reports import DailyReport, build_daily
from trucewatch.reports.charts import draw_days
from trucewatch.reports.drawing import Box, Projection, box_around, scale_length_m
from trucewatch.reports.label_placement import Label, place_labels
from trucewatch.reports.map import draw_map
from trucewatch.reports.map_legend import map_legend
from trucewatch.reports.phrases import ranges
from trucewatch.reports.signs import draw_sign, every_sign


def daily(recipient: Recipient) -> DailyReport:
    return build_daily(busy_day(), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))


def test_no_two_signs_are_drawn_alike_even_without_colour() -> None:
    def grey(drawing: str) -> str:
        return re.sub(r"#[0-9A-F]{6}|var\(--[a-z-]+", "", drawing)

    drawn = [grey(draw_sign(kind, outcome)) for kind, outcome in every_sign()]
    assert len(set(drawn)) == len(drawn)


def test_an_unknown_kind_is_drawn_as_other() -> None:
    assert draw_sign("drumming", "consistent") == draw_sign("other", "consistent")


def test_a_sign_with_a_label_is_an_image_with_that_name() -> None:
    assert 'aria-label="a &lt;b&gt;"' in draw_sign("shot", "consistent", label="a <b>")
    assert 'aria-hidden="true"' in draw_sign("shot", "consistent")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("recipient", [PUBLIC, OPEN_CELLS, CENTRE], ids=lambda one: one.id)
def test_the_map_is_well_formed_and_has_a_text_alternative(recipient: Recipient, language: str) -> None:
    root = ElementTree.fromstring(draw_map(daily(recipient), words(language)))
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert root.find("desc") is not None


def test_the_numbers_on_the_map_are_those_of_the_table() -> None:
    report = daily(CENTRE)
    root = ElementTree.fromstring(draw_map(report, words("en")))
    drawn = [element.text for element in root.iter("text") if element.get("class") == "m-number"]
    placed = [str(row.number) for row in report.rows if row.incident.place.startswith("point:")]
    assert sorted(drawn, key=str) == sorted(placed)


def test_a_zone_has_its_count_and_no_sign() -> None:
    report = daily(PUBLIC)
    drawing = draw_map(report, words("en"))
    counts = re.findall(r'class="m-count"[^>]*>(\d+)<', drawing)
    zones = [row.incident.place for row in report.rows if row.incident.place.startswith("zone:")]
    assert sorted(map(int, counts)) == sorted(zones.count(one) for one in set(zones))
    assert "m-ellipse" not in drawing
    assert "m-number" not in drawing


def test_cells_are_squares_and_never_have_an_ellipse() -> None:
    drawing = draw_map(daily(OPEN_CELLS), words("en"))
    assert "m-cell" in drawing
    assert "m-ellipse" not in drawing


spots = st.tuples(st.floats(20, 480), st.floats(20, 280))


@settings(deadline=None, max_examples=60)
@given(st.lists(spots, max_size=25), st.lists(spots, max_size=25))
def test_names_never_cover_a_sign_or_one_another(
    signs: list[tuple[float, float]], towns: list[tuple[float, float]]
) -> None:
    taken = [box_around(x, y, 10, 10) for x, y in signs]
    signs_only = list(taken)
    placed = place_labels([Label("Town", x, y, 11, 6) for x, y in towns], taken, Box(0, 0, 500, 300))
    fresh = taken[len(signs_only) :]
    assert len(fresh) == sum(one is not None for one in placed)
    for place, label in enumerate(fresh):
        assert not any(label.overlaps(other) for other in [*signs_only, *fresh[:place]])


def test_a_number_is_never_left_out() -> None:
    taken = [Box(0, 0, 500, 300)]
    (placed,) = place_labels([Label("7", 250, 150, 11, 6)], taken, Box(0, 0, 500, 300), must=True)
    assert placed is not None


@settings(deadline=None)
@given(st.floats(1e-5, 1.0))
def test_the_scale_bar_is_one_two_or_five_and_fits(pixels_per_metre: float) -> None:
    metres = scale_length_m(pixels_per_metre)
    assert 36 <= metres * pixels_per_metre <= 90.001
    assert f"{metres:e}"[0] in "125"


def test_north_is_up_and_east_is_right() -> None:
    flat = Projection((20, 45, 21, 46), width=500, height_min=100, height_max=900)
    west, east, north = flat.point(20.2, 45.5), flat.point(20.8, 45.5), flat.point(20.2, 45.9)
    assert west[0] < east[0]
    assert north[1] < west[1]


def test_numbers_fold_into_ranges() -> None:
    assert ranges([3, 1, 2, 7]) == "1–3, 7"
    assert ranges([1, 2]) == "1, 2"
    assert ranges([]) == ""


def test_the_chart_tells_its_numbers_in_words_too() -> None:
    report = daily(CENTRE)
    drawing = draw_days(report.days, words("en"), day_from=DAY, day_until=DAY + timedelta(days=1))
    root = ElementTree.fromstring(drawing)
    description = root.find("desc")
    assert description is not None
    assert "10 May: 12 (and 1 simulated)" in (description.text or "")
    assert drawing.count("c-unknown") == 14


def test_a_crowded_day_gathers_its_signs_in_tiles_and_loses_none() -> None:
    rows = [incident(f"k{n}", lon=20.1 + (n * 37 % 800) / 1000, lat=45.1 + (n * 53 % 400) / 1000) for n in range(300)]
    report = build_daily(inputs_of(rows), recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    drawing = draw_map(report, words("en"))
    counts = sum(map(int, re.findall(r'class="m-count"[^>]*>(\d+)<', drawing)))
    alone = drawing.count('class="m-number"')
    assert counts + alone == 300
    assert alone < 120


def test_each_boundary_is_drawn_and_called_by_its_status() -> None:
    report = daily(CENTRE)
    basemap = report.watch.basemap
    lines = [piece for piece in basemap.ground if piece.kind == "boundary"]
    assert {line.status for line in lines} == {"state", "disputed"}
    drawn = {}
    for status in BOUNDARY_STATUSES:
        ground = (*(piece for piece in basemap.ground if piece.kind != "boundary"), replace(lines[0], status=status))
        marked = replace(report, watch=replace(report.watch, basemap=replace(basemap, ground=ground)))
        texts = [text for _, text in map_legend(marked, words("en"), "", ())]
        drawn[status] = (
            re.findall(r'class="(m-boundary|m-disputed|m-not-stated)"', draw_map(marked, words("en"))),
            [text for text in texts if "boundary" in text],
        )
    assert drawn == {
        "state": (["m-boundary"], ["state boundary"]),
        "disputed": (["m-disputed"], ["disputed boundary"]),
        "not_stated": (["m-not-stated"], ["boundary, status not stated in this data"]),
    }
