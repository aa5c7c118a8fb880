"""The inbox of a humanitarian instance: a file that holds what is never kept there is removed before anything reads it.

In the inbox of a joint centre a list of people is left where it lies, and nothing of it is kept. Here it goes: whoever
takes this folder would take the file with it. The ledger has when and by which rule, and nothing of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from trucewatch.errors import NeverHereError
from trucewatch.messages import Message
from trucewatch.model.never_here import refusals, rule_of
from trucewatch.model.watch import Watch
from trucewatch.reader import Bounds, refuse_file_never_here
from trucewatch.store import Store
from trucewatch.store.aid_refusals import record_refusal
from trucewatch.store.inbox_files import Marks, inbox_files, remove_from_inbox

REFUSED: Final = Message(
    "a file in the inbox was refused and removed from it: {why}. Nothing of it was kept; cases of people stay with the "
    "agencies"
)


@dataclass(slots=True)
class PassedFiles:
    """What was looked through and may stay, held while the store is open: path, size and time of change."""

    marks: set[Marks] = field(default_factory=set)


def sweep_inbox(store: Store, watch: Watch, folder: Path, now: datetime) -> tuple[Message, ...]:
    """Remove what is never kept from the inbox of a humanitarian instance: a sentence for each file. Raises StoreError
    where one cannot be removed."""
    if watch.kind != "humanitarian":
        return ()
    passed = store.memory.of(PassedFiles)
    settings = watch.settings
    bounds = Bounds(seconds=settings.read_seconds, seconds_per_mb=1.0, memory_mb=settings.read_memory_mb)
    sentences = []
    for path, marks in inbox_files(folder):
        if marks in passed.marks:
            continue
        rules = _rules_of(path, folder, bounds)
        if not rules:
            passed.marks.add(marks)
            continue
        remove_from_inbox(path, folder)
        record_refusal(store, door="inbox", rules=rules, at=now)
        sentences.append(Message(REFUSED.template, why=rule_of(rules[0]).why))
    return tuple(sentences)


def _rules_of(path: Path, folder: Path, bounds: Bounds) -> tuple[str, ...]:
    named = refusals(" ; ".join(path.relative_to(folder).parts).replace("_", " "))
    if named:
        return tuple(refusal.rule for refusal in named)
    try:
        refuse_file_never_here(path, bounds)
    except NeverHereError as exc:
        return exc.rules
    return ()
