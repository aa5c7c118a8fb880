"""Files that people handed over as the journal holds them: `trucewatch/handed-file/1`, `trucewatch/handed-file-undo/1`.

Bytes lie among the evidence, encrypted where the watch has a passphrase; a file's name lies apart and goes with them.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.claim_record import Speaker
from trucewatch.model.file_names import name_on_record
from trucewatch.model.handed_file import ABOUT, HANDED_OVER, MOST_BYTES, FileUndone, HandedFile, hash_named, named
from trucewatch.model.ids import sha256_of
from trucewatch.model.media_types import media_type_of, suffix_of
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

HANDED: Final = "trucewatch/handed-file/1"
UNDO: Final = "trucewatch/handed-file-undo/1"
LONGEST_NAME: Final = 300
MOST_OF_ONE: Final = 500
"""Files about one thing."""
_ENTERING: Final = threading.RLock()


@dataclass(slots=True)
class _Kept:
    """What was read of the journal, up to so many entries of each kind; `store.erase` lets go of it."""

    counts: tuple[int, int] = (0, 0)
    files: tuple[HandedFile, ...] = ()
    by_about: dict[str, list[HandedFile]] = field(default_factory=dict)


def hand_over(
    store: Store,
    content: bytes,
    *,
    file_name: str,
    about: str,
    giver: Speaker,
    by: str,
    now: datetime,
    received_at: datetime,
    within: str = "",
) -> HandedFile:
    """Keep a file and enter what it is about, in one commit; the same bytes about the same thing again enter nothing.

    Bytes that were erased are not taken again. `pipeline.handing_over` looks through them first. Raises StoreError.
    """
    (handed,) = hand_over_all(
        store, [(file_name, content)], about=about, giver=giver, by=by, now=now, received_at=received_at, within=within
    )
    return handed


def hand_over_all(
    store: Store,
    files: Sequence[tuple[str, bytes]],
    *,
    about: str,
    giver: Speaker,
    by: str,
    now: datetime,
    received_at: datetime,
    within: str = "",
) -> tuple[HandedFile, ...]:
    """`hand_over` for several files, names with their bytes, all or none of them."""
    with _ENTERING:
        records = file_records(
            store, files, about=about, giver=giver, by=by, now=now, received_at=received_at, within=within
        )
        if records:
            store.commit(records)
        of = {file.sha256: file for file in files_about(store, about)}
    return tuple(of[sha256_of(content)] for _, content in files)


def file_records(
    store: Store,
    files: Sequence[tuple[str, bytes]],
    *,
    about: str,
    giver: Speaker,
    by: str,
    now: datetime,
    received_at: datetime,
    within: str = "",
) -> list[dict[str, Any]]:
    """Keep the bytes of files, and give the records of what is not on record about this yet, to be committed with
    others. Raises StoreError, and has kept nothing then."""
    if not ABOUT.fullmatch(about):
        raise StoreError(
            Message('"{about}" is nothing that a file can be about; say which claim, letter or complaint', about=about)
        )
    for name, content in files:
        _check(store, name, content)
    on_record = {file.sha256 for file in files_about(store, about)}
    if len(on_record) + len(files) > MOST_OF_ONE:
        raise StoreError(
            Message("one claim, letter or complaint has at most {most} files; nothing was kept", most=MOST_OF_ONE)
        )
    records: list[dict[str, Any]] = []
    for name, content in files:
        sha256 = sha256_of(content)
        if sha256 in on_record:
            continue
        on_record.add(sha256)
        store.evidence.keep(io.BytesIO(content), is_open=False)
        records += evidence_records(store, content, now)
        records.append(
            {
                "schema": HANDED,
                "evidence": sha256,
                "file_name": store.keep_words(shown_name(name)),
                "media_type": media_type_of(content),
                "size_bytes": len(content),
                "about": about,
                "giver": giver.code,
                **({"within": named(within)} if within else {}),
                "received_at": iso_utc(as_utc(received_at).replace(microsecond=0)),
                "known_at": iso_utc(as_utc(now).replace(microsecond=0)),
                "by": person_of(store, by),
            }
        )
    return records


def evidence_records(store: Store, content: bytes, now: datetime) -> list[dict[str, Any]]:
    """The record that bytes came in, if there is none yet; without the name that they came under."""
    sha256, media_type = sha256_of(content), media_type_of(content)
    if store.index.rows("SELECT 1 FROM evidence WHERE sha256 = ? AND source = ?", sha256, HANDED_OVER):
        return []
    return [
        {
            "schema": "trucewatch/evidence/1",
            "sha256": sha256,
            "size_bytes": len(content),
            "source": HANDED_OVER,
            "name": f"{sha256[:16]}{suffix_of(media_type)}",
            "organisation": "",
            "licence": "",
            "handling": "restricted",
            "received_at": iso_utc(as_utc(now).replace(microsecond=0)),
        }
    ]


def handed_files(store: Store) -> tuple[HandedFile, ...]:
    """Every file that was handed over, in the order of the entries, those taken back among them."""
    return _on_record(store).files


def files_about(store: Store, about: str) -> tuple[HandedFile, ...]:
    """The files about one thing that stand, in the order in which they were handed over."""
    return tuple(file for file in _on_record(store).by_about.get(about, ()) if file.stands)


def files_of(store: Store, sha256: str) -> tuple[HandedFile, ...]:
    """What these bytes were handed over about; those taken back among them."""
    return tuple(file for file in handed_files(store) if file.sha256 == sha256)


def is_kept(store: Store, sha256: str) -> bool:
    """Whether the bytes are here; no, once they were erased."""
    return sha256 in store.evidence


def take_back(
    store: Store, handed: HandedFile, *, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Enter that a file does not belong there. Bytes stay: erasing them is another act. Raises StoreError."""
    with _ENTERING:
        stands = any(file.entry == handed.entry for file in files_about(store, handed.about))
        if not stands:
            raise StoreError(Message("that file was taken back already; nothing was entered"))
        if not reason_code and not reason.strip():
            raise StoreError(Message("say why the file is taken back; nothing was entered"))
        (entry,) = store.commit(
            [
                {
                    "schema": UNDO,
                    "file": named(handed.sha256),
                    "about": handed.about,
                    "reason": "" if reason_code else store.keep_words(reason),
                    "reason_code": reason_code,
                    "known_at": iso_utc(as_utc(now).replace(microsecond=0)),
                    "by": person_of(store, by),
                }
            ]
        )
        return entry


