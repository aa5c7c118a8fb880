"""The inspector on the order of a review: blind first, each act once, and an outcome that rests on all that came in.
Each ledger here is one that the program would not have written, or one beside it that it would."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.ledger.small_review import OPENED_AT, QUESTIONS, SmallReview, holds, refused, rule_text

EARLY = "2031-05-04T23:59:58Z"
"""Two seconds before the clock of a case that was put at midnight runs out."""
NO = {question: {"answer": "dissent", "version": "no"} for question in ("happened", "what", "where_when")}


def put_under(review: SmallReview, **rule: Any) -> str:
    """A case under another rule; its code."""
    return review.case(len(review.cases) + 1, rule=rule_text(**rule))


def open_early(review: SmallReview, code: str = "R-1", *, at: str = EARLY, key: str = "OK-1", side: str = "A") -> int:
    """One officer commits and opens; the entry of the opening."""
    position = review.sign(code, side, key)
    return review.open(code, key, position, review.commit(code, key, position), known_at=at)


def test_nothing_is_opened_while_another_delegation_is_awaited_and_the_clock_runs(review: SmallReview) -> None:
    refused(review, open_early(review), "opens a position on R-1 while one of 'B' was awaited, and before the clock")


def test_a_late_position_in_the_open_is_none_while_the_clock_runs(review: SmallReview) -> None:
    late = review.open("R-1", "OK-1", review.sign("R-1", "A", "OK-1", round=2), late=True, known_at=EARLY)
    refused(review, late, "while one of 'A' was awaited")


def test_it_is_opened_once_the_clock_ran_out_within_the_second_that_records_hold(review: SmallReview) -> None:
    open_early(review, at="2031-05-05T00:00:00Z")
    open_early(review, put_under(review, hours="0.00041"), at="2031-05-04T00:00:01Z")  # 1.476 s
    open_early(review, put_under(review, hours="1e-06"), at="2031-05-04T00:00:00Z")
    holds(review)
    refused(review, open_early(review, put_under(review, hours="0.002"), at="2031-05-04T00:00:05Z"), "while one of 'B'")


def test_it_is_not_opened_early_where_the_other_says_that_it_gives_none(review: SmallReview) -> None:
    review.add("withheld", case="R-1", delegation="B", role="head")
    refused(review, open_early(review), "while one of 'B' was awaited")


def test_who_said_that_it_gives_none_opens_nothing_by_one_of_two(review: SmallReview) -> None:
    code = put_under(review, each="2")
    review.add("withheld", case=code, delegation="B", role="head")
    review.key(3, "A")
    review.commit(code, "OK-3", review.sign(code, "A", "OK-3"))
    review.commit(code, "OK-2", review.sign(code, "B", "OK-2"))
    refused(review, open_early(review, code), "while one of 'B' was awaited")


@pytest.mark.parametrize(
    ("rule", "role"),
    [({"each": "2"}, "officer"), ({"signers": ["head"]}, "officer"), ({"stands_in": ["analyst"]}, "interpreter")],
)
def test_who_is_awaited_goes_by_the_rule_of_the_case(review: SmallReview, rule: dict[str, Any], role: str) -> None:
    code = put_under(review, **rule)
    review.commit(code, "OK-2", review.sign(code, "B", "OK-2"), role=role)
    first = review.sign(code, "A", "OK-1")
    entry = review.commit(code, "OK-1", first, role="head")
    why = f"while one of {'A' if rule == {'each': '2'} else 'B'!r} was awaited"
    refused(review, review.open(code, "OK-1", first, entry, known_at=EARLY), why)


def test_one_who_stands_in_is_in(review: SmallReview) -> None:
    code = put_under(review, stands_in=["analyst"])
    review.commit(code, "OK-2", review.sign(code, "B", "OK-2"), role="analyst")
    open_early(review, code)
    holds(review)


def test_a_recused_delegation_is_awaited_all_the_same(review: SmallReview) -> None:
    code = review.case(2, recused={"B": "clause"})
    refused(review, open_early(review, code), "while one of 'B' was awaited")


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "inf", "1e9", "soon"])
def test_a_case_under_a_clock_that_no_watch_can_have_is_refused(review: SmallReview, hours: str) -> None:
    put_under(review, hours=hours)
    refused(
        review, len(review.log.entries) - 1, "is malformed" if hours == "soon" else "is put by a rule that no watch"
    )


def test_a_first_position_after_another_was_opened_is_refused(review: SmallReview) -> None:
    open_early(review, at=OPENED_AT)
    why = f"commits to a first position on R-1 after entry {len(review.log.entries) - 1} had opened another"
    refused(review, review.commit("R-1", "OK-2", review.sign("R-1", "B", "OK-2")), why)


def test_a_hash_is_committed_to_once_in_any_case(review: SmallReview) -> None:
    position = review.sign("R-1", "A", "OK-1")
    review.commit("R-1", "OK-1", position)
    code = review.case(2)
    copied = {"finding_sha256": review.cases[code][0], "signed_at": "2031-05-04T00:31:00Z"}
    refused(review, review.commit(code, "OK-1", position, **copied), "commits to what an earlier entry committed to")


def test_nobody_commits_to_two_first_positions(review: SmallReview) -> None:
    review.key(3, "A", person="p1")
    review.commit("R-1", "OK-1", review.sign("R-1", "A", "OK-1"))
    second = review.sign("R-1", "A", "OK-3", reasons={"what": "x"})
    refused(review, review.commit("R-1", "OK-3", second, by="p1"), "a second first position of somebody on R-1")


def test_nobody_gives_two_positions_in_one_round(review: SmallReview) -> None:
    first = review.both("R-1")[0]
    previous = review.sealed[first - 2].sha256
    for reasons in ({}, {"what": "x"}):
        later = review.sign("R-1", "A", "OK-1", round=2, previous_sha256=previous, reasons=reasons)
        entry = review.open("R-1", "OK-1", later)
    refused(review, entry, "is a second position of somebody in round 2 of R-1")


@pytest.mark.parametrize("is_sealed", [True, False])
def test_nobody_speaks_for_two_delegations_in_a_case(review: SmallReview, is_sealed: bool) -> None:
    review.key(3, "B", person="p1")
    review.commit("R-1", "OK-1", review.sign("R-1", "A", "OK-1"))
    position = review.sign("R-1", "B", "OK-3", round=1 if is_sealed else 2)
    add = review.commit if is_sealed else review.open
    entry = add("R-1", "OK-3", position, **{"by" if is_sealed else "person": "p1"})
    refused(review, entry, "is by somebody who spoke for A on the same case")


def test_a_position_is_withheld_once_and_not_after_it_was_given(review: SmallReview) -> None:
    review.add("withheld", case="R-1", delegation="A", role="head")
    review.commit("R-1", "OK-1", review.sign("R-1", "A", "OK-1"))
    holds(review)
    again = review.add("withheld", case="R-1", delegation="A", role="head", by="q")
    refused(review, again, "withholds the position of A on R-1 a second time")


@pytest.mark.parametrize(("side", "why"), [("A", "after it committed to it"), ("B", "after another was opened")])
def test_a_position_is_not_withheld_after_the_fact(review: SmallReview, side: str, why: str) -> None:
    open_early(review, at=OPENED_AT)
    refused(review, review.add("withheld", case="R-1", delegation=side, role="head"), why)


def test_a_discussion_is_ended_by_each_once_and_anew_after_a_later_position(review: SmallReview) -> None:
    first = review.both("R-1")[0]
    review.add("done", case="R-1", side="A", role="head", round=1)
    review.open(
        "R-1", "OK-1", review.sign("R-1", "A", "OK-1", round=2, previous_sha256=review.sealed[first - 2].sha256)
    )
    review.add("done", case="R-1", side="A", role="head", round=2)
    holds(review)
    again = review.add("done", case="R-1", side="A", role="head", round=2, by="q")
    refused(review, again, "says a second time that A has no more to say on R-1")


def test_a_discussion_is_not_ended_before_anything_was_opened(review: SmallReview) -> None:
    review.commit("R-1", "OK-1", review.sign("R-1", "A", "OK-1"))
    early = review.add("done", case="R-1", side="A", role="head", round=1)
    refused(review, early, "ends a discussion on R-1 before any position was opened")


# What an outcome rests on


def later(review: SmallReview, entry: int, side: str, key: str, code: str = "R-1", **changes: Any) -> int:
    """A position in the open that follows the one of an entry."""
    previous = json.loads(review.log.file(review.names[entry]).read_bytes())["signed_sha256"].removeprefix("sha256:")
    role = changes.pop("role", "officer")
    position = review.sign(code, side, key, **{"round": 2, "previous_sha256": previous, **changes})
    return review.open(code, key, position, role=role)


def test_an_outcome_leaves_out_no_position(review: SmallReview) -> None:
    opened = review.both("R-1")
    dissent = later(review, opened[1], "B", "OK-2", answers=NO)
    refused(review, review.outcome("R-1", opened), f"leaves out the position of entry {dissent} on R-1")


def test_an_outcome_does_not_rest_on_a_position_that_was_superseded(review: SmallReview) -> None:
    opened = review.both("R-1")
    opened.append(later(review, opened[1], "B", "OK-2", answers=NO))
    refused(review, review.outcome("R-1", opened), "calls 'happened' of R-1 agreed")


def test_an_outcome_rests_on_the_newest_round_of_a_delegation(review: SmallReview) -> None:
    review.key(3, "B")
    opened = review.both("R-1")
    opened.append(later(review, opened[1], "B", "OK-3", answers=NO))
    refused(review, review.outcome("R-1", opened), "calls 'happened' of R-1 agreed")


def test_the_heads_word_stands_where_the_rule_has_it_decide(review: SmallReview) -> None:
    review.key(3, "B")
    code = put_under(review)
    opened = review.both(code)
    opened.append(later(review, opened[1], "B", "OK-3", code, role="head", round=2))
    opened.append(later(review, opened[2], "B", "OK-2", code, answers=NO, round=3))
    review.outcome(code, opened)
    holds(review)
    code = put_under(review, head_decides=False)
    opened = [*review.both(code)]
    opened.append(later(review, opened[1], "B", "OK-3", code, role="head", round=2))
    opened.append(later(review, opened[2], "B", "OK-2", code, answers=NO, round=3))
    refused(review, review.outcome(code, opened), "or not each that counts")


def test_the_older_word_of_a_head_who_is_an_officer_since_does_not_stand(review: SmallReview) -> None:
    code = put_under(review)
    opened = review.both(code)
    opened.append(later(review, opened[1], "B", "OK-2", code, role="head", answers=NO, round=2))
    opened.append(later(review, opened[2], "B", "OK-2", code, round=3))
    review.outcome(code, opened)
    holds(review)


def test_nothing_is_agreed_of_what_somebody_says_did_not_happen(review: SmallReview) -> None:
    opened = review.both("R-1")
    nowhere = {"happened": NO["happened"], "what": {"answer": "concur"}, "where_when": {"answer": "concur"}}
    opened.append(later(review, opened[1], "B", "OK-2", answers=nowhere))
    states = {"happened": "differ", "what": "agreed", "where_when": "differ"}
    refused(
        review, review.outcome("R-1", opened, state="agreed_in_part", questions=states), "calls 'what' of R-1 agreed"
    )


def test_too_few_people_of_a_delegation_agree_to_nothing(review: SmallReview) -> None:
    code = put_under(review, each="2")
    refused(review, review.outcome(code, review.both(code)), "which no two delegations said")


DIFFERENT_EXTENTS = {
    "without the question on which they differ": {"happened": "agreed", "where_when": "agreed"},
    "of nothing": {},
    "with one that was not put": {"happened": "agreed", "what": "differ", "where_when": "agreed", "who": "agreed"},
}


@pytest.mark.parametrize("name", DIFFERENT_EXTENTS)
@pytest.mark.parametrize("state", ["agreed", "agreed_in_part", "not_agreed"])
def test_an_outcome_is_of_all_that_its_case_asks_and_of_nothing_else(
    review: SmallReview, name: str, state: str
) -> None:
    opened = review.both("R-1")
    answers = {question: {"answer": "concur"} for question in QUESTIONS} | {"what": NO["what"]}
    opened.append(later(review, opened[1], "B", "OK-2", answers=answers))
    states = DIFFERENT_EXTENTS[name]
    refused(review, review.outcome("R-1", opened, state=state, questions=states), "of other questions than its case")


@pytest.mark.parametrize("state", ["agreed", "not_agreed", "closed_unreviewed", "withheld"])
def test_an_outcome_names_nobody_where_who_did_it_is_not_asked(review: SmallReview, state: str) -> None:
    states = dict.fromkeys(QUESTIONS, "agreed" if state == "agreed" else "not_answered")
    outcome = {"state": state, "questions": states, "attributed_to": "A"}
    refused(review, review.outcome("R-1", review.both("R-1"), **outcome), "names who did it, which is not agreed")


@pytest.mark.parametrize(
    ("of_a", "of_b", "outcome", "why"),
    [
        ("B", "B", {"attributed_to": "B"}, ""),
        ("", "", {}, ""),
        ("A", "B", {"state": "not_agreed", "questions": {"who": "differ"}}, ""),
        ("A", "B", {"state": "not_agreed", "questions": {"who": "differ"}, "attributed_to": "B"}, "names who did it"),
        ("B", "B", {"state": "not_agreed", "questions": {"who": "differ"}, "attributed_to": "B"}, "names who did it"),
        ("B", "B", {"attributed_to": "A"}, "calls 'who' of R-2 agreed"),
        ("B", "B", {}, "calls 'who' of R-2 agreed"),
        ("", "", {"attributed_to": "B"}, "calls 'who' of R-2 agreed"),
        ("A", "B", {"attributed_to": "B"}, "calls 'who' of R-2 agreed"),
    ],
)
def test_an_outcome_names_whom_each_delegation_that_counts_named(
    review: SmallReview, of_a: str, of_b: str, outcome: dict[str, Any], why: str
) -> None:
    code = review.case(2, questions=["who"])
    signed = {}
    for side, key, names in (("A", "OK-1", of_a), ("B", "OK-2", of_b)):
        answer = {"answer": "names", "version": names} if names else {"answer": "none"}
        signed[key] = review.sign(code, side, key, answers={"who": answer})
    entries = {key: review.commit(code, key, position) for key, position in signed.items()}
    opened = [review.open(code, key, position, entries[key]) for key, position in signed.items()]
    entry = review.outcome(code, opened, **outcome)
    if why:
        refused(review, entry, why)
    else:
        holds(review)
