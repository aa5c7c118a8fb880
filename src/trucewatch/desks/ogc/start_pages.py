"""Where the interface begins: the recipients whose release whoever asks may read, each with its landing page."""

from __future__ import annotations

from typing import Any, cast

from fastapi import APIRouter, Request, Response

from trucewatch.desks.ogc.api import json_answer, link_to, refusal
from trucewatch.desks.ogc.html import HTML, page, wants_page
from trucewatch.desks.ogc.query import ENCODINGS
from trucewatch.locale import languages, mark, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.console import Console
from trucewatch.server.door import Program
from trucewatch.server.entrance import with_token
from trucewatch.server.rights import needs

router = APIRouter(tags=["OGC API Features"])


@router.get("/ogc/", include_in_schema=False)
@router.get(
    "/ogc",
    name="ogc_recipients",
    description=mark("The recipients whose release a token may read, each with its landing page: a token's own alone."),
    response_class=Response,
)
@needs(Right.INSIDE)
def recipients(request: Request, f: str = "", lang: str = "") -> Response:
    """A program's token names its own recipient and nothing of the others, not even that there are some; a browser
    that was let in sees all."""
    is_page = wants_page(request)
    watch = cast(Console, request.app.state.console).snapshot.watch
    spoken = [code for code in watch.settings.languages if code in languages()] or ["en"]
    language = lang or ("en" if "en" in spoken else spoken[0])
    if language not in spoken or f not in ("", *ENCODINGS):
        sentence = (
            Message("f: write json or html")
            if language in spoken
            else Message("lang: this watch is told in {words}", words=", ".join(spoken))
        )
        return refusal(400, "InvalidParameterValue", sentence, is_page=is_page)
    say = words(language)
    program: Program | None = request.scope.get("state", {}).get("program")
    listed = [rule for rule in watch.settings.recipient if program is None or rule.id == program.holder]

    def address(recipient: str) -> str:
        url = request.url_for("ogc_landing", recipient=recipient)
        return with_token(request, str(url.include_query_params(lang=lang) if lang else url))

    def here(**changed: str) -> str:
        return with_token(request, str(request.url.include_query_params(**changed) if changed else request.url))

    media, other = (HTML, "application/json") if is_page else ("application/json", HTML)
    content: dict[str, Any] = {
        "title": printable(say.name(watch.settings.names, otherwise=watch.settings.id)),
        "description": say.gettext("Releases that you may read, each for its recipient alone."),
        "links": [
            link_to(here(), "self", media),
            link_to(here(f="json" if is_page else "html"), "alternate", other),
        ],
        "recipients": [
            {
                "id": rule.id,
                "title": printable(say.name(rule.names, otherwise=rule.id)),
                "links": [link_to(address(rule.id), "service", "application/json")],
            }
            for rule in listed
        ],
    }
    if not is_page:
        return json_answer(content)
    return page(
        "ogc/recipients.html.jinja",
        say,
        content=content,
        head_links=content["links"][1:],
        trail=[],
        tongues=[(code, here(lang=code)) for code in spoken if code != language],
    )
