"""Meetings in the console and for programs: list, enter, correct, take back; what is refused keeps what was typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from tests.conftest import each
from tests.desks.convening.samples import FIELDS, correct, enter, take_back
from tests.server.conftest import client_of
from trucewatch.model.meetings import when_met
from trucewatch.pipeline.meeting_entering import every_meeting
from trucewatch.server.console import Console


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def rows_of(page: str) -> list[str]:
    """The rows of the list, as words."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert body
    rows = re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL)
    return [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", row))) for row in rows]


def faults_of(page: str) -> dict[str, str]:
    found = re.findall(r'id="fault-([^"]+)">(.*?)</span>', page, re.DOTALL)
    return {name: html.unescape(text).strip() for name, text in found}


def test_the_meetings_of_the_file_stand_the_latest_first(valleys: Console) -> None:
    page = client_of(valleys).get("/meetings")
    rows = rows_of(page.text)
    assert ["ministers-restricted" in row for row in rows] == [True, False]
    assert "restricted" in rows[0]
    assert "simulated" in rows[0]
    assert "commanders Upper Valley, liaison officer ; Lower Valley, liaison officer ; Joint Commission" in rows[1]
    assert "3b, 3c" in rows[1]
    assert "by 3 May 2031; nothing on record since" in rows[1]
    assert "by 9 May 2031" in rows[1]


def test_a_list_is_of_a_clause_and_says_if_there_is_none(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    assert len(rows_of(client.get("/meetings?clause=3b").text)) == 1
    assert len(rows_of(client.get("/meetings?clause=3").text)) == 1, "a clause finds what names a part of it"
    assert enter(client, **{"agenda-0-clauses": "3c", "decision-0-about": "3c"}) == "M-1"
    for clause, count in each((("3b", 1), ("3c", 2), ("3", 2))):
        assert len(rows_of(client.get(f"/meetings?clause={clause}").text)) == count, "another part is another clause"
    none = client.get("/meetings?clause=4")
    assert "No meeting on record names this clause." in words_of(none)
    assert "Liaison" not in none.text


def test_what_is_not_known_yet_is_counted_and_an_empty_list_says_what_to_do(karabakh: Console) -> None:
    page = client_of(karabakh).get("/meetings")
    assert "No meeting is on record by this moment." in words_of(page)
    assert "enter it here, or state it in meetings.toml" in words_of(page)
    assert "Known only after the moment that this page shows, in meetings.toml: 1" in words_of(page)
    assert "deputy" not in words_of(page)


def test_a_restricted_meeting_says_that_nothing_of_it_is_on_record(valleys: Console) -> None:
    page = words_of(client_of(valleys).get("/meetings/ministers-restricted"))
    assert "Restricted format: neither minutes nor an agenda are on record." in page
    assert "A claim of its source; fewer than two of the bound parties state it themselves." in page
    assert "Stands in this watch's meetings.toml; it is changed there." in page


def test_what_two_bound_parties_state_is_said_as_theirs(valleys: Console) -> None:
    page = words_of(client_of(valleys).get("/meetings/storage-talks"))
    assert "Stated by Lower Valley, Upper Valley, each for itself." in page
    assert 'between 2 May 2031, 09:00 (UTC-2) and 2 May 2031, 11:30 (UTC-2): after = "meeting:storage-talks"' in page
    assert "A day that has passed says nothing of whether it was done." in page


def test_a_meeting_of_the_file_is_not_corrected_here(valleys: Console) -> None:
    for deed in each(("correct", "undo")):
        page = client_of(valleys).get(f"/meetings/storage-talks/{deed}")
        assert page.status_code == 404
        assert "stands in meetings.toml; change it there" in words_of(page)


def test_from_entering_to_correcting_and_back(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    before = len(console.store.journal)
    assert enter(client, day="2 May 2031", who=["UV", "LV"], **{"decision-0-due": "20 May 2031"}) == "M-1"
    page = words_of(client.get("/meetings/M-1"))
    for text in ("M-1 is entered.", "Upper Valley", "liaison officer", "the bridge", "by 20 May 2031", "2 May 2031"):
        assert text in page
    row = next(row for row in rows_of(client.get("/meetings").text) if "at the bridge" in row)
    assert "D-1: the posts are listed by 20 May 2031" in row
    form = client.get("/meetings/M-1/correct").text
    for text in ("Liaison officers at the bridge", "2 May 2031", "the posts are listed", "20 May 2031"):
        assert text in form
    assert 'name="who" value="UV" checked' in form
    correct(client, "M-1", 1, "a slip of the day", day="2031-05-01", who=["UV"], **{"decision-0-due": ""})
    page = words_of(client.get("/meetings/M-1"))
    assert "M-1 corrected, version 2" in page
    assert "Reason: a slip of the day" in page
    assert "1 May 2031" in page
    take_back(client, "M-1", 2, "it was right")
    page = words_of(client.get("/meetings/M-1"))
    assert "2 May 2031" in page
    assert "Reason: it was right" in page
    take_back(client, "M-1", 1, "entered twice")
    assert client.get("/meetings/M-1").status_code == 404
    assert "M-1" not in words_of(client.get("/meetings"))[400:]
    assert len(console.store.journal) == before + 4
    assert enter(client) == "M-2", "a number is not given again"


def test_two_accounts_stand_beside_each_other_and_a_term_is_counted_from_both(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    no_day = {"decision-0-due": ""}
    enter(client, day="2031-05-02", stated_by="UV", **no_day)
    enter(client, day="2031-05-03", stated_by="LV", account_of="M-1", names="As the other side has it", **no_day)
    page = words_of(client.get("/meetings/M-1"))
    assert page.count("Account M-") == 2
    assert "2 May 2031" in page
    assert "3 May 2031" in page
    assert "Stated by Lower Valley, Upper Valley, each for itself." in page
    assert words_of(client.get("/meetings/M-2")).count("Account M-") == 2
    assert sum("at the bridge" in row for row in rows_of(client.get("/meetings").text)) == 1
    watch = console.snapshot.watch
    known = every_meeting(console.store, watch, console.snapshot.as_of)
    met = when_met("meeting:M-2", known, watch.zone)
    assert met is not None
    assert (met.latest - met.earliest) > timedelta(hours=47)
    assert "meeting:M-1" not in page, "findings are counted from those of the file"


def test_what_is_on_record_after_a_day_that_passed_is_named_in_the_place_of_nothing(
    fresh: Callable[[], Console],
) -> None:
    client = client_of(fresh())
    enter(client, day="2031-05-01", next_by="2031-05-02", level="experts", **{"decision-0-due": "2031-05-02"})
    page = words_of(client.get("/meetings/M-1"))
    assert "by 2 May 2031; nothing on record since" in page
    assert "by 2 May 2031; no meeting of this level on record since" in page
    enter(client, day="2031-05-03", level="experts", **{"decision-0-due": ""})
    page = words_of(client.get("/meetings/M-1"))
    assert page.count("by 2 May 2031; also on record: M-2") == 2
    assert "nothing on record since" not in page
    assert "no meeting of this level" not in page


def test_the_message_after_an_entry_takes_it_back_without_a_typed_reason(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    sent = client.post("/meetings/new", data=FIELDS)
    offered = re.search(r'action="(/meetings/M-1/undo[^"]*)"', client.get(sent.headers["location"]).text)
    assert offered
    assert html.unescape(offered[1]) == "/meetings/M-1/undo?stands=1"
    assert client.post(html.unescape(offered[1])).status_code == 303
    enter(client)
    start = console.now()
    console.now = lambda: start + timedelta(minutes=3)
    late = client.post("/meetings/M-2/undo?stands=1")
    assert late.status_code == 422
    assert "this is empty; write it in words" in words_of(late)


def test_what_changed_meanwhile_is_not_overwritten(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    enter(client)
    correct(client, "M-1", 1, "a slip")
    before = len(console.store.journal)
    for where in each(("correct", "undo")):
        refused = client.post(f"/meetings/M-1/{where}", data={**FIELDS, "stands": "1", "reason": "x"})
        assert refused.status_code == 422
        assert "M-1 changed since it was looked at" in words_of(refused)
    assert len(console.store.journal) == before


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"day": "30 February 2031"}, "day", "is no day here; write"),
    ({"day": ""}, "day", "it is not said in one way when it was"),
    ({"from": "2020-12-01T10:00"}, "day", "give its day, or from when until when it lasted, not both"),
    ({"day": "", "from": "2020-12-01T10:00", "until": "2020-12-01T09:00"}, "until", "it ends before it begins"),
    ({"day_latest": "2020-11-30"}, "day_latest", "it ends before it begins"),
    ({"day": "2031-05-20"}, "day", "a meeting that is to come stands as the next one"),
    ({"decision-0-due": "2020-11-30"}, "decision-0-due", "is to be done by 30 Nov 2020, before the meeting"),
    ({"decision-0-due": "soon"}, "decision-0-due", "is no day here"),
    ({"decision-0-about": "1a, 99"}, "decision-0-about", '"99" is no id of a clause; write one of: 1, '),
    ({"agenda-0-clauses": "zz"}, "agenda-0-clauses", '"zz" is no id of a clause'),
    ({"decision-0-by": "UV, XX"}, "decision-0-by", '"XX" is no id of a party, body or delegation'),
    ({"decision-0-words": ""}, "decision-0-words", "this is empty"),
    ({"who": ["UV", "XX"]}, "who", '"XX" is no id of a party, body or delegation'),
    ({"stated_by": "NI"}, "stated_by", '"NI" is no id of a party or body'),
    ({"who": [], "offices": ""}, "who", "nobody took part"),
    (
        {"format": "restricted"},
        "agenda",
        "a restricted meeting has no agenda on record; take the agenda out, or choose ",
    ),
    ({"level": "kings"}, "level", "Choose the level at which they met."),
    ({"next_by": "2020-01-01"}, "next_by", "before this one"),
    ({"account_of": "M-9"}, "account_of", '"M-9" is no id of a meeting'),
    ({"source": ""}, "source", "this is empty"),
    ({"names": "x" * 100_000}, "names", "this has 100,000 characters, at most 300 are kept"),
    ({"decision-0-words": "x" * 100_000}, "decision-0-words", "this has 100,000 characters"),
    ({"offices": "x" * 100_000}, "offices", "this has 100,000 characters"),
    ({"place": "a\x07b"}, "place", "holds a character that cannot be shown"),
]


@pytest.mark.parametrize(("typed", "field", "why"), BAD, ids=[f"{field}: {why[:30]}" for _, field, why in BAD])
def test_a_refused_form_says_why_beside_the_field_and_keeps_what_was_typed(
    valleys: Console, typed: dict[str, Any], field: str, why: str
) -> None:
    client, before = client_of(valleys), len(valleys.store.journal)
    page = client.post("/meetings/new", data={**FIELDS, **typed})
    assert page.status_code == 422
    assert why in faults_of(page.text)[field]
    assert "the centre's bulletin" in html.unescape(page.text) or "source" in typed
    assert len(valleys.store.journal) == before


def test_every_fault_of_a_form_is_said_at_once(valleys: Console) -> None:
    typed = {**FIELDS, "day": "no day", "source": "", "decision-0-about": "99"}
    page = client_of(valleys).post("/meetings/new", data=typed)
    assert {"day", "source", "decision-0-about"} <= set(faults_of(page.text))


def test_more_rows_enter_nothing_and_keep_what_was_typed(valleys: Console) -> None:
    client, before = client_of(valleys), len(valleys.store.journal)
    page = client.post("/meetings/new", data={**FIELDS, "more": "yes"})
    assert page.status_code == 200
    assert 'name="decision-3-words"' in page.text
    assert "the posts are listed" in page.text
    assert len(valleys.store.journal) == before


def test_programs_get_no_typed_word_of_the_console(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    enter(client, names="zebra title", offices="zebra office", source="zebra paper")
    answer = client.get("/meetings.json")
    assert "zebra" not in answer.text
    rows = {row["id"]: row for row in answer.json()["meetings"]}
    assert rows["M-1"]["accounts"][0]["decision"] == [{"clauses": ["1a"], "due": "2020-12-05"}]
    assert rows["storage-talks"]["stated_by_bound"] == ["LV", "UV"]
    assert rows["storage-talks"]["earliest"] == "2031-05-02T11:00:00Z"
