"""The daily report as a PDF for the desk and the archive: PDF/A-2a and PDF/UA-1, our own fonts, no wall clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from trucewatch.errors import ReportError
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.drawn_pictures import own_fonts
from trucewatch.reports.typst_document import printed_document

if TYPE_CHECKING:
    from typst import PDFStandard

NAME = "pdf"
SUFFIX = ".pdf"
MEDIA_TYPE = "application/pdf"
STANDARDS: Final[tuple[PDFStandard, ...]] = ("a-2a", "ua-1")


def render(report: DailyReport, *, language: str) -> bytes:
    """The file's bytes. All texts reach the template as data; the same report and language give the same bytes.

    Raises ReportError if the page cannot be set, naming the report.
    """
    try:
        return set_pages(printed_document(report, words(language)), when=report.cut_off)
    except RuntimeError as exc:
        raise ReportError(
            Message(
                "report {report} cannot be set as PDF: {error}; take it as html, and tell us of this",
                report=report.number,
                error=exc,
            )
        ) from exc


def set_pages(document: dict[str, Any], *, when: datetime) -> bytes:
    """The pages of a document of `printed_document`, dated `when`. Raises RuntimeError, which says what could not be
    set."""
    import typst

    compiler = typst.Compiler(
        _template(),
        font_paths=own_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(document, ensure_ascii=False)},
    )
    content = compiler.compile(
        format="pdf", pdf_standards=list(STANDARDS), timestamp=when.astimezone(UTC).replace(microsecond=0)
    )
    if not isinstance(content, bytes):
        raise RuntimeError("the compiler gave no single file")  # noqa: TRY004 - its answer, not our argument
    return content


@cache
def _template() -> bytes:
    return (files("trucewatch.reports") / "templates" / "daily.typ").read_bytes()
