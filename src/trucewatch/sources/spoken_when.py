"""A time as a caller says it, against the time of the call → an interval in UTC and what was assumed.

Nothing is guessed in silence: a day that nobody said, an hour that may be of the morning or the evening, what "about"
is worth, all stand in `assumed`; what stays open is refused with the choices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message, Plural
from trucewatch.model.spoken import SpokenTime
from trucewatch.model.times import as_utc, zone_named
from trucewatch.sources.spoken_clock import PART_HOURS, PART_WORDS, clock_words, hour_words, hours_meant, instants
from trucewatch.sources.spoken_lexis import LANGUAGES, Phrase, Reading, fold_time, lexis_of, tokens_of
from trucewatch.sources.spoken_phrases import date_of, no_time, plainer, shown_text

AHEAD: Final = timedelta(minutes=2)
"""So far a caller's clock may be ahead of ours."""
MOST_CHARS: Final = 200
MOST_TOKENS: Final = 32
JUST_NOW: Final = timedelta(minutes=5)
ABOUT_A_CLOCK: Final = timedelta(minutes=15)
""""About ten": people round to the half hour, so it lies a quarter of an hour on either side."""
ABOUT_A_SPAN: Final = 4
""""About an hour ago": a quarter of the span on either side, and no less than JUST_NOW."""
FEWEST: Final = 2
""""A few minutes" are two at the least; how many at the most stands in the table of each language."""
LONGEST_SPAN: Final = timedelta(days=366)


def read_when(
    text: str,
    *,
    received_at: datetime,
    zone: tzinfo,
    languages: Sequence[str] = ("en",),
    may_lie_ahead: bool = False,
) -> SpokenTime:
    """When words say that something was, counted from the call, by the caller's clock.

    received_at: when the call came in. zone: the watch's; a zone in the words wins. languages: those whose words are
    tried, in this order, then English; a text is in one of them. may_lie_ahead: what a letter says may be about a day
    to come; a caller tells of what was. An hour without a day is the last before the call.

    Raises TimeError: no time, two times, one after the call (by more than AHEAD), one that the clocks skipped or showed
    twice.
    """
    call = as_utc(received_at)
    if len(text) > MOST_CHARS:
        raise TimeError(Message("that is too long for a time; write only when it was, such as 22:10 or an hour ago"))
    tokens = tokens_of(fold_time(text))
    if not tokens:
        raise TimeError(Message("no time is written; write one like 22:10, or leave it not said"))
    first: TimeError | None = None
    unread = ""
    for language in dict.fromkeys((*languages, "en")):
        if language not in LANGUAGES or len(tokens) > MOST_TOKENS:
            continue
        reading = Reading(tokens, lexis_of(language))
        if reading.unread:
            unread = unread or reading.unread
            continue
        try:
            return _Call(call, zone, text, may_lie_ahead).resolve(reading.phrases)
        except TimeError as exc:
            first = first or exc
        except (OverflowError, ValueError) as exc:  # before the year 1, after 9999
            first = first or TimeError(no_time(text))
            first.__cause__ = exc
    if first is not None:
        raise first
    raise TimeError(no_time(text, unread))


@dataclass(frozen=True, slots=True)
class _Context:
    """What the words around one clock say. day: what it counts from, None for none."""

    day: Phrase | None = None
    weekday: int | None = None
    part: str = ""
    half: str = ""
    season: str = ""
    clock: Phrase | None = None


