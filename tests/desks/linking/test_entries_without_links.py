"""A file of links that is taken away after something was entered of them: what was entered stays, is said to count
nowhere, and can be taken back; and it counts again once the file is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.builders import copy_of
from tests.desks.linking.samples import enter, propose, question_of, take_back
from tests.desks.linking.test_link_pages import words_of
from tests.server.conftest import client_of, now
from trucewatch.desks import find, indexes
from trucewatch.pipeline import knowledge_at
from trucewatch.server.console import Console
from trucewatch.store import Store

LINK = "quarry-road"
NOWHERE = 'is about "quarry-road", which links.geojson does not name now, so it counts nowhere; it is kept'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of("two-valleys", tmp_path)


def browser(store: Store, folder: Path) -> TestClient:
    return client_of(Console(store, folder, now, find()))


def test_entries_stay_without_the_file_are_said_to_count_nowhere_and_can_be_taken_back(folder: Path) -> None:
    with Store(folder, now, desks=indexes()) as store:
        client = browser(store, folder)
        name = enter(client, about=LINK, since="2031-05-01", said="2031-05-02", known_at="2031-05-03T00:00")
        code = propose(client, **question_of(client))
        assert NOWHERE not in words_of(client.get("/links"))
    content = (folder / "links.geojson").read_bytes()
    (folder / "links.geojson").unlink()
    with Store(folder, now, desks=indexes()) as store:
        client = browser(store, folder)
        for path in ("/links", "/links/entries"):
            assert NOWHERE in words_of(client.get(path)), path
        assert code in words_of(client.get("/links/openings"))
        assert client.get(f"/links/openings/{code}").status_code == 200
        assert client.get(f"/links/{LINK}").status_code == 404
        assert client.get("/links/map.json").json()["links"] == []
        assert client.post("/links/export", data={"recipient": "public", "format": "csv"}).status_code == 422
        assert any(NOWHERE in str(warning) for warning in knowledge_at(store, folder, now=now()).warnings)
    (folder / "links.geojson").write_bytes(content)
    with Store(folder, now, desks=indexes()) as store:
        client = browser(store, folder)
        assert NOWHERE not in words_of(client.get("/links"))
        assert "the gate is shut" in words_of(client.get(f"/links/{LINK}"))
    (folder / "links.geojson").unlink()
    with Store(folder, now, desks=indexes()) as store:
        client = browser(store, folder)
        take_back(client, name, "the file is gone")
        assert NOWHERE not in words_of(client.get("/links"))
