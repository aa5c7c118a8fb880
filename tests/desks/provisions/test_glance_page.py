"""All provisions at a moment: the table, its axis, the moment that is shown, and what was known."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import each
from tests.desks.replaying import replaying, tab_of
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find, indexes
from trucewatch.desks.provisions.state_signs import FILLS, PATTERNS, SIGNS, draw_patterns, draw_state
from trucewatch.locale.terms import STATE
from trucewatch.model.clause_state import STATES
from trucewatch.server.console import Console
from trucewatch.store import Store


def row_of(page: str, part: str) -> str:
    """The table's row of a part of a clause."""
    row = page[page.index(f'<tr id="row-{part}"') :]
    return row[: row.index("</tr>")]


def seen(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)).split())


def test_one_table_says_of_every_part_its_state_and_why_and_draws_it_on_the_axis(karabakh: Console) -> None:
    page = client_of(karabakh).get("/agreement").text
    agreement = karabakh.snapshot.watch.agreement.known_at(karabakh.snapshot.as_of)
    parts = [stipulation.id for _, stipulation in agreement.stipulations()]
    assert re.findall(r'<tr id="row-([^"]+)"', page) == parts
    returned = row_of(page, "6a")
    assert "met" in seen(returned)
    assert "25 Nov 2020" in seen(returned)
    drawing = returned[returned.index('class="life"') :]
    assert "flag-cloth" in drawing, "the day of the text"
    assert "flag-open" in drawing, "the day that it was put off to"
    assert "met-dot" in drawing
    assert "6a: due by extension 1" in drawing
    for provision in each(agreement.provision):
        assert f'href="/agreement/{provision.number}"' in page
        for stipulation in provision.stipulation:
            assert f'href="/agreement/{provision.number}#{stipulation.id}"' in page


def test_there_is_no_score_and_nothing_is_counted_by_side(karabakh: Console) -> None:
    page = unbroken(client_of(karabakh).get("/agreement").text)
    assert "No side is counted and there is no score." in page
    schedule = seen(page[page.index('id="pace"') :])
    assert "3 parts had fallen due" in schedule
    assert "On record as met: 3; met late: 0" in schedule
    assert "Not shown says nothing of whether it was done." in schedule
    for party in each(karabakh.snapshot.watch.agreement.party):
        assert party.names["en"] not in schedule
    assert "violation" not in page


def test_a_moment_is_shown_as_it_was_known_then_or_as_it_is_known_today(karabakh: Console) -> None:
    client = client_of(karabakh)
    then = client.get("/agreement?as_of=2020-11-20T12:00Z&known=then").text
    today = client.get("/agreement?as_of=2020-11-20T12:00Z&known=today").text
    assert "due soon" in seen(row_of(then, "2"))
    assert "met" in seen(row_of(today, "2"))
    assert 'aria-current="true">As known then' in unbroken(then)
    assert 'aria-current="true">As known today' in unbroken(today)
    assert "as_of=2020-11-20T12%3A00%3A00Z&amp;known=today" in then, "the other way of knowing keeps the moment"
    assert "By 20 Nov 2020, 16:00 (UTC+4) 0 parts had fallen due" in seen(today[today.index('id="pace"') :])


def test_the_moment_is_a_plain_field_that_takes_the_pages_own_writing(karabakh: Console) -> None:
    client = client_of(karabakh)
    page = client.get("/agreement", params={"as_of": "20 Nov 2020 16:00"}).text
    assert 'name="as_of" value="20 Nov 2020 16:00"' in unbroken(page)
    assert "due soon" in seen(row_of(page, "2"))
    assert '<form method="get" action="/agreement"' in page


@pytest.mark.parametrize("text", ["30 February 2021", "yesterday or so", "2020-11-20T12:00+99:00", "9" * 200])
def test_what_is_no_moment_is_said_beside_the_field_and_the_clock_is_shown(karabakh: Console, text: str) -> None:
    answer = client_of(karabakh).get("/agreement", params={"as_of": text})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "How each part stood on 16 Dec 2020" in unbroken(answer.text)


