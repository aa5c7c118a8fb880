"""The daily report as a PDF for the desk and the archive: PDF/A-2a and PDF/UA-1, our own fonts, no wall clock."""

from __future__ import annotations

import json
from datetime import UTC
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from trucewatch.errors import ReportError
from trucewatch.locale import words
from trucewatch.reports.printed import printed_document
from trucewatch.reports.record import DailyReport

if TYPE_CHECKING:
    from typst import Fonts

NAME = "pdf"
SUFFIX = ".pdf"
MEDIA_TYPE = "application/pdf"
STANDARDS = ("a-2a", "ua-1")


def render(report: DailyReport, *, language: str) -> bytes:
    """The file's bytes. All texts reach the template as data; the same report and language give the same bytes.

    Raises ReportError if the page cannot be set, naming the report.
    """
    import typst  # noqa: PLC0415 - heavy, and needed by no other format

    document = json.dumps(printed_document(report, words(language)), ensure_ascii=False)
    compiler = typst.Compiler(_template(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"report": document})
    try:
        content = compiler.compile(
            format="pdf", pdf_standards=list(STANDARDS), timestamp=report.cut_off.astimezone(UTC).replace(microsecond=0)
        )
    except typst.TypstError as exc:
        raise ReportError(
            f"report {report.number} cannot be set as PDF: {exc.message}; take it as html, and tell us of this"
        ) from exc
    if not isinstance(content, bytes):
        raise ReportError(f"report {report.number} gave no PDF; take it as html, and tell us of this")
    return content


@cache
def _fonts() -> Fonts:
    """Our fonts and no others, read once."""
    import typst  # noqa: PLC0415

    with as_file(files("trucewatch.reports") / "fonts") as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@cache
def _template() -> bytes:
    return (files("trucewatch.reports") / "templates" / "daily.typ").read_bytes()
