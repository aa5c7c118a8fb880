"""Submissions of a form → a table that a mapping reads: where the person stood, how far it was and in which unit, who
sent it (apart), and which photographs belong to it.

Where somebody stands with a telephone is never the place of the event: a place of the event is a question of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.sender import SENDER_SCHEMA
from trucewatch.sources.columns import NUMBER, quote_cell
from trucewatch.sources.form_files import ATTACHED, ELEMENT
from trucewatch.sources.table import BadRow, Chunk, fold

PRIVATE: Final = (
    *("_submitted_by", "username", "submittername", "submitterid", "deviceid", "device_id", "_deviceid", "phonenumber"),
    *("phone_number", "phone", "simserial", "simid", "subscriberid", "email", "_email", "enumerator", "audit", "imei"),
    *("submitter", "meta/audit", "_submission__submitted_by", "__system/submittername", "__system/submitterid"),
)
"""Headings, and last parts of headings, under which stands who sent a submission or with which telephone."""
ACCOUNTS: Final = ("_submitted_by", "_submission__submitted_by", "username", "submittername", "submitterid", "email")
"""Of these the ones that `channels` of a source may name."""
KEYS: Final = (
    *("meta/rootuuid", "_uuid", "_submission__uuid", "key", "meta/instanceid", "instanceid", "__id", "_id"),
    *("_submission__id",),
)
KNOWN: Final = ("_submission_time", "_submission__submission_time", "submissiondate", "__system/submissiondate")
BY_TELEPHONE: Final = ("start", "end", "today", "starttime", "endtime")
"""When the form was opened and closed, which is not when the event was."""
VALIDATION: Final = (
    *("_validation_status/label", "_validation_status", "_submission__validation_status", "reviewstate"),
    *("__system/reviewstate", "_validation_status/uid"),
)
PARENTS: Final = ("_parent_index", "_parent_table_name", "parent_key", "__submissions-id")
ROW_OF_REPEAT: Final = ("_index",)
_PART: Final = re.compile(r"(?:latitude|longitude|altitude|precision|accuracy)$")
_MEDIA: Final = re.compile(r"[^/\\]{1,200}\.(?:jpe?g|png|heic|webp|gif|tiff?|mp4|3gp|mov|m4a|amr|mp3|ogg|wav)", re.I)
_NUMBER: Final = re.compile(NUMBER)
_EVENT_WORDS: Final = re.compile(
    r"event|incident|impact|strike|explosion|событи|происшеств|взрыв|попадани|hadisə|partlayış|olay|patlama|դեպք|պայթյուն"
)
_UNIT_WORDS: Final[Mapping[str, float]] = {
    **dict.fromkeys(
        ("m", "metre", "metres", "meter", "meters", "м", "метр", "метры", "метров", "metr", "մ", "մետր"), 1.0
    ),
    **dict.fromkeys(
        ("km", "kilometre", "kilometres", "kilometer", "kilometers", "км", "километр", "километры", "километров"),
        1000.0,
    ),
    **dict.fromkeys(("kilometr", "կմ", "կիլոմետր"), 1000.0),
}
_UNIT_IN_HEADING: Final = re.compile(r"[(\[,_ ]\s*(?:in |в )?([^\W\d_]+)\.?\s*[)\]]?\s*$")
_CELL_WITH_UNIT: Final = re.compile(r"([\d.,]+)\s*([^\W\d_]+)\.?")
_SPACES: Final = re.compile(r"[\W_]+")


def find(name: str, keys: Sequence[str]) -> str | None:
    """The heading that a name means: the whole of it, or its last part behind groups. Raises UnreadableInput where it
    may be two.

    >>> find("kind", ["start", "observation/kind"]), find("kind", ["observation-kind"]), find("kind", ["other"])
    ('observation/kind', 'observation-kind', None)
    """
    folded = fold(name)
    if folded in keys:
        return folded
    behind = [key for key in keys if key.endswith(tuple(mark + folded for mark in "/-.:"))]
    if len(behind) > 1:
        raise UnreadableInput(
            Message(
                "the question {name} stands in two groups ({keys}); write it with its group in columns",
                name=quote_cell(name),
                keys=", ".join(behind[:3]),
            )
        )
    return behind[0] if behind else None


def options_of(name: str, keys: Sequence[str]) -> dict[str, str]:
    """The headings of a question of which each choice has a column, with the choice's name."""
    folded = fold(name)
    return {
        key: re.split(r"[/.]", key)[-1]
        for key in keys
        if f"/{folded}/" in f"/{key}" or key.startswith((f"{folded}.", f"{folded}/"))
    }


def is_private(key: str) -> bool:
    """Whether a heading is that of who sent a submission, or with which telephone."""
    return key in PRIVATE or re.split(r"[/:]", key)[-1] in PRIVATE


def is_export(keys: Sequence[str]) -> bool:
    """Whether a header is that of submissions: it has their ids and the times at which their server got them."""
    return any(key in KEYS for key in keys) and any(key in KNOWN for key in keys)


