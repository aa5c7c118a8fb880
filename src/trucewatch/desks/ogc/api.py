"""OGC API – Features over the release of a recipient: its incidents and zones as GeoJSON, for QGIS and for programs.

Nothing here sees an unreleased record: everything comes from a `ReleasedView`.
The layout is that of OGC 17-069r4, OGC API – Features – Part 1: Core, with its GeoJSON and OpenAPI 3.0 classes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Request, Response

from trucewatch.desks.ogc import document
from trucewatch.desks.ogc.features import COLLECTIONS, TITLES, about_release, collection_of, feature_of, matching
from trucewatch.desks.ogc.html import HTML, page, wants_page
from trucewatch.desks.ogc.page_content import form_shown, item_shown, items_shown
from trucewatch.desks.ogc.query import COMMON, OF_INCIDENTS, OF_ITEMS, Query, read_query
from trucewatch.errors import PlaceError, ReportError, TimeError
from trucewatch.locale import languages, mark, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Amount, Message
from trucewatch.model.report import ReportInputs
from trucewatch.model.roles import Right
from trucewatch.reports.released_view import ReleasedView, released_view
from trucewatch.server.console import Console
from trucewatch.server.entrance import with_token
from trucewatch.server.rights import exports, needs
from trucewatch.server.shared_work import ASK_AGAIN_S, StillWorkingError, patience
from trucewatch.store.publications import last_issue, publications

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment

_JSON = "application/json"
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": mark("A parameter is wrong; the answer says which and how to write it.")},
    404: {"description": mark("There is no such thing here; the answer says what there is.")},
    503: {"description": mark("This is still being worked out; ask again after the seconds that the header names.")},
}


LONGEST_WAIT_S: Final = 10.0
"""How long a program waits for a release that is made of few incidents; of many `patience` says it. A short list is
worked out in a moment, and programs that never ask again get it with their first question."""


class _NotHereError(Exception):
    """What was asked for is not there."""


class KeptViews:
    """The views of the console's list, each made when it is first asked for, until the list or an issue changes it.

    A view that did not change is the same object, so that its geometries are made once.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._making = threading.Lock()
        self._of: Assessment | None = None
        self._inputs: ReportInputs | None = None
        self._issue = 0
        self._views: dict[str, ReleasedView] = {}

    def __call__(self, recipient: str) -> ReleasedView:
        """Raises ReportError for an unknown recipient, StillWorkingError while it is made for longer than a program
        waits."""
        within_s = patience(self._console.snapshot.rows) or LONGEST_WAIT_S
        assessment, store = self._console.assessment_within(within_s), self._console.store
        with self._making:
            issue = last_issue(store)
            if self._inputs is None or assessment is not self._of or issue != self._issue:
                self._of, self._issue, self._views = assessment, issue, {}
                self._inputs = replace(assessment.report_inputs(), earlier=publications(store))
            inputs, views = self._inputs, self._views
        if recipient not in views:
            # Outside the lock, so that who asks for another recipient's does not wait for this one.
            views[recipient] = self._console.shared.get(
                ("released", recipient, id(inputs)),
                lambda: _whole_view(inputs, recipient),
                anchor=inputs,
                within_s=within_s,
            )
        return views[recipient]


def _whole_view(inputs: ReportInputs, recipient: str) -> ReleasedView:
    """The view with what its first question would have to wait for."""
    view = released_view(inputs, recipient)
    _ = view.shapes, view.incident_ids
    return view


def released_of(request: Request) -> Callable[[str], ReleasedView]:
    """What gives the view of a recipient by its id. Who may read which recipient's release, the console's door decides
    before."""
    return cast(Console, request.app.state.console).part(KeptViews)


Released = Annotated[Callable[[str], ReleasedView], Depends(released_of)]
_OF_ALL: dict[str, Any] = {"parameters": document.COMMON}
_OF_ITEMS: dict[str, Any] = {"parameters": document.OF_ITEMS}
# What each address gives stands at its decorator: it is translated there, and the document is made from it.
router = APIRouter(prefix="/ogc/{recipient}", tags=["OGC API Features"], responses=_REFUSALS)


