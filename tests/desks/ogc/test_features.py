"""OGC API – Features over a real server on loopback, asked by OWSLib's client, and its rules without one."""

from __future__ import annotations

import asyncio
import html
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import jsonschema
import pytest
import schemathesis
import shapely
import uvicorn
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from owslib.ogcapi.features import Features

from tests.conftest import each
from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    OPEN_CELLS,
    PUBLIC,
    at,
    busy_day,
    incident,
    inputs_of,
    invented_watch,
)
from tests.reports.test_canaries import WORDS, loaded
from tests.reports.test_differencing import build, worlds
from trucewatch.desks.ogc.api import released_of, router
from trucewatch.desks.ogc.query import MOST, OF_INCIDENTS, OF_ITEMS, read_query
from trucewatch.errors import ReportError
from trucewatch.model.report import Publication, ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.model.zone import Zone
from trucewatch.reports import build_daily, publication_of
from trucewatch.reports.released import ReleasedIncident
from trucewatch.reports.released_view import ReleasedView, released_view

GEOJSON = "application/geo+json"
FEATURES = {
    "type": "object",
    "required": ["type", "features", "links", "numberMatched", "numberReturned"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "links": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["href", "rel", "type"],
                "properties": {"href": {"type": "string"}},
            },
        },
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string"},
                    "properties": {"type": "object", "required": ["simulated"]},
                    "geometry": {
                        "oneOf": [
                            {"type": "null"},
                            {
                                "type": "object",
                                "required": ["type", "coordinates"],
                                "additionalProperties": False,
                                "properties": {
                                    "type": {
                                        "enum": ["Point", "Polygon", "MultiPolygon", "LineString", "MultiLineString"]
                                    },
                                    "coordinates": {"type": "array", "minItems": 1},
                                },
                            },
                        ]
                    },
                },
            },
        },
    },
}


def issued(inputs: ReportInputs, recipient: Recipient, day: date = DAY) -> Publication:
    return publication_of(build_daily(inputs, recipient=recipient, day_from=day, day_until=day + timedelta(days=1)))


def with_recipients(inputs: ReportInputs) -> ReportInputs:
    """The inputs with all four recipients in the watch, and the day issued to each of them."""
    kept = replace(inputs.watch.settings, recipient=(PUBLIC, CELLS, OPEN_CELLS, CENTRE))
    inputs = replace(inputs, watch=replace(inputs.watch, settings=kept))
    return replace(inputs, earlier=tuple(issued(inputs, one) for one in kept.recipient))


def app_of(inputs: ReportInputs) -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[released_of] = lambda: lambda recipient: released_view(inputs, recipient)
    return app


