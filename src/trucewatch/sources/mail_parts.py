"""The body of one mail → its words, and the hashes of what is attached. Nothing is fetched, nothing is run.

Bounded: so many headers, parts and levels of parts, so much HTML. What is beyond them refuses the mail.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from html import unescape
from typing import Final
from urllib.parse import unquote_to_bytes

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
"""Characters of an HTML body that are read."""
_MOST_HEADER_CHARS: Final = 10_000

_FIELD = re.compile(
    rb"^(from|to|date|message-id|subject|received|content-(?:type|transfer-encoding|disposition))[ \t]*:(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
"""The headers that are read."""
_ENCODED_WORD = re.compile(r"=\?([\w.:*+-]{1,60})\?([bqBQ])\?([^?\s]*)\?=")
_BETWEEN_ENCODED = re.compile(r"(?<=\?=)\s+(?==\?[\w.:*+-]{1,60}\?[bqBQ]\?)")
_FOLD = re.compile(rb"\n(?=[ \t])")
_PARAMETER = re.compile(r';\s*([\w*-]{1,40})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))')
_PLAIN_CODINGS: Final = frozenset(("", "7bit", "8bit", "binary"))
_MOST_PIECES: Final = 50
PGP: Final = "-----BEGIN PGP MESSAGE-----"
SEALED: Final = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
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
        named = self.attachments[:MOST_ATTACHMENTS]
        more = len(self.attachments) - len(named)
        return (
            *(("body=encrypted or sealed, not readable here",) if self.is_sealed else ()),
            *self.notes,
            *((f"remote_images={self.remote_images}, not fetched",) if self.remote_images else ()),
            *named,
            *((f"attachments={more} more, in the original",) if more else ()),
        )


def headers_of(content: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """The headers that are read, by their names in small letters, each with all its values, and where the body begins.

    Raises RowFault where there are too many.
    """
    end = len(content) if end is None else end
    if content.startswith(b"\n", start, end):
        return {}, start + 1
    blank = content.find(b"\n\n", start, end)
    head, body = (content[start:end], end) if blank < 0 else (content[start:blank], blank + 2)
    if len(head) > MOST_HEADER_BYTES:
        raise RowFault(_TOO_MANY_HEADERS)
    if b"\n " in head or b"\n\t" in head:
        head = _FOLD.sub(b"", head)
    if head.count(b"\n") >= MOST_HEADERS:
        raise RowFault(_TOO_MANY_HEADERS)
    headers: dict[str, list[bytes]] = {}
    for name, value in _FIELD.findall(head):
        headers.setdefault(name.decode("ascii").lower(), []).append(value.strip())
    return headers, body


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
    return decoded(content, charset)[0]


def body_of(content: bytes, headers: Headers, body: int) -> MailBody:
    """The words and attachments of a mail, whose body begins at `body`. Raises RowFault."""
    mail_body = MailBody()
    _take_part(mail_body, MailPart(content, headers, body, len(content)), 0)
    return mail_body


@dataclass(frozen=True, slots=True)
class MailPart:
    """A mail, or a part of one: where it lies in the bytes of the whole, of which no part is a copy."""

    whole: bytes
    headers: Headers
    start: int
    end: int
    otherwise: str = "text/plain"
    """What it is if it does not say."""

    @property
    def kind(self) -> str:
        kind = _first(self.headers, "content-type").partition(";")[0].strip().casefold()
        return kind if "/" in kind else self.otherwise

    @property
    def charset(self) -> str:
        """What it says its letters are, "" where it does not."""
        return _parameters(_first(self.headers, "content-type")).get("charset", "")

    @property
    def disposition(self) -> str:
        return _first(self.headers, "content-disposition").partition(";")[0].strip().casefold()

    @property
    def name(self) -> str:
        """What the file of it is called, "" for a part that has no name."""
        for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
            if name := _parameter(_parameters(_first(self.headers, header)), parameter):
                return name
        return ""

    def content(self) -> tuple[bytes, str]:
        """Its bytes as they were before they were coded for sending, and what there is to say of that."""
        raw = self.whole[self.start : self.end]
        coding = _first(self.headers, "content-transfer-encoding").casefold()
        if coding == "quoted-printable":
            return binascii.a2b_qp(raw), ""
        if coding != "base64":
            return raw, "" if coding in _PLAIN_CODINGS else f"coding={_shown(coding)}, as sent"
        try:
            return binascii.a2b_base64(raw), ""
        except binascii.Error:
            return raw, "coding=damaged, as sent"

    def parts(self) -> Iterator[MailPart]:
        """Of a part of several each, up to the line that ends them or the end of the mail."""
        boundary = _parameters(_first(self.headers, "content-type")).get("boundary", "").rstrip()
        if not boundary:
            return
        otherwise = "message/rfc822" if self.kind == "multipart/digest" else "text/plain"
        begin = -1
        for mark, after, is_last in self._marks(b"--" + boundary.encode("utf-8", "replace")):
            if begin >= 0:
                yield self._part(begin, max(mark - 1, begin), otherwise)
            begin = after
            if is_last:
                return
        if begin >= 0:
            yield self._part(begin, self.end, otherwise)

    def _marks(self, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
        """Each line that is this boundary: where it begins, where the next begins, and whether it is the last one."""
        at = self.start
        while (at := self.whole.find(boundary, at, self.end)) >= 0:
            mark, at = at, at + len(boundary)
            line_end = self.whole.find(b"\n", at, self.end)
            line_end = self.end if line_end < 0 else line_end
            rest = self.whole[at : min(line_end, at + _MOST_HEADER_CHARS)]
            is_last = rest.startswith(b"--")
            begins_line = mark == 0 or self.whole[mark - 1] == 10  # a line feed
            if begins_line and not rest[2 if is_last else 0 :].strip(b" \t"):
                at = min(line_end + 1, self.end)
                yield mark, at, is_last

    def mail(self) -> MailPart:
        """The mail that it holds."""
        content, _ = self.content() if "content-transfer-encoding" in self.headers else (self.whole, "")
        start, end = (self.start, self.end) if content is self.whole else (0, len(content))
        headers, body = headers_of(content, start, end)
        return MailPart(content, headers, body, end)

    def _part(self, start: int, end: int, otherwise: str) -> MailPart:
        headers, body = headers_of(self.whole, start, end)
        return MailPart(self.whole, headers, min(body, end), end, otherwise)


_TOO_DEEP: Final = Message(
    "the mail holds mails or parts within each other, more than {most} deep; ask its sender for a plain one",
    most=MOST_LEVELS,
)
_TOO_MANY_PARTS: Final = Message(
    "the mail has more than {most} parts; ask its sender for a plain one", most=Amount(MOST_PARTS)
)


def _take_part(mail_body: MailBody, part: MailPart, level: int) -> None:
    mail_body.parts += 1
    if level > MOST_LEVELS:
        raise RowFault(_TOO_DEEP)
    if mail_body.parts > MOST_PARTS:
        raise RowFault(_TOO_MANY_PARTS)
    kind = part.kind
    if kind in SEALED:
        mail_body.is_sealed = True
    elif kind == "multipart/alternative":
        _take_best(mail_body, part, level)
    elif kind.startswith("multipart/"):
        for inner in part.parts():
            _take_part(mail_body, inner, level + 1)
    elif kind in ("message/rfc822", "message/global"):
        mail = part.mail()
        # Its subject is read as words; who sent it is kept apart.
        mail_body.texts.append(header_text((mail.headers.get("subject") or (b"",))[0]))
        mail_body.private += [header_text(sender) for sender in mail.headers.get("from", ())]
        _take_part(mail_body, mail, level + 1)
    else:
        name = part.name
        content, note = part.content()
        if kind in ("text/plain", "text/html") and not name and part.disposition != "attachment":
            _take_text(mail_body, content, part.charset, kind)
        else:
            shown = " ".join(name.replace(";", ",").split())[:200] or "unnamed"
            mail_body.attachments.append(f"attachment={shown} sha256:{sha256(content).hexdigest()}")
        if note:
            mail_body.notes[note] = None


def _take_best(mail_body: MailBody, part: MailPart, level: int) -> None:
    """Of several ways to say the same the plain one, else the last that has words; what is attached of all."""
    texts_by_kind: list[tuple[str, list[str]]] = []
    for way in part.parts():
        before, mail_body.texts = mail_body.texts, []
        _take_part(mail_body, way, level + 1)
        texts_by_kind.append((way.kind, mail_body.texts))
        mail_body.texts = before
    spoken = [(kind, texts) for kind, texts in texts_by_kind if any(text.strip() for text in texts)]
    plain = next((texts for kind, texts in spoken if kind == "text/plain"), None)
    mail_body.texts += plain if plain is not None else spoken[-1][1] if spoken else []


def _first(headers: Headers, name: str) -> str:
    values = headers.get(name)
    return values[0][:_MOST_HEADER_CHARS].decode("utf-8", "replace") if values else ""


def _parameters(header: str) -> dict[str, str]:
    """`name=value` of a header, without quotes; of a name that comes twice the first."""
    parameters: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(header):
        parameters.setdefault(name.casefold(), re.sub(r"\\(.)", r"\1", quoted) if quoted else plain.strip())
    return parameters


def _parameter(parameters: Mapping[str, str], name: str) -> str:
    """A parameter that may be coded, or come in pieces (RFC 2231)."""
    if name in parameters:
        return header_text(parameters[name].encode("utf-8", "replace"))
    whole = parameters.get(f"{name}*", "")
    if not whole:
        for number in range(_MOST_PIECES):
            piece = parameters.get(f"{name}*{number}*", parameters.get(f"{name}*{number}"))
            if piece is None:
                break
            whole += piece
    charset, first, rest = whole.partition("'")
    _, second, words = rest.partition("'")
    return decoded(unquote_to_bytes(words), charset)[0] if first and second else whole


def _take_text(mail_body: MailBody, content: bytes, charset: str, kind: str) -> None:
    text, note = decoded(content, charset)
    if note:
        mail_body.notes[note] = None
    if kind == "text/html":
        page = HtmlText(text[:MOST_HTML])
        if len(text) > MOST_HTML:
            mail_body.notes[f"html=the first {MOST_HTML} characters"] = None
        mail_body.remote_images += page.remote_images
        text = page.text
    mail_body.is_sealed = mail_body.is_sealed or PGP in text
    mail_body.texts.append("" if PGP in text else text)


def decoded(content: bytes, charset: str) -> tuple[str, str]:
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


_BLOCKS: Final = frozenset(
    (
        *("p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "hr", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_UNREAD: Final = frozenset(("script", "style"))
"""Up to their end they hold no HTML."""
_SILENT: Final = _UNREAD | {"head", "title", "template", "noscript"}
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*+>?"
    r"|<(/?)([A-Za-z][^\s/>]*+)((?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+)>?|[^<]++|<",
    re.DOTALL,
)
"""A comment, a declaration, a tag or text. Each takes all that it looked at, so that no page takes long."""
_HREF = re.compile(r"(?:^|\s)href\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*))", re.IGNORECASE)
_SRC = re.compile(_HREF.pattern.replace("href", "src"), re.IGNORECASE)


class HtmlText:
    """An HTML body as text: blocks on lines of their own, the address behind each link, no script, no style.

    The parser of the standard library is not used: it takes hours on a page of "<!--" alone, and raises on others.
    """

    def __init__(self, page: str) -> None:
        self._pieces: list[str] = []
        self._silent = ""
        self._link = ""
        self._link_begins = 0
        self.remote_images = 0
        at = 0
        while match := _TOKEN.match(page, at):
            at = match.end()
            name = (match[2] or "").lower()
            if not name:
                self._take_text(match[0])
            elif match[1]:
                self._take_end(name)
            else:
                self._take_begin(name, match[3])
                if self._silent == name and name in _UNREAD:
                    end = re.compile(f"</{name}", re.IGNORECASE).search(page, at)
                    at = end.start() if end else len(page)

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _take_begin(self, name: str, attributes: str) -> None:
        if self._silent:
            return
        if name in _SILENT:
            self._silent = name
        elif name in _BLOCKS:
            self._pieces.append("\n")
        elif name == "img":
            self.remote_images += _attribute(_SRC, attributes).strip().lower().startswith(("http:", "https:", "//"))
        elif name == "a":
            self._link, self._link_begins = _attribute(_HREF, attributes), len(self._pieces)

    def _take_end(self, name: str) -> None:
        if self._silent:
            self._silent = "" if name == self._silent else self._silent
        elif name in _BLOCKS:
            self._pieces.append("\n")
        elif name == "a" and self._link:
            text = "".join(self._pieces[self._link_begins :]).strip()
            if text != self._link and self._link.lower().startswith(("http:", "https:", "mailto:")):
                self._pieces.append(f" ({self._link})")
            self._link = ""

    def _take_text(self, text: str) -> None:
        if not self._silent and not text.startswith(("<!", "<?")):
            self._pieces.append(_plain(text).replace("\n", " "))


def _attribute(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes[:_MOST_HEADER_CHARS])
    return _plain(match[1] or match[2] or match[3] or "") if match else ""


def _plain(text: str) -> str:
    """Without character references; one of thousands of digits stays as it is."""
    try:
        return unescape(text)
    except ValueError:
        return text
