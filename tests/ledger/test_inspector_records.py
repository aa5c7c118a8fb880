"""The inspector on entries, records, references and erasures, against logs that its own tiny writer (`small_log.py`)
makes and then spoils in one way."""

from __future__ import annotations

import json

import pytest

from tests.ledger.small_log import SmallLog, canonical, run, wrong


def refused_record(log: SmallLog, data: bytes, kind: str = "trucewatch/act/1") -> dict[str, str]:
    name = log.add_bytes(kind, data)
    log.publish()
    problem = wrong(log)
    assert problem["file"] == log.file(name).relative_to(log.base).as_posix()
    return problem


@pytest.mark.parametrize(
    "ending",
    [
        b'"x":1.5}',
        b'"x":1e3}',
        b'"x":NaN}',
        b'"x":-0}',
        b'"x": 1}',
        b'"x":1,"x":1}',
        b'"x":1,"w":1}',
        b'"x":9007199254740992}',
        b'"x":"\\u0041"}',
        b'"x":"\\/"}',
        b'"x":"\xff"}',
        b'"x":"\\ud800"}',
        b'"x":1}\n',
        b'"x":1',
        b'"x":' + b"9" * 5000 + b"}",
        '"\ue000":1,"\U0001f600":1}'.encode(),
    ],
)
def test_a_record_that_is_not_canonical_json_is_refused(log: SmallLog, ending: bytes) -> None:
    refused_record(log, b'{"recorded_at":"%s","schema":"trucewatch/act/1",' % log.at().encode() + ending)


def test_keys_are_ordered_as_utf_16_and_control_characters_are_escaped_as_rfc_8785_says(log: SmallLog) -> None:
    start = f'{{"recorded_at":"{log.at()}","schema":"trucewatch/act/1",'
    log.add_bytes(
        "trucewatch/act/1", (start + '"x":"\\b\\t\\n\\f\\r\\u001f\x7f\\"\\\\/","\U0001f600":1,"\ue000":1}').encode()
    )
    log.publish()
    assert run(log.watch, "--policy", log.policy())[0] == 0


def test_a_deeply_nested_record_is_refused_and_does_not_stop_the_inspector(log: SmallLog) -> None:
    start = b'{"recorded_at":"%s","schema":"trucewatch/act/1","x":' % log.at().encode()
    assert "nested too deeply" in refused_record(log, start + b"[" * 100_000 + b"]" * 100_000 + b"}")["what"]


def test_a_record_that_disagrees_with_its_entry_is_refused(log: SmallLog) -> None:
    refused_record(log, canonical({"schema": "trucewatch/other/1", "recorded_at": log.at()}))
    log.entries.pop()
    refused_record(log, canonical({"schema": "trucewatch/act/1", "recorded_at": "2031-05-04T00:00:00Z"}))


@pytest.mark.parametrize("name", ["../../../etc/passwd", "A" * 64, "a" * 63, ""])
def test_an_entry_that_names_a_path_and_no_hash_is_refused(log: SmallLog, name: str) -> None:
    log.entries.append(canonical({"at": log.at(), "kind": "trucewatch/act/1", "object": name}))
    log.publish()
    problem = wrong(log)
    assert problem["file"] == "ledger/tile/entries/000.p/21"
    assert "entry 20" in problem["what"]


def test_evidence_that_is_missing_changed_or_a_link_is_named(log: SmallLog) -> None:
    name = log.add_evidence("the original bytes")
    log.publish()
    path = log.file(name, "evidence")
    path.write_bytes(b"other bytes")
    assert wrong(log)["file"] == f"evidence/{name[:2]}/{name[2:]}"
    path.unlink()
    assert "is missing" in wrong(log)["what"]
    (log.watch / "copy").write_bytes(b"the original bytes")
    path.symlink_to(log.watch / "copy")
    assert "symbolic link" in wrong(log)["what"]


def test_a_reference_counts_at_any_depth_and_a_digest_of_things_elsewhere_does_not(log: SmallLog) -> None:
    nowhere = "ab" * 32
    log.add(
        "trucewatch/publication/1", list_digest=nowhere, digests=[nowhere], parts=[{"file_digests": [nowhere, nowhere]}]
    )
    log.add("trucewatch/act/1", **{nowhere: "a key is not a reference"})
    log.publish()
    assert run(log.watch, "--policy", log.policy())[0] == 0
    log.add("trucewatch/act/1", parts=[[{"deep": [nowhere]}]], x_digest="cd" * 32, digests=["ef" * 32])
    log.publish()
    code, document = run(log.watch)
    assert code == 1
    assert sorted(problem["file"] for problem in document["problems"]) == [
        f"objects/{one[:2]}/{one[2:]}" for one in (nowhere, "cd" * 32, "ef" * 32)
    ]


def test_a_clock_that_jumped_back_is_a_remark(log: SmallLog) -> None:
    log.clock -= 3
    log.fill(22)
    log.publish()
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any("clock went back" in remark for remark in document["remarks"])


def test_an_unused_file_is_a_remark_and_is_not_read(log: SmallLog) -> None:
    """Nothing rests on it, and nothing says how long it may be: it was hashed once, and eight terabytes took hours."""
    name = log.keep(b"nobody names me", "evidence")
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any(f"{name[2:]} is not named by the log and was not read" in remark for remark in document["remarks"])
    with log.file(name, "evidence").open("wb") as file:
        file.truncate(8 * 10**12)
    assert run(log.watch, "--policy", log.policy())[0] == 0


def test_erased_evidence_is_said_to_be_erased_not_corrupt(log: SmallLog) -> None:
    name = log.add_evidence("a person's words")
    log.publish()
    log.file(name, "evidence").unlink()
    assert wrong(log)["what"].startswith("is missing")
    log.add("trucewatch/erasure/1", erased=[name], reason="asked for by the person", ordered_by="head of mission")
    log.publish()
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any(f"{name} was erased, says entry 21" in remark for remark in document["remarks"])


def test_what_is_named_again_after_its_erasure_must_exist(log: SmallLog) -> None:
    name = log.add_evidence("a person's words")
    log.add("trucewatch/erasure/1", erased=[name], reason="asked for", ordered_by="head of mission")
    log.publish()
    assert run(log.watch, "--policy", log.policy())[0] == 0, "erased, but a copy still has the bytes"
    log.file(name, "evidence").unlink()
    log.add("trucewatch/act/1", again=name)
    log.publish()
    problem = wrong(log)
    assert name[2:] in problem["file"]
    assert "If they were erased, an entry has to say so" in problem["do"]


def test_the_log_cannot_erase_the_record_of_a_key(log: SmallLog) -> None:
    key = json.loads(log.entries[0])["object"]
    log.add("trucewatch/erasure/1", erased=[key], reason="none", ordered_by="nobody")
    log.publish()
    log.file(key).unlink()
    assert run(log.watch, "--policy", log.policy())[0] == 1


def test_evidence_that_is_missing_is_named_where_it_has_to_be(log: SmallLog) -> None:
    name = log.add_evidence("a photograph")
    log.add("trucewatch/batch/1", evidence=name)
    log.publish()
    log.file(name, "evidence").unlink()
    assert wrong(log)["file"] == f"evidence/{name[:2]}/{name[2:]}"


def test_a_missing_object_of_a_record_is_named_in_objects(log: SmallLog) -> None:
    name = log.keep(b"a table")
    log.add("trucewatch/list/1", findings=name)
    log.publish()
    log.file(name).unlink()
    assert wrong(log)["file"] == f"objects/{name[:2]}/{name[2:]}"
