"""Ids and hashes: names that are computed from what they name, so that reading again gives them again."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any, Final, NewType

ObservationId = NewType("ObservationId", str)
IncidentId = NewType("IncidentId", str)
FindingId = NewType("FindingId", str)
Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""

WORDS_REFERENCE: Final = re.compile(r"w-[a-z2-7]{26}")
"""A salted reference to words that lie under `private/words`."""
PERSON_REFERENCE: Final = re.compile(r"p-[a-z2-7]{26}")
"""A salted reference to a person; the name lies in `private/people.json`."""
_SEPARATOR = "\x1f"


def short_id(prefix: str, *parts: str) -> str:
    """`prefix`-, then 26 base32 characters (130 bits) of the SHA-256 of the parts, joined by the unit separator.

    >>> short_id("o", "firms", "N|2020-11-01T10:06|39.5|46.5")
    'o-k73svqbvf4rvct3ijyapj6cgyx'
    """
    digest = hashlib.sha256(_SEPARATOR.join(parts).encode()).digest()
    return f"{prefix}-{base64.b32encode(digest)[:26].decode().lower()}"


def observation_id(source: str, natural_key: str) -> ObservationId:
    """The id of one detection: the same natural key of the same source gives the same id in every file."""
    return ObservationId(short_id("o", source, natural_key))


def counter_id(source: str, natural_key: str) -> str:
    """The id of one reported number."""
    return short_id("c", source, natural_key)


def incident_id(smallest_member: str) -> IncidentId:
    """`i-` and the rest of its smallest member's id."""
    return IncidentId("i-" + smallest_member.removeprefix("o-"))


def finding_id(subject: str, stipulation: str, rule: str) -> FindingId:
    """The id of a finding: which incident or deadline, which stipulation, by which version of the rule."""
    return FindingId(short_id("f", subject, stipulation, rule))


def sha256_of(content: bytes) -> Sha256:
    """The SHA-256 of bytes, as 64 hexadecimal digits."""
    return Sha256(hashlib.sha256(content).hexdigest())


def canonical(record: Any) -> bytes:
    """RFC 8785 bytes of a JSON value. Raises TypeError on a float: numbers with a fraction are decimal strings here."""
    import rfc8785

    _refuse_floats(record)
    return rfc8785.dumps(record)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a record holds no floats; write a decimal string")
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
