"""Reports that state a number, of one event → how many: a range from what devices counted, and each claim with its
giver.

Devices and patrols count, each with its means' error (`means.toml`); what parties, the public and lists say is a claim,
which never moves the range.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from trucewatch.fusion.means_defaults import means_table
from trucewatch.geo.arrays import Floats
from trucewatch.model.count_claims import MOST_COUNTED, OF_THE_CENTRE, OTHER_DEVICES, OTHER_PATROLS, CountClaim
from trucewatch.model.observation import MEANS

SPEAKERS: Final = frozenset({"public", "party", "event_list"})
"""Means whose numbers are claims, whoever is named."""
PUBLIC: Final = ":public"


ROUNDS: Final = frozenset({"explosion", "projectile", "muzzle_flash", "flare", "burst", "shot"})
"""Kinds of which one device's rows are rounds after rounds and add up; of all else they are looks at the same items."""

HOLDS: Final = 0.82
"""The range is the shortest that holds so much. Chosen on the tuning seeds of simulated days, where it holds 0.96 of
what was true: numbers are whole, and a range of few of them holds more than it has to."""
_SCALES: Final = ((1.0, 0.7), (2.0, 0.3))
"""How large errors are beside those of `means.toml`, and how probable that is: reports that differ widen the range."""
_GROSS: Final = 0.03  # [A] of all numbers: a slip, or of something else
_GROSS_SD: Final = 1.5  # of ln; such a number tells the order of magnitude
_SHARED: Final = 0.1  # [A] of the error's variance: what no device can tell apart, all miss
_STATED_SIGMAS: Final = 2.58  # "at least" and "at most" are meant as limits: 99 %
_OPEN_SD: Final = 1.0  # of ln: "at least 5" says little of how many more
_REACH: Final = 4.0  # × the largest, ÷ the smallest number: beyond lies nothing that matters
_MOST_POINTS: Final = 400
_LEAST: Final = 1e-300  # keeps a logarithm finite


def _gives_arrivals(means: str) -> bool:
    """Whether rows of a device of this means are arrivals; of any other they are looks at the same."""
    return bool(means_table().once[MEANS.index(means)])


class CountReport(NamedTuple):
    """One row that states a number. `voice`: rows with the same are of one device or speaker; `giver`: of a claim,
    empty for a device."""

    voice: int
    means: str
    source: str
    giver: str
    low: int | None
    best: int | None
    high: int | None
    known_at: datetime

    @property
    def numbers(self) -> tuple[int | None, int | None, int | None]:
        return self.low, self.best, self.high


