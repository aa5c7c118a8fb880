"""A copy of a statement's text → its blocks: a paragraph a line, or lines wrapped by hand with empty ones between."""

from __future__ import annotations

import re
from typing import Final, Literal

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.sources.official_statement.furniture import Piece, marked
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.page_bounds import MOST_BLOCKS, too_many_blocks
from trucewatch.sources.official_statement.page_signs import is_address
from trucewatch.sources.official_statement.wrapped_lines import hyphenated_words, paragraphs_of, wrap_width

_LINE_ENDS: Final = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BULLET: Final = re.compile(r"[•·▪‣◦●○■□*]\s+")
_ADDRESS: Final = re.compile(r"(?:[^\W\d_]{2,12}\s?:\s?)?(https?://\S+)")
_STARRED: Final = re.compile(r"(\*\*|__)(?=[^\s*_])([^*_]{1,2000})\1")
_INDENT: Final = re.compile(r"(?:\t| {2,}|\u3000)")


def read_text(text: str, *, charset: str = "") -> Page:
    """The page. text: free of control characters. Raises UnreadableInput where it holds no letter; InputTooLarge."""
    groups = _groups(text)
    width = wrap_width([[line for line in group if not _stands_alone(line)] for group in groups])
    words = hyphenated_words(text) if width else frozenset()
    pieces: list[Piece] = []
    url = ""
    for group in groups:
        for paragraph in _paragraphs(group, width, words):
            address = _ADDRESS.fullmatch(paragraph)
            is_source = address is not None and is_address(address[1])
            if address is not None and is_source and not url:
                url = address[1]
            bullet = _BULLET.match(paragraph)
            kind: Literal["item", "text"] = "item" if bullet else "text"
            written, lead = _without_stars(paragraph[bullet.end() :] if bullet else paragraph)
            pieces.append(Piece(block=Block(text=written, kind=kind, lead=lead, is_furniture=is_source)))
    if not any(character.isalpha() for character in text):
        raise UnreadableInput(Message("the text holds no word; copy the text of the statement anew"))
    blocks, languages = marked([each for each in pieces if each.block.text])
    return Page(blocks=tuple(blocks), format="text", languages=languages, url=url, charset=charset)


def _without_stars(paragraph: str) -> tuple[str, str]:
    """The paragraph without the stars or strokes by which messengers mark bold, and its beginning if it was bold.

    >>> _without_stars("**Question:** Why?"), _without_stars("** A note")
    (('Question: Why?', 'Question:'), ('** A note', ''))
    """
    marks = _STARRED.findall(paragraph) if "**" in paragraph or "__" in paragraph else []
    if not marks:
        return paragraph, ""
    first = _STARRED.match(paragraph)
    written = " ".join(_STARRED.sub(r"\2", paragraph).split())
    return written, first[2].strip() if first else ""


def _groups(text: str) -> list[list[str]]:
    """Lines that stand together, blanks made single; an indented line begins a group of its own."""
    groups: list[list[str]] = [[]]
    indents = 0
    lines = _LINE_ENDS.split(text)
    if sum(bool(line) for line in lines) > MOST_BLOCKS:
        raise too_many_blocks()
    for line in lines:
        indents += bool(line[:1].isspace() and line.strip())
    # A text that is indented throughout (a quoted mail, a centred head) has no paragraphs by its indents.
    is_by_indents = 0 < indents <= len(lines) / 2
    for line in lines:
        written = " ".join(line.split())
        if not written:
            if groups[-1]:
                groups.append([])
            continue
        if groups[-1] and is_by_indents and _INDENT.match(line):
            groups.append([])
        groups[-1].append(written)
    return groups if groups[-1] else groups[:-1]


def _stands_alone(line: str) -> bool:
    return _BULLET.match(line) is not None or len(line) > 10_000


def _paragraphs(group: list[str], width: int, words: frozenset[str]) -> list[str]:
    """The paragraphs of one group; a bullet begins one."""
    paragraphs: list[str] = []
    run: list[str] = []
    for line in group:
        if _stands_alone(line) and run:
            paragraphs += paragraphs_of(run, width, words)
            run = []
        run.append(line)
    return paragraphs + paragraphs_of(run, width, words)
