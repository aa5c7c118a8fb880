"""The register of complaints: what stands in it at a moment of the watch's clock, and what can be entered.

Who enters something is named by a salted reference; what was typed is kept apart, so that it can be erased.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.complaints.records import (
    ANSWER,
    CIVILIAN,
    REASONS,
    UNDO,
    Answer,
    Complaint,
    Sender,
    Undoing,
    complaint_record,
)
from trucewatch.desks.complaints.rule import ReplyRule, read
from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry

MOST: Final = {"own_number": 60, "name": 200, "call_back": 200, "says": 4000, "answer": 4000, "reason": 500}
"""Characters of what is typed. A page shows 4,000 of a text, so that nothing is kept that nobody could read."""
WITHHELD: Final = ("own_number", "name", "call_back", "says", "answer", "reason")
"""What programs are not given: whatever somebody typed."""
_ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice, nothing is answered twice."""
_UNDONE: Final = "undone_entry, undone_at, undone_by, undone_reason, undone_code"
_COMPLAINT: Final = f"number, entry, recorded_at, sender, sender_id, received_at, reply_due, own_number, name, \
call_back, says, by, {_UNDONE}"
_ANSWER: Final = f"number, entry, recorded_at, answered_at, says, by, {_UNDONE}"
_STANDING: Final = f"""
SELECT {", ".join(f"c.{name.strip()}" for name in _COMPLAINT.split(","))},
  {", ".join(f"a.{name.strip()}" for name in _ANSWER.split(","))}
FROM complaints_complaint c LEFT JOIN complaints_answer a
  ON a.complaint = c.number AND a.undone_entry IS NULL AND a.answered_s <= ?1
WHERE c.received_s <= ?1
"""
_ORDER: Final = """
ORDER BY c.undone_entry IS NOT NULL, a.number IS NOT NULL,
  CASE WHEN a.number IS NULL THEN coalesce(c.due_s, 1 << 60) ELSE -a.answered_s END, c.received_s, c.number
"""
"""Open ones by when a reply is due, those without such a moment after them as they were received; then answered ones,
the latest first; then what was withdrawn."""
_WIDTH: Final = len(_COMPLAINT.split(","))


