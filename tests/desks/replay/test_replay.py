"""A replay belongs to the tab that began it: its clock, ground and lists move there alone, nothing of it is recorded,
and its address says when it is over."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from tests.desks.replaying import Tab, tab_of
from tests.server.conftest import client_of
from trucewatch.desks.replay.course import Course
from trucewatch.desks.replay.operations import Replay, Replays
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.server import lookback as lookbacks
from trucewatch.server.console import Console
from trucewatch.server.snapshot import Snapshot

BEGIN = datetime(2020, 11, 8, tzinfo=UTC)
COURSE = Course(begin=BEGIN, until=BEGIN + timedelta(days=38), seconds=3600)
"""Longer than any test: what moves it is what the test does."""
FIELDS = {"begin": "2020-11-08T00:00Z", "until": "2020-12-16T00:00Z", "seconds": "3600"}


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, f"it never came true: {what}"
        time.sleep(0.02)


def at_rest(replay: Replay) -> None:
    until(lambda: not replay.standing()["working"], "the list of the step is worked out")


@pytest.fixture
def karabakh_alone(fresh: Callable[[str], Console]) -> Iterator[Console]:
    console = fresh("karabakh-2020")
    yield console
    console.close()


@pytest.fixture
def replay(karabakh_alone: Console) -> Replay:
    begun = karabakh_alone.part(Replays).begin(COURSE)
    begun.pause()
    return begun


def begin(client: TestClient, **fields: str) -> str:
    """Start one as the page does; where it is led."""
    answer = client.post("/replay", data=FIELDS | fields)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_every_other_tab_goes_on_with_todays_list(karabakh_alone: Console) -> None:
    console, client = karabakh_alone, client_of(karabakh_alone)
    rows = console.snapshot.rows
    where = begin(client)
    assert re.fullmatch(r"/then/\w+/watch", where)
    assert 'data-rows="0"' in client.get(where).text, "nothing was known before the signature"
    page = client.get("/watch").text
    assert f'data-rows="{rows}"' in page
    assert "Nothing of a replay is recorded" not in page
    assert client.get("/api/state").json()["incidents"] == rows
    console.close()


def test_every_address_of_its_pages_leads_on_within_it(karabakh_alone: Console, replay: Replay) -> None:
    replay.move_to(COURSE.steps)
    at_rest(replay)
    client, root = client_of(karabakh_alone), replay.lookback.root
    code = replay.lookback.snapshot.codes[0]
    pages = ("watch", f"incident/{code}", "incidents", "agreement", "reports", "sources", "ledger", "replay")
    for path in (f"/{page}" for page in pages):
        page = client.get(root + path).text
        addresses = re.findall(r'\s(?:href|action|src|hx-get|data-\w+)="(/[a-z][^"]*)"', page)
        leading_out = [one for one in addresses if not f"{one}/".startswith((f"{root}/", "/static/", "/ogc", "/feed/"))]
        assert addresses, path
        assert leading_out == [], path
    assert f'data-root="{root}"' in client.get(f"{root}/watch").text
    onward = client.post(f"{root}/settings", data={"back": "/agreement", "lang": "en"})
    assert onward.headers["location"] == f"{root}/agreement"


def test_a_page_that_shows_todays_record_says_so_in_a_replay(karabakh_alone: Console) -> None:
    client = client_of(karabakh_alone)
    root = begin(client).removesuffix("/watch")
    for path in ("/sources", "/ledger"):
        assert "This page is today&#39;s record" in client.get(f"{root}{path}").text
        assert "This page is today&#39;s record" not in client.get(path).text


def test_two_replays_stand_at_two_moments(karabakh_alone: Console) -> None:
    replays = karabakh_alone.part(Replays)
    early, late = (replays.begin(COURSE) for _ in range(2))
    early.move_to(0)
    late.move_to(COURSE.steps)
    at_rest(early)
    at_rest(late)
    rows = [tab_of(karabakh_alone, one.lookback).get("/api/state").json()["incidents"] for one in (early, late)]
    assert rows[0] == 0
    assert rows[1] > 0


def test_clock_zones_and_line_move_with_it(karabakh_alone: Console, replay: Replay) -> None:
    tab = tab_of(karabakh_alone, replay.lookback)

    def drawn() -> tuple[set[str], str]:
        answer = tab.get("/watch/ground.json")
        ground = answer.json()
        return {
            feature["properties"]["id"] for part in ("zones", "line") for feature in ground[part]["features"]
        }, answer.headers["etag"]

    at_rest(replay)
    before, mark = drawn()
    assert not {"lachin-corridor", "line-of-contact"} & before
    assert tab.get("/watch/ground.json", headers={"if-none-match": mark}).status_code == 304
    replay.move_to_change()
    at_rest(replay)
    after, other = drawn()
    assert {"lachin-corridor", "line-of-contact"} <= after
    assert other != mark
    page = tab.get("/watch").text
    assert page.count("10 Nov 2020, 04:00 (UTC+4)") >= 2, "the bar's clock and the replay's"
    assert "10 Nov 2020, 04:00 (UTC+4)" in tab.get("/agreement").text


def test_it_pauses_steps_moves_and_goes_on(replay: Replay) -> None:
    at_rest(replay)
    assert replay.standing()["running"] is False
    replay.move_by(1)
    assert replay.standing()["at"] == 1
    replay.move_by(-5)
    assert replay.standing()["at"] == 0, "never before its beginning"
    replay.move_to(10_000)
    assert replay.standing()["at"] == COURSE.steps
    at_rest(replay)
    assert replay.standing()["ended"]
    assert replay.lookback.snapshot.as_of == COURSE.until
    replay.go_on()
    standing = replay.standing()
    assert (standing["running"], standing["ended"]) == (True, False), "after its end it runs from the beginning"
    until(lambda: replay.standing()["at"] < COURSE.steps, "it stands at its beginning again")
    replay.pause()
    assert not replay.standing()["running"]
    assert replay.standing()["turn"] > standing["turn"], "a page knows which of two came later"


def test_it_runs_to_its_end_and_stands_there(karabakh_alone: Console) -> None:
    course = Course(begin=COURSE.until - timedelta(days=2), until=COURSE.until, seconds=1)
    replay = karabakh_alone.part(Replays).begin(course)
    until(lambda: bool(replay.standing()["ended"]), "it came to its end")
    page = tab_of(karabakh_alone, replay.lookback).get("/watch").text
    ended = page[page.index('id="replay-ended"') :]
    assert "hidden" not in ended[: ended.index(">")]
    assert "The replay ended at 16 Dec 2020, 04:00 (UTC+4)." in ended
    assert "Back to today" in ended
    assert "Replay it again" in ended


def test_its_pace_can_be_changed_under_way(replay: Replay) -> None:
    at_rest(replay)
    replay.go_on()
    replay.run_in(1)
    until(lambda: bool(replay.standing()["ended"]), "a course of an hour ends within a second")
    with pytest.raises(TrucewatchError, match="between one second and an hour"):
        replay.run_in(float("nan"))


def test_the_form_steers_without_a_script_and_the_script_is_answered_how_it_stands(
    karabakh_alone: Console, replay: Replay
) -> None:
    tab = tab_of(karabakh_alone, replay.lookback)
    answer = tab.post("/replay/move", data={"act": "to", "at": "7", "back": "/agreement"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{tab.root}/agreement")
    assert replay.standing()["at"] == 7
    told = tab.post("/replay/move", data={"act": "forth"}, headers={"accept": "application/json"}).json()
    assert (told["at"], told["steps"]) == (8, COURSE.steps)
    away = tab.post("/replay/move", data={"act": "pause", "back": "//elsewhere.example"})
    assert away.headers["location"] == f"{tab.root}/watch"
    refused = tab.post("/replay/move", data={"act": "explode"})
    assert "and nothing else" in tab.get(refused.headers["location"]).text
    outside = client_of(karabakh_alone).post("/replay/move", data={"act": "pause"})
    assert outside.headers["location"] == "/replay"


def test_an_ended_replay_says_so_under_its_address_and_leads_to_the_same_page_of_today(
    karabakh_alone: Console, replay: Replay
) -> None:
    tab: Tab = tab_of(karabakh_alone, replay.lookback)
    answer = tab.post("/replay/stop")
    assert answer.headers["location"] == "/watch", "on to today's list"
    gone = tab.get("/incidents?outcome=inconsistent", headers={"accept": "text/html"})
    assert gone.status_code == 410
    assert "This replay is over" in gone.text
    assert 'href="/incidents?outcome=inconsistent"' in gone.text
    assert tab.get("/live").status_code == 410
    strange = client_of(karabakh_alone).get("/then/x//elsewhere.example/a", headers={"accept": "text/html"})
    assert strange.status_code == 410
    assert 'href="//' not in strange.text
    entered = len(karabakh_alone.store.journal)
    assert tab.post("/incident/new", data={}).status_code == 410
    assert len(karabakh_alone.store.journal) == entered


def test_an_address_with_one_slash_too_many_stays_in_the_replay(karabakh_alone: Console, replay: Replay) -> None:
    tab: Tab = tab_of(karabakh_alone, replay.lookback)
    assert tab.get("/watch/").headers["location"].endswith(f"{replay.lookback.root}/watch")
    answer = tab.post("/incident/new/", data={"confirm": "yes"})
    assert answer.headers["location"].endswith(f"{replay.lookback.root}/incident/new"), "or it would be an act of today"


def test_there_are_a_few_at_most_and_the_refusal_says_what_to_do(
    karabakh_alone: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(karabakh_alone)
    for _ in range(lookbacks.MOST):
        assert begin(client).startswith("/then/")
    where = begin(client)
    assert where == "/replay"
    assert "End one of them" in client.get(where).text
    monkeypatch.setattr(lookbacks, "QUIET_S", 0.0)
    assert begin(client).startswith("/then/"), "one that nobody looks at gives way"
    assert len(karabakh_alone.lookbacks) == lookbacks.MOST


def test_one_whose_tab_is_gone_ends_by_itself(
    karabakh_alone: Console, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tab_of(karabakh_alone, replay.lookback).get("/watch").status_code == 200
    assert not replay.lookback.is_idle
    monkeypatch.setattr(lookbacks, "IDLE_S", 0.0)
    until(lambda: replay.is_over, "it ended by itself")
    until(lambda: len(karabakh_alone.lookbacks) == 0, "its list was let go of")


def test_serve_begins_with_one_that_waits_for_its_first_page(karabakh_alone: Console) -> None:
    replay = karabakh_alone.part(Replays).month_in(1)
    time.sleep(1.2)
    assert replay.standing()["at"] == 0
    client = client_of(karabakh_alone)
    where = client.get("/").headers["location"]
    assert where == f"{replay.lookback.root}/watch"
    assert client.get(where).status_code == 200
    until(lambda: bool(replay.standing()["ended"]), "it ran once it was seen")
    assert client.get("/").headers["location"] == "/watch", "who comes later is led to today's list"


def test_nothing_of_a_replay_is_recorded(karabakh_alone: Console) -> None:
    console = karabakh_alone
    entries = len(console.store.journal)
    client = client_of(console)
    tab = client.get(begin(client))
    assert tab.status_code == 200
    replay = console.part(Replays).begin(COURSE)
    replay.move_to_change()
    at_rest(replay)
    console.close()
    assert len(console.store.journal) == entries


def test_what_cannot_be_worked_out_stands_still_and_says_so(
    karabakh_alone: Console, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_rest(replay)
    shown = replay.lookback.snapshot

    def refused(moment: datetime) -> Snapshot:
        raise TrucewatchError(Message("the list of that day was pruned"))

    monkeypatch.setattr(karabakh_alone, "list_at", refused)
    replay.move_to(4)
    until(lambda: bool(replay.standing()["failed"]), "it says that it failed")
    assert replay.lookback.snapshot is shown
    assert "the list of that day was pruned" in tab_of(karabakh_alone, replay.lookback).get("/watch").text
