"""Meetings and what was decided at them, as somebody states it: who met, at which level, about which clauses, what was
to be done by when.

A meeting is a claim of its source, unless several bound parties state it. Two accounts of one meeting stand beside each
other, and what is counted from it is counted from the range that they leave. Field names are those of `meetings.toml`;
only `from`, a Python word, is `from_` here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, ClassVar, Final, Literal, get_args

from trucewatch.errors import TimeError
from trucewatch.messages import Message, Term
from trucewatch.model.agreement import Agreement
from trucewatch.model.deadlines import Range
from trucewatch.model.names import name_in
from trucewatch.model.times import as_utc, day_of, iso_utc, zone_named
from trucewatch.model.typed_text import erased_words

_STRICT: dict[str, Any] = {"extra": "forbid"}

Level = Literal["heads_of_state", "ministers", "deputy_ministers", "experts", "commanders", "delegations", "other"]
Format = Literal["ordinary", "restricted"]
LEVELS: Final[tuple[str, ...]] = get_args(Level)
FORMATS: Final[tuple[str, ...]] = get_args(Format)

COUNTED_FROM: Final = "meeting:"
"""Before the id of a meeting, where a term is counted from it: `after = "meeting:M-1"`."""
TYPED: Final = "und"
"""The language of words that somebody typed, which nobody asked for."""
LEVEL_WORDS: Final = {
    "heads_of_state": Term("level", "heads of state"),
    "ministers": Term("level", "ministers"),
    "deputy_ministers": Term("level", "deputy ministers"),
    "experts": Term("level", "experts"),
    "commanders": Term("level", "commanders"),
    "delegations": Term("level", "delegations"),
    "other": Term("level", "another level"),
}
_TICK: Final = timedelta(microseconds=1)

Names = Mapping[str, str]
"""Words by language; empty where they were erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Who took part: a party, a body or a delegation by its id, an office in words, or both. Nobody's name is asked
    for."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str = ""
    office: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """What was to be spoken of. clauses: numbers of provisions and ids of stipulations."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    words: Names
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, by whom (ids), and by which day of `zone` it is to be done. Whether it was done is told by
    other records. Decisions are numbered within their meeting, from 1."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    words: Names
    clauses: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    due: date | None = None
    zone: str = ""

    def due_at(self, watch_zone: tzinfo) -> datetime | None:
        """The end of the day by which it is to be done, UTC; None without such a day."""
        if self.due is None:
            return None
        return day_of(self.due, zone_named(self.zone) if self.zone else watch_zone).end


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One account of a meeting.

    id: `M-3` of one that was entered, a word of its own for one of the file. When: a day of `zone` (with `day_latest`
    the last of several), or moments. known_at: from when on the watch knows of it. account_of: the id of the meeting of
    which this is another account. stated_by: the parties and bodies who themselves say that it took place.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Names
    day: date | None = None
    day_latest: date | None = None
    from_: datetime | None = None
    until: datetime | None = None
    zone: str = ""
    known_at: datetime
    place: Names = field(default_factory=dict)
    who: tuple[Participant, ...]
    level: Level
    format: Format = "ordinary"
    """restricted: neither minutes nor an agenda are on record."""
    agenda: tuple[AgendaItem, ...] = ()
    decision: tuple[Decision, ...] = ()
    next_by: date | None = None
    """By which day the next one is to be held, as its source states."""
    source: str
    stated_by: tuple[str, ...] = ()
    account_of: str = ""
    simulated: bool = False

    def range(self, watch_zone: tzinfo) -> Range:
        """In which it took place: its moments, or its days from the first moment to the last. Raises TimeError for a
        zone that there is not, and for a meeting without day and moment."""
        if self.from_ is not None:
            return Range(as_utc(self.from_), as_utc(self.until or self.from_))
        if self.day is None:
            raise TimeError(Message("it is not said when the meeting {id} was", id=self.id))
        zone = zone_named(self.zone) if self.zone else watch_zone
        return Range(day_of(self.day, zone).start, day_of(self.day_latest or self.day, zone).end - _TICK)

    def first_day(self, watch_zone: tzinfo) -> date:
        """Its day, or the first of them, in its own zone."""
        zone = zone_named(self.zone) if self.zone else watch_zone
        return self.day or self.range(watch_zone).earliest.astimezone(zone).date()

    def next_due(self, watch_zone: tzinfo) -> datetime | None:
        """The end of the day by which the next one is to be held, UTC."""
        if self.next_by is None:
            return None
        return day_of(self.next_by, zone_named(self.zone) if self.zone else watch_zone).end

    @property
    def is_restricted(self) -> bool:
        return self.format == "restricted"

    @property
    def ids(self) -> tuple[str, ...]:
        """Who took part, as far as the watch has ids of them, in the order of the account."""
        return tuple(dict.fromkeys(participant.id for participant in self.who if participant.id))

    @property
    def clauses(self) -> tuple[str, ...]:
        """Every clause that its agenda and its decisions name, in their order."""
        spoken_of = [clause for item in self.agenda for clause in item.clauses]
        decided = [clause for decision in self.decision for clause in decision.clauses]
        return tuple(dict.fromkeys([*spoken_of, *decided]))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsFile:
    """`meetings.toml`, as it stands."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    meeting: tuple[Meeting, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathering:
    """One meeting with every account of it, the first of which gives it its id."""

    accounts: tuple[Meeting, ...]

    @property
    def id(self) -> str:
        return self.accounts[0].id

    @property
    def first(self) -> Meeting:
        return self.accounts[0]

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(clause for account in self.accounts for clause in account.clauses))

    def range(self, watch_zone: tzinfo) -> Range:
        """In which it took place, by all accounts of it: as wide as they differ."""
        return Range.over(account.range(watch_zone) for account in self.accounts)

    def voices(self, agreement: Agreement) -> tuple[str, ...]:
        """The bound parties who state that it took place, themselves or by a body that counts with them; sorted. With
        two of them it is no longer the claim of a source alone."""
        counts_with = {body.id: body.counts_with for body in agreement.body}
        stating = {counts_with.get(name, name) for account in self.accounts for name in account.stated_by}
        return tuple(sorted(stating & set(agreement.bound_ids)))


