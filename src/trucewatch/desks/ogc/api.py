"""OGC API – Features over the release of a recipient: its incidents and zones as GeoJSON, for QGIS and for programs.

Nothing here sees an unreleased record: everything comes from a `ReleasedView`.
The layout is that of OGC 17-069r4, OGC API – Features – Part 1: Core, with its GeoJSON and OpenAPI 3.0 classes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Request, Response

from trucewatch.desks.ogc import document
from trucewatch.desks.ogc.features import COLLECTIONS, about_release, collection_of, feature_of, matching
from trucewatch.desks.ogc.query import COMMON, OF_INCIDENTS, OF_ITEMS, Query, read_query
from trucewatch.errors import PlaceError, ReportError, TimeError, Unsupported
from trucewatch.locale import languages, mark, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.report import ReportInputs
from trucewatch.reports.released_view import ReleasedView, released_view
from trucewatch.server.console import Console
from trucewatch.server.entrance import with_token
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

    A view that did not change is the same object, so that its geometries are made once. A replay is for who looks at
    the console: what was served before it stays.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._making = threading.Lock()
        self._of: Assessment | None = None
        self._inputs: ReportInputs | None = None
        self._issue = 0
        self._views: dict[str, ReleasedView] = {}

    def __call__(self, recipient: str) -> ReleasedView:
        """Raises ReportError for an unknown recipient, Unsupported while a replay runs and nothing was made before
        it, StillWorkingError while it is made for longer than a program waits."""
        within_s = patience(self._console.snapshot.rows) or LONGEST_WAIT_S
        assessment, store = self._console.assessment_within(within_s), self._console.store
        with self._making:
            issue = last_issue(store)
            if not assessment.is_replay and (assessment is not self._of or issue != self._issue):
                self._of, self._issue, self._views = assessment, issue, {}
                self._inputs = replace(assessment.report_inputs(), earlier=publications(store))
            if self._inputs is None:
                raise Unsupported(Message("The console replays the past; ask again when the replay is over."))
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

    def answer(self, respond: Callable[[_Inquiry], Response], parameters: Collection[str] = COMMON) -> Response:
        """Respond to what is asked for, or say what is wrong in the form that the standard has for it."""
        try:
            view = self.released(self.recipient)
        except ReportError as exc:
            return _refusal(404, "NotFound", str(exc))
        except StillWorkingError as exc:
            sentence = f"the release is being worked out; ask again in {ASK_AGAIN_S} seconds"
            answer = _refusal(exc.status_code, "StillWorking", sentence)
            answer.headers["retry-after"] = str(ASK_AGAIN_S)
            return answer
        spoken = [code for code in view.watch.settings.languages if code in languages()] or ["en"]
        try:
            pairs = self.request.query_params.multi_items()
            zones = [zone.id for zone in view.zones]
            query = read_query(pairs, parameters=parameters, languages=spoken, zones=zones)
            return respond(_Inquiry(self.request, view, query))
        except (ReportError, PlaceError, TimeError) as exc:
            return _refusal(400, "InvalidParameterValue", str(exc))
        except _NotHereError as exc:
            return _refusal(404, "NotFound", str(exc))


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
def landing(door: AtDoor) -> Response:
    return door.answer(_landing)


@router.get(
    "/conformance",
    name="ogc_conformance",
    openapi_extra=_OF_ALL,
    description=mark("The classes of requirements that this interface meets."),
)
def conformance(door: AtDoor) -> Response:
    return door.answer(lambda _: _json({"conformsTo": list(document.CONFORMS_TO)}))


@router.get(
    "/api", name="ogc_api", openapi_extra=_OF_ALL, description=mark("This interface as an OpenAPI 3.0 document.")
)
def api(door: AtDoor) -> Response:
    return door.answer(_api)


@router.get(
    "/collections",
    name="ogc_collections",
    openapi_extra=_OF_ALL,
    description=mark("The collections: incidents and zones."),
)
def collections(door: AtDoor) -> Response:
    return door.answer(_collections)


@router.get(
    "/collections/{collection}",
    name="ogc_collection",
    openapi_extra=_OF_ALL,
    description=mark("One collection: what it holds, where and when."),
)
def one_collection(door: AtDoor, collection: str) -> Response:
    return door.answer(lambda inquiry: _json(inquiry.collection(_collection_name(collection))))


@router.get(
    "/collections/{collection}/items",
    name="ogc_items",
    openapi_extra=_OF_ITEMS,
    description=mark("Features of a collection, page by page, in the order of the reports."),
)
def items(door: AtDoor, collection: str) -> Response:
    parameters = OF_INCIDENTS if collection == "incidents" else OF_ITEMS
    return door.answer(lambda inquiry: _items(inquiry, _collection_name(collection)), parameters)


@router.get(
    "/collections/{collection}/items/{feature}",
    name="ogc_item",
    openapi_extra=_OF_ALL,
    description=mark("One feature by its id."),
)
def item(door: AtDoor, collection: str, feature: str) -> Response:
    return door.answer(lambda inquiry: _item(inquiry, _collection_name(collection), feature))


class _Inquiry:
    """One request: what is asked for, of which view, and the addresses to name in the answer."""

    def __init__(self, request: Request, view: ReleasedView, query: Query) -> None:
        self.request, self.view, self.query = request, view, query
        self.words = words(query.language)

    def link(self, rel: str, name: str, media: str = _JSON, title: str = "", **path: str) -> dict[str, str]:
        address = str(self.request.url_for(name, recipient=self.view.recipient.id, **path))
        return _link(with_token(self.request, address), rel, media, title)

    def here(self, rel: str = "self", media: str = _JSON, **changed: int) -> dict[str, str]:
        """The request's own address, with some parameters changed."""
        address = self.request.url.include_query_params(**changed) if changed else self.request.url
        return _link(with_token(self.request, str(address)), rel, media, "")

    def collection(self, name: str) -> dict[str, Any]:
        links = [
            self.link("self", "ogc_collection", collection=name),
            self.link("items", "ogc_items", document.GEOJSON, collection=name),
        ]
        return collection_of(name, self.view, self.words) | {"links": links}

    @property
    def title(self) -> str:
        watch, recipient = self.view.watch.settings, self.view.recipient
        names = (
            self.words.name(watch.names, otherwise=watch.id),
            self.words.name(recipient.names, otherwise=recipient.id),
        )
        return " – ".join(printable(name) for name in names)


