"""Decisions of the heads to let something out beside the rules of recipients, and what parties object in writing.

Nothing leaves by anybody's silence: a decision counts when the head of every delegation agreed to it as it stands,
before its clock ran out. What no decision can let out is refused when it is proposed and again when it would leave
(`model.decisions.bars`): an agreement of yesterday opens nothing that may not be opened today.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.decisions import LEAST_CELL_M, OPENS, UNITS, Decision, Objection, Opens, Place, bars
from trucewatch.model.incident import Incident
from trucewatch.model.link_entries import REASONS
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.decision_records import (
    OBJECTION_WITHDRAWAL,
    WITHDRAWAL,
    decision_record,
    kept_decisions,
    kept_objections,
    objection_record,
    withdrawal_record,
)
from trucewatch.store.journal import Entry

MOST_REASON: Final = 500
MOST_OBJECTION: Final = 4000
_DECIDING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody would have the heads let out; place, cell_m and unit of an event alone."""

    subject: str
    opens: tuple[Opens, ...]
    to: tuple[str, ...]
    reason: str
    place: Place = ""
    cell_m: int = 0
    unit: str = ""


def decisions(store: Store, watch: Watch, recorded_by: datetime | None = None) -> tuple[Decision, ...]:
    """Every decision by number, those that lapsed or were withdrawn among them; as of a moment of the ledger."""
    return kept_decisions(store, watch.delegation_ids, recorded_by)


def decision_named(store: Store, watch: Watch, code: str) -> Decision:
    """The decision of this code. Raises StoreError if there is none."""
    for each in decisions(store, watch):
        if each.code == code.strip().upper():
            return each
    raise StoreError(Message('there is no decision "{code}"; the list has those there are', code=code.strip()[:40]))


def propose_decision(
    store: Store, watch: Watch, wanted: Wanted, incident: Incident | None, *, by: str, now: datetime
) -> Entry:
    """Put something to the heads under the next number. incident: what it is of, or what its case is of; None for who
    looks at nothing of an event.

    Raises StoreError for what no decision can let out, for a recipient that is none, and where the same stands already.
    """
    for trouble in troubles_of(watch, wanted, incident, now):
        raise StoreError(trouble)
    with _DECIDING:
        every = decisions(store, watch)
        at = as_utc(now).replace(microsecond=0)
        same = [
            each
            for each in every
            if each.withdrawn is None
            and not each.has_lapsed(at)
            and (each.subject, each.opens, each.to, each.place, each.cell_m, each.unit)
            == (wanted.subject, wanted.opens, wanted.to, wanted.place, wanted.cell_m, wanted.unit)
        ]
        if same:
            raise StoreError(Message("{code} asks the same already; nothing was entered", code=same[0].code))
        decision = Decision(
            number=max((each.number for each in every), default=0) + 1,
            subject=wanted.subject,
            members=tuple(sorted(incident.members)) if incident else (),
            opens=tuple(each for each in OPENS if each in wanted.opens),
            to=tuple(sorted(set(wanted.to))),
            place=wanted.place,
            cell_m=wanted.cell_m,
            unit=wanted.unit,
            reason=wanted.reason.strip(),
            digest="",
            entry=-1,
            known_at=at,
            recorded_at=at,
            due=at + timedelta(hours=watch.settings.review.decision_hours),
            by=_who(store, by),
        )
        (entry,) = store.commit([decision_record(store, decision)])
        return entry


def troubles_of(watch: Watch, wanted: Wanted, incident: Incident | None, now: datetime) -> Iterator[Message]:
    """Why this cannot be put to the heads."""
    if not wanted.opens or not set(wanted.opens) <= set(OPENS):
        yield Message("Say what is to be let out.")
    if not watch.delegation_ids:
        yield Message("This watch has no delegations, so nobody can agree to it.")
    known = {recipient.id for recipient in watch.settings.recipient}
    if not wanted.to or not set(wanted.to) <= known:
        yield Message(
            "Choose to whom it is let out; the recipients of this watch are: {words}", words=", ".join(sorted(known))
        )
    if "event" in wanted.opens:
        if wanted.place not in ("zone", "cell", "exact") or wanted.unit not in UNITS:
            yield Message("Say how finely the event is told: its place by zone, cell or point, and its time.")
        elif wanted.place == "cell" and wanted.cell_m < LEAST_CELL_M:
            yield Message("A cell has at least {metres} m.", metres=LEAST_CELL_M)
    reason = _refusal(wanted.reason, MOST_REASON)
    if reason is not None:
        yield reason
    yield from bars(wanted.opens, wanted.place, incident, now)


