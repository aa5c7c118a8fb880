"""The Watch map: every large town named, zones that answer, signs that spread, a card at its sign, an address that
holds the view."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
import shapely
from playwright.sync_api import Page, Route, expect
from shapely.geometry import shape

from tests.browser.conftest import Served, Window, until
from tests.conftest import ROOT, each
from trucewatch.locale import languages

MAP = "document.querySelector('tw-map').watch"
SIZE = {"width": 1366, "height": 768}
WRITTEN = f"{MAP}.overlay.labels.written"


def opened(window: Window, address: str) -> Page:
    window.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    page = window.open(address)
    until(page, f"{WRITTEN}.length > 0")
    return page


def features_of(example: str, file: str) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads((ROOT / "examples" / example / file).read_text("utf-8"))["features"]
    return features


def large_towns(example: str) -> list[str]:
    """The towns of rank 1 in the example's area, be that what its zones cover or the box that its watch names."""
    settings = tomllib.loads((ROOT / "examples" / example / "watch.toml").read_text("utf-8"))
    zones = [shape(zone["geometry"]) for zone in features_of(example, "zones.geojson")]
    inside = shapely.union_all([*zones, shapely.box(*settings["area"])])
    return [
        town["properties"]["id"]
        for town in features_of(example, "basemap.geojson")
        if town["properties"]["kind"] == "town"
        and town["properties"]["rank"] == 1
        and inside.contains(shape(town["geometry"]))
    ]


