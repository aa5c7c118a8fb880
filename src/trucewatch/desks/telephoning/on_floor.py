"""Lines that were not checked in this shift, and those that brought nobody: said of the line, never of a side."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.desks.telephoning.operations import LineState
from trucewatch.desks.telephoning.shown import directory_of, name_of
from trucewatch.errors import WatchError
from trucewatch.messages import Message
from trucewatch.model.duty_line import RESULT_WORDS
from trucewatch.model.roles import KEEPS_DIRECTORY, Right
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    """One item a line that waits to be checked, or that was not answered when it was last checked."""
    if not view.may(Right.INSIDE):
        return ()
    directory = directory_of(view)
    try:
        states = directory.states()
    except WatchError:  # the page Direct lines says what is wrong with the rule
        return ()
    path = "/lines/check" if view.may(*KEEPS_DIRECTORY) else "/lines"
    return tuple(
        FloorItem(
            part="line",
            label=_label(view, state),
            path=path,
            since=state.last.at if state.is_silent and state.last else None,
        )
        for state in states
        if not state.is_checked or state.is_silent
    )


def _label(view: View, state: LineState) -> Message:
    name = name_of(view, state.of)
    if state.is_checked and state.last is not None:
        return Message("Line to {name}: its last check: {result}", name=name, result=RESULT_WORDS[state.last.result])
    if view.watch.kind != "centre":
        return Message("Line to {name}: not tested in the last 12 hours", name=name)
    return Message("Line to {name}: not checked in this shift", name=name)