def gatherings(meetings: Iterable[Meeting], watch_zone: tzinfo) -> tuple[Gathering, ...]:
    """The meetings with their accounts, the latest first. An account of one that is not among them stands alone."""
    each = list(meetings)
    ids = {meeting.id for meeting in each}
    accounts: dict[str, list[Meeting]] = {}
    for meeting in sorted(each, key=lambda meeting: bool(meeting.account_of)):
        accounts.setdefault(meeting.account_of if meeting.account_of in ids else meeting.id, []).append(meeting)
    together = (Gathering(tuple(of)) for of in accounts.values())
    return tuple(sorted(together, key=lambda each: (each.range(watch_zone).earliest, each.id), reverse=True))


def when_met(what: str, meetings: Iterable[Meeting], watch_zone: tzinfo) -> Range | None:
    """The range from which a term is counted that names a meeting: `meeting:M-1`, by the id of any account of it. None
    for another word, and for a meeting that is not among those known."""
    if not what.startswith(COUNTED_FROM):
        return None
    name = what.removeprefix(COUNTED_FROM)
    for gathering in gatherings(meetings, watch_zone):
        if any(account.id == name for account in gathering.accounts):
            return gathering.range(watch_zone)
    return None


def known_by(meetings: Iterable[Meeting], at: datetime) -> tuple[Meeting, ...]:
    """Those of which the watch knew by a moment; of several versions of an account, in their order, the last."""
    return tuple({meeting.id: meeting for meeting in meetings if meeting.known_at <= at}.values())


def clauses_beside(agreement: Agreement, clauses: Iterable[str]) -> frozenset[str]:
    """Clauses and what they are of: the parts of a provision that is named, and the provision of a part."""
    named = set(clauses)
    for provision, stipulation in agreement.stipulations():
        if provision.number in clauses:
            named.add(stipulation.id)
        if stipulation.id in clauses:
            named.add(provision.number)
    return frozenset(named)


