"""A drill in every channel: in no list and in nothing that leaves, nowhere without its label, never in one sum with
what is real."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import StringIO

from starlette.testclient import TestClient

from tests.conftest import each
from tests.desks.flashing.samples import claim, send
from tests.desks.flashing.test_pages import at_of, entered, words_of
from tests.desks.watchkeeping.task_samples import ask, step
from tests.desks.watchkeeping.test_shift_pages import begin
from tests.server.addresses import ADDRESSES, Kind
from tests.server.conftest import client_of
from trucewatch.server.console import Console
from trucewatch.store.duty_task_records import access_refusals
from trucewatch.store.flash_records import flash_of

Fresh = Callable[[], Console]
LISTS = (
    *("/incidents.csv", "/incidents.json", "/agreement/states.csv", "/agreement/states.json", "/watch/incidents.json"),
    *("/sources/rejected.csv", "/reports/look", "/complaints.json", "/undertakings.json", "/meetings.json"),
    *("/ogc/public/collections/incidents/items", "/ogc/joint-centre/collections/incidents/items"),
    *("/feed/public.atom", "/feed/joint-centre.atom"),
)
"""What is taken away or asked for by others, in which no drill may stand."""
OF_ONE_THING = ("/urgent/UM-1", "/urgent/UM-1/paper", "/claims/CL-2", "/urgent/own", "/urgent/own/live")
WORDS = re.compile(r"\bCL-2\b|\bUM-1\b|\bT-[12]\b|FILM SET|LINE TYPED IN IT")
LABEL = re.compile(r"drill|\bDR-1\b|,true,|,yes,", re.IGNORECASE)
HTML_ROWS = re.compile(r"(?=<(?:tr|li|article|section|option|p)\b)")


def drilled(client: TestClient) -> None:
    """A real call, then a drill with a call, an urgent message that one side answers, a line, access refused; ended."""
    begin(client)
    assert claim(client, where="Ambermill") == "CL-1"
    assert client.post("/drills/begin", data={"label": "Storage at Stonegate"}).status_code == 303
    assert claim(client, is_drill="on", where="Ambermill", says="A FILM SET") == "CL-2"
    assert send(client, "claim:CL-2") == "UM-1"
    entered(client, "/urgent/UM-1/acknowledge", to="UV", via="telephone", at=at_of(client, "UM-1"))
    assert client.post("/shift/log", data={"line": "A LINE TYPED IN IT about UM-1"}).status_code == 303
    task = ask(client, to="party:UV", sort="access", asks="A FILM SET", where="Ambermill")
    step(client, task, "refused", words="A FILM SET", where="Ambermill")
    assert client.post("/drills/end", data={"end": "over"}).status_code == 303


def test_no_list_and_nothing_that_leaves_holds_a_drill(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    assert claim(client) == "CL-1"
    console.assessment()
    before = {path: client.get(path) for path in each(LISTS)}
    assert all(answer.status_code in (200, 404) for answer in before.values()), before
    assert sum(answer.status_code == 200 for answer in before.values()) > 10
    client.post("/drills/begin", data={"label": "Storage at Stonegate"})
    assert claim(client, is_drill="on", where="Ambermill") == "CL-2"
    send(client, "claim:CL-2")
    task = ask(client, to="party:UV", sort="access", asks="a film set", where="Ambermill")
    step(client, task, "refused", words="no", where="Ambermill")
    client.post("/drills/end", data={"end": "over"})
    assert len(access_refusals(console.store)) == 1
    assert not access_refusals(console.store)[0].in_list
    console.assessment()
    for path, answer in before.items():
        assert client.get(path).text == answer.text, path


def test_nothing_of_a_drill_stands_anywhere_without_its_label(fresh: Fresh) -> None:
    client = client_of(fresh())
    drilled(client)
    shown = set()
    paths = [address.name for address in ADDRESSES if "{" not in address.name and address.kind is not Kind.FEED]
    for path in (*paths, "/shift/log?shift=all", "/urgent/UM-1", "/urgent/UM-1/paper", "/claims/CL-2"):
        text = client.get(path).text
        body = text.partition('<main id="content"')[2] or text
        rows = HTML_ROWS.split(body) if body is not text else re.split(r"\n|(?=\{)", body)
        if path in OF_ONE_THING:
            rows = [body]  # it says so at its head
        for row in rows:
            if WORDS.search(row):
                shown.add(path)
                where = path, re.sub(r"\s+", " ", row)[:400]
                assert LABEL.search(row) or is_apart(path, text, row), where
    assert {"/claims.csv", "/urgent.csv", "/shift/log.csv", "/ledger", "/outbox", "/floor", "/floor.json"} <= shown


def is_apart(path: str, text: str, row: str) -> bool:
    """Whether a row stands in a part that is a drill's as a whole."""
    before = text[: text.index(row)]
    is_of_board = path == "/floor.json" and '"apart":{"drill":' in before
    return is_of_board or (path.startswith("/floor") and "Drill," in before)


