"""Windows of silence as a side is asked for them, and its answer by its own hand: to the window, and to more time. A
liaison reads what is asked, and nothing of what the other side answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.quieting.wording import stand_words
from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_tables import AidTable
from trucewatch.model.roles import Right
from trucewatch.model.window_state import WindowState
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.pipeline.window_findings import window_standing
from trucewatch.server.aid_fields import Typed, fields_of, filled_fields, shown_fields, typed_in
from trucewatch.server.aid_view import book_of, names_of, side_of, sides_of
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)
HERE: Final = "/windows/own"
ANSWERS: Final = ("window_answer", "window_extension_answer")
_OWN: Final = ("side", "answered_at", "version")
"""Fields that a liaison does not fill in: whose answer it is, that it is given now, to what the page shows."""


@router.get(HERE)
@needs(Right.LIAISE)
def own_windows(view: CurrentView, side: str = "") -> HTMLResponse:
    """The windows that a side is asked for, those that it has not answered first, then the earliest."""
    sides = sides_of(view)
    if not sides:
        return view.page("quieting/own_none.html.jinja")
    chosen, book, names = side_of(view, side), book_of(view), names_of(view)
    rows = [
        (item, TABLES["window"].line(item.row, names), _stands(book, item, chosen))
        for item in sorted(_asked(book), key=lambda item: (_has_answered(item, chosen), item.row.from_, item.code))
    ]
    return view.page(
        "quieting/own.html.jinja",
        rows=rows,
        side=chosen,
        name=names.side(chosen),
        sides=[(each, names.side(each)) for each in sides],
    )


@router.get(f"{HERE}/{{code}}")
@needs(Right.LIAISE)
def own_window(view: CurrentView, code: str, side: str = "") -> HTMLResponse:
    return _page(view, _asked_item(view, code), side_of(view, side))


@router.post(f"{HERE}/{{code}}/{{step}}")
@needs(Right.LIAISE)
def answer(view: CurrentView, code: str, step: str, form: Form) -> Response:
    """The answer of one's own side at this moment, to the version that the page showed."""
    if step not in ANSWERS:
        raise RefusalError(404, Message("There is no such step; the page of {code} has those there are.", code=code))
    table = TABLES[step]
    typed = typed_in(form, table)
    with view.writing() as now:
        item, chosen, book = _asked_item(now, code), side_of(now, typed_of(form, "side")), book_of(now)
        fields, faults = fields_of(now, table, {key: texts for key, texts in typed.items() if key not in _OWN})
        fields |= {"side": chosen, "answered_at": book.now}
        if table.field("version") is not None:
            fields["version"] = number_of(form, "version") or item.version
        try:
            now.refuse_in_replay()
            if faults:
                return _page(now, item, chosen, step, typed, faults=faults)
            book.enter(step, fields, by=now.by, about=item.code, acting_for=chosen)
        except NeverHereError as exc:
            return _page(now, item, chosen, trouble=exc.message)
        except AidRefusedError as exc:
            wrong = {str(each.at[0]): each.sentence for each in reversed(exc.troubles)}
            return _page(now, item, chosen, step, typed, faults=wrong)
        except TrucewatchError as exc:
            return _page(now, item, chosen, step, typed, trouble=exc.message)
    return after(f"{HERE}/{item.code}?side={chosen}", Toast(Message("{code}: answered.", code=item.code)))


def _asked(book: AidBook) -> list[Item]:
    """The windows of which the content stands."""
    return [item for item in book.items("window") if item.row is not None]


def _asked_item(view: View, code: str) -> Item:
    item = book_of(view).item_or_none(code[:100])
    if item is None or item.table != "window" or item.row is None:
        raise RefusalError(404, Message("There is nothing of this number by now; the list has those there are."))
    return item


def _has_answered(item: Item, side: str) -> bool:
    return any(step.row.side == side for step in item.steps_of("window_answer") if step.row is not None)


def _stands(book: AidBook, item: Item, side: str) -> Message:
    """What this side said, and nothing of the other's word."""
    state = window_standing(item, book.watch, book.now)
    stand = next((each for each in state.sides if each.side == side), None) if state else None
    return stand_words(stand) if stand else Message("has not answered")


def _open_steps(item: Item, state: WindowState) -> list[AidTable]:
    """What can be answered: the window; more time, where it is asked for."""
    names = ANSWERS if item.steps_of("window_extension") else ANSWERS[:1]
    return [TABLES[name] for name in names]


def _page(
    view: View,
    item: Item,
    side: str,
    step: str = "",
    typed: Typed | None = None,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    book, names = book_of(view), names_of(view)
    state = window_standing(item, view.watch, book.now)
    assert state is not None
    forms: Sequence[object] = [
        {
            "table": table,
            "filled": [
                each
                for each in filled_fields(
                    view,
                    book,
                    table,
                    typed or {} if table.name == step else {},
                    faults or {} if table.name == step else {},
                )
                if each.field.key not in _OWN
            ],
            "left": [fault for key, fault in (faults or {}).items() if key in _OWN and table.name == step],
        }
        for table in _open_steps(item, state)
    ]
    return view.page(
        "quieting/own_window.html.jinja",
        status=422 if faults or trouble else 200,
        item=item,
        line=TABLES["window"].line(item.row, names),
        shown_fields=shown_fields(view, book, TABLES["window"], item.row),
        stands=_stands(book, item, side),
        longer=state.longer,
        forms=forms,
        side=side,
        name=names.side(side),
        may_answer=not view.snapshot.is_replay,
        trouble=trouble or view.replay_trouble,
        example_place="",
    )
