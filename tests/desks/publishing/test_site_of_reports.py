"""A site of issued reports: the bytes that were issued, a log that only grows, and nothing of the ledger for who may
not see it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.builders import copy_of
from tests.conftest import each
from tests.issued_by_hand import DAY, NOW, issue_by_hand
from tests.ledger.small_log import run
from trucewatch.desks import indexes
from trucewatch.errors import LedgerError, ReportError, StoreError, TrucewatchError
from trucewatch.ledger.bundle import log_entry
from trucewatch.ledger.durable import write_durably
from trucewatch.ledger.keyfile import key_file
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.signing import write_canonical
from trucewatch.model.ids import sha256_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.publishing_site import Published, publish_site
from trucewatch.store import Store
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.private_files import write_private
from trucewatch.store.publications import recorded_issues
from trucewatch.store.recipient_logs import RecipientLog
from trucewatch.store.site_folder import SiteFolder
from trucewatch.store.vault import PASSPHRASE
from trucewatch.watch import load_watch

CHECKED_AT = NOW.timestamp() + 86_400


class Watched:
    """A watch with its store, from which sites are published."""

    def __init__(self, folder: Path, store: Store, watch: Watch) -> None:
        self.folder, self.store, self.watch = folder, store, watch

    def publish(self, out: Path, recipient: str = "public", *languages: str) -> Published:
        return publish_site(
            self.store, self.folder, self.watch, recipient=recipient, out=out, now=NOW, languages=languages
        )


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        yield Watched(folder, store, load_watch(folder))


def check(site: Path, key: str = "", *options: object) -> tuple[int, dict[str, Any]]:
    policy = site.parent / "policy.toml"
    policy.write_text(f'schema = 1\nlog = "{key}"\n')
    return run(site, *(["--policy", policy] if key else []), *options, now=CHECKED_AT)


def bytes_of(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def test_the_site_holds_each_issue_as_it_was_issued_and_a_stranger_checks_it_alone(
    watched: Watched, tmp_path: Path
) -> None:
    for number in range(3):
        issue_by_hand(watched.store, day=DAY + timedelta(days=number))
    issue_by_hand(watched.store, day=DAY, revision=2)
    issue_by_hand(watched.store, "joint-centre")
    site = tmp_path / "site"
    made = watched.publish(site)
    assert (made.issues, made.new, dict(made.absent)) == (4, 4, {})
    there = bytes_of(site)
    hashes = {sha256_of(content) for content in there.values()}
    for issue in recorded_issues(watched.store):
        assert (set(issue.files.values()) <= hashes) == (issue.publication.recipient == "public")
    start = there["index.html"].decode()
    folders = re.findall(r'href="issues/([^/]+)/', start)
    assert folders == ["2031-05-01-r2", "2031-05-03-r1", "2031-05-02-r1", "2031-05-01-r1"]
    assert "Corrected by revision 2." in start
    assert start.count('class="mark">simulated<') == 4
    command = [sys.executable, "-I", "inspector.py", "."]
    done = subprocess.run(
        command, cwd=site, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith("PROVED UNDER A KEY THAT NOBODY VOUCHED FOR"), done.stdout
    code, document = check(site, made.key)
    assert code == 0, document
    assert document["site"]["issues"] == 4
    assert check(site, str(watched.store.public_key))[0] == 1, "the ledger's key is not the site's"


def test_a_page_asks_for_no_script_no_other_host_and_leads_to_files_that_are_there(
    watched: Watched, tmp_path: Path
) -> None:
    issue_by_hand(watched.store)
    site = tmp_path / "site"
    watched.publish(site)
    pages = list(site.rglob("index*.html"))
    assert len(pages) >= 4
    for path in each(pages):
        text = path.read_text("utf-8")
        assert "<script" not in text
        assert "default-src 'none'" in text
        assert not re.findall(r'(?:href|src)="(?:https?:)?//', text)
        assert re.search(r'<html lang="\w+" dir="(?:ltr|rtl)">', text)
        assert text.count("<main") == text.count("<h1>") == 1
        for target in re.findall(r'href="([^"#:]+)["#]', text):
            assert (path.parent / target).is_file(), (path, target)


def test_published_again_only_what_is_new_is_added_and_old_files_stay(watched: Watched, tmp_path: Path) -> None:
    site, kept = tmp_path / "site", tmp_path / "kept"
    issue_by_hand(watched.store)
    watched.publish(site)
    shutil.copyfile(site / "log" / "checkpoint", kept)
    before = bytes_of(site)
    entries = len(watched.store.journal)
    assert watched.publish(site).new == 0
    assert bytes_of(site) == before, "the same again writes the same"
    assert len(watched.store.journal) == entries
    issue_by_hand(watched.store, day=DAY + timedelta(days=1))
    made = watched.publish(site)
    assert (made.issues, made.new) == (2, 1)
    after = bytes_of(site)
    old = {name for name in before if name.startswith("issues/") or name.startswith("log/checkpoints/")}
    assert {name: after[name] for name in old} == {name: before[name] for name in old}
    assert check(site, made.key, "--seen", kept)[0] == 0
    other = tmp_path / "other"
    watched.publish(other)
    assert {name: content for name, content in bytes_of(other).items() if name in old} == {
        name: before[name] for name in old
    }, "the whole site is made again from the watch"


def test_a_language_that_was_issued_or_asked_for_later_is_added_beside(watched: Watched, tmp_path: Path) -> None:
    site = tmp_path / "site"
    issue_by_hand(watched.store)
    watched.publish(site, "public", "en")
    assert not list(site.rglob("*-ru.html"))
    made = watched.publish(site)
    assert made.new == 1
    assert [path.parent.name for path in site.rglob("2031-*-ru.html")] == ["2031-05-01-r1-part2"]
    assert check(site, made.key)[0] == 0


def test_every_changed_byte_and_every_file_added_or_taken_is_named(watched: Watched, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for number in range(2):
        issue_by_hand(watched.store, day=DAY + timedelta(days=number))
    key = watched.publish(site).key
    for name, content in each(bytes_of(site).items()):
        middle = len(content) // 2
        for change in (content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :], None):
            if change is None:
                (site / name).unlink()
            else:
                (site / name).write_bytes(change)
            if (site / "site.json").is_file() and not (change is None and name.startswith("log/checkpoints/")):
                code, document = check(site, key)
                assert code == 1, name
                said = json.dumps(document["problems"])
                assert name in said or name.startswith(("log/", "site.json", "pages.json")), (name, said)
            (site / name).write_bytes(content)
    (site / "issues" / "more.html").write_text("x")
    assert "issues/more.html" in json.dumps(check(site, key)[1]["problems"])


@pytest.mark.parametrize("name", ["index.html", "issues/2031-05-01-r1/2031-05-01-r1-en.csv", "pages.json"])
def test_what_another_hand_changed_is_refused_and_named(watched: Watched, tmp_path: Path, name: str) -> None:
    site = tmp_path / "site"
    issue_by_hand(watched.store)
    watched.publish(site)
    (site / name).write_bytes((site / name).read_bytes() + b"x")
    before = bytes_of(site)
    issue_by_hand(watched.store, day=DAY + timedelta(days=1))
    with pytest.raises(ReportError, match=re.escape(name)):
        watched.publish(site)
    assert bytes_of(site) == before


def test_bad_places_and_recipients_are_refused_with_what_to_do(watched: Watched, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"trucewatch report .* --issue"):
        watched.publish(tmp_path / "site")
    assert not (tmp_path / "site").exists()
    issue_by_hand(watched.store)
    with pytest.raises(ReportError, match="it has: "):
        watched.publish(tmp_path / "site", "nobody")
    for inside in (watched.folder / "site", watched.folder, watched.folder.parent):
        with pytest.raises(StoreError, match="somewhere else"):
            watched.publish(inside)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ReportError, match=r"notes\.txt"):
        watched.publish(tmp_path / "full")
    issue_by_hand(watched.store, "joint-centre")
    watched.publish(tmp_path / "site")
    with pytest.raises(ReportError, match="another watch, recipient or log"):
        watched.publish(tmp_path / "site", "joint-centre")
    with RecipientLog(watched.store, "public"), pytest.raises(LedgerError, match="another process"):
        watched.publish(tmp_path / "second")


def test_who_may_see_everything_gets_proofs_in_the_ledger_itself(watched: Watched, tmp_path: Path) -> None:
    site = tmp_path / "site"
    issue_by_hand(watched.store, "joint-centre")
    made = watched.publish(site, "joint-centre")
    assert not (site / "log").exists()
    assert made.key == str(watched.store.public_key)
    code, document = check(site, made.key)
    assert code == 0, document
    issue_by_hand(watched.store, "joint-centre", day=DAY + timedelta(days=1))
    before = bytes_of(site)
    assert watched.publish(site, "joint-centre").new == 1
    same = {name for name in before if name.startswith("issues/")}
    assert {name: bytes_of(site)[name] for name in same} == {name: before[name] for name in same}
    assert check(site, made.key)[0] == 0
    assert not list(entries_of_kind(watched.store, "trucewatch/recipient-log/1"))
    for name in ("issue.json", "proof.json"):
        path = site / "issues" / "2031-05-01-r1" / name
        content = path.read_bytes()
        path.write_bytes(content.replace(b"watch/2031-05-01", b"watch/2031-05-07"))
        assert name in json.dumps(check(site, made.key)[1]["problems"])
        path.write_bytes(content.replace(b"csv", b"cvs"))
        assert name in json.dumps(check(site, made.key)[1]["problems"])
        with pytest.raises(ReportError, match=name):
            watched.publish(site, "joint-centre")
        path.write_bytes(content)


def test_each_root_of_the_small_log_is_in_the_ledger_before_it_is_shown(watched: Watched, tmp_path: Path) -> None:
    for number in range(2):
        issue_by_hand(watched.store, day=DAY + timedelta(days=number))
        made = watched.publish(tmp_path / "site")
        last = list(entries_of_kind(watched.store, "trucewatch/recipient-log/1"))[-1].record
        origin, size, root = (tmp_path / "site" / "log" / "checkpoint").read_text().splitlines()[:3]
        assert (last["origin"], str(last["size"]), last["root"]) == (origin, size, root)
        assert (last["vkey"], last["recipient"]) == (made.key, "public")


def test_a_bundle_that_was_given_between_two_issues_is_no_part_of_the_site(watched: Watched, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for number in range(3):
        with RecipientLog(watched.store, "public") as log:
            log.append([log_entry(str(number).encode())])
        issue_by_hand(watched.store, day=DAY + timedelta(days=number))
        made = watched.publish(site)
        assert (made.issues, made.new) == (number + 1, 1)
        code, document = check(site, made.key)
        assert (code, document["size"], document["site"]["issues"]) == (0, 2 * number + 2, number + 1), document
    kept = bytes_of(site)
    shutil.rmtree(site)
    watched.publish(site)
    assert bytes_of(site) == kept
    assert watched.publish(site).new == 0


def test_an_older_copy_of_the_log_or_a_lost_key_is_refused(watched: Watched, tmp_path: Path) -> None:
    issue_by_hand(watched.store)
    watched.publish(tmp_path / "site")
    folder = watched.store.root / "recipient-logs" / "public"
    shutil.copytree(folder, tmp_path / "older")
    issue_by_hand(watched.store, day=DAY + timedelta(days=1))
    watched.publish(tmp_path / "site")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "older", folder)
    with pytest.raises(LedgerError, match="older than the ledger says"):
        watched.publish(tmp_path / "site")
    (watched.folder / ".trucewatch" / "private" / "recipient-log-key-public").unlink()
    with pytest.raises(LedgerError, match="is gone"):
        watched.publish(tmp_path / "site")


def test_erased_words_take_the_files_away_and_the_site_says_so(watched: Watched, tmp_path: Path) -> None:
    site = tmp_path / "site"
    issue_by_hand(watched.store, note="what an editor wrote of somebody")
    issue_by_hand(watched.store, day=DAY + timedelta(days=1))
    watched.publish(site)
    (issue,) = [one for one in recorded_issues(watched.store) if one.publication.notes]
    watched.store.erase([], people=[issue.publication.notes[0].reference], reason="by order", ordered_by="p-x")
    made = watched.publish(site)
    assert set(made.absent.values()) == {"erased"}
    assert not list((site / "issues" / "2031-05-01-r1").glob("2031-*"))
    assert "erased by order" in (site / "issues" / "2031-05-01-r1" / "index.html").read_text()
    assert "Erased" in (site / "index.html").read_text()
    code, document = check(site, made.key)
    assert code == 0, document
    assert any(change.startswith("Erased: issues/2031-05-01-r1/") for change in document["changes"])


def test_a_file_that_is_kept_nowhere_is_named_with_its_hash(watched: Watched, tmp_path: Path) -> None:
    site = tmp_path / "site"
    issue_by_hand(watched.store, keeps=False, files=(("csv", "en"), ("other", "en")))
    issue_by_hand(watched.store, day=DAY + timedelta(days=1))
    made = watched.publish(site)
    assert set(made.absent.values()) == {"not_kept"}
    assert check(site, made.key)[0] == 0


def test_a_run_that_is_killed_anywhere_leaves_a_site_that_goes_on(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    issue_by_hand(watched.store)
    watched.publish(site)
    reference = tmp_path / "reference"

    class Killed(BaseException):
        pass

    for number in range(14):
        issue_by_hand(watched.store, day=DAY + timedelta(days=1 + number))
        left = number

        def write(path: Path, content: bytes, **how: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            write_durably(path, content, **how)

        monkeypatch.setattr("trucewatch.store.site_folder.write_durably", write)
        with contextlib.suppress(Killed):
            watched.publish(site)
        monkeypatch.undo()
        for page in site.rglob("index*.html"):
            for target in re.findall(r'href="([^"#:]+)["#]', page.read_text("utf-8")):
                assert (page.parent / target).is_file(), (number, page, target)
        made = watched.publish(site)
        assert check(site, made.key)[0] == 0, number
    watched.publish(reference)
    pages = {name for name in bytes_of(site) if name.endswith(".html") and "proof" not in name}
    assert {name: bytes_of(site)[name] for name in pages} == {name: bytes_of(reference)[name] for name in pages}


def key_of_the_log(store: Store) -> None:
    """The same key for the public's log in every watch, since signatures and origin are of the key."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
    content = key_file(SecretKey("trucewatch/fixed", LOG_ALGORITHM, private), None)
    write_private(store.keys.folder, store.keys.recipient_log_file("public"), content)


