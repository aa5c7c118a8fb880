"""The console in a real headless Chromium: a server in a process of its own, pages that may ask nobody else.

Without Chromium these tests skip and say so; `make test` as root installs it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright._impl._api_structures import SetCookieParam, ViewportSize
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from tests.conftest import ROOT
from tests.server.addresses import Busy, put_to_work
from tests.server.conftest import client_of
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.server.door import door_of
from trucewatch.store import Store

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]
VIEWPORT: Final[ViewportSize] = {"width": 1440, "height": 900}
WIDTHS = {"wide": (1440, 900), "middle": (1000, 800), "phone": (390, 844)}


@dataclass
class Served:
    """A console that runs, and the watch it shows. `address` opens it once."""

    url: str
    address: str
    folder: Path
    process: subprocess.Popen[str]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)


_LET_IN: list[SetCookieParam] = []
_WINDOWS: list[BrowserContext] = []


def let_in(served: Served) -> None:
    """Every window, open or to come, is one that opened this console's address."""
    door = door_of(served.folder, lambda: datetime.now(UTC))
    session = door.use(door.asked_token())
    assert session
    name = f"tw_door_{served.url.rpartition(':')[2]}"
    cookie: SetCookieParam = {"name": name, "value": session, "url": served.url, "httpOnly": True, "sameSite": "Strict"}
    _LET_IN.append(cookie)
    for context in _WINDOWS:
        context.add_cookies([cookie])


@contextmanager
def serving(folder: Path, *, port: int = 0) -> Iterator[Served]:
    """The console of a watch, on a free port or on this one, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "trucewatch", "serve", str(folder), "--port", str(port)],
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"is open at +(http://[0-9.:]+)(/door\?once=\S+)?", line):
            break
    else:
        pytest.fail("the console did not start:\n" + "".join(said))
    served = Served(found[1], found[1] + (found[2] or ""), folder, process)
    if found[2]:  # with accounts everybody signs in by themselves
        let_in(served)
    try:
        yield served
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
        process.stdout.close()


def copied(example: str, into: Path) -> Path:
    return Path(
        shutil.copytree(ROOT / "examples" / example, into / example, ignore=shutil.ignore_patterns(".trucewatch"))
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def valleys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The invented watch, to be looked at only."""
    with serving(copied("two-valleys", tmp_path_factory.mktemp("served"))) as served:
        yield served


