"""The register of complaints: what stands in it at a moment of the watch's clock, and what can be entered.

Who enters something is named by a salted reference; what was typed is kept apart, so that it can be erased.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.complaints.numbers import EXAMPLES, ReadError, read_claims, read_incidents, read_letter
from trucewatch.desks.complaints.records import LINK, REASONS, SORTS, UNDO, UNDO_ENTRY, LinkTo, Sort, Via
from trucewatch.desks.complaints.rows import answers_in, complaints_in
from trucewatch.desks.complaints.rule import ReplyRule, read
from trucewatch.desks.complaints.states import CIVILIAN, Answer, Complaint, Sender, complaint_record
from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.claim_record import claim_code
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.journal import Entry

MOST: Final = {
    "own_number": 60,
    "name": 200,
    "call_back": 200,
    "says": 4000,
    "answer": 4000,
    "grounds": 4000,
    "reason": 500,
    "claims": 2000,
    "letter": 20,
    "incidents": 500,
}
"""Characters of what is typed. A page shows 4,000 of a text, so that nothing is kept that nobody could read."""
WITHHELD: Final = ("own_number", "name", "call_back", "says", "answer", "reason", "reply", "grounds", "appeal")
"""What programs are not given: whatever somebody typed."""
ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice, nothing is answered twice."""


