"""What of the agreement has a deadline that is near, or past with nothing on record that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.errors import TrucewatchError
from trucewatch.locale.terms import state_named
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import mark_of
from trucewatch.model.clause_state import ClauseState
from trucewatch.model.roles import Right
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.server.console import Console
from trucewatch.server.view import View
from trucewatch.store.agreement_records import counting_entries
from trucewatch.store.lists import last_list

SHOWN: Final = ("due_soon", "not_shown")
_LASTS_S: Final = 300
"""How long states that were worked out are good while nothing is entered: deadlines are days."""


@dataclass(slots=True)
class _States:
    """The states that the floor shows, and of which list, entries and moment they were worked out."""

    of: tuple[int, str, tuple[tuple[str, str], ...], int] = (-1, "", (), 0)
    states: tuple[ClauseState, ...] = ()


def items(view: View) -> tuple[FloorItem, ...]:
    """The parts that are due soon, then those whose day is past and of which nothing on record shows what became of
    it, which says nothing of whether it was done."""
    if not view.may(Right.INSIDE):
        return ()
    states = sorted(_states(view), key=lambda state: (SHOWN.index(state.state), _due(state) or view.clock))
    return tuple(
        FloorItem(
            part="clock",
            label=Message("Clause {part}: {state}", part=state.stipulation, state=state_named(state.state, view.words)),
            path=f"/agreement/{state.provision}#{state.stipulation}",
            due=_due(state),
            is_late=state.state == "not_shown",
            simulated=view.snapshot.watch.settings.simulated,
        )
        for state in states
    )


def _due(state: ClauseState) -> datetime | None:
    return state.due.moment if state.due else None


def _states(view: View) -> tuple[ClauseState, ...]:
    """Of a list that is on record; nothing before there is one, and while what is new is worked out those of before."""
    store, snapshot = view.console.store, view.snapshot
    recorded = last_list(store)
    if recorded is None:
        return ()
    reviewed = tuple((case.code, case.state) for case in snapshot.reviews)
    decided = (case.outcome.known_at for case in snapshot.reviews if case.outcome is not None)
    at = min(view.clock, max((recorded.as_of, *decided)))
    # A replay looks at many moments of one list; each is worked out for itself.
    entered = mark_of(counting_entries(store, snapshot.watch))
    of = (recorded.entry, entered, reviewed, int(at.timestamp()) // _LASTS_S)
    last = view.console.part(_last)
    if last.of != of:
        try:
            record = clause_record(store, view.console.folder, now=view.console.now(), as_of=recorded.as_of)
            last.states = tuple(state for state in record.states_at(at) if state.state in SHOWN)
        except TrucewatchError:  # what is wrong with the watch's files every page says
            return last.states
        last.of = of
    return last.states


def _last(console: Console) -> _States:
    return _States()
