"""The agreement: instruments, parties, texts, provisions, and the checkable sentences in them.

Field names are those of `agreement.toml` (`[[provision]]` fills `provision`); only `from`, a Python word, is `from_`
here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any, ClassVar, Literal

from trucewatch.model.clause_parts import (
    ClaimOfState,
    Gap,
    Judgment,
    Number,
    Part,
    Quote,
    Reading,
    RoleOf,
    StateByHand,
)
from trucewatch.model.deadlines import (
    IN_FORCE,
    Deadline,
    Due,
    Ending,
    Event,
    Extension,
    Parallel,
    Range,
    Renewal,
    Suspension,
    Term,
    TermNotice,
    Triggers,
    due_of,
    ending_of,
)
from trucewatch.model.times import ALWAYS, NEVER, zone_named

_STRICT: dict[str, Any] = {"extra": "forbid"}

StipulationKind = Literal["prohibited", "required", "kept_up", "judged"]
Role = Literal["party", "signatory", "guarantor", "centre"]
InstrumentKind = Literal["agreement", "order", "resolution", "decision"]
Relation = Literal["supplements", "amends", "replaces", "extends", "ends"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationRead:
    """How somebody reads what an instrument does to another, or to some of its parts, where its own words do not say
    it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str
    relation: Relation
    to: str
    stipulations: tuple[str, ...] = ()
    """Of which parts; empty for all."""
    says: Mapping[str, str]
    known_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The agreement itself, or what stands beside it: an order of a court, a resolution, a decision of a body.

    `relation`, `to` and `stipulations` say how it stands to an earlier one by its own words (`relation_words`, of one
    of its texts); what its words do not say is somebody's reading (`read_as`).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    kind: InstrumentKind = "agreement"
    names: Mapping[str, str]
    signed: date
    source: str
    by: tuple[str, ...] = ()
    """Whose act it is, where it is none of all parties: a court, a council, a president."""
    relation: Literal["", "supplements", "amends", "replaces", "extends", "ends"] = ""
    to: str = ""
    stipulations: tuple[str, ...] = ()
    relation_words: str = ""
    """Its own words on that, in the language of the text that they are quoted from; or where they stand in it."""
    read_as: tuple[RelationRead, ...] = ()


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
    term: str = ""
    """Instead of an end: for how long from its start, in calendar months and years of `zone` (ISO 8601: P5Y)."""
    zone: str = ""

    def with_end(self, watch_zone: tzinfo) -> InForce:
        """The same with the end that the term gives, a range where the start is one."""
        if not self.term:
            return self
        term, zone = Term.read(self.term), zone_named(self.zone) if self.zone else watch_zone
        end = term.range_after(Range(self.maybe_from, self.surely_from), zone)
        return replace(self, until=None, until_earliest=end.earliest, until_latest=end.latest, term="")

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
    renewal: Renewal | None = None
    term_notice: tuple[TermNotice, ...] = ()
    suspension: tuple[Suspension, ...] = ()
    parallel: Parallel | None = None
    role: tuple[RoleOf, ...] = ()
    part: tuple[Part, ...] = ()
    claim: tuple[ClaimOfState, ...] = ()
    gap: tuple[Gap, ...] = ()
    by_hand: tuple[StateByHand, ...] = ()

    def known_by(self, at: datetime) -> Stipulation:
        """The same without what was stated of it only later."""
        later: dict[str, Any] = {name: _known(getattr(self, name), at) for name in _KNOWN_LATER}
        return replace(self, **later)

    def read_by(self, reading: Reading) -> Stipulation:
        """The same as somebody reads it."""
        reads = reading.reads
        read = replace(self, **reads.changed)
        if read.deadline is not None and (reads.day is not None or reads.bound is not None):
            day, bound = reads.day or read.deadline.day, reads.bound or read.deadline.bound
            # Whoever reads it so has settled between its texts.
            return replace(read, deadline=replace(read.deadline, day=day, bound=bound, other_texts=()))
        return read

    def due(
        self,
        at: datetime,
        watch_zone: tzinfo,
        triggers: Triggers | None = None,
        authoritative: Collection[str] = (),
    ) -> Due | None:
        """When it is due by what was known at `at`; None without a deadline, and while that which its term is counted
        from is not known to have been. triggers: of events and other stipulations; its own start is known here."""
        if self.deadline is None:
            return None

        def when(what: str) -> Range | None:
            if what == IN_FORCE:
                start = Range(self.in_force.maybe_from, self.in_force.surely_from)
                return start if start.earliest > ALWAYS else None
            return triggers(what) if triggers is not None else None

        return due_of(self.deadline, self.extension, at, watch_zone, when, authoritative=authoritative)

    def ending(self, at: datetime, watch_zone: tzinfo, *, known_by: datetime | None = None) -> Ending:
        """When it ceases to bind by what was known at `at`, renewals and notices weighed. known_by: as of
        `ending_of`."""
        force = self.in_force.with_end(watch_zone)
        zone = zone_named(self.in_force.zone) if self.in_force.zone else watch_zone
        end = Range(force.surely_until, force.maybe_until)
        return ending_of(end, self.renewal, self.term_notice, at, zone, known_by=known_by)

    def binding_at(self, at: datetime, watch_zone: tzinfo, *, known_by: datetime | None = None) -> Stipulation:
        """The same with the end that the law of terms gives it, as was known at `at`: a term with its end, a renewed
        one with the end of the term that runs."""
        if not self.in_force.term and self.renewal is None:
            return self
        ending = self.ending(at, watch_zone, known_by=known_by)
        latest = (ending.otherwise or ending.end).latest
        force = replace(self.in_force, until=None, until_earliest=ending.end.earliest, until_latest=latest, term="")
        return replace(self, in_force=force)


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
    instrument: tuple[Instrument, ...] = ()
    party: tuple[Party, ...]
    text: tuple[Text, ...] = ()
    provision: tuple[Provision, ...] = field(default=())
    body: tuple[Body, ...] = ()
    event: tuple[Event, ...] = ()

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
            replace(instrument, read_as=_known(instrument.read_as, at))
            for instrument in self.instrument
            if instrument.id in published or (instrument.id not in with_text and instrument.signed <= at.date())
        )
        ids, text_ids = {instrument.id for instrument in instruments}, {text.id for text in texts}
        provisions = tuple(
            replace(
                provision,
                stipulation=tuple(_stipulation_at(stipulation, at, text_ids) for stipulation in provision.stipulation),
                reading=_known(provision.reading, at),
            )
            for provision in self.provision
            if provision.instrument in ids
        )
        return replace(self, instrument=instruments, text=texts, provision=provisions, event=_known(self.event, at))

    def moments(self) -> Iterator[datetime]:
        """When each thing in it became known, its provisions' texts among them."""
        return _moments_in(self)

    def moments_about(self, stipulation: Stipulation) -> Iterator[datetime]:
        """When what bears on one part of a clause became known: instruments, texts and events, its own rows, and what
        somebody says that it means."""
        for part in (self.instrument, self.text, self.event, stipulation):
            yield from _moments_in(part)
        for provision in self.provision:
            for reading in provision.reading:
                if reading.about == stipulation.id:
                    yield reading.known_at

    @property
    def authoritative(self) -> frozenset[str]:
        """The ids of the texts that are."""
        return frozenset(text.id for text in self.text if text.authoritative)

    @property
    def party_ids(self) -> frozenset[str]:
        """All who signed, whatever their role."""
        return frozenset(party.id for party in self.party)

    @property
    def bound_ids(self) -> tuple[str, ...]:
        """The sides: who is bound as a party, by id."""
        return tuple(sorted(party.id for party in self.party if party.role == "party"))

    def is_of_one_side(self, instrument: Instrument) -> bool:
        """Whether it is an act of some and not of all bound parties: none of them ends or suspends alone what they
        agreed on with others. What a court or a council gives is nobody's side."""
        voices = self._voices(instrument.by)
        is_of_parties = instrument.kind == "agreement" or bool(voices & self.party_ids)
        return bool(voices) and is_of_parties and not voices >= set(self.bound_ids)

    def suspends(self, pause: Suspension) -> bool:
        """Whether a part of a clause does not bind by that: by an instrument that is no act of one side. What somebody
        says of it alone is a claim."""
        by = next((each for each in self.instrument if each.id == pause.instrument), None)
        return by is not None and not self.is_of_one_side(by)

    def is_agreed(self, extension: Extension, stipulation: Stipulation) -> bool:
        """Whether a later day is agreed by others too than some of those who owe it, as far as its source names who
        agreed."""
        voices = self._voices(extension.by)
        return not voices or not voices <= set(stipulation.obliged) or voices >= set(self.bound_ids)

    def as_agreed(self, stipulation: Stipulation) -> Stipulation:
        """The same without suspensions that are one side's word, and with later days that who owes it names alone as
        ones that nobody knows of yet: they keep their numbers."""
        pauses = tuple(pause for pause in stipulation.suspension if self.suspends(pause))
        extensions = tuple(
            each if self.is_agreed(each, stipulation) else replace(each, known_at=NEVER)
            for each in stipulation.extension
        )
        if (pauses, extensions) == (stipulation.suspension, stipulation.extension):
            return stipulation
        return replace(stipulation, suspension=pauses, extension=extensions)

    def _voices(self, names: Iterable[str]) -> set[str]:
        """Whose voices these are: the party's that a body counts with, else its own."""
        counts = {body.id: body.counts_with or body.id for body in self.body}
        return {counts.get(name, name) for name in names}

    def readings_of(self, stipulation: str, at: datetime) -> list[Reading]:
        """What was said by `at` that a stipulation means, in the order in which it became known."""
        readings = [
            reading
            for provision in self.provision
            for reading in provision.reading
            if reading.about == stipulation and reading.known_at <= at
        ]
        return sorted(readings, key=lambda reading: (reading.known_at, reading.by))


def _known(rows: tuple[Any, ...], at: datetime) -> tuple[Any, ...]:
    return tuple(row for row in rows if row.known_at is None or row.known_at <= at)


_KNOWN_LATER = ("extension", "judgment", "term_notice", "suspension", "role", "part", "claim", "gap", "by_hand")


def _stipulation_at(stipulation: Stipulation, at: datetime, texts: Collection[str]) -> Stipulation:
    """A stipulation with what was known of it by `at`, and the words of these texts."""
    quotes = tuple(quote for quote in stipulation.quote if quote.text in texts)
    return replace(stipulation.known_by(at), quote=quotes)


def _moments_in(record: Any) -> Iterator[datetime]:
    if isinstance(record, tuple):
        for part in record:
            yield from _moments_in(part)
    elif is_dataclass(record):
        for each in fields(record):
            value = getattr(record, each.name)
            if each.name == "known_at":
                if value is not None:
                    yield value
            elif isinstance(value, tuple) or is_dataclass(value):
                yield from _moments_in(value)
