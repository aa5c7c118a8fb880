"""The words for the ledger at the command line: what they print, what they refuse, and what they leave alone."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.builders import make_watch
from tests.store.test_loss import put_an_older_journal_back
from tests.store.test_store import open_store
from tests.store.test_store import record as record_of
from trucewatch.cli.main import app
from trucewatch.desks.ledger import cli as cli_ledger
from trucewatch.errors import LedgerError, StoreError, TrucewatchError, WatchError
from trucewatch.ledger import inspector
from trucewatch.ledger.note import read_checkpoint, read_public_key
from trucewatch.store.publications import publications

RECORD = b'{"schema":"trucewatch/statement/1","text":"seen"}'


def call(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A watch after one run, and a report of it that somebody issued."""
    folder = make_watch(tmp_path / "w", rows=3)
    assert call("run", folder)[0] == 0
    assert issue(folder, "csv", "en").is_file()
    return folder


def issue(folder: Path, form: str, language: str) -> Path:
    """Where an issued file of the public's report is."""
    words = ("--lang", language, "--format", form, "--date", "2031-05-02", "--issue", "--by", "Keeper One")
    done = CliRunner().invoke(app, ["report", str(folder), *words])
    assert done.exit_code == 0, done.output
    assert "Issued as my-watch/2031-05-02/public, revision 1." in done.stderr
    return Path(done.stdout.strip())


def new_key(path: Path, role: str, name: str = "example.org/a") -> str:
    return call("keys", "new", name, "--role", role, "--out", path)[1].splitlines()[0]


# Reports and their hashes


def test_the_hash_of_every_report_is_in_the_ledger_and_the_same_report_is_no_new_entry(watch: Path) -> None:
    issue(watch, "html", "tr")
    out = watch / ".trucewatch/out/issued"
    files = {sha256(path.read_bytes()).hexdigest() for path in out.rglob("*.*")}
    kept = "".join(
        path.read_text("utf-8", "replace") for path in (watch / ".trucewatch/objects").rglob("*") if path.is_file()
    )
    assert files
    assert all(one in kept for one in files)
    with open_store(watch) as store:
        entries = len(store.journal)
        records = [one.record for one in store.journal.entries() if "publication" in one.record["schema"]]
    shown = [(file["format"], file["language"]) for one in records for file in one["file_digests"]]
    assert shown == [("csv", "en"), ("html", "tr")]
    assert all(one["by"].startswith("p-") and one["program"] for one in records)
    call("run", watch)
    with open_store(watch) as store:
        assert len(store.journal) == entries, "a run makes drafts, and enters none"
    assert {sha256(path.read_bytes()).hexdigest() for path in out.rglob("*.*")} == files
    assert inspector.main([str(watch)]) == 0


def test_a_report_made_later_in_another_language_is_entered_once_and_stays_the_same_issue(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=3)
    made, published = [], []
    for language in ("en", "tr", "tr", "en"):
        made.append(issue(folder, "csv", language).read_bytes())
        with open_store(folder) as store:
            rows = store.index.rows("SELECT revision, record FROM publication ORDER BY entry")
            published.append((len(rows), len(publications(store))))
    assert (made[0], made[1]) == (made[3], made[2])
    assert not any("draft" in content.decode("utf-8-sig") for content in made)
    assert published == [(1, 1), (2, 1), (2, 1), (2, 1)], "two records of one issue, and no third"
    for content, (revision, record) in zip(made[:2], rows, strict=True):
        assert sha256(content).hexdigest() in record
        assert revision == 1


# Reading


def test_log_shows_what_erase_needs_and_counts_as_it_says(watch: Path) -> None:
    found = sha256((watch / "inbox/reports.csv").read_bytes()).hexdigest()
    assert f"evidence {found}" in call("log", watch, "--kind", "evidence")[1]
    entries = json.loads(call("log", watch, "--last", "0", "--json")[1])["entries"]
    assert [one["number"] for one in entries] == list(range(len(entries)))
    assert [one["evidence"] for one in entries if one["kind"] == "evidence"] == [found]
    assert json.loads(call("log", watch, "--last", "2", "--json")[1])["entries"] == entries[-2:]
    assert call("log", watch, "--kind", "trucewatch/evidence/1") == call("log", watch, "--kind", "evidence")
    assert all(one["who"].startswith("p-") for one in entries if one["kind"] == "publication")
    assert "for " in next(one["what"] for one in entries if one["kind"] == "publication")
    assert call("log", watch, "--last", "-1")[0] == 2
    with pytest.raises(StoreError, match=r'"foo" is no kind of record; there are: evidence, batch'):
        call("log", watch, "--kind", "foo")
    assert "No entry of this kind" in call("log", watch, "--kind", "erasure")[1]


