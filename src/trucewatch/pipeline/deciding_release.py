"""Decisions of the heads to let something out beside the rules of recipients: put, agreed by all heads, withdrawn.

Nothing leaves by anybody's silence: a decision counts when the head of every delegation agreed to it as it stands,
before its clock ran out. What no decision can let out is refused when it is proposed and again when it would leave
(`model.decisions.bars`): an agreement of yesterday opens nothing that may not be opened today.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.decisions import LEAST_CELL_M, OPENS, UNITS, Decision, Opens, Place, bars
from trucewatch.model.incident import Incident
from trucewatch.model.let_out import LetOut
from trucewatch.model.link_entries import REASONS
from trucewatch.model.review import Case
from trucewatch.model.times import whole_second
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.leaving_by_decision import case_contents, event_put, giving_away
from trucewatch.reports.decided_event import event_facts, is_as_put
from trucewatch.store import Store
from trucewatch.store.decision_records import (
    WITHDRAWAL,
    clock_not_set_back,
    decision_record,
    kept_decisions,
    withdrawal_record,
)
from trucewatch.store.journal import Entry

MOST_REASON: Final = 500
DECIDING: Final = threading.RLock()
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
    store: Store,
    watch: Watch,
    wanted: Wanted,
    incident: Incident | None,
    case: Case | None = None,
    *,
    by: str,
    now: datetime,
) -> Entry:
    """Put something to the heads under the next number. incident: what it is of, or what its case is of; None for a
    case that is of no event. case: the case of its subject, with those of *who* known to the ledger.

    Raises StoreError for what no decision can let out, for a recipient that is none, where there is nothing to let out
    and where the same stands already.
    """
    wanted = normal(wanted)
    for trouble in troubles_of(store, watch, wanted, incident, case, now):
        raise StoreError(trouble)
    with DECIDING:
        every = decisions(store, watch)
        at = whole_second(clock_not_set_back(store, now))
        proposed = as_proposed(store, watch, wanted, incident, by=by, now=now)
        same = [
            each
            for each in every
            if each.withdrawn is None
            and not each.has_lapsed(at)
            and (each.subject, each.opens, each.to, each.place, each.cell_m, each.unit)
            == (wanted.subject, wanted.opens, wanted.to, wanted.place, wanted.cell_m, wanted.unit)
            and covers(store, watch, each, incident)
        ]
        if same:
            raise StoreError(Message("{code} asks the same already; nothing was entered", code=same[0].code))
        (entry,) = store.commit([decision_record(store, proposed)])
        return entry


def as_proposed(
    store: Store, watch: Watch, wanted: Wanted, incident: Incident | None, *, by: str, now: datetime
) -> Decision:
    """The decision as it would be entered next; nothing is entered."""
    at = whole_second(clock_not_set_back(store, now))
    proposed = Decision(
        number=max((each.number for each in decisions(store, watch)), default=0) + 1,
        subject=wanted.subject,
        members=tuple(sorted(incident.members)) if incident else (),
        kind=incident.kind if incident else "",
        opens=wanted.opens,
        to=wanted.to,
        place=wanted.place,
        cell_m=wanted.cell_m,
        unit=wanted.unit,
        reason=wanted.reason.strip(),
        digest="",
        entry=-1,
        known_at=at,
        recorded_at=at,
        due=at + timedelta(hours=watch.settings.review.decision_hours),
        by=store.keys.reference_of(by),
    )
    if "event" not in wanted.opens or incident is None:
        return proposed
    return replace(proposed, event_put=event_facts(watch, proposed, incident))


def covers(store: Store, watch: Watch, decision: Decision, incident: Incident | None) -> bool:
    """Whether a decision would tell of its event what was put to the heads, and not what changed since. incident: the
    event as it stands, None where it is of none."""
    if "event" not in decision.opens or incident is None:
        return True
    return is_as_put(watch, LetOut(decision=decision, event_put=event_put(store, decision)), incident)


def normal(wanted: Wanted) -> Wanted:
    """The same in one form: what is opened in the order of OPENS, recipients by id, no place without an event."""
    of_event = "event" in wanted.opens
    unknown = tuple(each for each in wanted.opens if each not in OPENS)
    return replace(
        wanted,
        opens=(*(each for each in OPENS if each in wanted.opens), *unknown),
        to=tuple(sorted(set(wanted.to))),
        place=wanted.place if of_event else "",
        cell_m=wanted.cell_m if of_event and wanted.place == "cell" else 0,
        unit=wanted.unit if of_event else "",
    )


def troubles_of(
    store: Store, watch: Watch, wanted: Wanted, incident: Incident | None, case: Case | None, now: datetime
) -> Iterator[Message]:
    """Why this cannot be put to the heads."""
    if not watch.delegation_ids:
        yield Message("This watch has no delegations, so nobody can agree to it.")
    if not wanted.opens or not set(wanted.opens) <= set(OPENS):
        yield Message("Say what is to be let out.")
    known = {recipient.id for recipient in watch.settings.recipient}
    if not wanted.to or not set(wanted.to) <= known:
        yield Message(
            "Choose to whom it is let out; the recipients of this watch are: {words}", words=", ".join(sorted(known))
        )
    if "event" in wanted.opens:
        yield from _troubles_of_event(wanted, incident)
    reason = refusal_of_words(wanted.reason, MOST_REASON)
    if reason is not None:
        yield reason
    yield from bars(watch, wanted.opens, wanted.place, incident, now)
    if set(wanted.opens) - {"event"}:
        yield from _troubles_of_case(store, watch, wanted, case, now)


def _troubles_of_event(wanted: Wanted, incident: Incident | None) -> Iterator[Message]:
    if incident is None:
        yield Message("This is of no event that is on the list, so none can be told. Take “the event” out.")
    if wanted.place not in ("zone", "cell", "exact") or wanted.unit not in UNITS:
        yield Message("Say how finely the event is told: its place by zone, cell or point, and its time.")
    elif wanted.place == "cell" and wanted.cell_m < LEAST_CELL_M:
        yield Message("A cell has at least {metres} m.", metres=LEAST_CELL_M)


def _troubles_of_case(
    store: Store, watch: Watch, wanted: Wanted, case: Case | None, now: datetime
) -> Iterator[Message]:
    """Why what stands inside of a case cannot be let out: it is open, or there is nothing of it."""
    if case is None:
        yield Message("Positions, words and names stand in a case of review. Begin from the page of a case.")
        return
    if case.outcome is None:
        yield Message(
            "{code} is open. What is inside of it can be put to the heads once its outcome is entered.", code=case.code
        )
        return
    contents = case_contents(store, watch, case, wanted.opens, now)
    if "positions" in wanted.opens and not contents.positions:
        yield Message("No position is on record in {code}, so none can be let out.", code=case.code)
    if "wording" in wanted.opens and contents.wording is None:
        yield Message("The delegations agreed no words in {code}, so none can be let out.", code=case.code)
    if "attribution" in wanted.opens and contents.attributed is None:
        yield Message("The question “who” is not decided for {code}, so nothing of it can be let out.", code=case.code)
    yield from giving_away(watch, contents)


def withdraw_decision(
    store: Store, watch: Watch, code: str, *, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Withdraw a decision: nothing more leaves by it. What has left cannot be taken back. Raises StoreError."""
    with DECIDING:
        decision = decision_named(store, watch, code)
        if decision.withdrawn is not None:
            raise StoreError(Message("{code} was withdrawn already; nothing was entered", code=decision.code))
        return enter_withdrawal(store, WITHDRAWAL, decision.number, reason, reason_code, now, by)


def enter_withdrawal(
    store: Store, schema: str, number: int, reason: str, reason_code: str, now: datetime, by: str
) -> Entry:
    is_listed = reason_code in REASONS
    if not is_listed:
        refusal = refusal_of_words(reason, MOST_REASON)
        if refusal is not None:
            raise StoreError(refusal)
    record = withdrawal_record(
        schema,
        number,
        reason="" if is_listed else store.keep_words(reason.strip()),
        reason_code=reason_code if is_listed else "",
        known_at=whole_second(now),
        by=store.keys.reference_of(by),
    )
    (entry,) = store.commit([record])
    return entry


def refusal_of_words(text: str, most: int) -> Message | None:
    """Why words cannot be entered: there are none, too many, or they cannot be shown."""
    if not text.strip():
        return Message("Write why, in your own words.")
    if len(text.strip()) > most:
        return Message("Write at most {most} characters.", most=most)
    return refusal_of(text)
