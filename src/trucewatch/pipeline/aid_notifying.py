"""Acts of a notification that are more than one entry: showing the monitoring centre what was ticked, telling it that
this changed or ended, and telling several sides at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.aid_items import AT_ONCE, Item
from trucewatch.model.aid_notification_state import ended
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_shared_notices import shared_fields
from trucewatch.model.aid_tables import trouble
from trucewatch.model.record_mapping import record_from
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.store.journal import Entry


def shared_items(book: AidBook, item: Item) -> tuple[Item, ...]:
    """What the centre is shown of an item, as items of their own: their steps came from the centre."""
    codes = dict.fromkeys(step.row.shared for step in item.steps_of("notice_shown"))
    return tuple(shown for code in codes if (shown := book.item_or_none(code)) is not None)


def is_shown_as_ticked(book: AidBook, item: Item) -> bool:
    """Whether what the centre is shown is what is ticked now; also where nothing is ticked and nothing shown."""
    fields = _fields(book, item)
    shown = shared_items(book, item)
    if fields is None:
        return not shown
    table, values = fields
    if not shown or shown[-1].table != table or shown[-1].row is None:
        return False
    return bool(shown[-1].row == record_from(TABLES[table].row, values))


def show_centre(book: AidBook, item: Item, *, by: str, acting_for: str = "") -> Entry | None:
    """Enter what the centre is shown of an item, or correct it, or take it back where nothing is ticked any more; None
    where that stands already. Raises as AidBook does; StoreError too for another organisation's item.

    The row that travels is entered for nobody: whose it is stands in it only if that is ticked.
    """
    _refuse_foreign(item, acting_for)
    if is_shown_as_ticked(book, item):
        return None
    fields, shown = _fields(book, item), shared_items(book, item)
    if fields is None:
        return book.undo(shown[-1].last.entry_id, by=by, reason_code=AT_ONCE)
    table, values = fields
    if shown:
        reason = "as the notification stands now"
        return book.correct(shown[-1].code, shown[-1].version, values, reason=reason, by=by)
    entry = book.enter(table, values, by=by)
    book.enter(
        "notice_shown",
        {"organisation": item.row.organisation, "shared": str(entry.record["code"])},
        by=by,
        about=item.code,
        acting_for=acting_for,
    )
    return entry


def tell_sides(
    book: AidBook,
    item: Item,
    ways: Mapping[str, str],
    *,
    sent_at: datetime,
    function: str = "",
    by: str,
    acting_for: str = "",
) -> list[Entry]:
    """Enter that sides were told, each by its way ("letter", "voice", "mail", "own", "post_box"). Of "post_box" the
    centre is shown what was ticked first. All are checked before one is entered."""
    if not ways:
        what = Message("no side is chosen")
        raise AidRefusedError((trouble("side", what, Message("choose a way for each side that was told")),))
    _refuse_foreign(item, acting_for)
    rows: list[dict[str, Any]] = [
        {
            "side": side,
            "way": way,
            "sent_at": sent_at,
            "organisation": acting_for,
            "by": function,
        }
        for side, way in sorted(ways.items())
    ]
    for row in rows:
        book.check("notice_sent", row, about=item.code, acting_for=acting_for)
    if "post_box" in ways.values():
        if _fields(book, item) is None:
            what = Message("the centre can tell a side only what it is shown itself, and nothing is ticked")
            raise AidRefusedError((trouble("shown", what, Message("tick what it is shown, or choose another way")),))
        show_centre(book, item, by=by, acting_for=acting_for)
    return [book.enter("notice_sent", row, by=by, about=item.code, acting_for=acting_for) for row in rows]


def end_notice(book: AidBook, item: Item, fields: Mapping[str, Any], *, by: str, acting_for: str = "") -> Entry:
    """Enter that it is done or withdrawn; the centre is told so where it was shown it."""
    _refuse_foreign(item, acting_for)
    entry = book.enter("notice_end", fields, by=by, about=item.code, acting_for=acting_for)
    after = book.item(item.code)
    if shared_items(book, after):
        show_centre(book, after, by=by, acting_for=acting_for)
    return entry


def _refuse_foreign(item: Item, acting_for: str) -> None:
    if item.row is None:
        raise StoreError(Message("{code} lapsed; nothing of it can be told or shown any more", code=item.code))
    if acting_for and item.row.organisation != acting_for:
        raise StoreError(Message("this is another organisation's, which alone does this; nothing was entered"))


def _fields(book: AidBook, item: Item) -> tuple[str, dict[str, Any]] | None:
    """What is ticked of an item, as fields of the row that travels."""
    if item.row is None:
        return None
    over = ended(item)
    return shared_fields(item.row, book.zone, ended=over.row.state if over else "")
