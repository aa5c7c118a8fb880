"""What became of an undertaking, as somebody says → an entry of the journal, always by whose word."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from trucewatch.errors import StoreError, TimeError
from trucewatch.messages import Message
from trucewatch.model.times import as_utc, day_of
from trucewatch.model.undertakings import WORDS, Undertaking, Word
from trucewatch.model.watch import Watch
from trucewatch.pipeline.agreement_entering import ENTERING, NotTakenError
from trucewatch.pipeline.annotation_checks import Faults, first_of_each, speakers_of, text_faults
from trucewatch.pipeline.annotation_entering import person_on_record, reason_on_record
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.statement_entries import undo_record
from trucewatch.store.undertaking_records import step_record, undertaking_numbered

_FROM_BEFORE = ("later_day",)
"""Words whose day may lie ahead of the watch's clock: it is the new day, and not that of the saying."""


def enter_step(
    store: Store,
    watch: Watch,
    number: int,
    *,
    word: Word,
    day: date,
    who: tuple[str, ...],
    says: str = "",
    source: str,
    known_at: datetime | None = None,
    by: str,
    now: datetime,
) -> Entry:
    """Enter what somebody says of undertaking U-`number`. who: ids of parties, bodies and delegations, else names as
    written; day: of which it is said, of "later_day" the new one; known_at: since when it is known, else now.

    Raises NotTakenError with every fault, StoreError if no such undertaking stands.
    """
    now = as_utc(now).replace(microsecond=0)
    moment = as_utc(known_at).replace(microsecond=0) if known_at else now
    with ENTERING:
        undertaking = undertaking_numbered(store, number, watch.zone, now)
        faults = first_of_each(
            _faults(undertaking, watch.zone, word=word, day=day, who=who, says=says, source=source, at=moment, now=now)
        )
        if faults:
            raise NotTakenError(faults)
        record = step_record(
            number,
            max((step.number for step in undertaking.steps), default=0) + 1,
            word=word,
            day=day,
            who=who,
            says=says.strip(),
            source=source.strip(),
            by=person_on_record(store, by),
            known_at=moment,
            ids=speakers_of(watch),
            keep=store.keep_words,
        )
        (entry,) = store.commit([record])
        return entry


def take_back_step(
    store: Store,
    watch: Watch,
    number: int,
    step: int,
    *,
    by: str,
    now: datetime,
    reason: str = "",
    reason_code: str = "",
) -> Entry:
    """Take a step of an undertaking back; both entries stay. Raises StoreError for one that is not there or was taken
    back already, NotTakenError without a reason."""
    now = as_utc(now).replace(microsecond=0)
    with ENTERING:
        undertaking = undertaking_numbered(store, number, watch.zone, now)
        if step not in {each.number for each in undertaking.standing_steps}:
            raise StoreError(
                Message(
                    "{code} has no step {step} that stands; open its page again. Nothing was entered",
                    code=undertaking.code,
                    step=step,
                )
            )
        why, code = reason_on_record(store, reason, reason_code)
        record = undo_record(
            "step",
            number,
            step=step,
            reason=why,
            reason_code=code,
            by=person_on_record(store, by),
            known_at=now,
        )
        (entry,) = store.commit([record])
        return entry


def _faults(
    undertaking: Undertaking,
    zone: tzinfo,
    *,
    word: Word,
    day: date,
    who: tuple[str, ...],
    says: str,
    source: str,
    at: datetime,
    now: datetime,
) -> Faults:
    if word not in WORDS:
        yield "word", Message("Choose what is said of it; this is none of the words there are.")
    if not any(each.strip() for each in who):
        yield "who", Message("Say whose word it is: a party, a body, a delegation, or a name.")
    for each in who:
        yield from text_faults("who", each)
    yield from text_faults("says", says)
    yield from text_faults("source", source, is_needed=True)
    if at > now:
        yield (
            "known_at",
            Message("This lies ahead of the watch's clock, which shows {moment}; correct it.", moment=now),
        )
    try:
        begins = day_of(day, zone).start
    except TimeError as exc:
        yield "day", Message("{why}.", why=exc.message)
        return
    if word not in _FROM_BEFORE and begins > now:
        yield "day", Message("This lies ahead of the watch's clock, which shows {moment}; correct it.", moment=now)
    if undertaking.said_on is not None and day < undertaking.said_on:
        yield (
            "day",
            Message(
                "{day} lies before the day on which it was said, {said_on}; correct it.",
                day=day,
                said_on=undertaking.said_on,
            ),
        )