class NotEnteredError(TrucewatchError):
    """Something cannot be entered as it was typed; `faults` says why, by the field that each is about."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why} Nothing was entered.", why=next(iter(faults.values()))))
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
        """From whom a complaint can come in this watch."""
        parties = tuple(Sender("party", party.id) for party in self.watch.agreement.party)
        delegations = tuple(Sender("delegation", delegation.id) for delegation in self.watch.settings.delegation)
        return (*parties, *delegations, CIVILIAN)

    # What is shown

    def complaints(self, *, offset: int = 0, limit: int = -1) -> list[Complaint]:
        """The register in its order: open by when a reply is due, answered, withdrawn."""
        query = f"{_STANDING} {_ORDER} LIMIT ?2 OFFSET ?3"
        return [_complaint(row) for row in self.store.index.rows(query, self._second, limit, offset)]

    def counts(self) -> Counts:
        state = "CASE WHEN c.undone_entry IS NOT NULL THEN 2 WHEN a.number IS NOT NULL THEN 1 ELSE 0 END"
        columns = f"{state} AS state, c.due_s < ?1 AS overdue"
        standing = f"SELECT {columns} FROM {_STANDING.partition('FROM')[2]}"
        rows = self.store.index.rows(
            f"SELECT state, count(*), total(overdue) FROM ({standing}) GROUP BY 1", self._second
        )
        of = {state: (count, int(overdue)) for state, count, overdue in rows}
        return Counts(*of.get(0, (0, 0)), of.get(1, (0, 0))[0], of.get(2, (0, 0))[0])

    def complaint(self, code: str) -> Complaint:
        """A complaint by our number, `C-3` or `3`. Raises StoreError if there is none by now."""
        number = code.strip().upper().removeprefix("C-")
        rows = []
        if number.isascii() and number.isdigit() and len(number) < 10:
            rows = self.store.index.rows(f"{_STANDING} AND c.number = ?2", self._second, int(number))
        if not rows:
            raise StoreError(
                Message('there is no complaint "{number}" by now; the register lists those there are', number=code[:20])
            )
        return _complaint(rows[0])

    def answers(self, complaint: Complaint) -> list[Answer]:
        """Every answer to a complaint that was entered, those taken back among them."""
        query = f"SELECT {_ANSWER} FROM complaints_answer WHERE complaint = ? AND answered_s <= ? ORDER BY number"
        return [_answer(row) for row in self.store.index.rows(query, complaint.number, self._second)]

    def words(self, reference: str) -> str | None:
        """What somebody typed; None if it was erased."""
        return self.store.words.read(reference)

    @property
    def _second(self) -> int:
        return int(self.now.timestamp())

    # Acts

    def register(self, registration: Registration, *, by: str) -> Entry:
        """Enter a complaint under the next number. A reply is due as the watch agreed, if it did."""
        rule = self.rule
        self.check(registration)
        received_at = as_utc(registration.received_at).replace(microsecond=0)
        sender = next(sender for sender in self.senders if sender.code == registration.sender)
        keep = self.store.keep_words
        with _ENTERING:
            ((number,),) = self.store.index.rows("SELECT coalesce(max(number), 0) + 1 FROM complaints_complaint")
            complaint = Complaint(
                number=number,
                entry=-1,
                sender=sender,
                received_at=received_at,
                recorded_at=self.now,
                by=self._who(by),
                own_number=keep(registration.own_number),
                name=keep(registration.name),
                call_back=keep(registration.call_back),
                says=keep(registration.says),
                reply_due=rule.due(received_at),
            )
            return self._enter(complaint_record(complaint, self.now))

    def answer(self, code: str, says: str, *, answered_at: datetime, by: str) -> Entry:
        """Enter the answer to an open complaint, and when it was given."""
        with _ENTERING:
            complaint = self.check_answer(code, says, answered_at)
            last = "SELECT coalesce(max(number), 0) + 1 FROM complaints_answer WHERE complaint = ?"
            ((number,),) = self.store.index.rows(last, complaint.number)
            return self._enter(
                {
                    "schema": ANSWER,
                    "complaint": complaint.number,
                    "number": number,
                    "answered_at": iso_utc(as_utc(answered_at).replace(microsecond=0)),
                    "says": self.store.keep_words(says),
                    "by": self._who(by),
                    "known_at": iso_utc(self.now),
                }
            )

    def undo(self, code: str, stands: int, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
        """Take back what stands: the answer of this number, or the registration (0) where none stands.

        stands: what the one who asks saw; raises StoreError if another thing stands meanwhile. reason: typed, or one of
        REASONS by its code.
        """
        with _ENTERING:
            complaint = self.complaint(code)
            if complaint.withdrawn:
                raise StoreError(Message("{number} is withdrawn already; nothing was entered", number=complaint.code))
            if complaint.stands != stands:
                raise StoreError(
                    Message(
                        "{number} changed since it was looked at; nothing was entered. Look at it as it stands now",
                        number=complaint.code,
                    )
                )
            if reason_code not in REASONS:
                _refuse(_text_faults("reason", reason, is_needed=True))
            return self._enter(
                {
                    "schema": UNDO,
                    "complaint": complaint.number,
                    "undoes": stands,
                    "reason": "" if reason_code in REASONS else self.store.keep_words(reason),
                    "reason_code": reason_code,
                    "by": self._who(by),
                    "known_at": iso_utc(self.now),
                }
            )

    # What is checked before

    def check(self, registration: Registration) -> None:
        """Raises NotEnteredError with everything that is wrong with a complaint as it was typed."""
        faults = {}
        if registration.sender not in {sender.code for sender in self.senders}:
            faults["sender"] = Message("Choose from whom it comes: a party, a delegation of this watch, or a civilian.")
        faults |= self._moment_faults("received_at", registration.received_at)
        for field in ("own_number", "name", "call_back", "says"):
            faults |= _text_faults(field, getattr(registration, field), is_needed=field == "says")
        _refuse(faults)

    def check_answer(self, code: str, says: str, answered_at: datetime) -> Complaint:
        """The open complaint that an answer is for. Raises StoreError if it is not open, NotEnteredError for what was
        typed."""
        complaint = self.complaint(code)
        if complaint.state != "open":
            raise StoreError(
                Message("{number} is withdrawn, so it cannot be answered; nothing was entered", number=complaint.code)
                if complaint.withdrawn
                else Message(
                    "{number} is answered already; take that answer back first. Nothing was entered",
                    number=complaint.code,
                )
            )
        faults = self._moment_faults("answered_at", answered_at)
        if not faults and as_utc(answered_at) < complaint.received_at:
            faults["answered_at"] = Message(
                "This lies before the complaint was received, {moment}; correct one of the two.",
                moment=complaint.received_at,
            )
        _refuse(faults | _text_faults("answer", says, is_needed=True))
        return complaint

    def _moment_faults(self, field: str, moment: datetime) -> dict[str, Message]:
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

    def _enter(self, record: Mapping[str, Any]) -> Entry:
        (entry,) = self.store.commit([record])
        return entry

    def _who(self, by: str) -> str:
        return by if by.startswith("p-") else self.store.keys.person_reference(by)

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
        due, answer, withdrawn = complaint.reply_due, complaint.answer, complaint.withdrawn
        return {
            "number": complaint.code,
            "from": {"kind": complaint.sender.kind, "id": complaint.sender.id or None},
            "received_at": iso_utc(complaint.received_at),
            "reply_due": iso_utc(due) if due else None,
            "overdue": complaint.is_overdue(self.now),
            "state": complaint.state,
            "answered_at": iso_utc(answer.answered_at) if answer else None,
            "entry": complaint.entry,
            "answer_entry": answer.entry if answer else None,
            "withdrawn_entry": withdrawn.entry if withdrawn else None,
        }


def watch_clock(watch: Watch, clock: Callable[[], datetime]) -> datetime:
    """What the watch's own clock shows: on a past case its `watch_time`, else the computer's time."""
    return watch.settings.watch_time or clock()


def _refuse(faults: Mapping[str, Message]) -> None:
    if faults:
        raise NotEnteredError(faults)


def _text_faults(field: str, text: str, *, is_needed: bool) -> dict[str, Message]:
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


def _complaint(row: tuple[Any, ...]) -> Complaint:
    number, entry, recorded_at, sender, sender_id, received_at, due, own_number, name, call_back, says, by, *undone = (
        row[:_WIDTH]
    )
    answer = row[_WIDTH:]
    return Complaint(
        number=number,
        entry=entry,
        recorded_at=read_time(recorded_at),
        sender=Sender(sender, sender_id),
        received_at=read_time(received_at),
        reply_due=read_time(due) if due else None,
        own_number=own_number,
        name=name,
        call_back=call_back,
        says=says,
        by=by,
        withdrawn=_undoing(undone),
        answer=_answer(answer) if answer[0] is not None else None,
    )


def _answer(row: tuple[Any, ...]) -> Answer:
    number, entry, recorded_at, answered_at, says, by, *undone = row
    return Answer(
        number=number,
        entry=entry,
        recorded_at=read_time(recorded_at),
        answered_at=read_time(answered_at),
        says=says,
        by=by,
        undone=_undoing(undone),
    )


def _undoing(columns: list[Any]) -> Undoing | None:
    entry, recorded_at, by, reason, code = columns
    if entry is None:
        return None
    return Undoing(entry=entry, recorded_at=read_time(recorded_at), by=by, reason=reason, reason_code=code)
