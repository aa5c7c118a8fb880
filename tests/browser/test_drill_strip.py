"""A drill that begins or ends is seen on a page that was open before, and what is typed there stays."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Served, Window


def test_an_open_page_takes_the_strip_in_and_puts_it_away_by_itself(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/claims/new", map_ready=False)
    page.locator("[name=says]").fill("somebody is at the bridge")
    other = page.context.new_page()
    other.goto(f"{own.url}/drills")
    other.locator("[name=label]").fill("Storage at Stonegate")
    other.locator("form[action='/drills/begin'] button").click()
    expect(other.locator("#drilling")).to_be_visible()
    strip = page.locator("#drilling")
    expect(strip).to_contain_text("Storage at Stonegate")
    assert strip.evaluate("strip => getComputedStyle(strip).gridArea.includes('drill')")
    expect(page.locator("#announce")).to_contain_text("Storage at Stonegate")
    expect(page.locator("[name=says]")).to_have_value("somebody is at the bridge")
    other.locator("[data-real]").first.click()
    expect(strip).to_have_count(0)
    expect(page.locator(".drill-print")).to_have_count(0)
    expect(page.locator("[name=says]")).to_have_value("somebody is at the bridge")
