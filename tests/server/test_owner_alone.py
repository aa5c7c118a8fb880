"""What the program makes in a watch is its owner's alone, whatever the system would let others do (umask 000)."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, each

PROGRAM = [sys.executable, "-m", "trucewatch"]


def trucewatch(*words: str, umask: int = 0o000, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        umask=umask,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented watch as the demo copies and runs it, with a program's token and an address."""
    folder = tmp_path_factory.mktemp("alone")
    done = trucewatch("demo", "two-valleys", "--no-serve", cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    assert trucewatch("tokens", "two-valleys", "add", "p", "--for", "public", "--scope", "read", cwd=folder).stdout
    return folder / "two-valleys"


def looser(folder: Path) -> list[str]:
    """Whatever in a folder anybody but its owner may do something with, by name and mode."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    return [f"{path.relative_to(folder)} {mode:o}" for path, mode in modes.items() if mode & 0o077]


def test_everything_that_a_run_makes_is_its_owners_alone(watch: Path) -> None:
    assert (watch / ".trucewatch" / "records.sqlite").is_file()
    assert (watch / ".trucewatch" / "out").is_dir()
    assert looser(watch) == []


def test_a_new_watch_is_its_owners_alone(tmp_path: Path) -> None:
    assert trucewatch("init", "mine", cwd=tmp_path).returncode == 0
    assert looser(tmp_path / "mine") == []


def test_what_came_back_looser_from_a_copy_is_tightened_and_said(watch: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(watch, tmp_path / "copy"))
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    said = trucewatch("check", str(copy)).stdout
    for name in each((".trucewatch", ".trucewatch/private", "inbox", "sensors.geojson")):
        assert f"chmod -R go= {copy / name}" in " ".join(said.split()).replace("- ", "-")
    (copy / ".trucewatch" / "private" / "log-key").chmod(0o600)  # with a key that others may read nothing goes on
    done = trucewatch("run", str(copy))
    words = "".join(done.stdout.split())
    for folder in (".trucewatch", ".trucewatch/private"):
        assert f"{copy}/{folder}couldbereadbyotheraccounts" in words
    assert f"inbox: other accounts of this computer may read it; keep it to yourself: chmod -R go= {copy}/inbox" in (
        done.stderr
    )
    for folder in (copy / ".trucewatch", copy / ".trucewatch" / "private"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    subprocess.run(["chmod", "go=", str(copy)], check=True)
    assert "chmod" not in trucewatch("check", str(copy)).stdout
