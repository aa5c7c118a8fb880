"""Claims of a letter that repeat each other, and those that may be the other side's: pairs for a person to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Final, Literal

import numpy as np

from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.messages import Message, Plural
from trucewatch.model.claim_record import Claim
from trucewatch.pipeline.claims_apart import apart_words

PairKind = Literal["repeats", "other_side"]
REPEAT_S: Final = 5 * 60.0
"""Rows of one letter are by one clock; what they repeat they give to the five minutes."""
OTHER_SIDE_S: Final = 30 * 60.0
"""Two sides' clocks and hours of night differ by up to half an hour."""
REPEAT_M: Final = 500.0
OTHER_SIDE_M: Final = 2_000.0
MOST_REACH_M: Final = 10_000.0
MOST_OTHERS: Final = 4
"""So many claims of the other side are proposed for a row, the nearest."""
AHEAD_LABEL: Final = Message("about a day to come")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPair:
    """Two claims, by number, that may speak of one event. `repeats`: of one letter and one speaker; `first` is the
    earlier row. `other_side`: `first` is of the letter."""

    kind: PairKind
    first: int
    second: int
    reason: Message


def is_ahead(claim: Claim, zone: tzinfo) -> bool:
    """Whether a claim is about a day to come: its time begins after the day on which it came in (AHEAD_LABEL)."""
    when = claim.event.when
    return when is not None and when.start.astimezone(zone).date() > claim.received_at.astimezone(zone).date()


def pairs(rows: Sequence[Claim], others: Sequence[Claim] = ()) -> tuple[ClaimPair, ...]:
    """Which rows of a letter repeat an earlier one of it, and which claims of somebody else each may be about.

    Compared are place (the same id, or within their ellipses), time (overlapping, or nearly) and kind, where both state
    it. Rows without a time or a place pair with nothing, and drills neither. What a side's post says is that side's. A
    row is paired with the first that it repeats and with at most MOST_OTHERS claims of others. About 0.1 ms per row and
    thousand others.
    """
    rows = [claim for claim in rows if claim.stands and not claim.is_drill]
    others = [claim for claim in others if claim.stands and not claim.is_drill]
    codes: dict[str, int] = {"": 0}
    table, beside = _columns(rows, codes), _columns(others, codes)
    proposed: list[ClaimPair] = []
    for at, row in enumerate(rows):
        if not table.is_stated[at]:
            continue
        earlier = _near(table, at, table, REPEAT_S, REPEAT_M) & (table.speaker == table.speaker[at])
        earlier[at:] = False
        same = np.flatnonzero(earlier)
        if same.size:
            proposed.append(_pair("repeats", table, at, table, int(same[0]), row, rows[int(same[0])]))
        near = np.flatnonzero(
            _near(table, at, beside, OTHER_SIDE_S, OTHER_SIDE_M) & (beside.speaker != table.speaker[at])
        )
        if near.size:
            score = _gap_s(table, at, beside)[near] / 600.0 + _apart_m(table, at, beside)[near] / 1000.0
            for index in near[np.argsort(score, kind="stable")[:MOST_OTHERS]]:
                proposed.append(_pair("other_side", table, at, beside, int(index), row, others[int(index)]))
    return tuple(proposed)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is compared of claims, shape (n,) each: seconds, degrees, metres, numbers of words."""

    start: Floats
    end: Floats
    lon: Floats
    lat: Floats
    sd_m: Floats
    kind: Ints
    place: Ints
    speaker: Ints

    @property
    def is_stated(self) -> Mask:
        return np.isfinite(self.start) & (np.isfinite(self.lon) | (self.place > 0))


def _columns(claims: Sequence[Claim], codes: dict[str, int]) -> _Columns:
    numbers = np.full((5, len(claims)), np.nan)
    words = np.zeros((3, len(claims)), dtype=np.int64)
    for at, claim in enumerate(claims):
        when, where = claim.event.when, claim.event.where
        if when is not None:
            numbers[:2, at] = when.start.timestamp(), when.end.timestamp()
        if where is not None and where.lon is not None and where.lat is not None:
            numbers[2:, at] = where.lon, where.lat, where.semi_major_m or 0.0
        texts = (claim.event.kind, where.place if where else "", claim.claimed_by or claim.speaker.code)
        words[:, at] = [codes.setdefault(text, len(codes)) for text in texts]
    return _Columns(*numbers, *words)


def _near(table: _Columns, at: int, others: _Columns, within_s: float, within_m: float) -> Mask:
    same_kind = (others.kind == table.kind[at]) | (others.kind == 0) | (table.kind[at] == 0)
    same_place = (others.place == table.place[at]) & (others.place > 0)
    reach_m = np.clip(np.nan_to_num(others.sd_m + table.sd_m[at]), within_m, MOST_REACH_M)
    with np.errstate(invalid="ignore"):
        is_close = same_place | (_apart_m(table, at, others) <= reach_m)
        near: Mask = same_kind & is_close & (_gap_s(table, at, others) <= within_s)
    return near


def _gap_s(table: _Columns, at: int, others: _Columns) -> Floats:
    gap: Floats = np.maximum(np.maximum(table.start[at] - others.end, others.start - table.end[at]), 0.0)
    return gap


def _apart_m(table: _Columns, at: int, others: _Columns) -> Floats:
    across = (others.lon - table.lon[at]) * np.cos(np.radians(np.nan_to_num(table.lat[at])))
    apart: Floats = np.hypot(across, others.lat - table.lat[at]) * METRES_PER_DEGREE
    return apart


def _pair(
    kind: PairKind, table: _Columns, at: int, others: _Columns, index: int, row: Claim, other: Claim
) -> ClaimPair:
    gap = timedelta(seconds=float(_gap_s(table, at, others)[index]))
    apart_m = float(_apart_m(table, at, others)[index])
    where = row.event.where
    if where is not None and where.place and others.place[index] == table.place[at]:
        reason = _at_one_place(where.place_name or where.place, round(gap.total_seconds() / 60))
    else:
        reason = apart_words(gap, apart_m)
    first, second = (other, row) if kind == "repeats" else (row, other)
    return ClaimPair(kind=kind, first=first.number, second=second.number, reason=reason)


def _at_one_place(place: str, minutes: int) -> Message:
    if minutes == 0:
        return Message("both at {place}, about the same time", place=place)
    return Plural(
        "both at {place}, {count} minute apart",
        "both at {place}, {count} minutes apart",
        minutes,
        place=place,
        count=minutes,
    )
