"""The entries of a log and their tree (RFC 6962): settled ones in tiles, later ones in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from trucewatch.errors import LedgerError
from trucewatch.ledger.tiles import WIDTH, TileReader
from trucewatch.ledger.tree import node_hash, root_of_range
from trucewatch.messages import Message


class EntryTree:
    """What a log in `folder` and whoever reads one know alike. Raises LedgerError, OSError in what it is asked."""

    folder: Path
    _base: int
    """So many entries are settled: they are read from the tiles."""
    _settled: TileReader
    _entries: list[bytes]
    """Those after them, with their leaf hashes, and the nodes over them that were worked out so far."""
    _hashes: list[bytes]
    _nodes: dict[tuple[int, int], bytes]

    @property
    def size(self) -> int:
        return self._base + len(self._entries)

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """The entries from this number on."""
        if start < self._base:
            yield from self._settled.entries(start)
        yield from self._entries[max(start - self._base, 0) :]

    def entries_at(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """The entries of these numbers, each with its number; those that stand in one tile beside each other read it
        once. Raises as `entry` does."""
        place, bundle = -1, list[bytes]()
        for number in numbers:
            if number // WIDTH != place and 0 <= number < self._base:
                place, bundle = number // WIDTH, self._settled.bundle(number // WIDTH)
            is_read = number // WIDTH == place and number % WIDTH < len(bundle)
            yield number, bundle[number % WIDTH] if is_read else self.entry(number)

    def entry(self, index: int) -> bytes:
        """One entry. Raises LedgerError if there is none of this number."""
        if not 0 <= index < self.size:
            raise LedgerError(Message("entry {index} is not in a log of {size} entries", index=index, size=self.size))
        return self._entries[index - self._base] if index >= self._base else self._settled.entry(index)

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
