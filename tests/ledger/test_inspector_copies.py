"""The inspector on copies: damaged, cut short, linked, or of the served folder alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import each
from tests.ledger.small_log import Signer, SmallLog, fork, run, said, wrong

# The size of the checkpoint


@pytest.mark.parametrize("size", [19, 21, 256, 10**17])
@pytest.mark.parametrize("policy", [True, False])
def test_a_changed_size_is_the_fault_of_the_checkpoint_and_of_no_file_that_never_was(
    log: SmallLog, size: int, policy: bool
) -> None:
    path = log.base / "ledger" / "checkpoint"
    path.write_text(path.read_text("utf-8").replace("\n20\n", f"\n{size}\n"), "utf-8")
    code, document = run(log.watch, *(("--policy", log.policy()) if policy else ()))
    assert (code, document["first_wrong"]) == (1, "ledger/checkpoint")
    assert [problem["file"] for problem in document["problems"]] == ["ledger/checkpoint"]
    assert document["remarks"] == []


def test_a_missing_tile_is_missing_while_the_others_vouch_for_the_size(log: SmallLog) -> None:
    path = log.base / "ledger" / "tile" / "entries" / "000.p" / "20"
    path.rename(path.with_name("12"))
    code, document = run(log.watch)
    assert (code, document["first_wrong"]) == (1, "ledger/tile/entries/000.p/20")


def test_a_broken_bundle_is_not_buried_under_remarks_on_all_that_it_named(log: SmallLog) -> None:
    path = log.base / "ledger" / "tile" / "entries" / "000.p" / "20"
    path.write_bytes(path.read_bytes().replace(b'"kind"', b'"kinq"', 1))
    for options in ((), ("--policy", log.policy())):
        _, document = run(log.watch, *options)
        assert document["first_wrong"] == "ledger/tile/entries/000.p/20"
        assert (len(document["problems"]), document["remarks"]) == (1, [])
        assert "What rests on it was not checked" in said(log.watch, *options)


def test_under_a_policy_a_good_checkpoint_is_not_blamed_for_tiles_that_were_all_made_anew(log: SmallLog) -> None:
    text = (log.base / "ledger" / "checkpoint").read_text("utf-8")
    log.entries[7] = log.entries[8]
    log.publish()
    (log.base / "ledger" / "checkpoint").write_text(text, "utf-8")
    assert wrong(log)["file"] == "ledger/tile"


# A copy of ledger/ alone


def alone(log: SmallLog, folder: Path, name: str) -> Path:
    """What a web server serves."""
    return Path(shutil.copytree(log.base / "ledger", folder / name))


@pytest.mark.parametrize("name", ["ledger", "srv"])
def test_a_served_copy_is_checked_as_far_as_it_goes_and_says_what_it_lacks(
    log: SmallLog, tmp_path: Path, name: str
) -> None:
    copy = alone(log, tmp_path / "elsewhere", name)
    (tmp_path / "seen").write_text(log.note(7), "utf-8")
    code, document = run(copy, "--policy", log.policy(quorum=1), "--seen", tmp_path / "seen")
    assert (code, document["problems"], document["remarks"]) == (0, [], [])
    assert (document["size"], document["seen"], document["witnesses"]) == (20, 7, ["witness.example/w1"])
    text = said(copy, "--policy", log.policy(quorum=1), "--seen", tmp_path / "seen")
    assert "Not proved: Objects and evidence are not here: their contents were not checked." in text
    assert "and files" not in text


def test_without_a_policy_a_served_copy_says_that_no_signature_was_checked(log: SmallLog, tmp_path: Path) -> None:
    copy = alone(log, tmp_path, "srv")
    (tmp_path / "seen").write_text(log.note(7), "utf-8")
    code, document = run(copy, "--seen", tmp_path / "seen")
    assert (code, document["ok"], document["problems"]) == (1, False, []), "anybody can make such a tree"
    assert (document["signed_by"], document["seen"]) == ([], 7)
    assert said(copy).startswith("NOBODY'S SIGNATURE WAS CHECKED: 20 entries agree; root ")
    assert "give --policy" in said(copy).splitlines()[0]
    assert any("No signature was checked" in text for text in document["cannot_prove"])
    other = fork(log, tmp_path / "other", 5)
    (tmp_path / "seen").write_text(other.note(), "utf-8")
    code, document = run(copy, "--seen", tmp_path / "seen")
    assert (code, document["accusations"]) == (1, [])
    assert "does not fit this tree" in document["problems"][0]["what"]


def test_a_changed_byte_of_a_served_copy_is_noticed(log: SmallLog, tmp_path: Path) -> None:
    copy, policy = alone(log, tmp_path, "srv"), log.policy()
    for path in each(sorted(path for path in copy.rglob("*") if path.is_file())):
        whole = path.read_bytes()
        path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
        assert run(copy, "--policy", policy)[0] == 1, path
        path.write_bytes(whole)


def test_a_served_copy_of_a_log_with_more_witnesses_than_the_policy_names_is_all_right(
    log: SmallLog, tmp_path: Path
) -> None:
    second = Signer("second.example/w", 103, kind=4)
    log.add_key("new", second)
    log.publish(log.signer, log.witness, second)
    code, document = run(alone(log, tmp_path, "srv"), "--policy", log.policy(quorum=1))
    assert (code, document["witnesses"]) == (0, ["witness.example/w1"])
    assert any("second.example/w" in remark for remark in document["remarks"])


def test_the_ledger_of_a_watch_is_checked_with_the_objects_beside_it_and_a_watch_must_have_them(log: SmallLog) -> None:
    assert run(log.base / "ledger")[1]["cannot_prove"] == run(log.watch)[1]["cannot_prove"]
    shutil.rmtree(log.base / "objects")
    shutil.rmtree(log.base / "evidence")
    assert "is missing" in wrong(log)["what"]
    assert run(log.base / "ledger")[0] == 1


# Links, and what was left out


@pytest.mark.parametrize("name", ["objects", "evidence", "ledger", "ledger/tile", "ledger/checkpoints"])
def test_a_folder_that_is_a_link_is_refused(log: SmallLog, tmp_path: Path, name: str) -> None:
    (log.base / name).rename(tmp_path / "moved")
    (log.base / name).symlink_to(tmp_path / "moved")
    problem = wrong(log)
    assert (problem["file"], problem["what"]) == (name, "is a symbolic link")


def test_a_linked_folder_below_objects_is_refused(log: SmallLog, tmp_path: Path) -> None:
    folder = next(path for path in (log.base / "objects").iterdir())
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert wrong(log)["what"] == "is a symbolic link"


def test_checkpoints_that_are_not_here_are_a_remark(log: SmallLog) -> None:
    shutil.rmtree(log.base / "ledger" / "checkpoints")
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any("20 is missing in checkpoints/" in remark for remark in document["remarks"])
