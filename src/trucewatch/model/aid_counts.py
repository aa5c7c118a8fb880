"""Counters: numbers that a source reports for a day, or up to a cut-off since a beginning. Never worked out, never
summed over sources, never mended: a total that differs from its days or falls is shown so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Final, Literal, get_args

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.times import day_of

CounterKind = Literal[
    "people_returned",
    "people_left_again",
    "crossings_on_foot",
    "crossings_by_vehicle",
    "people_fed",
    "people_housed",
    "buses",
    "aid_vehicles",
    "aid_kilograms",
    "hectares_released",
    "road_metres_released",
    "devices_destroyed",
    "buildings_surveyed",
    "homes_repaired",
    "connections_restored",
    "remains_handed_over",
]
COUNTERS: Final[tuple[str, ...]] = get_args(CounterKind)
COUNTER_WORDS: Final[Mapping[str, Term]] = {
    "people_returned": Term("counter", "people who returned"),
    "people_left_again": Term("counter", "people who left again"),
    "crossings_on_foot": Term("counter", "crossings on foot"),
    "crossings_by_vehicle": Term("counter", "crossings by vehicle"),
    "people_fed": Term("counter", "people given food"),
    "people_housed": Term("counter", "people given shelter"),
    "buses": Term("counter", "buses"),
    "aid_vehicles": Term("counter", "vehicles with aid"),
    "aid_kilograms": Term("counter", "aid, kilograms"),
    "hectares_released": Term("counter", "land released, hectares"),
    "road_metres_released": Term("counter", "road released, metres"),
    "devices_destroyed": Term("counter", "explosive devices destroyed"),
    "buildings_surveyed": Term("counter", "buildings surveyed"),
    "homes_repaired": Term("counter", "homes repaired"),
    "connections_restored": Term("counter", "connections restored"),
    "remains_handed_over": Term("counter", "remains handed over"),
}
OF_PEOPLE: Final = frozenset(("people_returned", "people_left_again", "people_fed", "people_housed"))
"""Numbers of people: small groups leave in no file, nor can they be worked out (`small_groups`)."""
OF_CROSSINGS: Final = frozenset(("crossings_on_foot", "crossings_by_vehicle"))
CROSSINGS_ARE_NOT_PEOPLE: Final = Message(
    "Crossings are not persons: whoever crosses twice is counted twice, and the two are never summed."
)
SPANS: Final[Mapping[str, Term]] = {
    "day": Term("counter", "of the day"),
    "cumulative": Term("counter", "cumulative"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One reported number.

    span: of `day`, or cumulative up to its end, or to `cut_off` on it. since: from which day on a cumulative one is
    counted, if its source says so. organisation: who enters it; source: who reports it, where it was read.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    organisation: str
    kind: CounterKind
    span: Literal["day", "cumulative"]
    day: date
    value: int
    source: str
    district: str = ""
    since: date | None = None
    cut_off: datetime | None = None


def _line(row: Count, names: AidNames) -> Message:
    told = {
        "kind": COUNTER_WORDS[row.kind],
        "value": Amount(row.value),
        "day": row.day,
        "organisation": names.organisation(row.organisation),
    }
    if row.span == "day":
        return Message("{kind} on {day}: {value}, entered by {organisation}", **told)
    return Message("{kind} up to {day}: {value} in all, entered by {organisation}", **told)


def _troubles(row: Count, about: Any, items: AidItems) -> Iterator[Trouble]:
    today = items.now.astimezone(items.zone).date()
    if row.day > today:
        yield trouble("day", Message("this day is still to come"), Message("a counter tells of what was; correct it"))
    if row.since is not None and row.span == "day":
        yield trouble("since", Message("a number of one day has no beginning"), Message("leave it empty"))
    elif row.since is not None and row.since > row.day:
        yield trouble("since", Message("it begins after its own day"), Message("correct one of the two"))
    if row.cut_off is not None and row.cut_off.astimezone(items.zone).date() != row.day:
        yield trouble("cut_off", Message("the cut-off lies on another day"), Message("correct one of the two"))
    for item in items.items("count"):
        other = item.row
        if other is not None and _same(other, row):
            yield trouble(
                "day",
                Message("{code} already states this number, of the same source and day", code=item.code),
                Message("correct that one, with the reason: both values stay on its page"),
            )


def _same(first: Count, second: Count) -> bool:
    return series_key(first) == series_key(second) and (first.span, first.day, first.cut_off) == (
        second.span,
        second.day,
        second.cut_off,
    )


def series_key(row: Count) -> tuple[str, str, str, str]:
    """What a number is one of: numbers of one kind, district, organisation and source are held beside each other."""
    return row.kind, row.district, row.organisation, " ".join(row.source.split()).casefold()


def _ends_at(row: Count, zone: tzinfo) -> datetime:
    return day_of(row.day, zone).end


COUNT_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="count",
        prefix="CT",
        title=Message("Counter"),
        plural=Message("Counters"),
        note=Message(
            "A number that a source reports, as it reports it: of one day, or in all up to a cut-off. Numbers of "
            "different sources stand side by side."
        ),
        row=Count,
        fields=(
            ORGANISATION,
            AidField(
                name="kind", kind="choice", label=Message("What is counted"), is_needed=True, choices=COUNTER_WORDS
            ),
            AidField(name="span", kind="choice", label=Message("Over which time"), is_needed=True, choices=SPANS),
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
            AidField(name="value", kind="count", label=Message("The number"), is_needed=True),
            AidField(name="source", kind="line", label=Message("Who reports it, and where"), is_needed=True),
            AidField(name="district", kind="district", label=Message("District, if of one alone")),
            AidField(name="since", kind="day", label=Message("Counted since, if it is cumulative")),
            AidField(name="cut_off", kind="moment", label=Message("Cut-off, if the source states one")),
        ),
        line=_line,
        troubles=_troubles,
        owner="organisation",
        totals=lambda row: {"value": row.value},
        ends_at=_ends_at,
        travels=frozenset(("to_centre",)),
    ),
)
