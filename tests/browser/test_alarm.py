"""The quiet alarm: told what to look for, it says what came and counts it in the title, and is still about everything
else."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Served, Window, until, without_patrols


def test_an_alarm_tells_of_its_outcome_and_zone_and_counts_in_the_title(window: Window, own: Served) -> None:
    """Patrol reports are taken away before the page is opened; they are news when they come back."""
    page, let_them_come = without_patrols(window, own)
    page.locator('[data-opens="alarm"]:visible').click()
    page.check('#alarm input[value="inconsistent"]')
    page.get_by_role("button", name="Set the alarm").click()
    expect(page.locator("#alarm")).to_be_hidden()
    quiet = page.title()
    page.wait_for_timeout(500)
    let_them_come()
    expect(page.locator("#alarm-notice")).to_be_visible(timeout=30_000)
    assert re.match(r"\(\d+\) ", page.title())
    told = page.locator("#alarm-notice a")
    assert told.count() > 0
    words = page.locator("#alarm-notice").inner_text().casefold()
    assert "inconsistent" in words
    assert "consistent:" not in words.replace("inconsistent:", "")
    expect(told.first).to_contain_text("·")
    expect(told.first).not_to_contain_text("i-")
    address = told.first.get_attribute("href") or ""
    page.locator("#alarm-notice").get_by_role("button").click()
    expect(page.locator("#alarm-notice")).to_have_count(0)
    assert page.title() == quiet
    page.goto(own.url + address)
    expect(page.locator("#findings")).to_contain_text("inconsistent")


def test_an_alarm_is_kept_and_says_nothing_of_another_zone(window: Window, own: Served) -> None:
    page, let_them_come = without_patrols(window, own)
    page.locator('[data-opens="alarm"]:visible').click()
    page.check('#alarm input[value="consistent"]')
    page.select_option('#alarm select[name="alarm-zone"]', value="salt-coast")
    page.get_by_role("button", name="Set the alarm").click()
    page.reload()
    page.locator('[data-opens="alarm"]:visible').click()
    expect(page.locator('#alarm input[value="consistent"]')).to_be_checked()
    expect(page.locator('#alarm input[value="inconsistent"]')).not_to_be_checked()
    page.keyboard.press("Escape")
    quiet = page.title()
    let_them_come()
    expect(page.locator("#news")).to_be_visible(timeout=30_000)
    expect(page.locator("#alarm-notice")).to_have_count(0)
    assert page.title() == quiet
    fresh = page.evaluate(
        "fetch('/watch?means=patrol&outcome=consistent').then(one => one.text()).then(one => "
        "Number(/data-shown=.([0-9]+)/.exec(one)[1]))"
    )
    assert fresh > 0, "something of that outcome came, in other zones"
    page.keyboard.press(".")
    until(page, "document.getElementById('news').hidden")
