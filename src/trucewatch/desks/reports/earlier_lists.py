"""Earlier lists worked out again, for drafts that stay on them: a few are held, each made once for all who ask."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trucewatch.desks.reports.sharing import Sharing
from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.store import Store
from trucewatch.store.lists import recorded_list

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment

MOST_KEPT: Final = 4
Pinned = tuple[int, datetime, datetime | None]
"""What names an earlier list: its entry, the cut-off, and when the draft took its figures."""


class EarlierLists:
    """Lists by what a draft says of the one that it stands on."""

    def __init__(self, store: Store, folder: Path, clock: Callable[[], datetime], shared: Sharing) -> None:
        self._store, self._folder, self._clock, self._shared = store, folder, clock, shared
        self._kept: dict[Pinned, Assessment] = {}
        self._keeping = threading.Lock()

    def get(self, pinned: Pinned, *, within_s: float | None = None) -> Assessment:
        """The list worked out from what the journal held when the draft took its figures.

        The list itself may be older than the cut-off: one that comes out the same is not recorded again. Raises
        ReportError if the journal does not hold it any more, StillWorkingError where it takes longer than `within_s`.
        """
        with self._keeping:
            kept = self._kept.get(pinned)
        if kept is not None:
            return kept
        # Kept here and not with other shared work: lists are large, and other results are many.
        return self._shared.get(("list", pinned), lambda: self._work_out(*pinned), within_s=within_s, keep=False)

    def _work_out(self, entry: int, cut_off: datetime, taken_at: datetime | None) -> Assessment:
        from trucewatch.pipeline import assess

        recorded = recorded_list(self._store, entry)
        if recorded is None or recorded.as_of > cut_off:
            raise ReportError(
                Message(
                    "the list of entry {entry}, on which this draft stands, is not in the ledger any more; "
                    "take the newer figures",
                    entry=entry,
                )
            )
        inputs_by = taken_at or recorded.recorded_at
        again = assess(self._store, self._folder, now=self._clock(), as_of=cut_off, recorded_by=inputs_by)
        again = replace(again, checkpoint=self._store.first_checkpoint_covering(recorded.entry).decode())
        with self._keeping:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[entry, cut_off, taken_at] = again
        return again
