"""The inspector on a reader's computer, beside what the sender of a copy planted there: as the attackers did it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.ledger.small_log import INSPECTOR, NOW, Signer, SmallLog, b64, canonical, inspector, run, said, wrong
from trucewatch.errors import LedgerError
from trucewatch.ledger.note import read_public_key

PLANTED = "import pathlib; pathlib.Path(__file__).with_name('ran').write_text('x'); print('ALL RIGHT: planted')\n"
MODULES = ("base64", "json", "argparse", "os", "re", "tomllib", "datetime", "hashlib", "__future__", "encodings.idna")


def alone(arguments: list[object], *, cwd: Path, flags: tuple[str, ...] = (), **env: str) -> tuple[int, str]:
    """The inspector as a stranger runs it, in a folder: its exit code and all that it says."""
    done = subprocess.run(
        [sys.executable, *flags, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **env},
    )
    return done.returncode, done.stdout + done.stderr


def state_of(*folders: Path) -> dict[str, bytes | str]:
    """Every file below the folders, with its bytes; links and pipes by their kind."""
    state: dict[str, bytes | str] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            is_plain = path.is_file() and not path.is_symlink()
            state[str(path)] = path.read_bytes() if is_plain else "folder" if path.is_dir() else "link or pipe"
    return state


def second_history(log: SmallLog, name: str = "12") -> None:
    """The keeper signs another root of a size that he signed before."""
    body = f"{log.origin}\n12\n{b64(hashlib.sha256(b'another').digest())}\n"
    (log.base / "ledger" / "checkpoints" / name).write_text(body + "\n" + log.signer.line(body), "utf-8")


# Nothing is written (D1a)


@pytest.mark.parametrize("kind", ["link", "pipe", "nothing"])
def test_a_copy_that_accuses_its_keeper_writes_nothing_where_the_reader_stands(
    log: SmallLog, tmp_path: Path, kind: str
) -> None:
    """The keeper could compute the name of the accusation, and a link of that name led to the reader's .bashrc."""
    second_history(log)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".bashrc").write_text("mine")
    name = f"accusation-{hashlib.sha256(str(run(log.watch)[1]['accusations']).encode()).hexdigest()[:8]}.json"
    for folder in (log.watch, log.base, tmp_path):
        if kind == "link":
            (folder / name).symlink_to(home / ".bashrc")
        elif kind == "pipe":
            os.mkfifo(folder / name)
    before = state_of(tmp_path)
    for cwd in (log.watch, log.base, tmp_path):
        code, text = alone([INSPECTOR, log.watch], cwd=cwd, HOME=str(home))
        assert code == 1
        assert json.loads(text.splitlines()[-1])["schema"] == "trucewatch/accusation/1", "it is printed all the same"
    assert state_of(tmp_path) == before


def test_two_thousand_bad_checkpoints_give_a_few_accusations_quickly(log: SmallLog, tmp_path: Path) -> None:
    log.fill(2010)
    log.publish()
    for size in range(1, 2000):
        body = f"{log.origin}\n{size}\n{b64(hashlib.sha256(b'another').digest())}\n"
        path = log.base / "ledger" / "checkpoints" / str(size)
        path.write_text(body + "\n" + log.signer.line(body), "utf-8")
    begun = time.process_time()
    _, document = run(log.watch, "--accusation", tmp_path / "one.json")
    assert time.process_time() - begun < 20
    assert document["changes"] == [
        "Forked or rolled back: 1999 signed checkpoints do not fit this ledger; see step 7 or 9."
    ]
    assert len(document["accusations"]) == 5
    assert run(tmp_path / "one.json", "--policy", log.policy())[0] == 0


