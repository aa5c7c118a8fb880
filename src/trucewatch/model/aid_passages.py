"""Medical passage: that patients be let through, as a number, with what each side answered and when. Open until it is
done or withdrawn, and on top of every list until then. No names, no ages, no diagnoses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
LONGEST: Final = timedelta(hours=72)
MOST_PATIENTS: Final = 500

Urgency = Literal["now", "hours", "today", "days"]
URGENCY_WORDS: Final[Mapping[str, Term]] = {
    "now": Term("urgency", "within the hour"),
    "hours": Term("urgency", "within six hours"),
    "today": Term("urgency", "within a day"),
    "days": Term("urgency", "within three days"),
}
PassageTick = Literal["all", "exists", "organisation", "times", "patients"]
PASSAGE_TICKS: Final[Mapping[str, Term]] = {
    "all": Term("tick", "all of it"),
    "exists": Term("tick", "that there is one, with districts and day"),
    "organisation": Term("tick", "who asks for it"),
    "times": Term("tick", "its hours"),
    "patients": Term("tick", "how many patients, how urgent"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """That an organisation asks both sides to let patients pass within hours. asked_at: from when its age counts."""

    __pydantic_config__ = _STRICT
    organisation: str
    patients: int
    urgency: Urgency
    from_district: str
    to_district: str
    from_at: datetime
    until_at: datetime
    asked_at: datetime
    shown: tuple[PassageTick, ...] = ()

    @property
    def districts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.from_district, self.to_district)))


def _line(row: Passage, names: AidNames) -> Message:
    return Message(
        "{patients}, {urgency}, from {start} to {end}, as {organisation} asks",
        patients=Plural("{count} patient", "{count} patients", row.patients, count=Amount(row.patients)),
        urgency=URGENCY_WORDS[row.urgency],
        start=names.district(row.from_district),
        end=names.district(row.to_district),
        organisation=names.organisation(row.organisation),
    )


def _troubles(row: Passage, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.patients <= 0:
        yield trouble("patients", Message("this is nobody"), Message("write how many, more than 0"))
    elif row.patients > MOST_PATIENTS:
        yield trouble("patients", Message("this is more than {most}", most=MOST_PATIENTS), Message("correct it"))
    if row.until_at <= row.from_at:
        yield trouble("until_at", Message("the hours end before they begin"), Message("correct one of the two"))
    elif row.until_at - row.from_at > LONGEST:
        yield trouble(
            "until_at", Message("the hours are more than three days"), Message("ask for each day as one of its own")
        )
    if row.asked_at > items.now:
        yield trouble("asked_at", Message("this is still to come"), Message("write when it was asked for"))


def passage_ends_at(row: Passage, zone: tzinfo) -> datetime:
    return row.until_at


PASSAGE_TABLES: Final = (
    AidTable(
        name="passage",
        prefix="MP",
        title=Message("Medical passage"),
        plural=Message("Medical passages"),
        note=Message(
            "Patients as a number: no name, no age, no diagnosis. It stays on top until it is done or withdrawn."
        ),
        row=Passage,
        fields=(
            AidField(name="organisation", kind="organisation", label=Message("Asked for by"), is_needed=True),
            AidField(name="patients", kind="count", label=Message("Patients"), is_needed=True),
            AidField(name="urgency", kind="choice", label=Message("How urgent"), is_needed=True, choices=URGENCY_WORDS),
            AidField(name="from_district", kind="district", label=Message("From the district"), is_needed=True),
            AidField(name="to_district", kind="district", label=Message("To the district"), is_needed=True),
            AidField(name="from_at", kind="moment", label=Message("Hours, from"), is_needed=True, begins="now"),
            AidField(name="until_at", kind="moment", label=Message("Hours, until"), is_needed=True),
            AidField(name="asked_at", kind="moment", label=Message("Asked at"), is_needed=True, begins="now"),
            AidField(
                name="shown",
                kind="several",
                label=Message("Show the monitoring centre"),
                note=Message("Nothing ticked: the centre does not learn that there is one."),
                choices=PASSAGE_TICKS,
            ),
        ),
        line=_line,
        troubles=_troubles,
        owner="organisation",
        totals=lambda row: {"passages": 1},
        ends_at=passage_ends_at,
        lapse_hours=72,
    ),
)
