"""A place in words is never more exact than it is known: its ± stands in it, or it is "in the area of"."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from trucewatch.geo.describe import describe_place
from trucewatch.locale import words
from trucewatch.model.naming import CONSOLE, called
from trucewatch.model.rounding import two_figures
from trucewatch.model.watch import Watch
from trucewatch.reports.phrases import line_spread_m, place_words, point_words
from trucewatch.watch import load_watch

ENGLISH = words("en")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return called(load_watch(Path(ROOT / "examples" / "karabakh-2020")), CONSOLE, None)


@pytest.mark.parametrize(
    ("radius_m", "beside", "told"),
    [
        (None, False, "12.9 km NNW of Hadrut"),
        (420.0, False, "12.9 km ± 420 m NNW of Hadrut"),
        (1_230.0, False, "12.9 km ± 1.2 km NNW of Hadrut"),
        (12_250.0, False, "13 km ± 12 km NNW of Hadrut"),
        (12_250.0, True, "13 km NNW of Hadrut"),
        (13_500.0, False, "in the area of Hadrut"),
        (13_500.0, True, "in the area of Hadrut"),
    ],
)
def test_where_the_error_exceeds_the_distance_it_is_in_the_area(
    watch: Watch, radius_m: float | None, beside: bool, told: str
) -> None:
    assert point_words(46.98, 39.63, watch, ENGLISH, radius_m=radius_m, digits=1, beside=beside) == told


def test_the_border_is_the_distance_itself(watch: Watch) -> None:
    nearest = describe_place(46.98, 39.63, watch.basemap.towns)
    assert nearest is not None
    below, above = (nearest.distance_m // 1000 * 1000, (nearest.distance_m // 1000 + 1) * 1000)
    assert "±" in point_words(46.98, 39.63, watch, ENGLISH, radius_m=below)
    assert point_words(46.98, 39.63, watch, ENGLISH, radius_m=above) == "in the area of Hadrut"


def test_who_is_told_it_rounded_and_the_console_say_the_same(watch: Watch) -> None:
    nearest = describe_place(46.98, 39.63, watch.basemap.towns)
    assert nearest is not None
    for exact_m in (nearest.distance_m - 40, nearest.distance_m + 40, 12_449.0, 12_501.0):
        told = {point_words(46.98, 39.63, watch, ENGLISH, radius_m=each) for each in (exact_m, two_figures(exact_m))}
        assert len(told) == 1


def test_all_names_of_the_town_stand_in_it(watch: Watch) -> None:
    town = next(town for town in watch.basemap.towns if " / " in town.names["en"])
    for radius_m in (1.0, 5_000.0):
        assert town.names["en"] in point_words(town.lon, town.lat, watch, ENGLISH, radius_m=radius_m)


def test_a_cell_that_holds_the_town_is_its_area(watch: Watch) -> None:
    code = "cell:46.9800,39.6300"
    assert place_words(code, 5_000, watch, ENGLISH, told_apart=False) == "13 km NNW of Hadrut (cell of 5 km)"
    assert place_words(code, 20_000, watch, ENGLISH, told_apart=False) == "in the area of Hadrut (cell of 20 km)"


def test_a_distance_to_the_line_is_as_unsure_as_place_and_line_together(watch: Watch) -> None:
    line = watch.zone_with(watch.settings.line)
    assert line is not None
    assert line_spread_m(replace(line, accuracy_m=1_000.0), 640.0) == 1_600
    assert line_spread_m(None, None) == 0
