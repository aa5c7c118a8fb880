"""Humanitarian notifications of movements and of fixed sites: what an organisation tells the sides of a truce so that
they can take it into account. A notification asks nobody for leave, and protection does not depend on it.

Each organisation chooses, for every notification and every side, who tells that side: itself, the coordinator, or the
monitoring centre through the post-box. What the centre is shown is ticked; what is not ticked stands in no row that
travels (`aid_shared_notices.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.aid_notice_steps import NOTICE_STEP_TABLES
from trucewatch.model.aid_notice_words import PURPOSE_WORDS, SITE_WORDS, VEHICLE_WORDS, Purpose, Site, Vehicle
from trucewatch.model.aid_passages import PASSAGE_TABLES
from trucewatch.model.aid_shared_notices import SHARED_TABLES
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.times import day_of

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}

LAPSE_HOURS: Final = 72
LONGEST: Final = timedelta(days=14)
"""A movement over a longer time is several: its times would tell a side nothing."""

MovementTick = Literal["all", "exists", "organisation", "route", "times", "transport", "purpose"]
SiteTick = Literal["all", "exists", "organisation", "site", "place", "times"]
_ALL: Final = Term("tick", "all of it")
_EXISTS: Final = Term("tick", "that there is one, with district and day")
_ORGANISATION: Final = Term("tick", "whose it is")
_TIMES: Final = Term("tick", "its times")
MOVEMENT_TICKS: Final[Mapping[str, Term]] = {
    "all": _ALL,
    "exists": _EXISTS,
    "organisation": _ORGANISATION,
    "route": Term("tick", "from where to where, and its route"),
    "times": _TIMES,
    "transport": Term("tick", "vehicles and number of staff"),
    "purpose": Term("tick", "its purpose"),
}
SITE_TICKS: Final[Mapping[str, Term]] = {
    "all": _ALL,
    "exists": _EXISTS,
    "organisation": _ORGANISATION,
    "site": Term("tick", "what kind of site"),
    "place": Term("tick", "where it is"),
    "times": _TIMES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """That vehicles and staff of an organisation go somewhere. leaves_at, arrives_at: the interval in which they are
    under way, there and back. itself, by_coordinator, by_post_box: who tells which side; each side stands once."""

    __pydantic_config__ = _STRICT
    organisation: str
    from_district: str = ""
    from_place: str = ""
    to_district: str = ""
    to_place: str = ""
    route: str = ""
    leaves_at: datetime
    arrives_at: datetime
    vehicles: int
    vehicle_kinds: tuple[Vehicle, ...] = ()
    staff: int
    purpose: Purpose
    is_emergency: bool = False
    itself: tuple[str, ...] = ()
    by_coordinator: tuple[str, ...] = ()
    by_post_box: tuple[str, ...] = ()
    shown: tuple[MovementTick, ...] = ()

    @property
    def districts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for each in (self.from_district, self.to_district) if each))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedSite:
    """That a site of an organisation is there. place: longitude and latitude, inside only. until: the last day, in the
    watch's zone; None for as long as it is not taken back."""

    __pydantic_config__ = _STRICT
    organisation: str
    site: Site
    district: str
    where: str = ""
    place: tuple[float, float] | None = None
    from_: date
    until: date | None = None
    is_emergency: bool = False
    itself: tuple[str, ...] = ()
    by_coordinator: tuple[str, ...] = ()
    by_post_box: tuple[str, ...] = ()
    shown: tuple[SiteTick, ...] = ()

    @property
    def districts(self) -> tuple[str, ...]:
        return (self.district,)


def begins_at(row: Any, zone: tzinfo) -> datetime:
    """From when a movement is under way, or a site there."""
    return row.leaves_at if isinstance(row, Movement) else day_of(row.from_, zone).start


def ends_at(row: Any, zone: tzinfo) -> datetime | None:
    """Until when; None for a site without a last day."""
    if isinstance(row, Movement):
        return row.arrives_at
    return day_of(row.until, zone).end if row.until else None


