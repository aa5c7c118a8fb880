"""A console of one's own with a clock that moves, and two people who are signed in to it: fixtures that tests/server
and tests/desks give by these names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.signing_in import Colleague, console_with_clock, enrol, worked_out
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Role
from trucewatch.server.console import Console


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied from only, as `console` does."""
    return worked_out(tmp_path_factory.mktemp("watch"))


@pytest.fixture
def console(watch: Path, tmp_path: Path, clock: Clock) -> Iterator[Console]:
    with console_with_clock(watch, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def nora(console: Console, clock: Clock) -> Colleague:
    """The administrator, whose account was the first."""
    return enrol(console, clock, "Nora Quill", "nora", Role.ADMINISTRATOR)


@pytest.fixture
def ivo(nora: Colleague, console: Console, clock: Clock) -> Colleague:
    """An officer of a delegation."""
    return enrol(console, clock, "Ivo Brandt", "ivo", Role.OFFICER, side="NI")
