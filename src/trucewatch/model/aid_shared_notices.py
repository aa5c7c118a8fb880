"""What the monitoring centre is shown of a notification or a medical passage: rows that hold what was ticked and no
more. These rows travel; the notifications themselves never do, so that what is not ticked cannot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.aid_notice_words import PURPOSE_WORDS, SITE_WORDS, VEHICLE_WORDS, Purpose, Site, Vehicle
from trucewatch.model.aid_passages import URGENCY_WORDS, Passage, Urgency
from trucewatch.model.aid_tables import AidField, AidNames, AidTable
from trucewatch.model.times import day_of

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
LAPSE_HOURS: Final = 72

Ended = Literal["", "done", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedNotice:
    """That there is a notification, in which districts, on which day (in the watch's zone), and what else was ticked.
    tell: the sides that the centre is asked to tell. what, site, purpose, vehicle_kinds: as the notification has them;
    names of organisations as the instance has them."""

    __pydantic_config__ = _STRICT
    districts: tuple[str, ...] = ()
    day: date
    tell: tuple[str, ...] = ()
    ended: Ended = ""
    organisation: str = ""
    what: Literal["", "movement", "fixed_site"] = ""
    site: Site | Literal[""] = ""
    purpose: Purpose | Literal[""] = ""
    from_place: str = ""
    to_place: str = ""
    route: str = ""
    place: tuple[float, float] | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    vehicles: int | None = None
    vehicle_kinds: tuple[Vehicle, ...] = ()
    staff: int | None = None
    is_emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPassage:
    """That medical passage is asked for, between which districts, on which day, and what else was ticked."""

    __pydantic_config__ = _STRICT
    districts: tuple[str, ...] = ()
    day: date
    asked_at: datetime | None = None
    ended: Ended = ""
    organisation: str = ""
    patients: int | None = None
    urgency: Urgency | Literal[""] = ""
    from_at: datetime | None = None
    until_at: datetime | None = None


def shared_fields(row: Any, zone: tzinfo, *, ended: str = "") -> tuple[str, dict[str, Any]] | None:
    """The table and the fields of the row that the centre is shown of a notification or passage; None where nothing is
    ticked. Each field is there because it was ticked: what is not has no way into it.

    ended: "done" or "withdrawn", once it is: whoever was shown it is to know.
    """
    ticks = frozenset(row.shown)
    if not ticks:
        return None
    if isinstance(row, Passage):
        return "shared_passage", _without_empty(_passage_fields(row, zone, ticks) | {"ended": ended})
    fields = _site_fields(row, zone, ticks) if hasattr(row, "site") else _movement_fields(row, zone, ticks)
    return "shared_notice", _without_empty(fields | {"tell": row.by_post_box, "ended": ended})


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _has(ticks: Collection[str], tick: str) -> bool:
    return tick in ticks or "all" in ticks


def _without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in fields.items()
        if value is not None and value is not False and value not in ("", ())
    }


def _movement_fields(row: Any, zone: tzinfo, ticks: Collection[str]) -> dict[str, Any]:
    own: dict[str, Any] = {"districts": row.districts, "day": _day(row.leaves_at, zone)}
    if _has(ticks, "organisation"):
        own |= {"organisation": row.organisation}
    if _has(ticks, "route"):
        own |= {"what": "movement", "from_place": row.from_place, "to_place": row.to_place, "route": row.route}
    if _has(ticks, "times"):
        own |= {"from_at": row.leaves_at, "until_at": row.arrives_at, "is_emergency": row.is_emergency}
    if _has(ticks, "transport"):
        own |= {"vehicles": row.vehicles, "vehicle_kinds": row.vehicle_kinds, "staff": row.staff}
    if _has(ticks, "purpose"):
        own |= {"purpose": row.purpose}
    return own


def _site_fields(row: Any, zone: tzinfo, ticks: Collection[str]) -> dict[str, Any]:
    own: dict[str, Any] = {"districts": row.districts, "day": row.from_}
    if _has(ticks, "organisation"):
        own |= {"organisation": row.organisation}
    if _has(ticks, "site"):
        own |= {"what": "fixed_site", "site": row.site}
    if _has(ticks, "place"):
        own |= {"from_place": row.where, "place": row.place}
    if _has(ticks, "times"):
        end = day_of(row.until, zone).end if row.until else None
        own |= {"from_at": day_of(row.from_, zone).start, "until_at": end, "is_emergency": row.is_emergency}
    return own


def _passage_fields(row: Passage, zone: tzinfo, ticks: Collection[str]) -> dict[str, Any]:
    own: dict[str, Any] = {"districts": row.districts, "day": _day(row.from_at, zone)}
    if _has(ticks, "organisation"):
        own |= {"organisation": row.organisation}
    if _has(ticks, "patients"):
        own |= {"patients": row.patients, "urgency": row.urgency}
    if _has(ticks, "times"):
        own |= {"from_at": row.from_at, "until_at": row.until_at, "asked_at": row.asked_at}
    return own


def _districts(districts: tuple[str, ...], names: AidNames) -> Message:
    if not districts:
        return Message("outside the districts")
    if len(districts) == 1:
        return Message.verbatim(names.district(districts[0]))
    return Message("{first} and {second}", first=names.district(districts[0]), second=names.district(districts[1]))


def _notice_line(row: SharedNotice, names: AidNames) -> Message:
    whose = names.organisation(row.organisation) if row.organisation else Message("an organisation")
    return Message(
        "{organisation}: notification for {day}, {districts}",
        organisation=whose,
        day=row.day,
        districts=_districts(row.districts, names),
    )


def _passage_line(row: SharedPassage, names: AidNames) -> Message:
    districts = _districts(row.districts, names)
    if row.patients is None:
        return Message("medical passage asked for {day}, {districts}", day=row.day, districts=districts)
    patients = Plural("{count} patient", "{count} patients", row.patients, count=Amount(row.patients))
    return Message(
        "medical passage asked for {day}, {districts}: {patients}, {urgency}",
        day=row.day,
        districts=districts,
        patients=patients,
        urgency=URGENCY_WORDS[row.urgency] if row.urgency else Message("urgency not said"),
    )


def shared_ends_at(row: Any, zone: tzinfo) -> datetime | None:
    """The end of what is shown, or of its day where no hour is shown; None of a fixed site of which no end is shown: it
    stands until its organisation says that it is over."""
    if row.until_at is None and getattr(row, "what", "") == "fixed_site":
        return None
    end: datetime = row.until_at or day_of(row.day, zone).end
    return end


WHAT_WORDS: Final[Mapping[str, Term]] = {
    "movement": Term("notice", "a movement"),
    "fixed_site": Term("notice", "a fixed site"),
}
_ENDED: Final[Mapping[str, Term]] = {"done": Term("notice", "done"), "withdrawn": Term("notice", "withdrawn")}


def _line_field(name: str, label: Message) -> AidField:
    return AidField(name=name, kind="line", label=label)


_DISTRICTS: Final = AidField(name="districts", kind="districts", label=Message("Districts"))
_DAY: Final = AidField(name="day", kind="day", label=Message("Day"), is_needed=True)
_STATE: Final = AidField(name="ended", kind="choice", label=Message("How it ended"), choices=_ENDED)
_WHOSE: Final = AidField(name="organisation", kind="organisation", label=Message("Organisation"))
_HOURS: Final = (
    AidField(name="from_at", kind="moment", label=Message("From")),
    AidField(name="until_at", kind="moment", label=Message("Until")),
)
SHARED_TABLES: Final = (
    AidTable(
        name="shared_notice",
        prefix="NS",
        title=Message("Notification, as far as it is shown"),
        plural=Message("Notifications, as far as they are shown"),
        note=Message("What an organisation ticked. It follows from its notification and is typed by nobody."),
        row=SharedNotice,
        fields=(
            _DISTRICTS,
            _DAY,
            AidField(name="tell", kind="sides", label=Message("Sides that the centre is asked to tell")),
            _STATE,
            _WHOSE,
            AidField(name="what", kind="choice", label=Message("What it is of"), choices=WHAT_WORDS),
            AidField(name="site", kind="choice", label=Message("Kind of site"), choices=SITE_WORDS),
            AidField(name="purpose", kind="choice", label=Message("Purpose"), choices=PURPOSE_WORDS),
            _line_field("from_place", Message("From, in words")),
            _line_field("to_place", Message("To, in words")),
            _line_field("route", Message("Route, in words")),
            AidField(name="place", kind="place", label=Message("Longitude and latitude")),
            *_HOURS,
            AidField(name="vehicles", kind="count", label=Message("Vehicles")),
            AidField(name="vehicle_kinds", kind="several", label=Message("Kinds of vehicles"), choices=VEHICLE_WORDS),
            AidField(name="staff", kind="count", label=Message("Staff, as a number")),
            AidField(name="is_emergency", kind="yes", label=Message("Emergency")),
        ),
        line=_notice_line,
        ends_at=shared_ends_at,
        lapse_hours=LAPSE_HOURS,
        travels=frozenset(("to_centre",)),
    ),
    AidTable(
        name="shared_passage",
        prefix="PS",
        title=Message("Medical passage, as far as it is shown"),
        plural=Message("Medical passages, as far as they are shown"),
        note=Message("What an organisation ticked. It follows from its request and is typed by nobody."),
        row=SharedPassage,
        fields=(
            _DISTRICTS,
            _DAY,
            AidField(name="asked_at", kind="moment", label=Message("Asked at")),
            _STATE,
            _WHOSE,
            AidField(name="patients", kind="count", label=Message("Patients")),
            AidField(name="urgency", kind="choice", label=Message("How urgent"), choices=URGENCY_WORDS),
            *_HOURS,
        ),
        line=_passage_line,
        ends_at=shared_ends_at,
        lapse_hours=LAPSE_HOURS,
        travels=frozenset(("to_centre",)),
    ),
)
