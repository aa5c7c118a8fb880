"""What people said: kept as it was, told apart from nothing, and gone when it is erased."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import each
from tests.store.fault_disk import FaultDisk
from tests.store.test_ledger_of_a_store import verifies
from tests.store.test_store import open_store
from trucewatch.errors import StoreError
from trucewatch.store.words import LONGEST

SECRET = "the well at the old mill"
HOSTILE = (SECRET, "  a\r\nb\tc\x00\u2028", "\u202eevil</p> 💥 Ğ ё", "broken \udcff", "x")


def kept_record(reference: str) -> dict[str, object]:
    """A record of a desk that nobody has, which points to what was said."""
    return {"schema": "trucewatch/weather/1", "words": reference}


def files_with(folder: Path, text: str) -> set[str]:
    """The files of a store that hold a text, as it is or as JSON writes it."""
    return {
        path.relative_to(folder).as_posix()
        for path in each(folder.rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    }


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_text_is_read_back_as_it_was_typed_by_the_next_run_too(tmp_path: Path, text: str) -> None:
    with open_store(tmp_path) as store:
        reference = store.keep_words(text)
        assert store.words.read(reference) == text
    with open_store(tmp_path) as store:
        assert store.words.read(reference) == text


def test_a_reference_is_salted_so_that_a_guess_cannot_be_proved(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        references = {store.keep_words(SECRET) for _ in range(3)}
        assert len(references) == 3
        assert all(re.fullmatch(r"w-[a-z2-7]{26}", reference) for reference in references)


def test_no_text_has_no_reference_and_one_without_end_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.keep_words("") == ""
        assert store.words.read("") == ""
        with pytest.raises(StoreError, match="Nothing was entered"):
            store.keep_words("x" * (LONGEST + 1))
        assert not store.words.folder.exists()


def test_a_text_is_in_a_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        (path,) = [store.words.folder / f"{store.keep_words(SECRET)}.json"]
    assert path.parent == tmp_path / ".trucewatch" / "private" / "words"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_text_outlives_a_power_cut_as_soon_as_it_has_a_reference(folder: Path) -> None:
    disk = FaultDisk(folder)
    with disk, open_store(folder) as store:
        reference = store.keep_words(SECRET)
        left = disk.left(len(disk.steps), "nothing")
    name = f".trucewatch/private/words/{reference}.json"
    assert left[name] == (folder / name).read_bytes()


def test_a_text_stands_in_its_own_file_and_nowhere_else(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        reference = store.keep_words(SECRET)
        store.commit([kept_record(reference)])
        store.publish()
        root = store.root
        assert files_with(root, SECRET) == {f"private/words/{reference}.json"}
        (holder,) = files_with(root, reference)
        assert holder.startswith("objects/"), "the record holds the reference"
    assert files_with(root, SECRET) == {f"private/words/{reference}.json"}


def test_an_erased_text_is_gone_and_the_ledger_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(tmp_path) as store:
        goes, stays = store.keep_words(SECRET), store.keep_words("the bridge is open")
        store.commit([kept_record(goes), kept_record(stays)])
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text
    with open_store(tmp_path) as store:
        store.erase([], reason="asked for", ordered_by="Court", people=[goes])
        assert store.words.read(goes) is None
        assert store.words.read(stays) == "the bridge is open"
        assert [entry.record["words"] for entry in store.journal.entries() if "words" in entry.record] == [goes, stays]
        assert files_with(store.root, SECRET) == set()
        before = len(store.journal)
        with pytest.raises(StoreError, match="erased already"):
            store.erase([], reason="asked twice", ordered_by="Court", people=[goes])
        assert len(store.journal) == before
    code, text = verifies(tmp_path, capsys)
    assert code == 0, text
    with open_store(tmp_path) as store:
        assert (store.words.read(goes), store.words.read(stays)) == (None, "the bridge is open")


@pytest.mark.parametrize("reference", ["w-" + "a" * 26, "w-../../log-key", "w-", "w-A"])
def test_a_reference_that_nobody_gave_is_no_text_and_cannot_be_erased(tmp_path: Path, reference: str) -> None:
    with open_store(tmp_path) as store:
        assert store.words.read(reference) is None
        with pytest.raises(StoreError, match="no text is kept under"):
            store.erase([], reason="asked for", ordered_by="Court", people=[reference])


def test_a_text_that_was_changed_on_the_disk_is_not_read_as_what_was_said(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        reference = store.keep_words(SECRET)
        path = store.words.folder / f"{reference}.json"
        path.write_bytes(path.read_bytes().replace(b"mill", b"hill"))
        with pytest.raises(StoreError, match="not the one that was kept"):
            store.words.read(reference)
