"""The small picture of what each means added: whose report has it, what its bars say, and nothing besides."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import each
from tests.reports.invented import CELLS, CENTRE, DAY, OPEN_CELLS, PUBLIC, contribution, incident, inputs_of
from trucewatch.locale import languages, words
from trucewatch.model.watch import Recipient
from trucewatch.reports import build_daily, release, render
from trucewatch.reports.contribution_chart import added_by_means, draw_added
from trucewatch.reports.released import Added
from trucewatch.reports.sureness_words import alone_band, sureness_words

ROWS = [incident(f"a{number}") for number in range(4)]


def inputs(*added: tuple[str, float | None, float | None, float | None]) -> Any:
    return inputs_of(ROWS, contributions=[contribution(row, *one) for row in ROWS for one in added])


TWO = (("acoustic", 0.3, 0.0, 0.1), ("seismic", 0.9, 0.0, -0.2))


@pytest.mark.parametrize(
    ("recipient", "told"),
    [
        (PUBLIC, False),
        (CELLS, False),
        (OPEN_CELLS, True),
        (CENTRE, True),
        (replace(CENTRE, smallest_count=3), False),
        (replace(PUBLIC, smallest_count=1), False),
    ],
)
def test_only_who_is_told_single_incidents_finer_than_by_zone_is_told_what_the_means_added(
    recipient: Recipient, told: bool
) -> None:
    released = release(inputs(*TWO), recipient)
    assert released.incidents
    assert [bool(one.added) for one in released.incidents] == [told] * len(released.incidents)
    counting = {text for one in released.incidents for text in one.count_by}
    assert counting == {"acoustic 2" if told else "acoustic"}, "how many devices reach a place is told nobody else"
    report = build_daily(inputs(*TWO), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))
    page = render(report, format="html", language="en").decode()
    assert ('<svg class="added"' in page) is told
    assert (b"acoustic: place 0.25" in render(report, format="csv", language="en")) is told
    assert (b"acoustic: place 0.25" in render(report, format="geojson", language="en")) is told


@pytest.mark.parametrize(("recipient", "told"), [(PUBLIC, False), (OPEN_CELLS, True), (CENTRE, True)])
def test_of_one_voice_the_page_says_words_and_the_files_keep_the_number(recipient: Recipient, told: bool) -> None:
    rows = [incident(f"b{number}", happened=0.7231, alone="learnt") for number in range(4)]
    report = build_daily(inputs_of(rows), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))
    page = render(report, format="html", language="en").decode()
    assert ("one independent source, borne out by no other; most such reports are right" in page) is told
    assert "0.72" not in page
    assert ("0.72" in render(report, format="csv", language="en").decode()) is told


@pytest.mark.parametrize(
    ("happened", "alone", "band"),
    [
        (0.9, "learnt", "nearly_all"),
        (0.85, "learnt", "nearly_all"),
        (0.849, "learnt", "most"),
        (0.5, "learnt", "half"),
        (0.399, "learnt", "some"),
        (0.02, "learnt", "few"),
        (0.9, "not_learnt", "not_learnt"),
        (0.02, "not_learnt", "not_learnt"),
        (0.9, "", ""),
        (None, "", ""),
    ],
)
def test_words_follow_the_number_where_anything_was_learnt(happened: float | None, alone: str, band: str) -> None:
    assert alone_band(happened, alone) == band
    for language in each(languages()):
        said = sureness_words(happened, band, words(language))
        assert bool(said) is (happened is not None)
        assert bool(re.search("[0-9]", said)) is (happened is not None and not alone)


def test_shares_are_of_what_is_added_and_what_takes_away_counts_nothing() -> None:
    (shares,) = {added_by_means(inputs(*TWO).contributions, {one["incident_id"]})[one["incident_id"]] for one in ROWS}
    assert shares == (
        Added(means="acoustic", place=0.25, kind=None, confidence=1.0),
        Added(means="seismic", place=0.75, kind=None, confidence=0.0),
    )


def test_what_there_would_be_no_place_without_has_the_whole_bar() -> None:
    some = inputs(("acoustic", None, 0.1, 0.1), ("satellite", 4.0, 0.1, 0.1)).contributions
    (shares,) = {added_by_means(some, {ROWS[0]["incident_id"]})[ROWS[0]["incident_id"]]}
    assert [one.place for one in shares] == [1.0, 0.0]


def test_in_order_of_arrival_the_place_is_shared_by_who_made_it_sharper() -> None:
    came = [contribution(ROWS[0], "acoustic", None, 0.1, 0.6, 1), contribution(ROWS[0], "satellite", 4.0, 0.1, 0.2, 2)]
    some = inputs_of(ROWS, contributions=came).contributions
    (shares,) = {added_by_means(some, {ROWS[0]["incident_id"]})[ROWS[0]["incident_id"]]}
    assert [share.place for share in shares] == [0.0, 1.0]
    assert [share.confidence for share in shares] == [0.75, 0.25]


def test_where_nothing_was_weighed_nothing_is_shared() -> None:
    came = [contribution(ROWS[0], means, None, None, None, 1 + n) for n, means in enumerate(("patrol", "party"))]
    some = inputs_of(ROWS, contributions=came).contributions
    (shares,) = {added_by_means(some, {ROWS[0]["incident_id"]})[ROWS[0]["incident_id"]]}
    assert {share.confidence for share in shares} == {None}


def test_one_means_alone_has_no_picture() -> None:
    assert added_by_means(inputs(("acoustic", 0.3, 0.1, 0.1)).contributions, {ROWS[0]["incident_id"]}) == {}
    assert added_by_means(None, {ROWS[0]["incident_id"]}) == {}


@pytest.mark.parametrize(
    ("language", "said"), [("en", "place: seismic 75%"), ("ru", "место: "), ("tr", "yer: sismik %75")]
)
def test_the_picture_says_in_words_what_it_shows(language: str, said: str) -> None:
    drawn = draw_added(
        (
            Added(means="acoustic", place=0.0, kind=None, confidence=0.5),
            Added(means="seismic", place=0.75, kind=None, confidence=0.5),
        ),
        words(language),
    )
    assert said in drawn
    assert 'role="img"' in drawn
    assert "aria-label" in drawn
