"""A night at the joint centre in a real browser, with accounts: two callers of one event, a letter, a photograph, both
sides' complaints of one night, a reply that both delegations agree to, and an erasure."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, copied, onward, serving
from tests.sources.test_picture_facts import photograph
from tests.store.test_sign_in_accounts import PASSWORD
from trucewatch.cli.play_night import give_accounts, night_of
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import load_watch

LETTER = """1. 3 May 2031, 01:00: shots at our post, 11 km SW of Larkfell.
2. 3 May 2031, 03:10: nobody of ours crossed the line near Threeoaks.
3. 10 May 2031, 06:00: they will move heavy weapons to Ambermill."""


@dataclass
class Shift:
    """The console, and the pages of those who are signed in to it: two officers of two delegations, an auditor."""

    served: Served
    ilva: Page
    kestor: Page
    delwin: Page

    def open(self, page: Page, address: str) -> Page:
        page.goto(f"{self.served.url}{address}")
        return page


@pytest.fixture(scope="module")
def shift(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shift]:
    """The invented watch with its people, three of whom open their links and sign in."""
    folder = copied("two-valleys", tmp_path_factory.mktemp("night"))
    night = night_of(folder)
    assert night is not None
    with Store(folder, now, desks=indexes()) as store:
        Console(store, folder, now, find()).assessment()
        links = {login: address for login, _, address in give_accounts(store, load_watch(folder), night, folder)}
    with serving(folder) as served:
        pages = [enrolled(chromium, served, links[login]) for login in ("ilva", "kestor", "delwin")]
        yield Shift(served, *pages)
        for page in pages:
            page.context.close()


def now() -> datetime:
    return datetime.now(UTC)


def enrolled(chromium: Browser, served: Served, link: str) -> Page:
    """A browser in which somebody opened their link, chose a password and typed the code of their telephone."""
    page = chromium.new_context(locale="en-GB").new_page()
    page.goto(served.url + link[link.index("/sign-in/") :])
    for field in ("password", "again"):
        page.locator(f"#{field}").fill(PASSWORD)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    with onward(page):
        page.get_by_role("button", name="Complete the account").click()
    with onward(page):
        page.get_by_role("link", name="I have them. Go on").click()
    return page


def call(shift: Shift, page: Page, *, says: str, when: str, village: str = "", party: str = "") -> str:
    """Take a call down; its number."""
    shift.open(page, "/claims/new")
    page.locator("[name=speaker]").select_option(f"party:{party}" if party else "civilian")
    if village:
        page.locator("[name=from_place]").fill(village)
    page.locator("[name=says]").fill(says)
    page.locator("[name=when]").fill(when)
    page.locator("[name=where]").fill("8 km N of Middle Bridge")
    page.locator("[name=kind]").select_option("explosion")
    with onward(page):
        page.locator("#enter").click()
    return page.url.rpartition("/")[2]


def complain(shift: Shift, page: Page, *, party: str, says: str, claim: str = "") -> str:
    """Enter a complaint of a party; its number."""
    shift.open(page, "/complaints/new")
    page.locator("[name=sender]").select_option(f"party:{party}")
    page.locator("[name=says]").fill(says)
    page.locator("[name=claims]").evaluate("(field, value) => { field.value = value }", claim)
    with onward(page):
        page.locator("main form.card button.main").click()
    return page.url.rpartition("/")[2]


def test_two_callers_of_one_village_are_two_claims_and_one_voice_and_a_person_joins_them(shift: Shift) -> None:
    first = call(shift, shift.ilva, says="two bangs, the windows shook", when="21:18", village="Middle Bridge")
    second = call(shift, shift.kestor, says="two bangs in the north", when="21:20", village="Middle Bridge")
    near = shift.kestor.locator("#near li", has=shift.kestor.locator(f"a[href='/claims/{first}']"))
    expect(near).to_have_count(1)
    expect(shift.kestor.locator("#joined")).to_have_count(0)
    with onward(shift.kestor):
        near.get_by_role("button", name="The same event: join them").click()
    expect(shift.open(shift.ilva, f"/claims/{first}").locator("#joined")).to_contain_text(second)
    expect(shift.open(shift.ilva, "/claims").locator("main")).to_contain_text(re.compile(r"2 claims.*1 voice\b", re.S))


def test_an_auditor_reads_and_enters_nothing(shift: Shift) -> None:
    page = shift.open(shift.delwin, "/claims/new")
    expect(page.locator("main")).to_contain_text("Your role does not open this")
    assert page.locator("[name=says]").count() == 0
    expect(shift.open(page, "/claims").locator("h1")).to_have_text("Claims")


def test_a_pasted_letter_is_rows_that_a_person_enters(shift: Shift) -> None:
    page = shift.open(shift.kestor, "/letters/new")
    page.locator("[name=sender]").select_option("party:LV")
    page.locator("[name=text]").fill(LETTER)
    with onward(page):
        page.locator("#confirm").click()
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("ahead of the letter")
    with onward(page):
        page.locator("#confirm").click()
    expect(page.locator("#rows a[href^='/claims/CL-']")).to_have_count(3)


def test_complaints_of_both_sides_that_name_one_claim_stand_beside_each_other(shift: Shift) -> None:
    claim = call(shift, shift.ilva, says="our post was shot at", when="20:10", party="UV")
    ours = complain(shift, shift.ilva, party="UV", says="our post was shot at", claim=claim)
    theirs = complain(shift, shift.kestor, party="LV", says="we were shot at from there", claim=claim)
    for page, own, other in ((shift.ilva, ours, theirs), (shift.kestor, theirs, ours)):
        shift.open(page, f"/complaints/{own}")
        expect(page.locator(f"main a[href='/complaints/{other}']").first).to_be_visible()


def test_the_place_in_a_photograph_is_shown_to_who_handles_it_and_not_to_the_auditor(
    shift: Shift, tmp_path: Path
) -> None:
    claim = call(shift, shift.ilva, says="I took a photograph of the smoke", when="20:30", village="Middle Bridge")
    hand_over(shift, claim, tmp_path)
    expect(shift.ilva.locator(".handed .facts")).to_contain_text("39.82")
    page = shift.open(shift.delwin, f"/claims/{claim}/files")
    expect(page.locator(".handed li")).to_have_count(1)
    expect(page.locator(".handed .facts")).to_have_count(0)
    assert "39.82" not in page.content()


def test_a_reply_is_drafted_by_one_delegation_checked_by_the_other_agreed_by_both_and_sent(shift: Shift) -> None:
    number = complain(shift, shift.ilva, party="UV", says="flares were fired over the bridge")
    shift.open(shift.ilva, f"/complaints/{number}/reply")
    shift.ilva.locator("[name=outcome][value=not_observable]").check()
    shift.ilva.locator("[name=says]").fill("Fog lay over the bridge; it could not be observed.")
    step(shift, shift.ilva, "", "Enter the draft")
    expect(shift.ilva.get_by_role("button", name="I have checked it")).to_be_disabled()
    step(shift, shift.kestor, number, "I have checked it")
    step(shift, shift.kestor, number, "I agree to this version")
    expect(shift.kestor.locator("main")).to_contain_text("still to agree: Northern Isles")
    for name in ("It was sent", "I agree to this version"):
        expect(shift.kestor.get_by_role("button", name=name, exact=True)).to_have_count(0)
    waiting = "a reply is checked, to be agreed by Northern Isles"
    expect(shift.open(shift.kestor, "/complaints").locator("main")).to_contain_text(waiting)
    expect(shift.kestor.locator("main")).not_to_contain_text(f"{waiting}: you can do that")
    expect(shift.open(shift.ilva, "/complaints").locator("main")).to_contain_text(f"{waiting}: you can do that")
    step(shift, shift.ilva, number, "I agree to this version")
    shift.ilva.locator("[name=how]").select_option("letter")
    step(shift, shift.ilva, "", "It was sent")
    expect(shift.open(shift.delwin, f"/complaints/{number}").locator("main")).to_contain_text("could not be observed")
    expect(shift.delwin.locator("main")).to_contain_text("by letter")


def test_what_was_erased_is_said_to_be_and_the_ledger_verifies(shift: Shift, chromium: Browser, tmp_path: Path) -> None:
    """Last in this module: the console is closed for it, and opened again at the same address."""
    claim = call(shift, shift.ilva, says="please forget me", when="20:40", village="Middle Bridge")
    hand_over(shift, claim, tmp_path)
    link = shift.ilva.locator(".handed a[download]").get_attribute("href")
    assert link is not None
    sha256 = link.rpartition("/")[2]
    folder, port = shift.served.folder, int(shift.served.url.rpartition(":")[2])
    shift.served.stop()
    trucewatch("erase", str(folder), sha256, "--reason", "asked for", "--yes")
    assert "erased" in trucewatch("verify", str(folder))
    with serving(folder, port=port):
        page = shift.open(shift.ilva, f"/claims/{claim}/files")
        expect(page.locator(".handed")).to_contain_text("erased")
        expect(page.locator(".handed a[download]")).to_have_count(0)
        assert page.request.get(f"{shift.served.url}/files/{sha256}").status in (404, 410)


def hand_over(shift: Shift, claim: str, folder: Path) -> None:
    """A photograph that says where it was taken, from the caller."""
    picture = folder / "smoke.jpg"
    picture.write_bytes(photograph())
    page = shift.open(shift.ilva, f"/claims/{claim}/files")
    page.locator("input[type=file]").set_input_files(picture)
    with onward(page):
        page.locator("#confirm").click()
    expect(page.locator(".handed li")).to_have_count(1)


def step(shift: Shift, page: Page, complaint: str, button: str) -> None:
    """Press a button on the page of a complaint; on the page that is open where none is named."""
    if complaint:
        shift.open(page, f"/complaints/{complaint}")
    with onward(page):
        page.get_by_role("button", name=button, exact=True).click()


def trucewatch(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", "trucewatch", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
