"""The inspector on reviews of a ledger that was lost: only what this ledger's first entry lets be is let be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ledger.small_log import START, SmallLog
from tests.ledger.small_review import QUESTIONS, SmallReview, holds, refused

BEFORE = {"first_recorded_at": "2031-05-03T00:00:00Z"}
ANSWERS = {question: {"answer": "dissent", "version": "it did not"} for question in QUESTIONS}


class ReviewAnew(SmallReview):
    """A review whose records are entered again with the first entry of a ledger, until `is_over`."""

    is_over = False

    def add(self, kind: str, **fields: Any) -> int:
        if self.is_over:
            return super().add(kind, **fields)
        self.log.clock = START
        return super().add(kind, **{**fields, **BEFORE})


@pytest.fixture
def anew(tmp_path: Path) -> ReviewAnew:
    """Keys OK-1 of A and OK-2 of B, and the case R-1, in a ledger that was begun after another was lost."""
    log = SmallLog(tmp_path / "watch", empty=True)
    first = {"act": "new", "role": "log", "holder": "h", "key": log.signer.vkey, "replaces": "", "reason": "lost"}
    log.add("trucewatch/key/1", **first, lost_checkpoint_digest="")
    review = ReviewAnew(log)
    review.key(1, "A")
    review.key(2, "B")
    review.case(1)
    return review


def opened(review: SmallReview, **of_b: Any) -> list[int]:
    """Both commit, then open; B with other answers where these are given."""
    positions = [review.sign("R-1", "A", "OK-1"), review.sign("R-1", "B", "OK-2", **of_b)]
    entries = [review.commit("R-1", f"OK-{at}", position) for at, position in enumerate(positions, 1)]
    pairs = enumerate(zip(positions, entries, strict=True), 1)
    return [review.open("R-1", f"OK-{at}", position, entry) for at, (position, entry) in pairs]


@pytest.mark.parametrize("kind", ["key", "case", "position", "outcome"])
def test_nothing_was_entered_before_where_no_ledger_was_lost(review: SmallReview, kind: str) -> None:
    acts = {
        "key": lambda: review.key_act("end", 1, "A", why="lost", **BEFORE),
        "case": lambda: review.add("case", **{**review.cases["R-1"][1], **BEFORE}),
        "position": lambda: review.open("R-1", "OK-2", review.sign("R-1", "B", "OK-2"), late=True, **BEFORE),
        "outcome": lambda: review.outcome("R-1", [], **BEFORE),
    }
    refused(review, acts[kind](), "this one was not begun anew with it")


def test_nothing_was_entered_before_that_came_later_than_the_loss(anew: ReviewAnew) -> None:
    positions = opened(anew)
    anew.is_over = True
    refused(anew, anew.outcome("R-1", positions, **BEFORE), "this one was not begun anew with it")


def test_records_of_a_ledger_that_was_lost_are_told_and_what_comes_after_is_compared(anew: ReviewAnew) -> None:
    positions = opened(anew)
    anew.is_over = True
    anew.outcome("R-1", positions)
    assert any("9 records of reviews were entered again" in remark for remark in holds(anew)["remarks"])


def test_words_that_are_entered_again_are_still_checked(anew: ReviewAnew) -> None:
    position = anew.sign("R-1", "A", "OK-1")
    refused(anew, anew.open("R-1", "OK-1", position, 4, names="B"), "states other answers")


@pytest.mark.parametrize("is_over", [True, False])
def test_an_outcome_agrees_with_the_positions_that_were_entered_again(anew: ReviewAnew, is_over: bool) -> None:
    positions = opened(anew, answers=ANSWERS)
    anew.is_over = is_over
    refused(anew, anew.outcome("R-1", positions), "agreed, which no two delegations said")


def test_nothing_was_agreed_without_a_position_before_either(anew: ReviewAnew) -> None:
    refused(anew, anew.outcome("R-1", []), "agreed, which no two delegations said")


def test_no_position_that_was_entered_again_is_left_out(anew: ReviewAnew) -> None:
    refused(anew, anew.outcome("R-1", opened(anew)[:1]), "leaves out a position on it")


def test_an_outcome_whose_positions_were_erased_before_is_told(anew: ReviewAnew) -> None:
    anew.outcome("R-1", [7, 8])
    assert any("1 outcomes without all positions" in remark for remark in holds(anew)["remarks"])


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ({"questions": {"happened": "agreed"}}, "of other questions than its case asks"),
        ({"attributed_to": "A"}, "names who did it, which is not agreed"),
    ],
)
def test_an_outcome_whose_positions_were_erased_before_is_of_what_its_case_asks(
    anew: ReviewAnew, outcome: dict[str, Any], why: str
) -> None:
    refused(anew, anew.outcome("R-1", [7, 8], **outcome), why)


def test_a_key_that_had_ended_before_signs_nothing_after(anew: ReviewAnew) -> None:
    anew.key_act("end", 1, "A", why="lost")
    anew.is_over = True
    refused(anew, anew.commit("R-1", "OK-1", anew.sign("R-1", "A", "OK-1")), "had ended")
