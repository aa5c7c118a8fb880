"""Urgent road notices: one sentence about a road for those who bring help, by decision of the shift. Choices, the road
and its ends; no place, no kind, no number, no words of one's own.

It is advice, and lapses at its hour to "no word since": there is no word for a road that can be used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, Way, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}

RoadAdvice = Literal["advised_against", "no_movement", "awaited", "withdrawn"]
ADVICE_WORDS: Final[Mapping[str, Term]] = {
    "advised_against": Term("road advice", "advised against"),
    "no_movement": Term("road advice", "advised not to move until the next word"),
    "awaited": Term("road advice", "word is awaited"),
    "withdrawn": Term("road advice", "the earlier advice is withdrawn; nothing else is said"),
}
NEXT_WORD: Final = timedelta(hours=1)
"""When the next word is due where nobody says."""
LATEST_WORD: Final = timedelta(hours=12)
WITHIN: Final = timedelta(minutes=15)
"""Within which the first word is to be said, from when it was asked for."""
AHEAD: Final = timedelta(minutes=15)
_ROAD: Final = re.compile(r"[^\W_][\w .,’'()/-]{0,59}")
_LINK: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")
_MOST_DIGITS: Final = 4
"""`K-12`, `M 2031`: a road has a number; a place or a count has more, or has it with an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNotice:
    """The first word about a road between two ends. asked_at: when somebody asked, or when the first report of it was
    known. said_at: when the shift decided. next_word_by: an hour after that, unless stated. link: of the network."""

    __pydantic_config__ = _STRICT
    road: str
    from_: str
    to: str
    districts: tuple[str, ...]
    advice: RoadAdvice
    asked_at: datetime
    said_at: datetime
    next_word_by: datetime | None = None
    link: str = ""
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadWord:
    """A later word about the same road."""

    __pydantic_config__ = _STRICT
    advice: RoadAdvice
    said_at: datetime
    next_word_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadReadOut:
    """That the standing word was read out to an organisation over the telephone, and when."""

    __pydantic_config__ = _STRICT
    organisation: str
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSecond:
    """That a second person of the shift agrees to the first word, where the watch's rule asks for two."""

    __pydantic_config__ = _STRICT
    agreed_at: datetime


def next_word_of(row: RoadNotice | RoadWord) -> datetime:
    """By when the next word is due."""
    return row.next_word_by or row.said_at + NEXT_WORD


def road_name(row: RoadNotice) -> Message:
    return Message("{road} between {from} and {to}", **{"road": row.road, "from": row.from_, "to": row.to})


def _notice_line(row: RoadNotice, names: AidNames) -> Message:
    # It heads the page for as long as the item is there: what stands at a moment `road_notice_state` says.
    line = Message(
        "{road}: the first word, said {at}: {advice}",
        road=road_name(row),
        advice=ADVICE_WORDS[row.advice],
        at=row.said_at,
    )
    return Message("DRILL: {line}", line=line) if row.is_drill else line


def _word_line(row: RoadWord, names: AidNames) -> Message:
    return Message(
        "{advice}, said {at}, next word by {next}",
        advice=ADVICE_WORDS[row.advice],
        at=row.said_at,
        next=next_word_of(row),
    )


def _read_out_line(row: RoadReadOut, names: AidNames) -> Message:
    return Message(
        "read out to {organisation} at {at}", organisation=names.organisation(row.organisation), at=row.read_at
    )


def _second_line(row: RoadSecond, names: AidNames) -> Message:
    return Message("a second person of the shift agreed at {at}", at=row.agreed_at)


