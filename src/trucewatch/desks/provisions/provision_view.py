"""What the pages of provisions show of a moment: each provision with its parts, and where each lies on the axis of
time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final

from trucewatch.desks.provisions.glimpse import Glimpse
from trucewatch.desks.provisions.state_axis import Axis, Life, Mark, Segment, Span
from trucewatch.desks.provisions.state_sentences import rule_words, why
from trucewatch.errors import TimeError
from trucewatch.findings.clause_states import agreement_at
from trucewatch.locale.reasons import time_words
from trucewatch.locale.terms import state_named
from trucewatch.model.agreement import Agreement, Instrument, Provision, Stipulation
from trucewatch.model.clause_state import ClauseState, KeptSpan
from trucewatch.model.deadlines import Due, Range, zones_of
from trucewatch.model.times import ALWAYS, day_of, read_time
from trucewatch.server.view import View

_MOST_LOOKED: Final = 200
"""Moments at which the states of today's knowledge are worked out for the axis."""
_AHEAD: Final = 0.35
"""How far the axis goes on for days to come, of its length up to the clock."""
_DAYS_OF_RULES: Final = frozenset(("day", "day_of_watch", "zones", "term", "extension"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A part of a clause. why: its state in one sentence."""

    stipulation: Stipulation
    state: ClauseState
    word: str
    why: str
    life: Life

    @property
    def id(self) -> str:
        return self.stipulation.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionView:
    provision: Provision
    instrument: Instrument
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfPart:
    """A row of the table beside the axis: what is drawn of a part on a day. source: which text or rule gave it."""

    part: str
    day: str
    what: str
    source: str


@dataclass(frozen=True)
class AtAGlance:
    """All provisions at the moment that is shown."""

    glimpse: Glimpse
    view: View

    @cached_property
    def agreement(self) -> Agreement:
        """As it was known."""
        record = self.glimpse.record
        return agreement_at(record.agreement, self.glimpse.at, self.glimpse.known_by, record.watch.zone)

    @cached_property
    def states(self) -> Mapping[str, ClauseState]:
        return {state.stipulation: state for state in self.glimpse.states()}

    @cached_property
    def provisions(self) -> tuple[ProvisionView, ...]:
        """In the order of the text."""
        instruments = {instrument.id: instrument for instrument in self.agreement.instrument}
        return tuple(
            ProvisionView(
                provision=provision,
                instrument=instruments[provision.instrument],
                parts=tuple(self._part(each) for each in provision.stipulation if each.id in self.states),
            )
            for provision in self.agreement.provision
            if provision.instrument in instruments
        )

    def _part(self, stipulation: Stipulation) -> PartView:
        state = self.states[stipulation.id]
        return PartView(
            stipulation=stipulation,
            state=state,
            word=state_named(state.state, self.view.words),
            why=why(state, self.view.telling.watch, self.view.words),
            life=self.life_of(stipulation),
        )

    # On the axis of time

    @cached_property
    def axis(self) -> Axis:
        """From the first day to the clock, and on to the days that are due soon after."""
        glimpse = self.glimpse
        start = min((glimpse.first, glimpse.at))
        until = max(glimpse.clock, start + timedelta(days=7))
        due = [state.due.range.latest for state in self.states.values() if state.due is not None]
        furthest = until + (until - start) * _AHEAD
        end = max((until, *(moment for moment in due if moment <= furthest)))
        edge = (end - start) * 0.02
        return Axis(start - edge, end + 2 * edge, self.view.reader.zone, self.view.words)

    @cached_property
    def _course(self) -> Mapping[str, list[tuple[datetime, str]]]:
        """By part, from when on it stood how, up to the moment that is shown."""
        glimpse = self.glimpse
        course: dict[str, list[tuple[datetime, str]]] = {}
        if glimpse.known_by is None:
            for change in glimpse.changes:
                if change.at <= glimpse.at:
                    course.setdefault(change.stipulation, []).append((change.at, change.state))
            return course
        for moment in self._moments():
            for state in glimpse.record.states_at(moment, known_by=glimpse.known_by):
                so_far = course.setdefault(state.stipulation, [])
                if not so_far or so_far[-1][1] != state.state:
                    so_far.append((moment, state.state))
        return course

    def _moments(self) -> list[datetime]:
        """Where a state may change by what is known today: what was due, done, or became known."""
        moments = {self.glimpse.at, *self.glimpse.ticks}
        for state in self.states.values():
            if state.due is not None:
                moments.update((state.due.range.earliest, state.due.range.latest))
            if (met := moment_of(state.met_at, self.view)) is not None:
                moments.add(met.earliest)
        every = self.glimpse.record.moments()
        if len(every) <= _MOST_LOOKED:
            moments.update(every)
        return sorted(moment for moment in moments if ALWAYS < moment <= self.glimpse.at)

    def life_of(self, stipulation: Stipulation) -> Life:
        course = [*self._course.get(stipulation.id, []), (self.glimpse.at, "")]
        state = self.states[stipulation.id]
        return Life(
            tuple(Segment(start, end, word) for (start, word), (end, _) in pairwise(course)),
            tuple(self._marks(stipulation, state)),
            tuple(self._spans(state)),
        )

    def _marks(self, stipulation: Stipulation, state: ClauseState) -> Iterator[Mark]:
        words, telling = self.view.words, self.view.telling
        if state.due is not None:
            own = self.own_due(stipulation) if state.due.extension else None
            if own is not None and self.axis.is_on(own.range.latest):
                title = words.gettext("{part}: due by the text, {day}").format(
                    part=stipulation.id, day=telling.moment(own.range.latest)
                )
                yield Mark("due", own.range.latest, self._day(stipulation, own), title)
            due = state.due.range
            if due.latest > self.axis.end:
                label = self._day(stipulation, state.due, with_year=True)
                title = words.gettext("{part}: due by the text, {day}").format(
                    part=stipulation.id, day=due_words(due, self.view)
                )
                yield Mark("beyond", due.latest, label, title)
            elif self.axis.is_on(due.latest):
                template = (
                    words.gettext("{part}: due by extension {number}, {day}")
                    if state.due.extension
                    else words.gettext("{part}: due by the text, {day}")
                )
                title = template.format(part=stipulation.id, number=state.due.extension, day=telling.moment(due.latest))
                kind = "extended" if state.due.extension else "due"
                start = None if due.is_exact else due.earliest
                yield Mark(kind, due.latest, self._day(stipulation, state.due), title, start)
        met = moment_of(state.met_at, self.view)
        if met is not None and self.axis.is_on(met.earliest):
            day = time_words(state.met_at, self.view.telling.watch, words)
            title = words.gettext("{part}: met, {day}").format(part=stipulation.id, day=day)
            yield Mark(
                "met", met.earliest, words.bare_day(met.earliest.astimezone(self.view.reader.zone).date()), title
            )

    def own_due(self, stipulation: Stipulation) -> Due | None:
        """When the text alone has it due."""
        record = self.glimpse.record
        return stipulation.due(ALWAYS, record.watch.zone, None, record.agreement.authoritative)

    def _day(self, stipulation: Stipulation, due: Due, *, with_year: bool = False) -> str:
        """The day that the text or the extension names; of a term the last day that is in time, in its zone."""
        deadline = stipulation.deadline
        if due.extension:
            day = stipulation.extension[due.extension - 1].day
        elif deadline is not None and deadline.day is not None:
            day = deadline.day
        else:
            zone = self.glimpse.record.watch.zone
            zones = zones_of(deadline, zone) if deadline is not None else (zone,)
            day = (due.range.latest - timedelta(microseconds=1)).astimezone(zones[0]).date()
        return self.view.words.short_day(day) if with_year else self.view.words.bare_day(day)

    def _spans(self, state: ClauseState) -> Iterator[Span]:
        for span in state.spans:
            first, last = moment_of(span.first, self.view), moment_of(span.last or span.first, self.view)
            if first is not None and last is not None and span.word != "not_on_record":
                yield Span(first.earliest, last.latest, span.word == "kept", self.span_words(span))

    def span_words(self, span: KeptSpan) -> str:
        """`kept up from 1 to 3 May`, `not kept up on 3 May`."""
        words, watch = self.view.words, self.view.telling.watch
        first = time_words(span.first, watch, words)
        if not span.last:
            single = words.gettext("kept up, {day}") if span.word == "kept" else words.gettext("not kept up, {day}")
            return single.format(day=first)
        whole = (
            words.gettext("kept up from {first} to {last}")
            if span.word == "kept"
            else words.gettext("not kept up from {first} to {last}")
        )
        return whole.format(first=first, last=time_words(span.last, watch, words))

    # The same as tables

    def days(self) -> Iterator[DayOfPart]:
        """What the axis shows, in words, part by part."""
        words, watch = self.view.words, self.view.telling.watch
        for provision in self.provisions:
            for part in provision.parts:
                dates = [rule_words(line, watch, words) for line in part.state.rule if line.code in _DAYS_OF_RULES]
                source = " ".join(dates)
                for segment in part.life.segments:
                    day = self.view.telling.moment(segment.start)
                    yield DayOfPart(part=part.id, day=day, what=state_named(segment.state, words), source="")
                if part.state.due is not None:
                    due = due_words(part.state.due.range, self.view)
                    yield DayOfPart(part=part.id, day=due, what=words.gettext("due"), source=source)
                if part.state.met_at:
                    met = time_words(part.state.met_at, watch, words)
                    yield DayOfPart(part=part.id, day=met, what=state_named("met", words), source=part.why)

    def steps(self) -> list[tuple[datetime, int, int]]:
        """From when on how many parts were due, and how many of these are shown as met, in time or late."""
        glimpse, steps = self.glimpse, list[tuple[datetime, int, int]]()
        moments = {change.at for change in glimpse.changes if change.at <= glimpse.at} | {glimpse.at}
        moments |= {
            state.due.moment
            for state in self.states.values()
            if state.due is not None and state.due.moment <= glimpse.at
        }
        for moment in sorted(moments)[-_MOST_LOOKED:]:
            pace = glimpse.record.pace_at(moment, known_by=glimpse.known_by)
            step = (pace.due, pace.met + pace.met_late)
            if not steps or steps[-1][1:] != step:
                steps.append((moment, *step))
        return steps


def due_words(due: Range, view: View) -> str:
    """The moment, or the two between which it lies."""
    if due.is_exact:
        return view.telling.moment(due.latest)
    return view.words.gettext("between {first} and {last}").format(
        first=view.telling.moment(due.earliest), last=view.telling.moment(due.latest)
    )


def moment_of(text: str, view: View) -> Range | None:
    """A moment or a local day as records write it; None for neither."""
    zone = view.snapshot.watch.zone
    try:
        if len(text) == len("2020-11-25"):
            day = day_of(date.fromisoformat(text), zone)
            return Range(day.start, day.end)
        moment = read_time(text, zone=zone)
    except (TimeError, ValueError):
        return None
    return Range(moment, moment)
