"""How a part of a clause stands: each state by the facts that give it, and what nobody's word alone gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import frame_of, incidents, template_files
from trucewatch.desks.provisions.state_sentences import reasons_of
from trucewatch.findings.applicability import Case
from trucewatch.findings.clause_states import states_at
from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.locale import words
from trucewatch.locale.reasons import rule_sentence
from trucewatch.model.clause_state import ClauseState
from trucewatch.model.incident import Counter
from trucewatch.model.times import read_time
from trucewatch.model.watch import Watch
from trucewatch.watch import read_watch

OF_2 = 'deadline = { day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1" }'
KNOWN = 'known_at = 2031-05-08T00:00:00Z, source = "a letter"'
POST = """
[[provision]]
number = "4"
instrument = "agreement"
summary = { en = "A post stays at the pass." }

  [[provision.stipulation]]
  id = "4"
  kind = "kept_up"
  what = "presence"
  summary = { en = "A post stays at the pass." }
  obliged = ["A"]
  zone = "pass"
  in_force = { from = 2031-05-01T00:00:00Z }
"""
LATER = """
[[instrument]]
id = "later"
kind = "{kind}"
names = {{ en = "A later paper" }}
signed = 2031-05-12
source = "who published it"
"""
LATER_TEXT = """
[[text]]
id = "en-2"
language = "en"
instrument = "later"
authoritative = true
known_at = 2031-05-12T00:00:00Z
source = "who published it"
"""


def watch_of(
    *, of_2: str = "", of_4: str = "", instrument: str = "", kind: str = "decision", instead: tuple[str, str] = ("", "")
) -> Watch:
    """The template's watch with more about its part 2 (a handover by 10 May that A owes B) and a part 4."""
    text = template_files()["agreement.toml"].decode()
    text = text.replace(OF_2, f"{OF_2}\n  {of_2}", 1)
    assert instead[0] in text
    text = text.replace(*instead, 1)
    if instrument:
        text = text.replace("[[party]]", f"{LATER.format(kind=kind)}{instrument}\n\n[[party]]", 1) + LATER_TEXT
    watch, faults = read_watch(template_files() | {"agreement.toml": (text + POST + of_4).encode()})
    assert watch is not None, [fault.sentence() for fault in faults]
    return watch


def record(kind: str, text: str, **more: Any) -> dict[str, Any]:
    start = read_time(text)
    where = {"zones": ["theatre", "pass"], "means": ["patrol"], "occurred_start": start, "occurred_end": start}
    return {"kind": kind, **where, **more}


def states(watch: Watch, at: str, *rows: dict[str, Any], numbers: tuple[Counter, ...] = ()) -> dict[str, ClauseState]:
    moment = read_time(at)

    def case_of(_: str, looked: Watch) -> Case:
        known = [row for row in rows if row["occurred_end"] <= moment]
        columns = incidents(*known).to_pydict()
        return Case(watch=looked, frame=frame_of(looked), columns=columns, counters=numbers, as_of=moment)

    return {state.stipulation: state for state in states_at(watch, moment, case_of, {})}


def state(watch: Watch, at: str, part: str, *rows: dict[str, Any]) -> str:
    return states(watch, at, *rows)[part].state


def lines_of(stands: ClauseState, watch: Watch) -> list[str]:
    return [rule_sentence(line, RULE_SENTENCES, watch, words("en")) for line in stands.rule]


def patrols(value: float, by: str) -> Counter:
    moment = read_time("2031-05-09T12:00Z")
    return Counter(
        counter_id="c-1",
        source="b",
        name="patrols",
        span="level",
        zone="pass",
        period_start=moment,
        period_end=moment,
        value=value,
        qualifier="exactly",
        unit="",
        claimed_by=by,
        simulated=False,
        known_at=moment,
        received_at=None,
        evidence_sha256="e" * 64,
        evidence_row=2,
        text="",
    )


def claim(by: str, word: str, since: str = "") -> str:
    day = f", since = {since}" if since else ""
    known = 'known_at = 2031-05-12T00:00:00Z, source = "a letter"'  # after the due day: before it nothing fell short
    return f'{{ by = "{by}", state = "{word}", says = {{ en = "so" }}{day}, {known} }}'


def reading(by: str, about: str, reads: str) -> str:
    return (
        f'\n  [[provision.reading]]\n  by = "{by}"\n  about = "{about}"\n  says = {{ en = "as {by} reads it" }}\n'
        f'  reads = {{ {reads} }}\n  known_at = 2031-05-08T00:00:00Z\n  source = "a speech"\n'
    )


