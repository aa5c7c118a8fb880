"""What was put to the delegations of a finding, read out of the record that holds it: texts, decimal texts, lists of
texts; "" is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from trucewatch.errors import TimeError
from trucewatch.model.times import read_time

Put = Mapping[str, object]
"""By the name of the field, as `put_of` of the store's review records writes it."""


def number_put(put: Put, name: str) -> float | None:
    """A number; None for what is not known."""
    value = put.get(name)
    try:
        return None if value is None or value == "" else float(str(value))
    except ValueError:
        return None


def moment_put(put: Put, name: str) -> datetime | None:
    """A moment, in UTC; None for what is not known."""
    value = put.get(name)
    try:
        return read_time(str(value)) if value else None
    except TimeError:
        return None


def texts_put(put: Put, name: str) -> tuple[str, ...]:
    """A list of texts, as of observations or zones; () for what is not known."""
    value = put.get(name)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
