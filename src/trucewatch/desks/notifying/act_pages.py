"""What is done with a notification: tell the sides, say that it is done or withdrawn, show the monitoring centre what
is ticked, print the letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trucewatch.errors import NeverHereError, TimeError, TrucewatchError
from trucewatch.messages import Message, Plural
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_notice_steps import END_WORDS, SENT_WORDS
from trucewatch.model.aid_notification_state import FIXED_SENTENCES
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.pipeline.aid_notifying import end_notice, is_shown_as_ticked, show_centre, tell_sides
from trucewatch.pipeline.aid_states import states_of_sides
from trucewatch.server.aid_view import acting_for, names_of
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.notice_letter import letter_page
from trucewatch.server.notice_view import NOTICES, PATHS, item_here, path_of, told_now
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)
USUAL_WAYS: Final = {"itself": "own", "coordinator": "letter", "post_box": "post_box", "": ""}
"""What stands in the form for a side before somebody chooses, by who tells it."""
_HERE: Final = ("movement", "fixed_site", "passage")


@dataclass(frozen=True, slots=True, kw_only=True)
class SideField:
    """A side in the form: its name, the way that is chosen, whether it was told."""

    side: str
    name: str
    way: str
    is_told: bool


@router.get("/notifications/send/{code}")
@needs(Right.AID, Right.COORDINATE)
def send_form(view: CurrentView, code: str) -> HTMLResponse:
    book, item = _own_item(view, code)
    typed = {"at": view.time_form.write_moment(book.now.replace(second=0))}
    typed["show"] = "yes" if item.row.shown and not is_shown_as_ticked(book, item) else ""
    return _send_page(view, book, item, typed)


@router.post("/notifications/send/{code}")
@needs(Right.AID, Right.COORDINATE)
def send(view: CurrentView, code: str, form: Form) -> Response:
    """Enter that sides were told, each by its way; show the centre what is ticked where that is chosen."""
    typed = {name: typed_of(form, name)[:200] for name in ("at", "function", "show")}
    with view.writing() as now:
        book, item = _own_item(now, code)
        ways = _ways_in(now, book, item, form)
        try:
            now.refuse_in_replay()
            sent_at = _moment(now, typed["at"])
            own = acting_for(now)
            told = []
            if ways or typed["show"] != "yes":
                told = tell_sides(
                    book, item, ways, sent_at=sent_at, function=typed["function"].strip(), by=now.by, acting_for=own
                )
            if typed["show"] == "yes":
                show_centre(book, book.item(item.code), by=now.by, acting_for=own)
        except TrucewatchError as exc:
            return _send_page(now, book, item, _kept(typed, exc), ways=ways, trouble=exc)
    sides = Plural(
        "{code}: {count} side told.", "{code}: {count} sides told.", len(told), code=item.code, count=len(told)
    )
    return after(path_of(item), Toast(sides))


@router.get("/notifications/end/{code}")
@needs(Right.AID, Right.COORDINATE)
def end_form(view: CurrentView, code: str) -> HTMLResponse:
    book, item = _own_item(view, code)
    return _end_page(view, item, {"at": view.time_form.write_moment(book.now.replace(second=0))})


@router.post("/notifications/end/{code}")
@needs(Right.AID, Right.COORDINATE)
def end(view: CurrentView, code: str, form: Form) -> Response:
    """Enter that it is done or withdrawn; the centre is told so where it was shown it."""
    typed = {name: typed_of(form, name)[:200] for name in ("at", "state")}
    with view.writing() as now:
        book, item = _own_item(now, code)
        try:
            now.refuse_in_replay()
            own = acting_for(now)
            fields = {"state": typed["state"], "ended_at": _moment(now, typed["at"]), "organisation": own}
            end_notice(book, item, fields, by=now.by, acting_for=own)
        except TrucewatchError as exc:
            return _end_page(now, item, typed, trouble=exc)
    return after(path_of(item), Toast(Message("{code}: entered. Tell the sides that were told.", code=item.code)))


def _lead(path: str, step: str, act: str) -> None:
    """The step of a table's own pages leads here: the form for all sides, and the end that the centre is told of."""

    @router.get(f"{path}/{{code}}/add/{step}")
    @needs(Right.AID, Right.COORDINATE)
    def lead(code: str) -> Response:
        return RedirectResponse(f"/notifications/{act}/{quote(code[:80], safe='')}", status_code=303)


