"""The moment of the provisions pages: a rail that is moved by hand and by keys, and what remains without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, Window, let_in, onward, until

_SHOWN = "document.querySelector('#moment input[name=as_of]').value"


def shown(page: Page) -> str:
    return str(page.evaluate(_SHOWN))


def opened(window: Window, address: str) -> Page:
    """A page whose rail can be moved."""
    page = window.open(address)
    until(page, "document.querySelector('#moment .rail-input').hidden === false")
    return page


def state_of(page: Page, part: str) -> str:
    return page.locator(f"#row-{part} strong").inner_text()


def test_keys_and_buttons_go_from_one_change_to_the_next_and_back_again(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/agreement")
    last = shown(page)
    assert state_of(page, "6b") == "met"
    page.keyboard.press("[")
    until(page, f"{_SHOWN} !== {last!r}")
    one_back = shown(page)
    page.keyboard.press("[")
    until(page, f"{_SHOWN} !== {one_back!r}")
    assert state_of(page, "6b") == "due soon"
    assert "as_of=" in page.url
    page.keyboard.press("]")
    until(page, f"{_SHOWN} === {one_back!r}")
    assert state_of(page, "6b") == "met"
    with page.expect_event("load"):
        page.go_back()
    until(page, "document.querySelector('#moment .rail-input')?.hidden === false")
    assert shown(page) != one_back
    page.locator('#moment a[data-key="]"]').click()
    until(page, f"{_SHOWN} === {one_back!r}")


def test_letters_in_the_field_are_no_keys(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/agreement")
    before = shown(page)
    field = page.locator('#moment input[name="as_of"]')
    field.focus()
    page.keyboard.press("[")
    assert field.input_value() in (f"{before}[", f"[{before}")


def test_the_rail_moves_the_moment_and_keeps_the_focus(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/agreement")
    before = shown(page)
    rail = page.locator("#moment .rail-input")
    rail.focus()
    page.keyboard.press("Home")
    until(page, "new URL(location.href).searchParams.has('as_of')")
    until(page, "document.activeElement.matches('.rail-input')")
    assert shown(page) != before
    assert state_of(page, "6a") == "due soon"
    assert page.locator("#moment .rail-input").get_attribute("aria-valuetext")
    assert page.locator("#announce").inner_text()


def test_the_two_ways_of_knowing_are_a_click_apart(window: Window, karabakh: Served) -> None:
    page = opened(window, f"{karabakh.url}/agreement?as_of=2020-11-20T12:00Z")
    assert state_of(page, "2") == "due soon"
    page.get_by_role("link", name="As known today").click()
    until(page, "document.querySelector('#row-2 strong').textContent === 'met'")
    assert "known=today" in page.url
    page.keyboard.press("[")
    until(page, "document.querySelector('#row-2 strong').textContent === 'due soon'")
    assert "known=today" in page.url, "a step keeps the way of knowing"


def test_without_scripts_field_buttons_and_chips_do_the_same(chromium: Browser, karabakh: Served) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    window = Window(context)
    let_in(karabakh)
    page = window.page
    page.goto(f"{karabakh.url}/agreement")
    page.locator('#moment input[name="as_of"]').fill("20 Nov 2020 16:00")
    with onward(page):
        page.get_by_role("button", name="Show").click()
    assert state_of(page, "2") == "due soon"
    with onward(page):
        page.get_by_role("link", name="As known today").click()
    assert state_of(page, "2") == "met"
    with onward(page):
        page.locator('#moment a[data-key="]"]').click()
    assert re.search(r"as_of=2020-11-20T20", page.url)
    assert page.locator("#moment .rail-input").is_hidden()
    window.check()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 720, 1440])
def test_no_page_of_it_is_wider_than_its_window(window: Window, karabakh: Served, width: int) -> None:
    for address in ("agreement", "agreement/6", "agreement/instruments"):
        window.page.set_viewport_size({"width": width, "height": 800})
        page = window.open(f"{karabakh.url}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
