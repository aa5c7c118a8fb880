"""What must hold of a statement on a link, a route or a corridor, whoever makes it: the same rules for a file, a form
and a record. What is merely to be told of a statement, such as that it is back-dated, is a label (`labels`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, tzinfo
from math import isfinite
from typing import Any, Final

from trucewatch.errors import TimeError
from trucewatch.messages import Amount, Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.link_distances import straight_km
from trucewatch.model.link_statements import (
    OF_CORRIDORS,
    OF_LINKS,
    CheckpointStatement,
    ClosureStatement,
    LengthStatement,
    NeedStatement,
    PassageStatement,
    QueueStatement,
    RulesStatement,
    Statement,
    StatusStatement,
    TimeStatement,
    WorksStatement,
)
from trucewatch.model.link_status import begins, said_on, voice_of
from trucewatch.model.link_vocabulary import LinkTerms, nearest
from trucewatch.model.links import Corridor, Link, Network, RouteOfStates
from trucewatch.model.meeting_checks import At, Trouble
from trucewatch.model.times import zone_named
from trucewatch.model.typed_text import refusal_of

MOST_WORDS: Final = 2000
"""Characters of one text in one language."""
MOST_SOURCE: Final = 600
MOST_ROWS: Final = 2000
"""Statements of one table of a link."""
LONGEST_KM: Final = 5000.0
"""Above it a length is no length of one link."""
LONGEST_MINUTES: Final = 43_200.0
"""Thirty days."""
MOST_PASSED: Final = 10_000_000
BACK_DATED_DAYS: Final = 30
"""What was said so many days after the day of which it tells is labelled as back-dated."""

Holder = Link | RouteOfStates | Corridor


def tables_of(holder: Holder) -> tuple[str, ...]:
    """Which statements can be made of it, by the names of their tables. Nobody passes a line of power, gas, water or
    telephone, so nothing is stated of how."""
    if isinstance(holder, Corridor):
        return tuple(OF_CORRIDORS)
    if isinstance(holder, RouteOfStates):
        return ("need",)
    return tuple(table for table in OF_LINKS if not (holder.is_inside_only and table in ("minutes", "rules")))


def troubles(
    table: str, row: Statement, network: Network, about: str, *, agreement: Agreement, zone: tzinfo
) -> list[Trouble]:
    """Everything that is wrong with a statement that is to be entered on a link, route or corridor of this id: with it
    by itself, and beside what already stands there. zone: the watch's own, UTC where days of statements have none."""
    holder: Holder | None = network.link(about) or network.corridor(about) or network.route(about)
    if holder is None:
        ids = [link.id for link in network.links]
        ids += [*(route.id for route in network.routes), *(corridor.id for corridor in network.corridors)]
        what = Message('"{id}" is no link, route or corridor', id=about[:60])
        return [Trouble(("about",), what, nearest(about, ids))]
    if table not in tables_of(holder):
        return [Trouble(("table",), *not_of_this(table, holder))]
    terms = LinkTerms.of(network, agreement)
    own = row_troubles(row, holder, terms, zone)
    if own or not isinstance(row, StatusStatement) or not isinstance(holder, Link):
        return own
    rows = (*(each for each in holder.status if each is not row), row)
    return [trouble for number, trouble in contradictions(rows, agreement, zone) if number == len(rows) - 1]


def not_of_this(table: str, holder: Holder) -> tuple[Message, Message]:
    """That a table is none of what can be stated of it, and which can."""
    tables = tables_of(holder)
    return Message('nothing is stated under "{table}" of this', table=table[:40]), nearest(table, tables)


