"""Findings of the list that are not put to the delegations yet, the newest night first; put one or many."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reviewing.acting import book_of
from trucewatch.desks.reviewing.case_words import without_keys
from trucewatch.desks.reviewing.entering import entering
from trucewatch.desks.reviewing.pages import shared
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.incident import Finding
from trucewatch.model.review_outcome import LEAST_DELEGATIONS
from trucewatch.model.roles import Right
from trucewatch.pipeline.judged_findings import put_already
from trucewatch.pipeline.review_book import ReviewBook, taking_part
from trucewatch.pipeline.review_putting import MOST_PUT, put_to_review
from trucewatch.server.forms import Form, text_of, texts_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View, WholeView
from trucewatch.store.journal import Entry

AT_ONCE: Final = 200
"""Findings of one page."""
_NOON: Final = time(12)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventToPut:
    """An incident of the list with its findings that are not put yet, by their clauses. title: what, where, when."""

    code: str
    title: str
    simulated: bool
    findings: tuple[tuple[Finding, str], ...]
    """Each with how it stands, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """From noon to noon of the watch's own zone. first: the day on which it begins; count: findings of it that this
    page has; is_whole: whether it has all of them."""

    first: date
    events: tuple[EventToPut, ...]
    count: int
    is_whole: bool


@router.get("/review/put")
@needs(Right.AGREE)
def put_page(view: CurrentView, page: int = 1) -> HTMLResponse:
    return _page(view, page)


@router.post("/review/put")
@needs(Right.AGREE)
def put(view: WholeView, form: Form) -> Response:
    """Put those that were chosen, or all of one night."""
    night, chosen = text_of(form, "night"), texts_of(form, "finding")
    try:
        with entering(view) as now:
            now.refuse_in_replay()
            today = now.whole()
            wanted = _of_night(today, night) if night else chosen
            _check(wanted)
            entries = put_to_review(now.console.store, today.assessment, wanted, by=now.by, now=now.clock)
    except TrucewatchError as exc:
        return _page(view, 1, chosen=chosen, trouble=exc.message)
    return _put(entries[0], len(entries))


def put_again(entry: Entry) -> Response:
    """Where the act that put a finding led."""
    return _put(entry, 1)


def _put(entry: Entry, count: int) -> Response:
    receipt = Message(
        "{findings} put to the delegations, from entry {entry} of the ledger on. The clock runs, the same for all.",
        findings=Plural("{count} finding", "{count} findings", count, count=Amount(count)),
        entry=entry.number,
    )
    return after("/review", Toast(receipt))


def _check(wanted: Collection[str]) -> None:
    if not wanted:
        raise TrucewatchError(Message("Choose at least one finding; nothing was entered."))
    if len(wanted) > MOST_PUT:
        raise TrucewatchError(
            Message(
                "{count} findings are more than one act puts, {most} at most; choose fewer. Nothing was entered.",
                count=Amount(len(wanted)),
                most=Amount(MOST_PUT),
            )
        )


def _page(view: View, page: int, *, chosen: Collection[str] = (), trouble: Message | None = None) -> HTMLResponse:
    places, book = _not_put(view), book_of(view)
    last = max(1, -(-len(places) // AT_ONCE))
    page = min(max(1, page), last)
    begin, end = (page - 1) * AT_ONCE, page * AT_ONCE
    return view.page(
        "reviewing/put.html.jinja",
        status=422 if trouble else 200,
        nights=_nights(view, places, begin, end),
        count=len(places),
        page=page,
        last=last,
        chosen=frozenset(chosen),
        trouble=trouble or view.replay_trouble,
        rule=view.watch.settings.review,
        warnings=list(_warnings(view, book)),
        day=timedelta(days=1),
        **shared(view),
    )


def _warnings(view: View, book: ReviewBook) -> Iterator[Message]:
    """What stands in the way of an agreement or of a position, whatever is put."""
    delegations = taking_part(book, view.watch)
    if len(delegations) < LEAST_DELEGATIONS:
        yield Message(
            "Fewer than two delegations take part in the review now, so that nothing that is put can become agreed."
        )
    for side in delegations:
        yield from without_keys(view, book, side)


def _not_put(view: View) -> Any:
    """The places of those findings in the list's table: the newest incident first, of one in the order of clauses."""
    snapshot, assessment = view.snapshot, view.snapshot.assessment
    cases = book_of(view).cases()
    put = (
        {case.finding for case in cases if not case.is_of_who}
        if assessment is None
        else put_already(assessment.recorded_incidents, assessment.recorded_findings, cases)
    )
    names = snapshot.findings["finding_id"].to_pylist()
    clauses = snapshot.findings["stipulation"].to_pylist()
    rows = snapshot.finding_incident
    places = [int(place) for place in np.flatnonzero(rows >= 0) if names[place] not in put]
    return sorted(places, key=lambda place: (int(rows[place]), clauses[place]))


def _night_of(view: View, row: int) -> date:
    """The day on which the night of an incident begins."""
    local = datetime.fromtimestamp(int(view.snapshot.start_s[row]), UTC).astimezone(view.watch.zone)
    return local.date() if local.time() >= _NOON else local.date() - timedelta(days=1)


def _of_night(view: View, night: str) -> list[str]:
    """The findings of one night that are not put yet."""
    try:
        first = date.fromisoformat(night)
    except ValueError:
        raise TrucewatchError(Message("No night begins on that day. Choose one of the page.")) from None
    rows, names = view.snapshot.finding_incident, view.snapshot.findings["finding_id"]
    return [names[place].as_py() for place in _not_put(view) if _night_of(view, int(rows[place])) == first]


def _nights(view: View, places: Any, begin: int, end: int) -> list[Night]:
    """The nights of one page, in the order of the list."""
    snapshot = view.snapshot
    rows = [int(snapshot.finding_incident[place]) for place in places[begin:end]]
    findings = snapshot.findings_at(np.asarray(places[begin:end], dtype=np.int64))
    by_night: dict[date, dict[int, list[Finding]]] = {}
    for row, finding in zip(rows, findings, strict=True):
        by_night.setdefault(_night_of(view, row), {}).setdefault(row, []).append(finding)
    beyond = {
        _night_of(view, int(snapshot.finding_incident[places[place]]))
        for place in (begin - 1, end)
        if 0 <= place < len(places)
    }
    return [
        Night(
            first=first,
            events=tuple(_event(view, row, found) for row, found in events.items()),
            count=sum(map(len, events.values())),
            is_whole=first not in beyond,
        )
        for first, events in by_night.items()
    ]


def _event(view: View, row: int, findings: list[Finding]) -> EventToPut:
    telling, incident = view.telling, view.snapshot.incident(row)
    parts = (telling.what(incident), telling.where(incident), telling.dated(incident))
    return EventToPut(
        code=view.snapshot.codes[row],
        title=", ".join(part for part in parts if part),
        simulated=incident.simulated,
        findings=tuple((finding, telling.assessment(finding)) for finding in findings),
    )
