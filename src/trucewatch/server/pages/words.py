"""The words of the browser side, one small JSON a language."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse

from trucewatch.server.browser_words import browser_words
from trucewatch.server.view import CurrentView

router = APIRouter(include_in_schema=False)


@router.get("/words.json")
def words(view: CurrentView) -> JSONResponse:
    return JSONResponse(browser_words(view.reader.words), headers={"cache-control": "no-cache"})
