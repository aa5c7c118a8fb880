"""An incident or a claim on record → the draft of an urgent message, from the record alone.

Nothing here asks a clock or sends. Raises FlashRefusedError, with what to do, for what may be told to nobody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim
from trucewatch.model.drill import drill_code
from trucewatch.model.flash import (
    ASKS,
    MATTER_OF_KIND,
    FlashDraft,
    FlashRecipient,
    FlashRule,
    flash_rule_of,
)
from trucewatch.model.flash_refused import FlashRefusedError
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.short_codes import ids_called
from trucewatch.model.times import as_utc, shifted
from trucewatch.model.watch import Watch
from trucewatch.pipeline.flash_place import place_for
from trucewatch.pipeline.flash_reports import (
    Event,
    Report,
    event_of_incident,
    reporters_told,
    reports_of_claim,
    reports_of_incident,
    told_by,
)
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of
from trucewatch.store.lists import last_list

QUARTER: Final = timedelta(minutes=15)
WIDEST: Final = timedelta(hours=24)
"""Of what is known no nearer than to a day nothing is urgent any more."""
_TO_FIVE: Final = timedelta(minutes=5)


_EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""No clock of a watch shows another year; at the ends of the calendar no quarter can be told."""


def subject_of(store: Store, about: str) -> Incident | Claim:
    """The claim, `claim:CL-7` or `CL-7`, or the incident of the last list, `incident:482-917` or by its id. Raises
    StoreError if there is none, or if several are called so."""
    word = about.strip().partition("incident:")[2] or about.strip()
    if about.strip().startswith("claim:") or word.upper().startswith("CL-"):
        return claim_of(store, word.removeprefix("claim:"))
    last = last_list(store)
    if last is not None:
        ids = last.columns(store, "incidents", ("incident_id",))["incident_id"].to_pylist()
        called = [word] if word in ids else ids_called(ids, word)
        if len(called) == 1:
            return incident_rows(last.rows_of(store, "incidents", called))[0]
    raise StoreError(
        Message('there is no one incident or claim "{about}"; open it from the list', about=about.strip()[:40])
    )


def draft_for(
    store: Store, watch: Watch, subject: Incident | Claim, *, rule: FlashRule, now: datetime, drill: int = 0
) -> FlashDraft:
    """The draft of a message about an incident or a claim. now: the watch's clock; drill: the number of the drill that
    runs and that this is of, or 0.

    Raises FlashRefusedError: it may not be told, its time is not known, it is of a drill or invented and would be sent
    as real, the clock stands before it was reported.
    """
    _refuse_mixed(watch, subject, drill)
    now = as_utc(now)
    reports = (
        reports_of_claim(store, watch, subject)
        if isinstance(subject, Claim)
        else reports_of_incident(store, watch, subject)
    )
    teller = told_by(reports)
    event = _event_told(subject, reports, teller)
    if event.start is None or event.end is None:
        raise _refused(Message("{claim} does not say when it was; ask, correct the claim, then send.", claim=teller.id))
    first_report = min(each.at for each in reports)
    if first_report > now:
        raise _refused(
            Message("The clock stands before the moment at which this was reported; set the clock right, then send.")
        )
    if event.start > shifted(now, QUARTER):
        raise _refused(
            Message("This speaks of what is still to come; an urgent message tells what is reported to have been.")
        )
    parties = flash_rule_of(rule, watch.agreement.bound_ids)
    return FlashDraft(
        about=_about(subject, reports),
        matter=MATTER_OF_KIND.get(event.kind, "other"),
        place=place_for(watch, event.place, parties_recipient(watch, parties), event.start),
        quarter=quarter_of(watch, event.start, event.end),
        reporter=teller.reporter,
        reporter_id=reporters_told(watch, reports, teller),
        first_report=first_report,
        asks=ASKS,
        answer_by=answer_by(now, rule.answer_minutes),
        drill=drill,
        simulated=watch.settings.simulated or subject.simulated or bool(drill),
    )


def _event_told(subject: Incident | Claim, reports: list[Report], teller: Report) -> Event:
    """What is told of. Nothing of a report that may not be told stands in it, not even its part in a fused place."""
    if isinstance(subject, Claim):
        is_first = reports[0].may_be_told and reports[0].event.start is not None
        event = reports[0].event if is_first else teller.event
        is_origin = any(each.event.place.is_origin for each in reports)
        return replace(event, place=replace(event.place, is_origin=is_origin))
    fused = event_of_incident(subject)
    if all(each.may_be_told for each in reports):
        return fused
    return replace(teller.event, place=replace(teller.event.place, is_origin=fused.place.is_origin))


def _about(subject: Incident | Claim, reports: list[Report]) -> tuple[str, ...]:
    """What a message rests on, the first as it was begun."""
    first = f"claim:{subject.code}" if isinstance(subject, Claim) else f"incident:{subject.incident_id}"
    return tuple(dict.fromkeys((first, *(each.about for each in reports if each.about and each.may_be_told))))


def parties_recipient(watch: Watch, rule: FlashRule) -> FlashRecipient:
    """The one rule of the bound parties."""
    bound = watch.agreement.bound_ids
    return next((each for each in rule.to if each.id in bound), rule.to[0] if rule.to else FlashRecipient(id=""))


def quarter_of(watch: Watch, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The quarter of an hour, by the watch's clock, that holds a moment; for a span all those that it touches. UTC.
    Raises FlashRefusedError for a span of a day or more."""
    if end - start >= WIDEST or not _EARLIEST <= start <= end <= _LATEST:
        raise _refused(
            Message("Its time is known no nearer than to a day; correct the time once it is known, then send.")
        )
    first = _floor(watch, start)
    last = _floor(watch, end)
    return first, last if last == end and last > first else shifted(last, QUARTER)


def answer_by(now: datetime, minutes: int) -> datetime:
    """By when both are asked to answer: so many minutes from now, up to the next five."""
    moment = (as_utc(now) + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    over = timedelta(minutes=moment.minute % 5)
    return moment if not over else moment + _TO_FIVE - over


def _floor(watch: Watch, moment: datetime) -> datetime:
    local = moment.astimezone(watch.zone)
    over = timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    return as_utc(shifted(moment, -over))


def _refuse_mixed(watch: Watch, subject: Incident | Claim, drill: int) -> None:
    """What is real and what is not never pass for each other."""
    is_real = not subject.simulated
    if isinstance(subject, Claim):
        is_real = not subject.is_drill
        if not subject.stands:
            raise _refused(Message("{claim} was taken back; an urgent message cannot rest on it.", claim=subject.code))
        if subject.is_drill and not drill:
            raise _refused(
                Message(
                    "{claim} is of a drill, and none runs: it cannot be sent as real. If it is real, correct the "
                    "claim first.",
                    claim=subject.code,
                )
            )
    if drill and is_real:
        raise _refused(
            Message(
                "This is real, and the drill {drill} runs: say first that it is real, which ends the drill, then send.",
                drill=drill_code(drill),
            )
        )
    if subject.simulated and not watch.settings.simulated and not drill:
        raise _refused(Message("This is simulated and the watch is real: outside a drill it cannot be sent."))


def _refused(message: Message) -> FlashRefusedError:
    return FlashRefusedError({"about": message})
