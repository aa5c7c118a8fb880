"""TOML bytes → frozen records, with every fault at its line: unknown keys, missing keys, wrong words, times without
zone."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.record_mapping import FIELD_OF_KEY, KEY_OF_FIELD, record_from
from trucewatch.watch.toml_lines import TomlLines

R = TypeVar("R")

_TOML_WORDS = (
    Message("invalid value"),
    Message("invalid statement"),
    Message("expected '=' after a key in a key/value pair"),
    Message("expected newline or end of document after a statement"),
    Message("unclosed array"),
    Message("unterminated string"),
    Message("cannot overwrite a value"),
)
"""What Python's reader of TOML says most often."""
_FIELD_WORDS = (
    Message("input should be a valid string"),
    Message("input should be a valid number"),
    Message("input should be a valid integer"),
    Message("input should be a valid boolean"),
    Message("input should be a valid tuple"),
    Message("input should be a valid dictionary"),
    Message("input should be a valid date"),
    Message("input should be a valid datetime"),
)
"""What pydantic says most often of the value of a key."""

_DEEPEST = 50
"""Tables and arrays in each other; no record needs more than ten."""


def read_record(content: bytes, file: str, record: type[R]) -> tuple[R | None, TomlLines, list[Fault]]:
    """The record that a TOML file holds, the lines of its keys, and its faults; None if it cannot be made at all."""
    from pydantic import ValidationError

    try:
        text = content.decode("utf-8-sig")
        raw = tomllib.loads(text)
    except UnicodeDecodeError as exc:
        return None, TomlLines(""), [not_utf8(file, content, exc)]
    except tomllib.TOMLDecodeError as exc:
        return None, TomlLines(""), [_syntax_fault(file, str(exc), text)]
    except RecursionError:
        return None, TomlLines(""), [_syntax_fault(file, "", text)]
    if is_deeper_than(raw, _DEEPEST):
        return None, TomlLines(""), [_syntax_fault(file, "", text)]
    lines = TomlLines(text)
    faults: list[Fault] = []
    prepared = _prepare(raw, (), file, lines, faults)
    try:
        read = record_from(record, prepared)
        days = [_day_fault(path, moment, file, lines) for path, moment in _naive_moments(read, ())]
        return None if days else read, lines, faults + days
    except ValidationError as exc:
        faults += [_fault_of(error, record, file, lines) for error in exc.errors(include_url=False)]
        return None, lines, faults


def is_deeper_than(value: Any, depth: int) -> bool:
    """Whether tables and arrays stand in each other so often; looked at level by level, however deep they are."""
    level = [value]
    for _ in range(depth):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def read_row(mapping: Mapping[str, Any], record: type[R]) -> tuple[R | None, list[tuple[str, Fault]]]:
    """The record of one table that comes from no file, such as a form: by the same rules; and each fault with the key
    that it is about."""
    from pydantic import ValidationError

    nowhere = TomlLines("")
    try:
        read = record_from(record, mapping)
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
        return None, [(_first_key(error["loc"]), _fault_of(error, record, "", nowhere)) for error in errors]
    days = [(_first_key(path), _day_fault(path, moment, "", nowhere)) for path, moment in _naive_moments(read, ())]
    return None if days else read, days


def _first_key(path: tuple[Any, ...]) -> str:
    first = str(path[0]) if path else ""
    return KEY_OF_FIELD.get(first, first)


def not_utf8(file: str, content: bytes, error: UnicodeDecodeError) -> Fault:
    """The fault of a file that is no UTF-8, at the first line that is not."""
    line = content[: error.start].count(b"\n") + 1
    return Fault(file, line, "", Message("is not UTF-8 text"), Message("save it as UTF-8"))


def _syntax_fault(file: str, message: str, text: str) -> Fault:
    position = re.search(r"at line (\d+)", message)
    line = int(position[1]) if position else text.count("\n") + 1
    no_day = _no_such_day(text.split("\n")[line - 1]) if position else None
    if no_day is not None:
        return Fault(file, line, "", no_day, Message("write a day of the calendar, such as 2020-11-15"))
    words = re.sub(r"\s*\(at .*\)$", "", message)
    error = words_of_reader(words, _TOML_WORDS) if words else Message("nested too deep")
    return Fault(
        file,
        line,
        "",
        Message("is not TOML: {error}", error=error),
        Message("mend this line; strings stand in quotes"),
    )


_DAY_GIVEN = re.compile(r"[=\[,]\s*((\d{4})-(\d{1,2})-(\d{1,2}))")


def _no_such_day(line: str) -> Message | None:
    """What to say of the first day in a line that no calendar has: 30 February."""
    for typed, year, month, day in _DAY_GIVEN.findall(line):
        if not 1 <= int(month) <= 12:
            return Message("{day} is no day: a year has 12 months", day=typed)
        if int(year) == 0:
            return Message("{day} is no day: there is no year 0", day=typed)
        most = monthrange(int(year), int(month))[1]
        if not 1 <= int(day) <= most:
            return Message("{day} is no day: that month has {count} days", day=typed, count=most)
    return None


