"""Rows that a licence forbids to pass on cannot be opened in a partial copy either, for nobody."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.test_acled import NOW, SAMPLE, with_acled
from trucewatch.desks.disclosure.withholding import Withholding
from trucewatch.ledger.dossier import Fields
from trucewatch.pipeline import assess
from trucewatch.pipeline.dossier_fields import fields_of_incident
from trucewatch.store import Store


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
