"""The words of the browser side, one small JSON a language."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from trucewatch.server.browser_words import browser_words
from trucewatch.server.console import Console


def routes(console: Console) -> APIRouter:
    """`/words.json?lang=…`, which every page names on its document."""
    router = APIRouter(include_in_schema=False)

    @router.get("/words.json")
    def words(request: Request) -> JSONResponse:
        return JSONResponse(browser_words(console.visit(request).words), headers={"cache-control": "no-cache"})

    return router
