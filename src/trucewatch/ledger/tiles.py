"""The files of a log in the C2SP tlog-tiles layout: where a tile lies, and a reader of hashes and entries."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from trucewatch.errors import LedgerError
from trucewatch.ledger.tree import leaf_hash, node_hash
from trucewatch.messages import Message

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle; a tile spans eight levels of the tree."""
HEIGHT = 8


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """`tile/0/x001/x234/067`, with `.p/<width>` for a partial one; level "entries" for bundles."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03d}")
    path = f"tile/{level}/" + "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"


def pack_entries(entries: list[bytes]) -> bytes:
    """An entry bundle: each entry after its length as two bytes, big-endian. Raises LedgerError for one too long."""
    for entry in entries:
        if len(entry) > 0xFFFF:
            raise LedgerError(Message("an entry of {entry} bytes is too long; 65,535 is the most", entry=len(entry)))
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises LedgerError if the lengths do not fit."""
    entries, position = [], 0
    while position < len(bundle):
        length = int.from_bytes(bundle[position : position + 2], "big")
        position += 2 + length
        if position > len(bundle):
            raise LedgerError(Message("an entry bundle is cut off"))
        entries.append(bundle[position - length : position])
    return entries


def tile_widths(size: int, level: int) -> tuple[int, int]:
    """How many full tiles a level has, and how wide its partial one is (0 for none), in a log of this size."""
    nodes = size >> (HEIGHT * level)
    return nodes // WIDTH, nodes % WIDTH


def rows_of_tile(content: bytes, width: int) -> list[list[bytes]]:
    """All hashes inside one tile: its own row, and the rows above it as far as they are complete."""
    rows = [[content[at : at + 32] for at in range(0, 32 * width, 32)]]
    while len(row := rows[-1]) > 1:
        rows.append([node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)])
    return rows


class TileReader:
    """Hashes of perfect subtrees and entries of a log of `size` entries, read from its files. Reads only.

    Tiles are checked for their length, not against a root: that is what proofs and the inspector are for.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self._levels = lru_cache(maxsize=64)(self._read_levels)

    def node(self, height: int, index: int) -> bytes:
        """The hash of the perfect subtree of 2**height leaves at this index."""
        level, inside = divmod(height, HEIGHT)
        number, offset = divmod(index << inside, WIDTH)
        return self._levels(level, number)[inside][offset >> inside]

    def entry(self, index: int) -> bytes:
        """One entry."""
        return self.bundle(index // WIDTH)[index % WIDTH]

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """The entries from this number on."""
        for number in range(start // WIDTH, -(-self.size // WIDTH)):
            yield from self.bundle(number)[max(start - number * WIDTH, 0) :]

    def bundle(self, number: int) -> list[bytes]:
        """The entries of one bundle. Raises LedgerError."""
        width = min(self.size - number * WIDTH, WIDTH)
        bundle = self._read("entries", number, width)
        try:
            entries = unpack_entries(bundle)
        except LedgerError as exc:
            raise self._spoilt("entries", number, width, str(exc)) from exc
        if len(entries) < width:
            raise self._spoilt("entries", number, width, f"it holds {len(entries)} entries, not {width}")
        return entries[:width]

    def _read_levels(self, level: int, number: int) -> list[list[bytes]]:
        """`rows_of_tile`, once its length is checked. Raises LedgerError."""
        full, partial = tile_widths(self.size, level)
        width = WIDTH if number < full else partial
        content = self._read(level, number, width)
        if len(content) < 32 * width:
            raise self._spoilt(level, number, width, f"it is {len(content)} bytes long, not {32 * width}")
        return rows_of_tile(content, width)

    def _read(self, level: int | str, number: int, width: int) -> bytes:
        """A tile of at least this width: the partial one, or a wider or full one that has replaced it since."""
        aside = self.folder / (tile_path(level, number) + ".p")
        wider = sorted(int(path.name) for path in aside.iterdir() if path.name.isdigit()) if aside.is_dir() else []
        for wide in (width, WIDTH, *(other for other in wider if other > width)):
            path = self.folder / tile_path(level, number, wide)
            if path.is_file():
                return path.read_bytes()
        raise self._spoilt(level, number, width, "it is missing")

    def _spoilt(self, level: int | str, number: int, width: int, what: str) -> LedgerError:
        path = self.folder / tile_path(level, number, width)
        return LedgerError(
            Message("{path}: {what}; restore it from a copy, or from anyone who follows this log", path=path, what=what)
        )


def hashes_of(entries: list[bytes]) -> list[bytes]:
    """The leaf hashes of entries."""
    return [leaf_hash(entry) for entry in entries]
