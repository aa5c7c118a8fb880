"""What a report on implementation takes from the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.builders import make_watch
from trucewatch.model.clause_parts import ClaimOfState
from trucewatch.pipeline import assess
from trucewatch.pipeline.clause_inputs import initiative_row, meeting_row, sources_on_file
from trucewatch.store import Store

NOW = datetime(2031, 5, 5, tzinfo=UTC)


def test_the_states_are_worked_out_when_they_are_asked_for_and_recorded_nowhere(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=3)
    clock = iter(NOW + timedelta(milliseconds=tick) for tick in range(100_000))
    with Store(folder, lambda: next(clock)) as store:
        assessment = assess(store, folder, now=NOW)
        entries = len(store.journal)
        work_out = assessment.report_inputs().implementation
        assert work_out is not None
        source = work_out()
        names = {stipulation.id for _, stipulation in assessment.watch.agreement.stipulations()}
        assert {state.stipulation for state in source.history.states_at(assessment.as_of)} <= names
        assert source.history.states_at(assessment.as_of)
        assert len(store.journal) == entries
        assert {line.code for state in source.history.states_at(assessment.as_of) for line in state.rule} <= set(
            source.rule_sentences
        )


def test_an_initiative_and_a_meeting_become_rows_with_every_word_and_whose_it_is() -> None:
    step: Any = SimpleNamespace(
        word="discussed", by=("Q",), says={"en": "later"}, day=date(2031, 5, 3), source="s", known_at=NOW
    )
    proposal: Any = SimpleNamespace(
        code="P-3",
        day=date(2031, 5, 2),
        proposed_by=("P",),
        to=("Q",),
        what={"en": "a patrol"},
        about=("work",),
        steps=(step,),
        source="https://example.org",
        known_at=NOW,
        simulated=True,
    )
    row = initiative_row(proposal)
    assert (row.code, row.by, row.to, row.what, row.simulated) == ("P-3", ("P",), ("Q",), {"en": "a patrol"}, True)
    assert [(each.word, each.by, each.says, each.source) for each in row.steps] == [
        ("discussed", ("Q",), {"en": "later"}, "s")
    ]
    zone = ZoneInfo("Europe/Istanbul")
    meeting: Any = SimpleNamespace(
        id="M-1",
        first_day=lambda watch_zone: date(2031, 5, 4) if watch_zone is zone else None,
        ids=("P", "Q"),
        level="ministers",
        agenda=(SimpleNamespace(words={"en": "roads"}),),
        decision=(SimpleNamespace(words={"en": "a list"}, due=date(2031, 6, 1)),),
        next_by=date(2031, 7, 1),
        is_restricted=False,
        stated_by=("P",),
        source="minutes",
        known_at=NOW,
        simulated=False,
    )
    account = meeting_row(meeting, zone)
    assert (account.code, account.day, account.who) == ("M-1", date(2031, 5, 4), ("P", "Q"))
    assert (account.agenda, account.decisions) == (({"en": "roads"},), (({"en": "a list"}, date(2031, 6, 1)),))


def test_what_was_entered_is_not_on_file(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=1)
    with Store(folder, lambda: NOW) as store:
        watch = assess(store, folder, now=NOW).watch
        (provision, *others) = watch.agreement.provision
        claim = ClaimOfState(by="A", state="met", says={"en": "done"}, known_at=NOW, source="Gazette, 2 May")
        first = replace(provision.stipulation[0], claim=(claim,))
        with_claim = replace(provision, stipulation=(first, *provision.stipulation[1:]))
        claimed = replace(watch, agreement=replace(watch.agreement, provision=(with_claim, *others)))
        assert sources_on_file(store, claimed, None) == {"Gazette, 2 May"}
        entry = SimpleNamespace(row=claim)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("trucewatch.pipeline.clause_inputs.agreement_entries", lambda *_: (entry,))
            assert sources_on_file(store, claimed, None) == frozenset()
