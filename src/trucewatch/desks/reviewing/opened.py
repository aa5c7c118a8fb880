"""Which cases somebody has opened since the console was begun: a list is signed of those alone.

It is remembered while the console runs, by person and by what was put: a case that is put anew was not opened. It holds
that the page of the case was asked for, not that it was read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.server.console import Console
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View


@dataclass(slots=True)
class _Opened:
    """Person → hashes of the records that put what they opened."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    by_person: dict[str, set[str]] = field(default_factory=dict)


def note_opened(view: View, case: Case) -> None:
    """The page of a case was asked for by who signs; called by that page. In a replay nothing is noted."""
    if view.person is None or view.lookback is not None:
        return
    opened = view.console.part(_opened)
    with opened.lock:
        opened.by_person.setdefault(view.by, set()).add(case.sha256)


def has_opened(view: View, case: Case) -> bool:
    return case.sha256 in view.console.part(_opened).by_person.get(view.by, ())


def check_opened(view: View, cases: Iterable[Case], sent: Iterable[str]) -> None:
    """Before several are signed as one act. sent: the codes that the browser says were opened in it. Raises
    RefusalError 422, naming those that were not."""
    in_browser = set(sent)
    unopened = [case.code for case in cases if case.code not in in_browser or not has_opened(view, case)]
    if unopened:
        raise RefusalError(
            422,
            Message(
                "A list is signed of findings that were opened. Open {codes} first, or take them out of the list; "
                "nothing was entered.",
                codes=", ".join(unopened),
            ),
        )


def _opened(console: Console) -> _Opened:
    return _Opened()
