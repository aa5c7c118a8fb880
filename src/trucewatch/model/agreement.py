"""The agreement: instruments, parties, texts, provisions, and the checkable sentences in them.

Field names are those of `agreement.toml` (`[[provision]]` fills `provision`); only `from`, a Python word, is `from_`
here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Literal

from trucewatch.model.times import ALWAYS, NEVER, day_of, zone_named

_STRICT: dict[str, Any] = {"extra": "forbid"}

StipulationKind = Literal["prohibited", "required", "kept_up", "judged"]
Role = Literal["party", "signatory", "guarantor", "centre"]
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
    """Who signed, with the role that the text gives. The order of the list is that of the text and carries no rank."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    role: Role = "party"
    """A party is bound, and is a side; a signatory or guarantor takes on duties of its own and is no side."""


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
    at_least: int | None = None
    at_most: int | None = None
    states: int | None = None
    """The text's own figure, neither least nor most: which of them it is, only a reading says. One of the three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """What a delegation said on record: of a stipulation as a whole, or of one incident under it. Delegations that
    differ leave it undetermined."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str
    outcome: OutcomeWord
    known_at: datetime
    source: str
    incident: str = ""
    """The incident's id; empty for the stipulation as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What a stipulation says under a reading: only what differs is written; None is as it stands."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    permits: tuple[str, ...] = ()
    """Kinds of acts that this reading allows."""
    kinds: tuple[str, ...] | None = None
    zone: str | None = None
    unless: tuple[str, ...] | None = None
    obliged: tuple[str, ...] | None = None
    number: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What somebody says that a stipulation means: beside the clause, never instead of it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str
    about: str
    says: Mapping[str, str]
    known_at: datetime
    source: str
    reads: Reads = field(default_factory=Reads)
    let_by: tuple[str, ...] = ()
    """The delegations whose heads let it hold an outcome back; it does only if all of them do."""


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
    kept_up: `what` or `number` has to go on in `zone` while `in_force`; an incident of one of `kinds` shows that it did
    not at that time.
    judged: people decide; `kinds` only gathers the incidents they have to look at.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    kind: StipulationKind
    summary: Mapping[str, str]
    obliged: tuple[str, ...]
    in_force: InForce
    obliged_by: str = "text"
    """Who says that it obliges them: "text", or "reading:WHO" where the clause names nobody."""
    zone: str = ""
    what: str = ""
    kinds: tuple[str, ...] = ()
    indications: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    """"notice", or "aspect:controlled" and its like."""
    unless_by: Literal["watch", "text"] = "watch"
    """Whether the text itself makes these exceptions, or those who set up the watch."""
    observable: bool = True
    """Whether anything could show it: of what nobody can see the absence of a record says nothing at all."""
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
        moment, which = self._moment_of(self.deadline.day, zone), 0
        extensions = sorted(
            ((ext.known_at, number, ext) for number, ext in enumerate(self.extension, 1)), key=lambda row: row[:2]
        )
        for known_at, number, extension in extensions:
            # What was put off only after it was due had been due.
            if known_at <= min(at, moment):
                moment, which = self._moment_of(extension.day, zone), number
        return moment, which

    def _moment_of(self, day: date, zone: tzinfo) -> datetime:
        span = day_of(day, zone)
        return span.start if self.deadline is not None and self.deadline.bound == "before" else span.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One numbered provision, in our own words."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    number: str
    instrument: str
    summary: Mapping[str, str]
    stipulation: tuple[Stipulation, ...]
    reading: tuple[Reading, ...] = ()


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

    def known_at(self, at: datetime) -> Agreement:
        """What was known of it by `at`: instruments with a text published by then, or, where no text is entered,
        signed by that day (UTC), their texts and provisions, and readings, extensions and judgments stated by then."""
        texts = tuple(text for text in self.text if text.known_at <= at)
        with_text = {text.instrument for text in self.text}
        published = {text.instrument for text in texts}
        instruments = tuple(
            instrument
            for instrument in self.instrument
            if instrument.id in published or (instrument.id not in with_text and instrument.signed <= at.date())
        )
        ids, text_ids = {instrument.id for instrument in instruments}, {text.id for text in texts}
        provisions = tuple(
            replace(
                provision,
                stipulation=tuple(_stipulation_at(stipulation, at, text_ids) for stipulation in provision.stipulation),
                reading=tuple(reading for reading in provision.reading if reading.known_at <= at),
            )
            for provision in self.provision
            if provision.instrument in ids
        )
        return replace(self, instrument=instruments, text=texts, provision=provisions)

    @property
    def party_ids(self) -> frozenset[str]:
        """All who signed, whatever their role."""
        return frozenset(party.id for party in self.party)

    @property
    def bound_ids(self) -> tuple[str, ...]:
        """The sides: who is bound as a party, by id."""
        return tuple(sorted(party.id for party in self.party if party.role == "party"))

    def readings_of(self, stipulation: str, at: datetime) -> list[Reading]:
        """What was said by `at` that a stipulation means, in the order in which it became known."""
        readings = [
            reading
            for provision in self.provision
            for reading in provision.reading
            if reading.about == stipulation and reading.known_at <= at
        ]
        return sorted(readings, key=lambda reading: (reading.known_at, reading.by))


def _stipulation_at(stipulation: Stipulation, at: datetime, texts: Collection[str]) -> Stipulation:
    """A stipulation with the extensions and judgments that were known by `at`, and the words of these texts."""
    return replace(
        stipulation,
        quote=tuple(quote for quote in stipulation.quote if quote.text in texts),
        extension=tuple(extension for extension in stipulation.extension if extension.known_at <= at),
        judgment=tuple(judgment for judgment in stipulation.judgment if judgment.known_at <= at),
    )
