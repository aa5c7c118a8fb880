"""Small and middling screens: what stands where, what can be reached how, and that no page moves sideways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Served, Window, onward, until, without_patrols, words_late
from tests.conftest import each
from tests.server.addresses import OF_EXAMPLE, PAGES, Busy
from trucewatch.locale import languages

PHONES = [(390, 844), (360, 740)]
LIMIT_PX = 130

WIDER = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const clips = (one) => {
    for (let box = one.parentElement; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== 'visible') return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')]
    .filter((one) => one.getBoundingClientRect().right > room + 0.5 && !clips(one));
  return [document.documentElement.scrollWidth, ...wide.slice(0, 4).map((one) => one.outerHTML.slice(0, 120))];
}"""


@contextmanager
def phone(chromium: Browser, wide: int, high: int) -> Iterator[Window]:
    context = chromium.new_context(
        viewport={"width": wide, "height": high},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
        locale="en-GB",
    )
    window = Window(context)
    yield window
    window.check()
    context.close()


def box_of(page: Page, selector: str) -> dict[str, float]:
    box = page.locator(selector).first.bounding_box()
    assert box, f"{selector} is not to be seen"
    return {"top": box["y"], "bottom": box["y"] + box["height"], "left": box["x"], "right": box["x"] + box["width"]}


@pytest.mark.parametrize("example", ["valleys", "karabakh"])
def test_the_list_begins_near_the_top_in_every_language(
    window: Window, example: str, request: pytest.FixtureRequest
) -> None:
    served: Served = request.getfixturevalue(example)
    window.page.set_viewport_size({"width": 1366, "height": 768})
    for language in each(languages()):
        page = window.open(f"{served.url}/watch?lang={language}", map_ready=False)
        top = box_of(page, "#list .row")["top"]
        assert top < LIMIT_PX, f"{language}: {top} px above the first row"
        assert page.locator("#clear").is_hidden(), "nothing is filtered, so there is nothing to clear"


@pytest.mark.parametrize(("wide", "high"), [(320, 640), (683, 384)], ids=["smallest-phone", "laptop-at-200-percent"])
@pytest.mark.parametrize("there", OF_EXAMPLE, indirect=True)
def test_no_page_moves_sideways(window: Window, there: tuple[Served, Busy], wide: int, high: int) -> None:
    served, work = there
    window.page.set_viewport_size({"width": wide, "height": high})
    moving = {}
    for address in each(work.pages):
        page = window.open(served.url + work.at(address), map_ready=False)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        if found := page.evaluate(WIDER):
            moving[address.name] = found
    assert moving == {}


def test_no_page_of_the_reference_watch_moves_sideways_on_the_smallest_phone(window: Window, karabakh: Served) -> None:
    window.page.set_viewport_size({"width": 320, "height": 640})
    page = window.open(f"{karabakh.url}/incidents", map_ready=False)
    incidents = page.evaluate("[...document.querySelectorAll('a[href^=\"/incident/\"]')].map(one => one.pathname)")
    plain = [address.template for address in PAGES if "{" not in address.name]
    wide = {}
    for address in each([*plain, *dict.fromkeys(incidents)]):
        for language in ("en", "hy"):
            page = window.open(f"{karabakh.url}{address}?lang={language}", map_ready=False)
            if found := page.evaluate(WIDER):
                wide[f"{address} {language}"] = found
    assert wide == {}


@pytest.mark.parametrize("there", OF_EXAMPLE, indirect=True)
def test_no_table_of_ours_needs_a_finger_from_side_to_side(window: Window, there: tuple[Served, Busy]) -> None:
    """A row as it came and a record as it is hashed keep their own lines; the table of incidents has a test of its
    own."""
    served, work = there
    window.page.set_viewport_size({"width": 360, "height": 740})
    wide = {}
    for address in each(address for address in work.pages if address.template != "/incidents"):
        page = window.open(served.url + work.at(address), map_ready=False)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        found = page.evaluate(
            """() => [...document.querySelectorAll('main table:not(.lines)')]
              .filter((one) => one.checkVisibility() && one.closest('.scroll, .card')
                && one.scrollWidth > one.closest('.scroll, .card').clientWidth + 1)
              .map((one) => one.outerHTML.slice(0, 120))"""
        )
        if found:
            wide[address.name] = found
    assert wide == {}


