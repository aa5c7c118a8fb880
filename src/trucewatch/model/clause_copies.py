"""The copies of one clause that were known at a moment: which text, whose, in which language, and its words if they are
on file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from trucewatch.model.agreement import Agreement, Text
from trucewatch.model.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOfClause:
    """One copy of a clause. words: as published; empty where they are not on file, and then publisher and day are
    those of the source, as far as it says them."""

    text: str
    language: str
    authoritative: bool
    words: str = ""
    whole: bool = False
    publisher: str = ""
    published: date | None = None
    licence: str = ""
    source: str = ""
    """Where it was published; of words on file as their file says it, "" if it does not."""


def copies_of(watch: Watch, of: str, at: datetime, *, instrument: str = "") -> tuple[CopyOfClause, ...]:
    """Every text, known by `at`, of a part of a clause (its id) or of a whole clause (its number): those with words on
    file and those without; authoritative ones first, then by language and id.

    instrument: whose clause it is, where two instruments have clauses of one number. The words of a quote in
    `agreement.toml` are an excerpt, unless the copy's own file has them.
    """
    whose = frozenset({instrument} if instrument else _instruments_of(watch.agreement, of))
    copies = [
        copy
        for text in watch.agreement.text
        if text.known_at <= at
        for copy in _of_text(watch, text, of, is_of_clause=text.instrument in whose)
    ]
    return tuple(sorted(copies, key=lambda copy: (not copy.authoritative, copy.language, copy.text)))


def _instruments_of(agreement: Agreement, of: str) -> Iterator[str]:
    for provision in agreement.provision:
        if provision.number == of or any(stipulation.id == of for stipulation in provision.stipulation):
            yield provision.instrument


def _of_text(watch: Watch, text: Text, of: str, *, is_of_clause: bool) -> Iterator[CopyOfClause]:
    """What one text has of the clause: its file's words, quotes that are not among them, or that none are on file."""
    on_file = next((copy for copy in watch.texts if copy.text == text.id), None)
    clauses = [clause for clause in on_file.clause if clause.of == of] if on_file is not None and is_of_clause else []
    quotes = [
        quote.words
        for _, stipulation in watch.agreement.stipulations()
        if stipulation.id == of
        for quote in stipulation.quote
        if quote.text == text.id and not any(_plain(quote.words) in _plain(clause.words) for clause in clauses)
    ]
    publisher = on_file.publisher if on_file is not None else ""
    published = on_file.published if on_file is not None else None
    licence = on_file.licence if on_file is not None else ""
    words = [(clause.words, clause.whole) for clause in clauses] + [(quote, False) for quote in quotes]
    for spoken, whole in words or ([("", False)] if is_of_clause else []):
        yield CopyOfClause(
            text=text.id,
            language=text.language,
            authoritative=text.authoritative,
            words=spoken,
            whole=whole,
            publisher=publisher,
            published=published,
            licence=licence if spoken else "",
            source=on_file.source if on_file is not None and (on_file.source or spoken) else text.source,
        )


def _plain(words: str) -> str:
    return " ".join(words.split())
