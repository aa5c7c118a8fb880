"""What the page of one complaint shows: its words, replies with their steps, appeals, links, entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.responses import HTMLResponse

from trucewatch.desks.complaints.carried import carried_rows
from trucewatch.desks.complaints.forms import (
    SORT_WORDS,
    KeptText,
    actor_of,
    as_field,
    delegation_words,
    incident_code,
    kept_text,
    late_words,
    register_of,
    remaining_words,
    replies_of,
    sender_words,
    state_words,
)
from trucewatch.desks.complaints.operations import MOST, Register
from trucewatch.desks.complaints.records import HOW_WORDS, HOWS, OUTCOME_WORDS, REASONS
from trucewatch.desks.complaints.replies import Actor, takeable
from trucewatch.desks.complaints.rows import undone_entries_in
from trucewatch.desks.complaints.states import Answer, Complaint, Reply, Step, Undoing
from trucewatch.messages import Message, Term
from trucewatch.model.quorum import Assent, QuorumStanding
from trucewatch.model.roles import Right
from trucewatch.server.people_shown import person_words
from trucewatch.server.view import View
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.letter_records import letters_on_record

PERSONAL: Final[Mapping[str, Message]] = {"name": Term("person", "Name"), "call_back": Message("Call-back")}
"""What is shown of a sender to who may call them back, and to nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry about a complaint, as its page lists it."""

    what: Message
    entry: int
    at: datetime
    by: str
    """Whose act it was, by their reference."""
    reason: KeptText | None = None
    reason_words: Message | None = None
    """A reason that nobody had to type."""
    before: KeptText | None = None
    """The words of what was taken back."""
    can_go: bool = False
    """Whether it can be taken back now."""


def row_of(view: View, register: Register, complaint: Complaint) -> dict[str, Any]:
    """A complaint as a line of the register."""
    sent = complaint.sent
    late = [late_words(view, complaint.late_by(reply)) for reply in sent]
    return {
        "complaint": complaint,
        "sender": sender_words(view, complaint.sender),
        "sort": SORT_WORDS[complaint.sort],
        "state": state_words(complaint, view),
        "next_step": _next_step(view, register, complaint),
        "is_overdue": complaint.is_overdue(register.now),
        "remaining": remaining_words(view, complaint, register.now),
        "late": next(filter(None, late), ""),
        "outcome": OUTCOME_WORDS[sent[-1].outcome] if sent else None,
        "own_number": kept_text(register, complaint.own_number),
        "incidents": linked_incidents(view, complaint),
    }


def linked_incidents(view: View, complaint: Complaint) -> list[tuple[str, str]]:
    """Each incident by its number on pages ("" where the list of now lacks it) and its id."""
    return [(incident_code(view, name), name) for name in complaint.all_incidents]


def _on_record(view: View, complaint: Complaint) -> frozenset[str]:
    """Those of the claims and the letter that it names which are on record: each has a page."""
    store, named = view.console.store, {*complaint.all_claims, complaint.letter}
    codes = {claim.code for claim in claims_on_record(store)} | {letter.code for letter in letters_on_record(store)}
    return frozenset(codes & named)


def whole(view: View, complaint: Complaint) -> dict[str, Any]:
    """A complaint with everything that is kept of it."""
    register = register_of(view)
    row = row_of(view, register, complaint)
    personal = ("name", "call_back") if view.may(Right.CALL_BACK) else ()
    texts = {name: kept_text(register, getattr(complaint, name)) for name in (*personal, "says")}
    answers = register.answers(complaint)
    replies = [shown_reply(view, register, complaint, reply) for reply in complaint.replies]
    appeals = [(appeal, kept_text(register, appeal.says)) for appeal in complaint.appeals]
    lines = _lines(view, register, complaint, answers)
    erasable: list[tuple[Message, KeptText]] = [
        (Message("What they say"), texts["says"]),
        (Message("Their number"), row["own_number"]),
        *((PERSONAL[name], texts[name]) for name in personal),
        *((Message("answer {answer}", answer=each.number), kept_text(register, each.says)) for each in answers),
        *((Message("reply, version {version}", version=row["reply"].version), row["says"]) for row in replies),
        *(
            (Message("what stands behind version {version}", version=row["reply"].version), row["grounds"])
            for row in replies
        ),
        *((Message("what they object"), says) for _, says in appeals),
        *((Message("Reason"), line.reason) for line in lines if line.reason),
    ]
    work = complaint.work
    beside = [(other, sender_words(view, other.sender)) for other in register.beside(complaint)]
    return row | {
        "on_record": _on_record(view, complaint),
        "texts": texts,
        "answer_text": kept_text(register, complaint.answer.says) if complaint.answer else None,
        "sent": [row for row in replies if row["reply"].sent],
        "work": next((row for row in replies if work and row["reply"].version == work.version), None),
        "appeals": appeals,
        "beside": beside,
        "carried": carried_rows(view, complaint),
        "lines": [(line, person_words(view, line.by, at=line.at)) for line in lines],
        "erasable": [(label, kept) for label, kept in erasable if kept.reference and kept.lines is not None],
        "is_alone": actor_of(view).is_alone,
        "can_act": not view.snapshot.is_replay,
    }


def shown_reply(view: View, register: Register, complaint: Complaint, reply: Reply) -> dict[str, Any]:
    """A version of a reply: its outcome in words, what stands behind it, how far it is agreed."""
    actor = actor_of(view)
    agreed = replies_of(view).agreed(reply, is_alone=actor.is_alone)
    return {
        "reply": reply,
        "outcome": OUTCOME_WORDS[reply.outcome],
        "says": kept_text(register, reply.says),
        "grounds": kept_text(register, reply.grounds),
        "incident": (incident_code(view, reply.incident), reply.incident) if reply.incident else None,
        "how": HOW_WORDS[reply.sent.how] if reply.sent else None,
        "late": late_words(view, complaint.late_by(reply)),
        "agreed": agreed,
        "sides": [delegation_words(view, assent.side) for assent in agreed.agreed if assent.side],
        "missing": [delegation_words(view, side) for side in agreed.missing if side],
        "may_agree": _may_agree(view, actor, agreed),
        "is_own": not actor.is_alone and register.who(actor.by) == reply.by,
    }


def _may_agree(view: View, actor: Actor, agreed: QuorumStanding) -> bool:
    """Whether the reader's word is one of those still missing."""
    if not view.may(Right.AGREE) or agreed.is_reached:
        return False
    sides = {side for side, _ in actor.agrees_for}
    return actor.is_alone or "" in agreed.missing or bool(sides & set(agreed.missing))


