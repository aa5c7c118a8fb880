"""What the pages of complaints share: the register of a request, what a form's fields say, words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.datastructures import FormData

from trucewatch.desks.complaints.numbers import EXAMPLES
from trucewatch.desks.complaints.operations import NotEnteredError, Register, Registration, watch_clock
from trucewatch.desks.complaints.records import SORTS, Sort, Via
from trucewatch.desks.complaints.replies import Actor, Replies
from trucewatch.desks.complaints.states import Complaint, Sender
from trucewatch.errors import StoreError, TimeError, WatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.roles import Role
from trucewatch.server.forms import typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

REGISTRATION_FIELDS: Final = (
    *("sender", "sort", "received_at", "own_number", "says", "claims", "letter", "incidents", "name", "call_back"),
)
REPLY_FIELDS: Final = ("outcome", "incident", "grounds", "says")
SENDING_FIELDS: Final = ("sent_at", "how")
APPEAL_FIELDS: Final = ("received_at", "says")
SORT_WORDS: Final[Mapping[str, Term]] = {
    "complaint": Term("sort", "complaint"),
    "question": Term("sort", "question"),
    "problem": Term("sort", "problem"),
}


@dataclass(frozen=True, slots=True)
class KeptText:
    """What somebody typed, in lines as a page shows it; None where it was erased. `reference`: by which it is
    erased."""

    reference: str
    lines: tuple[str, ...] | None

    @property
    def line(self) -> str | None:
        return None if self.lines is None else " ".join(self.lines)


def register_of(view: View) -> Register:
    """The register by the clock that the page shows: the replay's while one runs, else the watch's own."""
    watch = view.snapshot.watch
    now = view.snapshot.as_of if view.snapshot.is_replay else watch_clock(watch, view.console.now)
    return Register(view.console.store, watch, now)


def complaint_at(view: View, code: str) -> Complaint:
    """The complaint that an address names. Raises RefusalError 404 if there is none."""
    try:
        return register_of(view).complaint(code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def typed_in(form: FormData, fields: Sequence[str]) -> dict[str, str]:
    """What was typed into these fields, lines ending as people mean them: a browser sends two characters for each."""
    return {name: typed_of(form, name).replace("\r\n", "\n") for name in fields}


def moment_in(view: View, typed: dict[str, str], field: str) -> datetime:
    """The moment of a field, in the reader's zone where it names none. Raises NotEnteredError."""
    try:
        return view.time_form.read_moment(typed[field])
    except TimeError as exc:
        raise NotEnteredError({field: exc.message}) from exc


def registration_in(view: View, typed: dict[str, str], *, via: Via = "") -> Registration:
    """The complaint that a form brings, checked. Raises NotEnteredError with all that is wrong with it."""
    register, received_at = register_of(view), None
    faults: dict[str, Message] = {}
    try:
        received_at = moment_in(view, typed, "received_at")
    except NotEnteredError as exc:
        faults = dict(exc.faults)
    incidents = ""
    try:
        incidents = incidents_in(view, typed.get("incidents", ""), "incidents")
    except NotEnteredError as exc:
        faults |= exc.faults
    names = ("own_number", "says", "name", "call_back", "claims", "letter")
    registration = Registration(
        sender=typed.get("sender", ""),
        received_at=received_at or register.now,
        sort=_sort_in(typed),
        via=via,
        incidents=incidents,
        **{name: typed.get(name, "") for name in names},
    )
    try:
        register.check(registration)
    except NotEnteredError as exc:
        faults |= exc.faults
    if faults:
        raise NotEnteredError({name: faults[name] for name in REGISTRATION_FIELDS if name in faults})
    return registration


def _sort_in(typed: Mapping[str, str]) -> Sort:
    return next((sort for sort in SORTS if sort == typed.get("sort")), "complaint")


def incidents_in(view: View, text: str, field: str) -> str:
    """The incidents that a field names by the numbers that pages show → their ids. Raises NotEnteredError for one that
    is not on the list of now, or that several begin with."""
    ids = []
    for word in text.replace(";", ",").replace(",", " ").split():
        row = view.snapshot.row_beginning(word)
        if row is None:
            raise NotEnteredError(
                {
                    field: Message(
                        '"{text}" is no incident of the list; write its number, like {example}.',
                        text=word[:60],
                        example=EXAMPLES["incident"],
                    )
                }
            )
        ids.append(view.snapshot.ids[row])
    return " ".join(ids)


