"""Windows of silence for works: who asks for one, which acts are to rest, where and when; each side's answer in its own
terms; a longer window; who says that it was kept; its end before its time.

What is in force is stated nowhere: it follows from the answers (`model/window_state.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, Way, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}

WindowAct = Literal["fire", "drones", "equipment", "engineering"]
ACT_WORDS: Final[Mapping[str, Term]] = {
    "fire": Term("window act", "no firing"),
    "drones": Term("window act", "no drones"),
    "equipment": Term("window act", "no movement of equipment"),
    "engineering": Term("window act", "engineering works rest"),
}
ANSWER_WORDS: Final[Mapping[str, Term]] = {
    "agreed": Term("window answer", "agrees"),
    "changed": Term("window answer", "agrees in other terms"),
    "declined": Term("window answer", "declines"),
}
KEPT_WORDS: Final[Mapping[str, Term]] = {
    "kept": Term("window word", "it was kept"),
    "broken": Term("window word", "it was not kept"),
    "not_known": Term("window word", "they cannot say"),
}
CHECK_WORDS: Final[Mapping[str, Term]] = {
    "being_checked": Term("window check", "something is being checked"),
    "something_said": Term("window check", "something inside the window stands as not consistent with it"),
    "nothing_said": Term(
        "window check", "nothing that was checked stands as not consistent with it; this does not say that it was kept"
    ),
}
BOTH_KINDS: Final = frozenset(("centre", "humanitarian"))
BOTH_WAYS: Final[frozenset[Way]] = frozenset(("to_centre", "to_aid"))
LONGEST: Final = timedelta(days=31)
AHEAD: Final = timedelta(minutes=15)
"""How far clocks may differ: what is said to have been answered later than that is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """That an organisation asks for silence while it works: `[from_, until)`. outline: a part of the districts; empty
    for the whole of them. work: the code of the work."""

    __pydantic_config__ = _STRICT
    organisation: str
    districts: tuple[str, ...]
    acts: tuple[WindowAct, ...]
    from_: datetime
    until: datetime
    work: str = ""
    outline: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowAnswer:
    """What a side answers, and when it did. version: of the window that it was asked; None for the first. The rest only
    where it agrees in other terms: what is left out is as it was asked."""

    __pydantic_config__ = _STRICT
    side: str
    answer: Literal["agreed", "changed", "declined"]
    answered_at: datetime
    version: int | None = None
    from_: datetime | None = None
    until: datetime | None = None
    districts: tuple[str, ...] = ()
    acts: tuple[WindowAct, ...] = ()
    outline: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowExtension:
    """That an organisation asks for more time, to an hour."""

    __pydantic_config__ = _STRICT
    organisation: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAnswer:
    """What a side answers to that. until: to which hour it agrees; it agrees to no hour that is not stated."""

    __pydantic_config__ = _STRICT
    side: str
    answer: Literal["agreed", "declined"]
    answered_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEnd:
    """That who asked for it, or a side, ended it before its time: exactly one of the two."""

    __pydantic_config__ = _STRICT
    at: datetime
    organisation: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowWord:
    """What an organisation that was there, or a side, says of how it was kept: exactly one of the two."""

    __pydantic_config__ = _STRICT
    word: Literal["kept", "broken", "not_known"]
    said_at: datetime
    organisation: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCheck:
    """What the monitoring centre tells the humanitarian one of a window: that something is being checked, or
    what stands after it was. Never what, where, when or how many."""

    __pydantic_config__ = _STRICT
    state: Literal["being_checked", "something_said", "nothing_said"]
    said_at: datetime


def _window_line(row: Window, names: AidNames) -> Message:
    return Message(
        "{organisation} asks for silence in {districts}, {from} to {until}: {acts}",
        **{
            "organisation": names.organisation(row.organisation),
            "districts": ", ".join(names.district(each) for each in sorted(row.districts)),
            "from": row.from_,
            "until": row.until,
            "acts": acts_text(row.acts),
        },
    )


def acts_text(acts: Any) -> Message:
    """Several acts in one line, in the order of the list."""
    words = [ACT_WORDS[act] for act in ACT_WORDS if act in acts]
    line: Message = words[0] if words else Message("nothing")
    for word in words[1:]:
        line = Message("{several}; {word}", several=line, word=word)
    return line


def _answer_line(row: WindowAnswer, names: AidNames) -> Message:
    return Message(
        "{side}: {answer}, answered {at}",
        side=names.side(row.side),
        answer=ANSWER_WORDS[row.answer],
        at=row.answered_at,
    )


def _extension_line(row: WindowExtension, names: AidNames) -> Message:
    return Message(
        "{organisation} asks for it until {until}", organisation=names.organisation(row.organisation), until=row.until
    )


def _extension_answer_line(row: ExtensionAnswer, names: AidNames) -> Message:
    if row.answer == "agreed" and row.until is not None:
        return Message(
            "{side}: agrees to more time, until {until}, answered {at}",
            side=names.side(row.side),
            until=row.until,
            at=row.answered_at,
        )
    return Message("{side}: declines more time, answered {at}", side=names.side(row.side), at=row.answered_at)


