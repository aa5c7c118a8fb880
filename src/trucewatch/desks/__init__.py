"""One folder a desk. `find` gives them all; nothing else names one."""

from __future__ import annotations

from functools import cache
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from trucewatch.desks.base import Desk, DeskError, load
from trucewatch.errors import WatchError
from trucewatch.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trucewatch.model.faults import Fault
    from trucewatch.model.record_kind import Kinds
    from trucewatch.model.watch import Watch, WatchFile
    from trucewatch.model.watch_kind import WatchKind
    from trucewatch.store.desk_index import DeskIndex


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


def serving(kind: WatchKind) -> tuple[Desk, ...]:
    """The desks that a watch of this kind has, by name. A console is given all, and takes these by itself."""
    return tuple(desk for desk in find() if kind in desk.serves)


@cache
def record_kinds() -> Kinds:
    """Every kind of record that this program knows."""
    from trucewatch.store.kinds import kinds_with

    return kinds_with(kind for desk in find() for kind in desk.gives("records", "KINDS"))


@cache
def indexes() -> tuple[DeskIndex, ...]:
    """The tables that desks bring to the index."""
    from trucewatch.store.desk_index import DeskIndex

    return tuple(
        DeskIndex(name=desk.name, version=part.VERSION, kinds=part.KINDS, tables=part.TABLES, fill=part.fill)
        for desk in find()
        if (part := desk.part("index")) is not None
    )


def rule_faults(settings: WatchFile) -> Iterator[Fault]:
    """What is wrong with the tables `[desk.NAME]` of a watch; a desk that this program lacks is said, not refused."""
    from trucewatch.model.faults import Fault

    desks = {desk.name: desk for desk in find()}
    for name, values in settings.desk.items():
        if name in desks and settings.kind not in desks[name].serves:
            what = Message('"desk.{name}": there is no such desk in a watch of this kind', name=name)
            yield Fault("watch.toml", 0, "", what, Message("take the table away"), "warning")
            continue
        read = desks[name].gives("rule", "read", None) if name in desks else None
        if read is None:
            what = Message('"desk.{name}": this program has no such desk with a rule', name=name)
            yield Fault("watch.toml", 0, "", what, Message("mend the name, or leave it for another program"), "warning")
            continue
        try:
            read(values)
        except WatchError as exc:
            yield Fault("watch.toml", 0, f"desk.{name}", exc.message, Message("see docs/watch-folder.md"))


def rule_faults_in_watch(watch: Watch) -> Iterator[Fault]:
    """What is wrong with the same tables beside the rest of what the watch says: a recipient that there is not. A table
    that cannot be read is left to `rule_faults`."""
    from trucewatch.model.faults import Fault

    desks = {desk.name: desk for desk in find()}
    for name, values in watch.settings.desk.items():
        faults = desks[name].gives("rule", "faults", None) if name in desks else None
        try:
            for what in faults(values, watch) if faults is not None else ():
                yield Fault("watch.toml", 0, f"desk.{name}", what, Message("see docs/watch-folder.md"))
        except WatchError:
            continue
