"""What may be wrong with one row of a watch's files, whichever door it came in by: a file, or a form of a desk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement, Stipulation, Text
from trucewatch.model.deadlines import Event, Term
from trucewatch.model.times import day_of, zone_named
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Zone
from trucewatch.watch.toml_lines import Path
from trucewatch.watch.toml_records import did_you_mean

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault of a row: which of its keys (none for the row itself), what, and what to do next.

    The words of `what` go on from the row's name: "requires nothing".
    """

    keys: Path
    what: Message
    remedy: Message
    severity: Severity = "error"


RowFaults = Iterator[RowFault]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementWords:
    """All that a row of an agreement may name: ids of its parts, who speaks, zones on the map, zone of time.

    delegations, zone_ids: None where `watch.toml` or `zones.geojson` cannot be read, so that nothing is said of them.
    """

    instruments: frozenset[str]
    texts: Mapping[str, Text]
    stipulations: Mapping[str, Stipulation]
    events: Mapping[str, Event]
    parties: frozenset[str]
    speakers: frozenset[str]
    delegations: frozenset[str] | None
    zone_ids: frozenset[str]
    time_zone: str

    @property
    def authoritative(self) -> frozenset[str]:
        return frozenset(text.id for text in self.texts.values() if text.authoritative)

    @classmethod
    def of(cls, agreement: Agreement, settings: WatchFile | None, zones: Sequence[Zone]) -> AgreementWords:
        delegations = frozenset(each.id for each in settings.delegation) if settings is not None else None
        speakers = {*agreement.party_ids, *(body.id for body in agreement.body), *(delegations or ())}
        return cls(
            instruments=frozenset(instrument.id for instrument in agreement.instrument),
            texts={text.id: text for text in agreement.text},
            stipulations={stipulation.id: stipulation for _, stipulation in agreement.stipulations()},
            events={event.id: event for event in agreement.event},
            parties=agreement.party_ids,
            speakers=frozenset(speakers),
            delegations=delegations,
            zone_ids=frozenset(zone.id for zone in zones),
            time_zone=settings.time_zone if settings is not None else "",
        )


def word_faults(keys: Path, word: str, words: Collection[str], subject: str) -> RowFaults:
    """The fault of a word that is none of these."""
    if word not in words:
        what = Message('{key} "{word}" is not known', key=subject, word=word[:60])
        yield RowFault(keys, what, did_you_mean(word, sorted(words)))


def source_faults(source: str, severity: Severity = "error") -> RowFaults:
    """The fault of a row that nobody can look up."""
    if not source.strip():
        remedy = Message("say who said it, where and on which day; what has no source is nobody's")
        yield RowFault(("source",), Message("has no source"), remedy, severity)


def words_faults(says: Mapping[str, str]) -> RowFaults:
    """The fault of a row that says nothing."""
    if not any(text.strip() for text in says.values()):
        yield RowFault(("says",), Message("says nothing"), Message('write says = {{ en = "…" }} in your own words'))


def term_faults(keys: Path, term: str) -> RowFaults:
    """The fault of what is no term."""
    try:
        Term.read(term)
    except TimeError as exc:
        yield RowFault(keys, exc.message, Message("P, then years Y, months M, weeks W, days D: P1Y6M"))


def zone_faults(keys: Path, name: str) -> RowFaults:
    """The fault of a word that is no zone of time; none for an empty one."""
    if name:
        try:
            zone_named(name)
        except TimeError as exc:
            yield RowFault(keys, exc.message, Message('write an IANA name such as "Europe/Moscow"'))


def day_faults(keys: Path, day: date | None, zones: Collection[str]) -> RowFaults:
    """Faults of a day: at the ends of the calendar, or left out by the clocks of its zone (a warning)."""
    for name in zones if day is not None else ():
        try:
            span = day_of(day or date.max, zone_named(name))
        except TimeError as exc:
            if day is not None and not date(2, 1, 1) <= day <= date(9998, 12, 30):
                yield RowFault(keys, exc.message, Message("check the year"))
            continue
        if span.start == span.end:
            what = Message("names {day}, which is no day in {zone}: its clocks left it out", day=day, zone=name)
            yield RowFault(keys, what, Message("that is kept; it counts as the moment between the days"), "warning")


def order_faults(known_at: datetime, at: datetime | None, keys: Path) -> RowFaults:
    """The warning for something that is known before it was."""
    if at is not None and known_at < at:
        what = Message("is known at {known_at}, before it was: {at}", known_at=known_at, at=at)
        yield RowFault(keys, what, Message("check both moments and their zones of time"), "warning")


def origin_faults(by: str, words: AgreementWords) -> RowFaults:
    """Faults of `by`: neither the text nor somebody's reading, or somebody who is not known."""
    source, colon, who = by.partition(":")
    if (source, bool(colon)) not in (("text", False), ("reading", True)):
        remedy = Message('write "text", or "reading:WHO" where the clause does not say it')
        yield RowFault(("by",), Message('by "{value}" is not known', value=by[:60]), remedy)
    elif colon:
        yield from word_faults(("by",), who, words.speakers, "speaker")
