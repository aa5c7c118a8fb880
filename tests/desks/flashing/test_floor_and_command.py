"""What of urgent messages stands on the board of the floor, what commands do, and the sending beside the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request

from tests.conftest import each
from tests.desks.flashing.samples import send
from tests.desks.flashing.test_pages import at_of, entered, words_of
from tests.pipeline.test_command_line import call
from tests.server.conftest import client_of, copy_of
from trucewatch.desks.flashing import beside
from trucewatch.desks.flashing.on_floor import items
from trucewatch.server.console import Console
from trucewatch.server.preferences import visit_of
from trucewatch.server.view import View
from trucewatch.store.flash_records import flash_of

Fresh = Callable[[], Console]


def view_at(console: Console) -> View:
    scope = {"type": "http", "method": "GET", "path": "/floor", "query_string": b"", "headers": []}
    request = Request(scope)
    snapshot = console.snapshot
    return View(request=request, console=console, snapshot=snapshot, reader=visit_of(request, snapshot.watch))


def test_a_message_stands_on_the_floor_until_all_answered_and_it_is_quiet(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    assert items(view_at(console)) == ()
    code = send(client)
    labels = [str(item.label) for item in each(items(view_at(console)))]
    assert any("read it out" in label for label in labels)
    at = at_of(client, code)
    for recipient in each(flash_of(console.store, code).to):
        entered(client, f"/urgent/{code}/acknowledge", to=recipient.id, via="radio", at=at)
    labels = [str(item.label) for item in items(view_at(console))]
    assert any("that it is quiet is not known yet" in label for label in labels)
    entered(client, f"/urgent/{code}/own-quiet", at=at, words="a post")
    labels = [str(item.label) for item in items(view_at(console))]
    assert [label for label in labels if "close it" in label]
    entered(client, f"/urgent/{code}/close")
    assert items(view_at(console)) == ()


def test_the_board_says_that_no_time_is_past_while_an_answer_is_still_asked_for(fresh: Fresh) -> None:
    client = client_of(fresh())
    send(client)
    board = words_of(client.get("/floor").text)
    assert "it is not known that it reached" in board
    part = board.partition("Urgent messages")[2].partition("Clocks that run")[0]
    assert "30 min left" in part
    assert "past" not in part


def test_quiet_that_one_side_says_is_quiet_of_that_side_alone(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    entered(client, f"/urgent/{code}/quiet", to="UV", at=at_of(client, code))
    page = words_of(client.get(f"/urgent/{code}").text)
    assert "Upper Valley says that it is quiet on its side since" in page
    assert "to the later of both not known" in page
    assert "Lower Valley, of its own side not said" in page
    assert not [item for item in items(view_at(console)) if "close it" in str(item.label)]


def test_a_text_of_a_message_that_has_ended_is_to_be_read_out_to_nobody(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    to_do = "read it out to them by telephone"
    assert to_do in words_of(client.get(f"/urgent/{code}").text)
    entered(client, f"/urgent/{code}/close")
    page = words_of(client.get(f"/urgent/{code}").text)
    assert "it is not known that it reached Lower Valley" in page
    assert to_do not in page


def test_a_look_beside_the_pages_sends_without_a_line_nothing_and_enters_nothing(fresh: Fresh) -> None:
    console = fresh()
    send(client_of(console))
    before = len(console.store.journal)
    beside.work(console)
    assert len(console.store.journal) == before


def test_the_click_has_what_is_due_sent_at_once(fresh: Fresh) -> None:
    console = fresh()
    asked = console.asked_to_look("flashing")
    assert not asked.is_set()
    send(client_of(console))
    assert asked.is_set()


def test_a_command_shows_the_text_first_and_sends_with_yes(tmp_path: Path) -> None:
    folder = str(copy_of("two-valleys", tmp_path))
    assert call("claim", folder, "--from", "party:UV", "--kind", "explosion", "--when", "10 minutes ago")[0] == 0
    about = "claim:CL-1"
    code, out = call("flash", folder, "send", "--about", about)[:2]
    assert code == 0
    assert "Nothing has left." in out
    assert json.loads(call("flash", folder, "list", "--json")[1])["messages"] == []
    sent = json.loads(call("flash", folder, "send", "--about", about, "--yes", "--by", "Ann", "--json")[1])
    assert sent["code"] == "UM-1"
    at = sent["sent_at"]
    call("flash", folder, "acknowledge", "UM-1", "--to", "UV", "--via", "radio", "--at", at)
    call("flash", folder, "quiet", "UM-1", "--to", "UV", "--at", at)
    call("flash", folder, "own-quiet", "UM-1", "--by-what", "a post", "--at", at)
    (row,) = json.loads(call("flash", folder, "list", "--json")[1])["messages"]
    stands = {each["id"]: each["stands"] for each in row["recipients"]}
    assert stands["UV"] == "quiet"
    assert row["seconds_to_quiet"] is not None
    shown = call("flash", folder, "show", "UM-1")[1]
    assert "Reported" in shown
    assert "UM-1  fire or an explosion, sent" in shown
    call("flash", folder, "close", "UM-1")
    assert json.loads(call("flash", folder, "show", "UM-1", "--json")[1])["state"] == "closed"
