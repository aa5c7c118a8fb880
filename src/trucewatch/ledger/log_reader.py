"""A log's files as they stand, for whoever only reads: its size, roots and entries, while another process may write."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from trucewatch.errors import LedgerError
from trucewatch.ledger.entry_tree import EntryTree
from trucewatch.ledger.log import last_signed, read_journal
from trucewatch.ledger.tiles import TileReader, hashes_of
from trucewatch.messages import Message

LARGEST_JOURNAL: Final = 1 << 28
"""Bytes; full tiles are settled long before."""


class LogReader(EntryTree):
    """What a log's files hold now. A copy without a journal is read from its tiles, up to its checkpoint.

    Raises LedgerError, OSError, here and in what it is asked.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._entries: list[bytes] = []
        if (folder / "journal").is_file():
            if (folder / "journal").stat().st_size > LARGEST_JOURNAL:
                raise LedgerError(
                    Message("{path} is no journal of a log; restore it from a copy", path=folder / "journal")
                )
            self._base, self._entries, _, _ = read_journal(folder / "journal")
        else:
            signed = last_signed(folder)
            self._base = signed.size if signed else 0
        self._hashes = hashes_of(self._entries)
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._settled = TileReader(folder, self._base)
