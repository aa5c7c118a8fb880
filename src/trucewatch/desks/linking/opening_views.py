"""What opening a link would change, as pages say it: for each side before and after, what figures rest on, what is
still needed. Only openings; the same sentences for either side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from trucewatch.desks.linking.link_detail import Stated
from trucewatch.desks.linking.link_views import ShownNetwork
from trucewatch.desks.linking.wording import (
    MODE_WORDS,
    WORKS_WORDS,
    direction_words,
    km_words,
    last_said,
    length_rests_on,
    minutes_words,
    name_of,
    names_of,
    since_of,
    status_words,
    time_rests_on,
    time_words,
    voice_words,
    why_words,
)
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.link_statements import NOT_KNOWN
from trucewatch.model.link_status import LinkStatus
from trucewatch.model.links import MODES, Link, Mode
from trucewatch.model.openings import ForSide, Journey, Opening, StillNeeded, Stretch
from trucewatch.pipeline.link_opening import MOST_OPENED, Question, opening, way_as_it_stands

LONGEST_ID: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWay:
    """From where to where, by what, and which links would open: ids as the address has them."""

    from_: str = ""
    to: str = ""
    mode: Mode = "any"
    opened: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return bool(self.from_ and self.to)

    @property
    def query(self) -> list[tuple[str, str]]:
        pairs = [("from", self.from_), ("to", self.to), ("mode", self.mode if self.mode != "any" else "")]
        return [pair for pair in pairs if pair[1]] + [("open", link) for link in self.opened]


def asked_way(params: QueryParams) -> AskedWay:
    """The question of an address: `from`, `to`, `mode`, and `open` as often as there are links."""
    mode = params.get("mode", "")
    opened = dict.fromkeys(text.strip()[:LONGEST_ID] for text in params.getlist("open")[: MOST_OPENED + 1])
    return AskedWay(
        from_=params.get("from", "").strip()[:LONGEST_ID],
        to=params.get("to", "").strip()[:LONGEST_ID],
        mode=next((name for name in MODES if name == mode), "any"),
        opened=tuple(filter(None, opened)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchLine:
    """A link of a way as a table has it, with what its figures rest on."""

    link: Link
    title: str
    where: Message
    km: Message
    length_rests_on: Message
    stated_km: tuple[Stated, ...]
    time: Message
    time_rests_on: Message
    status_code: str
    status: Message
    since: Message
    why: Message
    is_border: bool
    last_said: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyWords:
    """A way in figures: time and km from least to most, the part of it at borders, and how often one changes."""

    time: Message
    km: Message
    border: Message | None
    changes: tuple[Message, ...]
    stretches: tuple[StretchLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideWords:
    """The answer for the travellers of one side."""

    side: str
    sentence: Message
    unknown: tuple[Message, ...]
    before: JourneyWords | None
    after: JourneyWords | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededWords:
    """What stands between a link and its being passed."""

    link: Link
    title: str
    is_asked: bool
    is_known: bool
    status: Message
    why: Message
    works: tuple[Stated, ...]
    needs: tuple[Stated, ...]


class OpeningWords:
    """The answer to one question in words. Raises LinkError for what cannot be asked."""

    def __init__(self, on_day: ShownNetwork, question: AskedWay) -> None:
        self.on_day, self.question, self.view = on_day, question, on_day.view
        self.answer: Opening = answer_to(on_day, question, question.opened)

    @property
    def from_name(self) -> str:
        return self.on_day.nodes.get(self.answer.from_, self.answer.from_)

    @property
    def to_name(self) -> str:
        return self.on_day.nodes.get(self.answer.to, self.answer.to)

    @property
    def mode(self) -> Message:
        return MODE_WORDS[self.answer.mode]

    @property
    def way(self) -> tuple[str, ...]:
        """The links of the way, whatever stands of them."""
        return tuple(stretch.link for stretch in self.answer.through or ())

    @property
    def opened(self) -> list[tuple[Link, str]]:
        links = (self.on_day.links[link] for link in self.answer.opened if link in self.on_day.links)
        return [(link, self.on_day.title(link)) for link in links]

    @property
    def sides(self) -> list[SideWords]:
        return [
            SideWords(
                side=name_of(self.view, self.on_day.network, each.side),
                sentence=self.sentence(each),
                unknown=tuple(self._unknown(each)),
                before=self.journey(each.before),
                after=self.journey(each.after),
            )
            for each in self.answer.sides
        ]

    def sentence(self, each: ForSide) -> Message:
        """What the opening changes for a side, in one sentence."""
        side = name_of(self.view, self.on_day.network, each.side)
        if each.before is None and each.after is None:
            if not self.answer.opened:
                return Message(
                    "For travellers of {side}: no way on record of which every link can be passed.", side=side
                )
            return Message(
                "For travellers of {side}: no way on record of which every link can be passed, neither before nor "
                "after.",
                side=side,
            )
        if each.after is None:
            return Message("For travellers of {side}: no way after it is on record.", side=side)
        if each.before is None:
            return Message(
                "For travellers of {side}: newly joined, in {time}, {km}; before, no way is on record of which every "
                "link can be passed.",
                side=side,
                time=time_words(each.after.minutes),
                km=km_words(self.view, each.after.km),
            )
        if not self.answer.opened:
            return Message(
                "For travellers of {side}: {time}, {km}.",
                side=side,
                time=time_words(each.before.minutes),
                km=km_words(self.view, each.before.km),
            )
        return self._shorter(each, each.before, each.after, side)

    def _shorter(self, each: ForSide, before: Journey, after: Journey, side: str) -> Message:
        saves = each.saves
        if saves is None or round(saves.most) <= 0 or before == after:
            return Message(
                "For travellers of {side}: as before, {time}; the way is not shorter in time.",
                side=side,
                time=time_words(after.minutes),
            )
        if round(saves.least) <= 0:
            return Message(
                "For travellers of {side}: before {before}, after {after}; shorter by up to {most}, and by what is on "
                "record not surely shorter.",
                side=side,
                before=time_words(before.minutes),
                after=time_words(after.minutes),
                most=minutes_words(saves.most),
            )
        return Message(
            "For travellers of {side}: before {before}, after {after}; shorter by {least} to {most}.",
            side=side,
            before=time_words(before.minutes),
            after=time_words(after.minutes),
            least=minutes_words(saves.least),
            most=minutes_words(saves.most),
        )

    def _unknown(self, each: ForSide) -> Iterable[Message]:
        if each.unknown_before is not None and not self.answer.opened:
            yield Message(
                "If every link whose status is not known could be passed, it could be {time}, at best.",
                time=minutes_words(each.unknown_before),
            )
        elif each.unknown_before is not None:
            yield Message(
                "If every link whose status is not known could be passed, it could be {time} before, at best.",
                time=minutes_words(each.unknown_before),
            )
        if each.unknown_after is not None and self.answer.opened:
            yield Message(
                "If every link whose status is not known could be passed, it could be {time} after, at best.",
                time=minutes_words(each.unknown_after),
            )

    def journey(self, journey: Journey | None) -> JourneyWords | None:
        if journey is None:
            return None
        changes = []
        if journey.gauge_changes:
            changes.append(_changes_of_gauge(journey.gauge_changes))
        if journey.transfers:
            changes.append(_transfers(journey.transfers))
        return JourneyWords(
            time=time_words(journey.minutes),
            km=km_words(self.view, journey.km),
            border=time_words(journey.border) if journey.border.most else None,
            changes=tuple(changes),
            stretches=tuple(self.stretch(each) for each in journey.stretches),
        )

    @property
    def through(self) -> list[StretchLine] | None:
        return None if self.answer.through is None else [self.stretch(each) for each in self.answer.through]

    def stretch(self, each: Stretch) -> StretchLine:
        return stretch_line(self.on_day, each)

    def why(self, status: LinkStatus) -> Message:
        return why_words(self.view, status)

    @property
    def still_needed(self) -> list[NeededWords]:
        return [self._needed(each) for each in self.answer.still_needed]

    def _needed(self, each: StillNeeded) -> NeededWords:
        link = self.on_day.links[each.link]
        return NeededWords(
            link=link,
            title=self.on_day.title(link),
            is_asked=each.is_asked,
            is_known=each.status.status != NOT_KNOWN,
            status=status_words(each.status.status),
            why=self.why(each.status),
            works=stated_rows(self.on_day, each.works),
            needs=stated_rows(self.on_day, each.needs),
        )

    def works_word(self, state: str) -> Message:
        return WORKS_WORDS[state]  # type: ignore[index]

    def who(self, codes: Iterable[str]) -> str:
        return names_of(self.view, self.on_day.network, codes)

    @property
    def whose(self) -> str:
        return self.who(self.answer.whose)

    @property
    def sources(self) -> list[str]:
        """The sources that nobody is named for, on which figures and statuses rest too."""
        return [printable(source) or self.view.words.gettext("erased") for source in self.answer.sources]

    @property
    def whole(self) -> JourneyWords | None:
        """What the whole way would take if everything on it could be passed."""
        return self.journey(self.answer.whole)

    @property
    def whole_sentence(self) -> Message:
        whole = self.answer.whole
        assert whole is not None
        return Message(
            "The whole way, if everything on it could be passed: {time}, {km}.",
            time=time_words(whole.minutes),
            km=km_words(self.view, whole.km),
        )

    @property
    def all_of_way(self) -> tuple[str, ...]:
        """The links of the way that are not open, with what the question opens: asked together they open the way."""
        return tuple(dict.fromkeys((*self.answer.opened, *self.answer.not_open)))

    @property
    def opens_more(self) -> bool:
        """Whether the way has links that are not open and that the question does not open."""
        return not set(self.answer.not_open) <= set(self.answer.opened)

    @property
    def may_open_all(self) -> bool:
        return self.opens_more and len(self.all_of_way) <= MOST_OPENED

    @property
    def open_all_words(self) -> Message:
        count = len(self.answer.not_open)
        return Plural(
            "Ask the same with {count} link of this way open that is not",
            "Ask the same with all {count} links of this way open that are not",
            count,
            count=Amount(count),
        )

    @property
    def too_many_words(self) -> Message:
        return Message(
            "{count} links of this way are not open; a question opens at most {most}.",
            count=Amount(len(self.answer.not_open)),
            most=Amount(MOST_OPENED),
        )


def stated_rows(on_day: ShownNetwork, rows: Iterable[Any]) -> tuple[Stated, ...]:
    """Rows with whose word each is, by the names of who speaks."""
    lines = (Stated(row=row, who=voice_words(on_day.view, on_day.network, row.by, row.source)) for row in rows)
    return tuple(sorted(lines, key=lambda line: (line.who, line.row.known_at)))


def stretch_line(on_day: ShownNetwork, each: Stretch) -> StretchLine:
    """A link of a way as a table has it."""
    view, link, network = on_day.view, on_day.links[each.link], on_day.network
    first, second = on_day.ends(link)
    return StretchLine(
        link=link,
        title=on_day.title(link),
        where=direction_words(each.passing, first, second),
        km=km_words(view, each.length.km),
        length_rests_on=length_rests_on(view, network, each.length),
        stated_km=stated_rows(on_day, each.length.stated),
        time=time_words(each.time.minutes),
        time_rests_on=time_rests_on(view, network, each.time, link.ways),
        status_code=each.status.status,
        status=status_words(each.status.status),
        since=since_of(each.status),
        why=why_words(view, each.status),
        is_border=each.time.is_border,
        last_said=last_said(each.status, view.watch.zone),
    )


def question_of(on_day: ShownNetwork, question: AskedWay, opened: tuple[str, ...] | None = None) -> Question:
    """The question of an address on the chosen day; `opened` for other links than the address names."""
    return Question(
        from_=question.from_,
        to=question.to,
        opened=question.opened if opened is None else opened,
        mode=question.mode,
        day=on_day.chosen.day,
        known_by=on_day.chosen.known_by,
    )


def answer_to(on_day: ShownNetwork, question: AskedWay, opened: tuple[str, ...]) -> Opening:
    """The engine's answer; where nothing opens the way as it stands. Raises LinkError."""
    ask = opening if opened else way_as_it_stands
    watch = on_day.view.watch
    asking = question_of(on_day, question, opened)
    return ask(on_day.whole, watch.agreement, asking, zone=watch.zone, names=on_day.every_name)


def opening_address(on_day: ShownNetwork, question: AskedWay, opened: tuple[str, ...] | None = None) -> str:
    """The page of the whole answer."""
    links = question.opened if opened is None else opened
    way = AskedWay(from_=question.from_, to=question.to, mode=question.mode, opened=links)
    return f"/links/opening?{urlencode([*way.query, *on_day.chosen.query.items()])}"


def _changes_of_gauge(count: int) -> Message:
    return Plural("{count} change of gauge", "{count} changes of gauge", count, count=Amount(count))


def _transfers(count: int) -> Message:
    return Plural(
        "{count} change between rail and road", "{count} changes between rail and road", count, count=Amount(count)
    )
