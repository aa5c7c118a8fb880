"""What people typed into a record: references in its place, and the words again for those who read it.

A record that is entered holds no words, only references `w-…` to texts under `private/words`. Records of earlier
versions hold them as they were typed; both are read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.ids import PERSON_REFERENCE, WORDS_REFERENCE
from trucewatch.model.record_kind import kind_name
from trucewatch.model.typed_text import erased_words

TYPED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "incident-act": (("reason",), ("observation", "text")),
    "publication": (("notes", "*", "text"), ("cover", "who"), ("cover", "text"), ("cover", "signature")),
    "report-draft": (("notes", "*", "text"), ("cover", "who"), ("cover", "text"), ("cover", "signature")),
    "key": (("reason",), ("lost",)),
    "erasure": (("reason",), ("ordered_by",)),
    "pruning": (("reason",),),
}
"""Where a record of each kind holds what somebody typed; `*`: in every item. Other kinds hold references from the
start, or nothing that is typed. `holder` of a key is the public name of a body and stays: whoever checks the ledger
names a witness or delegation by it."""
OF_A_FILE: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "evidence": (("name",), ("organisation",), ("licence",)),
    "batch": (("file",),),
}
"""What records of a file hold that may name a person. It stays there as long as the file does, since the file is found
by it, and goes with it."""


def is_reference(text: object) -> bool:
    return isinstance(text, str) and WORDS_REFERENCE.fullmatch(text) is not None


def place_of(number: int, record: Mapping[str, Any]) -> int:
    """Where a record stands among others: at its entry, or at that of the one in whose place it was entered."""
    return int(record.get("in_place_of", number))


def typed_in(record: Mapping[str, Any]) -> Iterator[str]:
    """The typed texts of a record, as they stand there: words of an earlier version, or references."""
    texts: list[str] = []

    def take(text: str) -> str:
        texts.append(text)
        return text

    changed(record, TYPED.get(kind_name(str(record.get("schema", ""))), ()), take)
    return iter(texts)


def references_in(record: Any) -> Iterator[str]:
    """Every reference to words in a record, at any depth."""
    if isinstance(record, Mapping):
        record = list(record.values())
    if isinstance(record, list | tuple):
        for value in record:
            yield from references_in(value)
    elif is_reference(record):
        yield record


def with_references(record: Mapping[str, Any], reference_for: Callable[[str], str]) -> dict[str, Any]:
    """The record with a reference wherever it holds words; reference_for: keeps a text and names it."""

    def replace(text: str) -> str:
        # A note of an earlier version ends with a line's end, so that none is taken for a hash.
        return text if is_reference(text) else reference_for(text.removesuffix("\n"))

    return changed(record, TYPED.get(kind_name(str(record.get("schema", ""))), ()), replace)


def with_words(
    record: Mapping[str, Any], words_of: Callable[[str], str | Message], name_of: Callable[[str], str | None]
) -> dict[str, Any]:
    """The record as people read it: words again wherever it holds a reference to what was typed, to a file's name, or
    to who says so."""
    kind = kind_name(str(record.get("schema", "")))

    def read(text: str) -> str | Message:
        return words_of(text) if is_reference(text) else text

    def named(text: str) -> str | Message:
        names = [
            (name_of(part) or "") if PERSON_REFERENCE.fullmatch(part) else part
            for part in map(str.strip, text.split(";"))
        ]
        return "; ".join(names) if all(names) else erased_words()

    readable = changed(record, (*TYPED.get(kind, ()), *OF_A_FILE.get(kind, ())), read)
    return changed(readable, (("observation", "claimed_by"),), named) if kind == "incident-act" else readable


def changed(
    record: Mapping[str, Any], paths: tuple[tuple[str, ...], ...], change: Callable[[str], Any]
) -> dict[str, Any]:
    """A copy of the record with every text at these places changed; "" and what nobody typed (`reason_code`) stay."""
    copy = dict(record)
    for path in paths:
        if not (path == ("reason",) and record.get("reason_code")):
            _change_at(copy, path, change)
    return copy


def _change_at(place: dict[str, Any], path: tuple[str, ...], change: Callable[[str], Any]) -> None:
    name, *rest = path
    value = place.get(name)
    if not rest:
        if isinstance(value, str) and value:
            place[name] = change(value)
    elif rest[0] == "*" and isinstance(value, list | tuple):
        place[name] = [dict(item) for item in value]
        for item in place[name]:
            _change_at(item, tuple(rest[1:]), change)
    elif isinstance(value, Mapping) and value:
        place[name] = dict(value)
        _change_at(place[name], tuple(rest), change)
