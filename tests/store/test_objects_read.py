"""Reading what is named by its hash: all of it comes, whatever its size and however little a read gives."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trucewatch.errors import Corrupt, StoreError
from trucewatch.store.objects import HashedFiles

SIZES = (0, 1, 2**16 - 1, 2**16, 2**16 + 1, 2**20, 2**20 + 2**16 + 1)


def content_of(size: int) -> bytes:
    return bytes(number % 251 for number in range(size))


def open_files() -> int:
    """How many files this process has open, where the system says it."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


@pytest.mark.parametrize("size", SIZES)
def test_all_bytes_come_back_whatever_the_size(tmp_path: Path, size: int) -> None:
    files = HashedFiles(tmp_path)
    name = files.put(content_of(size))
    assert files.get(name) == content_of(size)


def test_reads_that_give_little_give_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = HashedFiles(tmp_path)
    name = files.put(content_of(2**16 + 1))
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: read(descriptor, min(size, 999)))
    assert files.get(name) == content_of(2**16 + 1)


def test_what_is_cut_off_after_the_first_read_is_refused(tmp_path: Path) -> None:
    files = HashedFiles(tmp_path)
    name = files.put(content_of(2**16 + 1))
    files.path_of(name).write_bytes(content_of(2**16))
    with pytest.raises(Corrupt):
        files.get(name)


def test_what_cannot_be_read_is_said_and_no_file_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = HashedFiles(tmp_path)
    name = files.put(b"record")

    def fail(descriptor: int, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    before = open_files()
    with pytest.raises(StoreError):
        files.get(name)
    monkeypatch.undo()
    assert open_files() == before
    files.path_of(name).unlink()
    with pytest.raises(StoreError, match="put this file back"):
        files.get(name)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    files = HashedFiles(tmp_path)
    name = files.put(b"record")
    files.path_of(name).unlink()
    files.path_of(name).mkdir()
    with pytest.raises(StoreError):
        files.get(name)
