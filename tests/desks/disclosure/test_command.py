"""`trucewatch dossier`: what leaves for whom, what the receiver learns, what the whole watch says, and erasing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.ledger.partial_copies import check_copy, key_named_by
from tests.ledger.small_log import run as inspect
from tests.pipeline.test_command_line import call
from tests.server.conftest import copy_of, now
from trucewatch.desks import indexes
from trucewatch.errors import LedgerError, ReportError, StoreError, TrucewatchError
from trucewatch.ledger.dossier import Fields, commitment, salt_of
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.dossier_fields import plain
from trucewatch.pipeline.partial_copies import GUARDED, compare_copy, prepare_copy
from trucewatch.store import Store
from trucewatch.store.dossier_salts import dossier_salts_with
from trucewatch.store.dossiers import fields_of, record_dossier
from trucewatch.store.journal import Entry
from trucewatch.store.recipient_codes import recipient_keys

BY = ("--by", "Ann", "--yes")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("dossier"))
    issue = ("--date", "2031-05-01", "--recipient", "public", "--issue", "--by", "Ann")
    assert call("report", str(folder), *issue)[0] == 0
    return folder


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store(folder, now, desks=indexes()) as store:
        yield store


def test_with_a_smallest_count_only_what_an_issued_report_has_shown_can_be_given(folder: Path, store: Store) -> None:
    """Else a copy would tell of a day that no report has told of, and two of them would tell single incidents."""
    assessment = assess(store, folder, now=now())
    issued = {row.incident_id for report in assessment.earlier for row in report.rows}
    for incident in each(incident_rows(assessment.incidents)):
        try:
            prepare_copy(store, assessment, incident.incident_id, recipient="public")
        except ReportError:
            assert incident.incident_id not in issued
        else:
            assert incident.incident_id in issued


def pick_of(assessment: Assessment) -> str:
    """The explosion of the first day with most members: old enough for everybody."""
    first = min(row.occurred_start for row in incident_rows(assessment.incidents)).date()
    rows = [row for row in incident_rows(assessment.incidents) if row.kind == "explosion"]
    of_day = [row for row in rows if row.occurred_start.date() == first and row.lon is not None]
    return max(of_day, key=lambda row: (len(row.members), row.incident_id)).incident_id


@pytest.fixture(scope="module")
def incident(folder: Path) -> Incident:
    with Store(folder, now, desks=indexes()) as store:
        assessment = assess(store, folder, now=now())
        name = pick_of(assessment)
        return next(row for row in incident_rows(assessment.incidents) if row.incident_id == name)


def given(folder: Path, out: Path, incident_id: str, *more: str) -> dict[str, Any]:
    """What the inspector says that a copy proves which the command wrote."""
    code, text = call("dossier", str(folder), incident_id, "--out", str(out), *BY, *more)
    assert code == 0, text
    content = out.read_bytes()
    copy: dict[str, Any] = check_copy(content, key_named_by(content))["copy"]
    return copy


def test_the_public_gets_what_its_rule_opens_and_no_more(folder: Path, incident: Incident, tmp_path: Path) -> None:
    checked = given(folder, tmp_path / "copy.json", incident.incident_id[:14])
    assert checked["recipient"] == "public"
    assert checked["closed_sections"] == ["incident", "findings", "observations", "evidence"]
    opened = {path.rpartition("/")[2]: value for path, value in checked["opened"].items()}
    assert opened["kind"] == "explosion"
    assert opened["place"].startswith("zone:")
    with Store(folder, now, desks=indexes()) as store:
        key = recipient_keys(store)["public"]
    assert opened["incident_id"] == key.code(incident.incident_id) != incident.incident_id  # as in its reports
    assert "text" not in opened
    text = (tmp_path / "copy.json").read_text()
    assert incident.lon is not None
    for closed in (incident.incident_id, str(incident.lon), str(incident.lat), *incident.members, "acoustic-"):
        assert closed not in text


def test_no_copy_of_any_recipient_holds_a_guarded_value_unasked(folder: Path, tmp_path: Path, store: Store) -> None:
    assessment = assess(store, folder, now=now())
    rules = assessment.watch.settings.recipient
    secrets = {
        str(value)
        for row in assessment.observations.to_pylist()
        for name in GUARDED["observations"]
        if (value := plain(row[name])) not in (None, "", "0.0") and len(str(value)) > 5
    }
    assert len(secrets) > 30
    count = 0
    for incident in incident_rows(assessment.incidents)[::9]:
        for rule in rules:
            try:
                showing = prepare_copy(store, assessment, incident.incident_id, recipient=rule.id, open_all=False)
            except ReportError:
                continue
            values = json.dumps([value for _, value in showing.opened_fields()], ensure_ascii=False)
            assert not [secret for secret in secrets if secret in values]
            count += 1
    assert count > 20


def test_more_is_opened_by_name_for_whom_places_are_told_exactly(
    folder: Path, incident: Incident, tmp_path: Path
) -> None:
    names = (
        "incident/lon",
        "observations/*/kind",
        "observations/0/sensor",
        "evidence/0/content/2",
        "evidence/0/sha256",
    )
    more = [word for name in names for word in ("--open", name)]
    out = tmp_path / "copy.json"
    checked = given(folder, out, incident.incident_id, "--recipient", "joint-centre", *more)
    assert checked["opened"]["incident/0/lon"] == repr(incident.lon)
    assert "observations/0/sensor" in checked["opened"]
    assert "observations/1/sensor" in checked["closed"]
    piece = checked["opened"]["evidence/0/content/2"]
    evidence = folder / ".trucewatch" / "evidence"
    name = checked["opened"]["evidence/0/sha256"]
    assert (evidence / name[:2] / name[2:]).read_bytes().splitlines(keepends=True)[1] == piece["text"].encode()
    whole = given(folder, tmp_path / "all.json", incident.incident_id, "--recipient", "joint-centre", "--open-all")
    assert whole["entry"] == checked["entry"]  # two copies with other fields open, of one entry
    assert whole["opened"]["observations/0/lon"]
    for section, columns in GUARDED.items():
        assert not [path for path in whole["opened"] if path.split("/")[::2] in [[section, name] for name in columns]]


@pytest.mark.parametrize("recipient", ["public", "parties"])
def test_nothing_more_is_opened_for_whom_the_place_is_coarse(folder: Path, incident: Incident, recipient: str) -> None:
    for more in (["--open", "incident/lon"], ["--open-all"], ["--open", "evidence/0/content/2"]):
        with pytest.raises(ReportError, match="nothing more exact"):
            call("dossier", str(folder), incident.incident_id, "--recipient", recipient, *BY, *more)


def test_what_a_recipient_may_not_have_is_refused_and_nothing_is_entered(folder: Path, store: Store) -> None:
    assessment = assess(store, folder, now=now())
    entries = len(store.journal)
    movement = next(row for row in incident_rows(assessment.incidents) if row.kind == "movement")
    with pytest.raises(ReportError, match="may not have this incident"):
        prepare_copy(store, assessment, movement.incident_id, recipient="public")
    for subject in ("i-", "i-zzzzzz", "", "f-zzzzzz", "\u202e" * 9):
        with pytest.raises(ReportError):
            prepare_copy(store, assessment, subject, recipient="public")
    for name in (
        "incident/nothing",
        "x",
        "observations/99/kind",
        "a/b/c/d/e",
        "released/1/kind",
        "evidence/0/content/x",
    ):
        with pytest.raises(ReportError):
            prepare_copy(store, assessment, pick_of(assessment), recipient="public", names=[name])
    with pytest.raises(ReportError, match="no recipient"):
        prepare_copy(store, assessment, movement.incident_id, recipient="\x1b[31m")
    assert len(store.journal) == entries


def test_without_a_word_nothing_is_entered(
    folder: Path, incident: Incident, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(folder, now, desks=indexes()) as store:
        entries = len(store.journal)
    with pytest.raises(TrucewatchError, match="say --yes"):
        call("dossier", str(folder), incident.incident_id)
    with Store(folder, now, desks=indexes()) as store:
        assert len(store.journal) == entries


def test_a_finding_stands_for_its_incident(folder: Path, tmp_path: Path, store: Store) -> None:
    assessment = assess(store, folder, now=now())
    rows = assessment.findings.to_pylist()
    finding = next(row for row in rows if row["incident_id"])
    showing = prepare_copy(store, assessment, finding["finding_id"], recipient="joint-centre")
    for text in (finding["finding_id"].removeprefix("f-"), finding["incident_id"].removeprefix("i-")):
        bare = prepare_copy(store, assessment, text, recipient="joint-centre")
        assert bare.fields.rows["incident"] == showing.fields.rows["incident"]
    assert showing.fields.rows["incident"][0]["incident_id"] == finding["incident_id"]
    assert finding["finding_id"] in [row["finding_id"] for row in showing.fields.rows["findings"]]
    deadline = next(row for row in rows if not row["incident_id"])
    with pytest.raises(ReportError, match="about a deadline"):
        prepare_copy(store, assessment, deadline["finding_id"], recipient="joint-centre")


def test_the_receivers_check_says_what_is_proved_and_what_stays_closed(
    folder: Path, incident: Incident, tmp_path: Path
) -> None:
    out = tmp_path / "copy.json"
    checked = given(folder, out, incident.incident_id)
    code, text = call("dossier", "--check", str(out))
    assert code == 1
    fields = f"{len(checked['opened'])} fields were committed to by entry {checked['entry']} of "
    vouched = "PROVED UNDER A KEY THAT NOBODY VOUCHED FOR: compare it with the keeper's"
    assert text.startswith(f"{vouched}: {fields}")
    assert "Closed whole, with how much it is: incident, findings, observations, evidence" in text
    assert "Not proved: Without a policy the keys are those that the log names" in text
    assert "Not proved: That the values are those of the list and the evidence" in text
    with Store(folder, now, desks=indexes()) as store:
        key = str(store.public_key)
    code, text = call("dossier", "--check", str(out), "--vkey", key)
    assert code == 0
    assert text.startswith(f"PROVED: {fields}")
    assert "Without a policy" not in text
    policy = tmp_path / "policy.toml"
    policy.write_text(f'schema = 1\nlog = "{key}"\n')
    assert "Without a policy" not in call("dossier", "--check", str(out), "--policy", str(policy))[1]
    document = json.loads(call("dossier", "--check", str(out), "--json")[1])
    assert document["ok"] is False, "nobody vouched for the key"
    assert document["compared_with_watch"] is None
    assert document["copy"] == checked
    broken = tmp_path / "broken.json"
    broken.write_bytes(out.read_bytes().replace(b"explosion", b"explosiom"))
    code, text = call("dossier", "--check", str(broken))
    assert code == 1
    assert text.startswith("NOT PROVED. Nothing in this file can be relied on.")
    assert json.loads(call("dossier", "--check", str(broken), "--json")[1])["ok"] is False
    assert call("dossier", "--check", str(policy))[0] == 1
    for path in (tmp_path, tmp_path / "none"):
        assert call("dossier", "--check", str(path))[0] == 2, "no file to say anything of"
    with pytest.raises(LedgerError, match="not both"):
        call("dossier", "--check", str(out), "--vkey", key, "--policy", str(policy))
    for words in (["--vkey", "x"], ["--policy", str(out)], ["--policy", str(tmp_path)]):
        with pytest.raises(LedgerError):
            call("dossier", "--check", str(out), *words)


def test_who_has_the_whole_watch_compares_every_field_closed_ones_too(
    folder: Path, incident: Incident, tmp_path: Path
) -> None:
    out = tmp_path / "copy.json"
    given(folder, out, incident.incident_id)
    code, text = call("dossier", "--check", str(out), "--watch", str(folder))
    assert code == 0
    assert (
        "Compared with this whole watch: every field, opened or closed, is that of its list, readings and evidence."
        in text
    )
    assert text.startswith("PROVED: "), "the watch vouches for its own keys"
    assert inspect(folder)[1]["ok"] is True


def named(entry: Entry) -> dict[str, Any]:
    return {"entry": entry.number, "dossier": entry.sha256}


@pytest.mark.parametrize(
    ("section", "column", "value"),
    [
        ("incident", "kind", "flare"),
        ("incident", "lon", "-24.1"),
        ("findings", "outcome", "inconsistent"),
        ("observations", "sensor", "another"),
        ("observations", "lat", "-35.0"),
        ("evidence", "sha256", "0" * 64),
        ("evidence", "content", None),
    ],
)
def test_a_dossier_that_says_otherwise_than_the_list_is_found_out(
    store: Store, folder: Path, section: str, column: str, value: Any
) -> None:
    """The keeper commits to a value that the list does not have: a stranger sees nothing, the whole watch does."""
    assessment = assess(store, folder, now=now())
    showing = prepare_copy(store, assessment, pick_of(assessment), recipient="public")
    rows = {name: [dict(row) for row in part] for name, part in showing.fields.rows.items()}
    rows[section][-1][column] = value
    entry = record_dossier(store, Fields(bytes(32), rows), showing.list_entry)
    faults = [str(fault) for fault in compare_copy(store, named(entry))]
    assert [fault for fault in faults if f"{section}/" in fault or fault.startswith(f"{section}:")], faults


def test_an_observation_left_out_is_found_out(store: Store, folder: Path) -> None:
    assessment = assess(store, folder, now=now())
    showing = prepare_copy(store, assessment, pick_of(assessment), recipient="public")
    rows = dict(showing.fields.rows) | {"observations": showing.fields.rows["observations"][1:]}
    entry = record_dossier(store, Fields(bytes(32), rows), showing.list_entry)
    assert "its observations are not those of the incident on the list" in map(str, compare_copy(store, named(entry)))


def test_with_the_salts_gone_nothing_closed_is_opened_or_guessed(folder: Path, tmp_path: Path) -> None:
    """Evidence is erased, the salts of each dossier that holds something of it with it: short values stay unknown."""
    own = copy_of("two-valleys", tmp_path)
    with Store(own, now, desks=indexes()) as store:
        incident_id = pick_of(assess(store, own, now=now()))
    out = tmp_path / "copy.json"
    checked = given(own, out, incident_id, "--recipient", "joint-centre", "--open", "observations/0/aspect")
    with Store(own, now, desks=indexes()) as store:
        record = next(store.journal.entries(checked["entry"])).record
        known = fields_of(store, record)
        evidence = known.rows["evidence"][0]["sha256"]
        ((entry, salts),) = dossier_salts_with(store.index, store.objects, [evidence])
        assert (entry, salts) == (checked["entry"], record["salts"])
        assert list(dossier_salts_with(store.index, store.objects, ["0" * 64, "p-x", "w-x"])) == []
    assert call("erase", str(own), evidence, "--reason", "asked for", "--yes")[0] == 0  # with it go the salts
    with Store(own, now, desks=indexes()) as store:
        assert salts not in store.objects
        assert store.is_erased(salts)
        with pytest.raises(StoreError, match="stays closed for ever"):
            compare_copy(store, checked)
        assert list(dossier_salts_with(store.index, store.objects, [evidence])) == []
    assert inspect(own)[1]["ok"] is True
    content = out.read_bytes()
    assert check_copy(content, key_named_by(content))["copy"] == checked  # what was given stays provable
    document = json.loads(out.read_bytes())
    closed = {text for row in document["rows"] for text in row["fields"] if isinstance(text, str)}
    true_kinds = {row["kind"] for row in known.rows["observations"]}
    guesses: Sequence[Any] = ("explosion", "flare", "burst", "shot", "other", None, "", *range(-9, 60))
    assert true_kinds & set(guesses)
    salts_given = [field["salt"] for row in document["rows"] for field in row["fields"] if isinstance(field, dict)]
    for path in each(checked["closed"]):
        for guess in guesses:
            for salt in (bytes(32), b"", *(salt.encode() for salt in salts_given[:3])):
                assert _text(commitment(path, salt, guess)) not in closed
    # With the seed, which is gone, the same guess is right at once: that is what the salt is for.
    path = "observations/0/kind"
    assert _text(commitment(path, salt_of(known.seed, path), known.value(path))) in closed


def _text(content: bytes) -> str:
    import base64

    return base64.b64encode(content).decode()
