"""A humanitarian instance by keyboard alone: `python -m benchmarks.aid_by_keyboard [request] [notification]`.

A request entered and promised, and a notification of a movement entered, told to both sides and acknowledged by one, by
a scripted browser with 200 ms a key. The server is the real one, in a process of its own, on a copy of the invented
instance; every organisation is invented.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.console import served
from benchmarks.console_browser import ARGUMENTS
from benchmarks.figures import Figure, NotMeasurableError

EXAMPLE: Final = ROOT / "examples" / "two-valleys-aid"
KEY_MS: Final = 200
"""A key: somebody who types 60 words a minute needs 200 ms for each."""
MOST_TABS: Final = 80
RUNS: Final = 3


class Keyboard:
    """One page and the keys that somebody presses on it, each counted and waited for."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self._url, self.keys = page, url, 0

    def open(self, address: str) -> None:
        """Where somebody begins; no key of theirs."""
        self.page.goto(f"{self._url}{address}")
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.wait_for_timeout(KEY_MS)
            self.page.keyboard.press(key)
            self.keys += 1

    def to(self, condition: str) -> None:
        """Tab on until the element `e` that has the focus is the one that is meant, by a condition in JavaScript."""
        script = f"(() => {{ const e = document.activeElement; return Boolean(e && ({condition})); }})()"
        for _ in range(MOST_TABS):
            if self.page.evaluate(script):
                return
            self.press("Tab")
        raise NotMeasurableError(f"no {MOST_TABS} tabs lead to {condition} on {self.page.url}")

    def fill(self, name: str, text: str) -> None:
        """A text, or the first letters of what is chosen from a list."""
        self.to(f"e.name === '{name}'")
        self.press(*text)

    def tick(self, name: str, value: str) -> None:
        self.to(f"e.name === '{name}' && e.value === '{value}'")
        self.press("Space")

    def follow(self, path: str) -> None:
        """A link on the page, by its address; from the page's content on, as the first link of a page skips to it."""
        self.page.evaluate("document.activeElement.blur()")
        self.press("Tab", "Enter")
        self.to(f"(e.getAttribute('href') || '').includes('{path}')")
        self.press("Enter")
        self.page.wait_for_url(f"**{path}*")

    def enter_form(self, leads_to: str) -> None:
        """See what will be entered, and enter it."""
        self.to("e.id === 'look'")
        self.press("Enter")
        self.page.wait_for_selector("#confirm, .error")
        if faults := self.page.locator("[id^=fault-], div.error").all_inner_texts():
            names = self.page.eval_on_selector_all("[id^=fault-]", "all => all.map(e => e.id)")
            raise NotMeasurableError(f"the form was refused: {names} {faults}")
        self.page.wait_for_load_state()
        self.to("e.id === 'confirm'")
        self.press("Enter")
        self.page.wait_for_url(leads_to)


def _request(keyboard: Keyboard) -> None:
    keyboard.open("/requests")
    keyboard.follow("/requests/new")
    for name, text in (
        ("organisation", "Hal"),
        ("kind", "bl"),
        ("quantity", "400"),
        ("unit", "p"),
        ("district", "Ke"),
        ("by", "2031-05-06"),
        ("what", "wool"),
    ):
        keyboard.fill(name, text)
    keyboard.enter_form("**/requests/RQ-*")
    keyboard.follow("/add/promise")
    keyboard.fill("organisation", "La")
    keyboard.fill("quantity", "150")
    keyboard.enter_form("**/requests/RQ-*")


def _notification(keyboard: Keyboard) -> None:
    keyboard.open("/notifications")
    keyboard.follow("/notifications/movements/new")
    for name, text in (
        ("organisation", "Gr"),
        ("from_district", "Ke"),
        ("to_district", "Lo"),
        ("route", "the river road"),
        ("leaves_at", "2031-05-07 06:00"),
        ("arrives_at", "2031-05-07 12:00"),
        ("vehicles", "3"),
    ):
        keyboard.fill(name, text)
    keyboard.tick("vehicle_kinds", "lorries")
    keyboard.fill("staff", "7")
    keyboard.fill("purpose", "re")
    keyboard.tick("itself", "LV")
    keyboard.tick("itself", "UV")
    keyboard.enter_form("**/notifications/movements/MV-*")
    keyboard.follow("/notifications/send/")
    keyboard.fill("way-LV", "as")
    keyboard.fill("way-UV", "as")
    keyboard.to("e.tagName === 'BUTTON' && e.classList.contains('main')")
    keyboard.press("Enter")
    keyboard.page.wait_for_url("**/notifications/movements/MV-*")
    keyboard.follow("/add/notice_answer")
    keyboard.fill("side", "L")
    keyboard.fill("answer", "a")
    keyboard.fill("way", "by t")
    keyboard.enter_form("**/notifications/movements/MV-*")


@contextmanager
def _browsing() -> Iterator[Keyboard]:
    program = shutil.which("chromium")
    if program is None:
        raise NotMeasurableError("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        watch = Path(folder) / EXAMPLE.name
        shutil.copytree(EXAMPLE, watch, ignore=shutil.ignore_patterns(".trucewatch"))
        with served(watch) as console:
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
            name, _, session = console.cookie.partition("=")
            context.add_cookies([{"name": name, "value": session, "url": console.url}])
            yield Keyboard(context.new_page(), console.url)
            chromium.close()


def _measured(what: str, most_s: float, way: Callable[[Keyboard], None]) -> list[Figure]:
    seconds, counts = [], []
    with _browsing() as keyboard:
        for _ in range(RUNS):
            begun = time.perf_counter()
            way(keyboard)
            seconds.append(time.perf_counter() - begun)
            counts.append(float(keyboard.keys))
    note = f"{KEY_MS} ms a key; keyboard alone, from the list to the page that shows it"
    return [
        Figure(what, tuple(seconds), "s", most_s, note),
        Figure(f"{what}, keys", tuple(counts), "keys", None, note),
    ]


def measure_request() -> list[Figure]:
    """A request entered and promised: at most a minute."""
    return _measured("a request entered and promised", 60.0, _request)


def measure_notification() -> list[Figure]:
    """A notification entered, told to both sides and acknowledged by one: at most three minutes."""
    return _measured("a notification entered, sent and acknowledged", 180.0, _notification)


PARTS: Final[dict[str, Callable[[], list[Figure]]]] = {
    "request": measure_request,
    "notification": measure_notification,
}


def by_keyboard() -> list[Figure]:
    """All of it, for `run.py`."""
    return [figure for measure in PARTS.values() for figure in measure()]


def main(names: list[str]) -> None:
    for name in names or list(PARTS):
        for figure in PARTS[name]():
            print(figure)


if __name__ == "__main__":
    main(sys.argv[1:])