def withdraw_decision(
    store: Store, watch: Watch, code: str, *, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Withdraw a decision: nothing more leaves by it. What has left cannot be taken back. Raises StoreError."""
    with _DECIDING:
        decision = decision_named(store, watch, code)
        if decision.withdrawn is not None:
            raise StoreError(Message("{code} was withdrawn already; nothing was entered", code=decision.code))
        return _withdraw(store, WITHDRAWAL, decision.number, reason, reason_code, now, by)


def decisions_in_force(
    store: Store, watch: Watch, recipient: str, now: datetime, recorded_by: datetime | None = None
) -> tuple[Decision, ...]:
    """The decisions by which something may leave to a recipient: agreed by every head, not withdrawn."""
    return tuple(
        each
        for each in decisions(store, watch, recorded_by)
        if each.is_agreed and recipient in each.to and each.known_at <= now
    )


def opened_of_case(in_force: Sequence[Decision], case_code: str) -> frozenset[Opens]:
    """What decisions let out of a case of review."""
    return frozenset(opens for each in in_force if each.subject == case_code for opens in each.opens)


def object_in_writing(
    store: Store,
    watch: Watch,
    *,
    about: str,
    party: str,
    language: str,
    words: str,
    in_print: bool,
    told_at: datetime,
    by: str,
    now: datetime,
) -> Entry:
    """Enter what a party objects in writing. told_at: when both parties were told; the clock is the same for both.
    Raises StoreError for who is no party, after the clock, and for words that cannot be taken."""
    if party not in watch.agreement.bound_ids:
        raise StoreError(Message("A written objection is of a party that is bound; choose which."))
    until = told_at + timedelta(hours=watch.settings.review.objection_hours)
    if now > until:
        raise StoreError(
            Message(
                "The clock for objections ran out at {moment}, for both parties. Send a letter instead: it is kept "
                "beside the finding, and is printed where the centre decides so.",
                moment=until,
            )
        )
    if language not in watch.settings.languages:
        raise StoreError(Message("Say in which language of this watch it is written."))
    refusal = _refusal(words, MOST_OBJECTION)
    if refusal is not None:
        raise StoreError(refusal)
    with _DECIDING:
        at = as_utc(now).replace(microsecond=0)
        number = max((each.number for each in kept_objections(store)), default=0) + 1
        objection = Objection(
            number=number,
            about=about,
            party=party,
            language=language,
            words=words.strip(),
            in_print=in_print,
            entry=-1,
            known_at=at,
            recorded_at=at,
            by=_who(store, by),
        )
        (entry,) = store.commit([objection_record(store, objection)])
        return entry


def withdraw_objection(
    store: Store, code: str, *, party: str, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Withdraw an objection, by the party whose it is: it is printed no more. Raises StoreError."""
    with _DECIDING:
        for each in kept_objections(store):
            if each.code == code.strip().upper() and each.party == party and each.withdrawn is None:
                return _withdraw(store, OBJECTION_WITHDRAWAL, each.number, reason, reason_code, now, by)
    raise StoreError(Message('no objection "{code}" of yours stands; nothing was entered', code=code.strip()[:40]))


def _withdraw(store: Store, schema: str, number: int, reason: str, reason_code: str, now: datetime, by: str) -> Entry:
    is_listed = reason_code in REASONS
    if not is_listed:
        refusal = _refusal(reason, MOST_REASON)
        if refusal is not None:
            raise StoreError(refusal)
    record = withdrawal_record(
        schema,
        number,
        reason="" if is_listed else store.keep_words(reason.strip()),
        reason_code=reason_code if is_listed else "",
        known_at=as_utc(now).replace(microsecond=0),
        by=_who(store, by),
    )
    (entry,) = store.commit([record])
    return entry


def _refusal(text: str, most: int) -> Message | None:
    """Why words cannot be entered: there are none, too many, or they cannot be shown."""
    if not text.strip():
        return Message("Write why, in your own words.")
    if len(text.strip()) > most:
        return Message("Write at most {most} characters.", most=most)
    return refusal_of(text)


def _who(store: Store, by: str) -> str:
    return by if by.startswith("p-") else store.keys.person_reference(by)
