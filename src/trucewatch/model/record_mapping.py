"""A mapping of names to values, of a TOML table or of a record of the journal → the frozen record of that shape; and
back. What an accepted reading says is read by the same function wherever it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from trucewatch.model.times import iso_utc

R = TypeVar("R")

FIELD_OF_KEY = {"from": "from_", "for": "for_"}
"""Keys that are Python words."""
KEY_OF_FIELD = {field: key for key, field in FIELD_OF_KEY.items()}


def record_from(record: type[R], mapping: Mapping[str, Any]) -> R:
    """The record that a mapping gives: days and moments as such or as ISO 8601 writes them, keys as files write them.
    Raises pydantic.ValidationError with every fault: unknown keys, missing keys, other words, days that there are
    not."""
    name: Any = record
    adapted: R = _adapter(name).validate_python(_with_field_names(mapping))
    return adapted


def mapping_from(record: Any) -> dict[str, Any]:
    """The same the other way, fit for JSON: without what stands at its default; days and moments as ISO 8601."""
    return {
        KEY_OF_FIELD.get(each.name, each.name): _plain(value)
        for each in fields(record)
        if not _is_default(each, value := getattr(record, each.name))
    }


@lru_cache(maxsize=128)
def _adapter(record: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(record)


def _with_field_names(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {FIELD_OF_KEY.get(key, key): _with_field_names(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_field_names(inner) for inner in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return mapping_from(value) if is_dataclass(value) else value


def _is_default(each: Any, value: Any) -> bool:
    if each.default is not MISSING:
        return bool(value == each.default)
    return each.default_factory is not MISSING and bool(value == each.default_factory())
