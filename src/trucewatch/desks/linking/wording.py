"""What pages say of links: statuses and why one is not known, whose word it is, lengths, times and what they rest on.

Every sentence is the same for either side; only names and figures are filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from typing import Final

from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.link_days import period_words, range_words
from trucewatch.model.link_names import names_of_whom
from trucewatch.model.link_statements import (
    NOT_KNOWN,
    STATUS_WORDS,
    Direction,
    LengthStatement,
    StatusStatement,
    TimeStatement,
    Traffic,
    WorksState,
)
from trucewatch.model.link_status import LinkStatus, Passing, begins, said_on, surely_from
from trucewatch.model.links import Assumptions, Mode, Network, NodeKind, Way
from trucewatch.model.openings import Interval, LinkLength, LinkTime
from trucewatch.server.view import View

MODE_WORDS: Final[dict[Mode, Message]] = {
    "any": Message("by road or rail"),
    "road": Message("by road"),
    "rail": Message("by rail"),
}
WAY_WORDS: Final[dict[Way, Term]] = {"road": Term("way", "road"), "rail": Term("way", "rail")}
NODE_WORDS: Final[dict[NodeKind, Term]] = {
    "town": Term("node", "town"),
    "station": Term("node", "station"),
    "border_point": Term("node", "border point"),
    "junction": Term("node", "junction"),
    "port": Term("node", "port"),
}
WORKS_WORDS: Final[dict[WorksState, Term]] = {
    "none_needed": Term("works", "no works needed"),
    "needed": Term("works", "works needed"),
    "announced": Term("works", "works announced"),
    "under_way": Term("works", "works under way"),
    "finished": Term("works", "works finished"),
}
TRAFFIC_WORDS: Final[dict[Traffic, Term]] = {
    "people": Term("traffic", "people"),
    "cars": Term("traffic", "cars"),
    "buses": Term("traffic", "buses"),
    "lorries": Term("traffic", "lorries"),
    "trains": Term("traffic", "trains"),
    "aid": Term("traffic", "vehicles with aid"),
    "patients": Term("traffic", "patients"),
    "other": Term("traffic", "other"),
}
NOT_STATED: Final = Message("not stated")
INSIDE_ALONE: Final = Message(
    "Lines of power, gas, water and telephone stay inside the centre: none of them, and no place that is an end of "
    "these alone, is in any release."
)


def name_of(view: View, network: Network, code: str) -> str:
    """A party, body, delegation or state by the name that the watch gives it; its id where it has none."""
    names = names_of_whom(view.watch, network.states, code) or view.watch.names_by_id.get(code, {})
    return printable(view.words.name(names, otherwise=code))


def names_of(view: View, network: Network, codes: Iterable[str]) -> str:
    """Several of them, in the alphabetical order of the reader's names: the order says nothing."""
    return view.words.listed(sorted({name_of(view, network, code) for code in codes}))


def voice_words(view: View, network: Network, by: str, source: str) -> str:
    """Who says something: the party or body, else whoever published it."""
    return name_of(view, network, by) if by else printable(source) or view.words.gettext("erased")


def voices_words(view: View, network: Network, rows: Iterable[LengthStatement | TimeStatement]) -> str:
    """Whose words some figures are, each once, by the alphabet."""
    return view.words.listed(sorted({voice_words(view, network, each.by, each.source) for each in rows}))


def status_words(status: str) -> Message:
    """A status in words; `not known` for whatever is none."""
    return STATUS_WORDS.get(status, STATUS_WORDS[NOT_KNOWN])


def why_words(view: View, status: LinkStatus) -> Message:
    """The rule's sentence: why this follows from what is on record, or why it is not known."""
    zone = view.watch.zone
    if status.why == "sources_differ":
        if status.is_usable:
            return Message(
                "Not known how freely it can be passed: the words that stand of this day differ, and none is put above "
                "another. Each says that it can be passed."
            )
        return Message("Not known: the words that stand of this day differ, and none is put above another.")
    if status.why == "no_longer_said":
        return Message("Not known: what was stated last has ended, and no statement on record tells of the time since.")
    if status.why == "day_unsure":
        unsure = [each for each in status.statements if surely_from(each, zone) > begins(each, zone)]
        first = min(begins(each, zone) for each in unsure or status.statements)
        last = max(surely_from(each, zone) for each in unsure or status.statements)
        if period := period_words(first, last):
            return Message(
                "Not known: it changed in {period}, on a day that is not stated, and this day lies within.",
                period=period,
            )
        return Message(
            "Not known: it changed on some day from {first} to {last}, and this day lies within.",
            first=first,
            last=last,
        )
    if status.why == "travellers_not_named":
        return Message(
            "Not known for these travellers: what is stated of this crossing names nobody, and nobody says whether "
            "they may pass."
        )
    if status.why == "nobody_says":
        return Message("Not known: no statement on record tells of this day.")
    if len(status.statements) > 1:
        return Message("Whoever has a word that stands of this day says the same.")
    return Message("One word stands of this day, that of its source.")


def since_words(statement: StatusStatement) -> Message:
    """Since when it was so, as the statement has it."""
    if statement.since is None:
        return NOT_STATED
    return range_words(statement.since, statement.since_latest)


