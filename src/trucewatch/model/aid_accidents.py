"""Accidents with explosive ordnance: at a demining worksite, or elsewhere. The medical request comes first; the
investigation stands apart, with no culprit. People are numbers, as each source says them, and are never added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
ACCIDENT_WORDS: Final[Mapping[str, Term]] = {
    "demining": Term("accident", "demining accident"),
    "mine": Term("accident", "mine accident"),
}
INVESTIGATION_WORDS: Final[Mapping[str, Term]] = {
    "opened": Term("investigation", "opened"),
    "closed": Term("investigation", "closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accident:
    """That there was an accident. kind: `demining` at a worksite, `mine` elsewhere. worksite: its hazardous area."""

    __pydantic_config__ = _STRICT
    organisation: str
    kind: Literal["demining", "mine"]
    district: str
    day: date
    worksite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """How many people were killed and injured, as one organisation says. None: it says nothing of that."""

    __pydantic_config__ = _STRICT
    organisation: str
    day: date
    killed: int | None = None
    injured: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalRequest:
    """That medical help was asked for, when, of whom. passage: the code of the medical passage that was opened."""

    __pydantic_config__ = _STRICT
    organisation: str
    at: datetime
    of: tuple[str, ...] = ()
    passage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """That an investigation was opened or closed, and where its report is. What it found stays there."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: Literal["opened", "closed"]
    day: date
    reference: str = ""


def medical_word(item: Item) -> Message:
    """Whether medical help was asked for, as the first thing that is said of an accident."""
    step = item.latest("medical_request")
    if step is None:
        return Message("No medical request is entered")
    if step.row.passage:
        return Message("Medical request at {at}, {code}", at=step.row.at, code=step.row.passage)
    return Message("Medical request at {at}", at=step.row.at)


def is_unasked(item: Item) -> bool:
    """Whether nobody entered that medical help was asked for."""
    return item.latest("medical_request") is None


def accident_state(item: Item) -> Message:
    """How an accident stands: the medical request, then the investigation."""
    step = item.latest("investigation")
    if step is None:
        return Message("{medical}; no investigation is entered", medical=medical_word(item))
    return Message(
        "{medical}; investigation {state} on {day}",
        medical=medical_word(item),
        state=INVESTIGATION_WORDS[step.row.state],
        day=step.row.day,
    )


def _accident_line(row: Accident, names: AidNames) -> Message:
    return Message(
        "{day}: {kind} in {district}, as {organisation} says",
        day=row.day,
        kind=ACCIDENT_WORDS[row.kind],
        district=names.district(row.district),
        organisation=names.organisation(row.organisation),
    )


_NOT_STATED: Final = Term("casualties", "not stated")


def _casualties_line(row: Casualties, names: AidNames) -> Message:
    return Message(
        "{day}: killed {killed}, injured {injured}, as {organisation} says",
        day=row.day,
        killed=_NOT_STATED if row.killed is None else Amount(row.killed),
        injured=_NOT_STATED if row.injured is None else Amount(row.injured),
        organisation=names.organisation(row.organisation),
    )


def _medical_line(row: MedicalRequest, names: AidNames) -> Message:
    return Message(
        "{at}: {organisation} asked for medical help", at=row.at, organisation=names.organisation(row.organisation)
    )


def _investigation_line(row: Investigation, names: AidNames) -> Message:
    return Message(
        "{day}: investigation by {organisation} {state}",
        day=row.day,
        organisation=names.organisation(row.organisation),
        state=INVESTIGATION_WORDS[row.state],
    )


def _accident_troubles(row: Accident, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.worksite and row.kind != "demining":
        yield trouble(
            "worksite",
            Message("a worksite belongs to a demining accident"),
            Message("leave it out, or choose demining accident"),
        )
    yield from _day_troubles(row, about, items)


def _casualty_troubles(row: Casualties, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.killed is None and row.injured is None:
        yield trouble("killed", Message("no number is given"), Message("write how many were killed or injured"))
    yield from _day_troubles(row, about, items)


def _day_troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.day > items.now.astimezone(items.zone).date():
        yield trouble("day", Message("this day has not come yet"), Message("write the day on which it was"))


_DAY: Final = AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today")

ACCIDENT_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="accident",
        prefix="MA",
        title=Message("Accident"),
        plural=Message("Accidents"),
        note=Message("At a demining worksite, or elsewhere. Ask for medical help first. No names."),
        row=Accident,
        fields=(
            ORGANISATION,
            AidField(name="kind", kind="choice", label=Message("Kind"), is_needed=True, choices=ACCIDENT_WORDS),
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            _DAY,
            AidField(name="worksite", kind="code", of=("hazard",), label=Message("Worksite")),
        ),
        line=_accident_line,
        troubles=_accident_troubles,
        owner="organisation",
        travels=frozenset(("to_centre", "to_aid")),
    ),
    AidTable(
        name="medical_request",
        title=Message("Medical request"),
        plural=Message("Medical requests"),
        note=Message("That medical help was asked for. Patients are a number, in the medical passage."),
        row=MedicalRequest,
        fields=(
            ORGANISATION,
            AidField(name="at", kind="moment", label=Message("When"), is_needed=True, begins="now"),
            AidField(name="of", kind="organisations", label=Message("Of whom")),
            AidField(name="passage", kind="code", of=("passage",), label=Message("Medical passage")),
        ),
        about=frozenset(("accident",)),
        line=_medical_line,
        owner="organisation",
        travels=frozenset(("to_centre", "to_aid")),
    ),
    AidTable(
        name="casualties",
        title=Message("People killed and injured"),
        plural=Message("People killed and injured"),
        note=Message("Numbers only, as one organisation says. Numbers of several are never added up."),
        row=Casualties,
        fields=(
            ORGANISATION,
            _DAY,
            AidField(name="killed", kind="count", label=Message("Killed")),
            AidField(name="injured", kind="count", label=Message("Injured")),
        ),
        about=frozenset(("accident",)),
        line=_casualties_line,
        troubles=_casualty_troubles,
        owner="organisation",
    ),
    AidTable(
        name="investigation",
        title=Message("Investigation"),
        plural=Message("Investigations"),
        note=Message("By whom, and the number of its report. What it found, and about whom, stays with them."),
        row=Investigation,
        fields=(
            ORGANISATION,
            AidField(
                name="state", kind="choice", label=Message("How it stands"), is_needed=True, choices=INVESTIGATION_WORDS
            ),
            _DAY,
            AidField(
                name="reference",
                kind="line",
                label=Message("Report"),
                note=Message("Its number; no person's name."),
            ),
        ),
        about=frozenset(("accident",)),
        line=_investigation_line,
        troubles=_day_troubles,
        owner="organisation",
    ),
)
