"""Positions for tests of the ledger: one document, and keys and random bytes from fixed seeds."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey


def key_of(name: str, seed: int = 7, algorithm: bytes = LOG_ALGORITHM) -> SecretKey:
    """A key that everyone can make."""
    return SecretKey(name, algorithm, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def salt_of(number: int) -> bytes:
    """32 bytes, other ones for each number."""
    return sha256(f"salt {number}".encode()).digest()


def document_of(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A position of delegation A on a finding: one dissent with a version, of each the reasons."""
    return {
        "watch": "two-valleys",
        "log_origin": "trucewatch/test",
        "finding": f"f-{number:026}",
        "finding_sha256": sha256(f"case {number}".encode()).hexdigest(),
        "delegation": "A",
        "round": 1,
        "answers": {
            "happened": {"answer": "concur"},
            "what": {"answer": "dissent", "version": "A controlled blast, «Лачин» road works"},
            "where_when": {"answer": "abstain"},
        },
        "reasons": {"what": 'Their letter of 3 May says "blasting"\nat km 14.'},
        "previous_sha256": None,
        "signed_at": "2031-05-04T17:55:00Z",
        **changes,
    }


WHO: dict[str, Any] = {"answers": {"who": {"answer": "names", "version": "B"}}, "reasons": {"who": "By the sound."}}
