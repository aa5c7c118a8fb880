"""The keys of recipients' codes: made once, kept apart, named by their hash; what is said when one is lost, and what
comes back with it."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.conftest import each
from tests.reports.two_watches import NOW, ticking
from tests.server.conftest import client_of
from tests.store.test_ledger_words import call
from trucewatch.desks import find, indexes
from trucewatch.errors import ReportError, StoreError, WatchError
from trucewatch.model.recipient_key import RecipientKey
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.issue import issue_report, make_again
from trucewatch.reports import build_daily, publication_of, render
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.private_files import write_private
from trucewatch.store.publications import publications, recorded_issues
from trucewatch.store.recipient_codes import FILE, SCHEMA, make_missing_keys, recipient_keys

DAY = date(2031, 5, 2)
PERIOD = {"day_from": DAY, "day_until": DAY + timedelta(days=1)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w", rows=6)


def opened(folder: Path, days: int = 0) -> Store:
    clock = ticking(NOW + timedelta(days=days))
    return Store(folder, lambda: next(clock), desks=indexes())


def named(store: Store) -> list[tuple[str, str, str, str]]:
    names = ("recipient", "key_digest", "replaces_digest", "reason")
    return [tuple(entry.record[name] for name in names) for entry in entries_of_kind(store, SCHEMA)]


def issue_csv(store: Store, today: Assessment) -> bytes:
    return issue_report(store, today, recipient="public", **PERIOD, languages=["en"], formats=["csv"])["csv", "en"]


def test_a_key_is_made_once_for_every_coarse_recipient_and_named_by_its_hash_alone(folder: Path) -> None:
    with opened(folder) as store:
        assess(store, folder, now=NOW)
        (public,) = named(store)
        key = recipient_keys(store)["public"]
        assert public == ("public", key.digest, "", "new"), "the joint centre is told exact places and keeps the ids"
    path = folder / ".trucewatch" / "private" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    for again in range(2):
        with opened(folder, again + 1) as store:
            assess(store, folder, now=NOW)
            assert named(store) == [public]
            assert recipient_keys(store)["public"] == key
    assert path.read_bytes() == before
    secret = key.secret
    for file in each(one for one in (folder / ".trucewatch").rglob("*") if one.is_file() and one != path):
        assert secret not in file.read_bytes(), file
        assert secret.hex().encode() not in file.read_bytes(), file
    assert secret.hex() not in repr(key)


def test_a_run_that_ends_between_file_and_entry_leaves_one_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder) as store:
        watch = assess(store, folder, now=NOW).watch
    (folder / ".trucewatch" / "private" / FILE).unlink()
    with opened(folder, 1) as store:
        other = (replace(watch.settings.recipient[-1], id="agency"),)
        monkeypatch.setattr(store, "commit", _killed)
        with pytest.raises(KeyboardInterrupt):
            make_missing_keys(store, other, watch.agreement)
        content = json.loads((folder / ".trucewatch" / "private" / FILE).read_bytes())
        assert "agency" not in recipient_keys(store), "what the ledger does not name makes no code"
    with opened(folder, 2) as store:
        assert make_missing_keys(store, other, watch.agreement) == []
        assert recipient_keys(store)["agency"].secret.hex() == content["keys"]["agency"]
        assert [row[3] for row in named(store) if row[0] == "agency"] == ["new"]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_lost_key_is_said_everywhere_and_one_that_is_put_back_counts_again(folder: Path, tmp_path: Path) -> None:
    path = folder / ".trucewatch" / "private" / FILE
    with opened(folder) as store:
        first = assess(store, folder, now=NOW)
        content = issue_csv(store, first)
        old = recipient_keys(store)["public"]
    kept = path.read_bytes()
    path.unlink()
    code, text = call("run", folder)
    assert code == 0
    assert "the key of the codes of public was lost" in " ".join(text.split())
    with opened(folder, 2) as store:
        today = assess(store, folder, now=NOW + timedelta(days=2))
        new = recipient_keys(store)["public"]
        assert named(store)[1:] == [("public", new.digest, old.digest, "lost")]
        assert not today.warnings, "it is said by the run that finds it, and stands in the ledger"
        report = build_daily(today.report_inputs(), recipient=today.watch.settings.recipient[-1], **PERIOD)
        assert report.revision == 2, "other codes are another issue"
        told, *others = report.corrections
        assert (told.change, told.fields[0][0]) == ("codes", "key_lost")
        assert others == [], "what was issued is compared by the records themselves, not by their codes"
        page = " ".join(render(report, format="html", language="en").decode().split())
        assert "cannot be matched with these: their key was lost" in page
        (issue,) = recorded_issues(store)
        with pytest.raises(ReportError, match="codes of a key that is lost"):
            make_again(store, folder, issue, format="csv", language="en", now=NOW)
        ids = {row.incident_id for row in publications(store)[0].rows}
        assert ids
        assert not {old.code(one) for one in ids} & {new.code(one) for one in ids}
    path.write_bytes(kept)
    with opened(folder, 3) as store:
        assess(store, folder, now=NOW)
        assert recipient_keys(store)["public"].digest == old.digest
        (issue,) = recorded_issues(store)
        assert make_again(store, folder, issue, format="csv", language="en", now=NOW).content == content
    assert call("verify", folder)[0] == 0


def test_an_issue_of_before_there_were_keys_is_made_again_as_it_was(folder: Path) -> None:
    """With ids, the checkpoint and all counts; and the report that follows it says that codes are others since."""
    with opened(folder) as store:
        today = assess(store, folder, now=NOW)
        public = today.watch.settings.recipient[-1]
        early = build_daily(replace(today.report_inputs(), is_early_form=True), recipient=public, **PERIOD)
        assert early.checkpoint
        assert publication_of(early).key_digest == ""
        later = today.report_inputs()
        report = build_daily(replace(later, earlier=(publication_of(early),)), recipient=public, **PERIOD)
    page = render(early, format="html", language="en").decode()
    assert early.rows
    assert all(row.incident.incident_id in page for row in early.rows)
    assert "Rejected inputs: none." in page
    (told,) = report.corrections
    assert (told.change, told.fields[0][0]) == ("codes", "first_key")
    assert "since then every recipient has codes of its own" in " ".join(
        render(report, format="html", language="en").decode().split()
    )


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"schema": "x", "keys": {}}', b'{"schema": "trucewatch/recipient-keys/1"}']
)
def test_a_damaged_file_is_named_with_what_to_do(folder: Path, content: bytes) -> None:
    with opened(folder) as store:
        write_private(store.keys.folder, FILE, content)
        with pytest.raises(StoreError, match=r"recipient-keys\.json is damaged.*Put back a copy"):
            assess(store, folder, now=NOW)


def test_without_a_key_no_report_goes_out(folder: Path) -> None:
    with opened(folder) as store:
        today = assess(store, folder, now=NOW)
        inputs = replace(today.report_inputs(), recipient_keys={})
        with pytest.raises(ReportError, match="public has no key for its codes yet"):
            build_daily(inputs, recipient=today.watch.settings.recipient[-1], **PERIOD)


def test_inside_a_code_is_looked_up(folder: Path) -> None:
    """A delegation quotes the code of its report; the command and the console find the incident."""
    with opened(folder) as store:
        today = assess(store, folder, now=NOW)
        key, real = recipient_keys(store)["public"], today.incidents["incident_id"][0].as_py()
        console = Console(store, folder, lambda: NOW, find())
        console.assessment()
        client = client_of(console)
        for text in (real, key.code(real), key.code(real)[:12]):
            page = client.get(f"/incident/{text}")
            shown = console.snapshot.codes[console.snapshot.row_of[real]]
            assert (page.status_code, shown in page.text) == (200, True), text
        assert client.get(f"/incident/{_other_key().code(real)}").status_code == 404
    for which in (key.code(real), key.code(real)[:12], key.code(real).upper()):
        code, text = call("incident", folder, "show", which, "--json")
        assert code == 0, text
        assert json.loads(text)["incident"]["incident_id"] == real
    with pytest.raises(WatchError, match="no incident begins with"):
        call("incident", folder, "show", _other_key().code(real))


def _other_key() -> RecipientKey:
    return RecipientKey(secret=bytes(32), since=NOW)
