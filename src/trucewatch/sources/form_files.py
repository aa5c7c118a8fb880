"""Exports of KoboToolbox and ODK Central (CSV, XLSX, JSON of the API) → chunks of submissions as columns of text.

A heading is the question's path with its groups, as the file has it. A list of objects in JSON is a repeat: each of its
elements is a row, with what was answered outside it; rows of JSON are numbered from 1. A file of JSON is read record by
record and never held as a whole.
"""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.errors import RowFault, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.message_rows import clean
from trucewatch.sources.stream import kind_of, utf8_pieces
from trucewatch.sources.table import BadRow, Chunk, Table, fold

RECORDS_AT_ONCE: Final = 5_000
CHARS_AT_ONCE: Final = 16 << 20
LONGEST_RECORD: Final = 4_000_000
"""Characters of one submission."""
HEAD_CHARS: Final = 2_000
"""Within so many the API begins its results."""
MOST_ELEMENTS: Final = 1_000
"""Elements of a repeat in one submission."""
MOST_QUESTIONS: Final = 2_000
DEEPEST: Final = 12
LEFT_OUT: Final = ("_attachments", "_geolocation", "_tags", "_notes", "_supplementalDetails", "__system")
"""What the server adds as lists; of the first only the names of files are read."""
ATTACHED: Final = "_attachments/filename"
ELEMENT: Final = "_element"
"""Under this heading stands where a row of a repeat lies in its submission."""

_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_BLANK: Final = re.compile(r"[\s,]*")
_RESULTS: Final = re.compile(r'"(?:results|value)"\s*:\s*\[')


class FormTable:
    """A table of submissions. `keys`: folded headings. What is no row is refused without its words, since a cell of it
    may be who sent it."""

    def __init__(self, path: Path) -> None:
        self._table = Table(path)
        self.keys: Sequence[str] = self._table.keys
        self.header: Sequence[str] = self._table.header

    def chunks(self) -> Iterator[Chunk]:
        for chunk in self._table.chunks():
            bad = tuple(BadRow(row.line, row.reason, "") for row in chunk.bad)
            yield Chunk(chunk.lines, chunk.columns, bad)


class FormRecords:
    """Submissions in JSON. `keys` grows as they are read: a question that nobody answered yet is in no record."""

    def __init__(self, path: Path) -> None:
        self._records = _records_in(utf8_pieces(path))
        self.keys: Sequence[str] = ()
        self.header: Sequence[str] = ()

    def chunks(self) -> Iterator[Chunk]:
        """Raises UnreadableInput where the file breaks, after what stands before."""
        rows: list[tuple[int, dict[str, str]]] = []
        bad: list[BadRow] = []
        failure = None
        number = chars = 0
        while True:
            try:
                record = next(self._records, None)
            except UnreadableInput as exc:
                failure, record = exc, None
            if record is not None:
                number += 1
                try:
                    for row in rows_of(record):
                        rows.append((number, row))
                        chars += sum(map(len, row.values()))
                        if chars > CHARS_AT_ONCE:  # each element of a repeat has the answers beside it too
                            yield self._chunk(rows, bad)
                            rows, bad, chars = [], [], 0
                except RowFault as fault:
                    bad.append(BadRow(number, fault.message, ""))
            if len(rows) + len(bad) >= RECORDS_AT_ONCE or (record is None and (rows or bad)):
                yield self._chunk(rows, bad)
                rows, bad, chars = [], [], 0
            if record is None:
                break
        if failure is not None:
            raise failure
        if not number:
            raise UnreadableInput(Message("the file holds no submission; export the form's data as JSON again"))

    def _chunk(self, rows: Sequence[tuple[int, Mapping[str, str]]], bad: Sequence[BadRow]) -> Chunk:
        names = dict.fromkeys(self.header)
        for _, row in rows:
            names.update(dict.fromkeys(row))
        if len(names) > MOST_QUESTIONS:
            raise UnreadableInput(
                Message("the submissions have more than {most} questions; split the form", most=Amount(MOST_QUESTIONS))
            )
        self.header = tuple(names)
        by_key: dict[str, list[str]] = {}
        for name in names:
            column = [row.get(name, "") for _, row in rows]
            key = fold(name)
            if key in by_key:
                column = [other or cell for other, cell in zip(by_key[key], column, strict=True)]
            by_key[key] = column
        self.keys = tuple(by_key)
        columns = {key: pa.array(column, pa.string()) for key, column in by_key.items()}
        return Chunk(np.array([number for number, _ in rows], dtype=np.int64), columns, tuple(bad))