def since_of(status: LinkStatus) -> Message:
    """Since when a status is so: the day on which all that stands agrees; of one that is not known none."""
    if status.status == NOT_KNOWN:
        return Message.verbatim("–")
    days = {(statement.since, statement.since_latest) for statement in status.statements}
    if len(days) == 1:
        return since_words(status.statements[0])
    if any(since is None for since, _ in days):
        return Message("not stated by all")
    return Message("stated differently")


def last_said(status: LinkStatus, zone: tzinfo) -> date | None:
    """The day on which something of what stands was said last: from it on the status is carried on. None where nothing
    stands."""
    return max((said_on(each, zone) for each in status.statements), default=None)


def direction_words(direction: Direction | Passing, first: str, second: str) -> Message:
    """In which direction, by the names of a link's ends."""
    if direction == "both":
        return Message("both ways")
    if direction == "forward":
        return Message("{first} → {second}", first=first, second=second)
    return Message("{first} → {second}", first=second, second=first)


def km_words(view: View, km: Interval) -> Message:
    """`86 km`, `110.4 to 140.6 km`, rounded to 100 m."""
    least, most = view.words.number(round(km.least, 1)), view.words.number(round(km.most, 1))
    if least == most:
        return Message("{km} km", km=least)
    return Message("{least} to {most} km", least=least, most=most)


def minutes_words(minutes: float) -> Message:
    """`45 min`, `3 h`, `3 h 20 min`, rounded to whole minutes."""
    whole = round(minutes)
    hours, rest = divmod(whole, 60)
    if not hours:
        return Message("{minutes} min", minutes=rest)
    if not rest:
        return Message("{hours} h", hours=hours)
    return Message("{hours} h {minutes} min", hours=hours, minutes=rest)


def time_words(minutes: Interval) -> Message:
    """`45 min`, or from least to most."""
    least, most = minutes_words(minutes.least), minutes_words(minutes.most)
    return least if least == most else Message("{least} to {most}", least=least, most=most)


def length_rests_on(view: View, network: Network, length: LinkLength) -> Message:
    """What an interval of lengths rests on, and whose claim that is."""
    if length.worked_out_from == "straight_line":
        least, most = network.assumptions.longer_than_straight
        if length.below:
            return Message(
                "What is stated of the whole link is shorter than the straight line between its ends: worked out from "
                "that line, {least} to {most} times as long, as this watch assumes.",
                least=view.words.number(least),
                most=view.words.number(most),
            )
        return Message(
            "No length of the whole link is on record: worked out from the straight line between its ends, {least} to "
            "{most} times as long, as this watch assumes.",
            least=view.words.number(least),
            most=view.words.number(most),
        )
    return Message(
        "From what is stated of the whole link: {who}.",
        who=voices_words(view, network, length.stated),
    )


def time_rests_on(view: View, network: Network, time: LinkTime, ways: Sequence[Way]) -> Message:
    """What an interval of times rests on, and whose claim that is."""
    if time.worked_out_from == "stated":
        return Message("Stated: {who}.", who=voices_words(view, network, time.stated))
    if time.worked_out_from == "assumed":
        return Message(
            "No time is on record: {minutes} at a crossing, as this watch assumes.",
            minutes=time_words(_interval(network.assumptions.border_minutes)),
        )
    return Message(
        "No time is on record: worked out from its length and {speeds}, as this watch assumes.",
        speeds=_speeds(view, network.assumptions, ways),
    )


def assumption_lines(view: View, assumptions: Assumptions) -> list[Message]:
    """What this watch assumes where no source states a figure, a line each."""
    words = view.words
    lines = [
        Message("Speeds: {speeds}.", speeds=_speeds(view, assumptions, ("road", "rail"))),
        Message("At a border: {time}.", time=time_words(_interval(assumptions.border_minutes))),
        Message("For a change of gauge: {time}.", time=time_words(_interval(assumptions.gauge_minutes))),
        Message("From rail to road or back: {time}.", time=time_words(_interval(assumptions.transfer_minutes))),
        Message(
            "A link of which no length is stated: {least} to {most} times its straight line.",
            least=words.number(assumptions.longer_than_straight[0]),
            most=words.number(assumptions.longer_than_straight[1]),
        ),
    ]
    if assumptions.ends_within_km:
        lines.append(
            Message(
                "A place may lie up to {km} km from where it is drawn.", km=words.number(assumptions.ends_within_km)
            )
        )
    return lines


def days_words(first: date, last: date | None) -> Message:
    """A day, or from one to another."""
    if last is None or last == first:
        return Message("{day}", day=first)
    return Message("{first} to {last}", first=first, last=last)


def _interval(pair: tuple[float, float]) -> Interval:
    return Interval(least=pair[0], most=pair[1])


def _speeds(view: View, assumptions: Assumptions, ways: Sequence[Way]) -> Message:
    number, by_road, by_rail = view.words.number, assumptions.road_km_h, assumptions.rail_km_h
    road = Message("{least} to {most} km/h by road", least=number(by_road[0]), most=number(by_road[1]))
    rail = Message("{least} to {most} km/h by rail", least=number(by_rail[0]), most=number(by_rail[1]))
    if tuple(ways) == ("road",):
        return road
    if tuple(ways) == ("rail",):
        return rail
    return Message("{road}, {rail}", road=road, rail=rail)
