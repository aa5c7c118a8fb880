"""Access constraints as a table, for the coordinator; by whom each is said to be imposed stands in it nowhere."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.messages import Message
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_files import FileOffered, FilesOffered, csv_table, files_page, take_file
from trucewatch.server.forms import Form
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView

COLUMNS: Final = ("code", "type", "district", "from", "until", "own", "organisation", "impact", "people", "simulated")
router = APIRouter(include_in_schema=False)


def as_table(book: AidBook, names: AidNaming) -> tuple[bytes, int]:
    """Every constraint that can be read, without what was typed of it."""
    simulated = "yes" if book.watch.settings.simulated else "no"
    return csv_table(
        COLUMNS,
        [
            {
                "code": item.code,
                "type": item.row.kind,
                "district": item.row.district,
                "from": item.row.from_,
                "until": item.row.until,
                "own": "yes" if item.row.own else "no",
                "organisation": item.row.organisation,
                "impact": " ".join(item.row.impact),
                "people": item.row.people,
                "simulated": simulated,
            }
            for item in book.items("constraint")
            if item.row is not None
        ],
    )


OFFERED: Final = FilesOffered(
    path="/access/export",
    back="/access",
    back_label=Message("Access"),
    files=(
        FileOffered(
            name="access", table="constraint", label=Message("Access constraints"), extension="csv", content=as_table
        ),
    ),
    withheld=Message("By whom a constraint is said to be imposed, and agreed operations, stand in none of them."),
)


@router.get("/access/export")
@needs(Right.COORDINATE)
def export(view: CurrentView) -> HTMLResponse:
    return files_page(view, OFFERED)


@router.post("/access/export")
@needs(Right.COORDINATE)
@exports
def take(view: CurrentView, form: Form) -> Response:
    return take_file(view, OFFERED, form)
