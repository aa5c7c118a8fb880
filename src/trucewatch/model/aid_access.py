"""Constraints on humanitarian access by the nine types of OCHA's framework (AMRF), and operations that the sides agree:
exchanges, remains handed over, search for remains. Nothing is scored; who is said to have imposed it stays inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final

from trucewatch.messages import Message, Term
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_operations import OPERATION_TABLES
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
CONSTRAINT_WORDS: Final[Mapping[str, Term]] = {
    "denial_of_needs": Term("access", "needs or the right to help denied"),
    "entry": Term("access", "entry into the country restricted"),
    "movement": Term("access", "movement within the country restricted"),
    "interference": Term("access", "interference in how help is given"),
    "violence": Term("access", "violence against staff, goods or premises"),
    "people_to_services": Term("access", "people kept from services and help"),
    "hostilities": Term("access", "hostilities"),
    "mines": Term("access", "mines and other explosive ordnance"),
    "environment": Term("access", "terrain, weather, or roads and bridges"),
}
IMPACT_WORDS: Final[Mapping[str, Term]] = {
    "delayed": Term("impact", "help delayed"),
    "reduced": Term("impact", "help reduced"),
    "suspended": Term("impact", "work suspended"),
    "not_begun": Term("impact", "work not begun"),
    "staff_left": Term("impact", "staff moved away"),
    "goods_held": Term("impact", "goods held, damaged or taken"),
    "not_reached": Term("impact", "people not reached"),
    "not_seen": Term("impact", "nobody could look"),
    "other": Term("impact", "something else"),
}
ACTION_WORDS: Final[Mapping[str, Term]] = {
    "raised": Term("access", "raised with the authorities"),
    "raised_jointly": Term("access", "raised in a joint meeting"),
    "other_way": Term("access", "another way taken"),
    "postponed": Term("access", "postponed"),
    "stopped": Term("access", "work stopped"),
    "lifted": Term("access", "lifted"),
    "none": Term("access", "nothing was done"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """What kept an organisation from people, or people from help. own: it met this watch's own patrol or sensor, and
    then no organisation need be named. until:
    the last day of it, None while it lasts. people: how many it kept from help, rounded to tens, as the organisation
    says."""

    __pydantic_config__ = _STRICT
    kind: str
    district: str
    from_: date
    organisation: str = ""
    until: date | None = None
    own: bool = False
    impact: tuple[str, ...] = ()
    people: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintSide:
    """Who is said to have imposed a constraint. It goes to no other instance and into no file."""

    __pydantic_config__ = _STRICT
    side: str
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintAction:
    """What was done about a constraint."""

    __pydantic_config__ = _STRICT
    act: str
    day: date
    what: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintCount:
    """How many constraints of a type are entered in a district."""

    kind: str
    district: str
    count: int


def constraint_state(item: Item, now: datetime, zone: tzinfo) -> Message:
    """How a constraint stands: lasting, over, or lifted, and what was done last."""
    action = item.latest("constraint_action")
    if action is not None and action.row.act == "lifted":
        return Message("lifted on {day}", day=action.row.day)
    until: date | None = item.row.until
    if until is not None and until < now.astimezone(zone).date():
        return Message("until {day}", day=until)
    if action is not None:
        return Message(
            "since {day}; {act}, {acted}", day=item.row.from_, act=ACTION_WORDS[action.row.act], acted=action.row.day
        )
    return Message("since {day}; nothing is entered that was done", day=item.row.from_)


def counts_by_type(items: Iterable[Item]) -> tuple[ConstraintCount, ...]:
    """How many are entered per type and district, in the order of the framework and of districts: no ranking."""
    counted = Counter((item.row.kind, item.row.district) for item in items if item.row is not None)
    order = {kind: place for place, kind in enumerate(CONSTRAINT_WORDS)}
    return tuple(
        ConstraintCount(kind=kind, district=district, count=counted[kind, district])
        for kind, district in sorted(counted, key=lambda key: (order.get(key[0], len(order)), key[1]))
    )


def counts_by_side(items: Iterable[Item]) -> tuple[tuple[str, int], ...]:
    """In how many each side is said to have imposed it, by id; one that is said of two sides counts at both. Inside."""
    counted = Counter(
        side
        for item in items
        if item.row is not None
        for side in {step.row.side for step in item.steps_of("constraint_side")}
    )
    return tuple(sorted(counted.items()))


def _constraint_line(row: Constraint, names: AidNames) -> Message:
    if row.own:
        return Message(
            "{day}: {kind}, in {district}; our own patrol or sensor",
            day=row.from_,
            kind=CONSTRAINT_WORDS[row.kind],
            district=names.district(row.district),
        )
    return Message(
        "{day}: {kind}, in {district}, as {organisation} says",
        day=row.from_,
        kind=CONSTRAINT_WORDS[row.kind],
        district=names.district(row.district),
        organisation=names.organisation(row.organisation),
    )


def _side_line(row: ConstraintSide, names: AidNames) -> Message:
    if not row.organisation:
        return Message("imposed by {side}, as our own watch says", side=names.side(row.side))
    return Message(
        "imposed by {side}, as {organisation} says",
        side=names.side(row.side),
        organisation=names.organisation(row.organisation),
    )


def _action_line(row: ConstraintAction, names: AidNames) -> Message:
    if not row.organisation:
        return Message("{day}: {act}", day=row.day, act=ACTION_WORDS[row.act])
    return Message(
        "{day}: {act}, as {organisation} says",
        day=row.day,
        act=ACTION_WORDS[row.act],
        organisation=names.organisation(row.organisation),
    )


def _constraint_troubles(row: Constraint, about: Any, items: AidItems) -> Iterator[Trouble]:
    if not row.organisation and not row.own:
        yield trouble(
            "organisation",
            Message("nobody is named whom it met"),
            Message("choose the organisation, or say that it met our own patrol or sensor"),
        )
    if row.until is not None and row.until < row.from_:
        yield trouble("until", Message("this ends before it begins"), Message("turn the two days round"))
    if row.from_ > items.now.astimezone(items.zone).date():
        yield trouble("from", Message("this day has not come yet"), Message("write the day from which it was"))
    if row.people is not None and (row.people == 0 or row.people % 10):
        yield trouble("people", Message("this is not rounded to tens"), Message("round it, or leave it empty"))


_WHAT: Final = AidField(
    name="what",
    kind="line",
    label=Message("What exactly"),
    note=Message("No names, no cases, no place finer than the district."),
)

_ORGANISATION: Final = AidField(
    name="organisation",
    kind="organisation",
    label=Message("Organisation"),
    note=Message("Empty only for our own patrol or sensor."),
)
_BOTH: Final = frozenset(("humanitarian", "centre"))

CONSTRAINT_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="constraint",
        prefix="AC",
        title=Message("Access constraint"),
        plural=Message("Access constraints"),
        note=Message("What kept your organisation from people, or people from help."),
        row=Constraint,
        fields=(
            _ORGANISATION,
            AidField(name="kind", kind="choice", label=Message("Type"), is_needed=True, choices=CONSTRAINT_WORDS),
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            AidField(name="from_", kind="day", label=Message("From"), is_needed=True, begins="today"),
            AidField(name="until", kind="day", label=Message("Until"), note=Message("Empty while it lasts.")),
            AidField(name="own", kind="yes", label=Message("It met our own patrol or sensor")),
            AidField(name="impact", kind="several", label=Message("Impact"), choices=IMPACT_WORDS),
            AidField(
                name="people",
                kind="count",
                label=Message("People kept from help"),
                note=Message("Rounded to tens, as your organisation says."),
            ),
            _WHAT,
        ),
        line=_constraint_line,
        troubles=_constraint_troubles,
        owner="organisation",
        only_in=_BOTH,
        travels=frozenset(("to_centre",)),
    ),
    AidTable(
        name="constraint_side",
        title=Message("Said to be imposed by"),
        plural=Message("Said to be imposed by"),
        note=Message("Stays inside: it stands in no file and goes to no other instance."),
        row=ConstraintSide,
        fields=(_ORGANISATION, AidField(name="side", kind="side", label=Message("Side"), is_needed=True)),
        about=frozenset(("constraint",)),
        line=_side_line,
        owner="organisation",
        only_in=_BOTH,
    ),
    AidTable(
        name="constraint_action",
        title=Message("What was done"),
        plural=Message("What was done"),
        note=Message("What was done about it."),
        row=ConstraintAction,
        fields=(
            _ORGANISATION,
            AidField(name="act", kind="choice", label=Message("What"), is_needed=True, choices=ACTION_WORDS),
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
            _WHAT,
        ),
        about=frozenset(("constraint",)),
        line=_action_line,
        owner="organisation",
        only_in=_BOTH,
        travels=frozenset(("to_centre",)),
    ),
)
ACCESS_TABLES: Final[tuple[AidTable, ...]] = (*CONSTRAINT_TABLES, *OPERATION_TABLES)
