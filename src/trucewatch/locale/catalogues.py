"""Code and templates → catalogues: extract the sentences, update each language, compile. Run by `make catalogues`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from trucewatch.locale import DOMAIN

PACKAGE: Final = Path(__file__).resolve().parents[1]
HERE: Final = Path(__file__).resolve().parent
LANGUAGES: Final = ("en", "ru", "tr")
KEYWORDS: Final = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "mark": None,
    "Message": None,
    "mark_in": ((1, "c"), 2),
}
METHODS: Final = [("**.py", "python"), ("**.jinja", "jinja2.ext:babel_extract")]
_UNDATED: Final = datetime(2020, 1, 1, tzinfo=UTC)


_HEAD: dict[str, Any] = {
    "project": "Trucewatch",
    "version": "0",
    "copyright_holder": "the Trucewatch authors",
    "msgid_bugs_address": "see CONTRIBUTING.md",
    "last_translator": "the Trucewatch authors",
    "language_team": "see CONTRIBUTING.md",
    "header_comment": "# Translations of Trucewatch. Apache-2.0, as the whole. Edit, then: make catalogues",
}


def extract() -> Catalog:
    """Every sentence in the package's code and templates."""
    template = Catalog(fuzzy=False, creation_date=_UNDATED, revision_date=_UNDATED, **_HEAD)
    sentences: Iterable[tuple[str, int, str | tuple[str, ...], list[str], str | None]] = extract_from_dir(
        str(PACKAGE),
        METHODS,
        options_map={"**.jinja": {"trimmed": "true"}},
        keywords=KEYWORDS,
        comment_tags=(),
    )
    for file, _, message, _, context in sorted(sentences, key=lambda sentence: sentence[:2]):
        template.add(message, locations=[(file, 0)], context=context)
    return template


def path_of(language: str, suffix: str = "po") -> Path:
    """Where a language's catalogue is kept."""
    return HERE / language / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as it stands; an empty one if there is none."""
    path = path_of(language)
    if not path.is_file():
        return Catalog(locale=language, fuzzy=False, **_HEAD)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def update(language: str, template: Catalog) -> Catalog:
    """The language's catalogue with exactly the sentences of the template: new ones empty, unused ones gone."""
    old = read_catalogue(language)
    new = Catalog(locale=language, fuzzy=False, creation_date=_UNDATED, revision_date=_UNDATED, **_HEAD)
    for message in _messages(template):
        translation = old.get(message.id, message.context)
        same_shape = translation is not None and isinstance(translation.id, str) == isinstance(message.id, str)
        string = translation.string if translation is not None and same_shape else ""
        added = new.add(message.id, string, locations=message.locations, context=message.context)
        added.flags.discard("python-format")  # "95% ellipse" is no format; ours are in braces
    return new


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as text, in an order that does not change by itself."""
    out = BytesIO()
    write_po(out, catalogue, width=110, omit_header=False, include_lineno=False, sort_by_file=False)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue compiled."""
    out = BytesIO()
    write_mo(out, catalogue)
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
    """Extract, update and compile all languages; 1 if a sentence lacks its translation."""
    template = extract()
    lacking = 0
    for language in LANGUAGES:
        catalogue = update(language, template)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalogue))
        path_of(language, "mo").write_bytes(mo_bytes(catalogue))
        missing = [] if language == "en" else untranslated(catalogue)
        for sentence in missing:
            sys.stderr.write(f"{path.name} ({language}): no translation of: {sentence}\n")
        lacking += len(missing)
    return 1 if lacking else 0


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)