@pytest.fixture
def address() -> Iterator[str]:
    """A server of the busy day on a free port of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app_of(with_recipients(busy_day())), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/ogc"
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_client_of_owslib_reads_all_that_is_released(address: str) -> None:
    view = released_view(with_recipients(busy_day()), "centre")
    client = Features(f"{address}/centre")
    assert "Two Valleys" in client.response["title"]
    classes = client.conformance()["conformsTo"]
    assert {one.rsplit("/", 1)[1] for one in classes} == {"core", "geojson", "html", "oas30"}
    assert client.api()["servers"] == [{"url": f"{address}/centre"}]
    assert client.feature_collections() == ["incidents", "zones"]
    about = client.collection("incidents")
    assert about["crs"] == ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
    assert about["extent"]["spatial"]["bbox"] == [[19.95, 44.95, 21.05, 45.65]]

    found: list[dict[str, Any]] = []
    page = client.collection_items("incidents", limit=7)
    while True:
        jsonschema.validate(page, FEATURES)
        assert page["numberMatched"] == len(view.incidents)
        assert page["numberReturned"] == len(page["features"]) <= 7
        found += page["features"]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not following:
            break
        page = client.collection_items("incidents", **dict(parse_qsl(urlsplit(following[0]).query)))
    assert [one["id"] for one in found] == [one.incident_id for one in view.incidents]
    assert len(found) > 20
    assert {one["properties"]["simulated"] for one in found} == {True, False}

    one = client.collection_item("incidents", found[0]["id"])
    assert {key: value for key, value in one.items() if key != "links"} == found[0]
    zones = client.collection_items("zones")
    jsonschema.validate(zones, FEATURES)
    assert [zone["id"] for zone in zones["features"]] == ["theatre", "west", "east", "pass", "contact"]
    shapes = [shapely.geometry.shape(zone["geometry"]) for zone in zones["features"]]
    assert all(shape.equals(zone.geometry) for shape, zone in zip(shapes, view.zones, strict=True))


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_box_and_time_choose_what_the_client_gets(address: str) -> None:
    client = Features(f"{address}/centre")
    view = released_view(with_recipients(busy_day()), "centre")
    east = client.collection_items("incidents", bbox=[20.5, 45.0, 21.0, 45.6], limit=1000)
    assert [one["id"] for one in east["features"]] == [
        one.incident_id for one in view.incidents if one.lon is not None and one.lon >= 20.5
    ]
    day = client.collection_items(
        "incidents", datetime_=f"{at(0):%Y-%m-%dT%H:%M:%SZ}/{at(24):%Y-%m-%dT%H:%M:%SZ}", limit=1000
    )
    assert [one["id"] for one in day["features"]] == [one.incident_id for one in view.incidents if one.day == DAY]
    assert 0 < day["numberMatched"] < len(view.incidents)


class Asking:
    """Requests to an application in this process, without a socket."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, params: Any = None) -> httpx2.Response:
        async def answer() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self._app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return await client.get(path, params=params)

        with ThreadPoolExecutor(1) as pool:  # a loop of its own, also where a browser's tests left one running
            return pool.submit(asyncio.run, answer()).result()


def client_of(inputs: ReportInputs) -> Asking:
    return Asking(app_of(inputs))


@pytest.fixture(scope="module")
def asked() -> Asking:
    return client_of(with_recipients(busy_day()))


def test_every_answer_has_its_media_type_and_links_that_lead_on(asked: Asking) -> None:
    seen: dict[str, str] = {}
    pages: list[str] = []
    waiting = ["http://testserver/ogc/centre", "http://testserver/ogc/centre/"]
    while waiting:
        url = waiting.pop()
        response = asked.get(url)
        assert response.status_code == 200, url
        seen[url] = response.headers["content-type"].split(";")[0]
        if seen[url] == "text/html":
            pages.append(response.text)
            continue
        content = response.json()
        nested = [content, *content.get("collections", [])]
        links = [link for one in nested for link in one.get("links", [])]
        for link in links:
            told = seen.get(link["href"])
            assert told in (None, link["type"].split(";")[0])
            waiting += [link["href"]] if told is None and link["href"] not in waiting else []
    assert seen["http://testserver/ogc/centre/collections/zones/items"] == GEOJSON
    assert seen["http://testserver/ogc/centre/api"] == "application/vnd.oai.openapi+json"
    assert len(seen) >= 15
    assert len(pages) >= 6
    for href in each(re.findall(r'<a [^>]*href="([^"]*)"', " ".join(pages))):
        assert asked.get(html.unescape(href)).status_code == 200, href


def test_pages_go_back_as_they_came(asked: Asking) -> None:
    first = asked.get("/ogc/centre/collections/incidents/items?limit=5").json()
    second = asked.get(next(one["href"] for one in first["links"] if one["rel"] == "next")).json()
    back = asked.get(next(one["href"] for one in second["links"] if one["rel"] == "prev")).json()
    assert back["features"] == first["features"] != second["features"]
    assert not [one for one in first["links"] if one["rel"] == "prev"]
    beyond = asked.get("/ogc/centre/collections/incidents/items?offset=100000").json()
    assert beyond["features"] == []
    assert beyond["numberMatched"] == first["numberMatched"]


