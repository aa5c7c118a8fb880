"""The words of a paper (PDF) as lines of text, to be looked through before the paper is kept."""

from __future__ import annotations

from typing import BinaryIO, Final

from trucewatch.errors import TrucewatchError
from trucewatch.sources.official_statement.page_bounds import MOST_MB
from trucewatch.sources.official_statement.pdf_page import read_pdf

HEAD_BYTES: Final = 1024
"""Within which a reader of papers looks for their mark."""


def is_paper(head: bytes) -> bool:
    """Whether readers of papers would open a file that begins so."""
    return b"%PDF-" in head[:HEAD_BYTES]


def text_of_paper(content: BinaryIO) -> bytes:
    """A line for each piece of text; nothing of one that is locked, damaged, of pictures, or larger than is read."""
    content.seek(0)
    every_byte = content.read((MOST_MB << 20) + 1)
    if len(every_byte) > MOST_MB << 20:
        return b""
    try:
        page = read_pdf(every_byte)
    except TrucewatchError:  # nobody takes text from it either
        return b""
    return "\n".join([page.title, *(each.text for each in page.blocks)]).encode("utf-8", "replace")
