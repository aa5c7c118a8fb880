"""What a watch knows that statements may speak of, made ready for matching: clauses, instruments, bodies, parties,
places with all their spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from trucewatch.model.lexicon import LexiconFile
from trucewatch.model.watch import Watch

_NO_LEXICON = LexiconFile(schema=1)
_IN_BRACKETS = re.compile(r"\s*\([^()]{0,200}\)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownNames:
    """Empty for a statement that is looked at without a watch: then topics, values and words alone are found.

    clauses: parts of clauses and numbers of provisions. instruments, bodies, parties: id → every way to write it.
    places: id → every spelling in every language, of one place alone. signed: instrument → the days by which people
    call it ("the November 9 statement"). instrument_of: clause → the instrument in which it stands;
    provision_of: part → the number of its provision.

    Names are plain; `name_forms.name_patterns` gives the endings that a language sets on them. Words of the lexicon
    are patterns. Two are the same only if they are one: what is compiled for one is kept by it.
    """

    clauses: frozenset[str] = frozenset()
    instruments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signed: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    bodies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lexicon: LexiconFile = _NO_LEXICON
    instrument_of: Mapping[str, str] = field(default_factory=dict)
    provision_of: Mapping[str, str] = field(default_factory=dict)


def known_names_of(watch: Watch) -> KnownNames:
    """What this watch knows; make it once, and use it for every statement.

    A centre that signed is a party and a body. Districts and towns that share a row of the table of names are one
    place under the row's id; a zone or town without a row has the names of its own file.
    """
    agreement = watch.agreement
    parts = list(agreement.stipulations())
    centres = [party for party in agreement.party if party.role == "centre"]
    return KnownNames(
        clauses=frozenset(clause for provision, part in parts for clause in (provision.number, part.id))
        | {provision.number for provision in agreement.provision},
        instruments={each.id: _spellings(each.names.values()) for each in agreement.instrument},
        signed={each.id: (each.signed,) for each in agreement.instrument},
        bodies={each.id: _spellings(each.names.values()) for each in agreement.body}
        | {each.id: _spellings(each.names.values()) for each in centres},
        parties={each.id: _spellings(each.names.values()) for each in agreement.party},
        places=_places(watch),
        lexicon=watch.lexicon if watch.lexicon is not None else _NO_LEXICON,
        instrument_of={
            clause: provision.instrument
            for provision in agreement.provision
            for clause in (provision.number, *(part.id for part in provision.stipulation))
        },
        provision_of={part.id: provision.number for provision, part in parts},
    )


def _places(watch: Watch) -> Mapping[str, tuple[str, ...]]:
    """Every spelling that means one place and no other, by its id; what two places share is left to both."""
    rows = watch.naming.place if watch.naming is not None else ()
    id_of = {place_id: row.id for row in rows for place_id in row.ids}
    names: dict[str, list[str]] = {row.id: [name.text for name in row.name] for row in rows}
    for zone in watch.zones:
        names.setdefault(id_of.get(zone.id, zone.id), []).extend(zone.names.values())
    for town in watch.basemap.towns:
        names.setdefault(id_of.get(town.id, town.id), []).extend((*town.names.values(), *town.every_name))
    return {place: _spellings(names[place]) for place in names}


def _spellings(names: Iterable[str]) -> tuple[str, ...]:
    """Each spelling once, without what stands in brackets behind it; "A / B" is two.

    >>> _spellings(["Bridge Road Protocol (simulated)", "Laçın / Berdzor", "Laçın"])
    ('Bridge Road Protocol', 'Laçın', 'Berdzor')
    """
    each_once = (part.strip() for name in names for part in _IN_BRACKETS.sub("", name).split(" / "))
    return tuple(dict.fromkeys(name for name in each_once if any(letter.isalnum() for letter in name)))
