"""The copies of a clause: in a fixed order, each with whose it is, and no text before it was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.builders import template_watch
from trucewatch.model.agreement import Instrument, Text
from trucewatch.model.clause_copies import CopyOfClause, copies_of
from trucewatch.model.clause_parts import Quote
from trucewatch.model.clause_texts import ClauseText, CopyOfText
from trucewatch.model.watch import Watch

AT = datetime(2031, 6, 1, tzinfo=UTC)


def text(name: str, language: str, *, authoritative: bool = False, instrument: str = "agreement", day: int = 1) -> Text:
    return Text(
        id=name,
        language=language,
        instrument=instrument,
        authoritative=authoritative,
        known_at=datetime(2031, 5, day, tzinfo=UTC),
        source=f"where {name} was published",
    )


def copy_of(name: str, *clauses: ClauseText) -> CopyOfText:
    return CopyOfText(
        schema=1, text=name, publisher=f"of {name}", published=date(2031, 5, 1), licence="ours", clause=clauses
    )


def watch_with(*texts: Text, copies: tuple[CopyOfText, ...] = (), quote: tuple[Quote, ...] = ()) -> Watch:
    watch = template_watch()
    first, *rest = watch.agreement.provision
    part, *parts = first.stipulation
    quoted = replace(first, stipulation=(replace(part, quote=quote), *parts))
    later = Instrument(id="later", names={"en": "Later"}, signed=date(2031, 5, 2), source="s")
    agreement = replace(
        watch.agreement,
        text=texts,
        provision=(quoted, *rest, replace(first, instrument="later", stipulation=())),
        instrument=(*watch.agreement.instrument, later),
    )
    return replace(watch, agreement=agreement, texts=copies)


def test_copies_stand_authoritative_first_then_by_language_and_id() -> None:
    watch = watch_with(
        text("ru-2", "ru"), text("en-2", "en"), text("ru-1", "ru", authoritative=True), text("en-1", "en")
    )
    assert [copy.text for copy in copies_of(watch, "1a", AT)] == ["ru-1", "en-1", "en-2", "ru-2"]


def test_a_copy_says_whose_words_they_are_and_one_without_words_where_it_was_published() -> None:
    watch = watch_with(
        text("en-1", "en"), text("en-2", "en"), copies=(copy_of("en-1", ClauseText(of="1a", words="All fire stops.")),)
    )
    first, second = copies_of(watch, "1a", AT)
    assert first == CopyOfClause(
        text="en-1",
        language="en",
        authoritative=False,
        words="All fire stops.",
        whole=True,
        publisher="of en-1",
        published=date(2031, 5, 1),
        licence="ours",
    )
    assert second == CopyOfClause(text="en-2", language="en", authoritative=False, source="where en-2 was published")


def test_where_a_copy_was_published_is_said_as_its_file_says_it() -> None:
    copy = replace(copy_of("en-1", ClauseText(of="1a", words="All fire stops.")), source="an address")
    watch = watch_with(text("en-1", "en"), copies=(copy,))
    assert [copy.source for copy in copies_of(watch, "1a", AT)] == ["an address"]
    assert [copy.source for copy in copies_of(watch, "1", AT)] == ["an address"], "of a clause that is not on file too"
    assert [copy.licence for copy in copies_of(watch, "1", AT)] == [""], "no words, no licence for them"


def test_a_text_is_not_there_before_it_was_known() -> None:
    watch = watch_with(
        text("en-1", "en"),
        text("en-2", "en", day=20),
        copies=(copy_of("en-2", ClauseText(of="1a", words="All fire stops.")),),
    )
    assert [copy.text for copy in copies_of(watch, "1a", datetime(2031, 5, 19, 23, 59, tzinfo=UTC))] == ["en-1"]
    assert [copy.text for copy in copies_of(watch, "1a", datetime(2031, 5, 20, tzinfo=UTC))] == ["en-1", "en-2"]


def test_a_quote_of_the_agreement_is_an_excerpt_unless_the_file_has_its_words() -> None:
    quote = (Quote(text="en-1", words="fire  stops"), Quote(text="en-1", words="other words"))
    watch = watch_with(text("en-1", "en"), quote=quote)
    assert [(copy.words, copy.whole) for copy in copies_of(watch, "1a", AT)] == [
        ("fire  stops", False),
        ("other words", False),
    ]
    on_file = replace(watch, texts=(copy_of("en-1", ClauseText(of="1a", words="All fire stops.")),))
    assert [(copy.words, copy.whole) for copy in copies_of(on_file, "1a", AT)] == [
        ("All fire stops.", True),
        ("other words", False),
    ]


def test_a_clause_by_its_number_and_a_part_by_its_id_have_words_of_their_own() -> None:
    clauses = ClauseText(of="1", words="The whole clause."), ClauseText(of="1a", words="A part of it.")
    watch = watch_with(text("en-1", "en"), copies=(copy_of("en-1", *clauses),))
    assert [copy.words for copy in copies_of(watch, "1", AT)] == ["The whole clause."]
    assert [copy.words for copy in copies_of(watch, "1a", AT)] == ["A part of it."]


def test_two_instruments_with_a_clause_of_one_number_are_kept_apart_by_name() -> None:
    watch = watch_with(
        text("en-1", "en"),
        text("en-2", "en", instrument="later"),
        copies=(
            copy_of("en-1", ClauseText(of="1", words="of the first")),
            copy_of("en-2", ClauseText(of="1", words="of the later")),
        ),
    )
    assert [copy.words for copy in copies_of(watch, "1", AT, instrument="agreement")] == ["of the first"]
    assert [copy.words for copy in copies_of(watch, "1", AT, instrument="later")] == ["of the later"]


def test_a_clause_that_is_not_there_has_no_copy() -> None:
    assert copies_of(watch_with(text("en-1", "en")), "../1a", AT) == ()