def cells_of_submission(path: Path, number: int, leaves_out: Callable[[str], bool]) -> list[tuple[str, str]] | None:
    """A submission of a file in JSON, question by question, as the file has it; None for a table.

    leaves_out: whether a question is left out, by its folded heading with the groups it lies in.
    """
    if isinstance(opened(path), FormTable):
        return None
    record = next(itertools.islice(_records_in(utf8_pieces(path)), number - 1, None), None)
    if record is None:
        return None
    try:
        return [
            (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            for name, value in _without(record, "", leaves_out).items()
        ]
    except RecursionError:  # it was refused for that
        return None


def _without(value: Any, path: str, leaves_out: Callable[[str], bool]) -> Any:
    if isinstance(value, list):
        return [_without(each, path, leaves_out) for each in value]
    if not isinstance(value, dict):
        return value
    inner = ((name, each, f"{path}{fold(name)}") for name, each in value.items())
    return {name: _without(each, f"{whole}/", leaves_out) for name, each, whole in inner if not leaves_out(whole)}


def opened(path: Path) -> FormTable | FormRecords:
    """The submissions of a file, by what it is. Raises UnreadableInput."""
    if kind_of(path) in ("text", "gzip", "geojson"):  # whatever begins as an object is called so
        first = next(utf8_pieces(path), b"").lstrip()[:1]
        if first in (b"{", b"["):
            return FormRecords(path)
    return FormTable(path)


def rows_of(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of a submission: one, or one for each element of its repeat. Raises RowFault."""
    plain: dict[str, str] = {}
    repeats: dict[str, list[Any]] = {}
    _flatten(record, "", plain, repeats, 0)
    for name in list(repeats):
        if name.partition("/")[0] in LEFT_OUT or not repeats[name]:
            del repeats[name]
    attached = record.get("_attachments")
    if isinstance(attached, list):
        names = [str(each.get("filename", "")) for each in attached if isinstance(each, dict)]
        plain[ATTACHED] = " ".join(name.rsplit("/", 1)[-1] for name in names)
    if not repeats:
        return [plain]
    if len(repeats) > 1:
        raise RowFault(
            Message(
                "the submission has answers in two repeats ({names}), and which of them is an event is not said; "
                "export one of them",
                names=", ".join(sorted(repeats)),
            )
        )
    name, elements = next(iter(repeats.items()))
    if len(elements) > MOST_ELEMENTS:
        raise RowFault(
            Message(
                "the submission repeats {name} more than {most} times; split it", name=name, most=Amount(MOST_ELEMENTS)
            )
        )
    rows = []
    for number, element in enumerate(elements, 1):
        row = dict(plain)
        inner: dict[str, list[Any]] = {}
        if isinstance(element, dict):
            _flatten(element, "", row, inner, 0)
        if any(inner.values()):
            raise RowFault(
                Message("{name} holds a repeat within a repeat, which cannot be read; export the inner one", name=name)
            )
        row[ELEMENT] = f"{name}[{number}]"
        rows.append(row)
    return rows


def _flatten(
    values: Mapping[str, Any], path: str, plain: dict[str, str], repeats: dict[str, list[Any]], depth: int
) -> None:
    """Answers by their path; lists of objects apart."""
    if depth > DEEPEST:
        raise RowFault(_TOO_DEEP)
    for name, value in values.items():
        whole = clean(f"{path}{name}")
        if isinstance(value, dict):
            _flatten(value, f"{whole}/", plain, repeats, depth + 1)
        elif isinstance(value, list):
            if any(isinstance(each, dict) for each in value):
                repeats[whole] = value
            elif whole not in LEFT_OUT:
                plain[whole] = " ".join(map(_text, value))
        else:
            plain[whole] = _text(value)


def _text(value: Any, depth: int = 0) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if depth > DEEPEST:
            raise RowFault(_TOO_DEEP)
        return " ".join(_text(each, depth + 1) for each in value)
    return clean(str(value)).strip()


_TOO_DEEP: Final = Message("the JSON is nested too deep for a submission; export the form's data again")
_BROKEN: Final = Message("the JSON is cut off or damaged, and nothing from there on was read; export it again")
_TOO_LONG: Final = Message(
    "a submission holds more than {most} characters; export without the contents of files", most=Amount(LONGEST_RECORD)
)
_NO_SUBMISSIONS: Final = Message(
    "the JSON is no list of submissions, and no answer of the API with results; export the form's data as JSON"
)
_NOT_UTF8: Final = Message("the JSON is not in UTF-8; export it again")


class _Text:
    """The text of a file from where it is being read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._decoder = pieces, codecs.getincrementaldecoder("utf-8")()
        self.text, self.at, self.is_over = "", 0, False
        self.more()

    def more(self) -> None:
        piece = next(self._pieces, b"")
        self.is_over = not piece
        try:
            self.text = self.text[self.at :] + self._decoder.decode(piece, final=self.is_over)
        except UnicodeDecodeError:
            raise UnreadableInput(_NOT_UTF8) from None
        self.at = 0

    def skip_blank(self) -> str:
        """The next character that is no blank and no comma; "" at the end."""
        while True:
            blank = _BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text) or self.is_over:
                return self.text[self.at : self.at + 1]
            self.more()

    def value(self) -> Any:
        """The next value. Raises UnreadableInput."""
        while True:
            try:
                value, self.at = _DECODER.raw_decode(self.text, self.at)
            except RecursionError:
                raise UnreadableInput(_TOO_DEEP) from None
            except json.JSONDecodeError:
                if self.is_over:
                    raise UnreadableInput(_BROKEN) from None
                if len(self.text) - self.at > LONGEST_RECORD:
                    raise UnreadableInput(_TOO_LONG) from None
                self.more()
            else:
                return value


def _records_in(pieces: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of a list, or of the list of results that the API answers with; a lone object is one submission."""
    text = _Text(pieces)
    if text.skip_blank() == "{":
        while len(text.text) - text.at < HEAD_CHARS and not text.is_over:
            text.more()
        results = _RESULTS.search(text.text, text.at, text.at + HEAD_CHARS)
        if results is None:
            record = text.value()
            if not any(name.startswith(("_", "meta", "KEY", "instanceID")) for name in record):
                raise UnreadableInput(_NO_SUBMISSIONS)
            yield record
            return
        text.at = results.end()
    else:
        text.at += 1
    while True:
        begins = text.skip_blank()
        if begins == "]":
            return
        if not begins:
            raise UnreadableInput(_BROKEN)
        record = text.value()
        if not isinstance(record, dict):
            raise UnreadableInput(_NO_SUBMISSIONS)
        yield record
