"""Hazardous areas and surveys as files, for the coordinator: outlines as GeoJSON, all else as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.messages import Message
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.ground_word import standing_hazards, surveys_of
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_files import INSIDE, FileOffered, FilesOffered, csv_table, files_page, take_file
from trucewatch.server.forms import Form
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView

COLUMNS: Final = (
    *("code", "object", "kind", "state", "district", "organisation", "surveyed_by", "day", "method", "result"),
    *("reference", "released_m2", "simulated"),
)
router = APIRouter(include_in_schema=False)


def rows_of(book: AidBook) -> Iterator[dict[str, Any]]:
    """Hazardous areas and surveys, with nothing of where they lie but the district."""
    simulated = "yes" if book.watch.settings.simulated else "no"
    items = book.items("hazard", "survey")
    for standing in standing_hazards(items):
        row = standing.item.row
        state = standing.release.state if standing.release else ""
        whole = state if standing.is_released or not state else f"{state}_in_part"
        yield {
            "code": standing.code,
            "object": "hazard",
            "kind": row.kind,
            "state": whole,
            "district": row.district,
            "organisation": row.organisation,
            "surveyed_by": row.surveyed_by,
            "day": row.surveyed,
            "reference": row.reference,
            "released_m2": sum(step.row.area_m2 for step in standing.item.steps_of("land_release")) if state else None,
            "simulated": simulated,
        }
    for item in surveys_of(items):
        row = item.row
        yield {
            "code": item.code,
            "object": "survey",
            "district": row.district,
            "organisation": row.organisation,
            "surveyed_by": row.organisation,
            "day": row.day,
            "method": row.method,
            "result": row.result,
            "reference": row.reference,
            "simulated": simulated,
        }


def as_geojson(book: AidBook, names: AidNaming) -> tuple[bytes, int]:
    """What is drawn: of a hazardous area the outline of what remains, of a survey the outline surveyed."""
    items = book.items("hazard", "survey")
    outlines = {each.code: each.outline for each in standing_hazards(items)}
    outlines |= {item.code: item.row.outline for item in surveys_of(items)}
    features = []
    for row in rows_of(book):
        outline = outlines[row["code"]]
        if not outline:
            continue
        ring = [list(corner) for corner in (*outline, outline[0])]
        properties = {name: _plain(value) for name, value in row.items() if value not in (None, "")}
        features.append(
            {
                "type": "Feature",
                "id": row["code"],
                "properties": {"status": INSIDE, **properties},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1).encode(), len(features)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else str(value)


def _as_table(book: AidBook, names: AidNaming) -> tuple[bytes, int]:
    return csv_table(COLUMNS, rows_of(book))


OFFERED: Final = FilesOffered(
    path="/mines/export",
    back="/mines",
    back_label=Message("Mines"),
    files=(
        FileOffered(
            name="mines",
            table="hazard",
            label=Message("Hazardous areas and surveys, without where they lie"),
            extension="csv",
            content=_as_table,
        ),
        FileOffered(
            name="mines-outlines",
            table="hazard",
            label=Message("Hazardous areas and surveys with their outlines, for work on the ground"),
            extension="geojson",
            content=as_geojson,
        ),
    ),
    withheld=Message("Accidents and devices stand in none of them."),
)


@router.get("/mines/export")
@needs(Right.COORDINATE)
def export(view: CurrentView) -> HTMLResponse:
    return files_page(view, OFFERED)


@router.post("/mines/export")
@needs(Right.COORDINATE)
@exports
def take(view: CurrentView, form: Form) -> Response:
    return take_file(view, OFFERED, form)
