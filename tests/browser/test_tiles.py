"""The basemap that a watch brings, in a real browser: roads, rivers and villages under the watch's own lines; without
it, or with a bad one, the map goes on as it is."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.basemaps import FOREIGN_NAME, METADATA, country, write_basemap
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, Window, copied, serving, until
from tests.builders import edit

pytest.importorskip("pmtiles")
pytest.importorskip("mapbox_vector_tile")
AREA = (-25.75, -35.46, -24.25, -34.56)
"""The invented watch's."""
NAME = "roads.pmtiles"
MAP = "document.querySelector('tw-map').watch.view.map"
DRAWN = f"layers => {MAP}.queryRenderedFeatures({{layers}}).length"
ROAD = {"light": (0xD3, 0xCA, 0xB6), "dark": (0x4A, 0x48, 0x3D)}


def bring(folder: Path) -> Path:
    """Names a basemap in a watch; where it has to lie."""
    edit(folder / "watch.toml", "\narea = ", f'\nbasemap = "{NAME}"\narea = ')
    return folder / NAME


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The invented watch with roads, rivers and villages of an invented country; to be looked at only."""
    folder = copied("two-valleys", tmp_path_factory.mktemp("brought"))
    shapes = country(AREA, villages=120, roads=20, streets=60)
    write_basemap(bring(folder), AREA, zooms=range(12), shapes=shapes)
    with serving(folder) as served:
        yield served


@pytest.fixture
def bad(tmp_path: Path) -> Iterator[Callable[[Callable[[Path], object]], Served]]:
    """The invented watch with a basemap that a test makes: `bad(lambda path: path.write_bytes(b"none"))`."""
    running = []

    def serve(make: Callable[[Path], object]) -> Served:
        folder = copied("two-valleys", tmp_path)
        make(bring(folder))
        running.append(serving(folder))
        return running[-1].__enter__()

    yield serve
    for context in running:
        context.__exit__(None, None, None)


def zoom_to(page: Page, zoom: float, lon: float = -25.2, lat: float = -35.0) -> None:
    page.evaluate(f"{MAP}.jumpTo({{zoom: {zoom}, center: [{lon}, {lat}]}})")
    page.wait_for_timeout(200)
    page.wait_for_selector("tw-map [data-idle]", state="attached", timeout=30_000)


def is_near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(part - goal) <= 6 for part, goal in zip(colour, wanted, strict=False))


def drawn_at(page: Page, lon: float, lat: float, wanted: tuple[int, int, int]) -> bool:
    """Whether a colour is on the map's own canvas within four pixels of a place."""
    box = page.locator("tw-map .tw-map-ground").bounding_box()
    at = page.evaluate(f"(() => {{ const at = {MAP}.project([{lon}, {lat}]); return [at.x, at.y] }})()")
    assert box is not None
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    x, y = round(box["x"] + at[0]), round(box["y"] + at[1])
    return any(is_near(picture.getpixel((x, y + away)), wanted) for away in range(-4, 5))


def test_roads_rivers_and_villages_of_a_brought_basemap_are_drawn(window: Window, brought: Served) -> None:
    page = window.open(f"{brought.url}/watch")
    assert page.evaluate(DRAWN, ["tiles-main-road", "tiles-road"]) > 0, "roads at first sight"
    zoom_to(page, 10.2)
    for layer in ("tiles-main-road", "tiles-road", "tiles-river", "tiles-village"):
        assert page.evaluate(DRAWN, [layer]) > 0, layer
    zoom_to(page, 11.5)
    assert page.evaluate(DRAWN, ["tiles-street"]) > 0
    south, north = AREA[1], AREA[3]
    assert drawn_at(page, -25.25, (south + north) / 2, ROAD["light"]), "the straight main road is on the picture"


def test_the_dark_map_has_dark_roads(window: Window, brought: Served) -> None:
    page = window.open(f"{brought.url}/watch")
    page.emulate_media(color_scheme="dark")
    zoom_to(page, 11.5, -25.25)
    assert page.evaluate(f"{MAP}.getStyle().layers.some(one => one.id === 'tiles-main-road')")
    assert drawn_at(page, -25.25, (AREA[1] + AREA[3]) / 2, ROAD["dark"])


def test_no_name_and_no_boundary_of_the_tiles_is_on_the_page(window: Window, brought: Served) -> None:
    page = window.open(f"{brought.url}/watch")
    zoom_to(page, 10.2)
    in_tiles = page.evaluate(
        f"{MAP}.querySourceFeatures('tiles', {{sourceLayer: 'places'}}).map(one => one.properties.name)"
    )
    assert FOREIGN_NAME in in_tiles, "the tiles hold it, and nothing reads it"
    assert FOREIGN_NAME not in page.content()
    drawn = page.evaluate(
        f"{MAP}.getStyle().layers.filter(one => one.source === 'tiles').map(one => one['source-layer'])"
    )
    assert set(drawn) == {"earth", "water", "roads", "places"}
    assert page.evaluate(f"{MAP}.getStyle().layers.every(one => one.type !== 'symbol')")