def test_a_limit_beyond_the_most_is_the_most() -> None:
    rows = [incident(f"many-{number}", hours=number / 100) for number in range(MOST + 5)]
    page = (
        client_of(with_recipients(inputs_of(rows))).get("/ogc/centre/collections/incidents/items?limit=999999").json()
    )
    assert page["numberReturned"] == MOST
    assert page["numberMatched"] == MOST + 5


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "limit: write a whole number from 1 on"),
        ("limit=ten", "limit: write a whole number"),
        ("limit=٣", "limit: write a whole number"),
        ("limit=" + "9" * 5000, "limit: write a whole number"),
        ("offset=-1", "offset: write a whole number from 0 on"),
        ("bbox=1,2,3", "bbox: write west,south,east,north"),
        ("bbox=a,b,c,d", "bbox: write west,south,east,north"),
        ("bbox=nan,0,1,1", "bbox: write west,south,east,north"),
        ("bbox=0,50,1,40", "south before north"),
        ("bbox=0,-91,1,40", "latitudes from -90 to 90"),
        ("datetime=yesterday", "datetime: write 2020-12-11 or 2020-12-11T14:00:00Z"),
        ("datetime=2031-02-30", "datetime: write 2020-12-11 or 2020-12-11T14:00:00Z"),
        ("datetime=..", "datetime: write 2020-12-11 or 2020-12-11T14:00:00Z"),
        ("datetime=2031-05-11/2031-05-10", "before it begins"),
        ("simulated=maybe", "simulated: write true or false"),
        ("zone=nowhere", "zone: there is no zone of this id"),
        ("lang=xx", "lang: this watch is told in en, ru, tr"),
        ("f=xml", "f: write json or html"),
        ("outcome=guilty", "outcome: write one or more of: inconsistent"),
        ("outcome=", "outcome: write one or more of"),
        ("outcome=inconsistent,", "outcome: write one or more of"),
        ("kind=thing", "kind: write one or more of: explosion"),
        ("kind=explosion;DROP", "kind: write one or more of: explosion"),
        ("min_probability=much", "min_probability: write a number from 0 to 1"),
        ("min_probability=nan", "min_probability: write a number from 0 to 1"),
        ("min_probability=1.01", "min_probability: write a number from 0 to 1"),
        ("min_probability=-0.0001", "min_probability: write a number from 0 to 1"),
        ("limit=1&limit=2", "limit is given twice"),
        ("crs=EPSG:4326", '"crs" is no parameter here; there are: f, lang, limit'),
    ],
)
def test_a_bad_parameter_is_400_and_says_what_to_write(asked: Asking, query: str, said: str) -> None:
    response = asked.get(f"/ogc/centre/collections/incidents/items?{query}")
    assert response.status_code == 400
    assert response.json()["code"] == "InvalidParameterValue"
    assert said in response.json()["description"]
    assert len(response.content) < 500


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nobody", "is no recipient of this watch"),
        ("centre/collections/sensors", "there are: incidents, zones"),
        ("centre/collections/sensors/items", "there are: incidents, zones"),
        ("centre/collections/incidents/items/i-none", "no feature of this id"),
        ("centre/collections/zones/items/none", "no feature of this id"),
    ],
)
def test_what_is_not_there_is_404_and_says_what_is(asked: Asking, path: str, said: str) -> None:
    response = asked.get(f"/ogc/{path}")
    assert response.status_code == 404
    assert said in response.json()["description"]


texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30) | st.sampled_from(
    (
        "0",
        "1",
        "-1",
        "..",
        "/",
        "2031-05-10",
        "2031-05-10T00:00:00Z/..",
        "1,2,3,4",
        "180,0,-180,1",
        "1e999",
        "0001-01-01",
        "9999-12-31",
    )
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((*OF_INCIDENTS, "q")),
            texts,
        ),
        max_size=4,
    )
)
def test_no_query_brings_the_server_down(query: list[tuple[str, str]]) -> None:
    response = ASKED.get("/ogc/centre/collections/incidents/items", params=query)
    assert response.status_code in (200, 400)
    if response.status_code == 200 and "json" in response.headers["content-type"]:
        jsonschema.validate(response.json(), FEATURES)


ASKED = client_of(with_recipients(inputs_of([incident("one"), incident("two", lon=None, lat=None)])))


