"""Sealed messages as files: what somebody brings → the sealed messages in it; what waits → one file to carry."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from typing import Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.sealed_message import sealed_name

MOST_FILES: Final = 500
"""Messages in one file or mail."""
MOST_BYTES: Final = 32 * 2**20
"""Of what is brought, and of all that is taken out of it."""
_BEGINS: Final = b"age-encryption.org/v1"
_ARMOUR: Final = re.compile(
    rb"-----BEGIN AGE ENCRYPTED FILE-----\s+([A-Za-z0-9+/=\s]{1,2000000})-----END AGE ENCRYPTED FILE-----"
)


def sealed_in(content: bytes) -> list[bytes]:
    """The sealed messages in a file: one as it is, several as lines, or a mail (.eml). Raises TrucewatchError."""
    if len(content) > MOST_BYTES:
        raise TrucewatchError(
            Message("the file has more than {most} bytes; nothing was taken in", most=Amount(MOST_BYTES))
        )
    if content.startswith(_BEGINS):
        return [content]
    sealed = _in_mail(content)
    if not sealed:
        raise TrucewatchError(
            Message("there is no sealed message in this file. Bring one that ends in .age, or the mail")
        )
    return sealed


def bundle_of(sealed: Iterable[bytes]) -> bytes:
    """Sealed messages one after the other in one file of plain lines, as mails have them."""
    return "\n".join(armoured(content) for content in sealed).encode()


def file_name(sender: str, receiver: str, number: int, content: bytes) -> str:
    """How the file of a message is called; of an acknowledgement, which has no number, so too."""
    what = f"{number:06d}" if number else "acknowledgement"
    return f"{sender}-to-{receiver}-{what}-{sealed_name(content)}"


def armoured(content: bytes) -> str:
    """A sealed message as lines of a mail, as age writes them."""
    text = b64encode(content).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(("-----BEGIN AGE ENCRYPTED FILE-----", *lines, "-----END AGE ENCRYPTED FILE-----", ""))


def _in_mail(content: bytes) -> list[bytes]:
    from base64 import b64decode

    sealed: list[bytes] = []
    texts: list[bytes] = [content]
    try:
        mail = message_from_bytes(content, policy=default_policy)
        assert isinstance(mail, EmailMessage)
        for part in mail.walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                texts.append(payload)
    except Exception:  # noqa: S110 - a mail is hostile: whatever its parser meets, it is no message
        pass
    for text in texts:
        if text.startswith(_BEGINS):
            sealed.append(text)
        for match in _ARMOUR.finditer(text):
            try:
                sealed.append(b64decode(b"".join(match[1].split()), validate=True))
            except ValueError:
                continue
    return _each_once(sealed)[:MOST_FILES]


def _each_once(sealed: Sequence[bytes]) -> list[bytes]:
    return list(dict.fromkeys(sealed))
