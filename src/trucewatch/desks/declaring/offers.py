"""What the rules offer of a version, worked out once while its text and the names that the watch knows stay."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, fields
from typing import Final

from trucewatch.annotation.known_names import KnownNames, known_names_of
from trucewatch.annotation.propose import propose
from trucewatch.model.annotations import Passage
from trucewatch.model.statement_record import StatementVersion
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.statement_records import words_of

MOST_KEPT: Final = 64
"""Versions whose offers stay in memory, the last looked at; of others their number alone does."""


@dataclass(slots=True)
class _Known:
    watch: Watch | None = None
    names: KnownNames = field(default_factory=KnownNames)


@dataclass(slots=True)
class _Offers:
    """By where the text lies: what is offered, and the keys of it."""

    by_reference: OrderedDict[str, tuple[Passage, ...]] = field(default_factory=OrderedDict)
    keys: dict[str, frozenset[str]] = field(default_factory=dict)


def names_here(store: Store, watch: Watch) -> KnownNames:
    """What the watch knows that statements may speak of; the same one while its files say the same."""
    lexis = store.memory.of(_Known)
    if lexis.watch is watch:
        return lexis.names
    names = known_names_of(watch)
    if lexis.watch is None or not _alike(names, lexis.names):
        store.memory.put(_Offers())
        lexis.names = names
    lexis.watch = watch
    return lexis.names


def offers_of(store: Store, watch: Watch, version: StatementVersion) -> tuple[Passage, ...]:
    """What is offered of a version, in the order of the text; nothing of one that was erased."""
    names = names_here(store, watch)
    offers = store.memory.of(_Offers)
    reference = version.references.get("text", "")
    if reference in offers.by_reference:
        offers.by_reference.move_to_end(reference)
        return offers.by_reference[reference]
    text = words_of(store, version)
    if text is None:
        return ()
    offered = propose(text, names)
    offers.by_reference[reference] = offered
    offers.keys[reference] = frozenset(passage.key for passage in offered)
    while len(offers.by_reference) > MOST_KEPT:
        offers.by_reference.popitem(last=False)
    return offered


def keys_offered(store: Store, watch: Watch, version: StatementVersion) -> frozenset[str] | None:
    """The keys of what is offered of a version, if that was worked out already; None if not: a list works nothing
    out."""
    names_here(store, watch)
    return store.memory.of(_Offers).keys.get(version.references.get("text", ""))


def _alike(names: KnownNames, others: KnownNames) -> bool:
    return all(getattr(names, each.name) == getattr(others, each.name) for each in fields(KnownNames))
