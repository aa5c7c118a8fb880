"""Inbox → evidence and batches: every file is kept as it came, and read if it was not read so before."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from trucewatch.errors import WatchError
from trucewatch.messages import Message
from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.evidence import record_of_rejected
from trucewatch.model.ids import canonical, sha256_of
from trucewatch.model.observation import COUNTER_SCHEMA, STORED_OBSERVATION_SCHEMA
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.sources import adapter
from trucewatch.sources.presets import NO_PRESET, PRESETS
from trucewatch.store import Store
from trucewatch.store.batches import REJECTED_SCHEMA, StandingBatch, active_batches
from trucewatch.watch import files_of, read_watch
from trucewatch.watch.load import usable

Advance = Callable[[str, int, int], None]


def watch_of_today(store: Store, folder: Path) -> Watch:
    """The watch as its files stand, which are recorded if they changed."""
    contents = files_of(folder)
    watch = usable(*read_watch(contents), str(folder))
    files = {name: str(store.objects.put(content)) for name, content in sorted(contents.items())}
    last = store.index.rows("SELECT files FROM watch_files ORDER BY entry DESC LIMIT 1")
    if not last or json.loads(last[0][0]) != files:
        store.commit([{"schema": "trucewatch/watch-files/1", "files": files}])
    return watch


NO_PART_OF_A_READING: Final = (
    *("title", "organisation", "licence", "handling", "files"),
    *("repeats", "side", "of"),
)
"""Settings of a source that are shown, that choose files, or that say who speaks: no row is another for them."""
FIRST_SETTINGS: Final = (
    *("id", "adapter", "title", "files", "organisation", "licence", "handling", "time_zone", "claimed_by", "simulated"),
    *("delay_hours", "place_sd_m", "decimal_comma", "preset", "columns", "kinds"),
)
"""What a reading was hashed of at first, all of it; batches of that time stand as long as that hash is the same."""


def readings_of(source: SourceSetting, watch: Watch) -> tuple[str, str]:
    """Hashes of everything that decides how a file is read: as it is recorded, and as it was recorded at first.

    A batch of another reading is read again. A setting at its default is no part, so that a new one changes nothing.
    """
    defaults = {
        setting.name: setting.default_factory() if callable(setting.default_factory) else setting.default
        for setting in fields(source)
    }
    decides = {
        name: value
        for name, value in asdict(source).items()
        if name not in NO_PART_OF_A_READING and value != defaults[name]
    }
    first = {name: value for name, value in asdict(source).items() if name in FIRST_SETTINGS}
    towns = [
        [town.id, sorted(town.every_name or town.names.values()), f"{town.lon:.6f}", f"{town.lat:.6f}"]
        for town in watch.basemap.towns
    ]
    area = [f"{bound:.6f}" for bound in watch.settings.area]
    version = adapter(source.adapter).version
    preset_version = PRESETS.get(source.preset, NO_PRESET).version

    def hashed(settings: dict[str, Any]) -> str:
        plain = json.loads(json.dumps(settings, default=str), parse_float=str)
        # The prefix tells it from the names of objects: the settings themselves are in the watch's files.
        reading = {"settings": plain, "towns": towns, "area": area, "version": version}
        if preset_version > 1:
            reading["preset_version"] = preset_version
        return "sha256:" + sha256_of(canonical(reading))

    return hashed(decides), hashed(first)


def standing_batches(
    store: Store, watch: Watch, recorded_by: datetime | None = None
) -> dict[tuple[str, str], StandingBatch]:
    """The batches of the watch's sources that stand, by (source, file or evidence)."""
    sources = watch.settings.source
    growing = {source.id for source in sources if adapter(source.adapter).accumulates}
    return active_batches(store, {source.id for source in sources}, accumulating=growing, recorded_by=recorded_by)


def read_sources(store: Store, folder: Path, watch: Watch, now: datetime, advance: Advance) -> list[Message]:
    """Keep every file of every source as evidence, and read those whose standing batch is not this reading of it."""
    warnings: list[Message] = []
    standing = standing_batches(store, watch)
    work = [(source, path) for source in watch.settings.source for path in _files_of_source(folder, source, warnings)]
    for number, (source, path) in enumerate(work):
        advance("read", number, len(work))
        sha256, size = store.keep_evidence(path, is_open=source.handling == "open")
        if store.is_erased(sha256):
            store.evidence.remove(sha256)
            warnings.append(
                Message(
                    "{name} was erased from this watch and is not read again; remove it from the inbox", name=path.name
                )
            )
            continue
        name, accepted = path.relative_to(folder).as_posix(), readings_of(source, watch)
        key = sha256 if adapter(source.adapter).accumulates else name
        stands = standing.get((source.id, key))
        if stands is not None and stands.evidence == sha256 and stands.reading in accepted:
            continue
        recorded = store.index.rows(
            "SELECT received_at FROM evidence WHERE sha256 = ? AND source = ?", sha256, source.id
        )
        received = read_time(recorded[0][0]) if recorded else now
        records: list[dict[str, Any]] = []
        if not recorded:
            records.append(
                {
                    "schema": "trucewatch/evidence/1",
                    "sha256": sha256,
                    "size_bytes": size,
                    "source": source.id,
                    "name": name,
                    "organisation": source.organisation,
                    "licence": source.licence,
                    "handling": source.handling,
                    "received_at": iso_utc(received),
                }
            )
        records.append(
            _read_file(store, watch, source, Origin(evidence_sha256=sha256, file=name, received_at=received))
        )
        store.commit(records)
    return warnings


def _files_of_source(folder: Path, source: SourceSetting, warnings: list[Message]) -> list[Path]:
    files: list[Path] = []
    for pattern in source.files:
        matched = sorted(path for path in folder.glob(pattern) if path.is_file())
        outside = [path for path in matched if not path.resolve().is_relative_to(folder.resolve())]
        if outside:
            raise WatchError(
                Message(
                    "{path} is a link that leads out of the watch; copy the file instead",
                    path=outside[0].relative_to(folder),
                )
            )
        if not matched:
            warnings.append(
                Message('source "{source}": no file matches "{pattern}"', source=source.id, pattern=pattern)
            )
        files += matched
    return list(dict.fromkeys(files))


def _read_file(store: Store, watch: Watch, source: SourceSetting, origin: Origin) -> dict[str, Any]:
    """Read one piece of evidence chunk by chunk; the record of what came of it."""
    context = ReadingContext(towns=watch.basemap.towns, area=watch.settings.area, party_ids=watch.agreement.party_ids)
    with (
        store.evidence.opened(origin.evidence_sha256) as path,
        store.sink(STORED_OBSERVATION_SCHEMA) as observations,
        store.sink(COUNTER_SCHEMA) as counters,
        store.sink(REJECTED_SCHEMA) as rejected,
    ):
        for batch in adapter(source.adapter).read(path, origin, source, context):
            observations.write(batch.observations)
            counters.write(batch.counters)
            rejected.write(
                pa.Table.from_pylist([record_of_rejected(row) for row in batch.rejected], schema=REJECTED_SCHEMA)
            )
    return {
        "schema": "trucewatch/batch/1",
        "source": source.id,
        "adapter": source.adapter,
        "file": origin.file,
        "evidence": origin.evidence_sha256,
        "reading": readings_of(source, watch)[0],
        "observations": observations.sha256,
        "counters": counters.sha256,
        "rejected": rejected.sha256,
        "observation_rows": observations.rows,
        "counter_rows": counters.rows,
        "rejected_rows": rejected.rows,
    }
