"""Hazardous areas, what was released of them, surveys, devices found and accidents, by the words of IMAS.

An outline and a place stay inside. Nothing here says that ground may be walked on: it says who surveyed what, when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_accidents import ACCIDENT_TABLES
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
Outline = tuple[tuple[float, float], ...]
"""A ring of (lon, lat), the first corner not said again."""

HAZARD_WORDS: Final[Mapping[str, Term]] = {
    "suspected": Term("hazard", "suspected hazardous area"),
    "confirmed": Term("hazard", "confirmed hazardous area"),
}
RELEASE_WORDS: Final[Mapping[str, Term]] = {
    "cancelled": Term("land release", "cancelled"),
    "reduced": Term("land release", "reduced"),
    "cleared": Term("land release", "cleared"),
}
METHOD_WORDS: Final[Mapping[str, Term]] = {
    "non_technical": Term("survey", "non-technical survey"),
    "technical": Term("survey", "technical survey"),
}
RESULT_WORDS: Final[Mapping[str, Term]] = {
    "none_known": Term("survey", "inside its outline no hazard came to light"),
    "hazards": Term("survey", "inside its outline hazards came to light"),
}
DEVICE_WORDS: Final[Mapping[str, Term]] = {
    "anti_personnel_mine": Term("device", "anti-personnel mines"),
    "anti_vehicle_mine": Term("device", "anti-vehicle mines"),
    "improvised_mine": Term("device", "improvised mines and devices"),
    "booby_trap": Term("device", "booby traps"),
    "submunition": Term("device", "submunitions and other remnants of cluster munitions"),
    "unexploded_ordnance": Term("device", "unexploded ordnance"),
    "abandoned_ordnance": Term("device", "abandoned ordnance"),
    "fuze": Term("device", "fuzes and initiators"),
    "small_arms_ammunition": Term("device", "small arms ammunition"),
    "other": Term("device", "other explosive ordnance"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """A hazardous area, as an organisation states it. surveyed_by, surveyed: whose survey it rests on, of which day.
    outline: where it is drawn; else the district is all that is known of where it lies."""

    __pydantic_config__ = _STRICT
    organisation: str
    kind: Literal["suspected", "confirmed"]
    district: str
    outline: Outline = ()
    surveyed_by: str = ""
    surveyed: date | None = None
    source: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandRelease:
    """What of a hazardous area was released. outline: of what is hazardous still. nothing_remains: that nothing of it
    is; where neither is stated, all of the area counts as hazardous still."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: Literal["cancelled", "reduced", "cleared"]
    area_m2: int
    day: date
    reference: str
    outline: Outline = ()
    nothing_remains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """That an organisation surveyed what lies inside an outline. It says nothing of what lies outside."""

    __pydantic_config__ = _STRICT
    organisation: str
    method: Literal["non_technical", "technical"]
    result: Literal["none_known", "hazards"]
    district: str
    outline: Outline
    day: date
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Devices that were found, by group and number."""

    __pydantic_config__ = _STRICT
    organisation: str
    group: str
    number: int
    district: str
    day: date
    place: tuple[float, float] | None = None
    hazard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStep:
    """What became of devices: handed to whom, destroyed; how many."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: Literal["handed_over", "destroyed"]
    number: int
    day: date
    to: str = ""


def _hazard_line(row: Hazard, names: AidNames) -> Message:
    if row.surveyed is not None and row.surveyed_by:
        return Message(
            "{kind} in {district}, surveyed by {organisation} on {day}",
            kind=HAZARD_WORDS[row.kind],
            district=names.district(row.district),
            organisation=names.organisation(row.surveyed_by),
            day=row.surveyed,
        )
    return Message(
        "{kind} in {district}, as {organisation} says",
        kind=HAZARD_WORDS[row.kind],
        district=names.district(row.district),
        organisation=names.organisation(row.organisation),
    )


