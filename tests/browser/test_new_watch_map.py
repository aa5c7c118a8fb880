"""The maps of a new watch in a real browser: corners that are never lost, a line that a click marks, a place by a
click, shapes of a file looked at before they are taken."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, Window, onward, until

NORTH_EAST = ((0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6))
BOW = ((0.3, 0.3), (0.6, 0.6), (0.6, 0.3), (0.3, 0.6))


def begin(page: Page, served: Served, middle: str, name: str = "Line of Control") -> str:
    """A new watch by its first form; its id."""
    page.goto(f"{served.url}/new")
    page.fill('input[name="name-en"]', name)
    page.fill("#middle", middle)
    with onward(page):
        page.get_by_role("button", name="Begin").click()
    found = re.search(r"/new/([^/]+)/", page.url)
    assert found is not None
    return found[1]


def at_rest(page: Page) -> None:
    page.wait_for_selector("tw-map[data-ready] [data-idle]", state="attached", timeout=30_000)


def draw(page: Page, corners: tuple[tuple[float, float], ...]) -> None:
    stage = page.locator("tw-map .tw-map-stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    for x, y in corners:
        stage.click(position={"x": box["width"] * x, "y": box["height"] * y})
        page.wait_for_timeout(400)


def corners_in(page: Page) -> list[str]:
    return page.input_value("#corners").split("\n")


def test_a_shape_that_nobody_closed_is_kept_whole(window: Window, beside: Served) -> None:
    page = window.page
    draft = begin(page, beside, "Poonch")
    page.goto(f"{beside.url}/new/{draft}/zones")
    at_rest(page)
    assert page.locator("textarea").count() == 1
    draw(page, NORTH_EAST)
    assert len(corners_in(page)) == 4
    page.fill('#draw input[name="name-en"]', "Bridge")
    with onward(page):
        page.get_by_role("button", name="Keep the zone").click()
    expect(page.locator("main table").first).to_contain_text("Bridge")
    zones = json.loads((beside.folder.parent / draft / "zones.geojson").read_text())["features"]
    ring = next(zone for zone in zones if zone["id"] == "bridge")["geometry"]["coordinates"][0]
    assert len(ring) == 5
    assert ring[0] == ring[-1]
    assert page.input_value("#corners") == ""


def test_a_shape_that_crosses_itself_is_named_stays_and_is_mended(window: Window, beside: Served) -> None:
    page = window.page
    draft = begin(page, beside, "Poonch")
    page.goto(f"{beside.url}/new/{draft}/zones")
    at_rest(page)
    draw(page, BOW)
    said = page.locator(".tw-draw-said")
    expect(said).to_contain_text("crosses itself near longitude")
    expect(said).to_contain_text("between corners 1 and 2, and between 3 and 4")
    drawn = corners_in(page)
    page.fill('#draw input[name="name-en"]', "Bow")
    with onward(page):
        page.get_by_role("button", name="Keep the zone").click()
    expect(page.get_by_role("alert").first).to_contain_text("crosses itself near lon")
    at_rest(page)
    assert corners_in(page) == drawn
    assert page.input_value('#draw input[name="name-en"]') == "Bow"
    page.get_by_role("button", name="Delete the corner").click()
    expect(said).to_contain_text("A shape of 3 corners")
    page.get_by_role("button", name="Undo").click()
    assert corners_in(page) == drawn
    page.get_by_role("button", name="Delete the corner").click()
    with onward(page):
        page.get_by_role("button", name="Keep the zone").click()
    expect(page.locator("main table").first).to_contain_text("Bow")
    window.faults.clear()  # the browser notes the refusal (422) as an error


def test_a_drawing_outlives_a_reload_and_a_way_back(window: Window, beside: Served) -> None:
    page = window.page
    draft = begin(page, beside, "Poonch")
    address = f"{beside.url}/new/{draft}/zones"
    page.goto(address)
    at_rest(page)
    draw(page, NORTH_EAST)
    page.fill('#draw input[name="name-en"]', "Bridge")
    drawn = corners_in(page)
    page.reload()
    at_rest(page)
    assert corners_in(page) == drawn
    page.goto(f"{beside.url}/new/{draft}/parties")
    page.goto(address)
    at_rest(page)
    assert corners_in(page) == drawn
    assert page.input_value('#draw input[name="name-en"]') == "Bridge"
    expect(page.locator(".tw-draw-said")).to_contain_text("A shape of 4 corners")


def test_a_corner_is_dragged_and_the_drag_undone(window: Window, beside: Served) -> None:
    page = window.page
    draft = begin(page, beside, "Poonch")
    page.goto(f"{beside.url}/new/{draft}/zones")
    at_rest(page)
    draw(page, NORTH_EAST)
    before = corners_in(page)
    box = page.locator("tw-map .tw-map-stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7, steps=5)
    page.mouse.up()
    moved = corners_in(page)
    assert [one == other for one, other in zip(before, moved, strict=True)] == [True, True, False, True]
    page.locator("tw-map .tw-map-stage").press("Control+z")
    assert corners_in(page) == before


def test_typed_corners_that_are_none_are_not_lost_to_a_click(window: Window, beside: Served) -> None:
    page = window.page
    draft = begin(page, beside, "Poonch")
    page.goto(f"{beside.url}/new/{draft}/zones")
    at_rest(page)
    typed = "74.0, 33.8\nnonsense\n74.1, 33.8"
    page.fill("#corners", typed)
    expect(page.locator(".tw-draw-said")).to_contain_text("Line 2")
    draw(page, ((0.5, 0.5),))
    assert page.input_value("#corners") == typed


def test_a_click_on_a_line_chooses_it_and_the_mark_is_drawn_at_once(window: Window, beside: Served) -> None:
    page = window.page
    draft = begin(page, beside, "33.9, 74.1")
    page.goto(f"{beside.url}/new/{draft}/boundaries")
    at_rest(page)
    assert page.input_value("#line") == ""
    spot = page.evaluate(
        """async () => {
          const ground = await (await fetch(document.querySelector("tw-map").dataset.ground)).json();
          return { area: ground.area, line: ground.boundary.features[0] };
        }"""
    )
    west, south, east, north = spot["area"]
    coordinates = spot["line"]["geometry"]["coordinates"]
    lon, lat = min(
        coordinates, key=lambda place: abs(place[0] - (west + east) / 2) + abs(place[1] - (south + north) / 2)
    )
    stage = page.locator("tw-map .tw-map-stage")
    box = stage.bounding_box()
    assert box is not None
    # The area is fitted into the stage with 24 pixels to spare, and is as high as it is wide on the ground.
    side = box["height"] - 48
    x = box["width"] / 2 + (lon - (west + east) / 2) / (east - west) * side
    y = box["height"] / 2 - (lat - (south + north) / 2) / (north - south) * side
    stage.click(position={"x": x, "y": y})
    until(page, "document.getElementById('line').value !== ''")
    assert page.input_value("#line") == spot["line"]["properties"]["line"]
    page.get_by_label("status not stated in this data").check()
    with onward(page):
        page.get_by_role("button", name="Mark the line").click()
    at_rest(page)
    expect(page.locator("main table")).to_contain_text("this watch")
    expect(page.locator(".tw-choose-legend")).to_contain_text("status not stated in this data")
    with onward(page):
        page.locator("#toast").get_by_role("button").first.click()
    page.goto(f"{beside.url}/new/{draft}/boundaries")
    at_rest(page)
    expect(page.locator(".tw-choose-legend")).to_contain_text("Disputed boundary")


def test_the_middle_of_the_area_is_found_by_a_spelling_or_a_click(window: Window, beside: Served) -> None:
    page = window.page
    page.goto(f"{beside.url}/new")
    at_rest(page)
    page.locator("#middle").press_sequentially("Poonch")
    hit = page.locator(".hits button").first
    expect(hit).to_contain_text("Pūnch")
    hit.click()
    expect(page.locator("#middle")).to_have_value(re.compile(r"^33\.77\d*, 74\.09\d*$"))
    page.get_by_role("button", name="Fit all").click()
    page.wait_for_timeout(500)
    stage = page.locator("tw-map .tw-map-stage")
    box = stage.bounding_box()
    assert box is not None
    stage.click(position={"x": box["width"] * 0.1, "y": box["height"] * 0.7})
    expect(page.locator(".hits")).to_contain_text("Nothing but sea here")
    page.fill('input[name="name-en"]', "At sea")
    with onward(page):
        page.get_by_role("button", name="Begin").click()
    expect(page.locator("#toast")).to_contain_text("Nothing but sea lies in its area")


def test_a_place_is_added_by_a_click_by_keys_and_by_a_spelling(window: Window, beside: Served) -> None:
    page = window.page
    draft = begin(page, beside, "Poonch")
    page.goto(f"{beside.url}/new/{draft}/places")
    at_rest(page)
    page.fill('input[name="name-en"]', "Old bridge")
    draw(page, ((0.5, 0.4),))
    clicked = page.input_value("#at")
    assert re.fullmatch(r"33\.\d{5}, 74\.\d{5}", clicked)
    page.locator("tw-map .tw-map-stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, f"document.getElementById('at').value !== '{clicked}'")
    assert re.fullmatch(r"33\.\d{5}, 74\.\d{5}", page.input_value("#at"))
    page.fill("#at", "Rajauri")
    page.locator(".hits button").first.click()
    assert re.match(r"33\.3\d+, 74\.\d+", page.input_value("#at"))
    with onward(page):
        page.get_by_role("button", name="Add the place").click()
    expect(page.locator("main")).to_contain_text("Old bridge")
    towns = json.loads((beside.folder.parent / draft / "basemap.geojson").read_text())["features"]
    assert "old-bridge" in {town.get("id") for town in towns}


@pytest.mark.parametrize("width", [1366, 390])
def test_the_shapes_of_a_file_are_looked_at_and_picked_on_the_map(window: Window, beside: Served, width: int) -> None:
    page = window.page
    page.set_viewport_size({"width": width, "height": 800})
    draft = begin(page, beside, "33.8, 74.0", f"Wide {width}")
    west = [73.7, 73.9, 74.1]
    rings = [[[x, 33.7], [x + 0.15, 33.7], [x + 0.15, 33.9], [x, 33.9], [x, 33.7]] for x in west]
    rows = [
        {
            "type": "Feature",
            "properties": {"GID_2": f"X{number}", "NAME_1": "Province", "NAME_2": f"District {number}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for number, ring in enumerate(rings)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    page.goto(f"{beside.url}/new/{draft}/zones")
    page.set_input_files(
        'input[type="file"]', {"name": "gadm.geojson", "mimeType": "application/json", "buffer": content}
    )
    with onward(page):
        page.get_by_role("button", name="Look at it").click()
    at_rest(page)
    assert page.input_value('select[name="names"]') == "NAME_2"
    assert page.input_value('input[name="z2-name-en"]') == "District 1"
    assert page.is_checked('input[name="take-2"]')
    draw(page, ((0.5, 0.5),))
    assert not page.is_checked('input[name="take-2"]')
    page.get_by_role("button", name="Tick none").click()
    assert page.locator('input[name^="take-"]:checked').count() == 0
    draw(page, ((0.5, 0.5),))
    assert page.locator('input[name^="take-"]:checked').count() == 1
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    with onward(page):
        page.get_by_role("button", name="Take the ticked shapes").click()
    expect(page.locator("main table").first).to_contain_text("District 1")
    expect(page.locator("main table").first).not_to_contain_text("District 0")