# What was done


@pytest.mark.parametrize(
    ("done", "stands"),
    [("2031-05-09T12:00Z", "met"), ("2031-05-10T23:59Z", "met"), ("2031-05-11T00:00Z", "met_late")],
)
def test_a_record_in_time_or_late_gives_the_state_and_its_day(done: str, stands: str) -> None:
    met = states(watch_of(), "2031-05-20T00:00Z", record("handover", done))["2"]
    assert met.state == stands
    assert read_time(met.met_at) == read_time(done)
    assert met.evidence


def test_what_is_past_due_and_on_no_record_is_not_shown_and_nothing_more() -> None:
    assert state(watch_of(), "2031-05-10T23:59Z", "2") == "due_soon"
    assert state(watch_of(), "2031-05-11T00:00Z", "2") == "not_shown"
    assert state(watch_of(), "2031-05-02T00:00Z", "2") == "not_yet_due"
    assert state(watch_of(), "2031-05-01T00:00Z", "1a") == "no_deadline"


@pytest.mark.parametrize(
    ("claims", "stands"),
    [
        ([("B", "met")], "met"),  # it burdens B, to whom it was owed
        ([("A", "met")], "not_shown"),  # A alone, whom it serves
        ([("A", "not_met")], "not_met"),  # it burdens A, who owed it
        ([("B", "not_met")], "not_shown"),  # B alone, whom it serves
        ([("A", "met"), ("B", "met")], "met"),
        ([("A", "met"), ("B", "not_met")], "disputed"),
        ([("B", "met_in_part")], "met_in_part"),
        ([("A", "met_in_part")], "not_shown"),
    ],
)
def test_a_word_counts_by_whom_it_burdens(claims: list[tuple[str, str]], stands: str) -> None:
    watch = watch_of(of_2=f"claim = [{', '.join(claim(by, word) for by, word in claims)}]")
    stated = states(watch, "2031-05-20T00:00Z")["2"]
    assert stated.state == stands
    assert len(stated.claims) == len(claims), "each claim is kept, whatever it gives"


@pytest.mark.parametrize(("by", "stands"), [("B", "met_in_part"), ("A", "not_shown")])
def test_a_part_that_was_done_stands_by_whom_it_burdens_and_is_told_with_its_speaker(by: str, stands: str) -> None:
    part = f'part = [{{ says = {{ en = "three of five posts" }}, day = 2031-05-07, by = "{by}", {KNOWN} }}]'
    watch = watch_of(of_2=part)
    in_part = states(watch, "2031-05-20T00:00Z")["2"]
    assert in_part.state == stands
    who = "First party" if by == "A" else "Second party"
    sentence = f"{who} states: done in part, 7 May 2031. three of five posts Source: a letter"
    assert sentence in reasons_of(in_part, watch, words("en"))
    (told,) = in_part.document(lambda line: line.code)["parts"]
    assert (told["by"], told["day"], told["source"]) == (by, "2031-05-07", "a letter")
    assert states(watch, "2031-05-07T23:00Z")["2"].parts == (), "nobody had said so yet"


def test_what_was_done_in_full_is_not_in_part() -> None:
    part = f'part = [{{ says = {{ en = "three of five posts" }}, day = 2031-05-07, by = "B", {KNOWN} }}]'
    assert state(watch_of(of_2=part), "2031-05-20T00:00Z", "2", record("handover", "2031-05-09T12:00Z")) == "met"


# Extensions


@pytest.mark.parametrize(
    ("known", "at", "stands"),
    [
        ("2031-05-09T00:00:00Z", "2031-05-09T12:00Z", "extended"),
        ("2031-05-11T00:00:00Z", "2031-05-12T00:00Z", "extended"),  # on the due moment
        ("2031-05-11T00:00:01Z", "2031-05-12T00:00Z", "not_met"),  # extended afterwards
        ("2031-05-09T00:00:00Z", "2031-05-21T00:00Z", "not_shown"),  # the extension is past too
    ],
)
@pytest.mark.parametrize("form", ["oral", "written"])
def test_an_extension_before_on_and_after_the_due_moment(form: str, known: str, at: str, stands: str) -> None:
    watch = watch_of(of_2=f'extension = [{{ day = 2031-05-20, form = "{form}", known_at = {known}, source = "said" }}]')
    extended = states(watch, at)["2"]
    assert extended.state == stands
    form = {"oral": "oral", "written": "in writing"}[form]
    assert any(f"({form})" in line for line in lines_of(extended, watch))
    if stands == "not_met":
        assert any("Extended afterwards" in line for line in lines_of(extended, watch))


