"""Edits in a browser: what would come of one, on a map and in words; a place picked by a click; what is said after."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, Window, onward, until

WIDTHS = (1366, 390, 320)


def whole(page: Page) -> None:
    page.wait_for_selector("tw-map[data-ready]", state="attached", timeout=30_000)
    page.wait_for_selector("tw-map [data-idle], tw-map[data-idle]", state="attached", timeout=30_000)


def test_a_merge_shows_both_sides_and_a_map_before_and_from_what_to_what_afterwards(
    window: Window, own: Served
) -> None:
    page = window.open(f"{own.url}/incident/i-metovrmjtg/act/merge", map_ready=False)
    expect(page.locator(".gap").first).to_contain_text("apart")
    page.fill('input[name="others"]', "i-urqmjsucpi")
    page.fill('textarea[name="reason"]', "Told so by the patrol")
    with onward(page):
        page.locator("#preview").click()
    whole(page)
    expect(page.locator("#against-rule")).to_contain_text("by it these are two events")
    expect(page.locator("#assessment-changes")).to_contain_text("→ inconsistent")
    expect(page.locator(".sides > div").first.locator("article")).to_have_count(2)
    expect(page.locator(".sides > div").last.locator("article")).to_have_count(1)
    coming = page.locator(".sides > div").last.locator("h4").inner_text()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"moves sideways at {width}"
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(page.locator("#confirm")).to_have_text(re.compile(r"^\s*Merge them\s*$"))
    with onward(page):
        page.locator("#confirm").click()
    sentence = page.locator("#sentence").inner_text()
    assert coming.startswith(sentence), "what was shown is what came"
    expect(page.locator("#toast")).to_contain_text("Merged. Recorded as no.")
    act = page.locator("#acts .act").first
    expect(act.locator(".from-to")).to_contain_text("Assessment:")
    expect(act.locator(".from-to")).to_contain_text("→ inconsistent")
    expect(act.locator(".by-whom summary").first).to_have_text("analyst on this computer")
    expect(act.locator(".by-whom .mono").first).to_be_hidden()
    act.locator(".by-whom summary").first.click()
    expect(act.locator(".by-whom .mono").first).to_be_visible()
    page.goto(f"{own.url}/incident/i-urqmjsucpi")
    into = page.locator("#went-into a, #sentence")
    expect(into.first).to_be_visible()


def test_a_place_is_picked_by_a_click_and_by_the_keyboard_and_what_is_typed_shows(
    window: Window, valleys: Served
) -> None:
    page = window.open(f"{valleys.url}/incident/new")
    page.locator("tw-map").scroll_into_view_if_needed()
    box = page.locator("tw-map .tw-map-stage").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2)
    picked = page.locator('input[name="place"]').input_value()
    lat, lon = (float(part) for part in picked.split(","))
    assert -36 < lat < -34
    assert -26 < lon < -24
    expect(page.locator(".tw-pick-said")).to_contain_text(picked)
    page.fill('input[name="place"]', "")
    page.locator("tw-map .tw-map-stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('input[name=place]').value !== ''")
    assert page.locator('input[name="place"]').input_value() != picked
    page.fill('input[name="place"]', "2.1 km NE of Threeoaks")
    page.fill('input[name="within_m"]', "4000")
    assert page.locator('input[name="place"]').input_value() == "2.1 km NE of Threeoaks", "what is typed stays"


def test_the_picker_reads_a_typed_pair_back_and_moves_to_it(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/incident/new")
    page.fill('input[name="place"]', "-20.5, -10.25")
    page.locator("tw-map").scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    box = page.locator("tw-map .tw-map-stage").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lat, lon = (float(part) for part in page.locator('input[name="place"]').input_value().split(","))
    assert abs(lat + 20.5) < 0.05
    assert abs(lon + 10.25) < 0.05
