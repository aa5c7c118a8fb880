"""Keys of officers' browsers and computers as pages tell them: whose, in what state, and the fingerprint that two
people compare by voice."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from trucewatch.errors import LedgerError
from trucewatch.ledger.note import read_public_key
from trucewatch.messages import Message, Term
from trucewatch.model.review import ReviewKey
from trucewatch.server.people_shown import person_words
from trucewatch.server.view import View

KeyState = Literal["asked", "in_force", "refused", "ended"]
STATE_WORDS: Final[Mapping[KeyState, Term]] = {
    "asked": Term("review key", "asked for"),
    "in_force": Term("review key", "in force"),
    "refused": Term("review key", "not entered"),
    "ended": Term("review key", "ended"),
}
WHY_WORDS: Final[Mapping[str, Term]] = {
    "lost": Term("review key", "lost"),
    "replaced": Term("review key", "replaced"),
    "left_office": Term("review key", "left office"),
    "departure": Term("review key", "the delegation left"),
}
BY_HEAD: Final = ("lost", "replaced", "left_office")
"""Why a head ends a key; a departure ends all by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """One pair of keys. who: by name or office, as whoever looks may know it. is_own: whether it is of who looks."""

    key: ReviewKey
    state: KeyState
    word: Message
    who: str
    is_own: bool
    fingerprint: str
    why: Message | None
    since: datetime


def line_of(view: View, key: ReviewKey) -> KeyLine:
    state = state_of(key)
    return KeyLine(
        key=key,
        state=state,
        word=STATE_WORDS[state],
        who=person_words(view, key.person, at=key.asked_at),
        is_own=key.person == view.by,
        fingerprint=fingerprint_of(raw_text(key.signs), key.opens),
        why=WHY_WORDS.get(key.ended_why) if state == "ended" else None,
        since=key.ended_at or key.entered_at or key.asked_at,
    )


def state_of(key: ReviewKey) -> KeyState:
    if key.ended_entry >= 0:
        return "ended" if key.entered_entry >= 0 else "refused"
    return "in_force" if key.is_in_force else "asked"


def shown_key(code: str, signs: str, opens: str) -> dict[str, str]:
    """A key that was asked for, as the script compares it with its own. signs: the verifier key, "" for none."""
    return {"code": code, "fingerprint": fingerprint_of(raw_text(signs), opens)}


def fingerprint_of(signs: str, opens: str) -> str:
    """What two people compare, as the browser works it out: the first 16 bytes of the SHA-256 over both public keys, in
    groups of four digits. signs: the raw key as base64; opens: `age1…`.

    >>> fingerprint_of("AAAA", "age1x")[:9]
    '9e7b 5bb5'
    """
    digits = hashlib.sha256(f"{signs}\n{opens}\n".encode()).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def raw_text(signs: str) -> str:
    """The raw key of a verifier key, as base64; "" for none."""
    try:
        return base64.b64encode(read_public_key(signs).raw).decode() if signs else ""
    except LedgerError:
        return ""
