"""Group returns: from where to where, when, how many, by whose word informed and voluntary; and what is known of the
places that people go to.

Both populations stand in one table: a row says from and to, never of which side or people anybody is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.aid_destinations import DESTINATION_TABLES
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.times import day_of

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
FEWEST_WITH_PLACE: Final = 10
"""People of a group of which a place is kept: of fewer, the place would say who they are."""
LAPSE_HOURS: Final = 72

EscortState = Literal["given", "declined", "withdrawn"]
ESCORT_WORDS: Final[Mapping[str, Term]] = {
    "given": Term("escort", "given"),
    "declined": Term("escort", "declined"),
    "withdrawn": Term("escort", "withdrawn"),
}
WillAspect = Literal["informed", "voluntary"]
WILL_WORDS: Final[Mapping[str, Term]] = {
    "informed": Term("return", "informed"),
    "voluntary": Term("return", "voluntary"),
}
WillState = Literal["yes", "in_part", "no"]
WILL_STATES: Final[Mapping[str, Term]] = {
    "yes": Term("return", "yes"),
    "in_part": Term("return", "in part"),
    "no": Term("return", "no"),
}
OutcomeState = Literal["went", "put_off", "called_off"]
OUTCOME_WORDS: Final[Mapping[str, Term]] = {
    "went": Term("return", "went"),
    "put_off": Term("return", "put off"),
    "called_off": Term("return", "called off"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReturn:
    """The plan of a group that goes back. from_, to: districts; the places are kept of ten people and more alone.
    escort_of: whom an escort was asked of."""

    __pydantic_config__ = _STRICT
    organisation: str
    from_: str
    to: str
    day: date
    people: int
    buses: int | None = None
    from_place: str = ""
    to_place: str = ""
    escort_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortStep:
    """What an organisation says of the escort that was asked."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: EscortState
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WillStep:
    """By whose word people go informed, or of their own will; each is stated for itself."""

    __pydantic_config__ = _STRICT
    organisation: str
    aspect: WillAspect
    state: WillState
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeStep:
    """What became of the plan: how many went, or that nobody did. people, buses: of those that went."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: OutcomeState
    day: date
    people: int | None = None
    buses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAgain:
    """How many of a group left again, as a source says."""

    __pydantic_config__ = _STRICT
    organisation: str
    people: int
    day: date


def _return_line(row: GroupReturn, names: AidNames) -> Message:
    return Message(
        "{day}: {from_} to {to}, {number}",
        from_=names.district(row.from_),
        to=names.district(row.to),
        day=row.day,
        number=people_and_buses(row.people, row.buses),
    )


def people_and_buses(people: int, buses: int | None) -> Message:
    """A number of people, and of buses where it is stated."""
    persons = Plural("{count} person", "{count} people", people, count=Amount(people))
    if not buses:
        return persons
    vehicles = Plural("{count} bus", "{count} buses", buses, count=Amount(buses))
    return Message("{people} in {buses}", people=persons, buses=vehicles)


def group_and_buses(people: int, buses: int | None) -> Message:
    """The same of those who went or left: fewer than ten are no number, for a plan may name a place."""
    if not 0 < people < FEWEST_WITH_PLACE:
        return people_and_buses(people, buses)
    return Message("fewer than {fewest} people", fewest=FEWEST_WITH_PLACE)


def group_words(people: int | None) -> Message:
    """A number of people as a field of a step says it."""
    if people is None:
        return Message("not stated")
    return group_and_buses(people, None)


def where(district: str, place: str, names: AidNames) -> str:
    """A place with its district, or the district alone."""
    return f"{place} ({names.district(district)})" if place else names.district(district)


def _escort_line(row: EscortStep, names: AidNames) -> Message:
    return Message(
        "{day}: escort {state}, as {organisation} says",
        day=row.day,
        state=ESCORT_WORDS[row.state],
        organisation=names.organisation(row.organisation),
    )


def _will_line(row: WillStep, names: AidNames) -> Message:
    return Message(
        "{day}: {aspect}: {state}, as {organisation} says",
        day=row.day,
        aspect=WILL_WORDS[row.aspect],
        state=WILL_STATES[row.state],
        organisation=names.organisation(row.organisation),
    )


def _outcome_line(row: OutcomeStep, names: AidNames) -> Message:
    organisation = names.organisation(row.organisation)
    if row.state == "went" and row.people is not None:
        return Message(
            "{day}: {number} went, as {organisation} says",
            day=row.day,
            number=group_and_buses(row.people, row.buses),
            organisation=organisation,
        )
    return Message(
        "{day}: {state}, as {organisation} says",
        day=row.day,
        state=OUTCOME_WORDS[row.state],
        organisation=organisation,
    )


def _left_line(row: LeftAgain, names: AidNames) -> Message:
    return Message(
        "{day}: left again: {people}, as {organisation} says",
        day=row.day,
        people=group_and_buses(row.people, None),
        organisation=names.organisation(row.organisation),
    )


def _return_troubles(row: GroupReturn, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.people == 0:
        yield trouble("people", Message("this is nobody"), Message("write how many people go"))
    if row.people < FEWEST_WITH_PLACE:
        for key, place in (("from_place", row.from_place), ("to_place", row.to_place)):
            if place:
                what = Message(
                    "of fewer than {fewest} people only the district is kept: the place would say who they are",
                    fewest=FEWEST_WITH_PLACE,
                )
                yield trouble(key, what, Message("leave it empty"))
    if row.from_ == row.to and row.from_place.casefold() == row.to_place.casefold():
        yield trouble("to", Message("this is where they come from"), Message("choose where they go"))


def _outcome_troubles(row: OutcomeStep, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.state == "went" and row.people is None:
        yield trouble("people", Message("it is not said how many went"), Message("write a number"))
    if row.state != "went" and (row.people or row.buses):
        yield trouble("people", Message("nobody went, and a number is here"), Message("leave the numbers empty"))
    if row.day > items.now.astimezone(items.zone).date() and row.state == "went":
        yield trouble("day", Message("this day is yet to come"), Message("enter it once they went"))


def _left_troubles(row: LeftAgain, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.people == 0:
        yield trouble("people", Message("this is nobody"), Message("write how many left again"))


def _return_totals(row: GroupReturn) -> Mapping[str, int]:
    return {"people": row.people} if row.buses is None else {"people": row.people, "buses": row.buses}


def _outcome_totals(row: OutcomeStep) -> Mapping[str, int]:
    numbers = {"people_went": row.people, "buses_went": row.buses}
    return {name: number for name, number in numbers.items() if number is not None}


def _end_of_day(row: Any, zone: tzinfo) -> datetime | None:
    return day_of(row.day, zone).end


_DAY: Final = AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today")
_PEOPLE: Final = AidField(name="people", kind="count", label=Message("People"), is_needed=True)
_BUSES: Final = AidField(name="buses", kind="count", label=Message("Buses"))
_ONLY_OF_TEN: Final = Message(
    "Only of {fewest} people and more; of fewer the district alone is kept.", fewest=FEWEST_WITH_PLACE
)

_RETURN_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="return",
        prefix="RT",
        title=Message("Group return"),
        plural=Message("Returns"),
        note=Message(
            "A group that goes back: from, to, when, how many. Nobody is named, and nobody's people or side is kept. "
            "Places and day go 72 hours after the day; the numbers stay."
        ),
        row=GroupReturn,
        fields=(
            ORGANISATION,
            AidField(name="from_", kind="district", label=Message("From the district"), is_needed=True),
            AidField(name="from_place", kind="line", label=Message("From the place"), note=_ONLY_OF_TEN),
            AidField(name="to", kind="district", label=Message("To the district"), is_needed=True),
            AidField(name="to_place", kind="line", label=Message("To the place"), note=_ONLY_OF_TEN),
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True),
            _PEOPLE,
            _BUSES,
            AidField(name="escort_of", kind="organisation", label=Message("Escort asked of")),
        ),
        line=_return_line,
        troubles=_return_troubles,
        owner="organisation",
        totals=_return_totals,
        ends_at=_end_of_day,
        lapse_hours=LAPSE_HOURS,
    ),
    AidTable(
        name="return_escort",
        title=Message("Escort"),
        plural=Message("Escorts"),
        note=Message("Whether the escort is given, by whose word."),
        row=EscortStep,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("How it stands"), is_needed=True, choices=ESCORT_WORDS),
            _DAY,
        ),
        about=frozenset(("return",)),
        line=_escort_line,
        owner="organisation",
    ),
    AidTable(
        name="return_will",
        title=Message("Informed or voluntary"),
        plural=Message("Informed and voluntary"),
        note=Message("By whose word people go informed, or of their own will. Each is entered for itself."),
        row=WillStep,
        fields=(
            ORGANISATION,
            AidField(name="aspect", kind="choice", label=Message("What"), is_needed=True, choices=WILL_WORDS),
            AidField(name="state", kind="choice", label=Message("What it says"), is_needed=True, choices=WILL_STATES),
            _DAY,
        ),
        about=frozenset(("return",)),
        line=_will_line,
        owner="organisation",
    ),
    AidTable(
        name="return_outcome",
        title=Message("What became of it"),
        plural=Message("What became of it"),
        note=Message("How many went, or that the plan was put off or called off."),
        row=OutcomeStep,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("What"), is_needed=True, choices=OUTCOME_WORDS),
            _DAY,
            AidField(name="people", kind="count", label=Message("People"), as_words=group_words),
            _BUSES,
        ),
        about=frozenset(("return",)),
        line=_outcome_line,
        troubles=_outcome_troubles,
        owner="organisation",
        totals=_outcome_totals,
    ),
    AidTable(
        name="left_again",
        title=Message("Left again"),
        plural=Message("Left again"),
        note=Message(
            "How many of the group left again, as a source says, whatever the reason. Entries of one source are "
            "summed: enter those alone that it has not entered yet."
        ),
        row=LeftAgain,
        fields=(
            ORGANISATION,
            AidField(name="people", kind="count", label=Message("People"), is_needed=True, as_words=group_words),
            _DAY,
        ),
        about=frozenset(("return",)),
        line=_left_line,
        troubles=_left_troubles,
        owner="organisation",
        totals=lambda row: {"left_again": row.people},
    ),
)
RETURN_TABLES: Final[tuple[AidTable, ...]] = (*_RETURN_TABLES, *DESTINATION_TABLES)
