"""What the interface answers, as pages for people: alone, without the console's frame, menu or files, since whoever has
a recipient's token may have nothing of the console. No scripts; the one style stands in the page, under its hash."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, PrefixLoader
from markupsafe import Markup

from trucewatch.locale import Words, words
from trucewatch.locale.acceptance import translation_words
from trucewatch.server.preferences import OWN_NAMES
from trucewatch.server.rendering import environment_of

HTML: Final = "text/html"
_JSON: Final = ("application/json", "application/geo+json", "application/vnd.oai.openapi+json")
_FOLDER: Final = Path(__file__).parent
_MOST_ACCEPTED: Final = 50
"""Media types of a request that are looked at."""


def wants_page(request: Request) -> bool:
    """Whether a page is asked for: by `f`, else by who prefers HTML to JSON by name, as browsers do."""
    encoding = request.query_params.get("f")
    if encoding is not None:
        return encoding == "html"
    weights: dict[str, float] = {}
    for part in request.headers.get("accept", "").split(",")[:_MOST_ACCEPTED]:
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[media] = max(_weight(parameters), weights.get(media, 0.0))
    return weights.get(HTML, 0.0) > max(weights.get(media, 0.0) for media in _JSON)


def page(template: str, spoken: Words, *, status: int = 200, **context: Any) -> Response:
    """A page's answer. The same context gives the same bytes."""
    text = (
        _environment(spoken.language)
        .get_template(template)
        .render(
            words=spoken,
            css=Markup(_style()),
            translation=translation_words(spoken),
            own_names=OWN_NAMES,
            **context,
        )
    )
    headers = {"content-security-policy": _policy(), "referrer-policy": "no-referrer", "vary": "accept"}
    return Response(text, status, headers, "text/html; charset=utf-8")


def _weight(parameters: list[str]) -> float:
    try:
        return next((float(value[2:]) for value in parameters if value.startswith("q=")), 1.0)
    except ValueError:
        return 0.0


@cache
def _style() -> str:
    return (_FOLDER / "release.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


@cache
def _environment(language: str) -> Environment:
    return environment_of(PrefixLoader({"ogc": FileSystemLoader(_FOLDER / "templates")}), words(language))
