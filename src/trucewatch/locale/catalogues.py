"""Code and templates → catalogues: extract the sentences, update each language, compile. Run by `make catalogues`.

The kit has a catalogue a language (`locale/ru/LC_MESSAGES/trucewatch.po`), and every desk one of its own for what only
it says (`desks/map/messages/ru.po`). They are compiled into one file a language, which is built and not committed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from trucewatch.locale import DOMAIN, LANGUAGES

PACKAGE: Final = Path(__file__).resolve().parents[1]
HERE: Final = Path(__file__).resolve().parent
DESKS: Final = PACKAGE / "desks"
BROWSER_WORDS: Final = PACKAGE / "server" / "words.json"
KIT: Final = ""
"""The room of what no desk alone says."""
KEYWORDS: Final = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "mark": None,
    "mark_in": ((1, "c"), 2),
    "Message": None,
    "Plural": (1, 2),
    "Term": ((1, "c"), 2),
}
METHODS: Final = [("**.py", "python"), ("**.jinja", "jinja2.ext:babel_extract")]
_UNDATED: Final = datetime(2020, 1, 1, tzinfo=UTC)
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}|%\((\w+)\)s")
_HEAD: dict[str, Any] = {
    "project": "Trucewatch",
    "version": "0",
    "copyright_holder": "the Trucewatch authors",
    "msgid_bugs_address": "see CONTRIBUTING.md",
    "last_translator": "the Trucewatch authors",
    "language_team": "see CONTRIBUTING.md",
    "header_comment": "# Translations of Trucewatch. Apache-2.0, as the whole. Edit, then: make catalogues",
}
_Key = tuple[str | None, str]


class CatalogueError(ValueError):
    """A catalogue that cannot be compiled: which file, which message, what is wrong."""


def rooms() -> list[str]:
    """The kit, and every desk that says anything."""
    return [KIT, *sorted(folder.parent.name for folder in DESKS.glob("*/__init__.py"))]


def extract() -> dict[str, Catalog]:
    """Every sentence in the package's code and templates, by room; what the kit says too is the kit's.

    In the order of the sentences alone: where one stands does not move when another room comes to say it too.
    """
    templates = {room: _new_catalogue(None) for room in rooms()}
    options = {"**.jinja": {"trimmed": "true"}}
    places: dict[_Key, tuple[Any, str | None, dict[str, set[str]]]] = {}
    for file, _, message, _, context in extract_from_dir(str(PACKAGE), METHODS, options, KEYWORDS, ()):
        parts = file.split("/")
        room = parts[1] if parts[0] == "desks" and parts[1] in templates else KIT
        _, _, files = places.setdefault(_key(message, context), (message, context, {}))
        files.setdefault(room, set()).add(file)
    for key, text in json.loads(BROWSER_WORDS.read_text(encoding="utf-8")).items():
        if key.startswith("outcome_"):
            continue  # a word of the model, which the kit says in its context
        message = text if isinstance(text, str) else (text["one"], text["other"])
        _, _, files = places.setdefault(_key(message, None), (message, None, {}))
        files.setdefault(KIT, set()).add(BROWSER_WORDS.relative_to(PACKAGE).as_posix())
    for _, (message, context, files) in sorted(places.items(), key=lambda place: str(place[0])):
        for room in [KIT] if KIT in files else files:
            locations = [(file, 0) for file in sorted(files[room])]
            templates[room].add(message, locations=locations, context=context)
    return templates


def path_of(language: str, room: str = KIT) -> Path:
    """Where a language's catalogue of a room is kept."""
    if room == KIT:
        return HERE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return DESKS / room / "messages" / f"{language}.po"


def compiled_path(language: str) -> Path:
    """Where the one compiled file of a language is built."""
    return path_of(language).with_suffix(".mo")


