"""The board of the floor on a busy night: `python -m benchmarks.floor`.

A thousand incidents, five hundred claims, fifty urgent messages, a hundred tasks, thirty complaints on record, all of
one night, on a copy of the invented watch. The server is the real one, in a process of its own, asked over loopback.
Beside it a night of a quarter of that, so that one sees what the board's time goes with.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.claims_entered import KINDS as CLAIMED
from benchmarks.console import Served, served
from benchmarks.figures import Figure

from trucewatch.desks import find, indexes
from trucewatch.desks.complaints.operations import Register, Registration
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.model.flash import Flash, FlashDraft, FlashRecipient
from trucewatch.model.spoken import SpokenTime
from trucewatch.pipeline.claim_entering import enter_claims
from trucewatch.pipeline.duty_tasking import TaskDraft, ask_task
from trucewatch.server.console import Console
from trucewatch.sources.spoken_where import gazetteer_of, read_where
from trucewatch.store import Store
from trucewatch.store.flash_records import flash_record
from trucewatch.watch import load_watch

EXAMPLE: Final = ROOT / "examples" / "two-valleys"
NIGHT: Final = datetime(2031, 5, 3, 14, 0, tzinfo=UTC)
"""From here on for twelve hours, up to the clock of the example."""
SENSED: Final = ("explosion", "shot", "burst", "movement", "flare")
RUNS: Final = 15


@dataclass(frozen=True)
class Busy:
    """How much there is of a night."""

    incidents: int
    claims: int
    flashes: int
    tasks: int
    complaints: int

    def share(self, part: int) -> Busy:
        return Busy(
            *(number // part for number in (self.incidents, self.claims, self.flashes, self.tasks, self.complaints))
        )


BUSY: Final = Busy(incidents=1000, claims=500, flashes=50, tasks=100, complaints=30)


def watch_of(folder: Path, busy: Busy) -> Path:
    """A copy of the invented watch with such a night on record, its list worked out."""
    watch_folder = folder / "two-valleys"
    shutil.copytree(EXAMPLE, watch_folder, ignore=shutil.ignore_patterns(".trucewatch"))
    settings = (watch_folder / "watch.toml").read_text(encoding="utf-8")
    source = (
        '[[source]]\nid = "many"\nadapter = "observations"\nfiles = ["inbox/many*.csv"]\ntitle = '
        '{ en = "Many (simulated)" }\norganisation = "Simulated"\nsimulated = true\n\n'
    )
    settings = settings.replace('rule = "likelihood"', 'rule = "cylinder"\nradius_m = 20.0\ngap_hours = 0.01')
    (watch_folder / "watch.toml").write_text(settings.replace("[[source]]", source + "[[source]]", 1), encoding="utf-8")
    (watch_folder / "inbox" / "many.csv").write_text(_rows(busy.incidents), encoding="utf-8")
    with Store(watch_folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        watch = load_watch(watch_folder)
        now = NIGHT + timedelta(hours=12)
        enter_claims(store, watch, _claims(watch, busy.claims), by="analyst", now=now)
        store.commit([flash_record(each) for each in _flashes(busy.flashes)])
        _enter_tasks(store, watch, busy.tasks)
        register = Register(store, watch, now)
        for number in range(busy.complaints):
            received_at = NIGHT - timedelta(hours=2 * number)
            side = ("party:UV", "party:LV")[number % 2]
            register.register(Registration(sender=side, received_at=received_at, says="a film set"), by="analyst")
        console = Console(store, watch_folder, lambda: datetime.now(UTC), find())
        console.assessment()
        console.close()
    return watch_folder


def _rows(count: int) -> str:
    """So many reports of the night, no two of them one event; every twentieth says that somebody was killed."""
    random = np.random.default_rng(5)
    begin = np.datetime64("2031-05-03T14:00:00") + np.sort(random.choice(12 * 3600, count, replace=False))
    lons, lats = random.uniform(-25.5, -24.4, count), random.uniform(-35.4, -34.7, count)
    head = (
        "means,kind,occurred_start,occurred_end,time_sd_s,lon,lat,semi_major_m,semi_minor_m,major_azimuth_deg,"
        "count_min,count_best,count_max,killed_min,killed_best,killed_max,simulated,known_at,text"
    )
    lines = [head]
    for n in range(count):
        killed = "2,2,2" if n % 20 == 0 else ",,"
        lines.append(
            f"patrol,{SENSED[n % len(SENSED)]},{begin[n]}Z,{begin[n]}Z,5,{lons[n]:.5f},{lats[n]:.5f},200,100,{n % 180},"
            f"1,1,2,{killed},true,{begin[n]}Z,Simulated: benchmark row {n}"
        )
    return "\n".join(lines) + "\n"


def _claims(watch: Any, count: int) -> list[ClaimDraft]:
    gazetteer = gazetteer_of(watch)
    where = read_where("2 km N of Stonegate", gazetteer)
    speakers = (Speaker("party", "UV"), Speaker("party", "LV"), Speaker("civilian"))
    drafts = []
    for number in range(count):
        at = NIGHT + timedelta(seconds=number * 12 * 3600 / count)
        drafts.append(
            ClaimDraft(
                event=StatedEvent(kind=CLAIMED[number % 4], when=SpokenTime(start=at, end=at), where=where),
                words=ClaimWords(says=f"bangs from the ridge, call {number}", when="just now", where="2 km N"),
                speaker=speakers[number % 3],
                via="telephone",
                received_at=at + timedelta(seconds=30),
                language="en",
            )
        )
    return drafts


def _flashes(count: int) -> list[Flash]:
    to = tuple(FlashRecipient(id=side) for side in ("UV", "LV"))
    flashes = []
    for number in range(1, count + 1):
        at = NIGHT + timedelta(minutes=number * 12)
        draft = FlashDraft(
            about=(f"claim:CL-{number}",),
            matter="fire",
            place=None,
            quarter=(at, at + timedelta(minutes=15)),
            reporter="party",
            reporter_id="UV",
            first_report=at,
            asks=("stop", "answer"),
            answer_by=at + timedelta(minutes=30),
            simulated=True,
        )
        flashes.append(
            Flash(
                number=number,
                entry=-1,
                by="p-analyst",
                sent_at=at,
                queued_at=at,
                draft=draft,
                to=to,
                parties=("UV", "LV"),
                texts={"UV": "w-x", "LV": "w-x"},
                text_hash="w-x",
            )
        )
    return flashes


def _enter_tasks(store: Store, watch: Any, count: int) -> None:
    """So many tasks that nobody has done yet."""
    for number in range(count):
        at = NIGHT + timedelta(minutes=7 * number)
        draft = TaskDraft(
            to=("party:UV", "party:LV")[number % 2],
            sort="ask",
            asks=f"Ask the post about call {number}",
            due=at + timedelta(minutes=45),
        )
        ask_task(store, watch, draft, by="analyst", now=at)


def board() -> list[Figure]:
    """How long the board takes: looked at again, after something was entered, and for a page that is open already."""
    medians, figures = [], list[Figure]()
    for busy in (BUSY.share(4), BUSY):
        with tempfile.TemporaryDirectory() as folder:
            watch = watch_of(Path(folder), busy)
            with served(watch) as console:
                console.get("/floor?hours=12")
                again = console.seconds("/floor?hours=12", RUNS)
                changed = [_after_a_call(console, number) for number in range(RUNS)]
                page = console.get("/floor?hours=12").decode()
                asked = re.search(r'hx-get="(/floor/board[^"]*)"', page)
                assert asked
                same = console.seconds(asked[1].replace("&amp;", "&"), RUNS)
        medians.append(float(np.median(changed)))
        figures = [
            Figure("board of the floor, looked at again", tuple(again), "s", 0.2, _note(busy)),
            Figure("board of the floor, after a call was taken down", tuple(changed), "s", 0.2, _note(busy)),
            Figure("board of the floor, an open page asks and nothing changed", tuple(same), "s", 0.02, _note(busy)),
        ]
    ratio = medians[1] / medians[0]
    note = "a night four times as busy; what is shown at once is the same"
    return [*figures, Figure("board of the floor, busy night to a quarter of it", (ratio,), "times", 4.0, note)]


def _after_a_call(console: Served, number: int) -> float:
    fields = {
        "speaker": "party:UV",
        "says": f"bangs, late call {number}",
        "received_at": "2031-05-03 23:30",
        "via": "telephone",
    }
    request = urllib.request.Request(
        f"{console.url}/claims/new",
        data=urllib.parse.urlencode(fields).encode(),
        headers={"Cookie": console.cookie, "Origin": console.url},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    begun = time.perf_counter()
    console.get("/floor?hours=12")
    return time.perf_counter() - begun


def _note(busy: Busy) -> str:
    return (
        f"{busy.incidents:,} incidents, {busy.claims} claims, {busy.flashes} urgent messages, {busy.tasks} tasks, "
        f"{busy.complaints} complaints within 12 hours"
    )


if __name__ == "__main__":
    for figure in board():
        sys.stdout.write(
            f"{figure.name}: {figure.median:.4f} {figure.unit} (bound {figure.bound_words}; {figure.note})\n"
        )
