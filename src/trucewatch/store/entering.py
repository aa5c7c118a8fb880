"""How records are entered, and how one attempt is known again.

The record that a person's act leads to carries a mark of the attempt, so that the same attempt once more, after a lost
answer or a kill, finds its entry and enters nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trucewatch.errors import StoreError

if TYPE_CHECKING:
    from trucewatch.store.journal import Entry, Journal
    from trucewatch.store.store import Store

MARK: Final = "once"
"""The field of a record that holds the mark."""


@dataclass(slots=True)
class Attempt:
    """One attempt to enter something. `key`: its mark; "" for one that cannot be known again. `entry`: what it led
    to."""

    key: str = ""
    entry: Entry | None = None


_ATTEMPT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def attempting(attempt: Attempt) -> Iterator[None]:
    """What is entered in this block, in the threads that it hands work to as well, is of this attempt."""
    token = _ATTEMPT.set(attempt)
    try:
        yield
    finally:
        _ATTEMPT.reset(token)


def enter(journal: Journal, records: Sequence[Mapping[str, Any]], *, is_act: bool) -> tuple[list[Entry], bool]:
    """Acknowledge records; their entries, and whether the act that an attempt is about is among them.

    is_act: a record that says whose act it is (`by`) is what an attempt is about; the first of them is marked.
    """
    attempt = _ATTEMPT.get()
    number = None
    if is_act and attempt is not None and attempt.entry is None:
        number = next((number for number, record in enumerate(records) if record.get("by")), None)
    if number is None or attempt is None:
        return journal.commit(records), False
    if attempt.key:
        records = [*records[:number], {**records[number], MARK: attempt.key}, *records[number + 1 :]]
    entries = journal.commit(records)
    attempt.entry = entries[number]
    return entries, True


@contextmanager
def index_may_wait(is_entered_act: bool) -> Iterator[None]:
    """Where an act is entered, an index that cannot be written is no error: it catches up."""
    try:
        yield
    except StoreError:
        if not is_entered_act:
            raise


def entered_before(store: Store, key: str) -> Entry | None:
    """The entry that an attempt led to; None if it led to none."""
    rows = store.index.rows("SELECT entry FROM once WHERE key = ?", key) if key else []
    return next(store.journal.entries(int(rows[0][0]))) if rows else None
