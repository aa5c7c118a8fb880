"""The keys of this post-box: an Ed25519 seed that signs and an X25519 age identity that opens, in
`private/post-keys.json` and nowhere else. An organisation without a watch keeps the same file in a folder of its own.

A replaced key signs nothing any more; its identity still opens what was sealed before, until it is dropped.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.post_card import PostCard
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.private_records import PrivateRecord

FILE: Final = "post-keys.json"
_SCHEMA: Final = "trucewatch/post-keys/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPostKey:
    """One pair of keys. since: from when it signs; until: till when it signed, None for the one in force."""

    seed: bytes = field(repr=False)
    signs: str
    identity: str = field(repr=False)
    opens: str
    since: datetime
    until: datetime | None = None


class PostKeys:
    """The keys in one folder, and by which ways this post-box says that it is reached."""

    def __init__(self, private: Path) -> None:
        self._record = PrivateRecord(private, FILE, _SCHEMA)

    def all(self) -> tuple[OwnPostKey, ...]:
        """Every pair that is kept, the first one first. Raises StoreError for a file that is none."""
        return tuple(_key_in(row) for row in self._record.read().get("keys", ()))

    @property
    def in_force(self) -> OwnPostKey | None:
        """The pair that signs; None before the first use."""
        return next((key for key in reversed(self.all()) if key.until is None), None)

    def identities(self) -> list[str]:
        """What opens messages, the latest first."""
        return [key.identity for key in reversed(self.all())]

    def make(self, now: datetime) -> OwnPostKey:
        """A new pair, which signs from now on; the one before opens only."""
        key = _new_key(now)
        with self._record.changing() as content:
            rows = content.setdefault("keys", [])
            for row in rows:
                row["until"] = row["until"] or iso_utc(now)
            rows.append(_row_of(key))
        return key

    def drop(self, signs: str) -> None:
        """Remove a pair for good: what was sealed for it can never be opened again. Raises StoreError for the one in
        force."""
        with self._record.changing() as content:
            rows = content.get("keys", [])
            if any(row["signs"] == signs and not row["until"] for row in rows):
                raise StoreError(Message("this key is in force; make a new one first. Nothing was removed"))
            content["keys"] = [row for row in rows if row["signs"] != signs]

    def ways(self) -> Mapping[str, str]:
        """`id`, `name`, `kind`, `mail`, `https`, `certificate_sha256` as the card says them; "" where nothing is
        kept."""
        on_card = self._record.read().get("card", {})
        names = ("id", "name", "kind", "mail", "https", "certificate_sha256")
        return {name: str(on_card.get(name, "")) for name in names}

    def keep_ways(self, **ways: str) -> None:
        """Keep what the card is to say."""
        with self._record.changing() as content:
            content["card"] = {**content.get("card", {}), **ways}

    def card(self, *, name: str = "", post_id: str = "", kind: str = "") -> PostCard | None:
        """The card of the keys in force; None before the first use. name, post_id, kind: in place of what is kept."""
        key, ways = self.in_force, self.ways()
        if key is None:
            return None
        return PostCard(
            id=post_id or ways["id"],
            name=name or ways["name"],
            kind=kind or ways["kind"],
            signs=key.signs,
            opens=key.opens,
            since=key.since,
            mail=ways["mail"],
            https=ways["https"],
            certificate_sha256=ways["certificate_sha256"],
        )


def _new_key(now: datetime) -> OwnPostKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from pyrage import x25519

    seed, identity = secrets.token_bytes(32), x25519.Identity.generate()
    signs = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()
    return OwnPostKey(
        seed=seed,
        signs=signs,
        identity=str(identity),
        opens=str(identity.to_public()),
        since=now.replace(microsecond=0),
    )


def _row_of(key: OwnPostKey) -> dict[str, Any]:
    return {
        "seed": key.seed.hex(),
        "signs": key.signs,
        "identity": key.identity,
        "opens": key.opens,
        "since": iso_utc(key.since),
        "until": iso_utc(key.until) if key.until else "",
    }


def _key_in(row: Mapping[str, Any]) -> OwnPostKey:
    try:
        return OwnPostKey(
            seed=bytes.fromhex(row["seed"]),
            signs=row["signs"],
            identity=row["identity"],
            opens=row["opens"],
            since=read_time(row["since"]),
            until=read_time(row["until"]) if row["until"] else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StoreError(
            Message("private/{name} cannot be read; put back the one of a copy of private/", name=FILE)
        ) from None
