"""Files of any size → incidents: read in pieces, cut into slices, fused on several workers, written as they close."""

from __future__ import annotations

import csv
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol, Self

import numpy as np
import pyarrow as pa

from trucewatch.archive.calibrated_rows import calibrated_rows
from trucewatch.archive.incidents import ARCHIVE_SCHEMA, sort_keys
from trucewatch.archive.read import Input, Piece, Reading, Refused, inputs_of, read_pieces
from trucewatch.archive.rows import Rows
from trucewatch.archive.slice_association import MOST_REACH_US, Association
from trucewatch.archive.slice_fusion import MEMBER_SCHEMA, Fused, Job, Seams, fuse_slice
from trucewatch.archive.slices import OutOfOrderError, Slice, SortedRuns, cut_slices
from trucewatch.archive.writing import IncidentFile, TableFile
from trucewatch.archive.zone_lookup import Situation
from trucewatch.errors import TrucewatchError
from trucewatch.fusion.gate_kernels import SIGMAS
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import BURNS_AFTER_S, BURNS_BEFORE_S
from trucewatch.messages import Message
from trucewatch.model.calibration import PRIOR, Calibration

BYTES_A_ROW: Final = {"cylinder": 700, "likelihood": 2_400}
"""What a row of a slice costs while it is worked on, measured; slices are made so that all that are under way fit."""
MOST_ROWS: Final = {"cylinder": 250_000, "likelihood": 2_000_000}
"""Slices are no larger, whatever the memory: the columns of fewer rows stay nearer to the processor, and less is done
last by one worker alone. The likelihood rule cuts at every second day only and divides large slices as well."""
SHOWN: Final = 5
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Workers(Protocol):
    """Where slices are fused."""

    count: int

    def submit(self, piece: Slice, job: Job) -> Any:
        """Something whose `result()` is what came of the slice."""
        ...

    def close(self) -> None: ...


