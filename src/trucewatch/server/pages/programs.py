"""The interfaces for programs, described for people: what the OpenAPI document says, as a page that needs no other
host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse

from trucewatch.server.console import Console


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


def routes(console: Console) -> APIRouter:
    """`/api`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api")
    def programs(request: Request) -> HTMLResponse:
        app: FastAPI = request.app
        return console.page(request, "programs.html.jinja", operations=operations_of(app.openapi()))

    return router


def operations_of(document: dict[str, Any]) -> list[Operation]:
    """The operations of an OpenAPI document, in the order of their paths."""
    found = []
    for path, methods in sorted(document.get("paths", {}).items()):
        for method, one in methods.items():
            found.append(
                Operation(
                    method=method.upper(),
                    path=path,
                    tag=(one.get("tags") or [""])[0],
                    what=one.get("description") or one.get("summary") or "",
                    parameters=[
                        (part["name"], part["in"], part.get("description") or _type_of(part.get("schema", {})))
                        for part in one.get("parameters", ())
                    ],
                    answers=[
                        (code, answer.get("description", "")) for code, answer in one.get("responses", {}).items()
                    ],
                )
            )
    return found


def _type_of(schema: dict[str, Any]) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    return ", ".join(str(one["type"]) for one in kinds if one.get("type") and one["type"] != "null")
