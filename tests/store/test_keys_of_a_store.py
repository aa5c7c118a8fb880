"""Keys: what is entered of them always fits what the ledger says already, and nothing is entered that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.test_ledger_of_a_store import verifies
from tests.store.test_store import NOW, open_store, record
from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.fetching import fetch_from_folder
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import LOG_ALGORITHM, WITNESS_ALGORITHM, PublicKey, SecretKey, read_checkpoint
from trucewatch.ledger.witness import cosign
from trucewatch.store import Store
from trucewatch.store.keys import PASSPHRASE

DELEGATION = new_key("example.org/a", LOG_ALGORITHM)
WITNESS = new_key("example.org/w", WITNESS_ALGORITHM)
SECONDS = 1_700_000_000
"""A time that has passed, for the inspector, which asks the computer."""


def unfit_keys(log: str) -> list[tuple[PublicKey | str, str, str, str]]:
    """(key, role, holder, what is said) where a delegation and a witness are registered; `log` is the ledger's key."""
    again = SecretKey("example.org/other", LOG_ALGORITHM, DELEGATION.private).public
    as_witness = SecretKey("example.org/both", WITNESS_ALGORITHM, DELEGATION.private).public
    fresh = new_key("example.org/new", LOG_ALGORITHM).public
    return [
        (fresh, "log", "X", "no role of a key to register; write witness or delegation"),
        (fresh, "witness", "X", "is a key of a delegation or a log, not of a witness"),
        (
            new_key("example.org/new", WITNESS_ALGORITHM).public,
            "delegation",
            "X",
            "key of a witness, not of a delegation",
        ),
        (fresh, "delegation", " ", "say whose key it is"),
        (DELEGATION.public, "delegation", "X", r"registered already \(delegation example.org/a, entry 1\)"),
        (again, "delegation", "X", "under another name"),
        (as_witness, "witness", "X", "under another name"),
        (new_key("example.org/A", LOG_ALGORITHM).public, "delegation", "X", '"example.org/a" is taken'),
        (new_key("example.org/a", WITNESS_ALGORITHM).public, "witness", "X", '"example.org/a" is taken'),
        (log, "delegation", "X", r"registered already \(log "),
        (new_key(log.partition("+")[0], WITNESS_ALGORITHM).public, "witness", "X", "is taken"),
        ("example.org/x+00000000+AAAA", "delegation", "X", "does not match its own id"),
        ("nothing", "witness", "X", "is no key; it is written"),
        (str(WITNESS.public), "witness", f"p-{'a' * 26}", "stands for a person; say by its public name"),
    ]


def test_a_key_that_does_not_fit_the_ledger_is_refused_and_nothing_is_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(tmp_path) as store:
        store.register_key(str(DELEGATION.public), role="delegation", holder="Side A")
        store.register_key(str(WITNESS.public), role="witness", holder="Example")
        for key, role, holder, said in unfit_keys(str(store.public_key)):
            with pytest.raises(LedgerError, match=said):
                store.register_key(str(key), role=role, holder=holder)
        assert len(store.journal) == 3
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text


def test_a_key_is_revoked_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(tmp_path) as store:
        store.register_key(str(WITNESS.public), role="witness", holder="Example")
        assert store.revoke_key(str(WITNESS.public), reason="stolen").number == 2
        with pytest.raises(LedgerError, match="revoked already, by entry 2; nothing was entered"):
            store.revoke_key(str(WITNESS.public), reason="stolen")
        with pytest.raises(LedgerError, match=r"entry 1, and revoked by entry 2: ask for a new key"):
            store.register_key(str(WITNESS.public), role="witness", holder="Example")
        with pytest.raises(LedgerError, match="names no such key; see: trucewatch keys list"):
            store.revoke_key(str(DELEGATION.public), reason="x")
        with pytest.raises(LedgerError, match=r"own key.*rotate WATCH --lost --reason stolen --yes"):
            store.revoke_key(str(store.public_key), reason="stolen")
        heir = new_key(WITNESS.name, WITNESS_ALGORITHM).public
        assert store.register_key(str(heir), role="witness", holder="Example").number == 3
        assert [one.state() for one in store.named_keys()] == ["in force", "revoked by entry 2", "in force"]
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text


def cosigned(folder: Path, key: SecretKey = WITNESS) -> bytes:
    ledger = folder / ".trucewatch/ledger"
    with open_store(folder) as store:
        log = store.public_key
    return cosign((ledger / "checkpoint").read_bytes(), log, key, None, fetch_from_folder(ledger), SECONDS)


