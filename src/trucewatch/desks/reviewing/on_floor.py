"""Cases whose clock runs, for the board of the floor: one line an event, and what is to be opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.desks.reviewing.acting import book_of
from trucewatch.desks.reviewing.case_states import ends_at
from trucewatch.desks.reviewing.changed_meanwhile import is_gone
from trucewatch.locale.reasons import party_name
from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.model.roles import Right
from trucewatch.server.view import View

MOST_CODES: Final = 8
"""Of one line of the board."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What the cases of one line have in common. due: when their clock runs out, None where none runs."""

    incident: str
    step: str
    due: datetime | None
    awaited: tuple[str, ...]
    simulated: bool
    is_anew: bool
    is_sealed: bool


def items(view: View) -> tuple[FloorItem, ...]:
    """A line for the cases of one event that are at the same step with the same clock; of what is closed a line for all
    that was judged and is no longer on the list."""
    if not view.may(Right.INSIDE) or view.snapshot.is_replay:
        return ()
    return (*_lines(view), *_gone(view))


def _gone(view: View) -> Iterator[FloorItem]:
    cases = [case for case in book_of(view).cases() if is_gone(view, case)]
    for simulated in sorted({case.simulated for case in cases}):
        alike = [case for case in cases if case.simulated == simulated]
        codes = ", ".join(case.code for case in alike[:MOST_CODES]) + (", …" if len(alike) > MOST_CODES else "")
        yield FloorItem(
            part="clock",
            label=Message("{codes}: what was judged is no longer on the list", codes=codes),
            path=f"/review/{alike[0].code}" if len(alike) == 1 else "/review#gone",
            simulated=simulated,
        )


def _lines(view: View) -> Iterator[FloorItem]:
    groups: dict[_Group, list[Case]] = {}
    for case in book_of(view).cases():
        if case.outcome is None:
            groups.setdefault(_group_of(case), []).append(case)
    for group, cases in groups.items():
        yield FloorItem(
            part="clock",
            label=_label(view, group, ", ".join(case.code for case in cases)),
            path=f"/review/{cases[0].code}" if len(cases) == 1 else "/review",
            since=min(case.put_at for case in cases),
            due=group.due,
            simulated=group.simulated,
        )


def _group_of(case: Case) -> _Group:
    awaited = tuple(each for each in case.delegations if case.standings.get(each) == "awaited")
    return _Group(
        case.incident, case.step, ends_at(case), awaited, case.simulated, case.why == "late_evidence", bool(case.sealed)
    )


def _label(view: View, group: _Group, codes: str) -> Message:
    if group.step == "opening" and not group.is_sealed:
        return Message("{codes}: no first position more is awaited, and none lies sealed", codes=codes)
    if group.step == "opening":
        return Message("{codes}: first positions are to be opened", codes=codes)
    if group.step == "open":
        return Message("{codes}: discussion between the delegations", codes=codes)
    if not group.awaited:
        return Message(
            "{codes}: what is sealed stays so until the clock of first positions has run out, or until who gave none "
            "seals one after all",
            codes=codes,
        )
    who = view.words.listed([party_name(each, view.watch, view.words) for each in group.awaited])
    if group.is_anew:
        return Message(
            "{codes}, put anew after late evidence: first positions are awaited: {who}", codes=codes, who=who
        )
    return Message("{codes}: first positions are awaited: {who}", codes=codes, who=who)
