"""One folder a desk. `find` gives them all; nothing else names one."""

from __future__ import annotations

from functools import cache
from pkgutil import iter_modules

from trucewatch.desks.base import Desk, DeskError, load
from trucewatch.messages import Message


@cache
def find() -> tuple[Desk, ...]:
    """Every desk, by name. Raises DeskError for one that cannot be loaded or does not say what it is."""
    desks = []
    for module in iter_modules(__path__):
        if not module.ispkg:
            continue
        desk = getattr(load(module.name, f"{__name__}.{module.name}"), "DESK", None)
        if not isinstance(desk, Desk) or desk.name != module.name:
            raise DeskError(
                Message("the folder desks/{desk} gives no DESK of its name; see desks/base.py", desk=module.name)
            )
        desks.append(desk)
    return tuple(desks)
