"""Who claims what: the words of `claimed_by` → parties of the agreement, however they are written."""

from __future__ import annotations

from collections.abc import Mapping

from trucewatch.model.agreement import Agreement


def party_words(agreement: Agreement) -> dict[str, str]:
    """Every way to write a party (its id, its name in any language, without regard to case) → its id."""
    words: dict[str, str] = {}
    for party in agreement.party:
        for word in (party.id, *party.names.values()):
            words[word.casefold()] = party.id
    return words


def voice_words(agreement: Agreement) -> dict[str, str]:
    """Every way to write a party or a body → whose voice it is: the party's that a body counts with, else its own.

    Only for counting voices: what is said of whose claim a row is keeps the name as it is written.
    """
    words: dict[str, str] = {}
    for body in agreement.body:
        for word in (body.id, *body.names.values()):
            words[word.casefold()] = body.counts_with or body.id
    return words | party_words(agreement)


def claimants_in(text: str, parties: Mapping[str, str]) -> tuple[str, ...]:
    """The claimants that a text names, parted by ";", parties by their ids; the others as they are written.

    >>> claimants_in("a;First party; Observers", {"a": "A", "first party": "A"})
    ('A', 'Observers')
    """
    named = [part.strip() for part in text.split(";")]
    return tuple(sorted({parties.get(part.casefold(), part) for part in named if part}))