def test_a_box_across_the_date_line_holds_both_sides() -> None:
    rows = [incident("fiji", lon=179.5, lat=-17.0), incident("samoa", lon=-179.5, lat=-17.0), incident("here")]
    rows = [row | {"zones": []} for row in rows]
    items = client_of(with_recipients(inputs_of(rows))).get(
        "/ogc/centre/collections/incidents/items?bbox=179,-18,-179,-16"
    )
    assert sorted(one["properties"]["lon"] for one in items.json()["features"]) == [-179.5, 179.5]


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ("2031-05-10T06:00:00Z", [9.0]),
        ("2031-05-10T06:05:00Z", []),
        ("2031-05-10T06:04:00Z/..", [9.0, 12.0]),
        ("../2031-05-10T08:59:59Z", [9.0]),
        ("2031-05-10T08:59:00Z/2031-05-10T09:00:00Z", [12.0]),
        ("2031-05-10", [9.0, 12.0]),
        ("2031-05-11", []),
        ("/2031-05-10T06:00:00Z", [9.0]),
    ],
)
def test_a_time_chooses_what_has_a_part_in_it(query: str, hours: list[float]) -> None:
    """Incidents last five minutes; 09:00 and 12:00 local are 06:00 and 09:00 UTC."""
    client = client_of(with_recipients(inputs_of([incident("nine", hours=9.0), incident("noon", hours=12.0)])))
    items = client.get("/ogc/centre/collections/incidents/items", params={"datetime": query}).json()
    starts = [datetime.fromisoformat(one["properties"]["start"]) for one in items["features"]]
    assert [(start - at(0)).total_seconds() / 3600 for start in starts] == hours


def test_real_and_simulated_can_be_asked_for_apart(asked: Asking) -> None:
    path = "/ogc/centre/collections/incidents/items?limit=1000&simulated="
    simulated, real = asked.get(path + "true").json(), asked.get(path + "false").json()
    assert {one["properties"]["simulated"] for one in simulated["features"]} == {True}
    assert {one["properties"]["simulated"] for one in real["features"]} == {False}
    assert simulated["numberMatched"] == 1


def test_incidents_told_by_zone_have_no_geometry_and_are_found_by_their_zone(asked: Asking) -> None:
    items = asked.get("/ogc/public/collections/incidents/items?zone=east").json()
    assert items["numberMatched"] > 2
    assert {json.dumps(one["geometry"]) for one in items["features"]} == {"null"}
    assert {one["properties"]["place"] for one in items["features"]} == {"zone:east"}


def test_names_and_sentences_come_in_the_language_asked_for(asked: Asking) -> None:
    titles = {
        lang: asked.get(f"/ogc/centre/collections/zones/items/west?lang={lang}").json() for lang in ("en", "ru", "tr")
    }
    assert [one["properties"]["name"] for one in titles.values()] == ["West Valley", "Западная долина", "Batı Vadisi"]


@pytest.mark.parametrize("recipient", [PUBLIC, CELLS], ids=lambda one: one.id)
def test_nothing_withheld_is_in_any_answer(recipient: Recipient) -> None:
    inputs = with_recipients(loaded())
    client = client_of(inputs)
    root = f"/ogc/{recipient.id}"
    paths = ["", "/api", "/collections", "/collections/incidents/items?limit=1000", "/collections/zones/items"]
    text = " ".join(client.get(root + path).text for path in paths)
    shown = released_view(inputs, recipient.id).incidents
    assert len(shown) >= 4
    assert all(one.incident_id in text for one in shown)
    for canary in (
        "mic-kestrel-17",
        "secret-listening-post",
        WORDS,
        "20.91357",
        "45.27182",
        "20.7318",
        "45.3174",
        "notice-118",
        "12:34",
        "13:42",
        "10:42",
        "458",
        "6543",
        "o-secretevidence",
        "inbox/",
    ):
        assert canary not in text, canary