@dataclass(frozen=True, slots=True)
class Door:
    """One request to the interface of one recipient."""

    request: Request
    recipient: str
    released: Callable[[str], ReleasedView]

    def answer(self, respond: Callable[[Inquiry], Response], parameters: Collection[str] = COMMON) -> Response:
        """Respond to what is asked for, or say what is wrong in the form that the standard has for it."""
        is_page = wants_page(self.request)
        try:
            view = self.released(self.recipient)
        except ReportError as exc:
            return refusal(404, "NotFound", exc.message, is_page=is_page)
        except StillWorkingError as exc:
            sentence = Message(
                "the release is being worked out; ask again in {seconds} seconds", seconds=Amount(ASK_AGAIN_S)
            )
            answer = refusal(exc.status_code, "StillWorking", sentence, is_page=is_page)
            answer.headers["retry-after"] = str(ASK_AGAIN_S)
            return answer
        spoken = [code for code in view.watch.settings.languages if code in languages()] or ["en"]
        pairs = self.request.query_params.multi_items()
        if is_page:  # a form sends its empty fields too
            pairs = [(name, value) for name, value in pairs if value]
        try:
            zones = [zone.id for zone in view.zones]
            query = read_query(pairs, parameters=parameters, languages=spoken, zones=zones, view=view)
            return respond(Inquiry(self.request, view, query, spoken, is_page=is_page))
        except (ReportError, PlaceError, TimeError) as exc:
            return refusal(400, "InvalidParameterValue", exc.message, is_page=is_page)
        except _NotHereError as exc:
            return refusal(404, "NotFound", Message.verbatim(str(exc)), is_page=is_page)


def door_of(request: Request, recipient: str, released: Released) -> Door:
    """The door that a request stands at."""
    return Door(request, recipient, released)


AtDoor = Annotated[Door, Depends(door_of)]


@router.get("/", include_in_schema=False)
@router.get(
    "",
    name="ogc_landing",
    openapi_extra=_OF_ALL,
    description=mark("The landing page: what this is, and links to everything else."),
)
@needs(Right.INSIDE)
def landing(door: AtDoor) -> Response:
    return door.answer(_landing)


@router.get(
    "/conformance",
    name="ogc_conformance",
    openapi_extra=_OF_ALL,
    description=mark("The classes of requirements that this interface meets."),
)
@needs(Right.INSIDE)
def conformance(door: AtDoor) -> Response:
    return door.answer(_conformance)


@router.get(
    "/api", name="ogc_api", openapi_extra=_OF_ALL, description=mark("This interface as an OpenAPI 3.0 document.")
)
@needs(Right.INSIDE)
def api(door: AtDoor) -> Response:
    return door.answer(_api)


@router.get(
    "/collections",
    name="ogc_collections",
    openapi_extra=_OF_ALL,
    description=mark("The collections: incidents and zones."),
)
@needs(Right.INSIDE)
def collections(door: AtDoor) -> Response:
    return door.answer(_collections)


@router.get(
    "/collections/{collection}",
    name="ogc_collection",
    openapi_extra=_OF_ALL,
    description=mark("One collection: what it holds, where and when."),
)
@needs(Right.INSIDE)
def one_collection(door: AtDoor, collection: str) -> Response:
    return door.answer(lambda inquiry: _collections(inquiry, _collection_name(collection)))


@router.get(
    "/collections/{collection}/items",
    name="ogc_items",
    openapi_extra=_OF_ITEMS,
    description=mark("Features of a collection, page by page, in the order of the reports."),
)
@needs(Right.INSIDE)
@exports
def items(door: AtDoor, collection: str) -> Response:
    parameters = OF_INCIDENTS if collection == "incidents" else OF_ITEMS
    return door.answer(lambda inquiry: _items(inquiry, _collection_name(collection)), parameters)


@router.get(
    "/collections/{collection}/items/{feature}",
    name="ogc_item",
    openapi_extra=_OF_ALL,
    description=mark("One feature by its id."),
)
@needs(Right.INSIDE)
def item(door: AtDoor, collection: str, feature: str) -> Response:
    return door.answer(lambda inquiry: _item(inquiry, _collection_name(collection), feature))


