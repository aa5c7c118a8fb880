"""Who read, exported or took what: the newest first, by person, day and act, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response, StreamingResponse

from trucewatch.desks.enrolling.forms import people_of
from trucewatch.desks.enrolling.rule import read
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.people_shown import person_words
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.access_log import Access, Accessed

AT_ONCE: Final = 100
NOBODY: Final = "nobody"
"""In the filter: who was not signed in."""
COLUMNS: Final = ("at", "person", "what", "right", "where", "address", "count")

router = APIRouter(include_in_schema=False)


def days_kept(values: Mapping[str, Any]) -> int:
    """For how many days it is kept who read what, as the watch agreed. Raises WatchError."""
    return read(values).keep_access_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines are shown. person: a reference, `nobody`, or "" for all. day: as it was typed."""

    person: str = ""
    day: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None
    fault: Message | None = None

    @property
    def is_filtered(self) -> bool:
        return bool(self.person or self.day or self.what)

    @property
    def query(self) -> str:
        pairs = {"person": self.person, "day": self.day, "what": self.what}
        return urlencode({name: value for name, value in pairs.items() if value})

    def lets(self, line: Accessed) -> bool:
        if self.person and line.who != ("" if self.person == NOBODY else self.person):
            return False
        if self.what and line.what != self.what:
            return False
        return not (self.since and self.until) or self.since <= line.at < self.until


@router.get("/people/access")
@needs(Right.AUDIT)
def access(view: CurrentView, person: str = "", day: str = "", what: str = "", after: str = "0") -> HTMLResponse:
    """Who read what: a page of it, how long it is kept, and why it is not all written where the disk is full."""
    wanted = wanted_of(view, person, day, what)
    first = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    log, trouble = view.console.access, wanted.fault
    lines: list[Accessed] = []
    if trouble is None:
        try:
            lines = list(islice(lines_of(view, wanted), first, first + AT_ONCE + 1))
        except TrucewatchError as exc:
            trouble = exc.message
    return view.page(
        "enrolling/access.html.jinja",
        status=422 if wanted.fault else 200,
        lines=[(line, who_of(view, line)) for line in lines[:AT_ONCE]],
        labels={each: each.label for each in Access},
        people=[(each.reference, person_words(view, each.reference)) for each in people_of(view).everybody()],
        wanted=wanted,
        first=first,
        at_once=AT_ONCE,
        has_more=len(lines) > AT_ONCE,
        keep_days=log.keep_days,
        trouble=trouble if trouble and not wanted.fault else log.trouble,
        in_use=view.console.gate.in_use,
        nobody=NOBODY,
    )


@router.get("/people/access.csv")
@needs(Right.AUDIT)
@exports
def access_csv(view: CurrentView, person: str = "", day: str = "", what: str = "") -> Response:
    """Every line of the same choice. People stand in it by reference alone: a file goes on to others."""
    wanted = wanted_of(view, person, day, what)
    if wanted.fault:
        raise TrucewatchError(wanted.fault)
    headers = {"content-disposition": 'attachment; filename="inside-who-read-what.csv"', "cache-control": "no-store"}
    return StreamingResponse(csv_of(lines_of(view, wanted)), media_type="text/csv; charset=utf-8", headers=headers)


def wanted_of(view: View, person: str, day: str, what: str) -> Wanted:
    """What was chosen; a day that is none is said beside its field, an act that is none counts as all."""
    chosen = next((each.value for each in Access if each.value == what), "")
    if not day.strip():
        return Wanted(person=person[:100], what=chosen)
    try:
        since, until = bounds_of(view, view.time_form.read_day(day))
    except TrucewatchError as exc:
        return Wanted(person=person[:100], what=chosen, day=day[:100], fault=exc.message)
    return Wanted(person=person[:100], what=chosen, day=day[:100], since=since, until=until)


def bounds_of(view: View, day: date) -> tuple[datetime, datetime]:
    """A day of the reader's zone. Raises TrucewatchError for one at the ends of the calendar."""
    try:
        since, until = (
            datetime.combine(each, time(), view.reader.zone).astimezone(UTC) for each in (day, day + timedelta(days=1))
        )
    except OverflowError as exc:
        raise TrucewatchError(Message("Nothing is kept of that day; choose one of the last months.")) from exc
    return since, until


def lines_of(view: View, wanted: Wanted) -> Iterator[Accessed]:
    """The lines of a choice, the newest first. Raises Locked, StoreError."""
    since, until = (moment.date() if moment else None for moment in (wanted.since, wanted.until))
    return filter(wanted.lets, view.console.access.lines(since=since, until=until))


def who_of(view: View, line: Accessed) -> str:
    """Who a line is of, for whoever reads the page."""
    if line.who.startswith("t-"):
        return view.words.gettext("a program with its token")
    return person_words(view, line.who) if line.who else view.words.gettext("nobody who was signed in")


def csv_of(lines: Iterator[Accessed]) -> Iterator[str]:
    """The lines as CSV, their columns named; no cell runs as a formula, since each begins with a letter, a digit or
    "/"."""
    yield _row(COLUMNS)
    for line in lines:
        values = (line.who, line.what.value, line.right, line.where, line.address, str(line.count))
        yield _row((line.at.isoformat(timespec="seconds").replace("+00:00", "Z"), *map(_cell, values)))


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t")) else value


def _row(values: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue()
