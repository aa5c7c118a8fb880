"""Planted markers through every door of a humanitarian instance and of the joint centre's humanitarian records: each is
refused, and no byte of any stands in a file below a watch, a page, a search, a log, an export or an error."""

from __future__ import annotations

import email.message
import gzip
import io
import json
import logging
import sqlite3
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.hostile.planted_markers import Marker, markers
from tests.pipeline.post_boxes import BLANKETS, Clock, opened
from tests.server.conftest import AID, let_in
from trucewatch.errors import NeverHereError
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_tables import TYPED
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_rows import outgoing_rows
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.never_here_door import IN_A_CENTRE, OF_THE_DIRECTORY
from trucewatch.store.aid_refusals import REFUSAL, refusal_of_record
from trucewatch.store.kind_entries import entries_of_kind

PLANTED: Final = markers()
SECRETS: Final = tuple(sorted({secret for marker in PLANTED for secret in marker.secrets if len(secret) > 4}))
REFUSED: Final = (404, 409, 422)
"""Where a form comes back without what was typed, and the item that it is about is not there, that is said."""
HTML: Final = {"accept": "text/html"}


def traces_in(folder: Path, secrets: Iterable[str] = SECRETS) -> list[str]:
    """Files below a folder whose name or bytes, unpacked too, hold a part of a marker."""
    found = []
    sought = [
        (secret, secret.encode(), secret.encode("utf-16-le"), json.dumps(secret)[1:-1].encode()) for secret in secrets
    ]
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if content.startswith(b"\x1f\x8b"):
            content += gzip.decompress(content)
        name = str(path.relative_to(folder))
        found += [
            f"{path}: {secret}" for secret, *forms in sought if secret in name or any(form in content for form in forms)
        ]
    return found


def held_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def browser_of(console: Console) -> TestClient:
    """A browser that is shown a page where something fails, as everybody's is: what it says is looked at too."""
    app = app_of(console)
    return let_in(
        TestClient(app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False), console
    )


def refusals_in(console: Console) -> list[str]:
    return [refusal_of_record(entry).door for entry in entries_of_kind(console.store, REFUSAL)]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    caplog.set_level(logging.INFO, logger="trucewatch")
    return lambda: "\n".join(
        f"{record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if not record.name.startswith("httpx")
    )


def routes(console: Console, method: str) -> list[str]:
    """Addresses of the console's own desks that take this method; not those of accounts, which are not asked."""
    of_accounts = ("/people", "/me", "/sign")
    paths = {
        route.path.replace("{", "").replace("}", "").replace(":path", "")
        for desk in console.desks
        for router in desk.routers
        for route in router.routes
        if method in getattr(route, "methods", ()) and not route.path.startswith(of_accounts)
    }
    return sorted(path for path in paths if not path.startswith(("/live", "/words.json", "/static")))


def _address_for(marker: Marker, addresses: list[str], number: int) -> str:
    """Each address in its turn; the directory, which is made for numbers, is sent none."""
    fitting = [address for address in addresses if marker.rule != "contact" or not address.startswith(OF_THE_DIRECTORY)]
    return fitting[number % len(fitting)]


@pytest.mark.slow
def test_no_form_of_an_instance_takes_a_marker(fresh: Callable[..., Console], logged: Callable[[], str]) -> None:
    console = fresh(AID)
    client = browser_of(console)
    addresses = routes(console, "POST")
    assert len(addresses) > 5
    for number, marker in enumerate(PLANTED):
        fields = dict(zip(("what", "note"), marker.row, strict=True)) if marker.row else {"what": marker.text}
        kind = {"files": {"x": ("", b"")}} if number % 3 == 0 else {}
        address = _address_for(marker, addresses, number)
        answer = client.post(address, data=fields, headers=HTML if number % 2 else {}, **kind)
        assert answer.status_code in REFUSED, (address, marker)
        assert not held_in(answer.text)
        assert "set-cookie" not in answer.headers
    _nothing_is_anywhere(console, client, logged)
    assert set(refusals_in(console)) == {"form"}


@pytest.mark.slow
def test_no_form_of_a_centre_takes_a_marker_where_humanitarian_records_are_entered(
    fresh: Callable[..., Console], logged: Callable[[], str]
) -> None:
    console = fresh("two-valleys")
    client = browser_of(console)
    posts = [path for path in routes(console, "POST") if path.startswith(IN_A_CENTRE)]
    gets = [path for path in routes(console, "GET") if path.startswith(IN_A_CENTRE)]
    assert len(posts) > 5
    assert len(gets) > 5
    for number, marker in enumerate(PLANTED[::2]):
        answer = client.post(_address_for(marker, posts, number), data={"what": marker.text}, headers=HTML)
        found = client.get(_address_for(marker, gets, number), params={"q": marker.text}, headers=HTML)
        assert answer.status_code in REFUSED, marker
        assert found.status_code == 422, marker
        assert not held_in(answer.text + found.text)
    assert not traces_in(console.store.root)
    assert not held_in(logged())
    assert set(refusals_in(console)) == {"address", "form"}


