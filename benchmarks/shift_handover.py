"""The hand-over of a busy night: `python -m benchmarks.shift_handover`.

What the program proposes of 12 hours with 40 claims, 60 lines of the log and 200 recorded acts more, and what a person
adds: from the page to the signed hand-over, by a scripted browser. Every field is reached with keys alone, as many as
it takes. Then the page of a log with 10,000 lines. Every claim and line is invented.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.console import served
from benchmarks.console_browser import ARGUMENTS
from benchmarks.figures import Figure, NotMeasurableError
from benchmarks.people_and_claims import KEY_MS

from trucewatch.cli.play_watch import of_a_desk
from trucewatch.desks import find, indexes
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.pipeline.claim_entering import enter_claims
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.assent_records import ASSENT
from trucewatch.store.shift_records import LINE, shift_now
from trucewatch.watch import load_watch

enter_line = of_a_desk("log_lines", "enter_line")
Asked, WatchLog = of_a_desk("log_rows", "Asked"), of_a_desk("log_rows", "WatchLog")
Comer, Shifts = of_a_desk("operations", "Comer"), of_a_desk("operations", "Shifts")
EXAMPLE: Final = ROOT / "examples" / "two-valleys"
CLAIMS: Final = 40
LINES: Final = 60
ACTS: Final = 200
LONG: Final = 10_000
RUNS: Final = 2
MOST_TABS: Final = 200
TOLD: Final = 4
"""Lines of the proposal that are marked as told in person."""
WORDS: Final = (
    "Both sides answered the line check at six. The generator at the post on Bridge Road runs until noon, then call "
    "the Water Board. CL-12 and CL-19 are most likely one event; nobody has asked the second village yet."
)
NOTES: Final = ("ask again at nine", "their liaison is away until ten")
REMARK: Final = "read with the patrol sheet; one radio is out"


def busy_night(folder: Path) -> Path:
    """A copy of the invented watch at the end of a busy shift."""
    watch_folder = folder / "two-valleys"
    shutil.copytree(EXAMPLE, watch_folder, ignore=shutil.ignore_patterns(".trucewatch"))
    with Store(watch_folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        console = Console(store, watch_folder, lambda: datetime.now(UTC), find())
        console.assessment()
        watch = load_watch(watch_folder)
        ends = watch.settings.watch_time or datetime.now(UTC)
        begun = Shifts(store, watch, ends - timedelta(hours=12))
        begun.begin([Comer(name="Ada Quince"), Comer(name="Ben Hollow")], by="analyst")
        draft = ClaimDraft(
            event=StatedEvent(kind="explosion"),
            words=ClaimWords(says="a bang"),
            speaker=Speaker("not_said"),
            via="telephone",
            received_at=ends - timedelta(hours=3),
        )
        enter_claims(store, watch, [draft] * CLAIMS, by="analyst", now=ends)
        for number in range(LINES):
            at = Shifts(store, watch, ends - timedelta(minutes=10 * (LINES - number)))
            enter_line(at, f"line check {number}, about CL-{1 + number % CLAIMS}", by="analyst", zone=watch.zone)
        store.commit([_act(store, number) for number in range(ACTS)])
        console.close()
    return watch_folder


def handover() -> list[Figure]:
    """From the page of the shift to the signed hand-over; a page of a long log."""
    return [*_written_and_signed(), *_long_log()]


def _written_and_signed() -> list[Figure]:
    program = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not program:
        raise NotMeasurableError("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    seconds, waits, keys_pressed, proposed = [], [], [], 0
    for _ in range(RUNS):
        with (
            tempfile.TemporaryDirectory() as folder,
            sync_playwright() as playwright,
            served(busy_night(Path(folder))) as console,
        ):
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
            name, _, session = console.cookie.partition("=")
            context.add_cookies([{"name": name, "value": session, "url": console.url}])
            page = context.new_page()
            begun = time.perf_counter()
            page.goto(f"{console.url}/shift/handover")
            waits.append(time.perf_counter() - begun)
            proposed = page.locator('input[name="told"]').count()
            keys = _Keys(page)
            _type_handover(keys, proposed)
            page.wait_for_url("**/shift/handover/H-*")
            page.wait_for_load_state()
            keys.press("Tab", "Enter")  # past the menu
            keys.tab_to('input[name="name"]')
            keys.type("Cleo Marsh")
            keys.tab_to('[name="remark"]')
            keys.type(REMARK)
            keys.press("Enter")
            page.wait_for_selector("text=is signed")
            keys_pressed.append(float(keys.pressed))
            seconds.append(time.perf_counter() - begun)
            chromium.close()
    typed = len(WORDS) + sum(map(len, NOTES)) + len(REMARK) + 20
    note = (
        f"{KEY_MS} ms a key, {typed} of them words; {proposed} lines proposed of {CLAIMS} claims, {LINES} lines of the "
        f"log and {ACTS} acts; reading is not counted"
    )
    return [
        Figure("a hand-over, from its page to the signature", tuple(seconds), "s", 300.0, note),
        Figure("a hand-over: keys that are no words, to reach every field", tuple(keys_pressed), "", None, note),
        Figure("a hand-over: the page of what is proposed", tuple(waits), "s", None, note),
    ]


class _Keys:
    """The keyboard of a page: nothing is reached in any other way. pressed: how many keys that are no words."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.wait_for_timeout(KEY_MS)
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words, delay=KEY_MS)

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is there. Ends the benchmark where it never comes."""
        for _ in range(MOST_TABS):
            self.press("Tab")
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise SystemExit(f"{MOST_TABS} times Tab led to no {selector}")


def _type_handover(keys: _Keys, proposed: int) -> None:
    keys.page.wait_for_function("document.activeElement.name === 'words'")
    keys.type(WORDS)
    keys.tab_to('input[name="name"]')
    keys.type("Ada Quince")
    for number in range(min(TOLD, proposed)):
        keys.tab_to('input[name="told"]')
        keys.press("Space")
        keys.tab_to('input[name^="note-"]')
        if number < len(NOTES):
            keys.type(NOTES[number])
    keys.press("Enter")


def _long_log() -> list[Figure]:
    first: list[float] = []
    again: list[float] = []
    search: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        watch_folder = busy_night(Path(folder))
        with Store(watch_folder, lambda: datetime.now(UTC), desks=indexes()) as store:
            shift, kinds = shift_now(store), Console(store, watch_folder, lambda: datetime.now(UTC), find()).kinds
            assert shift is not None
            words = store.keep_words("radio check with CL-7")
            store.commit([_line(shift.number, words) for _ in range(LONG)])
            log = WatchLog(store, kinds)
            for into in (first, again, again, again):
                store.commit([_line(shift.number, words)])
                begun = time.perf_counter()
                log.rows(log.entries(Asked(shift=shift.number))[:100])
                into.append(time.perf_counter() - begun)
            for _ in range(3):
                begun = time.perf_counter()
                log.entries(Asked(shift=shift.number, search="radio CL-7"))
                search.append(time.perf_counter() - begun)
    note = f"{LONG:,} lines under one shift"
    return [
        Figure("the watch log: a page, when it is first asked for", tuple(first), "s", None, note),
        Figure("the watch log: a page after one more line", tuple(again), "s", 0.05, note),
        Figure("the watch log: a search", tuple(search[1:]), "s", 0.5, note),
    ]


def _line(shift: int, words: str) -> dict[str, Any]:
    return {
        "schema": LINE,
        "shift": shift,
        "at": "2031-05-04T01:00:00Z",
        "words": words,
        "about": ["claim:CL-7"],
        "drill": 0,
        "simulated": True,
        "by": "p-x",
        "known_at": "2031-05-04T01:00:00Z",
    }


def _act(store: Store, number: int) -> dict[str, Any]:
    """An act that a desk recorded; of what kind does not matter here."""
    return {
        "schema": ASSENT,
        "subject": f"reply:C-{1 + number}:1",
        "of": "",
        "side": "NI",
        "role": "officer",
        "by": store.keys.person_reference("analyst"),
        "known_at": "2031-05-04T01:00:00Z",
    }


if __name__ == "__main__":
    for figure in handover():
        sys.stdout.write(
            f"{figure.name}: {figure.median:.4f} {figure.unit} (bound {figure.bound_words}; {figure.note})\n"
        )
