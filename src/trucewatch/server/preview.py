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

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.evidence import Rejected
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.sources import adapter

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
    first_known_at: datetime | None = None
    """When the first of those becomes known."""

    @property
    def fault(self) -> Message | None:
        """Why the file as a whole cannot be read; None if it can."""
        return next((rejected.reason for rejected in self.reasons if rejected.row == 0), None)


def preview_reading(path: Path, name: str, setting: SourceSetting, watch: Watch, now: datetime) -> Preview:
    """Read a file by a source's setting. Keeps nothing; a file that cannot be read is a preview with a fault."""
    context = ReadingContext(towns=watch.basemap.towns, area=watch.settings.area, party_ids=watch.agreement.party_ids)
    origin = Origin(evidence_sha256=NOT_KEPT, file=name, received_at=now)
    rows: list[Mapping[str, Any]] = []
    counters: list[Mapping[str, Any]] = []
    reasons: list[Rejected] = []
    accepted = refused = later = 0
    first: datetime | None = None
    clock = watch.settings.watch_time or now
    is_whole = True
    try:
        for batch in adapter(setting.adapter).read(path, origin, setting, context):
            rows += batch.observations.slice(0, SHOWN_ROWS - len(rows)).to_pylist()
            counters += batch.counters.slice(0, SHOWN_ROWS - len(counters)).to_pylist()
            reasons += batch.rejected[: SHOWN_REASONS - len(reasons)]
            reasons += [rejected for rejected in batch.rejected[SHOWN_REASONS:] if rejected.row == 0]
            accepted += batch.observations.num_rows + batch.counters.num_rows
            known_at = batch.observations["known_at"]
            after = known_at.filter(pc.greater(known_at, pa.scalar(clock, known_at.type)))
            later += len(after)
            earliest = pc.min(after).as_py()
            first = min((moment for moment in (first, earliest) if moment is not None), default=None)
            refused += len(batch.rejected)
            if accepted + refused >= MOST_ROWS:
                is_whole = False
                break
    except TrucewatchError as exc:
        reasons.append(Rejected(evidence_sha256=NOT_KEPT, file=name, row=0, reason=exc.message, excerpt=""))
        refused += 1
    return Preview(
        rows=tuple(rows),
        counters=tuple(counters),
        taken=accepted,
        refused=refused,
        reasons=tuple(reasons),
        is_whole=is_whole,
        later=later,
        first_known_at=first,
    )