@pytest.mark.slow
def test_no_search_of_an_instance_takes_a_marker(fresh: Callable[..., Console], logged: Callable[[], str]) -> None:
    console = fresh(AID)
    client = browser_of(console)
    addresses = routes(console, "GET")
    for number, marker in enumerate(PLANTED):
        address = _address_for(marker, addresses, number)
        answer = client.get(address, params={"q": marker.text}, headers=HTML)
        assert answer.status_code == 422, (address, marker)
        assert not held_in(answer.text)
    for marker in each(marker for marker in PLANTED if "/" not in marker.text and marker.rule != "position"):
        answer = client.get(f"/ledger/entry/{marker.text}".replace("#", "%23").replace("\n", "%0A"), headers=HTML)
        assert answer.status_code in (404, 422)
        assert not held_in(answer.text)
    _nothing_is_anywhere(console, client, logged)
    assert set(refusals_in(console)) == {"address"}


def _nothing_is_anywhere(console: Console, client: TestClient, logged: Callable[[], str]) -> None:
    """In no file below the watch, with the index's log beside it; on no page; in no log and export."""
    console.access.flush()
    files = sorted(path.name for path in console.store.root.rglob("*") if path.is_file())
    assert any(name == "records.sqlite" for name in files)
    assert not traces_in(console.folder)
    pages = [client.get(address, headers=HTML).text for address in routes(console, "GET") if "live" not in address]
    assert len(pages) > 5
    assert not held_in("\n".join(pages))
    assert not held_in(logged())


def _workbook(text: str) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["what", "count"])
    book.active.append([text.replace("\u0000", ""), 3])
    book.save(content)
    return content.getvalue()


def _zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _document(text: str) -> bytes:
    words = text.replace("&", "&amp;").replace("<", "&lt;")
    body = f'<?xml version="1.0"?><w:document><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
    return packed.getvalue()


def _mail(text: str) -> bytes:
    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "ops@example.org", "list"
    mail.set_content("see below")
    mail.add_attachment(text.encode(), maintype="text", subtype="plain", filename="a.txt")
    return bytes(mail)


