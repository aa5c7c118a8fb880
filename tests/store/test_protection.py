"""A watch under a passphrase: nothing private lies in the clear, the chain goes on, and no kill leaves it half open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from tests.builders import NOON, make_watch
from trucewatch.errors import Corrupt, Locked, StoreError
from trucewatch.ledger import inspector
from trucewatch.pipeline import assess
from trucewatch.store import Store
from trucewatch.store import encrypted_evidence as evidence_module
from trucewatch.store import private_files as private_module
from trucewatch.store.ledger_copy import copy_ledger
from trucewatch.store.private_files import private_names, read_private, write_private
from trucewatch.store.protection import finish_protecting, protect, unprotect
from trucewatch.store.vault import VAULT, change_passphrase, forget, is_open, is_protected, unlock

WORDS = "five quiet words on paper"
PERSON = "Ferdinand Quillfeather"
SAID = "they shot from the third house by the mill"


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A watch that was run once, with a person, a text and evidence; nobody has it open."""
    folder = make_watch(tmp_path / "watch", rows=30)
    with open_store(folder) as store:
        assess(store, folder, now=NOON)
        store.keys.person_reference(PERSON)
        store.keep_words(SAID)
    return folder


def open_store(folder: Path) -> Store:
    return Store(folder, lambda: NOON)


def private(folder: Path) -> Path:
    return folder / ".trucewatch" / "private"


def clear_text(folder: Path) -> bytes:
    """Every byte that lies below `private/` and `evidence/`."""
    root = folder / ".trucewatch"
    return b"\n".join(
        path.read_bytes()
        for part in ("private", "evidence")
        for path in sorted((root / part).rglob("*"))
        if path.is_file()
    )


def protected(folder: Path) -> None:
    with open_store(folder) as store:
        protect(store, WORDS)
    forget(private(folder))


def test_nothing_private_and_no_evidence_lies_in_the_clear(watch: Path) -> None:
    row = (watch / "inbox" / "reports.csv").read_bytes().splitlines()[-1]
    before = clear_text(watch)
    for secret in (PERSON.encode(), SAID.encode(), b"PRIVATE KEY", row):
        assert secret in before
    protected(watch)
    after = clear_text(watch)
    for secret in (PERSON.encode(), SAID.encode(), b"PRIVATE KEY", row):
        assert secret not in after
    plain = [path.name for path in private(watch).rglob("*") if path.is_file() and path.suffix != ".age"]
    assert plain == ["high-water"]


