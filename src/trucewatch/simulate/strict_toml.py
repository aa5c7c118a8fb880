"""TOML text → a record, checked key by key: a key that is not known is refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, ClassVar, TypeVar

from pydantic import TypeAdapter

Km = tuple[float, float]
"""Kilometres east and north of an origin."""
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Strict:
    """A record that knows all of its keys."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}


def parse_record(text: str, record: type[Record]) -> Record:
    """The record that a text holds. Raises pydantic.ValidationError for a key or a value that is not known."""
    return TypeAdapter(record).validate_python(tomllib.loads(text))


def committed_table(package: str, *path: str) -> dict[str, Any]:
    """The table that is committed in a package of ours, before anything is checked."""
    return tomllib.loads(files(package).joinpath(*path).read_text("utf-8"))


def read_record(package: str, *path: str, record: type[Record]) -> Record:
    """The record that is committed in a package of ours."""
    return parse_record(files(package).joinpath(*path).read_text("utf-8"), record)