def _second_troubles(row: RoadSecond, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.agreed_at > items.now + AHEAD:
        yield trouble("agreed_at", Message("this lies ahead of the clock"), Message("write when they agreed"))


def _name_troubles(key: str, text: str, most_digits: int) -> Iterator[Trouble]:
    digits = sum(character.isdigit() for character in text)
    if not _ROAD.fullmatch(text) or digits > most_digits:
        yield trouble(
            key,
            Message("this is more than a name: no place, kind or number stands in a road notice"),
            Message("write the name alone, at most 60 characters"),
        )


def _hour_troubles(row: RoadNotice | RoadWord, items: AidItems) -> Iterator[Trouble]:
    if row.said_at > items.now + AHEAD:
        yield trouble("said_at", Message("this lies ahead of the clock"), Message("write when it was decided"))
    if row.next_word_by is None:
        return
    if row.next_word_by <= row.said_at:
        yield trouble("next_word_by", Message("the next word is due before this one"), Message("write a later hour"))
    elif row.next_word_by - row.said_at > LATEST_WORD:
        hours = int(LATEST_WORD.total_seconds() // 3600)
        yield trouble(
            "next_word_by",
            Message("the next word is due {hours} hours after this one at the latest", hours=hours),
            Message("write an earlier hour"),
        )


def _notice_troubles(row: RoadNotice, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _name_troubles("road", row.road, _MOST_DIGITS)
    yield from _name_troubles("from", row.from_, 0)
    yield from _name_troubles("to", row.to, 0)
    if row.link and (not _LINK.fullmatch(row.link) or sum(map(str.isdigit, row.link)) > _MOST_DIGITS):
        yield trouble("link", Message("this is no id of a link"), Message("leave it out"))
    if row.from_.casefold() == row.to.casefold():
        yield trouble("to", Message("both ends are the same"), Message("write the other end"))
    if row.asked_at > row.said_at:
        yield trouble("asked_at", Message("it was said before it was asked for"), Message("correct one of the two"))
    yield from _hour_troubles(row, items)


def _word_troubles(row: RoadWord, about: Any, items: AidItems) -> Iterator[Trouble]:
    if about.row is not None and row.said_at < about.row.said_at:
        yield trouble("said_at", Message("this is before the first word"), Message("correct it"))
    yield from _hour_troubles(row, items)


def _read_out_troubles(row: RoadReadOut, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.read_at > items.now + AHEAD:
        yield trouble("read_at", Message("this lies ahead of the clock"), Message("write when it was read out"))


def _end_of_notice(row: RoadNotice, zone: Any) -> datetime:
    return next_word_of(row)


_ABOUT: Final = frozenset(("road_notice",))
_IN_CENTRE: Final = frozenset(("centre",))
_TO_AID: Final[frozenset[Way]] = frozenset(("to_aid",))
_ADVICE: Final = AidField(
    name="advice", kind="choice", label=Message("Advice"), is_needed=True, choices=dict(ADVICE_WORDS)
)
_SAID: Final = AidField(name="said_at", kind="moment", label=Message("Said at"), is_needed=True, begins="now")
_NEXT: Final = AidField(
    name="next_word_by",
    kind="moment",
    label=Message("Next word by"),
    note=Message("Empty: an hour later. Twelve hours at the latest. Then it says that there is no word since."),
)
_NAME_NOTE: Final = Message("The name alone.")

ROAD_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="road_notice",
        prefix="RN",
        title=Message("Road notice"),
        plural=Message("Road notices"),
        note=Message(
            "One sentence for those who bring help, at once. It says no place, no kind and no number; it is advice, "
            "and the organisation decides."
        ),
        row=RoadNotice,
        fields=(
            AidField(name="road", kind="line", label=Message("Road"), is_needed=True, note=Message("As K-12.")),
            AidField(name="from_", kind="line", label=Message("From one end"), is_needed=True, note=_NAME_NOTE),
            AidField(name="to", kind="line", label=Message("To the other end"), is_needed=True, note=_NAME_NOTE),
            AidField(name="districts", kind="districts", label=Message("Districts"), is_needed=True),
            _ADVICE,
            AidField(
                name="asked_at",
                kind="moment",
                label=Message("Asked at, or first known at"),
                is_needed=True,
                begins="now",
                note=Message("From here it is counted how long the first word took."),
            ),
            _SAID,
            _NEXT,
            AidField(name="link", kind="line", label=Message("Link of the network")),
            AidField(name="is_drill", kind="yes", label=Message("A drill")),
        ),
        line=_notice_line,
        troubles=_notice_troubles,
        ends_at=_end_of_notice,
        travels=_TO_AID,
        only_in=_IN_CENTRE,
    ),
    AidTable(
        name="road_word",
        title=Message("Later word"),
        plural=Message("Later words"),
        note=Message("What is said of the same road now."),
        row=RoadWord,
        fields=(_ADVICE, _SAID, _NEXT),
        about=_ABOUT,
        line=_word_line,
        troubles=_word_troubles,
        travels=_TO_AID,
        only_in=_IN_CENTRE,
    ),
    AidTable(
        name="road_read_out",
        title=Message("Read out over the telephone"),
        plural=Message("Read out over the telephone"),
        note=Message("To whom the standing word was read out, and when."),
        row=RoadReadOut,
        fields=(
            AidField(name="organisation", kind="organisation", label=Message("Organisation"), is_needed=True),
            AidField(name="read_at", kind="moment", label=Message("Read out at"), is_needed=True, begins="now"),
        ),
        about=_ABOUT,
        line=_read_out_line,
        troubles=_read_out_troubles,
        travels=_TO_AID,
        only_in=_IN_CENTRE,
    ),
    AidTable(
        name="road_second",
        title=Message("Second person"),
        plural=Message("Second persons"),
        note=Message("That a second person of the shift agrees to the first word. Who that is the ledger holds."),
        row=RoadSecond,
        fields=(AidField(name="agreed_at", kind="moment", label=Message("Agreed at"), is_needed=True, begins="now"),),
        about=_ABOUT,
        line=_second_line,
        troubles=_second_troubles,
        only_in=_IN_CENTRE,
    ),
)
