"""Which catalogues a native reader accepted by name, and the mark that all others carry on each page and file.

`acceptance.toml` beside the catalogues names the reader, the day and the hash of the sentences that were accepted: a
catalogue changed since then is a working translation again.
"""

from __future__ import annotations

import hashlib
import struct
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from trucewatch.locale import SOURCE, Words, compiled_file, languages

_FILE: Final = "acceptance.toml"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted a catalogue, when, and the hash of its sentences as they then were."""

    accepted_by: str
    on: date
    sentences: str


@cache
def acceptances() -> dict[str, Acceptance]:
    """Language → its acceptance; only languages that somebody accepted. Raises ValueError for an entry that lacks the
    reader, the day or the hash."""
    entries = tomllib.loads((files(__package__) / _FILE).read_text(encoding="utf-8"))
    return read_acceptances(entries)


def read_acceptances(entries: dict[str, object]) -> dict[str, Acceptance]:
    """The same from the entries of the file."""
    accepted = {}
    for language, entry in entries.items():
        values = entry if isinstance(entry, dict) else {}
        reader, day, sentences = values.get("accepted_by"), values.get("on"), values.get("sentences")
        if not (isinstance(reader, str) and reader.strip() and type(day) is date and isinstance(sentences, str)):
            raise ValueError(f'{_FILE}: the acceptance of "{language}" needs accepted_by, on and sentences')
        accepted[language] = Acceptance(reader, day, sentences)
    return accepted


@cache
def digest_of(language: str) -> str:
    """The hash of a catalogue's sentences with their translations, `sha256:…`; its head, which names tools, is left
    out."""
    content = compiled_file(language).read_bytes()
    # A compiled catalogue is a table of sentences and one of translations: lengths and places, of sorted keys
    # (GNU gettext manual, "The Format of GNU MO Files").
    count, sentences, translations = struct.unpack_from("<3L", content, 8)
    digest = hashlib.sha256()
    for row in range(count):
        pair = [_text_at(content, table + 8 * row) for table in (sentences, translations)]
        if pair[0]:
            digest.update(b"\1".join(pair) + b"\2")
    return f"sha256:{digest.hexdigest()}"


def _text_at(content: bytes, place: int) -> bytes:
    length, start = struct.unpack_from("<2L", content, place)
    return content[start : start + length]


def is_accepted(language: str) -> bool:
    """Whether a native reader accepted the catalogue as it stands; English is the source."""
    if language == SOURCE:
        return True
    acceptance = acceptances().get(language)
    return acceptance is not None and acceptance.sentences == digest_of(language)


def working_translations(chosen: Sequence[str]) -> list[str]:
    """Those of the chosen languages whose catalogue nobody accepted, in the order of the languages."""
    return [language for language in languages() if language in chosen and not is_accepted(language)]


def translation_words(words: Words) -> str:
    """The mark of a working translation, in its own language; empty for the source and for an accepted catalogue."""
    if is_accepted(words.language):
        return ""
    return words.gettext("Working translation; the text in English prevails.")
