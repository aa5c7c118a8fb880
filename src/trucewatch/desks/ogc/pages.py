"""The interfaces for programs, described for people: what the OpenAPI document says, as a page that needs no other
host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.locale import Words
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
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
@needs(Right.INSIDE, Right.KEEP)
def programs(view: CurrentView) -> HTMLResponse:
    return view.page("ogc/programs.html.jinja", operations=operations_of(view.request.app.openapi(), view.words))


def operations_of(document: dict[str, Any], words: Words) -> list[Operation]:
    """The operations of our own OpenAPI document, in the order of their paths, told in the reader's language."""

    def say(text: str) -> str:
        return words.say(WORDS[text]) if text in WORDS else words.gettext(text) if text else ""

    return [
        Operation(
            method=method.upper(),
            path=path,
            tag=(operation.get("tags") or [""])[0],
            what=say(operation.get("description") or operation.get("summary") or ""),
            parameters=[
                (
                    part["name"],
                    say(part["in"]),
                    say(part.get("description") or _type_of(part.get("schema", {}))),
                )
                for part in operation.get("parameters", ())
            ],
            answers=[
                (code, say(answer.get("description", ""))) for code, answer in operation.get("responses", {}).items()
            ],
        )
        for path, methods in sorted(document.get("paths", {}).items())
        for method, operation in methods.items()
    ]


def _type_of(schema: dict[str, Any]) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    return ", ".join(str(kind["type"]) for kind in kinds if kind.get("type") and kind["type"] != "null")
