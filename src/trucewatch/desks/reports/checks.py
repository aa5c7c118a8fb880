"""What people ask of a draft or put into it: whether there is such a language, format or section, and whether a
signature is over the words before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from trucewatch.errors import LedgerError, ReportError
from trucewatch.locale import languages as known_languages
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import NOTE_SECTIONS, EditorsNote
from trucewatch.model.typed_text import as_typed
from trucewatch.reports import FORMATS, DailyReport, render
from trucewatch.reports.cover_words import signing_key
from trucewatch.reports.kinds import kind_called


def check_sections(kind: str, notes: Iterable[EditorsNote]) -> None:
    """Raises ReportError for a note to a section that reports of this kind do not have: it would be shown nowhere."""
    sections = kind_called(kind).note_sections
    for note in notes:
        if note.section not in sections:
            raise ReportError(
                Message(
                    'a report of kind {kind} has no section "{section}" for a note; it has: {words}',
                    kind=kind,
                    section=note.section[:40],
                    words=", ".join(sections),
                )
            )


def refuse_bad_signature(report: DailyReport) -> None:
    """Raises ReportError where the cover note of a report has a signature that is not over its words for this number
    and revision."""
    cover = report.cover
    if cover is None or not cover.signature or cover.erased:
        return
    try:
        signing_key(cover, report.number, report.revision)
    except LedgerError as exc:
        raise ReportError(
            Message(
                "the cover note is not signed for {report}, revision {revision}: {reason}. Take what is to be signed "
                "from the draft again and sign that, or issue the note unsigned, which says so",
                report=report.number,
                revision=report.revision,
                reason=exc.message,
            )
        ) from exc


def check_products(languages: Sequence[str], formats: Sequence[str]) -> None:
    if not languages or not formats:
        raise ReportError(Message("choose at least one language and one format; nothing was begun"))
    unknown = [word for word in languages if word not in known_languages()] + [
        word for word in formats if word not in FORMATS
    ]
    if unknown:
        raise ReportError(
            Message('there is no language or format "{word}"; nothing was begun', word=printable(unknown[0])[:40])
        )


def notes_from(texts: Mapping[str, str], language: str) -> tuple[EditorsNote, ...]:
    """Notes from what people typed, as they typed it; empty ones left out."""
    cleaned = {section: as_typed(text) for section, text in texts.items()}
    return tuple(EditorsNote(section=key, language=language, text=text) for key, text in cleaned.items() if text)


def in_order(note: EditorsNote) -> tuple[int, str]:
    return NOTE_SECTIONS.index(note.section), note.language


def figures_of(report: DailyReport) -> str:
    """A hash of every figure and line of a report, whatever its words, its revision and its corrections."""
    told = report.implementation
    states = replace(told, otherwise=(), earlier_revision=0) if told else None
    bare = replace(report, notes=(), cover=None, corrections=(), revision=0, is_draft=False, implementation=states)
    counted = (
        bare.real,
        bare.simulated,
        bare.real_before,
        bare.simulated_before,
        bare.regions,
        bare.regions_simulated,
        bare.days,
    )
    return f"sha256:{sha256_of(render(bare, format='csv', language='en') + repr(counted).encode())}"
