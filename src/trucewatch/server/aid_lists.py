"""What a list of humanitarian records shares with the others: how it is narrowed by district, kind and organisation,
and the same rows as a file for use inside.

An address narrows by ids that the watch has; whatever else it says counts as nothing chosen, and is said nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import Response

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message, Term
from trucewatch.server.aid_files import csv_table, given_file
from trucewatch.server.aid_view import names_of
from trucewatch.server.forms import text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

Choices = Sequence[tuple[str, str]]


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
    """Rows of a table as a CSV file, each marked as inside; that it is taken is entered before it is given.

    Raises RefusalError in a replay, which is no record.
    """
    content, count = csv_table(columns, rows)
    try:
        with view.writing() as now:
            return given_file(now, content, table=table, rows=count, name=f"{table}s.csv", media="csv")
    except TrucewatchError as exc:
        raise RefusalError(409, exc.message) from exc
