"""Visits to sites and gatherings between communities, as numbers. Where a gathering is stands here only while bodies of
two sides agree to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_returns import FEWEST_WITH_PLACE
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
VISIT_STATES: Final[Mapping[str, Term]] = {
    "asked": Term("visit", "asked"),
    "agreed": Term("visit", "agreed"),
    "not_agreed": Term("visit", "not agreed"),
    "escorted": Term("visit", "escorted"),
    "made": Term("visit", "took place"),
}
FEWEST_SIDES: Final = 2
_ANSWERS: Final = ("agreed", "not_agreed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit that is asked for. people: how many are to go."""

    __pydantic_config__ = _STRICT
    organisation: str
    district: str
    people: int
    day: date
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitStep:
    """What became of a visit, for how many people. side: who asked, agreed or escorted, where it is a side."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: Literal["asked", "agreed", "not_agreed", "escorted", "made"]
    people: int
    day: date
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A meeting between communities, as a number."""

    __pydantic_config__ = _STRICT
    organisation: str
    district: str
    people: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringConsent:
    """Whether a body of a side agrees that the place stands here. Its latest word holds."""

    __pydantic_config__ = _STRICT
    organisation: str
    side: str
    agrees: Literal["yes", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringPlace:
    """Where a gathering is or was."""

    __pydantic_config__ = _STRICT
    organisation: str
    place: tuple[float, float]


def visit_state(item: Item) -> Message:
    """How a visit stands by its latest word; where only one has agreed or not, and where two differ, that it is so."""
    step = item.latest("visit_step")
    if step is None:
        return Message("asked for {count}", count=Amount(item.row.people))
    answers = {
        each.row.side or each.row.organisation: each.row.state
        for each in item.steps_of("visit_step")
        if each.row.state in _ANSWERS
    }
    if step.row.state in _ANSWERS and len(set(answers.values())) > 1:
        return Message("answers differ; each stands below")
    if step.row.state in _ANSWERS and len(answers) == 1:
        return Message(
            "one answer so far: {state} for {count}, {day}",
            state=VISIT_STATES[step.row.state],
            count=Amount(step.row.people),
            day=step.row.day,
        )
    return Message(
        "{state} for {count}, {day}",
        state=VISIT_STATES[step.row.state],
        count=Amount(step.row.people),
        day=step.row.day,
    )


def both_agree(item: Item) -> bool:
    """Whether bodies of two sides say yes to the place, and none says no, each by its latest word."""
    last = {step.row.side: step.row.agrees for step in item.steps_of("gathering_consent")}
    return len(last) >= FEWEST_SIDES and set(last.values()) == {"yes"}


def place_of_gathering(item: Item) -> tuple[float, float] | None:
    """Where it is: only while both agree to it."""
    step = item.latest("gathering_place") if both_agree(item) else None
    return None if step is None else step.row.place


def gathering_state(item: Item) -> Message:
    """Whether its place may stand here."""
    if both_agree(item):
        return Message("both sides' bodies agree that the place is kept")
    return Message("the place is not kept: both sides' bodies have to agree")


def _visit_line(row: Visit, names: AidNames) -> Message:
    return Message(
        "{day}: visit of {count} in {district}, as {organisation} says",
        day=row.day,
        count=Amount(row.people),
        district=names.district(row.district),
        organisation=names.organisation(row.organisation),
    )


def _visit_step_line(row: VisitStep, names: AidNames) -> Message:
    if row.side:
        return Message(
            "{day}: {state} for {count} by {side}, as {organisation} says",
            day=row.day,
            state=VISIT_STATES[row.state],
            count=Amount(row.people),
            side=names.side(row.side),
            organisation=names.organisation(row.organisation),
        )
    return Message(
        "{day}: {state} for {count}, as {organisation} says",
        day=row.day,
        state=VISIT_STATES[row.state],
        count=Amount(row.people),
        organisation=names.organisation(row.organisation),
    )


def _gathering_line(row: Gathering, names: AidNames) -> Message:
    return Message(
        "{day}: gathering of {count} in {district}, as {organisation} says",
        day=row.day,
        count=Amount(row.people),
        district=names.district(row.district),
        organisation=names.organisation(row.organisation),
    )


_AGREES: Final[Mapping[str, Term]] = {"yes": Term("consent", "agrees"), "no": Term("consent", "does not agree")}
_ONLY_OF_TEN: Final = Message(
    "of fewer than {fewest} people only the district is kept: the place would say who they are",
    fewest=FEWEST_WITH_PLACE,
)


def _consent_line(row: GatheringConsent, names: AidNames) -> Message:
    values = {"side": names.side(row.side), "organisation": names.organisation(row.organisation)}
    if row.agrees == "yes":
        return Message("a body of {side} agrees that the place is kept, as {organisation} says", **values)
    return Message("a body of {side} does not agree that the place is kept, as {organisation} says", **values)


def _place_line(row: GatheringPlace, names: AidNames) -> Message:
    return Message("{organisation} entered the place", organisation=names.organisation(row.organisation))


def _people_troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.people <= 0:
        yield trouble("people", Message("this is nobody"), Message("write how many, more than 0"))


def _visit_troubles(row: Visit, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from _people_troubles(row, about, items)
    if row.site and row.people < FEWEST_WITH_PLACE:
        yield trouble("site", _ONLY_OF_TEN, Message("leave it empty"))


def _place_troubles(row: GatheringPlace, about: Any, items: AidItems) -> Iterator[Trouble]:
    if about.row is not None and about.row.people < FEWEST_WITH_PLACE:
        yield trouble("place", _ONLY_OF_TEN, Message("leave it out"))
    if not both_agree(about):
        yield trouble(
            "place",
            Message("not both sides' bodies agree to it"),
            Message("enter what each says first; until then the district stands alone"),
        )


_PEOPLE: Final = AidField(name="people", kind="count", label=Message("People"), is_needed=True)
_DAY: Final = AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today")
_DISTRICT: Final = AidField(name="district", kind="district", label=Message("District"), is_needed=True)

VISIT_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="visit",
        prefix="VS",
        title=Message("Visit"),
        plural=Message("Visits"),
        note=Message("A visit that is asked for. People are a number."),
        row=Visit,
        fields=(
            ORGANISATION,
            AidField(
                name="site",
                kind="code",
                of=("site",),
                label=Message("Site"),
                note=Message("Only of ten people and more."),
            ),
            _DISTRICT,
            _DAY,
            _PEOPLE,
        ),
        line=_visit_line,
        troubles=_visit_troubles,
        owner="organisation",
        totals=lambda row: {"people": row.people},
    ),
    AidTable(
        name="visit_step",
        title=Message("What became of it"),
        plural=Message("What became of it"),
        note=Message("Asked, agreed, escorted: for how many."),
        row=VisitStep,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("What"), is_needed=True, choices=VISIT_STATES),
            _PEOPLE,
            _DAY,
            AidField(name="side", kind="side", label=Message("By the side")),
        ),
        about=frozenset(("visit",)),
        line=_visit_step_line,
        troubles=_people_troubles,
        owner="organisation",
        totals=lambda row: {"people": row.people},
    ),
    AidTable(
        name="gathering",
        prefix="GT",
        title=Message("Gathering"),
        plural=Message("Gatherings"),
        note=Message("A meeting between communities, as a number."),
        row=Gathering,
        fields=(ORGANISATION, _DISTRICT, _DAY, _PEOPLE),
        line=_gathering_line,
        troubles=_people_troubles,
        owner="organisation",
        totals=lambda row: {"people": row.people},
    ),
    AidTable(
        name="gathering_consent",
        title=Message("Agreement to keep the place"),
        plural=Message("Agreement to keep the place"),
        note=Message("What a body of a side says. The latest word of each holds."),
        row=GatheringConsent,
        fields=(
            ORGANISATION,
            AidField(name="side", kind="side", label=Message("Side"), is_needed=True),
            AidField(name="agrees", kind="choice", label=Message("What it says"), is_needed=True, choices=_AGREES),
        ),
        about=frozenset(("gathering",)),
        line=_consent_line,
        owner="organisation",
    ),
    AidTable(
        name="gathering_place",
        title=Message("Place"),
        plural=Message("Place"),
        note=Message("Only where both sides' bodies agree. Stays inside."),
        row=GatheringPlace,
        fields=(
            ORGANISATION,
            AidField(name="place", kind="place", label=Message("Place"), is_needed=True),
        ),
        about=frozenset(("gathering",)),
        line=_place_line,
        troubles=_place_troubles,
        owner="organisation",
    ),
)