def test_the_file_of_an_accusation_is_new_no_link_and_outside_of_what_is_checked(log: SmallLog, tmp_path: Path) -> None:
    second_history(log)
    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "into").symlink_to(log.base)
    for place, words in (
        (tmp_path / "there", "is there already; name a new file"),
        (tmp_path / "link", "is there already; name a new file"),
        (log.watch / "new.json", "is inside of what is checked"),
        (log.base / "evidence" / "new.json", "is inside of what is checked"),
        (tmp_path / "into" / "new.json", "is inside of what is checked"),
        (tmp_path / "no folder" / "new.json", "is in no folder that is here"),
    ):
        before = state_of(tmp_path)
        assert run(log.watch, "--accusation", place)[0] == 2, place
        assert words in said(log.watch, "--accusation", place)
        assert state_of(tmp_path) == before
    assert run(log.base / "ledger", "--accusation", log.base / "new.json")[0] == 2, "nor beside the ledger in the copy"
    text = said(log.watch, "--accusation", tmp_path / "new.json")
    assert text.splitlines()[-1] == f"The first accusation is in {tmp_path / 'new.json'}."
    assert run(tmp_path / "new.json", "--policy", log.policy())[0] == 0
    sound = SmallLog(tmp_path / "sound")
    sound.publish()
    assert run(sound.watch, "--accusation", tmp_path / "none.json")[0] == 0
    assert not (tmp_path / "none.json").exists(), "nothing to write, nothing written"


def test_a_log_whose_name_is_a_command_gets_no_file(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "watch", origin="example.org/`id`")
    log.fill(20)
    log.publish()
    second_history(log)
    text = said(log.watch, "--accusation", tmp_path / "new.json")
    assert "signs that a shell may take for a command" in text
    assert not (tmp_path / "new.json").exists()
    accusation = run(log.watch)[1]["accusations"][0]
    (tmp_path / "by hand.json").write_text(json.dumps(accusation), "utf-8")
    assert run(tmp_path / "by hand.json")[0] == 0, "keys of before with such names still verify"


# Nothing beside it is run (D24)


def plant(folder: Path) -> None:
    for name in MODULES:
        path = folder / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PLANTED)
    (folder / "cryptography").mkdir(exist_ok=True)
    (folder / "cryptography" / "__init__.py").write_text(PLANTED)


@pytest.mark.parametrize("flags", [(), ("-I",), ("-P",)])
@pytest.mark.parametrize("where", ["beside it", "in the working folder", "in both, named by PYTHONPATH"])
def test_modules_that_lie_beside_the_inspector_or_in_the_working_folder_never_run(
    log: SmallLog, tmp_path: Path, flags: tuple[str, ...], where: str
) -> None:
    beside, work = tmp_path / "beside", tmp_path / "work"
    for folder in (beside, work):
        folder.mkdir()
    shutil.copy(INSPECTOR, beside)
    if where != "in the working folder":
        plant(beside)
    if where != "beside it":
        plant(work)
    path = f"{work}:{beside}:" if where == "in both, named by PYTHONPATH" else ""
    code, text = alone([beside / "inspector.py", log.watch], cwd=work, flags=flags, PYTHONPATH=path)
    assert (code, text[:13]) == (0, "ALL RIGHT: 20")
    assert not [*tmp_path.rglob("ran")]
    assert not [*tmp_path.rglob("__pycache__")]


def test_imported_by_others_it_leaves_their_import_path_alone(tmp_path: Path) -> None:
    code = "import sys; before = [*sys.path]; import trucewatch.ledger.inspector; sys.exit(before != sys.path)"
    assert alone(["-c", code], cwd=tmp_path) == (0, "")


# No signature, no ALL RIGHT; older checkpoints (D12)


@pytest.mark.parametrize("policy", [True, False])
def test_an_empty_checkpoint_that_nobody_signed_is_not_all_right(log: SmallLog, policy: bool) -> None:
    text = f"{log.origin}\n0\n{b64(hashlib.sha256().digest())}\n\n— {log.origin} {b64(bytes(68))}\n"
    (log.base / "ledger" / "checkpoint").write_text(text, "utf-8")
    shutil.rmtree(log.base / "ledger" / "checkpoints")
    options = ("--policy", log.policy()) if policy else ()
    assert run(log.watch, *options)[0] == 1
    shutil.rmtree(log.base / "ledger" / "tile")
    code, document = run(log.watch, *options)
    assert (code, document["ok"]) == (1, False)
    assert not said(log.watch, *options).startswith("ALL RIGHT")


def test_a_genuine_older_checkpoint_over_newer_tiles_is_said_to_be_one(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "watch")
    for size in (5, 301):
        log.fill(size)
        log.publish()
    shutil.copy(log.base / "ledger" / "checkpoints" / "5", log.base / "ledger" / "checkpoint")
    (log.base / "ledger" / "checkpoints" / "301").unlink()
    for options in ((), ("--policy", log.policy())):
        code, document = run(log.watch, *options)
        assert code == 1
        assert all("an older checkpoint than these tiles; copy again" in one["what"] for one in document["problems"])
        assert {one["file"] for one in document["problems"]} >= {"ledger/tile/0/000", "ledger/tile/entries/001.p/45"}


