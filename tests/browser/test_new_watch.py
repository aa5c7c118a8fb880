"""A new watch to its end, in the browser alone: from a name to the open console with one real file in it.

How long a person takes who has read nothing is worked out from what they do, not measured by a clock: the
keystroke-level model (S. K. Card, T. P. Moran, A. Newell, "The Keystroke-Level Model for User Performance Time with
Interactive Systems", Communications of the ACM 23(7), 1980, 396-410). Its operators, for somebody who types slowly and
points with a mouse:

- a click: think of it (M 1.35 s), point (P 1.10 s), move the hand and press (H 0.40 s, K 0.20 s): 3.05 s, taken as 3;
- a field of n characters: point to it and think (2 s), then n keys of a slow typist at 0.3 s each;
- a choice in a list or a file in a dialog: two clicks;
- reading, which the model leaves out: every heading, sentence, label and button of the main part of each page that is
  new, at 200 words a minute; of a table its head and two rows, of a list five entries, of a closed list none: a look
  goes over the rest;
- waiting: what the program takes is not counted in, but for the opening of the console, 20 s.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Served, Window, onward, until
from tests.conftest import ROOT

CLICK_S: Final = 3.0
FIELD_S: Final = 2.0
KEY_S: Final = 0.3
WORDS_A_MINUTE: Final = 200
OPENING_S: Final = 20.0
MOST_MINUTES: Final = 12.0
MOST_ACTS: Final = 40
READ: Final = """() => {
  const skimmed = "option, tbody tr:nth-child(n+3), li:nth-child(n+6), script, .unseen";
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(skimmed) && parent.checkVisibility()) texts.push(walker.currentNode.textContent.trim());
  }
  return texts.filter(Boolean);
}"""
"""The texts that somebody reads on a page."""
FACTS: Final = ROOT / "examples" / "karabakh-2020" / "inbox" / "dated-facts.csv"
"""Real, public facts; a person brings them as any list that somebody keeps."""


@dataclass
class Person:
    """One who does one thing after another, and what that takes them."""

    page: Page
    acts: Counter[str] = field(default_factory=Counter)
    acting_s: float = 0.0
    words_read: int = 0
    read_already: set[str] = field(default_factory=set)

    def read(self) -> None:
        """What the page's main part says that they have not read yet."""
        for text in self.page.evaluate(READ):
            if text not in self.read_already:
                self.read_already.add(text)
                self.words_read += len(text.split())

    def click(self, what: Locator, *, leads_on: bool = False) -> None:
        self._count("clicks", CLICK_S)
        if leads_on:
            with onward(self.page):
                what.click()
            self.read()
        else:
            what.click()

    def type(self, name: str, text: str) -> None:
        self._count("fields", FIELD_S + KEY_S * len(text))
        box = self.page.locator(f'main [name="{name}"]')
        box.fill(text)
        expect(box).to_have_value(text)

    def choose(self, name: str, value: str) -> None:
        self._count("choices", 2 * CLICK_S)
        self.page.select_option(f'main select[name="{name}"]', value=value)

    def bring(self, file: Path) -> None:
        self._count("files", 2 * CLICK_S)
        self.page.set_input_files('main input[type="file"]', file)

    def _count(self, kind: str, seconds: float) -> None:
        self.acts[kind] += 1
        self.acting_s += seconds

    @property
    def minutes(self) -> float:
        return self.acting_s / 60 + self.words_read / WORDS_A_MINUTE


