"""What parties object in writing: within the clock that all of them have, printed where the party asked for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.decisions import Objection
from trucewatch.model.incident import Incident
from trucewatch.model.times import whole_second
from trucewatch.model.watch import Watch
from trucewatch.pipeline.barred_words import barred_objection
from trucewatch.pipeline.deciding_release import DECIDING, enter_withdrawal, refusal_of_words
from trucewatch.store import Store
from trucewatch.store.decision_records import (
    OBJECTION_WITHDRAWAL,
    clock_not_set_back,
    kept_objections,
    objection_record,
)
from trucewatch.store.journal import Entry

MOST_OBJECTION: Final = 4000


def object_in_writing(
    store: Store,
    watch: Watch,
    *,
    about: str,
    party: str,
    language: str,
    words: str,
    in_print: bool,
    told_at: datetime | None,
    by: str,
    now: datetime,
    on_paper: bool = False,
    incident: Incident | None = None,
) -> Entry:
    """Enter what a party objects in writing. told_at: when both parties were told, None while one of them was
    not; the clock is the same for both. incident: what it is about is of; None for what is of no event. Raises
    StoreError for who is no party, after the clock, for words that cannot be taken, and where it asks for print, for
    words that may not leave."""
    if party not in watch.agreement.bound_ids:
        raise StoreError(Message("A written objection is of a party that is bound; choose which."))
    until = told_at + timedelta(hours=watch.settings.review.objection_hours) if told_at else None
    clock = clock_not_set_back(store, now)
    if until is not None and clock >= until:
        raise StoreError(
            Message(
                "The clock for objections ran out at {moment}, for both parties. Send a letter instead: letters "
                "are kept and answered.",
                moment=until,
            )
        )
    if language not in watch.settings.languages:
        raise StoreError(Message("Say in which language of this watch it is written."))
    refusal = refusal_of_words(words, MOST_OBJECTION)
    if refusal is not None:
        raise StoreError(refusal)
    barred = barred_objection(watch, words, incident, now) if in_print else None
    if barred is not None:
        raise StoreError(barred)
    with DECIDING:
        at = whole_second(clock)
        number = max((each.number for each in kept_objections(store)), default=0) + 1
        objection = Objection(
            number=number,
            about=about,
            party=party,
            language=language,
            words=words.strip(),
            in_print=in_print,
            on_paper=on_paper,
            entry=-1,
            known_at=at,
            recorded_at=at,
            by=store.keys.reference_of(by),
        )
        (entry,) = store.commit([objection_record(store, objection)])
        return entry


def withdraw_objection(
    store: Store, code: str, *, party: str, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Withdraw an objection, by the party whose it is: it is printed no more. Raises StoreError, which names no code:
    a party counts its own, and the numbers here would tell it how many the others wrote."""
    with DECIDING:
        for each in kept_objections(store):
            if each.code != code.strip().upper() or each.party != party:
                continue
            if each.withdrawn is not None:
                raise StoreError(
                    Message("This objection was withdrawn already; load the page again. Nothing was entered.")
                )
            return enter_withdrawal(store, OBJECTION_WITHDRAWAL, each.number, reason, reason_code, now, by)
    raise StoreError(Message("No objection of yours has this code; load the page again. Nothing was entered."))


def objections_to(store: Store, about: str = "") -> tuple[Objection, ...]:
    """Every objection, or those to one decision or case, in order; those withdrawn among them."""
    return tuple(each for each in kept_objections(store) if not about or each.about == about)


def objection_named(store: Store, code: str) -> Objection:
    """The objection of a code, OB-1. Raises StoreError if there is none."""
    for each in kept_objections(store):
        if each.code == code.strip().upper():
            return each
    raise StoreError(Message('there is no objection "{code}"; the list has those there are', code=code.strip()[:40]))