def person_of(store: Store, by: str) -> str:
    return store.keys.reference_of(by)


def shown_name(name: str) -> str:
    """A file's name as it is kept: its last part, without what cannot be shown, and no longer than is shown."""
    last = name_on_record(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = "".join(char for char in last if char.isprintable() and not "\ud800" <= char <= "\udfff").strip()
    return plain[:LONGEST_NAME]


def _check(store: Store, name: str, content: bytes) -> None:
    file_name = shown_name(name)
    if not content:
        raise StoreError(Message('the file "{name}" is empty; choose the file itself', name=file_name))
    if len(content) > MOST_BYTES:
        raise StoreError(
            Message(
                'the file "{name}" is larger than {size} MB; cut it into parts, or ask for a shorter recording',
                name=file_name,
                size=Amount(MOST_BYTES >> 20),
            )
        )
    if store.is_erased(sha256_of(content)):
        raise StoreError(
            Message('the bytes of "{name}" were erased from this watch, and are not taken in again', name=file_name)
        )


def _on_record(store: Store) -> _Kept:
    counts = tuple(
        int(store.index.rows("SELECT count(*) FROM entry WHERE schema = ?", schema)[0][0]) for schema in (HANDED, UNDO)
    )
    memo = store.memory.of(_Kept)
    if memo.counts != counts:
        by_entry: dict[int, HandedFile] = {}
        standing: dict[tuple[str, str], int] = {}
        both = [*entries_of_kind(store, HANDED), *entries_of_kind(store, UNDO)]
        for entry in sorted(both, key=lambda each: each.number):
            if entry.record["schema"] == HANDED:
                handed = by_entry[entry.number] = _file(entry)
                standing[handed.about, handed.sha256] = entry.number
                continue
            about, sha256, undone = _undone(entry)
            if (number := standing.pop((about, sha256), None)) is not None:
                by_entry[number] = replace(by_entry[number], undone=undone)
        by_about: dict[str, list[HandedFile]] = {}
        for handed in by_entry.values():
            by_about.setdefault(handed.about, []).append(handed)
        memo.files, memo.by_about = tuple(by_entry.values()), by_about
        memo.counts = (counts[0], counts[1])
    return memo


def _file(entry: Entry) -> HandedFile:
    record = entry.record
    try:
        return HandedFile(
            sha256=str(record["evidence"]),
            file_name=str(record["file_name"]),
            media_type=str(record["media_type"]),
            size_bytes=int(record["size_bytes"]),
            about=str(record["about"]),
            giver=str(record["giver"]),
            entry=entry.number,
            by=str(record["by"]),
            recorded_at=first_recorded_at(record),
            known_at=read_time(record["known_at"]),
            received_at=read_time(record["received_at"]),
            within=hash_named(str(record.get("within", ""))),
        )
    except (KeyError, TypeError, ValueError, TrucewatchError) as exc:
        raise _unknown(entry.number) from exc


def _undone(entry: Entry) -> tuple[str, str, FileUndone]:
    """What it is about, which file, and how it was taken back."""
    record: Mapping[str, Any] = entry.record
    try:
        undone = FileUndone(
            entry=entry.number,
            recorded_at=first_recorded_at(record),
            by=str(record["by"]),
            reason=str(record["reason"]),
            reason_code=str(record["reason_code"]),
        )
        return str(record["about"]), hash_named(str(record["file"])), undone
    except (KeyError, TypeError, ValueError, TrucewatchError) as exc:
        raise _unknown(entry.number) from exc


def _unknown(entry: int) -> StoreError:
    return StoreError(
        Message(
            "entry {entry} tells of a file that was handed over in a way that this program does not know; a later "
            "version wrote it: use that one",
            entry=entry,
        )
    )
