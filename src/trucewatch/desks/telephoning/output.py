"""The directory → what a terminal and a program are given: functions and when each was tested, and no number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from trucewatch.locale.sanitize import printable
from trucewatch.model.duty_line import RESULT_WORDS
from trucewatch.model.times import iso_utc

if TYPE_CHECKING:
    from trucewatch.desks.telephoning.operations import Directory
    from trucewatch.model.duty_line import LineCheck


def lines_of(directory: Directory) -> Iterator[str]:
    """`trucewatch lines WATCH`: a function a line, then the lines that wait to be checked."""
    lines = directory.lines()
    if not lines:
        yield "The directory is empty."
        yield 'Begin: trucewatch lines WATCH add "duty officer" --of UV --telephone 555-0101'
    for line in lines:
        name = printable(line.function) if not line.is_erased else "erased"
        yield f"{line.code:<6} {line.of or '-':<8} {name:<40} {_tested(directory, line.tested)}".rstrip()
    for state in directory.states():
        if not state.is_checked:
            since = "in this shift" if directory.watch.kind == "centre" else "in the last 12 hours"
            yield f"Line to {printable(state.of)}: not checked {since}."
        elif state.is_silent:
            yield f"Line to {printable(state.of)}: its last check brought no answer."


def document_of(directory: Directory) -> dict[str, Any]:
    """`--json`: the same, with no number and no remark."""
    return {
        "schema": "trucewatch/lines/1",
        "watch": directory.watch.settings.id,
        "as_of": iso_utc(directory.now),
        "functions": [
            {
                "number": line.code,
                "function": line.function or None,
                "of": line.of or None,
                "last_tested": _document(line.tested),
            }
            for line in directory.lines()
        ],
        "checks": [
            {
                "of": state.of,
                "checked_in_shift": state.is_checked,
                "last_tested": _document(state.last),
            }
            for state in directory.states()
        ],
    }


def _document(check: LineCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {"at": iso_utc(check.at), "result": check.result, "entry": check.entry}


def _tested(directory: Directory, check: LineCheck | None) -> str:
    if check is None:
        return "never tested"
    at = check.at.astimezone(directory.watch.zone)
    return f"{at:%Y-%m-%d %H:%M} {RESULT_WORDS[check.result]}"
