"""What of the official statements leaves for one recipient, as bytes of one format, and the rows behind it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal, get_args

from trucewatch.annotation.known_names import known_names_of
from trucewatch.annotation.people_named import strangers_in
from trucewatch.desks.declaring.operations import statements_known
from trucewatch.errors import ReportError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.akoma_ntoso import debate_xml
from trucewatch.reports.statement_release import (
    ReleasedStatement,
    StatementRow,
    release_statements,
    whole_statement,
)
from trucewatch.reports.statement_rows import statements_csv, statements_json
from trucewatch.store import Store
from trucewatch.store.statement_records import words_of

Format = Literal["csv", "json", "akn"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "zip": "application/zip",
}
_FIRST_OF_ZIP: Final = (1980, 1, 1, 0, 0, 0)
"""The moment that every file of an archive has, so that the same content gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that somebody is given."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A file, and how much it tells of: statements, and things that were said in them."""

    file: File
    statements: int
    passages: int


def statement_rows(store: Store, at: datetime, *, every: bool = False) -> Iterator[StatementRow]:
    """Every version that stands and was known by a moment, of which something was accepted and whose words were not
    erased; every: those of which nothing was, too."""
    for statement in statements_known(store, at):
        for version in statement.versions:
            decided = any(
                each.stands and (each.language, each.version) == (version.language, version.version)
                for each in statement.annotations
            )
            if not version.stands or not (decided or every):
                continue
            text = words_of(store, version)
            if text is not None:
                yield StatementRow(record=statement, version=version, statement=text)


def recipient_named(watch: Watch, name: str) -> Recipient:
    """Raises ReportError for a name that is none of the watch's recipients."""
    recipient = watch.recipient(name)
    if recipient is None:
        raise ReportError(
            Message(
                '"{recipient}" is no recipient of this watch; it has: {words}',
                recipient=printable(name)[:60],
                words=", ".join(each.id for each in watch.settings.recipient),
            )
        )
    return recipient


def released_to(store: Store, watch: Watch, recipient: Recipient, *, at: datetime) -> tuple[ReleasedStatement, ...]:
    """What the recipient may have by a moment."""
    names_in = partial(strangers_in, lexis=known_names_of(watch))
    return release_statements(statement_rows(store, at), watch, recipient, as_of=at, names_in=names_in)


def release_for(
    store: Store, watch: Watch, recipient: Recipient, format_name: Format, *, at: datetime, of: str = ""
) -> Release:
    """The file for a recipient. of: one statement by its number (`S-7`), "" for all; in Akoma Ntoso one copy is one
    XML, several are a ZIP. Raises ReportError where there is nothing that the recipient may have."""
    released = [each for each in released_to(store, watch, recipient, at=at) if not of or each.code == of]
    if not released:
        raise ReportError(
            Message(
                "{recipient} may have nothing of this by {moment}: nothing was accepted of it, or its rule holds it "
                "back. No file was made",
                recipient=recipient.id,
                moment=at,
            )
        )
    name = _plain_name(f"{watch.settings.id}-statements-{recipient.id}-{at.astimezone(watch.zone):%Y-%m-%d}")
    if format_name == "csv":
        file = File(name=f"{name}.csv", media_type=MEDIA_TYPES["csv"], content=statements_csv(released))
    elif format_name == "json":
        content = statements_json(released, watch=watch.settings.id, recipient=recipient.id, as_of=iso_utc(at))
        file = File(name=f"{name}.json", media_type=MEDIA_TYPES["json"], content=content)
    else:
        debates = list(_debates(store, watch, released, at))
        file = _debate_file(name, debates)
    return Release(file=file, statements=len(released), passages=sum(len(each.passages) for each in released))


def whole_copies(store: Store, watch: Watch, *, at: datetime, of: str = "") -> Release:
    """The centre's own copies as Akoma Ntoso, whole, with every name. Raises ReportError where there is none."""
    rows = [row for row in statement_rows(store, at, every=True) if not of or row.record.code == of]
    rows = [row for row in rows if row.version.known_at <= at]
    if not rows:
        raise ReportError(Message("There is no statement by {moment} of which a copy could be made", moment=at))
    made_on = at.astimezone(watch.zone).date()
    whole = [whole_statement(row, at) for row in rows]
    debates = [
        (_debate_name(each), debate_xml(each, row.statement, watch=watch.settings.id, made_on=made_on, is_whole=True))
        for each, row in zip(whole, rows, strict=True)
    ]
    name = _plain_name(f"inside-{watch.settings.id}-statements-{made_on:%Y-%m-%d}")
    return Release(
        file=_debate_file(name, [(f"inside-{each}", content) for each, content in debates]),
        statements=len(whole),
        passages=sum(len(each.passages) for each in whole),
    )


def _debates(
    store: Store, watch: Watch, released: list[ReleasedStatement], at: datetime
) -> Iterator[tuple[str, bytes]]:
    texts = {
        (row.record.code, row.version.language, row.version.version): row.statement for row in statement_rows(store, at)
    }
    made_on = at.astimezone(watch.zone).date()
    for each in released:
        text = texts[each.code, each.language, each.version]
        yield _debate_name(each), debate_xml(each, text, watch=watch.settings.id, made_on=made_on)


def _debate_name(released: ReleasedStatement) -> str:
    return _plain_name(f"{released.code}-{released.language}-{released.version}") + ".xml"


def _debate_file(name: str, debates: list[tuple[str, bytes]]) -> File:
    if len(debates) == 1:
        return File(name=f"{name}.xml", media_type=MEDIA_TYPES["xml"], content=debates[0][1])
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in debates:
            archive.writestr(zipfile.ZipInfo(entry, _FIRST_OF_ZIP), content, zipfile.ZIP_DEFLATED)
    return File(name=f"{name}.zip", media_type=MEDIA_TYPES["zip"], content=sink.getvalue())


def _plain_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.") or "x"