class Inquiry:
    """One request: what is asked for, of which view, and the addresses to name in the answer."""

    def __init__(
        self, request: Request, view: ReleasedView, query: Query, spoken: Sequence[str], *, is_page: bool
    ) -> None:
        self.request, self.view, self.query, self.spoken, self.is_page = request, view, query, spoken, is_page
        self.words = words(query.language)

    def address(self, name: str, **path: str) -> str:
        """Of another answer of this recipient's, in the language that was asked for."""
        url = self.request.url_for(name, recipient=self.view.recipient.id, **path)
        if self.is_page and "lang" in self.request.query_params:
            url = url.include_query_params(lang=self.query.language)
        return with_token(self.request, str(url))

    def link(self, rel: str, name: str, media: str = _JSON, title: str = "", **path: str) -> dict[str, str]:
        return link_to(self.address(name, **path), rel, media, title)

    def here(self, rel: str = "self", media: str = _JSON, **changed: int | str) -> dict[str, str]:
        """The request's own address, with some parameters changed."""
        address = self.request.url.include_query_params(**changed) if changed else self.request.url
        return link_to(with_token(self.request, str(address)), rel, media, "")

    def selves(self, media: str = _JSON) -> list[dict[str, str]]:
        """This answer, and the same in the other encoding."""
        if self.is_page:
            return [self.here(media=HTML), self.here("alternate", media, f="json")]
        return [self.here(media=media), self.here("alternate", HTML, f="html")]

    def collection(self, name: str) -> dict[str, Any]:
        links = [
            self.link("self", "ogc_collection", collection=name),
            self.link("items", "ogc_items", document.GEOJSON, collection=name),
        ]
        return collection_of(name, self.view, self.words) | {"links": links}

    def respond(self, template: str, content: dict[str, Any], media: str = _JSON, **context: Any) -> Response:
        """The content as JSON, or the page that shows it."""
        if not self.is_page:
            return json_answer(content, media)
        trail = [
            (self.title, self.address("ogc_landing")),
            (self.words.gettext("Collections"), self.address("ogc_collections")),
        ]
        tongues = [(code, self.here(lang=code)["href"]) for code in self.spoken if code != self.query.language]
        return page(
            template,
            self.words,
            content=content,
            title=self.title,
            head_links=[self.here("alternate", media.partition(";")[0], f="json")],
            trail=trail,
            tongues=tongues,
            **context,
        )

    @property
    def title(self) -> str:
        watch, recipient = self.view.watch.settings, self.view.recipient
        names = (
            self.words.name(watch.names, otherwise=watch.id),
            self.words.name(recipient.names, otherwise=recipient.id),
        )
        return " – ".join(printable(name) for name in names)


def _landing(inquiry: Inquiry) -> Response:
    links = [
        *inquiry.selves(),
        inquiry.link("service-desc", "ogc_api", document.OPENAPI, "OpenAPI"),
        inquiry.link("conformance", "ogc_conformance"),
        inquiry.link("data", "ogc_collections"),
    ]
    content = {"title": inquiry.title, "description": about_release(inquiry.view, inquiry.words), "links": links}
    say = inquiry.words.gettext
    pages = [
        *((say(title), inquiry.address("ogc_items", collection=name)) for name, title in TITLES.items()),
        (inquiry.words.gettext("Collections"), inquiry.address("ogc_collections")),
        (inquiry.words.gettext("What may be asked, for programs"), inquiry.address("ogc_api")),
        (inquiry.words.gettext("What this interface conforms to"), inquiry.address("ogc_conformance")),
    ]
    return inquiry.respond("ogc/landing.html.jinja", content, pages=pages)


def _conformance(inquiry: Inquiry) -> Response:
    content = {"conformsTo": list(document.CONFORMS_TO)}
    values = [(address.rpartition("/")[2], address) for address in document.CONFORMS_TO]
    heading = inquiry.words.gettext("What this interface conforms to")
    return inquiry.respond("ogc/plain.html.jinja", content, heading=heading, values=values)


