"""The links over time: a slider moved by keys, the table and the address that follow it, and what remains on paper and
without scripts."""

from __future__ import annotations

import io
import re

from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser.conftest import Served, Window, let_in, until

_DAY = "document.querySelector('#links-at').getAttribute('aria-valuetext')"


def opened(window: Window, address: str) -> Page:
    """The page of links, once its map stands."""
    page = window.open(address)
    page.wait_for_selector("tw-links[data-ready]", state="attached", timeout=30_000)
    return page


def stands(page: Page, link: str) -> str:
    return page.locator(f"tr[data-link={link}] [data-status]").inner_text()


def drawn(page: Page, link: str) -> str | None:
    return page.locator(f".network [data-link={link}]").get_attribute("data-stands")


def count_of(page: Page, status: str) -> int:
    return int(page.locator(f".links-legend [data-count={status}]").inner_text())


def test_keys_of_the_slider_go_from_change_to_change_and_table_counts_and_address_follow(
    window: Window, valleys: Served
) -> None:
    page = opened(window, f"{valleys.url}/links?lang=en&at=2031-05-01&known_by=now")
    crossing, open_before = stands(page, "middle-bridge-crossing"), count_of(page, "open")
    assert crossing == "open under restrictions"
    page.locator("#links-at").focus()
    page.keyboard.press("ArrowRight")
    until(page, f"{_DAY} === '2 May 2031'")
    assert stands(page, "middle-bridge-crossing") == "not known"
    assert drawn(page, "middle-bridge-crossing") == "not_known"
    assert "at=2031-05-02" in page.url
    assert "known_by=now" in page.url
    page.keyboard.press("Home")
    until(page, f"{_DAY} !== '2 May 2031'")
    assert count_of(page, "open") != open_before
    until(page, "!location.href.includes('at=2031-05-02')")
    kept = page.evaluate(_DAY)
    page.reload()
    page.wait_for_selector("tw-links[data-ready]", state="attached", timeout=30_000)
    assert page.evaluate(_DAY) == kept
    assert page.locator(".links-steps [data-links-day]").inner_text() == kept


