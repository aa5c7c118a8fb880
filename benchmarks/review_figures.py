"""What two keys cost: `python -m benchmarks.review_figures [findings]`.

A position from the form to the disk, its opening, the queue and the check of ten thousand reviewed findings, and the
bundle of a finding. The server and the inspector are the real ones, each in a process of its own; everything put and
said is invented.
"""

from __future__ import annotations

import csv
import gc
import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.console import MEANS, make_watch, served, settle
from benchmarks.figures import Figure, as_installed, seconds_of
from benchmarks.reviewed_watch import SIDES, Officer, ReviewedWatch, opened, reviewed_watch

from trucewatch.cli import OBJECTS_BETWEEN_LOOKS
from trucewatch.cli.play_watch import of_a_desk
from trucewatch.ledger.position import opened_document
from trucewatch.model.roles import Role
from trucewatch.pipeline import review_acts as acts
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.store.assent_records import ASSENT

REVIEWED: Final = 10_000
WAITING: Final = 60
RUNS: Final = 10
MEMBERS: Final = 20
CYLINDER: Final = 'rule = "cylinder"\nradius_m = 20.0\ngap_hours = 0.01'
DAYS: Final = 365
INSPECTOR: Final = ROOT / "src" / "trucewatch" / "ledger" / "inspector.py"


def figures_of(reviewed: int = REVIEWED) -> list[Figure]:
    """The figures of this part."""
    with tempfile.TemporaryDirectory(prefix="review-") as folder:
        with reviewed_watch(Path(folder), reviewed, waiting=WAITING) as watch:
            place, note = watch.folder, _note(watch, reviewed)
        return [*_book(place, note), *_positions(place, note), *_queue(place, note), *_verified(place, note)]


def _note(watch: ReviewedWatch, reviewed: int) -> str:
    return f"{reviewed:,} reviewed findings, {WAITING} waiting, {len(watch.store.journal):,} entries"


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _book(place: Path, note: str) -> list[Figure]:
    """The book of reviews, read for the first time in a process, and again after one more entry."""
    first, again = [], []
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)  # as the program sets it when it begins
    with opened(place) as watch:
        for _ in range(3):
            watch.store.memory.clear()
            first.append(_timed(lambda: ReviewBook(watch.store, watch.assessment.watch, watch.now)))
        for number in range(RUNS):
            watch.store.commit([_other_entry(watch, number)])
            again.append(_timed(lambda: ReviewBook(watch.store, watch.assessment.watch, watch.now)))
    return [
        Figure("the book of reviews, read for the first time", tuple(first), "s", 2.0, note),
        Figure("the book of reviews, after one more entry", tuple(again), "s", None, note),
    ]


def _other_entry(watch: ReviewedWatch, number: int) -> dict[str, object]:
    """An entry of another kind, as come all day."""
    return {
        "schema": ASSENT,
        "subject": f"reply:C-{1 + number}:1",
        "of": "",
        "side": "NI",
        "role": "officer",
        "by": watch.store.keys.person_reference("analyst"),
        "known_at": "2031-05-04T01:00:00Z",
    }


def _positions(place: Path, note: str) -> list[Figure]:
    """Each act by itself, on cases that wait: what the officer's own side does, and the acts of the server."""
    makes, commits, opens = [], [], []
    with opened(place) as watch:
        officers = watch.officers
        waiting = [case.code for case in watch.book.waiting()][: RUNS + 1]
        for code in waiting:
            sealed = []
            for side in SIDES:
                officer = officers[side]
                (item,) = watch.book.to_sign([code], side)["items"]
                begun = time.perf_counter()
                position = watch.sign(officer, item)
                content = watch.seal(officer, position)
                makes.append(time.perf_counter() - begun)
                handed = watch.handed(officer, code, position, content)
                sealed.append((officer, opened_document(position)))
                commits.append(_timed(partial(_commit, watch, officer, handed)))
            opens += [_timed(partial(_open, watch, officer, code, document)) for officer, document in sealed]
    each = f"{note}; the first of all is left out"
    return [
        Figure("a position signed and sealed, by pyca and rage", tuple(makes[2:]), "s", None, "the officer’s side"),
        Figure("a position durable: the act of the server", tuple(commits[2:]), "s", 0.05, each),
        Figure(
            "a position signed, sealed and durable",
            tuple(one + other for one, other in zip(makes[2:], commits[2:], strict=True)),
            "s",
            0.05,
            each,
        ),
        Figure(
            "a position opened, every second with the outcome", tuple(opens[2:]), "s", 0.1, f"{each}; two commits then"
        ),
    ]