def test_the_map_says_whose_the_roads_are(window: Window, brought: Served) -> None:
    page = window.open(f"{brought.url}/watch")
    expect(page.locator(".tw-map-credit")).to_have_text("© OpenStreetMap contributors")
    taken = page.evaluate("document.querySelector('tw-map').watch.legend.covered(800, 600)[0]")
    assert taken[1] <= 600 - 54 - 14, "no name of a place is painted under it"
    legend = page.locator(".tw-map-legend-body")
    for word in ("Road", "River", "Town or village", "Roads, rivers and villages: © OpenStreetMap contributors, ODbL"):
        expect(legend).to_contain_text(word)


def test_the_map_of_an_incident_has_them_too(window: Window, brought: Served) -> None:
    page = window.open(f"{brought.url}/watch")
    code = page.evaluate("document.querySelector('tw-map').watch.overlay.table.code[0]")
    page = window.open(f"{brought.url}/incident/{code}")
    until(
        page, "document.querySelector('tw-map').inner.view.map.getStyle().layers.some(one => one.id === 'tiles-river')"
    )
    expect(page.locator(".tw-map-credit")).to_be_visible()


def test_a_watch_without_one_fetches_nothing_of_it(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    assert not [one for one in window.asked if "vector_ground" in one or "pmtiles" in one]
    expect(page.locator(".tw-map-credit")).to_have_count(0)
    assert "OpenStreetMap contributors, ODbL" not in page.content()


def test_a_file_that_is_none_is_said_and_the_map_goes_on(window: Window, bad: Callable[..., Served]) -> None:
    served = bad(lambda path: path.write_bytes(b"no archive"))
    page = window.open(f"{served.url}/watch")
    note = page.locator("details.tw-map-credit")
    expect(note.locator("p")).to_be_hidden()
    note.get_by_text("The basemap file is not drawn.").click()
    expect(note.locator("p")).to_contain_text("roads.pmtiles: is no PMTiles archive; bring an extract of the Protomaps")
    assert page.evaluate(DRAWN, ["land"]) > 0
    assert not [one for one in window.asked if "vector_ground" in one]


def test_another_schema_is_said(window: Window, bad: Callable[..., Served]) -> None:
    layers = [{"id": "transportation", "fields": {"class": "String"}}, {"id": "water", "fields": {"class": "String"}}]
    served = bad(lambda path: write_basemap(path, AREA, zooms=range(3), metadata={**METADATA, "vector_layers": layers}))
    page = window.open(f"{served.url}/watch")
    expect(page.locator("details.tw-map-credit p")).to_contain_text(
        "is of another schema: it has no layer earth, roads, places"
    )


def with_broken_tiles(path: Path, *, packed: bool) -> None:
    """A basemap with a sound head and directory, whose tiles are not what they should be."""
    from benchmarks import basemaps

    class Noise(basemaps.Encoder):
        def tile(self, zoom: int, x: int, y: int) -> bytes:
            return bytes((zoom * 31 + x * 7 + y * 3 + place * 13) % 251 for place in range(500))

    original, basemaps.Encoder = basemaps.Encoder, Noise  # type: ignore[misc]
    try:
        write_basemap(path, AREA, zooms=range(11))
    finally:
        basemaps.Encoder = original  # type: ignore[misc]
    if packed:  # the packing itself is damaged as well
        content = bytearray(path.read_bytes())
        (begin,) = struct.unpack_from("<Q", content, 56)
        content[begin:] = bytes(len(content) - begin)
        path.write_bytes(content)


@pytest.mark.parametrize("packed", [False, True], ids=["no vector tiles", "not packed as it says"])
def test_broken_tiles_leave_the_small_ground_and_one_quiet_note(
    window: Window, bad: Callable[..., Served], packed: bool
) -> None:
    served = bad(lambda path: with_broken_tiles(path, packed=packed))
    page = window.open(f"{served.url}/watch")
    zoom_to(page, 9.5)
    note = page.locator(".tw-map-credit [role=status]")
    expect(note).to_have_count(1)
    expect(note).to_have_text("Some roads, rivers and villages cannot be shown. ")
    assert page.evaluate(DRAWN, ["land"]) > 0
    assert page.evaluate("document.querySelector('tw-map').watch.overlay.marks.length") > 0, "signs stand"
    assert window.faults == [], "nothing in the browser's log"


def test_a_file_that_is_taken_away_fills_no_log(window: Window, bad: Callable[..., Served]) -> None:
    served = bad(lambda path: write_basemap(path, AREA, zooms=range(12)))
    page = window.open(f"{served.url}/watch")
    (served.folder / NAME).unlink()
    for zoom in (9, 10, 11, 11.9):
        zoom_to(page, zoom)
    expect(page.locator(".tw-map-credit [role=status]")).to_have_count(1)
    assert page.evaluate(DRAWN, ["land"]) > 0
    # The browser writes a line for each answer that is none: those of one view, which were asked for at once.
    assert 0 < len(window.faults) <= 16
    window.faults.clear()