def chosen_ways(row: Any) -> dict[str, str]:
    """Who tells which side, by side in alphabetical order: "itself", "coordinator" or "post_box"."""
    ways = dict.fromkeys(row.by_post_box, "post_box") | dict.fromkeys(row.by_coordinator, "coordinator")
    ways |= dict.fromkeys(row.itself, "itself")
    return dict(sorted(ways.items()))


def _place(district: str, words: str, names: AidNames) -> Message:
    return Message.verbatim(names.district(district)) if district else Message("outside the districts")


def _movement_line(row: Movement, names: AidNames) -> Message:
    return Message(
        "{organisation}: from {start} to {end}, {vehicles}, leaves {at}",
        organisation=names.organisation(row.organisation),
        start=_place(row.from_district, row.from_place, names),
        end=_place(row.to_district, row.to_place, names),
        vehicles=Plural("{count} vehicle", "{count} vehicles", row.vehicles, count=Amount(row.vehicles)),
        at=row.leaves_at,
    )


def _site_line(row: FixedSite, names: AidNames) -> Message:
    return Message(
        "{organisation}: {site} in {district}, from {day}",
        organisation=names.organisation(row.organisation),
        site=SITE_WORDS[row.site],
        district=names.district(row.district),
        day=row.from_,
    )


def _movement_troubles(row: Movement, about: Any, items: AidItems) -> Iterator[Trouble]:
    words = Message("choose a district, or write the place in words")
    if not row.from_district and not row.from_place:
        yield trouble("from_district", Message("nothing says from where"), words)
    if not row.to_district and not row.to_place:
        yield trouble("to_district", Message("nothing says to where"), words)
    if row.arrives_at <= row.leaves_at:
        yield trouble("arrives_at", Message("it arrives before it leaves"), Message("correct one of the two"))
    elif row.arrives_at - row.leaves_at > LONGEST:
        yield trouble(
            "arrives_at",
            Message("this takes more than {days} days", days=LONGEST.days),
            Message("enter each stretch as a movement of its own"),
        )
    if row.vehicles and not row.vehicle_kinds:
        yield trouble("vehicle_kinds", Message("nothing says what vehicles"), Message("tick their kinds"))
    if not row.vehicles and row.vehicle_kinds:
        yield trouble("vehicles", Message("kinds are ticked, but there are none"), Message("write how many"))
    yield from _way_troubles(row)


