"""What the real writer writes, the real inspector takes, in a process of its own: changes of key, erasures, losses,
copies, also while a writer writes. And that an inspector is never handed what the writer would not write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.builders import edit, make_watch
from tests.store.test_store import open_store, record
from trucewatch.cli.main import app
from trucewatch.errors import StoreError
from trucewatch.geo import kernel_cache
from trucewatch.store.ledger_copy import copy_ledger

ROOT = Path(__file__).resolve().parents[3]
INSPECTOR = ROOT / "src" / "trucewatch" / "ledger" / "inspector.py"
LEDGER = ".trucewatch/ledger"


def inspect(path: Path, *words: object) -> dict[str, Any]:
    """What the inspector says for programs, run alone; its exit code fits."""
    command = [sys.executable, "-I", INSPECTOR, path, "--json", *words]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    document = dict(json.loads(done.stdout))
    assert done.returncode == (0 if document["ok"] else 1)
    return document


def call(*words: object) -> tuple[int, str]:
    """The program's words: its exit code and what it prints."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A watch after one run."""
    folder = make_watch(tmp_path / "w", rows=3)
    assert call("run", folder)[0] == 0
    return folder


def keep_checkpoint(watch: Path) -> Path:
    return Path(shutil.copy(watch / LEDGER / "checkpoint", watch.parent / "seen"))


def policy_of(watch: Path, vkey: str) -> Path:
    path = watch.parent / "policy.toml"
    path.write_text(f'schema = 1\nlog = "{vkey}"\n', "utf-8")
    return path


def key_of(watch: Path) -> str:
    with open_store(watch) as store:
        return str(store.public_key)


# Keys


def test_a_rotation_is_told_and_taken_by_whoever_knows_the_key_before(watch: Path) -> None:
    seen, before = keep_checkpoint(watch), policy_of(watch, key_of(watch))
    code, text = call("keys", "rotate", watch, "--reason", "a year is over")
    assert code == 0
    call("run", watch)
    for words in ((), ("--seen", seen), ("--policy", before), ("--policy", before, "--seen", seen)):
        document = inspect(watch, *words)
        assert document["ok"], document
        (change,) = document["changes"]
        assert change.startswith("Key changed: entry ")
        assert f"puts {text.splitlines()[0]} in place of " in change
        assert change.endswith("; the old key signed it.")


def test_a_loss_is_told_and_refused_by_whoever_knows_the_key_before(watch: Path) -> None:
    seen, before = keep_checkpoint(watch), policy_of(watch, key_of(watch))
    code, text = call("keys", "rotate", watch, "--lost", "--yes", "--reason", "stolen")
    assert code == 0
    heir = text.splitlines()[0]
    document = inspect(watch)
    assert document["ok"]
    assert "; the old key did not sign it." in document["changes"][0]
    for words in (("--seen", seen), ("--policy", before)):
        document = inspect(watch, *words)
        assert not document["ok"]
        assert f"log key: entry {document['size'] - 1} (lost) puts {heir}" in document["problems"][0]["what"]
    assert inspect(watch, "--policy", policy_of(watch, heir), "--seen", seen)["ok"]