@pytest.mark.parametrize(("wide", "high"), PHONES)
@pytest.mark.parametrize("example", ["valleys", "karabakh"])
def test_a_phone_shows_the_map_and_the_first_incident_at_once(
    chromium: Browser, example: str, wide: int, high: int, request: pytest.FixtureRequest
) -> None:
    served: Served = request.getfixturevalue(example)
    with phone(chromium, wide, high) as window:
        for language in each(languages()):
            page = window.open(f"{served.url}/watch?lang={language}")
            map_box, tabs = box_of(page, ".mapbox"), box_of(page, ".tabs")
            first = box_of(page, ".grave li a, #list .row a")
            assert map_box["bottom"] - map_box["top"] >= 200
            assert first["bottom"] <= tabs["top"], f"{language}: the first incident lies below the first screen"
            assert page.locator(".mapbox kbd:visible").count() == 0, "a key is named where there is no keyboard"


def test_a_phones_filters_are_a_sheet_that_says_how_many_are_left(chromium: Browser, valleys: Served) -> None:
    with phone(chromium, 390, 844) as window:
        page = window.open(f"{valleys.url}/watch")
        opener = page.locator("#filters-open")
        assert opener.inner_text().strip() == "Filter"
        opener.click()
        sheet = page.locator("#filter-sheet")
        expect(sheet).to_be_visible()
        assert page.evaluate("document.querySelector('#filter-sheet').contains(document.activeElement)")
        box = box_of(page, "#filter-sheet")
        assert box["bottom"] == pytest.approx(844, abs=1)
        assert (box["left"], box["right"]) == (0, 390)
        sheet.locator(".chip").first.click()
        until(page, "document.getElementById('view').dataset.filtered === 'yes'")
        left = page.evaluate("document.getElementById('view').dataset.shown")
        expect(page.locator("#filter-apply")).to_have_text(f"Show {left} incidents")
        for _ in range(40):
            page.keyboard.press("Tab")
            inside = "const at = document.activeElement; at === document.body || at.closest('#filter-sheet') !== null"
            assert page.evaluate(f"(() => {{ {inside.replace('at ===', 'return at ===')} }})()"), (
                "the focus left the sheet"
            )
        page.locator("#filter-apply").click()
        expect(sheet).to_be_hidden()
        assert page.evaluate("document.activeElement.id") == "filters-open"
        expect(opener).to_contain_text("1")
        assert page.locator("#list .row").count() == int(left)


def test_a_phone_reaches_the_time_with_one_press_and_nothing_moves_sideways(chromium: Browser, valleys: Served) -> None:
    with phone(chromium, 320, 640) as window:
        page = window.open(f"{valleys.url}/watch")
        assert page.locator("#time").is_hidden()
        page.locator("#time-open").click()
        assert page.locator("#time-open").get_attribute("aria-expanded") == "true"
        assert box_of(page, "#time")["top"] < 640
        assert page.evaluate(WIDER) == []
        page.locator("#time-from").fill("2031-05-03")
        page.locator("#time-from").press("Enter")
        until(page, "location.search.includes('from=2031-05-03T02')")
        assert page.locator("#time").is_visible(), "what was opened stays open in the next view"


def test_what_fingers_press_is_large_enough(chromium: Browser, valleys: Served) -> None:
    with phone(chromium, 390, 844) as window:
        page = window.open(f"{valleys.url}/watch")
        small = page.evaluate(
            """() => [...document.querySelectorAll('#filters button, #time button, .tabs a, .row > a, .bar .button')]
              .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
              .map((one) => one.outerHTML.slice(0, 80))"""
        )
        assert small == []


def test_times_are_typed_in_the_pages_own_form_and_the_address_says_them_for_all(
    window: Window, valleys: Served
) -> None:
    page = window.open(f"{valleys.url}/watch", map_ready=False)
    expect(page.locator("label[for=time-from]")).to_contain_text("UTC-2")
    page.locator("#time-from").fill("3 May 2031 10:00")
    page.locator("#time-from").press("Enter")
    until(page, "location.search.includes('from=2031-05-03T12')")
    expect(page.locator("#time-from")).to_have_value("3 May 2031 10:00")
    page.locator("#time-to").fill("3 May")
    page.locator("#time-to").press("Enter")
    expect(page.locator("#fault-to")).to_have_text('"3 May" is no time here; write 4 May 2031 00:00')
    expect(page.locator("#time-to")).to_have_value("3 May")
    expect(page.locator("#time-from")).to_have_value("3 May 2031 10:00")


