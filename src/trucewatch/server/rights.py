"""What each address needs: stated at its handler, asked before it, and held by a test that walks all routes with all
roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.requests import Request

from trucewatch.messages import Message
from trucewatch.model.roles import RIGHTS, Right, roles_of
from trucewatch.server.refusal import RefusalError

if TYPE_CHECKING:
    from trucewatch.locale import Words

F = TypeVar("F", bound=Callable[..., Any])
_NEEDS: Final = "__needs__"
_EXPORTS: Final = "__exports__"
_FORGETS: Final = "__forgets__"
NOT_YOURS: Final = Message(
    "Your role does not open this. Your own page says which roles you have and until when; who keeps the accounts can "
    "say more."
)


def needs(*rights: Right) -> Callable[[F], F]:
    """A handler's rights: whoever has one of them comes in. Stands below the route's own decorator."""

    def stating(handler: F) -> F:
        setattr(handler, _NEEDS, frozenset(rights))
        return handler

    return stating


def needed(handler: object) -> frozenset[Right] | None:
    """What a handler needs; None for one that states nothing, which nobody may open once there are accounts."""
    rights: frozenset[Right] | None = getattr(handler, _NEEDS, None)
    return rights


def exports(handler: F) -> F:
    """Marks a handler whose answer is taken away as a file, for the audit of who took what. Below `needs`."""
    setattr(handler, _EXPORTS, True)
    return handler


def is_export(handler: object) -> bool:
    """Whether what a handler answers is taken away."""
    return bool(getattr(handler, _EXPORTS, False))


def forgets_refused(handler: F) -> F:
    """Marks a handler of a form that, where the guard refused it (`refused_at_door`), shows the form again without
    anything that was typed, and enters nothing. Below `needs`."""
    setattr(handler, _FORGETS, True)
    return handler


def is_forgetting(handler: object) -> bool:
    return bool(getattr(handler, _FORGETS, False))


def who_may(*rights: Right | str, words: Words, kind: str = "centre") -> str:
    """Who may enter something that needs one of these rights, for who only reads: `Who may enter it: head of a
    delegation and analyst.` kind: of the watch."""
    needed_rights = frozenset(map(Right, rights))
    roles = words.listed([words.say(role.label) for role in roles_of(kind) if needed_rights & RIGHTS[role]])
    return words.say(Message("Who may enter it: {roles}.", roles=roles))


def check_rights(request: Request) -> None:
    """A dependency of every route. Raises RefusalError 403 for a person without the right."""
    person = request.scope.get("state", {}).get("person")
    if person is None:  # nobody has an account, or a program with its own token, which the door held against its scope
        return
    rights = needed(request.scope.get("endpoint"))
    if rights is None or not rights & person.rights:
        raise RefusalError(403, NOT_YOURS)
