"""Photographs and other files that lie beside a source's → evidence of that source, named by its rows and never read.

They are kept as restricted whatever the source is, since nothing of them is ever released.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import CannotBeKept, ListOfPeople
from trucewatch.messages import Amount, Message
from trucewatch.model.file_names import name_on_record
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import SourceSetting
from trucewatch.pipeline.arrivals import Arrival, ListsOfPeople, SeenFiles, arrivals_of
from trucewatch.reader import Bounds, screen_file
from trucewatch.store import Store

MOST_FILES: Final = 20_000
"""Files beside one source: a year of twenty patrols a day with two photographs each is 14,600."""
LARGEST_BYTES: Final = 100_000_000
TOGETHER: Final = 256

Refuse = Callable[[str, Message], None]


def keep_attachments(
    store: Store,
    folder: Path,
    sources: Sequence[SourceSetting],
    *,
    now: datetime,
    bounds: Bounds,
    turn: Callable[[], Any],
    refuse: Refuse,
) -> None:
    """Keep every file beside every source that is not kept yet; refuse says of what is not why. Raises StoreError.

    turn: held while their records are entered, and never while a file is read or written.
    """
    for source in sources:
        if source.attachments:
            _keep_those_of(store, folder, source, now=now, bounds=bounds, turn=turn, refuse=refuse)


def _keep_those_of(
    store: Store,
    folder: Path,
    source: SourceSetting,
    *,
    now: datetime,
    bounds: Bounds,
    turn: Callable[[], Any],
    refuse: Refuse,
) -> None:
    hashes, lists_of_people = store.memory.of(SeenFiles), store.memory.of(ListsOfPeople)
    on_record = {row[0] for row in store.index.rows("SELECT sha256 FROM evidence WHERE source = ?", source.id)}
    patterns = tuple(f"{pattern}/*" if pattern.endswith("**") else pattern for pattern in source.attachments)
    arrivals = arrivals_of(folder, [replace(source, files=patterns)], [])
    files = [arrival for arrival in arrivals if not arrival.path.is_dir()]
    for arrival in files[MOST_FILES:][:1]:
        most = Message(
            "more than {count} files lie beside this source, and the rest is not kept; move those of past years away",
            count=Amount(MOST_FILES),
        )
        refuse(arrival.label, most)
    records: list[dict[str, Any]] = []
    for arrival in files[:MOST_FILES]:
        name = name_on_record(arrival.path.relative_to(folder).as_posix())
        last_hash = hashes.hash_of(arrival)
        if last_hash in on_record and store.evidence.holds_whole(last_hash, arrival.size_bytes):
            continue
        fault = arrival.fault or _too_large(arrival)
        if fault is not None:
            refuse(name, fault)
            continue
        if reason := lists_of_people.reason_of(arrival):
            refuse(arrival.label, reason)
            continue
        try:
            sha256, size = store.keep_evidence(arrival.path, screen=partial(screen_file, arrival.path, bounds))
        except ListOfPeople as exc:
            lists_of_people.add(arrival, exc.message)
            refuse(arrival.label, exc.message)
            continue
        except CannotBeKept as exc:
            refuse(name, exc.message)
            continue
        if store.is_erased(sha256):
            store.evidence.remove(sha256)
            continue
        hashes.add(arrival, sha256)
        if sha256 not in on_record:
            on_record.add(sha256)
            guarded = replace(source, handling="restricted") if source.handling == "open" else source
            records.append(evidence_record(guarded, name, sha256, size, now))
    for start in range(0, len(records), TOGETHER):
        with turn():
            store.commit(records[start : start + TOGETHER])


def _too_large(arrival: Arrival) -> Message | None:
    if arrival.size_bytes <= LARGEST_BYTES:
        return None
    return Message(
        "is larger than {size} MB and is not kept; cut the recording, or keep it elsewhere and give its hash in words",
        size=Amount(LARGEST_BYTES // 1_000_000),
    )


def evidence_record(source: SourceSetting, name: str, sha256: str, size: int, received_at: datetime) -> dict[str, Any]:
    """The record that a file's bytes came in for a source."""
    return {
        "schema": "trucewatch/evidence/1",
        "sha256": sha256,
        "size_bytes": size,
        "source": source.id,
        "name": name,
        "organisation": source.organisation,
        "licence": source.licence,
        "handling": source.handling,
        "received_at": iso_utc(received_at),
    }
