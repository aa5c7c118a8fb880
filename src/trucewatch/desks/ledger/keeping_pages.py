"""What goes by itself and when: the retention clock of the watch, one line for each kind of what is entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.messages import Message
from trucewatch.model.aid_keeping import EVIDENCE, KEEPING_RULES
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_tables import AidTable
from trucewatch.model.humanitarian import HumanitarianFile
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_retention import Due, clock_of
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)
MESSAGES = Message("Sealed messages of the post-box")
FILES = Message("Files that were brought")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """One kind of content. days: for how many it is kept, None where its sender says; hours: after which routes and
    times lapse; count: texts or files that are kept now; next_at, rule: what goes next."""

    title: Message
    days: int | None
    hours: int | None
    count: int
    next_at: datetime | None
    rule: Message | None


@router.get("/ledger/keeping")
@needs(Right.INSIDE, Right.KEEP)
def keeping(view: CurrentView) -> HTMLResponse:
    """The clock, by kind; nothing of what is kept is in it."""
    with view.console.writing() as store:
        clock = clock_of(store, view.watch)
    return view.page(
        "ledger/keeping.html.jinja",
        rows=kind_rows(view, clock),
        now=view.clock,
        kept=len(clock),
        may_read=view.may(Right.INSIDE),
    )


def kind_rows(view: View, clock: tuple[Due, ...]) -> list[KindRow]:
    """A row for each table of this kind of watch, then for messages and files. A step stands with its item."""
    on_file = view.watch.humanitarian or HumanitarianFile(schema=1)
    kind = view.watch.kind
    by_table: dict[str, list[Due]] = {}
    for each in clock:
        by_table.setdefault(_kind_of(each), []).append(each)
    rows = [
        _row(table.title, by_table.get(table.name, ()), on_file.kept_days(table.name), _hours(table, on_file))
        for table in TABLES.values()
        if not table.is_step and (kind in table.only_in or table.name in by_table)
    ]
    rows.append(_row(MESSAGES, by_table.get("", ()), None, None))
    if kind == "humanitarian":
        rows.append(_row(FILES, by_table.get(EVIDENCE, ()), on_file.kept_days(EVIDENCE), None))
    return rows


def _kind_of(each: Due) -> str:
    """The main table of what is kept; "" for messages, `evidence` for files."""
    if not each.reference.startswith("w-"):
        return EVIDENCE
    table = TABLES.get(each.table)
    if table is None or not table.is_step:
        return each.table
    return next(iter(sorted(table.about)))


def _hours(table: AidTable, on_file: HumanitarianFile) -> int | None:
    return min(table.lapse_hours, on_file.lapse_hours) if table.lapse_hours is not None else None


def _row(title: Message, kept: tuple[Due, ...] | list[Due], days: int | None, hours: int | None) -> KindRow:
    earliest = min(kept, key=lambda each: each.at, default=None)
    return KindRow(
        title=title,
        days=days,
        hours=hours,
        count=len(kept),
        next_at=earliest.at if earliest else None,
        rule=KEEPING_RULES[earliest.rule] if earliest else None,
    )
