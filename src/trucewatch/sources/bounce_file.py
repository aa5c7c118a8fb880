"""A mail that came back → which mail of ours it was, and the status that the mail server gives.

Read are a delivery status notification (RFC 3464, in a `multipart/report` of RFC 6522) and a plain text in which the id
of our mail stands. A mail that came back is the state of a line: it says nothing of a side. Bounded: one level of
parts, so many of them, so many headers; what is attached inside is not opened, and of what came back only its headers.
"""

from __future__ import annotations

import binascii
import quopri
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message

MOST_BYTES: Final = 1_000_000
"""A server that gives back more than the headers of a short mail is none that we know."""
MOST_PARTS: Final = 20
MOST_HEADERS: Final = 500
_LONGEST_VALUE: Final = 2_000
_OUR_ID: Final = re.compile(r"<(q-[a-z2-7]{26}@[A-Za-z0-9.-]{1,253})>")
"""As the outbox makes it: of the delivery's id, and of the sender's host."""
_STATUS: Final = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_DOMAIN: Final = re.compile(r"@([A-Za-z0-9.-]{1,253})(?![A-Za-z0-9.-])")
_BOUNDARY: Final = re.compile(r'boundary="([^"\r\n]{1,70})"|boundary=([^\s;"]{1,70})', re.IGNORECASE)
_HEADER: Final = re.compile(r"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)")
_GIVES_BACK: Final = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_TELLS: Final = ("message/delivery-status", "message/global-delivery-status")

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One mail that came back.

    message_id: of our mail, without angle brackets. recipient_hint: the host of the address that it could not reach,
    `@example.org`, never the address; "" where it is not stated. status: `5.1.1` (RFC 3463), "" where none is stated.
    is_of_bounce: whether it came back from a notification instead; `read_bounce` refuses those.
    """

    message_id: str
    recipient_hint: str = ""
    status: str = ""
    is_of_bounce: bool = False


def read_bounce(content: bytes) -> Bounce:
    """What a mail says that came back. Raises UnreadableInput for what is none, or names no mail of ours; for a notice
    that a mail arrived or is late; for what came back from another such notice, which is how loops begin.

    >>> text = "From: MAILER-DAEMON@x.example\\n\\n550 5.1.1 no such user\\nMessage-ID: <q-{}@a.example>\\n"
    >>> read_bounce(text.format("a" * 26).encode()).status
    '5.1.1'
    """
    if len(content) > MOST_BYTES:
        raise UnreadableInput(
            Message(
                "this is larger than {size} MB, and no mail that came back; nothing was entered",
                size=MOST_BYTES // 1_000_000,
            )
        )
    text = content.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    head, _, body = text.lstrip("\n").partition("\n\n")
    headers = _headers(head)
    if not headers or not {"from", "return-path", "received", "date", "subject"} & headers.keys():
        raise UnreadableInput(Message("this is no mail; give the mail that came back as it is saved (.eml)"))
    content_type = headers.get("content-type", "").lower()
    if content_type.startswith("multipart/"):
        return _of_parts(headers.get("content-type", ""), body)
    return _of_text(_decoded(headers, body))


def _of_parts(content_type: str, body: str) -> Bounce:
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise UnreadableInput(Message("the mail's parts cannot be told apart; nothing was entered"))
    status_parts: list[Headers] = []
    returned: list[Headers] = []
    texts: list[str] = []
    for headers, part in _parts(body, boundary[1] or boundary[2]):
        kind = headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
        if kind in _TELLS:
            status_parts += [_headers(block) for block in _blocks(_decoded(headers, part))]
        elif kind in _GIVES_BACK:
            returned.append(_headers(_decoded(headers, part).lstrip("\n").partition("\n\n")[0]))
        elif kind == "text/plain":
            texts.append(_decoded(headers, part))
    if not status_parts:
        return _of_text("\n".join(texts), returned)
    actions = [fields["action"].lower() for fields in status_parts if "action" in fields]
    _check_actions(actions)
    with_status = [fields for fields in status_parts if "status" in fields]
    fields = next((fields for fields in with_status if fields.get("action", "").lower() == "failed"), {})
    for headers in returned:
        _refuse_of_bounce(headers)
    ids = [headers.get("message-id", "") for headers in returned]
    ids += [
        f"<{headers['original-envelope-id']}@envelope>" for headers in status_parts if "original-envelope-id" in headers
    ]
    status = _STATUS.search(fields.get("status", ""))
    recipient = fields.get("original-recipient", "") or fields.get("final-recipient", "")
    host = _DOMAIN.search(recipient)
    return Bounce(
        message_id=_our_id("\n".join(ids) if ids else "\n".join(texts)),
        recipient_hint=f"@{host[1].lower()}" if host else "",
        status=status[0] if status else "",
    )


def _of_text(text: str, returned: Sequence[Headers] = ()) -> Bounce:
    """A notice in words: the id of our mail stands in the headers that came back, or in the text."""
    for headers in returned:
        _refuse_of_bounce(headers)
    lower = text.lower()
    if "\nreturn-path: <>" in lower or "\nauto-submitted: auto-replied" in lower or "multipart/report" in lower:
        _refuse(is_of_bounce=True)
    ids = "\n".join(headers.get("message-id", "") for headers in returned)
    status = _STATUS.search(text)
    host = _DOMAIN.search(text)
    return Bounce(
        message_id=_our_id(ids or text),
        recipient_hint=f"@{host[1].lower()}" if host and returned else "",
        status=status[0] if status else "",
    )


def _our_id(text: str) -> str:
    ids = {match[1].partition("@")[0]: match[1] for match in reversed(list(_OUR_ID.finditer(text)))}
    if len(ids) != 1:
        raise UnreadableInput(
            Message("it names no mail of ours; nothing was entered")
            if not ids
            else Message("it names several mails of ours; nothing was entered. Enter what came back by hand")
        )
    return next(iter(ids.values()))


def _check_actions(actions: Sequence[str]) -> None:
    if "failed" in actions or not actions:
        return
    raise UnreadableInput(
        Message("it says that the mail is late and still being tried; nothing came back, and nothing was entered")
        if "delayed" in actions
        else Message("it says that the mail arrived; nothing came back, and nothing was entered")
    )


def _refuse_of_bounce(headers: Headers) -> None:
    is_null = headers.get("return-path", "x").replace(" ", "") == "<>"
    is_report = headers.get("content-type", "").lower().startswith("multipart/report")
    is_answer = headers.get("auto-submitted", "").lower().startswith(("auto-replied", "auto-notified"))
    _refuse(is_of_bounce=is_null or is_report or is_answer)


def _refuse(*, is_of_bounce: bool) -> None:
    if is_of_bounce:
        raise UnreadableInput(
            Message("what came back is itself a notice of a mail that came back; it is of no message, and not entered")
        )


def _parts(body: str, boundary: str) -> Iterator[tuple[Headers, str]]:
    """The parts of one level; a part within a part is text of it."""
    pieces = f"\n{body}".split(f"\n--{boundary}", MOST_PARTS + 1)
    if len(pieces) > MOST_PARTS + 1:
        raise UnreadableInput(Message("the mail has more parts than any that came back; nothing was entered"))
    for piece in pieces[1:]:
        if piece.startswith("--"):
            return
        _, _, rest = piece.partition("\n")
        head, _, part = ("", "", rest[1:]) if rest.startswith("\n") else rest.partition("\n\n")
        yield _headers(head), part


def _blocks(text: str) -> list[str]:
    """The groups of fields of a delivery status: of the mail, then of each recipient."""
    return [block for block in text.strip("\n").split("\n\n", MOST_PARTS)[:MOST_PARTS] if block.strip()]


def _headers(head: str) -> dict[str, str]:
    """Headers by their names in small letters, unfolded; of several of one name the first. Empty for what has none."""
    headers: dict[str, str] = {}
    name = ""
    for count, line in enumerate(head.split("\n", MOST_HEADERS)):
        if count >= MOST_HEADERS:
            raise UnreadableInput(Message("the mail has more headers than any that came back; nothing was entered"))
        if line[:1] in (" ", "\t"):
            if name and len(headers[name]) < _LONGEST_VALUE:
                headers[name] += " " + line.strip()[:_LONGEST_VALUE]
            continue
        match = _HEADER.fullmatch(line[: _LONGEST_VALUE + 100])
        name = match[1].lower() if match and match[1].lower() not in headers else ""
        if match and name:
            headers[name] = match[2].strip()
    return headers


def _decoded(headers: Headers, text: str) -> str:
    """A part's text as its transfer encoding has it. Raises UnreadableInput for one that is cut off."""
    coding = headers.get("content-transfer-encoding", "").strip().lower()
    if coding not in ("base64", "quoted-printable"):
        return text
    raw = text.encode("utf-8", errors="replace")
    try:
        plain = b64decode(raw) if coding == "base64" else quopri.decodestring(raw)
    except (binascii.Error, ValueError):
        raise UnreadableInput(Message("a part of the mail is cut off; nothing was entered")) from None
    return plain.decode("utf-8", errors="replace").replace("\r\n", "\n")