def _geojson(text: str) -> bytes:
    feature = {
        "type": "Feature",
        "properties": {"what": text},
        "geometry": {"type": "Point", "coordinates": [46.7, 39.8]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


FILES: Final[dict[str, Callable[[str], bytes]]] = {
    "a.txt": lambda text: text.encode(),
    "a.csv": lambda text: f"what;count\n{text};3\n".encode(),
    "wide.csv": lambda text: f"what;count\n{text};3\n".encode("utf-16"),
    "a.json": lambda text: json.dumps([{"what": text, "count": 3}]).encode(),
    "a.geojson": _geojson,
    "a.xlsx": _workbook,
    "a.docx": _document,
    "a.zip": lambda text: _zipped("inner.txt", text.encode()),
    "a.txt.gz": lambda text: gzip.compress(text.encode()),
    "a.eml": _mail,
}
UNREADABLE: Final = {
    "list.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    "scan.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 40,
    "scan.pdf": b"%PDF-1.4\n%%EOF\n",
    "locked.zip": b"PK\x03\x04" + b"\0" * 60,
    "old.doc": b"\xd0\xcf\x11\xe0" + b"\0" * 60,
}
_OUTLINES: Final = ("a.geojson", "a.json", "a.docx")


def _readable(marker: Marker, name: str) -> bool:
    """Not what a format of outlines may hold, nor what would be no file of that format."""
    return marker.rule != "position" or name not in _OUTLINES


@pytest.mark.slow
def test_no_file_that_is_brought_takes_a_marker(fresh: Callable[..., Console], logged: Callable[[], str]) -> None:
    console = fresh(AID)
    client = browser_of(console)
    names = list(FILES)
    count = 0
    for number, marker in enumerate(PLANTED):
        name = names[number % len(names)]
        if not _readable(marker, name) or marker.rule == "contact":  # the directory is made for numbers
            continue
        content = FILES[name](marker.text)
        answer = client.post("/lines/bring", files={"file": (name, content)}, headers=HTML)
        assert answer.status_code == 422, (name, marker)
        assert not held_in(answer.text)
        count += 1
    assert count > 200
    for name, content in UNREADABLE.items():
        answer = client.post("/lines/bring", files={"file": (name, content)}, headers=HTML)
        assert answer.status_code == 422, name
        assert "cannot be read as text" in answer.text
    answer = client.post("/lines/bring", files={"file": (f"{PLANTED[0].text}.csv", b"a;b\n1;2\n")}, headers=HTML)
    assert answer.status_code == 422, "the name of a file is words too"
    _nothing_is_anywhere(console, client, logged)
    assert "file" in refusals_in(console)


@pytest.mark.slow
def test_no_file_of_the_inbox_stays_in_it(fresh: Callable[..., Console], logged: Callable[[], str]) -> None:
    console = fresh(AID)
    inbox = console.folder / "inbox"
    inbox.mkdir(exist_ok=True)
    names = list(FILES)
    count = 0
    for number, marker in enumerate(PLANTED[::4]):
        name = names[number % len(names)]
        if _readable(marker, name):
            (inbox / f"{number}-{name}").write_bytes(FILES[name](marker.text))
            count += 1
    assert count > 50
    (inbox / "ordinary.csv").write_text("what;count\nblankets;1,960\n", "utf-8")
    console.refresh()
    assert [path.name for path in inbox.iterdir() if path.is_file() and path.suffix in (".csv", ".txt", ".zip")] == [
        "ordinary.csv"
    ]
    _nothing_is_anywhere(console, browser_of(console), logged)
    assert set(refusals_in(console)) == {"inbox"}


@pytest.mark.parametrize("kind", ["humanitarian", "centre"])
def test_no_table_takes_a_marker_in_any_field_that_is_typed(tmp_path: Path, kind: str) -> None:
    """The doors of pages may be passed by what is entered otherwise; the book refuses it too."""
    box = opened(tmp_path / "w", "here", kind, Clock())
    fields = [
        (table.name, field.key)
        for table in TABLES.values()
        for field in table.fields
        if field.kind in TYPED and kind in table.only_in
    ]
    assert fields
    for number, marker in enumerate(PLANTED):
        table, key = fields[number % len(fields)]
        with pytest.raises(NeverHereError) as refused:
            box.book.enter(table, {key: marker.text}, by="p-1")
        assert not held_in(str(refused.value) + repr(refused.value.__dict__))
    store = box.store
    store.index.scrub()
    assert not traces_in(store.root)
    assert not any(str(entry.record["schema"]).startswith("trucewatch/aid-entry") for entry in store.journal.entries())
    store.__exit__(None, None, None)


@pytest.mark.slow
def test_no_message_takes_a_marker(tmp_path: Path) -> None:
    clock = Clock()
    one, other = (
        opened(tmp_path / "one", "one", "humanitarian", clock),
        opened(tmp_path / "b", "b", "humanitarian", clock),
    )
    one.knows(other)
    other.knows(one)
    one.book.enter("request", BLANKETS, by="p-1")
    (row,) = outgoing_rows([one.book.items("request")[-1].last], here=one.id, to=other.id, kind="humanitarian")
    planted = PLANTED[::3]
    for marker in planted:
        content = json.loads(row["content"]) | {"what": marker.text}
        one.post.send_written(other.id, [{**row, "content": json.dumps(content, ensure_ascii=False)}], by="p-1")
    sealed = [one.post.sealed(outgoing) for outgoing in one.post.waiting(other.id)]
    assert len(sealed) == len(planted) > 100
    for content in sealed:
        assert receive(other.post, content).state == "refused"
    assert not traces_in(other.store.root)
    for box in (one, other):
        box.store.__exit__(None, None, None)


def test_the_index_overwrites_what_it_takes_out_and_empties_its_log(fresh: Callable[..., Console]) -> None:
    console = fresh(AID)
    index = console.store.index
    assert index.rows("PRAGMA secure_delete") == [(1,)]
    index.scrub()
    logs = list(console.store.root.glob("records.sqlite-wal"))
    assert all(path.stat().st_size == 0 for path in logs)
    path = console.store.root / "records.sqlite"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    db.close()


def test_a_referral_and_numbers_are_taken_by_the_book(tmp_path: Path) -> None:
    box = opened(tmp_path / "w", "here", "humanitarian", Clock())
    book: AidBook = box.book
    book.enter("request", BLANKETS | {"what": "referred to ICRC on 3 May, reference R-17; 15 patients"}, by="p-1")
    assert book.item("RQ-1").row is not None
    box.store.__exit__(None, None, None)
