"""Test keys of an invented example: made from published words, so that everybody has them and nobody may rely on one.

The files are those that `trucewatch sign` reads, one a key: `LOGIN-signs.key`, `LOGIN-opens.key`,
`LOGIN-recovery.key`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519

from trucewatch.ledger.durable import write_whole
from trucewatch.ledger.keyfile import write_key
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.simulate.night import Night
from trucewatch.simulate.review_night import ReviewNight

WORDS: Final = "Two Valleys (simulated): a published test key, never to be used. {login}, {use}"
"""SHA-256 over these words, UTF-8, is the secret key."""
_README: Final = """# Published test keys (simulated)

Everybody has these keys: each is the SHA-256 of the published words

    {words}

with a login and one of `signs`, `opens`, `recovery`. **Never use one outside the invented watch beside this folder.**
With them `trucewatch sign` can be tried on a case that waits: docs/review.md, "A night, by hand".

| key in the console | file | whose |
|---|---|---|
{rows}
"""
_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PREFIX: Final = "age-secret-key-"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedHand:
    """A person of the night with their published keys. key: how the night names them."""

    key: str
    name: str
    login: str
    side: str
    role: str

    @property
    def signs(self) -> SecretKey:
        """Under the name that the console gives it."""
        private = Ed25519PrivateKey.from_private_bytes(_bytes_of(self.login, "signs"))
        digits = sha256(private.public_key().public_bytes_raw()).hexdigest()[:8]
        return SecretKey(f"review/{self.side}/{digits}", LOG_ALGORITHM, private)

    @property
    def opens(self) -> x25519.Identity:
        return _identity(self.login, "opens")

    @property
    def recovers(self) -> x25519.Identity:
        return _identity(self.login, "recovery")


def hand_of(night: Night, key: str) -> PublishedHand:
    """Raises KeyError for a key that the night does not explain."""
    person = night.somebody(key)
    return PublishedHand(key=key, name=person.name, login=person.login, side=person.side, role=person.role)


def write_test_keys(folder: Path, night: Night, review: ReviewNight, codes: dict[tuple[str, str], str]) -> None:
    """Write the files of all test keys that are not there yet, and what they are. codes: (key of a person, officer |
    recovery) → the code of the key in the console."""
    folder.mkdir(exist_ok=True)
    rows = []
    for key in review.keys.people:
        hand, code = hand_of(night, key), codes.get((key, "officer"), "")
        signs, opens = folder / f"{hand.login}-signs.key", folder / f"{hand.login}-opens.key"
        if not signs.exists():
            write_key(signs, SecretKey(f"two-valleys-test/{hand.login}", LOG_ALGORITHM, hand.signs.private), None)
        _write_identity(opens, hand.login, hand.opens)
        rows += [f"| {code} | `{signs.name}` | {hand.name}, {hand.role} of {hand.side}: signs |"]
        rows += [f"| {code} | `{opens.name}` | the same: opens what is sealed |"]
    for key in review.keys.recovery:
        hand = hand_of(night, key)
        path = folder / f"{hand.login}-recovery.key"
        _write_identity(path, hand.login, hand.recovers)
        rows += [f"| {codes.get((key, 'recovery'), '')} | `{path.name}` | {hand.name}: recovery key of {hand.side} |"]
    write_whole(folder / "README.md", _README.format(words=WORDS, rows="\n".join(rows)).encode())


def _write_identity(path: Path, login: str, identity: x25519.Identity) -> None:
    if path.exists():
        return
    path.touch(mode=0o600)
    path.write_text(f"# name: two-valleys-test/{login}\n# public key: {identity.to_public()}\n{identity}\n", "ascii")


def _bytes_of(login: str, use: str) -> bytes:
    return sha256(WORDS.format(login=login, use=use).encode()).digest()


@functools.cache
def _identity(login: str, use: str) -> x25519.Identity:
    return x25519.Identity.from_str(_bech32(_bytes_of(login, use)))


def _bech32(content: bytes) -> str:
    """`AGE-SECRET-KEY-1…` of 32 bytes (BIP 173)."""
    number, bits = int.from_bytes(content) << 4, len(content) * 8 + 4
    values = [(number >> shift) & 31 for shift in range(bits - 5, -1, -5)]
    head = [ord(letter) >> 5 for letter in _PREFIX] + [0] + [ord(letter) & 31 for letter in _PREFIX]
    rest = _checksum([*head, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [(rest >> 5 * (5 - place)) & 31 for place in range(6)]
    return (_PREFIX + "1" + "".join(_ALPHABET[value] for value in values)).upper()


def _checksum(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= generator if (top >> place) & 1 else 0
    return state
