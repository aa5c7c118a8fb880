"""The list of incidents: filtered, ordered, a hundred rows a page, and the same view as a file for use inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response, StreamingResponse

from trucewatch.desks.incidents.export import csv_lines, json_lines, leaving_none
from trucewatch.desks.incidents.facets import facets_of
from trucewatch.desks.incidents.listing import ListView, masks_of, ordered, read_view
from trucewatch.desks.incidents.pages import ROWS_AT_ONCE, brief_time
from trucewatch.desks.incidents.records import rejected_incidents
from trucewatch.locale import Words
from trucewatch.messages import Message
from trucewatch.model.incident import Incident
from trucewatch.model.roles import Right
from trucewatch.model.standing import Standing
from trucewatch.server.filter_words import chosen_filters, hidden_words
from trucewatch.server.filters import passing
from trucewatch.server.grave import board_of
from trucewatch.server.preferences import zone_title
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.snapshot import Ints
from trucewatch.server.source_words import SourceWords, words_of_rows
from trucewatch.server.view import CurrentView, View

MOST_PERIODS: Final = 100
_NUMBERS: Final = frozenset(("size", "happened", "reports", "edits"))
_FALLING_FIRST: Final = frozenset(("when", "size", "happened", "cause", "reports", "edits", "rung"))
"""Columns whose first click puts the newest, the largest or the surest first."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row of the list."""

    code: str
    incident: Incident
    standing: Standing
    says: SourceWords


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: where a click on it leads, and how the list is ordered by it now, as `aria-sort` has it."""

    name: str
    title: str
    address: str
    sorted: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows the list, and the address without it."""

    label: str
    address: str


