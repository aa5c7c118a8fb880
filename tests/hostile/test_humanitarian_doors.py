"""Who knocks at the post-box without an account: nothing of what they bring is kept, nothing is looked through at
length, and the ledger does not grow by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.hostile.planted_markers import markers
from tests.hostile.test_never_here_doors import held_in, traces_in
from tests.server.conftest import AID, client_of
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of

PERSON = markers()[0].text
SEALED_LIST = b"age-encryption.org/v1\n" + f"{PERSON}\n".encode() * 3


@pytest.fixture
def console(fresh: Callable[..., Console]) -> Console:
    return fresh(AID)


def test_a_stranger_leaves_nothing_at_the_post_box_and_in_the_ledger(console: Console) -> None:
    console.door.open()
    stranger = TestClient(app_of(console), base_url="http://localhost", follow_redirects=False)
    before = len(console.store.journal)
    for content in (SEALED_LIST, PERSON.encode(), b"1." * 500_000):
        for sent in ({"files": {"file": ("a.age", content)}}, {"content": content}, {"data": {"what": content}}):
            answered = stranger.post("/post/in", **sent)  # type: ignore[arg-type]
            assert answered.status_code in (400, 413, 415, 422, 429)
            assert not held_in(answered.text)
    assert len(console.store.journal) == before
    assert not traces_in(console.folder)


def test_a_list_that_begins_as_if_it_were_sealed_is_looked_through_where_nothing_sealed_is_taken(
    console: Console,
) -> None:
    client = client_of(console)
    for address in ("/lines/bring", "/mines/bring"):
        answered = client.post(address, files={"file": ("a.csv", SEALED_LIST)})
        assert answered.status_code == 422
        assert not held_in(answered.text)
    assert not traces_in(console.folder)


@pytest.mark.parametrize("name", ["once", "token", "act_id", "version"])
def test_a_field_that_pages_write_by_themselves_holds_no_words(console: Console, name: str) -> None:
    client = client_of(console)
    for answered in (
        client.get("/requests", params={name: PERSON}, headers={"accept": "text/html"}),
        client.post("/requests/new", data={name: PERSON}, headers={"accept": "text/html"}),
    ):
        assert answered.status_code == 422
        assert not held_in(answered.text)
    assert not traces_in(console.folder)