def read_catalogue(language: str, room: str = KIT) -> Catalog:
    """The catalogue as it stands; an empty one if there is none."""
    path = path_of(language, room)
    if not path.is_file():
        return _new_catalogue(language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def update(language: str, templates: dict[str, Catalog]) -> dict[str, Catalog]:
    """The language's catalogues with exactly the sentences of the templates: new ones empty, unused ones gone.

    A sentence that moved from one room to another keeps its translation.
    """
    standing = {
        _key(message.id, message.context): message
        for room in rooms()
        for message in _messages(read_catalogue(language, room))
    }
    updated = {}
    for room, template in templates.items():
        catalogue = updated[room] = _new_catalogue(language)
        for message in _messages(template):
            before = standing.get(_key(message.id, message.context))
            same_shape = before is not None and isinstance(before.id, str) == isinstance(message.id, str)
            string = before.string if before is not None and same_shape else ""
            added = catalogue.add(message.id, string, locations=message.locations, context=message.context)
            added.flags.discard("python-format")  # "95% ellipse" is no format; ours are in braces
    return updated


def merge(language: str) -> Catalog:
    """The one catalogue of a language. Raises CatalogueError for a translation with other placeholders than its
    sentence, and for a sentence that two rooms translate differently."""
    merged, translated = _new_catalogue(language), dict[_Key, tuple[Any, Path]]()
    for room in rooms():
        path = path_of(language, room)
        for message in _messages(read_catalogue(language, room)):
            key = _key(message.id, message.context)
            _check_placeholders(message, path)
            if key not in translated:
                translated[key] = (message.string, path)
                merged.add(message.id, message.string, context=message.context)
            elif translated[key][0] != message.string:
                raise CatalogueError(
                    f'{path}: "{key[1]}" is translated otherwise in {translated[key][1]}; make them one'
                )
    return merged


def compile_language(language: str) -> Path:
    """Build the compiled file of a language."""
    out = BytesIO()
    write_mo(out, merge(language))
    path = compiled_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.tmp")
    aside.write_bytes(out.getvalue())
    aside.replace(path)  # two test processes may build at once
    return path


def compile_stale() -> None:
    """Build what is not there, or older than one of its catalogues: for a checkout that nobody installed."""
    for language in LANGUAGES:
        built = compiled_path(language)
        newest = max(
            (path.stat().st_mtime for room in rooms() if (path := path_of(language, room)).is_file()), default=0
        )
        if not built.is_file() or built.stat().st_mtime < newest:
            compile_language(language)


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as text, in an order that does not change by itself."""
    out = BytesIO()
    write_po(out, catalogue, width=110, omit_header=False, include_lineno=False, sort_by_file=False)
    return out.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences that a catalogue lacks, wholly or in one of its plural forms."""
    lacking = []
    for message in _messages(catalogue):
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        expected = catalogue.num_plurals if isinstance(message.id, list | tuple) else 1
        if len(strings) < expected or not all(strings):
            lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking


def main() -> int:
    """Extract, update and compile all languages; 1 if a sentence lacks its translation or a catalogue is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compile", action="store_true", help="only compile what stands")
    parser.add_argument("--language", help="begin a language: its empty catalogues, in the kit and in every desk")
    parser.add_argument("--digest", metavar="LANGUAGE", help="only print what its acceptance names: the hash of it all")
    chosen = parser.parse_args()
    if chosen.digest:
        from trucewatch.locale.acceptance import digest_of

        compile_language(chosen.digest)
        sys.stdout.write(f"{digest_of(chosen.digest)}\n")
        return 0
    languages = [chosen.language] if chosen.language else list(LANGUAGES)
    lacking = 0
    try:
        if not chosen.compile:
            templates = extract()
            lacking = sum(_write(language, templates) for language in languages)
        for language in languages:
            compile_language(language)
    except CatalogueError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    return 1 if lacking else 0


def _write(language: str, templates: dict[str, Catalog]) -> int:
    """Update a language's catalogues on disk; how many sentences lack their translation."""
    lacking = 0
    for room, catalogue in update(language, templates).items():
        path = path_of(language, room)
        if not len(catalogue) and not path.is_file():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalogue))
        missing = [] if language == "en" else untranslated(catalogue)
        for sentence in missing:
            sys.stderr.write(f"{path}: no translation of: {sentence}\n")
        lacking += len(missing)
    return lacking


def _check_placeholders(message: Message, path: Path) -> None:
    """Raises CatalogueError for a translation that lacks a placeholder, or has one that nothing fills."""
    ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    wanted = [_placeholders(text) for text in ids]
    for string in strings:
        if string and not any(_placeholders(string) == names for names in wanted):
            raise CatalogueError(
                f'{path}: the translation of "{ids[0]}" has the placeholders {sorted(_placeholders(string))}, '
                f"the sentence has {sorted(wanted[-1])}; correct it"
            )
        if string and _has_loose_brace(string) and not any(_has_loose_brace(text) for text in ids):
            raise CatalogueError(f'{path}: the translation of "{ids[0]}" has a brace that stands alone; correct it')


def _has_loose_brace(text: str) -> bool:
    plain = _PLACEHOLDER.sub("", text.replace("{{", "").replace("}}", ""))
    return "{" in plain or "}" in plain


def _placeholders(text: str) -> set[str]:
    plain = text.replace("{{", "").replace("}}", "")
    return {braces or percent for braces, percent in _PLACEHOLDER.findall(plain)}


def _key(message: Any, context: str | None) -> _Key:
    return context, message if isinstance(message, str) else message[0]


def _new_catalogue(language: str | None) -> Catalog:
    return Catalog(locale=language, fuzzy=False, creation_date=_UNDATED, revision_date=_UNDATED, **_HEAD)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)
