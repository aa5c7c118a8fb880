"""The humanitarian records of one request: the book at the page's moment, for whom somebody acts, what they may enter,
and the medical passage that stands on top of every list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from trucewatch.messages import Message
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.never_here import rule_of
from trucewatch.model.roles import Right, Role
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS
from trucewatch.store.aid_refusals import record_refusal

if TYPE_CHECKING:
    from trucewatch.server.view import View

ENTERS: tuple[Right, ...] = (Right.AID, Right.COORDINATE)
"""Who enters what a table does not give to others."""
READS: tuple[Right, ...] = (Right.INSIDE,)


class OnTop(Protocol):
    """A line of the board as the kit sees it: `desks.base.FloorItem`."""

    @property
    def part(self) -> str: ...
    @property
    def label(self) -> Message: ...
    @property
    def path(self) -> str: ...
    @property
    def due(self) -> datetime | None: ...
    @property
    def is_late(self) -> bool: ...
    @property
    def is_drill(self) -> bool: ...


def book_of(view: View) -> AidBook:
    """The records by the clock that the page shows."""
    return AidBook(view.console.store, view.snapshot.watch, view.clock)


def acting_for(view: View) -> str:
    """The organisation whose member asks; "" for the coordinator, for who is a member of none, and where nobody has an
    account."""
    if view.person is None or view.may(Right.COORDINATE):
        return ""
    return next(iter(view.person.sides_as(Role.MEMBER)), "")


def names_of(view: View) -> AidNaming:
    """Names of organisations, districts and sides, as this reader reads them."""
    return AidNaming(view.watch, view.words.language)


def may_enter(view: View, table: str, rights: Sequence[Right] = ENTERS) -> bool:
    """Whether who asks may enter rows of a table here and now: by their rights, in this kind of watch, outside a
    replay; for an organisation only what organisations state."""
    declared = TABLES[table]
    if view.snapshot.is_replay or view.watch.kind not in declared.only_in or not view.may(*rights):
        return False
    return not acting_for(view) or bool(declared.owner)


def medical_first(view: View) -> Sequence[OnTop]:
    """The medical passage that waits or runs, whichever desk has it: it stands above every list of a humanitarian
    instance. Of a joint centre none: its board has it."""
    if view.watch.kind != "humanitarian":
        return ()
    waiting = (desk.gives("on_floor", "medical") for desk in view.console.desks)
    return tuple(item for medical in waiting if medical for item in medical(view))


def refused_at_door(view: View) -> tuple[str, ...]:
    """The rules by which the door of an instance refused the form of this request, which is on record already."""
    return tuple(view.request.scope.get("state", {}).get("refused", ()))


def refused_reasons(rules: Sequence[str]) -> list[Message]:
    """Why the guard refused something, rule by rule; nothing of the text is in it."""
    return [rule_of(rule).why for rule in rules]


def note_refusal(view: View, rules: Sequence[str]) -> None:
    """Have it on record that a form was refused by the guard: when and by which rule. Nothing of a replay is."""
    if view.snapshot.is_replay:
        return
    with view.console.writing() as store:
        by = view.person.reference if view.person else ""
        record_refusal(store, door="form", rules=rules, at=view.console.now(), by=by)


def sides_of(view: View) -> tuple[str, ...]:
    """The sides for which whoever asks may speak; where nobody has an account, each."""
    bound = tuple(sorted(view.watch.agreement.bound_ids))
    if view.person is None:
        return bound
    return tuple(side for side in view.person.sides_as(Role.LIAISON) if side in bound)


def side_of(view: View, name: str) -> str:
    """The side that an address names, the first of one's own for "". Raises RefusalError for one that there is not, and
    for one for which whoever asks does not speak."""
    if name and name not in view.watch.agreement.bound_ids:
        raise RefusalError(404, Message("There is no such side; leave it out."))
    chosen = next((side for side in sides_of(view) if name in ("", side)), None)
    if chosen is None:
        raise RefusalError(403, NOT_YOURS)
    return chosen
