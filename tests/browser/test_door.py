"""The printed address in a real browser: it opens the console once, and nothing of it stays where others look."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.conftest import Served


def test_the_printed_address_opens_the_console_once(chromium: Browser, own: Served) -> None:
    mine, another = chromium.new_context(), chromium.new_context()
    page = mine.new_page()
    shut = page.goto(f"{own.url}/watch")
    assert shut is not None
    assert shut.status == 401
    assert "The console is closed to this browser" in page.inner_text("h1")
    asked: list[tuple[str, str]] = []
    mine.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    page.goto(own.address)
    page.wait_for_selector("nav.menu")
    token = own.address.partition("once=")[2]
    assert page.url == f"{own.url}/watch"
    assert [url for url, referer in asked if token in url] == [own.address]
    assert [url for url, referer in asked if token in referer] == []
    assert page.evaluate("history.length") <= 3
    (cookie,) = [one for one in mine.cookies(own.url) if str(one.get("name")).startswith("tw_door_")]
    assert cookie.get("httpOnly")
    assert cookie.get("sameSite") == "Strict"

    other = another.new_page()
    used = other.goto(own.address)
    assert used is not None
    assert used.status == 401
    assert "used already" in other.inner_text("main")
    assert "trucewatch tokens WATCH address" in other.inner_text("main")
    page.goto(own.address)  # from the history, in the browser that is in
    page.wait_for_selector("nav.menu")
    mine.close()
    another.close()


def test_a_file_that_leads_to_the_address_opens_the_console_without_a_click(
    chromium: Browser, own: Served, tmp_path: Path
) -> None:
    """As `serve --open` has it: the address is in a file of the owner's, never among the words of a command."""
    file = tmp_path / "open.html"
    file.write_text(f'<!doctype html><meta http-equiv="refresh" content="0; url={own.address}">')
    context = chromium.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_url(re.compile(re.escape(own.url) + "/watch"), timeout=30_000)
    page.wait_for_selector("nav.menu")
    context.close()


def test_a_page_of_another_site_gets_nothing_and_its_link_leads_in(
    chromium: Browser, own: Served, tmp_path: Path
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(own.address)
    page.wait_for_selector("nav.menu")
    file = tmp_path / "elsewhere.html"
    file.write_text(
        f'<!doctype html><a href="{own.url}/incidents">there</a><img src="{own.url}/static/mark.svg?1">'
        f'<iframe src="{own.url}/watch"></iframe>'
    )
    answers: list[tuple[str, int]] = []
    page.goto("about:blank")  # what the page before still asked for is no answer to the other site
    context.on("response", lambda answer: answers.append((answer.url, answer.status)))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert {status for url, status in answers if url.startswith(own.url)} == {403}
    page.click("a")
    page.get_by_role("link", name="Go on").click()
    page.wait_for_url(f"{own.url}/incidents")
    page.wait_for_selector("nav.menu")
    context.close()
