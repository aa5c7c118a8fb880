"""What a side reads here of what it was told, and its answer by its own hand. A liaison sees the notifications that
their side was told, as it was told them, and nothing of what others were told or answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_notice_steps import NOTICE_REPLIES, PASSAGE_REPLIES
from trucewatch.model.aid_notification_state import FIXED_SENTENCES, SideState, ended, has_lapsed
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.pipeline.aid_states import states_of_sides
from trucewatch.server.aid_view import book_of, names_of, side_of, sides_of
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.notice_letter import told_rows
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)
HERE: Final = "/notifications/own"
ANSWER_TABLES: Final = {"movement": "own_answer", "fixed_site": "own_answer", "passage": "own_passage_answer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldItem:
    """An item as a side was told it: the version that stood when it was told last."""

    item: Item
    state: SideState
    version: AidEntry


@router.get(HERE)
@needs(Right.LIAISE)
def own_notifications(view: CurrentView, side: str = "") -> HTMLResponse:
    """What the side was told, the latest first; medical passage above it."""
    sides = sides_of(view)
    if not sides:
        return view.page("notifying/own_none.html.jinja")
    chosen = side_of(view, side)
    book, names = book_of(view), names_of(view)
    tellings = _tellings(book, chosen)
    tellings.sort(key=lambda each: (each.item.table != "passage", -each.version.entry))
    return view.page(
        "notifying/own.html.jinja",
        rows=[(each, TABLES[each.item.table].line(each.version.row, names), _stands(each)) for each in tellings],
        side=chosen,
        name=names.side(chosen),
        sides=[(each, names.side(each)) for each in sides],
        sentences=FIXED_SENTENCES,
    )


@router.get(f"{HERE}/{{code}}")
@needs(Right.LIAISE)
def own_notification(view: CurrentView, code: str, side: str = "") -> HTMLResponse:
    book, chosen = book_of(view), side_of(view, side)
    return _page(view, _told_item(book, chosen, code), chosen, {})


@router.post(f"{HERE}/{{code}}")
@needs(Right.LIAISE)
def answer(view: CurrentView, code: str, form: Form) -> Response:
    """The answer of one's own side, at this moment."""
    typed = {name: typed_of(form, name) for name in ("answer", "says")}
    with view.writing() as now:
        book, chosen = book_of(now), side_of(now, typed_of(form, "side"))
        tellings = _told_item(book, chosen, code)
        fields = {"side": chosen, "answer": typed["answer"], "answered_at": book.now, "says": typed["says"]}
        try:
            now.refuse_in_replay()
            book.enter(
                ANSWER_TABLES[tellings.item.table], fields, by=now.by, about=tellings.item.code, acting_for=chosen
            )
        except TrucewatchError as exc:
            kept = {**typed, "says": ""} if isinstance(exc, NeverHereError) else typed
            return _page(now, tellings, chosen, kept, trouble=exc)
    return after(
        f"{HERE}/{tellings.item.code}?side={chosen}", Toast(Message("{code}: answered.", code=tellings.item.code))
    )


def _tellings(book: AidBook, side: str) -> list[ToldItem]:
    """What a side was told and may still read: nothing that lapsed."""
    tellings = []
    for item in book.items(*ANSWER_TABLES):
        if item.row is None or has_lapsed(item.row, now=book.now, zone=book.zone):
            continue
        state = next(
            (each for each in states_of_sides(book, item) if each.side == side and each.sent is not None), None
        )
        if state is not None and (version := _version(item, state)) is not None:
            tellings.append(ToldItem(item=item, state=state, version=version))
    return tellings


def _version(item: Item, state: SideState) -> AidEntry | None:
    """The last version that stood when the side was told; a change that it was not told is not shown to it."""
    versions = [
        each
        for each in item.versions
        if each.stands and each.row is not None and state.sent is not None and each.entry < state.sent.entry
    ]
    return versions[-1] if versions else None


def _told_item(book: AidBook, side: str, code: str) -> ToldItem:
    """Raises RefusalError 404 for one that the side was not told, as for one that there is not."""
    wanted = code.strip().upper()
    for each in _tellings(book, side):
        if each.item.code == wanted:
            return each
    raise RefusalError(404, Message("Your side was told of no notification of this number; the list has those it was."))


def _stands(tellings: ToldItem) -> Message:
    over = ended(tellings.item)
    if over is not None:
        return Message("withdrawn") if over.row.state == "withdrawn" else Message("done")
    if tellings.state.answer is None:
        return Message("not answered yet")
    answered = tellings.state.answer.row
    line = Message("{answer}, {at}", answer=PASSAGE_REPLIES[answered.answer], at=answered.answered_at)
    if tellings.state.answers_earlier and not tellings.state.is_outdated:
        return Message("{line}; you were told of a change since, which is not answered yet", line=line)
    return line


def _page(
    view: View, tellings: ToldItem, side: str, typed: Mapping[str, str], *, trouble: TrucewatchError | None = None
) -> HTMLResponse:
    faults: dict[str, Any] = {}
    if isinstance(trouble, AidRefusedError):
        faults = {str(each.at[0]): each.sentence for each in trouble.troubles}
    is_passage = tellings.item.table == "passage"
    return view.page(
        "notifying/own_notice.html.jinja",
        status=422 if trouble else 200,
        told_item=tellings,
        code=tellings.item.code,
        rows=told_rows(view, tellings.item, tellings.version.row, view.words),
        stands=_stands(tellings),
        replies=PASSAGE_REPLIES if is_passage else NOTICE_REPLIES,
        is_passage=is_passage,
        may_answer=not view.snapshot.is_replay and ended(tellings.item) is None,
        side=side,
        name=names_of(view).side(side),
        typed=typed,
        faults=faults,
        trouble=trouble.message if trouble and not faults else view.replay_trouble,
        sentences=FIXED_SENTENCES,
    )
