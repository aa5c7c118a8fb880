"""What every page says of the drill that runs, and what the desks do when it ends."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.drill import Drill
from trucewatch.store.drill_records import drill_label, drill_now

if TYPE_CHECKING:
    from trucewatch.server.view import View

REAL_KEY: Final = "F8"
"""Ends a drill from any page and any field: a key that no browser uses, and no letter, which fields would take."""
_LOG: Final = logging.getLogger("trucewatch.server")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillShown:
    """The drill as the head of a page tells it. is_long: it runs for so long that it was most likely forgotten."""

    code: str
    label: str | Message
    began_at: datetime
    is_long: bool
    key: str = REAL_KEY


def drill_shown(view: View) -> DrillShown | None:
    """The drill that runs, for whoever is let in; None while none does."""
    if view.person is None and view.console.accounts.in_use:
        return None
    drill = drill_now(view.console.store)
    if drill is None:
        return None
    label = drill_label(view.console.store, drill)
    return DrillShown(code=drill.code, label=label, began_at=drill.began_at, is_long=drill.is_long(view.clock))


def tell_drill(view: View) -> None:
    """Tell every open page whether a drill runs; each then asks for the strip that says so."""
    drill = drill_now(view.console.store)
    view.console.hub.publish("drill", {"drill": drill.code if drill else ""})


def tell_drill_ended(view: View, drill: Drill) -> None:
    """Tell every open page, and let each desk with an `at_drill_end.py` do what is its own at the end of a drill. The
    end is on record by then, and stays so whatever one of them meets."""
    tell_drill(view)
    for desk in view.console.desks:
        at_end = desk.gives("at_drill_end", "ended")
        if not at_end:
            continue
        try:
            at_end(view, drill)
        except Exception as exc:  # one desk's fault holds up neither another nor a real call
            fault = str(exc) if isinstance(exc, TrucewatchError) else type(exc).__name__
            _LOG.error("the desk %s could not end the drill %s for itself: %s", desk.name, drill.code, fault)
