"""Sentences as spokespersons, ministers and officers say them, each with the kinds that it carries.

`english_sentences.txt`: one a line, the kinds before the stroke, "-" for none.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.annotation.assertion_texts import offers
from trucewatch.model.annotations import ASSERTS

_LINES = (Path(__file__).parent / "english_sentences.txt").read_text(encoding="utf-8").splitlines()
SENTENCES = [
    (frozenset(kinds.split(",")) - {"-"}, sentence) for kinds, sentence in (line.split(" | ", 1) for line in _LINES)
]
PLAIN = [
    sentence
    for _, sentence in SENTENCES
    if sentence[0].isalpha() and not sentence.endswith("?") and not sentence.startswith("No, ")
]
TOLD = st.sampled_from(PLAIN)


def within(sentence: str) -> str:
    """A sentence as it stands after "that"."""
    is_name = sentence.startswith(("I ", "I'", "Article", "Clause", "Paragraph", "Ambermill", "Stonegate"))
    return sentence if is_name else sentence[0].lower() + sentence[1:]


def test_the_file_holds_every_kind_and_sentences_that_carry_none() -> None:
    count = Counter(kind for kinds, _ in SENTENCES for kind in kinds or {"none"})
    assert set(count) == {*ASSERTS, "none"}
    assert min(count.values()) >= 30


@pytest.mark.parametrize("kind", sorted(ASSERTS))
def test_what_is_offered_is_mostly_right_and_mostly_whole(kind: str) -> None:
    right = too_much = missed = 0
    for kinds, sentence in SENTENCES:
        is_offered = kind in {offer.kind for offer in offers(sentence, "en")}
        right += is_offered and kind in kinds
        too_much += is_offered and kind not in kinds
        missed += not is_offered and kind in kinds
    assert right
    assert right / (right + too_much) >= 0.9
    assert right / (right + missed) >= 0.85


def test_of_sentences_that_carry_nothing_hardly_any_is_offered() -> None:
    idle = [sentence for kinds, sentence in SENTENCES if not kinds]
    offered = [sentence for sentence in idle if offers(sentence, "en")]
    assert len(idle) >= 90
    assert len(offered) <= len(idle) // 30, offered


@settings(max_examples=80)
@given(TOLD)
def test_what_an_asker_or_a_moderator_says_is_nobodys(sentence: str) -> None:
    assert offers(sentence, "en", part="question") == []
    assert offers(sentence, "en", speaker="s2") == []


@settings(max_examples=120)
@given(
    TOLD,
    st.sampled_from(
        [
            "You say that",
            "You have just claimed that",
            "They will tell you that",
            "Somebody might say that",
            "It is alleged that",
            "Nobody believes that",
            "Some people on the other bank think that",
            "Suppose that",
            "We hope that",
            "Rumour has it that",
            "I hear that",
            "There are allegations that",
            "They have spread the rumour that",
            "I cannot comment on the report that",
        ]
    ),
)
@example("the Joint Commission says that both sides have withdrawn their mortars.", "Suppose that")
@example(
    "The Joint Commission has confirmed that all our batteries are in storage.", "They have spread the rumour that"
)
def test_what_is_only_passed_on_is_nobodys(sentence: str, frame: str) -> None:
    offered = offers(f"{frame} {within(sentence)}", "en")
    first = [offer for offer in offered if offer.span.start <= len(frame) + 1]
    # Of a rumour the sentence itself may say that it is untrue.
    may_deny = frame.split()[-2] in ("allegations", "rumour", "report")
    assert [(offer.kind, offer.words) for offer in first if not (may_deny and offer.kind == "denial")] == []


@settings(max_examples=120)
@given(TOLD, st.sampled_from(["The Lower Valley said", "Minister Low told us", "The Joint Commission has reported"]))
def test_what_is_reported_keeps_its_speaker(sentence: str, frame: str) -> None:
    offered = offers(f"{frame} that {within(sentence)}", "en")
    first = [offer for offer in offered if offer.span.start <= len(frame) + 6]
    assert all(offer.attributed_to for offer in first), [(offer.kind, offer.words) for offer in first]


@settings(max_examples=80)
@given(TOLD)
def test_what_is_asked_back_is_not_asserted(sentence: str) -> None:
    assert offers(sentence.rstrip(".") + "?", "en") == []
