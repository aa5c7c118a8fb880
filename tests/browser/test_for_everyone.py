"""Every page for everyone: WCAG 2.2 AA by axe-core, phone width without sideways scrolling, right to left, print, and
as approved.

`TRUCEWATCH_GOLDEN=1 pytest tests/browser/test_for_everyone.py` renews the approved pictures; look at them before you
commit them.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, Served, Window
from tests.server.addresses import NOWHERE, Address, Busy, Kind, of_both
from trucewatch.locale import LANGUAGES

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
APPROVED = Path(__file__).parent / "approved"
LOOKS = {
    "watch": "/watch",
    "incident": "/incident/{code}",
    "agreement": "/agreement",
    "reports": "/reports",
    "sources": "/sources",
    "ledger": "/ledger",
    "new": "/new",
}
"""Pages of which a picture is approved."""
VISITED = of_both(Kind.PAGE, Kind.REPORT, Kind.RELEASE)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def window(kept_window: Window) -> Window:
    """Pages are looked at here, and nothing is entered."""
    return kept_window


def address_of(served: Served, page: Page, path: str) -> str:
    if "{code}" in path:
        page.goto(f"{served.url}/watch")
        link = page.locator("#list .row a").first.get_attribute("href")
        assert link
        path = path.format(code=link.rsplit("/", 1)[-1])
    return served.url + path


def violations(page: Page, *, tags: Sequence[str] = RULES, rule: str = "") -> list[str]:
    """What axe-core finds: by the rules of these tags, or by this one alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only = {"type": "rule", "values": [rule]} if rule else {"type": "tag", "values": list(tags)}
    found: dict[str, Any] = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only
    )
    return [
        f"{one['id']}: {one['help']} — {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})"
        for one in found["violations"]
    ]


def check_for_everyone(page: Page, tags: Sequence[str] = RULES) -> None:
    """By axe-core in light and in dark, then on the narrowest phone."""
    assert violations(page, tags=tags) == []
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert violations(page, rule="color-contrast") == [], "in the dark"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "it scrolls sideways at 320 pixels"


def drawn(name: str) -> str:
    """A language drawn from a name: always the same one, and every language meets many pages."""
    return LANGUAGES[zlib.crc32(name.encode()) % len(LANGUAGES)]


@pytest.mark.parametrize(("there", "address"), VISITED, indirect=["there"])
def test_every_page_is_for_everyone(window: Window, there: tuple[Served, Busy], address: Address) -> None:
    """In one language each; the window asks no other host. A report alone is held to WCAG, not to axe's advice."""
    served, work = there
    cookies = {"tw_lang": drawn(address.name), "tw_theme": "light"}
    window.context.add_cookies([{"name": name, "value": cookies[name], "url": served.url} for name in cookies])
    page = window.open(served.url + work.at(address))
    if address.kind is Kind.PAGE:
        assert page.evaluate("document.documentElement.lang") == drawn(address.name)
    check_for_everyone(page, RULES if address.kind is Kind.PAGE else RULES[:-1])


def test_a_page_that_is_not_there_is_for_everyone_too(window: Window, valleys: Served) -> None:
    check_for_everyone(window.open(valleys.url + NOWHERE))
    window.faults.clear()


@pytest.mark.parametrize(
    ("name", "language"),
    [(name, language) for name in LOOKS for language in LANGUAGES if language != drawn(LOOKS[name])],
)
def test_no_page_of_the_menu_scrolls_sideways_in_the_other_languages(
    window: Window, valleys: Served, name: str, language: str
) -> None:
    window.page.set_viewport_size({"width": 320, "height": 640})
    page = window.open(address_of(valleys, window.page, LOOKS[name]) + f"?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_right_to_left_mirrors_the_frame_and_not_the_time_axis(window: Window, valleys: Served) -> None:
    """No right-to-left catalogue exists yet, so the direction is set in the page as such a catalogue would set it."""
    page = window.open(f"{valleys.url}/watch")
    page.evaluate("document.documentElement.dir = 'rtl'")
    menu, main = page.locator(".menu").bounding_box(), page.locator("main").bounding_box()
    assert menu is not None
    assert main is not None
    assert menu["x"] > main["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    assert page.evaluate("getComputedStyle(document.querySelector('.plot')).direction") == "ltr"
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('code, .mono') ?? document.querySelector('.plot')).direction"
        )
        == "ltr"
    )


