"""A record → labelled fields in plain words, whatever its kind: times, people, typed words, hashes, lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.ledger.field_words import FIELDS, LATER, VALUES, WITHIN
from trucewatch.errors import TimeError
from trucewatch.locale.reasons import party_name
from trucewatch.locale.terms import kind_word, outcome_word
from trucewatch.model.ids import PERSON_REFERENCE
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.record_kind import kind_name
from trucewatch.model.times import read_time
from trucewatch.model.typed_text import erased_words
from trucewatch.server.people_shown import person_words as who_acted
from trucewatch.server.preferences import OWN_NAMES
from trucewatch.server.view import View
from trucewatch.store.typed_words import is_reference, typed_in

MOST_ITEMS: Final = 100
"""Of a list the page lays out so many; the exact record holds them all."""
MOST_DEPTH: Final = 6
_HASH: Final = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_ENTRIES: Final = (
    *("list", "follows", "rules_before", "lists", "in_place_of", "entry"),
    *("dossier", "commitment_entry", "positions", "wording"),
)
"""Fields whose numbers are entries of this ledger; -1 for none."""
_NOTHING: Final[tuple[Any, ...]] = ("", [], {}, None)
_PARTIES: Final = ("who", "sender_id", "holder", "organisation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of a layout. `form`: text, typed (as somebody wrote it), code, hash, entry (a link to it) or items."""

    label: str
    form: str = "text"
    text: str = ""
    items: tuple[Field, ...] = ()
    more: int = 0
    """How many of a list are not laid out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A record as a page lays it out: what it says, and what only who checks it looks for."""

    fields: tuple[Field, ...]
    later: tuple[Field, ...]
    unlabelled: tuple[str, ...]
    """The fields that are shown by their own names."""


def layout_of(record: Mapping[str, Any], view: View, *, on_top: Collection[str] = ()) -> Layout:
    """Every field of a record but its schema, its time of entry and what the page says above it (`on_top`); without
    those that hold nothing. Words behind a reference stand here where the kind of record says that they were typed
    for it; all others, as those of a complaint, are read on their own desk's page alone."""
    own = frozenset(typed_in(record))
    told_above = {"schema", "recorded_at", *on_top}
    filled = {name: value for name, value in record.items() if name not in told_above and value not in _NOTHING}
    order = {name: place for place, name in enumerate(FIELDS)}
    names = sorted(filled, key=lambda name: order.get(name, len(order)))
    kind = kind_name(str(record.get("schema", "")))
    fields = {name: _field(_label(name, view, kind), name, filled[name], view, own) for name in names}
    return Layout(
        fields=tuple(field for name, field in fields.items() if name not in LATER),
        later=tuple(field for name, field in fields.items() if name in LATER),
        unlabelled=tuple(name for name in names if name not in FIELDS),
    )


def _label(name: str, view: View, within: str = "") -> str:
    called = WITHIN.get((within, name), FIELDS.get(name))
    return view.words.say(called) if called is not None else name.replace("_", " ")


def _field(label: str, name: str, value: Any, view: View, own: Collection[str], depth: int = 0) -> Field:
    if isinstance(value, Mapping | list) and depth < MOST_DEPTH:
        return _items(label, name, value, view, own, depth)
    if isinstance(value, bool):
        return Field(label=label, text=view.words.gettext("yes") if value else view.words.gettext("no"))
    if isinstance(value, int):
        if name in _ENTRIES:
            return _entry(label, value, view)
        return Field(label=label, text=view.words.number(value) if abs(value) < 1 << 53 else str(value)[:80])
    return _text(label, name, str(value), view, own)


def _items(
    label: str, name: str, value: Mapping[str, Any] | list[Any], view: View, own: Collection[str], depth: int
) -> Field:
    pairs = list(value.items()) if isinstance(value, Mapping) else [("", item) for item in value]
    items = tuple(
        _field(_label(str(key), view, name) if key else "", str(key) or name, item, view, own, depth + 1)
        for key, item in pairs[:MOST_ITEMS]
    )
    return Field(
        label=label, form="items", items=items, more=len(pairs) - len(items), text=view.words.number(len(pairs))
    )


def _entry(label: str, number: int, view: View) -> Field:
    if not 0 <= number < len(view.console.store.journal):
        return Field(label=label, text=view.words.gettext("none") if number < 0 else str(number))
    return Field(label=label, form="entry", text=str(number))


def _text(label: str, name: str, value: str, view: View, own: Collection[str]) -> Field:
    words = view.words
    if is_reference(value) and value not in own:
        return Field(label=label, form="code", text=value)
    if is_reference(value):
        return Field(label=label, form="typed", text=words.say(view.console.store.typed.words_of(value)))
    if PERSON_REFERENCE.fullmatch(value):
        return Field(label=label, text=person_words(value, view))
    if _HASH.fullmatch(value):
        return Field(label=label, form="hash", text=value)
    if _MOMENT.fullmatch(value):
        return Field(label=label, text=_moment(value, view))
    if (name, value) in VALUES:
        return Field(label=label, text=words.say(VALUES[name, value]))
    if name in _PARTIES:
        return Field(label=label, text=party_name(value, view.snapshot.watch, words))
    if name in ("language", "languages"):
        return Field(label=label, text=OWN_NAMES.get(value, value))
    if name == "kind" and value in KINDS:
        return Field(label=label, text=kind_word(value, words))
    if name == "outcome" and value in OUTCOMES:
        return Field(label=label, text=outcome_word(value, words))
    return Field(label=label, form="typed" if " " in value or "\n" in value else "code", text=value)


def person_words(reference: str, view: View, at: datetime | None = None) -> str:
    """Who stands behind a reference, with it; that they were erased, where nobody does any more. Where there are
    accounts, to whom may see it by name, else by the role of that moment. Anything else stays as it is."""
    if not PERSON_REFERENCE.fullmatch(reference):
        return reference
    if view.person is not None:
        return f"{who_acted(view, reference, at=at)} ({reference[:10]}…)"
    name = view.console.store.keys.name_of(reference)
    return f"{name} ({reference[:10]}…)" if name else view.words.say(erased_words())


def _moment(value: str, view: View) -> str:
    try:
        return view.reader.telling.moment(read_time(value))
    except (TimeError, ValueError, OverflowError):
        return value