def test_two_watches_that_differ_in_what_is_withheld_publish_the_same_bytes(tmp_path: Path) -> None:
    sites = []
    for more in (0, 40):
        folder = copy_of("two-valleys", tmp_path / f"w{more}")
        moments = iter(NOW + timedelta(hours=more, seconds=tick) for tick in range(100_000))
        with Store(folder, moments.__next__, desks=indexes()) as store:
            watch = load_watch(folder)
            watched = Watched(folder, store, replace(watch, settings=replace(watch.settings, simulated=False)))
            key_of_the_log(store)
            for number in range(2):
                for other in range(more):
                    issue_by_hand(store, "joint-centre", day=DAY + timedelta(days=other), revision=number + 1)
                issue_by_hand(store, day=DAY + timedelta(days=number), withheld=more)
                watched.publish(tmp_path / f"s{more}")
            sites.append(bytes_of(tmp_path / f"s{more}"))
            checkpoint = store.publish().decode().splitlines()
            for content in each(sites[-1].values()):
                assert checkpoint[2].encode() not in content
                assert store.public_key.name.encode() not in content
                assert b'class="mark"' not in content, "nothing that was shown is simulated"
    assert sites[0] == sites[1]


def test_two_publishings_into_one_folder_at_once_are_one_too_many(watched: Watched, tmp_path: Path) -> None:
    issue_by_hand(watched.store)
    watched.publish(tmp_path / "site")
    with SiteFolder(tmp_path / "site", watched.folder), pytest.raises(StoreError, match="another process publishes"):
        watched.publish(tmp_path / "site")


