"""The one sentence that says why a part of a clause stands as it does."""

from __future__ import annotations

from tests.conftest import ROOT
from trucewatch.desks.provisions.state_sentences import why
from trucewatch.locale import words
from trucewatch.model.clause_state import ClauseState, RuleLine
from trucewatch.watch import load_watch


def relation(word: str, instrument: str) -> RuleLine:
    return RuleLine(code="relation", facts={"instrument": instrument, "relation": word, "words": "so it says"})


def test_what_ended_a_clause_is_told_and_not_what_else_was_added_to_it() -> None:
    watch = load_watch(ROOT / "examples" / "karabakh-2020")
    rule = (relation("ends", "2022-10-31"), relation("supplements", "2021-01-11"))
    state = ClauseState(
        stipulation="9b",
        provision="9",
        instrument="2020-11-10",
        kind="judged",
        state="no_longer_in_force",
        rule=rule,
    )
    told = why(state, watch, words("en"))
    assert told.startswith("Statement of 31 October 2022 ends it")
