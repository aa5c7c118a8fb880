"""Times on the Watch page: typed in the reader's zone and language, drawn where the records are."""

from __future__ import annotations

import dataclasses
import html
import re
from datetime import timedelta

import numpy as np

from tests.server.conftest import client_of, unbroken
from trucewatch.desks.map.histogram import draw_histogram
from trucewatch.locale import words
from trucewatch.server.console import Console
from trucewatch.server.filters import read_chosen


def field(page: str, name: str) -> str:
    found = re.search(rf'<input id="time-{name}"[^>]*\bvalue="([^"]*)"', page)
    assert found, f"there is no field {name}"
    return html.unescape(found[1])


def test_typed_times_are_of_the_readers_zone_and_language(valleys: Console) -> None:
    client = client_of(valleys)
    here = client.get("/watch", params={"from": "3 May 2031 10:00", "lang": "en"}).text
    assert 'data-moment="2031-05-03T12:00Z"' in here
    assert field(here, "from") == "3 May 2031 10:00"
    client.cookies.set("tw_zone", "UTC")
    there = client.get("/watch", params={"from": "3 мая 2031 г. 10:00", "lang": "ru"}).text
    assert 'data-moment="2031-05-03T10:00Z"' in there
    assert field(there, "from").startswith("3 мая 2031")


def test_what_was_typed_for_one_reader_is_in_the_address_for_every_reader(valleys: Console) -> None:
    answer = client_of(valleys).get("/watch", params={"from": "3 May 2031 10:00"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/watch?from=2031-05-03T12%3A00Z"
    again = client_of(valleys).get("/watch", params={"from": "2031-05-03T12:00Z"}, headers={"HX-Request": "true"})
    assert "HX-Push-Url" not in again.headers


def test_a_wrong_time_is_answered_beside_its_field_with_what_was_typed(valleys: Console) -> None:
    page = client_of(valleys).get("/watch", params={"from": "3 May", "to": "2031-05-03"}).text
    assert field(page, "from") == "3 May"
    assert re.search(r'id="time-from"[^>]*aria-invalid="true" aria-describedby="fault-from"', unbroken(page))
    reason = re.search(r'id="fault-from">([^<]*)<', page)
    assert reason
    assert html.unescape(reason[1]) == '"3 May" is no time here; write 4 May 2031 00:00'
    assert field(page, "to") == "4 May 2031 00:00", "a day alone, as an end, is meant whole"
    assert "The address asks for what this watch does not know" not in page


def test_an_end_before_its_begin_is_refused_beside_the_field(valleys: Console) -> None:
    page = client_of(valleys).get("/watch", params={"from": "3 May 2031 10:00", "to": "2 May 2031 10:00"}).text
    assert 'id="fault-to">' in page
    assert field(page, "from") == "3 May 2031 10:00"


def test_a_live_watch_over_old_records_draws_where_they_are(valleys: Console) -> None:
    snapshot = valleys.snapshot
    years_later = dataclasses.replace(snapshot, as_of=snapshot.as_of + timedelta(days=5 * 365))
    drawn = draw_histogram(
        years_later,
        np.ones(snapshot.rows, dtype=np.bool_),
        read_chosen([], years_later),
        words("en"),
        snapshot.watch.zone,
        selected=None,
    )
    found = re.search(r'data-from="(\d+)" data-to="(\d+)"', drawn.svg)
    assert found
    begin, end = int(found[1]), int(found[2])
    first, last = int(snapshot.start_s.min()), int(snapshot.start_s.max())
    assert begin <= first
    assert last < end
    assert (last - first) / (end - begin) > 0.5, "the records are a few pixels of the drawing"


def test_each_row_of_the_table_of_time_has_its_day(valleys: Console) -> None:
    page = client_of(valleys).get("/watch").text
    rows = re.findall(r'<th scope="row"[^>]*>([^<]*)</th>', page)
    assert len(rows) > 5
    assert all(re.match(r"\d{1,2} May 2031, \d\d:\d\d \(UTC-2\)$|\d{1,2} Apr 2031", html.unescape(row)) for row in rows)


def test_coverage_is_told_once_and_nothing_that_is_not_computed_takes_a_tile(valleys: Console) -> None:
    page = client_of(valleys).get("/watch").text
    assert page.count("not computed yet") == 2, "once in the line of counts, once in the sentence behind it"
    assert "estimated true number" not in page