def test_forms_and_links_of_the_page_follow_the_slider(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/links?lang=en&at=2031-05-01&known_by=now")
    page.locator("#links-at").focus()
    page.keyboard.press("ArrowRight")
    until(page, "location.search.includes('at=2031-05-02')")
    for form in (".link-way", "#list form"):
        assert page.locator(f"{form} input[type=hidden][name=at]").input_value() == "2031-05-02"
        assert page.locator(f"{form} input[type=hidden][name=known_by]").input_value() == "now"
    link = page.locator("tr[data-link=middle-bridge-crossing] th a").get_attribute("href")
    assert link
    assert "at=2031-05-02" in link
    assert "known_by=now" in link


def test_the_server_says_of_a_day_what_the_browser_says_of_it(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/links?lang=en&at=2031-05-04")
    followed = "tr[data-link] td:not([data-of-day]) > [data-status]"
    texts = f"[...document.querySelectorAll('{followed}')].map((cell) => cell.textContent)"
    compared = 0
    for known in ("then", "now"):
        page.check(f"input[name=known_by][value={known}]")
        while page.locator("button[data-change=previous]").is_enabled():
            before = page.url
            page.locator("button[data-change=previous]").click()
            until(page, f"location.href !== {before!r}")
            by_browser, address = page.evaluate(texts), page.url
            other = window.context.new_page()
            other.goto(address)  # as it comes its cells are the server's
            assert other.evaluate(texts) == by_browser, address
            other.close()
            compared += 1
        page = opened(window, f"{valleys.url}/links?lang=en&at=2031-05-04")
    assert compared > 3


def test_a_row_chooses_its_link_on_the_map_and_escape_lets_go(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/links?lang=en")
    page.locator("tr[data-link=quarry-road] td").nth(1).click()
    assert page.locator("tr[data-link=quarry-road].is-chosen").count() == 1
    assert re.search(r"Quarry|Stonegate", page.locator("[data-links-said]").inner_text())
    page.keyboard.press("Escape")
    assert page.locator("tr.is-chosen").count() == 0
    page.locator("tw-links .tw-map-stage").focus()
    page.keyboard.press("Enter")
    assert page.locator("tr.is-chosen").count() == 1


def test_lines_that_stay_inside_are_shown_when_they_are_asked_for(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/links?lang=en")
    line = page.locator(".network [data-link=power-stonegate-ambermill]")
    assert line.get_attribute("data-lines") == "hidden"
    before = count_of(page, "open")
    with page.expect_navigation():  # what was not asked for was not sent
        page.check("input[name=lines]")
    page.wait_for_selector("tw-links[data-ready]")
    assert line.get_attribute("data-lines") == "shown"
    assert count_of(page, "open") > before
    assert "lines=on" in page.url


def test_without_scripts_the_drawing_the_table_and_the_steps_are_there(chromium: Browser, valleys: Served) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = Window(context).page
    let_in(valleys)
    page.goto(f"{valleys.url}/links?lang=en&at=2031-05-01&known_by=now")
    assert page.locator(".links-still .network").is_visible()
    assert not page.locator("tw-links").is_visible()
    assert not page.locator("#links-at").is_visible()
    before = stands(page, "middle-bridge-crossing")
    page.locator("button[data-change=next]").click()
    page.wait_for_url("**at=2031-05-02**")
    assert "known_by=now" in page.url
    assert stands(page, "middle-bridge-crossing") != before
    context.close()


def test_the_paper_has_the_drawing_of_the_chosen_day(window: Window, valleys: Served) -> None:
    page = opened(window, f"{valleys.url}/links?lang=en&at=2031-05-01&known_by=now")
    assert not page.locator(".links-still .network").is_visible()
    page.locator("button[data-change=next]").click()
    page.emulate_media(media="print")
    assert page.locator(".links-still .network").is_visible()
    assert not page.locator("tw-links").is_visible()
    assert drawn(page, "middle-bridge-crossing") == "not_known"
    assert page.locator(".links-steps [data-links-day]").inner_text() == "2 May 2031"


def test_a_narrow_page_does_not_scroll_sideways_and_nothing_moves_when_the_slider_does(
    window: Window, valleys: Served
) -> None:
    page = opened(window, f"{valleys.url}/links?lang=en")
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    top = "document.querySelector('tw-links').getBoundingClientRect().top + scrollY"
    before = page.evaluate(top)
    page.locator("button[data-change=previous]").click()
    assert page.evaluate(top) == before


def test_an_opening_is_asked_widened_to_its_whole_way_proposed_and_printed(window: Window, own: Served) -> None:
    page = opened(window, f"{own.url}/links?lang=en")
    page.locator("#way-from").select_option("stonegate")
    page.locator("#way-to").select_option("port-merrow")
    page.locator(".link-way select[name=mode]").select_option("rail")
    page.get_by_role("button", name="Show the way").click()
    page.locator(".link-way select[name=open]").select_option("halts-crossing")
    page.get_by_role("button", name="Show the way").click()
    page.wait_for_url("**open=halts-crossing**")
    page.get_by_role("link", name="The whole answer, with what it rests on").click()
    page.wait_for_selector("#needed-title")
    one_by_one = page.locator("main").inner_text()
    assert "no way on record of which every link can be passed, neither before nor after" in one_by_one
    page.locator("#open-all").click()
    page.wait_for_url(lambda address: address.count("open=") > 1)
    every_link = page.locator("main").inner_text()
    assert "open=rail-lower-halt-ambermill" in page.url
    assert every_link.count("before and after") < one_by_one.count("neither before nor after")
    whole = page.locator("#whole-way").inner_text()
    paper = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    assert "Inside the centre only" in paper
    assert "Propose for release" not in paper
    assert " ".join(whole.split()) in " ".join(paper.split())
    page.get_by_role("button", name="Propose for release").click()
    page.wait_for_url("**/links/openings/LO-1**")
    assert "Stonegate" in page.locator("main").inner_text()
