"""A console with accounts, and browsers that sign in to it as people do: by its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyotp
from httpx2 import Response
from starlette.testclient import TestClient

from tests.builders import copy_of
from tests.store.test_sign_in_accounts import PASSWORD, Clock
from trucewatch.desks import find, indexes
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.store import Store
from trucewatch.store.role_records import enter_account_act, grant_role
from trucewatch.watch import load_watch

HTML = {"accept": "text/html", "user-agent": "Browser/1"}


@dataclass
class Colleague:
    """Somebody with an account, their telephone and their browser."""

    console: Console
    clock: Clock
    reference: str
    login: str
    secret: str
    browser: TestClient

    def code(self, ahead_s: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(int(self.clock.moment.timestamp()) + ahead_s)

    def sign_in(self, browser: TestClient | None = None, **typed: str) -> Response:
        """Fill the form in and send it, a minute later, so that the telephone shows another code."""
        self.clock.pass_on(60)
        fields = {"login": self.login, "password": PASSWORD, "code": self.code(), **typed}
        return (browser or self.browser).post("/sign-in", data=fields)


def worked_out(into: Path, example: str = "two-valleys") -> Path:
    """A copy of an example whose list was worked out, to be copied on."""
    folder, clock = copy_of(example, into), Clock()
    with Store(folder, clock, desks=indexes()) as store:
        Console(store, folder, clock, find()).assessment()
    return folder


@contextmanager
def console_with_clock(watch: Path, into: Path, clock: Clock) -> Iterator[Console]:
    """A console of one's own, on a copy of a watch whose list was worked out."""
    folder = Path(shutil.copytree(watch, into / watch.name))
    with Store(folder, clock, desks=indexes()) as store:
        console = Console(store, folder, clock, find())
        yield console
        console.close()


def browser_at(console: Console, *, agent: str = "Browser/1", scheme: str = "http") -> TestClient:
    """A browser that nobody let in yet."""
    return TestClient(
        app_of(console),
        base_url=f"{scheme}://localhost",
        follow_redirects=False,
        headers={"accept": "text/html", "user-agent": agent},
    )


def invite(console: Console, name: str, login: str, *roles: Role, side: str = "") -> tuple[str, str]:
    """Add somebody with roles for a month; their reference and the token of their link."""
    reference = console.store.keys.person_reference(name)
    now = console.now()
    console.accounts.add(name, login, reference)
    enter_account_act(console.store, person=reference, act="added", by=reference, now=now)
    for role in roles:
        grant_role(
            console.store,
            load_watch(console.folder),
            person=reference,
            role=role,
            side=side,
            until_at=now + timedelta(days=30),
            by=console.store.keys.person_reference("whoever owns the computer"),
            now=now,
        )
    return reference, console.accounts.invite(reference)


def enrol(
    console: Console, clock: Clock, name: str, login: str, *roles: Role, side: str = "", scheme: str = "http"
) -> Colleague:
    """Somebody who has completed their account by its page, and is signed in in their browser."""
    reference, token = invite(console, name, login, *roles, side=side)
    colleague = Colleague(
        console, clock, reference, login, console.accounts.begin(token).secret, browser_at(console, scheme=scheme)
    )
    answer = complete(colleague, token)
    assert answer.status_code == 201, answer.text[:2000]
    return colleague


def complete(colleague: Colleague, token: str, **typed: str) -> Response:
    fields = {"password": PASSWORD, "again": PASSWORD, "code": colleague.code(), **typed}
    return colleague.browser.post("/sign-in/first", params={"once": token}, data=fields)
