"""What a recipient's rule withholds cannot be opened for it either, and the copies of two recipients have nothing in
common by which they could be laid together."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desks.disclosure.test_command import BY, given, pick_of
from tests.ledger.partial_copies import check_copy, key_named_by
from tests.pipeline.test_command_line import call
from tests.server.conftest import copy_of, now
from trucewatch.desks import indexes
from trucewatch.errors import ReportError
from trucewatch.ledger.dossier import Fields, write_copy
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.dossier_fields import fields_of_incident
from trucewatch.pipeline.partial_copies import compare_copy, give_copy, prepare_copy
from trucewatch.pipeline.withholding import Withholding
from trucewatch.store import Store
from trucewatch.store.dossier_salts import dossier_salts_with
from trucewatch.store.dossiers import fields_of, record_dossier
from trucewatch.store.proofs import proof_of_entry

EXACT = {"delay_hours": 0, "place": "exact", "time": "minute", "smallest_count": 1, "text": True}
RULES: dict[str, dict[str, Any]] = {
    "whole-days": {"time": "day"},
    "hours": {"time": "hour"},
    "counted": {"smallest_count": 2},
    "bound": {"to": "parties"},
    "no-words": {"text": False},
    "no-outcomes": {"outcomes": "none"},
    "reviewed": {"outcomes": "reviewed"},
    "no-vehicles": {"withheld_kinds": ["movement"]},
    "late": {"delay_hours": 6},
}
"""Recipients who are told all exactly, but for one part of their rule."""


def with_recipients(folder: Path) -> Path:
    path = folder / "watch.toml"
    tables = []
    for name, rule in RULES.items():
        lines = [f"{key} = {json.dumps(value)}" for key, value in (EXACT | rule).items()]
        tables.append("\n".join(["[[recipient]]", f'id = "{name}"', f'names = {{ en = "To {name}" }}', *lines]))
    head, tail = path.read_text("utf-8").split("[[recipient]]", 1)  # the public stays the last one
    path.write_text("\n\n".join([head, *tables, "[[recipient]]"]) + tail, "utf-8")
    assert call("run", str(folder))[0] == 0  # each gets the key of its codes
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_recipients(copy_of("two-valleys", tmp_path_factory.mktemp("withholding")))


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    with Store(folder, now, desks=indexes()) as store:
        yield store


@pytest.fixture(scope="module")
def assessment(folder: Path, store: Store) -> Assessment:
    return assess(store, folder, now=now())


@pytest.mark.parametrize(
    ("recipient", "part"),
    [("whole-days", 'time = "day"'), ("hours", 'time = "hour"'), ("bound", "bound by the agreement")],
)
def test_no_finer_time_is_opened_than_the_rule_tells(
    store: Store, assessment: Assessment, recipient: str, part: str
) -> None:
    """A rule with exact places and whole days: every moment stood in the copy to the microsecond."""
    incident_id = pick_of(assessment)
    for more in ({"open_all": True}, {"names": ["incident/occurred_start"]}, {"names": ["evidence/0/content/2"]}):
        with pytest.raises(ReportError, match="nothing more exact") as refusal:
            prepare_copy(store, assessment, incident_id, recipient=recipient, **more)  # type: ignore[arg-type]
        assert part in str(refusal.value)
        assert "Leave out --open" in str(refusal.value)
    showing = prepare_copy(store, assessment, incident_id, recipient=recipient)
    assert {path.split("/")[0] for path in showing.opened} == {"released"}


def test_the_command_refuses_a_finer_time_and_enters_nothing(tmp_path: Path) -> None:
    own = with_recipients(copy_of("two-valleys", tmp_path))
    with Store(own, now, desks=indexes()) as store:
        incident_id, entries = pick_of(assess(store, own, now=now())), len(store.journal)
    with pytest.raises(ReportError, match='time = "day"'):
        call("dossier", str(own), incident_id, "--recipient", "whole-days", "--open-all", *BY)
    with Store(own, now, desks=indexes()) as store:
        assert len(store.journal) == entries


def test_with_a_smallest_count_nothing_more_is_opened(folder: Path, store: Store, assessment: Assessment) -> None:
    rule = assessment.watch.recipient("counted")
    assert rule is not None
    fields = prepare_copy(store, assessment, pick_of(assessment), recipient="joint-centre").fields
    assert "smallest_count = 2" in str(Withholding(assessment, rule, fields).of_all())


def test_words_are_not_opened_for_whom_the_rule_gives_none(store: Store, assessment: Assessment) -> None:
    incident_id = pick_of(assessment)
    for name in ("incident/text", "observations/*/text", "evidence/0/content/2", "evidence/*/content"):
        with pytest.raises(ReportError, match=r"text = false.*Leave this field out"):
            prepare_copy(store, assessment, incident_id, recipient="no-words", names=[name])
        prepare_copy(store, assessment, incident_id, recipient="joint-centre", names=[name])
    showing = prepare_copy(store, assessment, incident_id, recipient="no-words", open_all=True)
    assert "incident/0/occurred_start" in showing.opened
    assert not [path for path in showing.opened if path.endswith(("/text", "/content"))]


@pytest.mark.parametrize("recipient", ["no-outcomes", "reviewed"])
def test_findings_are_opened_as_far_as_the_rule_tells_outcomes(
    store: Store, assessment: Assessment, recipient: str
) -> None:
    incident_id = next(row["incident_id"] for row in assessment.findings.to_pylist() if row["incident_id"])
    for name in ("findings/*/outcome", "findings/*/*", "findings/0/facts"):
        with pytest.raises(ReportError, match='outcomes = "'):
            prepare_copy(store, assessment, incident_id, recipient=recipient, names=[name])
    showing = prepare_copy(store, assessment, incident_id, recipient=recipient, open_all=True)
    assert "incident/0/lon" in showing.opened
    assert not [path for path in showing.opened if path.startswith("findings/")]
    whole = prepare_copy(store, assessment, incident_id, recipient="joint-centre", open_all=True)
    assert [path for path in whole.opened if path.startswith("findings/")]


@pytest.mark.parametrize(
    ("recipient", "part"), [("no-vehicles", 'withheld_kinds = ["movement"]'), ("late", "delay_hours = 6")]
)
def test_what_tells_of_other_incidents_is_not_opened_where_some_are_withheld(
    store: Store, assessment: Assessment, recipient: str, part: str
) -> None:
    """How sure one is moves with all around it, and a line of a file may be of any: reports hold it back too."""
    incident_id = pick_of(assessment)
    names = ["incident/happened", *(["evidence/0/content/2"] if recipient == "no-vehicles" else [])]
    for name in names:
        with pytest.raises(ReportError) as refusal:
            prepare_copy(store, assessment, incident_id, recipient=recipient, names=[name])
        assert part in str(refusal.value)
    showing = prepare_copy(store, assessment, incident_id, recipient=recipient, open_all=True)
    assert "incident/0/lon" in showing.opened
    assert "incident/0/happened" not in showing.opened


def test_an_incident_with_a_withheld_observation_or_a_young_one_is_opened_no_further(
    store: Store, assessment: Assessment
) -> None:
    fields = prepare_copy(store, assessment, pick_of(assessment), recipient="joint-centre").fields
    rows = {name: [dict(row) for row in part] for name, part in fields.rows.items()}
    rows["observations"][-1] |= {"kind": "movement", "occurred_end": assessment.as_of.isoformat()}
    mixed = Fields(bytes(32), rows)
    for recipient, part in (("no-vehicles", "withheld_kinds"), ("late", "delay_hours = 6")):
        rule = assessment.watch.recipient(recipient)
        assert rule is not None
        assert Withholding(assessment, rule, fields).of_all() is None
        assert part in str(Withholding(assessment, rule, mixed).of_all())
    rule = assessment.watch.recipient("late")
    rows["evidence"][0]["received_at"] = assessment.as_of.isoformat()
    assert rule is not None
    assert "delay_hours = 6" in str(Withholding(assessment, rule, Fields(bytes(32), rows)).of("evidence/0/content"))


def hashes_of(content: bytes) -> set[str]:
    """Every hash, salt, root and moment of a copy and of its record but the list's, which all its incidents share."""
    document = json.loads(content)
    record = json.loads(document["record"])
    named = {document["proof"]["leaf_hash"], record["salts"], *(part["root"] for part in record["sections"].values())}
    for row in document["rows"]:
        named |= set(row["hashes"])
        named |= {field if isinstance(field, str) else field["salt"] for field in row["fields"]}
    return named


