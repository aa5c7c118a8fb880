"""Claims in the assessment: each is somebody's word and stays one; what it adds is what its speaker adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from tests.pipeline.test_goes_on import assert_is_from_nothing
from tests.server.conftest import copy_of
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import Claim, ClaimWords, Speaker, StatedEvent
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.testimony import attestations
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.claim_entering import correct_claim, enter_claim, enter_claims, take_back_claim
from trucewatch.sources.recorded.claim_rows import row_of_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of
from trucewatch.store.lists import last_list
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
AT = datetime(2031, 5, 3, 20, 10, tzinfo=UTC)
EVENT = StatedEvent(
    kind="explosion",
    when=SpokenTime(start=AT, end=AT),
    where=SpokenPlace(basis="map", lon=-25.6007, lat=-35.0943, semi_major_m=300.0, semi_minor_m=300.0),
    perceived="saw",
)
UV, LV = Speaker("party", "UV"), Speaker("party", "LV")
HERE, THERE = Speaker("civilian", "hollin-meadows"), Speaker("civilian", "kess")


def draft(speaker: Speaker = UV, **changes: Any) -> ClaimDraft:
    words = ClaimWords(says="A blast behind the mill.", name="Ada Quill", call_back="555 0143")
    event = replace(EVENT, **{key: changes.pop(key) for key in tuple(changes) if hasattr(EVENT, key)})
    received_at = changes.pop("received_at", AT + timedelta(minutes=20))
    return ClaimDraft(event=event, words=words, speaker=speaker, via="telephone", received_at=received_at, **changes)


class Centre:
    """A watch with its store: takes claims down, and asks what the list says."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.watch = folder, load_watch(folder)
        self.store = Store(folder, lambda: NOW)

    def take(self, *speakers: Speaker) -> tuple[Claim, ...]:
        return enter_claims(self.store, self.watch, [draft(speaker) for speaker in speakers], by="analyst", now=NOW)

    def assess(self, **when: datetime) -> Assessment:
        return assess(self.store, self.folder, now=NOW, **when)

    def incident_of(self, claim: Claim, assessment: Assessment | None = None) -> Incident:
        incidents = incident_rows((assessment or self.assess()).incidents)
        return next(each for each in incidents if row_of_claim(claim.number) in each.members)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    opened = Centre(copy_of("two-valleys", tmp_path))
    with opened.store:
        yield opened


def findings_of(assessment: Assessment, incident: Incident) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = assessment.findings.filter(
        pc.equal(assessment.findings["incident_id"], incident.incident_id)
    ).to_pylist()
    return rows


def test_a_claim_stands_in_the_next_list_as_claimed_and_gives_no_outcome(centre: Centre) -> None:
    before = centre.assess()
    (claim,) = centre.take(UV)
    after = centre.assess()
    incident = centre.incident_of(claim, after)
    assert incident.rung == "claimed"
    assert incident.claimed_by == ("UV",)
    findings = findings_of(after, incident)
    assert findings
    assert {row["outcome"] for row in findings} <= {"undetermined", "not_applicable"}
    assert "claimed_alone" in {row["reason"] for row in findings}
    assert after.observations.num_rows == before.observations.num_rows + 1


def givers(incident: Incident) -> set[str]:
    return {each.giver for each in attestations(incident.testimony)}


def test_a_party_s_claim_and_its_own_post_s_are_one_giver(centre: Centre) -> None:
    first, second = centre.take(UV, Speaker("post", "UV/mill"))
    after = centre.assess()
    incident = centre.incident_of(first, after)
    assert row_of_claim(second.number) in incident.members
    assert givers(incident) == {"UV"}
    assert incident.rung == "claimed"
    assert {row["outcome"] for row in findings_of(after, incident)} <= {"undetermined", "not_applicable"}


def test_both_bound_parties_in_their_own_words_are_two_givers(centre: Centre) -> None:
    first, _ = centre.take(UV, LV)
    after = centre.assess()
    incident = centre.incident_of(first, after)
    assert givers(incident) == {"UV", "LV"}
    reasons = {row["reason"] for row in findings_of(after, incident)}
    assert "claimed_alone" not in reasons


