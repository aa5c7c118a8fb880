"""What goes on beside the pages while the console is open: how clauses stood over time is worked out once for each
list, so that nobody waits for it at a page."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.model.agreement_entries import mark_of
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.server.console import Console
from trucewatch.store.agreement_records import counting_entries
from trucewatch.store.lists import last_list


@dataclass(slots=True)
class _WorkedOut:
    """The list, and what was entered of the agreement, of which this was done last."""

    of: tuple[int, str] = (-1, "")


def work(console: Console) -> None:
    """One look; nothing before a list is there, and nothing of what was done before."""
    recorded = last_list(console.store)
    if recorded is None:
        return
    entered = mark_of(counting_entries(console.store, console.snapshot.watch))
    last, of = console.part(_last), (recorded.entry, entered)
    if last.of != of:
        clause_record(console.store, console.folder, now=console.now(), as_of=recorded.as_of).changes()
        last.of = of


def _last(console: Console) -> _WorkedOut:
    return _WorkedOut()
