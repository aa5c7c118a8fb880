"""The console with twenty thousand incidents, as a reader waits for it: headless Chromium without a graphics card.
Simulated rows.

Everything is the real thing: the server of `console.py`, its page, its map, a click on a filter, the map moved frame by
frame.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.console import INCIDENTS, Served, make_watch, served, settle
from benchmarks.figures import Figure, NotMeasurableError

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]
PAN = """async () => {
  const map = document.querySelector("tw-map").watch.view.map;
  const frames = [];
  for (let i = 0; i < 41; i++) {
    const began = performance.now();
    map.panBy([i % 2 ? -90 : 90, i % 4 < 2 ? 40 : -40], {duration: 0});
    await new Promise(done => map.once("render", () => requestAnimationFrame(() => setTimeout(done))));
    frames.push(performance.now() - began);
  }
  return frames.slice(1);
}"""
FILTER = """async value => {
  const box = document.querySelector(`#filters input[name=outcome][value=${value}]`);
  const before = document.getElementById("view").dataset.mask;
  const began = performance.now();
  box.click();
  while (document.getElementById("view").dataset.mask === before) await new Promise(done => setTimeout(done, 1));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def worker_bytes(console: Served) -> int:
    """What the map's worker takes on the wire: a browser counts it for the worker, which no page's network shows."""
    return len(console.get("/static/built/map-worker.js", **{"Accept-Encoding": "gzip"}))


def browser() -> list[Figure]:
    """From the address to a map at rest; one filter; panning, the 95th of a hundred; the same at the zoom of
    ellipses."""
    program = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if program is None:
        raise NotMeasurableError("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        served(make_watch(Path(folder))) as console,
        sync_playwright() as playwright,
    ):
        settle(console, INCIDENTS)
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        idle, filters, pans, close, sent = [], [], [], [], []
        for _ in range(3):
            context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            name, _, session = console.cookie.partition("=")
            context.add_cookies([{"name": name, "value": session, "url": console.url}])
            page = context.new_page()
            finished: list[Any] = []
            context.on("requestfinished", lambda one, into=finished: into.append(one))
            begun = time.perf_counter()
            page.goto(f"{console.url}/watch")
            page.wait_for_selector("tw-map[data-ready]", state="attached", timeout=60_000)
            page.wait_for_selector("tw-map[data-idle], tw-map [data-idle]", state="attached", timeout=60_000)
            idle.append(time.perf_counter() - begun)
            page.wait_for_timeout(500)
            sizes = [one.sizes() for one in list(finished) if not one.url.endswith("/live")]
            pages = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
            sent.append((pages + worker_bytes(console)) / 1e6)
            page.evaluate(FILTER, "inconsistent")  # the first makes what later ones use
            filters += [
                page.evaluate(FILTER, one) / 1000
                for one in ("undetermined", "consistent", "not_applicable", "consistent")
            ]
            page.goto(f"{console.url}/watch")
            page.wait_for_selector("tw-map[data-ready]", state="attached", timeout=60_000)
            page.wait_for_timeout(500)
            pans += [one / 1000 for one in page.evaluate(PAN)]
            page.evaluate("document.querySelector('tw-map').watch.view.map.jumpTo({zoom: 10.5})")
            page.wait_for_timeout(500)
            close += [one / 1000 for one in page.evaluate(PAN)]
            context.close()
        chromium.close()
    note = f"{INCIDENTS:,} incidents and those of the example, no graphics card"
    return [
        Figure("console: all that the Watch page fetches, as it is sent", tuple(sent), "MB", 1.5, note),
        Figure("console: from the address to a map at rest", tuple(idle), "s", 4.0, note),
        Figure("console: a filter, from the click to list and map", tuple(filters), "s", 0.2, note),
        Figure("console: panning the whole area, 95th of 100 frames", (_p95(pans),), "s", 0.2, note),
        Figure("console: panning at zoom 10.5 with ellipses, 95th of 100 frames", (_p95(close),), "s", 0.2, note),
    ]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
