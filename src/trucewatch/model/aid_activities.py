"""Who does what where (3W): activities of organisations by sector and district, each organisation's own rows; and where
nobody has stated one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Final, Literal, get_args

from trucewatch.messages import Message, Term
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.times import day_of

Sector = Literal[
    "camp_coordination",
    "early_recovery",
    "education",
    "emergency_telecommunications",
    "food_security",
    "health",
    "logistics",
    "mine_action",
    "nutrition",
    "protection",
    "shelter",
    "water_sanitation",
    "coordination",
    "other",
]
"""The clusters of the Inter-Agency Standing Committee; mine action apart, coordination, and what is none of them."""
SECTORS: Final[tuple[str, ...]] = get_args(Sector)
SECTOR_WORDS: Final[Mapping[str, Term]] = {
    "camp_coordination": Term("sector", "camp coordination and camp management"),
    "early_recovery": Term("sector", "early recovery"),
    "education": Term("sector", "education"),
    "emergency_telecommunications": Term("sector", "emergency telecommunications"),
    "food_security": Term("sector", "food security"),
    "health": Term("sector", "health"),
    "logistics": Term("sector", "logistics"),
    "mine_action": Term("sector", "mine action"),
    "nutrition": Term("sector", "nutrition"),
    "protection": Term("sector", "protection"),
    "shelter": Term("sector", "shelter"),
    "water_sanitation": Term("sector", "water, sanitation and hygiene"),
    "coordination": Term("sector", "coordination"),
    "other": Term("sector", "another sector"),
}
ActivityState = Literal["planned", "under_way", "suspended", "done"]
STATE_WORDS: Final[Mapping[str, Term]] = {
    "planned": Term("activity", "planned"),
    "under_way": Term("activity", "under way"),
    "suspended": Term("activity", "suspended"),
    "done": Term("activity", "done"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What an organisation does in a sector and district, from one day until another, as it states."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    organisation: str
    what: str
    sector: Sector
    district: str
    state: ActivityState
    from_: date
    until: date | None = None


def _line(row: Activity, names: AidNames) -> Message:
    return Message(
        "{organisation}: {sector} in {district}, {state}",
        organisation=names.organisation(row.organisation),
        sector=SECTOR_WORDS[row.sector],
        district=names.district(row.district),
        state=STATE_WORDS[row.state],
    )


def _troubles(row: Activity, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.until is not None and row.until < row.from_:
        yield trouble("until", Message("it ends before it begins"), Message("correct one of the two"))
    today = items.now.astimezone(items.zone).date()
    if row.state == "done" and (row.until is None or row.until > today):
        yield trouble("until", Message("it is done, so that it has ended"), Message("write the day on which it ended"))


def _ends_at(row: Activity, zone: tzinfo) -> datetime | None:
    return day_of(row.until, zone).end if row.until is not None else None


ACTIVITY_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="activity",
        prefix="AV",
        title=Message("Activity"),
        plural=Message("Activities"),
        note=Message("What your organisation does, where, and from when until when. Nobody who is helped is named."),
        row=Activity,
        fields=(
            ORGANISATION,
            AidField(name="what", kind="line", label=Message("What is done"), is_needed=True),
            AidField(name="sector", kind="choice", label=Message("Sector"), is_needed=True, choices=SECTOR_WORDS),
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
            AidField(name="state", kind="choice", label=Message("How it stands"), is_needed=True, choices=STATE_WORDS),
            AidField(name="from_", kind="day", label=Message("From"), is_needed=True),
            AidField(name="until", kind="day", label=Message("Until")),
        ),
        line=_line,
        troubles=_troubles,
        owner="organisation",
        ends_at=_ends_at,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A district, and the sectors in which nobody has stated an activity there that runs or is planned on a day. That
    none is stated does not say that there is need, nor that nothing is done."""

    district: str
    sectors: tuple[str, ...]


def running(items: Iterable[Item], day: date) -> tuple[Activity, ...]:
    """The activities that are stated for a day or later: neither done, suspended nor over by then."""
    rows = (item.row for item in items)
    return tuple(
        row
        for row in rows
        if isinstance(row, Activity)
        and row.state in ("planned", "under_way")
        and (row.until is None or row.until >= day)
    )


def gaps(items: Iterable[Item], districts: Sequence[str], day: date) -> tuple[Gap, ...]:
    """Of each district the sectors without an activity, in the order of the districts; those without a gap left out."""
    stated = {(row.district, row.sector) for row in running(items, day)}
    rows = (
        Gap(district=district, sectors=tuple(sector for sector in SECTORS[:-1] if (district, sector) not in stated))
        for district in districts
    )
    return tuple(gap for gap in rows if gap.sectors)
