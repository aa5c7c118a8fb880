"""Two keys in two real browsers: officers of both delegations make keys, their heads enter them, both seal positions on
three findings; nothing of an answer is on the computer before they are opened; then what differs is shown to both."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyrage
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Served, copied, onward, serving
from tests.browser.test_a_night import enrolled, now
from tests.conftest import each
from trucewatch.cli.play_night import give_accounts, night_of
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import load_watch

LIST: Final = ("R-1", "R-2")
ALONE: Final = "R-3"
PLANTED: Final = ("quarry blast at the old kiln", "lamp oil caught fire", "seen by our road patrol")
"""What the officers write; nobody else writes it."""
STATUS: Final = "[data-review-status]"
RECOVERY: Final = pyrage.x25519.Identity.generate()
"""Of the Northern Isles' head, kept offline."""


@dataclass
class Officer:
    """The pages of a delegation's officer and head, each in a browser of their own."""

    served: Served
    officer: Page
    head: Page

    def open(self, path: str) -> Page:
        self.officer.goto(f"{self.served.url}{path}")
        return self.officer


@dataclass
class Both:
    served: Served
    north: Officer
    south: Officer


@pytest.fixture
def both(chromium: Browser, tmp_path: Path) -> Iterator[Both]:
    folder = copied("two-valleys", tmp_path)
    night = night_of(folder)
    assert night is not None
    with Store(folder, now, desks=indexes()) as store:
        Console(store, folder, now, find()).assessment()
        links = {login: address for login, _, address in give_accounts(store, load_watch(folder), night, folder)}
    with serving(folder) as served:
        pages = [enrolled(chromium, served, links[login]) for login in ("ilva", "orrin", "kestor", "ysenne")]
        faults: list[str] = []
        for page in pages:
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        yield Both(served, Officer(served, *pages[:2]), Officer(served, *pages[2:]))
        assert faults == []
        for page in pages:
            page.context.close()


def told(page: Page, sentence: str | re.Pattern[str]) -> None:
    """The page's script says this, in one of its status regions."""
    expect(page.locator(STATUS).filter(has_text=sentence).first).to_be_visible(timeout=30_000)


