"""Measures the map with 20,000 invented incidents in a software-rendered Chromium, against a console that is running.

    python web/dev/measure.py http://127.0.0.1:8020 [picture.png]

Only the table of incidents is invented; page, ground and signs are the console's own. Not shipped, not a test.
"""

from __future__ import annotations

import base64
import json
import random
import statistics
import sys
import time
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

ROWS = 20_000
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]

PAN = """async () => {
  const view = document.querySelector("tw-map").watch.view;
  const frames = [];
  for (let i = 0; i < 40; i++) {
    const began = performance.now();
    view.map.panBy([i % 2 ? -90 : 90, i % 4 < 2 ? 40 : -40], {duration: 0});
    await new Promise(done => view.map.once("render", () => requestAnimationFrame(() => setTimeout(done))));
    frames.push(performance.now() - began);
  }
  return frames;
}"""
FILTER = """async mask => {
  const view = document.getElementById("view");
  view.dataset.mask = mask;
  const began = performance.now();
  document.dispatchEvent(new CustomEvent("tw:view"));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def invented(given: dict[str, Any]) -> dict[str, Any]:
    """A table of ROWS incidents around the places of a given one."""
    chance = random.Random(7)
    places = [(lon, lat) for lon, lat in zip(given["lon"], given["lat"], strict=True) if lon is not None]
    spots = [chance.choice(places) for _ in range(ROWS)]
    major = [int(chance.lognormvariate(6.3, 1)) for _ in range(ROWS)]
    begin = min(given["start"])
    start = [begin + chance.randrange(5_000_000) for _ in range(ROWS)]
    return given | {
        "version": "invented", "rows": ROWS,
        "code": ["i-" + "".join(chance.choices(LETTERS, k=10)) for _ in range(ROWS)],
        "lon": [round(lon + chance.gauss(0, 0.12), 5) for lon, _ in spots],
        "lat": [round(lat + chance.gauss(0, 0.09), 5) for _, lat in spots],
        "major_m": major, "minor_m": [int(one * chance.uniform(0.3, 1)) for one in major],
        "azimuth_deg": [chance.randrange(180) for _ in range(ROWS)],
        "outcome": chance.choices([0, 1, 2, 3], [3, 4, 2, 3], k=ROWS),
        "kind": [chance.randrange(len(given["kinds"])) for _ in range(ROWS)],
        "start": start, "end": [one + 300 for one in start], "simulated": [1] * ROWS,
    }  # fmt: skip


def mask_of(share: float) -> str:
    chance = random.Random(int(share * 1000))
    bits = bytearray((ROWS + 7) // 8)
    for row in range(ROWS):
        if chance.random() < share:
            bits[row // 8] |= 1 << row % 8
    return base64.b64encode(bits).decode()


def measure(page: Page, address: str, picture: str) -> None:
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
    foreign = [0]
    page.on(
        "request",
        lambda asked: foreign.__setitem__(0, foreign[0] + (not asked.url.startswith((address, "data:", "blob:")))),
    )

    def table(route: Route) -> None:
        given = route.fetch().json()
        route.fulfill(body=json.dumps(invented(given)), content_type="application/json")

    page.route("**/watch/incidents.json", table)
    began = time.monotonic()
    page.goto(address + "/watch")
    page.evaluate("document.getElementById('view').dataset.mask = ''")
    page.wait_for_selector("tw-map[data-ready] [data-idle]", timeout=60_000)
    print(f"map idle after {time.monotonic() - began:.2f} s, invention of the table included")
    print("foreign requests:", foreign[0])
    for name, zoom in (("whole area", None), ("zoom 9.2", 9.2), ("zoom 11", 11.0)):
        if zoom:
            page.evaluate("zoom => document.querySelector('tw-map').watch.view.map.jumpTo({zoom})", zoom)
            page.wait_for_timeout(1500)
        marks = page.evaluate("document.querySelector('tw-map').watch.overlay.marks.length")
        frames = sorted(page.evaluate(PAN)[1:])
        filters = [page.evaluate(FILTER, mask_of(share)) for share in (0.5, 0.1, 0.9, 1.0)]
        worst = frames[int(len(frames) * 0.95)]
        print(
            f"{name}: {marks} marks; pan median {statistics.median(frames):.0f} ms, p95 {worst:.0f} ms; "
            f"filter {', '.join(f'{one:.0f}' for one in filters)} ms"
        )
        if picture:
            page.screenshot(path=picture.replace(".png", f"-{name.replace(' ', '-')}.png"))


def main() -> None:
    address = sys.argv[1].rstrip("/")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("pageerror", lambda fault: print("fault:", fault))
        measure(page, address, sys.argv[2] if len(sys.argv) > 2 else "")
        browser.close()


if __name__ == "__main__":
    main()
