"""The body of one mail → its words, and the hashes of what is attached. Nothing is fetched, nothing is run.

Bounded: so many headers, parts and levels of parts, so much HTML. What is beyond them refuses the mail.
"""

from __future__ import annotations

import binascii
import codecs
import email
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message as MailPart
from functools import lru_cache
from hashlib import sha256
from html.parser import HTMLParser
from typing import Final

from trucewatch.errors import RowFault
from trucewatch.messages import Amount, Message

MOST_HEADER_BYTES: Final = 1_000_000
MOST_HEADERS: Final = 1_000
MOST_PARTS: Final = 1_000
MOST_LEVELS: Final = 20
"""A mail within a mail within a mail: nobody sends more."""
MOST_ATTACHMENTS: Final = 200
"""So many are named with their hash; of more only the number is told."""
MOST_HTML: Final = 1_000_000
"""Characters of an HTML body that are read: the parser of the standard library is slow on hostile pages."""
_MOST_HEADER_CHARS: Final = 10_000

_FIELD = re.compile(
    rb"^(from|to|date|message-id|subject|received|content-(?:type|transfer-encoding|disposition))[ \t]*:(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
"""The headers that are read."""
_ENCODED_WORD = re.compile(r"=\?([\w.:*+-]{1,60})\?([bqBQ])\?([^?\s]*)\?=")
_BETWEEN_ENCODED = re.compile(r"(?<=\?=)\s+(?==\?[\w.:*+-]{1,60}\?[bqBQ]\?)")
_FOLD = re.compile(rb"\n(?=[ \t])")
_BOUNDARY = re.compile(rb"\bboundary\s*=", re.IGNORECASE)
_PGP: Final = "-----BEGIN PGP MESSAGE-----"
_SEALED: Final = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_CHARSETS: Final = re.compile(
    r"utf-(8|7|16(-[bl]e)?|32(-[bl]e)?)|ascii|iso8859-\d{1,2}|cp\d{3,4}|koi8-[rtu]|mac-[a-z]+|ptcp154|kz1048|"
    r"big5(hkscs)?|gb2312|gbk|gb18030|hz|shift_jis\w*|euc_\w+|iso2022_\w+|johab|tis-620"
)
"""Codecs of text that are read in time; others (punycode, idna) take long on hostile bytes, or are no text."""

Headers = Mapping[str, Sequence[bytes]]


@dataclass(slots=True)
class MailBody:
    """What a mail holds beside its headers. private: who sent the mails that are attached to it."""

    texts: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    private: list[str] = field(default_factory=list)
    parts: int = 0
    remote_images: int = 0
    is_sealed: bool = False

    @property
    def words(self) -> str:
        return "\n\n".join(filter(None, (text.strip() for text in self.texts)))

    @property
    def quality(self) -> tuple[str, ...]:
        """What there is to know beside the words, as `NAME=WORDS`."""
        told = self.attachments[:MOST_ATTACHMENTS]
        more = len(self.attachments) - len(told)
        return (
            *(("body=encrypted or sealed, not readable here",) if self.is_sealed else ()),
            *self.notes,
            *((f"remote_images={self.remote_images}, not fetched",) if self.remote_images else ()),
            *told,
            *((f"attachments={more} more, in the original",) if more else ()),
        )


def headers_of(content: bytes) -> tuple[Headers, bytes]:
    """The headers that are read, by their names in small letters, each with all its values, and the body.

    Raises RowFault where there are too many.
    """
    end = content.find(b"\n\n")
    head, body = (content, b"") if end < 0 else (content[:end], content[end + 2 :])
    if len(head) > MOST_HEADER_BYTES:
        raise RowFault(_TOO_MANY_HEADERS)
    if b"\n " in head or b"\n\t" in head:
        head = _FOLD.sub(b"", head)
    if head.count(b"\n") >= MOST_HEADERS:
        raise RowFault(_TOO_MANY_HEADERS)
    found: dict[str, list[bytes]] = {}
    for name, value in _FIELD.findall(head):
        found.setdefault(name.decode("ascii").lower(), []).append(value.strip())
    return found, body


_TOO_MANY_HEADERS: Final = Message(
    "the mail has more than {most} headers, or headers of more than {size} kB; ask its sender for a plain one",
    most=Amount(MOST_HEADERS),
    size=Amount(MOST_HEADER_BYTES // 1000),
)


def header_text(raw: bytes) -> str:
    """A header's words, encoded words (RFC 2047) decoded."""
    text = raw[:_MOST_HEADER_CHARS].decode("utf-8", "replace")
    if "=?" in text:
        text = _ENCODED_WORD.sub(_encoded_word, _BETWEEN_ENCODED.sub("", text))
    return " ".join(text.split())


def _encoded_word(match: re.Match[str]) -> str:
    charset, coding, words = match[1].partition("*")[0], match[2].lower(), match[3].encode()
    try:
        content = binascii.a2b_base64(words) if coding == "b" else binascii.a2b_qp(words, header=True)
    except binascii.Error:
        return match[0]
    return _decoded(content, charset)[0]


def body_of(content: bytes, headers: Headers, body: bytes) -> MailBody:
    """The words and attachments of a mail. Raises RowFault."""
    found = MailBody()
    kind = header_text((headers.get("content-type") or (b"text/plain",))[0]).casefold()
    coding = header_text((headers.get("content-transfer-encoding") or (b"7bit",))[0]).casefold()
    plain_codings = ("7bit", "8bit", "quoted-printable")
    is_plain = kind.partition(";")[0].strip() == "text/plain" and "name" not in kind and coding in plain_codings
    if is_plain and "content-disposition" not in headers:
        # Most mails: the words as they stand, without a parser of parts.
        charset = re.search(r'charset\s*=\s*"?([^\s";]+)', kind)
        plain = binascii.a2b_qp(body) if coding == "quoted-printable" else body
        _take_text(found, plain, charset[1] if charset else "", "text/plain")
        return found
    if len(_BOUNDARY.findall(content)) > MOST_PARTS:
        raise RowFault(_TOO_MANY_PARTS)
    try:
        _take_part(found, email.message_from_bytes(content), 0)
    except RecursionError as exc:
        raise RowFault(_TOO_DEEP) from exc
    return found


_TOO_DEEP: Final = Message(
    "the mail holds mails or parts within each other, more than {most} deep; ask its sender for a plain one",
    most=MOST_LEVELS,
)
_TOO_MANY_PARTS: Final = Message(
    "the mail has more than {most} parts; ask its sender for a plain one", most=Amount(MOST_PARTS)
)


def _take_part(found: MailBody, part: MailPart, level: int) -> None:
    found.parts += 1
    if level > MOST_LEVELS:
        raise RowFault(_TOO_DEEP)
    if found.parts > MOST_PARTS:
        raise RowFault(_TOO_MANY_PARTS)
    kind = part.get_content_type()
    if kind in _SEALED:
        found.is_sealed = True
        return
    payload = part.get_payload()
    if isinstance(payload, list):
        if kind == "multipart/alternative":
            _take_best(found, payload, level)
            return
        for inner in payload:
            if kind == "message/rfc822":
                _take_beginning(found, inner)
            _take_part(found, inner, level + 1)
        return
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    name = part.get_filename()
    if kind in ("text/plain", "text/html") and name is None and part.get_content_disposition() != "attachment":
        _take_text(found, content, str(part.get_content_charset() or ""), kind)
        return
    shown = " ".join(str(name).replace(";", ",").split())[:200] if name else "unnamed"
    found.attachments.append(f"attachment={shown} sha256:{sha256(content).hexdigest()}")


def _take_beginning(found: MailBody, mail: MailPart) -> None:
    """Of a mail that is attached its subject is read as words; who sent it is kept apart."""
    subject, sender = mail.get("subject"), mail.get("from")
    if subject:
        found.texts.append(header_text(str(subject).encode("utf-8", "surrogateescape")))
    if sender:
        found.private.append(header_text(str(sender).encode("utf-8", "surrogateescape")))


def _take_best(found: MailBody, ways: Sequence[MailPart], level: int) -> None:
    """Of several ways to say the same the plain one, else the last that has words; what is attached of all."""
    said: list[tuple[str, list[str]]] = []
    for way in ways:
        before, found.texts = found.texts, []
        _take_part(found, way, level + 1)
        said.append((way.get_content_type(), found.texts))
        found.texts = before
    spoken = [(kind, texts) for kind, texts in said if any(text.strip() for text in texts)]
    plain = next((texts for kind, texts in spoken if kind == "text/plain"), None)
    found.texts += plain if plain is not None else spoken[-1][1] if spoken else []


def _take_text(found: MailBody, content: bytes, charset: str, kind: str) -> None:
    text, note = _decoded(content, charset)
    if note:
        found.notes[note] = None
    if kind == "text/html":
        page = _Page()
        page.feed(text[:MOST_HTML])
        page.close()
        if len(text) > MOST_HTML:
            found.notes[f"html=the first {MOST_HTML} characters"] = None
        found.remote_images += page.remote_images
        text = page.text
    found.is_sealed = found.is_sealed or _PGP in text
    found.texts.append("" if _PGP in text else text)


def _decoded(content: bytes, charset: str) -> tuple[str, str]:
    """Bytes as text, and what there is to say of that. A mail that states no charset, or a wrong one, is read as UTF-8
    if it is that; else what cannot be read is shown as such."""
    name = _codec_of(charset)
    if name:
        try:
            return content.decode(name), ""
        except UnicodeError:
            pass
    try:
        return content.decode(), f"charset=not {_shown(charset)} as stated, read as UTF-8" if charset else ""
    except UnicodeDecodeError:
        stated = f"not {_shown(charset)} as stated" if charset else "none stated"
        return content.decode("ascii", "replace"), f"charset={stated}, not readable in places"


@lru_cache(maxsize=256)
def _codec_of(charset: str) -> str:
    """The codec of a stated charset, UTF-8 where none is; "" for one that is none, or is not read."""
    try:
        name = codecs.lookup(charset).name if charset else "utf-8"
    except (LookupError, ValueError):
        return ""
    return name if _CHARSETS.fullmatch(name) else ""


def _shown(charset: str) -> str:
    return re.sub(r"[^\w.-]", "", charset)[:40]


class _Page(HTMLParser):
    """An HTML body as text: blocks on lines of their own, the address behind each link, no script, no style."""

    _BLOCKS: Final = frozenset(
        (
            "p",
            "div",
            "br",
            "li",
            "ul",
            "ol",
            "tr",
            "table",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "blockquote",
            "hr",
            "pre",
        )
    )
    _SILENT: Final = frozenset(("script", "style", "head", "title", "template", "noscript"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = ""
        self._link = ""
        self._link_begins = 0
        self.remote_images = 0

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent:
            return
        if tag in self._SILENT:
            self._silent = tag
        elif tag in self._BLOCKS:
            self._pieces.append("\n")
        elif tag == "img":
            address = dict(attrs).get("src") or ""
            self.remote_images += address.strip().lower().startswith(("http:", "https:", "//"))
        elif tag == "a":
            self._link, self._link_begins = dict(attrs).get("href") or "", len(self._pieces)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent = "" if tag == self._silent else self._silent
        elif tag in self._BLOCKS:
            self._pieces.append("\n")
        elif tag == "a" and self._link:
            shown = "".join(self._pieces[self._link_begins :]).strip()
            if shown != self._link and self._link.lower().startswith(("http:", "https:", "mailto:")):
                self._pieces.append(f" ({self._link})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._pieces.append(data.replace("\n", " "))
