"""Rows that a licence forbids to pass on cannot be opened in a partial copy either, for nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pipeline import test_claims_assessed
from tests.pipeline.test_acled import NOW, SAMPLE, with_acled
from tests.pipeline.test_claims_assessed import HERE, draft
from tests.server.conftest import copy_of
from tests.sources.test_picture_facts import photograph
from trucewatch.ledger.dossier import Fields
from trucewatch.model.claim_record import CLAIMS, CLAIMS_INSIDE, CallerAnswers
from trucewatch.model.ids import sha256_of
from trucewatch.pipeline import assess
from trucewatch.pipeline.claim_entering import enter_claim
from trucewatch.pipeline.dossier_fields import fields_of_incident
from trucewatch.pipeline.handing_over import take_in_file
from trucewatch.pipeline.withholding import Withholding
from trucewatch.sources.recorded.claim_rows import row_of_claim
from trucewatch.store import Store
from trucewatch.watch import load_watch


def test_neither_such_an_incident_nor_such_a_row_of_another_can_be_opened(tmp_path: Path) -> None:
    folder = with_acled(tmp_path / "w")
    (folder / "inbox" / "coded.csv").write_bytes(SAMPLE.read_bytes())
    with Store(folder, lambda: NOW) as store:
        assessment = assess(store, folder, now=NOW, as_of=NOW)
        name = assessment.incidents["incident_id"][0].as_py()
        fields = fields_of_incident(store, assessment, name, bytes(32), recipient="joint-centre")
    rule = assessment.watch.recipient("joint-centre")
    assert rule is not None
    assert "the terms of the source coded" in str(Withholding(assessment, rule, fields).of_all())
    (incident,) = fields.rows["incident"]
    shared = Fields(bytes(32), {**fields.rows, "incident": [{**incident, "sources": ["coded", "reports"]}]})
    withholding = Withholding(assessment, rule, shared)
    for path in ("observations/0/text", "observations/0/lon", "evidence/0/content", "incident/0/text"):
        assert "forbid to pass its rows on" in str(withholding.of(path)), path
    assert withholding.of("incident/0/kind") is None


@pytest.mark.parametrize("may_tell", ["no", "yes"])
def test_a_claim_whose_speaker_asked_that_no_side_is_told_is_opened_for_nobody(tmp_path: Path, may_tell: str) -> None:
    folder, now = copy_of("two-valleys", tmp_path), test_claims_assessed.NOW
    watch, picture = load_watch(folder), photograph(size=(64, 32))
    with Store(folder, lambda: now) as store:
        claim = enter_claim(store, watch, draft(HERE, answers=CallerAnswers(may_tell=may_tell)), by="a", now=now)
        take_in_file(
            *(store, watch, picture),
            file_name="from the ridge.jpg",
            about=f"claim:{claim.code}",
            giver=HERE,
            by="a",
            now=now,
            received_at=now,
        )
        assessment = assess(store, folder, now=now, as_of=now)
        (name,) = [
            row["incident_id"]
            for row in assessment.incidents.to_pylist()
            if row_of_claim(claim.number) in row["members"]
        ]
        fields = fields_of_incident(store, assessment, name, bytes(32), recipient=watch.settings.recipient[0].id)
    rule = replace(
        watch.settings.recipient[0], delay_hours=0, place="exact", time="minute", smallest_count=1, text=True
    )
    withholding = Withholding(assessment, rule, fields)
    (incident,) = fields.rows["incident"]
    assert incident["sources"] == [CLAIMS_INSIDE if may_tell == "no" else CLAIMS]
    assert ("did not say that both sides may be told" in str(withholding.of_all())) == (may_tell == "no")
    shared = Fields(
        bytes(32), {**fields.rows, "incident": [{**incident, "sources": [*incident["sources"], "reports"]}]}
    )
    for path in ("observations/0/lon", "observations/0/kind", "evidence/0/sha256", "incident/0/claimed_by"):
        why = Withholding(assessment, rule, shared).of(path)
        assert ("did not say that both sides may be told" in str(why)) == (may_tell == "no"), path
    # A file that was handed over with a claim is no evidence of the incident: nothing of it is in a dossier.
    everything = json.dumps(fields.rows, default=str)
    assert [row["content"] for row in fields.rows["evidence"]] == [None]
    assert sha256_of(picture) not in everything
    assert "ridge.jpg" not in everything
