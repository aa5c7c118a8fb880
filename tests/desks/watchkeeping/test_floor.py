"""The board of the floor: its order, what stands apart, who reads it, what it says of a quiet night."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.builders import edit
from tests.conftest import each
from tests.desks.replaying import replaying
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.base import FLOOR_PARTS
from trucewatch.desks.watchkeeping.board import HOURS, WAITING, board_document, floor_board
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.server.view import view_for_command

CALLER = "Officer Quince"
NUMBER = "0555 1234567"
KILLED = {
    "speaker": "party:UV",
    "says": "25 people were killed at the school",
    "name": CALLER,
    "call_back": NUMBER,
    "killed": "25",
    "kind": "harm",
    "when": "3 May 2031 22:10",
    "where": "Ambermill",
    "received_at": "2031-05-03 22:40",
    "via": "telephone",
}


def words_of(page: str) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page)))


def board_in(page: str) -> str:
    """The board of a page."""
    match = re.search(r'<div id="board".*?</main>', page, re.DOTALL)
    assert match
    return match[0]


def call(client: TestClient, **typed: str) -> str:
    """Our number of a call that is taken down."""
    answered = client.post("/claims/new", data=KILLED | typed)
    assert answered.status_code == 303, words_of(answered.text)[:2000]
    return str(answered.headers["location"]).rpartition("/")[2]


def complaint(client: TestClient, sender: str, received_at: str) -> None:
    fields = {"sender": sender, "received_at": received_at, "says": "a film set", "call_back": NUMBER}
    assert client.post("/complaints/new", data=fields).status_code == 303


@pytest.fixture
def night(fresh: Callable[[str], Console]) -> tuple[Console, TestClient]:
    """A night with a grave event, claims and complaints."""
    console = fresh("two-valleys")
    client = client_of(console)
    call(client)
    call(
        client, speaker="party:LV", says="nobody was hurt", killed="", kind="explosion", received_at="2031-05-03 23:10"
    )
    complaint(client, "party:UV", "2031-04-20T10:00:00Z")
    complaint(client, "party:LV", "2031-05-03T10:00:00Z")
    console.refresh()
    console.assessment()
    return console, client


def test_a_grave_event_and_its_verification_stand_before_all_else(night: tuple[Console, TestClient]) -> None:
    page = board_in(night[1].get("/floor?hours=12").text)
    places = [page.index(text) for text in ("Grave events", "25 killed according to Upper Valley", "Verification of")]
    assert places == sorted(places)
    headings = re.findall(r"<h2[^>]*>\s*(\S[^<]*?)\s*<", page)
    assert headings[0].startswith("Grave events")
    assert headings[1] == "Came in within 12 h"
    assert headings[2] == "Clocks that run"
    assert "open: the original file" in words_of(page)


def test_a_claim_that_people_were_killed_waits_for_no_list(night: tuple[Console, TestClient]) -> None:
    """Its time is not known, so that it is in no incident."""
    code = call(night[1], speaker="civilian", killed="2", when="", where="", received_at="2031-05-03 23:30")
    head = board_in(night[1].get("/floor").text).partition("Came in within")[0]
    assert f"{code}, a civilian says" in words_of(head)
    assert "No time was entered" in words_of(head)


def test_parts_stand_in_their_order_and_what_is_late_stands_first(night: tuple[Console, TestClient]) -> None:
    board = floor_board(view_for_command(night[0]), 12)
    parts = [part.part for part in each(board.real.parts)]
    assert parts == [part for part in FLOOR_PARTS if part in parts]
    assert "verification" not in WAITING, "that stands in the head"
    (clocks,) = (part for part in board.real.parts if part.part == "clock")
    late = [item.is_late for item in clocks.items]
    assert late == sorted(late, reverse=True)
    assert clocks.late == sum(late) > 0
    due = [item.due for item in clocks.items if not item.is_late and item.due]
    assert len(due) > 0
    assert due == sorted(due)


def test_what_came_in_stands_newest_first_and_its_counts_hold(night: tuple[Console, TestClient]) -> None:
    board = floor_board(view_for_command(night[0]), 12)
    came = board.real.came
    moments = [row.at for row in each(came.rows)]
    assert moments == sorted(moments, reverse=True)
    assert sum(came.counts.values()) == len(came.rows) == came.by_hours[12]
    assert came.counts["claim"] == 2
    assert came.passed + sum(came.held.values()) == came.counts["incident"]
    assert [came.by_hours[hours] for hours in HOURS] == sorted(came.by_hours[hours] for hours in HOURS)


def test_both_sides_are_told_of_in_the_same_words(night: tuple[Console, TestClient]) -> None:
    text = words_of(board_in(night[1].get("/floor?hours=12").text))
    assert re.search(r"CL-1, Upper Valley says: Harm to people; Ambermill", text)
    assert re.search(r"CL-2, Lower Valley says: Explosion; Ambermill", text)
    assert "C-1, Upper Valley: the time for a reply is past" in text
    assert "C-2, Lower Valley: a reply is due" in text


def test_names_and_numbers_to_call_back_stand_nowhere(night: tuple[Console, TestClient]) -> None:
    for address in ("/floor?hours=12&whole=came_in", "/floor/board?hours=12", "/floor.json"):
        answered = night[1].get(address)
        assert answered.status_code == 200
        assert CALLER not in answered.text
        assert NUMBER not in answered.text


@pytest.mark.parametrize("role", Role)
def test_who_reads_inside_opens_the_board_and_nobody_else(night: tuple[Console, TestClient], role: Role) -> None:
    browser = browser_of(night[0], person_as(role))
    expected = 403 if role in (Role.LIAISON, Role.ADMINISTRATOR) else 200
    assert {browser.get(path).status_code for path in ("/floor", "/floor/board", "/floor.json")} == {expected}


def test_a_drill_stands_below_and_in_no_count(night: tuple[Console, TestClient]) -> None:
    console, client = night
    before = floor_board(view_for_command(console), 12).real
    assert client.post("/drills/begin", data={"label": "Storage at Stonegate"}).status_code == 303
    code = call(client, is_drill="on", received_at="2031-05-03 23:40")
    board = floor_board(view_for_command(console), 12)
    assert board.real.came.counts["claim"] == before.came.counts["claim"]
    assert board.drills is not None
    assert [row.path for row in board.drills.came.rows] == [f"/claims/{code}"]
    page = words_of(board_in(client.get("/floor?hours=12").text))
    assert page.index("A drill runs: ") < page.index("Drill, in no count above") < page.index(f"{code}, ")
    assert page.index("Drill, in no count above") < page.index("The drill DR-1 runs")


def test_an_open_page_is_sent_the_board_only_where_it_changed(night: tuple[Console, TestClient]) -> None:
    client = night[1]
    asked = re.search(r'hx-get="(/floor/board[^"]*)"', client.get("/floor").text)
    assert asked
    address = html.unescape(asked[1])
    assert client.get(address).status_code == 204
    call(client, received_at="2031-05-03 23:50")
    answered = client.get(address)
    assert answered.status_code == 200
    assert "CL-3" in answered.text


def test_every_link_of_the_board_leads_to_a_page(night: tuple[Console, TestClient]) -> None:
    client = night[1]
    links = set(re.findall(r'href="(/[^"#]*)', board_in(client.get("/floor?hours=12&whole=came_in").text)))
    for link in each(sorted(links)):
        if link != "/shift":  # its pages have tests of their own
            assert client.get(html.unescape(link)).status_code == 200, link


def test_lines_have_names_of_their_own_so_that_an_update_moves_no_focus(night: tuple[Console, TestClient]) -> None:
    page = board_in(night[1].get("/floor?hours=12&whole=came_in").text)
    ids = re.findall(r'<a id="([^"]*)"', page)
    assert len(ids) > 10
    assert len(ids) == len(set(ids))


def test_a_quiet_night_says_that_nothing_came_in_and_what_that_does_not_say(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    edit(console.folder / "watch.toml", "2031-05-04T00:00:00-02:00", "2031-05-24T00:00:00-02:00")
    console.refresh()
    assert not floor_board(view_for_command(console), 12).real.came.rows
    page = words_of(board_in(client_of(console).get("/floor?hours=12").text))
    assert "Nothing came in. That says nothing of what happens where nobody watches." in page


def test_where_nothing_waits_it_says_so_and_since_when(
    fresh: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    monkeypatch.setattr(console, "desks", ())
    board = floor_board(view_for_command(console), 3)
    assert (board.real.parts, board.last_at) == ((), console.snapshot.last_known)
    page = words_of(board_in(client.get("/floor").text))
    assert "Nothing waits" in page
    assert "The last thing that came in became known 3 May 2031, 22:00 (UTC-2)." in page


def test_an_hour_that_is_not_offered_is_the_usual_one(night: tuple[Console, TestClient]) -> None:
    assert "Came in within 3 h" in words_of(night[1].get("/floor?hours=77&whole=nonsense").text)


def test_a_replay_has_the_board_of_its_own_moment(night: tuple[Console, TestClient]) -> None:
    console, _ = night
    tab, lookback = replaying(console, console.snapshot.as_of)
    assert lookback.snapshot.is_replay
    assert "Came in within 3 h" in words_of(tab.get("/floor").text)


def test_programs_are_given_no_sentence(night: tuple[Console, TestClient]) -> None:
    console, client = night
    document = client.get("/floor.json").json()
    assert document == board_document(view_for_command(console))
    assert document["schema"] == "trucewatch/floor/1"
    assert document["withheld"] == ["label"]
    assert document["grave"][0]["verification_open"] is True
    assert "label" not in str(document["waits"])


def test_the_board_is_the_same_in_every_language_but_for_its_words(night: tuple[Console, TestClient]) -> None:
    pages = {language: night[1].get(f"/floor?hours=12&lang={language}") for language in ("en", "ru", "az", "hy", "tr")}
    assert {page.status_code for page in pages.values()} == {200}
    links = {language: re.findall(r'id="f-came[^"]*"', page.text) for language, page in pages.items()}
    assert len({tuple(sorted(found)) for found in links.values()}) == 1


def test_a_simulated_record_in_a_watch_of_real_ones_stands_below(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    edit(console.folder / "watch.toml", "simulated = true   ", "simulated = false  ")
    console.refresh()
    console.assessment()
    board = floor_board(view_for_command(console), 12)
    assert not console.snapshot.watch.settings.simulated
    assert all(not row.simulated for row in board.real.came.rows)
    assert board.simulated is not None
    assert each(board.simulated.came.rows)