def test_right_to_left_leaves_spans_and_figures_as_they_are(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    page.evaluate("document.documentElement.dir = 'rtl'")
    places = page.evaluate(
        """() => [...document.querySelectorAll('.row .when, .counters b')]
        .filter(one => one.textContent.includes('–')).map(one => {
          const text = one.firstChild, at = text.data.indexOf('–'), range = document.createRange(), left = [];
          if (at < 1) return [0, 1];
          for (const place of [at - 1, at + 1]) {
            range.setStart(text, place);
            range.setEnd(text, place + 1);
            left.push(range.getBoundingClientRect().left);
          }
          return left; })"""
    )
    assert len(places) > 3
    assert all(first < last for first, last in places), "a span of time is turned round"


def test_print_is_light_and_without_controls(window: Window, valleys: Served) -> None:
    window.context.add_cookies([{"name": "tw_theme", "value": "dark", "url": valleys.url}])
    page = window.open(f"{valleys.url}/watch")
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()
    assert page.locator(".menu").is_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_paper_keeps_the_tables_and_puts_the_legend_under_the_map(window: Window, valleys: Served) -> None:
    """A4 is narrower than a tablet: what folds there on a screen must not fold on paper."""
    window.page.set_viewport_size({"width": 700, "height": 990})
    page = window.open(address_of(valleys, window.page, LOOKS["incident"]))
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.observations thead')).display") != "none"
    stage, legend = page.locator(".tw-map-stage").bounding_box(), page.locator(".tw-map-legend-panel").bounding_box()
    after = page.locator("#confidences").bounding_box()
    assert stage is not None
    assert legend is not None
    assert after is not None
    assert legend["y"] >= stage["y"] + stage["height"], "the legend covers the map"
    assert legend["y"] + legend["height"] <= after["y"] + 1, "the legend covers what follows"
    for path in ("/incidents", "/reports", "/watch"):
        page.goto(valleys.url + path)
        assert "as of" in page.locator(".bar .which").inner_text(), "each printed page says as of when"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", LOOKS)
def test_pages_look_as_approved(window: Window, valleys: Served, name: str, width: str) -> None:
    """At three widths. What names the day of the test is covered; fonts may be drawn a little differently elsewhere."""
    window.page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))  # type: ignore[arg-type]
    page = window.open(address_of(valleys, window.page, LOOKS[name]))
    page.wait_for_timeout(400)
    taken = page.screenshot(
        animations="disabled", caret="hide", mask=[page.locator("[data-now]")], mask_color="#888888"
    )
    file = APPROVED / f"{name}-{width}.png"
    if os.environ.get("TRUCEWATCH_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        Image.open(io.BytesIO(taken)).convert("RGB").save(file, optimize=True)
        return
    share = differing(taken, file.read_bytes())
    assert share < 0.03, (
        f"{share:.1%} of {file.name} looks otherwise; if that is meant, renew it with TRUCEWATCH_GOLDEN=1"
    )


def differing(taken: bytes, approved: bytes) -> float:
    """The share of blocks of 4 × 4 pixels whose mean differs visibly."""
    new, old = (np.asarray(Image.open(io.BytesIO(one)).convert("RGB"), dtype=np.float64) for one in (taken, approved))
    if new.shape != old.shape:
        return 1.0
    high, wide = new.shape[0] // 4 * 4, new.shape[1] // 4 * 4

    def blocks(image: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return image[:high, :wide].reshape(high // 4, 4, wide // 4, 4, 3).mean(axis=(1, 3))

    return float((np.abs(blocks(new) - blocks(old)).max(axis=2) > 24).mean())


def test_a_changed_page_is_told_from_an_approved_one() -> None:
    def picture(colour: str) -> bytes:
        sink = io.BytesIO()
        image = Image.new("RGB", (80, 80), "#FFFFFF")
        image.paste(colour, (0, 0, 40, 20))
        image.save(sink, "PNG")
        return sink.getvalue()

    assert differing(picture("#FFFFFF"), picture("#FFFFFF")) == 0
    assert differing(picture("#7C0F4A"), picture("#FFFFFF")) == pytest.approx(0.125)
