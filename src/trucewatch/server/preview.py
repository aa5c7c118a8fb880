"""A file as a source would read it, before anything is kept: its first rows, how many are taken, and why others are
not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import ReadingEnded, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.batch import Origin, reading_context
from trucewatch.model.evidence import Rejected, rejected_of
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.reader import look_at_file

SHOWN_ROWS: Final = 10
SHOWN_REASONS: Final = 20
MOST_ROWS: Final = 50_000
"""Rows that a preview reads; of a longer file it says that it did not see the end."""
NOT_KEPT: Final = "0" * 64
"""Stands for the hash of the bytes while they are no evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a reading would give. `rows` are observations, `counters` numbers; each a plain record."""

    rows: tuple[Mapping[str, Any], ...]
    counters: tuple[Mapping[str, Any], ...]
    taken: int
    refused: int
    reasons: tuple[Rejected, ...]
    is_whole: bool
    """Whether the file was read to its end."""
    later: int = 0
    """Observations that nobody knew yet at the moment that the watch's clock shows."""
    is_ended: bool = False
    """Whether the file ended its reader, or took too much time or memory."""
    first_known_at: datetime | None = None
    """When the first of those becomes known."""
    track_points: int = 0
    remarks: tuple[Message, ...] = ()
    """What there is to know of the file as a whole."""

    @property
    def fault(self) -> Message | None:
        """Why the file as a whole cannot be read; None if it can."""
        return next((rejected.reason for rejected in self.reasons if rejected.row == 0), None)


def _of_records(rejected: pa.Table) -> list[Rejected]:
    return [rejected_of(record) for record in rejected.to_pylist()]


def preview_reading(path: Path, name: str, setting: SourceSetting, watch: Watch, now: datetime) -> Preview:
    """Read a file by a source's setting. Keeps nothing; a file that cannot be read is a preview with a fault."""
    context = reading_context(watch)
    origin = Origin(evidence_sha256=NOT_KEPT, file=name, received_at=now)
    rows: list[Mapping[str, Any]] = []
    counters: list[Mapping[str, Any]] = []
    reasons: list[Rejected] = []
    accepted = refused = later = points = 0
    remarks: dict[str, Message] = {}
    first: datetime | None = None
    clock = watch.settings.watch_time or now
    is_whole, is_ended = True, False
    try:
        for batch in look_at_file(path, origin, setting, context, most_rows=MOST_ROWS):
            rows += batch.observations.slice(0, SHOWN_ROWS - len(rows)).to_pylist()
            counters += batch.counters.slice(0, SHOWN_ROWS - len(counters)).to_pylist()
            reasons += _of_records(batch.rejected.slice(0, max(SHOWN_REASONS - len(reasons), 0)))
            beyond = batch.rejected.slice(SHOWN_REASONS)
            reasons += _of_records(beyond.filter(pc.equal(beyond["row"], 0)))
            accepted += batch.observations.num_rows + batch.counters.num_rows + batch.tracks.num_rows
            points += batch.tracks.num_rows
            remarks |= {str(remark): remark for remark in batch.remarks}
            known_at = batch.observations["known_at"]
            after = known_at.filter(pc.greater(known_at, pa.scalar(clock, known_at.type)))
            later += len(after)
            earliest = pc.min(after).as_py()
            first = min((moment for moment in (first, earliest) if moment is not None), default=None)
            refused += batch.rejected.num_rows
            is_whole = not batch.is_cut
    except TrucewatchError as exc:
        reasons.append(Rejected(evidence_sha256=NOT_KEPT, file=name, row=0, reason=exc.message, excerpt=""))
        refused += 1
        is_ended = isinstance(exc, ReadingEnded)
    return Preview(
        rows=tuple(rows),
        counters=tuple(counters),
        taken=accepted,
        refused=refused,
        reasons=tuple(reasons),
        is_whole=is_whole,
        later=later,
        is_ended=is_ended,
        first_known_at=first,
        track_points=points,
        remarks=tuple(remarks.values()),
    )
