"""What the bound parties may have of a place and a time: fire of today must be of no use for aiming back.

Within 24 hours an incident is told to them no finer than in a cell of 5 km and by the quarter of an hour; where fire
came from, never finer than by its zone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from trucewatch.model.claims import folded_name, party_words
from trucewatch.model.testimony import attestations

if TYPE_CHECKING:
    from trucewatch.model.agreement import Agreement
    from trucewatch.model.incident import Incident
    from trucewatch.model.watch import Recipient

COARSE_CELL_M: Final = 5000.0
COARSE_TIME: Final = "quarter"
FINE_AFTER: Final = timedelta(hours=24)
TIMES: Final = ("minute", "quarter", "hour", "day")
"""Units of time that a recipient may be told, the finest first."""
ORIGINS: Final = ("muzzle_flash",)
"""Kinds whose place is that of a weapon that fires."""


def is_of_parties(recipient: Recipient, agreement: Agreement) -> bool:
    """Whether a recipient is the bound parties, or one of them: said by `to`, or by its id or a name: `parties`, or
    a party's."""
    parties = party_words(agreement)
    called = {folded_name(word) for word in (recipient.id, *recipient.names.values())}
    return recipient.to == "parties" or "parties" in called or not called.isdisjoint(parties)


def is_fine(recipient: Recipient) -> bool:
    """Whether what a recipient is told is finer than a cell of 5 km and a quarter of an hour."""
    fine_place = recipient.place == "exact" or (recipient.place == "cell" and recipient.cell_m < COARSE_CELL_M)
    return fine_place or TIMES.index(recipient.time) < TIMES.index(COARSE_TIME)


def coarse_form(recipient: Recipient) -> Recipient:
    """The rule by which a party is told an incident within 24 hours; the sources' own words may name a place."""
    return replace(
        recipient,
        place="zone" if recipient.place == "zone" else "cell",
        cell_m=max(recipient.cell_m, COARSE_CELL_M),
        time="quarter" if recipient.time == "minute" else recipient.time,
        text=False,
    )


def origin_form(recipient: Recipient) -> Recipient:
    """The rule by which a party is told where fire came from, at any time."""
    return replace(coarse_form(recipient), place="zone")


def is_origin(incident: Incident) -> bool:
    """Whether the place of an incident is, or may be, that of a weapon that fires."""
    return "outgoing" in aspects_of(incident) or any(kind in ORIGINS for kind in (incident.kind, *incident.kinds))


def aspects_of(incident: Incident) -> frozenset[str]:
    """What anybody says or records that an event was beside its kind: one row that says otherwise hides no other."""
    stated = (each.aspect for each in attestations(incident.testimony) if each.aspect)
    return frozenset((incident.aspect, *stated))
