"""Work that takes long: once for all who ask for the same, a few at a time, and a page that says that it goes on."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.server.conftest import client_of
from trucewatch.server import shared_work
from trucewatch.server.console import Console
from trucewatch.server.shared_work import MOST_WAITING, MOST_WAITING_IN_ALL, SharedWork, StillWorkingError, patience


def test_who_asks_for_the_same_at_once_shares_one_piece_of_work() -> None:
    shared, done, go_on = SharedWork(), [], threading.Event()

    def work() -> int:
        go_on.wait(10)
        done.append(1)
        return 7

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(shared.get, "same", work) for _ in range(8)]
        go_on.set()
        assert [each.result(10) for each in asked] == [7] * 8
    assert done == [1]
    assert shared.get("same", work) == 7
    assert done == [1]


def test_no_more_than_a_few_go_on_at_a_time() -> None:
    shared, lock, running, most = SharedWork(at_once=2), threading.Lock(), [0], [0]

    def work() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1

    with ThreadPoolExecutor(12) as pool:
        for each in [pool.submit(shared.get, number, work) for number in range(12)]:
            each.result(10)
    assert most[0] <= 2


def test_a_failure_is_told_to_who_asked_and_tried_again_for_the_next() -> None:
    shared, tries = SharedWork(), [0]

    def work() -> int:
        tries[0] += 1
        if tries[0] == 1:
            raise ValueError("no")
        return tries[0]

    with pytest.raises(ValueError, match="no"):
        shared.get("key", work)
    assert shared.get("key", work) == 2


def test_who_is_not_patient_is_told_and_finds_it_done_later() -> None:
    shared, go_on = SharedWork(), threading.Event()

    def work() -> int:
        go_on.wait(10)
        return 1

    with pytest.raises(StillWorkingError):
        shared.get("long", work, within_s=0.01)
    go_on.set()
    assert shared.get("long", work, within_s=10) == 1


def test_only_a_few_wait_for_one_piece_of_work_and_others_are_told_at_once() -> None:
    shared, go_on = SharedWork(at_once=20), threading.Event()
    with ThreadPoolExecutor(MOST_WAITING_IN_ALL) as pool:

        def waiting_for(key: int, count: int) -> list[Future[bool]]:
            waiting = [pool.submit(shared.get, key, lambda: go_on.wait(20), within_s=20) for _ in range(count)]
            while (work := shared._works.get(key)) is None or work.waiting < count:
                time.sleep(0.005)
            return waiting

        waiting = waiting_for(0, MOST_WAITING)
        with pytest.raises(StillWorkingError):
            shared.get(0, lambda: True, within_s=20)
        for key in range(1, MOST_WAITING_IN_ALL // MOST_WAITING):
            waiting += waiting_for(key, MOST_WAITING)
        with pytest.raises(StillWorkingError):
            shared.get("other", lambda: go_on.wait(20), within_s=20)
        go_on.set()
        assert all(each.result(10) for each in waiting)
    assert shared.get(0, lambda: False, within_s=20) is True


def test_what_is_not_to_be_kept_is_worked_out_anew_for_who_asks_later() -> None:
    shared, times = SharedWork(), []
    for _ in range(2):
        shared.get("key", lambda: times.append(1), keep=False)
    assert times == [1, 1]


def test_only_so_many_results_are_kept() -> None:
    shared = SharedWork(most=3)
    for number in range(10):
        shared.get(number, lambda number=number: number)  # type: ignore[misc] - a value of its own each time
    assert len(shared._works) <= 4


def test_a_page_over_very_many_records_says_that_it_is_worked_out_and_opens_by_itself(
    valleys: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, go_on = client_of(valleys), threading.Event()
    desk = "trucewatch.desks.reports.operations.build_daily"
    from trucewatch.reports import build_daily

    def slow(*args: object, **named: object) -> object:
        go_on.wait(20)
        return build_daily(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, slow)
    monkeypatch.setattr(shared_work, "LONG_FROM", 1)
    monkeypatch.setattr(shared_work, "PATIENCE_S", 0.05)
    address = "/reports/look?recipient=public&from=2030-05-01&to=2030-05-03"
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == 503
    assert answer.headers["refresh"] == answer.headers["retry-after"] == "2"
    assert "Being worked out" in answer.text
    assert address.replace("&", "&amp;") in answer.text
    program = client.get(address, headers={"accept": "application/json"})
    assert program.status_code == 503
    assert "refresh" not in program.headers
    go_on.set()
    for _ in range(200):
        answer = client.get(address, headers={"accept": "text/html"})
        if answer.status_code == 200:
            break
        time.sleep(0.05)
    assert answer.status_code == 200


def test_a_short_list_is_waited_for() -> None:
    assert patience(10) is None
    assert patience(300_000) == shared_work.PATIENCE_S
