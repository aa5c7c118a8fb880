"""Of one list the incidents that clauses ask about, and how its findings on single incidents came out: files under
`private/` that anybody makes again who asks how clauses stand. They decide nothing."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from trucewatch.errors import StoreError
from trucewatch.store.private_files import read_private, remove_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from trucewatch.store.store import Store

_FILES: Final = ("bearing-incidents.parquet", "bearing-findings.parquet")
_KEY: Final = b"of"


@dataclass(frozen=True, slots=True)
class Bearing:
    """incidents: whole rows. findings: by stipulation and code how often, with the microseconds (since 1970) at which
    the first and the last report of its incident became known."""

    incidents: pa.Table
    findings: pa.Table


def keep_bearing(store: Store, key: str, bearing: Bearing) -> None:
    """Keep it in place of another. key: of the list and of what was looked for. Raises StoreError."""
    for name, table in zip(_FILES, (bearing.incidents, bearing.findings), strict=True):
        sink = io.BytesIO()
        pq.write_table(table.replace_schema_metadata({_KEY: key.encode()}), sink, compression="zstd")
        write_private(store.root / "private", name, sink.getvalue())


def kept_bearing(store: Store, key: str) -> Bearing | None:
    """What is kept under this key; None for another, and where it cannot be read."""
    tables = []
    for name in _FILES:
        try:
            content = read_private(store.root / "private", name)
            table = pq.read_table(pa.BufferReader(content)) if content is not None else None
        except (StoreError, pa.ArrowException, OSError):
            return None
        if table is None or (table.schema.metadata or {}).get(_KEY) != key.encode():
            return None
        tables.append(table.replace_schema_metadata(None))
    return Bearing(*tables)


def forget_bearing(root: Path) -> None:
    """Removes it; who asks next makes it again from what is still there."""
    for name in _FILES:
        remove_private(root / "private", name)
