"""A file that holds an official statement → the Statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trucewatch.model.lexicon import Voice
from trucewatch.model.statements import Statement
from trucewatch.sources.official_statement.pages import read_page
from trucewatch.sources.official_statement.structure import statement_of


def parse_statement(
    content: bytes,
    name: str,
    *,
    zone: str = "",
    voice: str = "",
    voices: Sequence[Voice] = (),
    today: date | None = None,
) -> Statement:
    """The statement in a file (saved page, text, PDF). name: of the file; the rest as in `statement_of`.

    Raises UnreadableInput with what to do: a login page, a page without a statement, a file that is no text.
    """
    return statement_of(read_page(content, name), zone=zone, voice=voice, voices=voices, today=today)
