"""The fields of a table of humanitarian records as a reader's form has them, and a row in a reader's words.

A form names a field by its key. Moments and days are typed as everywhere in the console, in the reader's zone; nothing
is chosen before somebody chooses it, but what the field itself begins with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from trucewatch.errors import TimeError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_tables import MANY, TYPED, AidField, AidTable
from trucewatch.model.roles import Right, Role
from trucewatch.model.times import iso_utc
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_view import acting_for, names_of
from trucewatch.server.filled_field import Filled
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.view import View

Typed = Mapping[str, Sequence[str]]
"""What stands in a form: the key of a field → its texts."""
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """A field of a row in words. is_typed: whether somebody typed it, so that it is shown as typed."""

    key: str
    label: Message
    words: str
    is_typed: bool


def is_empty(value: Any) -> bool:
    """Whether nothing stands in a field of a row; 0 and no are something."""
    return value is None or (isinstance(value, str | tuple) and not value)


def typed_in(form: FormData, table: AidTable) -> dict[str, list[str]]:
    """What stands in a form, by the keys of the table's fields; whatever else was sent is left out."""
    typed: dict[str, list[str]] = {}
    for each in table.fields:
        texts = texts_of(form, each.key) if each.kind in MANY else [typed_of(form, each.key)]
        typed[each.key] = [text for text in map(as_typed, texts) if text]
    return typed


def fields_of(view: View, table: AidTable, typed: Typed) -> tuple[dict[str, Any], dict[str, Message]]:
    """The fields as the book takes them, and what is wrong with days and moments, by key: these are read as the reader
    writes them."""
    fields: dict[str, Any] = {}
    faults: dict[str, Message] = {}
    for each in table.fields:
        texts = list(typed.get(each.key, ()))
        if not texts:
            continue
        try:
            fields[each.key] = _as_taken(view, each, texts)
        except TimeError as exc:
            faults[each.key] = exc.message
    return fields, faults


def typed_of_row(view: View, table: AidTable, row: Any) -> dict[str, list[str]]:
    """A row as a form holds it, to be corrected."""
    return {each.key: _as_typed(view, each, getattr(row, each.name)) for each in table.fields}


def beginning(view: View, table: AidTable) -> dict[str, list[str]]:
    """What stands in an empty form."""
    typed: dict[str, list[str]] = {}
    for each in table.fields:
        if each.begins == "now" and each.kind == "moment":
            typed[each.key] = [view.time_form.write_moment(view.clock.replace(second=0, microsecond=0))]
        elif each.begins == "today" and each.kind == "day":
            typed[each.key] = [view.time_form.write_day(view.clock.astimezone(view.reader.zone).date())]
        elif each.begins:
            typed[each.key] = [each.begins]
    return typed


def asked_for(view: View, book: AidBook, table: AidTable) -> dict[str, list[str]]:
    """What the address of an empty form fills in: choices that the form offers, and whole numbers. Nothing that could
    be words is taken from an address."""
    typed: dict[str, list[str]] = {}
    for each in table.fields:
        value = view.request.query_params.get(each.key, "")
        is_number = each.kind == "count" and value.isascii() and value.isdigit() and len(value) < 9
        if is_number or value in {name for name, _ in choices_of(view, book, each)}:
            typed[each.key] = [value]
    return typed


def fixed_fields(view: View, table: AidTable) -> dict[str, str]:
    """What who asks does not choose: a member's organisation in the field that says whose row it is, and the side of
    somebody who speaks for one."""
    organisation, fixed = acting_for(view), dict[str, str]()
    if organisation and (owner := table.field(table.owner)) is not None:
        fixed[owner.key] = organisation
    if speaks_for_a_side(view) and view.person is not None:
        sides = [side for side in view.person.sides_as(Role.LIAISON) if side in view.watch.agreement.bound_ids]
        fixed |= {each.key: sides[0] for each in table.fields if each.kind == "side" and sides}
    return fixed


def speaks_for_a_side(view: View) -> bool:
    """Whether who asks answers for a side, and enters nothing else here."""
    return view.person is not None and Role.LIAISON in view.person.roles and not view.may(Right.AID, Right.COORDINATE)


def filled_fields(
    view: View, book: AidBook, table: AidTable, typed: Typed, faults: Mapping[str, Message]
) -> list[Filled[AidField]]:
    """The fields of a form with what stands in them, their choices and what is wrong with them."""
    return [
        Filled(
            field=each,
            values=list(typed.get(each.key, ())),
            choices=choices_of(view, book, each),
            fault=faults.get(each.key),
        )
        for each in table.fields
    ]


