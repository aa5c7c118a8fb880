"""Visits and gatherings as numbers, for the coordinator. Sites stand in no file: such a list can be misused."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.messages import Message
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_returns import FEWEST_WITH_PLACE
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_files import FileOffered, FilesOffered, csv_table, files_page, take_file
from trucewatch.server.forms import Form
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView

COLUMNS: Final = ("code", "object", "district", "day", "people", "state", "organisation", "simulated")
router = APIRouter(include_in_schema=False)


def as_table(book: AidBook, names: AidNaming) -> tuple[bytes, int]:
    """Every visit and gathering that can be read, with no place but the district."""
    simulated = "yes" if book.watch.settings.simulated else "no"
    rows = []
    for item in book.items("visit", "gathering"):
        if item.row is None:
            continue
        step = item.latest("visit_step")
        rows.append(
            {
                "code": item.code,
                "object": item.table,
                "district": item.row.district,
                "day": item.row.day,
                "people": item.row.people if item.row.people >= FEWEST_WITH_PLACE else f"<{FEWEST_WITH_PLACE}",
                "state": step.row.state if step else "",
                "organisation": item.row.organisation,
                "simulated": simulated,
            }
        )
    return csv_table(COLUMNS, rows)


OFFERED: Final = FilesOffered(
    path="/communities/export",
    back="/communities",
    back_label=Message("Communities"),
    files=(
        FileOffered(
            name="visits", table="visit", label=Message("Visits and gatherings"), extension="csv", content=as_table
        ),
    ),
    withheld=Message("Sites, their names and where a gathering is stand in none of them."),
)


@router.get("/communities/export")
@needs(Right.COORDINATE)
def export(view: CurrentView) -> HTMLResponse:
    return files_page(view, OFFERED)


@router.post("/communities/export")
@needs(Right.COORDINATE)
@exports
def take(view: CurrentView, form: Form) -> Response:
    return take_file(view, OFFERED, form)
