"""What is known of a place that people go to: hazard survey, habitable homes, water, power, road, clinic, school, each
as a source says on a day, or not known. Nothing is summed up, and nothing says that a place is ready."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
NOT_KNOWN: Final = Message("not known")

Aspect = Literal["survey", "homes", "water", "power", "road", "clinic", "school"]
ASPECTS: Final[Mapping[str, Term]] = {
    "survey": Term("destination", "Hazard survey"),
    "homes": Term("destination", "Habitable homes"),
    "water": Term("destination", "Water"),
    "power": Term("destination", "Power"),
    "road": Term("destination", "Road"),
    "clinic": Term("destination", "Clinic"),
    "school": Term("destination", "School"),
}
AspectState = Literal["there", "in_part", "not_there"]
STATE_WORDS: Final[Mapping[str, Term]] = {
    "there": Term("destination", "done, there or working"),
    "in_part": Term("destination", "in part"),
    "not_there": Term("destination", "not done, not there or not working"),
}
_OF_ASPECT: Final[Mapping[tuple[str, str], Term]] = {
    ("survey", "there"): Term("survey", "done; what it found stands under Mines"),
    ("survey", "in_part"): Term("survey", "done in part; what it found stands under Mines"),
    ("survey", "not_there"): Term("survey", "not surveyed"),
    ("homes", "there"): Term("homes", "there are some"),
    ("homes", "in_part"): Term("homes", "some, with repairs"),
    ("homes", "not_there"): Term("homes", "there are none"),
    ("road", "there"): Term("road", "passable"),
    ("road", "in_part"): Term("road", "passable in part"),
    ("road", "not_there"): Term("road", "not passable"),
}
_OF_OTHERS: Final[Mapping[str, Term]] = {
    "there": Term("destination", "works"),
    "in_part": Term("destination", "works in part"),
    "not_there": Term("destination", "does not work"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A district, or a place in it, that people go to."""

    __pydantic_config__ = _STRICT
    district: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectStep:
    """What one source says of one aspect. number: of homes."""

    __pydantic_config__ = _STRICT
    organisation: str
    aspect: Aspect
    state: AspectState
    day: date
    number: int | None = None
    words: str = ""


def what_it_says(row: AspectStep) -> Message:
    """The statement alone, in the words of its aspect: `done in part`, `40`."""
    state = _OF_ASPECT.get((row.aspect, row.state)) or _OF_OTHERS[row.state]
    if row.number is not None:
        return Message("{number} ({state})", number=Amount(row.number), state=state)
    return state


def card_of(item: Item) -> dict[str, tuple[AspectStep, ...]]:
    """Each aspect, in the order of ASPECTS, with the latest statement of each source about it, by the sources' ids;
    nothing where nobody said anything. Statements that differ stand side by side."""
    by_aspect: dict[str, dict[str, AspectStep]] = {aspect: {} for aspect in ASPECTS}
    for step in sorted(item.steps_of("aspect"), key=lambda step: step.row.day):
        by_aspect[step.row.aspect][step.row.organisation] = step.row
    return {aspect: tuple(rows[source] for source in sorted(rows)) for aspect, rows in by_aspect.items()}


def differs(rows: Iterable[AspectStep]) -> bool:
    """Whether sources say different things of an aspect."""
    return len({(row.state, row.number) for row in rows}) > 1


def destination_state(item: Item) -> Message:
    """Of how many aspects nothing is known, on how many sources differ; never whether the rest is good or enough."""
    card = card_of(item)
    unknown = sum(not rows for rows in card.values())
    differing = sum(differs(rows) for rows in card.values())
    if differing:
        return Message(
            "not known: {unknown} of {all}; sources differ on {differing}",
            unknown=unknown,
            all=len(card),
            differing=differing,
        )
    if unknown:
        return Message("not known: {unknown} of {all}", unknown=unknown, all=len(card))
    return Message("a source says something of each; read what")


def destination_for(district: str, place: str, destinations: Iterable[Item]) -> Item | None:
    """The card of a place, or that of its district where the place has none."""
    readable = [item for item in destinations if item.row is not None and item.row.district == district]
    wanted = (_same(place), "") if place else ("",)
    for name in wanted:
        for item in readable:
            if _same(item.row.place) == name:
                return item
    return None


def _same(place: str) -> str:
    return " ".join(place.casefold().split())


def _destination_line(row: Destination, names: AidNames) -> Message:
    return Message("Destination in {district}", district=names.district(row.district))


def _aspect_line(row: AspectStep, names: AidNames) -> Message:
    return Message(
        "{day}: {aspect}: {state}, as {organisation} says",
        day=row.day,
        aspect=ASPECTS[row.aspect],
        state=what_it_says(row),
        organisation=names.organisation(row.organisation),
    )


def _destination_troubles(row: Destination, about: Any, items: AidItems) -> Iterator[Trouble]:
    for item in items.items("destination"):
        is_same = item.row is not None and (item.row.district, _same(item.row.place)) == (
            row.district,
            _same(row.place),
        )
        if is_same:
            what = Message("this is {code} already", code=item.code)
            yield trouble("place" if row.place else "district", what, Message("add to that"))
            return


def _aspect_troubles(row: AspectStep, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.number is not None and (row.number == 0) != (row.state == "not_there") and row.aspect == "homes":
        what = Message("the number and what it says contradict each other")
        yield trouble("number", what, Message("correct one of the two"))
    if row.number is not None and row.aspect != "homes":
        yield trouble("number", Message("only homes are counted"), Message("leave this empty"))
    if row.day > items.now.astimezone(items.zone).date():
        yield trouble("day", Message("this day is yet to come"), Message("enter what is so, not what is announced"))


DESTINATION_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="destination",
        prefix="DC",
        title=Message("Destination"),
        plural=Message("Destinations"),
        note=Message("A district, or a place in it, that people go to. What is known of it is added afterwards."),
        row=Destination,
        fields=(
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            AidField(name="place", kind="line", label=Message("Place")),
        ),
        line=_destination_line,
        troubles=_destination_troubles,
    ),
    AidTable(
        name="aspect",
        title=Message("Statement"),
        plural=Message("Statements"),
        note=Message("What a source says of one thing there. What two sources say stands side by side."),
        row=AspectStep,
        fields=(
            ORGANISATION,
            AidField(name="aspect", kind="choice", label=Message("What"), is_needed=True, choices=ASPECTS),
            AidField(name="state", kind="choice", label=Message("What it says"), is_needed=True, choices=STATE_WORDS),
            AidField(name="number", kind="count", label=Message("How many homes")),
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
            AidField(name="words", kind="line", label=Message("In its words")),
        ),
        about=frozenset(("destination",)),
        line=_aspect_line,
        troubles=_aspect_troubles,
        owner="organisation",
    ),
)
