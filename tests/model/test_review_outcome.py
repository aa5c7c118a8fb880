"""What comes of a case: agreed only by the spoken word of every delegation that counts, whoever they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import template_watch
from trucewatch.model.agreement import Body
from trucewatch.model.review import QUESTIONS, Answer, Case, Question, Said, Standing
from trucewatch.model.review_outcome import (
    changed_since,
    counted,
    delegation_answer,
    is_in,
    may_sign,
    own_of,
    recused_by,
    reopens,
    settle,
)
from trucewatch.model.review_rule import AttributionRule, ReviewRule
from trucewatch.model.roles import Role
from trucewatch.model.watch import Delegation, Watch

MOMENT = datetime(2031, 5, 4, 18, tzinfo=UTC)
SIDES = ("NI", "SI")
YES: Mapping[Question, Answer] = dict.fromkeys(QUESTIONS, "concur")
NO: Mapping[Question, Answer] = dict.fromkeys(QUESTIONS, "dissent")
RULE = ReviewRule()


def said(delegation: str, answers: Mapping[Question, Answer] = YES, **changes: Any) -> Said:
    fields: dict[str, Any] = {
        "delegation": delegation,
        "person": f"p-{delegation}",
        "role": "officer",
        "turn": 1,
        "answers": answers,
        "names": "",
        "sha256": "0" * 64,
        "opened_object": "1" * 64,
        "commitment": "2" * 64,
        "key": "OK-1",
        "committed_entry": 5,
        "entry": 7,
        "signed_at": MOMENT,
        "recorded_at": MOMENT,
    }
    return Said(**fields | changes)


def case(*positions: Said, delegations: Sequence[str] = SIDES, **changes: Any) -> Case:
    fields: dict[str, Any] = {
        "number": 1,
        "finding": "f-1",
        "incident": "i-1",
        "stipulation": "1.a",
        "questions": QUESTIONS,
        "put": {},
        "dossier_entry": 2,
        "list_entry": 1,
        "turn": 1,
        "entry": 3,
        "sha256": "3" * 64,
        "put_at": MOMENT,
        "put_by": "",
        "due": MOMENT,
        "paused_s": 0,
        "before": "",
        "why": "put",
        "delegations": tuple(delegations),
        "positions": positions,
    }
    return Case(**fields | changes)


ANSWERS = st.fixed_dictionaries({question: st.sampled_from(["concur", "dissent", "abstain"]) for question in QUESTIONS})
ROLES = st.sampled_from([Role.HEAD, Role.OFFICER, Role.SHIFT_LEAD])
RULES = st.builds(
    ReviewRule,
    each=st.integers(1, 3),
    signers=st.sampled_from([(Role.HEAD,), (Role.OFFICER,), (Role.HEAD, Role.OFFICER)]),
    stands_in=st.sampled_from([(), (Role.SHIFT_LEAD,), (Role.OFFICER,)]),
    head_decides=st.booleans(),
)


@st.composite
def cases(draw: st.DrawFn, delegations: Sequence[str] = SIDES) -> Case:
    """Cases with any positions of any people, any of the delegations recused, withholding or gone."""
    positions = [
        said(
            draw(st.sampled_from(delegations)),
            draw(ANSWERS),
            person=draw(st.sampled_from(["a", "b", "c"])),
            role=draw(ROLES),
            turn=draw(st.integers(1, 3)),
            entry=10 + number,
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    recused = draw(st.dictionaries(st.sampled_from(delegations), st.just("clause"), max_size=1))
    standing: st.SearchStrategy[Standing] = st.sampled_from(["withheld", "not_received", "opened", "left"])
    standings = draw(st.dictionaries(st.sampled_from(delegations), standing))
    return case(*positions, delegations=delegations, recused=recused, standings=standings)


ANY_CASE = st.one_of(cases(), cases(("NI", "SI", "WI")))


@given(ANY_CASE, RULES)
def test_what_is_agreed_was_said_by_every_delegation_that_counts(case: Case, rule: ReviewRule) -> None:
    _, states, _ = settle(case, rule)
    for question, state in states.items():
        if state == "agreed":
            counting = [side for side in case.delegations if side not in case.recused]
            assert len(counting) >= 2
            for side in counting:
                own = [each for each in case.positions if each.delegation == side]
                assert any(each.answers[question] == "concur" for each in own)
                assert len({each.person for each in own}) >= rule.each


@given(ANY_CASE, RULES)
def test_the_state_of_a_case_is_that_of_its_questions(case: Case, rule: ReviewRule) -> None:
    state, states, attributed_to = settle(case, rule)
    agreed = sum(each == "agreed" for each in states.values())
    assert (state == "agreed") == (agreed == len(states))
    assert (state == "agreed_in_part") == (0 < agreed < len(states))
    assert attributed_to == ""


@given(ANY_CASE, RULES)
def test_exchanging_two_delegations_exchanges_their_names_and_nothing_else(case: Case, rule: ReviewRule) -> None:
    other = {"NI": "SI", "SI": "NI", "WI": "WI"}
    mirrored = replace(
        case,
        positions=tuple(replace(each, delegation=other[each.delegation]) for each in case.positions),
        recused={other[side]: why for side, why in case.recused.items()},
        standings={other[side]: standing for side, standing in case.standings.items()},
    )
    assert settle(mirrored, rule) == settle(case, rule)


@given(ANY_CASE, RULES, st.randoms())
def test_the_order_in_which_positions_are_listed_changes_nothing(case: Case, rule: ReviewRule, lot: Any) -> None:
    shuffled = tuple(sorted(case.positions, key=lambda _: lot.random()))
    assert settle(replace(case, positions=shuffled), rule) == settle(case, rule)


@given(ANY_CASE, RULES, st.sampled_from(SIDES))
def test_taking_a_delegations_word_away_makes_nothing_agreed(case: Case, rule: ReviewRule, side: str) -> None:
    """Silence is no consent: what is agreed without a word of a delegation is so only where that one is recused."""
    silent = replace(case, positions=tuple(each for each in case.positions if each.delegation != side))
    _, states, _ = settle(silent, rule)
    if side not in case.recused:
        assert "agreed" not in states.values()


@pytest.mark.parametrize("standing", ["not_received", "not_opened", "withheld", "awaited"])
def test_a_delegation_that_says_nothing_agrees_to_nothing(standing: Standing) -> None:
    state, states, _ = settle(case(said("NI"), standings={"SI": standing}), RULE)
    assert set(states.values()) == {"not_answered"}
    assert state == ("withheld" if standing == "withheld" else "not_agreed")


def test_no_position_at_all_closes_it_unreviewed() -> None:
    assert settle(case(), RULE)[0] == "closed_unreviewed"


def test_an_abstention_agrees_to_nothing() -> None:
    state, states, _ = settle(case(said("NI"), said("SI", YES | {"what": "abstain"})), RULE)
    assert (state, states["what"], states["happened"]) == ("agreed_in_part", "not_answered", "agreed")


def test_who_says_that_it_did_not_happen_agrees_with_nothing_said_of_it() -> None:
    state, states, _ = settle(case(said("NI"), said("SI", YES | {"happened": "dissent"})), RULE)
    assert (state, set(states.values())) == ("not_agreed", {"differ"})


def test_two_dissents_are_no_agreement_on_the_opposite() -> None:
    state, states, _ = settle(case(said("NI", NO), said("SI", NO)), RULE)
    assert (state, set(states.values())) == ("not_agreed", {"dissent"})


def test_the_yes_of_one_that_is_recused_makes_nothing_agreed() -> None:
    assert settle(case(said("NI"), said("SI"), recused={"SI": "clause"}), RULE)[0] == "not_agreed"
    three = (said("NI"), said("SI"), said("WI"))
    both = case(*three, delegations=("NI", "SI", "WI"), recused={"SI": "clause", "WI": "evidence"})
    assert settle(both, RULE)[0] == "not_agreed"


def test_of_three_delegations_two_that_are_not_recused_suffice() -> None:
    positions = (said("NI"), said("SI"), said("WI", NO))
    of_three = case(*positions, delegations=("NI", "SI", "WI"))
    assert settle(of_three, RULE)[0] == "not_agreed"
    assert settle(replace(of_three, recused={"WI": "clause"}), RULE)[0] == "agreed"


def test_a_departure_closes_a_case_unreviewed_whatever_was_said() -> None:
    state, states, _ = settle(case(said("NI"), said("SI"), standings={"SI": "left"}), RULE)
    assert state == "closed_unreviewed"
    assert "agreed" not in states.values()


# How the people of one delegation make up its answer


def test_a_tie_within_a_delegation_stays_a_tie() -> None:
    two = [said("NI", YES, person="a"), said("NI", NO, person="b")]
    rule = ReviewRule(head_decides=False)
    assert delegation_answer(two, rule, "happened") is None
    assert settle(case(*two, said("SI")), rule)[1]["happened"] == "not_answered"
    three = [*two, said("NI", YES, person="c")]
    assert delegation_answer(three, rule, "happened") is None, "no majority decides"


@given(st.permutations([("a", "officer", "concur"), ("b", "officer", "dissent"), ("h", "head", "dissent")]))
def test_where_its_people_differ_the_heads_position_is_the_delegations(people: list[tuple[str, str, Answer]]) -> None:
    own = [
        said("NI", dict.fromkeys(QUESTIONS, answer), person=person, role=role, entry=entry)
        for entry, (person, role, answer) in enumerate(people)
    ]
    assert delegation_answer(own, RULE, "what") == ("dissent", "")
    assert delegation_answer(own[:0], RULE, "what") is None


def test_without_its_heads_word_people_who_differ_are_no_answer() -> None:
    own = [said("NI", YES, person="a"), said("NI", NO, person="b")]
    assert delegation_answer(own, ReviewRule(head_decides=True), "what") is None


def test_an_officers_later_word_does_not_go_over_the_heads() -> None:
    own = [said("NI", NO, person="h", role="head"), said("NI", YES, person="a", turn=2, entry=9)]
    assert delegation_answer(own, ReviewRule(head_decides=True), "happened") == ("dissent", "")
    assert delegation_answer(own, ReviewRule(head_decides=False), "happened") == ("concur", "")


def test_a_head_who_became_an_officer_is_not_outvoted_by_their_own_older_word() -> None:
    own = [said("NI", NO, person="h", role="head"), said("NI", YES, person="h", turn=2, entry=9)]
    assert delegation_answer(own, ReviewRule(head_decides=True), "happened") == ("concur", "")


def test_a_later_position_stands_in_the_earlier_ones_place() -> None:
    own = [said("NI", NO), said("NI", YES, turn=2, entry=9)]
    assert delegation_answer(own, RULE, "happened") == ("concur", "")


def test_one_person_does_not_sign_for_two() -> None:
    rule = ReviewRule(each=2)
    own = [said("NI"), said("NI", turn=2, entry=9)]
    assert counted(own, rule) == ()
    assert not is_in(own, rule)
    both = [*own, said("NI", person="b")]
    assert len(counted(both, rule)) == 2
    assert is_in(both, rule)
    assert delegation_answer(both, rule, "happened") == ("concur", "")


def test_who_stands_in_counts_only_where_too_few_others_signed() -> None:
    rule = ReviewRule(signers=(Role.HEAD,), stands_in=(Role.OFFICER,), head_decides=False)
    officer, head = said("NI", NO, person="a"), said("NI", YES, person="h", role="head")
    assert delegation_answer([officer], rule, "happened") == ("dissent", "")
    assert delegation_answer([officer, head], rule, "happened") == ("concur", "")


def test_a_role_that_does_not_sign_counts_for_nothing() -> None:
    analyst = said("NI", role="analyst")
    assert delegation_answer([analyst], RULE, "happened") is None
    assert not may_sign("analyst", RULE)
    assert may_sign("officer", RULE)
    assert may_sign("head", ReviewRule(signers=(Role.OFFICER,), head_decides=True))


# Who it was


def who(delegation: str, answer: Answer, names: str = "", role: str = "head") -> Said:
    return said(delegation, {"who": answer}, names=names, role=role)


@pytest.mark.parametrize(
    ("one", "other", "state", "attributed_to"),
    [
        (("names", "UV"), ("names", "UV"), "agreed", "UV"),
        (("names", "UV"), ("names", "LV"), "not_agreed", ""),
        (("names", "UV"), ("none", ""), "not_agreed", ""),
        (("none", ""), ("none", ""), "agreed", ""),
        (("names", "UV"), ("abstain", ""), "not_agreed", ""),
    ],
)
def test_who_it_was_is_agreed_only_where_both_name_the_same(
    one: tuple[Answer, str], other: tuple[Answer, str], state: str, attributed_to: str
) -> None:
    of_who = case(who("NI", *one), who("SI", *other), questions=("who",), why="attribution")
    assert settle(of_who, RULE)[::2] == (state, attributed_to)
    mirrored = case(who("NI", *other), who("SI", *one), questions=("who",), why="attribution")
    assert settle(mirrored, RULE)[::2] == (state, attributed_to)


def test_who_it_was_has_its_own_quorum() -> None:
    officers = case(
        who("NI", "names", "UV", "officer"), who("SI", "names", "UV", "officer"), questions=("who",), why="attribution"
    )
    assert settle(officers, RULE)[0] == "closed_unreviewed"
    rule = ReviewRule(attribution=AttributionRule(signers=(Role.OFFICER,)))
    assert settle(officers, rule)[2] == "UV"


# Whose own clause and evidence it is


def test_a_delegation_whose_state_the_clause_binds_is_found_by_the_voice_it_counts_with() -> None:
    watch = template_watch()
    party = watch.agreement.bound_ids[0]
    clause = next(each for _, each in watch.agreement.stipulations() if party in each.obliged)
    clause = replace(clause, obliged=(party,))
    sides = (
        Delegation(id="D1", names={}, state=party),
        Delegation(id="D2", names={}, state="elsewhere"),
        Delegation(id="D3", names={}, state=f"{party}-press"),
    )
    body = Body(id=f"{party}-press", names={}, counts_with=party)
    source = replace(watch.settings.source[0], of="D2")
    watch = replace(
        watch,
        settings=replace(watch.settings, delegation=sides, source=(source,)),
        agreement=replace(watch.agreement, body=(*watch.agreement.body, body)),
    )
    assert own_of(watch, clause, ()) == (("D1", "D3"), ())
    assert own_of(watch, clause, (source.id,)) == (("D1", "D3"), ("D2",))
    by_press = replace(source, of="", claimed_by=body.id)
    by_press_watch = replace(watch, settings=replace(watch.settings, source=(by_press,)))
    assert own_of(by_press_watch, "no such part", (source.id,)) == ((), ("D1", "D3"))


def _with_sides() -> tuple[Watch, str, str]:
    """A watch with a press service that counts with a party; that party and another."""
    watch = template_watch()
    party, another = watch.agreement.bound_ids[:2]
    sides = (
        Delegation(id="D1", names={"en": "First delegation"}, state=party),
        Delegation(id="D2", names={"en": "Second delegation"}),
    )
    body = Body(id="press", names={"en": "Press service"}, counts_with=party)
    watch = replace(
        watch,
        settings=replace(watch.settings, delegation=sides),
        agreement=replace(watch.agreement, body=(*watch.agreement.body, body)),
    )
    return watch, party, another


@pytest.mark.parametrize(
    ("claimed_by", "whose"),
    [
        ("{party}", ("D1",)),
        ("press", ("D1",)),
        ("«press  SERVICE».", ("D1",)),
        ("Second delegation", ("D2",)),
        ("d2", ("D2",)),
        ("Observers; D2", ("D2",)),
        ("Second delegation;press", ("D1", "D2")),
        ("{another}", ()),
        ("Observers", ()),
        ("unknown", ()),
        ("", ()),
    ],
)
def test_an_observation_is_of_a_delegations_own_state_by_whom_its_row_names(
    claimed_by: str, whose: tuple[str, ...]
) -> None:
    watch, party, another = _with_sides()
    row = claimed_by.format(party=party, another=another)
    centre = watch.settings.source[0]
    assert own_of(watch, "no such part", (centre.id,)) == ((), ())
    assert own_of(watch, "no such part", (centre.id,), (row,)) == ((), whose)
    assert own_of(watch, "no such part", (centre.id,), ("", row)) == ((), whose), "a row of nobody stands beside it"


def test_nobody_is_recused_without_the_watchs_rule() -> None:
    assert recused_by(ReviewRule(), ["NI"], ["SI"]) == {}
    assert recused_by(ReviewRule(recuse=True), ["NI"], ["SI"]) == {"NI": "clause"}
    assert recused_by(ReviewRule(recuse_evidence=True), ["NI"], ["SI"]) == {"SI": "evidence"}
    assert recused_by(ReviewRule(recuse=True, recuse_evidence=True), ["NI"], ["NI"]) == {"NI": "clause"}


# What late evidence has to change

PUT = {
    "outcome": "inconsistent",
    "held": "",
    "kind": "blast",
    "lon": "-25.0",
    "lat": "-35.0",
    "semi_major_m": "400.0",
    "occurred_start": "2031-05-03T10:00:00Z",
    "occurred_end": "2031-05-03T10:05:00Z",
    "count_min": 1,
    "count_best": 3,
    "count_max": 5,
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ()),
        ({"semi_major_m": "90.0", "lon": "-25.004"}, ()),
        ({"lon": "-25.02"}, ("where",)),
        ({"lon": "", "lat": ""}, ("where",)),
        ({"outcome": "undetermined"}, ("outcome",)),
        ({"kind": "flash"}, ("kind",)),
        ({"occurred_start": "2031-05-03T10:02:00Z"}, ()),
        ({"occurred_end": "2031-05-03T18:00:00Z"}, ("when",)),
        ({"count_best": 4}, ()),
        ({"count_best": 9}, ("count",)),
        ({"kind": "flash", "count_best": None}, ("kind", "count")),
    ],
)
def test_late_evidence_changes_what_no_longer_agrees_with_what_was_put(
    change: dict[str, object], words: tuple[str, ...]
) -> None:
    assert changed_since(PUT, PUT | change) == words
    assert reopens(words) == bool(set(words) - {"count"})


def test_a_place_that_was_not_known_and_now_is_has_changed() -> None:
    assert changed_since(PUT | {"lon": "", "lat": "", "semi_major_m": ""}, PUT) == ("where",)


def test_nothing_is_agreed_of_what_is_not_agreed_to_have_happened() -> None:
    abstains = YES | {"happened": "abstain"}
    state, states, _ = settle(case(said("NI", abstains), said("SI", abstains)), RULE)
    assert (state, states["happened"], states["what"]) == ("not_agreed", "not_answered", "open_happened")