def test_the_brush_writes_times_as_the_page_does(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch", map_ready=False)
    page.locator('.tw-brush-grip[data-end="from"]').focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    until(page, "location.search.includes('from=')")
    assert re.fullmatch(r"\d{1,2} May 2031 \d\d:\d\d", page.locator("#time-from").input_value())
    assert re.search(r"from=2031-0\d-\d\dT\d\d%3A\d\dZ", page.url)


@pytest.mark.parametrize("language", ["en", "hy"])
def test_a_calendar_opens_beside_a_field_and_is_worked_by_keys(window: Window, valleys: Served, language: str) -> None:
    page = window.open(f"{valleys.url}/watch?lang={language}&from=2031-05-03T12:00Z", map_ready=False)
    opener = page.locator("#time-from + .calendar-opener")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tw-calendar")).to_be_visible()
    assert page.evaluate("document.activeElement.dataset.day") == "2031-5-3"
    assert "2031" in page.locator("#calendar-title").inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageDown")
    assert page.evaluate("document.activeElement.dataset.day") == "2031-5-2"
    page.keyboard.press("Enter")
    expect(page.locator(".tw-calendar")).to_be_hidden()
    until(page, "location.search.includes('from=2031-05-02T12')")
    assert page.evaluate("document.activeElement.id") == "time-from"


def test_a_calendar_asked_for_before_the_pages_words_came_opens_with_them(window: Window, valleys: Served) -> None:
    with words_late(window.page):
        page = window.open(f"{valleys.url}/watch?lang=hy&from=2031-05-03T12:00Z", map_ready=False)
        page.locator("#time-from + .calendar-opener").click()
        assert page.locator(".tw-calendar").count() == 0
    expect(page.locator("#calendar-title")).to_contain_text("Մայիս 2031", ignore_case=True)


def test_three_links_skip_to_list_time_and_map_and_the_list_is_one_stop(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    for target, within in (("#list", "#list"), ("#time", "#time"), ("#map", "tw-map")):
        page.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges()")
        link = page.locator(f'a.skip[href="{target}"]')
        link.focus()
        assert box_of(page, f'a.skip[href="{target}"]')["left"] >= 0, "it cannot be seen while it has the focus"
        page.keyboard.press("Enter")
        assert page.evaluate(f"document.activeElement.closest('{within}') !== null"), target
    assert page.locator('#list .row > a[tabindex="0"]').count() == 1
    page.locator('a.skip[href="#list"]').focus()
    page.keyboard.press("Enter")
    rows = page.locator("#list .row > a")
    for keys, at in ((["ArrowDown", "ArrowDown"], 2), (["ArrowUp"], 1), (["j"], 2), (["k"], 1), (["Home"], 0)):
        for key in keys:
            page.keyboard.press(key)
        expect(rows.nth(at)).to_be_focused()
    page.keyboard.press("End")
    expect(rows.last).to_be_focused()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('#list .row') !== null"), "Tab goes through every row"
    page.keyboard.press("Shift+Tab")
    expect(rows.last).to_be_focused()


def test_what_is_new_is_marked_until_it_is_chosen(window: Window, own: Served) -> None:
    page, let_come = without_patrols(window, own)
    page.goto(f"{own.url}/alarms/rules/new")
    page.locator("[name=name]").fill("Whatever comes")
    with onward(page):
        page.get_by_role("button", name="Keep the rule").click()
    window.open(f"{own.url}/watch")
    let_come()
    expect(page.locator("#news")).to_be_visible(timeout=60_000)
    expect(page.locator("#alarm")).to_be_visible(timeout=60_000)
    assert page.title().startswith("(")
    alarm, brush = box_of(page, "#alarm"), box_of(page, "#time")
    assert alarm["bottom"] <= brush["top"], "the alarm covers the time"
    page.locator("#news").click()
    marked = page.locator("#list .row.is-new")
    expect(marked.first).to_be_visible()
    expect(marked.first.locator(".new-mark")).to_have_text("new")
    assert marked.first.locator("a").get_attribute("aria-label").startswith("new, ")  # type: ignore[union-attr]
    expect(page.locator("#announce")).to_contain_text("marked in the list", timeout=20_000)
    count = marked.count()
    marked.first.click(position={"x": 200, "y": 10})
    expect(page.locator("#list .row.is-new")).to_have_count(count - 1)


def test_every_sheet_of_paper_has_a_head(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    page.emulate_media(media="print")
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) >= 3
    for sheet in sheets:
        text = " ".join(sheet.extract_text().split())
        for words in ("Two Valleys", "as of 4 May 2031, 00:00 (UTC-2)", "simulated", "inconsistent", "no assessment"):
            assert words in text, f"sheet {sheet.page_number} has no head"  # type: ignore[attr-defined]


def test_a_file_is_chosen_with_a_button_in_the_pages_language(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/sources", map_ready=False)
    field = page.locator(".file-field").first
    expect(field.locator(".button")).to_have_text("Choose a file")
    expect(field.locator("output")).to_have_text("no file chosen")
    field.locator("input").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": b"a,b\n"})
    expect(field.locator("output")).to_have_text("list.csv")