def _prepare(value: Any, path: tuple[str | int, ...], file: str, lines: TomlLines, faults: list[Fault]) -> Any:
    """Times to UTC; a time without zone is a fault and is read as UTC so that checking goes on."""
    if isinstance(value, dict):
        return {key: _prepare(inner, (*path, key), file, lines, faults) for key, inner in value.items()}
    if isinstance(value, list):
        return [_prepare(inner, (*path, index), file, lines, faults) for index, inner in enumerate(value)]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            line = lines.line_of(path)
            what = Message("{key} = {value} has no zone of time", key=path[-1], value=value.isoformat())
            faults.append(
                Fault(file, line, place_of(path[:-1]), what, Message("add Z for UTC or an offset such as +03:00"))
            )
            return value.replace(tzinfo=UTC)
        try:
            return value.astimezone(UTC)
        except OverflowError:
            what = Message("{value} is outside the years 1 to 9999", value=value.isoformat())
            faults.append(Fault(file, lines.line_of(path), place_of(path[:-1]), what, Message("check the year")))
            return value.replace(tzinfo=UTC)
    return value


def _naive_moments(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], datetime]]:
    """The moments of a record for which its file gives a day alone, without hour and zone of time."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            yield path, value
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _naive_moments(part, (*path, index))
    elif is_dataclass(value):
        for field in fields(value):
            name = KEY_OF_FIELD.get(field.name, field.name)
            yield from _naive_moments(getattr(value, field.name), (*path, name))


def _day_fault(path: tuple[str | int, ...], moment: datetime, file: str, lines: TomlLines) -> Fault:
    what = Message("{key} = {value} is a day and no moment", key=path[-1], value=moment.date().isoformat())
    remedy = Message(
        "add the hour and its zone of time, such as {value}T00:00:00+03:00", value=moment.date().isoformat()
    )
    return Fault(file, lines.line_of(path), place_of(path[:-1]), what, remedy)


def place_of(path: tuple[str | int, ...]) -> str:
    """How a place in a TOML file is called: `[[provision]] 6, [[stipulation]] 1`."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            words[-1] = f"[[{words[-1]}]] {step + 1}" if words else str(step + 1)
        else:
            words.append(KEY_OF_FIELD.get(step, step))
    return ", ".join(words)


def _fault_of(error: Any, record: type, file: str, lines: TomlLines) -> Fault:
    path = tuple(KEY_OF_FIELD.get(step, step) if isinstance(step, str) else step for step in error["loc"])
    kind, last, line = error["type"], str(path[-1]) if path else "", lines.line_of(path)
    place = place_of(path[:-1])
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        keys = sorted(KEY_OF_FIELD.get(name, name) for name in _keys_at(record, path[:-1]))
        return Fault(file, line, place, Message('unknown key "{key}"', key=last), did_you_mean(last, keys))
    if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
        what = Message('"{key}" is missing', key=last)
        if path[:1] == ("recipient",) and last in ("delay_hours", "place"):
            what = Message('has no release rule: "{key}" is missing', key=last)
        return Fault(
            file,
            lines.line_of(path[:-1]),
            place,
            what,
            Message("add {key} = …; docs/watch-folder.md says what it takes", key=last),
        )
    if kind == "literal_error":
        expected = [word.strip("' ") for word in str(error["ctx"]["expected"]).replace(" or ", ", ").split(",")]
        word = str(error.get("input"))
        return Fault(
            file,
            line,
            place,
            Message('{key} = "{value}" is not one of its words', key=last, value=word[:40]),
            did_you_mean(word, expected),
        )
    if kind == "dataclass_type":
        why = Message("input should be a dictionary or an instance of {name}", name=error["ctx"]["class_name"])
    else:
        why = words_of_reader(str(error["msg"]), _FIELD_WORDS)
    return Fault(
        file,
        line,
        place,
        Message("{where}: {why}", where=last, why=why),
        Message("see docs/watch-folder.md for this key"),
    )


def words_of_reader(text: str, sentences: tuple[Message, ...]) -> Message:
    """What another program's reader says of a file, as a clause of ours; what is none of `sentences` stays as
    it is.

    >>> words_of_reader("Unclosed array", (Message("unclosed array"),))
    Message('unclosed array')
    """
    clause = text[:1].lower() + text[1:]
    return next((sentence for sentence in sentences if sentence.template == clause), Message.verbatim(clause))


def did_you_mean(word: str, words: list[str] | tuple[str, ...]) -> Message:
    """A remedy that names the nearest known word, else all of them; if there is none, that this has to be mended
    first."""
    if not words:
        return Message("there is none yet; mend that first")
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return Message('did you mean "{word}"?', word=near[0])
    return Message("write one of: {words}", words=", ".join(choice or '""' for choice in words))


def _keys_at(record: Any, path: tuple[str | int, ...]) -> list[str]:
    """The field names of the record that stands at this path."""
    for step in path:
        record = _inner(record)
        if isinstance(step, int):
            continue
        if not is_dataclass(record):
            return []
        record = get_type_hints(record).get(FIELD_OF_KEY.get(step, step))
    record = _inner(record)
    return [field.name for field in fields(record)] if is_dataclass(record) else []


def _inner(hint: Any) -> Any:
    """The record type inside `tuple[X, ...]` or `X | None`."""
    while get_origin(hint) in (tuple, Union, types.UnionType) and get_origin(hint) is not Literal:
        hint = next((arg for arg in get_args(hint) if arg not in (Ellipsis, type(None))), None)
    return hint
