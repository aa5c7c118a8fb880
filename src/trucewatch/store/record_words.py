"""The typed words of a store's records: kept before a record is entered, read again by those who show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from trucewatch.messages import Message
from trucewatch.model.times import read_time
from trucewatch.model.typed_text import erased_words
from trucewatch.store.keys import Keyring
from trucewatch.store.typed_words import is_reference, references_in, with_references, with_words
from trucewatch.store.words import KeptWords

if TYPE_CHECKING:
    from trucewatch.store.index import Index


class RecordWords:
    """What stands behind the references of a store's records, and which texts no acknowledged record names yet."""

    def __init__(self, words: KeptWords, keys: Keyring, index: Index) -> None:
        self._words, self._keys, self._index = words, keys, index
        self._fresh: set[str] = set()

    def keep(self, text: str) -> str:
        """Keep a text, on disk when this returns: its reference. Raises StoreError."""
        reference = self._words.keep(text)
        self._fresh.add(reference)
        return reference

    def with_references(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record as it is entered: what was typed is kept apart, and a reference stands in its place."""
        return with_references(record, self.keep)

    @contextmanager
    def entering(self, records: Sequence[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """Records as they are entered in this block."""
        referring = [self.with_references(record) for record in records]
        try:
            yield referring
        finally:
            self._fresh.difference_update(references_in(referring))

    def forget_unnamed(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Remove texts that none of these records names: a kill, or a disk that refused, left them, and nothing could
        erase them. Not those whose record somebody is about to enter."""
        named = {reference for record in records for reference in references_in(record)}
        self._words.forget(self._words.references() - named - self._fresh)

    def words_of(self, reference: str) -> str | Message:
        """What was typed, by its reference; what says that it was erased, and when; a text that is none as it is."""
        if not is_reference(reference):
            return reference
        text = self._words.read(reference)
        if text is not None:
            return text
        query = """SELECT erased.entry, entry.recorded_at FROM erased JOIN entry ON entry.number = erased.entry
                   WHERE erased.sha256 = ?"""
        for entry, recorded_at in self._index.rows(query, reference):
            return erased_words(int(entry), read_time(recorded_at).date())
        return erased_words()

    def in_words(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A record as people read it, with the words that are kept of it."""
        return with_words(record, self.words_of, self._keys.name_of)
