"""One source's entry in `watch.toml`: written, appended or replaced, with every other line of the file as it was.

The new text is read as a whole watch before it takes the place of the old one; if it has a fault, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from trucewatch.errors import WatchError, system_words
from trucewatch.ledger.durable import write_durably
from trucewatch.messages import Message
from trucewatch.model.watch import SourceSetting, WatchFile
from trucewatch.watch.load import files_of, read_watch
from trucewatch.watch.toml_lines import table_span
from trucewatch.watch.toml_records import read_record
from trucewatch.watch.toml_writing import toml_table

_TABLES = ("columns", "kinds", "channels")


def source_section(setting: SourceSetting) -> str:
    """The entry as TOML, what is not said left out."""
    pairs = _written_pairs(setting)
    tables = {name: pairs.pop(name) for name in _TABLES if name in pairs}
    text = toml_table("[[source]]", pairs)
    for name, columns in tables.items():
        text += "\n" + toml_table(f"[source.{name}]", columns)
    return text


def _written_pairs(setting: SourceSetting) -> dict[str, Any]:
    """The settings that differ from what holds anyway, in the order of the record."""
    least = SourceSetting(id=setting.id, adapter=setting.adapter, files=())
    pairs: dict[str, Any] = {}
    for field in fields(setting):
        value = getattr(setting, field.name)
        if field.name in ("id", "adapter", "files") or value != getattr(least, field.name):
            pairs[field.name] = dict(value) if isinstance(value, Mapping) else value
    return pairs


def with_source(text: str, setting: SourceSetting) -> str:
    """The text of `watch.toml` with this source: its entry replaced if there is one of its id, else put after the
    others."""
    settings, _, faults = read_record(text.encode(), "watch.toml", WatchFile)
    if settings is None:
        raise WatchError(faults[0].message, tuple(faults))
    # By lines, not in tomlkit's tree: there the comment above the next table belongs to the table before it, and goes
    # with it when that is replaced.
    lines = text.splitlines(keepends=True)
    section = source_section(setting)
    ids = [source.id for source in settings.source]
    if setting.id in ids:
        span = table_span(text, "source", ids.index(setting.id))
        if span is None:
            raise WatchError(
                Message(
                    'watch.toml: the source "{source}" is not written as a [[source]] table; change it by hand',
                    source=setting.id,
                )
            )
        begin, end = span
        return "".join(lines[:begin]) + section + "".join(lines[end:])
    span = table_span(text, "source", len(ids) - 1) if ids else None
    end = span[1] if span else len(lines)
    before = "".join(lines[:end])
    if before and not before.endswith("\n"):
        before += "\n"
    return before + "\n" + section + "".join(lines[end:])


def changed_watch(folder: Path, setting: SourceSetting) -> bytes:
    """The bytes that `watch.toml` would have with this source. Raises WatchError if the watch could not be used with
    them."""
    contents = files_of(folder)
    content = with_source(contents["watch.toml"].decode("utf-8-sig"), setting).encode()
    _, faults = read_watch({**contents, "watch.toml": content})
    errors = tuple(fault for fault in faults if fault.severity == "error")
    if errors:
        raise WatchError(errors[0].message, errors)
    return content


def save_watch_file(folder: Path, content: bytes) -> None:
    """Put checked bytes in the place of `watch.toml`, whole or not at all. Raises WatchError."""
    try:
        write_durably(folder / "watch.toml", content)
    except OSError as exc:
        raise WatchError(
            Message("watch.toml cannot be written: {error}; what stood there stands", error=system_words(exc))
        ) from exc
