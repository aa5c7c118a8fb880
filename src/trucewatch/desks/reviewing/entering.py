"""Acts of a review are entered, and the list that everybody sees is told with them: at once where an outcome came of
one, else by what goes on beside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from trucewatch.server.console import Console
from trucewatch.server.view import View
from trucewatch.store.review_records import KEY, KINDS, OUTCOME
from trucewatch.store.wording_records import SIGNED, WORDING

_LIST: Final = "trucewatch/list/2"
_TOLD_OF: Final = (*(kind for kind in KINDS if kind != KEY), WORDING, SIGNED)
"""What stands on the pages of an incident, or in what recipients are told of it."""


@dataclass(slots=True)
class _Told:
    """Up to which entry of a review the list was told; -1 before the first look."""

    until: int = -1


@contextmanager
def entering(view: View) -> Iterator[View]:
    """`view.writing()` for an act of a review. Where cases were closed by it, by whatever brought that about, the list
    is worked out before anybody else enters anything; whoever only seals or speaks does not wait for that."""
    with view.writing() as now:
        before = _newest(now.console, OUTCOME)
        yield now
        if _newest(now.console, OUTCOME) > before:
            tell(now.console)
    view.console.look_now("reviewing")


def tell(console: Console) -> None:
    """Work the list out with all that is on record of reviews."""
    newest = _newest(console, *_TOLD_OF)
    console.refresh()
    console.part(_told).until = newest


def tell_what_is_new(console: Console) -> None:
    """The same where something of a review was entered since."""
    told, newest = console.part(_told), _newest(console, *_TOLD_OF)
    known = max(told.until, _newest(console, _LIST) if told.until < 0 else 0)
    if newest > known:
        tell(console)


def _newest(console: Console, *schemas: str) -> int:
    """The last entry of these kinds; 0 for none."""
    marks = ", ".join("?" for _ in schemas)
    ((number,),) = console.store.index.rows(f"SELECT max(number) FROM entry WHERE schema IN ({marks})", *schemas)
    return int(number or 0)


def _told(console: Console) -> _Told:
    return _Told()
