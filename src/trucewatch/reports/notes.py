"""The editors' own words in a report: where they stand, in which language, and the label that marks them as theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trucewatch.locale import Words, mark
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.report import NOTE_SECTIONS
from trucewatch.reports.daily_report import DailyReport

HEADINGS: Final = {
    "summary": mark("Summary"),
    "found": mark("What was found"),
    "coverage": mark("Coverage: what could have been seen"),
    "findings": mark("Findings"),
    "regions": mark("By region, against the period before"),
    "days": mark("Last 14 days"),
    "withdrawal": mark("Withdrawal areas and dated obligations"),
    "corridor": mark("Roads and crossings"),
    "restrictions": mark("Restrictions of movement and sight"),
    "humanitarian": mark("Humanitarian"),
    "corrections": mark("Corrections to earlier reports"),
}
"""The heading of each section that may hold a note."""


@dataclass(frozen=True, slots=True)
class ShownNote:
    """One note as a format shows it."""

    section: str
    heading: str
    label: str
    language: str
    """That of the text where it is not the reader's; else empty."""
    paragraphs: tuple[str, ...]


def section_words(section: str, words: Words) -> str:
    """The heading of a section; its key if it has none."""
    return words.gettext(HEADINGS[section]) if section in HEADINGS else printable(section)


def notes_shown(report: DailyReport, words: Words) -> list[ShownNote]:
    """The notes of a report for readers of one language, by section.

    Where a section has a note in their language, only that; else those that there are, each with its language said.
    Nothing in a text is replaced: whatever stands in braces stays so.
    """
    shown_notes = []
    for section in NOTE_SECTIONS:
        notes = [note for note in report.notes if note.section == section]
        own = [note for note in notes if note.language == words.language]
        for note in own or notes:
            label = words.gettext("Editors' note")
            if not own:
                label = words.gettext("Editors' note ({language})").format(language=words.language_name(note.language))
            text = words.say(note.erased) if note.erased else note.text
            paragraphs = tuple(words_of_line for line in text.split("\n") if (words_of_line := isolated(line)))
            language = "" if own else note.language
            shown_notes.append(ShownNote(section, section_words(section, words), label, language, paragraphs))
    return shown_notes


def notes_by_section(report: DailyReport, words: Words) -> dict[str, list[ShownNote]]:
    """The same by the key of the section; sections without a note are left out."""
    by_section: dict[str, list[ShownNote]] = {}
    for note in notes_shown(report, words):
        by_section.setdefault(note.section, []).append(note)
    return by_section


def draft_words(report: DailyReport, words: Words) -> str:
    """What a report says that was not issued; empty for one that was."""
    if not report.is_draft:
        return ""
    return words.gettext("Draft: not issued, no number. Nobody may cite it; the figures can still change.")


def number_words(report: DailyReport, words: Words) -> str:
    """Number and revision of an issued report; of a draft that it has none."""
    if report.is_draft:
        return words.gettext("Draft, not issued; no number.")
    return words.gettext("Report {number}, revision {revision}.").format(
        number=printable(report.number), revision=report.revision
    )


def number_in_brief(report: DailyReport) -> str:
    """The same for the properties of a file, which have no language."""
    return "draft, not issued, no number" if report.is_draft else f"{report.number}, revision {report.revision}"
