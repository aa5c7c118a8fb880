"""Rows in memory → incidents, by the same steps as files; for tables that researchers hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.archive.incidents import ARCHIVE_SCHEMA
from trucewatch.archive.rows import Rows
from trucewatch.archive.slice_fusion import Job, Seams, fuse_slice
from trucewatch.archive.slices import cut_slices
from trucewatch.archive.writing import IncidentFile

SLICE_ROWS: Final = 500_000
THREADS: Final = 2
"""The next slice is cut while one is fused; a library takes no more of its caller's machine."""


def fuse_rows(rows: Rows, job: Job) -> tuple[pa.Table, list[Any]]:
    """The incidents of all rows (ARCHIVE_SCHEMA), and tables of who belongs to which if the job asks for them."""
    if len(rows) and np.any(np.diff(rows["start_us"]) < 0):
        rows = rows.take(np.argsort(rows["start_us"], kind="stable"))
    tables: list[pa.Table] = []
    members: list[Any] = []
    file, seams = IncidentFile(tables.append), Seams(job)
    with ThreadPoolExecutor(THREADS) as pool:
        pieces = cut_slices([rows], job.association, most_rows=SLICE_ROWS, days=None)
        for fused in pool.map(lambda piece: fuse_slice(piece, job), pieces):
            closed, belonging = seams.take(fused)
            file.add(fused.closed, settled_us=-(1 << 62))
            file.add(closed, settled_us=job.association.settled_us(fused.edges.until_us))
            members += [table for table in (fused.members, belonging) if table is not None]
    return pa.concat_tables([ARCHIVE_SCHEMA.empty_table(), *tables]), members
