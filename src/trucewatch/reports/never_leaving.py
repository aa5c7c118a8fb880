"""Incidents without what the licence of a source forbids to pass on, or whoever said it, whatever the recipient's rule.

An incident that rests on such sources alone does not leave. Of one that others bear too, their words, numbers of people
and names leave out those of such a source: what is told is what the others say, and the place, time and kind that all
of them together gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from trucewatch.model.claim_record import CLAIMS_INSIDE
from trucewatch.model.count_claims import read_count_claim
from trucewatch.model.incident import Incident
from trucewatch.model.people import PeopleReported
from trucewatch.model.watch import NEVER_LEAVING, Watch

KILLED = "killed"
_OF_PUBLIC = frozenset((":public",))
_NUMBERS_OF_KILLED = ("killed_min", "killed_best", "killed_max")


def without_barred(incidents: Iterable[Incident], watch: Watch) -> Iterator[Incident]:
    """The incidents that may leave, without what is of sources that never do."""
    barred = watch.never_told
    names = barred | {NEVER_LEAVING[source.preset] for source in watch.settings.source if source.id in barred}
    for incident in incidents:
        if barred.isdisjoint(incident.sources):
            yield incident
        elif not barred.issuperset(incident.sources):
            # Whoever asked not to be passed on spoke as one of the public, and so did whoever else did.
            yield _bared(incident, names | _OF_PUBLIC if CLAIMS_INSIDE in incident.sources else names)


def _bared(incident: Incident, names: frozenset[str]) -> Incident:
    people = tuple(statement for statement in incident.people if statement.giver not in names)
    is_killed = any(_says_killed(statement) for statement in people)
    return replace(
        incident,
        text="",  # of whom of its members the words are, an incident does not say
        people=people,
        claimed_by=tuple(name for name in incident.claimed_by if name not in names),
        count_claims=tuple(text for text in incident.count_claims if read_count_claim(text).giver not in names),
        grave=tuple(word for word in incident.grave if word != KILLED or is_killed),
    )


def _says_killed(statement: PeopleReported) -> bool:
    return any(getattr(statement, name) for name in _NUMBERS_OF_KILLED)
