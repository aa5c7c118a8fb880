"""The Agreement page: who signed as what, who reads a clause how, what is the text's own and what is this watch's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find, indexes
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
    quotes = sum(len(stipulation.quote) for _, stipulation in agreement.stipulations())
    assert page.count("<blockquote") == quotes


def test_what_was_not_published_yet_is_not_known(karabakh: Console) -> None:
    agreement = karabakh.snapshot.watch.agreement
    first = min(text.known_at for text in agreement.text)
    assert agreement.known_at(first - timedelta(seconds=1)).text == ()
    assert agreement.known_at(first - timedelta(days=400)).instrument == ()
    assert len(agreement.known_at(datetime(2100, 1, 1, tzinfo=UTC)).instrument) == len(agreement.instrument)
    without = replace(agreement, text=())
    assert len(without.known_at(datetime(2100, 1, 1, tzinfo=UTC)).instrument) == len(agreement.instrument)
