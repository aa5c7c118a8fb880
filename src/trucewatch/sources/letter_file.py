"""A mail as it was saved (.eml), or text that was pasted → a letter's words, what was attached, and what was not read.

Nothing is fetched, opened or run: a remote image is counted, a script left out, a ZIP or a program is one file as it
came, which the console gives out only as a download. Whatever cannot be read is a sentence; the rest is read.
Sources of the format: RFC 5322 (headers), 2045 to 2047 (parts, encoded words), 2231 (names of files).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from trucewatch.errors import RowFault, TimeError, UnreadableInput
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.media_types import MAIL, media_type_of, suffix_of
from trucewatch.sources.letter_tables import table_of
from trucewatch.sources.mail import moment_of
from trucewatch.sources.mail_parts import (
    MOST_ATTACHMENTS,
    MOST_HTML,
    MOST_PARTS,
    PGP,
    SEALED,
    Headers,
    HtmlText,
    MailPart,
    decoded,
    header_text,
    headers_of,
)

MOST_BYTES: Final = 64 << 20
"""Of a mail with all that it carries."""
MOST_LEVELS: Final = 20
"""Parts within each other."""
MOST_FORWARDED: Final = 5
"""Mails within each other whose words are read; a deeper one is kept as a file."""
LONGEST_TEXT: Final = 900_000
"""Characters of one letter that are read; the mail itself is kept whole."""
LONGEST_NAME: Final = 200
_MOST_NOTES: Final = 20
_MOST_TABLES: Final = 20
"""Attachments that are looked at for tables."""
_UNSHOWN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that came with a letter. name: as the mail says, "" for none; media_type: by its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterParts:
    """What a letter holds. sender: as its `From` says, which proves nothing; sent_at: as its `Date` says, None where it
    has none that can be read. notes: what is remarkable, as images that were not fetched. refusals: what was not
    read, a sentence each. tables: the lines of tables that came with it, as if they were pasted."""

    text: str
    sender: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    attachments: tuple[AttachedFile, ...] = ()
    notes: tuple[Message, ...] = ()
    refusals: tuple[Message, ...] = ()
    tables: str = ""

    @property
    def whole_text(self) -> str:
        """Its words, and behind them the tables as far as there is room."""
        return "\n\n".join(filter(None, (self.text, self.tables[: LONGEST_TEXT - len(self.text)])))


def read_letter(content: bytes) -> LetterParts:
    """A letter's parts: of a mail as it was saved, or of a text file. Raises UnreadableInput for what is neither.

    >>> read_letter(b"Subject: The mill\\n\\nThey fire at the mill.").text
    'They fire at the mill.'
    """
    if not content.strip():
        raise UnreadableInput(Message("the letter is empty; save the mail again, or paste its text"))
    if len(content) > MOST_BYTES:
        raise UnreadableInput(
            Message(
                "the mail is larger than {size} MB; ask its sender for the words alone, and for each file by itself",
                size=Amount(MOST_BYTES >> 20),
            )
        )
    media_type = media_type_of(content)
    if media_type == MAIL or _is_late_mail(content):
        return _read_mail(content.replace(b"\r\n", b"\n").lstrip(b"\n"))
    table = table_of(content, "")
    if table.text or (table.refusals and not media_type.startswith("text/")):
        return LetterParts(text="", tables=table.text, refusals=table.refusals)
    if not media_type.startswith("text/"):
        raise UnreadableInput(
            Message(
                "the file is neither a mail nor text; hand it over as a file, and paste the words of the letter beside "
                "it"
            )
        )
    text, _ = decoded(content, "")
    return pasted_letter(HtmlText(text[:MOST_HTML]).text if media_type == "text/html" else text)


def pasted_letter(text: str) -> LetterParts:
    """The parts of a letter that was pasted as text."""
    plain = _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    refusals = (_cut(plain),) if len(plain) > LONGEST_TEXT else ()
    return LetterParts(text=plain[:LONGEST_TEXT].rstrip(), refusals=refusals)


def _is_late_mail(content: bytes) -> bool:
    """Whether it begins with a line of a mailbox, or with headers that only mail programs write."""
    return bool(re.match(rb"(?:From [^\n]{1,300}\n)?[Xx]-[\w-]{1,60}:|From [^\n]{1,300}\n[\w-]{1,60}:", content[:1000]))


@dataclass(slots=True)
class _Reading:
    texts: list[str] = field(default_factory=list)
    files: list[AttachedFile] = field(default_factory=list)
    notes: dict[Message, None] = field(default_factory=dict)
    refusals: dict[Message, None] = field(default_factory=dict)
    parts: int = 0
    left_out: int = 0
    remote_images: int = 0

    def refuse(self, message: Message) -> None:
        if len(self.refusals) < _MOST_NOTES:
            self.refusals[message] = None

    def note(self, message: Message) -> None:
        if len(self.notes) < _MOST_NOTES:
            self.notes[message] = None


def _read_mail(content: bytes) -> LetterParts:
    if content.startswith(b"From "):
        content = content[content.index(b"\n") + 1 :]
    reading = _Reading()
    try:
        headers, body = headers_of(content)
    except RowFault as fault:
        return LetterParts(text="", refusals=(fault.message, _PASTE))
    _take(reading, MailPart(content, headers, body, len(content)), level=0, forwarded=0)
    if reading.left_out:
        reading.refuse(
            Plural(
                "{count} more attachment was not taken out; it stays in the mail, which is kept whole",
                "{count} more attachments were not taken out; they stay in the mail, which is kept whole",
                reading.left_out,
                count=Amount(reading.left_out),
            )
        )
    if reading.remote_images:
        reading.note(
            Plural(
                "{count} image lies on a server elsewhere; it was not fetched",
                "{count} images lie on servers elsewhere; none was fetched",
                reading.remote_images,
                count=Amount(reading.remote_images),
            )
        )
    tables = [table_of(file.content, file.name) for file in reading.files[:_MOST_TABLES]]
    whole = pasted_letter("\n\n".join(filter(None, (text.strip() for text in reading.texts))))
    return LetterParts(
        text=whole.text,
        sender=_line(headers, "from"),
        subject=_line(headers, "subject"),
        sent_at=_sent_at(reading, headers),
        attachments=tuple(reading.files),
        notes=tuple(reading.notes),
        refusals=(*reading.refusals, *whole.refusals, *(each for table in tables for each in table.refusals)),
        tables="\n\n".join(table.text for table in tables if table.text),
    )


def _take(reading: _Reading, part: MailPart, *, level: int, forwarded: int) -> None:
    reading.parts += 1
    if reading.parts > MOST_PARTS:
        reading.refuse(
            Message("the mail has more than {most} parts; those after them were not read", most=Amount(MOST_PARTS))
        )
        return
    if level > MOST_LEVELS:
        reading.refuse(
            Message("the mail holds parts within parts, more than {most} deep; those were not read", most=MOST_LEVELS)
        )
        return
    kind = part.kind
    if kind in SEALED:
        reading.refuse(_SEALED_WORDS)
        _keep(reading, part)
    elif kind == "multipart/alternative":
        _take_best(reading, part, level=level, forwarded=forwarded)
    elif kind.startswith("multipart/"):
        for inner in _parts_of(reading, part):
            _take(reading, inner, level=level + 1, forwarded=forwarded)
    elif kind in ("message/rfc822", "message/global"):
        _take_forwarded(reading, part, level=level, forwarded=forwarded)
    elif kind in ("text/plain", "text/html") and not part.name and part.disposition != "attachment":
        _take_text(reading, part)
    else:
        _keep(reading, part)


def _parts_of(reading: _Reading, part: MailPart) -> list[MailPart]:
    parts: list[MailPart] = []
    try:
        for inner in part.parts():
            parts.append(inner)
            if len(parts) > MOST_PARTS:
                break
    except RowFault as fault:
        reading.refuse(fault.message)
    return parts


def _take_best(reading: _Reading, part: MailPart, *, level: int, forwarded: int) -> None:
    """Of several ways to say the same the plain one, else the last that has words; what is attached of all."""
    ways: list[tuple[str, list[str]]] = []
    for way in _parts_of(reading, part):
        before, reading.texts = reading.texts, []
        _take(reading, way, level=level + 1, forwarded=forwarded)
        ways.append((way.kind, reading.texts))
        reading.texts = before
    with_words = [(kind, texts) for kind, texts in ways if any(text.strip() for text in texts)]
    plain = next((texts for kind, texts in with_words if kind == "text/plain"), None)
    reading.texts += plain if plain is not None else with_words[-1][1] if with_words else []


def _take_forwarded(reading: _Reading, part: MailPart, *, level: int, forwarded: int) -> None:
    """A mail within the mail: its words behind its subject, and what is attached to it."""
    if forwarded >= MOST_FORWARDED:
        reading.refuse(
            Message(
                "the mail holds mails within each other, more than {most} deep; the deeper one is kept as a file",
                most=MOST_FORWARDED,
            )
        )
        _keep(reading, part)
        return
    try:
        mail = part.mail()
    except RowFault as fault:
        reading.refuse(fault.message)
        _keep(reading, part)
        return
    reading.texts.append(_line(mail.headers, "subject"))
    _take(reading, mail, level=level + 1, forwarded=forwarded + 1)


def _take_text(reading: _Reading, part: MailPart) -> None:
    content, fault = part.content()
    if fault:
        reading.refuse(_DAMAGED)
    text, remark = decoded(content, part.charset)
    if "not readable" in remark:
        reading.note(
            Message(
                "in places the letters cannot be read, since the mail does not say rightly how they are coded; they "
                "stand as �"
            )
        )
    if PGP in text:
        reading.refuse(_SEALED_WORDS)
    if part.kind == "text/html":
        page = HtmlText(text[:MOST_HTML])
        if len(text) > MOST_HTML:
            reading.refuse(_cut(text))
        reading.remote_images += page.remote_images
        text = page.text
    reading.texts.append(text)


def _keep(reading: _Reading, part: MailPart) -> None:
    """An attachment: its bytes, never opened."""
    if len(reading.files) >= MOST_ATTACHMENTS:
        reading.left_out += 1
        return
    content, fault = part.content()
    if fault:
        reading.refuse(_DAMAGED)
    if not content:
        reading.refuse(Message("an attachment is empty, and was left out"))
        return
    media_type = media_type_of(content)
    name = " ".join(_UNSHOWN.sub("", part.name).split()).replace("\\", "/").rpartition("/")[2][:LONGEST_NAME].strip()
    name = name or f"attachment-{len(reading.files) + 1}{suffix_of(media_type)}"
    reading.files.append(AttachedFile(name, media_type, content))


def _sent_at(reading: _Reading, headers: Headers) -> datetime | None:
    if not headers.get("date"):
        return None
    try:
        return moment_of(headers, None)
    except (RowFault, TimeError) as fault:
        reading.note(fault.message)
        return None


def _line(headers: Headers, name: str) -> str:
    """A header's words in one line; of several the first. A line within it cannot begin another header here."""
    values = headers.get(name)
    return _UNSHOWN.sub("", header_text(values[0]))[:LONGEST_NAME] if values else ""


def _cut(text: str) -> Message:
    return Message(
        "the text has {count} characters, of which the first {most} were read; the rest stays in what was sent",
        count=Amount(len(text)),
        most=Amount(LONGEST_TEXT),
    )


_PASTE: Final = Message("nothing of this mail was read; paste its text beside it")
_DAMAGED: Final = Message("a part of the mail is damaged, and stands as it was sent")
_SEALED_WORDS: Final = Message("a part of the mail is encrypted or sealed; its words cannot be read here")
