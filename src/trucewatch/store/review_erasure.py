"""What goes with an opened position: the files in which it lay sealed, which officers' keys still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trucewatch.store.store import Store

_COMMITMENT: Final = "trucewatch/review-commitment/1"
_POSITION: Final = "trucewatch/review-position/1"
_RESEAL: Final = "trucewatch/review-reseal/1"


def sealed_files_with(store: Store, sha256: str) -> list[tuple[str, str]]:
    """The age files of an opened position, and what they are; none for other bytes."""
    if sha256 not in store.objects:
        return []
    rows = store.index.rows(
        "SELECT number, schema FROM entry WHERE schema IN (?, ?, ?) ORDER BY number", _COMMITMENT, _POSITION, _RESEAL
    )
    opened = store.journal.entries_at(number for number, schema in rows if schema == _POSITION)
    commitments = {entry.record["commitment"] for entry in opened if entry.record["position"] == sha256} - {""}
    if not commitments:
        return []
    sealed = store.journal.entries_at(number for number, schema in rows if schema != _POSITION)
    names = [entry.record["sealed"] for entry in sealed if entry.record["commitment"] in commitments]
    return [(name, "the file in which that position lay sealed") for name in names if name in store.objects]
