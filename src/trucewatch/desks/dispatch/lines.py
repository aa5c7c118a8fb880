"""Lines for urgent messages and the mail server, without a web framework: named, added, listed masked, tried out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trucewatch.errors import StoreError
from trucewatch.locale import languages, words
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.delivery_records import Channel
from trucewatch.store.flash_queue import domain_of
from trucewatch.store.mail_lines import masked_address, read_mail_lines
from trucewatch.store.mail_post import Mail, post_mail
from trucewatch.store.mail_server import MailServer, keep_mail_server, read_mail_server
from trucewatch.store.outbox import Outbox
from trucewatch.store.webhook_post import Answer
from trucewatch.store.webhooks import Webhook, new_webhook

Post = Callable[[MailServer, Mail], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedLine:
    """A line as it was added; hook: with its secret, which is told once."""

    line: Channel
    name: str
    hook: Webhook | None


def name_server(store: Store, server: MailServer) -> None:
    """Let urgent messages leave by a mail server from now on. Raises StoreError for one by which none can."""
    keep_mail_server(store.root / "private", server)


def server_document(store: Store) -> dict[str, Any]:
    """The mail server as `trucewatch/mail-server/1`; neither login nor password, the sender masked."""
    server = read_mail_server(store.root / "private")
    named = server and {
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "sender": masked_address(server.sender),
        "signs_in": bool(server.login),
        "own_authority": bool(server.authority),
    }
    return {"schema": "trucewatch/mail-server/1", "server": named}


def recipients_of(watch: Watch) -> tuple[str, ...]:
    """To whom an urgent message can go: parties, delegations and bodies of the watch."""
    agreement = watch.agreement
    ids = (*agreement.party_ids, *watch.delegation_ids, *(body.id for body in agreement.body))
    return tuple(sorted(set(ids)))


def check_line_recipient(watch: Watch, recipient: str) -> None:
    """Raises StoreError for nobody of the watch."""
    if recipient not in recipients_of(watch):
        raise StoreError(
            Message(
                '"{recipient}" is no party, delegation or body of this watch; there are: {names}',
                recipient=recipient[:60],
                names=", ".join(recipients_of(watch)),
            )
        )


def add_line(
    store: Store, watch: Watch, *, recipient: str, address: str, url: str, name: str, is_near: bool, by: str
) -> AddedLine:
    """A line by mail or to a program, one of the two. by: a name or a reference. Raises StoreError."""
    check_line_recipient(watch, recipient)
    if bool(address) == bool(url):
        raise StoreError(Message("a line goes to a mail address or to a program: give --mail or --webhook"))
    who = store.keys.actor_reference(by, watch.delegation_ids)
    outbox, hook = Outbox(store), None
    if url:
        hook = new_webhook(name or f"{recipient}-{secrets.token_hex(2)}", url, is_near=is_near)
    line = outbox.add_line(recipient, by=who, address=address, hook=hook)
    return AddedLine(line=line, name=outbox.line_names()[line.key], hook=hook)


def lines_document(outbox: Outbox) -> list[dict[str, Any]]:
    """Each line in use; its address masked."""
    names = outbox.line_names()
    return [
        {
            "key": line.key,
            "recipient": line.recipient,
            "way": line.kind,
            "name": names[line.key],
            "has_address": names[line.key] != line.key,
            "added_at": iso_utc(line.added_at),
        }
        for line in outbox.lines()
    ]


def try_lines(
    store: Store, watch: Watch, recipient: str, now: datetime, post: Post = post_mail
) -> list[tuple[str, Answer]]:
    """Send a mail that says that it is a test to each address of a recipient; the masked address and what came of it.
    Raises StoreError where there is no server or no line."""
    check_line_recipient(watch, recipient)
    server = read_mail_server(store.root / "private")
    if server is None:
        raise StoreError(Message("no mail server is named; name it first: trucewatch outbox WATCH mail-server HOST"))
    kept = read_mail_lines(store.root / "private")
    lines = [kept[line.key] for line in Outbox(store).lines() if line.recipient == recipient and line.key in kept]
    if not lines:
        raise StoreError(
            Message("no mail address is entered for {recipient}; it is added on the command line", recipient=recipient)
        )
    subject, text = try_words(watch)
    answers = []
    for line in lines:
        mail = Mail(
            to=line.address,
            subject=subject,
            text=text,
            message_id=f"<test-{secrets.token_hex(13)}@{domain_of(server)}>",
            date=now,
        )
        answers.append((line.masked, post(server, mail)))
    return answers


def try_words(watch: Watch) -> tuple[str, str]:
    """Subject and text of a test mail, in each language of the watch."""
    spoken = [code for code in watch.settings.languages if code in languages()] or ["en"]
    subjects, texts = [], []
    for code in spoken:
        told = words(code)
        subjects.append(told.say(Message("Test of a line: no urgent message")))
        name = told.name(watch.settings.names, otherwise=watch.settings.id)
        texts.append(
            told.say(
                Message(
                    "{watch}: this mail tests a line. Nothing happened, and nothing is asked of you. Urgent messages "
                    "to both sides will come to this address.",
                    watch=name,
                )
            )
        )
    return " / ".join(dict.fromkeys(subjects)), "\n\n".join(dict.fromkeys(texts)) + "\n"