def found_in(folder: Path, words: Sequence[str]) -> list[str]:
    """The files below a folder that hold one of these words, as they are written or as bytes of UTF-16."""
    wanted = [word.encode(code) for word in words for code in ("utf-8", "utf-16-le")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 20
    return [str(path.relative_to(folder)) for path in files if any(word in path.read_bytes() for word in wanted)]


def sealed_of(side: Officer, code: str) -> list[bytes]:
    """The age files of a case that an officer's own delegation sealed."""
    answer = side.officer.request.get(f"{side.served.url}/review/{code}/sealed")
    return [base64.b64decode(item["sealed"]) for item in answer.json()["items"]]


def make_key(page: Page, head: Page, served: Served) -> str:
    """Somebody makes a key in their browser, their head compares its fingerprint and enters it; its code."""
    page.goto(f"{served.url}/review/keys")
    with onward(page):
        page.locator("[data-review-make-key]").click()
    told(page, "its entry asked for")
    said = page.locator(STATUS).first.inner_text()
    match = re.search(r"(OK-\d+) is made .* head of delegation: ((?:[0-9a-f]{4} ?){8})", said)
    assert match
    code, fingerprint = match[1], match[2].strip()
    expect(page.locator(f'[data-review-key="{code}"][data-held="yes"]')).to_contain_text("in this browser")
    enter_key(head, served, code, fingerprint)
    return code


def enter_key(head: Page, served: Served, code: str, shown: str) -> None:
    head.goto(f"{served.url}/review/keys")
    row = head.locator(f'[data-review-key="{code}"]')
    expect(row).to_contain_text(shown)
    with onward(head):
        row.get_by_role("button", name="Compared: enter it").click()


def answer_by_keys(page: Page, code: str, key: str) -> None:
    """Show a case in its row of the queue, and answer it with one key."""
    expect(page.locator("[data-review-list] [data-review-line]")).to_be_attached()  # the page's script has begun
    row = page.locator(f'li[data-review-case="{code}"]')
    row.locator("a.opens").focus()
    page.keyboard.press("Enter")
    expect(row.locator("form[data-review-form]")).to_be_visible(timeout=30_000)
    assert row.locator("input[type=radio]:checked").count() == 0
    row.locator("a.opens").focus()
    page.keyboard.press(key)


def seal_list(page: Page, *, dissents: bool) -> None:
    """Answer two cases by keys and sign them as one act; of one who dissents the second with versions."""
    answer_by_keys(page, LIST[0], "c")
    answer_by_keys(page, LIST[1], "d" if dissents else "c")
    sign = page.locator("[data-review-list] [data-review-sign]")
    if dissents:
        row = page.locator(f'li[data-review-case="{LIST[1]}"]')
        expect(row.locator('[name="version-happened"]')).to_be_focused()
        sign.click()
        told(page, "a dissent says your own version")
        row.locator('[name="answer-happened"][value="concur"]').check()
        row.locator('[name="answer-where_when"][value="abstain"]').check()
        row.locator('[name="version-what"]').fill(PLANTED[0])
        row.locator('[name="reason-what"]').fill(PLANTED[2])
        sign.click()
        told(page, "OK-3 would open what you seal")
        sign.click()  # as the second click of a double click: nothing is sealed to a key that is not taken for theirs
        told(page, "OK-3 would open what you seal")
        sign = page.locator("[data-review-known]")
        expect(sign).to_be_in_viewport()
    with onward(page):
        sign.click()
    told(page, "2 positions are sealed and entered as one act")


def answer_form(page: Page, what: str, version: str = "") -> None:
    """Answer the case of the page by hand."""
    form = page.locator("form[data-review-form]")
    for question in ("happened", "what", "where_when"):
        form.locator(f'[name="answer-{question}"][value="concur"]').check()
    form.locator(f'[name="answer-what"][value="{what}"]').check()
    if version:
        form.locator('[name="version-what"]').fill(version)


def seal_one(page: Page, what: str, version: str = "") -> None:
    answer_form(page, what, version)
    with onward(page):
        page.locator("form[data-review-form] [data-review-sign]").click()


def nobody_signs_before_the_head_entered_the_key(both: Both) -> None:
    page = both.north.open("/review/put")
    for box in page.locator("[name=finding]").all()[:3]:
        box.check()
    with onward(page):
        page.locator("#confirm").click()
    page = both.north.open(f"/review/{ALONE}")
    form = page.locator("form[data-review-form]")
    assert form.locator("input[type=radio]:checked").count() == 0
    form.locator("[data-review-sign]").click()
    told(page, "R-3: not answered yet: Happened")
    for question in ("happened", "what", "where_when"):
        form.locator(f'[name="answer-{question}"][value="abstain"]').check()
    form.locator("[data-review-sign]").click()
    told(page, "You have no key in force")
    page.once("dialog", lambda dialog: dialog.accept())
    codes = [make_key(side.officer, side.head, both.served) for side in (both.north, both.south)]
    assert codes == ["OK-1", "OK-2"]
    both.north.head.locator("input[name=use][value=recovery] ~ label [name=opens]").fill(str(RECOVERY.to_public()))
    with onward(both.north.head):
        both.north.head.get_by_role("button", name="Ask for it").click()
    enter_key(both.north.head, both.served, "OK-3", "recovery")


def sealed_positions_are_nowhere_on_the_computer_to_be_read(both: Both) -> None:
    seal_list(both.north.open("/review"), dissents=True)
    page = both.north.open(f"/review/{ALONE}")
    tab = page.context.new_page()  # the same officer, in another tab
    tab.goto(page.url)
    seal_one(page, "dissent", PLANTED[1])
    told(page, "1 position is sealed and entered. These keys open it: OK-1, OK-3")
    expect(page.locator(f'[data-review-case="{ALONE}"]')).to_have_attribute("data-step", "blind")
    answer_form(tab, "abstain")
    tab.locator("form[data-review-form] [data-review-sign]").click()
    told(tab, "you gave a position on R-3 already")
    tab.close()
    assert len(sealed_of(both.north, ALONE)) == 1
    assert found_in(both.served.folder, PLANTED) == []
    for path in each(("/review", f"/review/{LIST[1]}", f"/review/{ALONE}", "/ledger")):
        assert [word for word in PLANTED if word in both.south.open(path).content()] == []
    assert sealed_of(both.south, ALONE) == []
    assert sealed_of(Officer(both.served, both.south.head, both.south.head), ALONE) == []


def dissent_is_no_longer_than_consent_and_the_recovery_key_opens_both(both: Both) -> None:
    files = [content for code in (*LIST, ALONE) for content in sealed_of(both.north, code)]
    assert len(files) == 3
    assert len({len(content) for content in files}) == 1
    opened = [pyrage.decrypt(content, [RECOVERY]).decode() for content in files]
    assert [len(text) for text in opened] == [8192] * 3
    assert [[word in text for word in PLANTED] for text in opened] == [
        [False, False, False],
        [True, False, True],
        [False, True, False],
    ]


def a_key_that_came_later_opens_what_was_sealed_before_it(both: Both) -> None:
    code = make_key(both.north.head, both.north.head, both.served)
    page = both.north.open("/review")
    told(page, "OK-4 is in force since")
    page.locator("[data-review-known]").click()
    told(page, "R-3: your delegation’s position was sealed again, to all keys in force.")
    page = both.south.open("/review")
    seal_list(page, dissents=False)
    for each_code in LIST:  # now all are in; the page loads itself anew once they are opened
        told(page, f"{each_code}: this browser opened your delegation’s first position")
    told(page, "2 positions are sealed and entered as one act")
    seal_one(both.south.open(f"/review/{ALONE}"), "concur")
    told(both.south.officer, "this browser opened your delegation’s first position")
    expect(both.south.officer.locator('[data-side="NI"]')).to_have_attribute("data-standing", "sealed")
    both.north.head.goto(f"{both.served.url}/review")  # the officer's browser is not asked: the head's own opens
    told(both.north.head, "R-3: this browser opened your delegation’s first position")
    assert code == "OK-4"


def what_differs_is_shown_to_both_and_a_later_position_is_given_in_the_open(both: Both) -> None:
    for code, words in each(((LIST[0], ()), (LIST[1], (PLANTED[0], PLANTED[2])), (ALONE, (PLANTED[1],)))):
        page = both.south.open(f"/review/{code}")
        for name in ("NI", "SI"):
            expect(page.locator(f'[data-side="{name}"]')).to_have_attribute("data-standing", "opened")
        for word in words:
            expect(page.locator('[data-side="NI"]')).to_contain_text(word)
    assert found_in(
        both.served.folder, PLANTED[1:2]
    )  # where it is kept once it is opened; the search before could see it
    page = both.north.open(f"/review/{ALONE}")
    seal_one(page, "concur")
    told(page, "R-3: the position is entered, in the open.")
    for side in (both.north, both.south):
        for code in (LIST[1], ALONE):
            page = side.open(f"/review/{code}")
            with onward(page):
                page.get_by_role("button", name="We have no more to say").click()
    outcome = both.south.open(f"/review/{LIST[1]}").locator("table.outcomes")
    expect(outcome.get_by_role("row", name=re.compile("^What"))).to_contain_text(re.compile("Dissent.*Concur", re.S))
    expect(both.south.open(f"/review/{ALONE}").locator("#outcome-title")).to_be_visible()


def a_common_text_is_signed_in_the_browser_by_both(both: Both) -> None:
    page = both.north.open(f"/review/{LIST[0]}/wording")
    form = page.locator("form:has(input[name=of][value=common])")
    for field in form.locator("textarea").all():
        field.fill("1 – 10:00")
    with onward(page):
        form.get_by_role("button", name="Enter this text").click()
    for side in (both.north, both.south):
        page = side.open(f"/review/{LIST[0]}/wording")
        with onward(page):
            page.locator("form[data-review-wording-sign] button.main").click()
    page = both.south.open(f"/review/{LIST[0]}")
    for name in ("Northern Isles", "Southern Isles"):
        expect(page.locator("#wording")).to_contain_text(f"signed for {name}")


def a_text_is_signed_even_by_who_is_faster_than_the_words_of_the_page(both: Both) -> None:
    page = both.north.open(f"/review/{LIST[1]}/wording")
    form = page.locator("form:has(input[name=of][value=common])")
    for field in form.locator("textarea").all():
        field.fill("2 – 11:00")
    with onward(page):
        form.get_by_role("button", name="Enter this text").click()
    waiting: list[Route] = []
    words = f"**{page.locator('html').get_attribute('data-words')}"
    page.route(words, lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    page.reload()
    with onward(page):
        page.locator("form[data-review-wording-sign] button.main").click()
        expect(page.locator("form[data-review-wording-sign] button.main")).to_be_visible()
        assert waiting
        for each in waiting:
            each.continue_()
    page.unroute(words)
    expect(both.north.open(f"/review/{LIST[1]}").locator("#wording")).to_contain_text("signed for Northern Isles")


def test_from_the_first_key_to_a_common_text(both: Both) -> None:
    """One story, each step on what the one before it left."""
    for step in (
        nobody_signs_before_the_head_entered_the_key,
        sealed_positions_are_nowhere_on_the_computer_to_be_read,
        dissent_is_no_longer_than_consent_and_the_recovery_key_opens_both,
        a_key_that_came_later_opens_what_was_sealed_before_it,
        what_differs_is_shown_to_both_and_a_later_position_is_given_in_the_open,
        a_common_text_is_signed_in_the_browser_by_both,
        a_text_is_signed_even_by_who_is_faster_than_the_words_of_the_page,
    ):
        step(both)
