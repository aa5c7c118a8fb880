"""A whole night of the watch in a real browser, by its pages alone, with a clock that moves and a real mail server: an
alarm, an urgent message whose mail comes back, quiet said by both, a drill that turns real, the hand-over at eight."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyotp
import pytest
import uvicorn
from aiosmtpd.smtp import Envelope, Session
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import copied, onward
from tests.builders import edit
from tests.server.signing_in import invite
from tests.store.mail_server import MailRoom, mail_room
from tests.store.test_sign_in_accounts import PASSWORD
from trucewatch.desks import find, indexes
from trucewatch.model.roles import Role
from trucewatch.server.background import Background
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.watcher import Watcher
from trucewatch.store import Store
from trucewatch.store.mail_server import MailServer, keep_mail_server
from trucewatch.store.outbox import Outbox

EVENING: Final = datetime.fromisoformat("2031-05-02T20:50-02:00").astimezone(UTC)
NOBODY: Final = "550 5.1.1 no such mailbox"
pytestmark = pytest.mark.enable_socket
SAYS: Final = "Real smoke at the storage, “two” men came out & nobody drills <here>"


@dataclass
class NightClock:
    """The computer's clock of that night: it goes on by itself, and a test moves it forward."""

    ahead: timedelta = timedelta()
    begun_s: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return EVENING + self.ahead + timedelta(seconds=time.monotonic() - self.begun_s)

    def left_until(self, hour: str) -> timedelta:
        """How long it is to the next time that the watch's clock shows this hour."""
        now = self().astimezone(EVENING_ZONE)
        then = now.replace(hour=int(hour[:2]), minute=int(hour[3:]), second=0, microsecond=0)
        return (then if then > now else then + timedelta(days=1)) - now


EVENING_ZONE: Final = datetime.fromisoformat("2031-05-02T20:50-02:00").tzinfo


@dataclass
class NightWatch:
    """The console, the mail server, and the pages of who is signed in."""

    url: str
    clock: NightClock
    console: Console
    mails: MailRoom
    refused: set[str]
    """Addresses that the mail server knows nobody at."""
    pages: dict[str, Page] = field(default_factory=dict)

    def until(self, hour: str) -> None:
        """Let the night go on to an hour; everybody looks at a page now and then, so that no session ends."""
        left = self.clock.left_until(hour)
        while left > timedelta():
            step = min(left, timedelta(hours=3))
            self.clock.ahead += step
            left -= step
            for page in self.pages.values():
                assert page.request.get(f"{self.url}/me").status == 200

    def open(self, who: str, address: str) -> Page:
        page = self.pages[who]
        page.goto(f"{self.url}{address}")
        return page


@contextmanager
def console_served(folder: Path, clock: NightClock) -> Iterator[tuple[str, Console]]:
    """The console of a watch by this clock, with all that it does beside its pages."""
    with Store(folder, clock, desks=indexes()) as store:
        console = Console(store, folder, clock, find(), is_watched=True)
        watcher, background = Watcher(console), Background(console, every_s=0.5)
        server = uvicorn.Server(uvicorn.Config(app_of(console), port=0, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run)
        console.assessment()
        thread.start()
        while not server.started:
            time.sleep(0.05)
        watcher.start()
        background.start()
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}", console
        finally:
            console.hub.close()
            server.should_exit = True
            thread.join(timeout=30)
            watcher.stop()
            background.stop()
            console.close()


@contextmanager
def mails_served() -> Iterator[MailRoom]:
    """A mail server in a thread of its own: a loop runs in this one, which is the browser's."""
    rooms: list[MailRoom] = []
    is_open, is_over = threading.Event(), threading.Event()

    def run() -> None:
        with mail_room() as room:
            rooms.append(room)
            is_open.set()
            is_over.wait()

    thread = threading.Thread(target=run)
    thread.start()
    is_open.wait(timeout=30)
    try:
        yield rooms[0]
    finally:
        is_over.set()
        thread.join(timeout=30)


