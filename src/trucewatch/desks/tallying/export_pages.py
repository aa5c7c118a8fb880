"""Counters and activities as HXL: what would leave, what is held back and by which rule, and the file."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.tallying.leaving import activity_rows, counts_leaving
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_count_series import count_series
from trucewatch.model.humanitarian import HumanitarianFile
from trucewatch.model.roles import Right
from trucewatch.reports.hxl_tables import HxlContext, activities_as_hxl, counts_as_hxl
from trucewatch.server.aid_files import given_file
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.forms import Form, text_of
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView, View

TABLES = {"count": Message("Counters"), "activity": Message("Who does what where")}
_NO_FILE = HumanitarianFile(schema=1)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    content: bytes
    rows: int
    held_back: int = 0


@router.get("/counts/export")
@needs(Right.COORDINATE)
def export(view: CurrentView) -> HTMLResponse:
    """What each file would hold, before it is made."""
    return _page(view)


@router.post("/counts/export")
@needs(Right.COORDINATE)
@exports
def take(view: CurrentView, form: Form) -> Response:
    """The file; that it is taken is entered first."""
    table = text_of(form, "table")
    if table not in TABLES:
        return _page(view, trouble=Message("Choose which file."))
    try:
        with view.writing() as now:
            file = _file(now, table)
            return given_file(now, file.content, table=table, rows=file.rows, name=f"{table}.hxl.csv", media="hxl")
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)


def _page(view: View, *, trouble: Message | None = None) -> HTMLResponse:
    files = {table: _file(view, table) for table in TABLES}
    return view.page(
        "tallying/export.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble or view.replay_trouble,
        files=files,
        titles=TABLES,
        lists=sorted({(code.of, code.edition) for each in _on_file(view).district for code in each.pcode}),
        can_act=not view.snapshot.is_replay,
    )


def _file(view: View, table: str) -> _File:
    book = book_of(view)
    context = HxlContext(
        watch=view.watch.settings.id,
        at=book.now,
        is_simulated=view.watch.settings.simulated,
        on_file=_on_file(view),
        names=names_of(view),
        words=view.words,
    )
    if table == "activity":
        activities = activity_rows(book.items("activity"))
        return _File(content=activities_as_hxl(activities, context), rows=len(activities))
    counts = counts_leaving(count_series(book.items("count")))
    return _File(content=counts_as_hxl(counts.rows, context), rows=len(counts.rows), held_back=counts.held_back)


def _on_file(view: View) -> HumanitarianFile:
    return view.watch.humanitarian or _NO_FILE
