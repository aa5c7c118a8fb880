"""Whoever only reads is told who enters something, and not to enter it themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipeline.test_command_line import call
from tests.server.conftest import NOW, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks import find, indexes
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.store import Store

EMPTY = {
    "/meetings": ("No meeting is on record", "enter it here"),
    "/initiatives": ("No initiative is on record.", "enter it here"),
    "/statements": ("No official statement is on record.", "Paste the text of a statement"),
    "/statements/clauses": (
        "Nothing that was said of a clause is on record.",
        "accept what was said of a clause there",
    ),
    "/sources": ("This watch has no source yet.", "Bring a file above"),
    "/watch": ("No record has come in yet.", "Put a file into the watch"),
}
"""Pages of an empty watch: what is not there, and what somebody who may enter it is told to do."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("empty") / "watch"
    assert call("init", str(folder))[0] == 0
    path = folder / "watch.toml"
    before, _, sources = path.read_text(encoding="utf-8").partition("[[source]]")
    path.write_text("source = []\n" + before + sources[sources.index("[[recipient]]") :], encoding="utf-8")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        console = Console(store, folder, lambda: NOW, find())
        console.assessment()
        yield console
        console.close()


@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_page_says_who_may_and_tells_only_those_what_to_do(empty: Console, address: str) -> None:
    nothing, what_to_do = EMPTY[address]
    alone = client_of(empty).get(address).text
    assert nothing in alone
    assert what_to_do in alone
    assert "Who may enter it:" not in alone
    for role in (Role.AUDITOR, Role.INTERPRETER):
        page = browser_of(empty, person_as(role)).get(address).text
        assert nothing in page
        assert what_to_do not in page
        assert "Who may enter it: head of a delegation" in page
    page = browser_of(empty, person_as(Role.HEAD)).get(address).text
    assert what_to_do in page
