"""Urgent messages in the outbox: the ways to each recipient, what is queued, and when it is tried again.

Each is tried soon and often at first, then every ten minutes, for days. So that a server that is down for a day leaves
no thousand entries, an attempt that met what the one before met is recorded once an hour; between, count and next
attempt are held in memory. They need no file: a program that starts again tries at once, which an urgent message wants.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from weakref import WeakKeyDictionary

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.flash import FlashRecipient, Way
from trucewatch.model.ids import canonical, sha256_of, short_id
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import WatchFile
from trucewatch.store.delivery_records import Channel, Delivery, State
from trucewatch.store.mail_server import MailServer
from trucewatch.store.store import Store
from trucewatch.store.webhook_post import Answer

NOTICE: Final = "trucewatch/flash-notice/1"
MAIL: Final = "trucewatch/flash-mail/1"
FOLDER: Final = "outbox"
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=10)
LONG_WAIT: Final = timedelta(hours=6)
"""After what came back, or was refused for good: it is tried again, in case it was a fault of a day."""
TRIED_FOR: Final = timedelta(days=4)
"""Three days at least, as a mail server does, and a long weekend."""
LEAST_ATTEMPTS: Final = 10
"""A computer that slept for a week, or a clock that jumped, gives nothing up at its first attempt."""
RECORDED_EVERY: Final = timedelta(hours=1)
COMES_BACK_WITHIN: Final = timedelta(days=5)
"""As long as a mail server commonly tries before it gives a mail back (RFC 5321, 4.5.4.1)."""
FOR_LONG: Final = ("bounced", "gone")
OF_THE_LINE: Final = ("unreachable", "slow", "tls", "login", "no_server", "elsewhere")
"""Faults that every message by a line would meet at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """One way to a recipient: of one that is named with several addresses, each is one. key: of the line; "" where
    there is none. why_not: what is missing, and what to do."""

    recipient: str
    way: Way
    key: str
    is_ready: bool
    why_not: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashMail:
    """What goes to one recipient. text: what a mail holds, in all languages. document: JSON for a program, without
    floats."""

    subject: str
    text: str
    document: Mapping[str, Any]


def ways_of(
    recipients: Sequence[FlashRecipient],
    liaisons: Mapping[str, int],
    lines: Sequence[Channel],
    server: MailServer | None,
) -> tuple[WayOut, ...]:
    """Every way that the rule names for each, in its order, ready or not."""
    ways = []
    for recipient in recipients:
        for way in recipient.ways:
            if way == "console":
                ways.append(_by_page(recipient.id, liaisons.get(recipient.id, 0)))
            elif way == "telephone":
                ways.append(WayOut(recipient=recipient.id, way=way, key="", is_ready=True, why_not=None))
            else:
                own = [line for line in lines if line.recipient == recipient.id and line.kind == way]
                ways += _by_lines(recipient.id, way, own, has_server=server is not None)
    return tuple(ways)


def _by_page(recipient: str, liaisons: int) -> WayOut:
    why_not = None
    if not liaisons:
        why_not = Message(
            "nobody has an account that speaks for {recipient}: call them, and have somebody entered",
            recipient=recipient,
        )
    return WayOut(recipient=recipient, way="console", key="", is_ready=liaisons > 0, why_not=why_not)


def _by_lines(recipient: str, way: Way, lines: Sequence[Channel], *, has_server: bool) -> list[WayOut]:
    if not lines:
        why_not = (
            Message("no mail address is entered for {recipient}; it is added on the command line", recipient=recipient)
            if way == "mail"
            else Message("no program is entered for {recipient}; it is added on the command line", recipient=recipient)
        )
        return [WayOut(recipient=recipient, way=way, key="", is_ready=False, why_not=why_not)]
    is_ready = way != "mail" or has_server
    no_server = None if is_ready else Message("no mail server is named; it is named on the command line")
    return [WayOut(recipient=recipient, way=way, key=line.key, is_ready=is_ready, why_not=no_server) for line in lines]


def first_step(
    way: WayOut,
    mail: FlashMail,
    *,
    code: str,
    revision: int,
    now: datetime,
    watch: WatchFile,
    domain: str,
) -> tuple[Delivery, bytes | None]:
    """A delivery as it is queued, with what is sent; None where a page shows it or a person reads it out."""
    queued_at = now.replace(microsecond=0)
    delivery_id = short_id("q", "flash", code, str(revision), way.recipient, way.way, way.key, iso_utc(queued_at))
    if way.way == "mail":
        body = _mail_body(mail, delivery_id=delivery_id, queued_at=queued_at, domain=domain)
    elif way.way == "webhook":
        body = _program_body(mail, way.recipient, delivery_id=delivery_id, code=code, revision=revision, watch=watch)
    else:
        body = None
    is_shown = way.way == "console" and way.is_ready
    delivery = Delivery(
        id=delivery_id,
        channel=way.way,
        key=way.key,
        recipient=way.recipient,
        number=code,
        revision=revision,
        content=f"sha256:{sha256_of(body)}" if body else "",
        size_bytes=len(body or b""),
        state="sent" if is_shown else "queued",
        attempts=0,
        code=0,
        fault="nobody" if way.way == "console" and not is_shown else "",
        next_try=queued_at if body else None,
        entry=-1,
        queued_at=queued_at,
        recorded_at=queued_at,
        about="flash",
        is_drill=mail.document.get("drill") is True,
    )
    return delivery, body