@pytest.mark.parametrize("words", [("log",), ("keys", "list"), ("keys", "list", "--json")])
def test_what_only_reads_needs_no_lock_and_writes_nothing(watch: Path, words: tuple[str, ...]) -> None:
    with open_store(watch):
        before = {path: path.stat().st_mtime_ns for path in watch.rglob("*")}
        code, text = call(*words, watch)
        assert {path: path.stat().st_mtime_ns for path in watch.rglob("*")} == before
    assert code == 0
    assert text


def test_keys_list_says_which_key_is_in_force_now(watch: Path) -> None:
    call("keys", "rotate", watch, "--reason", "yearly")
    text = call("keys", "list", watch)[1]
    assert text.count("in force") == 1
    assert "replaced by entry" in text
    events = json.loads(call("keys", "list", watch, "--json")[1])["events"]
    assert [one["in_force"] for one in events] == [False, True]


def test_a_watch_that_was_never_run_has_no_ledger_to_show(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with pytest.raises(StoreError, match="holds no ledger yet; run: trucewatch run"):
        call("log", folder)
    assert not (folder / ".trucewatch").exists()
    with pytest.raises(WatchError, match=r"has no watch\.toml"):
        call("log", tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "cosign", "{watch}", "{missing}"),
        ("sign", "{missing}", "--key", "k"),
        ("sign", "{watch}/watch.toml", "--check", "{missing}", "--vkey", "x"),
        ("witness", "{missing}", "--log", "x", "--key", "k", "--state", "s", "--out", "o"),
    ],
)
def test_a_missing_file_is_named_with_what_to_look_at(watch: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    missing = tmp_path / "nowhere"
    with pytest.raises(TrucewatchError, match=rf"{missing} (cannot be read.*check the name|holds no ledger)"):
        call(*(word.format(watch=watch, missing=missing) for word in words))


# Erasing, and what was lost


def test_erase_says_what_would_go_and_what_it_cannot_reach(watch: Path) -> None:
    found = sha256((watch / "inbox/reports.csv").read_bytes()).hexdigest()
    code, text = call("erase", watch, found, "--reason", "asked for")
    assert code == 0
    assert f"{found}  evidence inbox/reports.csv" in text
    assert re.search(r"\d findings of the list of entry \d+ and of those that share them", text)
    assert "inbox/reports.csv\n" in text.partition("Not reached")[2]
    assert "daily-" in text.partition("Not reached")[2]
    assert "Nothing was done" in text
    with open_store(watch) as store:
        assert found in store.evidence
    for name in ("deadbeef", "0" * 64, "p-nobody"):
        with pytest.raises(TrucewatchError, match=r"nothing that can be erased|not kept here|nobody stands behind"):
            call("erase", watch, found, name, "--reason", "asked for", "--yes")
    with open_store(watch) as store:
        assert found in store.evidence, "all names are looked at before anything is done"
    assert "Not reached" in call("erase", watch, found, "--reason", "asked for", "--yes")[1]
    assert inspector.main([str(watch)]) == 0


def test_rebuild_says_what_came_back_from_the_tiles(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    put_an_older_journal_back(folder)
    text = call("rebuild", folder)[1]
    assert "restored 2 signed entries" in text
    assert "equal to the one before" in text


# Keys and signatures


def test_lost_asks_before_it_gives_up_a_key_that_is_there_and_prints_the_new_one(watch: Path) -> None:
    with pytest.raises(LedgerError, match=r"is there\. .*--lost --yes"):
        call("keys", "rotate", watch, "--lost", "--reason", "stolen")
    code, text = call("keys", "rotate", watch, "--lost", "--reason", "stolen", "--yes")
    assert code == 0
    new = str(read_public_key(text.splitlines()[0]))
    listed = call("keys", "list", watch)[1]
    assert new in listed
    assert "(stolen)" in listed
    assert "lost by entry" in listed
    assert "Tell it" in text
    assert "needs no passphrase" in text
    assert inspector.main([str(watch)]) == 0


def test_a_holder_that_is_no_delegation_is_told_of_and_one_that_is_is_not(watch: Path, tmp_path: Path) -> None:
    key = new_key(tmp_path / "k", "delegation")
    words = ("keys", "register", watch, key, "--role", "delegation", "--holder")
    text = call(*words, "Ivan Zzyzxov, 12 Mill Lane")[1]
    assert '"Ivan Zzyzxov, 12 Mill Lane" is no delegation of this watch, by id or name; there are: D1, D2.' in text
    assert "revoke the key, and register a new one" in text
    call("keys", "revoke", watch, key, "--reason", "names a person")
    another = new_key(tmp_path / "k2", "delegation", name="example.org/other")
    text = call("keys", "register", watch, another, "--role", "delegation", "--holder", "d1")[1]
    assert "is no delegation" not in text


def test_the_holder_of_a_key_is_said_to_stay(watch: Path, tmp_path: Path) -> None:
    key = new_key(tmp_path / "k", "witness")
    call("keys", "register", watch, key, "--role", "witness", "--holder", "Ivan Zzyzxov, 12 Mill Lane")
    number = json.loads(call("keys", "list", watch, "--json")[1])["events"][-1]["entry"]
    with pytest.raises(StoreError, match="tells of a key and stays, the key's holder too: whoever checks the ledger"):
        call("erase", watch, number, "--reason", "asked for", "--yes")
    assert "never of a person. It stays for ever" in " ".join(call("keys", "register", "--help")[1].split())


def test_register_refuses_at_the_keyboard_what_the_ledger_cannot_hold(watch: Path, tmp_path: Path) -> None:
    key = new_key(tmp_path / "k", "delegation")
    with pytest.raises(LedgerError, match="no role of a key to register"):
        call("keys", "register", watch, key, "--role", "log", "--holder", "X")
    assert "Registered as entry" in call("keys", "register", watch, key, "--role", "delegation", "--holder", "X")[1]
    assert "Revoked as entry" in call("keys", "revoke", watch, key, "--reason", "x")[1]
    with pytest.raises(LedgerError, match="revoked already"):
        call("keys", "revoke", watch, key, "--reason", "x")
    assert inspector.main([str(watch)]) == 0


def test_a_key_without_a_passphrase_is_made_knowingly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("keys", "new", "example.org/a", "--role", "delegation", "--out")
    assert "not encrypted" in call(*words, tmp_path / "plain")[1]
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", "correct horse")
    assert "not encrypted" not in call(*words, tmp_path / "encrypted")[1]
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", "")
    with pytest.raises(LedgerError, match="passphrase is empty"):
        call(*words, tmp_path / "empty")
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE")
    (tmp_path / "record").write_bytes(RECORD)
    with pytest.raises(LedgerError, match="in the variable TRUCEWATCH_PASSPHRASE"):
        call("sign", tmp_path / "record", "--key", tmp_path / "encrypted")
    with pytest.raises(LedgerError, match="no key was made"):
        call(*words, tmp_path / "nowhere" / "k")
    with pytest.raises(LedgerError, match="names of ledgers begin with"):
        call("keys", "new", "trucewatch/x", "--role", "delegation", "--out", tmp_path / "x")


def test_a_signature_is_printed_or_written_and_overwrites_nothing(watch: Path, tmp_path: Path) -> None:
    new_key(tmp_path / "k", "delegation")
    record = tmp_path / "record"
    record.write_bytes(RECORD)
    before = sorted(tmp_path.iterdir())
    document = json.loads(call("sign", record, "--key", tmp_path / "k")[1])
    assert document["record"] == sha256(RECORD).hexdigest()
    assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(LedgerError, match="exists and is kept"):
        call("sign", record, "--key", tmp_path / "k", "--out", record)
    with pytest.raises(LedgerError, match="is a ledger's own key"):
        call("sign", record, "--key", watch / ".trucewatch/private/log-key")
    with pytest.raises(LedgerError, match="say with which key"):
        call("sign", record)


def test_a_signature_is_checked_against_a_key_or_the_delegations_of_a_ledger(watch: Path, tmp_path: Path) -> None:
    key = new_key(tmp_path / "k", "delegation")
    stranger = new_key(tmp_path / "k2", "delegation", "example.org/b")
    record, signature, other = tmp_path / "record", tmp_path / "signature", tmp_path / "other"
    record.write_bytes(RECORD)
    other.write_bytes(RECORD.replace(b"seen", b"Seen"))
    call("sign", record, "--key", tmp_path / "k", "--out", signature)
    check = ("--check", signature)
    code, text = call("sign", record, *check, "--vkey", key)
    assert code == 0
    assert text.startswith(f"GOOD: {key} signed this record. SHA-256 {sha256(RECORD).hexdigest()}")
    for words in (
        (other, *check, "--vkey", key),
        (record, *check, "--vkey", stranger),
        (record, *check, "--watch", watch),
    ):
        code, text = call("sign", *words)
        assert code == 1
        assert text.startswith("NOT GOOD: ")
    call("keys", "register", watch, key, "--role", "delegation", "--holder", "Side A")
    code, text = call("sign", record, *check, "--watch", watch)
    assert code == 0
    assert "registered here as Side A and in force" in text
    call("keys", "revoke", watch, key, "--reason", "stolen")
    code, text = call("sign", record, *check, "--watch", watch)
    assert code == 1
    assert "revoked by entry" in text
    for words in ((), ("--vkey", key, "--watch", watch)):
        with pytest.raises(LedgerError, match="say whose signature it has to be"):
            call("sign", record, *check, *words)
    signature.write_bytes(b"[]")
    with pytest.raises(LedgerError, match="no JSON document"):
        call("sign", record, *check, "--vkey", key)


@pytest.mark.parametrize("given", ["", ".trucewatch", ".trucewatch/ledger"])
def test_a_witness_takes_the_watch_its_store_or_the_ledger_and_never_its_own_key_as_out(
    watch: Path, tmp_path: Path, given: str
) -> None:
    with open_store(watch) as store:
        log = str(store.public_key)
    new_key(tmp_path / "k", "witness")
    secret = (tmp_path / "k").read_bytes()
    words = ("witness", watch / given, "--log", log, "--key", tmp_path / "k", "--state", tmp_path / "s", "--out")
    assert call(*words, tmp_path / "o")[0] == 0
    assert call(*words, tmp_path / "o")[0] == 0, "a second time too"
    for wrong in ("k", "s"):
        with pytest.raises(LedgerError, match="name the same file"):
            call(*words, tmp_path / wrong)
    assert (tmp_path / "k").read_bytes() == secret


def test_a_witness_that_goes_on_cosigns_what_grew_and_outlasts_a_log_that_cannot_be_read(
    watch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(watch) as store:
        log = str(store.public_key)
    new_key(tmp_path / "k", "witness")
    checkpoint, seen, waited = watch / ".trucewatch/ledger/checkpoint", list[int](), list[float]()

    def wait(seconds: float) -> None:
        """What happens between two looks: the log grows; it is cut off; it is mended; somebody ends the witness."""
        waited.append(seconds)
        seen.append(read_checkpoint((tmp_path / "o").read_bytes()).size)
        if len(waited) == 1:
            with open_store(watch) as store:
                store.commit([record_of(1)])
        elif len(waited) == 2:
            checkpoint.rename(tmp_path / "aside")
            checkpoint.write_bytes(b"cut off")
        elif len(waited) == 3:
            (tmp_path / "aside").replace(checkpoint)
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr(cli_ledger, "sleep", wait)
    words = (
        "witness",
        watch,
        "--log",
        log,
        "--key",
        tmp_path / "k",
        "--state",
        tmp_path / "s",
        "--out",
        tmp_path / "o",
    )
    code, text = call(*words, "--every", 10)
    assert (code, waited) == (0, [600.0] * 4)
    assert [size - seen[0] for size in seen] == [0, 1, 1, 1]
    assert text.count("cosigned; send it") == 3
    assert "trying again in 10 min" in text
    assert "begin again with the same --state" in text


def test_a_witness_that_goes_on_stops_at_an_accusation(watch: Path, tmp_path: Path) -> None:
    with open_store(watch) as store:
        log = str(store.public_key)
    new_key(tmp_path / "k", "witness")
    older = {path: path.read_bytes() for path in (watch / ".trucewatch/ledger").rglob("*") if path.is_file()}
    words = (
        "witness",
        watch,
        "--log",
        log,
        "--key",
        tmp_path / "k",
        "--state",
        tmp_path / "s",
        "--out",
        tmp_path / "o",
    )
    with open_store(watch) as store:
        store.commit([record_of(1)])
    assert call(*words)[0] == 0
    for path, content in older.items():
        path.write_bytes(content)
    code, text = call(*words, "--every", 10)
    assert code == 1
    assert "rollback" in text
    assert len([*tmp_path.glob("o.accusation-*.json")]) == 1