def test_nothing_later_than_the_clock_is_shown(karabakh: Console) -> None:
    answer = client_of(karabakh).get("/agreement?as_of=2024-01-01T00:00Z")
    assert answer.status_code == 400
    assert "Nothing later than the watch's clock is shown: 16 Dec 2020" in answer.text.replace("&#39;", "'")
    later = {"s1", "s2", "s3", "t1"} & {clause.id for _, clause in karabakh.snapshot.watch.agreement.stipulations()}
    for clause in each(later):
        assert f'id="row-{clause}"' not in answer.text


def test_before_any_text_was_published_it_says_so(karabakh: Console) -> None:
    answer = client_of(karabakh).get("/agreement?as_of=2020-01-01T00:00Z")
    assert answer.status_code == 200
    assert "No text was published by then." in answer.text
    assert "The first became known on" in answer.text


def test_steps_lead_to_the_days_on_which_a_state_changes(karabakh: Console) -> None:
    client = client_of(karabakh)
    address, seen_days = "/agreement", []
    while True:
        page = unbroken(client.get(address).text)
        found = re.search(r'<a class="button step" href="([^"]+)" data-key="\["', page)
        if found is None:
            break
        address = found[1].replace("&amp;", "&")
        seen_days.append(address)
    assert 4 <= len(seen_days) <= 20
    assert seen_days == sorted(seen_days, reverse=True)
    assert 'data-key="]"' in page, "from the first day one goes on"


def test_a_replay_bounds_the_moment_and_gives_no_file(karabakh: Console) -> None:
    moment = datetime(2020, 11, 12, tzinfo=UTC)
    tab, lookback = replaying(karabakh, moment)
    try:
        page = tab.get("/agreement?known=today").text
        later = tab.get("/agreement?as_of=2020-11-20T00:00Z")
        files = [tab.get(f"/agreement/{name}").status_code for name in ("states.csv", "states.json", "changes.csv")]
        other = tab_of(karabakh, lookback).get("/agreement").text
    finally:
        karabakh.lookbacks.end(lookback)
    assert "flag-open" not in row_of(page, "6a"), "the day was put off on 15 November"
    assert "25 Nov" not in row_of(other, "6a")
    assert later.status_code == 400
    assert files == [409, 409, 409]
    assert "/agreement/states.csv" not in page


def test_every_drawing_has_its_table(karabakh: Console) -> None:
    page = client_of(karabakh).get("/agreement").text
    for picture in re.findall(r'<svg[^>]*role="img".*?</svg>', page, re.DOTALL):
        assert re.search(r"<title>[^<]+</title><desc>[^<]+</desc>", picture)
    table = page[page.index("The days of the axis as a table") :]
    assert "Extension 1 of text ru-1" in unbroken(table), "every date says its text and rule"
    assert "The steps as a table" in page


def test_every_state_has_a_sign_a_fill_and_a_word() -> None:
    assert tuple(SIGNS) == STATES
    assert tuple(FILLS) == STATES
    assert set(STATES) <= set(STATE)
    drawings = [draw_state(state) for state in STATES]
    assert len(set(drawings)) == len(drawings), "each is told apart without its colour"
    assert all(drawing.startswith("<svg") and 'aria-hidden="true"' in drawing for drawing in drawings)
    assert all(f'id="t-{name}"' in draw_patterns() for name in PATTERNS)


def test_a_watch_without_a_clause_says_what_to_do(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    path = folder / "agreement.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("[[provision]]")], encoding="utf-8")
    for name in ("meetings.toml", "initiatives.toml", "lexicon.toml", "links.geojson"):  # they speak of clauses
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "texts", ignore_errors=True)
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        page = client_of(console).get("/agreement")
        assert page.status_code == 200
        assert "This agreement has no clause yet." in page.text


def test_the_reason_of_a_dispute_names_who_says_what(valleys: Console) -> None:
    page = client_of(valleys).get("/agreement").text
    assert "disputed" in seen(row_of(page, "6"))
    assert "The delegations see clause 6 differently" in seen(row_of(page, "6"))
    start = valleys.snapshot.as_of - timedelta(days=30)
    early = client_of(valleys).get("/agreement", params={"as_of": start.isoformat()})
    assert early.status_code == 200
