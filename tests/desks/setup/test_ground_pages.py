"""The ground of a new watch: lines that are marked, places that are added, towns that are found, and the sea."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.desks.setup.test_new_watch import begin, client, console, fault, place, served, toast
from tests.server.conftest import unbroken
from trucewatch.geo.place_text import read_place
from trucewatch.server.console import Console
from trucewatch.watch import check_watch, load_watch

__all__ = ["client", "console", "served"]

KASHMIR = {"middle": "33.9, 74.1", "width_km": "120", "simulated": "", "name-en": "Line of Control"}


def boundaries_of(folder: Path) -> dict[str, dict[str, Any]]:
    features = json.loads((folder / "basemap.geojson").read_text())["features"]
    properties = [feature["properties"] for feature in features]
    return {line["line"]: line for line in properties if line["kind"] == "boundary"}


def test_the_line_of_control_is_drawn_as_disputed_without_a_mark(console: Console, client: TestClient) -> None:
    draft = begin(client, **KASHMIR)
    lines = boundaries_of(place(console, draft))
    assert {line["status"] for line in lines.values() if line["class"] == "line_of_control"} == {"disputed"}
    ground = client.get(f"/new/ground.json?draft={draft}").json()
    assert {feature["properties"]["status"] for feature in ground["boundary"]["features"]} == {"disputed"}
    page = unbroken(client.get(f"/new/{draft}/boundaries").text)
    assert "India / Pakistan: disputed" in page
    assert "line of control" in page


def test_a_line_is_marked_and_the_mark_taken_back(console: Console, client: TestClient) -> None:
    draft = begin(client, **KASHMIR)
    folder = place(console, draft)
    line = next(iter(boundaries_of(folder)))
    for status in ("state", "not_stated", "disputed"):
        answer = client.post(f"/new/{draft}/boundaries", data={"line": line, "status": status})
        assert answer.status_code == 303
        stands = boundaries_of(folder)[line]
        assert (stands["status"], stands["status_by"]) == (status, "this watch")
        assert {piece.status for piece in load_watch(folder).basemap.ground if piece.line == line} == {status}
    assert "this watch" in client.get(f"/new/{draft}/boundaries").text
    client.post(f"/new/{draft}/undo")
    assert boundaries_of(folder)[line]["status"] == "not_stated"
    client.post(f"/new/{draft}/boundaries", data={"line": line, "status": "data"})
    assert boundaries_of(folder)[line]["status"] == "disputed"
    assert "status_by" not in boundaries_of(folder)[line]
    assert check_watch(folder).errors == 0


@pytest.mark.parametrize(
    ("sending", "sentence"),
    [
        ({"status": "state"}, "no line is chosen"),
        ({"line": "ne-1", "status": "state"}, "no line is chosen"),
        ({"line": "LINE", "status": "recognised"}, "choose what the line is drawn as"),
        ({"line": "LINE"}, "choose what the line is drawn as"),
        ({"line": "'\"><b>", "status": "state"}, "no line is chosen"),
    ],
)
def test_a_mark_that_cannot_be_changes_nothing(
    console: Console, client: TestClient, sending: dict[str, str], sentence: str
) -> None:
    draft = begin(client, **KASHMIR)
    before = boundaries_of(place(console, draft))
    sending = {name: value.replace("LINE", next(iter(before))) for name, value in sending.items()}
    answer = client.post(f"/new/{draft}/boundaries", data=sending)
    assert answer.status_code == 422
    assert sentence in fault(answer)
    assert boundaries_of(place(console, draft)) == before


def test_an_area_without_a_boundary_says_so(client: TestClient) -> None:
    assert "No boundary lies in the area" in client.get(f"/new/{begin(client)}/boundaries").text


def test_an_added_place_is_read_by_every_spelling_and_shown_by_its_name_alone(
    console: Console, client: TestClient
) -> None:
    draft = begin(client, **KASHMIR)
    sending = {"at": "33.95, 74.15", "name-en": "Tithwal post", "spellings": "Teetwal post\nटीटवाल चौकी\n\n"}
    assert client.post(f"/new/{draft}/places", data=sending).status_code == 303
    watch = load_watch(place(console, draft))
    for text in ("Tithwal post", "teetwal  POST", "टीटवाल चौकी", "2 km NE of Teetwal post"):
        read = read_place(text, watch.basemap.towns)
        assert (read.lon, read.lat) == pytest.approx((74.15, 33.95), abs=0.05)
    ground = client.get(f"/new/ground.json?draft={draft}").text
    assert "Tithwal post" in ground
    assert "Teetwal" not in ground
    client.post(f"/new/{draft}/places/remove", data={"which": "tithwal-post"})
    assert "tithwal-post" not in {town.id for town in load_watch(place(console, draft)).basemap.towns}


def test_a_table_of_a_new_watch_finds_a_town_by_a_spelling_that_is_never_shown(
    console: Console, client: TestClient
) -> None:
    draft = begin(client, **KASHMIR)
    towns = load_watch(place(console, draft)).basemap.towns
    for text in ("Poonch", "Punch", "Pūnch", "پونچھ", "2.1 km NE of Poonch"):
        read = read_place(text, towns)
        assert (read.lon, read.lat) == pytest.approx((74.09, 33.77), abs=0.05)


@pytest.mark.parametrize(
    ("sending", "sentence"),
    [
        ({"at": "33.95, 74.15"}, "the place has no name"),
        ({"name-en": "Post"}, "click on the map"),
        ({"name-en": "Post", "at": "nowhere"}, "click on the map"),
        ({"name-en": "Post", "at": "10, 10"}, "lies outside the map of this watch"),
        ({"name-en": "Poonch", "at": "33.95, 74.15"}, "has this name already"),
        ({"name-en": "Post", "spellings": "Poonch", "at": "33.95, 74.15"}, "has this name already"),
    ],
)
def test_a_place_that_cannot_be_is_told_its_fault_and_stays_typed(
    client: TestClient, sending: dict[str, str], sentence: str
) -> None:
    draft = begin(client, **KASHMIR)
    answer = client.post(f"/new/{draft}/places", data=sending)
    assert answer.status_code == 422
    assert sentence in fault(answer)
    assert all(f'value="{value}"' in answer.text for name, value in sending.items() if name != "spellings")


def test_a_town_is_offered_by_any_spelling_with_its_place(client: TestClient) -> None:
    towns = client.get("/new/places.json", params={"q": "Poonch"}).json()["towns"]
    assert towns[0]["name"] == "Pūnch"
    assert read_place(towns[0]["place"]).lat == pytest.approx(33.77, abs=0.05)
    assert client.get("/new/places.json", params={"q": "z" * 9000}).json() == {"towns": []}


@pytest.mark.parametrize(
    ("at", "answer"), [("33.77, 74.09", True), ("-35, -25", False), ("nowhere", None), ("91, 200", None)]
)
def test_a_click_says_whether_it_is_land(client: TestClient, at: str, answer: bool | None) -> None:
    assert client.get("/new/places.json", params={"at": at}).json() == {"is_land": answer}


def test_an_area_of_nothing_but_sea_is_begun_and_said(client: TestClient) -> None:
    answer = client.post("/new", data=_BEGIN | {"middle": "-35.0, -25.0", "name-en": "At sea"})
    assert "Nothing but sea lies in its area" in toast(client, answer)
    answer = client.post("/new", data=_BEGIN | KASHMIR | {"name-en": "On land"})
    assert toast(client, answer) == "Begun. Every step can be gone back to."


_BEGIN = {"name-en": "Any", "language": "en", "time_zone": "UTC", "middle": "-35.0, -25.0", "width_km": "100"}


@pytest.mark.parametrize("text", ["Poonch", "پونچھ", "PUNCH"])
def test_an_area_is_named_by_any_spelling_of_its_town(console: Console, client: TestClient, text: str) -> None:
    draft = begin(client, **KASHMIR | {"middle": text, "name-en": "Spelled"})
    west, south, east, north = load_watch(place(console, draft)).settings.area
    assert west < 74.09 < east
    assert south < 33.77 < north


def test_the_beginning_of_a_name_is_answered_with_what_it_may_be(client: TestClient) -> None:
    answer = client.post("/new", data=_BEGIN | {"middle": "rawalak"})
    assert answer.status_code == 422
    assert "Rawalakot" in fault(answer)
    assert 'value="rawalak"' in answer.text
