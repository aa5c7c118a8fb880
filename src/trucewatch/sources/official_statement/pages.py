"""A file that holds a statement (saved page, text copy, PDF) → the pieces of text in it, in order.

What cannot be read is refused with what to do; nothing in a file is run, and nothing it points to is fetched.
"""

from __future__ import annotations

import email
import email.errors
import re
from dataclasses import replace
from email.message import Message as Mail
from pathlib import PurePath
from typing import Final

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message, Plural
from trucewatch.sources.official_statement.character_sets import decoded, readable, without_controls
from trucewatch.sources.official_statement.html_page import read_html
from trucewatch.sources.official_statement.page import Page
from trucewatch.sources.official_statement.page_bounds import MOST_CHARS, MOST_MB, too_many_chars
from trucewatch.sources.official_statement.page_signs import is_address
from trucewatch.sources.official_statement.pdf_page import read_pdf
from trucewatch.sources.official_statement.text_page import read_text

_SNIFFED: Final = 4096
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF", b"\x00\x00\x01\x00")
_PACKED: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP: Final = re.compile(
    r"<!doctype\s{1,9}html|<\?xml[^>]{0,200}\?>\s{0,99}<(?:!doctype\s|html)|<(?:html|head|body|meta|div|p|br|span|h[1-6]|"
    r"article|main|section|table|td|ul|li|title|blockquote|a|b|strong|center|font)(?:\s[^<>]{0,2000}|\s{0,9}/)?>",
    re.IGNORECASE,
)
_MAIL_HEAD: Final = re.compile(rb"(?:^|\n)mime-version\s{0,9}:", re.IGNORECASE)
_TEXT_NAMES: Final = frozenset((".txt", ".text", ".md"))
_CONTROL_SHARE, _FEW_CONTROLS = 0.02, 8


def read_page(content: bytes, name: str) -> Page:
    """What a file holds, whatever format it came in: its blocks in order, and what it says of itself.

    name: what the file is called; it decides only where the bytes do not. Raises UnreadableInput with what to do, also
    for a page that holds nothing but a login or a check; InputTooLarge.
    """
    if len(content) > MOST_MB << 20:
        raise InputTooLarge(
            Message(
                "the file has {size} MB, and a statement is read up to {most} MB; save the page without its pictures, "
                "or paste its text",
                size=Amount(len(content) >> 20),
                most=Amount(MOST_MB),
            )
        )
    if not content.strip():
        raise UnreadableInput(Message("the file is empty; save the page again, or paste its text"))
    if b"%PDF-" in content[:1024]:
        return read_pdf(content)
    _refuse_foreign(content, name)
    url, charset = "", ""
    if is_saved_whole(content):
        content, url, charset = _page_of_archive(content)
    text, charset_read = _characters(content, charset)
    text, controls = without_controls(text)
    if controls > _FEW_CONTROLS + _CONTROL_SHARE * len(text):
        raise UnreadableInput(
            Message("the file holds no text that can be read; save the page as HTML or as text, or paste its text")
        )
    is_markup = bool(url) or _is_markup(text, name)
    if not is_markup and len(text) > MOST_CHARS:
        raise too_many_chars()
    page = (
        read_html(text, charset=charset_read, url=url) if is_markup else read_text(readable(text), charset=charset_read)
    )
    return replace(page, remarks=(*page.remarks, *_remarks(text, controls)))


def is_saved_whole(content: bytes) -> bool:
    """Whether a browser saved the page with all that belongs to it as one file (MHTML)."""
    head = content[:_SNIFFED]
    return _MAIL_HEAD.search(head) is not None and b"<html" not in head[:200] and b":" in head.split(b"\n", 1)[0]


def _remarks(text: str, controls: int) -> list[Message]:
    remarks: list[Message] = []
    if controls:
        remarks.append(
            Plural(
                "{count} control character was left out of the text",
                "{count} control characters were left out of the text",
                controls,
                count=Amount(controls),
            )
        )
    if broken := text.count("\ufffd"):
        remarks.append(
            Plural(
                "{count} character could not be read and stands as \ufffd; look at the original",
                "{count} characters could not be read and stand as \ufffd; look at the original",
                broken,
                count=Amount(broken),
            )
        )
    return remarks


def _characters(content: bytes, charset: str) -> tuple[str, str]:
    if charset:
        try:
            return content.decode(charset), charset
        except (LookupError, ValueError):  # declared wrongly: as if it were not
            pass
    return decoded(content, is_markup=b"<" in content[:_SNIFFED])


def _is_markup(text: str, name: str) -> bool:
    head = text[:_SNIFFED].lstrip()
    match = _MARKUP.search(head)
    if match is None:
        return PurePath(name).suffix.casefold() in (".htm", ".html", ".xhtml", ".shtml")
    # A text may quote a tag; only what begins as a page is one against its name.
    return match.start() == 0 or PurePath(name).suffix.casefold() not in _TEXT_NAMES


def _refuse_foreign(content: bytes, name: str) -> None:
    """Raise for what no text is read of, by its first bytes."""
    suffix = PurePath(name).suffix.casefold()
    if content.startswith(b"{\\rtf"):
        raise UnreadableInput(
            Message("the file is rich text (RTF); open it, save it as plain text or as HTML, and bring that")
        )
    if content.startswith(_OLD_OFFICE) or (content.startswith(b"PK\x03\x04") and b"word/" in content[:_SNIFFED]):
        raise UnreadableInput(
            Message("the file is a document of a word processor; save it as plain text or as HTML, and bring that")
        )
    if content.startswith(b"PK\x03\x04") and suffix in (".docx", ".odt", ".pages"):
        raise UnreadableInput(
            Message("the file is a document of a word processor; save it as plain text or as HTML, and bring that")
        )
    if content.startswith(_PACKED):
        raise UnreadableInput(Message("the file is a packed folder; unpack it, and bring the page or paper in it"))
    if content.startswith(_PICTURES) and not content[:200].isascii():
        raise UnreadableInput(Message("the file is a picture of text; paste the text, or save the page as HTML"))


def _page_of_archive(content: bytes) -> tuple[bytes, str, str]:
    """Of a page saved whole: its markup, its address and the character set that its part declares."""
    try:
        mail = email.message_from_bytes(content)
        part = next(each for each in mail.walk() if each.get_content_type() in ("text/html", "application/xhtml+xml"))
        markup = part.get_payload(decode=True)
        charset = part.get_content_charset() or ""
    except (StopIteration, RecursionError, ValueError, LookupError, TypeError, email.errors.MessageError) as exc:
        raise UnreadableInput(
            Message("the saved page holds no HTML; save it again as a web page, or paste its text")
        ) from exc
    if not isinstance(markup, bytes) or not markup.strip():
        raise UnreadableInput(Message("the saved page holds no HTML; save it again as a web page, or paste its text"))
    return markup, _address_of(mail, part), charset


def _address_of(mail: Mail, part: Mail) -> str:
    for written in (mail.get("Snapshot-Content-Location"), part.get("Content-Location")):
        address = "".join(str(written or "").split())
        if is_address(address):
            return address
    return ""
