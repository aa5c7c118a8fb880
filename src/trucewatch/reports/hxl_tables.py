"""Activities and counters → CSV with hashtags of the Humanitarian Exchange Language.

The first line says in words what a column holds, the second by hashtag. A place is a district of this watch, with the
codes of every list that the watch names, each in a column that says whose list and which edition. Numbers of people go
through `small_groups` before they come here; a number that may not leave is in no row.

Source: HXL standard, version 1.1 (hxlstandard.org): hashtags, attributes, the row of tags.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.aid_activities import SECTOR_WORDS, STATE_WORDS, Activity
from trucewatch.model.aid_counts import COUNTER_WORDS, Count
from trucewatch.model.aid_tables import AidNames
from trucewatch.model.humanitarian import HumanitarianFile, PCode
from trucewatch.model.times import iso_utc
from trucewatch.reports.formats.csv import cell

SIMULATED: Final = Message("yes: invented")
NOT_SIMULATED: Final = Message("no")


@dataclass(frozen=True, slots=True, kw_only=True)
class HxlContext:
    """What every file says of itself. watch: its id; at: the moment of what it says."""

    watch: str
    at: datetime
    is_simulated: bool
    on_file: HumanitarianFile
    names: AidNames
    words: Words


@dataclass(frozen=True, slots=True)
class _Column:
    title: Message
    tag: str


def activities_as_hxl(rows: Iterable[tuple[str, Activity]], context: HxlContext) -> bytes:
    """Who does what where. rows: each with the code of its item."""
    columns = (
        _Column(Message("Number"), "#meta+id"),
        _Column(Message("Organisation"), "#org+name"),
        _Column(Message("Organisation, id"), "#org+code"),
        _Column(Message("Sector"), "#sector+name"),
        _Column(Message("Sector, id"), "#sector+code"),
        _Column(Message("Activity"), "#activity+name"),
        *_place_columns(context.on_file),
        _Column(Message("From"), "#date+start"),
        _Column(Message("Until"), "#date+end"),
        _Column(Message("State"), "#status+name"),
        *_ABOUT_THE_FILE,
    )
    cells = (
        [
            code,
            context.names.organisation(row.organisation),
            row.organisation,
            context.words.say(SECTOR_WORDS[row.sector]),
            row.sector,
            row.what,
            *_place(row.district, context),
            row.from_.isoformat(),
            row.until.isoformat() if row.until else "",
            context.words.say(STATE_WORDS[row.state]),
            *_about_the_file(context),
        ]
        for code, row in rows
    )
    return _csv(columns, cells, context.words)


def counts_as_hxl(rows: Iterable[tuple[str, Count]], context: HxlContext) -> bytes:
    """Counters as reported. rows: those that may leave, each with the code of its item."""
    columns = (
        _Column(Message("Number"), "#meta+id"),
        _Column(Message("What is counted"), "#indicator+name"),
        _Column(Message("What is counted, id"), "#indicator+code"),
        _Column(Message("Of the day, or in all"), "#indicator+type"),
        _Column(Message("Value"), "#indicator+value+num"),
        _Column(Message("Day"), "#date+reported"),
        _Column(Message("Counted since"), "#date+start"),
        _Column(Message("Cut-off"), "#date+cutoff"),
        _Column(Message("Entered by"), "#org+name"),
        _Column(Message("Entered by, id"), "#org+code"),
        _Column(Message("Source"), "#meta+source"),
        *_place_columns(context.on_file),
        *_ABOUT_THE_FILE,
    )
    cells = (
        [
            code,
            context.words.say(COUNTER_WORDS[row.kind]),
            row.kind,
            row.span,
            str(row.value),
            row.day.isoformat(),
            row.since.isoformat() if row.since else "",
            iso_utc(row.cut_off) if row.cut_off else "",
            context.names.organisation(row.organisation),
            row.organisation,
            row.source,
            *_place(row.district, context),
            *_about_the_file(context),
        ]
        for code, row in rows
    )
    return _csv(columns, cells, context.words)


_ABOUT_THE_FILE: Final = (
    _Column(Message("Watch"), "#meta+watch"),
    _Column(Message("As of"), "#date+asof"),
    _Column(Message("Simulated"), "#meta+simulated"),
)


def _about_the_file(context: HxlContext) -> list[str]:
    simulated = SIMULATED if context.is_simulated else NOT_SIMULATED
    return [context.watch, iso_utc(context.at), context.words.say(simulated)]


def _lists(on_file: HumanitarianFile) -> tuple[tuple[str, str], ...]:
    """The lists of place codes that the watch names, each by whose it is and which edition."""
    return tuple(sorted({(code.of, code.edition) for district in on_file.district for code in district.pcode}))


def _place_columns(on_file: HumanitarianFile) -> tuple[_Column, ...]:
    return (
        _Column(Message("District"), "#loc+district+name"),
        _Column(Message("District, id of this watch"), "#loc+district+code+v_watch"),
        *(
            _Column(
                Message("P-code as in {list}, edition {edition}", list=of, edition=edition),
                f"#loc+district+code+v_{_attribute(of, edition)}",
            )
            for of, edition in _lists(on_file)
        ),
    )


def _attribute(of: str, edition: str) -> str:
    """An attribute of a hashtag: small Latin letters, digits and lines."""
    return re.sub(r"[^a-z0-9]+", "_", f"{of} {edition}".casefold()).strip("_") or "list"


def _place(district_id: str, context: HxlContext) -> list[str]:
    district = context.on_file.district_of(district_id) if district_id else None
    codes: Sequence[PCode] = district.pcode if district else ()
    by_list = {(code.of, code.edition): code.code for code in codes}
    name = context.names.district(district_id) if district_id else ""
    return [name, district_id, *(by_list.get(each, "") for each in _lists(context.on_file))]


def _csv(columns: Sequence[_Column], rows: Iterable[Sequence[str]], words: Words) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([words.say(column.title) for column in columns])
    writer.writerow([column.tag for column in columns])
    writer.writerows([cell(printable(value)) for value in row] for row in rows)
    return text.getvalue().encode("utf-8")
