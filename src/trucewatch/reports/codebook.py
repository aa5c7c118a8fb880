"""The codebook: every column of every table and every code in it, with name, type, unit, meaning and first version.

It is made of the program's own definitions: the tables' columns, the Arrow schemas, the kinds and their words. Its
digest is that of the English one, so that translations of one codebook have one digest.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from io import StringIO
from typing import Final

import pyarrow as pa
import rfc8785

from trucewatch import __version__
from trucewatch.locale import Words, mark, words
from trucewatch.locale import terms as said
from trucewatch.model.ids import sha256_of
from trucewatch.model.observation import (
    ASPECTS,
    COUNTER_SCHEMA,
    KINDS,
    MEANS,
    OBSERVATION_SCHEMA,
    QUALIFIERS,
    SPANS,
    STRUCK,
)
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.people import PERCEIVED, PERSON_STATUS
from trucewatch.reports.clause_tables import Columns
from trucewatch.reports.code_meanings import CODE_MEANINGS
from trucewatch.reports.column_words import FIRST_VERSION, column_words
from trucewatch.reports.facts import FIELDS
from trucewatch.reports.released import WITHHELD
from trucewatch.reports.review_told import REVIEW_WORDS
from trucewatch.reports.tables import TABLES

CODEBOOK_VERSION: Final = 1
"""Goes up when a column or code goes, or comes to mean something else; what is only added keeps it."""
JOINED: Final = "report.csv"
"""What the codebook calls the joined table of the format csv."""
SCHEMA: Final = "trucewatch/codebook/1"
FORMATS: Final = ("md", "csv", "json")
CITATION: Final = mark(
    "Trucewatch codebook, version {version}, of program version {program}, SHA-256 {digest}. Cite it with these three."
)
TYPES: Final = mark(
    "Types: text; whole, a whole number; real, a number; truth, true or false; time, a moment in UTC by ISO 8601; day, "
    "a date by ISO 8601 in the watch's time zone. An empty cell: not stated, not released, or it cannot be."
)

_JOINED_ALONE: Final[Columns] = {"record": "text", "cut_off": "time"}
_LISTS: Final[Mapping[str, tuple[Sequence[str], str, Mapping[str, str]]]] = {
    "kind": (KINDS, "kind", said.KIND),
    "aspect": (ASPECTS, "aspect", said.ASPECT),
    "means": (MEANS, "means", said.MEANS),
    "outcome": ((*OUTCOMES, WITHHELD), "outcome", said.OUTCOME),
    "held": (HELD, "held", said.HELD),
    "review": (tuple(REVIEW_WORDS), "review", REVIEW_WORDS),
    "grave": (("killed", *STRUCK), "grave", said.GRAVE),
    "person_status": (PERSON_STATUS, "person status", said.PERSON_STATUS),
    "perceived": (PERCEIVED, "perceived", said.PERCEIVED),
    "span": (SPANS, "span", said.SPAN),
    "qualifier": (QUALIFIERS, "", said.QUALIFIED),
    "counter": (tuple(said.COUNTER), "counter", said.COUNTER),
    "unit": (tuple(said.UNIT), "unit", said.UNIT),
}
"""The lists of codes: the codes in order, the context of their words, and the words."""
_LIST_OF_COLUMN: Final = {"numbers.kind": "counter", "numbers.time_precision": "span", "counters.name": "counter"} | {
    "struck": "grave"
}
_WITHOUT_LIST: Final = frozenset(
    {"zones.kind", "editors_notes.kind", "links.kind", "link_statements.kind", "corridors.kind"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. part: `column` or `code`. of: the table, or the list of codes. type: what a column holds; `code` for
    a code. words: what people call it. codes: the list that a column's values are of."""

    part: str
    of: str
    name: str
    type: str
    unit: str
    words: str
    meaning: str
    codes: str
    since: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """A codebook in one language."""

    language: str
    version: int
    program: str
    digest: str
    citation: str
    entries: tuple[Entry, ...]


@cache
def codebook(language: str) -> Codebook:
    """The codebook in a language of the catalogues."""
    spoken = words(language)
    entries = tuple(_entries(spoken))
    english = entries if language == "en" else codebook("en").entries
    digest = sha256_of(rfc8785.dumps([asdict(entry) for entry in english]))
    citation = spoken.gettext(CITATION).format(version=CODEBOOK_VERSION, program=__version__, digest=digest)
    return Codebook(language, CODEBOOK_VERSION, __version__, digest, citation, entries)


