"""Two watches on one machine, under one name: who is signed in at one console is nobody at the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.server.signing_in import PASSWORD, Clock, Colleague, browser_at, console_with_clock, enrol, worked_out
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.session_gate import session_cookie


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked_out(tmp_path_factory.mktemp("watch"))


@pytest.fixture
def valley(watch: Path, tmp_path: Path, clock: Clock) -> Iterator[Console]:
    with console_with_clock(watch, tmp_path / "first", clock) as opened:
        yield opened


@pytest.fixture
def hills(watch: Path, tmp_path: Path, clock: Clock) -> Iterator[Console]:
    """Another watch of the same kind, with a store of its own."""
    folder = Path(shutil.copytree(watch, tmp_path / "hills", ignore=shutil.ignore_patterns(".trucewatch")))
    with console_with_clock(folder, tmp_path / "second", clock) as opened:
        opened.assessment()
        yield opened


def at_port(console: Console, port: int, cookies: dict[str, str]) -> TestClient:
    return TestClient(
        app_of(console),
        base_url=f"http://localhost:{port}",
        follow_redirects=False,
        cookies=cookies,
        headers={"accept": "text/html", "user-agent": "Browser/1"},
    )


def keepers(valley: Console, hills: Console, clock: Clock) -> tuple[Colleague, Colleague]:
    return (
        enrol(valley, clock, "Nora Keeper", "nora", Role.ADMINISTRATOR),
        enrol(hills, clock, "Nora Keeper", "nora", Role.ADMINISTRATOR),
    )


def test_a_session_of_one_console_opens_nothing_of_another_on_the_same_host(
    valley: Console, hills: Console, clock: Clock
) -> None:
    nora, _ = keepers(valley, hills, clock)
    token = next(value for name, value in nora.browser.cookies.items() if name.startswith("tw_session_"))
    here, there = 8020, 8021
    every = {f"tw_session_{port}": token for port in (0, here, there)} | {"tw_door_8021": token}
    assert at_port(valley, here, every).get("/people").status_code == 200, "the session is good where it began"
    stranger = at_port(hills, there, every)
    for path in ("/people", "/me", "/incidents", "/ledger", "/api/state", "/people/access"):
        assert stranger.get(path).status_code in (303, 401), path
    assert stranger.post("/people/add", data={"name": "x"}).status_code == 401


def test_the_cookies_of_two_consoles_have_two_names(valley: Console) -> None:
    del valley
    scopes = [
        {"type": "http", "scheme": "https", "headers": [(b"host", f"192.0.2.10:{port}".encode())]}
        for port in (8020, 8021)
    ]
    names = {session_cookie(scope) for scope in scopes}
    assert names == {"__Host-tw_session_8020", "__Host-tw_session_8021"}


def test_an_account_of_one_watch_signs_in_at_no_other(valley: Console, hills: Console, clock: Clock) -> None:
    nora, other = keepers(valley, hills, clock)
    assert nora.reference != other.reference, "each watch has its own salt"
    clock.pass_on(60)
    browser = browser_at(hills)
    fields = {"login": nora.login, "password": PASSWORD, "code": nora.code()}
    assert browser.post("/sign-in", data=fields).status_code == 401
    assert other.sign_in(browser).status_code == 303
