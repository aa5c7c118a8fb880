"""A log's files as they stand, for whoever only reads: its size, roots and entries, while another process may write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trucewatch.errors import LedgerError
from trucewatch.ledger.log import last_signed, read_journal
from trucewatch.ledger.tiles import TileReader, hashes_of
from trucewatch.ledger.tree import node_hash, root_of_range
from trucewatch.messages import Message

LARGEST_JOURNAL: Final = 1 << 28
"""Bytes; full tiles are settled long before."""


class LogReader:
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

    @property
    def size(self) -> int:
        return self._base + len(self._entries)

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """The entries from this number on."""
        if start < self._base:
            yield from self._settled.entries(start)
        yield from self._entries[max(start - self._base, 0) :]

    def node(self, height: int, index: int) -> bytes:
        """The hash of the perfect subtree of 2**height leaves at this index."""
        if (index + 1) << height <= self._base:
            return self._settled.node(height, index)
        if height == 0:
            return self._hashes[index - self._base]
        digest = self._nodes.get((height, index))
        if digest is None:
            digest = node_hash(self.node(height - 1, 2 * index), self.node(height - 1, 2 * index + 1))
            self._nodes[height, index] = digest
        return digest

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` entries; of all without it."""
        return root_of_range(self.node, 0, self.size if size is None else size)
