"""Operations that the sides agree through an intermediary: an exchange, remains handed over, a search for remains.
Numbers stand as each side says them; where and when it is to be lapses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
PLACE_LAPSE_HOURS: Final = 72
OPERATION_WORDS: Final[Mapping[str, Term]] = {
    "exchange": Term("operation", "exchange"),
    "remains_handover": Term("operation", "remains handed over"),
    "remains_search": Term("operation", "search for remains"),
}
STATE_WORDS: Final[Mapping[str, Term]] = {
    "planned": Term("operation", "planned"),
    "agreed": Term("operation", "agreed"),
    "under_way": Term("operation", "under way"),
    "done": Term("operation", "done"),
    "postponed": Term("operation", "postponed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation that is agreed or to be agreed. intermediary: the organisation between the sides."""

    __pydantic_config__ = _STRICT
    organisation: str
    kind: Literal["exchange", "remains_handover", "remains_search"]
    district: str
    day: date | None = None
    intermediary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationState:
    """How an operation stands from a day on. sides: who agreed, of `agreed`."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: Literal["planned", "agreed", "under_way", "done", "postponed"]
    day: date
    sides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationNumbers:
    """How many people and how many remains, as a side says; as the organisation itself says where no side is named."""

    __pydantic_config__ = _STRICT
    organisation: str
    day: date
    side: str = ""
    people: int | None = None
    remains: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPlace:
    """Where and when it is to be. Inside until it is done; it lapses after `at`."""

    __pydantic_config__ = _STRICT
    organisation: str
    place: tuple[float, float]
    at: datetime


def operation_word(item: Item) -> str:
    """A key of STATE_WORDS: its last step says it; one without a step is planned."""
    step = item.latest("operation_state")
    return "planned" if step is None else str(step.row.state)


def operation_state(item: Item) -> Message:
    """How an operation stands, and since when."""
    step = item.latest("operation_state")
    if step is None:
        return Message("{state}", state=STATE_WORDS["planned"])
    agreed = {side for each in item.steps_of("operation_state") for side in each.row.sides}
    if step.row.state == "agreed" and len(agreed) == 1:
        return Message("one side agrees, {day}; of no other it is entered", day=step.row.day)
    return Message("{state}, {day}", state=STATE_WORDS[step.row.state], day=step.row.day)


def place_of_operation(item: Item) -> OperationPlace | None:
    """Where it is to be; None once it is done, postponed or lapsed."""
    if operation_word(item) in ("done", "postponed"):
        return None
    step = item.latest("operation_place")
    return None if step is None else step.row


def _operation_line(row: Operation, names: AidNames) -> Message:
    if row.intermediary:
        return Message(
            "{kind} in {district}, through {intermediary}",
            kind=OPERATION_WORDS[row.kind],
            district=names.district(row.district),
            intermediary=names.organisation(row.intermediary),
        )
    return Message("{kind} in {district}", kind=OPERATION_WORDS[row.kind], district=names.district(row.district))


def _state_line(row: OperationState, names: AidNames) -> Message:
    return Message(
        "{day}: {state}, as {organisation} says",
        day=row.day,
        state=STATE_WORDS[row.state],
        organisation=names.organisation(row.organisation),
    )


_NOT_STATED: Final = Term("casualties", "not stated")


def _numbers_line(row: OperationNumbers, names: AidNames) -> Message:
    return Message(
        "{day}: people {people}, remains {remains}, as {who} says",
        day=row.day,
        people=_NOT_STATED if row.people is None else Amount(row.people),
        remains=_NOT_STATED if row.remains is None else Amount(row.remains),
        who=names.side(row.side) if row.side else names.organisation(row.organisation),
    )


def _place_line(row: OperationPlace, names: AidNames) -> Message:
    return Message("{organisation} entered where and when", organisation=names.organisation(row.organisation))


def _state_troubles(row: OperationState, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.state == "agreed" and not row.sides:
        yield trouble("sides", Message("nobody is named who agreed"), Message("choose the sides that agreed"))


def _numbers_troubles(row: OperationNumbers, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.people is None and row.remains is None:
        yield trouble("people", Message("no number is given"), Message("write how many people or remains"))


def _place_troubles(row: OperationPlace, about: Any, items: AidItems) -> Iterator[Trouble]:
    if operation_word(about) == "done":
        yield trouble("place", Message("this is done: its place is no longer kept"), Message("leave it out"))


def _over(row: OperationPlace, zone: tzinfo) -> datetime:
    return row.at


def _numbers_totals(row: OperationNumbers) -> Mapping[str, int]:
    return {key: number for key, number in (("people", row.people), ("remains", row.remains)) if number is not None}


_DAY: Final = AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today")

_BOTH: Final = frozenset(("humanitarian", "centre"))

OPERATION_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="operation",
        prefix="OP",
        title=Message("Agreed operation"),
        plural=Message("Agreed operations"),
        note=Message("An exchange, remains handed over, a search for remains. Numbers only: no names, no lists."),
        row=Operation,
        fields=(
            ORGANISATION,
            AidField(name="kind", kind="choice", label=Message("Kind"), is_needed=True, choices=OPERATION_WORDS),
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            AidField(name="day", kind="day", label=Message("Day")),
            AidField(name="intermediary", kind="organisation", label=Message("Intermediary")),
        ),
        line=_operation_line,
        owner="organisation",
        only_in=_BOTH,
    ),
    AidTable(
        name="operation_state",
        title=Message("How it stands"),
        plural=Message("How it stands"),
        note=Message("What became of it, from this day on."),
        row=OperationState,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("How it stands"), is_needed=True, choices=STATE_WORDS),
            _DAY,
            AidField(name="sides", kind="sides", label=Message("Agreed by")),
        ),
        about=frozenset(("operation",)),
        line=_state_line,
        troubles=_state_troubles,
        owner="organisation",
        only_in=_BOTH,
    ),
    AidTable(
        name="operation_numbers",
        title=Message("Numbers"),
        plural=Message("Numbers"),
        note=Message(
            "As a side says them, or as your organisation itself does. Numbers of several stand side by side."
        ),
        row=OperationNumbers,
        fields=(
            ORGANISATION,
            _DAY,
            AidField(name="side", kind="side", label=Message("As this side says")),
            AidField(name="people", kind="count", label=Message("People")),
            AidField(name="remains", kind="count", label=Message("Remains")),
        ),
        about=frozenset(("operation",)),
        line=_numbers_line,
        troubles=_numbers_troubles,
        owner="organisation",
        only_in=_BOTH,
        totals=_numbers_totals,
    ),
    AidTable(
        name="operation_place",
        title=Message("Where and when"),
        plural=Message("Where and when"),
        note=Message("Stays inside until it is done, then it lapses."),
        row=OperationPlace,
        fields=(
            ORGANISATION,
            AidField(name="place", kind="place", label=Message("Place"), is_needed=True),
            AidField(name="at", kind="moment", label=Message("When"), is_needed=True),
        ),
        about=frozenset(("operation",)),
        line=_place_line,
        troubles=_place_troubles,
        owner="organisation",
        only_in=_BOTH,
        ends_at=_over,
        lapse_hours=PLACE_LAPSE_HOURS,
    ),
)
