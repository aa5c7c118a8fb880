"""Whole ways through the console, by hand: from a sentence to its bytes, an act and its undo, a new watch that is
drawn, a file looked at."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Served, Window, onward, until
from trucewatch.watch import check_watch

SAMPLE = (
    "No,Date and time,What happened,Where,Reported by\n"
    '1,2031-05-02T06:41,mortar shelling,"-35.02, -25.19",Joint patrol\n'
    '2,2031-05-02T09:10,gunfire,"-35.01, -25.05",Lower Vale\n'
)


def test_three_hops_lead_from_a_finding_to_the_bytes_that_the_browser_hashes(window: Window, valleys: Served) -> None:
    page = window.open(f"{valleys.url}/watch?outcome=inconsistent&means=patrol&kind=burst")
    page.locator("#list .row a").first.press("Enter")
    page.wait_for_url("**/incident/**")
    expect(page.locator("h1")).to_contain_text("happened")
    expect(page.locator("#confidences")).to_contain_text("not put; default is none")
    page.locator("#findings a[hx-get]").first.click()
    expect(page.locator("#hop tw-hash")).to_have_attribute("data-agrees", "yes", timeout=15_000)
    expected = page.locator("#hop tw-hash").get_attribute("data-expected") or ""
    row = page.locator("#hop tr.is-it td").inner_text()
    number = int(page.locator("#hop tr.is-it th").inner_text())
    kept = valleys.folder / ".trucewatch" / "evidence" / expected[:2] / expected[2:]
    content = kept.read_bytes()
    assert hashlib.sha256(content).hexdigest() == expected
    line = content.decode().splitlines()[number - 1]
    assert line.startswith(row.removesuffix(" …")[:40])
    page.locator('#hop a[href^="/ledger/entry/"]').first.click()
    expect(page.locator("tw-proof")).to_have_attribute("data-agrees", "yes", timeout=15_000)


def test_an_act_by_hand_is_entered_and_shows(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/watch")
    shown = int(page.locator("#view").get_attribute("data-rows") or 0)
    page.locator("#list .row a").first.press("Enter")
    page.wait_for_url("**/incident/**")
    with onward(page):
        page.locator('a[href$="/act/reject"]').first.click()
    page.locator('textarea[name="reason"], input[name="reason"]').first.fill("Announced works, heard of by telephone")
    with onward(page):
        page.locator("main form button.main").click()
    with onward(page):
        page.locator("#confirm").click()
    expect(page.locator("#toast")).to_contain_text("Rejected.")
    page.goto(f"{own.url}/watch")
    until(page, f"Number(document.getElementById('view').dataset.rows) === {shown - 1}")
    page.goto(f"{own.url}/ledger?kind=incident-act")
    expect(page.locator("main table").last).to_contain_text("Announced works")


def test_a_person_who_does_not_program_draws_a_watch(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/new", map_ready=False)
    page.fill('input[name="name-en"]', "Two Vales")
    page.fill('input[name="middle"]', "-35.0, -25.0")
    page.fill('input[name="agreement"]', "The Vales Accord")
    page.fill('input[name="signed"]', "2031-05-01")
    page.fill('input[name="published"]', "invented for a test")
    page.fill('input[name="watch_time"]', "2031-05-05T00:00")
    page.check('input[name="simulated"]')
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/parties")
    page.fill('input[name="party-0-id"]', "UV")
    page.fill('input[name="party-0-en"]', "Upper Vale")
    page.fill('input[name="party-1-id"]', "LV")
    page.fill('input[name="party-1-en"]', "Lower Vale")
    page.locator("main form button.main").click()
    page.wait_for_url("**/zones")
    page.wait_for_selector("tw-map[data-ready] [data-idle]", state="attached", timeout=30_000)
    page.locator("tw-map").scroll_into_view_if_needed()
    box = page.locator("tw-map").bounding_box()
    assert box is not None
    for x, y in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)):
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    until(page, "document.getElementById('corners').value.trim().split('\\n').length >= 4")
    page.fill('#draw input[name="name-en"]', "Bridge district")
    with onward(page):
        page.get_by_role("button", name="Keep the zone").click()
    expect(page.locator("main table").first).to_contain_text("Bridge district")
    draft = re.search(r"/new/([^/]+)/", page.url)
    assert draft is not None
    page.goto(f"{own.url}/new/{draft[1]}/provisions?kind=prohibited")
    page.fill('[name="summary-en"]', "All fire stops.")
    page.select_option('main select[name="zone"]', value="theatre")
    page.locator('input[name="kinds"][value="explosion"]').check()
    with onward(page):
        page.get_by_role("button", name="Add the sentence").click()
    page.goto(f"{own.url}/new/{draft[1]}/sources")
    page.set_input_files(
        'input[type="file"]', {"name": "Reports of May.csv", "mimeType": "text/csv", "buffer": SAMPLE.encode()}
    )
    with onward(page):
        page.get_by_role("button", name="Look at it").first.click()
    expect(page.locator("main")).to_contain_text("2 rows would be taken, 0 refused", timeout=30_000)
    page.goto(f"{own.url}/new/{draft[1]}/finish")
    folder = Path(own.folder).resolve().parent / draft[1]
    expect(page.locator("main").get_by_role("button", name="Open it here")).to_be_visible()
    reading = check_watch(folder)
    assert reading.errors == 0
    assert reading.watch is not None
    zone = reading.watch.zone_with("bridge-district")
    assert zone is not None
    assert zone.geometry.area > 0


def test_a_file_is_looked_at_before_it_is_taken(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/sources", map_ready=False)
    before = sorted(path.name for path in (own.folder / "inbox").iterdir())
    page.set_input_files(
        'input[type="file"]',
        {"name": "picture.csv", "mimeType": "text/csv", "buffer": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(200)},
    )
    with onward(page):
        page.get_by_role("button", name="Look at it").first.click()
    expect(page.locator("body")).to_contain_text("the file is a PDF, not a table; export its table as CSV")
    assert sorted(path.name for path in (own.folder / "inbox").iterdir()) == before
    page.goto(f"{own.url}/sources")
    page.set_input_files(
        'input[type="file"]', {"name": "Reports of May.csv", "mimeType": "text/csv", "buffer": SAMPLE.encode()}
    )
    with onward(page):
        page.get_by_role("button", name="Look at it").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("rows? would be taken"), timeout=30_000)
    assert sorted(path.name for path in (own.folder / "inbox").iterdir()) == before
    window.faults.clear()  # an answer that refuses a file is an error line in the browser's own words


def test_pages_speak_every_language(window: Window, karabakh: Served) -> None:
    for language, words in (
        ("ru", ("Журнал", "инцидент")),
        ("az", ("insident",)),
        ("hy", ("միջադեպ",)),
        ("tr", ("olay",)),
    ):
        for path in ("watch", "agreement", "reports", "sources", "ledger"):
            page = window.open(f"{karabakh.url}/{path}?lang={language}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            menu = page.locator(".menu").inner_text()
            assert "Reports" not in menu
            assert "Sources" not in menu
        page = window.open(f"{karabakh.url}/watch?lang={language}")
        shown = page.locator("body").inner_text().casefold()
        assert any(word.casefold() in shown for word in words)
        assert "not computed yet" not in shown


def test_what_a_page_fetches_comes_in_the_language_of_its_address(window: Window, karabakh: Served) -> None:
    page = window.open(f"{karabakh.url}/watch?lang=ru")
    page.locator("#list .row").first.click()
    expect(page.locator("#card")).to_contain_text("Открыть инцидент")
    page.locator('#filters label.chip:has(input[value="inconsistent"])').click()
    until(page, "location.search.includes('outcome=inconsistent')")
    expect(page.locator("#view")).to_contain_text("сначала новые")


def test_place_names_stand_in_armenian_and_azerbaijani_letters(window: Window, karabakh: Served) -> None:
    page = window.open(f"{karabakh.url}/watch")
    named = {}
    for language in ("hy", "az"):
        named[language] = page.evaluate(
            f"fetch('/watch/ground.json?lang={language}').then(one => one.json()).then(one => "
            "one.towns.features.map(town => town.properties.name))"
        )
    assert any(name and "Ակնա" in name and "Աղդամ" in name for name in named["hy"]), "both sides' names, together"
    assert any(name and "Ağdam" in name and "Akna" in name for name in named["az"])
    assert page.evaluate("document.fonts.check('12px \"Noto Sans Armenian\"', 'Ակնա')")
