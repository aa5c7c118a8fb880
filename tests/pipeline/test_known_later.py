"""How clauses stood at a moment by what became known of it only later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.conftest import each
from tests.server.conftest import copy_of, now
from trucewatch.desks import find, indexes
from trucewatch.findings.clause_states import agreement_at
from trucewatch.model.clause_parts import ClaimOfState, StateByHand
from trucewatch.model.clause_state import ClauseState
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.pipeline.clause_record import ClauseRecord
from trucewatch.server.console import Console
from trucewatch.store import Store

_NOON = datetime(2020, 11, 20, 12, tzinfo=UTC)
"""On the day of the first handover, of which the reports came in the evening."""


@pytest.fixture(scope="module")
def karabakh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseRecord]:
    folder = copy_of("karabakh-2020", tmp_path_factory.mktemp("later"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield clause_record(store, folder, now=now(), as_of=console.snapshot.as_of)


def standing(states: tuple[ClauseState, ...]) -> dict[str, ClauseState]:
    return {state.stipulation: state for state in states}


def test_a_record_that_came_later_counts_as_known_today_and_not_as_known_then(karabakh: ClauseRecord) -> None:
    then, today = karabakh.states_at(_NOON), karabakh.states_at(_NOON, known_by=karabakh.horizon)
    assert standing(then)["2"].state == "due_soon"
    assert standing(today)["2"].state == "met", "the handover of that day is known today"
    assert standing(today)["2"].met_at == "2020-11-20"


def test_what_happened_after_the_moment_is_left_out_however_much_is_known(karabakh: ClauseRecord) -> None:
    today = standing(karabakh.states_at(_NOON, known_by=karabakh.horizon))
    assert today["6b"].state == "not_yet_due", "its handover was on 1 December"
    assert today["6b"].met_at == ""
    for state in each(today.values()):
        assert not state.met_at or state.met_at <= "2020-11-20"
    assert sum(count.count for count in today["1a"].beside) == 0, "the incidents beside 1a came in December"


def test_dates_are_judged_at_the_moment_by_the_extension_that_is_known_today(karabakh: ClauseRecord) -> None:
    before = datetime(2020, 11, 12, tzinfo=UTC)
    then, today = (standing(karabakh.states_at(before, known_by=known))["6a"] for known in (None, karabakh.horizon))
    assert then.due is not None
    assert today.due is not None
    assert (then.due.extension, today.due.extension) == (0, 1)
    assert today.due.moment - then.due.moment == timedelta(days=10)
    assert today.state == "extended"


def test_at_the_horizon_both_ways_of_knowing_are_one(karabakh: ClauseRecord) -> None:
    at = karabakh.horizon
    assert karabakh.states_at(at) == karabakh.states_at(at, known_by=at)
    assert karabakh.states_at(at, known_by=at - timedelta(days=9)) == karabakh.states_at(at), "never less than then"
    with pytest.raises(ValueError, match="lies after"):
        karabakh.states_at(_NOON, known_by=at + timedelta(seconds=1))


def test_no_instrument_signed_later_and_nothing_said_of_a_later_time_counts(karabakh: ClauseRecord) -> None:
    agreement, zone = karabakh.agreement, karabakh.watch.zone
    far = datetime(2100, 1, 1, tzinfo=UTC)
    signed = {instrument.signed for instrument in agreement_at(agreement, _NOON, far, zone).instrument}
    assert max(signed) <= date(2020, 11, 20)
    assert len(agreement_at(agreement, _NOON, None, zone).instrument) <= len(signed) + 2
    said = {"by": "AM", "state": "met", "says": {"en": "done"}, "known_at": far, "source": "a speech"}
    claims = tuple(ClaimOfState(**said, since=since) for since in (date(2020, 11, 19), date(2020, 11, 21), None))
    hand = StateByHand(state="met", by="x", reason="y", known_at=far)
    provision = agreement.provision[0]
    clause = replace(provision.stipulation[0], claim=claims, by_hand=(hand,))
    changed = replace(agreement, provision=(replace(provision, stipulation=(clause,)),))
    known = agreement_at(changed, _NOON, far, zone).provision[0].stipulation
    assert [claim.since for claim in known[0].claim] == [date(2020, 11, 19)]
    assert known[0].by_hand == (), "who sets a state says how it stands from then on"
