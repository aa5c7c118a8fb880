"""Mail (.eml, one message a file, or an mbox of many) → each message the words of whom its address stands for.

Links and remote images are never fetched; what is attached is named with its hash and stays in the original. Sources of
the format: RFC 5322 (header and date), 2045 to 2047 (parts, encoded words), 4155 (mbox).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import getaddresses
from hashlib import sha256
from pathlib import Path
from typing import Final

from trucewatch.errors import RowFault, TimeError, TrucewatchError, UnreadableInput
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.times import local_to_utc, zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import message_rows
from trucewatch.sources.columns import rejected_file, with_remedy
from trucewatch.sources.mail_parts import Headers, body_of, header_text, headers_of
from trucewatch.sources.message_rows import NO_TIME_OF_SENDING, Claimants, MessageRows, Sent, kept_words
from trucewatch.sources.stream import kind_of, line_blocks

CARD: Final = SourceCard(
    adapter="mail",
    title=Message("Mail: single messages (.eml) and mailboxes (mbox)"),
    owner=Message("whoever wrote; name the addresses and domains of parties and bodies in channels"),
    delay=timedelta(0),
    delay_words=Message("as each mail says: known when it was sent"),
    licence=Message("the words are their author's; keep them inside the watch unless a party published them"),
    blind_spots=Message(
        "whether the sender is who the mail says (nothing proves it), what is encrypted, what attachments show, and "
        "when it happened: a mail says when it was sent"
    ),
    reads=Message("mail as sent or saved (.eml), mbox, also packed with gzip"),
)
VERSION: Final = 1
ACCUMULATES: Final = True

MOST_MAIL_BYTES: Final = 50_000_000
"""A larger one is refused: its parts are held in memory to be hashed."""

_HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_KNOWN: Final = frozenset(("from", "date", "message-id", "subject", "received", "to"))
"""Of these a mail has one at least."""
_NEXT_MAIL = re.compile(rb"\n\nFrom [^\n]*\n(?=[!-9;-~]{1,200}[ \t]*:)")
_QUOTED_FROM = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_SIMPLE = re.compile(
    r"(?:\"[^\"\\]*\"\s*|[^<>,;\"]*)<\s*([^<>\s,;\"@]+@[^<>\s,;\"@]+)\s*>|([^<>\s,;\"@]+@[^<>\s,;\"@]+)"
)
_DATE = re.compile(
    r"(?:[^\W\d]{2,9},?\s+)?(?P<day>\d{1,2})[\s-]+(?P<month>[A-Za-z]{3,9})[\s-]+(?P<year>\d{4})\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\s*(?P<zone>[+-]\d{4}|[A-Za-z]{1,5}))?"
    r"(?:\s*\([^()]*\))?\s*"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES: Final = {
    **dict.fromkeys(("UT", "UTC", "GMT", "Z"), 0),
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
}
"""Names of zones that RFC 5322 gives a meaning; any other has several."""
_FARTHEST_MIN: Final = 14 * 60
_TAG = re.compile(r"\[([^\[\]]{1,60})\]")
"""What a subject says in brackets, which `kinds` may map."""
_FROM_LINE: Final = 5_000
"""Bytes that a line between mails, and what stands around it, may have."""

TOO_LARGE: Final = Message(
    "the mail is larger than {size} MB, or has a line that is; ask its sender for the words alone",
    size=MOST_MAIL_BYTES // 1_000_000,
)


@dataclass(frozen=True, slots=True)
class _Mail:
    """The bytes of one mail, none where it is too large, and the line where it begins."""

    line: int
    content: bytes
    is_too_large: bool = False


def setting_faults(setting: SourceSetting) -> tuple[Message, ...]:
    """What is wrong with this source's entry."""
    return message_rows.setting_faults(setting)


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The mails of a file, one an observation of means `party` or `public`.

    Time: `Date`, which has to state its zone (or the source's `time_zone`); what a mail tells of happened before, in
    the window of `message_rows`. Identity: `Message-ID` and whose words it is; without one its hash. The sender is whom
    `From` names, if it names one address. A mail that is attached to another is read as words of that one.
    """
    rows = MessageRows(origin, setting, context)
    sealed = 0
    try:
        faults = setting_faults(setting)
        if faults:
            raise UnreadableInput(Message("watch.toml, source {source}: {why}", source=setting.id, why=faults[0]))
        zone = zone_named(setting.time_zone) if setting.time_zone else None
        claimants = Claimants(setting.channels)
        for mail in _mails(path):
            try:
                if mail.is_too_large:
                    raise RowFault(TOO_LARGE)
                sent, is_sealed = _sent(mail, claimants, zone)
                rows.add(sent)
                sealed += is_sealed
            except (RowFault, TimeError) as fault:
                rows.refuse(mail.line, fault.message)
            if rows.is_full:
                yield rows.batch()
    except TrucewatchError as fault:
        yield rows.batch()
        yield rejected_file(origin, fault.message)
    if sealed:
        rows.remarks.append(
            Plural(
                "{count} mail is encrypted or sealed: its words cannot be read here, only its subject",
                "{count} mails are encrypted or sealed: their words cannot be read here, only their subjects",
                sealed,
                count=Amount(sealed),
            )
        )
    rows.remark_unsigned()
    yield rows.batch()


def _mails(path: Path) -> Iterator[_Mail]:
    """One by one. Raises UnreadableInput for a file that is no mail, or breaks."""
    kind = kind_of(path)
    if kind == "zip":
        raise UnreadableInput(Message("the file is a ZIP archive or a workbook, not mail; unpack it"))
    if kind == "parquet":
        raise UnreadableInput(Message("the file is Parquet, not mail; save the mail as .eml"))
    pending, looked_at, dropped = b"", 0, 0  # of the mail that goes on, so far; lines of it that are not kept
    line, is_mbox, is_too_large = 1, None, False
    for block in line_blocks(path):
        pending += block.data if block.data.endswith(b"\n") else block.data + b"\n"
        if is_mbox is None:
            rest = pending.lstrip(b" \t\n")
            line += pending.count(b"\n", 0, len(pending) - len(rest))
            pending = rest
            if not rest or (rest.startswith(b"From ") and rest.count(b"\n") < 2):
                continue  # what it is, the line after the first says
            is_mbox = _is_mbox(rest)
        start = 0
        for match in _NEXT_MAIL.finditer(pending, looked_at) if is_mbox else ():
            end = match.start() + 2
            yield _Mail(line, b"" if is_too_large else pending[start:end], is_too_large)
            line, dropped = line + dropped + pending.count(b"\n", start, end), 0
            start, is_too_large = end, False
        is_too_large = is_too_large or block.overlong
        if len(pending) - start > MOST_MAIL_BYTES:
            # The end of what is kept may hold the beginning of the line before the next mail.
            is_too_large, end = True, len(pending) - _FROM_LINE
            dropped, start = dropped + pending.count(b"\n", start, end), end
        pending = pending[start:]
        looked_at = max(len(pending) - _FROM_LINE, 0)
    if is_mbox is None:
        raise UnreadableInput(_NO_MAIL if pending else Message("the file holds only blank lines; fetch it again"))
    yield _Mail(line, b"" if is_too_large else pending, is_too_large)


def _is_mbox(beginning: bytes) -> bool:
    """Whether it is a mailbox of many. Raises UnreadableInput for what is no mail."""
    lines = beginning.split(b"\n", 2)
    if lines[0][:14].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise UnreadableInput(Message("the file is a web page or XML, not mail; save the mail itself as .eml"))
    is_mbox = lines[0].startswith(b"From ")
    if not _HEADER.match(lines[1] if is_mbox and len(lines) > 1 else lines[0]):
        raise UnreadableInput(_NO_MAIL)
    return is_mbox


_NO_MAIL: Final = Message(
    "the file is no mail: it does not begin with the headers of one (From, Date, Subject); save the mail itself as .eml"
)


def _sent(mail: _Mail, claimants: Claimants, zone: tzinfo | None) -> tuple[Sent, bool]:
    """One mail, and whether it is sealed. Raises RowFault, TimeError."""
    content = mail.content
    if content.startswith(b"From "):
        content = _QUOTED_FROM.sub(b"", content[content.index(b"\n") + 1 :])
    headers, body = headers_of(content)
    if _KNOWN.isdisjoint(headers):
        raise RowFault(_NO_MAIL)
    sent_at = moment_of(headers, zone)
    claimed_by, sender = _speaker(headers, claimants)
    body_words = body_of(content, headers, body)
    ids = headers.get("message-id", ())
    has_id = len(ids) == 1 and bool(ids[0])
    name = ids[0].decode("utf-8", "replace")[:998] if has_id else f"sha256:{sha256(content).hexdigest()}"
    subject = header_text((headers.get("subject") or (b"",))[0])
    words, cut = kept_words("\n\n".join(filter(None, (subject, body_words.words))))
    sent = Sent(
        row=mail.line,
        # Another's mail under the same Message-ID is another mail: nobody replaces what somebody else wrote.
        key=f"{name}\x1e{claimed_by or sender}",
        sent_at=sent_at,
        known_at=sent_at,
        text=words,
        claimed_by=claimed_by,
        sender="; ".join(filter(None, (sender, *(f"attached: {each}" for each in body_words.private)))),
        quality=(*body_words.quality, *cut),
        words=(subject, *_TAG.findall(subject)),
    )
    return sent, body_words.is_sealed


def _speaker(headers: Headers, claimants: Claimants) -> tuple[str, str]:
    """Whose words it is, as the mail itself says, and who it was where that is a private person."""
    stated = headers.get("from", ())
    raw = "; ".join(map(header_text, stated))
    # The address is looked for in what was sent: an encoded word may spell any other.
    address = _address_of(stated[0].decode("utf-8", "replace")[:2_000]) if len(stated) == 1 else ""
    claimed_by = claimants.of((address,)) or claimants.of_domain(address.partition("@")[2]) if address else ""
    return (claimed_by, "") if claimed_by else ("", raw)


def _address_of(line: str) -> str:
    """The one address of a `From` line; of several, or of none that is one, ""."""
    match = _SIMPLE.fullmatch(line)
    if match:
        return str(match[1] or match[2])
    try:
        addresses = {address for _, address in getaddresses([line]) if address}
    except RecursionError:  # comments in comments in comments
        return ""
    address = addresses.pop() if len(addresses) == 1 else ""
    return address if re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+", address) else ""


def moment_of(headers: Headers, zone: tzinfo | None) -> datetime:
    """When it was sent, in UTC. Raises RowFault, TimeError."""
    stated: Sequence[bytes] = headers.get("date", ())
    if not any(stated):
        raise RowFault(NO_TIME_OF_SENDING)
    if len(set(stated)) > 1:
        raise RowFault(Message("the mail states two times of sending; ask its sender which is right"))
    match = _DATE.fullmatch(header_text(stated[0]))
    month = match["month"][:3].lower() if match else ""
    if match is None or month not in _MONTHS:
        raise RowFault(Message('the Date of the mail is no time like "Sat, 1 Mar 2031 14:02:00 +0300"; correct it'))
    try:
        local = datetime(  # noqa: DTZ001 - the zone is settled in the next lines
            int(match["year"]),
            _MONTHS.index(month) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(int(match["second"] or 0), 59),  # a leap second
        )
        offset_min = _offset_min(match["zone"] or "")
        if offset_min is not None:
            return (local - timedelta(minutes=offset_min)).replace(tzinfo=UTC)
    except (ValueError, OverflowError) as exc:
        raise RowFault(Message("the Date of the mail does not exist in the calendar; correct it")) from exc
    if zone is None:
        raise RowFault(
            Message("the Date of the mail has no zone that is known; set time_zone for this source, or correct it")
        )
    try:
        return local_to_utc(local, zone)
    except TimeError as exc:
        raise RowFault(with_remedy(exc.message)) from exc


def _offset_min(zone: str) -> int | None:
    """Minutes ahead of UTC; None where no zone is stated that has one meaning. `-0000` is UTC (RFC 5322, 3.3)."""
    if not zone.startswith(("+", "-")):
        hours = _ZONES.get(zone.upper())
        return None if hours is None else hours * 60
    minutes = int(zone[1:3]) * 60 + int(zone[3:])
    if int(zone[3:]) > 59 or minutes > _FARTHEST_MIN:
        return None
    return -minutes if zone[0] == "-" else minutes
