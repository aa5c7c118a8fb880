"""What leaves in a bundle, and what never does: by the recipient's rule, and whoever asks."""

from __future__ import annotations

import json
import shutil
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
from tests.desks.bundling.opened_bundles import check, members_of, refusal, zipped
from trucewatch.desks.bundling.operations import Bundling, give_bundle, prepare_bundle
from trucewatch.errors import ReportError, TrucewatchError
from trucewatch.ledger.bundle import GIVEN, LEAST
from trucewatch.model.incident import incident_rows
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.dossier_fields import plain
from trucewatch.pipeline.never_bundled import MOVING, NEVER
from trucewatch.pipeline.partial_copies import compare_copy
from trucewatch.store.recipient_logs import RecipientLog


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


def shape(given: Given, content: bytes) -> Any:
    """A bundle without what is drawn by lot for it: the salts and the hashes and signatures that follow from them, and
    the key of the recipient's own log. Every length, number and other word stays."""
    members = members_of(content)
    key = members["keys.txt"].decode().strip()
    for whose, text in (("key", key), ("origin", key.partition("+")[0])):
        members = {name: kept.replace(text.encode(), f"<{whose}>".encode()) for name, kept in members.items()}
    members["inspector.py"] = b""
    copy, receipt = json.loads(members["dossier-copy.json"]), json.loads(members["given.json"])
    record = json.loads(copy["record"])
    origin, size, _, *lines = members["checkpoint.txt"].decode().splitlines()
    return {
        "lengths": {name: len(member) for name, member in members_of(content).items()},
        "readme": members["README.txt"],
        "keys": members["keys.txt"],
        "manifest": {**json.loads(members["manifest.json"]), "members": sorted(members)},
        "given": {**receipt, "entry": len(receipt["entry"]), "hashes": len(receipt["hashes"])},
        "checkpoint": (origin, size, [len(line) for line in lines]),
        "copy": {
            **{name: copy[name] for name in ("schema", "proof", "recipient", "pieces")},
            "record": {name: value for name, value in record.items() if name != "sections"},
        },
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
    }


def forget_log(given: Given, recipient: str) -> None:
    """A recipient that was never given anything."""
    shutil.rmtree(given.store.root / "recipient-logs" / recipient, ignore_errors=True)
    (given.store.keys.folder / given.store.keys.recipient_log_file(recipient)).unlink(missing_ok=True)


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
    """Words, devices, observers, bearings, how many withheld incidents there are beside it, and how much was entered
    meanwhile: nothing of them moves a byte but those that are drawn by lot."""
    assessment = given.assessment
    other = replace(assessment, observations=changed(assessment.observations, text, sensor, lon, bearing))
    moving = [row.incident_id for row in incident_rows(assessment.incidents) if row.kind in MOVING][:extra]
    kept = pa.array([name not in moving for name in assessment.incidents["incident_id"].to_pylist()])
    other = replace(other, incidents=other.incidents.filter(kept))
    shapes = []
    for state in (assessment, other):
        forget_log(given, "parties")
        bundling = prepare_bundle(given.store, state, given.incident, recipient="parties")
        shapes.append(shape(given, give_bundle(given.store, state, bundling, by="p-x")[1]))
        given.bundle(recipient="public")  # the ledger grows
    assert shapes[0] == shapes[1]


def test_a_bundle_for_a_coarse_recipient_is_proved_without_a_number_time_or_key_of_the_ledger(
    given: Given, tmp_path: Path
) -> None:
    store = given.store
    forget_log(given, "parties")
    first = given.bundle(recipient="parties")
    size = len(store.journal)
    second = given.bundle(recipient="parties")
    with RecipientLog(store, "parties") as log:
        key = log.vkey
        assert (log.size, log.issues()) == (2, [])
    entered = [entry.record for entry in store.journal.entries(0)]
    last = [record for record in entered if record["schema"] == "trucewatch/recipient-log/1"][-1]
    assert (last["recipient"], last["size"], last["vkey"]) == ("parties", 2, key)  # so the keeper is bound
    times = {record["recorded_at"] for record in entered if record["schema"] in ("trucewatch/list/2", GIVEN)}
    for number, content in enumerate((first, second)):
        members = members_of(content)
        (tmp_path / "own.zip").write_bytes(content)
        code, document = check(tmp_path / "own.zip", key)
        assert code == 0, document
        bundle = document["bundle"]
        assert (bundle["proofs"], bundle["given_by_entry"], bundle["given_at"]) == ("log", number, None)
        assert (document["copy"]["entry"], document["copy"]["list_entry"], document["size"]) == (None, None, number + 1)
        told = b"".join(kept for name, kept in members.items() if name != "inspector.py").decode()
        for hidden in (str(store.public_key), store.public_key.name, f'"size":{size}', f"\n{size}\n"):
            assert hidden not in told
        assert [name for name in ("recorded_at", "list_object", "leaf_hash") if name in told] == []
        as_of = iso_utc(given.assessment.as_of)
        assert not [time for time in times - {as_of} if time in told]
        assert "not by the policy's key" in refusal(tmp_path, content, given.key)
        for name in ("given.json", "checkpoint.txt", "keys.txt", "dossier-copy.json"):
            longer = {**members, name: members[name] + b"\n"}
            assert refusal(tmp_path, zipped(longer), key)
    (tmp_path / "first.zip").write_bytes(first)
    code, document = check(tmp_path / "own.zip", key, "--same-as", tmp_path / "first.zip")
    assert (code, document["same_entry"]) == (0, True)
    swapped = {**members_of(first), "given.json": members_of(second)["given.json"]}
    assert "does not lead to the signed root" in refusal(tmp_path, zipped(swapped), key)
    explosions = [row.incident_id for row in incident_rows(given.assessment.incidents) if row.kind == "explosion"]
    other = members_of(given.bundle(next(name for name in explosions if name != given.incident), "parties"))
    borrowed = {**members_of(first), **{name: other[name] for name in ("given.json", "checkpoint.txt")}}
    assert "not given at that entry" in refusal(tmp_path, zipped(borrowed), key)
    assert compare_copy(store, document["copy"]) == []


def changed(table: pa.Table, text: str, sensor: str, lon: float, bearing: float) -> pa.Table:
    values: dict[str, Any] = {"text": text, "sensor": sensor, "observer_lon": lon, "bearing_deg": bearing}
    for name, value in values.items():
        place = table.schema.get_field_index(name)
        column = pa.array([value] * table.num_rows, table.schema.field(name).type)
        table = table.set_column(place, table.schema.field(name), column)
    return table
