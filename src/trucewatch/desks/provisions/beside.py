"""What goes on beside the pages while the console is open: how clauses stood over time is worked out once for each
list, so that nobody waits for it at a page."""

from __future__ import annotations

from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.server.console import Console
from trucewatch.store.lists import last_list


def work(console: Console) -> None:
    """One look; nothing before a list is there. What was worked out for a list is not done again."""
    recorded = last_list(console.store)
    if recorded is not None:
        clause_record(console.store, console.folder, now=console.now(), as_of=recorded.as_of).changes()
