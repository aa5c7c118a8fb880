"""What this process worked out last, held while its store is open: a list that differs in a few incidents takes the
rest from the one before.

It decides nothing. A row is taken where all that it is made of is as it was, and everything is made anew where a file
of the watch changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from trucewatch.findings import Before
from trucewatch.fusion.fuse import IN_ORDER, Fused
from trucewatch.fusion.sorted_rows import SortedRows
from trucewatch.fusion.zone_assignment import situate_incidents
from trucewatch.geo.arrays import Mask
from trucewatch.geo.frame import frame_of_area
from trucewatch.model.watch import Watch


@dataclass(slots=True)
class LastWork:
    """files: the hashes of the watch's files that it was worked out with; the rest is None before anything was."""

    files: str = ""
    fused: Fused | None = None
    situated: SortedRows | None = None
    findings: pa.Table | None = None
    known_count: int = -1
    """How much of the agreement and the notices was known then (`findings.known_by`)."""

    def under(self, files: str) -> LastWork:
        """The same if the watch's files are these, else nothing."""
        return self if files == self.files else LastWork(files)

    def situate(self, fused: Fused, watch: Watch) -> tuple[SortedRows, Mask]:
        """The incidents with their zones, and which of them are as before."""
        frame = frame_of_area(watch.settings.area)
        fresh = situate_incidents(fused.fresh, zones=watch.zones, line_id=watch.settings.line, frame=frame)
        if fused.begun or self.situated is None:
            return SortedRows.in_order(fresh, IN_ORDER), np.zeros(fresh.num_rows, dtype=np.bool_)
        return self.situated.exchanged(self.situated.holding("incident_id", fused.gone), fresh)

    def findings_at(self, is_as_before: Mask, known_count: int) -> Before | None:
        """The findings on incidents that are as before, if as much is known of agreement and notices."""
        if self.findings is None or known_count != self.known_count:
            return None
        return Before(self.findings, pa.array(is_as_before))
