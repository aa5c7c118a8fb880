"""What this process worked out last, held while its store is open: a list that differs in a few incidents takes the
rest from the one before.

It decides nothing. Of another watch's files as much is made anew as they reach: a clause the findings, a zone where
incidents lie too, a register, notices or the rule everything. What comes out is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings import INCIDENT_START, Before, Checked, check_again, known_by
from trucewatch.fusion.fuse import Fused
from trucewatch.fusion.manual_edits import set_aside
from trucewatch.fusion.periods import mark_again, mark_periods
from trucewatch.fusion.zone_assignment import situate_incidents
from trucewatch.geo.frame import frame_of_area
from trucewatch.messages import Message
from trucewatch.model.edits import Act
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.model.sorted_rows import IN_ORDER, Mask, SortedRows, rows_at
from trucewatch.model.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The incidents of a list in their zones and periods, and beside it those that were rejected by hand, both in order
    of start and id.

    stays: which of those listed are as in the list that this one goes on from; left: the rows of that one that are no
    more or differ; begun: whether it goes on from none. warnings: what is to be said of acts.
    """

    listed: SortedRows
    rejected: pa.Table
    stays: Mask
    left: pa.Table
    begun: bool
    warnings: list[Message] = field(default_factory=list)

    @property
    def came(self) -> pa.Table:
        """The rows that are new or differ."""
        return rows_at(self.listed.table, np.flatnonzero(~self.stays))


@dataclass(slots=True)
class LastWork:
    """files: the hashes of the watch's files that it was worked out with, and what was entered of the agreement by
    then; the rest is None before anything was.

    entry: of the list that was recorded of it, -1 where none was; first: L1 of that.
    """

    files: str = ""
    fused: Fused | None = None
    listing: Listing | None = None
    checked: Checked | None = None
    known_count: int = -1
    """How much of the agreement and the notices was known then (`findings.known_by`)."""
    entry: int = -1
    first: SortedRows | None = None
    places: tuple[Any, ...] = ()
    """The zones, the line and the area in which its incidents lie."""

    @property
    def incidents(self) -> pa.Table:
        """What is listed. Raises ValueError before anything was worked out."""
        if self.listing is None:
            raise ValueError("nothing was worked out yet")
        return self.listing.listed.table

    def tables(self) -> dict[str, pa.Table]:
        """The tables of its list but for those that are a matter of arrival. Raises ValueError before anything was
        worked out."""
        if self.listing is None or self.checked is None or self.fused is None:
            raise ValueError("nothing was worked out yet")
        return {
            "incidents": self.listing.listed.table,
            "findings": self.checked.table,
            "rejected": self.listing.rejected,
            "contributions": self.fused.contributions,
        }

    def goes_on_from(self, last: LastWork) -> bool:
        """Whether it differs from another, which was recorded, by what it says."""
        return (
            self.listing is not None
            and not self.listing.begun
            and self.checked is not None
            and self.fused is not None
            and last.listing is not None
            and last.checked is not None
            and last.first is not None
            and last.entry >= 0
        )

    def findings_exchanged(self, last: LastWork) -> tuple[pa.Table, pa.Table]:
        """The findings of another list that are no more or differ, and those of this one."""
        assert self.checked is not None
        assert last.checked is not None
        now, then = self.checked, last.checked
        if not now.goes_on:
            before, after = (pa.concat_tables([part.alone.table, part.whole]) for part in (then, now))
            return before, after
        left = pa.concat_tables([rows_at(then.alone.table, now.left), then.whole])
        return left, pa.concat_tables([rows_at(now.alone.table, np.flatnonzero(~now.stays)), now.whole])

    def contributions_exchanged(self, last: LastWork) -> tuple[pa.Table, pa.Table]:
        """What observations added in another list and no more, and in this one alone; both with the start of their
        incident."""
        assert self.fused is not None
        pairs = ((last.listing, self.fused.added_left), (self.listing, self.fused.added_came))
        left, came = (_with_starts(rows, listing) for listing, rows in pairs if listing is not None)
        return left, came

    def under(self, files: str, watch: Watch) -> LastWork:
        """What of it stands under a watch, with the hashes of its files and what was entered of the agreement; whether
        events do is seen as they are made."""
        if files == self.files:
            return self
        listing = self.listing if self.places == places_of(watch) else None
        return LastWork(files, self.fused, listing, places=self.places)

    def list_incidents(self, fused: Fused, acts: tuple[Act, ...], watch: Watch, observations: SortedRows) -> Listing:
        """The list of what was worked out now: what stays is taken from the one before. observations: all of them."""
        frame = frame_of_area(watch.settings.area)
        whole = fused.begun or self.listing is None
        rows = fused.incidents if whole else fused.fresh
        fresh = situate_incidents(rows, zones=watch.zones, line_id=watch.settings.line, frame=frame)
        # What acts shaped is among what is fresh, each time.
        is_listed, rejected, warnings = set_aside(fresh, acts)
        rejected = rejected.sort_by([(name, "ascending") for name in IN_ORDER])
        fresh = fresh if is_listed.all() else fresh.filter(pa.array(is_listed))
        if whole or self.listing is None:
            # Of what is listed: what was rejected makes no period.
            listed = SortedRows.in_order(mark_periods(fresh, observations.table).combine_chunks(), IN_ORDER)
            nothing, stays = INCIDENT_SCHEMA.empty_table(), np.zeros(len(listed), dtype=np.bool_)
            return Listing(listed=listed, rejected=rejected, stays=stays, left=nothing, begun=True, warnings=warnings)
        before = self.listing.listed
        gone = before.holding("incident_id", fused.gone)
        listed, stays = before.exchanged(gone, fresh)
        listed, stays, left = mark_again(listed, stays, rows_at(before.table, gone), observations)
        return Listing(listed=listed, rejected=rejected, stays=stays, left=left, begun=False, warnings=warnings)

    def check(self, listing: Listing, counters: pa.Table, watch: Watch, as_of: datetime) -> Checked:
        """The findings on a list; those on single incidents that are as before are taken."""
        before = None
        if not listing.begun and self.checked is not None and known_by(watch, as_of) == self.known_count:
            before = Before(self.checked, listing.left["incident_id"].to_pylist(), listing.came)
        frame = frame_of_area(watch.settings.area)
        return check_again(listing.listed.table, counters, watch=watch, frame=frame, as_of=as_of, before=before)


def places_of(watch: Watch) -> tuple[Any, ...]:
    """All of a watch that decides where incidents lie."""
    return watch.zones, watch.settings.line, watch.settings.area


def _with_starts(rows: pa.Table, listing: Listing) -> pa.Table:
    """Rows that name an incident of a list, with its start."""
    ids = pc.unique(rows["incident_id"])
    places = listing.listed.holding("incident_id", ids.to_pylist())
    columns = ["incident_id", "occurred_start"]
    listed = rows_at(listing.listed.table.select(columns), places)
    both = pa.concat_tables([listed, listing.rejected.select(columns)])
    at = pc.index_in(rows["incident_id"], value_set=both["incident_id"].combine_chunks())
    starts = both["occurred_start"].combine_chunks().take(at.combine_chunks())
    return rows.append_column(INCIDENT_START, starts)