def _next_step(view: View, register: Register, complaint: Complaint) -> tuple[Message, bool] | None:
    """What a drafted reply waits for, and whether the reader can do it; None where no reply is being worked on."""
    if complaint.work is None:
        return None
    step = shown_reply(view, register, complaint, complaint.work)
    if not complaint.work.checked:
        return Message("a reply is drafted, to be checked"), view.may(Right.REPLY) and not step["is_own"]
    if step["agreed"].is_reached:
        return Message("a reply is agreed, to be sent"), view.may(Right.REPLY)
    if not step["missing"]:
        return Message("a reply is checked, to be agreed"), step["may_agree"]
    return Message("a reply is checked, to be agreed by {sides}", sides=", ".join(step["missing"])), step["may_agree"]


def complaint_page(
    view: View,
    complaint: Complaint,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    """The page of a complaint, with the small forms that stand on it: to send a reply, to link."""
    now = as_field(view, register_of(view).now)
    return view.page(
        "complaints/complaint.html.jinja",
        status=422 if faults or trouble else 200,
        typed={"sent_at": now, "how": "", "linked": "", "to": "incident"} | dict(typed or {}),
        faults=faults or {},
        trouble=trouble,
        hows=[(how, HOW_WORDS[how]) for how in HOWS],
        most=MOST,
        **whole(view, complaint),
    )


def _lines(view: View, register: Register, complaint: Complaint, answers: list[Answer]) -> list[Line]:
    """What was entered of a complaint, in the order of the ledger."""
    lines = [Line(what=Message("registered"), entry=complaint.entry, at=complaint.recorded_at, by=complaint.by)]
    for answer in answers:
        lines.append(
            Line(
                what=Message("answer {answer}", answer=answer.number),
                entry=answer.entry,
                at=answer.recorded_at,
                by=answer.by,
            )
        )
        if answer.undone:
            what = Message("answer {answer} taken back", answer=answer.number)
            lines.append(_undone(register, answer.undone, what, kept_text(register, answer.says)))
    going, actor = takeable(complaint), actor_of(view)
    for reply in complaint.replies:
        what = Message("reply drafted, version {version}", version=reply.version)
        lines.append(Line(what=what, entry=reply.entry, at=reply.recorded_at, by=reply.by, can_go=reply.entry in going))
        if reply.undone:
            what = Message("version {version} of the reply taken back", version=reply.version)
            lines.append(_undone(register, reply.undone, what, kept_text(register, reply.says)))
        lines += [
            Line(
                what=_step_words(reply, step),
                entry=step.entry,
                at=step.recorded_at,
                by=step.by,
                can_go=step.entry in going,
            )
            for step in reply.steps
        ]
        lines += [
            Line(
                what=_agreed_words(view, assent),
                entry=assent.entry,
                at=assent.recorded_at,
                by=assent.person,
                can_go=assent.entry in going and (actor.is_alone or assent.person == register.who(actor.by)),
            )
            for assent in reply.assents
        ]
    for appeal in complaint.appeals:
        what = Message("the sender does not accept the reply")
        lines.append(
            Line(what=what, entry=appeal.entry, at=appeal.recorded_at, by=appeal.by, can_go=appeal.entry in going)
        )
    for link in complaint.linked:
        what = Message("linked by hand")
        lines.append(Line(what=what, entry=link.entry, at=link.recorded_at, by=link.by, can_go=not complaint.withdrawn))
    taken = {"step": Message("a step of the reply taken back"), "appeal": Message("the objection taken back")}
    for table, _, undone in undone_entries_in(register.store, complaint.number):
        lines.append(_undone(register, undone, taken.get(table, Message("a link taken back"))))
    if complaint.withdrawn:
        lines.append(_undone(register, complaint.withdrawn, Message("registration withdrawn, entered by mistake")))
    return sorted(lines, key=lambda line: line.entry)


def _step_words(reply: Reply, step: Step) -> Message:
    if step.name == "checked":
        return Message("version {version} checked", version=reply.version)
    return Message("version {version} sent", version=reply.version)


def _agreed_words(view: View, assent: Assent) -> Message:
    version = int(assent.subject.rpartition(":")[2])
    if assent.side:
        return Message("{side} agreed to version {version}", side=delegation_words(view, assent.side), version=version)
    return Message("version {version} agreed", version=version)


def _undone(register: Register, undone: Undoing, what: Message, before: KeptText | None = None) -> Line:
    return Line(
        what=what,
        entry=undone.entry,
        at=undone.recorded_at,
        by=undone.by,
        reason=None if undone.reason_code else kept_text(register, undone.reason),
        reason_words=REASONS.get(undone.reason_code),
        before=before,
    )
