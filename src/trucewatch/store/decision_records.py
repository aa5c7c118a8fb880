"""What is put to the heads for release beside the rules, as the journal holds it: `trucewatch/decision/1`, one record a
proposal (D-1, D-2 …), its withdrawal `trucewatch/decision-withdrawal/1`; and what parties object in writing,
`trucewatch/objection/1` (OB-1 …) with `trucewatch/objection-withdrawal/1`.

Reasons, objections and what was put of an event are kept apart, so that they can be erased; the records hold
references.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from typing import Any, Final, TypeVar

from trucewatch.model.decisions import Decision, Objection
from trucewatch.model.ids import canonical, sha256_of
from trucewatch.model.quorum import Assent, standing
from trucewatch.model.review_clock import not_before
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.store.assent_records import ASSENT, UNDO, assents
from trucewatch.store.entered_words import taken_back_by
from trucewatch.store.journal import Entry
from trucewatch.store.kept_reviews import reading
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

DECISION: Final = "trucewatch/decision/1"
WITHDRAWAL: Final = "trucewatch/decision-withdrawal/1"
OBJECTION: Final = "trucewatch/objection/1"
OBJECTION_WITHDRAWAL: Final = "trucewatch/objection-withdrawal/1"
_SAYS: Final = ("subject", "members", "kind", "opens", "to", "place", "cell_m", "unit", "reason", "event_put")
"""What heads assent to; the last is in no early record, nor where no event is told."""
_CLOCKED: Final = (DECISION, WITHDRAWAL, OBJECTION, OBJECTION_WITHDRAWAL, ASSENT, UNDO)
"""Kinds whose `known_at` is the watch's clock when they were entered; those of reviews beside them."""
_Put = TypeVar("_Put", Decision, Objection)


def kept_decisions(
    store: Store, delegations: frozenset[str], recorded_by: datetime | None = None
) -> tuple[Decision, ...]:
    """Every decision in the order of their numbers, with the moment at which the last head agreed; as the journal stood
    at a moment, if one is given. In a watch without delegations nobody can agree."""
    by_number = _by_number(store, DECISION, WITHDRAWAL, _decision, recorded_by)
    by_subject = assents(store, recorded_by) if by_number and delegations else {}
    subjects = {decision.assent_subject for decision in by_number.values()}
    clock = _clock(store) if not subjects.isdisjoint(by_subject) else None
    return tuple(_with_assents(by_number[number], by_subject, delegations, clock) for number in sorted(by_number))


def _with_assents(
    decision: Decision, by_subject: dict[str, dict[int, Any]], delegations: frozenset[str], clock: _Clock | None
) -> Decision:
    clocked = (
        (clock.clocked(assent) if clock else assent, digest)
        for assent, digest in by_subject.get(decision.assent_subject, {}).values()
    )
    agreed = [assent for assent, digest in clocked if digest == decision.digest and _is_in_time(assent, decision)]
    now = standing("each_head", agreed, delegations)
    if not now.agreed or not now.is_reached:
        return decision
    return replace(
        decision,
        agreed_at=max(assent.recorded_at for assent in now.agreed),
        agreed_known_at=max(assent.known_at or assent.recorded_at for assent in now.agreed),
        assents=tuple(sorted(assent.entry for assent in now.agreed)),
    )


def _is_in_time(assent: Assent, decision: Decision) -> bool:
    """Whether somebody agreed before the clock ran out. After it nothing counts, by whatever way it was entered."""
    return (assent.known_at or assent.recorded_at) < decision.due


class _Clock:
    """The watch's clock as it had run when each entry came: it is never earlier than what was known before."""

    def __init__(self, store: Store, rises: Iterable[tuple[int, datetime]]) -> None:
        own = (entry for kind in _CLOCKED for entry in entries_of_kind(store, kind))
        moments = [(entry.number, read_time(entry.record["known_at"])) for entry in own if entry.record.get("known_at")]
        moments = sorted((*moments, *rises))
        self._entries = [number for number, _ in moments]
        self._newest = list(accumulate((known_at for _, known_at in moments), max))

    @property
    def newest(self) -> datetime | None:
        return self._newest[-1] if self._newest else None

    def clocked(self, assent: Assent) -> Assent:
        """The assent at the moment that counts: a clock that was set back revives nothing."""
        before = bisect_left(self._entries, assent.entry)
        if not before:
            return assent
        return replace(assent, known_at=not_before(assent.known_at or assent.recorded_at, self._newest[before - 1]))


@dataclass(slots=True)
class _LastClock:
    """The clock as of the last entry of the ledger when it was read."""

    until: int = -1
    clock: _Clock | None = None


