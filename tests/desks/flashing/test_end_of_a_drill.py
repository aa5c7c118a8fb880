"""What is open of a drill ends with it, whatever came between; and open pages are told that one began or ended."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.desks.flashing.samples import claim, send
from tests.server.conftest import client_of
from trucewatch.desks.flashing import beside
from trucewatch.pipeline.drilling import end_drill
from trucewatch.server.console import Console
from trucewatch.store.flash_records import flash_of


def test_a_kill_between_the_end_of_a_drill_and_its_messages_leaves_none_open(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    client.post("/drills/begin", data={"label": "Stonegate"})
    code = send(client, f"claim:{claim(client, is_drill='on')}")
    assert flash_of(console.store, code).is_drill
    beside.work(console)
    assert flash_of(console.store, code).ended is None
    end_drill(console.store, console.snapshot.watch, end="over", by="Ann", now=console.snapshot.as_of)
    assert flash_of(console.store, code).ended is None
    beside.work(console)
    ended = flash_of(console.store, code).ended
    assert ended is not None
    assert ended.of == "drill_over"
    before = len(console.store.journal)
    beside.work(console)
    assert len(console.store.journal) == before


def test_open_pages_are_told_that_a_drill_began_and_ended(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    assert 'id="drilling"' not in client.get("/drilling").text
    client.post("/drills/begin", data={"label": "Stonegate"})
    assert _last_told(console) == {"drill": "DR-1"}
    strip = client.get("/drilling").text
    assert 'data-drill="DR-1"' in strip
    assert 'class="drill-print"' in strip
    client.post("/drills/real")
    assert _last_told(console) == {"drill": ""}
    assert 'id="drilling"' not in client.get("/drilling").text


def _last_told(console: Console) -> dict[str, str]:
    """What a page that opens now is told of drills."""
    lines = console.hub._last["drill"].decode().splitlines()
    told: dict[str, str] = json.loads(next(line for line in lines if line.startswith("data:"))[5:])
    return told
