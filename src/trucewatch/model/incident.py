"""Incidents and findings: the two tables between the stages, and one row of each as a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from trucewatch.model.observation import NO_KIND
from trucewatch.model.people import PEOPLE, PeopleReported

_TIME: Final = pa.timestamp("us", tz="UTC")
_WORDS: Final = pa.list_(pa.string())

SPEAKERS_APART: Final = " · "
"""Stands between the words of several speakers in an incident's text."""


def unparted(text: str) -> str:
    """A text that looks as it was typed, and holds nothing that parts speakers: no-break spaces stand there instead."""
    return text.replace(SPEAKERS_APART, SPEAKERS_APART.replace(" ", "\N{NO-BREAK SPACE}"))


INCIDENT_SCHEMA: Final = pa.schema(
    [
        pa.field("incident_id", pa.string(), nullable=False),
        pa.field("members", _WORDS, nullable=False),
        pa.field("sources", _WORDS, nullable=False),
        pa.field("means", _WORDS, nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("kinds", _WORDS, nullable=False),
        pa.field("aspect", pa.string(), nullable=False),
        pa.field("occurred_start", _TIME, nullable=False),
        pa.field("occurred_end", _TIME, nullable=False),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("semi_major_m", pa.float64()),
        pa.field("semi_minor_m", pa.float64()),
        pa.field("major_azimuth_deg", pa.float64()),
        pa.field("count_min", pa.int32()),
        pa.field("count_best", pa.int32()),
        pa.field("count_max", pa.int32()),
        pa.field("people", PEOPLE, nullable=False),
        pa.field("claimed_by", _WORDS, nullable=False),
        pa.field("claims_only", pa.bool_(), nullable=False),
        pa.field("testimony", _WORDS, nullable=False),
        pa.field("grave", _WORDS, nullable=False),
        pa.field("time_sd_s", pa.float64()),
        pa.field("recorded_start", _TIME),
        pa.field("recorded_end", _TIME),
        pa.field("simulated", pa.bool_(), nullable=False),
        pa.field("first_known_at", _TIME, nullable=False),
        pa.field("last_known_at", _TIME, nullable=False),
        pa.field("known_at_assumed", pa.bool_(), nullable=False),
        pa.field("zones", _WORDS, nullable=False),
        pa.field("zones_at_edge", _WORDS, nullable=False),
        pa.field("line_distance_m", pa.float64()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("happened", pa.float64()),
        pa.field("what", pa.float64()),
        pa.field("between_sides", pa.float64()),
        pa.field("where_when", pa.float64()),
        pa.field("who", pa.float64()),
        pa.field("rung", pa.string(), nullable=False),
        pa.field("classes", _WORDS, nullable=False),
        pa.field("class_probabilities", pa.list_(pa.float64()), nullable=False),
        pa.field("acts", _WORDS, nullable=False),
        pa.field("count_by", _WORDS, nullable=False),
        pa.field("count_claims", _WORDS, nullable=False),
        pa.field("period", pa.string(), nullable=False),
        pa.field("alone", pa.string(), nullable=False),
    ]
)
"""Ellipses are one sigma, as in the observation table; `people`: what each giver states of people killed and injured,
side by side (`PeopleReported`); `zones` surely contain the incident, `zones_at_edge` may.
`claims_only`: every member is a claim of a party; `testimony`: who says by which means that it was of which kind
(`model/testimony.py`); `grave`: killed, hospital, school, place_of_worship, as far as anybody says so; `time_sd_s`: one
standard deviation of its times, null where nobody states one; `recorded_start`, `recorded_end`: its times by those
alone who recorded it, null where it rests on words; `text`: the words of the member that gives the kind.
`between_sides`: the probability that its class is none of those that are no fire between the sides. The four
confidences are probabilities, null where nothing was weighed: that it happened; that its first class is right; that
its place is known to 1 km and its time to a quarter of an hour; who did it (null unless a review decided). `rung`:
claimed, recorded, assessed or corroborated; verified where the delegations agree on it, which is laid over a list and
stands in none. `classes`: what it may have been, the likeliest first, with
`class_probabilities`; empty where kinds tell nothing. `acts`: what analysts did by hand that shaped it, in order. A
class that one of them stated stands first, and `what` is null.
`count_min` to `count_max`: what devices and patrols counted, null where none did; `count_by`: "acoustic 2", how many of
them of each means, after "centre" where they are sources of the centre's own; `count_claims`: what others say of how
many, `model/count_claims.py`. `period`: the period of dense reports that it is a part of (`fusion/periods.py`), empty
for none. `alone`: where one voice speaks that nobody bears out, `learnt` if it is known how often its giver's reports
answer to an event, else `not_learnt`; empty where several agree or nothing was weighed, and in lists of earlier
versions."""

CONTRIBUTION_SCHEMA: Final = pa.schema(
    [
        pa.field("incident_id", pa.string(), nullable=False),
        pa.field("observation_id", pa.string(), nullable=False),
        pa.field("means", pa.string(), nullable=False),
        pa.field("place", pa.float64()),
        pa.field("kind", pa.float64()),
        pa.field("confidence", pa.float64()),
        pa.field("order", pa.int32()),
    ]
)
"""What each observation added to its incident when it came: how the first k voices in order of arrival are judged, less
how the first k − 1 are, shared equally among the observations of one voice (one device, one text). `order`: k.
`place`: how many times larger the area of the ellipse was before, as a natural logarithm, null if there was no place
before; `kind`: by how much its first class became more probable, null where kinds tell nothing; `confidence`: the same
of that it happened, null where nothing was weighed. The first voice counts with what it was alone, so that all of them
add up to the whole. In lists of earlier versions `order` is null, and the numbers say what would be missing without the
voice while all others stay."""

FINDING_SCHEMA: Final = pa.schema(
    [
        pa.field("finding_id", pa.string(), nullable=False),
        pa.field("incident_id", pa.string(), nullable=False),
        pa.field("stipulation", pa.string(), nullable=False),
        pa.field("provision", pa.string(), nullable=False),
        pa.field("instrument", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("facts", pa.string(), nullable=False),
        pa.field("due", _TIME),
        pa.field("evidence", _WORDS, nullable=False),
        pa.field("simulated", pa.bool_(), nullable=False),
        pa.field("held", pa.string(), nullable=False),
        pa.field("reviewed", pa.bool_(), nullable=False),
    ]
)
"""`held`: why the gate holds an outcome back, a word of `model/outcomes.py`; empty where one is said, and where none
applies. `reviewed`: all delegations said on record what the outcome says. `incident_id` is empty for a finding about a
deadline or a stipulation as a whole. `reason` is a code and `facts` its particulars as a JSON object; `locale.reasons`
turns both into a sentence in each language. `evidence` holds the ids of observations and counters that the finding
rests on."""

ReasonSentences = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Rule version → reason → its English sentences, from the fullest to the shortest; a name in braces is a fact's."""

CHI2_95: Final = 5.991464547107979
"""The 95 % point of chi-square with two degrees of freedom: one sigma × √5.99 is the 95 % ellipse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One row of the incident table."""

    incident_id: str
    members: tuple[str, ...]
    sources: tuple[str, ...]
    means: tuple[str, ...]
    kind: str
    kinds: tuple[str, ...]
    aspect: str
    occurred_start: datetime
    occurred_end: datetime
    lon: float | None
    lat: float | None
    semi_major_m: float | None
    semi_minor_m: float | None
    major_azimuth_deg: float | None
    count_min: int | None
    count_best: int | None
    count_max: int | None
    people: tuple[PeopleReported, ...] = ()
    claimed_by: tuple[str, ...]
    claims_only: bool
    testimony: tuple[str, ...] = ()
    grave: tuple[str, ...] = ()
    time_sd_s: float | None = None
    recorded_start: datetime | None = None
    recorded_end: datetime | None = None
    simulated: bool
    first_known_at: datetime
    last_known_at: datetime
    known_at_assumed: bool
    zones: tuple[str, ...]
    zones_at_edge: tuple[str, ...]
    line_distance_m: float | None
    text: str
    happened: float | None = None
    what: float | None = None
    between_sides: float | None = None
    where_when: float | None = None
    who: float | None = None
    rung: str = "recorded"
    classes: tuple[str, ...] = ()
    class_probabilities: tuple[float, ...] = ()
    acts: tuple[str, ...] = ()
    count_by: tuple[str, ...] = ()
    count_claims: tuple[str, ...] = ()
    period: str = ""
    alone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of the finding table. `facts` is a mapping here."""

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
    evidence: tuple[str, ...]
    simulated: bool
    held: str = ""
    reviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One row of the counter table."""

    counter_id: str
    source: str
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
    known_at: datetime
    received_at: datetime | None
    evidence_sha256: str
    evidence_row: int
    text: str


def incident_rows(table: pa.Table) -> list[Incident]:
    """The rows as records; for the few that people read, never for a whole archive."""
    rows = []
    for row in _records(table):
        people = tuple(PeopleReported.of_entry(entry) for entry in row.pop("people"))
        rows.append(Incident(**{key: _frozen(value) for key, value in row.items()}, people=people))
    return rows


def finding_rows(table: pa.Table) -> list[Finding]:
    """The rows as records, `facts` parsed."""
    import json

    rows = []
    for row in _records(table):
        row["facts"] = json.loads(row["facts"])
        row["evidence"] = tuple(row["evidence"])
        rows.append(Finding(**row))
    return rows


def counter_rows(table: pa.Table) -> list[Counter]:
    """The rows as records."""
    return [Counter(**row) for row in _records(table)]


def _records(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows, some at a time: as one piece a long table would hold up every other thread until it is read."""
    for batch in table.to_batches(max_chunksize=1000):
        yield from batch.to_pylist()


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def is_message(kind: str, sources: Iterable[str], lon: float | None, message_sources: frozenset[str]) -> bool:
    """Whether an entry of the list rests on messages alone and nobody said what they tell of, or where: words, and no
    event. Five letters of one kind are not five events, and the day of none of them is known.

    message_sources: the sources whose rows are messages (`Watch.message_sources`).
    """
    return bool(message_sources) and (kind == NO_KIND or lon is None) and message_sources.issuperset(sources)
