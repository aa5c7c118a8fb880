"""Works: what is broken, what each source says of it, who repairs it, what it waits for, out and back since.

The point of an object stays inside: rows of works go to no other instance, and no export has it. People served are kept
rounded, whatever was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
ROUNDED_TO: Final = 100
"""People served are kept to this: a smaller number points at a house."""

ObjectKind = Literal[
    "water",
    "power",
    "gas",
    "telephone",
    "road",
    "bridge",
    "school",
    "clinic",
    "hospital",
    "housing",
    "other",
]
OBJECT_WORDS: Final[Mapping[str, Term]] = {
    "water": Term("object", "water"),
    "power": Term("object", "power"),
    "gas": Term("object", "gas"),
    "telephone": Term("object", "telephone"),
    "road": Term("object", "road"),
    "bridge": Term("object", "bridge"),
    "school": Term("object", "school"),
    "clinic": Term("object", "clinic"),
    "hospital": Term("object", "hospital"),
    "housing": Term("object", "housing"),
    "other": Term("object", "something else"),
}
SupplyState = Literal["out", "partly", "back"]
SUPPLY_WORDS: Final[Mapping[str, Term]] = {
    "out": Term("supply", "out"),
    "partly": Term("supply", "partly back"),
    "back": Term("supply", "back"),
}
WaitsFor = Literal["window", "clearance", "parts", "consent", "access", "funds", "other"]
WAIT_WORDS: Final[Mapping[str, Term]] = {
    "window": Term("work waits", "a window of silence"),
    "clearance": Term("work waits", "clearance of mines"),
    "parts": Term("work waits", "parts"),
    "consent": Term("work waits", "consent"),
    "access": Term("work waits", "access"),
    "funds": Term("work waits", "funds"),
    "other": Term("work waits", "something else"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An object that is damaged or out. point: (lon, lat), inside only. served: people, to the hundred; 0 for fewer
    than a hundred, None where nobody says. repairs: the organisation that repairs it."""

    __pydantic_config__ = _STRICT
    organisation: str
    kind: ObjectKind
    district: str
    what: str = ""
    served: int | None = None
    repairs: str = ""
    point: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.served is not None:
            object.__setattr__(self, "served", rounded_people(self.served))


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageStep:
    """What one source says of the damage, in its words."""

    __pydantic_config__ = _STRICT
    organisation: str
    day: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyStep:
    """How one source says that it stands, since when. said: when it said so."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: SupplyState
    since: datetime
    said: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStep:
    """What the work waits for, or no longer waits for. side, of_whom: whose consent, clearance or parts; a side or an
    organisation. window: the code of a window of silence."""

    __pydantic_config__ = _STRICT
    organisation: str
    for_: WaitsFor
    day: date
    side: str = ""
    of_whom: str = ""
    window: str = ""
    is_over: bool = False


def rounded_people(number: int) -> int:
    """People to the hundred, as they are kept; 0 for fewer than a hundred.

    >>> rounded_people(99), rounded_people(149), rounded_people(150), rounded_people(4321)
    (0, 100, 200, 4300)
    """
    return 0 if number < ROUNDED_TO else (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def people_served(served: int | None) -> Message:
    """People served as they are said anywhere."""
    if served is None:
        return Message("not stated")
    if served == 0:
        return Message("fewer than 100")
    return Message("about {number}", number=Amount(served))


def _work_line(row: Work, names: AidNames) -> Message:
    return Message("{district}: {kind}", kind=OBJECT_WORDS[row.kind], district=names.district(row.district))


def _damage_line(row: DamageStep, names: AidNames) -> Message:
    return Message(
        "{day}: damage, as {organisation} says", day=row.day, organisation=names.organisation(row.organisation)
    )


def _supply_line(row: SupplyStep, names: AidNames) -> Message:
    return Message(
        "{state} since {since}, as {organisation} says",
        state=SUPPLY_WORDS[row.state],
        since=row.since,
        organisation=names.organisation(row.organisation),
    )


def waits_for(row: WaitStep, names: AidNames) -> Message:
    """What a work waits for, with whose it is."""
    if row.window:
        return Message("{what} ({code})", what=WAIT_WORDS[row.for_], code=row.window)
    whose = [names.side(row.side)] if row.side else []
    if row.of_whom:
        whose.append(names.organisation(row.of_whom))
    if whose:
        return Message("{what}, of {whose}", what=WAIT_WORDS[row.for_], whose=", ".join(whose))
    return WAIT_WORDS[row.for_]


def _wait_line(row: WaitStep, names: AidNames) -> Message:
    values = {"day": row.day, "what": waits_for(row, names), "organisation": names.organisation(row.organisation)}
    if row.is_over:
        return Message("{day}: no longer waits for {what}, as {organisation} says", **values)
    return Message("{day}: waits for {what}, as {organisation} says", **values)


def _supply_troubles(row: SupplyStep, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.said > items.now:
        yield trouble("said", Message("this is yet to come"), Message("write when it was said"))
    elif row.since > row.said:
        yield trouble("since", Message("this is after it was said"), Message("enter what is so, not what is announced"))


def _wait_troubles(row: WaitStep, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.window and row.for_ != "window":
        yield trouble("window", Message("it waits for something else"), Message("leave this empty, or choose a window"))
    if row.for_ == "consent" and not (row.side or row.of_whom):
        yield trouble("of_whom", Message("it is not said whose consent"), Message("choose a side or an organisation"))


WORK_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="work",
        prefix="WK",
        title=Message("Repair work"),
        plural=Message("Works"),
        note=Message("What is damaged or out, and serves people. Nobody who lives there is named."),
        row=Work,
        fields=(
            ORGANISATION,
            AidField(name="kind", kind="choice", label=Message("What"), is_needed=True, choices=OBJECT_WORDS),
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            AidField(
                name="what",
                kind="line",
                label=Message("Which object"),
                note=Message("The object, never whose house: no names, no addresses."),
            ),
            AidField(
                name="served",
                kind="count",
                label=Message("People served"),
                note=Message("Kept to the hundred; below a hundred as “fewer than 100”."),
                as_words=people_served,
            ),
            AidField(name="repairs", kind="organisation", label=Message("Who repairs it")),
            AidField(
                name="point",
                kind="place",
                label=Message("Point"),
                note=Message("It stays inside this instance: in no message and no file."),
            ),
        ),
        line=_work_line,
        owner="organisation",
        totals=lambda row: {} if row.served is None else {"served": row.served},
    ),
    AidTable(
        name="damage",
        title=Message("Damage"),
        plural=Message("Damage"),
        note=Message("What a source says of the damage. What two sources say stands side by side."),
        row=DamageStep,
        fields=(
            ORGANISATION,
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
            AidField(name="words", kind="text", label=Message("In its words"), is_needed=True),
        ),
        about=frozenset(("work",)),
        line=_damage_line,
        owner="organisation",
    ),
    AidTable(
        name="supply",
        title=Message("Out or back"),
        plural=Message("Out and back"),
        note=Message("How a source says that it stands, since when. What two sources say stands side by side."),
        row=SupplyStep,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("How it stands"), is_needed=True, choices=SUPPLY_WORDS),
            AidField(name="since", kind="moment", label=Message("Since"), is_needed=True),
            AidField(name="said", kind="moment", label=Message("When it was said"), is_needed=True, begins="now"),
        ),
        about=frozenset(("work",)),
        line=_supply_line,
        troubles=_supply_troubles,
        owner="organisation",
    ),
    AidTable(
        name="wait",
        title=Message("Waits for"),
        plural=Message("What it waits for"),
        note=Message("What the work waits for, or no longer waits for."),
        row=WaitStep,
        fields=(
            ORGANISATION,
            AidField(name="for_", kind="choice", label=Message("Waits for"), is_needed=True, choices=WAIT_WORDS),
            AidField(name="side", kind="side", label=Message("Of which side")),
            AidField(name="of_whom", kind="organisation", label=Message("Of which organisation")),
            AidField(name="window", kind="code", of=("window",), label=Message("Window")),
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
            AidField(name="is_over", kind="yes", label=Message("It no longer waits for this")),
        ),
        about=frozenset(("work",)),
        line=_wait_line,
        troubles=_wait_troubles,
        owner="organisation",
    ),
)
