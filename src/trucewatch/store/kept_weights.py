"""What moved each incident of the last list, beside the ledger: files under `private/` that any run makes again.

They tell of silent devices, so they are in no record, bundle or copy; a list of before has none. One file holds the
weights of a whole list, another what differs since, so that a list that differs in few incidents writes few.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trucewatch.store.private_files import read_private, remove_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from trucewatch.store.store import Store

_WHOLE: Final = "weights.parquet"
_CHANGES: Final = "weights-changes.parquet"
_ENTRY: Final = b"list"
_SINCE: Final = b"since"
_GONE: Final = b"gone"
_MOST: Final = 4_096
"""Of more rows that differ the whole is written anew."""


@dataclass(slots=True)
class _Written:
    """What was written since the whole was: of which incidents the weights there no longer count, and those that do."""

    whole: int = -1
    last: int = -1
    gone: set[str] = field(default_factory=set)
    fresh: pa.Table | None = None


def keep_weights(
    store: Store,
    weights: pa.Table,
    entry: int,
    *,
    since: int = -1,
    gone: Collection[str] = (),
    fresh: pa.Table | None = None,
) -> None:
    """Keeps the weights of the list of an entry, in place of those of another.

    since: the entry of a list of which only some incidents' weights differ: those of `gone` are no more, `fresh` are
    the new ones. Raises StoreError.
    """
    written = store.memory.of(_Written)
    if since < 0 or since != written.last or fresh is None:
        remove_private(store.root / "private", _CHANGES)
        _write(store, _WHOLE, weights, {_ENTRY: str(entry)})
        store.memory.put(_Written(entry, entry))
        return
    parts = [fresh]
    if written.fresh is not None:
        is_gone = pc.is_in(written.fresh["incident_id"], value_set=pa.array([*gone], pa.string()))
        parts.insert(0, written.fresh.filter(pc.invert(is_gone)))
    rows, names = pa.concat_tables(parts).combine_chunks(), written.gone | {*gone}
    if rows.num_rows + len(names) > _MOST:
        keep_weights(store, weights, entry)
        return
    about = {_ENTRY: str(entry), _SINCE: str(written.whole), _GONE: " ".join(sorted(names))}
    _write(store, _CHANGES, rows, about)
    store.memory.put(_Written(written.whole, entry, names, rows))


def kept_weights(store: Store, entry: int) -> pa.Table | None:
    """The weights of the list of an entry; None where another list's are kept, or what is kept cannot be read."""
    whole, changes = _read(store.root, _WHOLE), _read(store.root, _CHANGES)
    if whole is None:
        store.memory.put(_Written())  # the next run makes it again, also of this process
        return None
    of_whole, of_changes = (table.schema.metadata or {} if table is not None else {} for table in (whole, changes))
    is_its = of_changes.get(_ENTRY) == str(entry).encode() and of_changes.get(_SINCE) == of_whole.get(_ENTRY)
    if changes is None or not is_its:
        return whole if of_whole.get(_ENTRY) == str(entry).encode() else None
    gone = pa.array(of_changes.get(_GONE, b"").decode().split(), pa.string())
    stays = whole.filter(pc.invert(pc.is_in(whole["incident_id"], value_set=gone)))
    rows = pa.concat_tables([stays.replace_schema_metadata(), changes.replace_schema_metadata()])
    return rows.sort_by("incident_id")


def forget_weights(root: Path) -> None:
    """Removes them; the next run makes them again from what is still there."""
    for name in (_WHOLE, _CHANGES):
        remove_private(root / "private", name)


def _write(store: Store, name: str, rows: pa.Table, about: dict[bytes, str]) -> None:
    stream = io.BytesIO()
    metadata = {key: value.encode() for key, value in about.items()}
    pq.write_table(rows.replace_schema_metadata(metadata), stream, compression="zstd")
    write_private(store.root / "private", name, stream.getvalue())


def _read(root: Path, name: str) -> pa.Table | None:
    content = read_private(root / "private", name)
    if content is None:
        return None
    try:
        with pq.ParquetFile(io.BytesIO(content), pre_buffer=False) as file:
            return file.read(use_threads=False)
    except (OSError, pa.ArrowInvalid):
        return None