def row_troubles(row: Statement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> list[Trouble]:
    """Everything that is wrong with one statement by itself, in the order of its keys."""
    own_zone = zone
    if isinstance(row, StatusStatement) and row.zone:
        try:
            own_zone = zone_named(row.zone)
        except TimeError as exc:
            return [Trouble(("zone",), exc.message, Message('write an IANA name such as "Europe/Moscow"'))]
    outside = list(_of_calendar(row))
    if outside:
        return outside
    check: Callable[[Any, Holder, LinkTerms, tzinfo], Iterator[Trouble]] = _CHECKS[type(row)]
    return [
        *check(row, holder, terms, own_zone),
        *unknown(("by",), (row.by,) if row.by else (), terms.who, Message("a party, body or state")),
        *of_text(("source",), row.source, most=MOST_SOURCE, is_needed=True),
    ]


def contradictions(
    rows: Iterable[StatusStatement], agreement: Agreement, zone: tzinfo
) -> Iterator[tuple[int, Trouble]]:
    """Statements of one voice that say different things of one direction and the same travellers from the same day on,
    and were said on the same day, so that neither is the later: the number of the second of each pair, and what to do.

    Voices that differ are no fault: how the link stands is then not known. What a voice said on a later day stands.
    """
    first: dict[tuple[object, ...], StatusStatement] = {}
    for number, row in enumerate(rows):
        key = voice_of(row, agreement), begins(row, zone), said_on(row, zone), tuple(sorted(row.for_))
        clash = None
        for passing in ("forward", "backward"):
            if row.direction in ("both", passing):
                other = first.setdefault((*key, passing), row)
                clash = clash or (other if other.status != row.status else None)
        if clash is not None:
            what = Message(
                'the same voice says "{first}" and "{second}" of the same day, {day}, and said both on {said_day}',
                first=clash.status,
                second=row.status,
                day=begins(row, zone),
                said_day=said_on(row, zone),
            )
            remedy = Message(
                "if the later corrects the earlier, say on which day each was said (said); if they are about two "
                "directions or two sides' travellers, give direction or for; else take back the wrong one"
            )
            yield number, Trouble(("status",), what, remedy)


def labels(row: Statement, holder: Holder, zone: tzinfo, network: Network | None = None) -> list[Trouble]:
    """What is to be told beside a statement that is no fault: that it is back-dated, that its length is below the
    straight line. It is kept, and shown with this label."""
    notes: list[Trouble] = []
    if isinstance(row, LengthStatement) and isinstance(holder, Link) and network is not None:
        drawn = straight_km(holder, network)
        notes += below_straight(row, None if drawn is None else network.assumptions.straight(drawn)[0])
    days = back_dated_days(row, zone)
    if days >= BACK_DATED_DAYS:
        what = Message("said {days} days after the day of which it tells", days=Amount(days))
        notes.append(Trouble(("since",), what, Message("nothing is to be done: nobody had said so here before")))
    return notes


def back_dated_days(row: Statement, zone: tzinfo) -> int:
    """How many days after its first day a statement was known of here; 0 for one that states no first day."""
    since: date | None = getattr(row, "since", None)
    if since is None:
        return 0
    return max(0, (_known_day(row.known_at, zone) - since).days)


def below_straight(row: LengthStatement, straight: float | None) -> Iterator[Trouble]:
    """That a length of the whole link is shorter than the straight line between its ends."""
    if straight is not None and not row.of and row.km < straight:
        what = Message(
            "{km} km is shorter than the straight line between its ends ({straight} km)",
            km=Amount(row.km),
            straight=Amount(round(straight, 1)),
        )
        remedy = Message("it is shown and not counted with; check it, or say of which stretch it speaks (of)")
        yield Trouble(("km",), what, remedy)


def _of_status(row: StatusStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    yield from unknown(("for",), row.for_, terms.travellers, Message("a party or state"))
    if isinstance(holder, Link) and holder.one_way and row.direction == "backward":
        what = Message('it is one-way, and cannot be passed "backward"')
        yield Trouble(("direction",), what, Message("leave direction out, or take one_way from the link"))
    said_day, known_day = said_on(row, zone), _known_day(row.known_at, zone)
    if row.since_latest is not None and row.since is None:
        yield Trouble(("since_latest",), Message("it has a last day and no first"), Message("give since too"))
    elif row.since is not None and row.since_latest is not None and row.since_latest < row.since:
        yield Trouble(("since_latest",), Message("its last day is before its first"), Message("swap both days"))
    elif row.since is not None and known_day < row.since:
        yield Trouble(("known_at",), *_known_too_early(row.since, known_day))
    elif said_day > known_day:
        what = Message(
            "it would be known of on {known_day}, before it was said ({said_day})",
            known_day=known_day,
            said_day=said_day,
        )
        yield Trouble(("said",), what, Message("check said and known_at"))
    elif row.since is not None and said_day < row.since:
        what = Message("it was said on {said_day}, before it was so ({since})", said_day=said_day, since=row.since)
        remedy = Message("what is announced for a later day stands under works, as announced")
        yield Trouble(("said",), what, remedy)
    if row.until is not None and row.until <= begins(row, zone):
        what = Message("it ends on {until}, before it begins ({since})", until=row.until, since=begins(row, zone))
        yield Trouble(("until",), what, Message("check both days; until is the first day on which it is not so"))
    yield from of_words(("says",), row.says)


def _of_length(row: LengthStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    yield from _of_figure(("km",), row.km, LONGEST_KM, Message("km"), is_above_zero=True)
    yield from of_words(("of",), row.of)


def _of_minutes(row: TimeStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    least = list(_of_figure(("least",), row.least, LONGEST_MINUTES, Message("minutes")))
    most = list(_of_figure(("most",), row.most, LONGEST_MINUTES, Message("minutes")))
    yield from (*least, *most)
    if not least and not most and row.most < row.least:
        yield Trouble(("most",), Message("the most is less than the least"), Message("swap both figures"))


def _of_works(row: WorksStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    known_day = _known_day(row.known_at, zone)
    if row.state != "announced" and row.since is not None and known_day < row.since:
        yield Trouble(("known_at",), *_known_too_early(row.since, known_day))
    if row.since is not None and row.due is not None and row.due < row.since:
        what = Message("they are due by {due}, before they begin ({since})", due=row.due, since=row.since)
        yield Trouble(("due",), what, Message("check both days"))
    yield from of_words(("says",), row.says)


def _of_rules(row: RulesStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    texts = {key: getattr(row, key) for key in ("who", "cargo", "papers", "hours", "controller")}
    if not any(texts.values()):
        what = Message("it states no rule")
        yield Trouble(("who",), what, Message("say who, what cargo, which papers, at which hours or who controls it"))
    for key, words in texts.items():
        yield from of_words((key,), words)
    yield from _of_span(row.since, row.until)


def _of_need(row: NeedStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    yield from of_words(("what",), row.what, is_needed=True)
    if not row.who:
        yield Trouble(("who",), Message("nobody is to decide it"), Message("name a party, state or body by its id"))
    yield from unknown(("who",), row.who, terms.who, Message("a party, body or state"))
    yield from unknown(("clauses",), row.clauses, terms.clauses, Message("a clause"))
    if row.settled is not None and _known_day(row.known_at, zone) < row.settled:
        yield Trouble(("settled",), *_known_too_early(row.settled, _known_day(row.known_at, zone)))


def _of_passage(row: PassageStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    if row.day_latest is not None and row.day_latest < row.day:
        yield Trouble(("day_latest",), Message("its last day is before its first"), Message("swap both days"))
    elif _known_day(row.known_at, zone) < (row.day_latest or row.day):
        yield Trouble(("known_at",), *_known_too_early(row.day_latest or row.day, _known_day(row.known_at, zone)))
    least = list(_of_figure(("least",), row.least, MOST_PASSED, Message("passages")))
    most = list(_of_figure(("most",), row.most, MOST_PASSED, Message("passages")))
    yield from (*least, *most)
    if not least and not most and row.most < row.least:
        yield Trouble(("most",), Message("the most is less than the least"), Message("swap both figures"))


def _of_queue(row: QueueStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    if row.known_at < row.at:
        yield Trouble(
            ("known_at",),
            Message("it would be known of before it was so"),
            Message("check both moments; at is when somebody waited"),
        )
    if row.waiting is None and row.hours is None:
        what = Message("it says neither how many wait nor how long")
        yield Trouble(("waiting",), what, Message("give waiting, or hours"))
    if row.waiting is not None:
        yield from _of_figure(("waiting",), row.waiting, MOST_PASSED, Message("waiting"))
    if row.hours is not None:
        yield from _of_figure(("hours",), row.hours, LONGEST_MINUTES / 60, Message("hours"))


def _of_closure(row: ClosureStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    if _known_day(row.known_at, zone) < row.since:
        yield Trouble(("known_at",), *_known_too_early(row.since, _known_day(row.known_at, zone)))
    yield from _of_span(row.since, row.until)
    yield from unknown(("for",), row.for_, terms.travellers, Message("a party or state"))
    yield from of_words(("says",), row.says)


def _of_checkpoint(row: CheckpointStatement, holder: Holder, terms: LinkTerms, zone: tzinfo) -> Iterator[Trouble]:
    if not row.by:
        yield Trouble(("by",), Message("nobody calls it so"), Message("name who does: a party, body or state"))
    yield from of_words(("called",), row.called, is_needed=True)
    yield from of_words(("says",), row.says)
    if row.since is not None and _known_day(row.known_at, zone) < row.since:
        yield Trouble(("known_at",), *_known_too_early(row.since, _known_day(row.known_at, zone)))


_CHECKS: Final[dict[type, Callable[[Any, Holder, LinkTerms, tzinfo], Iterator[Trouble]]]] = {
    StatusStatement: _of_status,
    LengthStatement: _of_length,
    TimeStatement: _of_minutes,
    WorksStatement: _of_works,
    RulesStatement: _of_rules,
    NeedStatement: _of_need,
    PassageStatement: _of_passage,
    QueueStatement: _of_queue,
    ClosureStatement: _of_closure,
    CheckpointStatement: _of_checkpoint,
}


def unknown(at: At, ids: Iterable[str], vocabulary: Iterable[str], what: Message) -> Iterator[Trouble]:
    """Each id that there is not."""
    words = vocabulary if isinstance(vocabulary, dict) else dict.fromkeys(vocabulary)
    for name in ids:
        if name not in words:
            fault = Message('"{name}" is no id of {what}', name=_showable(name), what=what)
            yield Trouble(at, fault, nearest(name, words))


def of_words(at: At, words: Any, *, is_needed: bool = False) -> Iterator[Trouble]:
    """What is wrong with a text in several languages."""
    if is_needed and not words:
        yield from of_text(at, "", is_needed=True)
    for language, text in words.items():
        if not (1 < len(language) <= 12 and language.replace("-", "").isalnum() and language.isascii()):
            what = Message('"{language}" is no language', language=_showable(language))
            yield Trouble(at, what, Message('write codes such as "en" or "hy"'))
        yield from of_text(at, text, is_needed=True)


def of_text(at: At, text: str, *, most: int = MOST_WORDS, is_needed: bool = False) -> Iterator[Trouble]:
    """What is wrong with one text."""
    if is_needed and not text.strip():
        yield Trouble(at, Message("this is empty"), Message("write it in words"))
    elif len(text) > most:
        what = Message(
            "this has {count} characters, at most {most} are kept", count=Amount(len(text)), most=Amount(most)
        )
        yield Trouble(at, what, Message("shorten it"))
    elif why := refusal_of(text):
        yield Trouble(at, why, Message("then send it again"))


def _of_calendar(row: Statement) -> Iterator[Trouble]:
    for key in ("since", "since_latest", "until", "said", "due", "settled", "day", "day_latest", "at", "known_at"):
        day: date | None = getattr(row, key, None)
        if day is not None and not 1800 <= day.year <= 2200:
            what = Message("{year} lies outside the years 1800 to 2200", year=str(day.year))
            yield Trouble((key,), what, Message("check the day"))


def _of_span(since: date | None, until: date | None) -> Iterator[Trouble]:
    if since is not None and until is not None and until <= since:
        what = Message("it ends on {until}, before it begins ({since})", until=until, since=since)
        yield Trouble(("until",), what, Message("check both days; until is the first day on which it is not so"))


def _of_figure(at: At, figure: float, most: float, unit: Message, *, is_above_zero: bool = False) -> Iterator[Trouble]:
    if not isfinite(figure) or figure < 0 or (is_above_zero and figure == 0) or figure > most:
        number = f"{figure:g}" if isfinite(figure) else Message("no number")
        what = Message("{number} {unit} cannot be", number=number, unit=unit)
        yield Trouble(at, what, Message("write a number from 0 to {most}", most=Amount(most)))


def _known_too_early(day: date, known_day: date) -> tuple[Message, Message]:
    return (
        Message("it would be known of on {known_day}, before its first day ({day})", known_day=known_day, day=day),
        Message("check both; what is announced for a later day stands under works, as announced"),
    )


def _known_day(known_at: datetime, zone: tzinfo) -> date:
    return known_at.astimezone(zone).date()


def _showable(text: str) -> str:
    return text[:40].encode("utf-8", "replace").decode("utf-8")
