"""A partial copy of an incident that rests on a message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.pipeline.test_messages import assessment, folder  # noqa: F401 - fixtures
from tests.pipeline.test_run import NOW
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.dossier_fields import fields_of_incident
from trucewatch.pipeline.withholding import Withholding
from trucewatch.store import Store


def test_no_partial_copy_of_an_incident_opens_what_somebody_wrote(
    folder: Path,  # noqa: F811 - the fixture
    assessment: Assessment,  # noqa: F811 - the fixture
) -> None:
    incidents = assessment.incidents.to_pylist()
    incident_id = next(row["incident_id"] for row in incidents if row["sources"] == ["channel"])
    with Store(folder, lambda: NOW) as store:
        fields = fields_of_incident(store, assessment, incident_id, bytes(32), recipient="joint-centre")
    rule = replace(assessment.watch.settings.recipient[0], text=True)
    withholding = Withholding(assessment, rule, fields)
    for path in ("incident/0/text", "observations/0/text", "observations/0/source_quality", "evidence/0/content"):
        assert "what somebody wrote" in str(withholding.of(path))
    assert withholding.of("observations/0/kind") is None