def _release_line(row: LandRelease, names: AidNames) -> Message:
    return Message(
        "{day}: {area} m² {state} by {organisation}",
        day=row.day,
        area=Amount(row.area_m2),
        state=RELEASE_WORDS[row.state],
        organisation=names.organisation(row.organisation),
    )


def _survey_line(row: Survey, names: AidNames) -> Message:
    return Message(
        "{method} of a part of {district} by {organisation} on {day}: {result}",
        method=METHOD_WORDS[row.method],
        district=names.district(row.district),
        organisation=names.organisation(row.organisation),
        day=row.day,
        result=RESULT_WORDS[row.result],
    )


def _device_line(row: Device, names: AidNames) -> Message:
    return Message(
        "{day}: {group}, {number}, found in {district}, as {organisation} says",
        day=row.day,
        group=DEVICE_WORDS[row.group],
        number=Amount(row.number),
        district=names.district(row.district),
        organisation=names.organisation(row.organisation),
    )


_DEVICE_STEPS: Final[Mapping[str, Term]] = {
    "handed_over": Term("device", "handed over"),
    "destroyed": Term("device", "destroyed"),
}


def _device_step_line(row: DeviceStep, names: AidNames) -> Message:
    if row.to:
        return Message(
            "{day}: {number} {state} to {recipient}, as {organisation} says",
            day=row.day,
            number=Amount(row.number),
            state=_DEVICE_STEPS[row.state],
            recipient=names.organisation(row.to),
            organisation=names.organisation(row.organisation),
        )
    return Message(
        "{day}: {number} {state}, as {organisation} says",
        day=row.day,
        number=Amount(row.number),
        state=_DEVICE_STEPS[row.state],
        organisation=names.organisation(row.organisation),
    )


