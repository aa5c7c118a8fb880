"""What goes on beside the pages while the console is open: claims that were entered come into the list. Whoever takes
down a call does not wait for it."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.server.console import Console
from trucewatch.store.claim_records import CLAIM, UNDO


@dataclass(slots=True)
class _Listed:
    """Up to which entry about claims the list was worked out; -1 before the first look."""

    until: int = -1


def work(console: Console) -> None:
    """One look: the list is worked out again where a claim was entered, corrected or taken back since."""
    listed, newest = console.part(_listed), _newest(console, CLAIM, UNDO)
    if newest <= max(listed.until, _newest(console, "trucewatch/list/2") if listed.until < 0 else 0):
        return
    console.refresh()
    listed.until = newest


def _newest(console: Console, *schemas: str) -> int:
    """The last entry of these kinds; 0 for none."""
    marks = ", ".join("?" for _ in schemas)
    ((number,),) = console.store.index.rows(f"SELECT max(number) FROM entry WHERE schema IN ({marks})", *schemas)
    return int(number or 0)


def _listed(console: Console) -> _Listed:
    return _Listed()
