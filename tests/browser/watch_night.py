"""What a whole night of the watch is played with: a clock that a test moves on, the console with all that it does
beside its pages, a real mail server, and people who signed in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pyotp
import uvicorn
from playwright.sync_api import Browser, Page

from tests.browser.conftest import onward
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

BEGINS: Final = datetime.fromisoformat("2031-05-02T20:50-02:00")
EVENING: Final = BEGINS.astimezone(UTC)
MOST_S: Final = 40.0
"""By how much the clock goes on by itself before it is moved: no minute turns while a test is at one, however slow the
computer is."""


@dataclass
class NightClock:
    """The computer's clock of that night: it goes on by itself within a minute, and a test moves it forward."""

    stands_at: datetime = EVENING
    since_s: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.stands_at + timedelta(seconds=min(time.monotonic() - self.since_s, MOST_S))

    def set_to(self, moment: datetime) -> None:
        self.stands_at, self.since_s = moment, time.monotonic()

    def next_time(self, hour: str) -> datetime:
        """The next moment at which the watch's clock shows this hour."""
        now = self().astimezone(BEGINS.tzinfo)
        then = now.replace(hour=int(hour[:2]), minute=int(hour[3:]), second=0, microsecond=0)
        return (then if then > now else then + timedelta(days=1)).astimezone(UTC)


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
        then = self.clock.next_time(hour)
        while (now := self.clock()) < then:
            self.clock.set_to(min(then, now + timedelta(hours=3)))
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
    page.set_default_timeout(30_000)
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
