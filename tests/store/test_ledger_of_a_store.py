"""The store writes through the ledger: keys, rotation, loss, erasure, cosignatures, checkpoints, many threads,
kills."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.ledger.small_log import is_whole_or_ahead
from tests.store.test_store import NOW, open_store, record, said
from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger import inspector
from trucewatch.ledger.fetching import fetch_from_folder
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import WITNESS_ALGORITHM, SecretKey, read_checkpoint, read_public_key
from trucewatch.ledger.witness import cosign
from trucewatch.pipeline import assess
from trucewatch.store import Store
from trucewatch.store.keys import PASSPHRASE, key_record


def verifies(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = inspector.main([str(folder), *words])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_a_fresh_ledger_names_its_key_and_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    private = tmp_path / ".trucewatch/private"
    assert private.stat().st_mode & 0o777 == 0o700
    assert (private / "log-key").stat().st_mode & 0o777 == 0o600
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text
    assert "witness" in text, "it says what it cannot prove"


def test_opening_again_without_a_change_publishes_nothing_new(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    before = (tmp_path / ".trucewatch/ledger/checkpoint").read_bytes()
    with open_store(tmp_path):
        pass
    assert (tmp_path / ".trucewatch/ledger/checkpoint").read_bytes() == before
    assert len(list((tmp_path / ".trucewatch/ledger/checkpoints").iterdir())) == 1


def test_rotation_keeps_what_was_signed_and_goes_on_with_a_new_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        old = store._signing_key.public
        new = store.rotate_key(reason="yearly").public
        store.commit([record(2)])
    assert (old.name, old != new) == (new.name, True)
    assert read_checkpoint((tmp_path / ".trucewatch/ledger/checkpoint").read_bytes()).signed_by(new)
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text


@pytest.mark.parametrize("was_named", [True, False])
def test_a_rotation_that_was_killed_half_way_is_finished_or_undone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], was_named: bool
) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        old = store._signing_key.public
    with open_store(tmp_path) as store:
        heir = store.keys.make_next_log_key(old.name).public
        if was_named:
            store.journal.commit([key_record("rotate", "log", str(heir), replaces=str(old))])
            store.publish = lambda: b""  # type: ignore[method-assign]
    with open_store(tmp_path) as store:
        acts = [act for (act,) in store.index.rows("SELECT act FROM key_event ORDER BY entry")]
        assert acts == (["new", "rotate"] if was_named else ["new"])
        assert store._signing_key.public == (heir if was_named else old)
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text
    policy = tmp_path / "policy.toml"
    policy.write_text(f'schema = 1\nlog = "{old}"\nwitnesses = []\nquorum = 0\nmax_clock_skew_s = 300\n')
    code, text = verifies(tmp_path, capsys, "--policy", str(policy))
    assert code == 0, text


def test_a_lost_key_stops_until_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    (tmp_path / ".trucewatch/private/log-key").unlink()
    with pytest.raises(StoreError, match=r"keys rotate WATCH --lost"), open_store(tmp_path):
        pass
    with Store(tmp_path, lambda: NOW, lost_key=True) as store:
        assert [act for (act,) in store.index.rows("SELECT act FROM key_event ORDER BY entry")] == [
            "new",
            "lost",
            "new",
        ]
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text


def test_a_key_with_a_passphrase_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "correct horse")
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    assert b"ENCRYPTED" in (tmp_path / ".trucewatch/private/log-key").read_bytes()
    monkeypatch.delenv(PASSPHRASE)
    with pytest.raises(LedgerError), open_store(tmp_path):
        pass


def test_a_witness_cosigns_and_the_policy_is_met(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = new_key("example.org/witness", WITNESS_ALGORITHM)
    with open_store(tmp_path) as store:
        store.commit([record(1), key_record("new", "witness", str(key.public), holder="Example")])
    ledger = tmp_path / ".trucewatch/ledger"
    with open_store(tmp_path) as store:
        (log_key,) = store.index.rows("SELECT key FROM key_event WHERE role = 'log'")[0]
        content = (ledger / "checkpoint").read_bytes()
        seconds = int(datetime(2031, 5, 4, 18, tzinfo=UTC).timestamp())
        cosigned = cosign(content, read_public_key(log_key), key, None, fetch_from_folder(ledger), seconds)
        assert "1 cosignature" in store.add_cosignatures(cosigned)
        stranger = new_key("example.org/stranger", WITNESS_ALGORITHM)
        with pytest.raises(StoreError, match="registered witness"):
            store.add_cosignatures(
                cosign(content, read_public_key(log_key), stranger, None, fetch_from_folder(ledger), seconds)
            )
    policy = tmp_path / "policy.toml"
    policy.write_text(
        f'schema = 1\nlog = "{log_key}"\nwitnesses = ["{key.public}"]\nquorum = 1\nmax_clock_skew_s = 999999999\n'
    )
    code, text = verifies(tmp_path, capsys, "--policy", str(policy))
    assert code == 0, text
    both = f'"{key.public}", "{stranger.public}"'
    policy.write_text(policy.read_text().replace(f'"{key.public}"', both).replace("quorum = 1", "quorum = 2"))
    assert verifies(tmp_path, capsys, "--policy", str(policy))[0] != 0


def test_only_good_lines_of_registered_witnesses_are_added_and_the_rest_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (new_key(f"example.org/w{number}", WITNESS_ALGORITHM) for number in (1, 2))
    with open_store(tmp_path) as store:
        store.commit([key_record("new", "witness", str(key.public), holder="Example") for key in (first, second)])
    ledger, seconds = tmp_path / ".trucewatch/ledger", int(NOW.timestamp())

    def sign(key: SecretKey) -> bytes:
        return cosign(content, store.public_key, key, None, fetch_from_folder(ledger), seconds)

    with open_store(tmp_path) as store:
        content = (ledger / "checkpoint").read_bytes()
        false_line = SecretKey(second.name, second.algorithm, first.private).signature_line(
            content, posix_seconds=seconds
        )
        blob = base64.b64decode(false_line.split()[2])
        false = f"— {second.name} {base64.b64encode(second.public.key_id + blob[4:]).decode()}\n".encode()
        told = store.add_cosignatures(sign(first) + false)
        assert "1 cosignature(s)" in told
        assert "left out: the line of example.org/w2" in told
        assert false not in (ledger / "checkpoint").read_bytes()
        (ledger / "checkpoints/3").write_bytes(content + false)
        (ledger / "checkpoint").write_bytes(content + false)
        assert "1 cosignature(s)" in store.add_cosignatures(sign(second)), "a false line keeps no place for itself"
        assert false not in (ledger / "checkpoint").read_bytes()
    policy = tmp_path / "policy.toml"
    policy.write_text(
        f'schema = 1\nlog = "{store.public_key}"\nwitnesses = ["{second.public}"]\nmax_clock_skew_s = 999999999\n'
    )
    code, text = verifies(tmp_path, capsys, "--policy", str(policy))
    assert code == 0, text
    with open_store(tmp_path) as store:
        store.commit([key_record("revoke", "witness", str(first.public)), record(1)])
        store.publish()
        content = (ledger / "checkpoint").read_bytes()
        with pytest.raises(StoreError, match=r"example\.org/w1 .* was revoked by entry 3.* has a new key"):
            store.add_cosignatures(sign(first))
        with pytest.raises(StoreError, match="set its clock"):
            store.add_cosignatures(
                cosign(content, store.public_key, second, None, fetch_from_folder(ledger), seconds + 301)
            )


def test_what_is_erased_is_said_to_be_erased_and_stays_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_watch(tmp_path / "w", rows=5)
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
        (sha256,) = store.index.rows("SELECT sha256 FROM evidence")[0]
        gone = store.erase([sha256], reason="a person asked", ordered_by="Example court")
        assert sha256 in gone
        assert len(gone) >= 4, "the tables and lists made from it too"
        assert not any(one in store.evidence or one in store.objects for one in gone)
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
        with pytest.raises(StoreError, match=r"record of the ledger|as it stands now"):
            store.erase([store.journal.hash_of(1)], reason="no", ordered_by="")
    code, text = verifies(folder, capsys)
    assert code == 0, text
    assert "erased" in text
    with Store(folder, lambda: NOW) as store:
        again = assess(store, folder, now=NOW)
        assert again.observations.num_rows == 0
        assert any("was erased from this watch" in str(one) for one in again.warnings)


def test_a_person_is_a_salted_reference_that_can_be_forgotten(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        reference = store.keys.person_reference("Jane Example")
        assert reference == store.keys.person_reference(" jane example ")
        assert "Jane" not in reference
        store.erase([], people=[reference], reason="asked for", ordered_by="herself")
        with pytest.raises(StoreError, match="nobody stands behind"):
            store.erase([], people=[reference], reason="asked for", ordered_by="herself")
    other = tmp_path / "other"
    other.mkdir()
    with open_store(other) as store:
        assert store.keys.person_reference("Jane Example") != reference, "another watch, another salt"
    proved = [
        path
        for part in ("ledger", "objects")
        for path in (tmp_path / ".trucewatch" / part).rglob("*")
        if path.is_file()
    ]
    assert proved
    assert not any(b"Jane" in path.read_bytes() or b"jane" in path.read_bytes() for path in proved)


def test_two_threads_commit_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:

        def work(start: int) -> None:
            for number in range(start, start + 100):
                store.commit([record(number)])

        threads = [threading.Thread(target=work, args=(start,)) for start in (0, 1000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(int(one) for one in said(store)) == [*range(100), *range(1000, 1100)]
        assert store.index.applied == 201


COMMITTER = """
import random, sys, threading
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.ledger import log
from trucewatch.store import Store
log.SETTLE_AT = 0
rng = random.Random(int(sys.argv[2]))
with Store(Path(sys.argv[1]), lambda: datetime.now(UTC)) as store:
    store.publish()
    def say(words):
        sys.stdout.write(words + "\\n"); sys.stdout.flush()
    def work(name):
        number = 0
        while True:
            said = f"{sys.argv[2]}-{name}-{number}"
            store.commit([{"schema": "trucewatch/watch-files/1", "files": {"n": said}}] * rng.choice([1, 40]))
            say(said)
            number += 1
            turn = (number + int(sys.argv[2])) % 3
            if turn == 0:
                store.publish()
            elif turn == 1:
                store.rotate_key(reason="load")
            else:
                sha256 = store.objects.put(said.encode())
                store.commit([{"schema": "trucewatch/test/1", "about": sha256}])
                store.publish()
                store.erase([sha256], reason="load", ordered_by="a test")
    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
