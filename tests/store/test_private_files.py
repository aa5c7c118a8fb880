"""Private files: whole, readable by their owner alone, and never a link to somebody else's file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trucewatch.errors import StoreError
from trucewatch.store.private_files import read_private, write_private


def test_what_is_written_is_read_and_only_the_owner_can(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    assert read_private(folder, "secret") is None
    before = os.umask(0)
    try:
        write_private(folder, "secret", b"first")
        write_private(folder, "secret", b"second")
    finally:
        os.umask(before)
    assert read_private(folder, "secret") == b"second"
    assert (folder / "secret").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.iterdir()] == ["secret"]


def test_a_link_or_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    write_private(folder, "other", b"of somebody else")
    (folder / "link").symlink_to(folder / "other")
    os.mkfifo(folder / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(StoreError):
            read_private(folder, name)
