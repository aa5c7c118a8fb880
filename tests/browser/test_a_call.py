"""A call taken down in a real browser: by the keyboard alone with few keys, on the narrowest phone, in the dark, and
without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import _LET_IN, Served, Window, until

MOST_KEYS = 25
"""Beyond the words that the caller said."""


class Keyboard:
    """What hands on the keyboard do, with how many keys it takes beside the caller's words."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        """What nobody said, letter by letter."""
        self.page.keyboard.type(text)
        self.keys += len(text)

    def words(self, text: str) -> None:
        """What the caller said."""
        self.page.keyboard.type(text)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name"))


def begin(page: Page) -> Keyboard:
    """One key from another page."""
    hands = Keyboard(page)
    hands.press("t")
    page.wait_for_url(re.compile("/claims/new"))
    until(page, "document.activeElement.name === 'speaker'")
    return hands


def test_a_call_is_taken_down_by_keyboard_with_few_keys(window: Window, own: Served) -> None:
    """When and where are counted as keys here, as if nobody had said them."""
    page = window.open(f"{own.url}/ledger", map_ready=False)
    hands = begin(page)
    hands.press("1", "Tab", "Tab")
    assert focused(page) == "says"
    hands.words("three bangs from the ridge, then smoke")
    hands.press("Tab")
    assert focused(page) == "when"
    hands.type("10:10")
    hands.press("Tab")
    hands.type("Ambermill")
    expect(page.locator("#understood-when")).to_contain_text("3 May 2031, 10:10 (UTC-2)")
    expect(page.locator("#understood-where")).to_contain_text("within about")
    hands.press("Tab", "e", "Tab", "3")
    hands.press("Control+Enter")
    page.wait_for_url(re.compile("/claims/CL-1$"))
    assert hands.keys <= MOST_KEYS
    expect(page.locator("#rung")).to_have_text("claimed: what Upper Valley says; whether it is so is not said here")
    expect(page.locator("main")).to_contain_text("Explosion, 3")
    expect(page.locator("main")).to_contain_text("3 May 2031, 10:10 (UTC-2)")
    assert window.faults == []


def test_a_civilian_in_danger_is_told_whom_to_call_before_anything_else(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/claims", map_ready=False)
    hands = begin(page)
    expect(page.locator(".medical")).to_be_hidden()
    expect(page.locator(".of-civilian")).to_be_hidden()
    hands.press("3", "Tab", "Tab")
    assert focused(page) == "in_danger"
    hands.press("y")
    expect(page.locator(".medical")).to_be_visible()
    hands.press("Tab", "Tab", "Tab", "Tab")
    assert focused(page) == "says"
    hands.words("our house is burning")
    hands.press("Tab")
    hands.words("ten minutes ago")
    hands.press("Tab")
    hands.words("2 km N of Ambermill")
    hands.press("Control+Enter")
    page.wait_for_url(re.compile("/claims/CL-1$"))
    assert hands.keys <= MOST_KEYS
    expect(page.locator("#danger")).to_be_visible()


def test_the_letter_that_opens_a_call_stays_a_letter_in_fields(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/claims/new", map_ready=False)
    page.locator("[name=says]").fill("")
    page.locator("[name=says]").press("t")
    page.locator("[name=when]").press("t")
    assert page.locator("[name=says]").input_value() == "t"
    assert page.url.endswith("/claims/new")


def test_a_click_on_the_map_is_a_place(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/claims/new", map_ready=False)
    page.locator("details.more summary").click()
    page.wait_for_selector("tw-map[data-ready]", state="attached", timeout=30_000)
    page.locator("tw-map .tw-map-stage").click()
    expect(page.locator("[name=where]")).to_have_value(re.compile(r"^-?\d+\.\d+, -?\d+\.\d+$"))
    expect(page.locator("#understood-where")).to_contain_text("within about")
    assert window.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_call_fits_the_narrowest_phone(window: Window, valleys: Served, scheme: str) -> None:
    window.page.set_viewport_size({"width": 320, "height": 640})
    window.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in ("/claims/new", "/claims"):
        page = window.open(f"{valleys.url}{address}", map_ready=False)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_a_call_is_taken_down_without_scripts(chromium: Browser, own: Served) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(_LET_IN)
    page = context.new_page()
    page.goto(f"{own.url}/claims/new")
    page.locator("[name=speaker]").select_option("party:LV")
    page.locator("[name=says]").fill("two shots at the bridge")
    page.locator("[name=when]").fill("10:10")
    page.locator("#look").click()
    expect(page.locator("#understood-when")).to_contain_text("3 May 2031, 10:10 (UTC-2)")
    expect(page.locator("[name=says]")).to_have_value("two shots at the bridge")
    page.locator("#enter").click()
    expect(page.locator("#rung")).to_have_text("claimed: what Lower Valley says; whether it is so is not said here")
    context.close()