def button(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("button", name=name, exact=True)


def link(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("link", name=name)


def forget_refusals(window: Window) -> None:
    """A form that is refused is answered with 422, which Chromium notes as a fault of the page; here it is meant."""
    assert [fault for fault in window.faults if "422" in fault]
    window.faults[:] = [fault for fault in window.faults if "422" not in fault]


def begun(page: Page, own: Served, name: str = "Two Vales") -> str:
    """A draft by the first step alone; the address of its steps."""
    page.goto(f"{own.url}/new")
    page.fill('input[name="name-en"]', name)
    page.fill('input[name="middle"]', "-35.0, -25.0")
    page.fill('input[name="time_zone"]', "Asia/Kolkata")
    with onward(page):
        button(page, "Begin").click()
    found = re.search(r"(http://\S+/new/[^/]+)/parties", page.url)
    assert found
    return found[1]


@pytest.mark.slow
def test_who_has_read_nothing_reaches_an_open_console_with_a_real_file_in_twelve_minutes(
    window: Window, own: Served
) -> None:
    page = window.open(f"{own.url}/new", map_ready=False)
    person = Person(page)
    person.read()
    person.type("name-en", "Karabakh 2020")
    person.type("middle", "39.82, 46.75")
    person.type("width_km", "200")
    person.type("time_zone", "Asia/Baku")
    person.type("agreement", "Statement of 9 November 2020")
    person.type("signed", "2020-11-09")
    person.click(button(page, "Begin"), leads_on=True)
    person.type("party-0-en", "Armenia")
    person.type("party-1-en", "Azerbaijan")
    person.click(button(page, "Keep, and on"), leads_on=True)
    person.click(link(page, "4 What was agreed"), leads_on=True)
    person.click(link(page, "Something must not happen"), leads_on=True)
    person.type("summary-en", "All fire stops from 10 November 2020.")
    for kind in ("explosion", "shot", "hostilities"):
        person.click(page.locator(f'main input[name="kinds"][value="{kind}"]'))
    expect(page.locator("#checked")).to_contain_text("is held against it: ")
    person.click(button(page, "Add the sentence"), leads_on=True)
    person.click(link(page, "On: sources"), leads_on=True)
    person.bring(FACTS)
    person.click(button(page, "Look at it"), leads_on=True)
    expect(page.locator("#preview")).to_contain_text("UTC+4")
    person.type("title", "Facts from the press")
    person.choose("words", "independent")
    person.choose("repeats", "nobody")
    person.type("organisation", "compiled by hand from the press")
    taken = re.search(r"(\d+) rows would be taken", page.locator("#preview").inner_text())
    assert taken, page.locator("#preview").inner_text()
    person.click(button(page, "Set the source up"), leads_on=True)
    person.click(link(page, "On: who gets what"), leads_on=True)
    person.click(button(page, "Keep, and on"), leads_on=True)
    person.click(button(page, "Open it here"), leads_on=True)
    expect(link(page, "Go to its console")).to_be_visible(timeout=90_000)
    person.acting_s += OPENING_S
    person.read()
    expect(page.locator("main")).to_contain_text("A log of its own")
    expect(page.locator("main")).to_contain_text("trucewatch protect")
    person.click(link(page, "Go to its console"))
    page.wait_for_url("**/watch", timeout=30_000)
    assert not page.url.startswith(own.url), "it is a console of its own"
    until(page, "Number(document.getElementById('view').dataset.rows) > 0", within_s=60)
    expect(page.locator(".switch summary")).to_contain_text("Karabakh 2020")
    state = json.loads(page.evaluate("fetch('/api/state').then(answer => answer.text())"))
    assert state["incidents"] > 0
    assert state["simulated"] == 0
    print(f"\n{person.minutes:.1f} minutes by the model: {dict(person.acts)}, {person.words_read} words read")
    assert set(person.acts) == {"clicks", "fields", "choices", "files"}, "each kind of act is counted apart"
    assert sum(person.acts.values()) <= MOST_ACTS, person.acts
    assert person.minutes <= MOST_MINUTES, f"{person.minutes:.1f} minutes: {person.acts}"


def test_the_model_counts_a_longer_way_as_longer(window: Window, beside: Served) -> None:
    page = window.open(f"{beside.url}/new", map_ready=False)
    quick, slow = Person(page), Person(page)
    quick.type("name-en", "A")
    for person, text in ((slow, "A watch of a long name"), (slow, "A")):
        person.type("name-en", text)
    slow.read()
    assert slow.minutes > quick.minutes + 0.3
    assert (quick.acts["fields"], slow.acts["fields"]) == (1, 2)


def test_from_the_new_console_the_menu_leads_back_and_forth(window: Window, own: Served) -> None:
    page = window.page
    draft = begun(page, own)
    page.goto(f"{draft}/finish")
    with onward(page):
        button(page, "Open it here").click()
    link(page, "Go to its console").click(timeout=90_000)
    page.wait_for_url("**/watch", timeout=30_000)
    there = page.url
    for name, address in (("Two Valleys", f"{own.url}/watch"), ("Two Vales", there)):
        page.locator(".switch summary").focus()
        page.keyboard.press("Enter")
        page.locator(".switch li a:not(.note)").filter(has_text=name).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(address, timeout=30_000)
        expect(page.locator(".switch summary")).to_contain_text(name)


def test_every_step_stands_under_the_name_and_in_the_zone_of_the_new_watch(window: Window, beside: Served) -> None:
    page = window.page
    draft = begun(page, beside)
    steps = ("name", "parties", "zones", "places", "boundaries", "provisions", "sources", "recipients", "finish")
    for step in (*steps, "away"):
        page.goto(f"{draft}/{step}")
        expect(page.locator(".switch summary")).to_contain_text("Two Vales")
        expect(page).to_have_title(re.compile(r"· Two Vales · Trucewatch$"))
        expect(page.locator("html")).to_have_attribute("data-zone", "Asia/Kolkata")
        expect(page.locator(".strips")).not_to_contain_text("This watch is invented")
        expect(page.locator(".strips")).not_to_contain_text("A past case")


def test_a_language_is_asked_for_once_its_box_is_ticked(window: Window, beside: Served) -> None:
    page = window.open(f"{beside.url}/new", map_ready=False)
    russian = page.locator('input[name="name-ru"]')
    expect(russian).to_be_hidden()
    page.check('input[name="language"][value="ru"]')
    expect(russian).to_be_visible()
    assert page.locator("#time-zones option").count() > 300
    expect(page.locator('#time-zones option[value="Asia/Kolkata"]')).to_have_text("UTC+5:30")


def test_each_kind_of_sentence_asks_for_its_own_fields_alone(window: Window, beside: Served) -> None:
    page = window.page
    draft = begun(page, beside)
    page.goto(f"{draft}/provisions")
    fields = {
        "Something must not happen": {"kinds", "unless"},
        "Something must be done by a day": {"what", "counter", "at_least", "due"},
        "Something has to be kept up": {"what", "counter", "at_least", "kinds"},
        "People judge": {"kinds"},
    }
    own_fields = set().union(*fields.values())
    for title, expected in fields.items():
        with onward(page):
            link(page, title).click()
        names = page.evaluate("[...document.getElementById('sentence').elements].map(field => field.name)")
        assert set(names) & own_fields == expected, title
        page.goto(f"{draft}/provisions")


def test_what_will_be_checked_is_said_while_it_is_typed(window: Window, beside: Served) -> None:
    page = window.page
    draft = begun(page, beside)
    page.goto(f"{draft}/provisions?kind=required")
    checked = page.locator("#checked")
    expect(checked).to_contain_text("the clause says nothing")
    page.fill('input[name="summary-en"]', "Posts are set up.")
    page.fill('input[name="counter"]', "posts")
    page.fill('input[name="at_least"]', "20")
    expect(checked).to_contain_text('It is met once the number "posts" reaches 20.')
    expect(checked).to_contain_text("No day is set, so it is never late.")
    page.fill('input[name="due"]', "2031-05-20")
    expect(checked).to_contain_text("It is due by the end of 20 May 2031 in the zone of time Asia/Kolkata.")


def test_two_windows_that_make_the_same_watch_lose_nothing(window: Window, beside: Served) -> None:
    first, second = window.page, window.context.new_page()
    draft = begun(first, beside)
    second.goto(f"{beside.url}/new")
    second.fill('input[name="name-en"]', "Two Vales")
    second.fill('input[name="middle"]', "-35.0, -25.0")
    with onward(second):
        button(second, "Begin").click()
    expect(second.locator("main")).to_contain_text("a watch of this name was begun already")
    expect(second.locator('input[name="middle"]')).to_have_value("-35.0, -25.0")
    with onward(second):
        link(second, "Go on with").click()
    assert second.url == f"{draft}/parties"
    first.goto(f"{draft}/parties")
    first.fill('input[name="party-0-en"]', "Upper Vale")
    with onward(first):
        button(first, "Keep, and on").click()
    second.fill('input[name="party-0-en"]', "Lower Vale")
    with onward(second):
        button(second, "Keep, and on").click()
    expect(second.locator("main")).to_contain_text("changed in another window")
    both = second.locator("main table").first
    expect(both).to_contain_text("Upper Vale")
    expect(both).to_contain_text("Lower Vale")
    expect(second.locator('input[name="party-0-en"]')).to_have_value("Lower Vale")
    assert "Upper Vale" in (beside.folder.resolve().parent / draft.rpartition("/")[2] / "agreement.toml").read_text()
    forget_refusals(window)


def test_open_it_here_from_two_windows_opens_one_console(window: Window, own: Served) -> None:
    first, second = window.page, window.context.new_page()
    draft = begun(first, own)
    for page in (first, second):
        page.goto(f"{draft}/finish")
    for page in (first, second):
        with onward(page):
            button(page, "Open it here").click()
    addresses = set()
    for page in (first, second):
        link(page, "Go to its console").click(timeout=90_000)
        page.wait_for_url("**/watch", timeout=30_000)
        addresses.add(page.url)
    assert len(addresses) == 1
    assert own.url not in addresses.pop()


def test_a_begun_watch_is_removed_after_a_question(window: Window, beside: Served) -> None:
    page = window.page
    draft = begun(page, beside)
    folder = beside.folder.resolve().parent / draft.rpartition("/")[2]
    page.goto(f"{beside.url}/new")
    with onward(page):
        link(page, "Remove …").click()
    expect(page.locator("main")).to_contain_text("watch.toml")
    assert folder.is_dir()
    with onward(page):
        button(page, "Remove it").click()
    expect(page.locator("#toast")).to_contain_text("Removed: Two Vales.")
    assert not folder.exists()
