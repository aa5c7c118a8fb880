"""Sessions: they end by themselves, by hand and with another browser; a restart ends none."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.test_sign_in_accounts import Clock
from trucewatch.store.sessions import MOST_OF_ONE, SESSIONS, Ending, Session, Sessions

AGENT, OTHER = "Browser/1", "Browser/2"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Sessions:
    return Sessions(tmp_path, clock)


def test_a_session_survives_a_restart_and_its_token_is_nowhere_on_disk(
    sessions: Sessions, tmp_path: Path, clock: Clock
) -> None:
    token = sessions.begin("p-a", AGENT, "10.0.0.5")
    again = Sessions(tmp_path, clock).of(token, AGENT)
    assert again is not None
    assert (again.reference, again.address) == ("p-a", "10.0.0.5")
    text = (tmp_path / SESSIONS).read_text()
    assert (token in text, AGENT in text, again.hash in text) == (False, False, True)
    assert stat.S_IMODE((tmp_path / SESSIONS).stat().st_mode) == 0o600


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000, "é\ud800"])
def test_what_was_never_given_opens_nothing(sessions: Sessions, token: str) -> None:
    sessions.begin("p-a", AGENT, "")
    assert sessions.check(token, AGENT) is Ending.UNKNOWN


def test_a_session_ends_when_nothing_is_done_in_it_and_not_while_something_is(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("p-a", AGENT, "")
    for _ in range(10):
        clock.pass_on(29 * 60 + 59)
        assert sessions.of(token, AGENT) is not None
    clock.pass_on(15 * 60)
    assert sessions.of(token, AGENT, is_act=False) is not None  # what a page asks for by itself is no act
    clock.pass_on(15 * 60)
    assert sessions.check(token, AGENT) is Ending.IDLE
    assert sessions.check(token, AGENT) is Ending.IDLE
    assert sessions.of_person("p-a") == ()


def test_a_session_ends_with_the_shift_whatever_is_done_in_it(tmp_path: Path, clock: Clock) -> None:
    sessions = Sessions(tmp_path, clock, idle_minutes=60, shift_hours=1)
    token = sessions.begin("p-a", AGENT, "")
    clock.pass_on(3599)
    session = sessions.of(token, AGENT)
    assert session is not None
    assert sessions.lasts(session.hash)
    clock.pass_on(1)
    assert not sessions.lasts(session.hash)
    assert sessions.check(token, AGENT) is Ending.SHIFT


def test_another_browser_with_the_same_cookie_ends_the_session_and_is_told_so(sessions: Sessions) -> None:
    token = sessions.begin("p-a", AGENT, "")
    assert sessions.check(token, OTHER) is Ending.OTHER_BROWSER
    assert sessions.check(token, AGENT) is Ending.OTHER_BROWSER  # and so is the one that it was given to


def test_sessions_are_ended_by_one_by_person_and_all_at_once(sessions: Sessions) -> None:
    tokens = [sessions.begin(reference, AGENT, "") for reference in ("p-a", "p-a", "p-a", "p-b", "p-c")]
    first = sessions.of(tokens[0], AGENT)
    assert first is not None
    sessions.end(first.hash)
    assert sessions.check(tokens[0], AGENT) is Ending.ENDED
    second = sessions.of(tokens[1], AGENT)
    assert second is not None
    assert sessions.end_all("p-a", but=second.hash) == 1
    assert sessions.of_person("p-a") == (second,)
    assert sessions.end_all() == 3
    assert [sessions.of(token, AGENT) for token in tokens] == [None] * 5


def test_a_session_that_another_process_ended_is_not_brought_back_by_work_in_it(
    sessions: Sessions, tmp_path: Path, clock: Clock
) -> None:
    token = sessions.begin("p-a", AGENT, "")
    assert sessions.of(token, AGENT) is not None
    Sessions(tmp_path, clock).end_all("p-a")
    clock.pass_on(120)
    assert sessions.check(token, AGENT) is Ending.ENDED


def test_it_is_written_at_most_each_minute_that_somebody_is_there(
    sessions: Sessions, tmp_path: Path, clock: Clock
) -> None:
    token = sessions.begin("p-a", AGENT, "10.0.0.5")
    written = [(tmp_path / SESSIONS).read_bytes()]
    for _ in range(30):
        clock.pass_on(10)
        assert sessions.of(token, AGENT, address="10.0.0.5") is not None
        if (content := (tmp_path / SESSIONS).read_bytes()) != written[-1]:
            written.append(content)
    assert len(written) == 1 + 5


def test_a_change_of_address_is_shown_once_and_kept(sessions: Sessions) -> None:
    token = sessions.begin("p-a", AGENT, "10.0.0.5")
    addresses = []
    for _ in range(2):
        session = sessions.of(token, AGENT, address="10.0.0.9")
        assert session is not None
        addresses.append(session.address)
    assert addresses == ["10.0.0.5", "10.0.0.9"]


def test_a_damaged_file_ends_every_session_and_the_next_begins_it_anew(sessions: Sessions, tmp_path: Path) -> None:
    token = sessions.begin("p-a", AGENT, "")
    (tmp_path / SESSIONS).write_bytes(b'{"sessions": [')
    assert sessions.check(token, AGENT) is Ending.UNKNOWN
    assert isinstance(sessions.check(sessions.begin("p-a", AGENT, ""), AGENT), Session)


def test_rows_that_are_none_of_ours_open_nothing(sessions: Sessions, tmp_path: Path) -> None:
    token = sessions.begin("p-a", AGENT, "")
    path = tmp_path / SESSIONS
    path.write_text(path.read_text().replace('"begun_at": "2031', '"begun_at": "soon'))
    assert sessions.of(token, AGENT) is None


def test_a_clock_that_is_set_back_lengthens_no_session(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("p-a", AGENT, "")
    clock.moment -= timedelta(days=3)
    assert sessions.check(token, AGENT) is Ending.SHIFT


def test_nobody_has_more_sessions_than_a_few(sessions: Sessions, clock: Clock) -> None:
    tokens = []
    for _ in range(MOST_OF_ONE + 3):
        clock.pass_on(1)
        tokens.append(sessions.begin("p-a", AGENT, ""))
    lasting = [sessions.of(token, AGENT) is not None for token in tokens]
    assert lasting == [False] * 3 + [True] * MOST_OF_ONE
