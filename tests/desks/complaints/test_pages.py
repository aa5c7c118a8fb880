"""Complaints in the console and for programs: register, list, answer, take back; what is refused keeps what was
typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from tests.builders import edit
from tests.conftest import each
from tests.desks.complaints.samples import answer, register, take_back
from tests.desks.replaying import replaying
from tests.server.conftest import client_of, unbroken
from trucewatch.server.console import Console

TYPED = {
    "own_number": "UV/117-zebra",
    "says": "three shots\nfrom the ridge",
    "name": "Officer Quince",
    "call_back": "radio four",
}
FIELDS = {"sender": "party:UV", "received_at": "2031-05-03T10:00:00Z", **TYPED}


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def rows_of(page: str) -> list[str]:
    """The rows of the register, as words."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert body
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", row)) for row in re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL)
    ]


def agree(console: Console, hours: str) -> None:
    settings = console.folder / "watch.toml"
    settings.write_text(settings.read_text("utf-8") + f"\n[desk.complaints]\nreply_hours = {hours}\n", "utf-8")
    console.refresh()


def test_an_empty_register_says_what_to_do_and_that_no_time_was_agreed(fresh: Callable[[], Console]) -> None:
    page = client_of(fresh()).get("/complaints")
    assert "No complaint is registered." in words_of(page)
    assert 'href="/complaints/new"' in page.text
    assert "No time for a reply was agreed; a watch states one in watch.toml: [desk.complaints]" in words_of(page)
    assert re.search(r'<a href="/complaints" aria-current="page">', unbroken(page.text))


def test_from_registering_to_the_answer_and_back(fresh: Callable[[], Console]) -> None:
    console = fresh()
    agree(console, "6")
    client = client_of(console)
    form = client.get("/complaints/new").text
    for choice in ("party:UV", "party:LV", "delegation:NI", "delegation:SI", "civilian"):
        assert f'value="{choice}"' in form
    before = len(console.store.journal)
    assert register(client, **FIELDS) == "C-1"
    assert len(console.store.journal) == before + 1
    page = client.get("/complaints/C-1")
    for text in ("C-1 is registered.", "Upper Valley", *TYPED["says"].split("\n"), *list(TYPED.values())[2:]):
        assert text in words_of(page)
    assert f'href="/ledger/entry/{before}"' in page.text
    assert "3 May 2031, 14:00 (UTC-2)" in words_of(page), "six hours after it was received"
    (row,) = rows_of(client.get("/complaints").text)
    assert "C-1 theirs: UV/117-zebra Upper Valley" in row
    assert "open, the time for a reply has passed" in row

    typed = {"answer": "it was ours\nand is over", "answered_at": "2031-05-03T12:00"}
    summary = client.post("/complaints/C-1/answer", data=typed)
    assert summary.status_code == 200
    assert "What will be entered it was ours and is over" in words_of(summary)
    assert len(console.store.journal) == before + 1, "a summary enters nothing"
    changing = client.post("/complaints/C-1/answer", data=typed | {"confirm": "change"})
    assert "it was ours\nand is over</textarea>" in changing.text
    entered = client.post("/complaints/C-1/answer", data=typed | {"confirm": "yes"})
    assert entered.status_code == 303
    page = client.get("/complaints/C-1")
    assert "it was ours" in words_of(page)
    assert "given 3 May 2031, 12:00 (UTC-2)" in words_of(page), "a moment without a zone is the reader's"
    assert "answered" in rows_of(client.get("/complaints").text)[0]
    assert "passed" not in rows_of(client.get("/complaints").text)[0]

    take_back(client, "C-1", 1, "to the wrong one")
    page = client.get("/complaints/C-1")
    assert "answer 1 taken back" in words_of(page)
    assert "Reason: to the wrong one" in words_of(page)
    assert "open" in rows_of(client.get("/complaints").text)[0]
    take_back(client, "C-1", 0, "entered twice")
    assert "withdrawn" in rows_of(client.get("/complaints").text)[0]
    assert 'href="/complaints/C-1/undo"' not in client.get("/complaints/C-1").text
    assert len(console.store.journal) == before + 4


