"""Two instances in a real browser, on the day after their invented first day: a coordinator's morning in the
humanitarian one, the shift's post-box in the centre, and sealed files that somebody carries between the two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Served, Window, copied, onward, serving
from tests.conftest import each
from tests.first_day import AID, CENTRE, play

LISTS = (
    "/notifications",
    "/requests",
    "/works",
    "/returns",
    "/windows",
    "/road-notices",
    "/mines",
    "/access",
    "/counts",
)


@dataclass
class Both:
    """Both consoles, and a window of each."""

    aid: Served
    centre: Served
    coordinator: Page
    shift: Page

    def there(self, path: str) -> Page:
        """A page of the instance."""
        self.coordinator.goto(f"{self.aid.url}{path}")
        return self.coordinator

    def here(self, path: str) -> Page:
        """A page of the centre."""
        self.shift.goto(f"{self.centre.url}{path}")
        return self.shift


@pytest.fixture(scope="module")
def both(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    for name in (AID, CENTRE):
        copied(name, folder)
    play(folder)
    with serving(folder / AID) as aid, serving(folder / CENTRE) as centre:
        windows = [Window(chromium.new_context(locale="en-GB", accept_downloads=True)) for _ in range(2)]
        yield Both(aid, centre, windows[0].page, windows[1].page)
        for window in windows:
            window.check()
            window.context.close()


def enter(page: Page, leads_to: str) -> str:
    """See what will be entered, and enter it; the code that it got."""
    with onward(page):
        page.locator("#look").click()
    with onward(page):
        page.locator("#confirm").click()
    expect(page).to_have_url(re.compile(leads_to))
    return page.url.partition("#")[0].rpartition("/")[2]


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        field = page.locator(f"[name={name.rstrip('_')}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def carry(sender: Page, post_box: str, receiver: Page, take: str) -> Locator:
    """What waits is given out as a file, and taken in on the other side; what is said of it there."""
    sender.goto(post_box)
    with sender.expect_download() as given:
        sender.get_by_role("button", name="Give what waits out as files").click()
    receiver.goto(take)
    receiver.locator("input[type=file]").set_input_files(Path(given.value.path()))
    with onward(receiver):
        receiver.get_by_role("button", name="Take it in").click()
    return receiver.locator("#taken-title")


def answered(page: Page, question: str) -> Locator:
    """The part of the first page that answers a question."""
    return page.locator("main section").filter(has=page.get_by_text(question, exact=True))


def test_the_first_page_answers_what_a_coordinator_asks_on_the_first_morning(both: Both) -> None:
    page = both.there("/")
    expect(page.locator("h1")).to_have_text("Today, 4 May 2031")
    medical = page.locator("main section").first
    expect(medical).to_contain_text("MP-2: 3 patients, within six hours")
    expect(medical).to_contain_text(re.compile(r"Lower Valley: agreed to these hours.*Upper Valley: named other hours"))
    buses = answered(page, "Which buses, when?")
    expect(buses).to_contain_text(
        re.compile(r"MV-1, as notified: .*from Salt Coast to Kess District, 9 vehicles, leaves .*09:00", re.S)
    )
    expect(buses).to_contain_text("212 people in 9 buses")
    expect(answered(page, "Is the settlement ready?")).to_contain_text(
        "Kess District: not known: 3 of 7; sources differ"
    )
    expect(answered(page, "Who has blankets?")).to_contain_text("Halvane Relief (simulated) offers blankets")
    expect(answered(page, "Who repairs the line?")).to_contain_text("Lower Valley Works Office (simulated) repairs it")
    expect(answered(page, "Is the road safe?")).to_contain_text("K-7 between Middle Bridge and Lower Halt: advised")
    with onward(page):
        answered(page, "Whom do I call?").get_by_role("link").last.click()
    expect(page.locator("main")).to_contain_text("Liaison officer on duty, Upper Valley")
    expect(page.locator("main")).to_contain_text("555-0162")


def test_medical_passage_stands_above_the_rows_of_every_list(both: Both) -> None:
    for path in each(LISTS):
        page = both.there(path)
        medical = page.locator(".entered-medical")
        expect(medical).to_contain_text("MP-2")
        box = medical.bounding_box()
        assert box is not None
        rows = [
            row.bounding_box()
            for row in page.locator("main a[href*='-']").filter(has_text=re.compile(r"^[A-Z]{2}-\d+$")).all()
        ]
        assert all(row is None or row["y"] > box["y"] for row in rows), path


def test_a_notification_is_entered_sent_and_answered(both: Both) -> None:
    page = both.there("/notifications/movements/new")
    fill(page, organisation="HR", from_district="kess", to_district="sorrel", route="the river road")
    fill(page, leaves_at="2031-05-06 06:00", arrives_at="2031-05-06 12:00", vehicles="2", staff="4", purpose="survey")
    page.locator("[name=vehicle_kinds][value=cars]").check()
    for side in ("LV", "UV"):
        page.locator(f"[name=itself][value={side}]").check()
    code = enter(page, r"/notifications/movements/MV-\d+")
    with onward(page):
        page.get_by_role("link", name="Tell the sides").click()
    fill(page, **{"way-LV": "letter", "way-UV": "letter"})
    with onward(page):
        page.get_by_role("button", name="Enter that they were told").click()
    page = both.there(f"/notifications/movements/{code}/add/notice_answer")
    fill(page, side="LV", answer="acknowledged", way="voice")
    enter(page, rf"/notifications/movements/{code}")
    expect(page.locator("main")).to_contain_text("told: 2; answered: 1")
    expect(page.locator("main")).to_contain_text("Acknowledged does not mean permitted")
    expect(page.locator("main")).to_contain_text("does not depend on this notice")


def test_a_window_goes_to_the_centre_and_both_sides_answers_come_back(both: Both) -> None:
    page = both.there("/windows/new")
    fill(page, organisation="UV-works", from_="2031-05-05 00:00", until="2031-05-05 04:00")
    page.locator("[name=districts][value=long-water]").check()
    page.locator("[name=acts][value=fire]").check()
    code = enter(page, r"/windows/WN-\d+")
    page = both.there(f"/windows/{code}/send")
    with onward(page):
        page.get_by_role("button", name="Send it").click()
    taken = carry(page, f"{both.aid.url}/post/peers/{CENTRE}", both.shift, f"{both.centre.url}/post/take")
    expect(taken).to_contain_text("1 message is kept")
    expect(both.here("/post").locator("main")).to_contain_text(f"{AID}:{code}: Window of silence")
    for side, answer in each((("LV", "agreed"), ("UV", "declined"))):
        page = both.here(f"/windows/{AID}:{code}/add/window_answer")
        fill(page, side=side, answer=answer, answered_at="2031-05-03 23:50")
        enter(page, rf"/windows/{AID}:{code}")
    expect(page.locator("main")).to_contain_text("a side declines; not in force")
    taken = carry(both.shift, f"{both.centre.url}/post/peers/{AID}", both.coordinator, f"{both.aid.url}/post/take")
    expect(taken).to_contain_text(
        re.compile(r"(1 message is|2 messages are) kept")
    )  # as they were entered, or together
    page = both.there(f"/windows/{code}")
    expect(page.locator("main")).to_contain_text("Lower Valley: agrees as asked")
    expect(page.locator("main")).to_contain_text("Upper Valley: declines")
    expect(page.locator("main")).to_contain_text("a side declines; not in force")


def test_the_finding_of_a_broken_window_stands_beside_that_of_the_clause_and_only_in_the_centre(both: Both) -> None:
    page = both.here(f"/windows/{AID}:WN-1")
    expect(page.locator("main")).to_contain_text(f"Inside {AID}:WN-1, in place, time and act as both sides agreed.")
    with onward(page):
        page.get_by_role("link", name=re.compile(r"Incident \d{3}-\d{3}")).first.click()
    expect(page.locator("main")).to_contain_text(f"Window of silence {AID}:WN-1: inconsistent")
    expect(page.locator("main")).to_contain_text("1a")
    page = both.there("/windows/WN-1")
    expect(page.locator("main")).to_contain_text("something inside the window stands as not consistent with it")
    expect(page.locator("main")).not_to_contain_text("Incident")


def test_a_road_notice_reaches_the_instance_and_lapses_to_no_word_since(both: Both) -> None:
    page = both.here("/road-notices/new")
    fill(page, road="K-9", from_="Highmere", to="Norhaven", advice="advised_against")
    fill(page, asked_at="2031-05-03 23:50", said_at="2031-05-03 23:58", next_word_by="2031-05-04 00:20")
    page.locator("[name=districts][value=long-water]").check()
    code = enter(page, r"/road-notices/RN-\d+")
    page = both.here("/road-notices")
    with onward(page):
        page.get_by_role("button", name="Queue what did not go yet").click()
    carry(both.shift, f"{both.centre.url}/post/peers/{AID}", both.coordinator, f"{both.aid.url}/post/take")
    row = both.there("/road-notices").locator(f"main li:has(a[href$='{CENTRE}:{code}'])")
    expect(row).to_contain_text("K-9 between Highmere and Norhaven: advised against, said 3 May 2031, 23:58")
    # The clock of the invented watch stands until its file says another time: half an hour later nobody has said more.
    settings = both.aid.folder / "watch.toml"
    settings.write_text(settings.read_text("utf-8").replace("2031-05-04T00:00:00-02:00", "2031-05-04T00:30:00-02:00"))
    for _ in range(60):
        if "as of 4 May 2031, 00:30" in both.there("/road-notices").inner_text("body"):
            break
        both.coordinator.wait_for_timeout(250)
    expect(row).to_contain_text("K-9 between Highmere and Norhaven: no word since 3 May 2031, 23:58")
    expect(both.coordinator.locator("main")).not_to_contain_text(re.compile(r"\bopen\b"))