# What does not bind


def test_an_order_suspends_a_part_between_two_instants_of_one_day() -> None:
    pause = (
        'suspension = [{ from = 2031-05-09T08:00:00Z, until = 2031-05-09T09:00:00Z, instrument = "agreement", '
        'known_at = 2031-05-08T00:00:00Z, source = "an order" }]'
    )
    watch = watch_of(of_2=pause)
    assert state(watch, "2031-05-09T07:59Z", "2") == "due_soon"
    suspended = states(watch, "2031-05-09T08:00Z")["2"]
    assert suspended.state == "suspended"
    assert any(line.startswith("Suspended from 9 May 2031") for line in lines_of(suspended, watch))
    assert state(watch, "2031-05-09T09:00Z", "2") == "due_soon"


@pytest.mark.parametrize(
    ("relation", "stands"),
    [
        ("ends", "no_longer_in_force"),
        ("replaces", "no_longer_in_force"),
        ("amends", "not_shown"),
        ("supplements", "not_shown"),
    ],
)
def test_a_later_instrument_acts_by_its_own_words_on_the_parts_that_it_names(relation: str, stands: str) -> None:
    watch = watch_of(
        instrument=f'relation = "{relation}"\nto = "agreement"\nrelation_words = "its article 1"\nstipulations = ["2"]'
    )
    assert state(watch, "2031-05-12T12:00Z", "2") == "not_shown", "its day is not over"
    later = states(watch, "2031-05-13T00:00Z")
    assert later["2"].state == stands
    assert any("its article 1" in line for line in lines_of(later["2"], watch))
    assert later["1a"].state == "no_deadline"
    assert not any("its article 1" in line for line in lines_of(later["1a"], watch))


@pytest.mark.parametrize("kind", ["agreement", "order", "resolution", "decision"])
def test_an_instrument_of_any_kind_acts_by_its_own_words(kind: str) -> None:
    words_of_it = 'relation = "ends"\nto = "agreement"\nrelation_words = "its article 1"'
    watch = watch_of(instrument=words_of_it, kind=kind)
    assert watch.agreement.instrument[-1].kind == kind
    assert state(watch, "2031-05-13T00:00Z", "2") == "no_longer_in_force"
    silent = watch_of(instrument='by = ["a council"]', kind=kind)
    assert state(silent, "2031-05-13T00:00Z", "2") == "not_shown", "without words it does nothing"


@pytest.mark.parametrize(
    ("readers", "stands"),
    [(["A"], "reading_disputed"), (["B"], "reading_disputed"), (["A", "B"], "no_longer_in_force")],
)
def test_as_somebody_reads_it_an_instrument_ends_a_part_for_him_alone(readers: list[str], stands: str) -> None:
    read = "".join(
        f'\n[[instrument.read_as]]\nby = "{by}"\nrelation = "ends"\nto = "agreement"\nstipulations = ["2"]\n'
        f'says = {{ en = "it is over" }}\nknown_at = 2031-05-14T00:00:00Z\nsource = "a speech"\n'
        for by in readers
    )
    watch = watch_of(instrument=read)
    assert state(watch, "2031-05-13T12:00Z", "2") == "not_shown"
    ended = states(watch, "2031-05-15T00:00Z")["2"]
    assert ended.state == stands
    answers = {answer.by: answer.state for answer in ended.readings}
    assert answers == {by: "no_longer_in_force" if by in readers else "not_shown" for by in ("A", "B")}


# Readings


def test_where_the_answer_turns_on_a_reading_no_outcome_stands_but_with_each_reading() -> None:
    text = template_files()["agreement.toml"].decode()
    later = reading("B", "2", 'day = 2031-05-08, bound = "by"')
    text = text.replace('[[provision]]\nnumber = "3"', later + '\n[[provision]]\nnumber = "3"', 1)
    found, faults = read_watch(template_files() | {"agreement.toml": text.encode()})
    assert found is not None, [fault.sentence() for fault in faults]
    watch = found
    read = states(watch, "2031-05-20T00:00Z", record("handover", "2031-05-09T12:00Z"))["2"]
    assert read.state == "reading_disputed"
    assert {answer.by: answer.state for answer in read.readings} == {"A": "met", "B": "met_late"}
    document = read.document(lambda line: line.code)
    assert (document["met_at"], document["reason"]) == (None, None)
    sentences = " ".join(reasons_of(read, watch, words("en")))
    assert "as First party reads it: met; as Second party reads it: met late" in sentences
    assert "in time" not in sentences
    assert read.evidence, "what is on record of it stands all the same"


