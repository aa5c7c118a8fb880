"""What comes back: the feed after the server was started again, a view from its address alone, an act that is undone by
a key."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Served, Window, onward, serving, until


def test_the_feed_goes_on_when_the_server_is_started_again(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/watch")
    own.stop()
    expect(page.locator("#state")).to_have_attribute("data-state", "offline", timeout=20_000)
    with serving(own.folder, port=int(own.url.rsplit(":", 1)[1])) as again:
        expect(page.locator("#state")).not_to_have_attribute("data-state", "offline", timeout=45_000)
        before = int(page.locator("#view").get_attribute("data-rows") or 0)
        patrols = again.folder / "inbox" / "simulated-patrols.csv"
        head, *rows = patrols.read_bytes().splitlines(keepends=True)
        patrols.write_bytes(head + b"".join(rows[:2]))
        page.wait_for_timeout(500)
        until(
            page,
            f"document.getElementById('news').hidden === false || "
            f"Number(document.getElementById('view').dataset.rows) !== {before}",
            within_s=45,
        )
    window.faults.clear()  # the browser's own words about the lost connection


def test_an_address_alone_brings_back_time_filters_and_what_is_chosen(window: Window, valleys: Served) -> None:
    page = window.open(
        f"{valleys.url}/watch?kind=explosion&outcome=inconsistent&from=2031-05-02T00:00Z&to=2031-05-02T12:00Z"
    )
    page.keyboard.press("j")
    until(page, "/sel=\\d{3}-\\d{3}/.test(location.search)")
    shown, chosen = (
        page.locator("#view").get_attribute("data-shown"),
        page.locator(".is-chosen a").get_attribute("href"),
    )
    other = window.context.new_page()
    other.goto(page.url)
    expect(other.locator("#view")).to_have_attribute("data-shown", shown or "")
    expect(other.locator(".is-chosen a")).to_have_attribute("href", chosen or "")
    expect(other.locator('[data-time="from"]')).to_have_value("1 May 2031 22:00")
    expect(other.locator('[data-time="to"]')).to_have_value("2 May 2031 10:00")
    expect(other.locator('select[name="kind"]')).to_have_value("explosion")
    expect(other.locator('#filters input[value="inconsistent"]')).to_be_checked()
    expect(other.locator("#card .card")).to_be_visible(timeout=15_000)


def test_an_act_is_undone_by_a_key_and_escape_leads_back_to_its_row(window: Window, own: Served) -> None:
    page = window.open(f"{own.url}/watch")
    rows = page.locator("#view").get_attribute("data-rows") or ""
    address = page.locator("#list .row a").first.get_attribute("href") or ""
    page.goto(f"{own.url}{address}/act/reject")
    page.locator('textarea[name="reason"], input[name="reason"]').first.fill("Heard of by telephone only")
    with onward(page):
        page.locator("main form button.main").click()
    with onward(page):
        page.locator("#confirm").click()
    expect(page.locator("#toast")).to_contain_text("Rejected.")
    with onward(page):
        page.keyboard.press("u")
    expect(page.locator("#toast")).to_contain_text("Taken back.")
    page.goto(f"{own.url}/watch")
    expect(page.locator("#view")).to_have_attribute("data-rows", rows)
    page.goto(own.url + address)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/watch\?sel=\d{3}-\d{3}"))
    expect(page.locator(".is-chosen a")).to_have_attribute("href", address)


def test_the_sentence_is_copied_whole(window: Window, valleys: Served) -> None:
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = window.open(f"{valleys.url}/watch")
    page.goto(valleys.url + (page.locator("#list .row a").first.get_attribute("href") or ""))
    page.get_by_text("More actions").click()
    page.get_by_role("button", name="Copy sentence").click()
    until(page, "navigator.clipboard.readText().then(text => text.startsWith('Simulated: '))")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert page.locator("#sentence").inner_text() in copied
    assert re.search(r"Incident \d{3}(-\d{3})+\.$", copied)
    expect(page.locator("#announce")).to_have_text("Copied")
