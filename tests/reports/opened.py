"""Files of any format, opened up: all that somebody who takes the bytes apart can read in them."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, StreamObject, TextStringObject

_MEANINGLESS = re.compile(r'(?<=>)codebook!\$A\$\d+:\$\w+\$\d+(?=</definedName>)|(?<=t="s"><v>)\d+(?=</v>)')
"""In a workbook: how long the codebook is, and the numbers of shared strings."""
_DATE = re.compile(r"(?<=<v>)\d{5}\.\d+(?=</v>)")
"""A moment as a workbook holds it: days since the end of 1899."""


def everything_in(content: bytes) -> str:
    """The raw bytes as text, and after them every part that is packed inside: members of an archive, cells of a
    database, what a picture says of itself. The codebook is left out: it is the same in every file (a test in
    test_codebook.py holds that) and names every code, also those of kinds that are withheld."""
    if content.startswith(b"%PDF"):
        return "\n".join([*pages_in(content), *words_beside_the_pages(content)])
    if content.startswith(b"PK"):
        return "\n".join(_members_of(content))
    parts = [content.decode("utf-8", errors="replace")]
    if content.startswith(b"SQLite format 3\0"):
        parts += [repr(row) for rows in tables_in(content).values() for row in rows]
    return "\n".join(parts)


def _members_of(content: bytes) -> Iterator[str]:
    """Names, remarks and contents of an archive's members; of pixels and packed bytes there is nothing to read."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield repr(archive.comment)
        sheet, strings = _codebook_of(archive)
        for member in archive.infolist():
            inside = archive.read(member)
            yield f"{member.filename} {member.comment!r} {member.extra!r}"
            if member.filename.endswith(".png"):
                with Image.open(io.BytesIO(inside)) as picture:
                    yield repr(picture.info)
            elif member.filename.endswith(".zip") or inside.startswith((b"PK", b"%PDF")):
                yield everything_in(inside)
            elif member.filename == "xl/sharedStrings.xml":
                found = re.findall(r"<si>.*?</si>", inside.decode(), re.S)
                yield "\n".join(text for number, text in enumerate(found) if number not in strings)
            elif not member.filename.startswith("codebook") and member.filename != sheet:
                yield _DATE.sub(_as_moment, _MEANINGLESS.sub("", inside.decode(errors="replace")))


def _as_moment(match: re.Match[str]) -> str:
    return (datetime(1899, 12, 30) + timedelta(days=float(match.group()))).isoformat()  # noqa: DTZ001 - it has no zone


def _codebook_of(archive: zipfile.ZipFile) -> tuple[str, set[int]]:
    """The member that is a workbook's codebook, and the numbers of the shared strings that it alone shows."""
    sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    shown = {name: set(re.findall(r't="s"><v>(\d+)</v>', archive.read(name).decode())) for name in sheets}
    names = re.findall(r'<sheet name="([^"]*)"', archive.read("xl/workbook.xml").decode()) if sheets else []
    if "codebook" not in names:
        return "", set()
    own = f"xl/worksheets/sheet{names.index('codebook') + 1}.xml"
    others = set().union(*(numbers for name, numbers in shown.items() if name != own))
    return own, {int(number) for number in shown[own] - others}


def tables_in(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a database file, with its own list of what there is."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(content)
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for name in ["sqlite_master", *names]}


def pages_in(content: bytes) -> list[str]:
    """The text of each page of a PDF, without the places where a long word may be broken and the marks around a
    name."""
    return [re.sub("[\u200b\u2066-\u2069]", "", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def words_beside_the_pages(content: bytes) -> list[str]:
    """Every string of a PDF that is not drawn: titles, descriptions of pictures, link targets, and all of its
    metadata."""
    reader = PdfReader(io.BytesIO(content))
    found = [str(reader.metadata), *map(str, named_destinations(content))]
    for number in range(1, int(reader.trailer["/Size"])):
        try:
            thing = reader.get_object(number)
        except (PdfReadError, KeyError):
            continue
        if thing is None:
            continue
        if isinstance(thing, StreamObject):
            if thing.get("/Type") == "/Metadata":
                found.append(thing.get_data().decode())
            continue
        found.extend(_strings(thing))
    return found


def named_destinations(content: bytes) -> list[str]:
    return list(PdfReader(io.BytesIO(content)).named_destinations)


def figures_in(content: bytes) -> list[str]:
    """What each picture of a tagged PDF says of itself, in reading order; "" for one that says nothing."""
    return [str(one.get("/Alt", "")) for one in _elements(content) if one.get("/S") == "/Figure"]


def tags_in(content: bytes) -> Counter[str]:
    """How many elements of each kind the structure of a tagged PDF has."""
    return Counter(str(one["/S"]).removeprefix("/") for one in _elements(content))


def _elements(content: bytes) -> list[DictionaryObject]:
    root = PdfReader(io.BytesIO(content)).root_object["/StructTreeRoot"]["/K"]  # type: ignore[index]
    found: list[DictionaryObject] = []
    waiting: list[Any] = [root]
    while waiting:
        thing = waiting.pop().get_object()
        if isinstance(thing, ArrayObject):
            waiting.extend(reversed(thing))
        elif isinstance(thing, DictionaryObject):
            if "/S" in thing:
                found.append(thing)
            if "/K" in thing:
                waiting.append(thing["/K"])
    return found


def _strings(thing: Any) -> Iterator[str]:
    if isinstance(thing, TextStringObject):
        yield str(thing)
    elif isinstance(thing, ByteStringObject):
        yield thing.decode("latin-1")
    elif isinstance(thing, DictionaryObject):
        for value in thing.values():
            yield from _strings(value)
    elif isinstance(thing, ArrayObject):
        for value in thing:
            yield from _strings(value)
