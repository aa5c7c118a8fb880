"""An alarm in the browsers of two people: it rings for both, one has it, it stops for the other; given back it rings
again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, copied, onward, serving, until
from tests.browser.test_a_night import enrolled, now
from trucewatch.cli.play_night import give_accounts, night_of
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import load_watch


@dataclass
class TwoOnDuty:
    """The console, and the pages of two officers of two delegations; `patrols`: the file that comes later, whole."""

    served: Served
    ilva: Page
    kestor: Page
    patrols: tuple[Path, bytes]

    def open(self, page: Page, address: str) -> Page:
        page.goto(f"{self.served.url}{address}")
        return page


@pytest.fixture
def duty(chromium: Browser, tmp_path: Path) -> Iterator[TwoOnDuty]:
    """The invented watch with its people, as it was before the patrols' reports came."""
    folder = copied("two-valleys", tmp_path)
    patrols = folder / "inbox" / "simulated-patrols.csv"
    whole = patrols.read_bytes()
    patrols.write_bytes(b"".join(whole.splitlines(keepends=True)[:2]))
    night = night_of(folder)
    assert night is not None
    with Store(folder, now, desks=indexes()) as store:
        Console(store, folder, now, find()).assessment()
        links = {login: address for login, _, address in give_accounts(store, load_watch(folder), night, folder)}
    with serving(folder) as served:
        ilva, kestor = (enrolled(chromium, served, links[login]) for login in ("ilva", "kestor"))
        yield TwoOnDuty(served, ilva, kestor, (patrols, whole))
        for page in (ilva, kestor):
            page.context.close()


def wish(duty: TwoOnDuty, page: Page) -> None:
    duty.open(page, "/alarms/rules/new")
    page.locator("[name=name]").fill("Whatever comes")
    page.get_by_label("a notice of the browser").check()
    with onward(page):
        page.get_by_role("button", name="Keep the rule").click()
    expect(page.locator("#rules-title + ul")).to_contain_text("Whatever comes")


def test_it_rings_for_both_one_has_it_and_it_stops_for_the_other(duty: TwoOnDuty) -> None:
    for page in (duty.ilva, duty.kestor):
        wish(duty, page)
        expect(page.locator("#alarm")).to_be_hidden()
    duty.open(duty.ilva, "/watch")
    duty.open(duty.kestor, "/claims")
    quiet = duty.kestor.title()
    duty.ilva.wait_for_timeout(6000)  # one look of the console, so that what stands now is what was there
    path, whole = duty.patrols
    path.write_bytes(whole)

    for page in (duty.ilva, duty.kestor):
        expect(page.locator("#alarm [data-rings]")).to_have_count(1, timeout=60_000)
        expect(page.locator("#alarm")).to_contain_text(re.compile(r"\d+ events? · Whatever comes"))
    assert duty.kestor.title() == f"(1) {quiet}"
    notice = duty.kestor.locator("#alarm [data-notice]").get_attribute("data-notice") or ""
    assert re.fullmatch(r"Simulated: \d+ events?( in [\w ]+)?; open the console", notice)

    waits = duty.kestor.locator("[data-sound-waits]")
    expect(waits).to_be_visible()
    assert duty.kestor.evaluate("document.documentElement.dataset.rang") is None, "a page nobody touched makes no sound"
    duty.kestor.keyboard.press("Shift")
    duty.kestor.mouse.click(5, 400)
    expect(waits).to_be_hidden()
    assert duty.kestor.evaluate("document.documentElement.dataset.rang") == "1"

    with onward(duty.ilva):
        duty.ilva.locator("#alarm").get_by_role("button", name="I have it").click()
    expect(duty.ilva.locator("#toast")).to_contain_text("You have it.")
    assert duty.ilva.url.endswith("/watch"), "whoever has it stays where they were"
    expect(duty.kestor.locator("#alarm [data-rings]")).to_have_count(0, timeout=10_000)
    expect(duty.kestor.locator("#alarm")).to_contain_text(re.compile(r"Northern Isles\W* has it since"))
    assert duty.kestor.title() == quiet

    duty.open(duty.ilva, "/alarms")
    with onward(duty.ilva):
        duty.ilva.get_by_role("button", name="I do not have it after all").click()
    expect(duty.kestor.locator("#alarm [data-rings]")).to_have_count(1, timeout=10_000)
    until(duty.kestor, "document.documentElement.dataset.rang === '2'")
    expect(duty.kestor.locator("#alarm").get_by_role("button", name="I have it")).to_be_visible()


def test_the_page_of_alarms_does_without_scripts(duty: TwoOnDuty, chromium: Browser) -> None:
    """What rings stands on the page, with its button; the rule was made by a form."""
    wish(duty, duty.ilva)
    duty.open(duty.ilva, "/alarms")
    with onward(duty.ilva):
        duty.ilva.get_by_role("button", name="Ring now").click()
    plain = chromium.new_context(locale="en-GB", java_script_enabled=False)
    plain.add_cookies([{**cookie} for cookie in duty.ilva.context.cookies()])  # type: ignore[typeddict-item]
    page = plain.new_page()
    page.goto(f"{duty.served.url}/alarms")
    card = page.locator(".alarm-card")
    expect(card).to_contain_text("This is how an alarm rings. Nothing happened.")
    card.get_by_role("button", name="Put it away").click()
    expect(page.locator(".alarm-card")).to_have_count(0)
    plain.close()