def test_readings_that_give_one_answer_hold_nothing_back() -> None:
    text = template_files()["agreement.toml"].decode()
    later = reading("B", "2", 'day = 2031-05-12, bound = "by"')
    text = text.replace('[[provision]]\nnumber = "3"', later + '\n[[provision]]\nnumber = "3"', 1)
    watch, faults = read_watch(template_files() | {"agreement.toml": text.encode()})
    assert watch is not None, [fault.sentence() for fault in faults]
    read = states(watch, "2031-05-20T00:00Z", record("handover", "2031-05-09T12:00Z"))["2"]
    assert read.state == "met"
    assert read.met_at.startswith("2031-05-09")


def test_facts_in_dispute_give_no_day_of_being_met() -> None:
    watch = watch_of(of_2=f"claim = [{claim('A', 'met')}, {claim('B', 'not_met')}]")
    disputed = states(watch, "2031-05-20T00:00Z", record("handover", "2031-05-09T12:00Z"))["2"]
    assert disputed.state == "disputed"
    assert disputed.met_at == ""


def test_what_rests_on_words_alone_is_disputed_by_the_other_bound_party() -> None:
    told = record("handover", "2031-05-09T12:00Z", claims_only=True, claimed_by=["B"])
    assert state(watch_of(), "2031-05-20T00:00Z", "2", told) == "met", "it burdens B, who says so"
    watch = watch_of(of_2=f"claim = [{claim('A', 'not_met')}]")
    assert state(watch, "2031-05-20T00:00Z", "2", told) == "disputed"


# What has to go on


def test_it_is_kept_up_from_to_and_not_since() -> None:
    watch = watch_of(of_4='  kinds = ["access_denied"]\n')
    seen = [record("presence", "2031-05-03T12:00Z"), record("presence", "2031-05-05T12:00Z")]
    assert state(watch, "2031-05-02T00:00Z", "4", *seen) == "no_deadline"
    kept = states(watch, "2031-05-06T00:00Z", *seen)["4"]
    assert kept.state == "kept_up"
    assert [(span.word, span.first, span.last) for span in kept.spans] == [
        ("kept", "2031-05-03T12:00:00Z", "2031-05-05T12:00:00Z")
    ]


@pytest.mark.parametrize(("by", "stands"), [("A", "lapsed"), ("B", "kept_up")])
def test_a_gap_stands_with_its_reason_by_whom_it_burdens_and_is_told_whoever_states_it(by: str, stands: str) -> None:
    gap = f'  gap = [{{ from = 2031-05-06, until = 2031-05-07, by = "{by}", says = {{ en = "snow" }}, {KNOWN} }}]\n'
    watch = watch_of(of_4=gap)
    kept = states(watch, "2031-05-09T00:00Z", record("presence", "2031-05-03T12:00Z"))["4"]
    assert kept.state == stands
    who = "First party" if by == "A" else "Second party"
    sentence = f"{who} states: not kept up from 6 May 2031 to 7 May 2031. snow Source: a letter"
    assert sentence in reasons_of(kept, watch, words("en"))
    reasons = [(span.by, dict(span.reason)) for span in kept.spans if span.word == "not_kept"]
    assert reasons == ([("A", {"en": "snow"})] if by == "A" else [])
    back = states(watch, "2031-05-09T13:00Z", *[record("presence", f"2031-05-0{day}T12:00Z") for day in (3, 9)])["4"]
    assert back.state == "kept_up"


def test_where_a_reading_counts_records_otherwise_no_span_stands_for_both() -> None:
    rows = [record("presence", "2031-05-03T12:00Z"), record("access_denied", "2031-05-05T12:00Z")]
    kinds = '  kinds = ["explosion"]\n'
    plain = states(watch_of(of_4=kinds), "2031-05-09T00:00Z", *rows)["4"]
    assert (plain.state, [span.word for span in plain.spans]) == ("kept_up", ["kept"])
    read = states(watch_of(of_4=kinds + reading("B", "4", 'kinds = ["access_denied"]')), "2031-05-09T00:00Z", *rows)[
        "4"
    ]
    assert read.state == "reading_disputed"
    assert {answer.by: answer.state for answer in read.readings} == {"A": "kept_up", "B": "lapsed"}
    assert read.spans == ()


