"""The ledger's entries for people: when, what, who, where the record lies. A page costs its own entries, not the whole
log.

Pages are found through the index, opened for reading only. Where there is none that can be read (it was thrown away, or
is of another version), the ledger itself is read. No lock is needed; a run may go on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Amount, Message
from trucewatch.model.record_kind import Kinds, kind_name, sentence_of
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.typed_text import erased_words
from trucewatch.store.journal import Entry, check_kind, read_entries, read_records
from trucewatch.store.keys import Keyring
from trucewatch.store.kinds import BUILT_IN
from trucewatch.store.objects import HashedFiles
from trucewatch.store.read_only_index import ask_index
from trucewatch.store.typed_words import with_words
from trucewatch.store.words import KeptWords

MOST: Final = 1000
"""Entries of one page, at most."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the ledger: its entries in the order asked for, and how many of this kind there are in all."""

    entries: tuple[Entry, ...]
    total: int


def entries_for_people(
    root: Path,
    kinds: Kinds = BUILT_IN,
    *,
    kind: str = "",
    span: tuple[datetime, datetime] | None = None,
    newest_first: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> LogPage:
    """One page of the entries of a store (`.trucewatch`), of one kind or of all.

    kind: as "evidence"; "" for all. span: from which moment on and before which they were entered; all without it.
    offset: how many to pass over, from the newest on, or from the oldest. limit: 1 to
    1,000.
    Raises StoreError for a store without a ledger, for a kind that is none, and for numbers that no page has.
    """
    if not 0 <= offset < 1 << 53 or not 1 <= limit <= MOST:
        raise StoreError(
            Message(
                "a page of the ledger has 1 to {most} entries and begins at 0 or later; ask for another one",
                most=Amount(MOST),
            )
        )
    wanted = check_kind(root, kind, kinds)
    try:
        where = _where(wanted, span)
        rows, total, erased = ask_index(root, lambda db: _read_page(db, where, newest_first, offset, limit))
    except sqlite3.Error:
        entries = [entry for entry in read_entries(root, kinds, kind=kind) if _is_within(entry, span)]
        ordered = entries[::-1] if newest_first else entries
        return LogPage(tuple(ordered[offset : offset + limit]), len(entries))
    return LogPage(tuple(read_records(rows, HashedFiles(root / "objects"), lambda: erased)), total)


_PageRows = tuple[list[tuple[int, dict[str, str]]], int, set[str]]
"""The entries of a page as the index knows them, how many there are in all, and which hashes of the page were
erased."""


_Where = tuple[str, tuple[str, ...]]


def _where(kind: str, span: tuple[datetime, datetime] | None) -> _Where:
    """The condition of a page and its values; empty for every entry."""
    conditions, values = [], []
    if kind:  # records of a later version are of the same kind: trucewatch/list/1, trucewatch/list/2
        conditions.append("schema GLOB ?")
        values.append(f"trucewatch/{kind}/*")
    if span:  # to the second, since a moment without a fraction is written without one
        conditions.append("substr(recorded_at, 1, 19) >= ? AND substr(recorded_at, 1, 19) < ?")
        values += [iso_utc(moment)[:19] for moment in span]
    return (f"WHERE {' AND '.join(conditions)}", tuple(values)) if conditions else ("", ())


def _is_within(entry: Entry, span: tuple[datetime, datetime] | None) -> bool:
    return span is None or span[0] <= read_time(str(entry.record["recorded_at"])) < span[1]


def _read_page(db: sqlite3.Connection, condition: _Where, newest_first: bool, offset: int, limit: int) -> _PageRows:
    order = "DESC" if newest_first else "ASC"
    page = f"ORDER BY number {order} LIMIT ? OFFSET ?"
    where, values = condition
    count = "count(*)" if where else "coalesce(max(number) + 1, 0)"  # of all, without counting
    (total,) = db.execute(f"SELECT {count} FROM entry {where}", values).fetchone()
    rows = db.execute(f"SELECT number, sha256, schema, recorded_at FROM entry {where} {page}", (*values, limit, offset))
    page_rows = [
        (number, {"object": sha256, "kind": schema.removesuffix("#erased"), "at": recorded_at})
        for number, sha256, schema, recorded_at in rows
    ]
    names = [entry["object"] for _, entry in page_rows]
    marks = ", ".join("?" * len(names))
    erased = {sha256 for (sha256,) in db.execute(f"SELECT sha256 FROM erased WHERE sha256 IN ({marks})", names)}
    return page_rows, total, erased


def log_lines(
    entries: Iterable[Entry], kinds: Kinds = BUILT_IN, *, private: Path | None = None
) -> list[dict[str, object]]:
    """Entries of the ledger as people read them: number, when, what, who, where the record lies, which evidence it
    names.

    private: the store's private folder, from which typed words come; without it they are left out.
    """
    words, keys = KeptWords((private or Path()) / "words"), Keyring(private or Path())

    def words_of(reference: str) -> Message | str:
        text = words.read(reference) if private else "…"
        return erased_words() if text is None else text

    lines: list[dict[str, object]] = []
    for entry in entries:
        name = kind_name(str(entry.record["schema"]))
        sentence, who = sentence_of(
            with_words(entry.record, words_of, keys.name_of if private else lambda reference: "…"), kinds
        )
        evidence = kinds[name].evidence if name in kinds else ""
        lines.append(
            {
                "number": entry.number,
                "at": entry.record["recorded_at"],
                "kind": name,
                "what": str(sentence),
                "who": str(who),
                "object": f".trucewatch/objects/{entry.sha256[:2]}/{entry.sha256[2:]}",
                "evidence": entry.record.get(evidence, "") if evidence else "",
            }
        )
    return lines
