"""A night's thirty findings by two officers, hands on the keyboard: `python -m benchmarks.thirty_findings [findings]`.

Each officer has a browser with a key that their head entered, reads every finding in its row, answers it with one key,
and signs all as one act; of fifteen findings the first officer disputes one and abstains from one. The server is the
real one, on a copy of the invented watch.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.console import make_watch
from benchmarks.figures import Figure, NotMeasurableError

from trucewatch.cli.play_night import give_accounts, night_of
from trucewatch.desks import find, indexes
from trucewatch.pipeline.review_acts import put_to_review
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import load_watch

FINDINGS: Final = 30
KEY_MS: Final = 200
"""A key: somebody who types 60 words a minute needs 200 ms for each."""
READING_S: Final = 8.0
"""What an officer is given to read one finding. It is counted and not waited for."""
MOST_TABS: Final = 400
VERSION: Final = "two shots, no blast"
"""What a dissent says to each of the three questions."""


class Officer:
    """One page, and the keys that are pressed on it: each is counted and waited for."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self._url, self.keys = page, url, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.wait_for_timeout(KEY_MS)
            self.page.keyboard.press(key)
            self.keys += 1

    def tab_to(self, condition: str, key: str = "Tab") -> None:
        """Until the element `e` that has the focus is one for which a condition in JavaScript holds."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(f"(() => {{ const e = document.activeElement; return Boolean({condition}); }})()"):
                return
            self.press(key)
        raise NotMeasurableError(f"{MOST_TABS} times {key} led to no {condition}")

    def told(self, words: str) -> None:
        """Wait until the page's script says this."""
        said = self.page.locator("[data-review-status]").filter(has_text=words)
        said.first.wait_for(timeout=120_000)

    def judge(self, count: int, *, disputes: bool) -> float:
        """All that waits, read and answered, and signed as one act; the seconds, reading apart."""
        self.page.goto(f"{self._url}/review")
        self.page.wait_for_selector("[data-review-list] [data-review-line]", state="attached")
        begun = time.perf_counter()
        for number in range(count):
            self.press("j", "Enter")
            self.page.locator("li:has(a:focus) form[data-review-form]").wait_for(timeout=60_000)
            if disputes and number % 15 == 7:
                self._dissent()
            else:
                self.press("a" if disputes and number % 15 == 11 else "c")
        self.tab_to("e.matches('[data-review-list] [data-review-sign]')")
        self.press("Enter")
        self.told("sealed and entered")
        return time.perf_counter() - begun

    def _dissent(self) -> None:
        self.press("d")
        for question in ("happened", "what", "where_when"):
            self.tab_to(f"e.name === 'version-{question}'")
            self.press(*VERSION)
        self.tab_to("!e.matches('textarea, select, input:not([type=radio], [type=checkbox])')")


def figures_of(count: int = FINDINGS) -> list[Figure]:
    """The figures of this part."""
    with _both(count) as (first, second):
        taken = [first.judge(count, disputes=True), second.judge(count, disputes=False)]
        begun = time.perf_counter()
        first.page.reload()
        first.told("opened")
        opened = time.perf_counter() - begun
    reading = count * READING_S
    whole = max(taken) + reading
    note = (
        f"the slower of the two, who work at once; {KEY_MS} ms a key, and {READING_S:g} s to read each, which are "
        f"counted and not waited for; {count // 15} dissents with {3 * len(VERSION)} letters, {count // 15} abstentions"
    )
    keys = f"{first.keys} and {second.keys}"
    return [
        Figure(f"{count} findings by two officers", (whole,), "s", 900.0, note),
        Figure("the same by one officer after the other", (sum(taken) + 2 * reading,), "s", 900.0, note),
        Figure("keys of both officers", (float(first.keys + second.keys),), "keys", None, keys),
        Figure("without reading: the slower officer", (max(taken),), "s", None, "keys, pages, sealing, signing"),
        Figure(
            "what was sealed, opened by the first officer’s browser", (opened,), "s", None, "until the page says so"
        ),
    ]


@contextmanager
def _both(count: int) -> Iterator[tuple[Officer, Officer]]:
    """An officer of each delegation, signed in, with a key in force, before findings that wait."""
    from tests.browser.conftest import ARGUMENTS, CHROMIUM, serving
    from tests.browser.test_a_night import enrolled
    from tests.browser.test_two_keys import make_key

    if CHROMIUM is None:
        raise NotMeasurableError("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="night-") as folder, sync_playwright() as playwright:
        watch, links = _night(Path(folder), count)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with serving(watch) as served:
            pages = {login: enrolled(chromium, served, links[login]) for login in ("ilva", "orrin", "kestor", "ysenne")}
            for officer, head in (("ilva", "orrin"), ("kestor", "ysenne")):
                pages[officer].once("dialog", lambda dialog: dialog.accept())
                make_key(pages[officer], pages[head], served)
            yield Officer(pages["ilva"], served.url), Officer(pages["kestor"], served.url)
        chromium.close()


def _night(folder: Path, count: int) -> tuple[Path, dict[str, str]]:
    """A watch with so many findings under review, and the addresses with which its people complete their accounts."""
    place = make_watch(folder, incidents=2 * count)
    night = night_of(place)
    assert night is not None
    with Store(place, lambda: datetime.now(UTC), desks=indexes()) as store:
        console = Console(store, place, lambda: datetime.now(UTC), find())
        assessment = console.assessment()
        watch = load_watch(place)
        rows = assessment.recorded_findings.select(["finding_id", "incident_id"]).to_pylist()
        names = [row["finding_id"] for row in rows if row["incident_id"]][-count:]
        now = watch.settings.watch_time or datetime.now(UTC)
        put_to_review(store, assessment, names, by="analyst", now=now)
        links = {login: address for login, _, address in give_accounts(store, watch, night, place)}
        console.close()
    return place, links


def main(arguments: list[str]) -> None:
    for figure in figures_of(int(arguments[0]) if arguments else FINDINGS):
        bound = "" if figure.bound is None else f" (bound {figure.bound:g}: {'holds' if figure.holds else 'MISSED'})"
        sys.stdout.write(f"{figure.name}: {figure.median:.4f} {figure.unit}{bound} [{figure.note}]\n")


if __name__ == "__main__":
    main(sys.argv[1:])
