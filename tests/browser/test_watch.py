"""List, map and time in step; keys; live news; nothing asked of another host (the window checks that at every
test's end)."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, Window, until, without_patrols

CHOSEN_ON_MAP = "document.querySelector('tw-map').watch.overlay.chosen"


def choose_on_map(page: Page, row: int) -> None:
    """A press on the place where a row's sign stands."""
    spot = page.evaluate(
        """row => { const map = document.querySelector('tw-map'); const at = map.watch.whereIs(row);
        const box = map.getBoundingClientRect(); return at && {x: box.left + at.x, y: box.top + at.y} }""",
        row,
    )
    assert spot is not None
    page.mouse.click(spot["x"], spot["y"])


def signs_alone(page: Page) -> list[int]:
    """Rows whose sign stands on the map by itself, in no tile and under nothing else."""
    found = page.evaluate(
        """() => { const map = document.querySelector('tw-map'); const box = map.getBoundingClientRect();
        return map.watch.overlay.marks.filter(mark => mark.kind === 'sign').map(mark => mark.row).filter(row => {
          const at = map.watch.whereIs(row); const x = box.left + at.x, y = box.top + at.y;
          const top = document.elementFromPoint(x, y);
          return top && map.contains(top) && top.tagName === 'CANVAS'; }) }"""
    )
    return [int(one) for one in found]


def test_a_row_and_its_sign_are_chosen_together(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    page.locator("#list .row").nth(2).click()
    expect(page.locator("#row-2")).to_have_class(re.compile("is-chosen"))
    until(page, f"{CHOSEN_ON_MAP} === 2")
    expect(page.locator("#card .card")).to_be_visible()
    assert re.search(r"sel=\d{3}-\d{3}", page.url)
    rows = signs_alone(page)
    assert rows, "some sign stands alone on the map"
    choose_on_map(page, rows[-1])
    until(page, f"{CHOSEN_ON_MAP} >= 0 && {CHOSEN_ON_MAP} !== 2")
    chosen = page.evaluate(CHOSEN_ON_MAP)
    expect(page.locator(f"#row-{chosen}")).to_have_class(re.compile("is-chosen"))
    expect(page.locator(f"#row-{chosen}")).to_be_in_viewport()
    expect(page.locator(".is-chosen")).to_have_count(1)


def test_what_is_filtered_leaves_list_and_map_alike(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    before = int(page.locator("#view").get_attribute("data-shown") or 0)
    page.locator('#filters label.chip:has(input[value="inconsistent"])').click()
    until(page, f"Number(document.getElementById('view').dataset.shown) < {before}")
    shown = int(page.locator("#view").get_attribute("data-shown") or 0)
    assert "outcome=inconsistent" in page.url
    on_map = page.evaluate("document.querySelector('tw-map').watch.overlay.shown?.length ?? -1")
    if on_map >= 0:
        places = page.evaluate(
            """(() => { const m = document.querySelector('tw-map').watch.overlay.table;
            return m.lon.map((one, n) => one === null ? -1 : n).filter(n => n >= 0) })()"""
        )
        assert on_map <= min(shown, len(places))
    page.reload()
    assert int(page.locator("#view").get_attribute("data-shown") or 0) == shown, "the address alone makes the same view"
    page.go_back()


def test_the_day_is_done_with_keys_alone(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#row-1")).to_have_class(re.compile("is-chosen"))
    page.keyboard.press("k")
    expect(page.locator("#row-0")).to_have_class(re.compile("is-chosen"))
    page.keyboard.press("/")
    expect(page.locator("#place")).to_be_focused()
    page.keyboard.type("jj")
    expect(page.locator("#row-0")).to_have_class(re.compile("is-chosen"))
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_letters_do_nothing_once_they_are_switched_off(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch")
    window.context.add_cookies([{"name": "tw_keys", "value": "off", "url": valleys.url}])
    page.reload()
    page.keyboard.press("j")
    expect(page.locator(".is-chosen")).to_have_count(0)


def test_the_brush_moves_by_five_minutes_and_by_an_hour(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch?from=2031-05-02T06:00Z&to=2031-05-02T18:00Z")
    handle = page.locator('#brush [role="slider"]').first
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("from=2031-05-02T06%3A05Z|from=2031-05-02T06:05Z"))
    page.locator('#brush [role="slider"]').first.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_url(re.compile("from=2031-05-02T05%3A05Z|from=2031-05-02T05:05Z"))


def test_new_evidence_appears_by_itself_and_nothing_jumps(window: Window, own: Served) -> None:
    """A file is taken away before the list is shown and put back: its incidents are news."""
    page, let_them_come = without_patrols(window, own)
    version = page.locator("#view").get_attribute("data-version")
    page.wait_for_timeout(500)
    let_them_come()
    expect(page.locator("#news")).to_be_visible(timeout=30_000)
    assert page.locator("#view").get_attribute("data-version") == version, "the list stays until it is asked for"
    page.keyboard.press(".")
    until(page, f"document.getElementById('view').dataset.version !== '{version}'")
    expect(page.locator("#news")).to_be_hidden()


def test_a_server_that_stops_under_an_open_page_is_said(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/watch")
    shown = page.locator("#list .row").count()
    own.stop()
    expect(page.locator("#state")).to_have_attribute("data-state", "offline", timeout=20_000)
    assert page.locator("#list .row").count() == shown
    window.faults.clear()  # the browser's own words about the lost connection


def test_a_proof_is_recomputed_in_the_browser_and_a_false_one_is_told(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/ledger/entry/3")
    expect(page.locator("tw-proof")).to_have_attribute("data-agrees", "yes", timeout=15_000)

    def falsify(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        proof = answer.json()
        proof["root"] = "00" * 32
        proof["path"] = ["11" * 32, *proof["path"][1:]]
        route.fulfill(json=proof)  # type: ignore[attr-defined]

    page.route("**/proof.json", falsify)
    page.reload()
    expect(page.locator("tw-proof")).to_have_attribute("data-agrees", "no", timeout=15_000)


def test_a_place_is_found_by_its_name_in_another_script(window: Window, karabakh: Served) -> None:
    page = window.open(f"{karabakh.url}/watch")
    page.fill("#place", "Акна")
    page.keyboard.press("Enter")
    until(
        page,
        f"Number(document.getElementById('view').dataset.shown) < {page.locator('#view').get_attribute('data-rows')}",
    )
    expect(page.locator("#list .row").first).to_contain_text("Akna")
