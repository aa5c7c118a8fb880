"""What somebody sees who opens the console for the first time: nothing of it cut, nothing of it on something else."""

from __future__ import annotations

from itertools import combinations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served, Window, onward
from tests.browser.test_screens import box_of

CUT = """selector => {
  const texts = [...document.querySelectorAll(selector)];
  return [texts.length, texts.filter((text) => text.scrollWidth > text.clientWidth + 1 && text.clientWidth)
    .map((text) => text.textContent.trim())];
}"""
IN_THE_BAR = ".bar .brand, .bar .switch, .bar .mark summary, .bar .now > span, .bar #settings, .menu label"


@pytest.mark.parametrize(("wide", "high"), [(1366, 768), (390, 844), (320, 640)])
@pytest.mark.parametrize("example", ["valleys", "karabakh"])
def test_what_a_row_says_is_never_cut(
    window: Window, example: str, wide: int, high: int, request: pytest.FixtureRequest
) -> None:
    served: Served = request.getfixturevalue(example)
    window.page.set_viewport_size({"width": wide, "height": high})
    page = window.open(f"{served.url}/watch", map_ready=False)
    count, cut = page.evaluate(CUT, ".row .what, .row .where, .row .rung, .row .sure b, .left > header h2")
    assert count > 20
    assert cut == []


@pytest.mark.parametrize(("wide", "high"), [(390, 844), (320, 640)])
def test_a_phones_bar_is_low_and_nothing_in_it_lies_on_another(
    window: Window, valleys: Served, wide: int, high: int
) -> None:
    window.page.set_viewport_size({"width": wide, "height": high})
    page = window.open(f"{valleys.url}/watch", map_ready=False)
    bar = box_of(page, ".bar")
    assert bar["bottom"] - bar["top"] <= 104
    boxes = [box for item in page.locator(IN_THE_BAR).all() if (box := item.bounding_box())]
    assert len(boxes) >= 6
    for one, other in combinations(boxes, 2):
        apart = (
            one["x"] + one["width"] <= other["x"] + 0.5
            or other["x"] + other["width"] <= one["x"] + 0.5
            or one["y"] + one["height"] <= other["y"] + 0.5
            or other["y"] + other["height"] <= one["y"] + 0.5
        )
        assert apart, (one, other)


def test_the_smallest_phone_has_a_map_between_its_controls(window: Window, karabakh: Served) -> None:
    window.page.set_viewport_size({"width": 320, "height": 640})
    page = window.open(f"{karabakh.url}/watch")
    above, below = box_of(page, ".tw-map-buttons"), box_of(page, ".tw-map-scale")
    assert below["top"] - above["bottom"] >= 60
    assert below["right"] <= 200, "the scale covers the map's foot"


def test_a_message_of_a_phone_leaves_the_main_pages_in_reach(window: Window, own: Served) -> None:
    window.page.set_viewport_size({"width": 390, "height": 844})
    page = window.open(f"{own.url}/ledger", map_ready=False)
    with onward(page):
        page.get_by_role("button", name="Sign a checkpoint now").click()
    expect(page.locator("#toast")).to_be_visible()
    assert box_of(page, "#toast")["bottom"] <= box_of(page, ".tabs")["top"]


def test_how_a_place_is_picked_stands_below_the_map_not_on_it(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/incident/new")
    assert box_of(page, ".tw-draw-hint")["top"] >= box_of(page, "tw-map .tw-map-stage")["bottom"]
    assert box_of(page, ".tw-map-scale")["bottom"] <= box_of(page, "tw-map .tw-map-stage")["bottom"]
