"""One incident, one figure: console, page, print, table, map file, feed and terminal round alike."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.reports.invented import CENTRE, DAY, incident, inputs_of, invented_watch
from trucewatch.desks.incidents.observations import ellipse_of
from trucewatch.locale import words
from trucewatch.model.incident import INCIDENT_SCHEMA, incident_rows
from trucewatch.model.rounding import coordinate, probability, two_figures, two_figures_of
from trucewatch.reports import build_daily, render
from trucewatch.reports.facts import released_facts
from trucewatch.reports.page_context import page_of
from trucewatch.reports.released_view import released_view
from trucewatch.reports.sureness_words import probability_words
from trucewatch.reports.typst_document import printed_document
from trucewatch.server.formatting import Telling
from trucewatch.terminal.output import place_words as terminal_place
from trucewatch.terminal.output import radius_words

HALF = 5.991464547107979**0.5
ENGLISH = words("en")
figures = st.fixed_dictionaries(
    {
        "happened": st.floats(0, 1),
        "lon": st.floats(20.05, 20.95),
        "lat": st.floats(45.05, 45.55),
        "semi_major_m": st.floats(0.3, 20_000),
        "line_distance_m": st.floats(0, 90_000),
    }
)
BORDERS = (
    {"happened": 0.995, "lon": 20.71355, "lat": 45.31185, "semi_major_m": 40.65, "line_distance_m": 9_950.0},
    {"happened": 0.9949, "lon": 20.5, "lat": 45.3, "semi_major_m": 4_065.0, "line_distance_m": 4_250.0},
    {"happened": 0.005, "lon": 20.5, "lat": 45.3, "semi_major_m": 3.9, "line_distance_m": 9.2},
    {"happened": 1.0, "lon": 20.5, "lat": 45.3, "semi_major_m": 435.0, "line_distance_m": 10_500.0},
)


@given(figures)
@example(BORDERS[0])
@example(BORDERS[1])
@example(BORDERS[2])
@example(BORDERS[3])
def test_every_way_out_gives_the_same_figure_of_one_incident(row: dict[str, Any]) -> None:
    record = incident("a", semi_minor_m=row["semi_major_m"] / 2, **row)
    (unreleased,) = incident_rows(pa.Table.from_pylist([record], INCIDENT_SCHEMA))
    inputs = inputs_of([record])
    report = build_daily(inputs, recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    (line,) = csv.DictReader(io.StringIO(render(report, format="csv", language="en").decode("utf-8-sig")))
    (feature,) = json.loads(render(report, format="geojson", language="en"))["features"]
    view = released_view(replace(inputs, watch=with_recipient()), "centre")
    facts = released_facts(view.incidents[0], view, ENGLISH)  # what the feed of features serves
    page = page_of(report, ENGLISH)["lines"][0]
    printed = printed_document(report, ENGLISH)["lines"][0]
    telling = Telling(ENGLISH, report.watch.zone, invented_watch())

    # Probability
    told = probability(row["happened"])
    assert float(line["happened"]) == feature["properties"]["happened"] == facts["happened"] == told
    in_words = probability_words(row["happened"], ENGLISH)
    assert page.probability == printed["probability"] == telling.probability(row["happened"]) == in_words
    assert probability_words(told, ENGLISH) == in_words, "what was rounded is told as what was not"
    # Coordinates
    lon, lat = coordinate(row["lon"]), coordinate(row["lat"])
    assert (float(line["lon"]), float(line["lat"])) == tuple(feature["geometry"]["coordinates"]) == (lon, lat)
    assert line["place"] == f"point:{lon:.4f},{lat:.4f}"
    drawn = ellipse_of(unreleased)
    assert drawn is not None
    assert (drawn["lon"], drawn["lat"]) == (facts["lon"], facts["lat"])
    # Places in words, and the distance in them
    assert line["where_words"] == telling.where(unreleased)
    assert page.where == telling.where(unreleased, beside=True)
    beside_it = telling.metres(int(line["line_distance_95_m"]))
    assert any(f"± {beside_it} to the line" in note for note in page.notes)
    if " km " in page.where:
        assert terminal_place(unreleased, invented_watch(), ENGLISH).split(" km ")[0] == page.where.split(" km ")[0]
    # Ellipse and radius
    major, minor = two_figures(row["semi_major_m"] * HALF), two_figures(row["semi_major_m"] / 2 * HALF)
    assert (int(line["semi_major_95_m"]), int(line["semi_minor_95_m"])) == (major, minor)
    assert (drawn["major_m"], drawn["minor_m"]) == (major, minor) == tuple(two_figures_of(np.array([major, minor])))
    assert int(line["radius_m"]) == facts["radius_m"] == major
    assert page.radius == ENGLISH.number(major)
    assert telling.radius(unreleased) == f"±{telling.metres(major)}"
    assert radius_words(unreleased) == f"{major:,} m"
    # Distance to the line
    distance = two_figures(row["line_distance_m"])
    assert int(line["line_distance_m"]) == feature["properties"]["line_distance_m"] == distance
    assert any(note.startswith(f"{telling.metres(row['line_distance_m'])} ± ") for note in page.notes)
    # Counts
    assert [int(line[name]) for name in ("count_min", "count_best", "count_max")] == [3, 4, 5]
    assert page.what == line["what_words"] == telling.what(unreleased) == facts["what_words"]


def with_recipient() -> Any:
    watch = invented_watch()
    return replace(watch, settings=replace(watch.settings, recipient=(CENTRE,)))


@given(st.lists(st.floats(-1e7, 1e7), min_size=1))
def test_many_are_rounded_as_one_is(metres: list[float]) -> None:
    assert two_figures_of(np.array(metres)).tolist() == [float(two_figures(one)) for one in metres]


def test_what_is_no_number_stays_none() -> None:
    assert np.isnan(two_figures_of(np.array([np.nan, 12.0]))).tolist() == [True, False]


@pytest.mark.parametrize(("value", "told"), [(0.0, 0.005), (0.004, 0.005), (0.0051, 0.01), (0.5, 0.5), (1.0, 0.995)])
def test_nothing_is_told_as_certain(value: float, told: float) -> None:
    assert probability(value) == pytest.approx(told)
