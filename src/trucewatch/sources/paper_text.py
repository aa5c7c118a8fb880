"""The words of a paper (PDF) or of a saved page as lines of text, to be looked through before it is kept."""

from __future__ import annotations

import html
import re
from typing import BinaryIO, Final

from trucewatch.errors import TrucewatchError
from trucewatch.sources.official_statement.character_sets import decoded, readable
from trucewatch.sources.official_statement.page_bounds import MOST_MB
from trucewatch.sources.official_statement.pdf_page import read_pdf

HEAD_BYTES: Final = 1024
"""Within which a reader of papers looks for their mark."""
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|div|p)[\s>]", re.IGNORECASE)
_LINE: Final = re.compile(
    r"</?(?:tr|p|div|li|h[1-6]|br|title|body|dd|ul|ol|table|section|article)\b[^<>]{0,2000}>", re.I
)
_CELL: Final = re.compile(r"</?(?:td|th|dt)\b[^<>]{0,2000}>", re.I)
_TAG: Final = re.compile(r"<[^<>]{1,2000}>")


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


def is_page(head: bytes) -> bool:
    """Whether a file that begins so is a saved page."""
    return _PAGE.search(head.replace(b"\0", b"")) is not None


def lines_of_page(content: BinaryIO) -> bytes:
    """The words of a saved page: a line for each row of a table and each paragraph, the cells of a row parted by
    commas; nothing of one that is larger than is read."""
    content.seek(0)
    every_byte = content.read((MOST_MB << 20) + 1)
    if len(every_byte) > MOST_MB << 20:
        return b""
    text = " ".join(decoded(every_byte, is_markup=True)[0].split())
    text = _CELL.sub(", ", _LINE.sub("\n", text))
    text = readable(html.unescape(_TAG.sub("", text)))
    return "\n".join(line.strip(" ,") for line in text.split("\n") if line.strip(" ,")).encode("utf-8", "replace")
