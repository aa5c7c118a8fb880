"""The agreement: instruments, parties, texts, provisions, and the checkable sentences in them.

Field names are those of `agreement.toml` (`[[provision]]` fills `provision`); only `from`, a Python word, is `from_`
here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Literal

from trucewatch.model.times import ALWAYS, NEVER, day_of, zone_named

_STRICT: dict[str, Any] = {"extra": "forbid"}

StipulationKind = Literal["prohibited", "required", "judged"]
OutcomeWord = Literal["consistent", "inconsistent", "undetermined", "not_applicable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The agreement itself, or what amends it. `relation` and `to` say how it stands to an earlier one."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    signed: date
    source: str
    relation: Literal["", "supplements", "amends", "replaces", "extends"] = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who is bound by the agreement. The order of the list is the order of the text and carries no rank."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A ministry, a press service, an agency: no party. Its words count as those of the party that it counts with, so
    that one party is one voice whoever speaks for it; that is a rule of counting, not of law."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    counts_with: str = ""
    """The id of a party; empty for a body that speaks for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One published text of an instrument: every date says which text it was read from."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    language: str
    instrument: str
    authoritative: bool
    known_at: datetime
    source: str
    note: str = ""
    """Where this text differs from the others, in our own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """From when until when a stipulation binds. Bounds that no text states exactly are given as earliest and latest."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    from_: datetime | None = None
    from_earliest: datetime | None = None
    from_latest: datetime | None = None
    until: datetime | None = None
    until_earliest: datetime | None = None
    until_latest: datetime | None = None

    @property
    def surely_from(self) -> datetime:
        """From here on it surely binds."""
        return self.from_ or self.from_latest or self.from_earliest or ALWAYS

    @property
    def maybe_from(self) -> datetime:
        """Before this it surely does not bind."""
        return self.from_ or self.from_earliest or ALWAYS

    @property
    def surely_until(self) -> datetime:
        """Until here it surely binds."""
        return self.until or self.until_earliest or self.until_latest or NEVER

    @property
    def maybe_until(self) -> datetime:
        """From here on it surely does not bind."""
        return self.until or self.until_latest or NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day in a named zone, as a text gives it. `by` and `until` are due at the end of that day, `before` at its
    start."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    day: date
    bound: Literal["by", "before", "until"]
    text: str
    zone: str = ""
    """IANA name; without one the watch's own zone is read, with a warning."""
    approximate: bool = False
    """The text gives a term, not a day; the day is computed and said to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A later day for the same deadline, known from `known_at` on."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    day: date
    form: Literal["oral", "written"]
    known_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A counter that has to reach a figure."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    counter: str
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """What people decided on record about a judged stipulation. Delegations that differ leave it undetermined."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str
    outcome: OutcomeWord
    known_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The instrument's own words, as one text on file has them, in that text's language."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    text: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stipulation:
    """One checkable sentence of a provision.

    prohibited: an incident of one of `kinds` in `zone` while `in_force` is inconsistent unless one of `unless` holds;
    `indications` are kinds that may come from such an act and do not show it, so they stay undetermined.
    required: `what` has to happen in `zone` (or `number` has to be reached) by `deadline`.
    judged: people decide; `kinds` only gathers the incidents they have to look at.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    kind: StipulationKind
    summary: Mapping[str, str]
    obliged: tuple[str, ...]
    in_force: InForce
    zone: str = ""
    what: str = ""
    kinds: tuple[str, ...] = ()
    indications: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    """"notice", or "aspect:controlled" and its like."""
    deadline: Deadline | None = None
    extension: tuple[Extension, ...] = ()
    number: Number | None = None
    judgment: tuple[Judgment, ...] = ()
    quote: tuple[Quote, ...] = ()
    """Its own words; without them the summary is told as our paraphrase."""

    def due(self, at: datetime, watch_zone: tzinfo) -> tuple[datetime, int] | None:
        """When it is due by what was known at `at`: the moment (UTC) and the number of the extension (0 for none)."""
        if self.deadline is None:
            return None
        zone = zone_named(self.deadline.zone) if self.deadline.zone else watch_zone
        extensions = [(ext.known_at, number, ext) for number, ext in enumerate(self.extension, 1) if ext.known_at <= at]
        day, which = self.deadline.day, 0
        if extensions:
            _, which, latest = max(extensions, key=lambda row: row[:2])
            day = latest.day
        span = day_of(day, zone)
        return (span.start if self.deadline.bound == "before" else span.end), which


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One numbered provision, in our own words."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    number: str
    instrument: str
    summary: Mapping[str, str]
    stipulation: tuple[Stipulation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All instruments of one ceasefire."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    instrument: tuple[Instrument, ...]
    party: tuple[Party, ...]
    text: tuple[Text, ...]
    provision: tuple[Provision, ...] = field(default=())
    body: tuple[Body, ...] = ()

    def stipulations(self) -> Iterator[tuple[Provision, Stipulation]]:
        """Every stipulation with its provision, in the order of the file."""
        for provision in self.provision:
            for stipulation in provision.stipulation:
                yield provision, stipulation

    @property
    def party_ids(self) -> frozenset[str]:
        return frozenset(party.id for party in self.party)
