"""Values → TOML text, escaped so that whatever a person typed reads back as it was. Only what a watch folder needs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SHORT: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def toml_string(text: str) -> str:
    r"""A basic string on one line. Lone surrogates, which TOML cannot hold, become U+FFFD.

    >>> toml_string('say "so"')
    '"say \\"so\\""'
    """
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if code < 0x20 or code == 0x7F or not char.isprintable():
        return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
    return char


def toml_key(key: str) -> str:
    """A key, quoted where it has to be."""
    return key if _BARE.fullmatch(key) else toml_string(key)


def toml_value(value: Any) -> str:
    """One value on one line: text, number, time (aware, in UTC), day, list, table. Raises ValueError for any other."""
    if isinstance(value, str):
        return toml_string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no number for a watch's files")
        return repr(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone of time")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{toml_key(str(key))} = {toml_value(inner)}" for key, inner in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(toml_value(inner) for inner in value) + "]"
    raise ValueError(f"{type(value).__name__} cannot stand in TOML")


def toml_lines(pairs: Mapping[str, Any]) -> list[str]:
    """`key = value`, one a line, in the order given."""
    return [f"{toml_key(key)} = {toml_value(value)}" for key, value in pairs.items()]


def toml_table(header: str, pairs: Mapping[str, Any]) -> str:
    """A table with its header, `[[source]]` or `[source.columns]`, ended by a line end."""
    return "\n".join([header, *toml_lines(pairs)]) + "\n"
