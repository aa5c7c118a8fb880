"""Watch folders of one source, and the real program over them: what it took, what it said, how long and how much."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from tests.builders import make_watch
from tests.conftest import ROOT
from trucewatch.store import Store

SAMPLES = ROOT / "tests" / "samples"
OBEDIENT = Path(__file__).with_name("obedient")
FEWER_REFUSED = 10_000
SECRET = "a secret that no reader sees"
POSTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": "post-2", "names": {"en": "Heron Hill"}, "means": "patrol", "range_m": 8000.0},
            "geometry": {"type": "Point", "coordinates": [-25.0, -35.0]},
        }
    ],
}
"""A post that the sample of a mission's table names."""


def watch_of(folder: Path, adapter: str, pattern: str = "inbox/*", **settings: float) -> Path:
    """The template's watch with one source: an adapter's sample, reading whatever lies in the inbox."""
    make_watch(folder)
    for path in (folder / "inbox").iterdir():
        path.unlink()
    text = (folder / "watch.toml").read_text("utf-8")
    before, after = text.index("[[source]]"), text.index("# Who gets what")
    sample = SAMPLES / adapter / "setting.toml"
    entry = sample.read_text("utf-8") if sample.is_file() else f'id = "orders"\nadapter = "{adapter}"\nfiles = []\n'
    entry = re.sub(r"files = .*", f'files = ["{pattern}"]', entry)
    entry = re.sub(r"^\[(\w+)\]$", r"[source.\1]", entry, flags=re.MULTILINE)
    limits = "".join(f"{name} = {value}\n" for name, value in settings.items())
    head = text[:before].replace("due_soon_days = 7\n", "due_soon_days = 7\n" + limits)
    (folder / "watch.toml").write_text(head + "[[source]]\n" + entry + "\n" + text[after:], "utf-8")
    tomllib.loads((folder / "watch.toml").read_text("utf-8"))
    (folder / "sensors.geojson").write_text(json.dumps(POSTS), "utf-8")
    return folder


def environment(*, fewer_refusals: bool = False) -> dict[str, str]:
    """Of a program that has the adapter `obedient` too, and a secret. fewer_refusals: of one file FEWER_REFUSED are
    kept. A reader sees nothing of the environment but the path, so the path says it."""
    paths = [str(OBEDIENT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    if fewer_refusals:
        paths.append(str(OBEDIENT / "fewer_refusals"))
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "TRUCEWATCH_SECRET": SECRET}


@dataclass(frozen=True)
class Done:
    """What a run of the program was."""

    code: int
    out: str
    err: str
    seconds: float
    peak_mb: float


def run(folder: Path, *words: str, fewer_refusals: bool = False) -> Done:
    """`trucewatch run` on a folder. peak_mb: of the program or its reader, whichever took more."""
    env = environment(fewer_refusals=fewer_refusals)
    begun, peak_mb = time.monotonic(), 0.0
    with TemporaryFile() as out, TemporaryFile() as err:
        command = [sys.executable, "-m", "trucewatch", "run", str(folder), *words]
        process = subprocess.Popen(command, stdout=out, stderr=err, env=env)
        while process.poll() is None:
            peak_mb = max(peak_mb, _peak_mb(process.pid))
            time.sleep(0.05)
        seconds = time.monotonic() - begun
        out.seek(0)
        err.seek(0)
        return Done(process.returncode, out.read().decode(), err.read().decode(), seconds, peak_mb)


def _peak_mb(process: int) -> float:
    """The most that a process or one of its own held since it was begun. The system's own account of a child that has
    ended begins with what its parent held."""
    peak_mb = 0.0
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        for number in (process, *children):
            status = Path(f"/proc/{number}/status").read_text()
            if line := re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE):
                peak_mb = max(peak_mb, int(line[1]) / 1024)
    except OSError:
        pass  # it has just ended
    return peak_mb


@dataclass(frozen=True)
class Read:
    """What the store holds of one file."""

    rows: int
    refused: tuple[Mapping[str, Any], ...]

    @property
    def whole_file(self) -> list[str]:
        """Why the file as a whole was refused, or the rest of it."""
        return [row["reason"] for row in self.refused if row["row"] == 0]


@contextmanager
def store_of(folder: Path) -> Iterator[Store]:
    from datetime import UTC, datetime

    with Store(folder, lambda: datetime(2031, 5, 5, tzinfo=UTC)) as store:
        yield store


def files_read(folder: Path) -> dict[str, Read]:
    """By name, of the batches on record, the last of each."""
    from trucewatch.store.batches import rejected_table

    with store_of(folder) as store:
        batches = store.index.rows(
            "SELECT file, observation_rows + counter_rows, rejected, entry FROM batch ORDER BY entry"
        )
        points = [next(store.journal.entries(entry)).record.get("track_rows", 0) for *_, entry in batches]
        return {
            file: Read(rows + tracks, tuple(rejected_table(store, rejected).slice(0, 200_000).to_pylist()))
            for (file, rows, rejected, _), tracks in zip(batches, points, strict=True)
        }


def summary(done: Done) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(done.out)
    return document