def _clock(store: Store) -> _Clock:
    with reading(store) as on_record:
        last = store.memory.of(_LastClock)
        if last.clock is None or last.until != on_record.until:
            last.clock, last.until = _Clock(store, on_record.rises), on_record.until
        return last.clock


def clock_not_set_back(store: Store, now: datetime) -> datetime:
    """The moment by which clocks of decisions and objections are judged: a watch's clock that was set back is not
    earlier than the newest moment on record."""
    return not_before(as_utc(now), _clock(store).newest)


def kept_objections(store: Store, recorded_by: datetime | None = None) -> tuple[Objection, ...]:
    """Every objection in the order of their numbers, those withdrawn among them."""
    by_number = _by_number(store, OBJECTION, OBJECTION_WITHDRAWAL, _objection, recorded_by)
    return tuple(by_number[number] for number in sorted(by_number))


def _by_number(
    store: Store, schema: str, withdrawal: str, read: Callable[[Entry], _Put], recorded_by: datetime | None
) -> dict[int, _Put]:
    """What is on record of one kind with what was withdrawn of it: the first record of a number counts, and the first
    withdrawal. recorded_by: as the journal stood at a moment."""

    def is_on_record(entry: Entry) -> bool:
        return recorded_by is None or first_recorded_at(entry.record) <= recorded_by

    by_number: dict[int, _Put] = {}
    for entry in filter(is_on_record, entries_of_kind(store, schema)):
        by_number.setdefault(entry.record["number"], read(entry))
    for entry in filter(is_on_record, entries_of_kind(store, withdrawal)):
        before = by_number.get(entry.record["withdraws"])
        if before is not None and before.withdrawn is None:
            by_number[before.number] = replace(before, withdrawn=taken_back_by(entry))
    return by_number


def decision_record(store: Store, decision: Decision) -> dict[str, Any]:
    """The record that puts a decision to the heads. Its reason is words, which are kept apart."""
    says = {
        "subject": decision.subject,
        "members": sorted(decision.members),
        "kind": decision.kind,
        "opens": list(decision.opens),
        "to": list(decision.to),
        "place": decision.place,
        "cell_m": decision.cell_m,
        "unit": decision.unit,
        "reason": store.keep_words(decision.reason),
        # Apart, as typed words are: a hash of so few facts could be guessed.
        **({"event_put": store.keep_words(decision.event_put)} if decision.event_put else {}),
    }
    return {
        "schema": DECISION,
        "number": decision.number,
        **says,
        "digest": digest_of(says),
        "due": iso_utc(decision.due),
        "known_at": iso_utc(decision.known_at),
        "by": decision.by,
    }


def objection_record(store: Store, objection: Objection) -> dict[str, Any]:
    """The record of a written objection. Its words are kept apart."""
    return {
        "schema": OBJECTION,
        "number": objection.number,
        "about": objection.about,
        "party": objection.party,
        "language": objection.language,
        "words": store.keep_words(objection.words),
        "in_print": objection.in_print,
        "on_paper": objection.on_paper,
        "known_at": iso_utc(objection.known_at),
        "by": objection.by,
    }


def withdrawal_record(
    schema: str, number: int, *, reason: str, reason_code: str, known_at: datetime, by: str
) -> dict[str, Any]:
    """The record by which a decision or an objection is withdrawn. reason: a reference, "" with one of REASONS."""
    return {
        "schema": schema,
        "withdraws": number,
        "reason": reason,
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def digest_of(says: dict[str, Any]) -> str:
    """What heads assent to: the hash of what is put, as the ledger holds it."""
    return f"sha256:{sha256_of(canonical({name: says[name] for name in _SAYS if name in says}))}"


def _decision(entry: Entry) -> Decision:
    record = entry.record
    return Decision(
        number=record["number"],
        subject=record["subject"],
        members=tuple(record["members"]),
        kind=record["kind"],
        opens=tuple(record["opens"]),
        to=tuple(record["to"]),
        place=record["place"],
        cell_m=record["cell_m"],
        unit=record["unit"],
        reason=record["reason"],
        digest=record["digest"],
        entry=entry.number,
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        due=read_time(record["due"]),
        by=record["by"],
        event_put=record.get("event_put", ""),
    )


def _objection(entry: Entry) -> Objection:
    record = entry.record
    return Objection(
        number=record["number"],
        about=record["about"],
        party=record["party"],
        language=record["language"],
        words=record["words"],
        in_print=record["in_print"],
        on_paper=record["on_paper"],
        entry=entry.number,
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        by=record["by"],
    )