def _landing(inquiry: _Inquiry) -> Response:
    links = [
        inquiry.link("self", "ogc_landing"),
        inquiry.link("service-desc", "ogc_api", document.OPENAPI, "OpenAPI"),
        inquiry.link("conformance", "ogc_conformance"),
        inquiry.link("data", "ogc_collections"),
    ]
    return _json({"title": inquiry.title, "description": about_release(inquiry.view, inquiry.words), "links": links})


def _api(inquiry: _Inquiry) -> Response:
    address = str(inquiry.request.url_for("ogc_landing", recipient=inquiry.view.recipient.id))  # without a token
    about = about_release(inquiry.view, inquiry.words)
    return _json(document.openapi_of(inquiry.title, about, address), document.OPENAPI)


def _collections(inquiry: _Inquiry) -> Response:
    links = [inquiry.link("self", "ogc_collections")]
    return _json({"links": links, "collections": [inquiry.collection(name) for name in COLLECTIONS]})


def _items(inquiry: _Inquiry, collection: str) -> Response:
    query, view = inquiry.query, inquiry.view
    matches = matching(collection, view, query)
    page = matches[query.offset : query.offset + query.limit]
    links = [inquiry.here(media=document.GEOJSON), inquiry.link("collection", "ogc_collection", collection=collection)]
    if query.offset + query.limit < len(matches):
        links.append(inquiry.here("next", document.GEOJSON, offset=query.offset + query.limit, limit=query.limit))
    if query.offset:
        links.append(
            inquiry.here("prev", document.GEOJSON, offset=max(query.offset - query.limit, 0), limit=query.limit)
        )
    features = [feature_of(collection, view, number, inquiry.words) for number in page]
    return _json(
        {
            "type": "FeatureCollection",
            "features": features,
            "links": links,
            "numberMatched": len(matches),
            "numberReturned": len(features),
        },
        document.GEOJSON,
    )


def _item(inquiry: _Inquiry, collection: str, feature: str) -> Response:
    places = inquiry.view.zone_ids if collection == "zones" else inquiry.view.incident_ids
    if feature not in places:
        raise _NotHereError(f"there is no feature of this id among the {collection} of this release")
    content = feature_of(collection, inquiry.view, places[feature], inquiry.words)
    links = [inquiry.here(media=document.GEOJSON), inquiry.link("collection", "ogc_collection", collection=collection)]
    return _json(content | {"links": links}, document.GEOJSON)


def _collection_name(collection: str) -> str:
    if collection not in COLLECTIONS:
        raise _NotHereError(f"there is no collection of this name; there are: {', '.join(COLLECTIONS)}")
    return collection


def _link(address: str, rel: str, media: str, title: str) -> dict[str, str]:
    return {"href": address, "rel": rel, "type": media} | ({"title": title} if title else {})


def _refusal(status: int, code: str, sentence: str) -> Response:
    return _json({"code": code, "description": sentence}, status=status)


def _json(content: dict[str, Any], media: str = _JSON, *, status: int = 200) -> Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type=media)
