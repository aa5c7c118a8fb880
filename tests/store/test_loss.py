"""Entries that were acknowledged and are gone: they come back from the tiles, or a new ledger begins and says so."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from tests.store.test_ledger_of_a_store import verifies
from tests.store.test_store import NOW, open_store, record, said
from trucewatch.errors import LedgerError
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.log import SignedEntriesLost
from trucewatch.ledger.note import WITNESS_ALGORITHM, read_checkpoint
from trucewatch.pipeline import assess
from trucewatch.store import Store
from trucewatch.store import store as store_module
from trucewatch.store.recovery import LOST_CHECKPOINT

LEDGER = ".trucewatch/ledger"
WITNESS = new_key("example.org/witness", WITNESS_ALGORITHM).public


def put_an_older_journal_back(folder: Path) -> bytes:
    """A store of three runs whose journal is that of the first; its last checkpoint."""
    for number in range(3):
        with open_store(folder) as store:
            store.commit([record(number)])
        if number == 0:
            older = (folder / LEDGER / "journal").read_bytes()
    (folder / LEDGER / "journal").write_bytes(older)
    return (folder / LEDGER / "checkpoint").read_bytes()


def break_the_tiles(folder: Path) -> None:
    for path in (folder / LEDGER / "tile/entries").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")


def test_an_older_journal_is_made_whole_from_the_tiles_and_the_history_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = put_an_older_journal_back(tmp_path)
    with open_store(tmp_path) as store:
        assert "restored 2 signed entries" in store.recovered[0]
        assert said(store) == ["0", "1", "2"]
        store.commit([record(3)])
    with open_store(tmp_path) as store:
        assert store.recovered == ()
    kept = tmp_path / "seen"
    kept.write_bytes(seen)
    code, text = verifies(tmp_path, capsys, "--seen", str(kept))
    assert code == 0, text


def test_accept_loss_restores_what_the_tiles_hold_and_begins_no_new_ledger(tmp_path: Path) -> None:
    put_an_older_journal_back(tmp_path)
    with Store(tmp_path, lambda: NOW, accept_loss=True) as store:
        assert said(store) == ["0", "1", "2"]
    assert not list((tmp_path / ".trucewatch").glob("ledger.lost*"))


def test_a_ledger_that_is_lost_is_set_aside_and_a_new_origin_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = put_an_older_journal_back(tmp_path)
    break_the_tiles(tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / LEDGER / "checkpoints").iterdir()}
    with pytest.raises(SignedEntriesLost, match=r"of 4 entries is signed; the journal holds 2.*--accept-loss"):
        open_store(tmp_path).__enter__()
    with Store(tmp_path, lambda: NOW, accept_loss=True) as store:
        assert "Tell every witness" in " ".join(store.recovered)
        assert said(store) == ["0", "1", "2"], "what can be read is entered again, in the order that the index knows"
        first, again, *_ = list(store.journal.entries())
        assert first.record[LOST_CHECKPOINT] == sha256(seen).hexdigest()
        assert "4 entries, origin " + read_checkpoint(seen).origin in first.record["reason"]
        assert again.record["first_recorded_at"] == "2031-05-04T17:55:00Z"
        assert store.public_key.name != read_checkpoint(seen).origin
    aside = tmp_path / ".trucewatch/ledger.lost-20310504"
    assert {path.name: path.read_bytes() for path in (aside / "checkpoints").iterdir()} == before
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text
    with open_store(tmp_path) as store:
        assert store.recovered == ()


@pytest.mark.parametrize("lost", ["its end", "the erasure"])
def test_a_new_ledger_keeps_evidence_witnesses_and_erasures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lost: str
) -> None:
    folder = make_watch(tmp_path / "w", rows=5)
    edit(folder / "watch.toml", 'files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv"]')
    lines = (folder / "inbox/reports.csv").read_bytes().splitlines(keepends=True)
    (folder / "inbox/more.csv").write_bytes(b"".join(lines[:3]))
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
        store.register_key(str(WITNESS), role="witness", holder="Example")
        goes = sha256((folder / "inbox/reports.csv").read_bytes()).hexdigest()
        before_the_erasure = (folder / LEDGER / "journal").read_bytes()
        store.erase([goes], reason="asked for", ordered_by="")
    with Store(folder, lambda: NOW) as store:
        rows = assess(store, folder, now=NOW).observations.num_rows
    assert rows == 2
    (folder / "inbox/more.csv").unlink()
    break_the_tiles(folder)
    journal = folder / LEDGER / "journal"
    journal.write_bytes(journal.read_bytes()[:-10] if lost == "its end" else before_the_erasure)
    with Store(folder, lambda: NOW, accept_loss=True) as store:
        assert [one.role for one in store.named_keys()] == ["log", "witness"]
        assert store.is_erased(goes)
        again = assess(store, folder, now=NOW)
        assert again.observations.num_rows == rows, "what was read before counts, though the file is gone"
        assert any("was erased from this watch" in str(one) for one in again.warnings)
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    code, text = verifies(folder, capsys)
    assert code == 0, text


@pytest.mark.parametrize("until", ["move_durably", "second move", "install_next_log_key", "clear"])
def test_a_kill_while_a_ledger_is_begun_anew_leaves_the_old_one_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], until: str
) -> None:
    put_an_older_journal_back(tmp_path)
    break_the_tiles(tmp_path)
    calls = []

    def kill(*words: object) -> None:
        calls.append(words)
        if until != "second move" or len(calls) == 2:
            raise KeyboardInterrupt
        real(*words)  # type: ignore[arg-type]

    from trucewatch.store import recovery as loss

    real = loss.move_durably
    if until in ("move_durably", "second move"):
        monkeypatch.setattr(loss, "move_durably", kill)
    else:
        owner = store_module.Keyring if until == "install_next_log_key" else store_module.Index
        monkeypatch.setattr(owner, until, kill)
    with pytest.raises(KeyboardInterrupt):
        Store(tmp_path, lambda: NOW, accept_loss=True).__enter__()
    monkeypatch.undo()
    if until == "move_durably":
        with pytest.raises(LedgerError, match="--accept-loss"):
            open_store(tmp_path).__enter__()
        Store(tmp_path, lambda: NOW, accept_loss=True).__enter__().__exit__(None, None, None)
    with open_store(tmp_path) as store:
        assert said(store) == ["0", "1", "2"]
    assert len(list((tmp_path / ".trucewatch").glob("ledger*"))) == 2
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text


def test_an_older_key_file_never_signs_for_a_newer_ledger(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        older = (tmp_path / ".trucewatch/private/log-key").read_bytes()
        store.rotate_key(reason="yearly")
    (tmp_path / ".trucewatch/private/log-key").write_bytes(older)
    published = (tmp_path / LEDGER / "checkpoint").read_bytes()
    with pytest.raises(Exception, match=r"is not the key that the ledger names in entry 2"):
        open_store(tmp_path).__enter__()
    assert (tmp_path / LEDGER / "checkpoint").read_bytes() == published