def questions_of(keys: Sequence[str]) -> list[str]:
    """The headings of what was asked: no account, no place of a telephone, nothing that it wrote itself."""
    places = geopoints_of(keys)
    return [
        key
        for key in keys
        if not is_private(key)
        and not key.startswith("_")
        and key not in (*BY_TELEPHONE, *KEYS, *KNOWN)
        and not any(
            _plain(key) == _plain(place) or (_plain(key).startswith(f"{_plain(place)} ") and _PART.search(key))
            for place in places
        )
    ]


def unit_in(heading: str) -> float | None:
    """How many metres the unit is that a heading names: `How far (km)`, `distance_m`; None for none."""
    unit = _UNIT_IN_HEADING.search(heading)
    return _UNIT_WORDS.get(unit[1].casefold()) if unit else None


@dataclass(frozen=True, slots=True)
class Geopoint:
    """The headings of a question about a place: a part each, or one for all (`lat lon altitude precision`)."""

    name: str
    parts: Mapping[str, str] = field(default_factory=dict)
    whole: str = ""


_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "lat": ("latitude",),
    "lon": ("longitude",),
    "precision": ("precision", "accuracy"),
}


def _plain(key: str) -> str:
    return _SPACES.sub(" ", key).strip()


def geopoint(name: str, keys: Sequence[str]) -> Geopoint | None:
    """The headings under which the answers to a question about a place stand."""
    question = _plain(fold(name))
    parts: dict[str, str] = {}
    for part, words in _PARTS.items():
        for key in keys:
            plain = _plain(key)
            if any(plain == f"{question} {word}" or plain.endswith(f" {question} {word}") for word in words):
                parts.setdefault(part, key)
    if "lat" in parts and "lon" in parts:
        return Geopoint(name, parts)
    whole = find(name, keys) or find(f"{name}/coordinates", keys)
    return Geopoint(name, {}, whole) if whole else None


def geopoints_of(keys: Sequence[str]) -> list[str]:
    """The questions about places of a table, by the headings of their latitudes."""
    questions = []
    for key in keys:
        match = re.fullmatch(r"(.*?)[-/_. ]*_?latitude", key)
        if match and key != "_geolocation/latitude" and _plain(match[1]) and geopoint(match[1], keys):
            questions.append(match[1].lstrip("_").replace("/_", "/"))
    return questions


def names_event(question: str) -> bool:
    """Whether a question about a place calls it the event's."""
    return bool(_EVENT_WORDS.search(question.casefold()))


Column = list[str]