def test_copies_for_two_recipients_have_no_root_hash_or_entry_in_common(tmp_path: Path) -> None:
    """Else whoever lays them together knows the incident behind the code of a recipient who is told no ids."""
    folder = with_recipients(copy_of("two-valleys", tmp_path))
    with Store(folder, now, desks=indexes()) as own:
        incident_id = pick_of(assess(own, folder, now=now()))
    outs = {name: tmp_path / f"{name}.json" for name in ("parties", "joint-centre")}
    checked = {name: given(folder, out, incident_id, "--recipient", name) for name, out in outs.items()}
    assert checked["parties"]["entry"] != checked["joint-centre"]["entry"]
    assert checked["parties"]["dossier"] != checked["joint-centre"]["dossier"]
    coarse, exact = (hashes_of(out.read_bytes()) for out in outs.values())
    assert coarse.isdisjoint(exact)
    codes = {name: copy["opened"]["released/0/incident_id"] for name, copy in checked.items()}
    assert codes["joint-centre"] == incident_id != codes["parties"]
    # Its place tells nothing of the other recipients, and neither record names its own.
    for name, copy in checked.items():
        assert {path.split("/")[1] for path in copy["opened"]} == {"0"}
        record = json.loads(outs[name].read_bytes())["record"]
        assert name not in record
        assert base64.b64encode(name.encode()).decode()[:-4] not in record
    again = given(folder, tmp_path / "again.json", incident_id, "--recipient", "parties")
    assert again["entry"] == checked["parties"]["entry"]  # once for each recipient
    with Store(folder, now, desks=indexes()) as own:
        records = {name: next(own.journal.entries(copy["entry"])).record for name, copy in checked.items()}
        for name, record in records.items():
            assert [row["recipient"] for row in fields_of(own, record).rows["released"]] == [name]
            assert compare_copy(own, checked[name]) == []
        evidence = fields_of(own, records["parties"]).rows["evidence"][0]["sha256"]
        gone = {entry for entry, _ in dossier_salts_with(own.index, own.objects, [evidence])}
        assert {copy["entry"] for copy in checked.values()} <= gone  # an erasure takes the salts of all of them


