"""What one side alone states of a clause never becomes a state that serves it, whichever side it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import pytest

from tests.builders import frame_of, incidents, template_files
from trucewatch.findings.applicability import Case, Columns
from trucewatch.findings.clause_states import states_at
from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.locale import words
from trucewatch.locale.reasons import rule_sentence
from trucewatch.model.clause_state import ClauseState
from trucewatch.model.watch import Watch
from trucewatch.watch import read_watch

BEFORE, AFTER = datetime(2031, 5, 8, tzinfo=UTC), datetime(2031, 6, 1, tzinfo=UTC)
DEADLINE: Final = 'deadline = { day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1" }'
INSTRUMENT = """
[[instrument]]
id = "later"
kind = "KIND"
names = { en = "A later paper" }
signed = 2031-05-20
source = "a gazette"
by = [BY]
relation = "ends"
to = "agreement"
relation_words = "it no longer binds"
"""


def watch_of(beside: str = "", further: str = "", *, owes: str = "A") -> Watch:
    """The template with more of part 2, which is due on 10 May; of which the other side is the one that owes it."""
    text = template_files()["agreement.toml"].decode()
    assert text.count(DEADLINE) == 1
    text = text.replace(DEADLINE, f"{DEADLINE}\n  {beside}") + further
    head, tail = text.split('id = "2"\n', 1)
    text = f'{head}id = "2"\n' + tail.replace('obliged = ["A"]', f'obliged = ["{owes}"]', 1)
    watch, faults = read_watch(template_files() | {"agreement.toml": text.encode()})
    assert watch is not None, [fault.sentence() for fault in faults]
    return watch


def standing(watch: Watch, at: datetime, part: str = "2") -> ClauseState:
    def case_of(_: str, under: Watch) -> Case:
        return Case(watch=under, frame=frame_of(under), columns=Columns(incidents()), counters=(), as_of=at)

    return next(state for state in states_at(watch, at, case_of, {}) if state.stipulation == part)


def rules(watch: Watch, state: ClauseState) -> str:
    return " ".join(rule_sentence(line, RULE_SENTENCES, watch, words("en")) for line in state.rule)


def claim(by: str, state: str, known: str, since: str = "") -> str:
    days = f", since = {since}" if since else ""
    return (
        f'claim = [{{ by = "{by}", state = "{state}", says = {{ en = "so it is" }}, known_at = {known}{days}, '
        'source = "a speech" }]'
    )


def extension(by: str, known: str) -> str:
    named = f", by = [{by}]" if by else ""
    return f'extension = [{{ day = 2031-05-25, form = "oral", known_at = {known}, source = "a briefing"{named} }}]'


@pytest.mark.parametrize(("owes", "owed"), [("A", "B"), ("B", "A")])
def test_that_it_is_not_met_yet_says_nothing_of_the_day(owes: str, owed: str) -> None:
    early = watch_of(claim(owes, "not_met", "2031-05-02T00:00:00Z"), owes=owes)
    assert standing(early, BEFORE).state == "due_soon", "who owes it says that it is not done; it is not due"
    assert standing(early, AFTER).state == "not_shown", "what was said before the day says nothing of the day"
    late = watch_of(claim(owes, "not_met", "2031-05-12T00:00:00Z"), owes=owes)
    assert standing(late, AFTER).state == "not_met"
    assert standing(watch_of(claim(owed, "not_met", "2031-05-12T00:00:00Z"), owes=owes), AFTER).state == "not_shown"


@pytest.mark.parametrize(("owes", "owed"), [("A", "B"), ("B", "A")])
def test_that_it_was_met_on_a_later_day_is_met_late(owes: str, owed: str) -> None:
    def stated(by: str, since: str) -> str:
        return standing(watch_of(claim(by, "met", "2031-05-30T00:00:00Z", since), owes=owes), AFTER).state

    assert stated(owed, "2031-05-09") == "met"
    assert stated(owed, "2031-05-10") == "met"
    assert stated(owed, "2031-05-11") == "met_late"
    assert stated(owed, "") == "met"
    assert stated(owes, "2031-05-09") == "not_shown"


@pytest.mark.parametrize(("owes", "owed"), [("A", "B"), ("B", "A")])
def test_who_it_is_owed_to_makes_nobody_late_by_a_day_named_afterwards(owes: str, owed: str) -> None:
    def put_off(by: str) -> ClauseState:
        return standing(watch_of(extension(by, "2031-05-12T00:00:00Z"), owes=owes), AFTER)

    assert put_off(f'"{owed}"').state == "not_shown"
    assert put_off(f'"{owed}", "{owes}"').state == "not_met"
    assert put_off("").state == "not_met", "agreed, and nobody says by whom"


@pytest.mark.parametrize(("owes", "owed"), [("A", "B"), ("B", "A")])
def test_who_owes_it_puts_off_no_day_alone(owes: str, owed: str) -> None:
    def put_off(by: str) -> tuple[Watch, ClauseState]:
        watch = watch_of(extension(by, "2031-05-05T00:00:00Z"), owes=owes)
        return watch, standing(watch, datetime(2031, 5, 12, tzinfo=UTC))

    watch, alone = put_off(f'"{owes}"')
    assert alone.state == "not_shown"
    assert "alone; so far that changes nothing" in rules(watch, alone)
    for by in (f'"{owed}"', f'"{owed}", "{owes}"', ""):
        assert put_off(by)[1].state == "extended", by


@pytest.mark.parametrize(
    ("by", "kind", "state"),
    [
        ('"A"', "decision", "not_shown"),
        ('"B"', "decision", "not_shown"),
        ('"A"', "agreement", "not_shown"),
        ('"two ministries", "B"', "agreement", "not_shown"),
        ('"A", "B"', "agreement", "no_longer_in_force"),
        ("", "agreement", "no_longer_in_force"),
        ('"the court"', "order", "no_longer_in_force"),
    ],
)
def test_no_side_ends_alone_what_it_agreed_on_with_others(by: str, kind: str, state: str) -> None:
    watch = watch_of(further=INSTRUMENT.replace("BY", by).replace("KIND", kind))
    stands = standing(watch, AFTER)
    assert stands.state == state
    assert ("it does not end by that" in rules(watch, stands)) is (state == "not_shown")


@pytest.mark.parametrize("party", ["A", "B"])
def test_no_side_suspends_alone_and_its_word_is_told(party: str) -> None:
    pause = f'suspension = [{{ from = 2031-05-02T00:00:00Z, by = "{party}", known_at = 2031-05-02T00:00:00Z, '
    watch = watch_of(pause + 'source = "a decree" }]')
    state = standing(watch, AFTER)
    assert state.state == "not_shown"
    assert "alone says that it does not bind from" in rules(watch, state)


SIDED = [
    claim("A", "not_met", "2031-05-12T00:00:00Z"),
    claim("B", "met", "2031-05-12T00:00:00Z", "2031-05-11"),
    claim("B", "met_in_part", "2031-05-12T00:00:00Z"),
    extension('"A"', "2031-05-05T00:00:00Z"),
    extension('"B"', "2031-05-12T00:00:00Z"),
]


@pytest.mark.parametrize("row", SIDED)
def test_the_same_row_with_the_sides_changed_over_gets_the_same_words(row: str) -> None:
    def changed(text: str, pattern: str) -> str:
        return re.sub(pattern, lambda name: {"A": "B", "B": "A"}[name[0]], text)

    first = watch_of(row)
    second = watch_of(changed(row, r'(?<=")[AB](?=")'), owes="B")
    one, other = standing(first, AFTER), standing(second, AFTER)
    assert one.state == other.state
    ordinal = {"First party": "Second party", "Second party": "First party"}
    told = re.sub("First party|Second party", lambda name: ordinal[name[0]], rules(first, one))
    assert told == rules(second, other)
