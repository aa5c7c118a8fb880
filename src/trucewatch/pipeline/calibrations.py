"""Which calibration stands for which month: made once, kept, and put in the place of another only by hand.

1. What begins in a month (UTC) is worked out with that month's calibration, learnt from the rows known before the month
   began, of the 24 months before it. The first run that holds such rows makes it; no later row moves it.
2. *Opening*: until the record spans 30 days (from the first `known_at` to the last) one calibration stands for all of
   it, learnt from the rows known at the last midnight UTC; before the first midnight the prior that comes with the
   program. The last opening one stands for every month that had begun by then.
3. `trucewatch calibrate` makes them anew from all that is held, with a reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import StoreError
from trucewatch.fusion import Setting
from trucewatch.fusion.current_versions import Versions
from trucewatch.fusion.learn import learn_calibration
from trucewatch.messages import Message
from trucewatch.model.calibration import OPENING, Calibrations, rounded
from trucewatch.model.report import LearntAnew, Publication
from trucewatch.model.times import read_time
from trucewatch.model.watch import AssociationRule
from trucewatch.store import Store
from trucewatch.store.batches import StandingBatch
from trucewatch.store.calibration_records import (
    EVERY,
    Calibrated,
    NewCalibration,
    calibration_of,
    calibrations_in_force,
    every_calibration,
    is_made_anew,
    record_calibrations,
)

OPENING_SPAN: Final = timedelta(days=30)
"""From the first known row to the last: a record that spans less is judged by what it shows itself."""
MONTHS_BACK: Final = 24
"""How far back a calibration learns."""
_MOMENT: Final = pa.timestamp("us", tz="UTC")
_DAY: Final = timedelta(days=1)
_TICK: Final = timedelta(microseconds=1)
_AT_ONCE: Final = 2
"""How many periods are learnt at the same time, each from the rows of up to MONTHS_BACK."""
_ROWS_AT_ONCE: Final = 100_000
"""How many rows are turned into text before they are hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A period that has to have a calibration, and which rows that learns from: begun at `since` or later, known before
    `until`."""

    period: str
    since: datetime
    until: datetime
    closes: datetime | None = None
    """Of the last opening one: the moment from which on months have their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a calibration may be learnt from: every version of every row, the rule, and what the watch's files said by a
    moment; and what of the journal that was: the readings, and the entries of acts."""

    every: pa.Table
    rule: AssociationRule
    setting_at: Callable[[datetime], Setting]
    batches: Sequence[StandingBatch]
    acts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for the months of a list: the books, and the records that hold them."""

    calibrations: Calibrations
    records: tuple[Calibrated, ...] = ()

    @property
    def hashes(self) -> tuple[str, ...]:
        """Of the records, in the order of their periods."""
        return tuple(record.sha256 for record in self.records)


Advance = Callable[[int, int], None]


def months_of(current: pa.Table) -> list[datetime]:
    """The first moments of the months in which rows begin, in order."""
    starts = pc.unique(pc.floor_temporal(current["occurred_start"], unit="month"))
    return sorted(start.as_py().astimezone(UTC) for start in starts)


def periods_due(every: pa.Table, current: pa.Table, moment: datetime, closes: datetime | None = None) -> list[Due]:
    """The periods that a list needs at a moment: the opening, then the months that have their own.

    every: all versions of all rows; current: one row an observation, known by `moment`. closes: when the opening was
    closed; without it (a record that was never calibrated) the rows say when.
    """
    moments = every["known_at"].filter(pc.less_equal(every["known_at"], pa.scalar(moment, _MOMENT)))
    if not len(moments):
        return []
    first, last = _ends_of_record(moments)
    ends = closes or first + OPENING_SPAN
    is_closed = moment >= ends if closes else last >= ends
    due = []
    if not (closes and is_closed):
        until = min(midnight(ends) if is_closed else midnight(moment), midnight(last) + _DAY)
        if until > first:
            since = _since_of_opening(every, until)
            due.append(Due(period=OPENING, since=since, until=until, closes=ends if is_closed else None))
    if is_closed:
        due += _months_due(current, ends, moment)
    return due


def _months_due(current: pa.Table, closed_at: datetime, moment: datetime) -> list[Due]:
    """What is due of the months that begin after the opening was closed."""
    return [due_of_month(month) for month in months_of(current) if closed_at <= month <= moment]