@router.get("/incidents")
@needs(Right.INSIDE)
def incidents(view: CurrentView) -> HTMLResponse:
    snapshot, visit = view.snapshot, view.reader
    wanted = _wanted(view)
    masks = masks_of(snapshot, wanted, visit.zone)
    rows = ordered(snapshot, np.flatnonzero(passing(snapshot, masks.values())), wanted.sort, visit.words)
    first = min(wanted.after, max(len(rows) - 1, 0) // ROWS_AT_ONCE * ROWS_AT_ONCE)
    is_whole = first == 0 and not wanted.is_filtered
    first_rejected = _rejected_from(view)
    part_rejected = snapshot.rejected.slice(first_rejected, ROWS_AT_ONCE if is_whole else 0)
    return view.page(
        "incidents/list.html.jinja",
        listed=_listed(view, rows[first : first + ROWS_AT_ONCE]),
        wanted=wanted,
        columns=_columns(wanted, visit.words, zone_title(visit.zone_name, snapshot.as_of)),
        facets=facets_of(snapshot, wanted, visit, masks),
        chips=_chips(view, wanted),
        hidden=_hidden(view, wanted, snapshot.rows - len(rows)),
        matching=len(rows),
        on_map=wanted.chosen.address(),
        files={name: wanted.address(f"/incidents.{name}") for name in ("csv", "json")},
        leaving_none=leaving_none(snapshot, rows),
        others=[pair for pair in wanted.pairs() if pair[0] not in ("text", "sort", "after")],
        board=board_of(snapshot, visit.telling) if is_whole else None,
        periods=list(snapshot.periods.values())[:MOST_PERIODS] if is_whole else [],
        rejected=rejected_incidents(part_rejected, view.console.store.typed.words_of),
        first_rejected=first_rejected,
        more_rejected=snapshot.rejected.num_rows - first_rejected - part_rejected.num_rows,
        rows_at_once=ROWS_AT_ONCE,
        first=first,
        more=wanted.address(after=first + ROWS_AT_ONCE) if first + ROWS_AT_ONCE < len(rows) else "",
        before=wanted.address(after=max(first - ROWS_AT_ONCE, 0)) if first else "",
        brief=lambda incident: brief_time(incident, visit.telling),
    )


@router.get("/incidents.csv")
@needs(Right.INSIDE)
@exports
def incidents_csv(view: CurrentView) -> Response:
    return _file(view, "csv", "text/csv; charset=utf-8")


@router.get("/incidents.json")
@needs(Right.INSIDE)
@exports
def incidents_json(view: CurrentView) -> Response:
    return _file(view, "json", "application/json")


def _file(view: View, form: str, media_type: str) -> Response:
    """All rows of a view, on every page of it, in its order. Raises RefusalError in a replay, which is no record."""
    if view.snapshot.is_replay:
        raise RefusalError(
            409, Message("This is a replay; its list is no record and is not given as a file. Stop the replay first.")
        )
    wanted = _wanted(view)
    masks = masks_of(view.snapshot, wanted, view.reader.zone)
    rows = np.flatnonzero(passing(view.snapshot, masks.values()))
    rows = ordered(view.snapshot, rows, wanted.sort, view.words)
    lines = csv_lines if form == "csv" else json_lines
    name = f"inside-{view.snapshot.watch.settings.id}-incidents.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(lines(view.snapshot, rows, wanted, view.telling), media_type=media_type, headers=headers)


def _wanted(view: View) -> ListView:
    return read_view(view.request.query_params.multi_items(), view.snapshot, view.reader.zone)


def _rejected_from(view: View) -> int:
    text = view.request.query_params.get("rejected", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _listed(view: View, part: Ints) -> list[ListRow]:
    snapshot = view.snapshot
    records = snapshot.incidents_at(part)
    says = words_of_rows(snapshot, records, view.words)
    return [
        ListRow(code=snapshot.codes[row], incident=incident, standing=standing, says=words)
        for row, incident, standing, words in zip(part.tolist(), records, snapshot.standings(part), says, strict=True)
    ]


def _columns(wanted: ListView, words: Words, zone: str) -> list[Column]:
    """The heads: a click orders by a column, a second one the other way round."""
    titles: dict[str, Any] = {
        "code": words.gettext("Code"),
        "assessment": words.gettext("Assessment"),
        "when": words.gettext("When, {zone}").format(zone=zone),
        "what": words.gettext("What happened, and what is said of it"),
        "where": words.gettext("Where"),
        "size": words.gettext("±, 95%"),
        "rung": words.gettext("How far it is known"),
        "happened": words.pgettext("confidence", "Happened"),
        "cause": words.gettext("Likeliest cause"),
        "reports": words.gettext("Observations"),
        "edits": words.gettext("Changed by hand"),
    }
    columns = []
    for name, title in titles.items():
        is_by_it, is_falling = wanted.sort.removeprefix("-") == name, wanted.sort.startswith("-")
        falls_next = not is_falling if is_by_it else name in _FALLING_FIRST
        state = ("descending" if is_falling else "ascending") if is_by_it else ""
        address = wanted.address(sort=f"-{name}" if falls_next else name)
        columns.append(Column(name, title, address, state, name in _NUMBERS))
    return columns


def _chips(view: View, wanted: ListView) -> list[Chip]:
    words = view.words
    chips = [
        Chip(each.label, wanted.address(chosen=each.without))
        for each in chosen_filters(view.snapshot, wanted.chosen, view.telling)
    ]
    for month, label in zip(wanted.month, _own_labels(wanted, words), strict=False):
        chips.append(Chip(label, wanted.address(month=tuple(each for each in wanted.month if each != month))))
    if wanted.text:
        chips.append(Chip(_own_labels(wanted, words)[-1], wanted.address(text="")))
    return chips


def _own_labels(wanted: ListView, words: Words) -> list[str]:
    labels = [words.gettext("month: {month}").format(month=words.month(month)) for month in wanted.month]
    return labels + [words.gettext("text: {text}").format(text=wanted.text)] * bool(wanted.text)


def _hidden(view: View, wanted: ListView, hidden: int) -> str:
    return hidden_words(view.snapshot, wanted.chosen, view.telling, hidden, *_own_labels(wanted, view.words))
