"""What the pages of complaints share: the register of a request, what a form's fields say, words for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.datastructures import FormData

from trucewatch.desks.complaints.operations import NotEnteredError, Register, Registration, watch_clock
from trucewatch.desks.complaints.records import Complaint, Sender
from trucewatch.errors import StoreError, TimeError, WatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.server.forms import typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

REGISTRATION_FIELDS: Final = ("sender", "received_at", "own_number", "says", "name", "call_back")
ANSWER_FIELDS: Final = ("answer", "answered_at")


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


def registration_in(view: View, typed: dict[str, str]) -> Registration:
    """The complaint that a form brings, checked. Raises NotEnteredError with all that is wrong with it."""
    register, faults, received_at = register_of(view), {}, None
    try:
        received_at = moment_in(view, typed, "received_at")
    except NotEnteredError as exc:
        faults = dict(exc.faults)
    texts = {name: typed[name] for name in REGISTRATION_FIELDS if name != "received_at"}
    registration = Registration(received_at=received_at or register.now, **texts)
    try:
        register.check(registration)
    except NotEnteredError as exc:
        faults |= exc.faults
    if faults:
        raise NotEnteredError({name: faults[name] for name in REGISTRATION_FIELDS if name in faults})
    return registration


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


def state_words(complaint: Complaint, view: View) -> str:
    return {
        "open": view.words.pgettext("complaint", "open"),
        "answered": view.words.pgettext("complaint", "answered"),
        "withdrawn": view.words.pgettext("complaint", "withdrawn"),
    }[complaint.state]


def rule_trouble(register: Register) -> Message | None:
    """Why the watch's rule for replies cannot be read; None if it can."""
    try:
        _ = register.rule
    except WatchError as exc:
        return exc.message
    return None