def _release_troubles(row: LandRelease, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.nothing_remains and row.outline:
        yield trouble(
            "nothing_remains",
            Message("an outline of what remains is drawn, and nothing is said to remain"),
            Message("leave one of the two out"),
        )
    elif not row.nothing_remains and not row.outline and about.row is not None and about.row.outline:
        yield trouble(
            "outline",
            Message("nothing says what of the area remains hazardous"),
            Message("draw what remains, or say that nothing does"),
        )
    if row.area_m2 == 0:
        yield trouble("area_m2", Message("this is nothing"), Message("write how many square metres, more than 0"))
    yield from _future(row.day, "day", items)


def _hazard_troubles(row: Hazard, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.surveyed is not None:
        yield from _future(row.surveyed, "surveyed", items)


def _dated_troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
    if getattr(row, "number", 1) <= 0:
        yield trouble("number", Message("this is nothing"), Message("write how many, more than 0"))
    yield from _future(row.day, "day", items)


def _future(day: date, key: str, items: AidItems) -> Iterator[Trouble]:
    if day > items.now.astimezone(items.zone).date():
        yield trouble(key, Message("this day has not come yet"), Message("write the day on which it was"))


_DISTRICT: Final = AidField(name="district", kind="district", label=Message("District"), is_needed=True)
_DAY: Final = AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today")
_NUMBER: Final = AidField(name="number", kind="count", label=Message("How many"), is_needed=True)
_CORNERS: Final = Message("A corner a line: longitude, latitude. Stays inside.")
_REFERENCE: Final = AidField(
    name="reference", kind="line", label=Message("Document"), note=Message("Its number; no person's name.")
)

HAZARD_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="hazard",
        prefix="HZ",
        title=Message("Hazardous area"),
        plural=Message("Hazardous areas"),
        note=Message("An area that is suspected or confirmed to hold explosive ordnance, and whose survey says so."),
        row=Hazard,
        fields=(
            ORGANISATION,
            AidField(name="kind", kind="choice", label=Message("Kind"), is_needed=True, choices=HAZARD_WORDS),
            _DISTRICT,
            AidField(name="outline", kind="outline", label=Message("Outline"), note=_CORNERS),
            AidField(name="surveyed_by", kind="organisation", label=Message("Surveyed by")),
            AidField(name="surveyed", kind="day", label=Message("Day of the survey")),
            AidField(
                name="source",
                kind="line",
                label=Message("Source"),
                note=Message("A document or a body; no person's name."),
            ),
            AidField(name="reference", kind="line", label=Message("Its number there")),
        ),
        line=_hazard_line,
        troubles=_hazard_troubles,
        owner="organisation",
        travels=frozenset(("to_centre", "to_aid")),
    ),
    AidTable(
        name="land_release",
        title=Message("Land release"),
        plural=Message("Land releases"),
        note=Message("What of this area was cancelled, reduced or cleared, and by which document."),
        row=LandRelease,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("What"), is_needed=True, choices=RELEASE_WORDS),
            AidField(
                name="area_m2",
                kind="count",
                label=Message("Area released"),
                is_needed=True,
                unit=Message("square metres"),
            ),
            _DAY,
            AidField(
                name="reference",
                kind="line",
                label=Message("Document"),
                is_needed=True,
                note=Message("Its number; no person's name."),
            ),
            AidField(
                name="outline",
                kind="outline",
                label=Message("Outline of what remains hazardous"),
                note=_CORNERS,
            ),
            AidField(
                name="nothing_remains",
                kind="yes",
                label=Message("Nothing of the area remains hazardous"),
                note=Message("Only where the document says so. Without it the area counts as hazardous still."),
            ),
        ),
        about=frozenset(("hazard",)),
        line=_release_line,
        troubles=_release_troubles,
        owner="organisation",
        totals=lambda row: {"area_m2": row.area_m2},
        travels=frozenset(("to_centre", "to_aid")),
    ),
    AidTable(
        name="survey",
        prefix="SV",
        title=Message("Survey"),
        plural=Message("Surveys"),
        note=Message("What was surveyed. Ground outside every outline entered here is not surveyed."),
        row=Survey,
        fields=(
            ORGANISATION,
            AidField(name="method", kind="choice", label=Message("Method"), is_needed=True, choices=METHOD_WORDS),
            AidField(name="result", kind="choice", label=Message("Result"), is_needed=True, choices=RESULT_WORDS),
            _DISTRICT,
            AidField(name="outline", kind="outline", label=Message("Outline surveyed"), is_needed=True, note=_CORNERS),
            _DAY,
            _REFERENCE,
        ),
        line=_survey_line,
        troubles=_dated_troubles,
        owner="organisation",
        travels=frozenset(("to_centre", "to_aid")),
    ),
    AidTable(
        name="device",
        prefix="DV",
        title=Message("Devices found"),
        plural=Message("Devices found"),
        note=Message("What was found, by group and number."),
        row=Device,
        fields=(
            ORGANISATION,
            AidField(name="group", kind="choice", label=Message("Group"), is_needed=True, choices=DEVICE_WORDS),
            _NUMBER,
            _DISTRICT,
            _DAY,
            AidField(
                name="place",
                kind="place",
                label=Message("Place"),
                note=Message("Longitude, latitude. Stays inside."),
            ),
            AidField(name="hazard", kind="code", of=("hazard",), label=Message("In the hazardous area")),
        ),
        line=_device_line,
        troubles=_dated_troubles,
        owner="organisation",
        totals=lambda row: {"devices": row.number},
    ),
    AidTable(
        name="device_step",
        title=Message("What became of them"),
        plural=Message("What became of them"),
        note=Message("How many were handed over, to whom, or destroyed."),
        row=DeviceStep,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("What"), is_needed=True, choices=_DEVICE_STEPS),
            _NUMBER,
            _DAY,
            AidField(name="to", kind="organisation", label=Message("To whom")),
        ),
        about=frozenset(("device",)),
        line=_device_step_line,
        troubles=_dated_troubles,
        owner="organisation",
        totals=lambda row: {"devices": row.number},
    ),
)
MINE_TABLES: Final[tuple[AidTable, ...]] = (*HAZARD_TABLES, *ACCIDENT_TABLES)
