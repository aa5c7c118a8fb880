"""A cover note as every format shows it: whose it is, that it is no part of the findings, and whether it is signed."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from trucewatch.errors import LedgerError
from trucewatch.ledger.note import read_public_key
from trucewatch.ledger.signing import verify_record
from trucewatch.locale import Words
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Message
from trucewatch.model.report import CoverNote
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.once_per_report import once_per_report


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverTold:
    """A cover note in words. signed_bytes, signature: what a reader checks one against the other; empty where it is
    not signed for this number and revision."""

    label: str
    language: str
    """That of the text where it is not the reader's; else empty."""
    paragraphs: tuple[str, ...]
    signed: str
    """By which key it is signed, or that it is not."""
    key: str
    signed_bytes: str
    signature: str


def signing_key(cover: CoverNote, number: str, revision: int) -> str:
    """The public key that signed a note for an issue, as its text. Raises LedgerError for a signature that is none of
    these words before this number and revision."""
    document = None
    with suppress(ValueError, RecursionError):
        document = json.loads(cover.signature)
    if not isinstance(document, dict):
        raise LedgerError(Message("the signature is no JSON document; give the file that trucewatch sign made"))
    key = read_public_key(str(document.get("key", "")))
    return str(verify_record(cover.signed_bytes(number, revision), document, [key]))


@once_per_report
def cover_told(report: DailyReport, words: Words) -> CoverTold | None:
    """The cover note of a report; None where it has none."""
    cover = report.cover
    if cover is None:
        return None
    if cover.erased:
        label = words.gettext("Cover note, in the author's own words; not part of the findings of the record")
        return _in_words(cover, label, words, paragraphs=(words.say(cover.erased),), signed="")
    label = words.gettext(
        "Cover note of {who}, in the author's own words; not part of the findings of the record"
    ).format(who=isolated(cover.who))
    paragraphs = tuple(isolated(line) for line in cover.text.split("\n") if line.strip())
    if not cover.signature:
        return _in_words(cover, label, words, paragraphs=paragraphs, signed=words.gettext("Not signed."))
    try:
        key = signing_key(cover, report.number, report.revision)
    except LedgerError:
        signed = words.gettext("The signature beside it is not over these words for this report.")
        return _in_words(cover, label, words, paragraphs=paragraphs, signed=signed)
    content = cover.signed_bytes(report.number, report.revision)
    document = json.loads(cover.signature)
    signed = words.gettext(
        "Signed for this number and revision with the key {name}, at {moment} by the signer's own clock; SHA-256 of "
        "what is signed: {hash}. Whose key it is, its holder says; what to check is in the files of this report "
        "(CSV, GeoJSON)."
    ).format(name=key, moment=document["signed_at"], hash=sha256(content).hexdigest())
    return _in_words(
        cover,
        label,
        words,
        paragraphs=paragraphs,
        signed=signed,
        key=key,
        signed_bytes=content.decode(),
        signature=json.dumps(document, ensure_ascii=False, sort_keys=True),
    )


def _in_words(
    cover: CoverNote,
    label: str,
    words: Words,
    *,
    paragraphs: tuple[str, ...],
    signed: str,
    key: str = "",
    signed_bytes: str = "",
    signature: str = "",
) -> CoverTold:
    return CoverTold(
        label=label,
        language="" if cover.language == words.language else cover.language,
        paragraphs=paragraphs,
        signed=signed,
        key=key,
        signed_bytes=signed_bytes,
        signature=signature,
    )
