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

from tests.builders import edit, without_table
from tests.conftest import each
from tests.desks.complaints.samples import draft, register, send, take_back
from tests.desks.replaying import replaying
from tests.server.conftest import client_of, unbroken
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.complaints.operations import WITHHELD
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

TYPED = {
    "own_number": "UV/117-zebra",
    "says": "three shots\nfrom the ridge",
    "name": "Officer Quince",
    "call_back": "radio four",
}
FIELDS = {"sender": "party:UV", "received_at": "2031-05-03T10:00:00Z", **TYPED}


@pytest.fixture(name="fresh")
def fresh_without_rule(fresh: Callable[[], Console]) -> Callable[[], Console]:
    """A watch that states nothing for this desk yet."""

    def make() -> Console:
        console = fresh()
        without_table(console.folder, "desk.complaints")
        console.refresh()
        return console

    return make


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
    assert "C-1 theirs: UV/117-zebra" in row
    assert "open, the time for a reply has passed" in row

    typed = {"outcome": "not_observable", "says": "fog\nall night", "seen": "0"}
    assert client.post("/complaints/C-1/reply", data=typed).status_code == 303
    page = client.get("/complaints/C-1")
    assert "Draft of reply 1, version 1" in words_of(page)
    assert "This watch has no accounts, so one person does every step" in words_of(page)
    assert "could not be observed" in words_of(page)
    for step in ("check", "agree"):
        assert client.post(f"/complaints/C-1/{step}", data={"version": "1"}).status_code == 303
    sending = {"version": "1", "sent_at": "2031-05-03T16:10", "how": "letter"}
    assert client.post("/complaints/C-1/send", data=sending).status_code == 303
    page = client.get("/complaints/C-1")
    assert "fog all night" in words_of(page)
    assert "sent 3 May 2031, 16:10 (UTC-2), by letter" in words_of(page), "a moment without a zone is the reader's"
    assert "sent 2 h late" in words_of(page)
    (row,) = rows_of(client.get("/complaints").text)
    assert "answered: could not be observed, sent 2 h late" in row
    assert "passed" not in row
    assert len(console.store.journal) == before + 5

    objecting = {"says": "there was no fog", "received_at": "2031-05-03T17:00"}
    assert client.post("/complaints/C-1/appeal", data=objecting).status_code == 303
    page = client.get("/complaints/C-1")
    assert "They do not accept the reply there was no fog" in words_of(page)
    (row,) = rows_of(client.get("/complaints").text)
    assert "3 May 2031, 23:00 (UTC-2)" in row, "six hours after what they object was received"
    assert "open" in row
    assert "sent 2 h late" in row, "late stays late"