def _site_troubles(row: FixedSite, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.until and row.until < row.from_:
        yield trouble("until", Message("it ends before it begins"), Message("correct one of the two"))
    yield from _way_troubles(row)


def _way_troubles(row: Any) -> Iterator[Trouble]:
    each_side = (*row.itself, *row.by_coordinator, *row.by_post_box)
    if not each_side:
        yield trouble("itself", Message("no side is chosen"), Message("tick each side at the way by which it is told"))
    for key, sides in (("by_coordinator", row.by_coordinator), ("by_post_box", row.by_post_box)):
        if any(each_side.count(side) > 1 for side in sides):
            yield trouble(key, Message("a side is ticked at two ways"), Message("tick each side once"))
            break
    if row.by_post_box and not row.shown:
        yield trouble(
            "shown",
            Message("the centre can tell a side only what it is shown itself, and nothing is ticked"),
            Message("tick what the centre is shown, or choose another way"),
        )


ORGANISATION: Final = AidField(name="organisation", kind="organisation", label=Message("Organisation"), is_needed=True)
_NO_NAMES: Final = Message("Words for a place or a road only: no names of people, no number plates.")
_EMERGENCY: Final = AidField(
    name="is_emergency",
    kind="yes",
    label=Message("Emergency"),
    note=Message("The watch's shorter standard hours are then its own rule."),
)
_WAYS: Final = (
    AidField(
        name="itself",
        kind="sides",
        label=Message("Told by the organisation itself"),
        note=Message("Each organisation chooses for each side; nobody outside the United Nations needs a coordinator."),
    ),
    AidField(name="by_coordinator", kind="sides", label=Message("Told by the coordinator")),
    AidField(name="by_post_box", kind="sides", label=Message("Told by the monitoring centre, through this post-box")),
)
_SHOWN_LABEL: Final = Message("Show the monitoring centre")
_SHOWN_NOTE: Final = Message("Nothing ticked: the centre does not learn that there is one.")

NOTIFICATION_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="movement",
        prefix="MV",
        title=Message("Notification of a movement"),
        plural=Message("Movements"),
        note=Message("A notice to the sides, so that they can take it into account. It asks for no leave."),
        row=Movement,
        fields=(
            ORGANISATION,
            AidField(name="from_district", kind="district", label=Message("From the district")),
            AidField(name="from_place", kind="line", label=Message("From, in words"), note=_NO_NAMES),
            AidField(name="to_district", kind="district", label=Message("To the district")),
            AidField(name="to_place", kind="line", label=Message("To, in words")),
            AidField(
                name="route",
                kind="line",
                label=Message("Route, in words"),
                note=Message("Roads as the watch names them: then closures of them are shown before it is sent."),
            ),
            AidField(name="leaves_at", kind="moment", label=Message("Leaves at"), is_needed=True),
            AidField(
                name="arrives_at",
                kind="moment",
                label=Message("Has arrived by"),
                is_needed=True,
                note=Message("The end of the whole movement; of one there and back, when it is back."),
            ),
            AidField(name="vehicles", kind="count", label=Message("Vehicles"), is_needed=True),
            AidField(name="vehicle_kinds", kind="several", label=Message("Kinds of vehicles"), choices=VEHICLE_WORDS),
            AidField(name="staff", kind="count", label=Message("Staff, as a number"), is_needed=True),
            AidField(name="purpose", kind="choice", label=Message("Purpose"), is_needed=True, choices=PURPOSE_WORDS),
            _EMERGENCY,
            *_WAYS,
            AidField(name="shown", kind="several", label=_SHOWN_LABEL, note=_SHOWN_NOTE, choices=MOVEMENT_TICKS),
        ),
        line=_movement_line,
        troubles=_movement_troubles,
        owner="organisation",
        totals=lambda row: {"movements": 1, "vehicles": row.vehicles, "staff": row.staff},
        ends_at=ends_at,
        lapse_hours=LAPSE_HOURS,
    ),
    AidTable(
        name="fixed_site",
        prefix="FS",
        title=Message("Notification of a fixed site"),
        plural=Message("Fixed sites"),
        note=Message("A notice to the sides, so that they can take it into account. It asks for no leave."),
        row=FixedSite,
        fields=(
            ORGANISATION,
            AidField(name="site", kind="choice", label=Message("Kind of site"), is_needed=True, choices=SITE_WORDS),
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            AidField(name="where", kind="line", label=Message("Where, in words"), note=_NO_NAMES),
            AidField(
                name="place",
                kind="place",
                label=Message("Longitude and latitude"),
                note=Message(
                    "Stands in the letter to the sides and in no export. The centre is shown it only if it is ticked."
                ),
            ),
            AidField(name="from_", kind="day", label=Message("From"), is_needed=True, begins="today"),
            AidField(name="until", kind="day", label=Message("Until, the last day")),
            _EMERGENCY,
            *_WAYS,
            AidField(name="shown", kind="several", label=_SHOWN_LABEL, note=_SHOWN_NOTE, choices=SITE_TICKS),
        ),
        line=_site_line,
        troubles=_site_troubles,
        owner="organisation",
        totals=lambda row: {"sites": 1},
        ends_at=ends_at,
        lapse_hours=LAPSE_HOURS,
    ),
    *PASSAGE_TABLES,
    *SHARED_TABLES,
    *NOTICE_STEP_TABLES,
)
