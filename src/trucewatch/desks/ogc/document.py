"""The interface for features, described for programs: its classes of conformance and its OpenAPI 3.0 document."""

from __future__ import annotations

from typing import Any, Final

from trucewatch import __version__
from trucewatch.desks.ogc.query import ASSESSMENTS, ENCODINGS, LIMIT, MOST
from trucewatch.locale import mark
from trucewatch.model.observation import KINDS

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
CONFORMS_TO: Final = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")
)
GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"


def _parameter(name: str, schema: dict[str, Any], about: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
        "description": about,
    }


COMMON: Final[list[dict[str, Any]]] = [
    _parameter(
        "f",
        {"type": "string", "enum": list(ENCODINGS)},
        mark("The encoding: json, or html for people. Without it a browser gets html, a program json."),
    ),
    _parameter("lang", {"type": "string"}, mark("The language of names and sentences: one of the watch's.")),
]
OF_ITEMS: Final[list[dict[str, Any]]] = [
    *COMMON,
    _parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        mark("How many features a page holds; more than 1000 is 1000."),
    ),
    _parameter(
        "offset", {"type": "integer", "minimum": 0, "default": 0}, mark("How many features stand before the page.")
    ),
    _parameter(
        "bbox",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
        mark(
            "west,south,east,north in degrees. Only features whose geometry it touches; a place told by its zone "
            "has none."
        ),
    ),
    _parameter(
        "datetime",
        {"type": "string"},
        mark("A moment, a day (UTC) or an interval: 2020-12-11T14:00:00Z, 2020-12-11, 2020-12-11/.."),
    ),
    _parameter("zone", {"type": "string"}, mark("Incidents only: those told to lie in this zone.")),
    _parameter("simulated", {"type": "boolean"}, mark("Incidents only: true the simulated ones, false the real ones.")),
    _parameter(
        "outcome",
        {"type": "array", "items": {"type": "string", "enum": list(ASSESSMENTS)}},
        mark("Incidents only: those told with one of these outcomes, with commas between."),
    ),
    _parameter(
        "kind",
        {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
        mark("Incidents only: those told to be of one of these kinds, with commas between."),
    ),
    _parameter(
        "min_probability",
        {"type": "number", "minimum": 0, "maximum": 1},
        mark("Incidents only: those told to be at least so probable; where nothing was weighed, none."),
    ),
]


def _answer(media: str, about: str, *, refused: bool = False) -> dict[str, Any]:
    content = {media: {"schema": {"type": "object"}}, "text/html": {"schema": {"type": "string"}}}
    answers = {"200": {"description": about, "content": content}}
    sentences = {"404": mark("There is no such thing here; the answer says what there is.")}
    sentences["503"] = mark("This is still being worked out; ask again after the seconds that the header names.")
    sentences |= {"400": mark("A parameter is wrong; the answer says which and how to write it.")} if refused else {}
    for code, sentence in sentences.items():
        answers[code] = {"description": sentence, "content": {"application/json": {"schema": {"type": "object"}}}}
    return answers


def openapi_of(title: str, about: str, address: str) -> dict[str, Any]:
    """The document of one recipient's interface, whose landing page is at this address."""
    collection = {
        "name": "collectionId",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": ["incidents", "zones"]},
    }
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    json = "application/json"

    def get(name: str, about: str, media: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
        answers = _answer(media, about, refused=True)
        return {"get": {"operationId": name, "summary": about, "parameters": parameters, "responses": answers}}

    return {
        "openapi": "3.0.3",
        "info": {"title": title, "description": about, "version": __version__},
        "servers": [{"url": address}],
        "paths": {
            "/": get("landing", "The landing page", json, COMMON),
            "/conformance": get("conformance", "What this interface conforms to", json, COMMON),
            "/api": get("api", "This document", OPENAPI, COMMON),
            "/collections": get("collections", "The collections", json, COMMON),
            "/collections/{collectionId}": get("collection", "One collection", json, [collection, *COMMON]),
            "/collections/{collectionId}/items": get(
                "items", "Features, page by page", GEOJSON, [collection, *OF_ITEMS]
            ),
            "/collections/{collectionId}/items/{featureId}": get(
                "item", "One feature", GEOJSON, [collection, feature, *COMMON]
            ),
        },
    }
