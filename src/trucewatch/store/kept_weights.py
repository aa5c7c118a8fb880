"""What moved each incident of the last list, beside the ledger: a file under `private/` that any run makes again.

It tells of silent devices, so it is in no record, bundle or copy; a list of before has none.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from trucewatch.store.private_files import read_private, remove_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from trucewatch.store.store import Store

_NAME: Final = "weights.parquet"
_ENTRY: Final = b"list"


def keep_weights(store: Store, weights: pa.Table, entry: int) -> None:
    """Keeps the weights of the list of an entry, in place of those of another. Raises StoreError."""
    stream = io.BytesIO()
    pq.write_table(weights.replace_schema_metadata({_ENTRY: str(entry).encode()}), stream, compression="zstd")
    write_private(store.root / "private", _NAME, stream.getvalue())


def kept_weights(store: Store, entry: int) -> pa.Table | None:
    """The weights of the list of an entry; None where another list's are kept, or what is kept cannot be read."""
    content = read_private(store.root / "private", _NAME)
    if content is None:
        return None
    try:
        with pq.ParquetFile(io.BytesIO(content), pre_buffer=False) as file:
            table = file.read(use_threads=False)
    except (OSError, pa.ArrowInvalid):
        return None  # the next run makes it again
    is_its = (table.schema.metadata or {}).get(_ENTRY) == str(entry).encode()
    return table if is_its else None


def forget_weights(root: Path) -> None:
    """Removes them; the next run makes them again from what is still there."""
    remove_private(root / "private", _NAME)
