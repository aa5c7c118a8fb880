"""One provision with all that bears on it, and the instruments: who signed as what, who reads a clause how, what is the
text's own and what is this watch's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import each
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find, indexes
from trucewatch.model.clause_copies import copies_of
from trucewatch.server.console import Console
from trucewatch.store import Store

_READING = """
  [[provision.reading]]
  by = "UV"
  about = "1a"
  says = {{ en = "fire that answers fire is no breach" }}
  reads = {{ permits = ["burst"] }}
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


def part_of(page: str, part: str) -> str:
    """The section of a part of a clause."""
    section = page[page.index(f'<section class="card part" id="{part}"') :]
    return section[: section.index("</section>")]


def test_readings_stand_beside_each_other_with_speaker_day_source_and_what_each_makes_of_it(read: Console) -> None:
    page = unbroken(client_of(read).get("/agreement/1").text)
    clause = part_of(page, "1a")
    answers = re.findall(r'<article class="answer">.*?</article>', clause)
    assert len(answers) == 2, "one for each bound party, of one size"
    upper = next(answer for answer in answers if "Upper Valley" in answer)
    lower = next(answer for answer in answers if answer is not upper)
    assert "fire that answers fire is no breach" in upper
    assert "a speech in the assembly" in upper
    assert "permits:Burst" in re.sub(r"<[^>]+>", "", upper)
    assert "states no reading of it" in lower
    assert "nobody is on record as letting it hold an assessment back" in clause
    assert "first stated after" in clause, "events before 3 May bear on 1a"
    assert "what was said later" not in page, "nobody had said it by the watch's clock"
    before = unbroken(client_of(read).get("/agreement/1?as_of=2031-05-03T00:00Z").text)
    assert "fire that answers fire" not in before


def test_a_clause_turns_on_how_it_is_read(read: Console) -> None:
    page = unbroken(client_of(read).get("/agreement").text)
    row = page[page.index('<tr id="row-1a"') :]
    row = re.sub(r"<[^>]+>", " ", row[: row.index("</tr>")])
    assert "readings differ" in row
    assert "as Upper Valley reads it: fire that answers fire is no breach" in row
    assert "Lower Valley states no reading of it" in row
    assert row.count("in force, no deadline") == 0, "one word for both readings says nothing of how they differ"


def test_roles_words_and_exceptions_say_whose_they_are(valleys: Console) -> None:
    client = client_of(valleys)
    agreement = valleys.snapshot.watch.agreement
    instruments = unbroken(client.get("/agreement/instruments").text)
    assert instruments.count("party, bound by it") == sum(party.role == "party" for party in agreement.party)
    for provision in each(agreement.provision):
        page = unbroken(client.get(f"/agreement/{provision.number}").text)
        assert page.count("our paraphrase") == 1
        assert ("a rule of this watch, not of the text" in page) == any(
            each.unless and each.unless_by == "watch" for each in provision.stipulation
        )
        of = [provision.number, *(part.id for part in provision.stipulation if part.id != provision.number)]
        copies = [copy for name in of for copy in copies_of(valleys.snapshot.watch, name, valleys.snapshot.as_of)]
        assert page.count("<blockquote") == sum(bool(copy.words) for copy in copies)


def test_what_was_not_published_yet_is_not_known(karabakh: Console) -> None:
    agreement = karabakh.snapshot.watch.agreement
    first = min(text.known_at for text in agreement.text)
    assert agreement.known_at(first - timedelta(seconds=1)).text == ()
    assert agreement.known_at(first - timedelta(days=400)).instrument == ()
    assert len(agreement.known_at(datetime(2100, 1, 1, tzinfo=UTC)).instrument) == len(agreement.instrument)
    without = replace(agreement, text=())
    assert len(without.known_at(datetime(2100, 1, 1, tzinfo=UTC)).instrument) == len(agreement.instrument)


def test_a_part_says_its_dates_with_text_and_rule_and_leads_to_the_original(karabakh: Console) -> None:
    client = client_of(karabakh)
    returned = part_of(unbroken(client.get("/agreement/6").text), "6a")
    assert "26 Nov 2020, 01:00 (UTC+4)" in returned
    assert "by extension 1 of text ru-1" in returned
    assert "Text ru-1: by 15 Nov 2020 (Europe/Moscow)." in returned
    assert "no document" in returned, "the source of the extension"
    hops = re.findall(r'href="(/incident/[^"]+\?observation=[^"]+)"', returned)
    assert client.get(each(hops)[0]).status_code == 200
    found = re.findall(r'href="(/incident/[^"]+\?finding=[^"]+)"', returned)
    assert client.get(each(found)[0]).status_code == 200
    changes = returned[returned.index("How its state changed") :]
    assert changes.index("due soon") < changes.index("extended") < changes.index(" met")


def test_history_leads_to_the_page_of_that_day(karabakh: Console) -> None:
    client = client_of(karabakh)
    returned = part_of(unbroken(client.get("/agreement/6").text), "6a")
    links = re.findall(r'href="(/agreement/6\?as_of=[^"#]+)#6a"', returned)
    then = part_of(unbroken(client.get(each(links)[0].replace("&amp;", "&")).text), "6a")
    assert "due soon" in then
    assert "16 Nov 2020, 01:00 (UTC+4)" in then
    assert "by extension" not in then
    assert "Extension 1" not in then


def test_its_sentences_are_fair_to_whoever_is_obliged(karabakh: Console) -> None:
    client = client_of(karabakh)
    assert "That says nothing of whether it is." in client.get("/agreement/5").text, "not shown is not not done"
    assert "so this says nothing about quiet" in unbroken(client.get("/agreement/1").text)
    assert "as the text assigns it; never a verdict" in client.get("/agreement/6").text
    assert "as Azerbaijan reads it; the text names nobody" in unbroken(client.get("/agreement/2").text)
    agreement = karabakh.snapshot.watch.agreement.known_at(karabakh.snapshot.as_of)
    unnamed = {one.number for one, clause in agreement.stipulations() if not (clause.obliged or clause.role)}
    for number in unnamed:
        assert "nobody is named" in client.get(f"/agreement/{number}").text
    assert "violation" not in client.get("/agreement/1").text


@pytest.mark.parametrize("number", ["77", "6a", "9/2099", "states", "6/extra"])
def test_a_clause_that_is_not_there_is_said_in_words(karabakh: Console, number: str) -> None:
    answer = client_of(karabakh).get(f"/agreement/{number}", headers={"accept": "text/html"})
    assert answer.status_code == 404


def test_a_number_with_a_slash_is_a_page(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    path = folder / "agreement.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('number = "6"', 'number = "9/2021"'), encoding="utf-8")
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        client = client_of(console)
        assert 'href="/agreement/9/2021"' in client.get("/agreement").text
        page = client.get("/agreement/9/2021")
        assert page.status_code == 200
        assert "Clause 9/2021" in page.text


def test_an_act_that_is_none_of_all_parties_says_its_kind_and_whose_it_is(karabakh: Console) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", client_of(karabakh).get("/agreement/instruments").text))
    assert "decision : President of the Russian Federation" in page.replace("decision:", "decision :")


def test_instruments_say_their_kind_and_whose_words_bind_them_to_others(valleys: Console) -> None:
    page = unbroken(client_of(valleys).get("/agreement/instruments").text)
    assert "supplements" in page
    assert "as entered; its own words on that are not on file" in page or "by its own words:" in page
    assert 'id="rule"' in page
    bearing = unbroken(client_of(valleys).get("/agreement/1").text)
    assert "Instruments that bear on it" in bearing
