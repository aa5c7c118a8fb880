"""Erasing: what would go is said first, what is gone stays gone, and what is entered again stays."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from tests.conftest import ROOT
from tests.ledger.small_log import run as inspect
from tests.store.test_ledger_of_a_store import verifies
from tests.store.test_store import NOW, open_store
from trucewatch.errors import StoreError, WatchError
from trucewatch.pipeline import assess
from trucewatch.store import Store
from trucewatch.store.copies import find_copies
from trucewatch.store.keys import Keyring
from trucewatch.store.ledger_lines import entries_for_people, log_lines
from trucewatch.store.lists import recorded_lists
from trucewatch.store.trees import chunks_of


def watch_of_many_files(folder: Path) -> Path:
    make_watch(folder, rows=5)
    edit(folder / "watch.toml", 'files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv"]')
    return folder


def watch_with_two_files(folder: Path) -> tuple[Path, str]:
    """A watch whose list is the same with and without its second file, which reports again what the first does, and
    that file's hash."""
    watch_of_many_files(folder)
    second = folder / "inbox/second.csv"
    second.write_bytes(b"".join((folder / "inbox/reports.csv").read_bytes().splitlines(keepends=True)[:3]))
    return folder, sha256(second.read_bytes()).hexdigest()


def run(folder: Path) -> list[str]:
    """One run; the parts of the incidents and findings of all lists."""
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
        roots = [
            root for row in store.index.rows("SELECT incidents, findings FROM list ORDER BY entry") for root in row
        ]
        return [chunk.name for root in roots for chunk in chunks_of(store.objects, root)]