def test_the_message_after_an_entry_takes_it_back_without_a_typed_reason(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    sent = client.post("/complaints/new", data=FIELDS)
    undo = html.unescape(
        re.search(r'action="(/complaints/C-1/undo[^"]*)"', client.get(sent.headers["location"]).text)[1]
    )  # type: ignore[index]
    assert undo == "/complaints/C-1/undo?stands=0"
    assert client.post(undo).status_code == 303
    assert "undone at once" in words_of(client.get("/complaints/C-1"))
    register(client)
    start = console.now()
    console.now = lambda: start + timedelta(minutes=3)
    late = client.post("/complaints/C-2/undo?stands=0")
    assert late.status_code == 422
    assert "This is empty; write it in words." in words_of(late)


def test_a_message_of_before_does_not_take_back_what_came_after(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    answer(client, "C-1", "said")
    before = len(console.store.journal)
    refused = client.post("/complaints/C-1/undo?stands=0")
    assert refused.status_code == 422
    assert "C-1 changed since it was looked at" in words_of(refused)
    assert client.post("/complaints/C-1/undo").status_code == 422
    assert len(console.store.journal) == before


def test_a_refused_form_says_why_beside_the_fields_and_keeps_what_was_typed(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client, before = client_of(console), len(console.store.journal)
    wrong = FIELDS | {"sender": "party:XX", "received_at": "2099-01-01T00:00", "name": 'O"<b>' + "x" * 200}
    page = client.post("/complaints/new", data=wrong)
    assert page.status_code == 422
    for field, why in (
        ("sender", "Choose from whom it comes"),
        ("received_at", "ahead of the watch's clock, which shows 4 May 2031"),
        ("name", "This has 205 characters, at most 200 are kept"),
    ):
        assert re.search(rf'name="{field}"[^>]*aria-describedby="fault-{field}"', page.text), field
        assert why in html.unescape(re.search(rf'id="fault-{field}">([^<]*)<', page.text)[1])  # type: ignore[index]
    assert html.escape(wrong["name"], quote=True).replace("&quot;", "&#34;") in page.text
    assert f"{TYPED['says']}</textarea>" in page.text
    assert 'value="2099-01-01T00:00"' in page.text
    unreadable = client.post("/complaints/new", data=FIELDS | {"received_at": "yesterday", "says": ""})
    assert "“yesterday” is no time" in words_of(unreadable) or '"yesterday" is no time' in words_of(unreadable)
    assert "This is empty" in words_of(unreadable)
    assert len(console.store.journal) == before


def test_lines_count_as_people_type_them(fresh: Callable[[], Console]) -> None:
    """A browser sends two characters for the end of a line, and counts row."""
    client = client_of(fresh())
    register(client, says="a\r\n" * 2000)
    assert client.post("/complaints/new", data=FIELDS | {"says": "a\r\n" * 2001}).status_code == 422


def test_an_answered_complaint_is_not_answered_twice(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    answer(client, "C-1", "said")
    before = len(console.store.journal)
    typed = {"answer": "another", "answered_at": "2031-05-03T12:00", "confirm": "yes"}
    again = client.post("/complaints/C-1/answer", data=typed)
    assert again.status_code == 422
    assert "C-1 is answered already; take that answer back first" in words_of(again)
    assert len(console.store.journal) == before


@pytest.mark.parametrize("path", ["/complaints/C-9", "/complaints/x", "/complaints/C-9/answer", "/complaints/C-9.json"])
def test_a_complaint_that_is_not_there_is_404(valleys: Console, path: str) -> None:
    refused = client_of(valleys).get(path)
    assert refused.status_code == 404
    assert "no complaint" in refused.text


def test_a_wrong_rule_is_said_on_the_pages_and_takes_none_of_them_down(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    agree(console, "-3")
    listed = client.get("/complaints")
    assert "reply_hours is -3, which is no positive number" in words_of(listed)
    assert "C-1" in words_of(listed)
    refused = client.post("/complaints/new", data=FIELDS)
    assert refused.status_code == 422
    assert TYPED["name"] in refused.text


def test_a_long_register_has_pages(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    for _ in range(52):
        register(client)
    first, second = client.get("/complaints"), client.get("/complaints?offset=50")
    assert (len(rows_of(first.text)), len(rows_of(second.text))) == (50, 2)
    assert "1 to 50 of 52" in words_of(first)
    assert client.get("/complaints?offset=99999999999999999999").status_code == 200
    assert client.get("/complaints?offset=-5").status_code == 200


def test_programs_get_the_register_without_anything_that_was_typed(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    register(client, **FIELDS)
    register(client, sender="civilian", name="Officer Quince")
    answer(client, "C-2", "it was ours")
    document: dict[str, Any] = client.get("/complaints.json").json()
    assert document["withheld"] == ["own_number", "name", "call_back", "says", "answer", "reason"]
    assert (document["reply_hours"], document["reply_rule"]) == (None, "none was agreed")
    assert document["simulated"] is True
    first, second = document["complaints"]
    assert first["from"] == {"kind": "party", "id": "UV"}
    assert second | {"entry": 0, "answer_entry": 0} == {
        "number": "C-2",
        "from": {"kind": "civilian", "id": None},
        "received_at": "2031-05-03T10:00:00Z",
        "reply_due": None,
        "overdue": False,
        "state": "answered",
        "answered_at": "2031-05-03T11:00:00Z",
        "entry": 0,
        "answer_entry": 0,
        "withdrawn_entry": None,
    }
    row = client.get("/complaints/C-1.json")
    assert row.json()["complaint"] == first
    everything = client.get("/complaints.json").text + row.text
    for text in each([*TYPED.values(), "it was ours", "w-", "p-"]):
        assert text not in everything


def test_an_erased_text_is_shown_as_erased(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client, **FIELDS)
    page = client.get("/complaints/C-1")
    references = re.findall(r"<code>(w-[a-z2-7]{26})</code>", page.text)
    assert len(references) == len(TYPED)
    console.store.erase([], people=references, reason="asked for", ordered_by="")
    after = client.get("/complaints/C-1")
    assert after.text.count("<em>erased</em>") == len(TYPED)
    assert "To erase what was typed" not in after.text, "nothing is left"
    for text in ("zebra", "ridge", "Quince", "radio"):
        assert text not in after.text
        assert text not in client.get("/complaints").text
        assert text not in client.get("/complaints/C-1/answer").text


def test_ledger_pages_and_log_hold_nothing_that_was_typed(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    first = len(console.store.journal)
    register(client, **FIELDS)
    answer(client, "C-1", "it was ours")
    take_back(client, "C-1", 1, "to the wrong one")
    pages = "".join(client.get(f"/ledger/entry/{number}").text for number in range(first, len(console.store.journal)))
    pages += client.get("/ledger").text
    assert "complaint C-1 from UV: registered, no time for a reply was agreed" in pages
    assert "complaint C-1: answer 1 taken back" in pages
    for text in ("zebra", "ridge", "Quince", "radio four", "it was ours", "wrong one"):
        assert text not in pages


def test_during_a_replay_the_register_is_that_of_the_moment_and_takes_nothing(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    register(client, received_at="2031-05-03T20:00:00Z")
    answer(client, "C-1", "said")
    client, _ = replaying(console, console.snapshot.as_of - timedelta(hours=15, minutes=30))
    (row,) = rows_of(client.get("/complaints").text)
    assert "C-1" in row
    assert "open" in row
    assert client.get("/complaints/C-2").status_code == 404
    assert 'href="/complaints/new"' not in client.get("/complaints").text
    before = len(console.store.journal)
    for path, typed in (
        ("/complaints/new", FIELDS),
        ("/complaints/C-1/answer", {"answer": "x", "answered_at": "2031-05-03T08:05", "confirm": "yes"}),
        ("/complaints/C-1/undo", {"stands": "0", "reason": "x"}),
    ):
        refused = client.post(path, data=typed)
        assert refused.status_code == 422
        assert "This is a replay" in words_of(refused)
    assert len(console.store.journal) == before


@pytest.mark.parametrize(
    "text", ["{name} %s", "erased", "\u202eabc", "<b>x</b>", "Complaints", "{{ 7*7 }}", "a\u00a0b"]
)
def test_what_was_typed_is_shown_as_typed_in_every_language(fresh: Callable[[], Console], text: str) -> None:
    client = client_of(fresh())
    register(client, says=text, name=text, call_back=text, own_number=text)
    answer(client, "C-1", text)
    seen = text.replace("\u202e", "").replace("\u00a0", " ")
    for language in ("en", "ru", "tr"):
        page = client.get(f"/complaints/C-1?lang={language}").text
        assert "\u202e" not in page
        assert page.count(f'<bdi dir="auto">{html.escape(seen)}</bdi>') == 5, language


def test_both_parties_get_the_same_words(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    for sender in ("party:UV", "party:LV"):
        register(client, **FIELDS | {"sender": sender})
    client.get("/complaints")  # what the entry left to be said is said here
    first, second = (words_of(client.get(f"/complaints/C-{number}")) for number in (1, 2))
    masked = [re.sub(r"w-\w+|C-\d|entry \d+|Upper|Lower", "…", text) for text in (first, second)]
    assert masked[0] == masked[1]


def test_the_rule_is_checked_with_the_watch(fresh: Callable[[], Console]) -> None:
    from trucewatch.desks import rule_faults

    console = fresh()
    agree(console, "72")
    assert list(rule_faults(console.snapshot.watch.settings)) == []
    edit(console.folder / "watch.toml", "reply_hours = 72", "reply_days = 3")
    console.refresh()
    (fault,) = rule_faults(console.snapshot.watch.settings)
    assert "reply_days" in fault.sentence()