for _path in (PATHS[table] for table in _HERE):
    _lead(_path, "notice_sent", "send")
    _lead(_path, "notice_end", "end")


@router.get("/notifications/letter/{code}")
@needs(Right.INSIDE)
def letter(view: CurrentView, code: str) -> HTMLResponse:
    """One letter for every side that is to be told, the same words for each, in every language of the watch."""
    book, item = item_here(view, code)
    return letter_page(view, book, item)


def _own_item(view: View, code: str) -> tuple[AidBook, Item]:
    """A notification that whoever asks may do something with. Raises RefusalError 404 for none and for a lapsed one."""
    book, item = item_here(view, code)
    if item.table not in _HERE or item.origin:
        raise RefusalError(404, Message("{code} came from elsewhere; only there it is told and ended.", code=item.code))
    if item.row is None:
        raise RefusalError(404, Message("{code} lapsed; nothing of it can be told any more.", code=item.code))
    return book, item


def _moment(view: View, text: str) -> datetime:
    return view.time_form.read_moment(text)


def _ways_in(view: View, book: AidBook, item: Item, form: FormData) -> dict[str, str]:
    sides = [state.side for state in states_of_sides(book, item)]
    ways = {side: typed_of(form, f"way-{side}")[:20] for side in sides}
    return {side: way for side, way in ways.items() if way}


def _kept(typed: Mapping[str, str], exc: TrucewatchError) -> dict[str, str]:
    """What was typed, to be shown again; nothing of what the guard refused."""
    return {**typed, "function": ""} if isinstance(exc, NeverHereError) else dict(typed)


def _send_page(
    view: View,
    book: AidBook,
    item: Item,
    typed: Mapping[str, str],
    *,
    ways: Mapping[str, str] | None = None,
    trouble: TrucewatchError | None = None,
) -> HTMLResponse:
    names, states = names_of(view), states_of_sides(book, item)
    return view.page(
        "notifying/send.html.jinja",
        status=422 if trouble else 200,
        item=item,
        back=path_of(item),
        sides=[
            SideField(
                side=state.side,
                name=names.side(state.side),
                way=(
                    ways.get(state.side, "")
                    if ways is not None
                    else ""
                    if state.sent and not state.is_outdated
                    else _usual_way(view, item, state.chosen)
                ),
                is_told=state.sent is not None,
            )
            for state in states
        ],
        ways=SENT_WORDS,
        typed=typed,
        faults=_faults(trouble),
        trouble=trouble.message if trouble and not _faults(trouble) else view.replay_trouble,
        shows=[] if item.table not in (*NOTICES, "passage") else item.row.shown,
        before=[*told_now(view, book, item.row, item.code)] if item.table in NOTICES else [],
        sentences=FIXED_SENTENCES,
    )


def _usual_way(view: View, item: Item, chosen: str) -> str:
    """The way that stands in the form: of what the organisation tells itself only where its own member has the form."""
    if chosen == "itself" and acting_for(view) != item.row.organisation:
        return ""
    return USUAL_WAYS[chosen]


def _end_page(
    view: View, item: Item, typed: Mapping[str, str], *, trouble: TrucewatchError | None = None
) -> HTMLResponse:
    return view.page(
        "notifying/end.html.jinja",
        status=422 if trouble else 200,
        item=item,
        back=path_of(item),
        states=END_WORDS,
        typed=typed,
        faults=_faults(trouble),
        trouble=trouble.message if trouble and not _faults(trouble) else view.replay_trouble,
        sentences=FIXED_SENTENCES,
    )


def _faults(trouble: TrucewatchError | None) -> dict[str, Message]:
    """What is wrong, by the field of the form that it stands beside."""
    if isinstance(trouble, TimeError):
        return {"at": trouble.message}
    if not isinstance(trouble, AidRefusedError):
        return {}
    own: dict[str, Any] = {
        "sent_at": "at",
        "ended_at": "at",
        "by": "function",
        "side": "ways",
        "way": "ways",
        "shown": "show",
    }
    return {own.get(str(each.at[0]), str(each.at[0])): each.sentence for each in trouble.troubles}