def test_the_new_key_after_a_loss_says_which_one_it_replaces(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        before = str(store.public_key)
    from trucewatch.store import Store
    from trucewatch.terminal.base import clock

    with Store(tmp_path, clock, lost_key=True, reason="stolen") as store:
        *_, loss, new = [entry.record for entry in store.journal.entries()]
    assert (loss["act"], loss["key"], loss["replaces"]) == ("lost", before, "")
    assert (new["act"], new["replaces"]) == ("new", before)


def test_losses_and_rotations_in_turn_are_all_told(watch: Path) -> None:
    for words in (("--lost", "--yes"), (), ("--lost", "--yes"), ("--lost", "--yes"), ()):
        assert call("keys", "rotate", watch, *words)[0] == 0
    document = inspect(watch)
    assert document["ok"], document["problems"]
    assert [change.rpartition("; ")[2] for change in document["changes"]] == [
        "the old key did not sign it.",
        "the old key signed it.",
        "the old key did not sign it.",
        "the old key did not sign it.",
        "the old key signed it.",
    ]


def test_a_ledger_that_an_intruder_carries_on_without_its_key_is_refused(watch: Path, tmp_path: Path) -> None:
    """With the program itself: `private/` taken out, another key entered as `new`; then without the program's help."""
    seen = keep_checkpoint(watch)
    shutil.rmtree(watch / ".trucewatch/private")
    assert call("keys", "rotate", watch, "--lost")[0] == 0
    assert inspect(watch)["changes"], "whoever knows no key is told, in the first lines"
    assert not inspect(watch, "--seen", seen)["ok"]


# Erasures and losses


def test_an_erasure_is_told_first(watch: Path) -> None:
    with open_store(watch) as store:
        (name, *_) = [row[0] for row in store.index.rows("SELECT sha256 FROM evidence")]
    assert call("erase", watch, name, "--reason", "asked for", "--yes")[0] == 0
    document = inspect(watch)
    assert document["ok"], document["problems"]
    assert document["changes"][0].startswith("Erased: entry ")
    assert any(" was erased, says entry" in remark for remark in document["remarks"])
    assert name not in str(document["problems"])


def test_a_ledger_that_begins_anew_after_a_loss_verifies_and_is_another_log_for_whoever_kept_one(watch: Path) -> None:
    seen = keep_checkpoint(watch)
    (watch / LEDGER / "journal").write_bytes(b"spoilt")
    assert call("rebuild", watch, "--accept-loss")[0] == 0
    assert inspect(watch)["ok"]
    document = inspect(watch, "--seen", seen)
    assert not document["ok"]
    assert "is of another log" in str(document["problems"])


@pytest.mark.parametrize("state", ["empty", "missing"])
def test_an_empty_journal_is_restored_from_the_tiles_as_a_missing_one_is(watch: Path, state: str) -> None:
    journal, before = watch / LEDGER / "journal", (watch / LEDGER / "checkpoint").read_bytes()
    journal.unlink()
    if state == "empty":
        journal.touch()
    with open_store(watch) as store:
        assert any("from the ledger's tiles" in words for words in store.recovered)
    assert (watch / LEDGER / "checkpoint").read_bytes() == before
    assert inspect(watch)["ok"]


# Copies


def test_a_copy_is_all_right_and_holds_neither_keys_nor_journal(watch: Path, tmp_path: Path) -> None:
    call("keys", "rotate", watch)
    policy = policy_of(watch, key_of(watch))
    code, text = call("log", watch, "--copy", tmp_path / "copy")
    assert code == 0
    assert "released or not" in text
    document = inspect(tmp_path / "copy", "--policy", policy)
    assert document["ok"], document
    assert document["remarks"] == []
    names = {path.name for path in (tmp_path / "copy").rglob("*")}
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {"ledger", "objects", "evidence"}
    assert not {"journal", "journal.torn", "journal.lock", "log-key", "private"} & names
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700


def test_a_served_copy_is_the_ledger_alone_and_is_checked_with_a_policy(watch: Path, tmp_path: Path) -> None:
    policy = policy_of(watch, key_of(watch))
    assert call("log", watch, "--copy", tmp_path / "srv", "--ledger-only")[0] == 0
    assert {path.name for path in (tmp_path / "srv").iterdir()} == {"checkpoint", "checkpoints", "tile"}
    assert inspect(tmp_path / "srv", "--policy", policy)["ok"]
    assert not inspect(tmp_path / "srv")["ok"], "without a key nobody's signature is checked"


def test_a_copy_goes_to_a_new_or_empty_folder_outside_of_the_store(watch: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for place, words in (
        (tmp_path / "full", "holds something"),
        (tmp_path / "full/mine", "holds something"),
        (tmp_path / "link", "holds something"),
        (watch / ".trucewatch/copy", "lies in the store itself"),
        (watch / ".trucewatch", "lies in the store itself"),
    ):
        with pytest.raises(StoreError, match=words):
            copy_ledger(watch / ".trucewatch", place)
    assert (tmp_path / "full/mine").read_text() == "mine"
    assert call("log", watch, "--copy", tmp_path / "empty")[0] == 0


def test_a_copy_that_fails_leaves_nothing_behind(watch: Path, tmp_path: Path) -> None:
    victim = next(path for path in (watch / ".trucewatch/evidence").rglob("*") if path.is_file())
    victim.write_bytes(b"spoilt")
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "new", tmp_path / "empty"):
        with pytest.raises(StoreError, match="do not match its name"):
            copy_ledger(watch / ".trucewatch", place)
    assert not (tmp_path / "new").exists()
    assert not [*(tmp_path / "empty").iterdir()]


def test_a_copy_leaves_out_what_was_erased_and_what_nobody_names(watch: Path, tmp_path: Path) -> None:
    with open_store(watch) as store:
        name = store.objects.put(b"a person's words")
        store.commit([{"schema": "trucewatch/test/1", "about": name}])
        store.publish()
        store.erase([name], reason="asked for", ordered_by="a test")
        store.objects.put(b"a person's words")  # a killed erasure, or a copy that was put back
        store.objects.put(b"nobody names me")
    copy_ledger(watch / ".trucewatch", tmp_path / "copy")
    document = inspect(tmp_path / "copy")
    assert document["ok"], document
    assert not (tmp_path / "copy/objects" / name[:2] / name[2:]).exists()
    assert not any("here" in remark or "not named" in remark for remark in document["remarks"])


WRITER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.store import Store
with Store(Path(sys.argv[1]), lambda: datetime.now(UTC)) as store:
    print("begun", flush=True)
    end, number = time.monotonic() + float(sys.argv[2]), 0
    while time.monotonic() < end:
        name = store.objects.put(b"words %d" % number)
        store.commit([{"schema": "trucewatch/test/1", "about": name, "n": str(number)}] * (1 + number % 40))
        store.publish()
        if number % 3 == 0:
            store.erase([name], reason="load", ordered_by="a test")
        if number % 11 == 5:
            store.rotate_key(reason="load")
        number += 1
print(number)
"""


def test_copies_made_while_a_writer_writes_erases_and_rotates_are_all_right(tmp_path: Path) -> None:
    with open_store(tmp_path / "w") as store:
        store.commit([record(number) for number in range(300)])
        first = str(store.public_key)
    policy = policy_of(tmp_path / "w", first)
    command = [sys.executable, "-c", WRITER, str(tmp_path / "w"), "12"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begun\n"
        sizes = []
        while writer.poll() is None and len(sizes) < 12:
            place = tmp_path / f"copy-{len(sizes)}"
            sizes.append(copy_ledger(tmp_path / "w/.trucewatch", place, ledger_only=len(sizes) % 3 == 2).entries)
            time.sleep(0.1)
        is_still_writing = writer.poll() is None
        writer.communicate()
    assert is_still_writing or len(sizes) >= 3
    assert len(set(sizes)) > 1, "the ledger grew meanwhile"
    for number, size in enumerate(sizes):
        is_served = number % 3 == 2
        if is_served:
            document = inspect(tmp_path / f"copy-{number}")
            assert (document["problems"], document["size"]) == ([], size)
        else:
            document = inspect(tmp_path / f"copy-{number}", "--policy", policy)
            assert document["ok"], document
            assert document["size"] == size
            assert not any("here" in remark or "not named" in remark for remark in document["remarks"])


def test_help_teaches_how_a_ledger_is_handed_on() -> None:
    code, text = call("log", "--help")
    assert code == 0
    for word in ("--copy", "--ledger-only", "released or not", "verify DIR --policy FILE"):
        assert word in " ".join(text.split())
    with pytest.raises(Exception, match="--copy DIR --ledger-only"):
        call("log", ".", "--ledger-only")


# What people and files are called


@pytest.mark.parametrize("name", ["a\x1b[2Jb.csv", "a\u202eb.csv", "a\u200fb.csv"])
def test_names_that_steer_a_terminal_are_not_printed_as_they_are(tmp_path: Path, name: str) -> None:
    watch = make_watch(tmp_path / "w")
    source = next((watch / "inbox").glob("*.csv"))
    source.rename(watch / "inbox" / name)
    edit(watch / "watch.toml", f"inbox/{source.name}", "inbox/*.csv")
    call("run", watch)
    letter = name[1]
    for words in (("log", watch, "--last", "0"), ("log", watch, "--kind", "evidence")):
        code, text = call(*words)
        assert code == 0
        assert letter not in text
        assert "b.csv" in text
    with open_store(watch) as store:
        (sha256,) = [row[0] for row in store.index.rows("SELECT sha256 FROM evidence WHERE name LIKE '%b.csv'")]
    (watch / f"copy{name}").write_bytes((watch / "inbox" / name).read_bytes())
    code, text = call("erase", watch, sha256, "--reason", "asked for")
    assert code == 0
    assert "b.csv" in text
    assert letter not in text


@pytest.mark.parametrize("key", ["organisation", "licence"])
def test_check_names_the_line_of_a_text_that_is_a_hash_and_nothing_is_entered(tmp_path: Path, key: str) -> None:
    watch = make_watch(tmp_path / "w")
    lines = (watch / "watch.toml").read_text("utf-8").splitlines()
    lines = [line for line in lines if not line.startswith(f"{key} =")]
    lines.insert(lines.index("[[source]]") + 1, f'{key} = "{"ab" * 32}"')
    (watch / "watch.toml").write_text("\n".join(lines) + "\n", "utf-8")
    line = lines.index(f'{key} = "{"ab" * 32}"') + 1
    code, text = call("check", watch)
    assert code == 2 or "error" in text
    assert f"watch.toml:{line}" in text.replace(" ", "") or f"line {line}" in text, text
    assert "is the hash of a file and nothing else" in text


def test_a_text_that_is_the_hash_of_nothing_here_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        before = len(store.journal)
        for place in (
            {"any": "cd" * 32},
            {"deep": [{"list": ["cd" * 32]}]},
            {"by": "cd" * 32},
            {"x": [{"text": "cd" * 32}]},
        ):
            with pytest.raises(StoreError, match="Nothing was entered"):
                store.commit([{"schema": "trucewatch/test/1", **place}])
        assert len(store.journal) == before
    assert inspect(tmp_path)["ok"]


# The kernels' cache


def test_a_cache_folder_that_somebody_else_can_swap_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the home cannot be written the cache lay in the system's folder for temporary files, under a known name."""

    def chosen(home: Path, temporary: Path) -> str:
        monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
        monkeypatch.setenv("XDG_CACHE_HOME", str(home))
        monkeypatch.setattr(kernel_cache.tempfile, "gettempdir", lambda: str(temporary))
        monkeypatch.setitem(sys.modules, "numba", type(sys)("numba"))
        monkeypatch.setattr(sys.modules["numba"], "config", type(sys)("config"), raising=False)
        kernel_cache.choose_cache()
        return os.environ.get("NUMBA_CACHE_DIR", "")

    tmp_path.chmod(0o755)
    mine, free, sticky = tmp_path / "mine", tmp_path / "free", tmp_path / "sticky"
    for folder, mode in ((mine, 0o700), (free, 0o777), (sticky, 0o1777)):
        folder.mkdir()
        folder.chmod(mode)
    (tmp_path / "file").write_text("no folder")
    nowhere = tmp_path / "file"
    assert chosen(mine, sticky).startswith(str(mine / "trucewatch"))
    assert chosen(nowhere, sticky).startswith(str(sticky / "trucewatch-"))
    assert chosen(nowhere, free) == "", "anybody could put another folder in its place"
    planted = sticky / f"trucewatch-{os.getuid()}"
    shutil.rmtree(planted)
    planted.symlink_to(mine)
    assert chosen(nowhere, sticky) == "", "a link leads wherever its owner wants"
    planted.unlink()
    if os.getuid() == 0:
        planted.mkdir()
        os.chown(planted, 65534, 65534)
        assert chosen(nowhere, sticky) == "", "another user's folder"