def test_it_opens_with_its_passphrase_only_and_goes_on_as_before(watch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(watch) as store:
        before = assess(store, watch, now=NOON)
        names = set(store.evidence.names())
    protected(watch)
    with pytest.raises(Locked, match="TRUCEWATCH_PASSPHRASE"):
        open_store(watch).__enter__()
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", "five loud words on paper")
    with pytest.raises(Locked, match="wrong"):
        open_store(watch).__enter__()
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", WORDS)
    (watch / "inbox" / "more.csv").write_bytes((watch / "inbox" / "reports.csv").read_bytes())
    with open_store(watch) as store:
        after = assess(store, watch, now=NOON)
        assert after.incidents.equals(before.incidents)
        assert set(store.evidence.names()) == names
        for sha256 in names:
            assert store.evidence.is_encrypted(sha256)
            with store.evidence.opened(sha256) as path:
                assert path.read_bytes() == store.evidence.get(sha256)
        (reference,) = [name.split("/")[1][:-5] for name in private_names(private(watch), "words")]
        assert store.words.read(reference) == SAID
        assert PERSON in str(store.keys._people())
        store.rotate_key(reason="a test")
    with open_store(watch) as store:
        assert [is_encrypted for _, is_encrypted in store.keys.old_keys()] == [True]
    assert b"PRIVATE KEY" not in clear_text(watch)


def test_a_file_of_an_open_source_stays_as_it_is(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "watch")
    text = (folder / "watch.toml").read_text("utf-8")
    (folder / "watch.toml").write_text(text.replace('handling = "restricted"', 'handling = "open"'), "utf-8")
    with open_store(folder) as store:
        assess(store, folder, now=NOON)
        protect(store, WORDS)
        assert not any(store.evidence.is_encrypted(sha256) for sha256 in store.evidence.names())
        (folder / "inbox" / "reports.csv").write_text((folder / "inbox" / "reports.csv").read_text("utf-8") + "\n")
        assess(store, folder, now=NOON)
        assert not any(store.evidence.is_encrypted(sha256) for sha256 in store.evidence.names())


@pytest.mark.parametrize("kill_at", [0, 2, 3, 5, 8, 11])
def test_a_kill_while_files_are_encrypted_is_made_up_for(
    watch: Path, kill_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    steps = iter(range(1000))

    def killing(work):  # type: ignore[no-untyped-def]
        def step(*words, **more):  # type: ignore[no-untyped-def]
            if next(steps) == kill_at:
                raise KilledError
            return work(*words, **more)

        return step

    with monkeypatch.context() as patched:
        patched.setattr(private_module, "write_durably", killing(private_module.write_durably))
        patched.setattr(private_module, "_remove", killing(private_module._remove))
        patched.setattr(evidence_module, "move_durably", killing(evidence_module.move_durably))
        with pytest.raises(KilledError):
            protected(watch)
    forget(private(watch))
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", WORDS)
    if not is_protected(private(watch)):  # killed before there was a passphrase: as it was before, and open
        with open_store(watch) as store:
            assert assess(store, watch, now=NOON).incidents.num_rows
            protect(store, WORDS)
    with open_store(watch) as store:
        assert all(store.evidence.is_encrypted(sha256) for sha256 in store.evidence.names())
        assert assess(store, watch, now=NOON).incidents.num_rows
        assert finish_protecting(store).private == 0
    for secret in (PERSON.encode(), SAID.encode(), b"PRIVATE KEY"):
        assert secret not in clear_text(watch)


def test_the_passphrase_can_be_changed_and_taken_away(watch: Path) -> None:
    protected(watch)
    folder = private(watch)
    unlock(folder, WORDS)
    with pytest.raises(StoreError, match="five words"):
        change_passphrase(folder, "too short")
    change_passphrase(folder, "seven other words on the same paper")
    forget(folder)
    with pytest.raises(Locked):
        unlock(folder, WORDS)
    assert not is_open(folder)
    unlock(folder, "seven other words on the same paper")
    with open_store(watch) as store:
        done = unprotect(store)
        assert done.private > 2
        assert done.evidence
    assert not is_protected(folder)
    assert not list((watch / ".trucewatch").rglob("*.age"))
    with open_store(watch) as store:
        assert assess(store, watch, now=NOON).incidents.num_rows


def test_damaged_files_are_named_and_nothing_else_is_read_from_them(watch: Path) -> None:
    protected(watch)
    unlock(private(watch), WORDS)
    with open_store(watch) as store:
        sha256 = next(iter(store.evidence.names()))
        path = store.evidence.path_of(sha256).with_name(store.evidence.path_of(sha256).name + ".age")
        sealed = path.read_bytes()
        path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
        with pytest.raises(StoreError, match="damaged"):
            store.evidence.get(sha256)
        with pytest.raises(StoreError, match="damaged"), store.evidence.opened(sha256):
            pass
        other = pyrage.encrypt(b"of another text", [store_identity(watch)])
        path.write_bytes(other)
        with pytest.raises(Corrupt):
            store.evidence.get(sha256)
        with pytest.raises(Corrupt), store.evidence.opened(sha256):
            pass
        path.write_bytes(sealed)
    (private(watch) / VAULT).write_bytes(b"no age file")
    forget(private(watch))
    with pytest.raises(Locked):
        unlock(private(watch), WORDS)


def store_identity(folder: Path) -> pyrage.x25519.Recipient:
    from trucewatch.store.vault import identity_of

    identity = identity_of(private(folder))
    assert identity is not None
    return identity.to_public()


def test_a_private_file_is_written_encrypted_under_any_name(tmp_path: Path) -> None:
    from trucewatch.store.vault import make_vault

    folder = tmp_path / "private"
    write_private(folder, "door.json", b"in the clear")
    make_vault(folder, WORDS)
    assert read_private(folder, "door.json") == b"in the clear"
    write_private(folder, "door.json", b"in the dark")
    assert not (folder / "door.json").exists()
    assert b"dark" not in (folder / "door.json.age").read_bytes()
    assert read_private(folder, "door.json") == b"in the dark"
    forget(folder)
    with pytest.raises(Locked):
        read_private(folder, "door.json")


def test_any_program_for_age_reads_the_files(watch: Path) -> None:
    """The format is age's own: what the passphrase gives is an age identity, to which the files are encrypted."""
    protected(watch)
    identity = pyrage.passphrase.decrypt((private(watch) / VAULT).read_bytes(), WORDS).decode()
    assert identity.startswith("AGE-SECRET-KEY-1")
    key = pyrage.x25519.Identity.from_str(identity)
    assert b"PRIVATE KEY" in pyrage.decrypt((private(watch) / "log-key.age").read_bytes(), [key])


def test_the_inspector_says_what_it_could_not_compare_and_misses_no_piece(watch: Path) -> None:
    protected(watch)

    def inspected() -> tuple[int, str]:
        command = [sys.executable, "-I", str(Path(inspector.__file__)), str(watch)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    paths = sorted((watch / ".trucewatch" / "evidence").rglob("*.age"))
    code, told = inspected()
    assert code == 0, told
    assert f"{len(paths)} pieces of evidence are encrypted here" in told
    assert told.startswith(f"ALL RIGHT, BUT {len(paths)} PIECE")
    paths[0].rename(watch / "elsewhere")
    code, told = inspected()
    assert code == 1
    assert "is missing" in told


@pytest.mark.parametrize("order", ["before", "after"])
def test_what_one_source_gives_openly_stays_plain_whoever_else_gave_it(watch: Path, order: str) -> None:
    """Encrypted, it would be a fault to the inspector, which takes no `.age` for what a record calls open."""
    settings = watch / "watch.toml"

    def given_openly() -> None:
        text = settings.read_text("utf-8")
        start, end = text.index("[[source]]"), text.index("# Who gets what")
        again = text[start:end].replace("reports", "again").replace('"restricted"', '"open"')
        settings.write_text(text[:end] + again + text[end:], "utf-8")
        (watch / "inbox" / "again.csv").write_bytes((watch / "inbox" / "reports.csv").read_bytes())

    if order == "before":
        given_openly()
        with open_store(watch) as store:
            assess(store, watch, now=NOON)
    protected(watch)
    unlock(private(watch), WORDS)
    if order == "after":
        given_openly()
        with open_store(watch) as store:
            assess(store, watch, now=NOON)
    with open_store(watch) as store:
        openly = {
            entry.record["sha256"]
            for entry in store.journal.entries()
            if entry.record["schema"] == "trucewatch/evidence/1" and entry.record["handling"] == "open"
        }
    assert openly
    for sha256 in openly:
        assert (watch / ".trucewatch" / "evidence" / sha256[:2] / sha256[2:]).is_file()
    assert inspector.main([str(watch)]) == 0


def test_a_copy_for_others_and_a_partial_copy_are_made_of_a_protected_watch(watch: Path, tmp_path: Path) -> None:
    protected(watch)
    copy = tmp_path / "copy"
    made = copy_ledger(watch / ".trucewatch", copy)  # opens nothing
    pieces = len(list((watch / ".trucewatch" / "evidence").rglob("*.age")))
    assert made.encrypted == pieces
    assert len(list((copy / "evidence").rglob("*.age"))) == pieces
    command = [sys.executable, "-I", str(Path(inspector.__file__)), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    incident = json.loads(trucewatch("incidents", str(watch), "--json", TRUCEWATCH_PASSPHRASE=WORDS).stdout)
    name = incident["incidents"][0]["incident_id"]
    words = ["dossier", str(watch), name, "--recipient", "joint-centre", "--by", "Anna", "--yes"]
    given = trucewatch(*words, "--out", str(tmp_path / "shown.json"), TRUCEWATCH_PASSPHRASE=WORDS)
    assert given.returncode == 0, given.stderr
    check = ["dossier", "--check", str(tmp_path / "shown.json"), "--watch", str(watch)]
    compared = trucewatch(*check, TRUCEWATCH_PASSPHRASE=WORDS)
    assert compared.returncode in (0, 1), compared.stderr
    assert "No such file" not in compared.stderr
    assert "Traceback" not in compared.stderr


def trucewatch(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trucewatch", *words]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRUCEWATCH_")}
    return subprocess.run(
        command, env=environment | variables, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_the_command_line_protects_opens_and_seals(watch: Path) -> None:
    short = trucewatch("protect", str(watch), TRUCEWATCH_NEW_PASSPHRASE="short")
    assert short.returncode == 2
    assert "five words" in short.stderr
    done = trucewatch("protect", str(watch), TRUCEWATCH_NEW_PASSPHRASE=WORDS)
    assert done.returncode == 0, done.stderr
    assert "Encrypted: " in done.stdout
    locked = trucewatch("run", str(watch))
    assert locked.returncode == 2
    assert "passphrase" in locked.stderr
    assert "Traceback" not in locked.stderr
    opened = trucewatch("run", str(watch), TRUCEWATCH_PASSPHRASE=WORDS)
    assert opened.returncode in (0, 1), opened.stderr
    sealed = trucewatch("seal", str(watch))
    assert sealed.returncode == 0, sealed.stderr
    assert "lie encrypted" in sealed.stdout
    refused = trucewatch("seal", str(watch), "--destroy")
    assert refused.returncode == 2
    assert trucewatch("seal", str(watch), "--destroy", "--yes").returncode == 0
    gone = trucewatch("run", str(watch), TRUCEWATCH_PASSPHRASE=WORDS)
    assert gone.returncode == 2
    assert "vault.age is gone" in gone.stderr


def test_a_watch_from_which_evidence_was_erased_gets_a_passphrase_and_opens_again(
    watch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(watch) as store:
        sha256 = next(iter(store.evidence.names()))
        store.erase([sha256], reason="asked for", ordered_by="the centre")
    protected(watch)
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", WORDS)
    with open_store(watch) as store:
        assert sha256 not in store.evidence
        assert all(store.evidence.is_encrypted(name) for name in store.evidence.names())


def test_programs_and_addresses_are_not_said_to_be_none_where_they_are_only_closed(watch: Path) -> None:
    words = ("add", "reader", "--for", "public", "--scope", "read")
    assert trucewatch("tokens", str(watch), *words).returncode == 0
    protected(watch)
    for word in ("list", "address"):
        told = trucewatch("tokens", str(watch), word)
        assert told.returncode == 2
        assert "passphrase" in told.stderr
    assert "reader" in trucewatch("tokens", str(watch), "list", TRUCEWATCH_PASSPHRASE=WORDS).stdout
