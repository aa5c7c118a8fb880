"""Files read ahead of who stores them: in order, each fault with its own file, and nothing left running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator

import pyarrow as pa
import pytest

from trucewatch.errors import ReadingEnded
from trucewatch.messages import Message
from trucewatch.reader.ahead import read_ahead
from trucewatch.reader.frames import LARGEST_TABLE, DamagedFrameError, Frames, pack
from trucewatch.reader.process import Tables


def part(number: int) -> Tables:
    return Tables(observations=pa.table({"number": [number]}))


def giving(*items: int | Exception, closed: list[object] | None = None) -> Callable[[], Generator[Tables, None, None]]:
    def begin() -> Generator[Tables, None, None]:
        try:
            for item in items:
                if isinstance(item, Exception):
                    raise item
                yield part(item)
        finally:
            if closed is not None:
                closed.append(items)

    return begin


def numbers(parts: object) -> list[int]:
    return [one.observations["number"][0].as_py() for one in parts]  # type: ignore[attr-defined]


def test_each_file_gives_its_own_parts_in_order() -> None:
    with read_ahead([giving(*range(first, first + 9)) for first in range(0, 90, 10)], pytest.fail) as read:
        assert [numbers(parts) for parts in read] == [list(range(first, first + 9)) for first in range(0, 90, 10)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_that_fails_is_one_fault_and_the_others_are_read(count: int) -> None:
    fault = ReadingEnded(Message("it ended"))
    with read_ahead([giving(1, fault), giving(2), giving(3)][:count], pytest.fail) as read:
        with pytest.raises(ReadingEnded, match="it ended"):
            numbers(read[0])
        assert [numbers(parts) for parts in read[1:]] == [[2], [3]][: count - 1]


def test_a_file_that_is_given_up_is_closed_and_the_next_is_read() -> None:
    closed: list[object] = []
    with read_ahead([giving(*range(1000), closed=closed), giving(5)], pytest.fail) as read:
        first = next(read[0])
        read[0].close()  # type: ignore[attr-defined]
        assert numbers([first]) == [0]
        assert closed
        assert numbers(read[1]) == [5]


def test_whoever_leaves_early_ends_the_reading() -> None:
    ended: list[bool] = []
    threads = threading.active_count()

    def leave() -> None:
        with read_ahead([giving(*range(1000)), giving(2)], lambda: ended.append(True)) as read:
            next(read[0])
            raise OSError("the disk")

    with pytest.raises(OSError, match="the disk"):
        leave()
    assert ended
    assert threading.active_count() == threads


def test_columns_that_say_the_same_pass_as_one_row() -> None:
    table = pa.table(
        {"a": ["x"] * 500, "n": pa.nulls(500, pa.float64()), "b": list(range(500)), "c": ["x"] * 499 + ["y"]}
    )
    content = b"".join(bytes(piece) for piece in pack({}, {"rows": table, "few": table.slice(0, 3)}))
    assert len(content) < 0.8 * table.nbytes
    ((_, tables),) = Frames().feed(content)
    assert tables["rows"].select(table.column_names).equals(table)
    assert tables["few"].equals(table.slice(0, 3))
    same = pa.table({"a": ["x"] * 500})
    ((_, tables),) = Frames().feed(b"".join(bytes(piece) for piece in pack({}, {"rows": same})))
    assert tables["rows"].equals(same)


def test_an_answer_that_would_fill_the_memory_is_damaged() -> None:
    rows, cell = 5_000, "x" * (LARGEST_TABLE // 4_000)
    parts = {"rows": pa.table({"b": list(range(rows))}), "rows/same": pa.table({"a": [cell]})}
    content = b"".join(bytes(piece) for piece in pack({}, parts))
    with pytest.raises(DamagedFrameError):
        list(Frames().feed(content))
