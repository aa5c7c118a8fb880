"""The board of the floor on a busy night: `python -m benchmarks.floor`.

A thousand incidents, five hundred claims, fifty urgent messages, a hundred tasks, thirty complaints on record, all of
one night, on a copy of the invented watch. The server is the real one, in a process of its own, asked over loopback.
Beside it a night of a quarter of that, and the same night after a year with ten times as much of everything on record,
so that one sees what the board's time goes with.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.claims_entered import KINDS as CLAIMED
from benchmarks.console import Served, served
from benchmarks.figures import Figure

from trucewatch.cli.play_watch import of_a_desk
from trucewatch.desks import find, indexes
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.model.duty_task import StepTaken
from trucewatch.model.flash import Flash, FlashAct, FlashDraft, FlashRecipient
from trucewatch.model.spoken import SpokenTime
from trucewatch.pipeline.claim_entering import enter_claims
from trucewatch.pipeline.duty_tasking import TaskDraft, ask_task
from trucewatch.server.console import Console
from trucewatch.sources.spoken_where import gazetteer_of, read_where
from trucewatch.store import Store
from trucewatch.store.duty_task_records import step_record
from trucewatch.store.flash_records import FLASH, flash_act_record, flash_record
from trucewatch.store.outbox import FlashMail, Outbox
from trucewatch.watch import load_watch

Register, Registration = of_a_desk("operations", "Register"), of_a_desk("operations", "Registration")
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

    def times(self, factor: int) -> Busy:
        return Busy(*(number * factor for number in astuple(self)))

    def share(self, part: int) -> Busy:
        return Busy(*(number // part for number in astuple(self)))


BUSY: Final = Busy(incidents=1000, claims=500, flashes=50, tasks=100, complaints=30)


@dataclass(frozen=True)
class Span:
    """From when to when something came in."""

    begin: datetime
    lasting: timedelta

    def moment(self, number: int, count: int) -> datetime:
        return (self.begin + self.lasting * (number / count)).replace(microsecond=0)


OF_NIGHT: Final = Span(NIGHT, timedelta(hours=12))
YEAR_BEFORE: Final = Span(NIGHT - timedelta(days=366), timedelta(days=365))


def watch_of(folder: Path, busy: Busy, year: Busy | None = None) -> Path:
    """A copy of the invented watch with such a night on record, its list worked out. year: what came in over the year
    before it, all of which is over."""
    watch_folder = folder / "two-valleys"
    shutil.copytree(EXAMPLE, watch_folder, ignore=shutil.ignore_patterns(".trucewatch"))
    settings = (watch_folder / "watch.toml").read_text(encoding="utf-8")
    source = (
        '[[source]]\nid = "many"\nadapter = "observations"\nfiles = ["inbox/many*.csv"]\ntitle = '
        '{ en = "Many (simulated)" }\norganisation = "Simulated"\nsimulated = true\n\n'
    )
    settings = settings.replace('rule = "likelihood"', 'rule = "cylinder"\nradius_m = 20.0\ngap_hours = 0.01')
    (watch_folder / "watch.toml").write_text(settings.replace("[[source]]", source + "[[source]]", 1), encoding="utf-8")
    (watch_folder / "inbox" / "many.csv").write_text(_rows(busy.incidents, OF_NIGHT), encoding="utf-8")
    if year:
        (watch_folder / "inbox" / "many-year.csv").write_text(_rows(year.incidents, YEAR_BEFORE), encoding="utf-8")
    with Store(watch_folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        watch = load_watch(watch_folder)
        if year:
            _enter_all(store, watch, year, YEAR_BEFORE, is_over=True)
        _enter_all(store, watch, busy, OF_NIGHT)
        console = Console(store, watch_folder, lambda: datetime.now(UTC), find())
        console.assessment()
        console.close()
    return watch_folder


def _enter_all(store: Store, watch: Any, busy: Busy, span: Span, *, is_over: bool = False) -> None:
    enter_claims(store, watch, _claims(watch, busy.claims, span), by="analyst", now=NIGHT + timedelta(hours=12))
    _enter_flashes(store, watch, busy.flashes, span, is_over=is_over)
    _enter_tasks(store, watch, busy.tasks, span, is_over=is_over)
    for number in range(busy.complaints):
        received_at = span.moment(number, busy.complaints)
        register = Register(store, watch, received_at + timedelta(minutes=5))
        side = ("party:UV", "party:LV")[number % 2]
        register.register(Registration(sender=side, received_at=received_at, says="a film set"), by="analyst")
        if is_over:
            register.undo(f"C-{number + 1}", 0, by="analyst", reason="entered twice")


def _rows(count: int, span: Span) -> str:
    """So many reports, no two of them one event; every twentieth says that somebody was killed."""
    random = np.random.default_rng(5)
    seconds = np.sort(random.choice(int(span.lasting.total_seconds()), count, replace=False))
    begin = np.datetime64(span.begin.replace(tzinfo=None), "s") + seconds
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


def _claims(watch: Any, count: int, span: Span) -> list[ClaimDraft]:
    gazetteer = gazetteer_of(watch)
    where = read_where("2 km N of Stonegate", gazetteer)
    speakers = (Speaker("party", "UV"), Speaker("party", "LV"), Speaker("civilian"))
    drafts = []
    for number in range(count):
        at = span.moment(number, count)
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


def _enter_flashes(store: Store, watch: Any, count: int, span: Span, *, is_over: bool) -> None:
    """So many messages with a line by mail to each side. is_over: both said that it is quiet, and it was closed."""
    to = tuple(FlashRecipient(id=side, ways=("mail",)) for side in ("UV", "LV"))
    outbox, by = Outbox(store), store.keys.person_reference("analyst")
    for each in to if not outbox.lines() else ():
        outbox.add_line(each.id, by=by, address=f"duty@{each.id.casefold()}.example")
    ways, before = outbox.ways_out(to, {}), len(list(store.index.rows("SELECT 1 FROM entry WHERE schema = ?", FLASH)))
    mails = {each.id: FlashMail(subject="Urgent", text="Text", document={}) for each in to}
    for number in range(before + 1, before + count + 1):
        at = span.moment(number - before - 1, count)
        flash = _flash(number, at, to)
        records = [flash_record(flash)]
        records += outbox.flash_deliveries(flash.code, 0, mails, at, watch.settings, ways)
        for name, side in (("acknowledged", "UV"), ("acknowledged", "LV"), ("quiet", "UV"), ("quiet", "LV")):
            records += [flash_act_record(_act(number, name, at, side), drill=0, simulated=True)] if is_over else []
        records += [flash_act_record(_act(number, "closed", at), drill=0, simulated=True)] if is_over else []
        store.commit(records)


def _act(number: int, name: Any, at: datetime, side: str = "") -> FlashAct:
    at += timedelta(minutes=20)
    return FlashAct(entry=-1, flash=number, act=name, to=side, at=at, via="telephone", by="p-analyst", recorded_at=at)


def _flash(number: int, at: datetime, to: tuple[FlashRecipient, ...]) -> Flash:
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
    return Flash(
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


def _enter_tasks(store: Store, watch: Any, count: int, span: Span, *, is_over: bool) -> None:
    """So many tasks. is_over: each was done; else nobody has done one yet."""
    for number in range(count):
        at = span.moment(number, count)
        draft = TaskDraft(
            to=("party:UV", "party:LV")[number % 2],
            sort="ask",
            asks=f"Ask the post about call {number}",
            due=at + timedelta(minutes=45),
        )
        task = ask_task(store, watch, draft, by="analyst", now=at)
        if is_over:
            at += timedelta(minutes=30)
            step = StepTaken(
                entry=-1, task=task.number, step="done", at=at, known_at=at, recorded_at=at, by="p-analyst"
            )
            store.commit([step_record(step)])


@dataclass(frozen=True)
class Looked:
    """How long pages of the board took, and what the server worked for one."""

    again_s: list[float]
    after_call_s: list[float]
    same_s: list[float]
    works_again_s: float
    works_after_call_s: float


def _looked_at(busy: Busy, year: Busy | None = None) -> Looked:
    with tempfile.TemporaryDirectory() as folder, served(watch_of(Path(folder), busy, year)) as console:
        console.get("/floor?hours=12")
        _after_a_call(console, 0)
        begun_s = _cpu_s(console)
        again = console.seconds("/floor?hours=12", RUNS)
        works_again_s = (_cpu_s(console) - begun_s) / RUNS
        after_call, works_s = [], 0.0
        for number in range(RUNS):
            taken_s, cpu_s = _after_a_call(console, number + 1)
            after_call.append(taken_s)
            works_s += cpu_s
        page = console.get("/floor?hours=12").decode()
        address = re.search(r'hx-get="(/floor/board[^"]*)"', page)
        assert address
        same = console.seconds(address[1].replace("&amp;", "&"), RUNS)
    return Looked(again, after_call, same, works_again_s, works_s / RUNS)


def board() -> list[Figure]:
    """How long the board takes: looked at again, after something was entered, and for a page that is open already; then
    the same night after a year."""
    quarter, night = _looked_at(BUSY.share(4)), _looked_at(BUSY)
    after_year = _looked_at(BUSY, BUSY.times(10))
    note, year = _note(BUSY), "the same night, with ten times as much of everything on record over the year before it"
    ratio = float(np.median(night.after_call_s) / np.median(quarter.after_call_s))
    return [
        Figure("board of the floor, looked at again", tuple(night.again_s), "s", 0.2, note),
        Figure("board of the floor, what the server works for a page", (night.works_again_s,), "s", 0.2, note),
        Figure("board of the floor, after a call was taken down", tuple(night.after_call_s), "s", 0.2, note),
        Figure("board of the floor, what the server works for that", (night.works_after_call_s,), "s", 0.2, note),
        Figure("board of the floor, an open page asks and nothing changed", tuple(night.same_s), "s", 0.02, note),
        Figure(
            "board of the floor, busy night to a quarter of it",
            (ratio,),
            "times",
            4.0,
            "a night four times as busy; what is shown at once is the same",
        ),
        Figure("board of the floor after a year, looked at again", tuple(after_year.again_s), "s", 0.2, year),
        Figure("board of the floor after a year, after a call", tuple(after_year.after_call_s), "s", 0.2, year),
        Figure(
            "board of the floor after a year, what the server works for a page", (after_year.works_again_s,), "s", 0.2
        ),
        Figure(
            "board of the floor after a year, what the server works after a call",
            (after_year.works_after_call_s,),
            "s",
            0.2,
        ),
    ]


def _cpu_s(console: Served) -> float:
    """What the server has worked so far, whoever else works on the machine."""
    times = psutil.Process(console.process.pid).cpu_times()
    return float(times.user + times.system)


def _after_a_call(console: Served, number: int) -> tuple[float, float]:
    """The seconds until the board is there after a call was entered, and what the server worked for it."""
    fields = {"speaker": "party:UV", "received_at": "2031-05-03 23:30", "via": "telephone"}
    _enter(console, "/claims/new", fields | {"says": f"bangs, late call {number}"})
    begun, worked_s = time.perf_counter(), _cpu_s(console)
    console.get("/floor?hours=12")
    return time.perf_counter() - begun, _cpu_s(console) - worked_s


def _enter(console: Served, path: str, fields: dict[str, str]) -> None:
    """Send a form."""
    request = urllib.request.Request(
        console.url + path,
        data=urllib.parse.urlencode(fields).encode(),
        headers={"Cookie": console.cookie, "Origin": console.url},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


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