def test_tables_that_are_entered_again_after_an_erasure_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bytes of parts of the next list are those that were erased: verify never finds one missing, at any time."""
    folder, goes = watch_with_two_files(tmp_path / "w")
    before = run(folder)
    with Store(folder, lambda: NOW) as store:
        assert set(before) & set(store.erase([goes], reason="asked for", ordered_by="")), "the list was made with it"
        assert recorded_lists(store) == []
    for _ in range(3):
        after = run(folder)
        assert set(after) & set(before), "the same bytes again, or this test shows nothing"
        code, text = verifies(folder, capsys)
        assert code == 0, text
        with Store(folder, lambda: NOW) as store:
            assert all(one in store.objects for one in after if one)
            digest = store.index.digest()
            store.rebuild()
            assert store.index.digest() == digest
        code, text = verifies(folder, capsys)
        assert code == 0, text


def test_a_reason_that_is_a_hash_is_refused_before_anything_goes(tmp_path: Path) -> None:
    """Every verifier would look for a file of that name."""
    folder, goes = watch_with_two_files(tmp_path / "w")
    run(folder)
    with Store(folder, lambda: NOW) as store:
        before = len(store.journal)
        with pytest.raises(StoreError, match='"reason" is the hash of a file and nothing else'):
            store.erase([goes], reason=goes, ordered_by="")
        assert (len(store.journal), goes in store.evidence) == (before, True)


@pytest.mark.parametrize("key", ["organisation", "licence"])
def test_a_source_whose_words_are_a_hash_is_refused_so_that_nothing_erased_comes_back_by_them(
    tmp_path: Path, key: str
) -> None:
    folder, goes = watch_with_two_files(tmp_path / "w")
    with (folder / "watch.toml").open("a", encoding="utf-8") as stream:
        stream.write(
            f'[[source]]\nid = "more"\nadapter = "observations"\nfiles = ["inbox/more.csv"]\n{key} = "{goes}"\n'
        )
    (folder / "inbox" / "more.csv").write_text("kind\n", encoding="utf-8")
    with pytest.raises(WatchError, match=f"{key} is the hash of a file and nothing else"):
        run(folder)


def test_an_erasure_that_was_killed_before_the_bytes_went_is_finished(tmp_path: Path) -> None:
    folder, goes = watch_with_two_files(tmp_path / "w")
    run(folder)
    with Store(folder, lambda: NOW) as store:
        store._finish_erasures = lambda: None  # type: ignore[method-assign]
        gone = store.erase([goes], reason="asked for", ordered_by="")
        assert goes in store.evidence
    with open_store(folder) as store:
        assert not any(one in store.evidence or one in store.objects for one in gone)


def test_a_list_before_an_erased_one_does_not_come_back_with_a_rebuild(tmp_path: Path) -> None:
    folder = watch_of_many_files(tmp_path / "w")
    run(folder)
    more = folder / "inbox/more.csv"
    more.write_bytes((folder / "inbox/reports.csv").read_bytes().replace(b"blast", b"shot"))
    run(folder)
    with Store(folder, lambda: NOW) as store:
        store.erase([sha256(more.read_bytes()).hexdigest()], reason="asked for", ordered_by="")
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest


def test_what_would_go_is_listed_and_nothing_is_done(tmp_path: Path) -> None:
    folder, goes = watch_with_two_files(tmp_path / "w")
    run(folder)
    (folder / "notes").mkdir()
    (folder / "notes/copy.csv").write_bytes((folder / "inbox/second.csv").read_bytes())
    with Store(folder, lambda: NOW) as store:
        store.write_out("joint-centre/daily.html", b"<p>")
        entries = len(store.journal)
        plan = store.plan_erasure([goes])
        assert plan[0].sha256 == goes
        assert "inbox/second.csv" in plan[0].what
        assert {"incidents", "findings"} <= {word for one in plan for word in one.what.split()}
        copies = [
            path.relative_to(folder).as_posix() for path in find_copies(store, store.plan_of_erasure([goes])).files
        ]
        assert copies == ["inbox/second.csv", "notes/copy.csv", ".trucewatch/out/joint-centre/daily.html"]
        assert len(store.journal) == entries
        assert goes in store.evidence
        assert [one.sha256 for one in plan if one.sha256 != goes]
        assert sorted(one.sha256 for one in plan) == store.erase([goes], reason="asked for", ordered_by="")
        with pytest.raises(StoreError, match="was erased already, says entry"):
            store.plan_erasure([goes])
        with pytest.raises(StoreError, match=r"is not kept here.*--kind evidence"):
            store.plan_erasure(["0" * 64])
        with pytest.raises(StoreError, match="is no SHA-256"):
            store.plan_erasure(["deadbeef"])


def test_a_table_that_a_list_made_without_the_evidence_has_too_is_not_erased(tmp_path: Path) -> None:
    folder = watch_of_many_files(tmp_path / "w")
    before = run(folder)
    second = folder / "inbox/second.csv"
    second.write_bytes((folder / "inbox/reports.csv").read_bytes().splitlines(keepends=True)[0])
    after = run(folder)
    assert set(before) & set(after), "the same tables, or this test shows nothing"
    with Store(folder, lambda: NOW) as store:
        gone = store.erase([sha256(second.read_bytes()).hexdigest()], reason="asked for", ordered_by="")
        assert not set(gone) & set(before), "what was made without it never held anything of it"
        assert all(one in store.objects for one in before if one)


def test_a_person_who_was_forgotten_gets_another_reference(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        other = store.keys.person_reference("Bob Example")
        first = store.keys.person_reference("Ann Example")
        store.keys.forget_people([first])
        again = store.keys.person_reference("Ann Example")
        assert again != first, "nobody who kept the salt can link the name again"
        assert store.keys.person_reference("bob example") == other
        held = json.loads((store.keys.folder / "people.json").read_text("utf-8"))
        assert len({one["salt"] for one in held.values()}) == 2
        with pytest.raises(StoreError, match="needs a name"):
            store.keys.person_reference(" ")


def test_the_erasure_of_a_person_is_an_entry_and_a_kill_before_the_name_went_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        ann, bob = (store.keys.person_reference(name) for name in ("Ann Example", "Bob Example"))
        path = store.keys.folder / "people.json"
        with monkeypatch.context() as patch:
            patch.setattr(Keyring, "forget_people", interrupt)
            with pytest.raises(KeyboardInterrupt):
                store.erase([], people=[ann], reason="asked for", ordered_by="a court")
        assert ann in path.read_text("utf-8")
    with open_store(tmp_path) as store:
        assert list(json.loads(path.read_text("utf-8"))) == [bob], "the start finished it"
        assert store.is_erased(ann)
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    root = tmp_path / ".trucewatch"
    (line,) = log_lines(entries_for_people(root, kind="erasure").entries, private=root / "private")
    assert (line["what"], line["who"]) == ("1 person erased: asked for", "a court")
    code, document = inspect(tmp_path)
    assert code == 0, document
    kept = b"".join(one.read_bytes() for one in (tmp_path / ".trucewatch/objects").rglob("*") if one.is_file())
    assert ann.encode() in kept
    assert b"Ann" not in kept


def interrupt(*words: object) -> None:
    raise KeyboardInterrupt


def test_people_of_before_each_had_a_salt_keep_their_reference(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        (store.keys.folder / "people.json").write_text('{"p-old": "Ann Example"}')
        assert store.keys.person_reference("ann example") == "p-old"
        store.keys.forget_people(["p-old"])
        assert store.keys.person_reference("ann example") != "p-old"


def walk_back(folder: Path, code: str) -> tuple[int, str]:
    words = [sys.executable, str(ROOT / "docs/walk_back.py"), str(folder), code]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_walk_back_works_after_an_erasure_and_names_what_is_not_there(tmp_path: Path) -> None:
    folder, goes = watch_with_two_files(tmp_path / "w")
    run(folder)
    with Store(folder, lambda: NOW) as store:
        store.erase([goes], reason="asked for", ordered_by="")
    run(folder)
    with Store(folder, lambda: NOW) as store:
        findings = recorded_lists(store)[-1].table(store, "findings").to_pylist()
        code = next(row["finding_id"] for row in findings if row["incident_id"])
        ((kept,),) = store.index.rows("SELECT sha256 FROM evidence WHERE sha256 != ?", goes)
    told = walk_back(folder, code)
    assert told[0] == 0, told
    assert "hash checked" in told[1]
    (folder / f".trucewatch/evidence/{kept[:2]}/{kept[2:]}").unlink()
    returned, text = walk_back(folder, code)
    assert returned == 1
    assert "is not there: it was erased, or is missing; trucewatch verify" in text
    assert "Traceback" not in text


def test_the_walk_back_page_names_evidence_of_the_example() -> None:
    page = (ROOT / "docs/walk_back.md").read_text("utf-8")
    found = sha256((ROOT / "examples/karabakh-2020/inbox/dated-facts.csv").read_bytes()).hexdigest()
    assert f"sha256sum evidence/{found[:2]}/{found[2:6]}…" in page


@pytest.mark.parametrize("reason", ["", " "])
def test_an_erasure_without_a_reason_is_refused(tmp_path: Path, reason: str) -> None:
    with open_store(tmp_path) as store:
        reference = store.keep_words("what was said")
        before = len(store.journal)
        with pytest.raises(StoreError, match="needs a reason"):
            store.erase([], people=[reference], reason=reason, ordered_by="a court")
        assert len(store.journal) == before
        store.check_reference(reference)
