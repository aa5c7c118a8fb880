"""What an analyst does to the list of incidents by hand: merges, splits, retypes, rejects, adds, and undoes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import pyarrow as pa

from trucewatch.messages import Message
from trucewatch.model.ids import PERSON_REFERENCE, Sha256, observation_id
from trucewatch.model.incident import INCIDENT_SCHEMA

BY_HAND: Final = "by-hand"
"""The source of an observation that an analyst adds."""
MOST_REASON: Final = 500
"""How many characters a reason may have."""

MOST_CLAIMANT: Final = 120
"""How many characters who says so may have."""

REASONS: Final[Mapping[str, Message]] = {
    "at_once": Message("undone at once, from the message that followed the act"),
}
"""Reasons that nobody typed, by the code that the act's record holds beside their English words."""

Deed = Literal["merge", "split", "retype", "reject", "add", "undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What an analyst states of an observation of their own. The place is WGS 84, its ellipse one sigma."""

    means: str
    kind: str
    occurred_start: datetime
    occurred_end: datetime
    lon: float | None
    lat: float | None
    semi_major_m: float | None
    semi_minor_m: float | None
    major_azimuth_deg: float | None
    count: int | None
    text: str
    simulated: bool
    text_erased: Message | None = None
    """What stands in place of a text that was erased."""
    claimed_by: str = ""
    """Whose claim it is; empty for what the analyst's own people saw or a device recorded."""
    perceived: str = ""

    @property
    def speaker(self) -> Message | str:
        """Who says so as it was typed, or that the name was erased."""
        names = [part.strip() for part in self.claimed_by.split(";")]
        if not any(map(PERSON_REFERENCE.fullmatch, names)):
            return self.claimed_by
        others = [name for name in names if not PERSON_REFERENCE.fullmatch(name)]
        return "; ".join([*others, "…"]) if others else Message("(erased)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act, as the journal holds it. It names observations, so that it holds when incidents change.

    parts: for a merge one set of observations, for a split several; what each set holds is one incident and no other's.
    members: for retype and reject, the observations of the incident as it was then.
    """

    act_id: str
    sha256: Sha256
    """The name of its record."""
    entry: int
    deed: Deed
    reason: str
    by: str
    known_at: datetime
    """By the watch's own clock, which on a past case stands still."""
    recorded_at: datetime
    parts: tuple[tuple[str, ...], ...] = ()
    members: tuple[str, ...] = ()
    kind: str = ""
    event_class: str = ""
    stated: Stated | None = None
    undoes: str = ""
    reason_code: str = ""
    reason_on_record: str = ""
    """A reference; in acts of earlier versions the reason itself."""
    reason_erased: Message | None = None
    """What stands in place of a reason that was erased."""

    @property
    def on_record(self) -> str:
        """What a list holds of the reason: a reference, so that no list holds the words."""
        return self.reason_on_record or self.reason

    @property
    def why(self) -> Message | str:
        """The reason: as it was typed, or a sentence of ours where nobody typed one, or where it was erased."""
        return REASONS.get(self.reason_code, self.reason_erased or self.reason)

    @property
    def named(self) -> frozenset[str]:
        """Every observation that the act names or brings."""
        added = (added_id(self.act_id),) if self.stated else ()
        return frozenset((*self.members, *added, *(member for part in self.parts for member in part)))


def added_id(act_id: str) -> str:
    """The id of the observation that an act brings."""
    return observation_id(BY_HAND, act_id)


def standing_acts(acts: Sequence[Act]) -> tuple[Act, ...]:
    """The acts that stand, in the order of their entries: those that no standing act undoes.

    An undo may itself be undone; then what it undid stands again.
    """
    undone = undone_by(acts)
    in_order = sorted(acts, key=lambda act: act.entry)
    return tuple(act for act in in_order if act.deed != "undo" and act.act_id not in undone)


def undone_by(acts: Iterable[Act]) -> dict[str, str]:
    """Each act that does not stand, and the undo that took it back."""
    undone: dict[str, str] = {}
    for act in sorted(acts, key=lambda act: act.entry, reverse=True):
        if act.deed == "undo" and act.act_id not in undone:
            undone.setdefault(act.undoes, act.act_id)
    return undone


def acts_known(acts: Iterable[Act], as_of: datetime) -> tuple[Act, ...]:
    """The acts that were known by a moment, undos among them."""
    return tuple(act for act in acts if act.known_at <= as_of)


REJECTED_INCIDENT_SCHEMA: Final = INCIDENT_SCHEMA.append(pa.field("rejected_by", pa.string(), nullable=False)).append(
    pa.field("reason", pa.string(), nullable=False)
)
"""Incidents that an analyst rejected: kept beside the list, with the act and its reason."""

FIRST_SCHEMA: Final = INCIDENT_SCHEMA.append(pa.field("now", pa.list_(pa.string()), nullable=False))
"""L1: every incident as it stood in the first list that held it, for good. `now`: the incidents in which its
observations are today; none if it is gone."""

CHANGES: Final = ("new", "grown", "shrunk", "moved", "merged", "split", "gone", "retyped", "rejected", "restored")

HISTORY_SCHEMA: Final = pa.schema(
    [
        pa.field("what", pa.string(), nullable=False),
        pa.field("from_ids", pa.list_(pa.string()), nullable=False),
        pa.field("to_ids", pa.list_(pa.string()), nullable=False),
        pa.field("supersedes", pa.list_(pa.string()), nullable=False),
    ]
)
"""What became of the incidents of the list before, by the observations that they share. `what` is one of CHANGES;
`supersedes`: those of `from_ids` that are in this list no more."""
