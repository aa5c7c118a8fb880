"""Values → TOML text, escaped so that whatever a person typed reads back as it was. Only what a watch folder needs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def toml_pairs(pairs: Mapping[str, Any]) -> str:
    r"""`key = value`, one a line, in the order given. Raises ValueError for what a watch's files cannot hold.

    What is not printable is escaped, so that no mark that turns the direction of writing hides in a file; a lone
    surrogate, which TOML cannot hold, becomes U+FFFD.

    >>> toml_pairs({"names": {"en": 'say "so"'}, "files": ["a"]})
    'names = {en = "say \\"so\\""}\nfiles = ["a"]\n'
    """
    import tomlkit  # here: only who writes a watch pays for it

    text = "".join(f"{tomlkit.key(key).as_string()} = {_entry(value).as_string()}\n" for key, value in pairs.items())
    return "".join(char if char.isprintable() or char == "\n" else _escaped(char) for char in text)


def _entry(value: Any) -> Any:
    """The value as tomlkit writes it: tables and lists on one line, times in UTC to the second."""
    import tomlkit

    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for key, inner in value.items():
            table.append(tomlkit.key(str(key)), _entry(inner))
        return table
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for inner in value:
            array.append(_entry(inner))
        return array
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number for a watch's files")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone of time")
        value = value.astimezone(UTC).replace(microsecond=0)
    return tomlkit.item(value)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def toml_table(header: str, pairs: Mapping[str, Any]) -> str:
    """A table with its header, `[[source]]` or `[source.columns]`, ended by a line end."""
    return f"{header}\n{toml_pairs(pairs)}"
