"""Copies of one text: where they differ is marked in each, and nothing of a text is lost or moved by marking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.word_differences import MOST_TOKENS, Differences, word_differences

WORDS = st.lists(
    st.sampled_from(
        ["by", "before", "May", "the", "The", "meadows", ",", ".", "–", "2", "l’eau", "\u202eby", "\n", "й"]
    ),
    max_size=12,
).map(" ".join)
TEXTS = st.one_of(WORDS, st.text(max_size=30))


def marked(differences: Differences) -> list[list[str]]:
    return [[run.text for run in runs if run.differs] for runs in differences.runs]


def test_words_that_differ_are_marked_in_both_copies() -> None:
    differences = word_differences(("The meadows are returned by 2 May.", "The meadows are handed over before 2 May."))
    assert marked(differences) == [["returned by"], ["handed over before"]]
    differences = word_differences(
        ("The side shall return the meadows by 2 May.", "The side shall cede the meadows before 2 May.")
    )
    assert marked(differences) == [["return", "by"], ["cede", "before"]]
    assert differences.variants == (("return", "cede"), ("by", "before"))


def test_a_phrase_left_out_is_marked_where_it_stands_and_is_nothing_in_the_other() -> None:
    differences = word_differences(("All fire stops, on land and in the air, at noon.", "All fire stops at noon."))
    assert marked(differences) == [[", on land and in the air,"], []]
    assert differences.places == ((", on land and in the air,", ""),)
    turned = word_differences(("All fire stops at noon.", "All fire stops, on land and in the air, at noon."))
    assert turned.places == (("", ", on land and in the air,"),)


def test_names_in_another_order_are_said_to_be_that() -> None:
    copies = ("The Upper Valley and the Lower Valley stop.", "The Lower Valley and the Upper Valley stop.")
    differences = word_differences(copies)
    assert differences.reordered
    assert all(marked(differences))
    assert not word_differences((copies[0], "The Lower Valley and the Upper Valley halt.")).reordered
    assert not word_differences((copies[0], copies[0] + "!")).reordered, "a sign more is no other order"


def test_no_copy_is_the_measure_of_the_others() -> None:
    copies = ("both stop there", "both stop there", "both shall remain there")
    assert marked(word_differences(copies)) == [["stop"], ["stop"], ["shall remain"]]
    assert marked(word_differences(copies[::-1])) == [["shall remain"], ["stop"], ["stop"]]
    assert word_differences(copies).variants == (("stop", "shall remain"),)


def test_three_copies_that_differ_side_by_side_are_one_place_each() -> None:
    differences = word_differences(("a b c d", "a x c d", "a b y z d"))
    assert differences.places == (("b c", "x c", "b y z"),)


def test_case_quotation_marks_dashes_and_blanks_are_no_difference() -> None:
    assert word_differences(("The “Joint” Commission – here", 'the "joint"  commission — here')).places == ()
    assert word_differences(("by\u200f 2 May", "by 2 May")).places == (), "nobody sees a mark of direction"
    assert word_differences(("caf\u00e9", "cafe\u0301")).places == ()


def test_a_word_with_marks_on_its_letters_is_one_word() -> None:
    assert marked(word_differences(("до ию\u0301ня", "до ию\u0301ля"))) == [["ию\u0301ня"], ["ию\u0301ля"]]
    assert marked(word_differences(("the side's day", "the sides' day"))) == [["side's"], ["sides'"]]


def test_copies_that_differ_in_too_many_words_are_not_compared() -> None:
    long = " ".join(f"a{number}" for number in range(MOST_TOKENS + 1))
    differences = word_differences((long, long.replace("a", "b")))
    assert differences.too_long
    assert [[run.text for run in runs] for runs in differences.runs] == [[long], [long.replace("a", "b")]]
    assert not word_differences((long, long + " more")).too_long, "alike but for its end"


@pytest.mark.parametrize("words", ["a b", "a a b"])
def test_words_that_come_again_and_again_are_compared(words: str) -> None:
    repeated = " ".join([words] * (MOST_TOKENS // 4))
    turned = " ".join([words[::-1]] * (MOST_TOKENS // 4))
    assert word_differences((repeated, turned)).places


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_the_runs_of_every_copy_joined_are_its_text(copies: list[str]) -> None:
    differences = word_differences(tuple(copies))
    assert ["".join(run.text for run in runs) for runs in differences.runs] == copies


@given(TEXTS, st.integers(1, 3))
def test_a_text_beside_itself_has_no_mark(text: str, more: int) -> None:
    differences = word_differences((text,) * (more + 1))
    assert differences.places == ()
    assert not any(map(any, marked(differences)))


@given(WORDS, WORDS)
def test_what_is_left_without_the_places_is_the_same_in_every_copy(first: str, second: str) -> None:
    differences = word_differences((first, second))
    plain = [" ".join("".join(run.text for run in runs if not run.differs).split()) for runs in differences.runs]
    assert word_differences(tuple(plain)).places == ()


@given(WORDS, WORDS)
def test_each_place_is_what_is_marked(first: str, second: str) -> None:
    differences = word_differences((first, second))
    for index, runs in enumerate(differences.runs):
        assert [run.text for run in runs if run.differs] == [
            place[index] for place in differences.places if place[index]
        ]
    assert all(len(variants) > 1 for variants in differences.variants)