def _mail_body(mail: FlashMail, *, delivery_id: str, queued_at: datetime, domain: str) -> bytes:
    """All that is the same in every attempt. The nonce is sent to nobody: without it the hash on record would confirm
    whoever guesses words that were erased."""
    return canonical(
        {
            "schema": MAIL,
            "id": delivery_id,
            "message_id": f"<{delivery_id}@{domain}>",
            "date": iso_utc(queued_at),
            "subject": " ".join(mail.subject.split()),
            "text": mail.text,
            "nonce": secrets.token_hex(16),
        }
    )


def _program_body(
    mail: FlashMail, recipient: str, *, delivery_id: str, code: str, revision: int, watch: WatchFile
) -> bytes:
    return canonical(
        {
            **mail.document,
            "schema": NOTICE,
            "id": delivery_id,
            "watch": watch.id,
            "simulated": watch.simulated or bool(mail.document.get("simulated")),
            "to": recipient,
            "number": code,
            "revision": revision,
            "nonce": secrets.token_hex(16),
        }
    )


def mail_in(body: bytes) -> dict[str, str]:
    """What a body by mail holds. Raises StoreError for one that is none of ours."""
    try:
        content: dict[str, str] = json.loads(body)
        return {name: content[name] for name in ("message_id", "date", "subject", "text")}
    except (ValueError, KeyError, TypeError):
        raise StoreError(Message("what was to be mailed cannot be read any more")) from None


def after_attempt(delivery: Delivery, answer: Answer, now: datetime) -> Delivery:
    """The step that follows from an attempt."""
    attempts = delivery.attempts + 1
    state: State = "sent" if not answer.fault else "failed"
    is_over = now - delivery.queued_at >= TRIED_FOR and attempts >= LEAST_ATTEMPTS
    if answer.fault in ("lost", "overtaken") or (answer.fault and is_over):
        state = "given_up"
    wait = LONG_WAIT if answer.fault in FOR_LONG else min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return replace(
        delivery,
        state=state,
        attempts=attempts,
        code=answer.code,
        fault=answer.fault,
        next_try=now + wait if state == "failed" else None,
    )


def is_worth_recording(before: Delivery, after: Delivery, now: datetime) -> bool:
    """Whether an attempt is entered: something changed, or an hour is past since the last entry."""
    changed = (before.state, before.fault, before.code) != (after.state, after.fault, after.code)
    return changed or abs(now - before.recorded_at) >= RECORDED_EVERY


def lines_due(waiting: Iterable[Delivery], now: datetime) -> dict[str, list[Delivery]]:
    """What is sent by now, by line, in the order in which it was queued. Where something of a line is due, all that
    waits there is: it is the same receiver, who is to read it in its order. What was refused for good keeps its own
    long wait. A moment that is further away than any wait is a clock that was put back: due."""
    by_line: dict[str, list[Delivery]] = {}
    for delivery in waiting:
        by_line.setdefault(delivery.key, []).append(delivery)
    due = {}
    for key, deliveries in by_line.items():
        own = [each for each in deliveries if _is_due(each, now)]
        if any(each.fault not in FOR_LONG for each in own):
            own = [each for each in deliveries if each.fault not in FOR_LONG or each in own]
        if own:
            due[key] = sorted(own, key=lambda each: each.queued_entry)
    return due


def _is_due(delivery: Delivery, now: datetime) -> bool:
    return delivery.next_try is not None and not now < delivery.next_try <= now + LONG_WAIT


@dataclass(slots=True)
class Sending:
    """What goes on for the outboxes of one open store: which lines are being spoken to, what was tried since it was
    recorded last, what was taken and could not be recorded yet."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    busy: set[str] = field(default_factory=set)
    tried: dict[str, Delivery] = field(default_factory=dict)
    answer_before: dict[str, Answer] = field(default_factory=dict)
    finished: list[Delivery] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    swept_on: date | None = None

    def latest(self, delivery: Delivery) -> Delivery:
        """A delivery with what was tried since its last record."""
        tried = self.tried.get(delivery.id)
        return tried if tried is not None and tried.entry == delivery.entry else delivery


_OF_STORES: Final[WeakKeyDictionary[Store, Sending]] = WeakKeyDictionary()
_MAKING: Final = threading.Lock()


def sending_of(store: Store) -> Sending:
    """The same for every outbox of an open store."""
    with _MAKING:
        return _OF_STORES.setdefault(store, Sending())


def domain_of(server: MailServer | None) -> str:
    """Behind the @ of a message's id: the sender's own, or one that nobody can own (RFC 2606)."""
    return server.sender.rpartition("@")[2] if server else "trucewatch.invalid"


def body_name(delivery_id: str) -> str:
    """The file of what is sent, below `private/`."""
    return f"{FOLDER}/{delivery_id}.json"


def names_to_sweep(names: Iterable[str], deliveries: Mapping[str, Delivery], now: datetime) -> list[str]:
    """Bodies that nothing on record waits for: of a message that was never entered, or that was taken. A mail may come
    back for days, and is kept so long, so that it can be sent once more."""
    needed = {body_name(each.id) for each in deliveries.values() if each.state != "sent" or _may_come_back(each, now)}
    return [name for name in names if name not in needed]


def _may_come_back(delivery: Delivery, now: datetime) -> bool:
    return delivery.about == "flash" and delivery.channel == "mail" and now < delivery.recorded_at + COMES_BACK_WITHIN