"""


def kill_and_check(folder: Path, attempt: int, wait_s: float) -> None:
    """Kill two threads that commit, publish, settle, rotate and erase, after a moment.

    The ledger verifies as the kill left it and after the next start, and holds what they had printed.
    """
    process = subprocess.Popen([sys.executable, "-c", COMMITTER, str(folder), str(attempt)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(wait_s)
    process.kill()
    acknowledged = (first + process.stdout.read()).decode().split("\n")[:-1]
    process.wait()
    process.stdout.close()
    assert first, "it came as far as its first act"
    verifies_as_it_was_left(folder)
    with open_store(folder) as store:
        assert set(acknowledged) <= set(said(store))
        assert store.index.applied == len(store.journal)
        assert not store.index.has_gaps
    assert inspector.main([str(folder)]) == 0, "after the next start"


def verifies_as_it_was_left(folder: Path) -> None:
    """All right; or tiles were out before their checkpoint, which the inspector cannot tell from an older checkpoint
    put back, and says what to do."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = inspector.main([str(folder), "--json"])
    document = json.loads(out.getvalue())
    assert is_whole_or_ahead(document), document["problems"]
    assert (code == 1) == bool(document["problems"])


def load_was_whole(folder: Path) -> bool:
    """Whether what the load does beside committing was done at least once before a kill: rotate, erase, settle."""
    with open_store(folder) as store:
        rotated = store.index.rows("SELECT 1 FROM key_event WHERE act = 'rotate'")
        erased = store.index.rows("SELECT 1 FROM entry WHERE schema = 'trucewatch/erasure/1'")
    journal = (folder / ".trucewatch/ledger/journal").read_bytes()
    return bool(rotated and erased and int.from_bytes(journal[7:15], "big") > 0)


def test_thirty_kills_under_load_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """Thirty at least; on a busy machine more, with more time, until each kind of work came before a kill."""
    rng = random.Random(11)
    for attempt in range(90):
        kill_and_check(tmp_path, attempt, rng.uniform(0, 0.08) * (1 + attempt // 30) ** 2)
        if attempt >= 29 and load_was_whole(tmp_path):
            return
    pytest.fail("the load never rotated, erased and settled before a kill")