def test_the_key_of_the_small_log_is_protected_with_the_others(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_by_hand(watched.store)
    monkeypatch.setenv(PASSPHRASE, "four words and more")
    watched.publish(tmp_path / "site")
    path = watched.store.keys.folder / watched.store.keys.recipient_log_file("public")
    assert b"ENCRYPTED" in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert watched.publish(tmp_path / "site").new == 0
    monkeypatch.setenv(PASSPHRASE, "another")
    with pytest.raises(LedgerError, match="passphrase"):
        watched.publish(tmp_path / "site")


def test_the_command_publishes_and_names_the_key(tmp_path: Path) -> None:
    from tests.pipeline.test_command_line import call

    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        issue_by_hand(store)
    words = ("publish", str(folder), "--recipient", "public", "--out", str(tmp_path / "site"))
    code, said = call(*words)[:2]
    assert code == 0
    assert str(tmp_path / "site") in said
    assert (tmp_path / "site" / "index.html").is_file()
    with pytest.raises(TrucewatchError, match="no recipient"):
        call("publish", str(folder), "--recipient", "x", "--out", str(tmp_path / "site"))


def test_a_hostile_site_is_refused_and_leads_nowhere(watched: Watched, tmp_path: Path) -> None:
    good = tmp_path / "good"
    for number in range(2):
        issue_by_hand(watched.store, day=DAY + timedelta(days=number))
        key = watched.publish(good).key
    (tmp_path / "secret.txt").write_text("x")

    def lead_out(site: Path) -> str:
        pages = json.loads((site / "pages.json").read_text())
        pages["files"]["../secret.txt"] = [sha256_of(b"x")]
        (site / "pages.json").write_text(write_canonical(pages))
        return "is named, which no site has"

    def link(site: Path) -> str:
        (site / "index.html").unlink()
        (site / "index.html").symlink_to(good / "index.html")
        return "is a symbolic link"

    def roll_back(site: Path) -> str:
        shutil.copyfile(site / "log" / "checkpoints" / "1", site / "log" / "checkpoint")
        return "does not fit this log"

    def swap(site: Path) -> str:
        one, other = (site / "issues" / f"2031-05-0{day}-r1" / "proof.json" for day in (1, 2))
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)
        return "is of another entry"

    def hide(site: Path) -> str:
        shutil.rmtree(site / "issues" / "2031-05-01-r1")
        return "is missing"

    def other_key(site: Path) -> str:
        about = json.loads((site / "site.json").read_text())
        about["key"] = str(watched.store.public_key)
        (site / "site.json").write_text(write_canonical(about))
        return "not the policy's key"

    for change in each((lead_out, link, roll_back, swap, hide, other_key)):
        site = tmp_path / change.__name__
        shutil.copytree(good, site)
        fault = change(site)
        code, document = check(site, key)
        assert code == 1, change
        assert "site" not in document
        assert fault in json.dumps(document["problems"]), (change, document["problems"])


@pytest.mark.parametrize("recipient", ["public", "joint-centre"])
def test_a_run_that_is_killed_between_two_new_issues_is_finished_by_the_next(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipient: str
) -> None:
    for number in range(3):
        issue_by_hand(watched.store, recipient, day=DAY + timedelta(days=number))
    site, whole = tmp_path / "site", tmp_path / "whole"
    rename = os.rename
    moved: list[object] = []

    def move(source: Path, target: Path) -> None:
        moved.append(target)
        if len(moved) == 2:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr("trucewatch.store.site_folder.os.rename", move)
    with pytest.raises(KeyboardInterrupt):
        watched.publish(site, recipient)
    monkeypatch.undo()
    made = watched.publish(site, recipient)
    assert made.issues == 3
    code, document = check(site, made.key)
    assert code == 0, document
    watched.publish(whole, recipient)
    assert bytes_of(site).keys() == bytes_of(whole).keys()
    assert not (site / ".next").exists()