class Threads:
    """Workers of this process: the kernels let go of the interpreter, so threads are enough on one machine."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or min(os.cpu_count() or 1, 8)
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="fuse")

    def submit(self, piece: Slice, job: Job) -> Any:
        return self._pool.submit(fuse_slice, piece, job)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


@dataclass(slots=True)
class Account:
    """What was read and made; every row is in one of these numbers."""

    read: int = 0
    rejected: int = 0
    repeats: int = 0
    incidents: int = 0
    slices: int = 0
    sorted_first: bool = False
    layouts: list[str] = field(default_factory=list)
    first_rejected: list[Refused] = field(default_factory=list)
    shared_ids: int = 0

    @property
    def observations(self) -> int:
        return self.read - self.repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be fused, by which rule, into what."""

    inputs: Sequence[Path]
    out: Path
    association: Association
    situation: Situation
    reading: Reading = field(default_factory=Reading)
    members: Path | None = None
    rejected: Path | None = None
    slice_days: int | None = None
    calibration: Calibration = PRIOR
    """What was learnt of devices and stated errors; without one what comes with the program."""
    memory_mb: int = 2048
    slice_rows: int | None = None
    """Instead of what the memory allows; for tests and measurements."""

    def rows_a_slice(self, workers: int) -> int:
        """How many rows a slice may have so that those under way fit the memory."""
        if self.slice_rows is not None:
            return self.slice_rows
        each, most = BYTES_A_ROW[self.association.rule.rule], MOST_ROWS[self.association.rule.rule]
        return max(10_000, min(self.memory_mb * 1_000_000 // 2 // (each * (workers + 1)), most))


Tell = Callable[[str, Account, int, int], None]
"""Called at each step: what is going on, the account so far, bytes read, bytes in all."""


def _tell_nobody(step: str, account: Account, bytes_read: int, total: int) -> None:
    return None


def fuse_files(order: Order, workers: Workers, tell: Tell = _tell_nobody) -> Account:
    """Writes the incidents of all inputs to `order.out`, and what else is asked for. Returns the account.

    Raises UnreadableInput, TrucewatchError; then no output is left, and no temporary file either way.
    """
    inputs = inputs_of(order.inputs, order.reading)
    _check_outputs(order)
    try:
        return _Run(order, inputs, workers, tell).fuse(None)
    except OutOfOrderError:
        with tempfile.TemporaryDirectory(prefix=".fuse-", dir=order.out.resolve().parent) as folder:
            return _Run(order, inputs, workers, tell).fuse(Path(folder))


def _check_outputs(order: Order) -> None:
    outputs = [output.resolve() for output in (order.out, order.members, order.rejected) if output is not None]
    if len(set(outputs)) < len(outputs):
        raise TrucewatchError(Message("two outputs have the same name; give each its own"))
    for output in outputs:
        if output in {path.resolve() for path in order.inputs}:
            raise TrucewatchError(Message("{name} is an input; write to another file", name=output.name))
        if not output.parent.is_dir():
            raise TrucewatchError(
                Message("{name} cannot be written: its folder does not exist; make it first", name=output)
            )


class _Run:
    """One pass over the inputs."""

    def __init__(self, order: Order, inputs: Sequence[Input], workers: Workers, tell: Tell) -> None:
        self._order, self._inputs, self._workers, self._tell = order, inputs, workers, tell
        association = replace(order.association, most_reach_us=_most_reach_us(inputs))
        self._job = Job(association, order.situation, order.members is not None)
        by_adapter = "read by its source's adapter"
        self._account = Account(
            layouts=[f"{file.path.name}: {file.layout.sentence() if file.layout else by_adapter}" for file in inputs]
        )
        self._total = sum(file.size for file in inputs)
        self._bytes_read = 0
        self._ids = _SharedIds()

    def fuse(self, folder: Path | None) -> Account:
        """folder: where rows are sorted first; None: they are taken as they come, or OutOfOrderError."""
        order, account = self._order, self._account
        account.sorted_first = folder is not None
        most = order.rows_a_slice(self._workers.count)
        with ExitStack() as stack:
            out = stack.enter_context(TableFile(order.out, ARCHIVE_SCHEMA))
            members = stack.enter_context(TableFile(order.members, _NAMED_SCHEMA)) if order.members else None
            rejected = stack.enter_context(_RejectedFile(order.rejected))
            parts = self._read(rejected)
            if folder is not None:
                parts = self._sorted(parts, folder, most)
            pieces = cut_slices(parts, order.association, most_rows=most, days=order.slice_days)
            file = IncidentFile(out.write)
            seams = Seams(self._job)
            for fused in self._fused(pieces):
                account.slices += 1
                account.repeats += fused.repeats
                for closed, belonging in ((fused.closed, fused.members), seams.take(fused)):
                    account.incidents += len(closed)
                    if fused.open.ids is not None:
                        self._ids.add(closed.names)
                    settled = self._job.association.settled_us(fused.edges.until_us)
                    file.add(closed, settled_us=-(1 << 62) if closed is fused.closed else settled)
                    if members is not None and belonging is not None and belonging.num_rows:
                        members.write(_named(belonging, self._inputs))
                self._tell("fuse", account, self._bytes_read, self._total)
        account.shared_ids = self._ids.count()
        return account

    def _fused(self, pieces: Iterator[Slice]) -> Iterator[Fused]:
        """What came of each slice, in their order; under way are at most one more than there are workers, and no more
        rows than fit the memory, but one slice always is."""
        count = self._workers.count
        most_rows = self._order.rows_a_slice(count) * (count + 1)
        under_way: deque[tuple[int, Any]] = deque()
        rows = 0
        for piece in pieces:
            while under_way and (len(under_way) > count or rows + len(piece.rows) > most_rows):
                row_count, future = under_way.popleft()
                rows -= row_count
                yield future.result()
            under_way.append((len(piece.rows), self._workers.submit(piece, self._job)))
            rows += len(piece.rows)
        while under_way:
            yield under_way.popleft()[1].result()

    def _read(self, rejected: _RejectedFile) -> Iterator[Rows]:
        """All rows, piece by piece, in the order of the files; pieces are read ahead on a pool of their own."""
        account = self._account
        with ThreadPoolExecutor(min(self._workers.count, os.cpu_count() or 1), thread_name_prefix="read") as pool:
            ahead: deque[Any] = deque()
            before = 0
            try:
                for file in self._inputs:
                    for task in read_pieces(file, self._order.reading):
                        ahead.append((file, before, pool.submit(task)))
                        if len(ahead) > 2 * self._workers.count + 1:
                            yield self._take_piece(ahead.popleft(), rejected)
                    before += file.size
                while ahead:
                    yield self._take_piece(ahead.popleft(), rejected)
            finally:
                for _, _, future in ahead:
                    future.cancel()
        if account.read == 0 and account.rejected == 0:
            self._tell("read", account, self._total, self._total)

    def _take_piece(self, ahead: tuple[Input, int, Any], rejected: _RejectedFile) -> Rows:
        file, before, future = ahead
        piece: Piece = future.result()
        self._bytes_read = before + min(piece.bytes_read, file.size)
        self._account.read += len(piece.rows)
        if piece.refused:
            self._account.rejected += len(piece.refused)
            self._account.first_rejected += piece.refused[: SHOWN - len(self._account.first_rejected)]
            rejected.write(piece.refused)
        self._tell("read", self._account, self._bytes_read, self._total)
        return calibrated_rows(piece.rows, self._order.calibration)

    def _sorted(self, parts: Iterable[Rows], folder: Path, most: int) -> Iterator[Rows]:
        runs = SortedRuns(folder, most_rows=most)
        for part in parts:
            runs.add(part)
        yield from runs.merged()


def _most_reach_us(inputs: Sequence[Input]) -> int:
    """How far any row of these inputs can reach in time by the likelihood rule: less where none can state an end or an
    error."""
    for file in inputs:
        if file.layout is None or {"end", "time_sd_s"} & set(file.layout.columns):
            return MOST_REACH_US
    vaguest = float(means_table().time_sd_s.max()) * SIGMAS
    return min(MOST_REACH_US, round((vaguest + (BURNS_BEFORE_S + BURNS_AFTER_S) / 2 + 60.0) * 1e6))


_NAMED_SCHEMA: Final = MEMBER_SCHEMA.set(0, pa.field("file", pa.dictionary(pa.int32(), pa.string()), nullable=False))


def _named(members: pa.Table, inputs: Sequence[Input]) -> pa.Table:
    """The same with the files' names instead of their numbers."""
    names = pa.array([file.path.name for file in inputs], pa.string())
    files = pa.DictionaryArray.from_arrays(members["file"].combine_chunks(), names)
    return members.set_column(0, _NAMED_SCHEMA.field(0), files)


class _SharedIds:
    """Counts incidents that have the id of another: rows of one observation id that stand at several times. 8 bytes
    each."""

    def __init__(self) -> None:
        self._parts: list[Any] = []

    def add(self, names: Any) -> None:
        keys = sort_keys(names).view(np.uint64)
        self._parts.append(keys[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ keys[:, 1])

    def count(self) -> int:
        if not self._parts:
            return 0
        every = np.concatenate(self._parts)
        return len(every) - len(np.unique(every))


class _RejectedFile:
    """Refused rows as CSV, for people: file, line, reason, what stood there. No cell runs as a formula."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: Any = None

    def write(self, refused: Sequence[Refused]) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file, lineterminator="\n").writerow(["file", "line", "reason", "excerpt"])
        writer = csv.writer(self._file, lineterminator="\n")
        for row in refused:
            cells = [row.file, str(row.line), str(row.reason), row.excerpt]
            writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