Statement = tuple[str, int | None, int | None, int | None]
"""Means, least, best, most of one device."""
Numbers = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many: the devices' range (None where none counted), who counted, and the claims, both as an incident keeps
    them."""

    numbers: Numbers | None
    by: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        low, best, high = self.numbers or (None, None, None)
        return {
            "count_min": low,
            "count_best": best,
            "count_max": high,
            "count_by": list(self.by),
            "count_claims": list(self.claims),
        }


NOT_COUNTED: Final = Counted(numbers=None)


def count_rounds(
    reports: Iterable[CountReport], kind: str, *, centre_sources: frozenset[str] = frozenset(), doubtful: bool = False
) -> Counted:
    """How many rounds or items, a function of the set of reports.

    1. Rows of one device add up where they are arrivals of rounds (ROUNDS); of items the largest row stands. What comes
       through two sources is not added: the larger sum is the device's number.
    2. Devices and patrols of the centre make the range where one gave a number; what others say then stands beside it.
    3. Of one speaker the latest number stands; of lists the span of all voices; of the public the span of all numbers.

    doubtful: more devices report another kind than report this: no range is made of the few.
    """
    devices: dict[tuple[bool, int], list[CountReport]] = defaultdict(list)
    speakers: dict[tuple[str, int], list[CountReport]] = defaultdict(list)
    for report in reports:
        if report.giver:
            # People are never fused: two patrols that state a number of them are two givers.
            speakers[report.giver, report.voice if kind == "harm" else 0].append(report)
        else:
            devices[report.source in centre_sources, report.voice].append(report)
    of_centre = any(centre for centre, _ in devices)
    counted: list[Statement] = []
    beside: list[Statement] = []
    for (centre, _), rows in devices.items():
        if (statement := _statement(rows, adds_up=kind in ROUNDS and _gives_arrivals(rows[0].means))) is not None:
            (counted if centre == of_centre else beside).append(statement)
    claims = [claim for (giver, _), rows in speakers.items() if (claim := _claim(giver, rows)) is not None]
    patrols = [statement for statement in beside if statement[0] == "patrol"]
    others = [statement for statement in beside if statement[0] != "patrol"]
    for giver, part in ((OTHER_DEVICES, others), (OTHER_PATROLS, patrols)):
        if part and not doubtful:
            low, best, high = range_of(_in_order(part))
            claims.append(CountClaim(giver=giver, low=low, best=best, high=high))
    told = tuple(sorted({str(claim) for claim in claims}, key=lambda claim: (claim.partition(" ")[2], claim)))
    if doubtful or not counted:
        return Counted(numbers=None, claims=told)
    by_means = Counter(statement[0] for statement in counted)
    by = tuple(f"{means} {by_means[means]}" for means in MEANS if by_means[means])
    return Counted(numbers=range_of(_in_order(counted)), by=(OF_THE_CENTRE, *by) if of_centre else by, claims=told)


def _statement(rows: Sequence[CountReport], *, adds_up: bool) -> Statement | None:
    """The number of one device; None where it gives none that counts anything."""
    by_source: dict[str, list[CountReport]] = defaultdict(list)
    for row in rows:
        if max(number or 0 for number in row.numbers) > 0:
            by_source[row.source].append(row)
    sums = [_summed(feed) if adds_up else _largest(feed) for feed in by_source.values()]
    if not sums:
        return None
    return rows[0].means, *max(sums, key=_size)


def _summed(rows: Sequence[CountReport]) -> tuple[int | None, int | None, int | None]:
    if len(rows) == 1:
        return rows[0].numbers

    def total(column: int) -> int | None:
        # Where a row states no limit its best number is one.
        values = [row.numbers[column] if row.numbers[column] is not None else row.best for row in rows]
        return None if None in values else sum(value for value in values if value is not None)

    return total(0), total(1), total(2)


def _largest(rows: Iterable[CountReport]) -> tuple[int | None, int | None, int | None]:
    return max((row.numbers for row in rows), key=_size)


def _size(numbers: tuple[int | None, int | None, int | None]) -> tuple[int, int, int]:
    low, best, high = numbers
    return best if best is not None else high or low or 0, high or 0, low or 0


def _claim(giver: str, rows: Sequence[CountReport]) -> CountClaim | None:
    """What a speaker says: the latest of one with a name; of all without one, from the least to the most of what each
    says last, and of the public of all that was said."""
    latest: dict[int, CountReport] = {}
    named = not giver.startswith(":")
    for number, row in enumerate(rows):
        # The public is many people, though one voice: nobody's number there takes the place of another's.
        voice = 0 if named else number if giver == PUBLIC else row.voice
        before = latest.get(voice)
        if before is None or (row.known_at, _size(row.numbers)) > (before.known_at, _size(before.numbers)):
            latest[voice] = row
    stated = [row.numbers for row in latest.values() if max(number or 0 for number in row.numbers) > 0]
    if not stated:
        return None
    if len(set(stated)) == 1:
        low, best, high = stated[0]
        return CountClaim(giver=giver, low=low, best=best, high=high)
    every = [number for numbers in stated for number in numbers if number is not None]
    return CountClaim(giver=giver, low=min(every), best=None, high=max(every))


def _in_order(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    # Sums of numbers with a point depend on their order, the range must not.
    return tuple(sorted(statements, key=lambda statement: [part if part is not None else -1 for part in statement[1:]]))


@lru_cache(maxsize=1 << 16)
def range_of(statements: tuple[Statement, ...]) -> Numbers:
    """Least, best and most of the true number N, given independent counts of it.

    The number that a means gives is N × e^u, rounded; u is a split normal: a device misses rounds more readily than
    it makes them up (`counts_few`, `counts_many`), and now and then one is grossly wrong. A stated "at least" or "at
    most" that is wider than its means' error stands for it. The errors of one event are all drawn at one of two scales.
    Before anything is counted N has the probability 1 / N: no order of magnitude is preferred. The best
    number is the middle one of those stated, so that of one device it is its own and one gross one moves it little.
    Limits: errors that all devices share (rounds that overlap for everybody) are hardly seen in how they differ.
    """
    table = means_table()
    anchors = [_anchor(*statement[1:]) for statement in statements]
    points, widths = _grid([best for best, _, _ in anchors])
    logs = np.log(points)
    by_scale = []
    for scale, weight in _SCALES:
        total = np.zeros(len(points))
        for (means, *_), (number, own_few, own_many) in zip(statements, anchors, strict=True):
            at = MEANS.index(means)
            few = max(own_few, scale * float(table.counts_few[at]))
            many = max(own_many, scale * float(table.counts_many[at]))
            above, below = math.log(number + 0.5) - logs, math.log(number - 0.5) - logs
            usual = _split_normal(above, few, many) - _split_normal(below, few, many)
            gross = _normal(above / _GROSS_SD) - _normal(below / _GROSS_SD)
            total += np.log((1.0 - _GROSS) * usual + _GROSS * gross + _LEAST)
        by_scale.append(math.log(weight) + total / (1.0 + _SHARED * (len(statements) - 1)))
    peak = max(float(values.max()) for values in by_scale)
    density = (np.exp(by_scale[0] - peak) + np.exp(by_scale[1] - peak)) / points
    mass = density * widths
    held = np.r_[0.0, np.cumsum(mass / mass.sum())]
    ends = np.searchsorted(held, held[:-1] + HOLDS - 1e-9)
    starts = np.flatnonzero(ends <= len(points))
    ends = ends[starts]
    # Of equally short ranges the more probable, of equally probable ones the first.
    shortest = np.lexsort((-(held[ends] - held[starts]), points[ends - 1] - points[starts]))[0]
    first, last = int(starts[shortest]), int(ends[shortest]) - 1
    best = _middle(sorted(number for number, _, _ in anchors))
    # Outwards, to the edges of what a point stands for; and what is said to be the best is never outside.
    low = math.ceil(points[first] - (widths[first] - 1.0) / 2)
    high = math.floor(points[last] + (widths[last] - 1.0) / 2)
    if len(statements) == 1:
        # Of one device alone no more is claimed to be known than it claims itself.
        _, own_low, _, own_high = statements[0]
        low, high = min(low, max(1, own_low or low)), max(high, own_high or high)
    return min(low, best), best, max(min(high, MOST_COUNTED), best)


def _middle(numbers: Sequence[float]) -> int:
    """The median; of two that contradict each other the lower: never the larger of two stories."""
    lower, upper = numbers[(len(numbers) - 1) // 2], numbers[len(numbers) // 2]
    return max(1, math.floor(0.5 + (lower + upper) / 2 if upper <= 2 * lower else 0.5 + lower))


def _anchor(low: int | None, best: int | None, high: int | None) -> tuple[float, float, float]:
    """The number of a statement, and how far its own limits say that it may be too few and too many, of ln."""
    middle = math.sqrt(low * high) if low and high else float(low or high or 1)
    number = float(best) if best else middle
    few = math.log(high / number) / _STATED_SIGMAS if high and high > number else 0.0
    many = math.log(number / max(low, 0.5)) / _STATED_SIGMAS if low is not None and low < number else 0.0
    if not best and not high:
        few = _OPEN_SD
    if not best and not low:
        many = _OPEN_SD
    return number, few, many


def _grid(numbers: Sequence[float]) -> tuple[Floats, Floats]:
    """Whole numbers for which the range is worked out, and how many each stands for: all, or some hundreds and those
    that are stated."""
    low, high = max(1, math.floor(min(numbers) / _REACH)), math.ceil(max(numbers) * _REACH) + 4
    if high - low < _MOST_POINTS:
        return np.arange(low, high + 1, dtype=np.float64), np.ones(high - low + 1)
    points = np.unique(np.round(np.r_[np.geomspace(low, high, _MOST_POINTS), numbers]))
    edges = np.r_[points[0] - 0.5, (points[1:] + points[:-1]) / 2, points[-1] + 0.5]
    return points.astype(np.float64), np.diff(edges)


def _split_normal(values: Floats, below: float, above: float) -> Floats:
    """Distribution function of two half normals that meet at 0 with one density."""
    both = below + above
    left = 2.0 * below / both * _normal(values / below)
    right = (below - above) / both + 2.0 * above / both * _normal(values / above)
    return np.where(values < 0, left, right)


_SIGMAS: Final = np.linspace(-8.0, 8.0, 3201)
_NORMAL: Final = np.array([math.erfc(-sigma / math.sqrt(2.0)) / 2.0 for sigma in _SIGMAS])


def _normal(sigmas: Floats) -> Floats:
    """The normal distribution function to six figures; scipy's would be loaded for nothing else."""
    return np.asarray(np.interp(sigmas, _SIGMAS, _NORMAL))