def test_a_store_goes_only_to_who_sees_exact_places_and_a_changed_zone_has_two_ids() -> None:
    watch = invented_watch()
    moved = datetime(2031, 5, 9, tzinfo=UTC)
    west = next(zone for zone in watch.zones if zone.id == "west")
    others = tuple(zone for zone in watch.zones if zone is not west)
    store = Zone(
        id="depot", kind="storage", names={}, geometry=shapely.box(20.1, 45.1, 20.2, 45.2), provenance="x", accuracy_m=1
    )
    zones = (*others, store, replace(west, valid_until=moved), replace(west, valid_from=moved))
    client = client_of(with_recipients(inputs_of([], watch=replace(watch, zones=zones))))
    ids = {
        one: [zone["id"] for zone in client.get(f"/ogc/{one}/collections/zones/items").json()["features"]]
        for one in ("public", "centre")
    }
    assert "depot" in ids["centre"]
    assert "depot" not in ids["public"]
    assert [one for one in ids["public"] if one.startswith("west")] == ["west@0001-01-01", "west@2031-05-09"]
    valid = client.get("/ogc/public/collections/zones/items?datetime=2031-05-08").json()["features"]
    assert [one["id"] for one in valid if one["id"].startswith("west")] == ["west@0001-01-01"]


def places(view: ReleasedView) -> dict[str, str]:
    return {one.incident_id: one.place for one in view.incidents}


@settings(deadline=None, max_examples=40)
@given(worlds)
def test_the_view_is_the_union_of_the_daily_reports(world: list[Any]) -> None:
    inputs = with_recipients(inputs_of(build(world)))
    days = [DAY, DAY + timedelta(days=1)]
    inputs = replace(inputs, earlier=())
    for recipient in inputs.watch.settings.recipient:
        inputs = replace(inputs, earlier=(*inputs.earlier, *(issued(inputs, recipient, day) for day in days)))
    for recipient in each(inputs.watch.settings.recipient):
        daily: list[ReleasedIncident] = []
        for day in days:
            report = build_daily(inputs, recipient=recipient, day_from=day, day_until=day + timedelta(days=1))
            daily += [row.incident for row in report.rows]
        view = released_view(inputs, recipient.id)
        assert sorted(daily, key=lambda one: one.incident_id) == sorted(view.incidents, key=lambda one: one.incident_id)


@settings(deadline=None, max_examples=60)
@given(worlds, worlds, st.integers(0, 90))
def test_with_a_smallest_count_two_looks_differ_only_by_what_was_issued_between(
    world: list[Any], more: list[Any], hours: int
) -> None:
    rows = build(world)
    first = with_recipients(inputs_of(rows, as_of=at(24 * 4)))
    later_rows = [
        row | {"lon": 20.30, "lat": 45.55} if row["lon"] is not None and n % 4 == 0 else row
        for n, row in enumerate(rows)
    ]
    later = replace(
        with_recipients(inputs_of([*later_rows, *build(more, "more")], as_of=at(24 * 4 + hours))), earlier=first.earlier
    )
    for recipient in ("public", "aid"):
        before, after = places(released_view(first, recipient)), places(released_view(later, recipient))
        assert after.keys() <= before.keys()
        assert all(place in (before[one], "theatre") for one, place in after.items())


def test_with_a_smallest_count_nothing_is_served_before_a_report_has_shown_it() -> None:
    inputs = with_recipients(busy_day())
    silent = replace(inputs, earlier=())
    assert released_view(silent, "public").incidents == ()
    assert len(released_view(silent, "centre").incidents) == len(released_view(inputs, "centre").incidents) > 20
    assert {one.day for one in released_view(inputs, "public").incidents} == {DAY}
    text = client_of(silent).get("/ogc/public").json()["description"]
    assert "that an issued report has shown" in text


def test_the_document_is_openapi_that_a_stranger_can_load(asked: Asking) -> None:
    document = asked.get("/ogc/public/api").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.validate()
    operations = [one.ok().label for one in schema.get_all_operations()]
    assert "GET /collections/{collectionId}/items" in operations
    assert len(operations) == 7
    items = document["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
    assert {one["name"] for one in items if one["in"] == "query"} == {
        "f",
        "lang",
        "limit",
        "offset",
        "bbox",
        "datetime",
        "zone",
        "simulated",
        "outcome",
        "kind",
        "min_probability",
    }


def test_a_number_of_ten_thousand_digits_is_no_number() -> None:
    for text in ("0" * 10_000, "9" * 10_000, "0" * 20 + "9" * 5_000):
        with pytest.raises(ReportError):
            read_query([("limit", text)], parameters=OF_ITEMS, languages=("en",))
    assert read_query([("limit", "1000000000")], parameters=OF_ITEMS, languages=("en",)).limit == MOST
