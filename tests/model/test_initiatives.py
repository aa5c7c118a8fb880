"""Initiatives: how one stands by its steps, always by whose word; the same words when the sides change places; what is
refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import each
from trucewatch.messages import Message
from trucewatch.model.initiatives import (
    MOST,
    WORDS,
    Circle,
    Initiative,
    Step,
    standing_messages,
    standing_of,
    troubles_of,
)

DAY = date(2031, 5, 2)
KNOWN = datetime(2031, 5, 2, 12, tzinfo=UTC)
CIRCLE = Circle(
    ids=frozenset({"A", "B", "JC", "NI", "A-press"}),
    bound=("A", "B"),
    counts_with={"A-press": "A"},
    clauses=frozenset({"1", "1a", "1b", "2"}),
    zone=UTC,
)


def initiative(*steps: Step, **changed: Any) -> Initiative:
    fields: dict[str, Any] = {
        "code": "P-1",
        "proposed_by": ("A",),
        "to": ("B",),
        "day": DAY,
        "what": {"en": "officers meet each day"},
        "about": ("1a",),
        "source": "a letter",
        "known_at": KNOWN,
        "step": steps,
    }
    return Initiative(**fields | changed)


def step(word: Any, *by: str, after_days: int = 1, **changed: Any) -> Step:
    fields: dict[str, Any] = {
        "day": DAY + timedelta(days=after_days),
        "word": word,
        "by": by,
        "source": "an answer",
        "known_at": KNOWN + timedelta(days=after_days),
    }
    return Step(**fields | changed)


def named(ids: Collection[str]) -> str:
    return " and ".join(sorted(ids))


def said(of: Initiative, circle: Circle = CIRCLE) -> list[str]:
    return [str(sentence) for sentence in standing_messages(standing_of(of, circle), named)]


def refused(of: Initiative) -> list[tuple[tuple[str | int, ...], str]]:
    return [(trouble.path, str(trouble.what)) for trouble in troubles_of(of, CIRCLE)]


@pytest.mark.parametrize(
    ("steps", "to", "sentences", "is_open"),
    [
        ((), ("B",), ["proposed", "nothing on record from B"], True),
        ((step("accepted", "A"),), ("A", "B"), ["accepted by A", "nothing on record from B"], True),
        ((step("accepted", "A"), step("declined", "B")), ("A", "B"), ["accepted by A", "declined by B"], True),
        ((step("declined", "B"),), ("B",), ["declined by B"], False),
        ((step("declined", "B"), step("accepted", "B", after_days=2)), ("B",), ["accepted by B"], True),
        ((step("discussed", "A", "B"),), ("B",), ["discussed by A and B"], True),
        ((step("discussed", "B"), step("accepted", "B")), ("B",), ["accepted by B"], True),
        ((step("under_way", "B"),), ("B",), ["under way, as stated by B"], True),
        (
            (step("under_way", "B"), step("done", "B", after_days=2)),
            ("B", "JC"),
            ["done, as stated by B", "nothing on record from JC"],
            True,
        ),
        ((step("done", "B"),), ("B",), ["done, as stated by all to whom it was addressed: B"], False),
        (
            (step("done", "A"), step("done", "B")),
            ("JC",),
            ["done, as stated by all parties: A and B", "nothing on record from JC"],
            False,
        ),
        ((step("done", "A-press"),), ("B",), ["done, as stated by A", "nothing on record from B"], True),
        ((step("withdrawn", "A"),), ("B",), ["withdrawn by A"], False),
    ],
)
def test_how_it_stands_is_said_by_whom(
    steps: tuple[Step, ...], to: tuple[str, ...], sentences: list[str], is_open: bool
) -> None:
    by = ("JC",) if "A" in to else ("A",)
    of = initiative(*steps, to=to, proposed_by=by)
    assert said(of) == sentences
    assert standing_of(of, CIRCLE).is_open is is_open


def test_done_is_nobodys_word_alone_until_both_or_all_say_so() -> None:
    of = initiative(step("done", "A"), proposed_by=("JC",), to=("A", "B"))
    assert said(of) == ["done, as stated by A", "nothing on record from B"]
    both = replace(of, step=(*of.step, step("done", "B", after_days=3)))
    assert said(both) == ["done, as stated by all parties: A and B"]
    back = replace(both, step=(*both.step, step("under_way", "B", after_days=4)))
    assert said(back) == ["under way, as stated by B", "done, as stated by A"]


def _exchanged(ids: Collection[str]) -> tuple[str, ...]:
    other = {"A": "B", "B": "A"}
    return tuple(other.get(who, who) for who in ids)


def _opposite(of: Initiative) -> Initiative:
    steps = tuple(replace(each_step, by=_exchanged(each_step.by)) for each_step in of.step)
    return replace(of, proposed_by=_exchanged(of.proposed_by), to=_exchanged(of.to), step=steps)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("second", ["", *WORDS])
def test_the_opposite_case_gets_the_same_words(word: str, second: str) -> None:
    """Every pair of steps, with the sides exchanged: the sentences differ in the names alone, and so do refusals."""
    steps = [step(word, "A"), *([step(second, "B", after_days=2)] if second else [])]
    for proposer, to in each([("A", ("B",)), ("JC", ("A", "B")), ("A", ("JC",)), ("B", ("A",))]):
        of = initiative(*steps, proposed_by=(proposer,), to=to)
        opposite, circle = _opposite(of), replace(CIRCLE, bound=("B", "A"))
        standing, other = standing_of(of, CIRCLE), standing_of(opposite, circle)
        sentences = standing_messages(standing, named)
        assert sentences == standing_messages(other, lambda ids: named(_exchanged(ids)))
        assert standing.is_open == other.is_open
        wrong, as_wrong = (
            [(trouble.path, trouble.what.template) for trouble in troubles_of(case, CIRCLE)] for case in (of, opposite)
        )
        assert wrong == as_wrong


def test_what_was_known_by_a_moment_has_the_steps_known_by_then() -> None:
    of = initiative(step("accepted", "B", after_days=1), step("done", "B", after_days=3))
    assert said(of.known_by(KNOWN)) == ["proposed", "nothing on record from B"]
    assert said(of.known_by(KNOWN + timedelta(days=1))) == ["accepted by B"]


def test_steps_count_in_the_order_of_their_days_however_they_were_entered() -> None:
    of = initiative(step("accepted", "B", after_days=3), step("declined", "B", after_days=1))
    assert said(of) == ["accepted by B"]
    assert refused(of) == []


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"code": "P-0"}, "code", 'code "P-0" is no number'),
        ({"code": "3\n"}, "code", "is no number"),
        ({"proposed_by": ()}, "proposed_by", "proposed_by names nobody"),
        ({"proposed_by": ("Z",)}, "proposed_by", '"Z" is no party, body or delegation of this watch'),
        ({"proposed_by": ("A", "A")}, "proposed_by", "twice"),
        ({"to": ()}, "to", "to names nobody"),
        ({"to": ("A-press",)}, "to", '"A" proposes it to itself'),
        ({"what": {}}, "what", "what is empty"),
        ({"what": {"en": " \n"}}, "what", "what is empty"),
        ({"what": {"en": "ж" * (MOST["what"] + 1)}}, "what", "has 4,001 characters, at most 4,000 are kept"),
        ({"what": {"en": "a\x07"}}, "what", "cannot be shown"),
        ({"what": {"<b>": "x"}}, "what", "is no code of a language"),
        ({"about": ()}, "about", "about names nothing"),
        ({"about": ("9z",)}, "about", 'about "9z" is no clause of this agreement'),
        ({"origin": "meeting", "reference": "3"}, "reference", '"3" is no number of a meeting'),
        ({"reference": "M-3"}, "reference", "from neither a statement nor a meeting"),
        ({"source": ""}, "source", "source is empty"),
        ({"known_at": KNOWN - timedelta(days=2)}, "known_at", "known_at lies before its day, 2031-05-02"),
        ({"known_at": KNOWN.replace(tzinfo=None)}, "known_at", "no zone of time"),
        ({"day": date(1, 1, 1)}, "day", "end of the calendar"),
    ],
)
def test_what_cannot_be_proposed_is_refused_at_its_field(changed: dict[str, Any], field: str, why: str) -> None:
    ((path, what),) = refused(initiative(**changed))
    assert path[0] == field
    assert why in what


@pytest.mark.parametrize(
    ("steps", "index", "field", "why"),
    [
        ((step("accepted", "B", after_days=-1),), 0, "day", "2031-05-01 lies before the day on which it was proposed"),
        ((step("accepted"),), 0, "by", "by names nobody"),
        ((step("accepted", "Z"),), 0, "by", '"Z" is no party'),
        ((step("accepted", "B"), step("accepted", "B", after_days=2)), 1, "word", 'of "B" already, 2031-05-03'),
        ((step("done", "A"), step("done", "A-press", after_days=2)), 1, "word", 'of "A" already'),
        ((step("withdrawn", "A"), step("done", "B", after_days=2)), 1, "day", "comes after it was withdrawn"),
        ((step("withdrawn", "A"), step("withdrawn", "A")), 1, "day", "comes after it was withdrawn, 2031-05-03"),
        ((step("withdrawn", "B"),), 0, "by", '"B" did not propose it, so it cannot withdraw it'),
        ((step("accepted", "B", says={"en": "x" * 4001}),), 0, "says", "at most 4,000"),
        ((step("discussed", "B", meeting="3"),), 0, "meeting", "is no number of a meeting"),
        ((step("discussed", "B", source=" "),), 0, "source", "source is empty"),
        ((step("discussed", "B", known_at=KNOWN),), 0, "known_at", "before its day"),
    ],
)
def test_a_step_that_cannot_be_is_refused_at_its_field(
    steps: tuple[Step, ...], index: int, field: str, why: str
) -> None:
    ((path, what),) = refused(initiative(*steps))
    assert path[:3] == ("step", index, field)
    assert why in what


def test_every_trouble_says_what_to_do() -> None:
    of = initiative(step("accepted", "Z", after_days=-9), code="x", proposed_by=(), to=("Z",), what={}, about=("z",))
    troubles = list(troubles_of(of, CIRCLE))
    assert len(troubles) == 7
    assert all(isinstance(trouble.remedy, Message) and str(trouble.remedy) for trouble in troubles)
    assert "A, A-press, B, JC, NI" in " ".join(str(trouble.remedy) for trouble in troubles)


def test_a_text_as_long_as_may_be_and_a_joint_proposal_are_taken() -> None:
    assert refused(initiative(what={"en": "ж" * MOST["what"], "ru": "x"}, proposed_by=("A", "B"), to=("JC",))) == []
    assert refused(initiative(about=("work",), origin="statement", reference="Letter 7")) == []
