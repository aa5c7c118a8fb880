"""The index is brought to what the ledger holds: caught up, or made again where it is damaged, and it is said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from trucewatch.errors import Corrupt, StoreError
from trucewatch.messages import Message
from trucewatch.store.history import REMEDY
from trucewatch.store.index import Index, IndexFault
from trucewatch.store.index_faults import INDEX_ERRORS, whole_fault
from trucewatch.store.journal import Journal
from trucewatch.store.read_only_index import ask_index
from trucewatch.store.recovery import LOST_CHECKPOINT


def entries_known(index: Index) -> int:
    """How many entries the index knows; 0 for one that cannot be read, which is thrown away."""
    try:
        return index.applied
    except IndexFault as exc:
        _throw_away(index, str(exc))
        return 0


def hold_against_journal(index: Index, journal: Journal) -> None:
    """The index learns of a record after the journal holds it: one that knows more tells of a loss. Raises Corrupt.

    One that begins with another entry is of another watch, or of the ledger before this one: it is thrown away.
    """
    try:
        applied = index.applied
        if not applied or journal.hash_of(applied - 1) == index.last_hash:
            return
        ((first,),) = index.rows("SELECT sha256 FROM entry WHERE number = 0")
    except (IndexFault, ValueError) as exc:
        _throw_away(index, str(exc))
        return
    if len(journal) and journal.hash_of(0) != first:
        was_begun_anew = LOST_CHECKPOINT in next(journal.entries()).record
        _throw_away(index, "" if was_begun_anew else "it is of another watch")
        return
    raise Corrupt(
        Message(
            "{value} does not hold the {applied} records that the index knows: acknowledged records are gone. {remedy}",
            value=journal.log.folder,
            applied=applied,
            remedy=REMEDY,
        )
    )


def bring_up(index: Index, journal: Journal) -> tuple[int, str]:
    """How many entries the index took in, and what was done about it in words, "" for nothing. Raises StoreError."""
    try:
        if had_gaps := index.has_gaps:
            index.clear()
        index.catch_up_desks(lambda number: next(journal.entries(number)))
        count = index.apply(journal.entries(index.applied))
    except IndexFault as exc:
        had_gaps, index.fault = False, str(exc)
        count = index.make_again(journal.entries())
    if index.fault:
        return count, f"the index was damaged ({index.fault}), so it was made again from {count} records"
    if had_gaps:
        return count, f"the index had left records out, so it was made again from {count} records"
    return count, f"the index caught up with {count} record{'s' * (count > 1)}" if count else ""


def check_beside(root: Path, index: Index, heal: Callable[[str, int], None]) -> threading.Thread | None:
    """A thread that reads the whole index beside the work and heals it if it is not what was written; None where the
    opening has checked all of it."""
    if index.is_all_checked:
        return None

    def check() -> None:
        generation = index.generation
        try:
            fault = ask_index(root, whole_fault)
        except INDEX_ERRORS as exc:
            fault = str(exc)
        if fault:
            try:
                heal(fault, generation)
            except StoreError:
                return  # the disk refuses; whoever asks the index next is told so

    thread = threading.Thread(target=check, name="index check", daemon=True)
    thread.start()
    return thread


def _throw_away(index: Index, why: str) -> None:
    index.fault = why
    index.clear()