class NotEnteredError(TrucewatchError):
    """Something cannot be entered as it was typed; `faults` says why, by the field that each is about."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=next(iter(faults.values()))))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A complaint as it comes in, as it was typed."""

    sender: str
    """A code of `Register.senders`."""
    received_at: datetime
    says: str
    own_number: str = ""
    name: str = ""
    call_back: str = ""
    sort: Sort = "complaint"
    claims: str = ""
    """Numbers of claims, as typed: `CL-1, CL-5..CL-9`."""
    letter: str = ""
    incidents: str = ""
    """Numbers or ids of incidents, as typed."""
    via: Via = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many stand in the register; `overdue` are among the open ones."""

    open: int
    overdue: int
    answered: int
    withdrawn: int

    @property
    def total(self) -> int:
        return self.open + self.answered + self.withdrawn


class Register:
    """The complaints of a watch at a moment of its clock, `now`: received by then; answered where the answer that
    stands was given by then. What was taken back counts at no moment.

    Raises NotEnteredError and StoreError with what stands in the way of an entry, WatchError if the watch's rule for
    replies cannot be read.
    """

    def __init__(self, store: Store, watch: Watch, now: datetime) -> None:
        self.store, self.watch = store, watch
        self.now = as_utc(now).replace(microsecond=0)

    @property
    def rule(self) -> ReplyRule:
        """What the watch agreed for replies."""
        return read(self.watch.settings.desk.get("complaints", {}))

    @property
    def senders(self) -> tuple[Sender, ...]:
        """From whom a complaint can come in this watch. The centre is no side: it has no log beside its own."""
        parties = tuple(Sender("party", party.id) for party in self.watch.agreement.party if party.role != "centre")
        delegations = tuple(Sender("delegation", delegation.id) for delegation in self.watch.settings.delegation)
        return (*parties, *delegations, CIVILIAN)

    # What is shown

    def complaints(
        self, *, offset: int = 0, limit: int | None = None, side: str = "", state: str = "", sort: str = ""
    ) -> list[Complaint]:
        """The register in its order: open by when a reply is due, answered, the latest first, withdrawn. side: a code
        of `senders`; state, sort: only those."""
        rows = sorted(complaints_in(self.store, self.second), key=_place)
        if side or state or sort:
            rows = [
                row
                for row in rows
                if (not side or row.sender.code == side)
                and (not state or state == ("late" if row.is_overdue(self.now) else row.state) or state == row.state)
                and (not sort or row.sort == sort)
            ]
        return rows[offset : None if limit is None else offset + limit]

    def counts(self, rows: Sequence[Complaint] | None = None) -> Counts:
        """How many stand; of these rows, or of all."""
        rows = self.complaints() if rows is None else rows
        of = Counter(row.state for row in rows)
        overdue = sum(row.is_overdue(self.now) for row in rows)
        return Counts(of["open"], overdue, of["answered"], of["withdrawn"])

    def complaint(self, code: str) -> Complaint:
        """A complaint by our number, `C-3` or `3`. Raises StoreError if there is none by now."""
        number = code.strip().upper().removeprefix("C-")
        rows: list[Complaint] = []
        if number.isascii() and number.isdigit() and len(number) < 10:
            rows = complaints_in(self.store, self.second, int(number))
        if not rows:
            raise StoreError(
                Message('there is no complaint "{number}" by now; the register lists those there are', number=code[:20])
            )
        return rows[0]

    def answers(self, complaint: Complaint) -> list[Answer]:
        """Every answer that was entered before there were replies, those taken back among them."""
        return answers_in(self.store, self.second, complaint.number)

    def beside(self, complaint: Complaint) -> list[Complaint]:
        """Complaints of other senders that share an incident or a claim with it, or carry one that was joined with one
        of its own: by links that people made."""
        incidents, claims = set(complaint.all_incidents), self.of_one_event(complaint)
        if not incidents and not claims:
            return []
        return [
            row
            for row in self.complaints()
            if row.sender != complaint.sender
            and not row.withdrawn
            and (incidents & set(row.all_incidents) or claims & set(row.all_claims))
        ]

    def of_one_event(self, complaint: Complaint) -> set[str]:
        """The claims that it carries, with those that a person held to speak of one event with one of them."""
        own = set(complaint.all_claims)
        joined = {claim.code: claim.joined for claim in claims_on_record(self.store)} if own else {}
        return own | {claim_code(number) for code in own for number in joined.get(code, ())}

    def words(self, reference: str) -> str | None:
        """What somebody typed; None if it was erased."""
        return self.store.words.read(reference)

    @property
    def second(self) -> int:
        return int(self.now.timestamp())

    # Acts

    def register(self, registration: Registration, *, by: str) -> Entry:
        """Enter a complaint under the next number. A reply is due as the watch agreed, if it did."""
        rule = self.rule
        self.check(registration)
        received_at = as_utc(registration.received_at).replace(microsecond=0)
        sender = next(sender for sender in self.senders if sender.code == registration.sender)
        keep = self.store.keep_words
        with ENTERING:
            ((number,),) = self.store.index.rows("SELECT coalesce(max(number), 0) + 1 FROM complaints_complaint")
            complaint = Complaint(
                number=number,
                entry=-1,
                sender=sender,
                received_at=received_at,
                recorded_at=self.now,
                by=self.who(by),
                own_number=keep(registration.own_number),
                name=keep(registration.name),
                call_back=keep(registration.call_back),
                says=keep(registration.says),
                reply_due=rule.due(received_at),
                sort=registration.sort,
                via=registration.via,
                claims=read_claims(registration.claims),
                letter=read_letter(registration.letter),
                incidents=read_incidents(registration.incidents),
            )
            return self.enter(complaint_record(complaint, self.now))

    def link(self, code: str, to: LinkTo, linked: str, *, by: str) -> Entry:
        """Link a complaint to an incident or a claim. Raises NotEnteredError for what names none."""
        read = read_claims if to == "claim" else read_incidents
        try:
            names = read(linked)
        except ReadError as exc:
            raise NotEnteredError({"linked": exc.message}) from exc
        if len(names) != 1:
            raise NotEnteredError({"linked": Message("Write one number, such as {example}.", example=EXAMPLES[to])})
        if to == "claim":
            refuse(self.claim_faults("linked", names))
        with ENTERING:
            complaint = self.complaint(code)
            if names[0] in (complaint.all_claims if to == "claim" else complaint.all_incidents):
                raise NotEnteredError({"linked": Message("{code} is linked to it already.", code=names[0])})
            return self.enter(
                {
                    "schema": LINK,
                    "complaint": complaint.number,
                    "to": to,
                    "code": names[0],
                    "by": self.who(by),
                    "known_at": iso_utc(self.now),
                }
            )

    def undo_link(self, code: str, entry: int, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
        """Take a link back by its entry. Raises StoreError if none stands there."""
        with ENTERING:
            complaint = self.complaint(code)
            if entry not in {link.entry for link in complaint.linked}:
                raise changed(complaint)
            return self.take_back(complaint, entry, by=by, reason=reason, reason_code=reason_code)

    def take_back(self, complaint: Complaint, entry: int, *, by: str, reason: str, reason_code: str) -> Entry:
        """Enter that what an entry says is taken back; whether it can be was looked at before."""
        if reason_code not in REASONS:
            refuse(text_faults("reason", reason, is_needed=True))
        return self.enter(
            {
                "schema": UNDO_ENTRY,
                "complaint": complaint.number,
                "undoes_entry": entry,
                "reason": "" if reason_code in REASONS else self.store.keep_words(reason),
                "reason_code": reason_code if reason_code in REASONS else "",
                "by": self.who(by),
                "known_at": iso_utc(self.now),
            }
        )

    def undo(self, code: str, stands: int, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
        """Take back what stands: the answer of this number, or the registration (0) where none stands.

        stands: what the one who asks saw; raises StoreError if another thing stands meanwhile. reason: typed, or one of
        REASONS by its code.
        """
        with ENTERING:
            complaint = self.complaint(code)
            if complaint.withdrawn:
                raise StoreError(Message("{number} is withdrawn already; nothing was entered", number=complaint.code))
            if complaint.stands != stands:
                raise changed(complaint)
            if complaint.work or complaint.sent:
                raise StoreError(
                    Message(
                        "{number} has a reply, so its registration cannot be withdrawn; take the draft back first. "
                        "What was sent stays. Nothing was entered",
                        number=complaint.code,
                    )
                )
            if reason_code not in REASONS:
                refuse(text_faults("reason", reason, is_needed=True))
            return self.enter(
                {
                    "schema": UNDO,
                    "complaint": complaint.number,
                    "undoes": stands,
                    "reason": "" if reason_code in REASONS else self.store.keep_words(reason),
                    "reason_code": reason_code,
                    "by": self.who(by),
                    "known_at": iso_utc(self.now),
                }
            )

    # What is checked before

    def check(self, registration: Registration) -> None:
        """Raises NotEnteredError with everything that is wrong with a complaint as it was typed."""
        faults = {}
        if registration.sender not in {sender.code for sender in self.senders}:
            faults["sender"] = Message("Choose from whom it comes: a party, a delegation of this watch, or a civilian.")
        faults |= self.moment_faults("received_at", registration.received_at)
        for field in ("own_number", "name", "call_back", "says"):
            faults |= text_faults(field, getattr(registration, field), is_needed=field == "says")
        if registration.sort not in SORTS:
            faults["sort"] = Message("Choose whether it is a complaint, a question or a problem.")
        for field, read_field in _READ.items():
            try:
                names = read_field(getattr(registration, field))
                faults |= self.claim_faults(field, names) if field == "claims" else {}
            except ReadError as exc:
                faults[field] = exc.message
        refuse(faults)

    def claim_faults(self, field: str, names: Sequence[str]) -> dict[str, Message]:
        """What is wrong with claims that are named: the first of which there is none on record, or that is a drill."""
        on_record = {claim.code: claim for claim in claims_on_record(self.store)}
        missing = next((name for name in names if name not in on_record), None)
        if missing is not None:
            return {field: Message("There is no claim {code}; the list of claims has those there are.", code=missing)}
        drill = next((name for name in names if on_record[name].is_drill), None)
        if drill is None:
            return {}
        return {field: Message("{code} is a drill; no complaint carries it, since it would be answered.", code=drill)}

    def moment_faults(self, field: str, moment: datetime) -> dict[str, Message]:
        try:
            is_to_come = as_utc(moment).replace(microsecond=0) > self.now
        except TimeError as exc:
            return {field: exc.message}
        if not is_to_come:
            return {}
        return {
            field: Message(
                "This lies ahead of the watch's clock, which shows {moment}; correct it.",
                moment=self.now,
            )
        }

    def enter(self, record: Mapping[str, Any]) -> Entry:
        (entry,) = self.store.commit([record])
        return entry

    def who(self, by: str) -> str:
        return self.store.keys.reference_of(by)

    # For programs

    def document(self) -> dict[str, Any]:
        """The register without what anybody typed: `trucewatch complaints --json`, `/complaints.json`."""
        hours = self.rule.reply_hours
        return self._head() | {
            "reply_hours": hours,
            "reply_rule": "none was agreed" if hours is None else "agreed by the watch",
            "complaints": [self.row(complaint) for complaint in self.complaints()],
        }

    def document_of(self, complaint: Complaint) -> dict[str, Any]:
        """One complaint without what anybody typed: `/complaints/C-3.json`."""
        return self._head() | {"complaint": self.row(complaint)}

    def _head(self) -> dict[str, Any]:
        return {
            "schema": "trucewatch/complaints/1",
            "watch": self.watch.settings.id,
            "simulated": self.watch.settings.simulated,
            "as_of": iso_utc(self.now),
            "withheld": list(WITHHELD),
        }

    def row(self, complaint: Complaint) -> dict[str, Any]:
        due, answer, withdrawn = complaint.due, complaint.answer, complaint.withdrawn
        sent = complaint.sent[-1] if complaint.sent else None
        answered_at = complaint.answered_at
        return {
            "number": complaint.code,
            "from": {"kind": complaint.sender.kind, "id": complaint.sender.id or None},
            "received_at": iso_utc(complaint.received_at),
            "reply_due": iso_utc(due) if due else None,
            "overdue": complaint.is_overdue(self.now),
            "state": complaint.state,
            "answered_at": iso_utc(answered_at) if answered_at else None,
            "entry": complaint.entry,
            "answer_entry": sent.sent.entry if sent and sent.sent else answer.entry if answer else None,
            "withdrawn_entry": withdrawn.entry if withdrawn else None,
            "sort": complaint.sort,
            "claims": list(complaint.all_claims),
            "letter": complaint.letter or None,
            "incidents": list(complaint.all_incidents),
            "outcome": sent.outcome if sent else None,
            "replies_sent": len(complaint.sent),
            "appeals": len(complaint.appeals),
        }


def watch_clock(watch: Watch, clock: Callable[[], datetime]) -> datetime:
    """What the watch's own clock shows: on a past case its `watch_time`, else the computer's time."""
    return watch.settings.watch_time or clock()


def refuse(faults: Mapping[str, Message]) -> None:
    if faults:
        raise NotEnteredError(faults)


def text_faults(field: str, text: str, *, is_needed: bool) -> dict[str, Message]:
    if is_needed and not text.strip():
        return {field: Message("This is empty; write it in words.")}
    if len(text) > MOST[field]:
        return {
            field: Message(
                "This has {count} characters, at most {most} are kept; shorten it.",
                count=Amount(len(text)),
                most=Amount(MOST[field]),
            )
        }
    return {}


def changed(complaint: Complaint) -> StoreError:
    """What is raised where another thing stands than the one that was looked at."""
    return StoreError(
        Message(
            "{number} changed since it was looked at; nothing was entered. Look at it as it stands now",
            number=complaint.code,
        )
    )


def _place(complaint: Complaint) -> tuple[int, float, datetime, int]:
    """Open ones by when a reply is due, those without such a moment after them as they were received; then answered
    ones, the latest first; then what was withdrawn."""
    if complaint.state == "open":
        by_clock = complaint.due.timestamp() if complaint.due else float("inf")
    else:
        last = complaint.sent[-1].sent if complaint.sent else None
        at = last.at if last else complaint.answer.answered_at if complaint.answer else complaint.received_at
        by_clock = -at.timestamp()
    place = ("open", "answered", "withdrawn").index(complaint.state)
    return place, by_clock, complaint.received_at, complaint.number


_READ: Final = {"claims": read_claims, "letter": read_letter, "incidents": read_incidents}
