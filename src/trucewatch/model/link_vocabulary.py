"""What a link, a route, a corridor and a statement of them may name, and the words that only others may use of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.clause_texts import CopyOfText
from trucewatch.model.links import Assumptions, Link, Network, Node
from trucewatch.model.names import OUR_OWN, UNITED_NATIONS, NamesFile, PlaceName
from trucewatch.model.zone import Zone

CORRIDOR_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("corridor",),
    "ru": ("коридор",),
    "az": ("dəhliz",),
    "tr": ("koridor",),
    "hy": ("միջանցք",),
}
"""The word, as names and instruments have it, by language; endings follow it («коридора», "dəhlizi"), and every name is
sought for each of them. Sources: the English and Russian copies of the statement of 10 Nov 2020 (clauses 3 and 6); the
Azerbaijani and Armenian copies as each side published them; dictionaries of the languages."""

SLOGANS: Final[tuple[str, ...]] = (
    "zangezur corridor",
    "zangazur corridor",
    "syunik corridor",
    "зангезурск",
    "зангазурск",
    "сюникск",
    "zəngəzur",
    "zengezur",
    "սյունիքի միջանցք",
    "զանգեզուրի միջանցք",
    "western azerbaijan",
    "qərbi azərbaycan",
    "batı azerbaycan",
    "западный азербайджан",
    "западного азербайджана",
    "արևմտյան ադրբեջան",
    "eastern zangezur",
    "trump route",
    "tripp ",
    "crossroads of peace",
    "перекрёсток мира",
    "перекресток мира",
    "խաղաղության խաչմերուկ",
)
"""Words that somebody uses of a road or a land and that are never the product's own (REFERENCE, section 5): small
letters, sought where a word begins; one that ends in a blank is whole. They stand under whoever uses them."""

MISSING_STRETCH: Final = "?"
"""In the links of a route: a stretch of which the network has no link."""
_SHOWN: Final = 8
_MOST_COMPARED: Final = 100
"""Words among which the nearest is sought; among more the first are listed. It keeps a file of many faults quick."""


def folded_word(text: str) -> str:
    """Small letters, as words of names are compared; the Turkic dotted capital too."""
    return text.replace("İ", "i").casefold()


def has_corridor_word(text: str) -> bool:
    """Whether a name or a sentence has the word *corridor*, in a language of its own.

    >>> has_corridor_word("Laçın dəhlizi"), has_corridor_word("Лачинского коридора"), has_corridor_word("Bridge Road")
    (True, True, False)
    """
    folded = folded_word(text)
    return any(folded_word(word) in folded for words in CORRIDOR_WORDS.values() for word in words)


def slogan_in(text: str) -> str:
    """The slogan that a name or a sentence has, else "".

    >>> slogan_in("«Zangezur  Corridor»"), slogan_in("stripped")
    ('zangezur corridor', '')
    """
    match = _slogan_pattern().search(" ".join(folded_word(text).split()))
    return match[0] if match else ""


@cache
def _slogan_pattern() -> re.Pattern[str]:
    words = (re.escape(folded_word(slogan).strip()) + (r"(?!\w)" if slogan.endswith(" ") else "") for slogan in SLOGANS)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})")


def nearest(word: str, words: Collection[str]) -> Message:
    """What to do about a word that is none of `words`: the nearest of them, else which there are."""
    if not words:
        return Message("there is none; leave it out")
    if len(words) <= _MOST_COMPARED and (near := difflib.get_close_matches(word[:60], list(words), n=1)):
        return Message('did you mean "{word}"?', word=near[0])
    listed = [each for _, each in zip(range(_SHOWN), words, strict=False)]
    return Message("write one of: {words}", words=", ".join(listed) + (", …" if len(words) > len(listed) else ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTerms:
    """All ids that the links of a watch may name; each mapping in the order of its file.

    who: parties, bodies and states. travellers: parties and states. users: of names.
    """

    who: Mapping[str, None]
    travellers: Mapping[str, None]
    users: Mapping[str, None]
    clauses: Mapping[str, None]
    instruments: Mapping[str, None]
    nodes: Mapping[str, Node]
    links: Mapping[str, Link]
    voices: Mapping[str, str]
    """Body → the party that it counts with."""
    assumptions: Assumptions

    @classmethod
    def of(cls, network: Network, agreement: Agreement) -> LinkTerms:
        parties = [party.id for party in agreement.party]
        bodies = [body.id for body in agreement.body]
        states = [state.id for state in network.states]
        instruments = [instrument.id for instrument in agreement.instrument]
        texts = [text.id for text in agreement.text]
        numbers = [provision.number for provision in agreement.provision]
        parts = [stipulation.id for _, stipulation in agreement.stipulations()]
        return cls(
            who=dict.fromkeys([*parties, *bodies, *states]),
            travellers=dict.fromkeys([*parties, *states]),
            users=dict.fromkeys([*parties, *bodies, *states, *instruments, *texts, UNITED_NATIONS, OUR_OWN]),
            clauses=dict.fromkeys([*numbers, *parts]),
            instruments=dict.fromkeys(instruments),
            nodes={node.id: node for node in network.nodes},
            links={link.id: link for link in network.links},
            voices={body.id: body.counts_with for body in agreement.body if body.counts_with},
            assumptions=network.assumptions,
        )


def instrument_has_word(
    instrument: str,
    clause: str,
    zone_id: str,
    *,
    agreement: Agreement,
    zones: Iterable[Zone],
    naming: NamesFile | None,
    texts: Sequence[CopyOfText] = (),
) -> bool:
    """Whether an instrument has the word *corridor*: in the clause as it is summed up or as a copy on file words it, in
    the zone's names, or in a name of the zone that the instrument or one of its copies uses."""
    if not instrument:
        return False
    copies = {text.id for text in agreement.text if text.instrument == instrument}
    if naming is not None:
        users = {instrument, *copies}
        rows = (row for row in naming.place if zone_id and zone_id in row.ids)
        if any(users.intersection(name.users) and has_corridor_word(name.text) for row in rows for name in row.name):
            return True
    if any(has_corridor_word(words) for words in _words_of_clause(instrument, clause, agreement, copies, texts)):
        return True
    return any(has_corridor_word(name) for zone in zones if zone.id == zone_id for name in zone.names.values())


def a_user_has_word(names: Iterable[PlaceName]) -> bool:
    """Whether somebody else than the watch uses a name that has the word *corridor*."""
    return any(has_corridor_word(name.text) and set(name.users) - {OUR_OWN} for name in names)


def _words_of_clause(
    instrument: str, clause: str, agreement: Agreement, copies: Collection[str], texts: Sequence[CopyOfText]
) -> Iterator[str]:
    ids = {clause}
    for provision in agreement.provision:
        if provision.instrument != instrument:
            continue
        parts = {part.id: part for part in provision.stipulation}
        if clause == provision.number or clause in parts:
            ids |= {provision.number, *parts}
            yield from provision.summary.values()
            for part in parts.values():
                yield from part.summary.values()
    for copy in texts:
        if copy.text in copies:
            yield from (words.words for words in copy.clause if words.of in ids or not clause)
