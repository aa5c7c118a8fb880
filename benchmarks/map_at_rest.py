"""The Watch page with 20,000 incidents and a basemap of 200 MB, in a browser that has nothing of it yet: how long until
the map is at rest, and what came over the wire. Simulated rows, an invented country.

Headless Chromium without a graphics card; the server of `console.py`; sizes as the browser's network counts them.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.basemaps import country, write_basemap
from benchmarks.console import INCIDENTS, Served, make_watch, served
from benchmarks.console_browser import ARGUMENTS, worker_bytes
from benchmarks.figures import Figure, NotMeasurableError

AREA: Final = (-25.75, -35.46, -24.25, -34.56)
"""The invented watch's."""
NAME: Final = "area.pmtiles"
LEAST_BYTES: Final = 200_000_000
NAMES_A_TILE: Final = 720
"""About 45 kB a tile of what the map leaves alone, at every zoom: more than lies in most real ones."""
RUNS: Final = 5
AT_REST: Final = "tw-map[data-ready] [data-idle]"
IS_DRAWN: Final = """() => {
  const map = document.querySelector("tw-map").watch.view.map;
  return map.isSourceLoaded("tiles") && map.queryRenderedFeatures({layers: ["tiles-main-road"]}).length > 0;
}"""


@dataclass(frozen=True)
class Opening:
    """One opening of the page with a cold cache."""

    seconds: float
    sent: dict[str, int]
    """Bytes on the wire by what they are."""

    @property
    def megabytes(self) -> float:
        return sum(self.sent.values()) / 1e6


def kind_of(address: str, media: str) -> str:
    """What an answer is, in a word."""
    path = urlsplit(address).path
    if path.endswith(".pmtiles"):
        return "tiles"
    if "/fonts/" in path:
        return "fonts"
    for ending, word in ((".js", "scripts"), (".css", "styles"), (".json", "tables")):
        if path.endswith(ending):
            return word
    return "page" if "html" in media else "rest"


def open_once(chromium: Any, console: Served, *, with_tiles: bool) -> Opening:
    """The page in a new browser profile, until its map is at rest and painted."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    name, _, session = console.cookie.partition("=")
    context.add_cookies([{"name": name, "value": session, "url": console.url}])
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    kinds: dict[str, str] = {}
    sent: dict[str, int] = defaultdict(int)

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = kind_of(event["response"]["url"], event["response"]["mimeType"])

    def finished(event: dict[str, Any]) -> None:
        sent[kinds.get(event["requestId"], "rest")] += round(event["encodedDataLength"])

    network.on("Network.responseReceived", answered)
    network.on("Network.loadingFinished", finished)
    begun = time.perf_counter()
    page.goto(f"{console.url}/watch", wait_until="commit")
    page.wait_for_selector(AT_REST, state="attached", timeout=60_000)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    seconds = time.perf_counter() - begun
    if with_tiles and not page.evaluate(IS_DRAWN):
        raise SystemExit("the map came to rest without the roads of its basemap")
    page.wait_for_timeout(1000)
    context.close()
    sent["scripts"] += worker_bytes(console)
    return Opening(seconds, dict(sent))


@contextmanager
def opened(folder: Path, *, with_tiles: bool) -> Iterator[list[Opening]]:
    """So many cold openings of a watch with the incidents, with a basemap of 200 MB or none."""
    from playwright.sync_api import sync_playwright

    program = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not program:
        raise NotMeasurableError("Chromium is not installed")
    watch = make_watch(folder)
    if with_tiles:
        bring(watch)
    with served(watch) as console, sync_playwright() as playwright:
        wait_for_list(console)
        openings = []
        for _ in range(RUNS):
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            openings.append(open_once(chromium, console, with_tiles=with_tiles))
            chromium.close()
        yield openings


def wait_for_list(console: Served, within_s: float = 600.0) -> None:
    """Until the console shows the list of all the incidents, and nothing else is going on."""
    end = time.monotonic() + within_s
    while json.loads(console.get("/api/state"))["incidents"] < INCIDENTS:
        if time.monotonic() > end:
            raise SystemExit("the list was never made")
        time.sleep(0.5)
    console.get("/watch/incidents.json")
    time.sleep(5)


def bring(watch: Path) -> int:
    """Puts a basemap of at least 200 MB into a watch; its size in bytes."""
    shapes = country(AREA, villages=900, roads=60, streets=6000)
    size = write_basemap(watch / NAME, AREA, zooms=range(15), shapes=shapes, names_a_tile=NAMES_A_TILE).stat().st_size
    if size < LEAST_BYTES:
        raise SystemExit(f"the basemap has {size:,} bytes only")
    settings = (watch / "watch.toml").read_text(encoding="utf-8")
    (watch / "watch.toml").write_text(
        settings.replace("\narea = ", f'\nbasemap = "{NAME}"\narea = ', 1), encoding="utf-8"
    )
    return size


def at_rest() -> list[Figure]:
    """From the address to a map at rest, and what was sent for it, without a basemap of its own and with one of 200
    MB."""
    figures = []
    for with_tiles in (False, True):
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder), with_tiles=with_tiles) as openings:
            size = (Path(folder) / "two-valleys" / NAME).stat().st_size / 1e6 if with_tiles else 0
        beside = f"a PMTiles file of {size:.0f} MB" if with_tiles else "no PMTiles file"
        kinds = sorted({kind for opening in openings for kind in opening.sent})
        shares = ", ".join(
            f"{kind} {statistics.median(opening.sent.get(kind, 0) for opening in openings) / 1e3:.0f} kB"
            for kind in kinds
        )
        name = "with" if with_tiles else "without"
        note = f"{INCIDENTS:,} incidents and those of the example, {beside}, cold cache, no graphics card; others were "
        note += f"at work: load {os.getloadavg()[0]:.0f}" if os.getloadavg()[0] > 4 else "at rest"
        figures += [
            Figure(
                f"map {name} a basemap: from the address to rest, painted",
                tuple(opening.seconds for opening in openings), "s", 4.0, note,
            ),
            Figure(
                f"map {name} a basemap: sent for the first page",
                tuple(opening.megabytes for opening in openings), "MB", 1.5, shares,
            ),
        ]  # fmt: skip
    return figures