def test_a_registration_is_withdrawn_from_its_page(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    register(client)
    take_back(client, "C-1", 0, "entered twice")
    assert "withdrawn" in rows_of(client.get("/complaints").text)[0]
    assert 'href="/complaints/C-1/undo"' not in client.get("/complaints/C-1").text


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
    send(client, "C-1", "said")
    before = len(console.store.journal)
    refused = client.post("/complaints/C-1/undo?stands=0")
    assert refused.status_code == 422
    assert "C-1 has a reply, so its registration cannot be withdrawn" in words_of(refused)
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


def test_who_may_not_reply_takes_no_step_of_a_reply_back(fresh: Callable[[], Console]) -> None:
    console = fresh()
    officer, analyst = (browser_of(console, person_as(role)) for role in (Role.OFFICER, Role.ANALYST))
    code = register(officer, **FIELDS)
    draft(officer, code, "fog all night")
    step = {"entry": str(len(console.store.journal) - 1), "reason": "not mine"}
    assert analyst.post(f"/complaints/{code}/undo", data=step).status_code == 403
    assert analyst.post(f"/complaints/{code}/undo?entry={step['entry']}").status_code == 403
    assert officer.post(f"/complaints/{code}/undo", data=step).status_code == 303


def test_what_was_sent_is_not_taken_back_nor_withdrawn(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    send(client, "C-1", "said")
    before = len(console.store.journal)
    refused = client.post("/complaints/C-1/undo", data={"stands": "0", "reason": "x"})
    assert refused.status_code == 422
    assert "What was sent stays" in words_of(refused)
    for entry in range(before - 4, before):
        assert client.post("/complaints/C-1/undo", data={"entry": str(entry), "reason": "x"}).status_code == 422
    assert len(console.store.journal) == before


def test_a_reply_that_lacks_what_stands_behind_it_is_refused_beside_the_field(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    before = len(console.store.journal)
    for outcome, field, why in (
        ("nothing_found", "grounds", "Write who was on watch"),
        ("found", "incident", "Write the number of the one incident"),
        ("found_otherwise", "grounds", "what was found otherwise"),
        ("", "outcome", "Choose what came of it"),
    ):
        page = client.post("/complaints/C-1/reply", data={"outcome": outcome, "says": "KEPT WORDS", "seen": "0"})
        assert page.status_code == 422
        assert why in html.unescape(re.search(rf'id="fault-{field}">([^<]*)<', page.text)[1])  # type: ignore[index]
        assert "KEPT WORDS</textarea>" in page.text
    assert len(console.store.journal) == before


def test_a_reply_that_found_an_incident_names_it_inside_and_not_on_paper(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    code = console.snapshot.codes[0]
    send(client, "C-1", "as you say", outcome="found", incident=code, grounds="")
    assert f"found: incident {code}" in words_of(client.get("/complaints/C-1"))
    paper = client.get("/complaints/C-1/paper")
    assert "Found: the joint centre has an incident of this on record." in words_of(paper)
    assert code not in paper.text
    assert console.snapshot.ids[0] not in paper.text


def test_nothing_found_says_on_paper_that_this_is_no_word_on_whether_it_was_so(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    register(client)
    send(client, "C-1", "we saw none", grounds="post 3, all night")
    for page in ("/complaints/C-1/paper", "/complaints/own?side=UV"):
        text = words_of(client.get(page))
        assert "n watch were: post 3, all night" in text
        assert "That nothing was found does not say that nothing happened." in text


@pytest.mark.parametrize("path", ["/complaints/C-9", "/complaints/x", "/complaints/C-9/reply", "/complaints/C-9.json"])
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
    send(client, "C-2", "it was ours")
    document: dict[str, Any] = client.get("/complaints.json").json()
    assert document["withheld"] == list(WITHHELD)
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
        "sort": "complaint",
        "claims": [],
        "letter": None,
        "incidents": [],
        "outcome": "nothing_found",
        "replies_sent": 1,
        "appeals": 0,
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
    for text in ("zebra", "ridge", "Quince", "radio four"):
        assert text not in after.text
        assert text not in client.get("/complaints").text
        assert text not in client.get("/complaints/C-1/reply").text


def test_ledger_pages_and_log_hold_nothing_that_was_typed(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    first = len(console.store.journal)
    register(client, **FIELDS)
    draft(client, "C-1", "it was ours")
    last = len(console.store.journal) - 1
    client.post("/complaints/C-1/undo", data={"entry": str(last), "reason": "to the wrong one"})
    pages = "".join(client.get(f"/ledger/entry/{number}").text for number in range(first, len(console.store.journal)))
    pages += client.get("/ledger").text
    assert "complaint C-1 from UV: registered, no time for a reply was agreed" in pages
    assert "complaint C-1: taken back what entry" in pages
    for text in ("zebra", "ridge", "Quince", "radio four", "it was ours", "wrong one"):
        assert text not in pages


def test_during_a_replay_the_register_is_that_of_the_moment_and_takes_nothing(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    register(client)
    register(client, received_at="2031-05-03T20:00:00Z")
    send(client, "C-1", "said")
    client, _ = replaying(console, console.snapshot.as_of - timedelta(hours=15, minutes=30))
    (row,) = rows_of(client.get("/complaints").text)
    assert "C-1" in row
    assert "open" in row
    assert client.get("/complaints/C-2").status_code == 404
    assert 'href="/complaints/new"' not in client.get("/complaints").text
    before = len(console.store.journal)
    for path, typed in (
        ("/complaints/new", FIELDS),
        ("/complaints/C-1/reply", {"outcome": "not_observable", "says": "x", "seen": "0"}),
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
    send(client, "C-1", text, grounds=text)
    seen = text.replace("\u202e", "").replace("\u00a0", " ")
    for language in ("en", "ru", "tr"):
        page = client.get(f"/complaints/C-1?lang={language}").text
        assert "\u202e" not in page
        assert page.count(f'<bdi dir="auto">{html.escape(seen)}</bdi>') == 6, language


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
