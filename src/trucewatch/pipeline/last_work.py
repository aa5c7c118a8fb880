"""What this process worked out last, held while its store is open: a list that differs in a few incidents takes the
rest from the one before.

It decides nothing. A row is taken where all that it is made of is as it was, and everything is made anew where a file
of the watch changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings import Before
from trucewatch.fusion.fuse import Fused
from trucewatch.fusion.unchanged import taken_from
from trucewatch.fusion.zone_assignment import situate_incidents
from trucewatch.geo.frame import frame_of_area
from trucewatch.model.watch import Watch


@dataclass(slots=True)
class LastWork:
    """files: the hashes of the watch's files that it was worked out with; the rest is None before anything was."""

    files: str = ""
    fused: Fused | None = None
    situated: pa.Table | None = None
    findings: pa.Table | None = None
    known_count: int = -1
    """How much of the agreement and the notices was known then (`findings.known_by`)."""

    def under(self, files: str) -> LastWork:
        """The same if the watch's files are these, else nothing."""
        return self if files == self.files else LastWork(files)

    def situate(self, fused: Fused, watch: Watch) -> pa.Table:
        """The incidents with their zones: those that are as before with the zones of before."""
        frame = frame_of_area(watch.settings.area)
        situate = partial(situate_incidents, zones=watch.zones, line_id=watch.settings.line, frame=frame)
        if self.situated is None:
            return situate(fused.incidents)
        fresh_rows = situate(fused.incidents.filter(pc.invert(fused.is_as_before)))
        place = pc.index_in(fused.incidents["incident_id"], value_set=self.situated["incident_id"].combine_chunks())
        numbers = pc.fill_null(pc.if_else(fused.is_as_before, place.combine_chunks(), -1), -1)
        return taken_from(self.situated, numbers.to_numpy().astype("int64"), fresh_rows)

    def findings_at(self, is_as_before: pa.Array, known_count: int) -> Before | None:
        """The findings on incidents that are as before, if as much is known of agreement and notices."""
        if self.findings is None or known_count != self.known_count:
            return None
        return Before(self.findings, is_as_before)
