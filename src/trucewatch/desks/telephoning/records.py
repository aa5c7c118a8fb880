"""One line for the ledger of each change of the directory and of each line check. No name of a function and no number
stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.duty_line import RESULT_WORDS, line_code
from trucewatch.model.record_kind import Record, RecordKind

CONTENT_WORDS: Final = {
    "function": Term("line", "function"),
    "of": Term("line", "whose line"),
    "numbers": Term("line", "numbers"),
    "languages": Term("line", "languages"),
    "hours": Term("line", "hours"),
    "remark": Term("line", "remark"),
}


def _directory(record: Record) -> Message:
    code = line_code(int(record["number"]))
    if record["act"] == "undone":
        entries = ", ".join(str(int(entry)) for entry in record["undoes"])
        return Message("directory: taken back: entries {entries}", entries=entries)
    if record["act"] == "changed":
        return Message(
            "directory: function {code} changed: {what}",
            code=code,
            what=_listed([CONTENT_WORDS[name] for name in record["changed"]]),
        )
    return {
        "added": Message("directory: function {code} added", code=code),
        "removed": Message("directory: function {code} removed", code=code),
    }[record["act"]]


def _listed(words: Sequence[Message]) -> Message:
    return reduce(lambda first, second: Message("{before}, {after}", before=first, after=second), words)


def _check(record: Record) -> Message:
    if record["undoes"]:
        entries = ", ".join(str(int(entry)) for entry in record["undoes"])
        return Message("line check taken back: entries {entries}", entries=entries)
    return Message("line check: {line}: {result}", line=str(record["line"]), result=RESULT_WORDS[record["result"]])


KINDS: Final = (
    RecordKind(
        name="directory",
        title=Term("entry", "Directory"),
        sentence=_directory,
        who="by",
        undo=Message("by another entry that takes it back, from the page Direct lines; both stay"),
    ),
    RecordKind(
        name="line-check",
        title=Term("entry", "Line check"),
        sentence=_check,
        who="by",
        undo=Message("by another entry that takes it back, from the page Direct lines; both stay"),
    ),
)