def choices_of(view: View, book: AidBook, each: AidField) -> Choices:
    """What a field offers: each value with its words; organisations, districts and sides in the order of their ids."""
    names, words, on_file = names_of(view), view.words, book.watch.humanitarian
    if each.kind in ("choice", "several"):
        return [(value, words.say(term)) for value, term in each.choices.items()]
    if each.kind in ("organisation", "organisations"):
        return (
            [(value, names.organisation(value)) for value in sorted(own.id for own in on_file.organisation)]
            if on_file
            else []
        )
    if each.kind in ("district", "districts"):
        return (
            [(value, names.district(value)) for value in sorted(own.id for own in on_file.district)] if on_file else []
        )
    if each.kind in ("side", "sides"):
        return [(value, names.side(value)) for value in sorted(book.watch.agreement.bound_ids)]
    if each.kind in ("code", "codes"):
        return [(item.code, item_words(view, item.table, item.code, item.row)) for item in book.items(*each.of)]
    if each.kind == "yes":
        return [("yes", words.gettext("yes")), ("no", words.gettext("no"))]
    return ()


def item_words(view: View, table: str, code: str, row: Any) -> str:
    """`RQ-3: Halvane Relief asks for …`; the code alone once its content was erased."""
    if row is None or table not in TABLES:
        return code
    line = view.words.say(TABLES[table].line(row, names_of(view)), zone=view.reader.zone)
    return f"{code}: {printable(line)}"


def shown_fields(view: View, book: AidBook, table: AidTable, row: Any) -> list[FieldShown]:
    """What stands in a row, in the order of its form, without what is empty."""
    return list(_shown_fields(view, book, table, row))


def _shown_fields(view: View, book: AidBook, table: AidTable, row: Any) -> Iterator[FieldShown]:
    names = names_of(view)
    for each in table.fields:
        value = getattr(row, each.name)
        if not is_empty(value):
            words = _in_words(view, book, names, each, value)
            yield FieldShown(key=each.key, label=each.label, words=words, is_typed=each.kind in TYPED)


def _in_words(view: View, book: AidBook, names: AidNaming, each: AidField, value: Any) -> str:
    words = view.words
    if each.as_words is not None:
        return words.say(each.as_words(value))
    if each.kind in MANY:
        choices = dict(choices_of(view, book, each))
        return words.listed([choices.get(part, part) for part in value])
    if each.kind == "organisation":
        return names.organisation(value)
    if each.kind == "district":
        return names.district(value)
    if each.kind == "side":
        return names.side(value)
    if each.kind == "choice":
        return words.say(each.choices[value]) if value in each.choices else str(value)
    if each.kind == "code":
        item = book.item_or_none(value)
        return item_words(view, item.table, item.code, item.row) if item else str(value)
    if each.kind == "day":
        return words.short_day(value)
    if each.kind == "moment":
        return view.telling.moment(value)
    if each.kind in ("count", "number"):
        number = words.number(value)
        return f"{number} {words.say(each.unit)}" if each.unit else number
    if each.kind == "yes":
        return words.gettext("yes") if value else words.gettext("no")
    if each.kind == "place":
        return _corner(value)
    if each.kind == "outline":
        return "\n".join(map(_corner, value))
    return str(value)


def _as_taken(view: View, each: AidField, texts: list[str]) -> Any:
    if each.kind in MANY:
        return texts
    if each.kind == "day":
        return view.time_form.read_day(texts[0])
    if each.kind == "moment":
        return iso_utc(view.time_form.read_moment(texts[0]))
    return texts[0]


def _as_typed(view: View, each: AidField, value: Any) -> list[str]:
    if is_empty(value):
        return []
    if each.kind in MANY:
        return [str(part) for part in value]
    if each.kind == "day":
        return [view.time_form.write_day(value)]
    if each.kind == "moment":
        return [view.time_form.write_moment(value)]
    if each.kind == "yes":
        return ["yes" if value else "no"]
    if each.kind == "place":
        return [_corner(value)]
    if each.kind == "outline":
        return ["\n".join(map(_corner, value))]
    return [str(value)]


def _corner(place: Sequence[float]) -> str:
    lon, lat = place
    return f"{lon:g}, {lat:g}" if lon == round(lon, 5) and lat == round(lat, 5) else f"{lon:.6f}, {lat:.6f}"