def _who(row: WindowEnd | WindowWord, names: AidNames) -> str:
    return names.side(row.side) if row.side else names.organisation(row.organisation)


def _end_line(row: WindowEnd, names: AidNames) -> Message:
    return Message("ended by {who} at {at}", who=_who(row, names), at=row.at)


def _word_line(row: WindowWord, names: AidNames) -> Message:
    return Message("{who} says: {word} ({at})", who=_who(row, names), word=KEPT_WORDS[row.word], at=row.said_at)


def _check_line(row: WindowCheck, names: AidNames) -> Message:
    return Message("the monitoring centre says: {state} ({at})", state=CHECK_WORDS[row.state], at=row.said_at)


def _window_troubles(row: Window, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _interval_troubles(row.from_, row.until)


def _interval_troubles(from_: datetime, until: datetime) -> Iterator[Trouble]:
    if until <= from_:
        yield trouble("until", Message("it ends before it begins"), Message("correct one of the two"))
    elif until - from_ > LONGEST:
        yield trouble(
            "until", Message("a window of silence has at most {days} days", days=LONGEST.days), Message("ask for two")
        )


def _later_than_now(key: str, at: datetime, items: AidItems) -> Iterator[Trouble]:
    if at > items.now + AHEAD:
        yield trouble(key, Message("this lies ahead of the clock"), Message("write when they said it"))


def _answer_troubles(row: WindowAnswer, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _later_than_now("answered_at", row.answered_at, items)
    versions = {each.version: each.row for each in about.versions}
    if row.version and row.version not in versions:
        yield trouble("version", Message("there is no such version of this window"), Message("correct it"))
    elif not row.version and len(versions) > 1:
        yield trouble(
            "version",
            Message("the window was changed since it was asked first"),
            Message("write the number of the version that they answered"),
        )
    has_terms = any((row.from_, row.until, row.districts, row.acts, row.outline))
    if row.answer == "changed" and not has_terms:
        yield trouble("answer", Message("no other term is stated"), Message("fill in what they agree to"))
    if row.answer != "changed" and has_terms:
        yield trouble(
            "answer", Message("terms are stated that differ from what was asked"), Message('choose "in other terms"')
        )
    window = versions.get(row.version or 1)
    if row.answer == "changed" and window is not None:
        yield from _interval_troubles(row.from_ or window.from_, row.until or window.until)


def _extension_troubles(row: WindowExtension, about: Any, items: AidItems) -> Iterator[Trouble]:
    if about.row is not None:
        if row.until <= about.row.until:
            yield trouble("until", Message("this is no later than it was asked for"), Message("write a later hour"))
        elif row.until - about.row.from_ > LONGEST:
            yield from _interval_troubles(about.row.from_, row.until)


def _extension_answer_troubles(row: ExtensionAnswer, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _later_than_now("answered_at", row.answered_at, items)
    if not about.steps_of("window_extension"):
        yield trouble("answer", Message("nobody asked for a longer window"), Message("enter first who asks for it"))
    if row.answer == "agreed" and row.until is None:
        yield trouble("until", Message("this is empty"), Message("write to which hour they agree"))
    if row.answer == "declined" and row.until is not None:
        yield trouble("until", Message("an hour is stated, and it is declined"), Message("leave the hour out"))


def _by_one(row: WindowEnd | WindowWord) -> Iterator[Trouble]:
    if bool(row.organisation) == bool(row.side):
        yield trouble("side", Message("this is one's word: a side's or an organisation's"), Message("choose one"))


def _end_troubles(row: WindowEnd, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _by_one(row)


def _word_troubles(row: WindowWord, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _by_one(row)
    yield from _later_than_now("said_at", row.said_at, items)


def _check_troubles(row: WindowCheck, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _later_than_now("said_at", row.said_at, items)


def _end_of_window(row: Window, zone: tzinfo) -> datetime | None:
    return row.until


_ABOUT: Final = frozenset(("window",))
_SIDE: Final = AidField(name="side", kind="side", label=Message("Side"), is_needed=True)
_ANSWERED: Final = AidField(
    name="answered_at",
    kind="moment",
    label=Message("Answered at"),
    is_needed=True,
    begins="now",
    note=Message("When they said it. From then on it counts, not before."),
)
_SAID: Final = AidField(name="said_at", kind="moment", label=Message("Said at"), is_needed=True, begins="now")
_BY_ORGANISATION: Final = AidField(name="organisation", kind="organisation", label=Message("By the organisation"))
_BY_SIDE: Final = AidField(name="side", kind="side", label=Message("Or by the side"))
_OUTLINE_NOTE: Final = Message("A corner a line, longitude and latitude. Stays inside. Empty: the whole districts.")
_ANSWER_ONLY: Final = Message("Only if they agree in other terms; empty: as it was asked.")

WINDOW_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="window",
        prefix="WN",
        title=Message("Window of silence"),
        plural=Message("Windows of silence"),
        note=Message(
            "Silence that is asked for while works go on. It is in force only in what both sides agree to: place, time "
            "and acts."
        ),
        row=Window,
        fields=(
            ORGANISATION,
            AidField(name="work", kind="code", of=("work",), label=Message("For the work")),
            AidField(name="districts", kind="districts", label=Message("Districts"), is_needed=True),
            AidField(
                name="acts", kind="several", label=Message("What is asked"), is_needed=True, choices=dict(ACT_WORDS)
            ),
            AidField(name="from_", kind="moment", label=Message("From"), is_needed=True),
            AidField(name="until", kind="moment", label=Message("Until"), is_needed=True),
            AidField(name="outline", kind="outline", label=Message("Only inside this outline"), note=_OUTLINE_NOTE),
        ),
        line=_window_line,
        troubles=_window_troubles,
        owner="organisation",
        ends_at=_end_of_window,
        travels=BOTH_WAYS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="window_answer",
        title=Message("Answer of a side"),
        plural=Message("Answers of the sides"),
        note=Message("What a side answers. Nobody answers for the other, and silence is no answer."),
        row=WindowAnswer,
        fields=(
            _SIDE,
            AidField(name="answer", kind="choice", label=Message("Answer"), is_needed=True, choices=dict(ANSWER_WORDS)),
            _ANSWERED,
            AidField(
                name="version",
                kind="count",
                label=Message("Version that they were asked"),
                note=Message("Empty for the first."),
            ),
            AidField(name="from_", kind="moment", label=Message("Agreed from"), note=_ANSWER_ONLY),
            AidField(name="until", kind="moment", label=Message("Agreed until"), note=_ANSWER_ONLY),
            AidField(name="districts", kind="districts", label=Message("Agreed in"), note=_ANSWER_ONLY),
            AidField(
                name="acts", kind="several", label=Message("Agreed acts"), choices=dict(ACT_WORDS), note=_ANSWER_ONLY
            ),
            AidField(
                name="outline", kind="outline", label=Message("Agreed only inside this outline"), note=_OUTLINE_NOTE
            ),
        ),
        about=_ABOUT,
        line=_answer_line,
        troubles=_answer_troubles,
        owner="side",
        travels=BOTH_WAYS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="window_extension",
        title=Message("Request for more time"),
        plural=Message("Requests for more time"),
        note=Message("A longer window is asked of both sides, as the window was."),
        row=WindowExtension,
        fields=(
            ORGANISATION,
            AidField(name="until", kind="moment", label=Message("Until"), is_needed=True),
        ),
        about=_ABOUT,
        line=_extension_line,
        troubles=_extension_troubles,
        owner="organisation",
        travels=BOTH_WAYS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="window_extension_answer",
        title=Message("Answer of a side to more time"),
        plural=Message("Answers to more time"),
        note=Message("What a side answers to the longer window. One side alone makes it no longer."),
        row=ExtensionAnswer,
        fields=(
            _SIDE,
            AidField(
                name="answer",
                kind="choice",
                label=Message("Answer"),
                is_needed=True,
                choices={each: ANSWER_WORDS[each] for each in ("agreed", "declined")},
            ),
            AidField(name="until", kind="moment", label=Message("Agreed until")),
            _ANSWERED,
        ),
        about=_ABOUT,
        line=_extension_answer_line,
        troubles=_extension_answer_troubles,
        owner="side",
        travels=BOTH_WAYS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="window_end",
        title=Message("End before its time"),
        plural=Message("Ends before their time"),
        note=Message("That the works are done or given up, or that a side ends it. From then on it is not in force."),
        row=WindowEnd,
        fields=(
            AidField(name="at", kind="moment", label=Message("Ended at"), is_needed=True, begins="now"),
            _BY_ORGANISATION,
            _BY_SIDE,
        ),
        about=_ABOUT,
        line=_end_line,
        troubles=_end_troubles,
        owner="organisation",
        travels=BOTH_WAYS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="window_word",
        title=Message("Word on how it was kept"),
        plural=Message("Words on how it was kept"),
        note=Message("What somebody who was there says, or a side. It stands as their word."),
        row=WindowWord,
        fields=(
            AidField(name="word", kind="choice", label=Message("They say"), is_needed=True, choices=dict(KEPT_WORDS)),
            _SAID,
            _BY_ORGANISATION,
            _BY_SIDE,
        ),
        about=_ABOUT,
        line=_word_line,
        troubles=_word_troubles,
        owner="organisation",
        travels=BOTH_WAYS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="window_check",
        title=Message("Word of the centre"),
        plural=Message("Words of the centre"),
        note=Message(
            "What the humanitarian instance is told of this window: that something is being checked, or what stands. "
            "No place, no kind, no number goes with it."
        ),
        row=WindowCheck,
        fields=(
            AidField(name="state", kind="choice", label=Message("State"), is_needed=True, choices=dict(CHECK_WORDS)),
            _SAID,
        ),
        about=_ABOUT,
        line=_check_line,
        troubles=_check_troubles,
        travels=frozenset(("to_aid",)),
        only_in=frozenset(("centre",)),
    ),
)
