"""A shift as its people meet it: `python -m benchmarks.people_and_claims [people] [call] [letter]`.

Sixty people signed in on one process, each asking pages at a human pace beside a live feed; a call from the first key
to the record, by a scripted browser; a letter with 573 claims from its mail to the pairs. The server is the real one,
in a process of its own, on a copy of the invented watch; every account and claim is invented.
"""

from __future__ import annotations

import http.client
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pyotp
from benchmarks.claims_entered import KINDS
from benchmarks.console import Served, served
from benchmarks.console_browser import ARGUMENTS
from benchmarks.figures import Figure, NotMeasurableError

from trucewatch.desks import find, indexes
from trucewatch.model.roles import OF_A_DELEGATION, Role
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.role_records import enter_account_act, grant_role
from trucewatch.watch import load_watch

EXAMPLE = ROOT / "examples" / "two-valleys"
PEOPLE: Final = 60
WATCHED_S: Final = 120.0
PAUSE_S: Final = (10.0, 30.0)
"""Between two pages of one person: they read."""
PAGES: Final = ("/watch", "/claims", "/complaints", "/incidents", "/letters", "/ledger", "/me", "/agreement")
ROLES: Final = (Role.OFFICER, Role.SHIFT_LEAD, Role.ANALYST, Role.INTERPRETER, Role.AUDITOR)
PASSWORD: Final = "seven herons by the mill"
ROWS: Final = 573
KEY_MS: Final = 200
"""A key: somebody who types 60 words a minute needs 200 ms for each."""


