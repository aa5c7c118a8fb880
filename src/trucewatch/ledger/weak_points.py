"""Points of X25519 with which no secret is shared: what is sealed to one of them anybody opens, or nobody can seal.

RFC 7748, section 6.1 has the check of what comes of them; these are the points of order 1, 2, 4 and 8 of the curve and
of its twist, of which every secret key makes 0.
"""

from __future__ import annotations

from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
"""BIP 173."""
_CHECKSUM: Final = 6
_PRIME: Final = 2**255 - 19
_WEAK: Final = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    }
)


def is_weak(recipient: str) -> bool:
    """Whether an `age1…` key, whose checksum was compared, is such a point. Raises ValueError for another text."""
    number = 0
    values = recipient.lower().partition("1")[2][:-_CHECKSUM]
    for letter in values:
        number = number << 5 | _ALPHABET.index(letter)
    raw = (number >> len(values) * 5 % 8).to_bytes(32)
    return int.from_bytes(raw, "little") % 2**255 % _PRIME in _WEAK
