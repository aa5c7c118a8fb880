"""What the heads of all delegations let out beside the rules of recipients, what no decision can let out, and the
written objection of a party.

A decision is of one case of review (what stands inside of it by default: the delegations' positions, the agreed words,
who it was held to be) or of one event: sooner, finer, or to whom the rule would not tell it, a single death in a quiet
month, a road before the next convoy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians
from typing import Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.agreement_entries import TakenBack
from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.incident import Incident, is_message
from trucewatch.model.party_release import FINE_AFTER, is_origin
from trucewatch.model.watch import Watch

Opens = Literal["positions", "wording", "attribution", "event"]
OPENS: Final[tuple[Opens, ...]] = ("positions", "wording", "attribution", "event")
OPENS_WORDS: Final = {
    "positions": Term("decision", "the delegations’ positions, with dissent and reasons"),
    "wording": Term("decision", "the words that the delegations agreed"),
    "attribution": Term("decision", "whom the delegations held it to be"),
    "event": Term("decision", "the event, sooner or finer than the rule tells it"),
}
Place = Literal["", "zone", "cell", "exact"]
"""How finely an event is told; "" where the decision is not of an event."""
UNITS: Final = ("minute", "quarter", "hour", "day")
LEAST_CELL_M: Final = 1000
METRES_A_DEGREE: Final = 111_320.0
"""Of latitude; good to 1 in 200, for short distances only."""
LIVE: Final = frozenset(("movement", "line_crossing", "presence", "weapon_present", "overflight"))
"""Kinds that tell where people or vehicles are: within FINE_AFTER they are movements of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was put to the heads: D-1, D-2 …

    subject: the code of a case, R-4, or an incident's id, with its members and its kind as they were then. to:
    recipients' ids. place, cell_m, unit: how finely an event is told. event_put: a reference to what the sentence about
    the event said; "" where it is of none, and in early records. reason: a reference to kept words. digest: of what was
    put, which heads assent to. due: until when it can be agreed to; that nobody objected by then is no
    agreement. agreed_at: when the last head agreed, by the computer's clock, agreed_known_at by the watch's; None until
    then.
    """

    number: int
    subject: str
    members: tuple[str, ...]
    kind: str
    opens: tuple[Opens, ...]
    to: tuple[str, ...]
    place: Place
    cell_m: int
    unit: str
    reason: str
    digest: str
    entry: int
    known_at: datetime
    recorded_at: datetime
    due: datetime
    by: str
    event_put: str = ""
    withdrawn: TakenBack | None = None
    agreed_at: datetime | None = None
    agreed_known_at: datetime | None = None
    assents: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        return f"D-{self.number}"

    @property
    def assent_subject(self) -> str:
        """What an assent to it is of. A decision never changes, so that it has one version."""
        return f"decision:D-{self.number}:1"

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None and self.withdrawn is None

    def has_lapsed(self, now: datetime) -> bool:
        return self.agreed_at is None and now >= self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a party objects in writing, within the clock that both parties have. about: D-n, or R-n as the party was
    told of it. words: a reference. in_print: whether it asked that it be printed. on_paper: whether somebody else
    entered what came on paper."""

    number: int
    about: str
    party: str
    language: str
    words: str
    in_print: bool
    on_paper: bool
    entry: int
    known_at: datetime
    recorded_at: datetime
    by: str
    withdrawn: TakenBack | None = None

    @property
    def code(self) -> str:
        return f"OB-{self.number}"


def is_of_today(incident: Incident, now: datetime) -> bool:
    """Whether an event is younger than FINE_AFTER."""
    return now < incident.occurred_end + FINE_AFTER


def bars(
    watch: Watch, opens: Iterable[Opens], place: Place, incident: Incident | None, now: datetime
) -> Iterator[Message]:
    """Why a decision cannot let this out, whoever agrees.

    incident: the event itself, or that of the case; None for what is of no event. Movements and where fire came from
    are barred for FINE_AFTER, words that may tell of them too; who called, devices and what a source keeps to itself
    for good. Reasons of persons and their names are in no decision at all.
    """
    wanted = set(opens)
    if incident is None:
        return
    if is_of_today(incident, now):
        until = incident.occurred_end + FINE_AFTER
        if is_live(incident):
            yield Message(
                "Movements of the last 24 hours are told to nobody, whoever agrees. Decide again after {moment}.",
                moment=until,
            )
        if is_origin(incident) and "event" in wanted and place != "zone":
            yield Message(
                "Within 24 hours where fire came from is told to nobody finer than by its zone, whoever agrees. Choose "
                "the zone, or decide again after {moment}.",
                moment=until,
            )
        if is_origin(incident) and wanted & {"positions", "wording"}:
            yield Message(
                "Within 24 hours words about where fire came from go to nobody, whoever agrees: they may tell the "
                "place. Decide again after {moment}.",
                moment=until,
            )
    if "event" in wanted:
        yield from _bars_of_event(watch, place, incident)


def _bars_of_event(watch: Watch, place: Place, incident: Incident) -> Iterator[Message]:
    """Why an event cannot be told, at any time."""
    sources = set(incident.sources)
    if sources <= watch.never_told:
        yield Message(
            "All that tells of this event is of sources that are passed on to nobody, or of people who did not say "
            "that both sides may be told. No decision changes that."
        )
    if is_message(incident.kind, incident.sources, incident.lon, watch.message_sources):
        yield Message("This is a message of which nobody said yet what it tells of. Decide what it says first.")
    if place != "zone" and sources <= CLAIM_SOURCES:
        yield Message(
            "Only people who called, wrote or came tell of this event, so a finer place could tell who they are. "
            "Choose the zone."
        )
    if place == "exact" and _is_beside_a_device(watch, incident):
        yield Message(
            "The place is too near to a device or a post, which no decision tells. Choose a cell or the zone."
        )


def is_live(incident: Incident) -> bool:
    """Whether somebody says that an event is one of people or vehicles that move or stand."""
    return bool(LIVE & {incident.kind, *incident.kinds})


def _is_beside_a_device(watch: Watch, incident: Incident) -> bool:
    """Whether an event lies within LEAST_CELL_M of a device or a post, on a flat map: the distances are short."""
    if incident.lon is None or incident.lat is None:
        return False
    lon, lat = incident.lon, incident.lat
    across = METRES_A_DEGREE * cos(radians(lat))
    return any(
        hypot((sensor.lon - lon) * across, (sensor.lat - lat) * METRES_A_DEGREE) < LEAST_CELL_M
        for sensor in watch.sensors
    )