@dataclass
class Colleague:
    """Somebody who is signed in, and what they waited for."""

    login: str
    secret: str
    cookie: str = ""
    sign_in_s: float = 0.0
    waits_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def watch_with_people(folder: Path, count: int) -> tuple[Path, list[Colleague]]:
    """A copy of the invented watch, its list worked out, and so many people with complete accounts."""
    watch_folder = folder / "two-valleys"
    shutil.copytree(EXAMPLE, watch_folder, ignore=shutil.ignore_patterns(".trucewatch"))
    now = datetime.now(UTC)
    colleagues = []
    with Store(watch_folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        console = Console(store, watch_folder, lambda: datetime.now(UTC), find())
        console.assessment()
        watch = load_watch(watch_folder)
        sides = sorted(watch.delegation_ids)
        owner = store.keys.person_reference("whoever owns the computer")
        heads = (Role.HEAD,) * len(sides)  # one for each delegation
        others = (ROLES[number % len(ROLES)] for number in range(count - 1 - len(heads)))
        roles = (Role.ADMINISTRATOR, *heads, *others)
        for number, role in enumerate(roles):
            login = f"person-{number}"
            reference = store.keys.person_reference(f"Person {number}")
            console.accounts.add(f"Person {number}", login, reference)
            enter_account_act(store, person=reference, act="added", by=reference, now=now)
            side = sides[number % len(sides)] if role in OF_A_DELEGATION else ""
            until_at = now + timedelta(days=30)
            grant_role(store, watch, person=reference, role=role, side=side, until_at=until_at, by=owner, now=now)
            token = console.accounts.invite(reference)
            secret = console.accounts.begin(token).secret
            # The code of the step before: the one of this moment is for signing in.
            console.accounts.complete(token, PASSWORD, pyotp.TOTP(secret).at(int(time.time()) - 30))
            colleagues.append(Colleague(login, secret))
        console.close()
    return watch_folder, colleagues


class Browser:
    """One connection of a browser, which keeps its cookie."""

    def __init__(self, url: str) -> None:
        self.host, _, port = url.removeprefix("http://").partition(":")
        self.connection = http.client.HTTPConnection(self.host, int(port), timeout=60)
        self.origin = url

    def ask(self, method: str, path: str, cookie: str = "", form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, cookie set, and where it leads."""
        headers = {"Accept": "text/html", "User-Agent": "Browser/1", "Origin": self.origin}
        if cookie:
            headers["Cookie"] = cookie
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        return answer.status, "; ".join(cookies), answer.getheader("location") or ""


def sign_in(console: Served, colleague: Colleague) -> None:
    browser = Browser(console.url)
    fields = {"login": colleague.login, "password": PASSWORD, "code": pyotp.TOTP(colleague.secret).now()}
    begun = time.perf_counter()
    status, cookie, where = browser.ask("POST", "/sign-in", form=fields)
    colleague.sign_in_s = time.perf_counter() - begun
    if status != 303 or not cookie:
        raise SystemExit(f"{colleague.login} was not let in: {status} {where}")
    colleague.cookie = cookie


def read_pages(console: Served, colleague: Colleague, until: float, seed: int) -> None:
    """A person who asks a page, reads it, asks the next."""
    chance, browser = random.Random(seed), Browser(console.url)
    time.sleep(chance.uniform(0.0, PAUSE_S[1]))
    while time.perf_counter() < until:
        path = chance.choice(PAGES)
        begun = time.perf_counter()
        status, _, _ = browser.ask("GET", path, colleague.cookie)
        if status == 200:
            colleague.waits_s.append(time.perf_counter() - begun)
        elif status != 403:
            colleague.faults.append(f"{path}: {status}")
        time.sleep(chance.uniform(*PAUSE_S))


def listen(console: Served, colleague: Colleague, ended: threading.Event) -> None:
    """The live feed of an open page."""
    browser = Browser(console.url)
    headers = {"Accept": "text/event-stream", "Cookie": colleague.cookie, "User-Agent": "Browser/1"}
    browser.connection.request("GET", "/live", headers=headers)
    answer = browser.connection.getresponse()
    while answer.status == 200 and not ended.is_set():
        if not answer.fp or not answer.readline():
            break


def people() -> list[Figure]:
    """Sixty people on one process: how long each waits to come in and for pages, and what the server holds."""
    with tempfile.TemporaryDirectory() as folder:
        watch, colleagues = watch_with_people(Path(folder), PEOPLE)
        time.sleep(30 - time.time() % 30)  # a code is good once, and those of the step before were used
        with served(watch) as console:
            for colleague in colleagues:
                sign_in(console, colleague)
            ended = threading.Event()
            for colleague in colleagues:
                threading.Thread(target=listen, args=(console, colleague, ended), daemon=True).start()
            for path in PAGES:
                Browser(console.url).ask("GET", path, colleagues[1].cookie)  # templates are compiled once
            until = time.perf_counter() + WATCHED_S
            reading = [
                threading.Thread(target=read_pages, args=(console, colleague, until, seed))
                for seed, colleague in enumerate(colleagues)
            ]
            for thread in reading:
                thread.start()
            for thread in reading:
                thread.join()
            memory_mb = console.memory_mb()
            ended.set()
    faults = [fault for colleague in colleagues for fault in colleague.faults]
    if faults:
        raise SystemExit(f"pages failed: {faults[:5]}")
    waits = [wait for colleague in colleagues for wait in colleague.waits_s]
    note = (
        f"{PEOPLE} sessions and as many live feeds on one process, each a page every {PAUSE_S[0]:.0f} to "
        f"{PAUSE_S[1]:.0f} s, {len(waits)} pages of {len(PAGES)} kinds; asked from the same machine"
    )
    sign_ins = tuple(colleague.sign_in_s for colleague in colleagues)
    return [
        Figure("people: to sign in, one after another", sign_ins, "s", 0.5, f"{PEOPLE} people, password and code"),
        Figure("people: a page, 95th of a hundred", (statistics.quantiles(waits, n=20)[-1],), "s", 0.3, note),
        Figure("people: a page, median", (statistics.median(waits),), "s", None, note),
        Figure("people: memory of the server", (memory_mb,), "MB", 600.0, note),
    ]


def call() -> list[Figure]:
    """A call from the key that opens it to its record, hands on the keyboard, in a real browser."""
    program = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not program:
        raise NotMeasurableError("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    says, when, where = "three bangs from the ridge, then smoke", "ten past ten", "2 km N of Ambermill"
    seconds, counts = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        watch = Path(folder) / "two-valleys"
        shutil.copytree(EXAMPLE, watch, ignore=shutil.ignore_patterns(".trucewatch"))
        with served(watch) as console:
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
            name, _, session = console.cookie.partition("=")
            context.add_cookies([{"name": name, "value": session, "url": console.url}])
            page = context.new_page()
            for _ in range(3):
                page.goto(f"{console.url}/ledger")
                keys = 0

                def press(*pressed: str, page: Any = page) -> None:
                    nonlocal keys
                    for key in pressed:
                        page.wait_for_timeout(KEY_MS)
                        page.keyboard.press(key)
                        keys += 1

                begun = time.perf_counter()
                press("c")
                page.wait_for_url("**/claims/new*")
                page.wait_for_function("document.activeElement.name === 'speaker'")
                press("1", "Tab", "Tab")
                page.keyboard.type(says, delay=KEY_MS)
                press("Tab")
                page.keyboard.type(when, delay=KEY_MS)
                press("Tab")
                page.keyboard.type(where, delay=KEY_MS)
                press("Tab", "e", "Tab", "3", "Control+Enter")
                page.wait_for_url("**/claims/CL-*")
                seconds.append(time.perf_counter() - begun)
                counts.append(float(keys))
            chromium.close()
    words = len(says) + len(when) + len(where)
    note = f"{KEY_MS} ms a key; {words} of the keys are the caller's words: what, when and where"
    return [
        Figure("a call, from the first key to the record", tuple(seconds), "s", 30.0, note),
        Figure("a call, keys beyond the caller's words", tuple(counts), "keys", 25.0, note),
    ]


def letter_text(rows: int) -> str:
    """A letter with so many claims around the towns of the example."""
    chance = random.Random(7)
    lines = ["To the Joint Commission", "", "We report what happened:", ""]
    words = {"explosion": "explosions", "shot": "shots", "burst": "bursts of fire", "overflight": "drones"}
    for number in range(1, rows + 1):
        clock = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}"
        place = (
            f"{chance.randrange(1, 40) / 10} km {chance.choice('NESW')} of {chance.choice(('Ambermill', 'Stonegate'))}"
        )
        lines.append(
            f"{number}. On {chance.choice((1, 2, 3))} May 2031 at {clock}, {chance.randrange(2, 9)} "
            f"{words[chance.choice(KINDS)]}, {place}."
        )
    return "\n".join(lines)


def letter() -> list[Figure]:
    """A letter with 573 claims: read, as its page has it; entered; its pairs among what the other side wrote."""
    from trucewatch.errors import TrucewatchError
    from trucewatch.model.claim_draft import ClaimDraft
    from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
    from trucewatch.pipeline.claim_entering import enter_claims
    from trucewatch.pipeline.claims_near import pairs
    from trucewatch.reader import end_readers, read_letter
    from trucewatch.sources.letter_claims import rows_of_letter
    from trucewatch.sources.spoken_when import read_when
    from trucewatch.sources.spoken_where import gazetteer_of, read_where

    text = letter_text(ROWS)
    reads, enters, matches = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        watch_folder = Path(folder) / "two-valleys"
        shutil.copytree(EXAMPLE, watch_folder, ignore=shutil.ignore_patterns(".trucewatch"))
        watch = load_watch(watch_folder)
        names = [name for town in watch.basemap.towns for name in town.names.values()]
        gazetteer, received_at = gazetteer_of(watch), datetime(2031, 5, 4, 1, 0, tzinfo=UTC)

        def drafts_of(speaker: Speaker, number: int) -> Sequence[ClaimDraft]:
            drafts, parts = [], read_letter(f"Subject: May\n\n{text}".encode())
            for row in rows_of_letter(parts.text, places=names).rows:
                when = where = None
                try:
                    when = read_when(row.when, received_at=received_at, zone=watch.zone, languages=("en",))
                    where = read_where(row.where, gazetteer)
                except TrucewatchError:
                    pass
                drafts.append(
                    ClaimDraft(
                        event=StatedEvent(kind=row.kind, when=when, where=where, count=row.count),
                        words=ClaimWords(says=row.words, when=row.when, where=row.where),
                        speaker=speaker,
                        via="letter",
                        received_at=received_at,
                        language="en",
                        letter=number,
                        row=row.number,
                    )
                )
            return drafts

        drafts_of(Speaker("party", "UV"), 1)  # the reader's process begins
        with Store(watch_folder, lambda: datetime.now(UTC), desks=indexes()) as store:
            others = ()
            for number, side in enumerate(("LV", "UV", "UV"), 1):
                begun = time.perf_counter()
                drafts = drafts_of(Speaker("party", side), number)
                reads.append(time.perf_counter() - begun)
                begun = time.perf_counter()
                claims = enter_claims(store, watch, drafts, by="analyst", now=received_at)
                enters.append(time.perf_counter() - begun)
                begun = time.perf_counter()
                matched = pairs(claims, others)
                matches.append(time.perf_counter() - begun)
                if len(claims) != ROWS or (others and not matched):
                    raise SystemExit(f"{len(claims)} claims, {len(matched)} pairs")
                others = (*others, *claims)
        end_readers()
    note = f"{ROWS} numbered items"
    return [
        Figure("a letter: read into rows with time and place", tuple(reads), "s", 3.0, note),
        Figure("a letter: its claims entered, durably", tuple(enters), "s", None, note),
        Figure(
            "a letter: pairs proposed", tuple(matches[1:]), "s", 5.0, f"{note}, against those of the letters before"
        ),
    ]


PARTS: Final = {"people": people, "call": call, "letter": letter}


def calls_and_letters() -> list[Figure]:
    return [*call(), *letter()]


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        for figure in PARTS[part]():
            sys.stdout.write(
                f"{figure.name}: {figure.median:.4f} {figure.unit} (bound {figure.bound_words}; {figure.note})\n"
            )
