"""A replay in a browser: its clock, ground and lists move by themselves in its own tab, keys alone can steer it, it
says when it ended, and no other tab takes part in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import Served, Window, onward, until, words_late

ZONES = """document.querySelector('tw-map').watch.view.map.getStyle().sources.ground.data.features
    .filter(feature => ['zones', 'line'].includes(feature.properties.part)).map(feature => feature.properties.id)"""

CENTRE = "document.querySelector('tw-map').watch.view.map.getCenter().toArray()"


@pytest.fixture
def tab(window: Window, karabakh: Served) -> Iterator[Page]:
    """A replay of the weeks round the signature, which stands still at its beginning."""
    page = begin(window, karabakh, seconds="600")
    page.locator("#replay-go").click()
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()
    yield page
    if "/then/" in page.url:
        until(page, "!document.querySelector('.htmx-request')")  # an answer under way would come after its end
        page.get_by_role("button", name="End the replay").click()
        page.wait_for_url("**/watch")


def begin(window: Window, karabakh: Served, *, seconds: str) -> Page:
    page = window.open(f"{karabakh.url}/replay", map_ready=False)
    page.fill('input[name="begin"]', "2020-11-08T00:00Z")
    page.fill('input[name="until"]', "2020-12-14T00:00Z")
    page.fill('input[name="seconds"]', seconds)
    with onward(page):
        page.get_by_role("button", name="Start the replay").click()
    assert re.search(r"/then/\w+/watch$", page.url)
    page.wait_for_selector("tw-map[data-ready]", state="attached", timeout=30_000)
    return page


def test_clock_list_ground_and_legend_move_with_it(tab: Page) -> None:
    expect(tab.locator(".which")).to_contain_text("as of 8 Nov 2020")
    assert "line-of-contact" not in tab.evaluate(ZONES)
    assert "lachin-corridor" not in tab.evaluate(ZONES)
    legend = tab.locator("#tw-map-legend")
    expect(legend).not_to_contain_text("Line of contact")
    tab.get_by_role("button", name="Next change").click()
    expect(tab.locator(".which")).to_contain_text("as of 10 Nov 2020")
    expect(tab.locator("#replay-moment")).to_contain_text("10 Nov 2020")
    expect(tab.locator("#state")).to_contain_text("10 Nov 2020")
    until(tab, f"{ZONES}.includes('line-of-contact')")
    assert "lachin-corridor" in tab.evaluate(ZONES)
    expect(legend).to_contain_text("Line of contact")
    before = tab.evaluate(CENTRE)
    tab.get_by_role("button", name="Next change").click()
    expect(tab.locator("#view")).not_to_have_attribute("data-rows", "0", timeout=20_000)
    assert tab.evaluate(CENTRE) == pytest.approx(before, abs=1e-9)  # a tenth of a millimetre


def test_it_runs_pauses_and_says_when_it_ended(window: Window, karabakh: Served) -> None:
    page = begin(window, karabakh, seconds="6")
    expect(page.locator("#replay-ended")).to_be_hidden()
    expect(page.locator("#replay-ended")).to_be_visible(timeout=60_000)
    expect(page.locator("#replay-ended")).to_contain_text("The replay ended at 14 Dec 2020, 04:00 (UTC+4).")
    expect(page.locator(".which")).to_contain_text("as of 14 Dec 2020, 04:00 (UTC+4)")
    page.locator("#replay-pace").select_option("600")
    page.get_by_role("button", name="Replay it again").click()
    expect(page.locator("#replay-ended")).to_be_hidden()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.locator("#replay-go").click()
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()
    page.locator("#replay-at").press("End")
    expect(page.locator("#replay-ended")).to_be_visible(timeout=20_000)
    with onward(page):
        page.get_by_role("button", name="Back to today's list").click()
    assert page.url == f"{karabakh.url}/watch"


def test_an_answer_that_the_feed_overtook_changes_nothing(tab: Page) -> None:
    late: list[tuple[Route, APIResponse]] = []
    tab.route("**/replay/move", lambda route: late.append((route, route.fetch())))
    tab.locator("#replay-at").press("End")
    expect(tab.locator("#replay-ended")).to_be_visible(timeout=20_000)
    (route, answer), *_ = late
    assert not answer.json()["ended"]
    with tab.expect_response("**/replay/move"):
        route.fulfill(response=answer)
    tab.wait_for_timeout(300)
    expect(tab.locator("#replay-ended")).to_be_visible()
    tab.unroute("**/replay/move")


def test_the_slider_is_moved_by_keys_and_says_the_moment(tab: Page) -> None:
    slider = tab.get_by_role("slider", name="Moment of the replay")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "8 Nov 2020, 16:00 (UTC+4)")
    expect(tab.locator(".which")).to_contain_text("8 Nov 2020, 16:00 (UTC+4)")
    expect(slider).to_be_focused()
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator(".which")).to_contain_text("8 Nov 2020, 10:00 (UTC+4)")
    tab.get_by_role("button", name="One step on").click()
    tab.get_by_role("button", name="One step on").click()
    expect(tab.locator(".which")).to_contain_text("8 Nov 2020, 22:00 (UTC+4)")
    tab.get_by_role("button", name="One step back").click()
    expect(tab.locator(".which")).to_contain_text("8 Nov 2020, 16:00 (UTC+4)")


def test_no_other_tab_is_held_in_it(tab: Page, window: Window, karabakh: Served) -> None:
    other = window.context.new_page()
    other.goto(f"{karabakh.url}/watch")
    rows = other.locator("#view").get_attribute("data-rows")
    assert rows != "0"
    tab.get_by_role("button", name="Next change").click()
    expect(tab.locator(".which")).to_contain_text("as of 10 Nov 2020")
    other.wait_for_timeout(1500)
    assert other.locator("#view").get_attribute("data-rows") == rows
    expect(other.locator(".which")).not_to_contain_text("Nov 2020")
    expect(other.locator("#replay")).to_have_count(0)
    other.close()


def test_links_the_way_back_and_loading_anew_stay_in_it(tab: Page) -> None:
    root = re.findall(r"/then/\w+", tab.url)[0]
    with onward(tab):
        tab.get_by_role("navigation", name="Pages").get_by_role("link", name="Agreement").click()
    assert root in tab.url
    expect(tab.locator("#replay")).to_be_visible()
    tab.go_back()
    expect(tab.locator("#replay")).to_be_visible()
    tab.locator("#filters label.chip").first.click()
    until(tab, "location.search !== ''")
    assert root in tab.url
    tab.reload()
    assert root in tab.url
    expect(tab.get_by_role("button", name="Go on", exact=True)).to_be_visible()


def test_a_page_without_a_map_is_made_anew_for_each_moment(tab: Page) -> None:
    tab.goto(tab.url.replace("/watch", "/incidents"))
    rows = tab.locator("#content table tbody tr")
    before = rows.count()
    tab.locator("#replay-at").press("End")
    expect(tab.locator("#replay-ended")).to_be_visible(timeout=20_000)
    expect(tab.locator(".which")).to_contain_text("14 Dec 2020")
    until(tab, f"document.querySelectorAll('#content table tbody tr').length > {before}")
    expect(tab.locator("#replay-at")).to_be_focused()


def test_a_press_before_the_pages_words_came_is_not_lost(tab: Page) -> None:
    with words_late(tab):
        tab.goto(tab.url.replace("/watch", "/incidents"))
        with tab.expect_request("**/replay/move"):
            tab.locator("#replay-at").press("End")
    expect(tab.locator("#replay-moment")).to_contain_text("14 Dec 2020")
    expect(tab.locator("#replay-ended")).to_be_visible(timeout=20_000)


def test_another_page_of_a_replay_that_was_ended_says_so(tab: Page, window: Window) -> None:
    second = window.context.new_page()
    second.goto(tab.url)
    with onward(tab):
        tab.get_by_role("button", name="End the replay").click()
    expect(second.get_by_role("heading", name="This replay is over")).to_be_visible(timeout=30_000)
    window.faults[:] = [fault for fault in window.faults if "410" not in fault]
    with onward(second):
        second.get_by_role("link", name="This page as of today's list").click()
    assert second.url.endswith("/watch")
    second.close()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640)])
def test_nothing_of_it_moves_sideways_on_a_phone(tab: Page, width: int, height: int) -> None:
    tab.set_viewport_size({"width": width, "height": height})
    bar = tab.locator("#replay-bar").bounding_box()
    assert bar is not None
    assert bar["x"] + bar["width"] <= width + 0.5
    for part in tab.locator("#replay button:visible, #replay select, #replay input:visible").all():
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
