"""A table of the directory as CSV → functions to add, and each line that is refused with its reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from trucewatch.desks.telephoning.operations import MOST_LINES, Directory, NotEnteredError, TypedLine
from trucewatch.errors import UnreadableInput
from trucewatch.messages import Amount, Message

COLUMNS: Final = ("function", "of", "telephone", "radio", "satellite", "languages", "hours", "remark")
MOST_BYTES: Final = 2**20
BETWEEN: Final = "|"
"""What stands between several numbers in a cell."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line of the file that was not taken in. line: from 1, as a text editor counts."""

    line: int
    why: Message


def read_table(content: bytes) -> tuple[list[tuple[int, TypedLine]], list[RefusedRow]]:
    """The rows of a table with a line of column names: function, of, telephone, radio, satellite, languages, hours,
    remark, in any order; function is needed.

    >>> rows, _ = read_table(b"function;of;telephone\\nduty officer;UV;555-0101|555-0102\\n")
    >>> rows[0][0], rows[0][1].telephone
    (2, '555-0101\\n555-0102')

    Raises UnreadableInput for another kind of file, and for one that is too long.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableInput(
            Message("the table is larger than {most} bytes; bring it in parts", most=Amount(MOST_BYTES))
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise _no_table() from exc
    if "\0" in text:
        raise _no_table()
    delimiter = max(";,\t", key=text.lstrip().split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as exc:
        raise _no_table() from exc
    if "function" not in head or len(set(head)) != len(head):
        raise UnreadableInput(
            Message(
                "the first line names the columns, each once: {columns}; function is needed", columns=", ".join(COLUMNS)
            )
        )
    if len(lines) > MOST_LINES:
        raise UnreadableInput(
            Message("the table has more than {most} lines; bring it in parts", most=Amount(MOST_LINES))
        )
    rows, refused = [], []
    for number, cells in lines:
        if len(cells) > len(head):
            refused.append(RefusedRow(number, Message("it has more cells than there are columns")))
            continue
        by_name = dict(zip(head, cells, strict=False))
        rows.append((number, _typed(by_name.get)))
    return rows, refused


def bring_table(directory: Directory, content: bytes, *, by: str) -> tuple[list[int], list[RefusedRow]]:
    """Add every function of a table that can be added; the entries, and the lines that were refused. Raises
    UnreadableInput."""
    rows, refused = read_table(content)
    good: list[TypedLine] = []
    within: set[tuple[str, str]] = set()
    for number, typed in rows:
        name = (" ".join(typed.function.split()).casefold(), typed.of)
        try:
            if name in within:
                raise NotEnteredError({"function": Message("The table has this function twice.")})
            directory.checked(typed)
        except NotEnteredError as exc:
            refused += [RefusedRow(number, why) for why in exc.faults.values()]
        else:
            within.add(name)
            good.append(typed)
    entries = directory.add_all(good, by=by) if good else []
    return [entry.number for entry in entries], sorted(refused, key=lambda row: row.line)


def _typed(cell: Callable[[str, str], str | None]) -> TypedLine:
    def text(name: str) -> str:
        return (cell(name, "") or "").strip()

    def numbers(name: str) -> str:
        return text(name).replace(BETWEEN, "\n")

    return TypedLine(
        function=text("function"),
        of=text("of"),
        telephone=numbers("telephone"),
        radio=numbers("radio"),
        satellite=numbers("satellite"),
        languages=text("languages"),
        hours=text("hours"),
        remark=text("remark"),
    )


def _no_table() -> UnreadableInput:
    return UnreadableInput(Message("the file is no table in UTF-8; save it as CSV (UTF-8)"))
