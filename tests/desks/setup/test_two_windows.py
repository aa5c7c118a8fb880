"""New watch in two windows, and what is left of a watch that was begun: nothing is half made, overwritten or removed
unasked."""

from __future__ import annotations

import fcntl
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find
from trucewatch.desks.setup import drafts
from trucewatch.desks.setup.drafts import Drafts
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import load_watch
from trucewatch.watch.write_files import load_draft

BEGIN = {"name-en": "Two Vales", "middle": "-35.0, -25.0", "time_zone": "Asia/Kolkata", "signed": "2031-05-01"}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, now) as store:
        yield Console(store, folder, now, find())


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


@pytest.fixture
def draft(client: TestClient) -> str:
    return str(client.post("/new", data=BEGIN).headers["location"]).split("/")[2]


def seen(client: TestClient, address: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(address).text)
    assert found
    return found[1]


def test_a_watch_of_the_same_name_is_asked_about_and_what_was_typed_stays(
    console: Console, client: TestClient, draft: str
) -> None:
    again = client.post("/new", data=BEGIN | {"name-en": "TWO VALES", "published": "typed by me"})
    assert again.status_code == 422
    assert "was begun already" in again.text
    assert f'href="/new/{draft}"' in again.text
    assert 'value="typed by me"' in again.text
    assert not (console.folder.parent / "two-vales-2").exists()
    meant = client.post("/new", data=BEGIN | {"again": "on"})
    assert meant.headers["location"] == "/new/two-vales-2/parties"


