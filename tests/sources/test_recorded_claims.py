"""Claims on record as rows of the observation table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from trucewatch.model.claim_record import CLAIMS, CLAIMS_INSIDE, CallerAnswers, Claim, ClaimUndone, Speaker, StatedEvent
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.sources.recorded.claim_rows import (
    claim_of_row,
    claim_rows,
    claimant_of,
    is_ahead,
    row_of_claim,
    why_in_no_list,
)
from trucewatch.watch import load_watch

WATCH = load_watch(Path(__file__).parents[2] / "examples" / "two-valleys")
CALLED = datetime(2031, 5, 3, 11, 12, tzinfo=UTC)
ENTERED = CALLED + timedelta(minutes=1)
EVENT = StatedEvent(
    kind="explosion",
    when=SpokenTime(start=CALLED - timedelta(minutes=20), end=CALLED - timedelta(minutes=10)),
    where=SpokenPlace(basis="offset", lon=-24.93, lat=-35.02, semi_major_m=500.0, semi_minor_m=500.0),
    count=(2, 3, None),
    killed=(None, 1, None),
    perceived="heard",
)


def claim(number: int = 1, version: int = 1, **changes: Any) -> Claim:
    speaker = changes.setdefault("speaker", Speaker("party", "UV"))
    base = Claim(
        number=number,
        version=version,
        entry=10 * number + version,
        speaker=speaker,
        claimed_by=claimant_of(speaker, WATCH),
        via="telephone",
        received_at=CALLED,
        recorded_at=ENTERED,
        known_at=ENTERED,
        by="p-x",
        says="w-x",
        language="en",
        event=EVENT,
        sha256="0" * 64,
    )
    return replace(base, **changes)


NEXT_WEEK = SpokenTime(start=CALLED + timedelta(days=7), end=CALLED + timedelta(days=8))
UNDONE = ClaimUndone(entry=99, recorded_at=ENTERED, by="p-x", reason="", reason_code="mistake")


def test_a_row_says_what_was_claimed_and_holds_no_words() -> None:
    table = claim_rows([claim()])
    assert table.schema.equals(STORED_OBSERVATION_SCHEMA)
    (row,) = table.to_pylist()
    assert (row["source"], row["means"], row["claimed_by"], row["perceived"]) == (CLAIMS, "party", "UV", "heard")
    assert (row["count_min"], row["count_best"], row["count_max"], row["killed_best"]) == (2, 3, None, 1)
    assert (row["known_at"], row["received_at"]) == (CALLED, ENTERED)
    assert (row["lon"], row["semi_major_m"]) == (-24.93, 500.0)
    assert row["text"] == ""
    assert row["evidence_sha256"] == "0" * 64


def test_a_civilian_is_nobody_s_side() -> None:
    nobody = (Speaker("civilian", "hollin-meadows"), Speaker("not_said"))
    rows = claim_rows([claim(number, speaker=speaker) for number, speaker in enumerate(nobody, 1)]).to_pylist()
    assert [(row["means"], row["claimed_by"]) for row in rows] == [("public", "")] * 2


@pytest.mark.parametrize(
    ("speaker", "claimant"),
    [
        (Speaker("party", "LV"), "LV"),
        (Speaker("delegation", "NI"), "NI"),
        (Speaker("agency", "Field Hospital"), "Field Hospital"),
        (Speaker("post", "UV/mill"), "UV"),
        (Speaker("post", "NI/hill"), "NI"),
        (Speaker("post", "middle-bridge-post"), "JC"),
        (Speaker("civilian", "hollin-meadows"), ""),
        (Speaker("not_said"), ""),
    ],
)
def test_whose_claim_it_is_follows_from_who_speaks(speaker: Speaker, claimant: str) -> None:
    assert claimant_of(speaker, WATCH) == claimant


def test_a_correction_keeps_the_id_and_stands_before_what_it_corrects() -> None:
    later = claim(version=2, event=replace(EVENT, kind="burst"), known_at=ENTERED + timedelta(hours=1))
    first, second = claim_rows([claim(), later]).to_pylist()
    assert first["observation_id"] == second["observation_id"] == row_of_claim(1)
    assert first["product_rank"] < second["product_rank"]
    assert (first["known_at"], second["known_at"]) == (CALLED, ENTERED + timedelta(hours=1))


@pytest.mark.parametrize(
    "later",
    [
        claim(version=2, event=replace(EVENT, when=None)),
        claim(
            version=2,
            event=replace(EVENT, when=NEXT_WEEK),
        ),
    ],
)
def test_a_claim_without_a_time_or_of_what_is_to_come_has_no_row(later: Claim) -> None:
    assert why_in_no_list(later) is not None
    assert claim_rows([claim(), later]).num_rows == 0
    assert why_in_no_list(claim()) is None
    assert is_ahead(later) == (later.event.when is not None)


def test_a_claim_that_was_taken_back_has_no_row_and_an_undone_correction_leaves_the_first() -> None:
    assert claim_rows([claim(undone=UNDONE)]).num_rows == 0
    rows = claim_rows([claim(), claim(version=2, event=replace(EVENT, kind="burst"), undone=UNDONE)])
    assert rows["kind"].to_pylist() == ["explosion"]


def test_a_claim_without_a_place_has_a_row_without_one() -> None:
    (row,) = claim_rows([claim(event=replace(EVENT, where=None))]).to_pylist()
    assert (row["lon"], row["lat"], row["observer_lon"]) == (None, None, None)


def test_a_direction_from_a_post_fills_the_observer_s_columns() -> None:
    seen = SpokenPlace(basis="bearing", observer_lon=-24.9, observer_lat=-35.0, bearing_deg=45.0, bearing_sd_deg=2.0)
    (row,) = claim_rows([claim(event=replace(EVENT, where=seen))]).to_pylist()
    assert (row["lon"], row["observer_lon"], row["bearing_deg"]) == (None, -24.9, 45.0)


def test_a_row_leads_back_to_its_claim() -> None:
    assert claim_of_row(row_of_claim(2), [claim(), claim(2)]) == claim(2)
    assert claim_of_row("o-none", [claim()]) is None


def test_what_a_caller_asked_to_keep_from_the_sides_is_of_a_source_that_never_leaves() -> None:
    asked = (CallerAnswers(may_tell="no"), CallerAnswers(may_tell="yes"), CallerAnswers())
    rows = claim_rows([claim(number, answers=each) for number, each in enumerate(asked, 1)])
    assert rows["source"].to_pylist() == [CLAIMS_INSIDE, CLAIMS, CLAIMS]


def test_a_drill_has_no_row_among_what_is_told_in_earnest() -> None:
    drill = claim(2, is_drill=True, simulated=True)
    assert str(why_in_no_list(drill)) == "It is a drill, so it stands in no list."
    assert claim_rows([claim(), drill]).num_rows == 1


def test_words_that_nobody_understood_are_not_called_unsaid() -> None:
    unsaid = claim(event=replace(EVENT, when=None))
    assert str(why_in_no_list(unsaid)) == "No time was entered, so it stands in no list."
    assert "was not understood" in str(why_in_no_list(replace(unsaid, when_words="w-y")))
