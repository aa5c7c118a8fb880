"""Statements side by side, by clause, undertakings and what leaves: by keyboard, without scripts, at any width."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Served, Window, copied, let_in, onward, serving
from tests.server.conftest import now
from tests.statements_on_record import COMMITMENT, ENGLISH, LATER, RUSSIAN, accept, bring, offered, passage_at
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.store import Store


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, int]]:
    """A console with a statement in two languages, the English one in two versions, and an undertaking."""
    folder = copied("two-valleys", tmp_path_factory.mktemp("spoken"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        number = bring(console, ENGLISH, "hollin.en.txt").number
        bring(console, RUSSIAN, "hollin.ru.txt", language_of=number)
        accept(console, offered(console, number, "en", "provision"), number)
        day: dict[str, Any] = {"by_day": date(2031, 5, 3), "by_bound": "by"}
        commitment = passage_at(console, number, COMMITMENT, kind="commitment", about=("3a",), who=("UV",), **day)
        accept(console, commitment, number, decision="added")
        bring(console, LATER, "hollin-later.en.txt", version_of=number)
    with serving(folder) as served:
        yield served, number


def pages_of(number: int) -> list[str]:
    return [
        f"statements/S-{number}/languages?first=en&second=ru",
        f"statements/S-{number}/versions?language=en",
        "statements/clauses",
        "statements/clauses/3a",
        "undertakings",
        "undertakings/2",
        "undertakings/2/step",
        "statements/out",
    ]


@pytest.mark.parametrize("width", [320, 720, 1440])
def test_no_page_is_wider_than_its_window(window: Window, spoken: tuple[Served, int], width: int) -> None:
    served, number = spoken
    for address in pages_of(number):
        window.page.set_viewport_size({"width": width, "height": 800})
        page = window.open(f"{served.url}/{address}")
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_on_a_narrow_screen_copies_stand_one_under_the_other(window: Window, spoken: tuple[Served, int]) -> None:
    served, number = spoken
    tops = {}
    for width in (320, 1280):
        window.page.set_viewport_size({"width": width, "height": 800})
        page = window.open(f"{served.url}/statements/S-{number}/languages?first=en&second=ru")
        sides = page.locator("#pair-1 .copy-side")
        first, second = (sides.nth(place).bounding_box() for place in (0, 1))
        assert first is not None
        assert second is not None
        tops[width] = second["y"] - first["y"]
    assert tops[320] > 20
    assert abs(tops[1280]) < 2


def test_the_kind_of_words_is_told_by_its_line_and_by_a_word(window: Window, spoken: tuple[Served, int]) -> None:
    served, _ = spoken
    styles = {}
    for clause, kind in (("3a", "commitment"), ("2", "provision")):
        page = window.open(f"{served.url}/statements/clauses/{clause}")
        words = page.locator(f".said-{kind} span").first
        styles[kind] = words.evaluate("each => getComputedStyle(each).textDecorationStyle")
        assert page.locator(".history-line .kind-word").first.inner_text()
    assert styles == {"commitment": "solid", "provision": "dotted"}


def test_a_step_is_entered_and_taken_back_by_keyboard(window: Window, spoken: tuple[Served, int]) -> None:
    served, _ = spoken
    page = window.open(f"{served.url}/undertakings/2/step")
    page.locator('select[name="word"]').focus()
    page.keyboard.type("it is done")
    page.locator('input[name="by"][value="LV"]').focus()
    page.keyboard.press("Space")
    page.locator('input[name="source"]').focus()
    page.keyboard.type("a letter")
    with onward(page):
        page.keyboard.press("Enter")
    assert "done, as stated by Lower Valley" in page.locator("#main, main").first.inner_text()
    page.locator('a[href^="/undertakings/U-2/undo"]').focus()
    with onward(page):
        page.keyboard.press("Enter")
    page.locator('textarea[name="reason"]').fill("of another undertaking")
    page.locator("#confirm").focus()
    with onward(page):
        page.keyboard.press("Enter")
    assert "taken back" in page.locator(".undertaking-steps").inner_text()


def test_without_scripts_the_choices_and_the_file_are_there_all_the_same(
    chromium: Browser, spoken: tuple[Served, int]
) -> None:
    served, number = spoken
    context = chromium.new_context(java_script_enabled=False, locale="en-GB", accept_downloads=True)
    window = Window(context)
    let_in(served)
    page = window.page
    page.goto(f"{served.url}/statements/S-{number}/languages?first=en&second=ru")
    page.locator('select[name="show"]').select_option("differing")
    with onward(page):
        page.get_by_role("button", name="Show").click()
    assert page.locator(".copy-pair:not(.differs)").count() == 0
    assert page.locator(".copy-pair.differs").count() > 0
    page.goto(f"{served.url}/statements/out")
    page.locator('select[name="format"]').select_option("json")
    with page.expect_download() as download:
        page.locator("#confirm").click()
    assert download.value.suggested_filename.endswith(".json")
    context.close()
