"""A side's own log: read or refused with a reason, matched row by row by hand, nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.desks.complaints.test_operations import complaint, opened
from trucewatch.desks.complaints.operations import ENTERING, Register
from trucewatch.desks.complaints.side_log import MOST_BYTES, MOST_CELL, MOST_ROWS, SideLogs, read_table
from trucewatch.errors import StoreError, UnreadableInput

TABLE = (
    "number;day;place;what\nA/117-zebra;1.5.2031;ridge;three shots\nA/9;2031-05-03;by the ridge;shots\nA/10;soon;;x\n"
)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with opened(make_watch(tmp_path / "w")) as register:
        yield register


def side_of(register: Register) -> str:
    return register.watch.agreement.party[0].id


def test_rows_are_matched_by_hand_and_parted_again(register: Register) -> None:
    logs, side = SideLogs(register), side_of(register)
    for number in ("A/117-zebra", ""):
        register.register(complaint(sender=f"party:{side}", own_number=number), by="Ann")
    brought = logs.bring(side, logs.keep_rows(TABLE.encode()), by="Ann")
    assert register.store.evidence.get(brought.record["evidence"]) == TABLE.encode()
    assert [row.complaint for row in logs.rows(side)] == [0, 0, 0]
    proposals = logs.proposals(side)
    assert {place: (each.complaint.code, each.why) for place, each in proposals.items()} == {
        (1, 1): ("C-1", "number"),
        (1, 2): ("C-2", "day_and_place"),
    }
    matched = logs.match(side, 1, 1, "C-1", by="Ann")
    for row, code in ((1, "C-2"), (2, "C-1"), (7, "C-2")):
        with pytest.raises(StoreError, match="matched meanwhile"):
            logs.match(side, 1, row, code, by="Ann")
    with pytest.raises(StoreError, match="no row may be matched"):
        logs.undo(side, brought.number, by="Ann")
    logs.undo(side, matched.number, by="Ann")
    assert not any(row.complaint for row in logs.rows(side))
    logs.undo(side, brought.number, by="Ann")
    assert logs.rows(side) == []
    assert logs.bring(side, logs.keep_rows(TABLE.encode()), by="Ann").record["number"] == 2


def test_a_row_is_matched_with_that_sides_complaint_alone(register: Register) -> None:
    logs, side = SideLogs(register), side_of(register)
    register.register(complaint(sender="civilian"), by="Ann")
    logs.bring(side, logs.keep_rows(TABLE.encode()), by="Ann")
    with pytest.raises(StoreError, match="no complaint of this side"):
        logs.match(side, 1, 1, "C-1", by="Ann")
    with pytest.raises(StoreError, match="no party"):
        logs.bring("XX", logs.keep_rows(TABLE.encode()), by="Ann")


def test_what_a_side_wrote_is_erased_by_its_reference(register: Register) -> None:
    logs, side = SideLogs(register), side_of(register)
    logs.bring(side, logs.keep_rows(TABLE.encode()), by="Ann")
    row = logs.rows(side)[0]
    assert register.words(row.number) == "A/117-zebra"
    register.store.erase([], people=[row.number], reason="asked for", ordered_by="")
    assert register.words(logs.rows(side)[0].number) is None


def test_days_are_read_in_two_forms_and_another_is_kept_as_none() -> None:
    assert [row.day for row in read_table(TABLE.encode())] == ["2031-05-01", "2031-05-03", ""]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no column"),
        (b"\xff\xfe\x00", "no table"),
        (b"number,day\n1,2\n", "no column place, what"),
        (b"number,day,place,what\n", "no row"),
        (b"number,day,place,what\n" + b"1,2,3,4\n" * (MOST_ROWS + 1), "more than"),
        (b"number,day,place,what\n1,2,3," + b"x" * (MOST_CELL + 1), "line 2: what has more than"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        (b"number,day,place,what\n\x00", "no table"),
        (b'number,day,place,what\n"' + b"x" * 200_000, "no table|more than"),
    ],
)
def test_what_is_no_such_table_is_refused_with_a_reason(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableInput, match=why):
        read_table(content)


def test_a_long_table_is_kept_while_somebody_else_enters_something(register: Register) -> None:
    logs = SideLogs(register)
    table = b"number;day;place;what\n" + b"".join(b"%d;2031-05-03;Stonegate;shots\n" % row for row in range(100))
    with ENTERING, ThreadPoolExecutor(1) as beside:
        kept = beside.submit(logs.keep_rows, table).result(60)
    assert [register.store.words.read(row["number"]) for row in kept.rows] == [str(row) for row in range(100)]
    assert len({row["what"] for row in kept.rows}) == 100