def _api(inquiry: Inquiry) -> Response:
    address = str(inquiry.request.url_for("ogc_landing", recipient=inquiry.view.recipient.id))  # without a token
    about = about_release(inquiry.view, inquiry.words)
    content = document.openapi_of(inquiry.title, about, address)
    say = inquiry.words.gettext
    values = [
        *((path, operations["get"]["summary"]) for path, operations in content["paths"].items()),
        *((part["name"], say(part["description"])) for part in document.OF_ITEMS),
    ]
    heading = inquiry.words.gettext("What may be asked, for programs")
    return inquiry.respond("ogc/plain.html.jinja", content, document.OPENAPI, heading=heading, values=values)


def _collections(inquiry: Inquiry, only: str = "") -> Response:
    each = [inquiry.collection(name) for name in ([only] if only else COLLECTIONS)]
    content = each[0] if only else {"links": [], "collections": each}
    alternate = [link for link in inquiry.selves() if link["rel"] == "alternate"] if only else inquiry.selves()
    content["links"] = [*content["links"], *alternate]
    listed = [(entry, inquiry.address("ogc_items", collection=entry["id"])) for entry in each]
    return inquiry.respond("ogc/collections.html.jinja", content, collections=listed)


def _items(inquiry: Inquiry, collection: str) -> Response:
    query, view = inquiry.query, inquiry.view
    matches = matching(collection, view, query)
    on_page = matches[query.offset : query.offset + query.limit]
    media = HTML if inquiry.is_page else document.GEOJSON
    links = [
        *inquiry.selves(document.GEOJSON),
        inquiry.link("collection", "ogc_collection", collection=collection),
    ]
    if query.offset + query.limit < len(matches):
        links.append(inquiry.here("next", media, offset=query.offset + query.limit, limit=query.limit))
    if query.offset:
        links.append(inquiry.here("prev", media, offset=max(query.offset - query.limit, 0), limit=query.limit))
    features = [feature_of(collection, view, number, inquiry.words) for number in on_page]
    content = {
        "type": "FeatureCollection",
        "features": features,
        "links": links,
        "numberMatched": len(matches),
        "numberReturned": len(features),
    }
    if not inquiry.is_page:
        return inquiry.respond("", content, document.GEOJSON)
    return inquiry.respond(
        "ogc/items.html.jinja",
        content,
        document.GEOJSON,
        collection=inquiry.collection(collection),
        first=query.offset + 1,
        last=query.offset + len(features),
        **items_shown(
            collection,
            view,
            features,
            inquiry.words,
            lambda feature: inquiry.address("ogc_item", collection=collection, feature=feature),
        ),
        **form_shown(collection, view, inquiry.request, inquiry.words),
    )


def _item(inquiry: Inquiry, collection: str, feature: str) -> Response:
    places = inquiry.view.zone_ids if collection == "zones" else inquiry.view.incident_ids
    if feature not in places:
        raise _NotHereError(f"there is no feature of this id among the {collection} of this release")
    content = feature_of(collection, inquiry.view, places[feature], inquiry.words)
    links = [
        *inquiry.selves(document.GEOJSON),
        inquiry.link("collection", "ogc_collection", collection=collection),
    ]
    context = item_shown(collection, inquiry.view, content, inquiry.words) if inquiry.is_page else {}
    return inquiry.respond("ogc/item.html.jinja", content | {"links": links}, document.GEOJSON, **context)


def _collection_name(collection: str) -> str:
    if collection not in COLLECTIONS:
        raise _NotHereError(f"there is no collection of this name; there are: {', '.join(COLLECTIONS)}")
    return collection


def link_to(address: str, rel: str, media: str, title: str = "") -> dict[str, str]:
    """A link as the standard has it."""
    return {"href": address, "rel": rel, "type": media} | ({"title": title} if title else {})


def refusal(status: int, code: str, sentence: Message, *, is_page: bool) -> Response:
    """What is wrong, in the form that the standard has for it; to people as a page."""
    if is_page:
        return page(
            "ogc/refused.html.jinja",
            words("en"),
            status=status,
            code=code,
            sentence=sentence,
            head_links=[],
            trail=[],
            tongues=[],
        )
    return json_answer({"code": code, "description": str(sentence)}, status=status)


def json_answer(content: dict[str, Any], media: str = _JSON, *, status: int = 200) -> Response:
    """The content's bytes; which encoding it is depends on what was asked for."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, {"vary": "accept"}, media_type=media)