# Numbers and what people decide


@pytest.mark.parametrize(
    ("value", "by", "stands"),
    [
        (12, "B", "met"),
        (9, "B", "not_shown"),
        (12, "A", "not_shown"),
        (9, "A", "not_met"),
        (9, "observers", "not_shown"),
    ],
)
def test_a_number_counts_by_whom_it_burdens(value: float, by: str, stands: str) -> None:
    number = 'number = { counter = "patrols", at_least = 10 }'
    watch = watch_of(of_2=number, instead=('what = "handover"', ""))
    assert states(watch, "2031-05-20T00:00Z", numbers=(patrols(value, by),))["2"].state == stands


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ((("D1", "consistent"), ("D2", "consistent")), "met"),
        ((("D1", "inconsistent"), ("D2", "inconsistent")), "not_met"),
        ((("D1", "consistent"), ("D2", "inconsistent")), "disputed"),
        ((("D1", "consistent"),), "no_deadline"),
    ],
)
def test_what_people_decide_stands_as_both_delegations_say(said: tuple[tuple[str, str], ...], stands: str) -> None:
    rows = ", ".join(f'{{ by = "{by}", outcome = "{outcome}", {KNOWN} }}' for by, outcome in said)
    watch = watch_of(instead=('kinds = ["access_denied"]', f"judgment = [{rows}]"))
    assert state(watch, "2031-05-07T23:59Z", "3") == "no_deadline"
    assert state(watch, "2031-05-08T00:00Z", "3") == stands


# By hand, in parallel


def test_a_state_by_hand_stands_with_its_reason_beside_what_the_record_gives() -> None:
    hand = 'by_hand = [{ state = "met", by = "A", reason = "both heads said so", known_at = 2031-05-12T00:00:00Z }]'
    watch = watch_of(of_2=hand)
    assert state(watch, "2031-05-11T12:00Z", "2") == "not_shown"
    by_hand = states(watch, "2031-05-12T00:00Z")["2"]
    assert (by_hand.state, by_hand.worked_out) == ("met", "not_shown")
    assert "both heads said so" in lines_of(by_hand, watch)[0]
    assert json.loads(json.dumps(by_hand.document(lambda line: line.code)))["by_hand"]["worked_out"] == "not_shown"


@pytest.mark.parametrize(("done", "stands"), [(True, "met"), (False, "not shown")])
def test_what_goes_on_in_parallel_says_how_the_other_stands(*, done: bool, stands: str) -> None:
    watch = watch_of(of_4='  parallel = { clause = "2", text = "en-1" }\n')
    rows = [record("handover", "2031-05-09T12:00Z")] if done else []
    beside = states(watch, "2031-05-20T00:00Z", *rows)["4"]
    assert beside.state == "no_deadline", "the other's being met settles nothing of this one"
    (line,) = [line for line in lines_of(beside, watch) if "parallel" in line]
    assert line == f"Text en-1: in parallel with clause 2, which stands as: {stands}. It has no day of its own."


def test_a_part_with_a_day_of_its_own_is_not_told_to_have_none() -> None:
    watch = watch_of(of_2='parallel = { clause = "4", text = "en-1" }')
    (line,) = [line for line in lines_of(states(watch, "2031-05-20T00:00Z")["2"], watch) if "parallel" in line]
    assert line == "Text en-1: in parallel with clause 4, which stands as: in force, no deadline."


def test_a_part_says_who_stands_how_to_it_and_from_where_that_is() -> None:
    watch = watch_of(of_2='role = [{ role = "guarantor", who = "B", by = "reading:B", ' + KNOWN + " }]")
    assert [role.role for role in states(watch, "2031-05-02T00:00Z")["2"].roles] == ["bearer"]
    roles = states(watch, "2031-05-09T00:00Z")["2"].roles
    assert [(role.role, role.who, role.by) for role in roles] == [
        ("bearer", "A", "text"),
        ("guarantor", "B", "reading:B"),
    ]


def test_nothing_is_known_of_a_part_before_its_text_was_published() -> None:
    assert states(watch_of(), "2031-04-30T00:00Z") == {}
