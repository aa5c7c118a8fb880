"""How a reader wants pages: language, zone of time, theme, keys. Kept in cookies of this browser, nowhere else."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from trucewatch.server.view import CurrentView

_YEAR_S: Final = 365 * 86_400


router = APIRouter(include_in_schema=False)


@router.post("/settings")
def settings(
    view: CurrentView,
    back: Annotated[str, Form()] = "/watch",
    lang: Annotated[str, Form()] = "",
    zone: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    keys: Annotated[str, Form()] = "",
) -> Response:
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    response = RedirectResponse(back if is_ours else "/watch", status_code=303)
    for name, value in (("tw_lang", lang), ("tw_zone", zone), ("tw_theme", theme), ("tw_keys", keys)):
        if value and len(value) < 60 and value.isascii() and value.isprintable():
            response.set_cookie(name, value, max_age=_YEAR_S, samesite="strict", httponly=True)
    return response