def written(book: Codebook, form: str) -> bytes:
    """The codebook as `md`, `csv` (UTF-8 with a byte order mark, CRLF) or `json`."""
    if form == "csv":
        return _csv(book)
    return _json(book) if form == "json" else _markdown(book)


COLUMNS: Final[Columns] = dict.fromkeys(Entry.__dataclass_fields__, "text")
"""The columns of the codebook itself."""


def rows_of(book: Codebook) -> tuple[tuple[str, ...], ...]:
    """The entries as rows, and last how to cite them."""
    rows = [tuple(asdict(entry).values()) for entry in book.entries]
    version = ("citation", "codebook", str(book.version), "", "", "", book.citation, "", book.program)
    return (*rows, version)


def entries_of(table: str, columns: Columns, language: str) -> tuple[Entry, ...]:
    """The lines on the columns of one table, also of one that only a kind of report has."""
    return tuple(_columns(table, columns, words(language)))


def _entries(spoken: Words) -> Iterator[Entry]:
    joined: dict[str, str] = dict(_JOINED_ALONE)
    for columns in TABLES.values():
        joined |= {name: holds for name, holds in columns.items() if name not in joined}
    yield from _columns(JOINED, {name: joined.get(name, "text") for name in FIELDS}, spoken)
    for table, columns in TABLES.items():
        yield from _columns(table, columns, spoken)
    for table, schema in (("observations", OBSERVATION_SCHEMA), ("counters", COUNTER_SCHEMA)):
        yield from _columns(table, {field.name: _holds(field.type) for field in schema}, spoken)
    for name, (codes, context, terms) in _LISTS.items():
        yield from _codes(name, codes, context, terms, spoken)


def _columns(table: str, columns: Mapping[str, str], spoken: Words) -> Iterator[Entry]:
    for name, holds in columns.items():
        told = column_words(table, name)
        yield Entry(
            part="column",
            of=table,
            name=name,
            type=holds,
            unit=spoken.pgettext("unit", told.unit) if told.unit else "",
            words=spoken.pgettext("column", told.heading),
            meaning=spoken.gettext(told.meaning) if told.meaning else "",
            codes=_list_of(table, name),
            since=told.since,
        )


def _list_of(table: str, name: str) -> str:
    if f"{table}.{name}" in _WITHOUT_LIST:
        return ""
    return _LIST_OF_COLUMN.get(f"{table}.{name}") or _LIST_OF_COLUMN.get(name) or (name if name in _LISTS else "")


def _codes(name: str, codes: Iterable[str], context: str, terms: Mapping[str, str], spoken: Words) -> Iterator[Entry]:
    for code in codes:
        term, meaning = terms.get(code, ""), CODE_MEANINGS.get(name, {}).get(code, "")
        word = (spoken.pgettext(context, term) if context else spoken.gettext(term)) if term else ""
        yield Entry(
            part="code",
            of=name,
            name=code,
            type="code",
            unit="",
            words=word.format(number="…") if name == "qualifier" else word,
            meaning=spoken.gettext(meaning) if meaning else "",
            codes="",
            since=FIRST_VERSION,
        )


def _holds(type_: pa.DataType) -> str:
    if pa.types.is_timestamp(type_):
        return "time"
    if pa.types.is_boolean(type_):
        return "truth"
    if pa.types.is_integer(type_):
        return "whole"
    return "real" if pa.types.is_floating(type_) else "text"


def _csv(book: Codebook) -> bytes:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows_of(book))
    return out.getvalue().encode("utf-8-sig")


def _json(book: Codebook) -> bytes:
    facts = {"schema": SCHEMA, **asdict(book)}
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def _markdown(book: Codebook) -> bytes:
    spoken = words(book.language)
    lines = [f"# {spoken.gettext('Codebook')}", "", book.citation, "", spoken.gettext(TYPES), ""]
    heads = {
        "column": ("name", "type", "unit", "words", "meaning", "codes", "since"),
        "code": ("name", "words", "meaning", "since"),
    }
    titles = {"column": spoken.gettext("Table {name}"), "code": spoken.gettext("Codes of {name}")}
    last = ("", "")
    for entry in book.entries:
        if (entry.part, entry.of) != last:
            last = entry.part, entry.of
            head = heads[entry.part]
            lines += ["", f"## {titles[entry.part].format(name=f'`{entry.of}`')}", ""]
            lines += [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        cells = [str(getattr(entry, name)) for name in heads[entry.part]]
        cells[0] = f"`{cells[0]}`"
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    text = "\n".join(lines) + "\n"
    return text.replace("\n\n\n", "\n\n").encode()
