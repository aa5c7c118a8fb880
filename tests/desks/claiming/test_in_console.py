"""A claim in the console: in the list that follows, on its incident's page with its words, on the page of sources."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.own_loop import run as run_apart
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.pipeline.claim_entering import enter_claims, take_back_claim
from trucewatch.server.console import Console
from trucewatch.server.snapshot import Snapshot
from trucewatch.server.watcher import Watcher
from trucewatch.sources.recorded.claim_rows import row_of_claim
from trucewatch.store import Store

AT = datetime(2031, 5, 3, 20, 10, tzinfo=UTC)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, now) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


def incidents_of(snapshot: Snapshot) -> list[Incident]:
    assert snapshot.assessment is not None
    return list(incident_rows(snapshot.assessment.incidents))


def drafts(*speakers: Speaker) -> list[ClaimDraft]:
    event = StatedEvent(
        kind="explosion",
        when=SpokenTime(start=AT, end=AT),
        where=SpokenPlace(basis="map", lon=-25.6007, lat=-35.0943, semi_major_m=300.0, semi_minor_m=300.0),
        perceived="saw",
    )
    words = ClaimWords(says="Zebras ran past the mill.", name="Ada Quill", call_back="555 0143")
    return [
        ClaimDraft(event=event, words=words, speaker=speaker, via="telephone", received_at=AT + timedelta(minutes=20))
        for speaker in speakers
    ]


def test_a_claim_stands_in_the_list_that_follows_with_its_words_on_the_incident_s_page(console: Console) -> None:
    speakers = (Speaker("civilian", "hollin-meadows"), Speaker("party", "UV"))
    watch = console.snapshot.watch
    first, _ = enter_claims(console.store, watch, drafts(*speakers), by="analyst", now=now())
    snapshot = console.refresh()
    incident = next(each for each in incidents_of(snapshot) if row_of_claim(first.number) in each.members)
    assert incident.rung == "claimed"
    assert incident.text == ""
    client = client_of(console)
    page = unbroken(client.get(f"/incident/{incident.incident_id}", follow_redirects=True).text)
    assert "Zebras ran past the mill." in page
    assert "Quill" not in page
    assert "0143" not in page
    answer = client.get("/sources")
    assert answer.status_code == 200
    assert 'id="source-claims"' in answer.text
    console.store.erase([], reason="answers", ordered_by="head", people=[first.says])
    page = unbroken(client.get(f"/incident/{incident.incident_id}", follow_redirects=True).text)
    assert page.count("Zebras") == 1, "the words of the other claim stay"


def test_a_claim_that_was_taken_back_leaves_the_list(console: Console) -> None:
    watch = console.snapshot.watch
    (claim,) = enter_claims(console.store, watch, drafts(Speaker("party", "UV")), by="analyst", now=now())
    taken = console.refresh()
    assert any(row_of_claim(claim.number) in each.members for each in incidents_of(taken))
    take_back_claim(console.store, watch, claim.code, version=1, by="analyst", now=now(), reason_code="mistake")
    gone = console.refresh()
    assert not any(row_of_claim(claim.number) in each.members for each in incidents_of(gone))
    assert 'id="source-claims"' not in client_of(console).get("/sources").text


def test_a_claim_is_taken_into_the_list_without_anybody_asking(console: Console) -> None:
    (claim,) = enter_claims(
        console.store, console.snapshot.watch, drafts(Speaker("party", "UV")), by="analyst", now=now()
    )
    before = console.snapshot
    watcher = Watcher(console, every_s=0.05)
    watcher.start()
    try:
        enter_claims(console.store, before.watch, drafts(Speaker("party", "LV")), by="analyst", now=now())
        wanted, members = {row_of_claim(claim.number), row_of_claim(2)}, set[str]()
        for _ in range(400):
            run_apart(asyncio.sleep(0.05))
            if console.snapshot.assessment is not None:
                members = {name for each in incidents_of(console.snapshot) for name in each.members}
            if wanted <= members:
                break
        assert wanted <= members
    finally:
        watcher.stop()
