"""Files of humanitarian records that the coordinator takes: the page that offers them, the file, and that it was taken.

Nobody else takes one: a file that left is read by whoever finds it. Every row says that it is from inside.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.annotation_entering import person_on_record
from trucewatch.reports.formats.csv import cell
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.forms import text_of
from trucewatch.server.view import View
from trucewatch.store.aid_exports import record_aid_export

INSIDE: Final = "inside the instance, not released"
_CSV: Final = "text/csv; charset=utf-8"
MEDIA_TYPES: Final = {"csv": _CSV, "hxl": _CSV, "geojson": "application/geo+json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOffered:
    """A file that can be taken. name: in its address and file name. extension: csv or geojson. content: its bytes and
    how many rows it has."""

    name: str
    table: str
    label: Message
    extension: str
    content: Callable[[AidBook, AidNaming], tuple[bytes, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesOffered:
    """What a desk offers. path: of its page; back: of its list."""

    path: str
    back: str
    back_label: Message
    files: Sequence[FileOffered]
    withheld: Message
    """What stands in none of them."""


def csv_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> tuple[bytes, int]:
    """Rows as CSV with their columns named, and how many; no cell runs as a formula.

    >>> csv_table(["code"], [{"code": "=1"}])[0].decode().splitlines()[1].partition('",')[2]
    "'=1"
    """
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(("status", *columns))
    count = 0
    for row in rows:
        writer.writerow((INSIDE, *(_cell(row.get(name)) for name in columns)))
        count += 1
    return sink.getvalue().encode(), count


def files_page(view: View, offered: FilesOffered, *, trouble: Message | None = None) -> HTMLResponse:
    """What each file would hold, before it is taken."""
    return view.page(
        "entered/files.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble or view.replay_trouble,
        offered=offered,
        counts={file.name: file.content(book_of(view), names_of(view))[1] for file in offered.files},
    )


def take_file(view: View, offered: FilesOffered, form: Any) -> Response:
    """The file that was chosen; that it is taken is entered first."""
    file = next((file for file in offered.files if file.name == text_of(form, "file")), None)
    if file is None:
        return files_page(view, offered, trouble=Message("Choose which file."))
    try:
        with view.writing() as now:
            content, rows = file.content(book_of(now), names_of(now))
            return given_file(
                now, content, table=file.table, rows=rows, name=f"{file.name}.{file.extension}", media=file.extension
            )
    except TrucewatchError as exc:
        return files_page(view, offered, trouble=exc.message)


def given_file(now: View, content: bytes, *, table: str, rows: int, name: str, media: str) -> Response:
    """A file of a table's rows; that it is taken, of which hash, is entered before it is given. Asked inside
    `view.writing()`; raises TrucewatchError in a replay, which is no record."""
    now.refuse_in_replay()
    store = now.console.store
    record_aid_export(
        store,
        content,
        table=table,
        format_name=media,
        rows=rows,
        by=person_on_record(store, now.by),
        known_at=now.clock.replace(microsecond=0),
    )
    headers = {
        "content-disposition": f'attachment; filename="{now.watch.settings.id}-{name}"',
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=MEDIA_TYPES[media], headers=headers)


def _cell(value: Any) -> str:
    return cell(iso_utc(value) if isinstance(value, datetime) else value)
