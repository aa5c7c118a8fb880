"""The directory on paper: a card with the medical line first, in one language or in each of the watch."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.telephoning.shown import directory_of
from trucewatch.locale import Words, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.duty_line import NUMBER_WORDS, RESULT_WORDS, DutyLine
from trucewatch.model.roles import SEES_NUMBERS
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View

TITLE = Message("Direct lines")
MEDICAL = Message("Somebody is in danger:")
HOLDS_NUMBERS = Message("This card holds numbers. It is destroyed after the shift.")
HOLDS_NUMBERS_HERE = Message("This card holds numbers. Destroy it when the next one is printed.")
SIMULATED = Term("card", "simulated")
NO_ONES = Message("Others")
EMPTY = Message("The directory is empty.")
router = APIRouter(include_in_schema=False)


@router.get("/lines/card")
@needs(*SEES_NUMBERS)
@exports
def card(view: CurrentView, language: str = "", paper: str = "") -> HTMLResponse:
    """The card, to be printed. language: one of the watch's or `all`; the reader's without it. paper: `a4` or `a6`."""
    offered = view.snapshot.watch.settings.languages
    if language == "all":
        chosen: tuple[str, ...] = offered
    else:
        chosen = (language if language in offered else view.reader.language,)
    response = view.page(
        "telephoning/card.html.jinja",
        sheets=[sheet_in(view, words(each), each) for each in chosen],
        spoken_in=[(each, view.words.language_name(each)) for each in offered],
        chosen=language if language == "all" else chosen[0],
        paper="a6" if paper == "a6" else "a4",
    )
    response.headers["cache-control"] = "no-store"
    return response


def sheet_in(view: View, spoken: Words, language: str) -> dict[str, Any]:
    """What the card says, in one language; names and remarks stay as they were typed."""
    directory, settings, zone = directory_of(view), view.snapshot.watch.settings, view.reader.zone
    printed = Message("Printed {moment}", moment=view.console.now())
    lines = [line for line in directory.lines() if not line.is_erased]
    sides = dict.fromkeys((*directory.sides, ""))
    return {
        "language": language,
        "direction": spoken.direction,
        "title": spoken.say(TITLE),
        "watch": printable(spoken.name(settings.names, otherwise=settings.id)),
        "simulated": spoken.say(SIMULATED) if settings.simulated else "",
        "medical": (spoken.say(MEDICAL), printable(directory.medical_line)) if directory.medical_line else None,
        "printed": spoken.say(printed, zone=zone),
        "holds_numbers": spoken.say(HOLDS_NUMBERS if view.watch.kind == "centre" else HOLDS_NUMBERS_HERE),
        "empty": "" if lines else spoken.say(EMPTY),
        "groups": [
            {
                "name": _side_in(view, spoken, side) if side else spoken.say(NO_ONES),
                "lines": [_line_in(view, spoken, line) for line in lines if line.of == side],
            }
            for side in sides
            if any(line.of == side for line in lines)
        ],
    }


def _line_in(view: View, spoken: Words, line: DutyLine) -> dict[str, Any]:
    tested = ""
    if line.tested:
        result = RESULT_WORDS[line.tested.result]
        sentence = Message("Last tested {moment}: {result}", moment=line.tested.at, result=result)
        tested = spoken.say(sentence, zone=view.reader.zone)
    offered = set(view.snapshot.watch.settings.languages)
    return {
        "function": line.function,
        "numbers": [(spoken.say(NUMBER_WORDS[each.sort]), each.number) for each in line.numbers],
        "languages": ", ".join(spoken.language_name(each) if each in offered else each for each in line.languages),
        "hours": line.hours,
        "remark": line.remark,
        "tested": tested,
    }


def _side_in(view: View, spoken: Words, side: str) -> str:
    watch = view.snapshot.watch
    names = {recipient.id: recipient.names for recipient in watch.settings.recipient}
    names |= {body.id: body.names for body in watch.agreement.body}
    names |= {party.id: party.names for party in watch.agreement.party}
    names |= {delegation.id: delegation.names for delegation in watch.settings.delegation}
    return printable(spoken.name(names.get(side, {}), otherwise=side))
