"""The words that delegations give a finding, as the journal holds them: `trucewatch/review-wording/1`, one record a
version of a text, and `trucewatch/review-wording-signed/1`, one a delegation that signed a version of the common text.

A record of a text holds a reference per language, which is salted and names these words alone; they can be erased. What
is signed is that record, byte for byte, so that a signature stands when the words are gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.model.ids import canonical, sha256_of, short_id
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

WORDING: Final = "trucewatch/review-wording/1"
SIGNED: Final = "trucewatch/review-wording-signed/1"
COMMON: Final = "common"
"""Whose a text is that all delegations are to sign; a delegation's own has its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingSignature:
    """A delegation's signature under one version of the common text. document: `trucewatch/signature/1` over the bytes
    of the version's record. differences: the hash of what was shown to differ between the languages before."""

    delegation: str
    role: str
    document: Mapping[str, str]
    differences: str
    entry: int
    known_at: datetime
    recorded_at: datetime
    by: str

    @property
    def key(self) -> str:
        """The public key, whole."""
        return self.document["key"]

    @property
    def signed_at(self) -> datetime:
        """As the signer's own clock said."""
        return read_time(self.document["signed_at"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One version of a text. of: a delegation's id, or COMMON. number: the version, from 1 for each of them in a case.
    texts: language → reference. sha256: of the record's bytes, as entered."""

    wording_id: str
    case: str
    number: int
    of: str
    texts: Mapping[str, str]
    sha256: str
    entry: int
    known_at: datetime
    recorded_at: datetime
    side: str
    role: str
    by: str
    signatures: tuple[WordingSignature, ...] = ()

    @property
    def signed_by(self) -> frozenset[str]:
        return frozenset(each.delegation for each in self.signatures)


@dataclass(frozen=True, slots=True)
class _Wordings:
    """What was read last, and up to which entry the index had been read then."""

    until: int = -1
    by_case: Mapping[str, tuple[Wording, ...]] | None = None


def wordings(
    store: Store,
    case: str,
    recorded_by: datetime | None = None,
    known_by: datetime | None = None,
    before: int | None = None,
) -> tuple[Wording, ...]:
    """Every version of every text of a case, in the order in which they were entered, with its signatures.

    recorded_by: as the journal stood at a moment; known_by: by what was known at one of the watch's clock;
    before: by what was entered before an entry. Costs nothing until something is entered.
    """
    read, until = store.memory.of(_Wordings), store.index.applied
    if read.by_case is None or read.until != until:
        read = _Wordings(until, _by_case(store))
        store.memory.put(read)
    every = (read.by_case or {}).get(case, ())
    if recorded_by is None and known_by is None and before is None:
        return every

    def was_there(each: Wording | WordingSignature) -> bool:
        is_on_record = recorded_by is None or each.recorded_at <= recorded_by
        is_on_record = is_on_record and (before is None or each.entry < before)
        return is_on_record and (known_by is None or each.known_at <= known_by)

    return tuple(
        replace(each, signatures=tuple(filter(was_there, each.signatures))) for each in every if was_there(each)
    )


def wording_record(
    case: str,
    *,
    number: int,
    of: str,
    texts: Mapping[str, str],
    side: str,
    role: str,
    known_at: datetime,
    by: str,
) -> dict[str, Any]:
    """A version of a text. texts: language → reference. Its `sha` is of what it says: case, whose, number, texts."""
    said = {"case": case, "number": number, "of": of, "texts": dict(texts)}
    content = {
        **said,
        "sha": f"sha256:{sha256_of(canonical(said))}",
        "side": side,
        "role": role,
        "known_at": iso_utc(known_at),
        "by": by,
    }
    # The id stands in the record: after the loss of a ledger its records are entered again, at other places and times.
    return {"schema": WORDING, "id": short_id("rw", canonical(content).decode()), **content}


def signed_record(
    wording: Wording,
    *,
    delegation: str,
    role: str,
    document: Mapping[str, str],
    differences: str,
    known_at: datetime,
    by: str,
) -> dict[str, Any]:
    """That a delegation signed a version of the common text: `wording` is its entry; `wording_id` names it where it was
    entered again."""
    return {
        "schema": SIGNED,
        "case": wording.case,
        "wording": wording.entry,
        "wording_id": wording.wording_id,
        "number": wording.number,
        "delegation": delegation,
        "role": role,
        "document": dict(document),
        "differences": differences,
        "known_at": iso_utc(known_at),
        "by": by,
    }


def _by_case(store: Store) -> dict[str, tuple[Wording, ...]]:
    every = {each.wording_id: each for each in map(_wording, entries_of_kind(store, WORDING))}
    for entry in entries_of_kind(store, SIGNED):
        wording = every.get(entry.record["wording_id"])
        if wording is not None and entry.record["delegation"] not in wording.signed_by:
            every[wording.wording_id] = replace(wording, signatures=(*wording.signatures, _signature(entry)))
    by_case: dict[str, tuple[Wording, ...]] = {}
    for each in every.values():
        by_case[each.case] = (*by_case.get(each.case, ()), each)
    return by_case


def _wording(entry: Entry) -> Wording:
    record = entry.record
    return Wording(
        wording_id=record["id"],
        case=record["case"],
        number=record["number"],
        of=record["of"],
        texts=record["texts"],
        sha256=entry.sha256,
        entry=entry.number,
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        side=record["side"],
        role=record["role"],
        by=record["by"],
    )


def _signature(entry: Entry) -> WordingSignature:
    record = entry.record
    return WordingSignature(
        delegation=record["delegation"],
        role=record["role"],
        document=record["document"],
        differences=record["differences"],
        entry=entry.number,
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        by=record["by"],
    )
