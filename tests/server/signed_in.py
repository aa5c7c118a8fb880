"""A browser of somebody who has an account: who asks is set beside the door, as the sessions' own gate sets it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.server.conftest import NOW, let_in
from trucewatch.model.roles import OF_A_DELEGATION, OF_AN_ORGANISATION, Grant, Role
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.person import Person

NOBODY: Final = "nobody"
"""Signed in, and no role is held."""
EVERYBODY: Final = (*Role, NOBODY)


class SignedIn:
    """An application as one person meets it."""

    def __init__(self, app: ASGIApp, person: Person) -> None:
        self._app, self._person = app, person

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["person"] = self._person
        await self._app(scope, receive, send)


def person_as(role: Role | str, side: str = "NI", reference: str = "") -> Person:
    """Somebody who holds one role today, of a delegation where it is held for one; or none."""
    reference = reference or f"p-{str(role).replace('_', '')}{side.lower()}"
    if not isinstance(role, Role):
        return Person(reference=reference, name="Somebody", grants=())
    grant = Grant(
        person=reference,
        role=role,
        side=side if role in OF_A_DELEGATION | OF_AN_ORGANISATION or role == Role.LIAISON else "",
        from_at=NOW - timedelta(days=1),
        until_at=NOW + timedelta(days=1),
        by="p-who-keeps-accounts",
        entry=0,
        recorded_at=NOW - timedelta(days=1),
    )
    return Person(reference=reference, name="Somebody", grants=(grant,))


def browser_of(console: Console, person: Person) -> TestClient:
    """A browser of this person, which follows no redirect by itself and hides no error."""
    app = SignedIn(app_of(console), person)
    return let_in(TestClient(app, base_url="http://localhost", follow_redirects=False), console)
