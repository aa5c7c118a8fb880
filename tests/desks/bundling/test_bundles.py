"""What a bundle proves to who has never seen us, and that nothing in it can be changed, added, left out or borrowed."""

from __future__ import annotations

import base64
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from tests.desks.bundling.conftest import Given
from tests.desks.bundling.opened_bundles import check, members_of, opened_of, refusal, zipped, zipped_as_is
from trucewatch.desks.bundling.operations import prepare_bundle
from trucewatch.errors import ReportError
from trucewatch.ledger.bundle import LEAST, MANIFEST_NAME, manifest
from trucewatch.ledger.signing import write_canonical
from trucewatch.model.incident import incident_rows

ALONE = """
import runpy, sys
sys.modules["trucewatch"] = None
sys.argv = ["inspector.py", *sys.argv[1:]]
runpy.run_path(sys.argv[1].replace("bundle.zip", "inspector.py"), run_name="__main__")
"""


@pytest.fixture(scope="module")
def whole(given: Given) -> bytes:
    return given.bundle()


def test_a_stranger_checks_it_with_the_inspector_that_lies_in_it_and_nothing_else_of_ours(
    given: Given, whole: bytes, tmp_path: Path
) -> None:
    (tmp_path / "bundle.zip").write_bytes(whole)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extract("inspector.py", tmp_path)
    (tmp_path / "policy.toml").write_text(f'schema = 1\nlog = "{given.key}"\n')
    command = [
        sys.executable,
        "-I",
        "-c",
        ALONE,
        str(tmp_path / "bundle.zip"),
        "--policy",
        str(tmp_path / "policy.toml"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("PROVED: every member of this bundle")
    without = [*command[:5]]
    done = subprocess.run(without, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith("PROVED UNDER A KEY THAT NOBODY VOUCHED FOR")


def test_the_folder_that_it_was_unpacked_into_proves_the_same(given: Given, whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(whole)
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "folder")
    zip_code, of_zip = check(tmp_path / "bundle.zip", given.key)
    folder_code, of_folder = check(tmp_path / "folder", given.key)
    assert (zip_code, folder_code) == (0, 0)
    assert of_zip["copy"] == of_folder["copy"]
    assert of_zip["copy"]["closed"], "what is withheld is named as closed"
    (tmp_path / "folder" / "extra.txt").write_text("x")
    code, document = check(tmp_path / "folder", given.key)
    assert code == 1
    assert "extra.txt" in document["problems"][0]["what"]
    (tmp_path / "folder" / "extra.txt").unlink()
    (tmp_path / "folder" / "keys.txt").unlink()
    (tmp_path / "folder" / "keys.txt").symlink_to(tmp_path / "policy.toml")
    code, document = check(tmp_path / "folder", given.key)
    assert code == 1
    assert "keys.txt" in document["problems"][0]["what"]


def test_each_member_that_is_changed_missing_or_added_is_named(given: Given, whole: bytes, tmp_path: Path) -> None:
    members = members_of(whole)
    assert len(members) == 8
    for name, content in members.items():
        changed = content[:-1] + bytes([content[-1] ^ 1])
        said = refusal(tmp_path, zipped_as_is({**members, name: changed}), given.key)
        assert name in said or name in ("given.json", "checkpoint.txt"), (name, said)
        without = {other: kept for other, kept in members.items() if other != name}
        make = zipped_as_is if name == "padding" else zipped
        assert name in refusal(tmp_path, make(without), given.key), name
    assert "extra.txt" in refusal(tmp_path, zipped({**members, "extra.txt": b"x"}), given.key)
    assert f"evidence/{'0' * 64}" in refusal(tmp_path, zipped({**members, f"evidence/{'0' * 64}": b"x"}), given.key)
    shorter = {**members, "padding": members["padding"][:-1]}
    assert "padding" in refusal(tmp_path, zipped_as_is(shorter), given.key)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(place=st.integers(0, 2**18 - 1), bit=st.integers(0, 7))
def test_no_bit_of_the_file_can_be_changed(given: Given, whole: bytes, tmp_path: Path, place: int, bit: int) -> None:
    assert len(whole) == LEAST
    content = bytearray(whole)
    content[place] ^= 1 << bit
    path = tmp_path / "flipped.zip"
    path.write_bytes(content)
    code, document = check(path, given.key)
    assert code != 0
    assert not document.get("ok")


def test_what_is_taken_from_another_bundle_is_found(given: Given, whole: bytes, tmp_path: Path) -> None:
    others = [row.incident_id for row in incident_rows(given.assessment.incidents) if row.kind == "explosion"]
    other = members_of(given.bundle(next(name for name in others if name != given.incident)))
    members = members_of(whole)
    borrowed = {**members, "dossier-copy.json": other["dossier-copy.json"]}
    assert "dossier-copy.json otherwise than its manifest" in refusal(tmp_path, zipped(borrowed), given.key)
    listed = {
        name: content
        for name, content in borrowed.items()
        if name not in (MANIFEST_NAME, "given.json", "checkpoint.txt", "padding")
    }
    remade = {**borrowed, MANIFEST_NAME: manifest("incident", "joint-centre", "en", listed)}
    assert "not given at that entry" in refusal(tmp_path, zipped(remade), given.key)
    with_receipt = {**members, "given.json": other["given.json"], "checkpoint.txt": other["checkpoint.txt"]}
    assert "not given at that entry" in refusal(tmp_path, zipped(with_receipt), given.key)
    copy, foreign = json.loads(members["dossier-copy.json"]), json.loads(other["dossier-copy.json"])
    copy["rows"][0]["fields"][0] = foreign["rows"][0]["fields"][0]
    field = {**members, "dossier-copy.json": json.dumps(copy, separators=(",", ":"), ensure_ascii=False).encode()}
    assert "dossier-copy.json" in refusal(tmp_path, zipped(field), given.key)


def test_a_hostile_zip_is_refused_before_anything_is_unpacked(given: Given, whole: bytes, tmp_path: Path) -> None:
    members = members_of(whole)
    path = tmp_path / "deflated.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("bomb", bytes(2**27))
    assert "is packed otherwise" in refusal(tmp_path, path.read_bytes())
    assert "a name that no bundle has" in refusal(tmp_path, zipped({**members, "../policy.toml": b"x"}))
    assert "a name that no bundle has" in refusal(tmp_path, zipped({**members, "/etc/x": b"x"}))
    assert "a name that no bundle has" in refusal(tmp_path, zipped({**members, "C:x": b"x"}))
    local = whole[: 30 + len("README.txt") + len(members["README.txt"])]
    assert "twice: README.txt" in refusal(tmp_path, local + whole)
    size = struct.pack("<II", 2**31, 2**31)
    assert refusal(tmp_path, whole[:18] + size + whole[26:])
    assert refusal(tmp_path, whole + b"x")
    assert refusal(tmp_path, whole[:-1])
    assert refusal(tmp_path, whole[:40])
    linked = bytearray(whole)
    mode = linked.rindex(struct.pack("<I", 0o100644 << 16))
    linked[mode : mode + 4] = struct.pack("<I", 0o120777 << 16)
    assert "not written as bundles are" in refusal(tmp_path, bytes(linked))


def test_two_exports_with_other_redactions_prove_that_they_are_of_one_entry(given: Given, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    first.write_bytes(given.bundle())
    second.write_bytes(given.bundle("", "joint-centre", "findings/*/facts"))
    code, document = check(first, given.key, "--same-as", second)
    assert code == 0
    assert document["same_entry"] is True
    assert "ONE ENTRY" in document["remarks"][-1]
    assert opened_of(members_of(first.read_bytes())) != opened_of(members_of(second.read_bytes()))
    others = [row.incident_id for row in incident_rows(given.assessment.incidents) if row.kind == "explosion"]
    for content, words in (
        (given.bundle(next(name for name in others if name != given.incident)), "NOT THE SAME ENTRY"),
        (given.bundle("", "public"), "NOT COMPARED"),  # it is of another log, which this policy does not name
    ):
        second.write_bytes(content)
        code, document = check(first, given.key, "--same-as", second)
        assert code == 1
        assert document["same_entry"] is False
        assert words in document["remarks"][-1]
    second.write_bytes(content[:-1] + b"x")
    code, document = check(first, given.key, "--same-as", second)
    assert code == 1
    assert "NOT COMPARED" in document["remarks"][-1]


def test_the_readme_says_it_in_the_readers_language_and_names_the_key(given: Given) -> None:
    text = members_of(given.bundle())["README.txt"].decode()
    for words in ("Joint centre", given.key, "python -I inspector.py", "cryptography", "does not prove"):
        assert words in text
    assert max(map(len, text.splitlines())) <= 160
    with pytest.raises(ReportError, match="no catalogue"):
        prepare_bundle(given.store, given.assessment, given.incident, recipient="joint-centre", language="xx")
    with pytest.raises(ReportError, match="working translation"):
        prepare_bundle(given.store, given.assessment, given.incident, recipient="parties", language="ru")


@pytest.mark.parametrize("which", ["a stranger's", "a made-up one of the log", "one twice"])
def test_no_line_under_its_checkpoint_is_of_a_key_that_the_bundle_does_not_name(
    given: Given, whole: bytes, tmp_path: Path, which: str
) -> None:
    members = members_of(whole)
    receipt = json.loads(members["given.json"])
    note = receipt["proof"]["checkpoint"]["note"]
    last = note.splitlines(keepends=True)[-1]
    stranger = base64.b64encode(bytes(4 + 72)).decode()
    line = {"a stranger's": f"— witness/United-Nations {stranger}\n", "one twice": last}.get(which)
    receipt["proof"]["checkpoint"]["note"] = note + (line or f"{last.rpartition(' ')[0]} {stranger}\n")
    changed = {"given.json": write_canonical(receipt), "checkpoint.txt": receipt["proof"]["checkpoint"]["note"]}
    said = refusal(tmp_path, zipped(members | {name: text.encode() for name, text in changed.items()}), given.key)
    assert "whose key keys.txt does not name, or one twice" in said
