"""A report by hand, from a draft in two tabs to its issue, its file and its correction."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, Window, onward


def write(page: Page, text: str) -> None:
    page.locator("#write textarea").first.fill(text)
    with onward(page):
        page.get_by_role("button", name="Save notes").click()


def issue(page: Page) -> None:
    """From the page of a draft over both summaries to the issued report."""
    with onward(page):
        page.get_by_role("link", name="Go through it and mark as checked").click()
    with onward(page):
        page.get_by_role("button", name="Mark as checked").click()
    expect(page.locator('.stages [aria-current="step"]')).to_have_text("checked")
    with onward(page):
        page.get_by_role("link", name="Issue report").click()
    page.get_by_role("button", name="Issue report").click()
    page.wait_for_url(re.compile("/reports/issued/"), timeout=90_000)


def test_a_report_from_draft_to_correction(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/reports", map_ready=False)
    for name in ("language", "format"):
        for box in page.locator(f'main input[type="checkbox"][name="{name}"]').all():
            if box.get_attribute("value") not in ("en", "csv", "html"):
                box.evaluate("one => one.click()")
    page.get_by_role("button", name="Begin a draft").click()
    page.wait_for_url(re.compile("/reports/draft/"))
    address = page.url.partition("?")[0]
    second = window.context.new_page()
    second.goto(address)
    write(page, "By the first tab.")
    expect(page.locator("#toast")).to_be_visible()
    write(second, "By the second tab.")
    expect(second.locator("#second")).to_contain_text("Another page saved this draft")
    expect(second.locator("#write")).to_contain_text("By the first tab.")
    write(second, "By both.")
    expect(second.locator("#second")).to_have_count(0)
    window.faults.clear()  # an answer of 409 is an error line in the browser's own words
    page.goto(address)
    issue(page)
    expect(page.locator("h1")).to_contain_text("revision")
    expect(page.locator("main")).to_contain_text("By both.")
    digest = page.locator("main form table tbody code").first.inner_text()
    with page.expect_download() as taken:
        page.locator("main form table tbody button").first.click()
    assert hashlib.sha256(Path(taken.value.path()).read_bytes()).hexdigest() == digest
    first = page.url
    page.locator('form[action^="/reports/correct/"] button').click()
    page.wait_for_url(re.compile("/reports/draft/"))
    expect(page.locator("main")).to_contain_text("The new revision names what changed")
    write(page, "By both, corrected.")
    issue(page)
    assert page.url != first
    expect(page.locator("main")).to_contain_text("By both, corrected.")
    page.goto(first if "revision=" in first else f"{first}?revision=1")
    expect(page.locator("main")).to_contain_text("A later revision was issued")
