"""Nothing that was typed of a claim, nor where its post stands, is in anything that leaves, for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from tests.reports.opened import everything_in
from tests.server.conftest import copy_of
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.model.report import ReportInputs
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.pipeline import assess
from trucewatch.pipeline.claim_entering import enter_claims, translate_claim
from trucewatch.reports import FORMATS, build_daily, render
from trucewatch.reports.released_view import released_view
from trucewatch.sources.recorded.claim_rows import row_of_claim
from trucewatch.store import Store
from trucewatch.watch import load_watch

NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
AT: Final = datetime(2031, 5, 2, 20, 10, tzinfo=UTC)
WORDS: Final = ClaimWords(
    says="The sparrowhawk roof is gone.",
    when="at tea-time by the kitchen clock",
    where="behind the cooper's yard",
    name="Ada Quillfeather",
    call_back="555-0143-77",
)
TRANSLATED: Final = "Крыши больше нет"
CANARIES: Final = ("sparrowhawk", "tea-time", "cooper", "Quillfeather", "0143-77", TRANSLATED, "25.43217", "35.09876")
SPEAKERS: Final = (
    Speaker("party", "UV"),
    Speaker("delegation", "NI"),
    Speaker("post", "UV/mill"),
    Speaker("civilian", "hollin-meadows"),
    Speaker("not_said"),
)


def draft(speaker: Speaker, minutes: int) -> ClaimDraft:
    at = AT + timedelta(minutes=minutes)
    event = StatedEvent(
        kind="explosion",
        when=SpokenTime(start=at, end=at),
        where=SpokenPlace(
            basis="flash_to_bang",
            lon=-25.6007,
            lat=-35.0943,
            semi_major_m=300.0,
            semi_minor_m=300.0,
            observer_lon=-25.43217,
            observer_lat=-35.09876,
            bearing_deg=77.0,
            range_m=1500.0,
        ),
        killed=(None, 4, None),
        perceived="saw",
    )
    received_at = at + timedelta(minutes=5)
    return ClaimDraft(event=event, words=WORDS, speaker=speaker, via="telephone", received_at=received_at)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportInputs]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("released"))
    watch = load_watch(folder)
    with Store(folder, lambda: NOW) as store:
        drafts = [draft(speaker, 90 * place) for place, speaker in enumerate(SPEAKERS)]
        claims = enter_claims(store, watch, drafts, by="analyst", now=NOW)
        for claim in claims:
            translate_claim(
                store, watch, claim.code, language="ru", words=TRANSLATED, says=claim.says, by="interpreter", now=NOW
            )
        assessment = assess(store, folder, now=NOW)
        known = set(assessment.observations["observation_id"].to_pylist())
        assert {row_of_claim(claim.number) for claim in claims} <= known
        yield assessment.report_inputs()


@pytest.mark.parametrize("recipient", ["joint-centre", "parties"])
def test_nothing_typed_of_a_claim_is_in_what_interfaces_give(inputs: ReportInputs, recipient: str) -> None:
    view = released_view(inputs, recipient)
    assert view.incidents
    text = repr(view)
    for canary in CANARIES:
        assert canary not in text, canary


@pytest.mark.parametrize("recipient", ["joint-centre", "parties", "public"])
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_nothing_typed_of_a_claim_is_in_a_report(inputs: ReportInputs, recipient: str, form: str) -> None:
    rule = inputs.watch.recipient(recipient)
    assert rule is not None
    report = build_daily(inputs, recipient=rule, day_from=date(2031, 5, 2), day_until=date(2031, 5, 3))
    text = everything_in(render(report, format=form, language="en"))
    assert text
    for canary in CANARIES:
        assert canary not in text, canary
