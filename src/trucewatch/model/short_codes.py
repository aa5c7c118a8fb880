"""The ids of a list → short codes that can be said by telephone in every language: `482-917`.

A code is made of digits of the id's hash, in groups of three: two groups, and one more as long as another id of the
list begins alike. It depends on the ids alone, so console and command line give the same, and it stays inside: what a
recipient is given has codes of its own (`model/recipient_key.py`), and no id from which this could be worked out.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

GROUP: Final = 3
LEAST: Final = 2 * GROUP
"""Digits of a code: a million codes, so of 20,000 incidents about four in a hundred have a third group."""
MOST: Final = 18
"""Digits that an id has; two ids never share them all, or else the ids themselves stand for codes."""

Numbers = npt.NDArray[np.uint64]
_BETWEEN: Final = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212\u2060.,#№]+")
"""What people type between the digits of a number."""


def numbers_of(ids: Sequence[str]) -> Numbers:
    """The digits of each id, as a number of `MOST` of them."""
    hashes = b"".join(hashlib.sha256(name.encode()).digest()[:8] for name in ids)
    return np.frombuffer(hashes, dtype=">u8").astype(np.uint64) % np.uint64(10**MOST)


def codes_of(ids: Sequence[str], beside: Sequence[str] = ()) -> list[str]:
    """The code of each id in a list. beside: ids of another list whose codes these are not to begin as.

    >>> codes_of(["i-aaaa", "i-bbbb"])
    ['282-465', '164-402']
    """
    numbers = numbers_of(ids)
    every = np.concatenate([numbers, numbers_of(beside)])
    digits = np.zeros(len(ids), dtype=np.int64)
    for length in range(LEAST, MOST + 1, GROUP):
        open_rows = digits == 0
        if not open_rows.any():
            break
        unit = np.uint64(10 ** (MOST - length))
        heads, counts = np.unique(every // unit, return_counts=True)
        is_alone = counts[np.searchsorted(heads, numbers // unit)] == 1
        digits[open_rows & is_alone] = length
    return [
        grouped(f"{number:0{MOST}d}"[:length]) if length else name
        for name, number, length in zip(ids, numbers.tolist(), digits.tolist(), strict=True)
    ]


def code_of(incident_id: str) -> str:
    """The code of an id beside no other: of an incident that is in no list now."""
    return codes_of([incident_id])[0]


def grouped(digits: str) -> str:
    """`482-917`"""
    return "-".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))


def typed_digits(text: str) -> str:
    """The digits of a code in whatever form it was typed, in any script; "" for what is no code.

    >>> typed_digits("482 917"), typed_digits("№ 482–917"), typed_digits("i-nap4r75puq"), typed_digits("12")
    ('482917', '482917', '', '')
    """
    bare = _BETWEEN.sub("", text[:100])
    if not bare.isdecimal() or not LEAST <= len(bare) <= MOST:
        return ""
    return "".join(str(unicodedata.decimal(letter)) for letter in bare)


def rows_with(numbers: Numbers, digits: str) -> list[int]:
    """Which ids have a code that begins with these digits (`typed_digits`)."""
    if not digits:
        return []
    unit = np.uint64(10 ** (MOST - len(digits)))
    return np.flatnonzero(numbers // unit == np.uint64(int(digits))).tolist()


def ids_called(ids: Sequence[str], text: str) -> list[str]:
    """The ids of a list that a code means, in whatever form it was typed: the one whose code it is, else all whose code
    begins so; none for what is no code."""
    if not (digits := typed_digits(text)):
        return []
    codes = codes_of(ids)
    code = grouped(digits)
    return [ids[codes.index(code)]] if code in codes else [ids[row] for row in rows_with(numbers_of(ids), digits)]