def later_about(
    clauses: Sequence[str], after: Gathering, among: Iterable[Gathering], agreement: Agreement, watch_zone: tzinfo
) -> tuple[Gathering, ...]:
    """Other meetings that may have been later, whose agenda or decisions name one of these clauses, or a part of it."""
    wanted = clauses_beside(agreement, clauses)
    return tuple(each for each in _perhaps_later(after, among, watch_zone) if not wanted.isdisjoint(each.clauses))


def later_of_level(after: Gathering, among: Iterable[Gathering], watch_zone: tzinfo) -> tuple[Gathering, ...]:
    """Other meetings of the same level that may have been later."""
    return tuple(each for each in _perhaps_later(after, among, watch_zone) if each.first.level == after.first.level)


def _perhaps_later(after: Gathering, among: Iterable[Gathering], watch_zone: tzinfo) -> Iterator[Gathering]:
    begins = after.range(watch_zone).earliest
    return (each for each in among if each.id != after.id and each.range(watch_zone).latest >= begins)


def meeting_lines(
    gathered: Iterable[Gathering],
    agreement: Agreement,
    watch_zone: tzinfo,
    name_of: Callable[[str], str],
    language: str,
) -> tuple[Message, ...]:
    """The meetings in lines, for a report: each account with who says so, its decisions, by when the next one is due.

    name_of: an id in words. A meeting that two bound parties state is told without "as … says". Words that were erased
    are left out; whether a line may leave is asked elsewhere.
    """
    lines: list[Message] = []
    for gathering in gathered:
        is_common = len(gathering.voices(agreement)) > 1
        for account in gathering.accounts:
            lines.append(_line(account, watch_zone, name_of, language, is_common=is_common))
            for number, decision in enumerate(account.decision, 1):
                lines.append(_decision_line(number, decision, language))
            if account.next_by is not None:
                lines.append(
                    Message("the next one by {day}, as {source} says", day=account.next_by, source=_source(account))
                )
    return tuple(lines)


def _line(
    account: Meeting, watch_zone: tzinfo, name_of: Callable[[str], str], language: str, *, is_common: bool
) -> Message:
    people = ", ".join(name_of(each.id) if each.id else name_in(each.office, language) for each in account.who)
    words = {
        "day": account.first_day(watch_zone),
        "name": name_in(account.names, language, otherwise=account.id),
        "level": LEVEL_WORDS[account.level],
        "people": people,
    }
    if is_common:
        return Message("{day}: {name} ({level}; {people})", **words)
    return Message("{day}: {name} ({level}; {people}), as {source} says", source=_source(account), **words)


def _decision_line(number: int, decision: Decision, language: str) -> Message:
    about = ", ".join((*decision.clauses, *decision.instruments))
    what = Message.verbatim(name_in(decision.words, language))
    if about:
        what = Message("{decision} (about {clauses})", decision=what, clauses=about)
    if decision.due is None:
        return Message("D-{number}: {decision}", number=number, decision=what)
    return Message("D-{number}: {decision}, to be done by {day}", number=number, decision=what, day=decision.due)


def _source(account: Meeting) -> Message | str:
    return account.source or erased_words()


def meeting_of(content: Mapping[str, Any]) -> Meeting:
    """The meeting that a record or a form holds, by the keys of the file. Raises ValueError for what is none."""
    from pydantic import TypeAdapter

    prepared = {"from_" if key == "from" else key: value for key, value in content.items()}
    return TypeAdapter(Meeting).validate_python(prepared)


def content_of(meeting: Meeting) -> dict[str, Any]:
    """A meeting by the keys of the file, in values that JSON has; what is not stated is left out."""
    content: dict[str, Any] = _plain(meeting)
    return content


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        named = {each.name.removesuffix("_"): _plain(getattr(value, each.name)) for each in fields(value)}
        return {key: inner for key, inner in named.items() if inner not in (None, "", [], {}, False)}
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): str(text) for key, text in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value
