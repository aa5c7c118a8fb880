"""Who claims what: the words of `claimed_by` → parties of the agreement, however they are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from trucewatch.model.agreement import Agreement

_MARKS: Final = " .,:'\"“”„«»‘’"
"""What may stand around a name and is no part of it."""


@lru_cache(maxsize=4096)
def folded_name(name: str) -> str:
    """A name as it is compared: without regard to case, to kinds of blanks, to quotes and a full stop around it.

    >>> folded_name("«First\u00a0 Party».")
    'first party'
    """
    return " ".join(unicodedata.normalize("NFKC", name).split()).strip(_MARKS).casefold()


_LOOKS_LIKE: Final = str.maketrans("АВЕКМНОРСТХУЅІЈаеорсухіјѕԱՕՏՍհոսԼ", "ABEKMHOPCTXYSIJaeopcyxijsUOSUhnuL")
"""Letters of other scripts that look like Latin ones. Source: Unicode, confusables, as far as short ids need them."""
NOBODY: Final = frozenset(("", "-", "–", "—", "?", "unknown", "n/a", "none", "nobody", "неизвестно", "bilinmiyor"))
"""What is written where nobody is named, as `folded_name` gives it."""


def looks_like(name: str) -> str:
    """The name with its letters of other scripts read as the Latin ones that they look like, folded.

    >>> looks_like("АM")  # the first letter is Cyrillic
    'am'
    """
    return folded_name(name.translate(_LOOKS_LIKE))


def party_words(agreement: Agreement) -> dict[str, str]:
    """Every way to write a party (its id, its name in any language, as `folded_name` gives them) → its id."""
    words: dict[str, str] = {}
    for party in agreement.party:
        for word in (party.id, *party.names.values()):
            words[folded_name(word)] = party.id
    return words


def voice_words(agreement: Agreement) -> dict[str, str]:
    """Every way to write a party or a body → whose voice it is: the party's that a body counts with, else its own.

    Only for counting voices: what is said of whose claim a row is keeps the name as it is written.
    """
    words: dict[str, str] = {}
    for body in agreement.body:
        for word in (body.id, *body.names.values()):
            words[folded_name(word)] = body.counts_with or body.id
    return words | party_words(agreement)


def claimants_in(text: str, parties: Mapping[str, str]) -> tuple[str, ...]:
    """The claimants that a text names, parted by ";", parties by their ids; the others as they are written.

    >>> claimants_in("a;First party; Observers", {"a": "A", "first party": "A"})
    ('A', 'Observers')
    """
    named = [part.strip() for part in text.split(";")]
    return tuple(sorted({parties.get(name, part) for part in named if (name := folded_name(part)) not in NOBODY}))
