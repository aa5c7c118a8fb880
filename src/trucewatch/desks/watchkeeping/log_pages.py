"""The watch log: a line by the keyboard, people's lines and recorded acts in one order, filter, search, print, a
file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response, StreamingResponse

from trucewatch.desks.watchkeeping.forms import (
    drill_words,
    kept_lines,
    late_words,
    log_of,
    name_words,
    shifts_of,
    typed_in,
    unsigned_words,
)
from trucewatch.desks.watchkeeping.log_lines import enter_line, is_before, parted, path_of
from trucewatch.desks.watchkeeping.log_rows import Asked, LogRow, csv_lines, of_shift
from trucewatch.desks.watchkeeping.operations import MOST, NotEnteredError
from trucewatch.desks.watchkeeping.records import REASONS
from trucewatch.errors import TimeError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form
from trucewatch.server.rights import exports, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.shift_records import shift_now, shifts_on_record, unsigned_at_entry

PAGE: Final = 100
MOST_SEARCH: Final = 200

router = APIRouter(include_in_schema=False)


@router.get("/shift/log")
@needs(Right.INSIDE)
def log_shown(view: CurrentView, shift: str = "", sort: str = "", q: str = "", offset: int = 0) -> HTMLResponse:
    """The log of the shift that is on, or of what is chosen; the newest first."""
    return _page(view, wanted=asked_of(view, shift, sort, q), offset=offset)


@router.post("/shift/log")
@needs(Right.SHIFT)
def log_line(view: CurrentView, form: Form) -> Response:
    """Enter a line; one that is about an earlier hour begins with it, or says it in the field for it."""
    typed = typed_in(form, ("line", "at"))
    try:
        at = view.time_form.read_moment(typed["at"]) if typed["at"].strip() else None
        with view.writing() as now:
            now.refuse_in_replay()
            entry = enter_line(
                shifts_of(now),
                typed["line"],
                by=now.by,
                zone=now.reader.zone,
                at=at,
                incident_of=lambda word: incident_called(now, word),
            )
    except TimeError as exc:
        return _page(view, typed=typed, faults={"at": exc.message})
    except NotEnteredError as exc:
        return _page(view, typed=typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _page(view, typed=typed, trouble=exc.message)
    return logged(view, entry)


@router.get("/shift/log.csv")
@needs(Right.INSIDE)
@exports
def log_csv(view: CurrentView, shift: str = "", sort: str = "", q: str = "") -> Response:
    """Every row of the same choice, the oldest first."""
    log = log_of(view)
    headers = {"content-disposition": 'attachment; filename="inside-watch-log.csv"', "cache-control": "no-store"}
    return StreamingResponse(
        csv_lines(log, log.entries(asked_of(view, shift, sort, q))),
        media_type="text/csv; charset=utf-8",
        headers=headers,
    )


def logged(view: View, entry: Entry) -> Response:
    """Back to the log, with the cursor in the field for the next line."""
    receipt = Message("Entered: entry {entry} of the ledger.", entry=entry.number)
    return after("/shift/log", Toast(receipt, undo=f"/shift/undo?entry={entry.number}"))


def asked_of(view: View, shift: str, sort: str, search: str) -> Asked:
    """What is chosen: the shift that is on where nothing is, `all` for the whole log."""
    shifts = shifts_on_record(view.console.store)
    number = shift.strip().upper().removeprefix("SH-")
    chosen = next((each.number for each in shifts if str(each.number) == number), 0)
    if not shift.strip():
        present = shift_now(view.console.store)
        chosen = present.number if present else 0
    return Asked(shift=chosen, sort=sort if sort in ("line", "act") else "", search=search[:MOST_SEARCH])


def incident_called(view: View, word: str) -> str | None:
    """The id of the incident that a word calls by its number; None for none and for several."""
    row = view.snapshot.row_beginning(word)
    return None if row is None else view.snapshot.ids[row]


def row_words(view: View, row: LogRow, *, is_unsigned: bool) -> dict[str, Any]:
    """A row as a page shows it."""
    line = row.line
    shifts = {each.number: each for each in shifts_on_record(view.console.store)}
    own = shifts.get(line.shift) if line else None
    reason = ""
    if line and line.struck and line.reason_code not in REASONS:
        reason = " ".join(kept_lines(view, line.reason) or (view.words.gettext("erased"),))
    links = {code: path for code, path in (about_link(view, each) or ("", "") for each in row.about) if code}

    in_text: set[str] = set()

    def path_in_text(word: str) -> str:
        """Of a code that the row names, or of the number by which an incident was called then."""
        code = word if word in links else _code_of(view, word)
        in_text.add(code)
        return links.get(code, "")

    lines = (
        kept_lines(view, line.words) if line else (view.words.say(row.says, zone=view.reader.zone),) if row.says else ()
    )
    pieces = None if lines is None else [parted(each, path_in_text) for each in lines]
    return {
        "row": row,
        "pieces": pieces,
        "who": name_words(view, row.by, at=row.recorded_at) if row.by else "",
        "links": [(code, path) for code, path in links.items() if code not in in_text],
        "is_unsigned": is_unsigned,
        "is_before": line is not None and is_before(line, own),
        "shift": of_shift(row, tuple(shifts.values())),
        "struck_by": name_words(view, line.struck_by) if line and line.struck else "",
        "reason": REASONS.get(line.reason_code) if line else None,
        "reason_words": reason,
        "drill": drill_words(view, line.drill) if line and line.drill else "",
    }


def _code_of(view: View, word: str) -> str:
    """By which number pages call the incident that a word calls; "" for none."""
    incident = incident_called(view, word)
    return view.snapshot.codes[view.snapshot.row_of[incident]] if incident else ""


def about_link(view: View, about: str) -> tuple[str, str] | None:
    """A record that a row names, as its code and where it is; None for one that the list of now does not have."""
    if not about.startswith("incident:"):
        return about.partition(":")[2], path_of(about)
    row = view.snapshot.row_of.get(about.removeprefix("incident:"))
    return None if row is None else (view.snapshot.codes[row], f"/incident/{view.snapshot.codes[row]}")


def _page(
    view: View,
    *,
    wanted: Asked | None = None,
    offset: int = 0,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    wanted = wanted or asked_of(view, "", "", "")
    store, log = view.console.store, log_of(view)
    entries = log.entries(wanted)
    first = min(max(offset, 0), max(len(entries) - 1, 0))
    part = entries[first : first + PAGE]
    unsigned = unsigned_at_entry(store, part)
    present, shifts = shift_now(store), shifts_on_record(store)
    choice = {"shift": str(wanted.shift) if wanted.shift else "all", "sort": wanted.sort, "q": wanted.search}
    return view.page(
        "watchkeeping/watch_log.html.jinja",
        status=422 if faults or trouble else 200,
        rows=[row_words(view, row, is_unsigned=row.entry in unsigned) for row in log.rows(part)],
        matching=len(entries),
        first=first,
        page_size=PAGE,
        asked=wanted,
        query=urlencode({name: value for name, value in choice.items() if value}),
        present=present,
        late=late_words(view, present) if present else None,
        unsigned=unsigned_words(shifts),
        shifts=list(reversed(shifts))[:60],
        typed=typed or {},
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay and view.may(Right.SHIFT),
    )
