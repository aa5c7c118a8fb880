"""Peace between communities: sites of faith, cemeteries and monuments, visits, gatherings. Records, never scored: no
index, no percentage, no map of damage. Nothing says whose heritage a site is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_requests import ORGANISATION
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, trouble
from trucewatch.model.aid_visits import VISIT_TABLES
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
SITE_WORDS: Final[Mapping[str, Term]] = {
    "faith": Term("site", "site of faith"),
    "cemetery": Term("site", "cemetery"),
    "monument": Term("site", "monument"),
}
SITE_STATES: Final[Mapping[str, Term]] = {
    "standing": Term("site", "standing"),
    "damaged": Term("site", "damaged"),
    "altered": Term("site", "altered"),
    "not_seen": Term("site", "not seen"),
}
SEEN_FROM: Final[Mapping[str, Term]] = {
    "on_site": Term("site", "on site"),
    "remotely": Term("site", "from afar or in pictures"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site of faith, a cemetery, a monument. Its names are steps: each with who uses it."""

    __pydantic_config__ = _STRICT
    organisation: str
    kind: Literal["faith", "cemetery", "monument"]
    district: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteName:
    """What a site is called by a side, or by an organisation where no side is named."""

    __pydantic_config__ = _STRICT
    organisation: str
    name: str
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteState:
    """How a site stood on a day, as an organisation saw it. vantage: on site, or remotely."""

    __pydantic_config__ = _STRICT
    organisation: str
    state: Literal["standing", "damaged", "altered", "not_seen"]
    day: date
    vantage: Literal["on_site", "remotely"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCare:
    """Which body has care of a site, as a side or an organisation says."""

    __pydantic_config__ = _STRICT
    organisation: str
    body: str
    side: str = ""


def site_names(item: Item, names: AidNames) -> tuple[tuple[str, str], ...]:
    """The names of a site with who uses each, in alphabetical order of who uses it."""
    return tuple(
        (step.row.name, _who(step.row, names))
        for step in sorted(item.steps_of("site_name"), key=lambda step: step.row.side or step.row.organisation)
    )


def differs(item: Item) -> bool:
    """Whether those who saw a site last do not say the same, each by its own latest word; who did not see it is no
    word against another."""
    steps = sorted(item.steps_of("site_state"), key=lambda step: step.row.day)
    last = {step.row.organisation: step.row.state for step in steps}
    return len({state for state in last.values() if state != "not_seen"}) > 1


def site_state(item: Item, names: AidNames | None = None) -> Message:
    """How a site stands, by its latest observation and who made it, where names are given; where others say
    otherwise, that they do."""
    steps = sorted(item.steps_of("site_state"), key=lambda step: step.row.day)
    if not steps:
        return Message("nothing is entered that anybody saw")
    row: SiteState = steps[-1].row
    if differs(item):
        return Message("observations differ; the latest is of {day}", day=row.day)
    if names is None:
        return Message("{state} on {day}", state=SITE_STATES[row.state], day=row.day)
    return Message(
        "{state} on {day}, as {organisation} says",
        state=SITE_STATES[row.state],
        day=row.day,
        organisation=names.organisation(row.organisation),
    )


def _who(row: Any, names: AidNames) -> str:
    return names.side(row.side) if row.side else names.organisation(row.organisation)


def _site_line(row: Site, names: AidNames) -> Message:
    return Message("{kind} in {district}", kind=SITE_WORDS[row.kind], district=names.district(row.district))


def _name_line(row: SiteName, names: AidNames) -> Message:
    return Message("a name that {who} uses", who=_who(row, names))


def _site_state_line(row: SiteState, names: AidNames) -> Message:
    return Message(
        "{day}: {state}, seen {vantage}, as {organisation} says",
        day=row.day,
        state=SITE_STATES[row.state],
        vantage=SEEN_FROM[row.vantage],
        organisation=names.organisation(row.organisation),
    )


def _care_line(row: SiteCare, names: AidNames) -> Message:
    return Message("who has care of it, as {who} says", who=_who(row, names))


def _state_troubles(row: SiteState, about: Any, items: AidItems) -> Iterator[Trouble]:
    if row.day > items.now.astimezone(items.zone).date():
        yield trouble("day", Message("this day has not come yet"), Message("write the day on which it was"))


_SIDE: Final = AidField(
    name="side",
    kind="side",
    label=Message("As this side says"),
    note=Message("Empty: as your organisation itself says."),
)

SITE_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="site",
        prefix="ST",
        title=Message("Site"),
        plural=Message("Sites"),
        note=Message("A site of faith, a cemetery, a monument. Its names come after, each with who uses it."),
        row=Site,
        fields=(
            ORGANISATION,
            AidField(name="kind", kind="choice", label=Message("Kind"), is_needed=True, choices=SITE_WORDS),
            AidField(name="district", kind="district", label=Message("District"), is_needed=True),
        ),
        line=_site_line,
        owner="organisation",
    ),
    AidTable(
        name="site_name",
        title=Message("Name"),
        plural=Message("Names"),
        note=Message("What it is called, by whom. All names stand side by side."),
        row=SiteName,
        fields=(
            ORGANISATION,
            AidField(name="name", kind="line", label=Message("Name"), is_needed=True),
            AidField(
                name="side",
                kind="side",
                label=Message("Used by this side"),
                note=Message("Empty: used by your organisation."),
            ),
        ),
        about=frozenset(("site",)),
        line=_name_line,
        owner="organisation",
    ),
    AidTable(
        name="site_state",
        title=Message("Observation"),
        plural=Message("Observations"),
        note=Message("How it stood when your organisation saw it. Not who did what."),
        row=SiteState,
        fields=(
            ORGANISATION,
            AidField(name="state", kind="choice", label=Message("How it stood"), is_needed=True, choices=SITE_STATES),
            AidField(name="day", kind="day", label=Message("Day"), is_needed=True, begins="today"),
            AidField(name="vantage", kind="choice", label=Message("Seen from"), is_needed=True, choices=SEEN_FROM),
        ),
        about=frozenset(("site",)),
        line=_site_state_line,
        troubles=_state_troubles,
        owner="organisation",
    ),
    AidTable(
        name="site_care",
        title=Message("Care"),
        plural=Message("Care"),
        note=Message("Which body has care of it, as each says. Words of several stand side by side."),
        row=SiteCare,
        fields=(
            ORGANISATION,
            AidField(
                name="body",
                kind="line",
                label=Message("Body that has care of it"),
                is_needed=True,
                note=Message("An office or a community; no person's name."),
            ),
            _SIDE,
        ),
        about=frozenset(("site",)),
        line=_care_line,
        owner="organisation",
    ),
)
COMMUNITY_TABLES: Final[tuple[AidTable, ...]] = (*SITE_TABLES, *VISIT_TABLES)
