"""The wordings of a case as its page tells them: each delegation's own text, the common one in every language of the
watch, what differs between its languages, and who signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.reviewing.acting import Side, letters_of
from trucewatch.model.review import Case
from trucewatch.server.view import View
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

WORDING: Final = "trucewatch/review-wording/1"
SIGNED: Final = "trucewatch/review-wording-signed/1"
COMMON: Final = "common"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """Who signed a wording, by its entry."""

    side: str
    letter: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingLine:
    """One wording. of: the delegation whose text it is, or "common". texts: language → text, None where it was erased.
    record_sha256: what a signature is over."""

    number: int
    of: str
    letter: str
    texts: tuple[tuple[str, str | None], ...]
    entry: int
    record_sha256: str
    at: datetime
    signed: tuple[SignedBy, ...]

    @property
    def is_whole(self) -> bool:
        return all(text is not None for _, text in self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """own: the newest text of each delegation, in the order of the watch; common: the newest common one. earlier: the
    entries of those that were replaced. languages: of the watch, in which a common text has to stand."""

    own: tuple[WordingLine, ...]
    common: WordingLine | None
    earlier: tuple[int, ...]
    languages: tuple[str, ...]
    may_enter: bool
    may_sign: bool


def wordings_of(view: View, case: Case, side: Side | None) -> Wordings:
    """What whoever looks may see of it: all of it; side: for whom they speak, if for anybody."""
    lines = wording_lines(view, case.code)
    newest = {line.of: line for line in lines}
    letters = letters_of(view.watch)
    common = newest.get(COMMON)
    is_in = side is not None and side.delegation in case.delegations and not view.snapshot.is_replay
    return Wordings(
        own=tuple(newest[each] for each in letters if each in newest),
        common=common,
        earlier=tuple(line.entry for line in lines if newest[line.of] is not line),
        languages=tuple(view.watch.settings.languages),
        may_enter=is_in and case.step in ("open", "closed"),
        may_sign=is_in
        and common is not None
        and common.is_whole
        and all(each.side != side.delegation for each in common.signed if side is not None),
    )


def wording_lines(view: View, code: str) -> list[WordingLine]:
    """Every wording of a case, in order."""
    store, letters = view.console.store, letters_of(view.watch)
    signed = _signed(store, letters)
    return [
        _line(store, entry, letters, signed)
        for entry in entries_of_kind(store, WORDING)
        if entry.record["case"] == code
    ]


def _line(
    store: Store, entry: Entry, letters: Mapping[str, str], signed: Mapping[int, tuple[SignedBy, ...]]
) -> WordingLine:
    record: Mapping[str, Any] = entry.record
    return WordingLine(
        number=int(record["number"]),
        of=str(record["of"]),
        letter=letters.get(str(record["of"]), ""),
        texts=tuple((language, store.words.read(reference)) for language, reference in record["texts"].items()),
        entry=entry.number,
        record_sha256=entry.sha256,
        at=first_recorded_at(record),
        signed=signed.get(entry.number, ()),
    )


def _signed(store: Store, letters: Mapping[str, str]) -> dict[int, tuple[SignedBy, ...]]:
    by_entry: dict[int, tuple[SignedBy, ...]] = {}
    for entry in entries_of_kind(store, SIGNED):
        side = str(entry.record["delegation"])
        line = SignedBy(side=side, letter=letters.get(side, ""), entry=entry.number)
        wording = int(entry.record["wording"])
        by_entry[wording] = (*by_entry.get(wording, ()), line)
    return by_entry
