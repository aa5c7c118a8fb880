"""Undertakings as a watch has them at a moment of its clock: which are listed, in which order, and as a document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc
from trucewatch.model.undertakings import Undertaking
from trucewatch.model.watch import Watch
from trucewatch.pipeline.annotation_checks import speakers_of
from trucewatch.store import Store
from trucewatch.store.undertaking_records import undertakings

Show = Literal["all", "running", "passed", "open"]
SHOWS: Final[tuple[Show, ...]] = get_args(Show)
WITHHELD: Final = ("words", "who_as_written", "to_as_written", "attributed_to", "by_words", "says", "source")
"""What programs are not given: words of statements, and whatever somebody typed."""


def undertakings_by_day(
    store: Store, watch: Watch, at: datetime, *, show: Show = "all", about: str = "", who: str = ""
) -> list[Undertaking]:
    """In the order of the days that the words name, those that name none last.

    show: "running", whose clock runs; "passed", whose clock has run out; "open", of which nothing was entered since.
    about: a part of a clause or a provision; who: whose undertaking it is.
    """
    names = _names_of(watch, about) if about else frozenset[str]()
    chosen = [
        each
        for each in undertakings(store, watch.zone, at)
        if _is_shown(each, at, show)
        and (not about or not names.isdisjoint(each.about))
        and (not who or who in each.who)
    ]
    return sorted(chosen, key=lambda each: (each.by_day is None, each.by_day or date.max, each.number))


def undertaking_at(store: Store, watch: Watch, at: datetime, code: str) -> Undertaking:
    """An undertaking by its number, `U-12` or `12`. Raises StoreError if there is none by then."""
    digits = code.strip().upper().removeprefix("U-")
    if digits.isascii() and digits.isdigit() and len(digits) < 8:
        for each in undertakings(store, watch.zone, at):
            if each.number == int(digits):
                return each
    raise StoreError(
        Message("there is no undertaking {code} by now; the list has those there are", code=code.strip()[:20])
    )


def list_document(watch: Watch, at: datetime, listed: Iterable[Undertaking]) -> dict[str, Any]:
    """The list without words: `trucewatch undertakings --json`, `/undertakings.json`."""
    return _head(watch, at) | {"undertakings": [_row(watch, each, at) for each in listed]}


def document_of(watch: Watch, at: datetime, undertaking: Undertaking) -> dict[str, Any]:
    """One undertaking without words: `/undertakings/U-12.json`."""
    return _head(watch, at) | {"undertaking": _row(watch, undertaking, at)}


def _head(watch: Watch, at: datetime) -> dict[str, Any]:
    return {
        "schema": "trucewatch/undertakings/1",
        "watch": watch.settings.id,
        "simulated": watch.settings.simulated,
        "as_of": iso_utc(at),
        "withheld": list(WITHHELD),
    }


def _row(watch: Watch, undertaking: Undertaking, at: datetime) -> dict[str, Any]:
    ids = speakers_of(watch)
    return {
        "number": undertaking.code,
        "statement": f"S-{undertaking.statement}",
        "language": undertaking.language,
        "version": undertaking.version,
        "paragraph": undertaking.paragraph,
        "who": [each for each in undertaking.who if each in ids],
        "to": [each for each in undertaking.to if each in ids],
        "reported": bool(undertaking.attributed_to),
        "about": list(undertaking.about),
        "soft": undertaking.is_soft,
        "said_on": undertaking.said_on.isoformat() if undertaking.said_on else None,
        "by_day": undertaking.by_day.isoformat() if undertaking.by_day else None,
        "by_bound": undertaking.by_bound or None,
        "due": iso_utc(undertaking.due) if undertaking.due else None,
        "clock_has_run_out": undertaking.due <= at if undertaking.due else None,
        "known_at": iso_utc(undertaking.known_at),
        "steps": [
            {
                "number": step.number,
                "day": step.day.isoformat(),
                "word": step.word,
                "by": [each for each in step.by if each in ids],
                "known_at": iso_utc(step.known_at),
                "entry": step.entry,
            }
            for step in undertaking.standing_steps
        ],
    }


def _is_shown(undertaking: Undertaking, at: datetime, show: Show) -> bool:
    if show == "running":
        return undertaking.due is not None and at < undertaking.due
    if show == "passed":
        return undertaking.due is not None and undertaking.due <= at
    return show == "all" or not undertaking.standing_steps


def _names_of(watch: Watch, about: str) -> frozenset[str]:
    """A part and its provision, a provision and its parts: words may mean either."""
    pairs = [(provision.number, part.id) for provision, part in watch.agreement.stipulations()]
    return frozenset({about, *(part for number, part in pairs if number == about)}) | {
        number for number, part in pairs if part == about
    }