def _ends_of_record(moments: pa.ChunkedArray) -> tuple[datetime, datetime]:
    """From when to when rows became known, but for one in a hundred on either side: a row with a wrong year closes no
    opening."""
    ordered = moments.sort()
    spare = max(len(ordered) // 100, 1) if len(ordered) >= LEAST_TO_SPARE else 0
    return ordered[spare].as_py().astimezone(UTC), ordered[len(ordered) - 1 - spare].as_py().astimezone(UTC)


LEAST_TO_SPARE: Final = 10
"""Rows from which one with a wrong year can be told."""


def _since_of_opening(every: pa.Table, until: datetime) -> datetime:
    """The day on which its first row begins, and at most so far back from the last as a month's calibration learns: a
    file may tell of years that are long over."""
    before = every["occurred_start"].filter(pc.less(every["known_at"], pa.scalar(until, _MOMENT)))
    begun = pc.min_max(before).as_py()
    latest = min(midnight(begun["max"]) + _DAY, until)
    return max(midnight(begun["min"]), months_before(latest, MONTHS_BACK))


def due_of_month(month: datetime) -> Due:
    """What the calibration of a month learns from."""
    return Due(period=f"{month:%Y-%m}", since=months_before(month, MONTHS_BACK), until=month)


def still_due(due: Iterable[Due], in_force: Iterable[Calibrated]) -> list[Due]:
    """What of it no record in force holds: an opening one is that of its midnight, a month's stands however it came."""
    periods = {(record.period, record.until if record.period == OPENING else None) for record in in_force}
    return [each for each in due if (each.period, each.until if each.period == OPENING else None) not in periods]


def standing_records(in_force: Iterable[Calibrated], moment: datetime) -> tuple[Calibrated, ...]:
    """The records that stand at a moment: the opening's last one by then, and those of the months that had begun."""
    opening = None
    months = {}
    for record in in_force:
        if record.until > moment:
            continue
        if record.period != OPENING:
            months[record.period] = record
        elif opening is None or record.until >= opening.until:
            opening = record
    in_order = tuple(months[period] for period in sorted(months))
    return (opening, *in_order) if opening else in_order


def closing_of(in_force: Iterable[Calibrated]) -> datetime | None:
    """When the opening was closed; None while it goes on. It is never opened again, whatever rows come later: months
    that had begun by then stay with its last calibration."""
    return next((record.closes for record in in_force if record.closes is not None), None)


def learn(due: Due, rows: Rows, versions: Versions) -> NewCalibration:
    """The calibration of a period, rounded as its record gives it back; the rows are those that the watch holds now.
    versions: of `rows.every`."""
    learnt_from = versions.known_by(due.until - _TICK, since=due.since)
    calibration = learn_calibration(
        learnt_from,
        rule=rows.rule,
        setting=rows.setting_at(due.until),
        period=due.period,
        since=due.since,
        until=due.until,
    )
    return NewCalibration(calibration=rounded(calibration), rows_digest=digest_of(learnt_from), closes=due.closes)


def _learnt(due: Sequence[Due], rows: Rows, advance: Advance) -> Iterator[NewCalibration]:
    """The calibration of each period, in order; none is learnt from another, so some are learnt at the same time."""
    versions = Versions.of(rows.every)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="learning") as pool:
        for number, new in enumerate(pool.map(partial(learn, rows=rows, versions=versions), due)):
            advance(number, len(due))
            yield new


def digest_of(current: pa.Table) -> str:
    """`sha256:` and a hash of which rows these are: the id, the evidence and the row in it of each, in order of ids."""
    digest = hashlib.sha256()
    rows = current.select(["observation_id", "evidence_sha256", "evidence_row"])
    for first in range(0, rows.num_rows, _ROWS_AT_ONCE):
        names, evidence, places = rows.slice(first, _ROWS_AT_ONCE).columns
        lines = pc.binary_join_element_wise(names, evidence, places.cast(pa.string()), " ").to_pylist()
        digest.update("".join(f"{line}\n" for line in lines).encode())
    return f"sha256:{digest.hexdigest()}"


def missing_at(store: Store, every: Callable[[], pa.Table], current: pa.Table, moment: datetime) -> list[Due]:
    """The periods that have to have a calibration at a moment and have none."""
    in_force = calibrations_in_force(store)
    closes = closing_of(in_force)
    if closes is not None and moment >= closes and current.num_rows:
        # The opening is over: what is due is told by the months alone.
        return still_due(_months_due(current, closes, moment), in_force)
    return still_due(periods_due(every(), current, moment, closes), in_force)


