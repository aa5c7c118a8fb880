"""Rows of humanitarian tables as messages carry them: entries of this instance → rows that may travel to a peer, and
rows that came → what may be kept of them. What is refused is refused as a whole, and nothing of it is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import NeverHereError, StoreError, TimeError
from trucewatch.messages import Message
from trucewatch.model.aid_checks import OF_ANOTHER_INSTANCE, row_of
from trucewatch.model.aid_items import CODE, AidEntry, full_code, local_code
from trucewatch.model.aid_registry import BY_PREFIX, CHOSEN, TABLES
from trucewatch.model.aid_tables import AidTable
from trucewatch.model.never_here import refusals_of_row
from trucewatch.model.record_mapping import KEY_OF_FIELD
from trucewatch.model.sealed_message import MOST_ROWS, SealedMessageError, texts_in
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store import Store
from trucewatch.store.aid_rows import keep_totals, row_from_text, row_text

_ROW: Final = frozenset(("table", "entry", "code", "about", "version", "content", "known_at"))
_UNDO: Final = frozenset(("undoes", "table", "code", "known_at"))
_ENTRY: Final = re.compile(r"a-[a-z2-7]{26}")
_LONGEST_ROW: Final = 100_000


def may_travel(table: AidTable, kind: str, *, is_answer: bool = False) -> bool:
    """Whether rows of a table go to a post-box of this kind. What says of itself that it goes nowhere stays, whatever
    it is about; is_answer: a step about an item of that post-box, which goes home from any kind."""
    if is_answer and table.is_step:
        return bool(table.travels) and not table.of_origin
    if kind == "organisation":
        return bool(table.travels)
    return ("to_centre" if kind == "centre" else "to_aid") in table.travels


def outgoing_rows(entries: Iterable[AidEntry], *, here: str, to: str, kind: str) -> list[dict[str, Any]]:
    """Entries of this instance as a message to a peer says them. Raises StoreError for one that may not go there or is
    erased, NeverHereError where the guard refuses."""
    rows = []
    for entry in entries:
        table = TABLES.get(entry.table)
        if table is None or entry.origin or entry.row is None:
            raise StoreError(Message("{code} is not this instance's own, or erased; it is not sent", code=entry.code))
        if not may_travel(table, kind, is_answer=entry.about.startswith(f"{to}:")):
            raise StoreError(
                Message("{table} does not go to a post-box of this kind; nothing was sent", table=table.plural)
            )
        refuse_guarded(json.loads(row_text(entry.row)))
        rows.append(
            {
                "table": entry.table,
                "entry": entry.entry_id,
                "code": full_code(entry.code, here),
                "about": full_code(entry.about, here) if entry.about else "",
                "version": entry.version,
                "content": row_text(entry.row),
                "known_at": iso_utc(entry.known_at),
            }
        )
    return rows


def undo_row(entry: AidEntry, *, here: str, known_at: datetime) -> dict[str, Any]:
    """That an entry which was sent is taken back."""
    code = full_code(entry.code, here)
    return {"undoes": entry.entry_id, "table": entry.table, "code": code, "known_at": iso_utc(known_at)}


def summary_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What stays on record of rows that are sent: everything but what they say."""
    return [{name: value for name, value in row.items() if name != "content"} for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Who sends and who receives. kind: of this post-box; sender_kind: of the other, as the card says it; sent: the
    codes of the items that went from here to the sender."""

    sender: str
    sender_kind: str
    here: str
    kind: str
    sent: Collection[str]


def check_rows(rows: object, between: Between) -> list[Mapping[str, Any]]:
    """The rows of a message that came, if every one may be kept. Raises SealedMessageError: `form`, `table`, `address`;
    `never_here` where the guard refuses, which says nothing of the text."""
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        raise _of_no_form()
    for row in rows:
        _check_row(row, between)
    return rows


def kept_rows(
    store: Store, rows: Sequence[Mapping[str, Any]], *, here: str, now: datetime, with_content: bool
) -> list[dict[str, Any]]:
    """Rows that were checked, as the record holds them: the content apart, on disk when this returns, under its
    reference; the totals that stay. with_content: not where the time to keep it is over."""
    on_record: list[dict[str, Any]] = []
    for row in rows:
        known_at = iso_utc(min(read_time(row["known_at"]), now))
        if "undoes" in row:
            on_record.append({**row, "content": "", "code": local_code(row["code"], here), "known_at": known_at})
            continue
        own = row_from_text(row["table"], row["content"])
        on_record.append(
            {
                **row,
                "code": local_code(row["code"], here),
                "about": local_code(row["about"], here),
                "content": store.keep_words(row_text(own)) if with_content else "",
                "totals": keep_totals(store, row["table"], own),
                "known_at": known_at,
            }
        )
    return on_record


def refuse_guarded(content: Any) -> None:
    """Raises NeverHereError where texts of one row hold what is never kept; nothing of them is in it."""
    refusals = refusals_of_row(list(texts_in(content)), listed=CHOSEN)
    if refusals:
        rules = tuple(refusal.rule for refusal in refusals)
        raise NeverHereError(
            Message("{why} Nothing of it was kept, only that something was refused.", why=refusals[0].why), rules
        ) from None


def _check_row(row: object, between: Between) -> None:
    if not isinstance(row, Mapping) or set(row) not in (_ROW, _UNDO):
        raise _of_no_form()
    texts = [value for name, value in row.items() if name != "version"]
    if not all(isinstance(value, str) and len(value) <= _LONGEST_ROW for value in texts):
        raise _of_no_form()
    try:
        read_time(row["known_at"])
        content = json.loads(row["content"]) if "content" in row else {}
    except (ValueError, RecursionError, TimeError):
        raise _of_no_form() from None
    refuse_guarded(content)  # all else is of a fixed form, which leaves no room for words
    table = TABLES.get(row["table"])
    if table is None:
        raise SealedMessageError(
            "table",
            Message("the message holds a table that this program does not know; it may be older. Nothing was kept"),
        )
    _check_codes(row, table, between)
    if not _ENTRY.fullmatch(row["undoes"] if "undoes" in row else row["entry"]):
        raise _of_no_form()
    if "undoes" in row:
        return
    if not may_travel(table, between.kind, is_answer=row["about"].startswith(f"{between.here}:")):
        raise SealedMessageError(
            "table", Message("{table} does not travel to a post-box of this kind. Nothing was kept", table=table.plural)
        )
    if type(row["version"]) is not int or not 0 < row["version"] < 1_000_000:
        raise _of_no_form()
    if row_from_text(row["table"], row["content"]) is None or row_of(table, content, OF_ANOTHER_INSTANCE)[0] is None:
        raise _of_no_form()
    if between.sender_kind == "organisation":
        _refuse_for_a_side(table, content)


def _check_codes(row: Mapping[str, Any], table: AidTable, between: Between) -> None:
    """An item is its sender's own; a step is about an item of the sender, or about one of this post-box that was sent
    to it."""
    code = CODE.fullmatch(row["code"])
    about = row.get("about", row["code"] if table.is_step else "")
    if code is None or bool(about) != table.is_step:
        raise _of_no_form()
    is_own = code["origin"] == between.sender
    if not (is_own or (table.is_step and row["code"] in between.sent)) or (about and about != row["code"]):
        raise SealedMessageError(
            "address",
            Message("the message speaks of an item that is not its sender's own. Nothing was kept"),
        )
    subject = BY_PREFIX.get(code["prefix"])
    if subject is None or (subject.name not in table.about if table.is_step else subject is not table):
        raise _of_no_form()


def _refuse_for_a_side(table: AidTable, content: Mapping[str, Any]) -> None:
    """What a side says comes from an instance that heard it, of an organisation only what it says itself."""
    if table.is_step and any(
        content.get(KEY_OF_FIELD.get(each.name, each.name)) for each in table.fields if each.kind == "side"
    ):
        raise SealedMessageError(
            "address", Message("the message of an organisation speaks for a side. Nothing of the message was kept")
        )


def _of_no_form() -> SealedMessageError:
    return SealedMessageError(
        "form", Message("a row of the message is not of the form of its table. Nothing of the message was kept")
    )
