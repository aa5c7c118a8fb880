"""How the tests of sources read a file: the sample folders, the invented country around them, and all that came out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from trucewatch.model.batch import Batch, Origin, ReadingContext
from trucewatch.model.evidence import Rejected
from trucewatch.model.ids import sha256_of
from trucewatch.model.observation import COUNTER_SCHEMA, STORED_OBSERVATION_SCHEMA
from trucewatch.model.track import TRACK_SCHEMA
from trucewatch.model.watch import SourceSetting
from trucewatch.model.zone import Post, Town
from trucewatch.sources import adapter

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
RECEIVED = datetime(2031, 4, 1, tzinfo=UTC)
SAMPLETON = Town(id="sampleton", names={"en": "Sampleton", "ru": "Образцово"}, lon=20.5, lat=10.25)
POSTS = (
    Post(id="cam-mill", names=("cam-mill", "Camera at the mill"), lon=20.4, lat=10.2, means="camera"),
    Post(id="post-2", names=("post-2", "Heron Hill", "Цапля"), lon=20.6, lat=10.3, means="patrol"),
    Post(id="post-3", names=("post-3", "Old Quarry"), lon=20.7, lat=10.35, means="patrol"),
    Post(id="post-4", names=("post-4", "Old Quarry"), lon=20.2, lat=10.4, means="patrol"),
)
CONTEXT = ReadingContext(towns=(SAMPLETON,), area=(20.0, 10.0, 21.0, 11.0), posts=POSTS)


@dataclass(frozen=True)
class Outcome:
    """All that one reading gave."""

    batches: tuple[Batch, ...]

    @property
    def observations(self) -> pa.Table:
        return pa.concat_tables([STORED_OBSERVATION_SCHEMA.empty_table(), *(one.observations for one in self.batches)])

    @property
    def counters(self) -> pa.Table:
        return pa.concat_tables([COUNTER_SCHEMA.empty_table(), *(one.counters for one in self.batches)])

    @property
    def tracks(self) -> pa.Table:
        return pa.concat_tables([TRACK_SCHEMA.empty_table(), *(one.tracks for one in self.batches)])

    @property
    def rejected(self) -> list[Rejected]:
        return [refusal for one in self.batches for refusal in one.rejected]

    @property
    def taken(self) -> int:
        return self.observations.num_rows + self.counters.num_rows + self.tracks.num_rows

    @property
    def rows(self) -> list[dict[str, Any]]:
        tables = (self.observations, self.counters, self.tracks)
        rows: list[dict[str, Any]] = next((table for table in tables if table.num_rows), self.observations).to_pylist()
        return rows


def sample_setting(name: str) -> SourceSetting:
    """The setting of an adapter's sample folder."""
    return SourceSetting(**tomllib.loads((SAMPLES / name / "setting.toml").read_text(encoding="utf-8")))


def good_sample(name: str) -> Path:
    """The good sample of an adapter, in the format that it reads: good.csv, good.eml, good.json."""
    paths = sorted((SAMPLES / name).glob("good.*"))
    # Of an adapter that reads tables and something else the table is asked here; what is its own, its own tests ask.
    return next((path for path in paths if path.suffix == ".csv"), paths[0])


def sample_suffix(name: str) -> str:
    """How the samples of an adapter end: ".csv" for tables."""
    return good_sample(name).suffix


def sample_reasons(name: str) -> Mapping[str, str]:
    """Sample file → what its one refusal says."""
    reasons: Mapping[str, str] = tomllib.loads((SAMPLES / name / "reasons.toml").read_text(encoding="utf-8"))
    return reasons


def read_file(path: Path, setting: SourceSetting, context: ReadingContext = CONTEXT) -> Outcome:
    """Read a file as the pipeline would."""
    origin = Origin(evidence_sha256=sha256_of(path.read_bytes()), file=path.name, received_at=RECEIVED)
    return Outcome(tuple(adapter(setting.adapter).read(path, origin, setting, context)))


def read_bytes(
    content: bytes, folder: Path, setting: SourceSetting, context: ReadingContext = CONTEXT, **changes: Any
) -> Outcome:
    """Read bytes under a name that says nothing, as evidence is kept."""
    path = folder / sha256_of(content)
    path.write_bytes(content)
    return read_file(path, replace(setting, **changes), context)