@pytest.fixture(scope="session")
def karabakh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reference watch, to be looked at only."""
    with serving(copied("karabakh-2020", tmp_path_factory.mktemp("served"))) as served:
        yield served


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Busy]]:
    """The invented watch with work under way, so that every address has something to show; to be looked at only."""
    with busy_and_served("two-valleys", tmp_path_factory) as both:
        yield both


@pytest.fixture(scope="session")
def busy_aid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Busy]]:
    """The invented humanitarian instance with work under way; to be looked at only."""
    with busy_and_served("two-valleys-aid", tmp_path_factory) as both:
        yield both


@pytest.fixture
def there(request: pytest.FixtureRequest) -> tuple[Served, Busy]:
    """`busy` or `busy_aid`, by the example that a test names."""
    both: tuple[Served, Busy] = request.getfixturevalue("busy_aid" if request.param.endswith("-aid") else "busy")
    return both


@contextmanager
def busy_and_served(example: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Busy]]:
    """An example with work under way, and served."""
    folder = copied(example, tmp_path_factory.mktemp("busy"))
    with Store(folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        console = Console(store, folder, lambda: datetime.now(UTC), find())
        work = put_to_work(console, client_of(console))
    with serving(folder) as served:
        yield served, work


@pytest.fixture(scope="session")
def _opened_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented watch, after a first opening: half of what that takes is to read its files."""
    folder = copied("two-valleys", tmp_path_factory.mktemp("opened"))
    with Store(folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        console = Console(store, folder, lambda: datetime.now(UTC), find())
        console.assessment()
        console.close()
    return folder


@pytest.fixture
def own(tmp_path: Path, _opened_before: Path) -> Iterator[Served]:
    """An invented watch to be changed."""
    with serving(Path(shutil.copytree(_opened_before, tmp_path / _opened_before.name))) as served:
        yield served


@pytest.fixture(scope="module")
def _beside(tmp_path_factory: pytest.TempPathFactory, _opened_before: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("beside")
    with serving(Path(shutil.copytree(_opened_before, folder / _opened_before.name))) as served:
        yield served
    shutil.rmtree(folder)


@pytest.fixture
def beside(_beside: Served) -> Iterator[Served]:
    """A console beside which watches are begun: its own stays as it is, and what was begun goes with its test."""
    yield _beside
    for folder in _beside.folder.parent.iterdir():
        if folder != _beside.folder:
            shutil.rmtree(folder)


def until(page: Page, expression: str, *, within_s: float = 15.0) -> None:
    """Wait until an expression holds in the page. (Playwright's own way evaluates text there, which the policy
    forbids.)"""
    end = time.monotonic() + within_s
    while not page.evaluate(expression):
        if time.monotonic() > end:
            pytest.fail(f"it never came true within {within_s:g} s: {expression}")
        page.wait_for_timeout(100)


@contextmanager
def onward(page: Page) -> Iterator[None]:
    """What is done in this block leads to another page: go on when that one is whole and its scripts have begun.

    Without it the next step may still see the page before, and what was sent may be cut off by the step after.
    """
    with page.expect_navigation(wait_until="load", timeout=60_000):
        yield


@contextmanager
def words_late(page: Page) -> Iterator[None]:
    """The pages that are opened in this block get their words at its end."""
    late: list[Route] = []
    page.route("**/words.json*", lambda route: late.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    yield
    assert late
    for route in late:
        route.continue_()
    page.unroute("**/words.json*")


class Window:
    """A browser window that notes whatever a page asks of another host, and whatever goes wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        _WINDOWS.append(context)
        context.on("close", lambda closed: _WINDOWS.remove(closed))  # noqa: PLW0108 - Playwright marks its handlers
        if _LET_IN:
            context.add_cookies(_LET_IN)
        self.page: Page = context.new_page()
        self.asked: list[str] = []
        self.faults: list[str] = []
        context.on("request", lambda one: self.asked.append(one.url))
        context.on("weberror", lambda one: self.faults.append(str(one.error)))
        context.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        """An error that the page reports, with where it is."""
        if message.type == "error":
            self.faults.append(f"{message.text} {message.location['url']}")

    def open(self, address: str, *, map_ready: bool = True) -> Page:
        """A page, once it is whole: its fonts there, and its map at rest if it has one."""
        self.page.goto(address)
        self.page.evaluate("document.fonts.ready")
        if map_ready and self.page.locator("tw-map").count():
            self.page.wait_for_selector("tw-map[data-ready]", state="attached", timeout=30_000)
            self.page.wait_for_selector("tw-map [data-idle], tw-map[data-idle]", state="attached", timeout=30_000)
        return self.page

    def clear(self) -> None:
        """Leave nothing of what was done in it, but for files that its browser may keep for good. Every step is one
        that ends after a time, whatever the page does."""
        if self.page.url.startswith("http"):
            storage = self.context.new_cdp_session(self.page)
            origin = "/".join(self.page.url.split("/")[:3])
            storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
            storage.detach()
        self.page.goto("about:blank")
        self.page.set_viewport_size(VIEWPORT)
        self.page.emulate_media(media="null", color_scheme="light", reduced_motion="reduce", forced_colors="null")
        self.context.clear_cookies()
        self.context.add_cookies(_LET_IN)
        self.asked.clear()
        self.faults.clear()

    def check(self) -> None:
        outside = [one for one in self.asked if not re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", one)]
        assert outside == [], "a page asked another host"
        assert self.faults == [], "something went wrong in a page"


def without_patrols(window: Window, own: Served) -> tuple[Page, Callable[[], object]]:
    """The Watch page of the invented watch as it was before the patrols' reports came, and what lets them come."""
    patrols = own.folder / "inbox" / "simulated-patrols.csv"
    kept = patrols.read_bytes()
    head, first, *_ = kept.splitlines(keepends=True)
    page = window.open(f"{own.url}/watch")
    incidents = "fetch('/api/state').then(one => one.json()).then(one => one.incidents)"
    whole = page.evaluate(incidents)
    patrols.write_bytes(head + first)
    until(page, f"{incidents}.then(number => number < {whole})", within_s=60)
    page.reload()
    page.wait_for_selector("tw-map[data-ready]", state="attached")
    return page, lambda: patrols.write_bytes(kept)


def _new_window(chromium: Browser) -> Window:
    context = chromium.new_context(
        viewport=VIEWPORT, color_scheme="light", reduced_motion="reduce", locale="en-GB", timezone_id="UTC"
    )
    return Window(context)


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """A window of 1440 × 900, light; `@pytest.mark.parametrize` over `window` is not needed: resize its page
    instead."""
    opened = _new_window(chromium)
    yield opened
    opened.check()
    opened.context.close()


@dataclass
class Kept:
    """The window that tests hand on, while there is one that is as good as new."""

    window: Window | None = None


@pytest.fixture(scope="session")
def kept() -> Kept:
    return Kept()


@pytest.fixture
def kept_window(chromium: Browser, kept: Kept) -> Iterator[Window]:
    """The same for pages that are looked at only, handed on from test to test without what the last one left: most of
    what a small page takes is the processes of a new window, and the scripts and fonts that it reads again."""
    opened, kept.window = kept.window or _new_window(chromium), None
    yield opened
    try:
        opened.check()
        opened.clear()
        kept.window = opened
    finally:
        if kept.window is None:
            opened.context.close()
