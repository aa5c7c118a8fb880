"""Drafts of a day's report for every recipient of a watch, apart from one another: what goes wrong with one is told of
that one, and the others are written.

On a crowded day each recipient has a process of its own, as many at a time as there are processors: so one that takes
too long is ended, and nobody waits for it.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.report import ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient
from trucewatch.reports import build_daily, render_all

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment

APART_FROM: Final = 2000
"""From so many incidents in the period on, a process for a recipient is worth its start."""
LONGEST_S: Final = 300.0
"""No draft may take longer; one that does is ended. What it costs is bounded, so this is for faults of ours."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """What came of one recipient's drafts: the bytes by (format, language), or why there are none."""

    recipient: str
    products: dict[tuple[str, str], bytes]
    fault: Message | None = None


@dataclass(frozen=True, slots=True)
class _Order:
    """What drafts are made of."""

    inputs: ReportInputs
    day_from: date
    day_until: date
    languages: tuple[str, ...]
    formats: tuple[str, ...]

    def drafts_for(self, recipient: Recipient) -> Drafts:
        """Any failure is that of this recipient."""
        try:
            report = build_daily(
                self.inputs,
                recipient=recipient,
                day_from=self.day_from,
                day_until=self.day_until,
                is_draft=True,
            )
            return Drafts(recipient.id, render_all(report, formats=self.formats, languages=self.languages))
        except TrucewatchError as exc:
            return Drafts(recipient.id, {}, exc.message)
        except Exception as exc:
            return Drafts(recipient.id, {}, Message("it failed: {error}", error=f"{type(exc).__name__}: {exc}"))


def drafts_of_all(
    assessment: Assessment,
    *,
    day_from: date,
    day_until: date,
    languages: Sequence[str],
    formats: Sequence[str],
    apart_from: int = APART_FROM,
    longest_s: float = LONGEST_S,
) -> Iterator[Drafts]:
    """The drafts of every recipient of the watch, in its order; nothing is recorded."""
    # What works on the store cannot go to another process, and no draft of every run asks for it.
    inputs = replace(assessment.report_inputs(), implementation=None)
    order = _Order(inputs, day_from, day_until, tuple(languages), tuple(formats))
    recipients = assessment.watch.settings.recipient
    if len(recipients) > 1 and _incidents_in(order) >= apart_from:
        yield from _apart(order, recipients, longest_s)
    else:
        yield from map(order.drafts_for, recipients)


def _incidents_in(order: _Order) -> int:
    zone, starts = order.inputs.watch.zone, order.inputs.incidents["occurred_start"]
    opens, closes = (pa.scalar(day_of(day, zone).start, starts.type) for day in (order.day_from, order.day_until))
    return int(pc.sum(pc.and_(pc.greater_equal(starts, opens), pc.less(starts, closes))).as_py() or 0)


@dataclass(slots=True)
class _Running:
    recipient: str
    process: BaseProcess
    connection: Connection
    since: float


def _detail(recipient: Recipient) -> tuple[bool, bool, float]:
    """How much a recipient is told: who is told most takes longest, and is begun first so that nobody waits for it
    alone."""
    is_exact, has_cells = recipient.place == "exact", recipient.place == "cell"
    return is_exact, has_cells, -float(recipient.cell_m or 0)


def _apart(order: _Order, recipients: Sequence[Recipient], longest_s: float) -> Iterator[Drafts]:
    """The same, each recipient in a process of its own; they are given out in order."""
    context = multiprocessing.get_context("spawn")
    waiting, running = deque(sorted(recipients, key=_detail, reverse=True)), dict[Connection, _Running]()
    finished: dict[str, Drafts] = {}
    wanted = deque(recipient.id for recipient in recipients)
    try:
        while wanted:
            while waiting and len(running) < multiprocessing.cpu_count():
                recipient = waiting.popleft()
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(theirs, order, recipient), daemon=True)
                process.start()
                theirs.close()
                running[ours] = _Running(recipient.id, process, ours, time.monotonic())
            for drafts in _finished(running, longest_s):
                finished[drafts.recipient] = drafts
            while wanted and wanted[0] in finished:
                yield finished.pop(wanted.popleft())
    finally:
        for left in running.values():
            left.process.kill()
            left.process.join()


def _finished(running: dict[Connection, _Running], longest_s: float) -> Iterator[Drafts]:
    """What has come, or took too long, by now; waits until something has."""
    left_s = min(work.since for work in running.values()) + longest_s - time.monotonic()
    ready = wait(list(running), timeout=max(left_s, 0.0))
    late = [work.connection for work in running.values() if time.monotonic() - work.since >= longest_s]
    for connection in dict.fromkeys([*ready, *late]):
        if not isinstance(connection, Connection):
            continue
        work = running.pop(connection)
        if connection in ready:
            try:
                yield connection.recv()
            except (EOFError, OSError):
                yield Drafts(work.recipient, {}, Message("the process that made it ended; run it again"))
        else:
            work.process.kill()
            yield Drafts(
                work.recipient,
                {},
                Message("it took longer than {seconds} seconds and was ended", seconds=round(longest_s)),
            )
        work.process.join()
        connection.close()


def _work(connection: Connection, order: _Order, recipient: Recipient) -> None:
    gc.disable()  # this process ends with its work; looking through a million facts for circles costs a third of it
    connection.send(order.drafts_for(recipient))
    connection.close()
