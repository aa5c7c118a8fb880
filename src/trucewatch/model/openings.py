"""What opening a link would change, as an answer: how long the way takes before and after, for whom, what it rests on,
and what is still needed.

Only openings are asked. Every figure is an interval; what sources state stands beside what is worked out, and never in
its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from trucewatch.model.link_statements import LengthStatement, NeedStatement, TimeStatement, WorksStatement
from trucewatch.model.link_status import LinkStatus, Passing
from trucewatch.model.links import Mode

LengthFrom = Literal["stated", "straight_line"]
TimeFrom = Literal["stated", "length_and_speed", "assumed"]
LARGEST: Final = 1e7
"""Minutes or km above which a figure is no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From least to most, in minutes or km."""

    least: float
    most: float

    def __add__(self, other: Interval) -> Interval:
        return Interval(least=self.least + other.least, most=self.most + other.most)


def total(intervals: Iterable[Interval]) -> Interval:
    """The sum; nothing takes no time.

    >>> total([Interval(least=1.0, most=2.0), Interval(least=3.0, most=5.0)])
    Interval(least=4.0, most=7.0)
    """
    return sum(intervals, start=Interval(least=0.0, most=0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLength:
    """How long a link is, km: the interval over all that is stated of the whole of it, else of the straight line
    between its ends and what the watch assumes. stated: each figure with whose it is; below: those shorter than the
    straight line, which cannot be and are not counted with."""

    km: Interval
    worked_out_from: LengthFrom
    stated: tuple[LengthStatement, ...] = ()
    below: tuple[LengthStatement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTime:
    """How long it takes to pass a link, minutes. stated: what sources say of it themselves; is_border: whether it is
    the passing of a border."""

    minutes: Interval
    worked_out_from: TimeFrom
    stated: tuple[TimeStatement, ...] = ()
    is_border: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One link of a way, as it is passed."""

    link: str
    passing: Passing
    length: LinkLength
    time: LinkTime
    status: LinkStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The quickest way between two nodes: how long at least and at most, km and minutes.

    minutes: of the quickest way by the least figures, and of the quickest by the greatest; they may be two ways.
    stretches: those of the quickest by the greatest figures, which is surely that quick. border: the minutes of it that
    are spent at crossings. gauge_changes, transfers: how often along it.
    """

    minutes: Interval
    km: Interval
    border: Interval
    stretches: tuple[Stretch, ...]
    gauge_changes: int = 0
    transfers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForSide:
    """For the travellers of one party. None: there is no way. unknown: how quick it could be at best if every link
    whose status is not known could be passed too; None where that changes nothing."""

    side: str
    before: Journey | None
    after: Journey | None
    unknown_before: float | None = None
    unknown_after: float | None = None

    @property
    def saves(self) -> Interval | None:
        """How many minutes less: at least (possibly below zero: then not surely any) and at most; None where there is
        no way before or none after."""
        if self.before is None or self.after is None:
            return None
        before, after = self.before.minutes, self.after.minutes
        return Interval(least=max(0.0, before.least - after.most), most=max(0.0, before.most - after.least))

    @property
    def km_less(self) -> Interval | None:
        """How much longer the way before is than the one after, km, over the links that are not on both; below zero
        where the new way is longer. None where there is no way before or none after."""
        if self.before is None or self.after is None:
            return None
        before, after = self.before.stretches, self.after.stretches
        shared = {stretch.link for stretch in before} & {stretch.link for stretch in after}
        old = total(stretch.length.km for stretch in before if stretch.link not in shared)
        new = total(stretch.length.km for stretch in after if stretch.link not in shared)
        return Interval(least=old.least - new.most, most=old.most - new.least)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillNeeded:
    """What stands between a link and its being passed: its status, its works, what has to be decided and by whom."""

    link: str
    is_asked: bool
    """Whether it is a link whose opening was asked; else one that the way through it needs too."""
    status: LinkStatus
    works: tuple[WorksStatement, ...] = ()
    needs: tuple[NeedStatement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The answer to one question.

    opened: the links whose opening was asked. day, known_by: as the network stood on a day, by what was known at a
    moment. sides: one of each bound party, in the order of their ids. through: the way from one end to the other that
    passes the opened links, whatever stands of its links; None where the network has none. still_needed: along
    `through`, in its order. whole: what that way would take if everything on it could be passed, by its least and by
    its greatest figures. clauses: which those links serve. whose: ids of the parties and bodies whose statements
    figures rest on; sources: of the statements that nobody is named for.
    """

    from_: str
    to: str
    opened: tuple[str, ...]
    mode: Mode
    day: date
    known_by: datetime
    sides: tuple[ForSide, ...]
    through: tuple[Stretch, ...] | None
    still_needed: tuple[StillNeeded, ...] = ()
    clauses: tuple[str, ...] = ()
    whose: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    whole: Journey | None = None

    @property
    def not_open(self) -> tuple[str, ...]:
        """The links of the way `through` that cannot surely be passed by everybody, the opened ones among them: if all
        of them opened, the whole way could be gone."""
        on_way = {stretch.link for stretch in self.through or ()}
        return tuple(each.link for each in self.still_needed if each.link in on_way and not each.status.is_usable)
