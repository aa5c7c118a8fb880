"""The writer of a log: entries in, durable and in order; tiles and signed checkpoints out.

`append` returns when its entries are on disk: one frame of the write-ahead file `journal`, flushed. `publish` writes what a
static web server needs: tiles, bundles, `checkpoint`, `checkpoints/<size>`. Full tiles are settled from time to time and the
journal begins anew after them, so opening reads little. One writer at a time; the caller holds the lock.

The journal: `TWLOG1\\n`, the number of its first entry (8 bytes, big-endian, a multiple of 256) and SHA-256 of both, then
frames: number of entries and length of payload (4 bytes each), the payload (an entry bundle), SHA-256 of the number of the
frame's first entry (8 bytes), the header and the payload. A frame that is cut off or does not fit its hash ends the journal: it
was never acknowledged. What is cut off is kept in `journal.torn`, in case that it was not a torn write but a damaged disk.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from trucewatch.errors import LedgerError
from trucewatch.ledger.durable import make_folder, sync_folder, write_all, write_durably
from trucewatch.ledger.note import SecretKey, sign_checkpoint
from trucewatch.ledger.tiles import (
    HEIGHT,
    WIDTH,
    TileReader,
    hashes_of,
    pack_entries,
    tile_path,
    tile_widths,
    unpack_entries,
)
from trucewatch.ledger.tree import node_hash, root_of_range

_MAGIC = b"TWLOG1\n"
_HEAD = struct.Struct(">Q")
_FRAME = struct.Struct(">II")
_HASH = 32
SETTLE_AT = 65_536
"""Entries in the journal before full tiles are settled and it begins anew."""


class Log:
    """An append-only log in a folder. `size` entries are acknowledged; `recovered_bytes` were cut off the journal's end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)
        self._path = folder / "journal"
        if not self._path.is_file():
            self._begin_journal(0, [])
        self._base, self._entries, self._end, self.recovered_bytes = _read_journal(self._path)
        self._hashes = hashes_of(self._entries)
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        if self.recovered_bytes:
            write_durably(folder / "journal.torn", self._path.read_bytes()[self._end :])
            os.ftruncate(self._descriptor, self._end)
            os.fsync(self._descriptor)
        self._settled = TileReader(folder, self._base)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)

    @property
    def size(self) -> int:
        return self._base + len(self._entries)

    def append(self, entries: Sequence[bytes]) -> int:
        """Make entries durable, in this order; the number of the first. All of them or none. Raises OSError, LedgerError."""
        first = self.size
        if not entries:
            return first
        frame = _frame(first, list(entries))
        try:
            os.lseek(self._descriptor, self._end, os.SEEK_SET)
            write_all(self._descriptor, frame)
            os.fsync(self._descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._end)
                os.fsync(self._descriptor)
            raise
        self._end += len(frame)
        self._entries += entries
        self._hashes += hashes_of(list(entries))
        if len(self._entries) >= SETTLE_AT + WIDTH:
            self._settle()
        return first

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """The acknowledged entries from this number on."""
        if start < self._base:
            yield from self._settled.entries(start)
        yield from self._entries[max(start - self._base, 0) :]

    def entry(self, index: int) -> bytes:
        """One acknowledged entry. Raises LedgerError if there is none of this number."""
        if not 0 <= index < self.size:
            raise LedgerError(f"entry {index} is not in a log of {self.size} entries")
        return self._entries[index - self._base] if index >= self._base else self._settled.entry(index)

    def node(self, height: int, index: int) -> bytes:
        """The hash of the perfect subtree of 2**height leaves at this index."""
        start, end = index << height, (index + 1) << height
        if end <= self._base:
            return self._settled.node(height, index)
        if height == 0:
            return self._hashes[start - self._base]
        known = self._nodes.get((height, index))
        if known is None:
            known = node_hash(self.node(height - 1, 2 * index), self.node(height - 1, 2 * index + 1))
            self._nodes[height, index] = known
        return known

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` entries; of all without it."""
        return root_of_range(self.node, 0, self.size if size is None else size)

    def publish(self, origin: str, keys: list[SecretKey]) -> bytes:
        """Write tiles, bundles and a signed checkpoint for all entries, durably; the checkpoint's bytes.

        The same log again writes nothing new and gives the checkpoint that was given before.
        """
        size = self.size
        mine = self.folder / "checkpoints" / str(size)
        if mine.is_file() and (self.folder / "checkpoint").is_file():
            return mine.read_bytes()
        self._write_tiles(size)
        checkpoint = sign_checkpoint(origin, size, self.root(), keys)
        make_folder(mine.parent)
        write_durably(mine, checkpoint)
        write_durably(self.folder / "checkpoint", checkpoint)
        return checkpoint

    def _write_tiles(self, size: int) -> None:
        """Every tile and bundle of a log of `size` entries that is not settled, each flushed, and old partial ones gone."""
        folders: set[Path] = set()
        first = self._base // WIDTH
        for number in range(first, -(-size // WIDTH)):
            width = min(size - number * WIDTH, WIDTH)
            at = number * WIDTH - self._base
            self._write_tile("entries", number, width, pack_entries(self._entries[at : at + width]), folders)
        level = 0
        while size >> (HEIGHT * level):
            full, partial = tile_widths(size, level)
            # A tile above the lowest level may hold settled subtrees: its row is read through `node`.
            begin = (self._base >> (HEIGHT * level)) // WIDTH
            for number in range(begin, full + bool(partial)):
                width = WIDTH if number < full else partial
                row = [self.node(HEIGHT * level, number * WIDTH + at) for at in range(width)]
                self._write_tile(level, number, width, b"".join(row), folders)
            level += 1
        for folder in sorted(folders, reverse=True):
            sync_folder(folder)

    def _write_tile(self, level: int | str, number: int, width: int, content: bytes, folders: set[Path]) -> None:
        path = self.folder / tile_path(level, number, width)
        if not path.is_file() or path.stat().st_size != len(content) or path.read_bytes() != content:
            make_folder(path.parent)
            write_durably(path, content)
            folders.add(path.parent)
        aside = self.folder / (tile_path(level, number) + ".p")
        for old in aside.iterdir() if aside.is_dir() else ():
            if old != path:
                old.unlink()
        if width == WIDTH and aside.is_dir():
            aside.rmdir()

    def _settle(self) -> None:
        """Write the full tiles, then begin the journal anew after them."""
        whole = self.size // WIDTH * WIDTH
        self._write_tiles(whole)
        kept = whole - self._base
        self._begin_journal(whole, self._entries[kept:])
        os.close(self._descriptor)
        self._base, self._entries, self._end, _ = _read_journal(self._path)
        self._hashes = hashes_of(self._entries)
        self._nodes.clear()
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        self._settled = TileReader(self.folder, self._base)

    def _begin_journal(self, base: int, entries: list[bytes]) -> None:
        head = _MAGIC + _HEAD.pack(base)
        frames = _frame(base, entries) if entries else b""
        write_durably(self._path, head + sha256(head).digest() + frames)


def _frame(first: int, entries: list[bytes]) -> bytes:
    payload = pack_entries(entries)
    head = _FRAME.pack(len(entries), len(payload))
    return head + payload + sha256(_HEAD.pack(first) + head + payload).digest()


def _read_journal(path: Path) -> tuple[int, list[bytes], int, int]:
    """The journal's first number, its entries, where its good part ends, and how many bytes lie after that."""
    content = path.read_bytes()
    start = len(_MAGIC) + _HEAD.size
    if content[: len(_MAGIC)] != _MAGIC or content[start : start + _HASH] != sha256(content[:start]).digest():
        raise LedgerError(f"{path} is no journal of a log; restore it from a copy")
    base: int = _HEAD.unpack_from(content, len(_MAGIC))[0]
    if base % WIDTH:
        raise LedgerError(f"{path} begins with entry {base}, which no settled log does; restore it from a copy")
    entries: list[bytes] = []
    position = start + _HASH
    while position + _FRAME.size <= len(content):
        count, length = _FRAME.unpack_from(content, position)
        end = position + _FRAME.size + length
        signed = content[position:end]
        if (
            end + _HASH > len(content)
            or content[end : end + _HASH] != sha256(_HEAD.pack(base + len(entries)) + signed).digest()
        ):
            break
        held = unpack_entries(signed[_FRAME.size :])
        if len(held) != count:
            break
        entries += held
        position = end + _HASH
    return base, entries, position, len(content) - position
