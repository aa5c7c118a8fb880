"""The card of a post-box: who it is, its two public keys, by which ways it is reached; and the digits that two people
compare over the telephone before anything goes either way."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.ids import canonical
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.typed_text import refusal_of

SCHEMA: Final = "trucewatch/post-card/1"
MOST_CARD_BYTES: Final = 16_384
GROUPS: Final = 8
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_SIGNS: Final = re.compile(r"[0-9a-f]{64}")
_OPENS: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_FINGERPRINT: Final = re.compile(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}")
_MAIL: Final = re.compile(r"[^\s@<>\",;:]{1,64}@[A-Za-z0-9.-]{1,189}", re.ASCII)
_LONGEST_NAME: Final = 200
_FIELDS: Final = frozenset(
    ("schema", "id", "name", "kind", "signs", "opens", "since", "mail", "https", "certificate_sha256")
)
KINDS: Final = ("centre", "humanitarian", "organisation")


class PostCardError(TrucewatchError):
    """A card cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    """What one post-box gives to another. kind: of KINDS. signs: Ed25519 public key, 64 hexadecimal digits. opens: age
    recipient `age1…`. since: from when its keys hold. mail, https: "" for none. certificate_sha256: the fingerprint of
    a certificate of its own, "" where an authority vouches."""

    id: str
    name: str
    kind: str
    signs: str
    opens: str
    since: datetime
    mail: str = ""
    https: str = ""
    certificate_sha256: str = ""

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """Eight groups of five digits over id and both keys: the same in every language, read out in half a minute.

        132 bits; ways and name are not in it, so that an address may change without comparing again.
        """
        keys = canonical({"id": self.id, "opens": self.opens, "signs": self.signs})
        digest = hashlib.sha512(b"trucewatch/post-card/1\n" + keys).digest()
        return tuple(f"{int.from_bytes(digest[at : at + 8]) % 100_000:05d}" for at in range(0, 8 * GROUPS, 8))


def card_bytes(card: PostCard) -> bytes:
    """The card as a file, readable by people too."""
    record = {
        "schema": SCHEMA,
        "id": card.id,
        "name": card.name,
        "kind": card.kind,
        "signs": card.signs,
        "opens": card.opens,
        "since": iso_utc(card.since),
        "mail": card.mail,
        "https": card.https,
        "certificate_sha256": card.certificate_sha256,
    }
    return json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"


def read_card(content: bytes) -> PostCard:
    """The card in a file. Raises PostCardError, which repeats nothing of a file that is none."""
    if len(content) > MOST_CARD_BYTES:
        raise _no_card()
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        raise _no_card() from None
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise _no_card()
    return card_of(record)


def card_of(record: Mapping[str, Any]) -> PostCard:
    """The card in an object of JSON. Raises PostCardError."""
    if set(record) != _FIELDS or not all(isinstance(value, str) for value in record.values()):
        raise _no_card()
    faults = (
        ("id", not _ID.fullmatch(record["id"])),
        ("name", not record["name"].strip() or len(record["name"]) > _LONGEST_NAME or refusal_of(record["name"])),
        ("kind", record["kind"] not in KINDS),
        ("signs", not _SIGNS.fullmatch(record["signs"])),
        ("opens", not _OPENS.fullmatch(record["opens"])),
        ("mail", record["mail"] and not _MAIL.fullmatch(record["mail"])),
        ("https", record["https"] and not is_https(record["https"])),
        (
            "certificate_sha256",
            record["certificate_sha256"] and not _FINGERPRINT.fullmatch(record["certificate_sha256"]),
        ),
    )
    for name, is_wrong in faults:
        if is_wrong:
            raise PostCardError(Message('"{field}" of the card is not of its form; ask for the card again', field=name))
    try:
        since = read_time(record["since"])
    except TrucewatchError:
        raise PostCardError(
            Message('"{field}" of the card is not of its form; ask for the card again', field="since")
        ) from None
    fields = {name: value for name, value in record.items() if name not in ("schema", "since")}
    return PostCard(since=since, **fields)


def is_post_id(text: str) -> bool:
    """Whether a text can be the id of a post-box: letters a to z, digits, dashes, at most 64, as a watch is called."""
    return _ID.fullmatch(text) is not None


def is_https(url: str) -> bool:
    """Whether an address is one that messages may be handed to: https, a host, no login, at most 300 characters."""
    if len(url) > 300 or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0
    except ValueError:
        return False


def _no_card() -> PostCardError:
    return PostCardError(Message("this file is no card of a post-box; ask its owner for the file card.json"))