def _commit(watch: ReviewedWatch, officer: Officer, handed: acts.Handed) -> None:
    speaker = _speaker(watch, officer)
    acts.commit_positions(watch.store, watch.assessment.watch, speaker, [handed], computer=datetime.now(UTC))


def _open(watch: ReviewedWatch, officer: Officer, code: str, content: bytes) -> None:
    acts.open_position(watch.store, watch.assessment.watch, _speaker(watch, officer), code, content)


def _speaker(watch: ReviewedWatch, officer: Officer) -> acts.Speaker:
    return acts.Speaker(delegation=officer.delegation, role=Role.OFFICER, person=officer.name, now=watch.now)


def _queue(place: Path, note: str) -> list[Figure]:
    """The page of the queue: the first one that the program is asked for, and those after it."""
    pages = {
        "what waits": "/review",
        "what is closed": "/review?state=closed",
        "what is closed, a page in the middle": f"/review?state=closed&page={REVIEWED // 100}",
        "one finding": "/review/R-7",
    }
    first: list[float] = []
    again: dict[str, tuple[float, ...]] = {}
    lengths: dict[str, int] = {}
    memory = 0.0
    for _ in range(2):
        with served(place) as console:
            settle(console, 1)
            first += console.seconds("/review", 1)
            if len(first) > 1:
                lengths = {what: len(console.get(path)) for what, path in pages.items()}
                again = {what: tuple(console.seconds(path, RUNS)) for what, path in pages.items()}
                memory = console.memory_mb()
    return [
        Figure("the queue, the first page after a start", tuple(first), "s", None, note),
        *(Figure(f"the queue: {what}", taken, "s", 0.3, f"{lengths[what]:,} bytes") for what, taken in again.items()),
        Figure("the console with that watch: memory", (memory,), "MB", None, note),
    ]


def _verified(place: Path, note: str) -> list[Figure]:
    """The inspector over the ledger, its objects and every position, alone and on one core."""
    taskset = shutil.which("taskset")
    core = str(min(os.sched_getaffinity(0)))
    one_core = [taskset, "-c", core] if taskset else []
    command = [*one_core, sys.executable, "-I", str(INSPECTOR), str(place / ".trucewatch" / "ledger")]
    walls, cpus, peaks = zip(*(seconds_of(command, cwd=place, ok=(0,)) for _ in range(3)), strict=True)
    each = f"{note}; two positions a finding{', one core' if taskset else ''}"
    return [
        Figure("the inspector alone: everything, with positions", walls, "s", 20.0, each),
        Figure("the inspector alone: CPU", cpus, "CPU s", None),
        Figure("the inspector alone: peak memory", peaks, "MB", None),
    ]