# Keys that are none (D13)

P = 2**255 - 19
SMALL = sorted(inspector.SMALL_ORDER)


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", [*SMALL, P, P + 1, 2**255 - 1, P + 3])
def test_keys_of_small_order_or_in_another_spelling_are_refused(log: SmallLog, y: int, sign: int) -> None:
    public = (y | sign << 255).to_bytes(32, "little")
    for kind in (1, 4):
        content = bytes([kind]) + public
        vkey = f"x.example+{hashlib.sha256(b'x.example' + bytes([10]) + content).hexdigest()[:8]}+{b64(content)}"
        with pytest.raises(ValueError, match="under which anybody can sign"):
            inspector.read_key(vkey, kind)
        with pytest.raises(LedgerError, match="anybody can sign"):
            read_public_key(vkey)


def test_the_points_of_small_order_are_all_and_only_those_whose_eighth_multiple_is_nothing() -> None:
    d = -121665 * pow(121666, -1, P) % P

    def double(point: tuple[int, int]) -> tuple[int, int]:
        x, y = point
        k = d * x * x * y * y
        return 2 * x * y * pow(1 + k, -1, P) % P, (y * y + x * x) * pow(1 - k, -1, P) % P

    def root(square: int) -> int:
        x = pow(square, (P + 3) // 8, P)
        return x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P

    points = [(root((y * y - 1) * pow(d * y * y + 1, -1, P) % P), y) for y in SMALL]
    assert len(points) == 5, "with both signs of three of them, the eight points of the torsion"
    assert [double(double(double(point))) for point in points] == [(0, 1)] * 5


def test_the_library_refuses_the_other_spellings_of_a_signature(log: SmallLog) -> None:
    """S + L signs the same as S, and R may be spelt above P: both would give one text two signatures."""
    order = 2**252 + 27742317777372353535851937790883648493
    signature = log.signer.private.sign(b"text")
    public = log.signer.private.public_key().public_bytes_raw()
    s = int.from_bytes(signature[32:], "little")
    Ed25519PublicKey.from_public_bytes(public).verify(signature, b"text")
    key = inspector.read_key(log.signer.vkey, 1)
    for forged in (
        signature[:32] + (s + order).to_bytes(32, "little"),
        (P + 1).to_bytes(32, "little") + signature[32:],
    ):
        with pytest.raises(ValueError, match="false signature"):
            inspector.verify(key, forged, b"text", NOW)


# What matters is never pushed out of sight (D2, D8)


def test_a_key_that_an_intruder_puts_in_without_loss_or_rotation_is_a_fault(log: SmallLog, tmp_path: Path) -> None:
    """Without any key of the log he appended his own, a forged act, and signed: ALL RIGHT, with --seen too."""
    (tmp_path / "seen").write_text(log.note(), "utf-8")
    thief = Signer(log.origin, 66)
    name = log.add_key("new", thief)
    log.add("trucewatch/incident-act/1", act="forged")
    log.publish(thief)
    for options in ((), ("--seen", tmp_path / "seen"), ("--policy", log.policy())):
        code, document = run(log.watch, *options)
        assert code == 1, options
        told = {problem["file"]: problem["what"] for problem in document["problems"]}
        assert told[log.file(name).relative_to(log.base).as_posix()] == "has the unfit act 'new'"


@pytest.mark.parametrize("says_which", [True, False])
def test_a_loss_that_an_intruder_enters_is_told_first_and_refused_by_whoever_kept_a_checkpoint(
    log: SmallLog, tmp_path: Path, says_which: bool
) -> None:
    (tmp_path / "seen").write_text(log.note(), "utf-8")
    thief = Signer(log.origin, 66)
    log.add_key("lost", log.signer)
    log.add_key("new", thief, replaces=log.signer if says_which else None)
    log.publish(thief)
    code, document = run(log.watch)
    assert (code, len(document["changes"])) == (0, 1)
    assert said(log.watch).splitlines()[1].startswith("Key changed: entry 21 (lost) puts ")
    code, document = run(log.watch, "--seen", tmp_path / "seen")
    assert code == 1
    assert "is not confirmed by the kept checkpoint's log key: entry 21 (lost)" in document["problems"][0]["what"]
    assert "by another way" in document["problems"][0]["do"]


def test_a_loss_without_a_new_key_is_told_first(log: SmallLog, tmp_path: Path) -> None:
    """It was ALL RIGHT, and no change was told: the key that signed may be in other hands."""
    gone = log.add_evidence("a person's words")
    log.add("trucewatch/erasure/1", erased=[gone], reason="r", ordered_by="o")
    log.file(gone, "evidence").unlink()
    heir = Signer(log.origin, 2)
    log.add_key("rotate", heir, replaces=log.signer)
    log.publish(log.signer, heir)
    log.add_key("lost", heir)
    log.publish(heir)
    for options in ((), ("--policy", log.policy())):
        code, document = run(log.watch, *options)
        assert code == 0
        assert document["changes"][0].startswith(
            f"Key lost: entry 23 reports the log's key {heir.key_id.hex()} as lost"
        )
        assert [change.split(":")[0] for change in document["changes"]] == ["Key lost", "Key changed", "Erased"]
        assert said(log.watch, *options).startswith("ALL RIGHT, WITH CHANGES TO KNOW OF: ")


def test_between_a_loss_and_the_new_key_nothing_may_stand(log: SmallLog) -> None:
    log.add_key("lost", log.signer)
    log.fill(22)
    log.add_key("new", Signer(log.origin, 66), replaces=log.signer)
    log.publish(Signer(log.origin, 66))
    assert any("unfit act 'new'" in problem["what"] for problem in run(log.watch)[1]["problems"])


def test_a_kept_checkpoint_leads_over_signed_rotations_to_todays_key(log: SmallLog, tmp_path: Path) -> None:
    (tmp_path / "seen").write_text(log.note(), "utf-8")
    second, third = Signer(log.origin, 2), Signer(log.origin, 3)
    log.add_key("rotate", second, replaces=log.signer)
    log.publish(log.signer, second)
    log.add_key("rotate", third, replaces=second)
    log.publish(second, third)
    log.fill(24)
    log.publish(third)
    code, document = run(log.watch, "--seen", tmp_path / "seen")
    assert (code, document["problems"]) == (0, [])
    assert [change.split("; ")[1] for change in document["changes"]] == ["the old key signed it."] * 2
    assert run(log.watch, "--policy", log.policy())[0] == 0


def test_a_loss_is_not_pushed_out_of_sight_by_signature_lines_or_anything_else(log: SmallLog) -> None:
    heir = Signer(log.origin, 66)
    log.add_key("lost", log.signer)
    log.add_key("new", heir, replaces=log.signer)
    gone = log.add_evidence("a person's words")
    log.add("trucewatch/erasure/1", erased=[gone], reason="r", ordered_by="o")
    log.file(gone, "evidence").unlink()
    for number in range(300):
        (log.base / "evidence" / f"it's {'a' * (number % 20)} {chr(97 + number // 20)}").write_bytes(b"")
    log.publish(heir)
    body = log.body()
    lines = "".join(
        f"— it's-{chr(97 + number // 26)}{chr(97 + number % 26)} {b64(bytes(68))}\n" for number in range(250)
    )
    (log.base / "ledger" / "checkpoint").write_text(body + "\n" + heir.line(body) + lines, "utf-8")
    code, document = run(log.watch)
    assert code == 1, "more than 16 lines by unknown keys are a fault"
    assert [change.split(":")[0] for change in document["changes"]] == ["Key changed", "Erased"]
    assert said(log.watch).splitlines()[1].startswith("Key changed: entry 21 (lost)")
    assert sum("signature lines" in remark for remark in document["remarks"]) == 1


def test_a_look_alike_in_another_script_is_a_fault_without_a_policy_too(log: SmallLog) -> None:
    log.publish(log.signer, Signer("witness.ex\u0430mple/w1", 9, kind=4))
    code, document = run(log.watch)
    assert code == 1
    assert "a name made to look like another" in document["problems"][0]["what"]


# Nothing hangs (D14)


@pytest.mark.parametrize("bytes_long", [20 * 10**9, 8 * 10**12])
@pytest.mark.parametrize("kind", ["evidence", "object", "bundle", "tile", "checkpoint", "older", "record", "unnamed"])
def test_a_file_of_holes_costs_nothing(log: SmallLog, kind: str, bytes_long: int) -> None:
    evidence = log.keep(b"photograph", "evidence")
    log.add("trucewatch/evidence/1", sha256=evidence, size_bytes=10)
    table = log.keep(b"a table")
    record = log.add("trucewatch/list/1", findings=table)
    log.publish()
    ledger = log.base / "ledger"
    path = {
        "evidence": log.file(evidence, "evidence"),
        "object": log.file(table),
        "bundle": ledger / "tile/entries/000.p/22",
        "tile": ledger / "tile/0/000.p/22",
        "checkpoint": ledger / "checkpoint",
        "older": ledger / "checkpoints/12",
        "record": log.file(record),
        "unnamed": log.base / "evidence" / "ab" / ("c" * 62),
    }[kind]
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        file.truncate(bytes_long)
    begun = time.process_time()
    code, document = run(log.watch)
    assert time.process_time() - begun < 5
    assert code == (kind != "unnamed")
    if kind == "evidence":
        assert f"has {bytes_long} bytes, its record says 10" in document["problems"][0]["what"]


def test_a_record_that_states_a_size_for_a_file_of_holes_helps_nobody(log: SmallLog) -> None:
    name = hashlib.sha256(b"who knows").hexdigest()
    log.add("trucewatch/evidence/1", sha256=name, size_bytes=8 * 10**12)
    log.publish()
    log.file(name, "evidence").parent.mkdir(parents=True, exist_ok=True)
    with log.file(name, "evidence").open("wb") as file:
        file.truncate(8 * 10**12)
    assert "is mostly holes" in wrong(log)["what"]


def opened_bytes(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, dict[str, Any]]:
    """How many bytes the files have that are opened on the way, and the inspector's document."""
    sizes = []
    open_file = inspector.open_file

    def opened(path: Path) -> Any:
        sizes.append(path.lstat().st_size)
        return open_file(path)

    with monkeypatch.context() as patch:
        patch.setattr(inspector, "open_file", opened)
        document = run(path)[1]
    return sum(sizes), document


@pytest.mark.parametrize("kind", ["evidence", "object", "record"])
def test_hard_links_to_one_file_are_read_once(log: SmallLog, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A record named 100,000 hashes, each a link to one 400 MB file: days of hashing."""
    names = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(200)]
    folder = "evidence" if kind == "evidence" else "objects"
    if kind == "record":
        log.entries += [canonical({"at": log.at(), "kind": "trucewatch/act/1", "object": name}) for name in names]
    else:
        log.add("trucewatch/list/1", **{kind: names})
    log.publish()
    heavy = log.base / "heavy"
    heavy.write_bytes(bytes(7_000_000))
    for name in names:
        log.file(name, folder).parent.mkdir(parents=True, exist_ok=True)
        os.link(heavy, log.file(name, folder))
    total, document = opened_bytes(log.watch, monkeypatch)
    assert total < 10_000_000
    problems = [problem["what"] for problem in document["problems"]]
    assert any("was changed" in problem for problem in problems)
    assert any("is one file with" in problem for problem in problems)


def test_one_file_under_its_one_hash_may_have_links(log: SmallLog, tmp_path: Path) -> None:
    """Backups and programs that save space link files of one content."""
    name = log.keep(b"photograph", "evidence")
    log.add("trucewatch/evidence/1", sha256=name, size_bytes=10)
    log.publish()
    log.file(name).parent.mkdir(parents=True, exist_ok=True)
    os.link(log.file(name, "evidence"), log.file(name))
    os.link(log.file(name, "evidence"), tmp_path / "backup")
    assert run(log.watch)[0] == 0


def test_many_files_of_holes_are_read_for_no_more_than_some_seconds(
    log: SmallLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(60)]
    log.add("trucewatch/list/1", tables=names)
    log.publish()
    for name in names:
        log.file(name).parent.mkdir(parents=True, exist_ok=True)
        with log.file(name).open("wb") as file:
            file.write(b"x")  # one block
            file.truncate(900_000)
    monkeypatch.setattr(inspector, "MOST_HOLES", 10_000_000)
    total, document = opened_bytes(log.watch, monkeypatch)
    assert total < 16_000_000
    assert any("is mostly holes" in problem["what"] for problem in document["problems"])


def test_text_that_a_file_system_compressed_is_read(log: SmallLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """ZFS counts what a file takes after compression, and little or nothing of what was written just now."""
    content = b"2031-05-04T17:55:00Z,shot,1\n" * 200_000
    for _ in range(3):
        content += b"x"
        name = log.keep(content, "evidence")
        log.add("trucewatch/evidence/1", sha256=name, size_bytes=len(content), number=len(log.entries))
    log.publish()
    lstat = Path.lstat

    class Compressed:
        """A file's state with a block in 40."""

        def __init__(self, state: os.stat_result) -> None:
            self._state, self.st_blocks = state, state.st_size // 512 // 40

        def __getattr__(self, name: str) -> Any:
            return getattr(self._state, name)

    monkeypatch.setattr(Path, "lstat", lambda path: Compressed(lstat(path)))
    code, document = run(log.watch)
    assert (code, document["problems"]) == (0, [])


@pytest.mark.parametrize("sign", ["-", "—", "=", "- ", "-=", "a"])
def test_a_kept_checkpoint_of_signs_only_takes_no_time(log: SmallLog, tmp_path: Path, sign: str) -> None:
    """16,000 hyphens took five seconds, and a million would have taken hours."""
    text = "a\n1\nb\n" + sign * (60_000 // len(sign.encode()))
    (tmp_path / "seen").write_text(text, "utf-8")
    begun = time.process_time()
    assert run(log.watch, "--seen", tmp_path / "seen")[0] == 1
    assert time.process_time() - begun < 5
    (tmp_path / "seen").write_text(text * 20, "utf-8")
    assert run(log.watch, "--seen", tmp_path / "seen")[0] == 2, "longer than any checkpoint"


def calls_of(work: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many bytes were read, hashed files and verified signatures a piece of work takes."""
    counts = {"bytes": 0, "hashed": 0, "verified": 0, "nodes": 0}
    read_file, hash_file, verify, hash_node = (
        inspector.read_file,
        inspector.hash_file,
        inspector.verify,
        inspector.hash_node,
    )

    def count(name: str, function: Callable[..., Any], size_of: Callable[[Any], int] = lambda _: 1) -> Any:
        def counted(*arguments: Any) -> Any:
            result = function(*arguments)
            counts[name] += size_of(result)
            return result

        return counted

    with monkeypatch.context() as patch:
        patch.setattr(inspector, "read_file", count("bytes", read_file, len))
        patch.setattr(inspector, "hash_file", count("hashed", hash_file))
        patch.setattr(inspector, "verify", count("verified", verify))
        patch.setattr(inspector, "hash_node", count("nodes", hash_node))
        work()
    return counts


def repeats_after_erasures(log: SmallLog, count: int) -> None:
    """One large record whose entry is repeated, each time after another erasure."""
    log.add("trucewatch/act/1", text="a" * 100_000)
    again = log.entries[-1]
    for number in range(count):
        log.add("trucewatch/erasure/1", erased=[hashlib.sha256(b"%d" % number).hexdigest()], reason="r", ordered_by="o")
        log.entries.append(again)


def many_entries_of_one_record(log: SmallLog, count: int) -> None:
    """Entries of other times, or other kinds, that all name one large record."""
    name = log.add("trucewatch/act/1", text="a" * 100_000)
    for number in range(count):
        log.clock += 1
        log.entries.append(canonical({"at": log.at(), "kind": f"trucewatch/act-{number % 3}/1", "object": name}))


def many_checkpoints(log: SmallLog, count: int) -> None:
    """Good and bad older checkpoints in turn, each with lines by strangers."""
    log.fill(count)
    log.publish()
    strangers = [Signer(f"stranger-{number}.example", 30 + number) for number in range(10)]
    for size in range(1, count):
        root = log.body(size).split("\n")[2] if size % 2 else b64(hashlib.sha256(b"x").digest())
        body = f"{log.origin}\n{size}\n{root}\n"
        text = body + "\n" + log.signer.line(body) + "".join(stranger.line(body) for stranger in strangers)
        (log.base / "ledger" / "checkpoints" / str(size)).write_text(text, "utf-8")


def many_partial_tiles(log: SmallLog, count: int) -> None:
    """Every narrower width of one bundle."""
    log.fill(255)
    log.publish()
    whole = (log.base / "ledger/tile/entries/000.p/255").read_bytes()
    for width in range(1, count):
        (log.base / f"ledger/tile/entries/000.p/{width}").write_bytes(whole[: len(whole) * width // 255])


def many_keys(log: SmallLog, count: int) -> None:
    """Witnesses that come and go."""
    for number in range(count):
        witness = Signer(f"w{number}.example", number % 200, kind=4)
        log.add_key("new", witness)
        log.add_key("revoke", witness)
        log.publish()


@pytest.mark.parametrize(
    "make",
    [repeats_after_erasures, many_entries_of_one_record, many_checkpoints, many_keys],
    ids=lambda make: make.__name__,
)
def test_twice_the_input_is_at_most_about_twice_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[SmallLog, int], None]
) -> None:
    counts, seconds = [], []
    for size in (100, 200):
        log = SmallLog(tmp_path / str(size))
        make(log, size)
        log.publish()
        begun = time.process_time()
        counts.append(calls_of(lambda log=log: run(log.watch), monkeypatch))  # type: ignore[misc]
        seconds.append(time.process_time() - begun)
    for name, count in counts[0].items():
        assert counts[1][name] <= 2.6 * count + 200, (name, counts)
    assert seconds[1] < 5 * seconds[0] + 0.5


def test_many_narrow_tiles_read_today_s_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = SmallLog(tmp_path / "watch")
    many_partial_tiles(log, 255)
    whole = (log.base / "ledger/tile/entries/000.p/255").stat().st_size
    counts = calls_of(lambda: run(log.watch), monkeypatch)
    assert counts["bytes"] < 140 * whole, "half of each narrower one on average, and today's a few times"


# Evidence that its keeper encrypted

AGE = b"age-encryption.org/v1\n-> X25519 a\nb\n--- c\n" + bytes(range(40))


def closed_evidence(log: SmallLog, *handlings: str, content: bytes = AGE) -> Path:
    """Evidence that its records give so, as its keeper's passphrase leaves it on the disk."""
    name = log.keep(b"photograph", "evidence")
    for handling in handlings:
        log.add("trucewatch/evidence/1", sha256=name, size_bytes=10, handling=handling, source=str(len(log.entries)))
    log.publish()
    log.file(name, "evidence").unlink()
    path = log.file(name, "evidence").with_name(f"{name[2:]}.age")
    path.write_bytes(content)
    return path


def test_evidence_that_is_encrypted_is_all_right_but_never_in_bare_words(log: SmallLog) -> None:
    closed_evidence(log, "restricted")
    code, document = run(log.watch, "--policy", log.policy())
    assert (code, document["not_compared"], document["problems"]) == (0, 1, [])
    told = said(log.watch, "--policy", log.policy())
    assert told.startswith("ALL RIGHT, BUT 1 PIECE OF EVIDENCE WAS NOT COMPARED: 21 entries and the other files agree")


@pytest.mark.parametrize(
    ("handlings", "content"),
    [
        (["open"], AGE),
        (["restricted", "open"], AGE),
        (["open", "confidential"], AGE),
        ([""], b"noise"),
        (["restricted"], b"noise" * 20),
        (["restricted"], AGE[:22]),
        (["restricted"], b""),
    ],
)
def test_noise_in_the_place_of_evidence_is_a_fault(log: SmallLog, handlings: list[str], content: bytes) -> None:
    """`rm evidence/xx/yy; head -c100 /dev/urandom > evidence/xx/yy.age` was ALL RIGHT where all sources are open."""
    path = closed_evidence(log, *handlings, content=content)
    problem = wrong(log)
    assert problem["file"] == path.relative_to(log.base).as_posix()
    assert "Ask the keeper" in problem["do"]
    assert "ALL RIGHT" not in said(log.watch)


def test_evidence_of_no_record_and_links_and_pipes_are_no_encrypted_evidence(log: SmallLog, tmp_path: Path) -> None:
    gone = log.add_evidence("a person's words")
    log.publish()
    log.file(gone, "evidence").unlink()
    path = log.file(gone, "evidence").with_name(f"{gone[2:]}.age")
    path.write_bytes(AGE)
    assert "no record describes" in wrong(log)["what"]
    path.unlink()
    (tmp_path / "age").write_bytes(AGE)
    link = closed_evidence(log, "restricted")
    makers: list[Callable[[], None]] = [lambda: link.symlink_to(tmp_path / "age"), lambda: os.mkfifo(link), link.mkdir]
    for make in makers:
        link.unlink(missing_ok=True)
        make()
        assert run(log.watch)[0] == 1


def test_encrypted_evidence_that_is_left_after_its_erasure_is_told(log: SmallLog) -> None:
    path = closed_evidence(log, "restricted")
    name = path.parent.name + path.name.removesuffix(".age")
    log.add("trucewatch/erasure/1", erased=[name], reason="r", ordered_by="o")
    log.publish()
    code, document = run(log.watch)
    assert (code, document["not_compared"]) == (0, 0)
    assert f"{name} was erased by entry 21, but is here." in document["remarks"]


# Odd folders, dates and policies (D24)


def test_a_store_that_is_a_link_is_refused(log: SmallLog, tmp_path: Path) -> None:
    log.base.rename(tmp_path / "moved")
    log.base.symlink_to(tmp_path / "moved")
    for path in (log.watch, log.base):
        assert "is a symbolic link" in said(path)
        assert run(path)[0] == 1


@pytest.mark.parametrize(
    "at",
    [
        "9999-99-99T::::::::Z",
        "2031-02-30T10:00:00Z",
        "2031-05-04T24:00:00Z",
        "2031-05-04T10:60:00Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_an_entry_of_a_time_that_never_is_is_refused(log: SmallLog, at: str) -> None:
    name = log.keep(b'{"recorded_at":"%s","schema":"trucewatch/act/1"}' % at.encode())
    log.entries.append(b'{"at":"%s","kind":"trucewatch/act/1","object":"%s"}' % (at.encode(), name.encode()))
    log.publish()
    assert "has no well-formed entry 20" in wrong(log)["what"]


def test_a_policy_that_is_a_pipe_or_nested_or_endless_is_unusable_at_once(log: SmallLog, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "deep").write_text("schema = " + "[" * 5000 + "]" * 5000)
    (tmp_path / "tables").write_text("".join(f"[{'a.' * 400}b{number}]\n" for number in range(100)))
    (tmp_path / "digits").write_text(f"schema = {'9' * 10_000}")
    (tmp_path / "bytes").write_bytes(b"\xff" * 100)
    for name in ("pipe", "deep", "tables", "digits", "bytes", "/dev/zero"):
        code, text = alone([INSPECTOR, log.watch, "--policy", tmp_path / name], cwd=tmp_path)
        assert code == 2, name
        assert "Traceback" not in text
        code, text = alone([INSPECTOR, log.watch, "--seen", tmp_path / name], cwd=tmp_path)
        assert code in (1, 2), name
        assert "Traceback" not in text
    policy = log.policy()
    (tmp_path / "linked.toml").symlink_to(policy)
    assert run(log.watch, "--policy", tmp_path / "linked.toml")[0] == 0, "a policy may lie elsewhere"


@pytest.mark.parametrize("letter", ["\u061c", "\u00ad", "\ufeff", "\u202e", "\x1b", "\u2028", "\x9b", "\U000e0041"])
def test_no_letter_that_steers_or_hides_is_printed(log: SmallLog, letter: str) -> None:
    (log.base / "objects" / f"a{letter}b").write_bytes(b"")
    text = said(log.watch)
    assert letter not in text
    assert ascii(letter)[1:-1] in text


def test_deep_and_odd_folders_stop_nothing(log: SmallLog, tmp_path: Path) -> None:
    deep = log.base / "evidence"
    for _ in range(900):
        deep = deep / "d"
    deep.mkdir(parents=True)
    os.mkfifo(log.base / "objects" / "pipe")
    (log.base / "ledger" / "checkpoints" / "99").mkdir()
    os.mkfifo(log.base / "ledger" / "checkpoints" / "7")
    code, text = alone([INSPECTOR, log.watch], cwd=tmp_path)
    assert code == 1
    assert "Traceback" not in text
    assert text.count("is not an ordinary file") >= 2
