"""The pages of the shift, its log and its hand-over, as whoever stands the watch and others meet them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.replaying import replaying
from tests.server.conftest import client_of
from tests.server.signed_in import EVERYBODY, browser_of, person_as
from trucewatch.model.roles import RIGHTS, Right, Role
from trucewatch.server.console import Console
from trucewatch.store.shift_records import shift_now, shifts_on_record, unsigned_since

ON: Final = {"names": "Ada Quince, Ben Hollow"}
PAGES: Final = ("/shift", "/shift/log", "/shift/handovers")


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def begin(client: TestClient, **typed: str) -> None:
    answer = client.post("/shift/begin", data=ON | typed)
    assert answer.status_code == 303, re.findall(r"<[^>]*(?:error|fault)[^>]*>.*?</", answer.text, re.DOTALL)


def write(client: TestClient, **typed: str) -> str:
    """The address of a hand-over that is written of what is proposed."""
    page = client.get("/shift/handover")
    assert page.status_code == 200
    seen = re.findall(r'name="seen" value="([0-9a-f]+)"', page.text)
    answer = client.post(
        "/shift/handover", data={"seen": seen[0], "name": "Ada Quince", "words": "a quiet night"} | typed
    )
    assert answer.status_code == 303, re.findall(r"<[^>]*(?:error|fault)[^>]*>.*?</", answer.text, re.DOTALL)
    return str(answer.headers["location"])


def test_a_shift_begins_and_is_handed_over_and_the_next_is_on(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    assert "No shift is on" in words_of(client.get("/shift"))
    begin(client)
    page = words_of(client.get("/shift"))
    assert "Shift SH-1" in page
    assert "Ada Quince" in page
    where = write(client)
    assert "is not signed" in words_of(client.get("/shift"))
    assert "a quiet night" in words_of(client.get(where))
    signed = client.post(f"{where}/sign", data={"name": "Cleo Marsh", "remark": "two keys are missing"})
    assert signed.status_code == 303, signed.text[:3000]
    page = words_of(client.get(where))
    assert "Cleo Marsh" in page
    assert "two keys are missing" in page
    shift = shift_now(console.store)
    assert shift is not None
    assert shift.number == 2
    assert shifts_on_record(console.store)[0].end == "handed_over"
    assert "not signed" not in words_of(client.get("/shift"))


def test_a_second_shift_is_refused_with_what_to_do_or_takes_over_on_record(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    refused = client.post("/shift/begin", data={"names": "Cleo Marsh"})
    assert refused.status_code == 422
    assert "Shift SH-1 is on" in words_of(refused)
    assert "Cleo Marsh" in html.unescape(refused.text), "what was typed stays"
    begin(client, names="Cleo Marsh", takes_over="yes")
    first, second = shifts_on_record(console.store)
    assert (first.end, second.takes_over) == ("taken_over", 1)
    assert "shift SH-1 before it was not handed over" in words_of(client.get("/shift"))


def test_what_is_entered_while_a_hand_over_is_unsigned_is_marked(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    client.post("/shift/log", data={"line": "before it"})
    where = write(client)
    client.post("/shift/log", data={"line": "after it"})
    page = client.get("/shift/log").text
    rows = {
        words: row
        for row in re.findall(r"<li class=.*?</li>", page, re.DOTALL)
        for words in ("before it", "after it")
        if words in row
    }
    assert "not signed" in rows["after it"]
    assert "not signed" not in rows["before it"]
    assert unsigned_since(console.store, console.snapshot.as_of)
    client.post(f"{where}/sign", data={"name": "Cleo Marsh"})
    client.post("/shift/log", data={"line": "once signed"})
    page = client.get("/shift/log?shift=all").text
    (row,) = [row for row in re.findall(r"<li class=.*?</li>", page, re.DOTALL) if "once signed" in row]
    assert "not signed" not in row


def test_a_line_stays_where_it_was_typed_and_links_what_it_names(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    code = console.snapshot.codes[0]
    client.post("/shift/log", data={"line": f"called back about CL-7 and {code}, see UM-3"})
    page = client.get("/shift/log").text
    assert 'href="/claims/CL-7"' in page
    assert 'href="/urgent/UM-3"' in page
    assert f'href="/incident/{code}"' in page
    assert re.search(r'<input name="line"[^>]*autofocus', page)


def test_acts_recorded_elsewhere_stand_in_the_log_by_themselves(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    client.post(
        "/claims/new", data={"speaker": "not_said", "says": "zebra bang", "received_at": "2031-05-03T10:00:00Z"}
    )
    page = client.get("/shift/log").text
    assert "recorded:" in page
    assert 'href="/claims/CL-1"' in page
    assert "zebra" not in page, "the words of a caller stay with their claim"
    assert "zebra" not in client.get("/shift/handover").text


def test_a_struck_line_stays_with_its_reason(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    client.post("/shift/log", data={"line": "wrong words"})
    entry = console.store.index.applied - 1
    asked = client.post("/shift/undo", data={"entry": str(entry), "reason": ""})
    assert asked.status_code == 422
    assert client.post("/shift/undo", data={"entry": str(entry), "reason": "another house"}).status_code == 303
    page = client.get("/shift/log").text
    assert "<s>" in page
    assert "wrong words" in page
    assert "another house" in page
    again = client.post("/shift/undo", data={"entry": str(entry), "reason": "once more"})
    assert "struck out already" in words_of(again)


def test_the_log_as_a_table_runs_no_formula(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    client.post("/shift/log", data={"line": "=1+1"})
    table = client.get("/shift/log.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "'=1+1" in table.text
    assert "Ada" not in table.text


def test_who_left_does_not_sign_and_nobody_signs_twice(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    where = write(client)
    own = client.post(f"{where}/sign", data={"name": "ada  QUINCE"})
    assert own.status_code == 422
    assert "Whoever wrote the hand-over does not sign it" in words_of(own)
    assert client.post(f"{where}/sign", data={"name": "Cleo Marsh"}).status_code == 303
    twice = client.post(f"{where}/sign", data={"name": "Dan Reed"})
    assert "was signed already" in words_of(twice)
    assert len(shifts_on_record(console.store)) == 2


def test_a_hand_over_is_signed_late_after_the_next_shift_began(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    where = write(client)
    begin(client, names="Cleo Marsh", takes_over="yes")
    assert client.post(f"{where}/sign", data={"name": "Cleo Marsh"}).status_code == 303
    first, second = shifts_on_record(console.store)
    assert first.end == "taken_over"
    assert first.unsigned is None
    assert second.is_on


def test_lines_told_left_out_and_noted_stand_so(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    begin(client)
    client.post("/shift/log", data={"line": "one"})
    keys = re.findall(r'name="told" value="([^"]+)"', client.get("/shift/handover").text)
    assert keys
    where = write(client, told=keys[0], **{f"note-{keys[0]}": "ask the village"})
    page = words_of(client.get(where))
    assert "told in person" in page
    assert "ask the village" in page


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_who_reads_inside_sees_the_shift_and_who_stands_the_watch_acts(
    fresh: Callable[[], Console], role: Role | str
) -> None:
    console = fresh()
    browser = browser_of(console, person_as(role))
    rights = RIGHTS[role] if isinstance(role, Role) else frozenset()
    for page in PAGES:
        assert (browser.get(page).status_code == 200) == (Right.INSIDE in rights), page
    person = person_as(role)
    answer = browser.post("/shift/begin", data={"on": f"{person.reference}:NI"})
    assert (answer.status_code == 303) == (Right.SHIFT in rights), answer.text[:1000]
    assert bool(shift_now(console.store)) == (Right.SHIFT in rights)


def test_with_accounts_another_person_signs(fresh: Callable[[], Console]) -> None:
    console = fresh()
    leaves, comes = person_as(Role.OFFICER, "NI"), person_as(Role.SHIFT_LEAD, "SI")
    browser, other = browser_of(console, leaves), browser_of(console, comes)
    assert browser.post("/shift/begin", data={"on": f"{leaves.reference}:NI"}).status_code == 303
    where = write(browser)
    own = browser.post(f"{where}/sign", data={})
    assert own.status_code == 422
    signed = other.post(f"{where}/sign", data={"on": f"{comes.reference}:SI", "lead": f"{comes.reference}:SI"})
    assert signed.status_code == 303, signed.text[:3000]
    present = shift_now(console.store)
    assert present is not None
    (on,) = present.on
    assert (on.who, on.side, on.is_lead) == (comes.reference, "SI", True)


def test_nothing_begins_in_a_replay(fresh: Callable[[], Console]) -> None:
    console = fresh()
    tab, _ = replaying(console)
    answer = tab.post("/shift/begin", data=ON)
    assert answer.status_code == 422
    assert "nothing of it is recorded" in words_of(answer)
    assert shift_now(console.store) is None
