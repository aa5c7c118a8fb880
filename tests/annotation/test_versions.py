"""A transcript that grows: the same statement, the same ids, and what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.annotation.versions import SAME_FROM, changes, ids_kept, likeness, moved_span
from trucewatch.model.annotations import Span
from trucewatch.model.statements import Paragraph, Statement

TEXTS = [
    "The Bridge Road is open to aid since noon, and nobody was turned back.",
    "Thank you.",
    "The Lower Valley will hand over Hollin Meadows by 2 May 2031.",
    "Six convoys passed in three days; the Joint Commission counted them.",
]


def statement_of(texts: list[str], title: str = "Words of the Upper Valley", day: int = 21) -> Statement:
    return Statement(
        title=title,
        language="en",
        day=date(2031, 4, day),
        opening=tuple(Paragraph(id=f"p{place}", text=text) for place, text in enumerate(texts, 1)),
    )


def ids_of(statement: Statement) -> list[str]:
    return [each.paragraph.id for each in statement.spoken()]


EARLIER = statement_of(TEXTS)
GROWN = statement_of(
    [
        "Good morning to all of you here.",
        TEXTS[0].replace("noon", "midday"),
        TEXTS[2],
        "Thank you.",
        TEXTS[3],
        "And snow?",
    ]
)


def test_a_grown_and_mended_transcript_is_the_same_statement() -> None:
    assert likeness(EARLIER, GROWN) >= SAME_FROM
    assert likeness(EARLIER, EARLIER) == 1


def test_another_days_statement_and_another_language_are_not() -> None:
    other = statement_of(["The Upper Valley mourns the dead of the flood at Ambermill."], "On the flood", 25)
    assert likeness(EARLIER, other) < 0.2
    assert likeness(EARLIER, replace(EARLIER, language="ru")) == 0


def test_paragraphs_that_stayed_keep_their_ids_and_new_ones_get_new_numbers() -> None:
    assert ids_of(ids_kept(EARLIER, GROWN)) == ["p5", "p1", "p3", "p2", "p4", "p6"]


def test_an_id_that_was_taken_out_is_not_used_again() -> None:
    shorter = ids_kept(EARLIER, statement_of(TEXTS[:3]))
    longer = statement_of([*TEXTS[:3], "Something wholly new is added here."])
    assert ids_of(ids_kept(shorter, longer, used=ids_of(EARLIER))) == ["p1", "p2", "p3", "p5"]


def test_changes_name_what_is_added_taken_out_and_mended() -> None:
    later = ids_kept(EARLIER, statement_of([TEXTS[0].replace("noon", "midday"), TEXTS[2], "And snow?", TEXTS[3]]))
    listed = changes(EARLIER, later)
    assert [(each.kind, each.paragraph) for each in listed] == [
        ("corrected", "p1"),
        ("removed", "p2"),
        ("added", "p5"),
    ]
    assert listed[0].differences is not None
    assert listed[0].differences.places == (("noon", "midday"),)
    assert changes(EARLIER, EARLIER) == ()


def test_accepted_words_are_found_where_they_moved_to() -> None:
    later = ids_kept(EARLIER, statement_of(["As we said: " + TEXTS[2], TEXTS[3]]))
    span = Span(paragraph="p3", start=4, end=len(TEXTS[2]))
    moved = moved_span(span, EARLIER, later)
    assert moved is not None
    spoken = later.paragraph(moved.paragraph)
    assert spoken is not None
    assert spoken.paragraph.text[moved.start : moved.end] == TEXTS[2][4:]
    assert moved_span(span, EARLIER, EARLIER) == span


def test_accepted_words_that_were_mended_are_there_no_more() -> None:
    later = ids_kept(EARLIER, statement_of([TEXTS[0].replace("noon", "midday")]))
    assert moved_span(Span(paragraph="p1", start=0, end=len(TEXTS[0])), EARLIER, later) is None
    assert moved_span(Span(paragraph="p9", start=0, end=3), EARLIER, later) is None


VERSIONS = st.lists(st.sampled_from([*TEXTS, "", "And snow?", TEXTS[0] + " So it is."]), max_size=8).map(statement_of)


@settings(max_examples=80, deadline=None)
@given(VERSIONS, VERSIONS)
def test_ids_are_unique_and_keeping_them_twice_changes_nothing(earlier: Statement, later: Statement) -> None:
    stored = ids_kept(earlier, later)
    assert len(set(ids_of(stored))) == len(ids_of(later))
    assert ids_kept(earlier, stored) == stored
    assert ids_kept(earlier, earlier) == earlier
    assert {each.paragraph for each in changes(earlier, stored) if each.kind == "added"}.isdisjoint(ids_of(earlier))
