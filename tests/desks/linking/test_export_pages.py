"""What of the links leaves: the page that shows it first, the files, and their lines in the ledger."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.desks.replaying import replaying
from tests.server.conftest import client_of, copy_of, now
from trucewatch.desks import find, indexes
from trucewatch.model.links import INSIDE_ONLY, Network
from trucewatch.model.names import name_in
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind

FORMATS = ("geojson", "csv")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("links"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


@pytest.fixture(scope="module")
def client(console: Console) -> TestClient:
    return client_of(console)


def exports_in(console: Console) -> list[Entry]:
    return list(entries_of_kind(console.store, "trucewatch/link-export/1"))


def network_in(console: Console) -> Network:
    network = console.snapshot.watch.network
    assert network is not None
    return network


def words_in(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text)))


def inside_words(console: Console) -> list[str]:
    """Ids, names and words of what stays inside, of the example's own file."""
    network = network_in(console)
    lines = [link for link in network.links if link.is_inside_only]
    passed = {end for link in network.links if not link.is_inside_only for end in (link.from_, link.to)}
    lone = [node for node in network.nodes if node.id not in passed]
    texts = [record.id for record in (*lines, *lone)]
    texts += [name.text for record in (*lines, *lone) for name in record.name]
    texts += [name_in(row.says, "en") for line in lines for row in line.status if row.says]
    return each(text for text in texts if text)


def test_the_page_says_by_which_rule_and_shows_what_would_leave(console: Console, client: TestClient) -> None:
    page = client.get("/links/export?recipient=public")
    assert page.status_code == 200
    text = words_in(page.text)
    assert "Lines of power, gas, water and telephone" in text
    assert "no number below 3" in text
    passed = [link for link in network_in(console).links if not link.is_inside_only]
    assert f"{len(passed)} links" in text
    assert not [words for words in inside_words(console) if words in page.text]


def test_an_unknown_recipient_is_refused(client: TestClient) -> None:
    assert client.get("/links/export?recipient=nobody").status_code == 404


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_file_for_anybody_holds_a_line_of_power_gas_water_or_telephone(
    console: Console, client: TestClient, format_name: str
) -> None:
    words = inside_words(console)
    for recipient in each(console.snapshot.watch.settings.recipient):
        answer = client.post("/links/export", data={"recipient": recipient.id, "format": format_name})
        assert answer.status_code == 200, recipient.id
        text = answer.content.decode("utf-8-sig")
        assert not [word for word in words if word in text], recipient.id
        assert not [kind for kind in INSIDE_ONLY if re.search(rf'"kind": "{kind}"|,{kind},', text)]


def test_the_geojson_holds_every_road_railway_and_crossing(console: Console, client: TestClient) -> None:
    document = client.post("/links/export", data={"recipient": "public", "format": "geojson"}).json()
    lines = [feature["id"] for feature in document["features"] if feature["geometry"]["type"] == "LineString"]
    assert lines == [link.id for link in network_in(console).links if not link.is_inside_only]
    assert document["simulated"] is True
    assert document["credit"]
    assert document["disclaimer"]["en"]


def test_that_a_file_is_taken_is_entered_first_with_who_to_whom_and_its_hash(
    console: Console, client: TestClient
) -> None:
    before = len(exports_in(console))
    answer = client.post("/links/export", data={"recipient": "parties", "format": "csv"})
    assert len(exports_in(console)) == before + 1
    record = exports_in(console)[-1].record
    assert (record["recipient"], record["format"]) == ("parties", "csv")
    assert record["content"] == f"sha256:{sha256(answer.content).hexdigest()}"
    assert record["by"].startswith("p-")
    assert answer.headers["content-disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len({row["id"] for row in rows if row["record"] == "status"}) == record["links"]


def test_a_format_that_there_is_not_is_said_beside_its_field(console: Console, client: TestClient) -> None:
    before = len(exports_in(console))
    answer = client.post("/links/export", data={"recipient": "public", "format": "shp"})
    assert answer.status_code == 422
    assert "Choose a format." in answer.text
    assert len(exports_in(console)) == before


def test_no_file_is_taken_in_a_replay(console: Console) -> None:
    before = len(exports_in(console))
    tab, _ = replaying(console)
    assert tab.post("/links/export", data={"recipient": "public", "format": "geojson"}).status_code == 422
    assert len(exports_in(console)) == before


def test_a_watch_without_links_says_what_to_do(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    (folder / "links.geojson").unlink()
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        client = client_of(console)
        assert "This watch has no links." in client.get("/links/export").text
        answer = client.post("/links/export", data={"recipient": "public", "format": "csv"})
        assert answer.status_code == 422
        assert not exports_in(console)