def bundle() -> list[Figure]:
    """The bundle of a finding of twenty observations as the console and as the command makes it."""
    prepare = of_a_desk("operations", "prepare_bundle")
    give = of_a_desk("operations", "give_bundle")
    wholes, sizes, commands = [], [], []
    with tempfile.TemporaryDirectory(prefix="bundle-") as folder:
        place, subject = _watch_of_many(Path(folder))
        with opened(place) as watch:
            for _ in range(3):
                begun = time.perf_counter()
                bundling = prepare(watch.store, watch.assessment, subject, recipient=_inside(watch))
                _, content = give(watch.store, watch.assessment, bundling, by="p-bench")
                wholes.append(time.perf_counter() - begun)
                sizes.append(len(content))
            recipient = _inside(watch)
        program = [sys.executable, "-m", "trucewatch", "bundle", str(place), subject, "--yes", "--recipient", recipient]
        env = as_installed(Path(folder))
        for number in range(4):
            out = Path(folder) / f"bundle-{number}.zip"
            commands.append(seconds_of([*program, "--as-machine", "--out", str(out)], cwd=Path(folder), env=env)[0])
    note = f"{MEMBERS} observations, {sizes[0]:,} bytes"
    return [
        Figure("the bundle of a finding, made and entered", tuple(wholes), "s", 1.0, note),
        Figure("`trucewatch bundle`, whole process", tuple(commands[1:]), "s", 1.0, f"{note}; as installed"),
    ]


def published(days: int = DAYS) -> list[Figure]:
    """A year of issues, published by the command for the first time, and once more with nothing new."""
    from tests.issued_by_hand import FILES, issue_by_hand

    first, again = [], []
    with tempfile.TemporaryDirectory(prefix="publish-") as folder:
        place = make_watch(Path(folder), incidents=20)
        with opened(place) as watch:
            for number in range(days):
                issue_by_hand(watch.store, day=date(2030, 5, 1) + timedelta(days=number))
        program = [sys.executable, "-m", "trucewatch", "publish", str(place), "--recipient", "public", "--as-machine"]
        env = as_installed(Path(folder))
        for number in range(2):
            command = [*program, "--out", str(Path(folder) / f"site-{number}")]
            first.append(seconds_of(command, cwd=Path(folder), env=env)[0])
            again.append(seconds_of(command, cwd=Path(folder), env=env)[0])
    note = f"{days} issues of {len(FILES)} files each, invented and short; whole process"
    return [
        Figure("`trucewatch publish` of a year of days", tuple(first), "s", 60.0, note),
        Figure("`trucewatch publish` again, nothing new", tuple(again), "s", None, note),
    ]


def _inside(watch: ReviewedWatch) -> str:
    """The recipient who is told most."""
    return watch.assessment.watch.settings.recipient[0].id


def _watch_of_many(folder: Path) -> tuple[Path, str]:
    """A watch with one incident of twenty observations; the id of a finding of it."""
    place = make_watch(folder, incidents=20)
    settings = place / "watch.toml"
    # By the cylinder rule of the many incidents no two reports are one event.
    settings.write_text(settings.read_text("utf-8").replace(CYLINDER, 'rule = "likelihood"'), encoding="utf-8")
    table = place / "inbox" / "many.csv"
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    many = [
        {
            **rows[0],
            "kind": "explosion",
            "means": MEANS[number % len(MEANS)],
            "text": f"Simulated: report {number} of one",
        }
        for number in range(MEMBERS)
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows([*many, *rows[1:]])
    table.write_text(text.getvalue(), encoding="utf-8")
    with opened(place) as watch:
        incidents = watch.assessment.recorded_incidents.select(["incident_id", "members"]).to_pylist()
        large = max(incidents, key=lambda row: len(row["members"]))
        assert len(large["members"]) >= MEMBERS
        findings = watch.assessment.recorded_findings.select(["finding_id", "incident_id"]).to_pylist()
        subject = next(row["finding_id"] for row in findings if row["incident_id"] == large["incident_id"])
    return place, subject


def main(arguments: list[str]) -> None:
    for figure in [*bundle(), *published(), *figures_of(int(arguments[0]) if arguments else REVIEWED)]:
        bound = "" if figure.bound is None else f" (bound {figure.bound:g}: {'holds' if figure.holds else 'MISSED'})"
        sys.stdout.write(f"{figure.name}: {figure.median:.4f} {figure.unit}{bound} [{figure.note}]\n")


if __name__ == "__main__":
    main(sys.argv[1:])