def incident_code(view: View, incident_id: str) -> str:
    """The number by which pages name an incident; "" for one that the list of now does not have."""
    row = view.snapshot.row_of.get(incident_id)
    return "" if row is None else view.snapshot.codes[row]


def actor_of(view: View) -> Actor:
    """Whoever asks, as a step of a reply takes them."""
    if view.person is None:
        return Actor(by=view.by, is_alone=True)
    agrees = [(grant.side, grant.role) for grant in view.person.grants if grant.role in (Role.HEAD, Role.OFFICER)]
    agrees.sort(key=lambda held: (held[1] != Role.HEAD, held[0]))
    return Actor(by=view.by, agrees_for=tuple(agrees))


def replies_of(view: View) -> Replies:
    return Replies(register_of(view), view.watch.settings.quorum)


def late_words(view: View, late_by: timedelta | None) -> str:
    """`sent 3 h late`, for pages of the joint centre alone; "" for a reply in time."""
    if late_by is None:
        return ""
    minutes = int(late_by.total_seconds() // 60)
    if minutes < 60:
        return view.words.gettext("sent {count} min late").format(count=view.words.number(max(minutes, 1)))
    return view.words.gettext("sent {count} h late").format(count=view.words.number(minutes // 60))


def lasting(view: View, span: timedelta) -> str:
    """A span as a page says it: `5 h`, `3 days`."""
    hours = int(span.total_seconds() // 3600)
    if hours < 1:
        return view.words.gettext("{count} min").format(count=view.words.number(int(span.total_seconds() // 60)))
    if hours < 48:
        return view.words.gettext("{count} h").format(count=view.words.number(hours))
    return view.words.gettext("{count} days").format(count=view.words.number(hours // 24))


def remaining_words(view: View, complaint: Complaint, now: datetime) -> str:
    """What is left of a reply's time; "" where it is not open, where none was agreed, or where it has passed."""
    due = complaint.due
    if complaint.state != "open" or due is None or due < now:
        return ""
    return view.words.gettext("{span} left").format(span=lasting(view, due - now))


def as_field(view: View, moment: datetime) -> str:
    """A moment as a field for day and time holds it, in the reader's zone: `3 May 2031 14:02`."""
    return view.time_form.write_moment(moment)


def kept_text(register: Register, reference: str) -> KeptText:
    text = register.words(reference)
    return KeptText(reference, None if text is None else tuple(printable(line) for line in text.splitlines()))


def sender_words(view: View, sender: Sender) -> str:
    """From whom, in the reader's language; both parties and every delegation by the names that the watch gives them."""
    watch, words = view.snapshot.watch, view.words
    if sender.kind == "civilian":
        return words.pgettext("sender", "a civilian")
    bodies: Sequence[Any] = watch.agreement.party if sender.kind == "party" else watch.settings.delegation
    names = {body.id: body.names for body in bodies}
    name = printable(words.name(names.get(sender.id, {}), otherwise=sender.id))
    return name if sender.kind == "party" else words.gettext("{name} (delegation)").format(name=name)


def delegation_words(view: View, delegation: str) -> str:
    """A delegation by the name that the watch gives it, in the reader's language."""
    names = {each.id: each.names for each in view.snapshot.watch.settings.delegation}
    return printable(view.words.name(names.get(delegation, {}), otherwise=delegation))


def state_words(complaint: Complaint, view: View) -> str:
    return {
        "open": view.words.pgettext("complaint", "open"),
        "answered": view.words.pgettext("complaint", "answered"),
        # It is the centre that withdraws what it registered by mistake, never the side its complaint.
        "withdrawn": view.words.pgettext("complaint", "registration withdrawn"),
    }[complaint.state]


def rule_trouble(register: Register) -> Message | None:
    """Why the watch's rule for replies cannot be read; None if it can."""
    try:
        _ = register.rule
    except WatchError as exc:
        return exc.message
    return None