def test_a_dossier_that_was_entered_with_a_row_for_each_recipient_stays_readable(
    store: Store, assessment: Assessment
) -> None:
    """Dossiers were once of all recipients: such a one is read, checked and compared, but no more is given of it."""
    incident_id = pick_of(assessment)
    showings = [prepare_copy(store, assessment, incident_id, recipient=name) for name in ("hours", "joint-centre")]
    released = [showing.fields.rows["released"][0] for showing in showings]
    anew = fields_of_incident(store, assessment, incident_id, bytes(range(32)), recipient="joint-centre")
    fields = Fields(anew.seed, {**anew.rows, "released": released})
    entry = record_dossier(store, fields, assessment.list_entry)
    store.publish()
    content = write_copy(
        store.objects.get(entry.sha256),
        proof_of_entry(store.root, entry.number).as_json(),
        fields,
        recipient="joint-centre",
        opened=["released/1/recipient", "released/1/place"],
    )
    copy = check_copy(content, key_named_by(content))["copy"]
    assert copy["opened"]["released/1/recipient"] == "joint-centre"
    assert compare_copy(store, copy) == []
    showing = prepare_copy(store, assessment, incident_id, recipient="joint-centre")
    assert showing.entry is None or showing.entry.number != entry.number
    _, new = give_copy(store, showing, by="p-x")
    assert check_copy(new, key_named_by(new))["copy"]["entry"] != entry.number