def test_an_officer_of_a_delegation_is_not_the_centre(centre: Centre) -> None:
    (claim,) = centre.take(Speaker("delegation", "NI"))
    (each,) = attestations(centre.incident_of(claim).testimony)
    assert (each.giver, each.is_claim) == ("NI", True)


@pytest.mark.parametrize("speaker", [UV, Speaker("post", "middle-bridge-post"), HERE, Speaker("not_said")])
def test_whoever_calls_and_however_they_know_it_is_a_claim(centre: Centre, speaker: Speaker) -> None:
    (claim,) = centre.take(speaker)
    incident = centre.incident_of(claim)
    assert [each.is_claim for each in attestations(incident.testimony)] == [True]
    assert incident.rung == "claimed"


def test_two_callers_of_one_village_are_one_voice_and_of_two_are_two(centre: Centre) -> None:
    (alone,) = centre.take(HERE)
    chance = centre.incident_of(alone).happened
    centre.take(HERE)
    twice = centre.incident_of(alone)
    assert len(twice.members) == 2
    assert twice.happened == chance
    centre.take(THERE)
    elsewhere = centre.incident_of(alone)
    assert len(elsewhere.members) == 3
    assert elsewhere.happened is not None
    assert chance is not None
    assert elsewhere.happened > chance
    assert elsewhere.claimed_by == ()


def test_what_is_entered_corrected_and_taken_back_is_carried_on(centre: Centre) -> None:
    store, folder = centre.store, centre.folder
    centre.assess()
    (claim,) = centre.take(UV)
    entered = assert_is_from_nothing(store, folder, NOW)
    correct_claim(store, centre.watch, "CL-1", draft(kind="burst"), version=1, by="a", now=NOW)
    corrected = assert_is_from_nothing(store, folder, NOW)
    assert centre.incident_of(claim, entered).kind == "explosion"
    assert centre.incident_of(claim, corrected).kind == "burst"
    take_back_claim(store, centre.watch, "CL-1", version=2, by="a", now=NOW, reason_code="at_once", undoes=2)
    undone = assert_is_from_nothing(store, folder, NOW)
    assert centre.incident_of(claim, undone).kind == "explosion"
    take_back_claim(store, centre.watch, "CL-1", version=1, by="a", now=NOW, reason_code="mistake")
    gone = assert_is_from_nothing(store, folder, NOW)
    assert row_of_claim(1) not in gone.observations["observation_id"].to_pylist()
    assert claim_of(store, "CL-1").undone is not None


def test_a_list_names_the_claims_that_it_rests_on_and_is_worked_out_again(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    watch, ticks = load_watch(folder), iter(range(100_000))
    with Store(folder, lambda: NOW + timedelta(seconds=next(ticks))) as store:
        first = enter_claim(store, watch, draft(), by="analyst", now=NOW)
        listed = assess(store, folder, now=NOW)
        recorded = last_list(store)
        assert recorded is not None
        assert first.entry in recorded.acts(store)
        enter_claim(store, watch, draft(LV), by="analyst", now=NOW)
        take_back_claim(store, watch, "CL-1", version=1, by="analyst", now=NOW, reason_code="mistake")
        assert assess(store, folder, now=NOW).list_entry != listed.list_entry
        again = assess(store, folder, now=NOW, as_of=recorded.as_of, recorded_by=recorded.recorded_at)
        assert again.incidents.equals(listed.incidents)
        assert again.findings.equals(listed.findings)


def test_as_of_before_the_call_a_claim_is_not_known(centre: Centre) -> None:
    (claim,) = centre.take(UV)
    before = centre.assess(as_of=AT + timedelta(minutes=19))
    assert row_of_claim(claim.number) not in before.observations["observation_id"].to_pylist()
    after = centre.assess(as_of=AT + timedelta(minutes=21))
    assert row_of_claim(claim.number) in after.observations["observation_id"].to_pylist()


def test_words_of_a_claim_stand_in_no_table_of_the_assessment(centre: Centre) -> None:
    (claim,) = centre.take(HERE)
    after = centre.assess()
    assert row_of_claim(claim.number) in after.observations["observation_id"].to_pylist()
    for table in (after.observations, after.incidents, after.findings, after.contributions, after.first, after.history):
        text = repr(table.to_pylist())
        assert all(words not in text for words in ("behind the mill", "Quill", "0143"))
