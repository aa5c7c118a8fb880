"""The page of incidents by hand: rows that open, one stop for the list, columns that order, cards on a small screen."""

from __future__ import annotations

import csv

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served, Window, onward


def test_a_click_anywhere_in_a_row_opens_it_and_a_click_on_a_link_its_own(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/incidents")
    row = page.locator("#incidents tbody tr").nth(2)
    code = row.locator("a.opens").inner_text()
    with onward(page):
        row.locator("td.place").click()
    assert page.url.endswith(f"/incident/{code}")
    expect(page.locator(".crumbs")).to_contain_text(code)
    with onward(page):
        page.go_back()
    with onward(page):
        page.locator("#incidents a.sorts", has_text="Where").click()
    assert "sort=where" in page.url


def test_the_list_is_one_stop_and_arrows_go_along_it(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/incidents")
    links = page.locator("#incidents a.opens")
    assert links.count() > 20
    assert page.locator('#incidents a.opens[tabindex="0"]').count() == 1
    links.first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(links.nth(3)).to_be_focused()
    page.keyboard.press("End")
    expect(links.last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.locator("#incidents a.opens:focus").count() == 0, "the next stop is after the list"
    page.keyboard.press("Shift+Tab")
    expect(links.nth(1)).to_be_focused()
    code = links.nth(1).inner_text()
    with onward(page):
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/incident/{code}")


def test_a_facet_narrows_a_chip_widens_and_the_file_is_of_the_view(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/incidents")
    page.locator(".facets > summary").click()
    value = page.locator('ul[aria-labelledby="facet-kind"] a').first
    count = int(value.locator("b").inner_text())
    with onward(page):
        value.click()
    assert page.locator("#incidents tbody tr").count() == count
    expect(page.locator("#matching")).to_contain_text("hidden by: kind:")
    with page.expect_download() as downloading:
        page.locator(".files a", has_text="CSV").click()
    with downloading.value.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["code"] for row in rows] == page.locator("#incidents a.opens").all_inner_texts()
    assert {row["status"] for row in rows} == {"inside the centre, not released"}
    with onward(page):
        page.locator("a.chip").first.click()
    expect(page.locator("a.chip")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("watch", ["valleys", "karabakh"])
def test_on_a_small_screen_rows_are_cards_and_nothing_moves_sideways(
    window: Window, request: pytest.FixtureRequest, watch: str, width: int
) -> None:
    served: Served = request.getfixturevalue(watch)
    window.page.set_viewport_size({"width": width, "height": 800})
    for language in ("en", "ru", "hy"):
        page = window.open(f"{served.url}/incidents?kind=explosion&kind=hostilities&text=a&lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        inner = page.locator("#incidents")
        if inner.count():
            box = inner.bounding_box()
            assert box is not None
            assert box["width"] <= width
            expect(page.locator("#incidents thead")).to_be_hidden()
        wide = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
            " && getComputedStyle(e).position !== 'absolute').length"
        )
        assert wide == 0


def test_the_mark_of_what_is_simulated_is_never_cut(window: Window, valleys: Served) -> None:
    for width in (320, 800, 1366):
        window.page.set_viewport_size({"width": width, "height": 768})
        page = window.open(f"{valleys.url}/watch?lang=ru", map_ready=False)
        marks = page.locator("#list .row .sim")
        assert marks.count() > 20
        cut = page.evaluate(
            "[...document.querySelectorAll('#list .row .sim')].filter(e => {"
            " const own = e.getBoundingClientRect(), row = e.closest('a').getBoundingClientRect();"
            " return own.width < 10 || own.right > row.right || own.left < row.left"
            " || e.scrollWidth > e.clientWidth + 1;"
            "}).length"
        )
        assert cut == 0
