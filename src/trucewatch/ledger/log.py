"""The writer of a log: entries in, durable and in order; tiles and signed checkpoints out.

`append` returns when its entries are on disk: one frame of the write-ahead file `journal`, flushed. `publish` writes
what a static web server needs: tiles, bundles, `checkpoint`, `checkpoints/<size>`. Full tiles are settled from time to
time and the journal begins anew after them, so opening reads little. One writer at a time: `journal.lock`.

The journal: `TWLOG1\\n`, the number of its first entry (8 bytes, big-endian, a multiple of 256) and SHA-256 of both,
then
frames: number of entries and length of payload (4 bytes each), the payload (an entry bundle), SHA-256 of the number of
the frame's first entry (8 bytes), the header and the payload. A frame that is cut off or does not fit its hash ends the
journal: it was never acknowledged. What is cut off is kept in `journal.torn`, in case that it was not a torn write but
a damaged disk.

A journal that holds less than a checkpoint signed (an older copy put back, a damaged disk) gets the rest back from the
tiles, if they lead to the signed root. If they do not, nothing is opened: going on would sign a second history under
the same key.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from trucewatch.errors import LedgerError
from trucewatch.ledger.durable import is_in_place, make_folder, sync_folder, write_all, write_durably
from trucewatch.ledger.entry_tree import EntryTree
from trucewatch.ledger.note import Checkpoint, SecretKey, read_checkpoint, sign_checkpoint
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
from trucewatch.messages import Message

_MAGIC = b"TWLOG1\n"
_HEAD = struct.Struct(">Q")
_FRAME = struct.Struct(">II")
_HASH = 32
_SIZE = re.compile(r"0|[1-9]\d{0,15}", re.ASCII)
_REMEDY = (
    "restore the whole ledger from a copy that is not older than the last published checkpoint; only if there is none, "
    "trucewatch rebuild WATCH --accept-loss sets it aside and begins a new one"
)
SETTLE_AT = 65_536
"""Entries in the journal before full tiles are settled and it begins anew."""


class SignedEntriesLost(LedgerError):
    """A checkpoint is signed for entries that neither the journal nor the tiles hold, or for other ones."""


class Log(EntryTree):
    """An append-only log in a folder. `size` entries are acknowledged; `recovered_bytes` were cut off the journal's
    end.

    `restored` entries were missing in the journal and came back from the tiles. Raises SignedEntriesLost if the journal
    does not fit what was signed and the tiles do not help; LedgerError, OSError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folder(folder)
        self._descriptor = -1
        self._lock = _lock(folder / "journal.lock")
        self._path = folder / "journal"
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._flushed: set[Path] = set()
        self._tidied, self._next_try = 0, 0
        self._are_tiles_sure = False
        try:
            # An empty journal says as little as none: the tiles hold what was signed, and the index what was not.
            if not self._path.is_file() or not self._path.stat().st_size:
                os.close(self._begin_journal(0, []))
            self._base, self._entries, self._end, self.recovered_bytes = read_journal(self._path)
            self._hashes = hashes_of(self._entries)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            self._settled = TileReader(folder, self._base)
            self._flush_journal()
            if self.recovered_bytes:
                write_durably(folder / "journal.torn", self._path.read_bytes()[self._end :])
                os.ftruncate(self._descriptor, self._end)
                os.fsync(self._descriptor)
            self.restored = self._restore_signed()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        descriptors = (self._descriptor, self._lock)
        self._descriptor = self._lock = -1
        for descriptor in descriptors:
            if descriptor >= 0:
                os.close(descriptor)

    @property
    def is_in_place(self) -> bool:
        """Whether the files that are held lie under their names, with all that was written. Raises OSError."""
        return (
            is_in_place(self._path, self._descriptor)
            and is_in_place(self.folder / "journal.lock", self._lock)
            and os.fstat(self._descriptor).st_size >= self._end
        )

    def append(self, entries: Sequence[bytes]) -> int:
        """Make entries durable, in this order; the number of the first. All of them or none. Raises OSError,
        LedgerError."""
        first = self.size
        if not entries:
            return first
        frame = _frame(first, list(entries))
        if not self._is_name_sure:
            self._flush_name()
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
        if len(self._entries) >= max(SETTLE_AT + WIDTH, self._next_try):
            try:
                self._settle()
            except (OSError, LedgerError):  # the entries are durable; `publish` meets the same fault, and says it
                self._next_try = len(self._entries) + WIDTH
        return first

    def _flush_journal(self) -> None:
        """What a killed run wrote and did not flush counts from now on, so it is flushed first."""
        os.fsync(self._descriptor)
        self._flush_name()
        sync_folder(self.folder.parent)

    def _flush_name(self) -> None:
        """Until the journal's own name is flushed, a power cut may bring back the one that it replaced."""
        self._is_name_sure = False
        sync_folder(self.folder)
        self._is_name_sure = True

    def publish(
        self, origin: str, keys: list[SecretKey], remember: Callable[[str, int, bytes], None] = lambda *tree: None
    ) -> bytes:
        """Write tiles, bundles and a signed checkpoint for all entries, durably; the checkpoint's bytes.

        remember: told origin, size and root before anything that is signed is written; what it raises ends it there.
        In an order that leaves nothing signed without its tiles, wherever it ends: tiles and bundles; `checkpoint`;
        `checkpoints/<size>`; only then partial tiles go that nobody needs. Tiles whose checkpoint was cut off the
        inspector cannot tell from an older checkpoint put back, and says so; the next start finishes it first. The same
        log again writes nothing new and gives the checkpoint that was given before. No size is ever signed with two
        roots: SignedEntriesLost.
        """
        size, before = self.size, self._keep_latest()
        mine, latest = self.folder / "checkpoints" / str(size), self.folder / "checkpoint"
        if mine.is_file():
            checkpoint, signed = mine.read_bytes(), _read_signed(mine)
            if (signed.size, signed.root) != (size, self.root()):
                raise SignedEntriesLost(
                    Message(
                        "{mine} is signed and states another root than this log has; {remedy}",
                        mine=mine,
                        remedy=_REMEDY,
                    )
                )
            if latest.is_file() and latest.read_bytes() == checkpoint and self._tiles_stand(size):
                return checkpoint
            self._write_tiles(size)
            remember(origin, size, self.root())
        else:
            self._write_tiles(size)
            remember(origin, size, self.root())
            checkpoint = sign_checkpoint(origin, size, self.root(), keys)
        write_durably(latest, checkpoint)
        self._keep_latest()
        with suppress(OSError):  # the checkpoint is out; what stays is only untidy, and the next one removes it
            self._remove_partial_tiles(before)
        return checkpoint

    @property
    def is_published(self) -> bool:
        """Whether the last checkpoint covers every entry, and is kept under its size too."""
        mine, latest = self.folder / "checkpoints" / str(self.size), self.folder / "checkpoint"
        return mine.is_file() and latest.is_file() and latest.read_bytes() == mine.read_bytes()

    def _keep_latest(self) -> int:
        """Keep `checkpoint` under its size too, which a killed run may have left out; its size, 0 if there is none."""
        latest = self.folder / "checkpoint"
        if not latest.is_file():
            return 0
        try:
            size = _read_signed(latest).size
        except SignedEntriesLost:
            signed = last_signed(self.folder)  # it is damaged; the copy under its size is whole, and it is written anew
            return signed.size if signed else 0
        copy = self.folder / "checkpoints" / str(size)
        if not copy.is_file():
            sync_folder(self.folder)  # the copy never survives without it: alone it would look like a rollback
            make_folder(copy.parent)
            write_durably(copy, latest.read_bytes())
        return size

    def _restore_signed(self) -> int:
        """Hold the journal against the last checkpoint; take what it lost back from the tiles. How many entries that
        were."""
        signed = last_signed(self.folder)
        if signed is None:
            return 0
        count = len(self._entries)
        try:
            lost = list(TileReader(self.folder, signed.size).entries(self.size)) if signed.size > self.size else []
            self._entries += lost
            self._hashes += hashes_of(lost)
            why = "" if self.root(signed.size) == signed.root else "they lead to another root"
        except LedgerError as exc:
            lost, why = [], str(exc)
        if why:
            raise SignedEntriesLost(
                Message(
                    "{folder}: a checkpoint of {size} entries is signed; the journal holds {value}, and with the tiles "
                    "it does not give what was signed ({why}); {remedy}",
                    folder=self.folder,
                    size=signed.size,
                    value=self._base + count,
                    why=why,
                    remedy=_REMEDY,
                )
            )
        del self._entries[count:], self._hashes[count:]
        self._nodes.clear()
        for at in range(0, len(lost), WIDTH):
            self.append(lost[at : at + WIDTH])
        return len(lost)

    def _write_tiles(self, size: int) -> None:
        """Every tile and bundle of a log of `size` entries that is not settled, each flushed. Removes none."""
        try:
            for level, number, width, content in self._tiles(size):
                self._write_tile(level, number, width, content)
        except BaseException:
            self._flushed.clear()
            raise
        self._are_tiles_sure = True

    def _tiles(self, size: int) -> Iterator[tuple[int | str, int, int, bytes]]:
        """Level, number, width and content of every tile and bundle of a log of `size` entries that is not settled."""
        for number in range(self._base // WIDTH, -(-size // WIDTH)):
            width = min(size - number * WIDTH, WIDTH)
            at = number * WIDTH - self._base
            yield "entries", number, width, pack_entries(self._entries[at : at + width])
        for level in range(_height_in_tiles(size)):
            full, partial = tile_widths(size, level)
            # A tile above the lowest level may hold settled subtrees: its row is read through `node`.
            for number in range((self._base >> (HEIGHT * level)) // WIDTH, full + bool(partial)):
                width = WIDTH if number < full else partial
                row = [self.node(HEIGHT * level, number * WIDTH + at) for at in range(width)]
                yield level, number, width, b"".join(row)

    def _tiles_stand(self, size: int) -> bool:
        """Whether they are all there as they have to be; looked at once a run, since a disk or a copy may lose some."""
        if not self._are_tiles_sure:
            self._are_tiles_sure = all(
                _holds(self.folder / tile_path(level, number, width), content)
                for level, number, width, content in self._tiles(size)
            )
        return self._are_tiles_sure

    def _write_tile(self, level: int | str, number: int, width: int, content: bytes) -> None:
        """Written aside at the ledger's top: beside a partial tile, a half-written one would pass for a foreign one."""
        path = self.folder / tile_path(level, number, width)
        if not _holds(path, content):
            make_folder(path.parent)
            write_durably(path, content, aside=self.folder / f".tile.{os.getpid()}.tmp")
        for folder in (path.parent, *path.parent.parents):
            if folder in self._flushed or folder == self.folder.parent:
                break
            sync_folder(
                folder
            )  # once a run: a killed one may have made the tile, or its folder, and not flushed its name
            self._flushed.add(folder)

    def _remove_partial_tiles(self, before: int) -> None:
        """Remove partial tiles that no checkpoint needs: whoever read one finds all its tiles until the checkpoint
        after next.

        They go if the full tile was there for the checkpoint before this one, of `before` entries; bundles and tiles of
        the lowest level also if no checkpoint of their size was published. (C2SP tlog-tiles, "Partial tiles".)
        """
        for level in ("entries", *range(_height_in_tiles(before))):
            height = HEIGHT * (0 if level == "entries" else int(level))
            for number in range((self._tidied >> height) // WIDTH, (before >> height) // WIDTH + 1):
                aside = self.folder / (tile_path(level, number) + ".p")
                if not aside.is_dir():
                    continue
                is_full = (number + 1) * WIDTH << height <= before
                for path in aside.iterdir():
                    size = number * WIDTH + int(path.name) if path.name.isdecimal() else 0
                    is_published = height > 0 or (self.folder / "checkpoints" / str(size)).is_file()
                    if is_full or not is_published:
                        path.unlink()
                if is_full:
                    aside.rmdir()
        self._tidied = before

    def _settle(self) -> None:
        """Write the full tiles, then begin the journal anew after them."""
        whole = self.size // WIDTH * WIDTH
        self._write_tiles(whole)
        rest = self._entries[whole - self._base :]
        descriptor = self._begin_journal(whole, rest)
        os.close(self._descriptor)
        self._descriptor, self._base, self._entries = descriptor, whole, rest
        self._end = os.fstat(descriptor).st_size
        self._hashes = hashes_of(rest)
        self._nodes.clear()
        self._settled = TileReader(self.folder, whole)
        self._flush_name()

    def _begin_journal(self, base: int, entries: list[bytes]) -> int:
        """A new journal in the old one's place, its bytes flushed, its name not yet; its descriptor."""
        head = _MAGIC + _HEAD.pack(base)
        frames = _frame(base, entries) if entries else b""
        aside = self.folder / f".journal.{os.getpid()}.tmp"
        descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            write_all(descriptor, head + sha256(head).digest() + frames)
            os.fsync(descriptor)
            os.replace(aside, self._path)  # noqa: PTH105 - one name for the tests that make it fail
        except BaseException:
            os.close(descriptor)
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
        self._is_name_sure = False
        return descriptor


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _height_in_tiles(size: int) -> int:
    return -(-size.bit_length() // HEIGHT)


def last_signed(folder: Path) -> Checkpoint | None:
    """The largest checkpoint that was published, None if there is none. Raises SignedEntriesLost if it cannot be
    read."""
    older, latest = folder / "checkpoints", folder / "checkpoint"
    names = [path.name for path in older.iterdir() if _SIZE.fullmatch(path.name)] if older.is_dir() else []
    checkpoints = [_read_signed(older / max(names, key=int))] if names else []
    # `checkpoint` is a copy of the last one, and is written anew.
    with suppress(*[SignedEntriesLost] if checkpoints else []):
        checkpoints += [_read_signed(latest)] if latest.is_file() else []
    return max(checkpoints, key=lambda checkpoint: checkpoint.size, default=None)


def _read_signed(path: Path) -> Checkpoint:
    try:
        with path.open("rb") as stream:
            return read_checkpoint(stream.read((1 << 20) + 1))  # one byte more than any checkpoint has
    except LedgerError as exc:
        raise SignedEntriesLost(
            Message(
                "{path} is no checkpoint: {error}; restore it from a copy. Otherwise, {remedy}",
                path=path,
                error=exc,
                remedy=_REMEDY,
            )
        ) from exc


def read_acknowledged(folder: Path) -> Iterator[bytes]:
    """The entries that a log's files hold now, from the first on, while another process may be writing. Changes
    nothing.

    Raises LedgerError, OSError.
    """
    base, entries, _, _ = read_journal(folder / "journal")
    yield from TileReader(folder, base).entries()
    yield from entries


def read_what_is_left(folder: Path) -> Iterator[bytes]:
    """The entries of a damaged log that can still be read, in order, as far as its files tell. Changes nothing."""
    signed, base, entries = None, 0, list[bytes]()
    with suppress(LedgerError):
        signed = last_signed(folder)
    with suppress(LedgerError, OSError):
        base, entries, _, _ = read_journal(folder / "journal")
    with suppress(LedgerError):
        yield from TileReader(folder, base).entries()
    yield from entries
    if signed is not None and signed.size > base + len(entries):
        with suppress(LedgerError):
            yield from TileReader(folder, signed.size).entries(base + len(entries))


def _lock(path: Path) -> int:
    """Take the log for this process; the system gives it back when the process ends. Raises LedgerError if another has
    it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise LedgerError(
            Message("{parent} is being written by another process; wait for it, or end it", parent=path.parent)
        ) from None
    return descriptor


def _frame(first: int, entries: list[bytes]) -> bytes:
    payload = pack_entries(entries)
    head = _FRAME.pack(len(entries), len(payload))
    return head + payload + sha256(_HEAD.pack(first) + head + payload).digest()


def read_journal(path: Path) -> tuple[int, list[bytes], int, int]:
    """The journal's first number, its entries, where its good part ends, and how many bytes lie after that."""
    content = path.read_bytes()
    start = len(_MAGIC) + _HEAD.size
    if content[: len(_MAGIC)] != _MAGIC or content[start : start + _HASH] != sha256(content[:start]).digest():
        raise LedgerError(Message("{path} is no journal of a log; restore it from a copy", path=path))
    base: int = _HEAD.unpack_from(content, len(_MAGIC))[0]
    if base % WIDTH:
        raise LedgerError(
            Message(
                "{path} begins with entry {base}, which no settled log does; restore it from a copy",
                path=path,
                base=base,
            )
        )
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
        unpacked = unpack_entries(signed[_FRAME.size :])
        if len(unpacked) != count:
            break
        entries += unpacked
        position = end + _HASH
    return base, entries, position, len(content) - position
