"""How long a source usually says nothing, by its own records; and which have said nothing for longer than that.

A pause is the time from one moment at which something of the source became known to the next. What is usual is the
pause that nineteen of twenty do not exceed. A silent source says nothing of what happens where it would see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.desks.sources.status import SILENT_AFTER

LOOKED_BACK: Final = timedelta(days=30)
"""Of which records a rhythm is taken: what a source did a year ago is no habit of today."""
LEAST_PAUSES: Final = 8
"""With fewer nothing is usual, and a source counts as silent after SILENT_AFTER, as on its page."""
_USUAL_SHARE: Final = 0.95
_MINUTE_US: Final = 60_000_000

Moments = Mapping[str, npt.NDArray[np.int64]]
"""Source → the minutes (since 1970) in which something of it became known, each once, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentSource:
    """One source that has said nothing for longer than it usually does. usually: None with too few pauses on record."""

    source: str
    since: datetime
    lasting: timedelta
    usually: timedelta | None


def moments_of(observations: pa.Table) -> Moments:
    """When something of each source became known. observations: with `source` and `known_at`, UTC."""
    minutes = np.asarray(observations["known_at"].cast(pa.int64()).combine_chunks(), dtype=np.int64) // _MINUTE_US
    coded = observations["source"].combine_chunks().dictionary_encode()
    codes = np.asarray(coded.indices, dtype=np.int64)
    return {
        str(name): np.unique(minutes[codes == code]) for code, name in enumerate(coded.dictionary.to_pylist()) if name
    }


def usual_pause(minutes: npt.NDArray[np.int64]) -> timedelta | None:
    """The pause that nineteen of twenty of these do not exceed; None with fewer than LEAST_PAUSES.

    >>> usual_pause(np.arange(0, 200, 10))
    datetime.timedelta(seconds=600)
    >>> usual_pause(np.arange(5))
    """
    pauses = np.diff(minutes)
    if len(pauses) < LEAST_PAUSES:
        return None
    return timedelta(minutes=float(np.quantile(pauses, _USUAL_SHARE, method="higher")))


def silence_of(
    source: str, minutes: npt.NDArray[np.int64], now: datetime, *, delay: timedelta, heard_at: datetime | None = None
) -> SilentSource | None:
    """That a source has said nothing for longer than it usually does, or None.

    minutes: as in Moments; what became known after `now` counts for nothing. delay: how late what it says usually
    comes, which is no silence while no rhythm is known. heard_at: when a file of it came last, with or without rows.
    """
    clock = int(now.timestamp()) // 60
    own = minutes[(minutes <= clock) & (minutes > clock - LOOKED_BACK.total_seconds() / 60)]
    known = minutes[minutes <= clock]
    if not len(known):
        return None  # it never said anything: no habit was broken
    since = datetime.fromtimestamp(int(known[-1]) * 60, UTC)
    since = max(since, heard_at) if heard_at and heard_at <= now else since
    usually = usual_pause(own)
    lasting = now - since
    if lasting <= (delay + SILENT_AFTER if usually is None else usually):
        return None
    return SilentSource(source=source, since=since, lasting=lasting, usually=usually)
