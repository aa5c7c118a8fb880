"""Every reason that a rule can give has its sentences beside the rule, and there is no sentence of any other reason."""

from __future__ import annotations

import ast
import inspect
from string import Formatter
from types import ModuleType
from typing import cast

import pytest

from tests.builders import template_watch
from trucewatch.errors import ReportError
from trucewatch.findings import KINDS_OF_STIPULATION, SENTENCES, applicability, gate, stated_numbers
from trucewatch.locale import words
from trucewatch.locale.reasons import reason_sentence, recorded_reason
from trucewatch.model.incident import Finding
from trucewatch.model.outcomes import HELD, HELD_OF_REASON
from trucewatch.reports.redact import GENERAL_REASON

SHARED = {**applicability.SENTENCES, **gate.SENTENCES}
RELEASED = applicability.RELEASED_SENTENCES
RULES = {name: cast(ModuleType, kind) for name, kind in KINDS_OF_STIPULATION.items()}


def reasons_in(text: str, outcome: str = "") -> set[str]:
    """The reasons of all verdicts in a module's text, or of those with an outcome. Each is a literal, so that none
    escapes this reading."""
    given = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Verdict":
            assert not node.keywords, f"line {node.lineno}: write outcome, reason and facts in their order"
            reason = node.args[1]
            assert isinstance(reason, ast.Constant), f"line {node.lineno}: the reason is no literal"
            assert isinstance(reason.value, str)
            said = node.args[0]
            if not outcome or (isinstance(said, ast.Constant) and said.value == outcome):
                given.add(reason.value)
    return given


def reasons_of(module: ModuleType) -> set[str]:
    given = reasons_in(inspect.getsource(module))
    assert given, f"{module.__name__} gives no verdict"
    return given


def finding(rule: str, reason: str, **facts: str) -> Finding:
    return Finding(
        finding_id="f-x",
        incident_id="",
        stipulation="9z",
        provision="9",
        instrument="i",
        rule=rule,
        outcome="undetermined",
        reason=reason,
        facts=facts,
        due=None,
        evidence=(),
        simulated=False,
    )


@pytest.mark.parametrize("kind", RULES)
def test_every_reason_has_its_sentences_beside_its_rule(kind: str) -> None:
    own: set[str] = set(RULES[kind].SENTENCES)
    given = reasons_of(RULES[kind]) | (reasons_of(stated_numbers) if kind == "required" else set())
    assert given - own - set(SHARED) == set()
    assert own - given == set(), "a sentence of a reason that the rule does not give"


def test_what_rules_share_is_written_once() -> None:
    assert set(applicability.SENTENCES) == reasons_of(applicability)
    assert set(gate.SENTENCES) == reasons_of(gate)
    tables = [SHARED, RELEASED, *(module.SENTENCES for module in RULES.values())]
    reasons = [reason for table in tables for reason in table]
    assert len(set(reasons)) == len(reasons)
    sentences = [sentence for table in tables for several in table.values() for sentence in several]
    assert len(set(sentences)) == len(sentences)


def test_what_release_says_instead_has_its_sentences() -> None:
    assert set(GENERAL_REASON.values()) - reasons_of(RULES["prohibited"]) - reasons_of(gate) == set(RELEASED)
    given = set().union(*(reasons_of(module) for module in (applicability, gate, stated_numbers, *RULES.values())))
    assert set(GENERAL_REASON) <= given


def test_the_table_of_all_rules_holds_each_with_what_they_share() -> None:
    assert set(SENTENCES) == {module.RULE for module in RULES.values()}
    for module in RULES.values():
        assert SENTENCES[module.RULE] == {**SHARED, **RELEASED, **module.SENTENCES}


def test_the_shortest_sentence_needs_no_fact() -> None:
    for rule, table in SENTENCES.items():
        for reason, sentences in table.items():
            fields = {field for _, field, _, _ in Formatter().parse(sentences[-1]) if field}
            assert fields <= {"clause"}, (rule, reason)


def test_a_verdict_whose_reason_cannot_be_read_is_refused() -> None:
    assert reasons_in('Verdict("consistent", "calm", {})') == {"calm"}
    for hidden in ('Verdict("consistent", reason, {})', 'Verdict(outcome="consistent", reason="calm", facts={})'):
        with pytest.raises(AssertionError):
            reasons_in(hidden)


@pytest.mark.parametrize(("rule", "reason"), [("prohibited/0", "prohibited_act"), ("judged/2", "guessed")])
def test_a_finding_on_record_of_another_version_is_shown_by_its_codes(rule: str, reason: str) -> None:
    watch, english = template_watch(), words("en")
    strange = finding(rule, reason, zone="theatre")
    assert recorded_reason(strange, SENTENCES, watch, english) == f"9z: {reason} ({rule})"
    with pytest.raises(ReportError, match=reason):
        reason_sentence(strange, SENTENCES, watch, english)
    known = finding("judged/2", "not_put")
    assert recorded_reason(known, SENTENCES, watch, english) == reason_sentence(known, SENTENCES, watch, english)


def test_facts_that_no_sentence_knows_are_left_out() -> None:
    strange = finding("prohibited/2", "no_place", weather="rain")
    assert "rain" not in reason_sentence(strange, SENTENCES, template_watch(), words("en"))


def test_every_reason_for_which_nothing_is_said_has_its_word() -> None:
    modules = (applicability, gate, stated_numbers, *RULES.values())
    undetermined = set().union(*(reasons_in(inspect.getsource(module), "undetermined") for module in modules))
    assert undetermined - set(HELD_OF_REASON) == set()
    assert set(HELD_OF_REASON) - undetermined == {"not_settled"}, "what release says instead"
    assert set(HELD_OF_REASON.values()) <= set(HELD)
