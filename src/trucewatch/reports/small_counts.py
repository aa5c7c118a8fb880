"""The smallest count: which incidents of one day may be told apart by place, and which only as part of a larger group.

A cohort is the incidents of one local day, real or simulated. They come out in batches, one at each midnight of the
watch. At each batch, what waits is told by cell where at least k share one, by zone where at least k share one, as "in
the theatre" where at least k are left, and otherwise it waits on. What is out stays out as it was told. So the
difference of any two releases is made of whole groups of at least k.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trucewatch.reports.released import THEATRE

Level = Literal["fine", "zone", "theatre"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One incident that may leave by its time and kind. Codes are empty where there is no such place."""

    incident_id: str
    batch: datetime
    fine: str
    zone: str


ISSUED = "issued"
"""The round of what an earlier report has shown."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How finely an incident is told, and with which round it came out."""

    level: Level
    round: str


def settle_cohort(candidates: Iterable[Candidate], k: int, issued: Mapping[str, str]) -> dict[str, Settled]:
    """How finely each incident of one day is told; an incident that is not in the answer is not released.

    issued: incident id → place code, as the recipient last had it.
    """
    if k <= 1:
        return {one.incident_id: Settled(_finest(one), "") for one in candidates}
    settled: dict[str, Settled] = {}
    waiting: dict[datetime, list[Candidate]] = defaultdict(list)
    for one in candidates:
        was = issued.get(one.incident_id)
        if was is None:
            waiting[one.batch].append(one)
        elif was == THEATRE or was not in (one.fine, one.zone):
            settled[one.incident_id] = Settled("theatre", ISSUED)  # a place that moved after issue is no longer told
        else:
            settled[one.incident_id] = Settled("fine" if was == one.fine else "zone", ISSUED)
    rest: list[Candidate] = []
    # Batch by batch in time, with what waited: the answer is the same at every later look.
    for batch in sorted(waiting):
        rest += waiting[batch]
        told = _settle_batch(rest, k)
        settled |= {one: Settled(level, batch.isoformat()) for one, level in told.items()}
        rest = [one for one in rest if one.incident_id not in told]
    return settled


def _finest(one: Candidate) -> Level:
    return "fine" if one.fine else "zone" if one.zone else "theatre"


def _settle_batch(waiting: list[Candidate], k: int) -> dict[str, Level]:
    # 1. Cells that hold enough by themselves.
    cells = {code: group for code, group in _by(waiting, "fine").items() if len(group) >= k}
    # 2. But not where the rest of a zone would be fewer than k: its total less the cells would tell them.
    # The smallest cell that touches such a zone goes first, then by its code: so the result is one.
    while short := _zones_left_short(waiting, cells, k):
        touching = [code for code, group in cells.items() if any(one.zone in short for one in group)]
        del cells[min(touching, key=lambda code: (len(cells[code]), code))]
    told: dict[str, Level] = {one.incident_id: "fine" for group in cells.values() for one in group}
    left = [one for one in waiting if one.incident_id not in told]
    # 3. Zones that hold enough of what is left.
    for group in _by(left, "zone").values():
        if len(group) >= k:
            told |= {one.incident_id: "zone" for one in group}
    left = [one for one in left if one.incident_id not in told]
    # 4. The theatre, if enough are left; else they wait for the next batch.
    if len(left) >= k:
        told |= {one.incident_id: "theatre" for one in left}
    return told


def _zones_left_short(waiting: list[Candidate], cells: Mapping[str, list[Candidate]], k: int) -> set[str]:
    """Zones where telling the cells would leave fewer than k others, so that a zone's total gives them away."""
    in_cells = {one.incident_id for group in cells.values() for one in group}
    within = {one.zone for group in cells.values() for one in group}
    left = _by([one for one in waiting if one.incident_id not in in_cells], "zone")
    return {zone for zone, group in left.items() if zone in within and len(group) < k}


def _by(candidates: list[Candidate], attribute: Literal["fine", "zone"]) -> dict[str, list[Candidate]]:
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        if code := getattr(one, attribute):
            groups[code].append(one)
    return groups
