"""What is known of mines at a place or in a district, from hazardous areas and surveys that were entered: who says
what, of which day. It never says that ground may be walked on; ground that nobody surveyed is not surveyed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from trucewatch.messages import Amount, Message
from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_mines import HAZARD_WORDS, METHOD_WORDS, RELEASE_WORDS, LandRelease, Outline, Survey
from trucewatch.model.aid_tables import AidNames
from trucewatch.model.outlines import outlines_touch, where_in

Ground = Literal[
    "hazard", "hazard_in_district", "surveys_differ", "hazards_found", "released", "no_known_hazard", "not_surveyed"
]
NOT_SURVEYED: Final = Message("not surveyed")


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardStanding:
    """How a hazardous area stands. outline: of what is hazardous still, () where none is drawn. release: the last step
    of its release; None while nothing was released. is_released: nothing of it remains."""

    item: Item
    outline: Outline
    release: LandRelease | None = None
    is_released: bool = False

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def state(self) -> Message:
        """How it stands, in two or three words."""
        kind = HAZARD_WORDS[self.item.row.kind]
        if self.release is None:
            return Message("{kind}", kind=kind)
        if self.is_released:
            return Message("{state}, {day}", state=RELEASE_WORDS[self.release.state], day=self.release.day)
        return Message(
            "{kind}; of it {area} m² {state} on {day}, the rest is hazardous still",
            kind=kind,
            area=Amount(self.release.area_m2),
            state=RELEASE_WORDS[self.release.state],
            day=self.release.day,
        )

    def sentence(self, names: AidNames) -> Message:
        """Which it is, how it stands, and by whose word."""
        row = self.item.row
        if self.release is not None:
            return Message(
                "{code}: {state}, as {organisation} says",
                code=self.code,
                state=self.state,
                organisation=names.organisation(self.release.organisation),
            )
        if row.surveyed is None:
            return Message(
                "{code}: {state}, as {organisation} says",
                code=self.code,
                state=self.state,
                organisation=names.organisation(row.surveyed_by or row.organisation),
            )
        return Message(
            "{code}: {state}, as {organisation} says, {day}",
            code=self.code,
            state=self.state,
            organisation=names.organisation(row.surveyed_by or row.organisation),
            day=row.surveyed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundWord:
    """What is known of mines at a place. Everything that was said of it stands side by side, in order of its code.

    hazards: the place lies in their outline, or on its edge. somewhere: hazardous areas without an outline that may lie
    here. released: it lies in what was released of an area. surveys: it lies inside what they surveyed.
    """

    hazards: tuple[HazardStanding, ...] = ()
    somewhere: tuple[HazardStanding, ...] = ()
    released: tuple[HazardStanding, ...] = ()
    surveys: tuple[Item, ...] = ()

    @property
    def word(self) -> Ground:
        """The one word of it, the gravest that anybody says first."""
        results = {item.row.result for item in self.surveys}
        if self.hazards:
            return "hazard"
        if self.somewhere:
            return "hazard_in_district"
        if len(results) > 1:
            return "surveys_differ"
        if "hazards" in results:
            return "hazards_found"
        if self.released:
            return "released"
        return "no_known_hazard" if results else "not_surveyed"

    def sentences(self, names: AidNames) -> tuple[Message, ...]:
        """What is said of it, each with by whom and of which day; `not surveyed` where nobody says anything."""
        if self.word == "not_surveyed":
            return (NOT_SURVEYED,)
        return (
            *(each.sentence(names) for each in self.hazards),
            *(
                Message("{hazard}; where in the district is not known", hazard=each.sentence(names))
                for each in self.somewhere
            ),
            *(each.sentence(names) for each in self.released),
            *(_survey_sentence(item, names) for item in self.surveys),
        )


def ground_at(items: Iterable[Item], lon: float, lat: float, *, district: str = "") -> GroundWord:
    """What is known of mines at a place, from items of `hazard` and `survey`; others are passed over.

    district: where the place lies, if that is known: a hazardous area without an outline counts there alone, else
    anywhere. The edge of a hazardous area belongs to it; the edge of what was surveyed does not.
    """
    items = tuple(items)
    hazards, somewhere, released = [], [], []
    for standing in standing_hazards(items):
        row = standing.item.row
        if standing.is_released:
            if row.outline and where_in(row.outline, lon, lat) != "outside":
                released.append(standing)
        elif not standing.outline:
            if not district or row.district == district:
                somewhere.append(standing)
        elif where_in(standing.outline, lon, lat) != "outside":
            hazards.append(standing)
        elif row.outline and where_in(row.outline, lon, lat) != "outside":
            released.append(standing)
    surveys = (item for item in surveys_of(items) if where_in(item.row.outline, lon, lat) == "inside")
    return GroundWord(
        hazards=tuple(hazards), somewhere=tuple(somewhere), released=tuple(released), surveys=tuple(surveys)
    )


def ground_in(items: Iterable[Item], district: str, names: AidNames) -> tuple[Message, ...]:
    """What is known of mines in a district: its hazardous areas that stand, what was surveyed, and that the rest was
    not. Never that a district as a whole holds no hazard: nobody surveys a whole district by an outline."""
    items = tuple(items)
    standing = hazards_touching(items, district)
    surveys = [item for item in surveys_of(items) if item.row.district == district]
    rest = Message("Outside what was surveyed: {word}", word=NOT_SURVEYED)
    return (
        *(each.sentence(names) for each in standing),
        *(_survey_sentence(item, names) for item in surveys),
        rest if surveys else NOT_SURVEYED,
    )


def hazards_touching(items: Iterable[Item], where: str | Outline) -> tuple[HazardStanding, ...]:
    """The hazardous areas of which something remains in a district, by its id, or that meet an outline. Of an outline
    those without one of their own are left out: ask for the district too."""
    standing = (each for each in standing_hazards(items) if not each.is_released)
    if isinstance(where, str):
        return tuple(each for each in standing if each.item.row.district == where)
    return tuple(each for each in standing if outlines_touch(each.outline, where))


def standing_hazards(items: Iterable[Item]) -> tuple[HazardStanding, ...]:
    """Every hazardous area that can be read, as it stands, in the order of items."""
    return tuple(hazard_standing(item) for item in items if item.table == "hazard" and item.row is not None)


def hazard_standing(item: Item) -> HazardStanding:
    """How a hazardous area stands, by the steps of its release in the order of their days. Released as a whole only
    where the last of them says that nothing remains; with neither that nor an outline, all of it is hazardous still."""
    steps: Sequence[AidEntry] = sorted(item.steps_of("land_release"), key=lambda step: step.row.day)
    if not steps:
        return HazardStanding(item=item, outline=item.row.outline)
    release: LandRelease = steps[-1].row
    is_released = release.nothing_remains and not release.outline
    outline = () if is_released else release.outline or item.row.outline
    return HazardStanding(item=item, outline=outline, release=release, is_released=is_released)


def surveys_of(items: Iterable[Item]) -> tuple[Item, ...]:
    """Every survey that can be read."""
    return tuple(item for item in items if item.table == "survey" and item.row is not None)


def _survey_sentence(item: Item, names: AidNames) -> Message:
    row: Survey = item.row
    values: dict[str, Any] = {
        "code": item.code,
        "method": METHOD_WORDS[row.method],
        "organisation": names.organisation(row.organisation),
        "day": row.day,
    }
    if row.result == "none_known":
        return Message("{code}: no known hazard inside its outline, by {organisation} on {day}, {method}", **values)
    return Message("{code}: hazards found inside its outline by {organisation} on {day}, {method}", **values)