class _Call:
    """The phrases of a text, resolved against one call."""

    def __init__(self, call: datetime, zone: tzinfo, text: str, may_lie_ahead: bool) -> None:
        self.call, self.zone, self.text, self.may_lie_ahead = call, zone, text, may_lie_ahead
        self.assumed: list[Message] = []

    @property
    def today(self) -> date:
        return self.call.astimezone(self.zone).date()

    def resolve(self, phrases: Sequence[Phrase]) -> SpokenTime:
        """Raises TimeError."""
        phrases = self._with_zone(plainer(phrases, self.text, self._assume))
        kinds = [phrase.kind for phrase in phrases]
        is_about = "about" in kinds or any(phrase.is_about for phrase in phrases)
        clocks = [at for at, kind in enumerate(kinds) if kind == "clock"]
        alone = [phrase for phrase in phrases if phrase.kind in ("span", "few", "now")]
        is_range = any(kind in ("begin", "mid", "end") for kind in kinds)
        if len(alone) > 1 or (alone and (clocks or "days" in kinds or "date" in kinds or "part" in kinds)):
            raise TimeError(self._two_times())
        if alone:
            start, end = self._counted_back(alone[0], is_about)
        elif len(clocks) == 2 and is_range:
            start, end = self._range(phrases, clocks)
        elif len(clocks) > 1:
            raise TimeError(self._two_times())
        else:
            if any(phrase.kind in ("mid", "end") and phrase.value != "-" for phrase in phrases):
                raise TimeError(
                    Message(
                        '"{text}" says one end of a time; write both, such as 21:50 to 22:05',
                        text=shown_text(self.text),
                    )
                )
            start, end = self._one(self._around(phrases))
        if any(phrase.may_be_range for phrase in phrases):
            self._assume(Message("read as minutes to the hour; write from … to … if two times were meant"))
        if is_about and not alone and clocks:
            start, end = start - ABOUT_A_CLOCK, end + ABOUT_A_CLOCK
            if not self.may_lie_ahead:
                end = max(start, min(end, self.call))
            self._assume(Message("about: 15 minutes on either side"))
        if "begin" in kinds and len(clocks) < 2:
            end = max(start, self.call)
            self._assume(Message("up to the call"))
        if end > self.call + AHEAD and not self.may_lie_ahead:
            raise TimeError(self._after_the_call(end))
        return SpokenTime(start=start, end=end, assumed=tuple(self.assumed))

    # --- what phrases say together -----------------------------------------------------------------------------------

    def _with_zone(self, phrases: list[Phrase]) -> list[Phrase]:
        """The others, where one names a zone that is then the caller's clock."""
        for phrase in phrases:
            if phrase.kind == "zone":
                self.zone = zone_named(phrase.value)
        for phrase in phrases:
            if phrase.kind == "offset":
                sign = -1 if phrase.value[0] == "-" else 1
                hours, _, minutes = phrase.value[1:].partition(":")
                if not minutes and len(hours) == 4:
                    hours, minutes = hours[:2], hours[2:]
                if int(hours) > 15 or int(minutes or 0) > 59:
                    raise TimeError(no_time(self.text, phrase.value))
                self.zone = timezone(sign * timedelta(hours=int(hours), minutes=int(minutes or 0)))
        return [phrase for phrase in phrases if phrase.kind not in ("zone", "offset")]

    def _around(self, phrases: Sequence[Phrase]) -> _Context:
        """What stands around one clock. Raises TimeError where two days or two parts of the day are context."""
        slots: dict[str, Any] = {}
        name: str
        value: Any
        for phrase in phrases:
            match phrase.kind:
                case "days" | "date" | "last_night":
                    name, value = "day", phrase
                case "weekday" | "part":
                    name, value = phrase.kind, phrase.value
                case "am" | "pm":
                    name, value = "half", phrase.kind
                case "summer" | "winter":
                    name, value = "season", phrase.kind
                case "clock":
                    name, value = "clock", phrase
                case _:
                    continue
            if slots.get(name, value) != value:
                raise TimeError(self._two_times())
            slots[name] = value
        context = _Context(**slots)
        if context.day is not None and context.day.kind == "last_night":
            return replace(context, part="last_night")
        return context

    # --- moments ----------------------------------------------------------------------------------------------------

    def _counted_back(self, phrase: Phrase, is_about: bool) -> tuple[datetime, datetime]:
        if phrase.kind == "now":
            self._assume(Message("just now: within the 5 minutes before the call"))
            return self.call - JUST_NOW, self.call
        if phrase.kind == "few":
            seconds, most = phrase.value
            self._assume(Message("a few: from 2 to {most}", most=most))
            return self.call - timedelta(seconds=seconds * most), self.call - timedelta(seconds=seconds * FEWEST)
        span = timedelta(seconds=min(phrase.value, 2 * LONGEST_SPAN.total_seconds()))
        if span > LONGEST_SPAN:
            raise TimeError(Message("that is more than a year before the call; write the day"))
        at = self.call - span
        if not is_about:
            self._assume(Message("counted back from the time of the call, as if it were exact"))
            return at, at
        around = max(JUST_NOW, span / ABOUT_A_SPAN)
        minutes = round(around.total_seconds() / 60)
        self._assume(
            Plural(
                "about: {count} minute on either side", "about: {count} minutes on either side", minutes, count=minutes
            )
        )
        return at - around, min(at + around, self.call)

    def _one(self, context: _Context) -> tuple[datetime, datetime]:
        if context.clock is not None:
            return self._clock(context)
        if context.part:
            return self._part(context)
        if context.day is None and context.weekday is None:
            raise TimeError(no_time(self.text))
        day = self._day(context)
        return self._up_to_call(self._start_of(day, 0), self._start_of(day, 24))

    def _clock(
        self, context: _Context, *, after: datetime | None = None, before: datetime | None = None
    ) -> tuple[datetime, datetime]:
        """The moment of a clock. after, before: of a range, the end that is known already."""
        assert context.clock is not None
        hours = hours_meant(context.clock, context.half, context.part)
        if not hours:
            raise TimeError(
                Message(
                    '"{text}": {clock} is not within that part of the day; write it by the 24-hour clock',
                    text=shown_text(self.text),
                    clock=clock_words(context.clock.value),
                )
            )
        if after is not None or before is not None:
            return self._beside(context, hours, after, before)
        is_dated = context.weekday is not None or (context.day is not None and not _is_today(context.day))
        if is_dated and len(hours) > 1 and context.part != "last_night":
            hours = [context.clock.value // 60, *(hour for hour in hours if hour != context.clock.value // 60)]
            self._assume(
                Message(
                    "{clock} by the 24-hour clock; write {other} if that was meant",
                    clock=clock_words(hours[0] * 60 + context.clock.value % 60),
                    other=clock_words(hours[1] * 60 + context.clock.value % 60),
                )
            )
            hours = hours[:1]
        if context.day is not None or context.weekday is not None:
            day = self._day(context, hours[0])
            moments = [self._at(self._night_day(context, day, hour), hour, context) for hour in hours]
        else:
            moments = [self._last(hour, context) for hour in hours]
        past = [moment for moment in moments if moment[0] <= self.call + AHEAD] or (
            moments if self.may_lie_ahead else []
        )
        if not past:
            raise TimeError(self._after_the_call(min(moments)[0]))
        chosen = max(past)
        if (len(moments) > 1 and context.day is None) or len(past) > 1:
            self._later_of(chosen, moments)
        if context.day is None and context.weekday is None:
            local = chosen[0].astimezone(self.zone)
            self._assume(
                Message(
                    "no day was said: the last {clock} before the call, on {day}",
                    clock=local.strftime("%H:%M"),
                    day=local.date(),
                )
            )
        return chosen

    def _later_of(self, chosen: tuple[datetime, datetime], moments: Sequence[tuple[datetime, datetime]]) -> None:
        clocks = [start.astimezone(self.zone).strftime("%H:%M") for start, _ in sorted(moments)]
        self._assume(
            Message(
                "{clock}: morning or evening was not said, and {other} lies further from the call",
                clock=chosen[0].astimezone(self.zone).strftime("%H:%M"),
                other=next(
                    (clock for clock in clocks if clock != chosen[0].astimezone(self.zone).strftime("%H:%M")), ""
                ),
            )
        )

    def _last(self, hour: int, context: _Context) -> tuple[datetime, datetime]:
        """The last such moment that is not after the call."""
        for back in range(3):
            day = self.today + timedelta(days=1 - back)
            try:
                moment = self._at(day, hour, context)
            except _Skipped:
                if self._start_of(day, hour) <= self.call:
                    raise
                continue
            if moment[0] <= self.call + AHEAD:
                return moment
        return self._at(self.today - timedelta(days=2), hour, context)

    def _at(self, day: date, hour: int, context: _Context) -> tuple[datetime, datetime]:
        """A day and a clock in UTC. Raises TimeError where the clocks skipped it, or showed it twice and nobody said
        which."""
        assert context.clock is not None
        wall = datetime.combine(day, time(hour, context.clock.value % 60, context.clock.second))
        moments = instants(wall, self.zone)
        if not moments:
            raise _Skipped(
                Message(
                    "there was no {clock} on {day}: the clocks were put forward; ask again",
                    clock=wall.strftime("%H:%M"),
                    day=day,
                )
            )
        if len(moments) == 2:
            if context.season:
                # Summer time is what lies further from UTC, so it is the earlier of the two.
                moments = moments[:1] if context.season == "summer" else moments[1:]
            elif moments[1] > self.call + AHEAD >= moments[0]:
                moments = moments[:1]
            else:
                raise TimeError(
                    Message(
                        "{clock} was twice on {day}, when the clocks were put back: write {clock} summer or {clock} "
                        "winter",
                        clock=wall.strftime("%H:%M"),
                        day=day,
                    )
                )
        return moments[0], moments[0]

    def _night_day(self, context: _Context, day: date, hour: int) -> date:
        """ "Last night at two" is this morning's two."""
        return day + timedelta(days=1) if context.part == "last_night" and hour < 12 else day

    # --- days and their parts ---------------------------------------------------------------------------------------

    def _day(self, context: _Context, hour: int | None = None) -> date:
        """The calendar day that is said, in the caller's zone."""
        named = context.day
        day: date | None = None
        if named is not None and named.kind == "last_night":
            day = self.today - timedelta(days=1)
            if hour is None and self.call.astimezone(self.zone).hour >= PART_HOURS["last_night"][0]:
                return day
        elif named is not None and named.kind == "days":
            day = self.today + timedelta(days=named.value)
        elif named is not None:
            day = self._dated(*named.value)
        if context.weekday is None:
            assert day is not None
            return day
        if day is not None:
            if day.weekday() != context.weekday:
                raise TimeError(
                    Message(
                        '"{text}": {day} is another day of the week; correct one', text=shown_text(self.text), day=day
                    )
                )
            return day
        back = (self.today.weekday() - context.weekday) % 7
        day = self.today - timedelta(days=back)
        begins = hour if hour is not None else PART_HOURS[context.part][0] if context.part else 0
        minute = context.clock.value % 60 if context.clock is not None else 0
        if self._start_of(day, begins) + timedelta(minutes=minute) > self.call + AHEAD:
            day -= timedelta(days=7)
        self._assume(Message("the last such day of the week before the call: {day}", day=day))
        return day

    def _dated(self, year: int | None, month: int, day: int) -> date:
        if year is not None:
            return date(*date_of(self.text, year, month, day).value)
        latest = self.today + timedelta(days=183) if self.may_lie_ahead else self.today
        for each in range(latest.year, latest.year - 9, -1):
            try:
                candidate = date(each, month, day)
            except ValueError:
                continue
            if candidate <= latest:
                self._assume(Message("no year was said: {day}", day=candidate))
                return candidate
        raise TimeError(Message('"{text}" names a day that is in no calendar; correct it', text=shown_text(self.text)))

    def _part(self, context: _Context) -> tuple[datetime, datetime]:
        """The hours of a part of the day; the last one before the call where no day is context."""
        begins, ends = PART_HOURS[context.part]
        if context.day is not None or context.weekday is not None:
            day = self._day(context)
            crosses = ends > 24 and context.day is not None and _is_today(context.day)
            if crosses and self._start_of(day, begins) > self.call:
                day -= timedelta(days=1)  # "tonight", said after midnight, is the night that began yesterday
        else:
            day = self.today
            if self._start_of(day, begins) > self.call:
                day -= timedelta(days=1)
        self._assume(
            Message(
                "{part} taken as {start} to {end}",
                part=PART_WORDS[context.part],
                start=hour_words(begins),
                end=hour_words(ends),
            )
        )
        return self._up_to_call(self._start_of(day, begins), self._start_of(day, ends))

    def _start_of(self, day: date, hour: int) -> datetime:
        """An hour of a day in UTC, 24 and more in the next; where the clocks skip it, as the old clock would go on."""
        wall = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), tzinfo=self.zone)
        return wall.astimezone(UTC)

    def _up_to_call(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        if self.may_lie_ahead or end <= self.call:
            return start, end
        if start > self.call:
            raise TimeError(self._after_the_call(start))
        self._assume(Message("up to the call"))
        return start, self.call

    # --- from one time to another -----------------------------------------------------------------------------------

    def _range(self, phrases: Sequence[Phrase], clocks: Sequence[int]) -> tuple[datetime, datetime]:
        cut = next((at for at in range(clocks[0], clocks[1]) if phrases[at].kind == "mid"), clocks[0] + 1)
        left, right = self._around(phrases[:cut]), self._around(phrases[cut:])
        has_day: Callable[[_Context], bool] = lambda context: context.day is not None or context.weekday is not None  # noqa: E731
        if has_day(left) and has_day(right):
            start, end = self._clock(left)[0], self._clock(right)[0]
        elif has_day(left) and (right.part or right.half) and not (left.part or left.half):
            start, end = self._on_one_day(left, right)
        elif has_day(left) or ((left.part or left.half) and not (right.part or right.half or has_day(right))):
            start = self._clock(left)[0]
            end = self._clock(right, after=start)[0]
        else:
            end = self._clock(right)[0]
            start = self._clock(left, before=end)[0]
        if start > end:
            raise TimeError(Message('"{text}" ends before it begins; write the days too', text=shown_text(self.text)))
        return start, end

    def _on_one_day(self, left: _Context, right: _Context) -> tuple[datetime, datetime]:
        """ "Friday between 8 and 9 pm": both in the evening, as long as both are then of that day."""
        assumed = list(self.assumed)
        end = self._clock(replace(right, day=left.day, weekday=left.weekday))[0]
        start = self._clock(replace(left, day=None, weekday=None), before=end)[0]
        if start.astimezone(self.zone).date() == end.astimezone(self.zone).date():
            return start, end
        self.assumed = assumed
        start = self._clock(left)[0]
        return start, self._clock(right, after=start)[0]

    def _beside(
        self, context: _Context, hours: Sequence[int], after: datetime | None, before: datetime | None
    ) -> tuple[datetime, datetime]:
        """The other end of a range: the nearest after its beginning, or before its end."""
        bound = after or before
        assert bound is not None
        around = bound.astimezone(self.zone).date()
        near: list[tuple[datetime, datetime]] = []
        skipped: TimeError | None = None
        for day in (around - timedelta(days=1), around, around + timedelta(days=1)):
            for hour in hours:
                try:
                    moment = self._at(day, hour, context)
                except TimeError as exc:
                    skipped = skipped or (exc if day == around else None)
                    continue
                if moment[0] >= bound if after is not None else moment[0] <= bound:
                    near.append(moment)
        if skipped is not None or not near:
            raise skipped or TimeError(no_time(self.text))
        return min(near) if after is not None else max(near)

    # --- sentences --------------------------------------------------------------------------------------------------

    def _assume(self, message: Message) -> None:
        if message not in self.assumed:
            self.assumed.append(message)

    def _two_times(self) -> Message:
        return Message(
            '"{text}" says more than one time; write one, or from when to when, such as 21:50 to 22:05',
            text=shown_text(self.text),
        )

    def _after_the_call(self, moment: datetime) -> Message:
        local, call = (each.astimezone(self.zone) for each in (moment, self.call))
        return Message(
            "{day} {clock} lies after the call, which came on {call_day} at {call}; correct it",
            day=local.date(),
            clock=local.strftime("%H:%M"),
            call_day=call.date(),
            call=call.strftime("%H:%M"),
        )


class _Skipped(TimeError):
    """The clocks skipped this time."""


def _is_today(day: Phrase) -> bool:
    return day.kind == "days" and day.value == 0