def test_a_cosignature_counts_only_if_its_witness_was_registered_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    early = cosigned(tmp_path)
    with open_store(tmp_path) as store:
        with pytest.raises(StoreError, match=r"not of a registered witness.*see: trucewatch keys register"):
            store.add_cosignatures(early)
        store.register_key(str(WITNESS.public), role="witness", holder="Example")
        with pytest.raises(
            StoreError, match=r"registered by entry 2, so it does not count .* of 2 entries[.;] .un: truce"
        ):
            store.add_cosignatures(early)
        store.publish()
    late = cosigned(tmp_path)
    with open_store(tmp_path) as store:
        assert store.add_cosignatures(late) == "1 cosignature(s) on the checkpoint of 3 entries"
        assert "known already" in store.add_cosignatures(late)
        store.revoke_key(str(WITNESS.public), reason="stolen")
        store.commit([record(2)])
    with open_store(tmp_path) as store, pytest.raises(StoreError, match="revoked by entry 3, so it does not count"):
        store.add_cosignatures(cosigned_after(tmp_path, store))
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text
    assert "does not count" not in text


def cosigned_after(folder: Path, store: Store) -> bytes:
    ledger = folder / ".trucewatch/ledger"
    fetch = fetch_from_folder(ledger)
    return cosign((ledger / "checkpoint").read_bytes(), store.public_key, WITNESS, None, fetch, SECONDS)


def test_a_strangers_line_beside_a_good_one_is_not_taken(tmp_path: Path) -> None:
    stranger = new_key("example.org/stranger", WITNESS_ALGORITHM)
    with open_store(tmp_path) as store:
        store.register_key(str(WITNESS.public), role="witness", holder="Example")
    good = cosigned(tmp_path)
    line = stranger.signature_line(read_checkpoint(good).text, posix_seconds=SECONDS)
    with open_store(tmp_path) as store:
        told = store.add_cosignatures(good + line.encode())
    assert "left out: the line of example.org/stranger" in told
    published = read_checkpoint((tmp_path / ".trucewatch/ledger/checkpoint").read_bytes())
    assert published.signed_by(WITNESS.public)
    assert not published.signed_by(stranger.public)


# The ledger's own key, lost or stolen


@pytest.mark.parametrize("is_there", [True, False])
def test_a_lost_or_stolen_key_is_replaced_and_the_reason_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], is_there: bool
) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        old = store.public_key
    path = tmp_path / ".trucewatch/private/log-key"
    secret = path.read_bytes()
    if not is_there:
        path.unlink()
    with Store(tmp_path, lambda: NOW, lost_key=True, reason="stolen from the office") as store:
        new = store.public_key
        rows = store.index.rows("SELECT act, key, reason FROM key_event ORDER BY entry")
        reason = rows[1][2]
        assert rows[1:] == [("lost", str(old), reason), ("new", str(new), "")]
        assert store.words.read(reason) == "stolen from the office"
    assert new.name == old.name
    assert new != old
    aside = path.with_name(f"log-key.{old.key_id.hex()}.old")
    assert aside.is_file() == is_there
    assert not is_there or aside.read_bytes() == secret
    with open_store(tmp_path) as store:
        assert store.public_key == new
        store.commit([record(2)])
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text


def test_a_key_of_which_nobody_knows_the_passphrase_can_be_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE, "correct horse")
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    monkeypatch.delenv(PASSPHRASE)
    with pytest.raises(LedgerError, match="in the variable TRUCEWATCH_PASSPHRASE"):
        open_store(tmp_path).__enter__()
    with Store(tmp_path, lambda: NOW, lost_key=True, reason="passphrase forgotten") as store:
        ((aside, is_encrypted),) = store.keys.old_keys()
        assert is_encrypted
        assert aside.name.startswith("log-key.")


@pytest.mark.parametrize("before", ["install_next_log_key", "set_aside"])
def test_the_loss_of_a_key_that_was_killed_half_way_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], before: str
) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        old = store.public_key

    def kill(*words: object) -> None:
        raise KeyboardInterrupt

    from trucewatch.store.keys import Keyring

    monkeypatch.setattr(Keyring, before, kill)
    with pytest.raises(KeyboardInterrupt):
        Store(tmp_path, lambda: NOW, lost_key=True, reason="stolen").__enter__()
    monkeypatch.undo()
    with open_store(tmp_path) as store:
        assert (store.public_key != old) == (before == "install_next_log_key")
        store.commit([record(2)])
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text


def test_an_empty_ledger_has_no_key_to_lose(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no entry yet"):
        Store(tmp_path, lambda: NOW, lost_key=True).__enter__()


def test_an_old_key_lies_aside_under_its_key_id_and_says_whether_it_is_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        old = store.public_key
        monkeypatch.setenv(PASSPHRASE, "correct horse")
        store.rotate_key(reason="now with a passphrase")
        ((aside, is_encrypted),) = store.keys.old_keys()
    assert aside.name == f"log-key.{old.key_id.hex()}.old"
    assert not is_encrypted


def test_an_empty_passphrase_makes_no_key_of_a_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "")
    with pytest.raises(LedgerError, match="the passphrase is empty"):
        open_store(tmp_path).__enter__()
