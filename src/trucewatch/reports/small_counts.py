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
        return {candidate.incident_id: Settled(_finest(candidate), "") for candidate in candidates}
    settled: dict[str, Settled] = {}
    waiting: dict[datetime, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        was = issued.get(candidate.incident_id)
        if was is None:
            waiting[candidate.batch].append(candidate)
        elif was == THEATRE or was not in (candidate.fine, candidate.zone):
            settled[candidate.incident_id] = Settled(
                "theatre", ISSUED
            )  # a place that moved after issue is no longer told
        else:
            settled[candidate.incident_id] = Settled("fine" if was == candidate.fine else "zone", ISSUED)
    rest: list[Candidate] = []
    # Batch by batch in time, with what waited: the answer is the same at every later look.
    for batch in sorted(waiting):
        rest += waiting[batch]
        levels = _settle_batch(rest, k)
        settled |= {incident_id: Settled(level, batch.isoformat()) for incident_id, level in levels.items()}
        rest = [candidate for candidate in rest if candidate.incident_id not in levels]
    return settled


def _finest(candidate: Candidate) -> Level:
    return "fine" if candidate.fine else "zone" if candidate.zone else "theatre"


def _settle_batch(waiting: list[Candidate], k: int) -> dict[str, Level]:
    # 1. Cells that hold enough by themselves.
    cells = {code: group for code, group in _by(waiting, "fine").items() if len(group) >= k}
    # 2. But not where the rest of a zone would be fewer than k: its total less the cells would tell them.
    # The smallest cell that touches such a zone goes first, then by its code: so the result is one.
    while short := _zones_left_short(waiting, cells, k):
        touching = [code for code, group in cells.items() if any(candidate.zone in short for candidate in group)]
        del cells[min(touching, key=lambda code: (len(cells[code]), code))]
    levels: dict[str, Level] = {candidate.incident_id: "fine" for group in cells.values() for candidate in group}
    left = [candidate for candidate in waiting if candidate.incident_id not in levels]
    # 3. Zones that hold enough of what is left.
    for group in _by(left, "zone").values():
        if len(group) >= k:
            levels |= {candidate.incident_id: "zone" for candidate in group}
    left = [candidate for candidate in left if candidate.incident_id not in levels]
    # 4. The theatre, if enough are left; else they wait for the next batch.
    if len(left) >= k:
        levels |= {candidate.incident_id: "theatre" for candidate in left}
    return levels


def _zones_left_short(waiting: list[Candidate], cells: Mapping[str, list[Candidate]], k: int) -> set[str]:
    """Zones where telling the cells would leave fewer than k others, so that a zone's total gives them away."""
    in_cells = {candidate.incident_id for group in cells.values() for candidate in group}
    within = {candidate.zone for group in cells.values() for candidate in group}
    left = _by([candidate for candidate in waiting if candidate.incident_id not in in_cells], "zone")
    return {zone for zone, group in left.items() if zone in within and len(group) < k}


def _by(candidates: list[Candidate], attribute: Literal["fine", "zone"]) -> dict[str, list[Candidate]]:
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if code := getattr(candidate, attribute):
            groups[code].append(candidate)
    return groups