def make_missing(store: Store, rows: Rows, missing: Sequence[Due], advance: Advance) -> int:
    """Learn and record them; how many rows were learnt from.

    Recorded together, when all of them are learnt: a run that is killed before has made none, and the next makes the
    same.
    """
    new = list(_learnt(missing, rows, advance))
    record_calibrations(store, new, batches=rows.batches, acts=rows.acts)
    return sum(each.calibration.rows for each in new)


def standing_at(store: Store, moment: datetime, recorded_by: datetime | None = None) -> Standing:
    """What stands at a moment, of what was recorded by another, if one is given."""
    records = standing_records(calibrations_in_force(store, recorded_by), moment)
    return Standing(Calibrations(tuple(calibration_of(store, record) for record in records)), records)


def learn_anew(
    store: Store, rows: Rows, current: pa.Table, moment: datetime, *, anew_from: str, advance: Advance
) -> list[NewCalibration]:
    """What calibrating anew from a month on (EVERY: all of it) would record; nothing is recorded.

    Raises StoreError if nothing can be learnt yet, or nothing of those months.
    """
    in_force = calibrations_in_force(store)
    closes = None if anew_from == EVERY else closing_of(in_force)
    due = [each for each in periods_due(rows.every, current, moment, closes) if is_made_anew(each.period, anew_from)]
    if not due and anew_from != EVERY:
        raise StoreError(
            Message(
                "no month from {month} on has a calibration of its own; without --from all that stands is made anew. "
                "Nothing was entered",
                month=anew_from,
            )
        )
    if not due:
        raise StoreError(
            Message(
                "nothing can be learnt yet: the first calibration is learnt from the rows known by the first midnight "
                "UTC. Nothing was entered"
            )
        )
    before = {record.period: record.sha256 for record in in_force}
    learnt = _learnt(due, rows, advance)
    return [replace(new, supersedes=before.get(new.calibration.period, "")) for new in learnt]


def standing_with(new: Sequence[NewCalibration], store: Store, moment: datetime, anew_from: str) -> Calibrations:
    """The books that would stand if these were recorded: for a look before it is done."""
    left = [record for record in calibrations_in_force(store) if not is_made_anew(record.period, anew_from)]
    earlier = [calibration_of(store, record) for record in standing_records(left, moment)]
    return Calibrations((*earlier, *(each.calibration for each in new)))


def learnt_anew_since(
    store: Store, earlier: Iterable[Publication], recorded_by: datetime | None = None
) -> tuple[LearntAnew, ...]:
    """For each issue after which somebody calibrated anew, or another method came into use: when last, and which.

    By the order of the ledger, since the clock of a past case stands still.
    """
    otherwise: list[tuple[Calibrated, bool, str]] = []
    method = ""
    for record in every_calibration(store, recorded_by):
        changes = record.method if method and record.method != method else ""
        if record.act or changes:
            otherwise.append((record, bool(record.act), changes))
        method = record.method
    if not otherwise:
        return ()
    query = "SELECT number, revision, entry, json_extract(record, '$.recorded_at') FROM publication ORDER BY entry"
    entry_of = {
        (number, revision): entry
        for number, revision, entry, recorded_at in store.index.rows(query)
        if recorded_by is None or read_time(recorded_at) <= recorded_by
    }
    learnt = []
    for publication in earlier:
        entry = entry_of.get((publication.number, publication.revision), 0)
        since = [each for each in otherwise if each[0].entry > entry]
        if since:
            learnt.append(
                LearntAnew(
                    number=publication.number,
                    revision=publication.revision,
                    day=since[-1][0].recorded_at.astimezone(UTC).date(),
                    by_hand=any(by_hand for _, by_hand, _ in since),
                    method=next((changed for _, _, changed in reversed(since) if changed), ""),
                )
            )
    return tuple(learnt)


def midnight(moment: datetime) -> datetime:
    """The last midnight UTC by a moment."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def months_before(moment: datetime, months: int) -> datetime:
    """The first moment of the month so many before that of a moment, or of the first month that there is.

    >>> months_before(datetime(2031, 5, 4, tzinfo=UTC), 24).isoformat()
    '2029-05-01T00:00:00+00:00'
    """
    number = max(moment.year * 12 + moment.month - 1 - months, 12)
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
