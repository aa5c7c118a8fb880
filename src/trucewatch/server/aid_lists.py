"""What a list of humanitarian records shares with the others: how it is narrowed by district, kind and organisation,
and the same rows as a file for use inside.

An address narrows by ids that the watch has; whatever else it says counts as nothing chosen, and is said nowhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import Response

from trucewatch.messages import Message, Term
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.annotation_entering import person_on_record
from trucewatch.server.aid_view import names_of
from trucewatch.server.forms import text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.store.aid_exports import record_aid_export

Choices = Sequence[tuple[str, str]]
INSIDE: Final = "inside the instance, not released"
"""What stands in each row of a file, so that a single one that is copied says it too."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A field by which a list is narrowed. value: "" where nothing is chosen."""

    key: str
    label: Message
    value: str
    choices: Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a list shows."""

    district: str = ""
    kind: str = ""
    organisation: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return any(each.value for each in self.choices)

    @property
    def query(self) -> str:
        """The same as the end of an address, with its question mark; "" where nothing is chosen."""
        chosen = {each.key: each.value for each in self.choices if each.value}
        return f"?{urlencode(chosen)}" if chosen else ""

    def lets(self, *, districts: Iterable[str], organisations: Iterable[str], kind: str = "") -> bool:
        """Whether something with these is shown: one of its districts and of its organisations is the chosen one."""
        return (
            self.district in ("", *districts)
            and self.organisation in ("", *organisations)
            and (not self.kind or kind == self.kind)
        )


def narrowed(view: View, kinds: Mapping[str, Term] | None = None) -> Narrowed:
    """What the address of a list chooses. kinds: the words of its kinds; without them it has no such field."""
    names, on_file = names_of(view), view.watch.humanitarian
    districts = sorted(each.id for each in on_file.district) if on_file else []
    organisations = sorted(each.id for each in on_file.organisation) if on_file else []
    choices = [
        _choice(view, "district", Message("District"), [(each, names.district(each)) for each in districts]),
        _choice(
            view,
            "organisation",
            Message("Organisation"),
            [(each, names.organisation(each)) for each in organisations],
        ),
    ]
    if kinds is not None:
        by_words = [(name, view.words.say(words)) for name, words in kinds.items()]
        choices.insert(1, _choice(view, "kind", Message("Kind"), by_words))
    by_key = {each.key: each.value for each in choices}
    return Narrowed(
        district=by_key["district"],
        kind=by_key.get("kind", ""),
        organisation=by_key["organisation"],
        choices=tuple(choices),
    )


def _choice(view: View, key: str, label: Message, choices: Choices) -> Choice:
    value = view.request.query_params.get(key, "")
    return Choice(key=key, label=label, value=value if value in dict(choices) else "", choices=choices)


def today_of(view: View) -> date:
    """The day of the watch's own zone at the page's moment."""
    return view.clock.astimezone(view.watch.zone).date()


def with_words(form: FormData) -> bool:
    """Whether whoever takes a file ticked that it holds what people typed."""
    return text_of(form, "words") == "yes"


def csv_answer(view: View, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """Rows of a table as a CSV file, each marked as inside; no cell runs as a formula. That it is taken, of which hash,
    is entered before it is given.

    Raises RefusalError in a replay, which is no record.
    """
    if view.snapshot.is_replay:
        raise RefusalError(
            409, Message("This is a replay; its list is no record and is not given as a file. Stop the replay first.")
        )
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(("status", *columns))
    count = 0
    for count, row in enumerate(rows, 1):
        writer.writerow((INSIDE, *(_cell(row.get(column)) for column in columns)))
    content = sink.getvalue().encode()
    with view.writing() as now:
        record_aid_export(
            now.console.store,
            content,
            table=table,
            format_name="csv",
            rows=count,
            by=person_on_record(now.console.store, now.by),
            known_at=now.clock.replace(microsecond=0),
        )
    file_name = f"inside-{view.watch.settings.id}-{table}s.csv"
    headers = {"content-disposition": f'attachment; filename="{file_name}"', "cache-control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso_utc(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
