"""Undertakings: derived from the commitments that were accepted and stand, with the steps that were entered of them,
`trucewatch/undertaking-step/1`.

A step is taken back by `trucewatch/statement-undo/1`. Words lie apart; a record holds their references `w-…`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from trucewatch.errors import StoreError, TimeError
from trucewatch.messages import Message
from trucewatch.model.annotations import Undone
from trucewatch.model.statements import offset_of
from trucewatch.model.times import iso_utc, read_time, zone_named
from trucewatch.model.undertakings import WORDS, Undertaking, UndertakingStep, Word, due_of
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.statement_entries import KeptAnnotation
from trucewatch.store.statement_records import kept_annotations, official_statements, undone_steps
from trucewatch.store.store import Store
from trucewatch.store.typed_words import is_reference

STEP: Final = "trucewatch/undertaking-step/1"


@dataclass(slots=True)
class _ReadSteps:
    """What was read of each entry, held while the store is open: undertaking → step."""

    by_entry: dict[int, tuple[int, UndertakingStep]] = field(default_factory=dict)


def undertakings(
    store: Store, zone: tzinfo, at: datetime, recorded_by: datetime | None = None
) -> tuple[Undertaking, ...]:
    """What somebody said that it will do, of which the watch knew by `at`, in the order of the numbers; as the journal
    stood at a moment, if one is given. Steps that were taken back are among its steps, and say so.

    zone: the watch's, by which a day ends whose statement names no zone. Raises StoreError.
    """
    steps: dict[int, list[UndertakingStep]] = {}
    for number, step in _steps(store, recorded_by):
        if step.known_at <= at:
            steps.setdefault(number, []).append(step)
    days = {
        (statement.number, version.language, version.version): version.day
        for statement in official_statements(store, recorded_by)
        for version in statement.versions
    }
    standing = (
        decided
        for decided in kept_annotations(store, recorded_by)
        if decided.annotation.stands
        and decided.annotation.passage.kind == "commitment"
        and decided.annotation.known_at <= at
    )
    of_commitments = (
        _undertaking(decided, days, zone, steps.get(decided.annotation.number, [])) for decided in standing
    )
    return tuple(sorted(of_commitments, key=lambda undertaking: undertaking.number))


def undertaking_numbered(store: Store, number: int, zone: tzinfo, at: datetime) -> Undertaking:
    """An undertaking that stands, by its number. Raises StoreError if there is none by then."""
    for undertaking in undertakings(store, zone, at):
        if undertaking.number == number:
            return undertaking
    raise StoreError(Message("there is no undertaking U-{number} by now; the list has those there are", number=number))


def zone_of_words(zone: str, otherwise: tzinfo) -> tzinfo:
    """The zone that a statement states or that was assumed of it; otherwise: for none, and for one nobody knows."""
    offset = offset_of(zone)
    if offset is not None:
        return timezone(offset) if abs(offset) < timedelta(hours=24) else otherwise
    try:
        return zone_named(zone) if zone else otherwise
    except TimeError:
        return otherwise


def _undertaking(
    decided: KeptAnnotation,
    days: Mapping[tuple[int, str, int], date | None],
    zone: tzinfo,
    steps: list[UndertakingStep],
) -> Undertaking:
    annotation = decided.annotation
    passage = annotation.passage
    return Undertaking(
        number=annotation.number,
        statement=annotation.statement,
        language=annotation.language,
        version=annotation.version,
        paragraph=passage.span.paragraph,
        words=passage.words,
        who=passage.who,
        to=passage.to,
        attributed_to=passage.attributed_to,
        about=passage.about,
        is_soft=passage.is_soft,
        said_on=days.get((annotation.statement, annotation.language, annotation.version)),
        by_day=passage.by_day,
        by_bound=passage.by_bound,
        by_words=passage.by_words,
        due=due_of(passage.by_day, passage.by_bound, zone_of_words(decided.zone, zone)),
        known_at=annotation.known_at,
        steps=tuple(steps),
    )


def _steps(store: Store, recorded_by: datetime | None) -> list[tuple[int, UndertakingStep]]:
    by_entry = store.memory.of(_ReadSteps).by_entry
    undone = undone_steps(store, recorded_by)
    steps: dict[tuple[int, int], UndertakingStep] = {}
    for entry in entries_of_kind(store, STEP):
        if entry.number not in by_entry:
            by_entry[entry.number] = _step(store, entry)
        number, step = by_entry[entry.number]
        if recorded_by is None or step.recorded_at <= recorded_by:
            steps.setdefault((number, step.number), step)
    return [(number, _with_undo(step, undone.get((number, of)))) for (number, of), step in steps.items()]


def _with_undo(step: UndertakingStep, undone: Undone | None) -> UndertakingStep:
    return step if undone is None else replace(step, undone=undone)


def _step(store: Store, entry: Entry) -> tuple[int, UndertakingStep]:
    record = entry.record

    def words(reference: str) -> str:
        return (store.words.read(reference) or "") if is_reference(reference) else reference

    try:
        if record["word"] not in WORDS:
            raise ValueError(record["word"])
        return int(record["undertaking"]), UndertakingStep(
            number=int(record["number"]),
            day=date.fromisoformat(record["day"]),
            word=record["word"],
            by=tuple(words(each) for each in record["who"]),
            says=words(record["says"]),
            source=words(record["source"]),
            entry=entry.number,
            recorded_at=first_recorded_at(record),
            known_at=read_time(record["known_at"]),
            entered_by=str(record["by"]),
            references={name: str(record[name]) for name in ("says", "source") if record[name]},
        )
    except (KeyError, TypeError, ValueError, AttributeError, TimeError) as exc:
        raise StoreError(
            Message(
                "entry {entry} tells of an undertaking in a way that this program does not know; a later version wrote "
                "it: use that one",
                entry=entry.number,
            )
        ) from exc


def step_record(
    undertaking: int,
    number: int,
    *,
    word: Word,
    day: date,
    who: Collection[str],
    says: str,
    source: str,
    by: str,
    known_at: datetime,
    ids: Collection[str],
    keep: Callable[[str], str],
) -> dict[str, Any]:
    """The record of a step. who: ids of parties, bodies and delegations (`ids`), else as written, which lies apart."""
    return {
        "schema": STEP,
        "undertaking": undertaking,
        "number": number,
        "word": word,
        "day": day.isoformat(),
        "who": [each if each in ids else keep(each) for each in who],
        "says": keep(says),
        "source": keep(source),
        "by": by,
        "known_at": iso_utc(known_at),
    }