class Answers:
    """One chunk of submissions, to be asked for answers by question."""

    def __init__(self, chunk: Chunk, decimal_comma: bool) -> None:
        self.chunk = chunk
        self.keys = tuple(chunk.columns)
        self._decimal_comma = decimal_comma
        self._lists: dict[str, Column] = {}

    def __len__(self) -> int:
        return len(self.chunk)

    def cells(self, key: str | None) -> Column:
        """The cells under a heading; empty ones where there is none."""
        if key is None or key not in self.chunk.columns:
            return [""] * len(self)
        if key not in self._lists:
            self._lists[key] = self.chunk.columns[key].to_pylist()
        return self._lists[key]

    def first_of(self, names: Sequence[str]) -> Column:
        """Of each row the first cell that says something, under the first of these headings that does."""
        column = [""] * len(self)
        for key in (key for name in names if (key := _exact(name, self.keys))):
            column = [cell or other for cell, other in zip(column, self.cells(key), strict=True)]
        return column

    def answers(self, name: str) -> Column:
        """The answers to a question; of one whose choices have a column each, the names of what was chosen."""
        key = find(name, self.keys)
        if key is not None:
            return self.cells(key)
        chosen: list[list[str]] = [[] for _ in range(len(self))]
        for key, option in options_of(name, self.keys).items():
            for number, cell in enumerate(self.cells(key)):
                if cell.casefold() in ("1", "1.0", "true", "yes"):
                    chosen[number].append(option)
        return [" ".join(words) for words in chosen]

    def place(self, name: str) -> tuple[Column, Column, Column]:
        """Longitude, latitude and precision in metres, as text, of the answers to a question about a place."""
        point = geopoint(name, self.keys)
        if point is None:
            empty = [""] * len(self)
            return empty, list(empty), list(empty)
        if point.parts:
            columns = [self.cells(point.parts.get(part)) for part in ("lon", "lat", "precision")]
            return list(columns[0]), list(columns[1]), list(columns[2])
        longitudes: Column = []
        latitudes: Column = []
        precisions: Column = []
        swaps = point.whole.endswith("/coordinates")  # OData has longitude first
        for cell in self.cells(point.whole):
            parts = cell.replace(";", " ").split()
            first, second = (parts[0], parts[1]) if len(parts) >= 2 else (cell, cell)
            latitudes.append(second if swaps else first)
            longitudes.append(first if swaps else second)
            precisions.append(parts[3] if len(parts) > 3 else "")
        return longitudes, latitudes, precisions

    def metres(
        self, target: str, name: str, units: Sequence[str], stated: float | None
    ) -> tuple[Column, dict[int, Message]]:
        """A distance in metres of each row, and why a row's cannot be told. units: each row's; stated: all rows'."""
        column, faults = [], {}
        factor_of_heading = stated or unit_in(find(name, self.keys) or name)
        for row, cell in enumerate(self.answers(name)):
            written, factor = cell, factor_of_heading
            with_unit = _CELL_WITH_UNIT.fullmatch(cell)
            if with_unit and with_unit[2].casefold() in _UNIT_WORDS:
                written, factor = with_unit[1], _UNIT_WORDS[with_unit[2].casefold()]
            elif units[row]:
                factor = _UNIT_WORDS.get(fold(units[row]))
            if self._decimal_comma:
                written = written.replace(",", ".", 1)
            if cell and factor is None:
                faults[row] = Message(
                    "{name} {value} has no unit, and is not taken for metres; write columns.range_unit, as "
                    '"=km" or "=m" or the question that asks for the unit',
                    name=target,
                    value=quote_cell(cell),
                )
            if cell and factor is not None and _NUMBER.match(written):
                written = repr(round(float(written) * factor, 3))
            column.append(written)
        return column, faults

    def photographs(self) -> Column:
        """The names of pictures and recordings that belong to each submission, as source_quality has them."""
        names: list[dict[str, None]] = [{} for _ in range(len(self))]
        for key in self.keys:
            if is_private(key) or key == ATTACHED:
                continue
            for row, cell in enumerate(self.cells(key)):
                if "." in cell and _MEDIA.fullmatch(cell):
                    names[row][cell] = None
        for row, cell in enumerate(self.cells(ATTACHED)):
            if cell and not names[row]:
                names[row].update(dict.fromkeys(each for each in cell.split(" ") if _MEDIA.fullmatch(each)))
        return ["; photograph=".join(each) for each in names]

    def natural_keys(self) -> Column:
        """What names each submission, with its element where it is one of a repeat."""
        keys = [key.removeprefix("uuid:") for key in self.first_of(KEYS)]
        elements = self.cells(ELEMENT)
        if ELEMENT not in self.keys and any(_exact(name, self.keys) for name in PARENTS):
            elements = self.first_of(ROW_OF_REPEAT)
        return [f"{key}/{element}" if element else key for key, element in zip(keys, elements, strict=True)]

    def known_at(self) -> Column:
        """When each submission reached its server, which counts in UTC and does not say so."""
        return [
            f"{cell}Z" if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?", cell) else cell
            for cell in self.first_of(KNOWN)
        ]

    def validation(self) -> Column:
        """What was decided of each submission, as it is written."""
        return self.first_of(VALIDATION)

    def accounts(self) -> list[tuple[str, ...]]:
        """The accounts behind each submission."""
        columns = [self.cells(key) for name in ACCOUNTS if (key := _exact(name, self.keys))]
        return list(zip(*columns, strict=True)) if columns else [()] * len(self)

    def senders(self) -> pa.Table:
        """Who sent each submission, and with which telephone."""
        private = [key for key in self.keys if is_private(key)]
        rows: dict[int, str] = {}
        columns = [self.cells(key) for key in private]
        for line, *cells in zip(self.chunk.lines.tolist(), *columns, strict=True):
            handle = "; ".join(f"{key}={cell}" for key, cell in zip(private, cells, strict=True) if cell)
            if handle:
                rows[line] = handle
        return pa.Table.from_pydict({"evidence_row": list(rows), "handle": list(rows.values())}, schema=SENDER_SCHEMA)


def _exact(name: str, keys: Sequence[str]) -> str | None:
    return name if name in keys else None


def built(answers: Answers, columns: Mapping[str, Column], faults: Mapping[int, Message]) -> Chunk:
    """A chunk of these columns, without the rows at fault, which are refused with what the mapping reads of them."""
    good = np.array([row not in faults for row in range(len(answers))], dtype=np.bool_)
    table = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    bad = [
        BadRow(int(answers.chunk.lines[row]), reason, ",".join(column[row] for column in columns.values()))
        for row, reason in faults.items()
    ]
    mask = pa.array(good)
    good_columns = {name: column.filter(mask) for name, column in table.items()}
    return Chunk(answers.chunk.lines[good], good_columns, (*answers.chunk.bad, *bad))


_POINT: Final = re.compile(r"-?\d{1,2}\.\d+ -?\d{1,3}\.\d+ -?[\d.]+ [\d.]+")
_LOOKED_AT: Final = 200


def geopoints_by_cells(answers: Answers) -> list[str]:
    """The questions about places whose answers are one text each, by what stands there."""
    questions = []
    for key in answers.keys:
        filled = [cell for cell in answers.cells(key)[:_LOOKED_AT] if cell]
        if filled and all(map(_POINT.fullmatch, filled)):
            questions.append(key)
    return questions