def test_every_entry_that_hangs_on_a_drill_says_so_in_the_ledger_and_in_the_log(fresh: Fresh) -> None:
    client = client_of(fresh())
    drilled(client)
    send(client, "claim:CL-1")
    entered(client, "/urgent/UM-2/acknowledge", to="UV", via="telephone", at=at_of(client, "UM-2"))
    rows = list(csv.DictReader(StringIO(client.get("/shift/log.csv?shift=all").text)))
    of_drill = [row for row in rows if re.search(r"CL-2|UM-1|T-1", row["words"])]
    assert len(of_drill) > 5
    assert {(row["drill"], row["simulated"]) for row in of_drill} == {("yes", "yes")}
    real = [row for row in rows if re.search(r"CL-1|UM-2", row["words"])]
    assert {row["drill"] for row in real} == {""}
    ledger = [row for row in client.get("/ledger").text.split("<tr") if re.search(r"CL-2 |UM-1[ :]|T-1:", row)]
    assert len(ledger) > 5
    for row in ledger:
        assert "drill" in row, row


def test_a_hand_over_never_counts_a_drill_with_what_is_real(fresh: Fresh) -> None:
    client = client_of(fresh())
    drilled(client)
    client.post("/shift/log", data={"line": "a line of the night"})
    page = client.get("/shift/handover").text
    rows = [words_of(row) for row in re.findall(r"<li\b.*?</li>", page, re.DOTALL)]
    for title in each(("Claim taken down: 1", "1 line in the watch log")):
        own = [row for row in rows if title in row]
        assert len(own) == 2, rows
        assert sum("drill" in row for row in own) == 1, own
    assert not [row for row in rows if "Claim taken down: 2" in row or "2 lines" in row]


def test_a_line_that_fails_in_a_drill_stands_apart_on_the_board(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    drilled(client)
    deliveries = client.get("/outbox").text.split("<tr")
    own = [row for row in deliveries if ">UM-1<" in row]
    assert len(own) > 3
    assert all("drill" in row for row in own)
    assert flash_of(console.store, "UM-1").is_drill


def test_no_complaint_carries_a_drill(fresh: Fresh) -> None:
    client = client_of(fresh())
    drilled(client)
    assert "/complaints/new?claim=CL-1" in client.get("/claims/CL-1").text
    assert "/complaints/new?claim=CL-2" not in client.get("/claims/CL-2").text
    page = client.get("/complaints/new?claim=CL-2").text
    received = re.findall(r'name="received_at"[^>]*?value="([^"]*)"', page, re.DOTALL)[0]
    typed = {"sender": "party:UV", "sort": "complaint", "says": "a complaint", "received_at": received}
    refused = client.post("/complaints/new", data=typed | {"claims": "CL-2"})
    assert refused.status_code == 422
    assert "CL-2 is a drill" in words_of(refused.text)
    assert client.post("/complaints/new", data=typed | {"claims": "CL-1"}).status_code == 303
