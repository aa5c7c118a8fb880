"""What leaves in a bundle, and what never does: by the recipient's rule, and whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from tests.conftest import each
from tests.desks.bundling.conftest import Given
from tests.desks.bundling.opened_bundles import check, members_of
from trucewatch.desks.bundling.operations import Bundling, give_bundle, prepare_bundle
from trucewatch.errors import ReportError, TrucewatchError
from trucewatch.ledger.bundle import LEAST
from trucewatch.model.incident import incident_rows
from trucewatch.pipeline.dossier_fields import plain
from trucewatch.pipeline.never_bundled import MOVING, NEVER


def prepared(given: Given) -> Iterator[tuple[str, Bundling]]:
    """What could leave of every fourth incident, for every recipient who may have it."""
    rules = given.assessment.watch.settings.recipient
    for incident in incident_rows(given.assessment.incidents)[::4]:
        for rule in rules:
            try:
                yield rule.id, prepare_bundle(given.store, given.assessment, incident.incident_id, recipient=rule.id)
            except ReportError:
                continue


def test_no_bundle_opens_where_somebody_stood_or_a_device_or_a_name(given: Given) -> None:
    secrets_kept = {
        str(value)
        for row in given.assessment.observations.to_pylist()
        for name in NEVER["observations"] | {"text"}
        if (value := plain(row[name])) not in (None, "", "0.0") and len(str(value)) > 6
    }
    assert len(secrets_kept) > 30
    recipients = set()
    for recipient, bundling in prepared(given):
        recipients.add(recipient)
        values = json.dumps([value for _, value in bundling.showing.opened_fields()], ensure_ascii=False)
        assert not [kept for kept in secrets_kept if kept in values]
        for path in bundling.showing.opened:
            section, _, column = path.split("/")
            assert column not in NEVER.get(section, ())
    assert recipients == {"joint-centre", "parties", "public"}


@pytest.mark.parametrize(
    "name", ["observations/*/observer_lon", "observations/0/sensor", "evidence/0/name", "evidence/0/content/1"]
)
def test_what_never_leaves_is_refused_by_its_name_too(given: Given, name: str) -> None:
    with pytest.raises(ReportError, match="leaves in no bundle"):
        prepare_bundle(given.store, given.assessment, given.incident, recipient="joint-centre", names=[name])


def test_where_fire_came_from_and_what_moves_leaves_only_after_a_day(given: Given) -> None:
    assessment = given.assessment
    moving = [row for row in incident_rows(assessment.incidents) if row.kind in MOVING]
    incident = max(moving, key=lambda row: row.occurred_end)
    for hours in (1, 23):
        then = replace(assessment, as_of=incident.occurred_end + timedelta(hours=hours))
        with pytest.raises(ReportError, match="not 24 hours old"):
            prepare_bundle(given.store, then, incident.incident_id, recipient="joint-centre")
    then = replace(assessment, as_of=incident.occurred_end + timedelta(hours=25))
    assert prepare_bundle(given.store, then, incident.incident_id, recipient="joint-centre").showing.opened


def test_published_files_go_whole_once_they_are_a_day_old_and_no_others(given: Given, tmp_path: Path) -> None:
    handling = {source.id: source.handling for source in given.assessment.watch.settings.source}
    later = replace(given.assessment, as_of=given.assessment.as_of + timedelta(days=2))
    whole = set()
    for incident in each(incident_rows(later.incidents)):
        try:
            bundling = prepare_bundle(given.store, later, incident.incident_id, recipient="joint-centre")
            coarse = prepare_bundle(given.store, later, incident.incident_id, recipient="parties")
        except TrucewatchError:
            continue
        assert coarse.evidence == ()
        for row in bundling.showing.fields.rows["evidence"]:
            if row["sha256"] in bundling.evidence:
                assert handling[row["source"]] == "open"
                whole.add((incident.incident_id, row["sha256"]))
    assert whole
    name, sha = min(whole)
    bundling = prepare_bundle(given.store, later, name, recipient="joint-centre")
    _, content = give_bundle(given.store, later, bundling, by="p-x")
    members = members_of(content)
    assert sha256(members[f"evidence/{sha}"]).hexdigest() == sha
    (tmp_path / "whole.zip").write_bytes(content)
    code, document = check(tmp_path / "whole.zip", given.key)
    assert code == 0
    assert f"evidence/{sha}" in document["bundle"]["evidence"]


def test_the_size_of_a_bundle_tells_a_coarse_recipient_nothing(given: Given) -> None:
    sizes = set()
    for recipient, bundling in prepared(given):
        if recipient != "joint-centre" and len(sizes) < 12:
            _, content = give_bundle(given.store, given.assessment, bundling, by="p-x")
            sizes.add((len(content), tuple(members_of(content))))
    assert {size for size, _ in sizes} == {LEAST}
    assert len(sizes) == 1


def shape(content: bytes) -> Any:
    """A bundle without what is hash, proof or salt of the ledger: every length stays."""
    members = members_of(content)
    copy = json.loads(members["dossier-copy.json"])
    record = json.loads(copy["record"])
    return {
        "size": len(content),
        "names": sorted(members),
        "readme": members["README.txt"],
        "keys": members["keys.txt"],
        "recipient": copy["recipient"],
        "columns": {name: (part["columns"], part["depth"]) for name, part in record["sections"].items()},
        "rows": [
            (
                row["section"],
                row["row"],
                len(row["hashes"]),
                [field["value"] if isinstance(field, dict) else len(field) for field in row["fields"]],
            )
            for row in copy["rows"]
        ],
        "given": {
            name: value
            for name, value in json.loads(json.loads(members["given.json"])["record"]).items()
            if name not in ("manifest", "dossier", "recorded_at")
        },
    }


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(
    text=st.text(max_size=200),
    sensor=st.text(min_size=1, max_size=30),
    lon=st.floats(20, 21),
    bearing=st.floats(0, 359),
    extra=st.integers(0, 3),
)
def test_two_watches_that_differ_only_in_what_is_withheld_give_a_coarse_recipient_the_same(
    given: Given, text: str, sensor: str, lon: float, bearing: float, extra: int
) -> None:
    """Words, devices, observers, bearings, and how many withheld incidents there are beside it: nothing of them moves a
    byte but those that are hashes, proofs and times of the ledger."""
    assessment = given.assessment
    other = replace(assessment, observations=changed(assessment.observations, text, sensor, lon, bearing))
    moving = [row.incident_id for row in incident_rows(assessment.incidents) if row.kind in MOVING][:extra]
    kept = pa.array([name not in moving for name in assessment.incidents["incident_id"].to_pylist()])
    other = replace(other, incidents=other.incidents.filter(kept))
    shapes = []
    for state in (assessment, other):
        bundling = prepare_bundle(given.store, state, given.incident, recipient="parties")
        shapes.append(shape(give_bundle(given.store, state, bundling, by="p-x")[1]))
    assert shapes[0] == shapes[1]


def changed(table: pa.Table, text: str, sensor: str, lon: float, bearing: float) -> pa.Table:
    values: dict[str, Any] = {"text": text, "sensor": sensor, "observer_lon": lon, "bearing_deg": bearing}
    for name, value in values.items():
        place = table.schema.get_field_index(name)
        column = pa.array([value] * table.num_rows, table.schema.field(name).type)
        table = table.set_column(place, table.schema.field(name), column)
    return table
