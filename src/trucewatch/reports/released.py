"""What may leave: the frozen records that every report is made from, and nothing beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from trucewatch.model.people import GiverKind
from trucewatch.model.rounding import PLACES, coordinate
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Recipient
from trucewatch.reports.review_told import OwnState

THEATRE = "theatre"
"""The place code of what has no finer place to tell: withheld or not known, and no reader can tell which."""

WITHHELD = "withheld"
"""The outcome word of an incident whose outcome would tell its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedFinding:
    """One finding, its facts scrubbed of whatever is finer than the recipient may have."""

    finding_id: str
    incident_id: str
    stipulation: str
    provision: str
    instrument: str
    rule: str
    outcome: str
    reason: str
    facts: Mapping[str, Any]
    due: datetime | None
    simulated: bool
    hold: str = ""
    """Why the gate lets no assessment be said, as far as the reason that is told says so; empty where one is."""
    is_reviewed: bool = False
    review: str = "not_reviewed"
    """How the delegations' review of it stands outside the centre (`review_told.REVIEW_WORDS`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """A 95 % ellipse: half axes in metres, azimuth of the major one clockwise from true north."""

    semi_major_m: int
    semi_minor_m: int
    azimuth_deg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What all reports of one means together added to an incident: its share of what the means added, 0 to 1.

    None where no single one added anything: the others bear it out without it.
    """

    means: str
    place: float | None
    kind: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedPeople:
    """One giver's statement of people killed and injured. The giver is a party or body that makes the claim; of others
    only the means is told, never source or device, nor how they know."""

    giver: str
    giver_kind: GiverKind
    means: str
    day: date | None
    status: str
    killed_min: int | None
    killed_best: int | None
    killed_max: int | None
    injured_min: int | None
    injured_best: int | None
    injured_max: int | None
    harm_min: int | None
    harm_best: int | None
    harm_max: int | None
    is_checked: bool = False
    """Whether people or devices of a source saw or recorded it; what a party, a body or hearsay says is not, nor what a
    caller says that they saw."""
    is_claim: bool = False
    """Whether somebody of no side said so by telephone, letter or at the door: it stays a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedStep:
    """What was asked about one incident, and what came of it (`model/verification.py`), by the day of the entry."""

    step: str
    answer: str
    who: str
    """Whom it concerns; for who is told every record at once alone: what a hospital or a body was asked is its own."""
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedWords:
    """What a party published itself, by the day on which it did."""

    party: str
    publisher: str
    day: date
    text: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedIncident:
    """One incident as its recipient may see it. Never an observer, a bearing, a range, a sensor or a source's name."""

    incident_id: str
    kind: str
    aspect: str
    count_min: int | None
    count_best: int | None
    count_max: int | None
    count_by: tuple[str, ...]
    """Who counted, `acoustic 2`; without the numbers for a recipient who is not told single incidents finer than by
    zone: they tell how many devices reach a place."""
    count_claims: tuple[str, ...]
    people: tuple[ReleasedPeople, ...]
    """What each giver states of people killed and injured, side by side."""
    day: date
    """The local day that it is counted on: the one it began on."""
    start: datetime
    end: datetime
    """Widened to the recipient's unit of time: whole local days, hours or quarters of an hour, or minutes."""
    time_precision: Literal["minute", "quarter", "hour", "day"]
    place: str
    """`theatre`, `zone:ID`, `cell:LON,LAT` or `point:LON,LAT`."""
    lon: float | None
    lat: float | None
    """The centre of the cell or the point; None for a zone or the theatre."""
    cell_m: float | None
    ellipse: Ellipse | None
    radius_m: int | None
    """± in metres: the larger half axis to two figures for a point, None for all else."""
    zones: tuple[str, ...]
    """The zones that may be named: all that surely hold a point, the one of a zone, none otherwise."""
    line_distance_m: int | None
    outcome: str
    """The worst of its findings; `withheld` where that would tell the place, or is not for this recipient."""
    findings: tuple[ReleasedFinding, ...]
    means: tuple[str, ...]
    claimed_by: tuple[str, ...]
    claims_only: bool
    simulated: bool
    late: bool
    text: str
    """The source's own words, empty unless the recipient may have them."""
    hold: str = ""
    """Why no assessment is told: a word of the gate, or of `outcome_policy.UNTOLD`; empty where one is."""
    is_reviewed: bool | None = False
    """Whether both delegations said on record what the outcome says; None where that is held for its place."""
    review: str = "not_reviewed"
    """How the delegations' review of what may be told of it stands; empty for who is told no assessments, and where one
    that is held for its place may stand otherwise."""
    own_states: tuple[OwnState, ...] = ()
    """Whose own state that review concerns."""
    wording: tuple[tuple[str, str], ...] = ()
    """The text that all delegations signed, by its language; empty unless the recipient may have the words."""
    grave: tuple[str, ...] = ()
    """Why it is grave, as far as anybody says so: killed, hospital, school, place_of_worship; empty unless the
    recipient is told single incidents."""
    is_established: bool = False
    """Whether an assessment of it is said, or several voices bear it out."""
    added: tuple[Added, ...] = ()
    """What each means added; empty unless the recipient is told single incidents, finer than by zone."""
    happened: float | None = None
    """The probability that it happened, as `model.rounding` has it; told to the same."""
    period: str = ""
    """The period of dense reports that it is a part of; empty unless the recipient is told periods."""
    was_told: tuple[str, str] = ("", "")
    """Place and time as the same incident was told before it was a day old, where they were coarser; else empty."""
    alone: str = ""
    """Where one voice speaks that nobody bears out, in which words that is told (`phrases.ALONE`); to the same."""
    verification: tuple[ReleasedStep, ...] = ()
    """What was asked and what came of it, in the order of entry; empty unless the recipient is told single
    incidents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedPeriod:
    """Released incidents of one local day that lie close together, and how many of them were events: a function of
    these incidents alone."""

    period_id: str
    incident_ids: tuple[str, ...]
    day: date
    start: datetime
    end: datetime
    events_min: int
    events_max: int
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedCounter:
    """One reported number, with who reports it."""

    counter_id: str
    name: str
    span: str
    zone: str
    period_start: datetime
    period_end: datetime
    value: float
    qualifier: str
    unit: str
    claimed_by: str
    simulated: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """All that one recipient may have of a watch, or of a span of its days, at one cut-off."""

    recipient: Recipient
    as_of: datetime
    incidents: tuple[ReleasedIncident, ...]
    obligations: tuple[ReleasedFinding, ...]
    """Findings about a deadline or a stipulation as a whole."""
    counters: tuple[ReleasedCounter, ...]
    fewer_than: int
    """On any day fewer than this many more incidents may be withheld; 0 if the recipient has no smallest count. It
    depends on the recipient alone, so that it tells nothing of the day."""
    obligations_untold: int = 0
    """How many findings on obligations have an assessment that is not for this recipient."""
    published: tuple[ReleasedWords, ...] = ()
    """Of all days; these are public already."""
    periods: tuple[ReleasedPeriod, ...] = ()
    """Empty for everyone who is not told exact places and minutes of single incidents."""
    with_parts: frozenset[str] = frozenset()
    """The own ids of incidents of which also clauses on a part of their place may speak. They stay inside."""


def time_code(incident: ReleasedIncident) -> str:
    """The released time as ISO text: a moment, or start/end."""
    if incident.start == incident.end:
        return iso_utc(incident.start)
    return f"{iso_utc(incident.start)}/{iso_utc(incident.end)}"


def point_code(lon: float, lat: float) -> str:
    """A place to the decimals that are told, as a code: `point:20.7136,45.3118`."""
    return f"point:{coordinate(lon):.{PLACES}f},{coordinate(lat):.{PLACES}f}"
