"""Cases whose clock runs, for the board of the floor: one line an event, and what is to be opened."""

from __future__ import annotations

from collections.abc import Iterator

from trucewatch.desks.base import FloorItem
from trucewatch.desks.reviewing.acting import book_of
from trucewatch.desks.reviewing.case_states import ends_at
from trucewatch.locale.reasons import party_name
from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.model.roles import Right
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    """A line for the cases of one event that are at the same step with the same clock; none for what is closed."""
    if not view.may(Right.INSIDE) or view.snapshot.is_replay:
        return ()
    return tuple(_lines(view))


def _lines(view: View) -> Iterator[FloorItem]:
    groups: dict[tuple[object, ...], list[Case]] = {}
    for case in book_of(view).cases():
        if case.outcome is None:
            awaited = tuple(each for each in case.delegations if case.standings.get(each) == "awaited")
            groups.setdefault((case.incident, case.step, ends_at(case), awaited, case.simulated), []).append(case)
    for (_, step, due, awaited, simulated), cases in groups.items():
        codes = ", ".join(case.code for case in cases)
        yield FloorItem(
            part="clock",
            label=_label(view, str(step), codes, list(awaited)),  # type: ignore[call-overload]
            path=f"/review/{cases[0].code}" if len(cases) == 1 else "/review",
            since=min(case.put_at for case in cases),
            due=due,  # type: ignore[arg-type]
            simulated=bool(simulated),
        )


def _label(view: View, step: str, codes: str, awaited: list[str]) -> Message:
    if step == "opening":
        return Message("{codes}: first positions are to be opened", codes=codes)
    if step == "open":
        return Message("{codes}: discussion between the delegations", codes=codes)
    who = view.words.listed([party_name(each, view.watch, view.words) for each in awaited])
    return Message("{codes}: first positions are awaited: {who}", codes=codes, who=who)
