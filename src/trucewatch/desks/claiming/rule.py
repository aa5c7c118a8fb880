"""What a watch says for its telephone: `[desk.claiming]` of watch.toml.

medical_line   what is read to a caller who says that somebody is in danger now, as "Ambulance: 103"
agencies       who else calls, by the names that they go by, as ["Red Crescent"]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from trucewatch.errors import WatchError
from trucewatch.messages import Message

KEYS: Final = ("medical_line", "agencies")
LONGEST: Final = 200
MOST_AGENCIES: Final = 40


@dataclass(frozen=True, slots=True)
class CallRule:
    """What stands ready when somebody calls. medical_line: "" where the watch names none."""

    medical_line: str = ""
    agencies: tuple[str, ...] = ()


def read(values: Mapping[str, Any]) -> CallRule:
    """The rule that the table states; an empty one names nothing. Raises WatchError for a key or a value that cannot
    be.

    >>> read({"medical_line": "Ambulance: 103"}).medical_line
    'Ambulance: 103'
    """
    unknown = [name for name in values if name not in KEYS]
    if unknown:
        raise WatchError(
            Message(
                '[desk.claiming] has no key "{key}"; it takes: {keys}. Correct it or remove the line',
                key=str(unknown[0])[:60],
                keys=", ".join(KEYS),
            )
        )
    line = values.get("medical_line", "")
    if not _is_line(line) and line != "":
        raise WatchError(
            Message(
                "[desk.claiming] medical_line is no line of words of at most {most} characters; write it like "
                '"Ambulance: 103", or remove it',
                most=LONGEST,
            )
        )
    agencies = values.get("agencies", [])
    if not isinstance(agencies, list) or len(agencies) > MOST_AGENCIES or not all(map(_is_line, agencies)):
        raise WatchError(
            Message(
                '[desk.claiming] agencies is no list of at most {most} names; write it like ["Red Crescent"], or '
                "remove it",
                most=MOST_AGENCIES,
            )
        )
    return CallRule(line.strip(), tuple(dict.fromkeys(name.strip() for name in agencies)))


def _is_line(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST and value.isprintable()
