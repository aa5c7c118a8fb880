"""What a party itself published is cited by giver, publisher and day, whatever is withheld, and undoes no count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import observations
from tests.reports.invented import CENTRE, DAY, PUBLIC, at, finding, incident, inputs_of, invented_watch
from tests.reports.opened import everything_in
from trucewatch.locale import words
from trucewatch.model.agreement import Body, Quote
from trucewatch.model.report import PublishedWords
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.pipeline.published import published_words
from trucewatch.reports import FORMATS, build_daily, render
from trucewatch.reports.clause_words import clauses_told
from trucewatch.reports.published_told import published_told

NEXT = DAY + timedelta(days=1)
WORDS = "Our positions near Dovra came under fire at 12:40"
STATEMENT = PublishedWords(
    party="P", publisher="Press service of Pella", known_at=at(14), kind="shot", aspect="", text=WORDS, simulated=False
)


def report_of(published: tuple[PublishedWords, ...] = (STATEMENT,), rows: Any = (), recipient: Any = PUBLIC) -> Any:
    inputs = replace(inputs_of(rows), published=published)
    return build_daily(inputs, recipient=recipient, day_from=DAY, day_until=NEXT)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_it_stands_in_every_format_for_who_gets_no_single_incident(form: str) -> None:
    one = incident("a", hours=12.7, lon=20.3311, lat=45.1222, known_after_hours=2)
    text = " ".join(everything_in(render(report_of(rows=[one]), format=form, language="en")).split())
    assert "12:40" in text
    assert "Dovra came under fire" in text.replace("\u200b", "")
    assert "Press service of Pella" in text
    for held in (one["incident_id"], "20.3311", "45.1222"):
        assert held not in text.replace(STATEMENT.text, ""), held


def test_it_is_told_with_giver_publisher_and_day() -> None:
    (told,) = published_told(report_of(), words("en"))
    assert told.head == "Pella, published by Press service of Pella on 10 May 2031"
    assert told.text == WORDS


@given(st.integers(0, 6), st.integers(0, 3), st.booleans())
def test_nothing_else_in_a_report_follows_from_it(incidents: int, statements: int, is_same_place: bool) -> None:
    """Laid over the report without them, a report differs by these words alone: no count of ours moves."""
    rows = [incident(str(number), lon=20.3 if is_same_place else 20.2 + number / 10) for number in range(incidents)]
    published = tuple(replace(STATEMENT, text=f"{WORDS} ({number})") for number in range(statements))
    with_words = json.loads(render(report_of(published, rows), format="geojson", language="en"))
    without = json.loads(render(report_of((), rows), format="geojson", language="en"))
    assert len(with_words.pop("published", ())) == statements
    assert with_words == without


def test_the_delay_and_the_withheld_kinds_hold_for_it_too() -> None:
    late = replace(STATEMENT, known_at=at(24 * 5 - 1))
    assert report_of((late,)).published == ()
    withheld = replace(PUBLIC, withheld_kinds=("shot",))
    assert report_of(recipient=withheld).published == ()
    assert report_of((replace(STATEMENT, known_at=at(30)),)).published == (), "it is cited on its own day"


def watch_with(**source: Any) -> Watch:
    watch = invented_watch()
    ministry = Body(id="press", names={"en": "Press service of Pella"}, counts_with="P")
    paper = Body(id="paper", names={"en": "The Evening Paper"})
    settings: dict[str, Any] = {"adapter": "observations", "files": ("inbox/*.csv",), "handling": "open"}
    source = {"publisher": "Press service of Pella", **settings, **source}
    return replace(
        watch,
        agreement=replace(watch.agreement, body=(ministry, paper)),
        settings=replace(watch.settings, source=(SourceSetting(id="s", **source),)),
    )


def rows(**changes: Any) -> Any:
    plain = {"source": "s", "text": WORDS, "claimed_by": "P", "known_at": at(14), "known_at_assumed": False}
    return observations({**plain, **changes})


def test_a_row_is_cited_where_party_publisher_and_day_are_known() -> None:
    (published,) = published_words(rows(), watch_with())
    assert (published.party, published.publisher, published.text) == ("P", "Press service of Pella", WORDS)
    assert published_words(rows(claimed_by=""), watch_with()), "what a party publishes is its own claim"
    assert published_words(rows(claimed_by="Press service of Pella"), watch_with())


def others() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    yield "a newspaper's", {"publisher": "The Evening Paper"}, {}
    yield "of nobody known", {"publisher": ""}, {}
    yield "not public", {"handling": "restricted"}, {}
    yield "another party's claim", {}, {"claimed_by": "Q"}
    yield "of two parties", {}, {"claimed_by": "P; Q"}
    yield "of an assumed day", {}, {"known_at_assumed": True}
    yield "without words", {}, {"text": ""}


@pytest.mark.parametrize(("name", "source", "row"), list(others()), ids=[name for name, _, _ in others()])
def test_nothing_else_is_cited(name: str, source: dict[str, Any], row: dict[str, Any]) -> None:
    assert published_words(rows(**row), watch_with(**source)) == (), name


def test_page_1_says_what_each_clause_is() -> None:
    watch = invented_watch()
    one = incident("a")
    inputs = inputs_of([one], [finding(one["incident_id"], "1a", "inconsistent", "prohibited_act")], watch=watch)
    report = build_daily(inputs, recipient=CENTRE, day_from=DAY, day_until=NEXT)
    (clause,) = clauses_told(report, words("en"))
    assert (clause.id, clause.words, clause.whose) == ("1a", "No fire anywhere", "our paraphrase")
    assert clause.zone == "zone Two Valleys as drawn by this watch"
    page = render(report, format="html", language="en").decode()
    assert page.index("our paraphrase") < page.index('id="coverage"'), "on page 1"


def test_a_clause_with_its_own_words_is_told_in_these() -> None:
    watch = invented_watch()
    (first, *others) = watch.agreement.provision
    quoted = replace(first.stipulation[0], quote=(Quote(text="en-1", words="All fire shall cease."),))
    provision = (replace(first, stipulation=(quoted,)), *others)
    watch = replace(watch, agreement=replace(watch.agreement, provision=provision))
    one = incident("a")
    inputs = inputs_of([one], [finding(one["incident_id"], "1a", "inconsistent", "prohibited_act")], watch=watch)
    report = build_daily(inputs, recipient=CENTRE, day_from=DAY, day_until=NEXT)
    (clause,) = clauses_told(report, words("ru"))
    assert (clause.words, clause.language) == ("«All fire shall cease.»", "en")
    assert clause.whose == "слова текста en-1, английский"


def test_the_words_of_a_text_that_came_after_the_cut_off_are_not_told() -> None:
    watch = invented_watch()
    (first, *others) = watch.agreement.provision
    quoted = replace(first.stipulation[0], quote=(Quote(text="en-1", words="All fire shall cease."),))
    later = tuple(
        replace(text, known_at=text.known_at + timedelta(days=36500)) if text.id == "en-1" else text
        for text in watch.agreement.text
    )
    provision = (replace(first, stipulation=(quoted,)), *others)
    watch = replace(watch, agreement=replace(watch.agreement, provision=provision, text=later))
    one = incident("a")
    inputs = inputs_of([one], [finding(one["incident_id"], "1a", "inconsistent", "prohibited_act")], watch=watch)
    report = build_daily(inputs, recipient=CENTRE, day_from=DAY, day_until=NEXT)
    (clause,) = clauses_told(report, words("en"))
    assert (clause.words, clause.whose) == ("No fire anywhere", "our paraphrase")
