"""Replies to complaints: drafted, checked by another person, agreed as the watch's quorum rule asks, sent; appeals; and
what can be taken back of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.complaints.numbers import ReadError, read_incidents
from trucewatch.desks.complaints.operations import ENTERING, Register, changed, refuse, text_faults
from trucewatch.desks.complaints.records import APPEAL, HOWS, NEED_GROUNDS, NEED_INCIDENT, OUTCOMES, REPLY, STEP
from trucewatch.desks.complaints.states import Complaint, Reply, Undoing
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.quorum import Assent, QuorumRule, QuorumStanding, standing
from trucewatch.model.roles import Role
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.store.assent_records import enter_assent, take_back_assent
from trucewatch.store.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever does a step. by: their name or reference. agrees_for: the delegation for which they may agree, and in
    which role. is_alone: whether the watch has no accounts, so that one person does every step."""

    by: str
    agrees_for: tuple[tuple[str, Role], ...] = ()
    is_alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply as it was typed. incident: an id, or "". grounds: in words how it was found otherwise, or who was on
    watch where nothing was found."""

    outcome: str
    says: str
    incident: str = ""
    grounds: str = ""


_WHAT_STANDS: Final[Mapping[str, Message]] = {
    "found_otherwise": Message("Write in words what was found otherwise than the complaint says."),
    "nothing_found": Message(
        "Write who was on watch, where and when: a reply that nothing was found says what stands behind it."
    ),
}


class Replies:
    """The replies of a register. Raises NotEnteredError for what was typed, StoreError for a step that cannot be taken
    now."""

    def __init__(self, register: Register, quorum: QuorumRule | None = None) -> None:
        self.register = register
        self.quorum = quorum or QuorumRule()

    # What is shown

    def agreed(self, reply: Reply, *, is_alone: bool) -> QuorumStanding:
        """How far a version is agreed. Without accounts the rule cannot be held, and anybody's word is enough."""
        needs = "one" if is_alone else self.quorum.needs("reply")
        return standing(needs, assents_of(reply), [row.id for row in self.register.watch.settings.delegation])

    # Acts

    def draft(self, code: str, draft: Draft, *, actor: Actor, seen: int) -> Entry:
        """Enter a version of a reply. It takes the place of the one that is worked on, whose check and assents hold for
        that version alone. seen: the latest version that whoever writes saw; 0 for none."""
        with ENTERING:
            complaint = self.check_draft(code, draft)
            if seen != _latest(complaint):
                raise changed(complaint)
            appeal = complaint.open_appeal
            keep = self.register.store.keep_words
            return self.register.enter(
                {
                    "schema": REPLY,
                    "complaint": complaint.number,
                    "number": len(complaint.sent) + bool(complaint.answer) + 1,
                    "version": _latest(complaint) + 1,
                    "outcome": draft.outcome,
                    "says": keep(draft.says),
                    "incident": draft.incident,
                    "grounds": keep(draft.grounds) if draft.outcome in NEED_GROUNDS else "",
                    "answers_appeal": appeal.number if appeal else 0,
                    "by": self.register.who(actor.by),
                    "known_at": iso_utc(self.register.now),
                }
            )

    def check(self, code: str, version: int, *, actor: Actor) -> Entry:
        """Enter that a version was checked. Raises StoreError where its writer checks it, in a watch with accounts."""
        with ENTERING:
            complaint, reply = self._worked_on(code, version)
            if reply.checked:
                raise StoreError(Message("{number}: this version is checked already", number=complaint.code))
            if not actor.is_alone and self.register.who(actor.by) == reply.by:
                raise StoreError(
                    Message(
                        "{number}: whoever drafted this version does not check it; ask somebody else. Nothing was "
                        "entered",
                        number=complaint.code,
                    )
                )
            return self._step(reply, "checked", actor)

    def agree(self, code: str, version: int, *, actor: Actor) -> Entry:
        """Enter that somebody agrees to a checked version, for their delegation."""
        with ENTERING:
            complaint, reply = self._worked_on(code, version)
            if not reply.checked:
                raise StoreError(
                    Message("{number}: this version is not checked yet. Nothing was entered", number=complaint.code)
                )
            person = self.register.who(actor.by)
            if any(assent.person == person for assent in assents_of(reply)):
                raise StoreError(
                    Message("{number}: you agreed to this version already. Nothing was entered", number=complaint.code)
                )
            if not actor.is_alone and not actor.agrees_for:
                raise StoreError(
                    Message(
                        "{number}: an officer or the head of a delegation agrees to a reply. Nothing was entered",
                        number=complaint.code,
                    )
                )
            stands = {assent.side for assent in assents_of(reply)}
            voices: tuple[tuple[str, Role | str], ...] = (("", ""),) if actor.is_alone else actor.agrees_for
            side, role = next((voice for voice in voices if voice[0] not in stands), voices[0])
            store, now = self.register.store, self.register.now
            return enter_assent(store, reply.subject, person=person, side=side, role=role, now=now)

    def send(self, code: str, version: int, *, actor: Actor, sent_at: datetime, how: str) -> Entry:
        """Enter that an agreed version was sent, when and how. The clock of the reply stops at that moment."""
        with ENTERING:
            complaint, reply = self._worked_on(code, version)
            agreed = self.agreed(reply, is_alone=actor.is_alone)
            if not reply.checked or not agreed.is_reached:
                raise StoreError(
                    Message(
                        "{number}: this version is not agreed as the watch's rule asks, so it cannot be sent. Nothing "
                        "was entered",
                        number=complaint.code,
                    )
                )
            refuse(self._sending_faults(complaint, reply, sent_at, how))
            at = as_utc(sent_at).replace(microsecond=0)
            entries = [assent.entry for assent in agreed.agreed]
            return self._step(reply, "sent", actor, at=at, how=how, agreed=entries)

    def appeal(self, code: str, says: str, *, received_at: datetime, by: str) -> Entry:
        """Enter that the sender does not accept a reply that was sent: it is open again, and a clock runs anew."""
        register = self.register
        with ENTERING:
            complaint = register.complaint(code)
            if complaint.state != "answered":
                raise StoreError(
                    Message(
                        "{number} is not answered, so there is nothing to object to yet; nothing was entered",
                        number=complaint.code,
                    )
                )
            faults = register.moment_faults("received_at", received_at) | text_faults("says", says, is_needed=True)
            last = complaint.sent[-1].sent if complaint.sent else None
            sent_at = last.at if last else complaint.answered_at
            if "received_at" not in faults and sent_at and as_utc(received_at).replace(microsecond=0) < sent_at:
                faults["received_at"] = Message(
                    "This lies before the reply was sent, {moment}; correct one of the two.", moment=sent_at
                )
            refuse(faults)
            at = as_utc(received_at).replace(microsecond=0)
            due = register.rule.due(at)
            ((number,),) = register.store.index.rows(
                "SELECT coalesce(max(number), 0) + 1 FROM complaints_appeal WHERE complaint = ?", complaint.number
            )
            return register.enter(
                {
                    "schema": APPEAL,
                    "complaint": complaint.number,
                    "number": number,
                    "received_at": iso_utc(at),
                    "reply_due": iso_utc(due) if due else "",
                    "says": register.store.keep_words(says),
                    "by": register.who(by),
                    "known_at": iso_utc(register.now),
                }
            )

    def undo(self, code: str, entry: int, *, actor: Actor, reason: str = "", reason_code: str = "") -> Entry:
        """Take back a draft, a check, an assent or an appeal, by its entry, while the next step has not been taken.
        Raises StoreError for what was sent, and for what another step stands on."""
        with ENTERING:
            complaint = self.register.complaint(code)
            if entry not in takeable(complaint):
                raise StoreError(
                    Message(
                        "{number}: this cannot be taken back now. What was sent stays, and a step goes back only "
                        "before the next is taken; nothing was entered",
                        number=complaint.code,
                    )
                )
            work, person = complaint.work, self.register.who(actor.by)
            for assent in assents_of(work) if work else ():
                if assent.entry != entry:
                    continue
                if assent.person != person:
                    raise StoreError(
                        Message(
                            "{number}: whoever agreed takes that back, nobody else. Nothing was entered",
                            number=complaint.code,
                        )
                    )
                return take_back_assent(self.register.store, assent.subject, person=person, now=self.register.now)
            return self.register.take_back(complaint, entry, by=actor.by, reason=reason, reason_code=reason_code)

    # What is checked before

    def check_draft(self, code: str, draft: Draft) -> Complaint:
        """The complaint that a reply is for. Raises StoreError for one that is withdrawn, NotEnteredError with
        everything that is wrong with what was typed."""
        complaint = self.register.complaint(code)
        if complaint.withdrawn:
            raise StoreError(
                Message("{number} is withdrawn, so it cannot be answered; nothing was entered", number=complaint.code)
            )
        faults: dict[str, Message] = {}
        if draft.outcome not in OUTCOMES:
            faults["outcome"] = Message("Choose what came of it.")
        try:
            incidents = read_incidents(draft.incident)
        except ReadError as exc:
            faults["incident"] = exc.message
        else:
            if draft.outcome in NEED_INCIDENT and len(incidents) != 1:
                faults["incident"] = Message("Write the number of the one incident that was found.")
            elif draft.outcome not in NEED_INCIDENT and incidents:
                faults["incident"] = Message("With this outcome no incident is named; leave this empty.")
        if draft.outcome in NEED_GROUNDS and not draft.grounds.strip():
            faults["grounds"] = _WHAT_STANDS[draft.outcome]
        elif draft.outcome in NEED_GROUNDS:
            faults |= text_faults("grounds", draft.grounds, is_needed=True)
        refuse(faults | text_faults("says", draft.says, is_needed=True))
        return complaint

    def _sending_faults(self, complaint: Complaint, reply: Reply, sent_at: datetime, how: str) -> dict[str, Message]:
        faults = self.register.moment_faults("sent_at", sent_at)
        begun = next((row.received_at for row in complaint.appeals if row.number == reply.answers_appeal), None)
        begun = begun or complaint.received_at
        if not faults and as_utc(sent_at).replace(microsecond=0) < begun:
            faults["sent_at"] = Message(
                "This lies before what it answers was received, {moment}; correct one of the two.", moment=begun
            )
        if how not in HOWS:
            faults["how"] = Message("Choose how it was sent.")
        return faults

    def _worked_on(self, code: str, version: int) -> tuple[Complaint, Reply]:
        complaint = self.register.complaint(code)
        reply = complaint.work
        if complaint.withdrawn or reply is None or reply.version != version:
            raise changed(complaint)
        appeal = complaint.open_appeal
        if reply.answers_appeal != (appeal.number if appeal else 0):
            raise changed(complaint)
        return complaint, reply

    def _step(
        self,
        reply: Reply,
        name: str,
        actor: Actor,
        *,
        at: datetime | None = None,
        how: str = "",
        agreed: list[int] | None = None,
    ) -> Entry:
        record: dict[str, Any] = {
            "schema": STEP,
            "complaint": reply.complaint,
            "version": reply.version,
            "step": name,
            "at": iso_utc(at or self.register.now),
            "how": how,
            "agreed": agreed or [],
            "by": self.register.who(actor.by),
            "known_at": iso_utc(self.register.now),
        }
        return self.register.enter(record)


def assents_of(reply: Reply) -> tuple[Assent, ...]:
    """Who agreed to one version; those taken back are left out."""
    return reply.assents


def takeable(complaint: Complaint) -> frozenset[int]:
    """The entries that can be taken back now: of the draft that is worked on its last step or steps, and the appeal
    that no draft answers yet. What was sent is never among them."""
    work, appeal = complaint.work, complaint.open_appeal
    if complaint.withdrawn:
        return frozenset()
    if work is None or (appeal and work.answers_appeal != appeal.number):
        return frozenset([appeal.entry]) if appeal else frozenset()
    if work.assents:
        return frozenset(assent.entry for assent in work.assents)
    return frozenset([work.checked.entry if work.checked else work.entry])


def _latest(complaint: Complaint) -> int:
    """The latest version of any reply, taken back or not, so that none is given twice."""
    return max((reply.version for reply in complaint.replies), default=0)


__all__ = ["Actor", "Draft", "Replies", "Undoing", "assents_of", "takeable"]
