"""Files from outside → what they hold, read in a process of its own: whatever a file does, it does it there.

A file that ends its reader, or takes more time or memory than it may, is one refusal; the next file has a new reader.
There are two such processes at most, begun when there is something to read: one for what comes into a watch, which may
take long, and one for what a page wants to show at once. What reads files is loaded there; here only what an answer is
put together with, and that when there is one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import pyarrow as pa

from trucewatch.errors import ListOfPeople, NeverHereError, ReadingEnded, UnreadableInput
from trucewatch.messages import Message, read_record
from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.evidence import REJECTED_SCHEMA
from trucewatch.model.lexicon import Voice
from trucewatch.model.never_here import INSTEAD, rule_of
from trucewatch.model.observation import COUNTER_SCHEMA, STORED_OBSERVATION_SCHEMA
from trucewatch.model.sender import SENDER_SCHEMA
from trucewatch.model.statements import Statement, statement_from
from trucewatch.model.track import TRACK_SCHEMA
from trucewatch.model.watch import SourceSetting
from trucewatch.reader.ahead import read_ahead
from trucewatch.reader.process import Bounds, ReaderProcess, Tables, ended
from trucewatch.reader.requests import origin_as_json, setting_as_json, voice_as_json

if TYPE_CHECKING:
    from trucewatch.sources.letter_file import LetterParts
    from trucewatch.sources.picture_facts import PictureFacts
    from trucewatch.watch.import_zones import ImportedFeature

__all__ = [
    "LOOK_BOUNDS",
    "Bounds",
    "Tables",
    "end_readers",
    "head_of",
    "import_zones",
    "look_at_file",
    "parse_statement",
    "picture_facts",
    "picture_preview",
    "picture_stripped",
    "read_file",
    "read_files",
    "read_letter",
    "refuse_file_never_here",
    "refuse_never_here",
    "screen_brought",
    "screen_file",
]

LOOK_BOUNDS: Final = Bounds(seconds=25.0, seconds_per_mb=0.0, memory_mb=500, is_look=True)
"""For what somebody waits for in front of a page, whatever the size of the file: only its beginning is looked at."""
EXAMPLE_ROWS: Final = 2000
_MOST_SENTENCES: Final = 50

_intake: Final = ReaderProcess()
_looks: Final = ReaderProcess(waits_s=60.0, remembers=True)
_pictures: Final = ReaderProcess(waits_s=10.0)
"""A page that shows pictures does not wait for a file that takes long to be looked through."""


def read_file(
    path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext, bounds: Bounds
) -> Generator[Tables, None, None]:
    """What the source's adapter reads of a file, batch by batch: `sources.reading.read_file` within bounds.

    Raises ReadingEnded where the reader ended on it or passed a bound: what was handed over before is not to be kept.
    """
    return _read(_intake, path, origin, setting, context, bounds)


@contextmanager
def read_files(
    files: Sequence[tuple[Path, Origin, SourceSetting]], context: ReadingContext, bounds: Bounds
) -> Iterator[list[Iterator[Tables]]]:
    """`read_file` for each of some files; the next is read while what came of the one before is being used."""
    readings = [partial(read_file, path, origin, setting, context, bounds) for path, origin, setting in files]
    with read_ahead(readings, _intake.end) as pieces:
        yield pieces


def look_at_file(
    path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext, *, most_rows: int
) -> Generator[Tables, None, None]:
    """The same for a page: the beginning of the file, until `most_rows` rows were taken or refused."""
    return _read(_looks, path, origin, setting, context, LOOK_BOUNDS, most_rows=most_rows)


def head_of(path: Path, rows: int = EXAMPLE_ROWS) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """A table's header as written, and its first rows by folded column name (`sources.guess.head_of`).

    Raises UnreadableInput, ReadingEnded.
    """
    answer = _looks.answer({"what": "head", "path": str(path.absolute()), "rows": rows}, path, LOOK_BOUNDS)
    return tuple(answer["header"]), [dict(row) for row in answer["rows"]]


def import_zones(path: Path) -> list[ImportedFeature]:
    """The shapes of a brought file (`watch.import_zones.import_zones`). Raises UnreadableInput, ReadingEnded."""
    answer = _looks.answer({"what": "zones", "path": str(path.absolute())}, path, LOOK_BOUNDS)
    return [_feature(record) for record in answer["features"]]


def parse_statement(
    content: bytes,
    name: str,
    *,
    zone: str = "",
    voice: str = "",
    voices: Sequence[Voice] = (),
    today: date | None = None,
) -> Statement:
    """The statement that a file holds: `sources.official_statement.parse.parse_statement` within the bounds of a look.

    Raises UnreadableInput, InputTooLarge, ReadingEnded.
    """
    if not content:
        raise UnreadableInput(Message("the file is empty; save the page again, or paste its text"))
    request = {
        "what": "statement",
        "name": name,
        "zone": zone,
        "voice": voice,
        "voices": [voice_as_json(voice) for voice in voices],
        "today": today.isoformat() if today else None,
    }
    answer = _looks.answer(request, None, LOOK_BOUNDS, content)
    try:
        return statement_from(answer["statement"])
    except (LookupError, TypeError, ValueError, AttributeError) as exc:
        raise ReadingEnded(ended("its answer was damaged")) from exc


def read_letter(content: bytes) -> LetterParts:
    """A mail's words and files: `sources.letter_file.read_letter` within the bounds of a look. Raises UnreadableInput,
    ReadingEnded."""
    from trucewatch.sources.letter_file import AttachedFile, LetterParts

    if not content:
        raise UnreadableInput(Message("the letter is empty; save the mail again, or paste its text"))
    answer, tables = _looks.answer_with_tables({"what": "letter"}, None, LOOK_BOUNDS, content)
    try:
        notes, refusals = (
            tuple(read_record(*each) for each in answer[name][:_MOST_SENTENCES]) for name in ("notes", "refusals")
        )
        files = tables["files"].select(["name", "media_type", "content"]).to_pylist()
        return LetterParts(
            text=str(answer["text"]),
            sender=str(answer["sender"]),
            subject=str(answer["subject"]),
            sent_at=datetime.fromisoformat(answer["sent_at"]) if answer["sent_at"] else None,
            attachments=tuple(AttachedFile(str(row["name"]), str(row["media_type"]), row["content"]) for row in files),
            notes=notes,
            refusals=refusals,
            tables=str(answer["table_lines"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError, pa.ArrowException) as exc:
        raise ReadingEnded(ended("its answer was damaged")) from exc


def picture_facts(content: bytes) -> PictureFacts:
    """What a picture says of when and where it was taken: `sources.picture_facts.facts_of` within the bounds of a look.
    Raises UnreadableInput, ReadingEnded."""
    from trucewatch.sources.picture_facts import PictureFacts

    answer = _pictures.answer({"what": "picture", "wanted": "facts"}, None, LOOK_BOUNDS, content)
    try:
        facts = answer["facts"]
        return PictureFacts(
            **{**facts, "taken_at": datetime.fromisoformat(facts["taken_at"]) if facts["taken_at"] else None}
        )
    except (LookupError, TypeError, ValueError) as exc:
        raise ReadingEnded(ended("its answer was damaged")) from exc


def picture_preview(content: bytes) -> bytes:
    """A small copy of a picture, JPEG, with nothing but its pixels. Raises UnreadableInput, ReadingEnded."""
    return _drawn("preview", content)


def picture_stripped(content: bytes) -> bytes:
    """A picture to be given out, JPEG or PNG, with nothing but its pixels. Raises UnreadableInput, ReadingEnded."""
    return _drawn("stripped", content)


def _drawn(wanted: str, content: bytes) -> bytes:
    _, tables = _pictures.answer_with_tables({"what": "picture", "wanted": wanted}, None, LOOK_BOUNDS, content)
    try:
        return bytes(tables["picture"]["content"][0].as_py())
    except (LookupError, TypeError, ValueError, pa.ArrowException) as exc:
        raise ReadingEnded(ended("its answer was damaged")) from exc


def screen_file(path: Path, bounds: Bounds) -> None:
    """Look through a file that lies in the inbox, before any of its bytes are kept.

    Raises ListOfPeople where it holds names of people with birth dates or identity numbers, and where that cannot be
    told.
    """
    _screen(_intake, path, bounds, b"")


def screen_brought(content: BinaryIO) -> None:
    """The same for what was sent and lies nowhere yet; read from its beginning, and wound back."""
    content.seek(0)
    every_byte = content.read()
    content.seek(0)
    if every_byte:
        _screen(_looks, None, LOOK_BOUNDS, every_byte)


def _screen(reader: ReaderProcess, path: Path | None, bounds: Bounds, content: bytes) -> None:
    request = {"what": "screen"} | ({"path": str(path.absolute())} if path is not None else {})
    try:
        rule = reader.answer(request, path, bounds, content)["rule"]
    except UnreadableInput as exc:
        raise ListOfPeople(
            Message(
                "the file cannot be looked through for lists of people ({why}), and nothing of it was kept; save it "
                "anew in the program that wrote it, or split it",
                why=exc.message,
            )
        ) from None
    if rule:
        from trucewatch.sources.people_lists import refusal_of

        raise ListOfPeople(refusal_of(rule))


def refuse_never_here(content: BinaryIO, *, allow: Sequence[str] = ()) -> None:
    """Look through what was brought to a humanitarian instance, before a byte of it is kept; read from its beginning,
    and wound back. allow: rules that are not asked. Raises NeverHereError where it holds what is never kept there, and
    where that cannot be told."""
    content.seek(0)
    every_byte = content.read()
    content.seek(0)
    if every_byte:
        _refuse_never_here(_looks, None, LOOK_BOUNDS, every_byte, allow)


def refuse_file_never_here(path: Path, bounds: Bounds) -> None:
    """The same for a file that lies in the inbox."""
    from trucewatch.sources.text_inside import MOST_BYTES

    if path.stat().st_size > MOST_BYTES:
        raise _never_here(("unreadable",))
    _refuse_never_here(_intake, path, bounds, b"")


def _refuse_never_here(
    reader: ReaderProcess, path: Path | None, bounds: Bounds, content: bytes, allow: Sequence[str] = ()
) -> None:
    request = {"what": "never_here", "allow": list(allow)} | (
        {"path": str(path.absolute())} if path is not None else {}
    )
    try:
        rules = tuple(map(str, reader.answer(request, path, bounds, content)["rules"]))
    except UnreadableInput:  # its words may be the file's
        rules = ("unreadable",)
    if rules:
        raise _never_here(rules)


def _never_here(rules: tuple[str, ...]) -> NeverHereError:
    sentence = Message("The file was refused: {why}. {instead}", why=rule_of(rules[0]).why, instead=INSTEAD)
    return NeverHereError(sentence, rules)


def end_readers() -> None:
    """End the processes; one that is reading leaves its file unread. They begin again when there is something to
    read."""
    for reader in (_intake, _looks, _pictures):
        reader.end()


def _read(
    reader: ReaderProcess,
    path: Path,
    origin: Origin,
    setting: SourceSetting,
    context: ReadingContext,
    bounds: Bounds,
    **more: Any,
) -> Generator[Tables, None, None]:
    request = {
        "what": "read",
        "path": str(path.absolute()),
        "origin": origin_as_json(origin),
        "setting": setting_as_json(setting),
        **more,
    }
    for tables in reader.tables(request, context, path, bounds):
        yield replace(
            tables,
            observations=_checked(tables.observations, STORED_OBSERVATION_SCHEMA),
            counters=_checked(tables.counters, COUNTER_SCHEMA),
            rejected=_checked(tables.rejected, REJECTED_SCHEMA),
            tracks=_checked(tables.tracks, TRACK_SCHEMA),
            senders=_checked(tables.senders, SENDER_SCHEMA),
        )


def _checked(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table that came over the pipe, with the columns of this schema in any order; with this schema."""
    if table.schema.equals(schema):
        return table
    try:
        return table.select(schema.names).cast(schema)
    except (pa.ArrowException, LookupError, ValueError) as exc:
        raise ReadingEnded(ended("its answer was damaged")) from exc


def _feature(record: dict[str, Any]) -> ImportedFeature:
    from trucewatch.watch.import_zones import ImportedFeature

    words = {name: read_record(*record[name]) if record[name] else None for name in ("fault", "remedy")}
    return ImportedFeature(**{**record, **words})
