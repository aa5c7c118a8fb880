"""The Agreement page: who signed as what, who reads a clause how, what is the text's own and what is this watch's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import each
from tests.desks.replaying import tab_of
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find, indexes
from trucewatch.desks.provisions.pages import _state_by_dates
from trucewatch.desks.provisions.state_signs import SIGNS, draw_state
from trucewatch.locale.terms import STATE, STATE_OF_REASON
from trucewatch.model.clause_copies import copies_of
from trucewatch.server.console import Console
from trucewatch.store import Store

_READING = """
  [[provision.reading]]
  by = "UV"
  about = "1a"
  says = {{ en = "fire that answers fire is no breach" }}
  reads = {{ permits = ["presence"] }}
  known_at = {known_at}
  source = "a speech in the assembly"
"""


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Console]:
    """The invented watch, in which one side said on 3 May how it reads clause 1a, and will say more in June."""
    folder = copy_of("two-valleys", tmp_path)
    path = folder / "agreement.toml"
    text = path.read_text(encoding="utf-8")
    first = text.index("[[provision]]", text.index("[[provision]]") + 1)
    readings = _READING.format(known_at="2031-05-03T12:00:00Z") + _READING.format(
        known_at="2031-06-03T12:00:00Z"
    ).replace("fire that answers", "what was said later")
    path.write_text(text[:first] + readings.lstrip("\n") + "\n" + text[first:], encoding="utf-8")
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


def test_a_reading_stands_beside_the_clause_with_speaker_day_source_and_what_the_heads_say(read: Console) -> None:
    page = unbroken(client_of(read).get("/agreement").text)
    clause = page[page.index('id="clause-1a"') :]
    clause = clause[: clause.index("</article>")]
    assert "fire that answers fire is no breach" in clause
    assert "a speech in the assembly" in clause
    assert "the heads do not let it hold an assessment back" in clause
    assert "first stated after" in clause, "events before 3 May bear on 1a"
    assert "what was said later" not in page, "nobody had said it by the watch's clock"


def test_roles_words_and_exceptions_say_whose_they_are(valleys: Console) -> None:
    page = unbroken(client_of(valleys).get("/agreement").text)
    agreement = valleys.snapshot.watch.agreement
    assert page.count("party, bound by it") == sum(party.role == "party" for party in agreement.party)
    assert ("a rule of this watch, not of the text" in page) == any(
        stipulation.unless and stipulation.unless_by == "watch" for _, stipulation in agreement.stipulations()
    )
    assert page.count("our paraphrase") == len(agreement.provision)
    of_clauses = [provision.number for provision in agreement.provision]
    of_parts = [part.id for _, part in agreement.stipulations() if part.id not in of_clauses]
    copies = sum(
        bool(copy.words)
        for of in (*of_clauses, *of_parts)
        for copy in copies_of(valleys.snapshot.watch, of, valleys.snapshot.as_of)
    )
    assert page.count("<blockquote") == copies > len(agreement.provision)


def test_what_was_not_published_yet_is_not_known(karabakh: Console) -> None:
    agreement = karabakh.snapshot.watch.agreement
    first = min(text.known_at for text in agreement.text)
    assert agreement.known_at(first - timedelta(seconds=1)).text == ()
    assert agreement.known_at(first - timedelta(days=400)).instrument == ()
    assert len(agreement.known_at(datetime(2100, 1, 1, tzinfo=UTC)).instrument) == len(agreement.instrument)
    without = replace(agreement, text=())
    assert len(without.known_at(datetime(2100, 1, 1, tzinfo=UTC)).instrument) == len(agreement.instrument)


def row_of(page: str, clause: str) -> str:
    """The overview's row of a part of a clause."""
    row = page[page.index(f'<tr id="row-{clause}"') :]
    return row[: row.index("</tr>")]


def words_of(row: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_one_table_on_top_says_of_every_clause_its_state_due_moment_and_what_it_rests_on(karabakh: Console) -> None:
    page = client_of(karabakh).get("/agreement").text
    assert page.index('id="overview"') < page.index("Instruments and texts") < page.index('id="provision-1"')
    agreement = karabakh.snapshot.watch.agreement.known_at(karabakh.snapshot.as_of)
    clauses = [stipulation.id for _, stipulation in agreement.stipulations()]
    assert re.findall(r'<tr id="row-([^"]+)"', page) == clauses
    returned = row_of(page, "6a")
    words = words_of(returned)
    assert "Armenia" in words
    assert "met" in words
    assert "26 Nov 2020, 01:00 (UTC+4) by extension 1 of text ru-1" in words
    assert "25 Nov 2020" in words
    code, finding = re.findall(r'href="/incident/([^"?]+)\?finding=([^"]+)"', returned)[0]
    assert client_of(karabakh).get(f"/incident/{code}?finding={finding}").status_code == 200
    for clause in each(clauses):
        assert f'href="#clause-{clause}"' in row_of(page, clause)
        assert f'id="clause-{clause}"' in page


def test_the_sentence_of_a_state_is_fair_to_whoever_is_obliged(karabakh: Console) -> None:
    page = client_of(karabakh).get("/agreement").text
    assert "That says nothing of whether it is." in row_of(page, "5"), "not shown is not not done"
    assert "“Not shown” says nothing of whether something was done." in unbroken(page)
    assert "so this says nothing about quiet" in unbroken(row_of(page, "1b"))
    assert "for people to decide" in row_of(page, "7")
    assert "nobody is named" in row_of(page, "7")
    assert "as Azerbaijan reads it; the text names nobody" in unbroken(row_of(page, "2"))
    assert "violation" not in page


def test_the_table_knows_no_more_than_the_watchs_clock(karabakh: Console) -> None:
    later = {"s1", "s2", "s3", "t1"} & {clause.id for _, clause in karabakh.snapshot.watch.agreement.stipulations()}
    assert later, "the watch holds clauses of later instruments"
    page = client_of(karabakh).get("/agreement").text
    for clause in each(later):
        assert f'id="row-{clause}"' not in page, "its instrument was not published yet"
    karabakh_then = karabakh.look_back(datetime(2020, 11, 12, tzinfo=UTC))
    try:
        before = tab_of(karabakh, karabakh_then).get("/agreement").text
    finally:
        karabakh.lookbacks.end(karabakh_then)
    row = words_of(row_of(before, "6a"))
    assert "16 Nov 2020, 01:00 (UTC+4) as text ru-1 says" in row, "the day was put off on 15 November"
    assert "extension" not in row
    assert "25 Nov" not in row


def test_every_state_has_a_sign_and_a_word() -> None:
    assert set(STATE_OF_REASON.values()) <= set(SIGNS)
    assert set(SIGNS) == set(STATE)
    drawings = {state: draw_state(state) for state in SIGNS}
    assert all(drawing.startswith("<svg") and 'aria-hidden="true"' in drawing for drawing in drawings.values())
    assert drawings["met"] != drawings["not_shown"] != drawings["short"]


def test_a_clause_without_a_day_stands_by_its_own_dates(karabakh: Console) -> None:
    stipulation = next(clause for _, clause in karabakh.snapshot.watch.agreement.stipulations() if clause.id == "1a")
    begins = stipulation.in_force.surely_from
    assert _state_by_dates(stipulation, begins - timedelta(seconds=1)) == "not_in_force"
    assert _state_by_dates(stipulation, begins) == "in_force"
    ended = replace(stipulation, in_force=replace(stipulation.in_force, until=begins + timedelta(days=1)))
    assert _state_by_dates(ended, begins + timedelta(days=1)) == "no_longer_in_force"