def signed_in(chromium: Browser, watch: NightWatch, name: str, login: str, role: Role, side: str = "") -> Page:
    """A browser in which somebody completed their account."""
    _, token = invite(watch.console, name, login, role, side=side)
    page = chromium.new_context(locale="en-GB", timezone_id="UTC").new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{watch.url}/sign-in/first?once={token}")
    for name_of_field in ("password", "again"):
        page.locator(f"#{name_of_field}").fill(PASSWORD)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(secret).at(int(watch.clock().timestamp())))
    with onward(page):
        page.get_by_role("button", name="Complete the account").click()
    with onward(page):
        page.get_by_role("link", name="I have them. Go on").click()
    return page


@pytest.fixture(scope="module")
def night(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NightWatch]:
    folder = copied("two-valleys", tmp_path_factory.mktemp("watch-night"))
    toml = (folder / "watch.toml").read_text("utf-8")
    line = next(each for each in toml.splitlines(keepends=True) if each.startswith("watch_time"))
    edit(folder / "watch.toml", line, "")
    # The clock jumps by hours; nobody is to sign in again for that.
    edit(folder / "watch.toml", "idle_minutes = 30", "idle_minutes = 240")
    edit(folder / "watch.toml", "shift_hours = 12", "shift_hours = 24")
    clock, refused = NightClock(), {"duty@lv.example"}

    async def recipient(_: Any, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if address in refused:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 OK"

    with mails_served() as mails, console_served(folder, clock) as (url, console):
        mails.handle_RCPT = recipient  # type: ignore[method-assign, assignment]
        server = MailServer(host="127.0.0.1", port=mails.port, security="none", sender="centre@jc.example")
        keep_mail_server(console.store.root / "private", server)
        outbox, keeper = Outbox(console.store), console.store.keys.person_reference("whoever owns the computer")
        for side in ("UV", "LV"):
            outbox.add_line(side, by=keeper, address=f"duty@{side.lower()}.example")
        watch = NightWatch(url, clock, console, mails, refused)
        watch.pages["wenda"] = signed_in(chromium, watch, "Wenda Tallbrook", "wenda", Role.ADMINISTRATOR)
        for name, login, role, side in (
            ("Tamsel Corrowby", "tamsel", Role.SHIFT_LEAD, "NI"),
            ("Bradoc Unthwick", "bradoc", Role.SHIFT_LEAD, "SI"),
            ("Kestor Amblegard", "kestor", Role.OFFICER, "SI"),
            ("Marrec Holloweth", "marrec", Role.LIAISON, "UV"),
            ("Orrin Skelmarsh", "orrin", Role.HEAD, "NI"),
        ):
            watch.pages[login] = signed_in(chromium, watch, name, login, role, side)
        yield watch
        for page in watch.pages.values():
            page.context.close()


def press(page: Page, button: str) -> None:
    with onward(page):
        page.get_by_role("button", name=button, exact=True).first.click()


def test_the_night_begins_with_a_shift_and_its_log(night: NightWatch) -> None:
    page = night.open("tamsel", "/shift")
    page.locator(".comers .row-line", has_text="Tamsel").locator("[name=on]").check()
    page.locator(".comers .row-line [name=on]").last.check()
    press(page, "Begin the shift")
    expect(page.locator("main h1")).to_contain_text("Shift SH-1")
    night.open("tamsel", "/shift/log")
    page.locator("[name=line], [name=words]").first.fill("Fog on the lower Sorrel.")
    with onward(page):
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Fog on the lower Sorrel.")


def test_a_caller_in_danger_rings_for_who_asked_to_be_told_and_stops_once_somebody_has_it(night: NightWatch) -> None:
    for who in ("tamsel", "kestor"):
        page = night.open(who, "/alarms/rules/new")
        page.locator("[name=name]").fill("Somebody in danger")
        page.locator("[name=about]").select_option("claims")
        press(page, "Keep the rule")
    lead, officer = night.open("tamsel", "/floor"), night.pages["kestor"]
    night.until("21:20")
    night.open("kestor", "/claims/new")
    take_down(officer, "civilian", "Lights over the bridge, shots, a man is hurt.", "21:17", "Middle Bridge", "shot")
    officer.locator("[name=in_danger]").select_option("yes")
    officer.locator("[name=may_tell]").select_option("yes")
    with onward(officer):
        officer.locator("#enter").click()
    rings = lead.locator("[data-alarm][data-rings]")
    expect(rings.first).to_be_visible(timeout=30_000)
    press(lead, "I have it")
    expect(lead.locator("[data-alarm][data-rings]")).to_have_count(0)
    night.open("kestor", "/alarms")
    expect(officer.locator("main")).to_contain_text("has it since")
    expect(officer.locator(".alarm-card.rings")).to_have_count(0)


def test_both_sides_are_told_in_one_second_and_a_mail_that_comes_back_is_no_silence(night: NightWatch) -> None:
    night.until("21:30")
    page = night.open("tamsel", "/urgent/new?about=claim:CL-1")
    shown = page.locator(".to-send")
    expect(shown).to_contain_text("21:15")
    for finer in ("a man is hurt", "21:17", "Lights"):
        expect(shown).not_to_contain_text(finer)
    press(page, "Send to both now")
    assert page.url.endswith("/urgent/UM-1")
    lower = page.locator(".recipient", has=page.locator("#to-LV"))
    expect(lower).to_contain_text("550", timeout=30_000)
    expect(page.locator(".recipient", has=page.locator("#to-UV"))).to_contain_text("sent", timeout=30_000)
    assert [mail["To"] for mail in night.mails.mails] == ["duty@uv.example"]
    expect(lower).not_to_contain_text("says that it is quiet")
    expect(lower).not_to_contain_text(re.compile("silent|no answer"))


def test_a_mail_that_came_back_is_tried_again_once_the_address_stands(night: NightWatch) -> None:
    night.refused.clear()
    page = night.open("orrin", "/outbox")
    with onward(page):
        page.get_by_role("button", name=re.compile("again", re.I)).first.click()
    deadline = time.monotonic() + 30
    while len(night.mails.mails) < 2 and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert [mail["To"] for mail in night.mails.mails] == ["duty@uv.example", "duty@lv.example"]
    assert night.mails.texts[0] == night.mails.texts[1], "the same text to both"
    lead = night.open("tamsel", "/urgent/UM-1")
    expect(lead.locator(".recipient", has=lead.locator("#to-LV"))).to_contain_text(
        re.compile(r"mail.*sent", re.I | re.S)
    )


def test_one_side_answers_at_its_page_and_the_other_by_telephone_and_both_say_quiet(night: NightWatch) -> None:
    night.until("21:36")
    liaison = night.open("marrec", "/urgent/own")
    press(liaison, "Acknowledge")
    page = night.open("tamsel", "/urgent/UM-1")
    page.locator("#step-read-out summary").click()
    page.locator("#step-read-out [name=to]").select_option("LV")
    press(page, "It was read out")
    page.locator("#step-acknowledge summary").click()
    page.locator("#step-acknowledge [name=to]").select_option("LV")
    press(page, "Enter the acknowledgement")
    night.until("21:58")
    night.open("marrec", "/urgent/own")
    press(liaison, "Say so to the centre")
    night.until("22:06")
    night.open("tamsel", "/urgent/UM-1")
    page.locator("#step-quiet summary").click()
    page.locator("#step-quiet [name=to]").select_option("LV")
    with onward(page):
        page.locator("#step-quiet button.main").click()
    expect(page.locator(".recipient", has=page.locator("#to-UV"))).to_contain_text("after the first report")
    expect(page.locator(".recipient", has=page.locator("#to-LV"))).to_contain_text("after the first report")
    press(page, "Close it")
    expect(page.locator("#now")).to_contain_text("closed")


def test_a_drill_turns_real_by_one_key_while_a_call_is_typed(night: NightWatch) -> None:
    night.until("22:25")
    page = night.open("tamsel", "/drills")
    page.locator("[name=label]").fill("Storage at Stonegate")
    press(page, "Begin the drill")
    for who in ("tamsel", "kestor", "marrec"):
        expect(night.open(who, "/me").locator("#drilling")).to_contain_text("Storage at Stonegate")
    officer = night.open("kestor", "/claims/new")
    take_down(officer, "party:UV", "Drill: an explosion at the storage.", "22:26", "Stonegate storage", "explosion")
    with onward(officer):
        officer.locator("#enter").click()
    expect(officer.locator("h1 .drill")).to_contain_text("DR-1")
    night.open("kestor", "/claims/new")
    expect(officer.locator("#of-drill")).to_be_visible()
    officer.locator("[name=speaker]").select_option("civilian")
    officer.locator("[name=says]").focus()
    officer.keyboard.type(SAYS)
    with onward(officer):
        officer.keyboard.press("F8")
    expect(officer.locator("h1")).to_contain_text("CL-3")
    expect(officer.locator("h1 .drill")).to_have_count(0)
    expect(officer.locator("main")).to_contain_text(SAYS)
    for who in ("tamsel", "marrec"):
        expect(night.open(who, "/me").locator("#drilling")).to_have_count(0)
    past = night.open("tamsel", "/drills").locator("#past")
    expect(past).to_contain_text("ended by something real")
    expect(past).to_contain_text("CL-3")
    expect(past).to_contain_text("1 claim")


def test_the_key_leaves_a_field_and_opens_the_form_of_a_call_from_any_page(night: NightWatch) -> None:
    page = night.open("tamsel", "/drills")
    page.locator("[name=label]").fill("The second one")
    press(page, "Begin the drill")
    page.locator("body").press("?")
    expect(page.locator("#keys")).to_contain_text("F8")
    page.keyboard.press("Escape")
    night.open("tamsel", "/claims")
    page.locator("[name=day]").focus()
    with onward(page):
        page.keyboard.press("F8")
    assert page.url.endswith("/claims/new")
    expect(page.locator("#drilling")).to_have_count(0)
    expect(page.locator("[name=is_drill]")).not_to_be_checked()


def test_the_shift_is_handed_over_at_eight_and_signed_by_who_comes(night: NightWatch) -> None:
    night.until("07:52")
    page = night.open("tamsel", "/shift/handover")
    expect(page.locator("main")).to_contain_text("UM-1")
    page.locator("[name=words]").fill("Shots at the bridge, both sides say quiet. A drill ended with a real call.")
    press(page, "Write it")
    assert "/shift/handover/H-1" in page.url
    night.until("08:00")
    comes = night.open("bradoc", "/shift/handover/H-1")
    expect(comes.locator("main")).to_contain_text("both sides say quiet")
    press(comes, "I have read it; the shift is mine")
    night.open("bradoc", "/shift/handover/H-1")
    expect(comes.locator("main")).not_to_contain_text("not signed")
    expect(night.open("bradoc", "/shift").locator("main h1")).to_contain_text("Shift SH-2")


def test_the_card_of_the_lines_prints_on_paper(night: NightWatch) -> None:
    page = night.open("bradoc", "/lines/add")
    page.locator("[name=function]").fill("Duty officer, Upper Valley")
    page.locator("[name=of]").select_option("UV")
    page.locator("[name=telephone]").fill("555-0141")
    with onward(page):
        page.locator("main form button.main").click()
    night.open("bradoc", "/lines/card")
    expect(page.locator("main")).to_contain_text("555-0141")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_grave_event_stands_at_the_head_of_the_board_and_of_the_daily_report(night: NightWatch) -> None:
    night.until("14:00")
    page = night.open("bradoc", "/claims/new")
    take_down(page, "agency:Halvane Relief", "Two of the crew were killed.", "13:40", "Middle Bridge", "harm")
    page.locator("[name=killed]").fill("2")
    with onward(page):
        page.locator("#enter").click()
    deadline = time.monotonic() + 60
    while not night.open("bradoc", "/floor").locator("text=2 killed").count() and time.monotonic() < deadline:
        page.wait_for_timeout(1000)
    text = page.locator("main").inner_text()
    assert "2 killed" in text
    assert text.index("2 killed") < text.index("came in") if "came in" in text else True


def take_down(page: Page, speaker: str, says: str, when: str, where: str, kind: str) -> None:
    """Fill the form of a call in."""
    page.locator("[name=speaker]").select_option(speaker)
    page.locator("[name=says]").fill(says)
    page.locator("[name=when]").fill(when)
    page.locator("[name=where]").fill(where)
    page.locator("[name=kind]").select_option(kind)
