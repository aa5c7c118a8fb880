"""Numbers as people type them into one field: claims with ranges, a letter, incidents by their ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message

MOST_CLAIMS: Final = 1000
"""Claims of one complaint; a letter with more of them is registered as several."""
MOST_INCIDENTS: Final = 20
EXAMPLES: Final = {"claim": "CL-7", "incident": "482-917"}
_CLAIM: Final = re.compile(r"(?:CL-?)?([1-9][0-9]{0,8})", re.IGNORECASE)
_RANGE: Final = re.compile(r"\s*(?:\.\.\.?|…|–|—)\s*")
_LETTER: Final = re.compile(r"(?:L-?)?([1-9][0-9]{0,8})", re.IGNORECASE)
_INCIDENT: Final = re.compile(r"i-[a-z2-7]{4,40}")
_BETWEEN: Final = re.compile(r"[\s,;]+")


class ReadError(TrucewatchError):
    """Something typed that names no number of ours."""


def read_claims(text: str) -> tuple[str, ...]:
    """The claims that a field names, each once, in its order.

    >>> read_claims("CL-1, CL-5..CL-7 9")
    ('CL-1', 'CL-5', 'CL-6', 'CL-7', 'CL-9')

    Raises ReadError for what is no number, a range that runs backwards, and more than MOST_CLAIMS.
    """
    numbers: dict[int, None] = {}
    for piece in _pieces(_RANGE.sub("..", text)):
        low, _, high = piece.partition("..")
        first, last = _number(low, piece), _number(high or low, piece)
        if last < first:
            raise ReadError(Message('"{text}" runs backwards; write the smaller number first.', text=piece[:60]))
        if last - first >= MOST_CLAIMS or len(numbers) + last - first >= MOST_CLAIMS:
            raise ReadError(
                Message(
                    "One complaint carries at most {most} claims; register the rest as another.",
                    most=Amount(MOST_CLAIMS),
                )
            )
        numbers.update(dict.fromkeys(range(first, last + 1)))
    return tuple(f"CL-{number}" for number in numbers)


def as_ranges(codes: Sequence[str]) -> str:
    """Claims as a field takes them, runs of numbers as ranges.

    >>> as_ranges(("CL-1", "CL-2", "CL-3", "CL-7"))
    'CL-1..CL-3, CL-7'
    """
    runs: list[list[int]] = []
    for number in sorted({_number(code, code) for code in codes}):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"CL-{run[0]}..CL-{run[-1]}" if len(run) > 1 else f"CL-{run[0]}" for run in runs)


def read_letter(text: str) -> str:
    """The letter that a field names.

    >>> read_letter(" l2 ")
    'L-2'
    """
    if not text.strip():
        return ""
    match = _LETTER.fullmatch(text.strip())
    if match is None:
        raise ReadError(Message('"{text}" is no number of a letter; write it like L-2.', text=text.strip()[:60]))
    return f"L-{int(match[1])}"


def read_incidents(text: str) -> tuple[str, ...]:
    """Incidents by their ids, each once. Raises ReadError for what is none, and for more than MOST_INCIDENTS."""
    names = tuple(dict.fromkeys(_pieces(text)))
    for name in names:
        if _INCIDENT.fullmatch(name) is None:
            raise ReadError(
                Message('"{text}" is no incident of the list; write its number, like 482-917.', text=name[:60])
            )
    if len(names) > MOST_INCIDENTS:
        raise ReadError(Message("At most {most} incidents are linked at once.", most=Amount(MOST_INCIDENTS)))
    return names


def _pieces(text: str) -> list[str]:
    return [piece for piece in _BETWEEN.split(text) if piece]


def _number(text: str, piece: str) -> int:
    match = _CLAIM.fullmatch(text)
    if match is None:
        raise ReadError(
            Message('"{text}" is no number of a claim; write CL-7, or several: CL-1, CL-5..CL-9.', text=piece[:60])
        )
    return int(match[1])
