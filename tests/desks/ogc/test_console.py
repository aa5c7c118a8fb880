"""The interface for features in the console: what it serves follows the list and the issues, and no replay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.desks.replaying import replaying
from tests.server.conftest import client_of
from trucewatch.pipeline.issue import default_day, issue_report
from trucewatch.reports.released_view import released_view
from trucewatch.server.console import Console
from trucewatch.server.shared_work import MOST_WAITING

ITEMS = "/ogc/{}/collections/incidents/items"


def test_every_recipient_has_its_release(valleys: Console) -> None:
    client = client_of(valleys)
    for recipient in valleys.snapshot.watch.settings.recipient:
        page = client.get(f"/ogc/{recipient.id}")
        assert page.status_code == 200
        assert "Simulated" in page.json()["description"]
        zones = client.get(f"/ogc/{recipient.id}/collections/zones/items").json()
        assert zones["numberMatched"] > 0
        assert all(one["properties"]["simulated"] for one in zones["features"])
    assert client.get("/ogc/nobody").status_code == 404
    assert client.get("/ogc/nobody").headers["content-type"] == "application/json"


def test_who_is_told_single_incidents_gets_them_at_once(valleys: Console) -> None:
    single = next(one for one in valleys.snapshot.watch.settings.recipient if one.smallest_count <= 1)
    items = client_of(valleys).get(ITEMS.format(single.id)).json()
    assert 0 < items["numberMatched"] <= valleys.snapshot.rows


def test_an_issue_brings_its_incidents_to_who_has_a_smallest_count(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client, assessment = client_of(console), console.assessment()
    public = console.snapshot.watch.settings.recipient[-1]
    assert public.smallest_count > 1
    assert client.get(ITEMS.format(public.id)).json()["numberMatched"] == 0
    last = default_day(assessment)
    with console.writing() as store:
        issue_report(
            store,
            assessment,
            recipient=public.id,
            day_from=last - timedelta(days=3),
            day_until=last + timedelta(days=1),
            languages=["en"],
            formats=["csv"],
        )
    shown = client.get(ITEMS.format(public.id)).json()
    assert shown["numberMatched"] >= public.smallest_count
    assert {one["properties"]["time_precision"] for one in shown["features"]} == {public.time}


def test_a_replay_does_not_change_what_is_served(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    single = next(one for one in console.snapshot.watch.settings.recipient if one.smallest_count <= 1)
    before = client.get(ITEMS.format(single.id)).json()
    replaying(console, console.snapshot.as_of - timedelta(days=1))
    assert client.get(ITEMS.format(single.id)).json() == before


def test_the_interface_stands_in_the_documents_for_programs(valleys: Console) -> None:
    paths = client_of(valleys).get("/api/openapi.json").json()["paths"]
    items = paths["/ogc/{recipient}/collections/{collection}/items"]["get"]
    assert {"limit", "offset", "bbox", "datetime", "recipient"} <= {one["name"] for one in items["parameters"]}
    assert {"200", "400", "404"} <= set(items["responses"])


@pytest.mark.parametrize("slow_part", ["trucewatch.desks.ogc.api.released_view", "assessment"])
def test_programs_that_wait_for_a_release_leave_the_threads_to_people(
    slow_part: str, fresh: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = fresh("two-valleys")
    token = {"authorization": f"Bearer {console.door.add_program('qgis', holder='public', scope='read')}"}
    go_on, asked = threading.Event(), 45
    if slow_part == "assessment":
        # As while another list is worked out: the one shown is without it, and who works it out holds the lock.
        whole = console.assessment()
        console.show(replace(console.snapshot, assessment=None))
        monkeypatch.setattr(console, "assessment", lambda: go_on.wait(60) and whole)
    else:
        monkeypatch.setattr(slow_part, lambda *args: go_on.wait(60) and released_view(*args))
    with client_of(console) as client, ThreadPoolExecutor(asked + 1) as pool:
        address = ITEMS.format("public")
        programs = [pool.submit(client.get, address, headers=token) for _ in range(asked)]
        try:
            turned_away = [
                answer.result()
                for answer, _ in zip(as_completed(programs, 20), range(asked - MOST_WAITING), strict=False)
            ]
            assert pool.submit(client.get, "/watch").result(20).status_code == 200
        finally:
            go_on.set()
    assert {answer.status_code for answer in turned_away} == {503}
    assert all(answer.headers["retry-after"].isdecimal() for answer in turned_away)
    assert turned_away[0].json()["code"] == "StillWorking"
