"""The inspector on whose key it is: its own person's, of one delegation, until that leaves the review."""

from __future__ import annotations

import pytest

from tests.ledger.small_review import SmallReview, holds, refused


def leaving(review: SmallReview, delegation: str = "B", *, act: str = "leave") -> int:
    number = len(review.log.entries)
    fields = {"delegation": delegation, "reason": "w-x", "known_at": "2031-05-04T00:00:00Z", "by": "p"}
    review.names[number] = review.log.add("trucewatch/delegation-left/1", act=act, **fields)
    return number


def test_a_key_is_asked_for_by_whose_it_is(review: SmallReview) -> None:
    review.key(3, "A", entered=False)
    review.keys["OK-4"] = review.keys["OK-3"]
    refused(review, review.key_act("ask", 4, "A", by="p9"), "in the name of somebody else")


def test_a_key_never_becomes_another_persons(review: SmallReview) -> None:
    review.key(3, "A", entered=False)
    refused(review, review.key_act("enter", 3, "A", person="p9"), "names another key as OK-3")


def test_one_pair_is_entered_once_whoever_asks_for_it(review: SmallReview) -> None:
    review.key(3, "B", seed=1, entered=False)
    refused(review, review.key_act("enter", 3, "B"), "enters as OK-3 the key that was entered as OK-1")


def test_a_pair_that_was_asked_for_by_others_is_entered_by_its_own(review: SmallReview) -> None:
    review.key(3, "A", seed=4, entered=False)
    review.key(4, "B", seed=4)
    holds(review)


def test_nobody_commits_by_the_key_of_somebody_else(review: SmallReview) -> None:
    entry = review.commit("R-1", "OK-2", review.sign("R-1", "B", "OK-2"), by="p9")
    refused(review, entry, "is by OK-2, which somebody else asked for")


def test_nobody_gives_a_position_by_the_key_of_somebody_else(review: SmallReview) -> None:
    entry = review.open("R-1", "OK-2", review.sign("R-1", "B", "OK-2"), late=True, person="p9")
    refused(review, entry, "is by OK-2, which somebody else asked for")


def test_who_works_for_the_other_delegation_now_signs_for_it_by_a_key_of_their_own(review: SmallReview) -> None:
    review.outcome("R-1", review.both("R-1"))
    review.key(3, "B", person="p1")
    code = review.case(2)
    review.commit(code, "OK-3", review.sign(code, "B", "OK-3"), by="p1")
    holds(review)


@pytest.mark.parametrize("kind", ["withheld", "done"])
def test_who_spoke_for_one_says_nothing_for_the_other(review: SmallReview, kind: str) -> None:
    if kind == "withheld":
        review.commit("R-1", "OK-1", review.sign("R-1", "A", "OK-1"))
    else:
        review.both("R-1")
    fields = {"delegation": "B"} if kind == "withheld" else {"side": "B", "round": 1}
    refused(review, review.add(kind, case="R-1", role="officer", by="p1", **fields), "spoke for A on the same case")


# After a delegation left


def test_nothing_is_committed_to_after_a_delegation_left(review: SmallReview) -> None:
    left = leaving(review)
    refused(review, review.commit("R-1", "OK-2", review.sign("R-1", "B", "OK-2")), f"which entry {left} closed")


@pytest.mark.parametrize("is_back", [True, False])
def test_nothing_that_was_sealed_is_opened_after_a_delegation_left(review: SmallReview, is_back: bool) -> None:
    position = review.sign("R-1", "B", "OK-2")
    entry = review.commit("R-1", "OK-2", position)
    leaving(review)
    if is_back:
        leaving(review, act="return")
    refused(review, review.open("R-1", "OK-2", position, entry), "it left by that")


def test_what_was_open_when_a_delegation_left_is_not_agreed(review: SmallReview) -> None:
    positions = review.both("R-1")
    leaving(review)
    refused(review, review.outcome("R-1", positions), "what was open when 'B' left the review")


def test_what_was_open_when_a_delegation_left_is_closed_unreviewed(review: SmallReview) -> None:
    positions = review.both("R-1")
    leaving(review)
    review.key_act("end", 2, "B", why="departure")
    unreviewed = dict.fromkeys(review.cases["R-1"][1]["questions"], "not_answered")
    review.outcome("R-1", positions, state="closed_unreviewed", questions=unreviewed)
    holds(review)


def test_a_key_ends_when_its_delegation_leaves_and_another_is_entered_when_it_is_back(review: SmallReview) -> None:
    leaving(review)
    leaving(review, act="return")
    code = review.case(2)
    review.key(3, "B")
    review.commit(code, "OK-3", review.sign(code, "B", "OK-3"))
    holds(review)
    review.key(4, "A")
    code = review.case(3)
    entry = review.commit(code, "OK-2", review.sign(code, "B", "OK-2"))
    refused(review, entry, "which ended when that left")


@pytest.mark.parametrize("act", ["ask", "enter"])
def test_no_key_of_a_delegation_that_left_is_entered(review: SmallReview, act: str) -> None:
    review.key(3, "B", entered=False)
    review.keys["OK-4"] = review.keys["OK-3"]
    leaving(review)
    entry = review.key_act(act, 4 if act == "ask" else 3, "B")
    refused(review, entry, "'B', which had left the review")


def test_nothing_is_put_to_a_delegation_that_left(review: SmallReview) -> None:
    leaving(review)
    name = review.case(2)
    entry = next(number for number, record in review.names.items() if record == review.cases[name][0])
    refused(review, entry, "puts R-2 to 'B', which had left")


@pytest.mark.parametrize("acts", [("return",), ("leave", "leave"), ("leave", "return", "return")])
def test_a_delegation_leaves_and_comes_back_in_turn(review: SmallReview, acts: tuple[str, ...]) -> None:
    entries = [leaving(review, act=act) for act in acts]
    refused(review, entries[-1], f"has the unfit act '{acts[-1]}' of 'B'")