def test_a_watch_is_made_whole_or_not_at_all(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses the last file: nothing is there afterwards, not even a folder of the name."""
    from trucewatch.watch import write_files

    client, write = client_of(console), write_files.write_durably

    def refusing(path: Path, content: bytes, **more: int) -> None:
        if path.name == "notices.csv":
            raise OSError(28, "No space left on device")
        write(path, content, **more)

    before = sorted(path.name for path in console.folder.parent.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(write_files, "write_durably", refusing)
        assert client.post("/new", data=BEGIN).status_code == 422
    assert sorted(path.name for path in console.folder.parent.iterdir()) == before
    (console.folder.parent / ".new-two-vales-0a0a0a0a").mkdir()
    assert client.post("/new", data=BEGIN).status_code == 303, "what a kill left is in nobody's way"
    assert not (console.folder.parent / ".new-two-vales-0a0a0a0a").exists()


def test_of_two_consoles_that_begin_one_watch_at_once_one_makes_it(
    console: Console, client: TestClient, draft: str
) -> None:
    """Two processes have two of these objects on one folder; what they share is the folder itself."""
    standing = load_draft(console.folder.parent / draft)
    assert standing is not None
    Drafts(console.folder.parent).remove(draft)
    begin = threading.Barrier(4)

    def make(_: int) -> bool:
        begin.wait()
        try:
            Drafts(console.folder.parent).create(standing)
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(4))) == [False, False, False, True]
    assert load_watch(console.folder.parent / draft).settings.id == draft


def test_what_another_window_changed_stands_beside_what_was_typed(
    console: Console, client: TestClient, draft: str
) -> None:
    mark = seen(client, f"/new/{draft}/parties")
    client.post(f"/new/{draft}/parties", data={"party-0-en": "Upper Vale", "seen": mark})
    refused = client.post(f"/new/{draft}/parties", data={"party-0-en": "Lower Vale", "seen": mark})
    assert refused.status_code == 422
    page = unescape(unbroken(refused.text))
    assert "Parties</th>" in page
    row = page[page.index("Both, side by side") :].split("</table>")[0]
    assert row.index("Upper Vale") < row.index("Lower Vale"), "as it stands, then as it was typed"
    assert 'value="Lower Vale"' in refused.text
    stood = load_draft(console.folder.parent / draft)
    assert stood is not None
    assert [party.names["en"] for party in stood.parties] == ["Upper Vale"]
    again = re.search(r'name="seen" value="(\w+)"', refused.text)
    assert again
    sent = client.post(f"/new/{draft}/parties", data={"party-0-en": "Lower Vale", "seen": again[1]})
    assert sent.status_code == 303


def test_a_begun_watch_is_removed_after_a_question_and_an_opened_one_is_not(
    console: Console, client: TestClient, draft: str
) -> None:
    place = console.folder.parent / draft
    (place / "inbox" / "mine.txt").write_text("mine", encoding="utf-8")
    assert "inbox/mine.txt" in client.get(f"/new/{draft}/away").text
    (place / ".trucewatch").mkdir()
    client.post(f"/new/{draft}/away")
    assert place.is_dir()
    assert "is not removed here" in client.get(f"/new/{draft}/away").text
    (place / ".trucewatch").rmdir()
    client.post(f"/new/{draft}/away")
    assert [path.name for path in console.folder.parent.iterdir()] == ["two-valleys"]
    assert client.get(f"/new/{draft}/zones").headers["location"] == "/new"


CLAUSE = {"summary-en": "In our words.", "zone": "theatre"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"kind": "prohibited", "kinds": "shot", "unless": "aspect:exercise"},
            "Every incident of these kinds in the whole area (Two Vales) is held against it: Shot.",
        ),
        ({"kind": "prohibited", "kinds": "shot", "unless": "aspect:exercise"}, "Not where it was an exercise."),
        (
            {"kind": "required", "what": "handover", "due": "2031-05-20"},
            "It is due by the end of 20 May 2031 in the zone of time Asia/Kolkata.",
        ),
        ({"kind": "required", "counter": "posts", "at_least": "20"}, 'It is met once the number "posts" reaches 20.'),
        (
            {"kind": "kept_up", "counter": "posts", "at_least": "20", "kinds": "access_denied"},
            "An incident of these kinds shows that it was not: Access refused.",
        ),
        ({"kind": "kept_up", "what": "presence"}, "It is kept up while Presence is on record in the whole area"),
        ({"kind": "judged"}, "People decide, on record; no program does."),
        (
            {"kind": "judged", "begin": "2031-05-02", "end": "2031-05-09"},
            "It binds from 2 May 2031 to 9 May 2031, both days included.",
        ),
    ],
)
def test_a_sentence_is_taken_as_it_was_said_that_it_would_be(
    console: Console, client: TestClient, draft: str, fields: dict[str, str], sentence: str
) -> None:
    said = unescape(unbroken(client.get(f"/new/{draft}/checked", params=CLAUSE | fields).text))
    assert sentence in said
    assert client.post(f"/new/{draft}/provisions", data=CLAUSE | fields).status_code == 303
    assert sentence in unescape(unbroken(client.get(f"/new/{draft}/provisions").text))
    ((_, stipulation),) = load_watch(console.folder.parent / draft).agreement.stipulations()
    assert stipulation.kind == fields["kind"]
    assert ("kinds" in fields) == bool(stipulation.kinds)
    assert ("counter" in fields) == (stipulation.number is not None)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "kept_up"}, "it keeps nothing up yet"),
        ({"kind": "required"}, "it requires nothing yet"),
        ({"kind": "prohibited"}, "it prohibits nothing yet"),
        ({"kind": ""}, "choose first what kind"),
        ({"kind": "judged", "summary-en": ""}, "the clause says nothing"),
    ],
)
def test_what_a_sentence_lacks_is_said_before_and_after_it_is_sent(
    client: TestClient, draft: str, fields: dict[str, str], sentence: str
) -> None:
    assert sentence in client.get(f"/new/{draft}/checked", params=CLAUSE | fields).text
    refused = client.post(f"/new/{draft}/provisions", data=CLAUSE | fields)
    assert refused.status_code == 422
    assert sentence in refused.text


def test_a_sentence_is_changed_in_its_place(console: Console, client: TestClient, draft: str) -> None:
    for words in ("First.", "Second."):
        client.post(f"/new/{draft}/provisions", data={"summary-en": words, "kind": "judged"})
    page = client.get(f"/new/{draft}/provisions?change=1").text
    assert 'value="First."' in page
    changed = {"summary-en": "First, mended.", "kind": "judged", "which": "1", "provision": "1"}
    client.post(f"/new/{draft}/provisions", data=changed)
    stored = load_draft(console.folder.parent / draft)
    assert stored is not None
    assert [stipulation.summary["en"] for stipulation in stored.stipulations] == ["First, mended.", "Second."]


def test_a_folder_that_somebody_else_holds_is_waited_for_and_then_said(
    console: Console, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may read a folder can lock it, and keep it so."""
    monkeypatch.setattr(drafts, "LONGEST_WAIT_S", 0.3)
    holder = os.open(console.folder.parent, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    refused = client.post("/new", data=BEGIN)
    assert refused.status_code == 422
    assert "is being written by another process; wait for it" in unbroken(refused.text)
    assert 'value="Two Vales"' in refused.text, "what was typed stays"
    os.close(holder)
    assert client.post("/new", data=BEGIN).status_code == 303
