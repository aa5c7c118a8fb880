"""The reader of a statement by keyboard, without scripts and on a narrow screen: every key is a button or a link."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, Window, let_in, onward, until

PRESS = """Press conference of the spokesperson of the Lower Valley

1 May 2031, 20:19

Anna Reed, spokesperson: Good evening to you. We will hand over Hollin Meadows by 2 May, as clause 2 of the accord says.

Question: Will you let aid pass on the Bridge Road?

Answer: On 1 May two convoys were turned back on the Bridge Road. They meet at Middle Bridge.
"""

_CHOSEN = "document.querySelector('[data-card].is-chosen')?.id"


def taken_in(page: Page, served: Served) -> str:
    """The address of a statement that was pasted, looked at and entered."""
    page.goto(f"{served.url}/statements/new")
    page.locator("textarea[name=text]").fill(PRESS)
    with onward(page):
        page.locator("#confirm").click()
    with onward(page):
        page.locator("#enter #confirm").click()
    return page.url


def test_keys_accept_reject_change_and_undo_and_go_from_card_to_card(window: Window, own: Served) -> None:
    page = window.page
    address = taken_in(page, own)
    cards = page.locator("[data-card].is-open")
    offered = cards.count()
    assert offered >= 4
    first = str(page.evaluate(_CHOSEN))
    page.keyboard.press("j")
    until(page, f"{_CHOSEN} !== {first!r}")
    page.keyboard.press("k")
    until(page, f"{_CHOSEN} === {first!r}")
    with onward(page):
        page.keyboard.press("a")
    assert page.locator("[data-card].is-open").count() == offered - 1
    assert "accepted" in page.locator(f"#{first}").inner_text()
    assert page.evaluate(_CHOSEN) != first
    with onward(page):
        page.keyboard.press("u")
    assert page.locator("[data-card].is-open").count() == offered
    assert page.evaluate(_CHOSEN) == first
    with onward(page):
        page.keyboard.press("r")
    assert "rejected" in page.locator(f"#{first}").inner_text()
    second = str(page.evaluate(_CHOSEN))
    with onward(page):
        page.keyboard.press("c")
    assert second in page.url
    page.locator('textarea[name="note"]').press("a")
    assert page.locator('textarea[name="note"]').input_value() == "a", "letters in fields are no keys"
    with onward(page):
        page.locator("#confirm").click()
    assert "accepted as changed" in page.locator(f"#{second}").inner_text()
    assert page.url.partition("#")[0] == address.partition("#")[0]
    window.check()


def test_without_scripts_everything_is_decided_by_forms(chromium: Browser, own: Served) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    window = Window(context)
    let_in(own)
    page = window.page
    try:
        taken_in(page, own)
        first = page.locator("[data-card].is-open").first
        anchor = str(first.get_attribute("id"))
        with onward(page):
            first.get_by_role("button", name=re.compile("Accept")).click()
        assert "accepted" in page.locator(f"#{anchor}").inner_text()
        with onward(page):
            page.locator("#undo").click()
        assert "nobody decided it yet" in page.locator(f"#{anchor}").inner_text()
        assert page.locator("[data-step]").first.is_hidden()
    finally:
        context.close()


def test_nothing_scrolls_sideways_at_320_pixels(window: Window, own: Served) -> None:
    page = window.page
    address = taken_in(page, own)
    page.set_viewport_size({"width": 320, "height": 800})
    change = page.locator('a[data-act="c"]').first.get_attribute("href")
    for where in (address, f"{own.url}/statements", f"{own.url}/statements/new", f"{own.url}{change}"):
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, where
    window.check()


def test_marked_words_lead_to_their_card_on_a_phone_and_a_paragraph_chooses_no_other(
    window: Window, own: Served
) -> None:
    page = window.page
    page.set_viewport_size({"width": 320, "height": 700})
    taken_in(page, own)
    mark = page.locator("a.carried").last
    anchor = str(mark.get_attribute("href")).removeprefix("#")
    page.evaluate("window.stays = true")
    mark.click()
    until(page, f"{_CHOSEN} === {anchor!r}")
    in_sight = (
        "(() => { const at = document.getElementById(%r).getBoundingClientRect(); return at.top < innerHeight; })()"
    )
    until(page, in_sight % anchor)
    card = page.locator(f"#{anchor}")
    paragraph = str(card.locator(".why a").get_attribute("href")).removeprefix("#")
    card.locator(".why a").click()
    until(page, f"location.hash === {'#' + paragraph!r}")
    until(page, in_sight % paragraph)
    assert page.evaluate(_CHOSEN) == anchor
    assert page.evaluate("window.stays"), "a place within the page loads nothing anew"
    window.check()
