"""What of complaints waits: each that is open, by when a reply is due, or since when that time is past. The same words
for every sender, whose name and number to call back stand nowhere."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.desks.complaints.forms import register_of, sender_words
from trucewatch.desks.complaints.states import Complaint
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    """The open complaints for which a time for a reply was agreed, the one due first first."""
    if not view.may(Right.INSIDE):
        return ()
    register = register_of(view)
    timed = [complaint for complaint in register.complaints(state="open") if complaint.due is not None]
    return tuple(
        FloorItem(
            part="clock",
            label=_label(view, complaint, is_late=complaint.is_overdue(register.now)),
            path=f"/complaints/{complaint.code}",
            since=complaint.open_appeal.received_at if complaint.open_appeal else complaint.received_at,
            due=complaint.due,
            is_late=complaint.is_overdue(register.now),
            simulated=view.snapshot.watch.settings.simulated,
        )
        for complaint in timed
    )


def _label(view: View, complaint: Complaint, *, is_late: bool) -> Message:
    sender = sender_words(view, complaint.sender)
    if complaint.open_appeal:
        if is_late:
            return Message(
                "{code}, {sender}: the time for a reply to the objection is past", code=complaint.code, sender=sender
            )
        return Message("{code}, {sender}: a reply to the objection is due", code=complaint.code, sender=sender)
    if is_late:
        return Message("{code}, {sender}: the time for a reply is past", code=complaint.code, sender=sender)
    return Message("{code}, {sender}: a reply is due", code=complaint.code, sender=sender)
