"""The interfaces for programs, described for people: what the OpenAPI document says, as a page that needs no other
host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse

from trucewatch.locale import Words
from trucewatch.messages import Message
from trucewatch.server.view import CurrentView

WORDS: Final = {
    "Successful Response": Message("Successful Response"),
    "Validation Error": Message("Validation Error"),
    "string": Message("string"),
    "integer": Message("integer"),
    "path": Message("path"),
    "query": Message("query"),
}
"""The framework's own words. Every other text of the document is ours and marked where it is written."""


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
    return view.page("ogc/programs.html.jinja", operations=operations_of(app.openapi(), view.reader.words))


def operations_of(document: dict[str, Any], words: Words) -> list[Operation]:
    """The operations of our own OpenAPI document, in the order of their paths, told in the reader's language."""

    def told(text: str) -> str:
        return words.say(WORDS[text]) if text in WORDS else words.gettext(text) if text else ""

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
