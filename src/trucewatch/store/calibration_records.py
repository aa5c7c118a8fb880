"""Calibrations, as the journal holds them: `trucewatch/calibration/1`, and which of them are in force.

A run makes a calibration once; whoever calibrates anew (an *act*, with a reason) puts others in the place of all that
were there, or of those from a month on. Nothing is taken away: a replay of an earlier moment has those of then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.calibration import OPENING, Calibration, calibration_record, read_calibration
from trucewatch.model.ids import Sha256, canonical, short_id
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.batches import StandingBatch
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

EVERY: Final = "all"
"""What an act without a first month made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """One calibration of the journal without its books: `period` is a month ("2031-05") or `opening`.

    closes: of the last opening one, from when on months have their own. act, anew_from: of what was made anew by hand,
    its id and from which month on (EVERY: all); "" for what a run made.
    """

    entry: int
    sha256: str
    period: str
    until: datetime
    closes: datetime | None
    method: str
    rows: int
    act: str
    anew_from: str
    supersedes: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalibration:
    """A calibration that is to be recorded. rows_digest: `sha256:` and a hash of the ids of the rows that it was learnt
    from."""

    calibration: Calibration
    rows_digest: str
    closes: datetime | None = None
    supersedes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    """That somebody calibrates anew: from which month on (EVERY: all), why (a reference to words), and who."""

    anew_from: str
    reason: str
    by: str


def calibrations_in_force(store: Store, recorded_by: datetime | None = None) -> list[Calibrated]:
    """Those that no act put others in the place of, in the order of their entries; recorded by a moment, if one is
    given."""
    return in_force(every_calibration(store, recorded_by))


def every_calibration(store: Store, recorded_by: datetime | None = None) -> list[Calibrated]:
    """All that was ever recorded, or recorded by a moment."""
    query = """SELECT entry, sha256, period, until, closes, method, rows, act, anew_from, supersedes, recorded_at
               FROM calibration ORDER BY entry"""
    every = []
    for entry, sha256, period, until, closes, method, rows, act, anew_from, supersedes, recorded in store.index.rows(
        query
    ):
        recorded_at = read_time(recorded)
        if recorded_by is None or recorded_at <= recorded_by:
            every.append(
                Calibrated(
                    entry=entry,
                    sha256=sha256,
                    period=period,
                    until=read_time(until),
                    closes=read_time(closes) if closes else None,
                    method=method,
                    rows=rows,
                    act=act,
                    anew_from=anew_from,
                    supersedes=supersedes,
                    recorded_at=recorded_at,
                )
            )
    return every


def in_force(every: Iterable[Calibrated]) -> list[Calibrated]:
    """What stands of these, which are in the order of their entries: an act ends what it makes anew, once."""
    stands: list[Calibrated] = []
    last_act = ""
    for calibrated in every:
        if calibrated.act and calibrated.act != last_act:
            stands = [before for before in stands if not is_made_anew(before.period, calibrated.anew_from)]
            last_act = calibrated.act
        stands.append(calibrated)
    return stands


def is_made_anew(period: str, anew_from: str) -> bool:
    """Whether an act from this month on puts another in the place of a calibration of this period.

    >>> is_made_anew("2031-05", "2031-04"), is_made_anew("opening", "2031-04"), is_made_anew("opening", "all")
    (True, False, True)
    """
    return anew_from == EVERY or (period != OPENING and period >= anew_from)


def calibration_of(store: Store, calibrated: Calibrated) -> Calibration:
    """The books of one; those that this process read before are in memory. Raises StoreError for a record that is none,
    or of a later version of this program."""
    books = store.memory.of(_ReadBooks).books
    if calibrated.sha256 not in books:
        books[calibrated.sha256] = _read(calibrated.entry, calibration_entry(store, calibrated))
    return books[calibrated.sha256]


class _ReadBooks:
    """Calibrations by the hashes of their records."""

    def __init__(self) -> None:
        self.books: dict[str, Calibration] = {}


def calibration_entry(store: Store, calibrated: Calibrated) -> dict[str, Any]:
    """The whole record of one."""
    return dict(next(store.journal.entries(calibrated.entry)).record)


def _read(entry: int, record: dict[str, Any]) -> Calibration:
    try:
        return read_calibration(record)
    except (KeyError, TypeError, ValueError) as exc:
        raise StoreError(
            Message(
                "entry {entry} is no calibration that this program can read ({error}); a later version wrote it: use "
                "that one, or make it anew: trucewatch calibrate WATCH",
                entry=entry,
                error=exc,
            )
        ) from exc


def record_calibrations(
    store: Store,
    new: Sequence[NewCalibration],
    *,
    batches: Sequence[StandingBatch],
    acts: Sequence[int],
    anew: Recalibration | None = None,
) -> list[Calibrated]:
    """Enter calibrations, all at once. batches, acts: what stood when they were learnt. anew: of what is made anew by
    hand."""
    if not new:
        return []
    numbers = {
        "inputs": ",".join(str(batch.entry) for batch in batches),
        "acts": ",".join(str(entry) for entry in acts),
    }
    act = {
        "act": short_id("k", str(len(store.journal)), canonical([each.rows_digest for each in new]).decode())
        if anew
        else "",
        "anew_from": anew.anew_from if anew else "",
        "reason": anew.reason if anew else "",
        "by": anew.by if anew else "",
    }
    records = [
        {
            **calibration_record(each.calibration),
            "closes": iso_utc(each.closes) if each.closes else "",
            "rows_digest": each.rows_digest,
            "supersedes": each.supersedes,
            **numbers,
            **act,
        }
        for each in new
    ]
    return [_calibrated(entry.number, entry.sha256, entry.record) for entry in store.commit(records)]


def _calibrated(entry: int, sha256: Sha256, record: Any) -> Calibrated:
    return Calibrated(
        entry=entry,
        sha256=str(sha256),
        period=record["period"],
        until=read_time(record["until"]),
        closes=read_time(record["closes"]) if record["closes"] else None,
        method=record["method"],
        rows=record["rows"],
        act=record["act"],
        anew_from=record["anew_from"],
        supersedes=record["supersedes"],
        recorded_at=first_recorded_at(record),
    )
