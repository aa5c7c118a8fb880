"""Deadline law: which moment, or between which moments, something is due or binds, by what was known at a time.

Days are those of a named zone of time. `by` and `until` a day end with it, `before` a day ends as it begins. A term is
counted in calendar months and years, then in days, in that zone: a month after 31 January is the last day of February.
The day that a term is counted from is not counted itself (`exclusive`) unless the text counts it (`inclusive`). What
hangs on a moment that no text states is a range, and so is all that is computed from it.

An extension counts if it was known at the due moment or before and names a later day than was due by then; one known
later changes nothing of what was due, and is told as "extended afterwards". A notice counts if somebody gave it who
may, in time (at the last moment for it too); any other is kept and told as what it is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, ClassVar, Final, Literal

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.times import NEVER, as_utc, day_of, zone_named

_STRICT: dict[str, Any] = {"extra": "forbid"}

Bound = Literal["by", "before", "until"]
NoticeStatus = Literal["in_time", "late", "perhaps_late", "not_entitled", "by_nobody"]

IN_FORCE: Final = "in_force"
"""What a term is counted from where that is the start of the stipulation itself."""
EVENT: Final = "event:"
_TERM: Final = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,3})W)?(?:(\d{1,5})D)?")


@dataclass(frozen=True, slots=True)
class Term:
    """Calendar months, then days. Raises TimeError from `read` for what is no such term.

    >>> Term.read("P1Y6M")
    Term(months=18, days=0)
    """

    months: int
    days: int

    @classmethod
    def read(cls, text: str) -> Term:
        match = _TERM.fullmatch(text.strip())
        if match is None or not any(int(part or 0) for part in match.groups()):
            raise TimeError(
                Message('"{term}" is no term; write one like "P6M" (six months), "P5Y" or "P10D"', term=text[:20])
            )
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        return cls(12 * years + months, 7 * weeks + days)

    def after(self, day: date) -> date:
        """The corresponding day, or the last of its month where there is none. Raises TimeError beyond the calendar."""
        return self._moved(day, 1)

    def before(self, day: date) -> date:
        """The same backwards."""
        return self._moved(day, -1)

    def _moved(self, day: date, sign: int) -> date:
        number = 12 * day.year + day.month - 1 + sign * self.months
        year, month = divmod(number, 12)
        try:
            moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
            return moved + timedelta(days=sign * self.days)
        except (ValueError, OverflowError) as exc:
            raise TimeError(Message("a term leads beyond the calendar: {day}", day=day)) from exc

    def times(self, number: int) -> Term:
        """So many of it in one go: a month after a month after 31 January is 31 March."""
        return Term(number * self.months, number * self.days)

    def moment_after(self, moment: datetime, zone: tzinfo, *, back: bool = False) -> datetime:
        """The same hour of the local clock on the corresponding day (UTC). Raises TimeError beyond the calendar."""
        try:
            local = moment.astimezone(zone)
            day = self.before(local.date()) if back else self.after(local.date())
            return as_utc(datetime.combine(day, local.time(), zone))
        except OverflowError as exc:
            raise TimeError(Message("a term leads beyond the calendar: {day}", day=moment.date())) from exc

    def range_after(self, moments: Range, zone: tzinfo, *, back: bool = False) -> Range:
        """All moments that the same gives of a range. Where several days of it have one corresponding day (29, 30, 31
        January and a month), that day counts whole."""
        ends = [self.moment_after(moment, zone, back=back) for moment in (moments.earliest, moments.latest)]
        if not moments.is_exact:
            days = [moment.astimezone(zone).date() for moment in (moments.earliest, moments.latest)]
            move = self.before if back else self.after
            for day, other in ((days[0], days[0] + _DAY), (days[1], days[1] - _DAY)):
                if days[0] <= other <= days[1] and move(day) == move(other):
                    whole = whole_day(move(day), zone)
                    ends += [whole.earliest] if other > day else [whole.latest]
        return Range(min(ends), max(ends))


@dataclass(frozen=True, slots=True)
class Range:
    """A moment (UTC), or between which two it lies."""

    earliest: datetime
    latest: datetime

    @property
    def is_exact(self) -> bool:
        return self.earliest == self.latest

    @classmethod
    def over(cls, ranges: Iterable[Range]) -> Range:
        """All of them together."""
        each = list(ranges)
        return cls(min(part.earliest for part in each), max(part.latest for part in each))


_TICK: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)


def whole_day(day: date, zone: tzinfo) -> Range:
    """From the first moment of a local day to its last; of a day that the clocks of the zone left out, the moment at
    which they did. Raises TimeError at the ends of the calendar."""
    span = day_of(day, zone)
    return Range(span.start, max(span.start, span.end - _TICK))


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherText:
    """How another text gives the same day, where it differs: its own bound or its own day."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    text: str
    bound: Bound | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day in a named zone, as a text gives it, or a term that is counted from something else."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    day: date | None = None
    bound: Bound
    text: str
    zone: str = ""
    """IANA name; without one the watch's own zone is read, with a warning."""
    zones: tuple[str, ...] = ()
    """Where the text names no zone, those that may be meant: the due moment lies between what they give."""
    approximate: bool = False
    """The text gives a term, not a day; the day is computed and said to be."""
    term: str = ""
    """ISO 8601: P1M, P3Y, P10D."""
    after: str = ""
    """What the term is counted from: in_force, the id of a stipulation (when it was met), or event:ID."""
    counting: Literal["exclusive", "inclusive"] = "exclusive"
    """Whether the day that a term is counted from counts itself."""
    other_texts: tuple[OtherText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A later day for the same deadline, known from `known_at` on. by: who agreed to it, as the source says."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    day: date
    form: Literal["oral", "written"]
    known_at: datetime
    source: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A term that goes on by as much again unless somebody who may gives notice so long before its end."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    term: str
    notice: str
    may: tuple[str, ...]
    """Who may give notice, as the text says."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermNotice:
    """What somebody gave, or is said to have given, as notice that a term shall not be renewed. It is kept whoever it
    was and whenever."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str = ""
    day: date | None = None
    given_at: datetime | None = None
    known_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """That a stipulation does not bind for a time, by an instrument (`order`), or as somebody says."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    from_: datetime
    until: datetime | None = None
    instrument: str = ""
    by: str = ""
    known_at: datetime
    source: str

    def holds(self, at: datetime) -> bool:
        return self.from_ <= at < (self.until or NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something outside the clauses that a term is counted from. The moment, the day, or between which two days."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    day: date | None = None
    day_latest: date | None = None
    at: datetime | None = None
    zone: str = ""
    known_at: datetime
    source: str

    def range(self, watch_zone: tzinfo) -> Range | None:
        """When it was; of a day the whole day, its last moment excepted."""
        if self.at is not None:
            return Range(as_utc(self.at), as_utc(self.at))
        if self.day is None:
            return None
        zone = zone_named(self.zone) if self.zone else watch_zone
        return Range.over([whole_day(self.day, zone), whole_day(self.day_latest or self.day, zone)])


Triggers = Callable[[str], Range | None]
"""When something was that a term is counted from, by its word; None for what is not known to have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When something is due, by what was known at a moment.

    extension: the number of the one that counts, 0 for none. afterwards: the numbers of those that were known only when
    it had been due. unchanged: of those that name no later day than was due by then. by_text: what other texts give,
    where it differs.
    """

    range: Range
    extension: int = 0
    afterwards: tuple[int, ...] = ()
    unchanged: tuple[int, ...] = ()
    by_text: tuple[tuple[str, Range], ...] = ()
    from_: Range | None = None
    """When that was which the term is counted from."""

    @property
    def moment(self) -> datetime:
        """From here on it surely is due."""
        return self.range.latest


def zones_of(deadline: Deadline, watch_zone: tzinfo) -> tuple[tzinfo, ...]:
    """The zones of time that its days may be of. Raises TimeError for a name that is none."""
    names = deadline.zones or ((deadline.zone,) if deadline.zone else ())
    return tuple(zone_named(name) for name in names) or (watch_zone,)


def due_of(
    deadline: Deadline,
    extensions: Iterable[Extension],
    at: datetime,
    watch_zone: tzinfo,
    triggers: Triggers,
    *,
    authoritative: Iterable[str] = (),
) -> Due | None:
    """When it is due by what was known at `at`; None while that which its term is counted from is not known to have
    been, or where it leads beyond the calendar. authoritative: the texts that are; where two of them differ, what is
    due lies between."""
    zones = zones_of(deadline, watch_zone)
    try:
        return _due_of(deadline, extensions, at, zones, triggers, authoritative)
    except TimeError:
        return None


def _due_of(
    deadline: Deadline,
    extensions: Iterable[Extension],
    at: datetime,
    zones: tuple[tzinfo, ...],
    triggers: Triggers,
    authoritative: Iterable[str],
) -> Due | None:
    begun = triggers(deadline.after) if deadline.day is None else None
    if deadline.day is not None:
        own = [(deadline.day, deadline.day, zone) for zone in zones]
    elif begun is not None:
        term = Term.read(deadline.term)

        def counted(moment: datetime, zone: tzinfo) -> date:
            return _counted(term, moment.astimezone(zone).date(), deadline.counting)

        own = [(counted(begun.earliest, zone), counted(begun.latest, zone), zone) for zone in zones]
    else:
        return None

    def as_given(day: date | None, bound: Bound) -> Range:
        days = own if day is None else [(day, day, zone) for zone in zones]
        return Range.over(_of_days(earliest, latest, bound, (zone,)) for earliest, latest, zone in days)

    first = as_given(None, deadline.bound)
    by_text = tuple((other.text, as_given(other.day, other.bound or deadline.bound)) for other in deadline.other_texts)
    weighty = set(authoritative)
    if deadline.text in weighty:
        first = Range.over([first, *(other for text, other in by_text if text in weighty)])
    now, which, late, unchanged = first, 0, list[int](), list[int]()
    by_then = sorted((ext.known_at, number, ext) for number, ext in enumerate(extensions, 1) if ext.known_at <= at)
    for known_at, number, extension in by_then:
        other = _of_days(extension.day, extension.day, deadline.bound, zones)
        later = Range(max(now.earliest, other.earliest), max(now.latest, other.latest))
        if known_at > now.latest:  # what was put off only after it was due had been due
            late.append(number)
        elif later == now:
            unchanged.append(number)
        else:
            now, which = later, number
    return Due(
        range=now, extension=which, afterwards=tuple(late), unchanged=tuple(unchanged), by_text=by_text, from_=begun
    )


def _counted(term: Term, day: date, counting: str) -> date:
    ends = term.after(day)
    return ends - timedelta(days=1) if counting == "inclusive" else ends


def _of_days(earliest: date, latest: date, bound: Bound, zones: Iterable[tzinfo]) -> Range:
    def moment(day: date, zone: tzinfo) -> datetime:
        span = day_of(day, zone)
        return span.start if bound == "before" else span.end

    each = list(zones)
    return Range(min(moment(earliest, zone) for zone in each), max(moment(latest, zone) for zone in each))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardNotice:
    """A notice with what it comes to."""

    notice: TermNotice
    status: NoticeStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When a term ends, by what was known at a moment.

    end: of the term that runs then, NEVER where it has none. last_notice: until when notice could be given for it.
    renewed: how often it went on by then. notices: all that are known, each with what it comes to. is_ended: whether a
    notice counts; is_unsure: whether it cannot be told if one does. otherwise: where it cannot, the end of the term
    that follows if none does.
    """

    end: Range
    last_notice: Range | None = None
    renewed: int = 0
    notices: tuple[HeardNotice, ...] = ()
    is_ended: bool = False
    is_unsure: bool = False
    otherwise: Range | None = None


def ending_of(
    end: Range,
    renewal: Renewal | None,
    notices: Iterable[TermNotice],
    at: datetime,
    zone: tzinfo,
    *,
    known_by: datetime | None = None,
) -> Ending:
    """How a term that ends in this range stands at `at`. known_by: by when a notice has to be known, if later."""
    until = known_by or at
    if renewal is None:
        return Ending(end=end)
    term, before = Term.read(renewal.term), Term.read(renewal.notice)
    by_then = sorted((notice for notice in notices if notice.known_at <= until), key=lambda notice: notice.known_at)
    heard: dict[int, HeardNotice] = {}
    # Each term before the first notice that can count goes on, and need not be looked at.
    weighed = min([at, *(_first_moment(notice, zone) for notice in by_then if notice.by in renewal.may)])
    renewed = max(0, (weighed - end.latest).days // (31 * term.months + term.days) - 1)
    ends = _renewed(end, term, renewed, zone)
    while True:
        last = _last_notice(ends, before, zone)
        for place, notice in enumerate(by_then):
            status = _status(notice, renewal, last, zone)
            # Late for one term is in time for the next.
            if place not in heard or heard[place].status == "late":
                heard[place] = HeardNotice(notice=notice, status=status)
        statuses = {each.status for each in heard.values()}
        ended, unsure = "in_time" in statuses, "perhaps_late" in statuses
        following = _renewed(end, term, renewed + 1, zone)
        if ended or unsure or at < ends.latest or following.earliest == NEVER:
            return Ending(
                end=ends,
                last_notice=last,
                renewed=renewed,
                notices=tuple(heard[place] for place in range(len(by_then))),
                is_ended=ended,
                is_unsure=unsure and not ended,
                otherwise=following if unsure and not ended else None,
            )
        ends = following
        renewed += 1


def _renewed(end: Range, term: Term, number: int, zone: tzinfo) -> Range:
    """The end of a term that went on so often, counted from its first end; the last that the calendar holds."""
    try:
        return term.times(number).range_after(end, zone) if number else end
    except TimeError:
        return Range(NEVER, NEVER)


def _last_notice(end: Range, before: Term, zone: tzinfo) -> Range | None:
    """Until when notice can be given for a term that ends then; None where that is before all calendars."""
    try:
        return before.range_after(end, zone, back=True)
    except TimeError:
        return None


def _first_moment(notice: TermNotice, zone: tzinfo) -> datetime:
    """When it was given at the earliest."""
    if notice.given_at is not None or notice.day is None:
        return notice.given_at or notice.known_at
    return whole_day(notice.day, zone).earliest


def _status(notice: TermNotice, renewal: Renewal, last: Range | None, zone: tzinfo) -> NoticeStatus:
    if not notice.by:
        return "by_nobody"
    if notice.by not in renewal.may:
        return "not_entitled"
    if last is None:
        return "late"
    if notice.given_at is not None:
        first = last_of_it = notice.given_at
    elif notice.day is not None:
        day = whole_day(notice.day, zone)
        first, last_of_it = day.earliest, day.latest
    else:
        first = last_of_it = notice.known_at
    if last_of_it <= last.earliest:
        return "in_time"
    return "late" if first > last.latest else "perhaps_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    """That something is to go on together with another stipulation; only the text can say so. text: which."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    clause: str
    text: str
    note: str = ""
