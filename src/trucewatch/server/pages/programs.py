"""The interfaces for programs, described for people: what the OpenAPI document says, as a page that needs no other
host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse

from trucewatch.locale import Words, mark
from trucewatch.server.view import CurrentView

SENTENCES: Final = (
    mark(
        "Put a file into the inbox for one source of the watch. It is on disk when this answers, and is "
        "read within seconds."
    ),
    mark("The watch's clock, its list, and whether anything keeps it from being of today."),
    mark("The latest checkpoint, as it is signed (C2SP signed note)."),
    mark("That an entry stands at its place under the latest checkpoint: leaf, path, root, signed note and key."),
    mark("The landing page: what this is, and links to everything else."),
    mark("This interface as an OpenAPI 3.0 document."),
    mark("The collections: incidents and zones."),
    mark("One collection: what it holds, where and when."),
    mark("Features of a collection, page by page, in the order of the reports."),
    mark("One feature by its id."),
    mark("The classes of requirements that this interface meets."),
    mark("The encoding; there is one."),
    mark("The language of names and sentences: one of the watch's."),
    mark("How many features a page holds; more than 1000 is 1000."),
    mark("How many features stand before the page."),
    mark(
        "west,south,east,north in degrees. Only features whose geometry it touches; a place told by its zone has none."
    ),
    mark("A moment, a day (UTC) or an interval: 2020-12-11T14:00:00Z, 2020-12-11, 2020-12-11/.."),
    mark("Incidents only: those told to lie in this zone."),
    mark("Incidents only: true the simulated ones, false the real ones."),
    mark("Successful Response"),
    mark("Validation Error"),
    mark("The request came from another site."),
    mark("No such source."),
    mark("Another file has this name."),
    mark("Too large."),
    mark("The name or the content cannot be used."),
    mark("No such entry"),
    mark("A parameter is wrong; the answer says which and how to write it."),
    mark("There is no such thing here; the answer says what there is."),
    mark("string"),
    mark("integer"),
    mark("path"),
    mark("query"),
)
"""What the document says, marked for the catalogues. A text that is not here is shown as the document has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the OpenAPI document."""

    method: str
    path: str
    tag: str
    what: str
    parameters: list[tuple[str, str, str]]
    """Name, where it stands, what it means."""
    answers: list[tuple[str, str]]


router = APIRouter(include_in_schema=False)


@router.get("/api")
def programs(view: CurrentView) -> HTMLResponse:
    app: FastAPI = view.request.app
    return view.page("programs.html.jinja", operations=operations_of(app.openapi(), view.reader.words))


def operations_of(document: dict[str, Any], words: Words) -> list[Operation]:
    """The operations of our own OpenAPI document, in the order of their paths, told in the reader's language."""

    def told(text: str) -> str:
        plain = " ".join(text.split())
        return words.gettext(plain) if plain in SENTENCES else plain

    found = []
    for path, methods in sorted(document.get("paths", {}).items()):
        for method, one in methods.items():
            found.append(
                Operation(
                    method=method.upper(),
                    path=path,
                    tag=(one.get("tags") or [""])[0],
                    what=told(one.get("description") or one.get("summary") or ""),
                    parameters=[
                        (
                            part["name"],
                            told(part["in"]),
                            told(part.get("description") or _type_of(part.get("schema", {}))),
                        )
                        for part in one.get("parameters", ())
                    ],
                    answers=[
                        (code, told(answer.get("description", ""))) for code, answer in one.get("responses", {}).items()
                    ],
                )
            )
    return found


def _type_of(schema: dict[str, Any]) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    return ", ".join(str(one["type"]) for one in kinds if one.get("type") and one["type"] != "null")