def on_map(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place stands on the page."""
    spot = page.evaluate(
        f"""([lon, lat]) => {{ const map = {MAP}.view.map; const at = map.project([lon, lat]);
        const box = map.getCanvas().getBoundingClientRect(); return [box.left + at.x, box.top + at.y] }}""",
        [lon, lat],
    )
    return spot[0], spot[1]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("example", ["karabakh", "valleys"])
def test_every_large_town_is_named_at_first_sight(
    window: Window, request: pytest.FixtureRequest, example: str, language: str
) -> None:
    served: Served = request.getfixturevalue(example)
    page = opened(window, f"{served.url}/watch?lang={language}")
    towns = {
        town["properties"]["id"]: town["properties"]
        for town in page.evaluate("lang => fetch('/watch/ground.json?lang=' + lang).then(one => one.json())", language)[
            "towns"
        ]["features"]
    }
    written = page.evaluate(WRITTEN)
    named = {label["text"] for label in written if not label["isNumber"]}
    for town in each(large_towns(served.folder.name)):
        assert towns[town]["name"] in named, f"{towns[town]['name']} of {sorted(named)}"


def test_labels_keep_off_signs_and_buttons_and_one_another(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    labels = page.evaluate(f"[...{WRITTEN}, ...{MAP}.overlay.zones.written]")
    signs = page.evaluate(f"{MAP}.overlay.marks.map(mark => [mark.x, mark.y, mark.kind === 'tile' ? mark.width : 26])")
    frame = page.locator("tw-map").bounding_box()
    assert frame is not None
    furniture = [
        page.locator(part).bounding_box() for part in (".tw-map-buttons", ".tw-map-legend-turn", ".tw-map-scale")
    ]

    def overlap(a: dict[str, float], left: float, top: float, right: float, bottom: float) -> bool:
        wide, high = a["width"] / 2 - 1, a["height"] / 2 - 2
        return a["x"] - wide < right and a["x"] + wide > left and a["y"] - high < bottom and a["y"] + high > top

    for label in each(labels):
        for x, y, width in each(signs):
            assert not overlap(label, x - width / 2, y - 13, x + width / 2, y + 13), label["text"]
        for box in furniture:
            assert box is not None
            left, top = box["x"] - frame["x"], box["y"] - frame["y"]
            assert not overlap(label, left, top, left + box["width"], top + box["height"]), label["text"]
        for other in labels:
            if other is not label:
                x, y, wide, high = other["x"], other["y"], other["width"] / 2, other["height"] / 2
                assert not overlap(label, x - wide + 1, y - high + 2, x + wide - 1, y + high - 2), label["text"]


def test_a_number_on_the_map_is_resolved_by_the_legend(window: Window, karabakh: Served) -> None:
    page = window.page
    page.set_viewport_size({"width": 820, "height": 700})
    page = window.open(f"{karabakh.url}/watch?lang=hy")
    until(page, f"{WRITTEN}.some(label => label.isNumber)")
    page.keyboard.press("l")
    expect(page.locator(".tw-map-legend-panel")).to_be_visible()
    numbered = f"{WRITTEN}.filter(label => label.isNumber)"
    legend = "document.querySelector('.tw-map-legend-towns').innerText"
    until(page, f"{numbered}.length > 0 && {numbered}.every(label => {legend}.includes('] ' + label.text))")


def test_the_first_view_fits_the_zones_and_fit_all_returns_to_it(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    west, south, east, north = shapely.total_bounds(
        [shape(zone["geometry"]) for zone in features_of("karabakh-2020", "zones.geojson")]
    )
    frame = page.locator(".tw-map-room").bounding_box()
    assert frame is not None

    def extent() -> tuple[float, float, float, float]:
        left, top = on_map(page, west, north)
        right, bottom = on_map(page, east, south)
        return left, top, right, bottom

    left, top, right, bottom = extent()
    assert left >= frame["x"]
    assert right <= frame["x"] + frame["width"]
    assert top >= frame["y"]
    assert bottom <= frame["y"] + frame["height"]
    used = max((right - left) / frame["width"], (bottom - top) / frame["height"])
    assert used > 0.8, "the zones fill the map, not the whole basemap"
    assert "map=" not in page.url
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_url(re.compile("map="))
    page.get_by_role("button", name="Fit all").click()
    until(page, "!location.search.includes('map=')")
    assert extent() == pytest.approx((left, top, right, bottom), abs=1)


def spot_in(page: Page, zone: str) -> tuple[float, float]:
    """A point of the page inside a zone, away from every sign, button and panel."""
    spot = page.evaluate(
        f"""zone => {{ const {{overlay, view}} = {MAP}; const {{camera}} = view;
        const box = document.querySelector('.tw-map-room').getBoundingClientRect();
        for (let y = 60; y < camera.height - 60; y += 7) for (let x = 20; x < camera.width - 20; x += 7)
          if (overlay.zones.at(x, y, camera)?.id === zone && !overlay.find(x, y, 40))
            return [box.left + x, box.top + y];
        return null }}""",
        zone,
    )
    assert spot is not None
    return spot[0], spot[1]


def test_a_zone_is_named_answers_the_pointer_and_filters_the_list(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/watch")
    assert page.evaluate(f"{MAP}.overlay.zones.written.length") > 0, "zones have names on the map"
    all_rows = int(page.locator("#view").get_attribute("data-shown") or 0)
    x, y = spot_in(page, "eastmark")
    page.mouse.move(x, y)
    expect(page.locator(".tw-map-hover")).to_contain_text("Eastmark")
    page.mouse.click(x, y)
    page.wait_for_url(re.compile("zone=eastmark"))
    until(page, f"Number(document.getElementById('view').dataset.shown) < {all_rows}")
    expect(page.locator('#filters select[name="zone"]')).to_have_value("eastmark")
    assert page.evaluate(f"{MAP}.overlay.chosenZones.has('eastmark')")
    page.mouse.click(*spot_in(page, "eastmark"))
    until(page, f"Number(document.getElementById('view').dataset.shown) === {all_rows}")
    assert "zone=" not in page.url


def test_a_double_press_zooms_and_filters_nothing(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/watch")
    page.mouse.dblclick(*spot_in(page, "eastmark"))
    page.wait_for_url(re.compile("map="))
    page.wait_for_timeout(500)
    assert "zone=" not in page.url


def test_the_legend_is_six_signs_until_it_is_opened(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    strip, panel = page.locator(".tw-map-strip"), page.locator(".tw-map-legend-panel")
    expect(strip.locator("li")).to_have_count(6)
    assert all(text.strip() for text in each(strip.locator("li").all_inner_texts()))
    expect(panel).to_be_hidden()
    page.keyboard.press("l")
    expect(panel).to_be_visible()
    expect(strip).to_be_hidden()
    expect(panel).to_contain_text("Nagorno-Karabakh and adjacent districts (area)")
    page.keyboard.press("L")
    expect(strip).to_be_visible()
    strip.click()
    expect(panel).to_be_visible()


def choose_first_sign(page: Page) -> dict[str, float]:
    """A press on the first sign that stands alone; where it stands, as the page has it."""
    spot: dict[str, float] = page.evaluate(
        f"""() => {{ const box = document.querySelector('.tw-map-room').getBoundingClientRect();
        const marks = {MAP}.overlay.marks;
        const mark = marks.find(one => one.kind === 'sign'
          && marks.every(other => other === one || Math.hypot(other.x - one.x, other.y - one.y) > 40));
        return {{row: mark.row, x: box.left + mark.x, y: box.top + mark.y}} }}"""
    )
    page.mouse.click(spot["x"], spot["y"])
    expect(page.locator("#card .card")).to_be_visible()
    until(page, "document.getElementById('card').style.left !== ''")
    return spot


def test_the_card_stands_at_its_sign_and_goes_with_the_map(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    spot = choose_first_sign(page)
    card, frame = page.locator("#card").bounding_box(), page.locator(".tw-map-room").bounding_box()
    assert card is not None
    assert frame is not None
    near_x = max(card["x"] - spot["x"], spot["x"] - card["x"] - card["width"], 0)
    near_y = max(card["y"] - spot["y"], spot["y"] - card["y"] - card["height"], 0)
    assert 8 < near_x + near_y < 60, "beside the sign, not on it and not far off"
    assert frame["x"] <= card["x"]
    assert card["x"] + card["width"] <= frame["x"] + frame["width"]
    page.evaluate(f"{MAP}.view.map.panBy([40, 0], {{duration: 0}})")
    until(page, f"Math.abs(document.getElementById('card').getBoundingClientRect().left - {card['x'] - 40}) < 3")
    page.keyboard.press("Escape")
    expect(page.locator("#card .card")).to_have_count(0)


def test_a_press_beside_the_sign_closes_the_card_and_filters_nothing(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    choose_first_sign(page)
    page.mouse.click(*on_map(page, 45.3, 39.6))
    expect(page.locator("#card .card")).to_have_count(0)
    page.wait_for_timeout(400)
    assert "zone=" not in page.url
    choose_first_sign(page)
    page.locator("#card [data-close-card]").click()
    expect(page.locator("#card .card")).to_have_count(0)


def test_on_a_phone_the_card_is_a_sheet_at_the_foot_of_the_map(window: Window, karabakh: Served) -> None:
    window.page.set_viewport_size({"width": 390, "height": 844})
    page = window.open(f"{karabakh.url}/watch")
    page.locator("#list .row a").first.click()
    expect(page.locator("#card .card")).to_be_visible()
    card, frame = page.locator("#card").bounding_box(), page.locator(".mapbox").bounding_box()
    assert card is not None
    assert frame is not None
    assert card["width"] > frame["width"] * 0.9
    assert abs(card["y"] + card["height"] - frame["y"] - frame["height"]) < 20


def test_the_card_says_how_far_off_the_distance_to_the_line_may_be(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    choose_first_sign(page)
    expect(page.locator("#card")).to_contain_text(re.compile(r"[\d.,]+ k?m ± [\d.,]+ k?m to the line"))


def test_a_sign_under_the_pointer_says_what_when_and_how_sure(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    spot = page.evaluate(
        f"""() => {{ const box = document.querySelector('.tw-map-room').getBoundingClientRect();
        const mark = {MAP}.overlay.marks.find(one => one.kind === 'sign');
        return [box.left + mark.x, box.top + mark.y] }}"""
    )
    page.mouse.move(*spot)
    hover = page.locator(".tw-map-hover")
    expect(hover).to_be_visible()
    lines = hover.locator("span").all_inner_texts()
    assert len(lines) == 3
    assert re.search(r"20\d\d", lines[1])
    assert lines[2].startswith("±")
    page.mouse.move(spot[0] - 300, spot[1])
    expect(hover).not_to_contain_text("±")


def test_the_address_holds_the_view_through_filters_reload_and_back(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/watch")
    page.evaluate(f"{MAP}.view.map.jumpTo({{center: [-25.1, -34.95], zoom: 9.5}})")
    page.wait_for_url(re.compile(r"map=9\.5/-34\.95/-25\.1"))
    page.locator('#filters label.chip:has(input[value="inconsistent"])').click()
    page.wait_for_url(re.compile("outcome=inconsistent"))
    until(page, "new URL(location.href).searchParams.get('map') === '9.5/-34.95/-25.1'")
    until(page, "document.getElementById('later').getAttribute('href').includes('map=9.5/-34.95/-25.1')")
    page.locator("#later").click()
    page.wait_for_url(re.compile("from="))
    until(page, "new URL(location.href).searchParams.get('map') === '9.5/-34.95/-25.1'")
    page.reload()
    page.wait_for_selector("tw-map[data-ready]", state="attached")
    camera = f"[{MAP}.view.map.getZoom(), {MAP}.view.map.getCenter().lat]"
    assert page.evaluate(camera) == pytest.approx([9.5, -34.95], abs=0.01)
    page.go_back()
    page.wait_for_selector("tw-map[data-ready]", state="attached")
    until(page, f"{MAP} !== null && Math.abs({MAP}.view.map.getZoom() - 9.5) < 0.01")


def test_a_searched_place_is_gone_to_and_marked(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/watch")
    page.fill("#place", "Hadrut")
    page.keyboard.press("Enter")
    until(page, f"{MAP}.overlay.searched.length > 0")
    until(page, f"Math.abs({MAP}.view.map.getCenter().lat - 39.52) < 0.05")
    assert page.evaluate(f"{MAP}.view.map.getZoom()") > 9
    page.fill("#place", "")
    page.keyboard.press("Enter")
    until(page, f"{MAP}.overlay.searched.length === 0")


def many_in_one_village(page: Page, count: int) -> None:
    """The map's own table with its first incidents told anew in one village: the rest of the page stays."""

    def answer(route: Route) -> None:
        table = route.fetch().json()
        columns = [name for name, values in table.items() if isinstance(values, list) and len(values) == table["rows"]]
        places = range(table["rows"])
        row = next(n for n in places if table["lon"][n] is not None and (table["major_m"][n] or 0) < 5000)
        for name in columns:
            table[name] = [table[name][row]] * count
        table["code"] = [f"i-{n}" for n in range(count)]
        table["simulated"] = [int(n % 4 == 0) for n in range(count)]
        route.fulfill(json=table | {"rows": count})

    page.route("**/watch/incidents.json", answer)


def show_all(page: Page) -> None:
    page.evaluate(
        """() => { document.getElementById('view').dataset.mask = '';
        document.dispatchEvent(new CustomEvent('tw:view')) }"""
    )


def test_signs_of_one_place_spread_round_it(window: Window, valleys: Served) -> None:
    many_in_one_village(window.page, 9)
    page = opened(window, f"{valleys.url}/watch?map=10/-34.95/-25.1")
    show_all(page)
    page.evaluate(
        f"""() => {{ const table = {MAP}.overlay.table;
        {MAP}.view.map.jumpTo({{center: [table.lon[0], table.lat[0]], zoom: 10}}) }}"""
    )
    until(page, f"{MAP}.overlay.marks.filter(mark => mark.kind === 'sign').length === 9")
    signs = page.evaluate(f"{MAP}.overlay.marks.map(mark => [mark.row, mark.x, mark.y])")
    for row, x, y in each(signs):
        for other, other_x, other_y in signs:
            if row != other:
                assert abs(complex(x - other_x, y - other_y)) >= 25
    page.evaluate(f"{MAP}.view.zoomBy(1); {MAP}.view.zoomBy(-1)")
    page.wait_for_timeout(300)
    again = page.evaluate(f"{MAP}.overlay.marks.map(mark => [mark.row, mark.x, mark.y])")
    assert again == [pytest.approx(sign, abs=1) for sign in signs], "the same signs, the same spread"


def test_five_thousand_signs_in_one_village_are_a_tile_that_opens_into_pages(window: Window, valleys: Served) -> None:
    many_in_one_village(window.page, 5000)
    page = opened(window, f"{valleys.url}/watch")
    show_all(page)
    page.evaluate(
        f"""() => {{ const table = {MAP}.overlay.table;
        {MAP}.view.map.jumpTo({{center: [table.lon[0], table.lat[0]], zoom: 12}}) }}"""
    )
    until(page, f"{MAP}.overlay.marks.filter(mark => mark.kind === 'tile').length === 2")
    tiles = page.evaluate(f"{MAP}.overlay.marks.map(mark => [mark.tile.simulated, mark.tile.count, mark.x, mark.y])")
    assert sorted(tile[:2] for tile in tiles) == [[False, 3750], [True, 1250]], "never summed"
    panned_ms = page.evaluate(
        f"""() => {{ const began = performance.now();
        for (let n = 0; n < 10; n++) {{ {MAP}.view.map.panBy([3, 0], {{duration: 0}}); {MAP}.view.paint(); }}
        return performance.now() - began }}"""
    )
    assert panned_ms < 1000
    box = page.locator(".tw-map-room").bounding_box()
    assert box is not None
    x, y = page.evaluate(
        f"(() => {{ const mark = {MAP}.overlay.marks.find(one => !one.tile.simulated); return [mark.x, mark.y] }})()"
    )
    page.mouse.click(box["x"] + x, box["y"] + y)
    members = page.locator(".tw-map-members")
    expect(members).to_be_visible()
    expect(members.locator("li")).to_have_count(20)
    expect(members.locator("footer")).to_contain_text("1 to 20 of 3,750")
    page.keyboard.press("PageDown")
    expect(members.locator("footer")).to_contain_text("21 to 40 of 3,750")
    page.keyboard.press("Escape")
    expect(members).to_be_hidden()


def test_a_zone_drawn_across_itself_and_names_without_end_leave_the_map_whole(window: Window, karabakh: Served) -> None:
    bow = [[46, 39], [47, 40], [47, 39], [46, 40], [46, 39]]

    def answer(route: Route) -> None:
        ground = route.fetch().json()
        ground["zones"]["features"].append(
            {
                "type": "Feature",
                "properties": {"id": "bow", "kind": "district", "name": "Ա" * 60},
                "geometry": {"type": "Polygon", "coordinates": [bow]},
            }
        )
        names = {0: "Ա" * 60, 1: " / ".join("Անուն" + letter for letter in "աբգդեզ"), 2: ""}
        for place, name in names.items():
            ground["towns"]["features"][place]["properties"]["name"] = name
        route.fulfill(json=ground)

    window.page.route("**/watch/ground.json*", answer)
    page = opened(window, f"{karabakh.url}/watch")
    written = page.evaluate(WRITTEN)
    assert len(written) > 8
    assert all(label["width"] <= 250 for label in each(written)), "no label covers the map"
    assert all(label["text"] for label in written), "no label is empty"
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_url(re.compile("map="))
    assert page.evaluate(f"{MAP}.overlay.marks.length") > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_says_where_it_ends(window: Window, karabakh: Served, scheme: str) -> None:
    page = window.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.add_init_script(
        """const write = CanvasRenderingContext2D.prototype.fillText; window.written = new Set();
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
          window.written.add(text); return write.call(this, text, ...rest) }"""
    )
    page = opened(window, f"{karabakh.url}/watch?map=6/39.7/46.5")
    until(page, "window.written.has('the map ends here')")
    page.evaluate(f"window.written.clear(); {MAP}.view.map.jumpTo({{center: [46.75, 39.8], zoom: 11}})")
    until(page, "window.written.size > 0")
    page.evaluate("window.written.clear()")
    page.evaluate(f"{MAP}.view.paint()")
    assert not page.evaluate("window.written.has('the map ends here')"), "not in the middle of it"
