"""Released records → bytes: the daily report in each format and language.

Outside code joins at `formats/`: one file with NAME, SUFFIX, MEDIA_TYPE and render(report, language=...).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Final, Protocol

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.reports.daily_build import build_daily, publication_of
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.release import release
from trucewatch.reports.released import Released


class Render(Protocol):
    """What a format does: the same report and language give the same bytes."""

    def __call__(self, report: DailyReport, *, language: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a report."""

    name: str
    suffix: str
    media_type: str
    render: Render


class _Formats(Mapping[str, Format]):
    """The formats in `reports/formats/`, found when first asked for."""

    def __init__(self) -> None:
        self._found: dict[str, Format] | None = None

    def _all(self) -> dict[str, Format]:
        if self._found is None:
            package = import_module("trucewatch.reports.formats")
            modules = [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]
            formats = [Format(one.NAME, one.SUFFIX, one.MEDIA_TYPE, one.render) for one in modules]
            self._found = {one.name: one for one in sorted(formats, key=lambda one: one.name)}
        return self._found

    def __getitem__(self, name: str) -> Format:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


FORMATS: Mapping[str, Format] = _Formats()

RUN_FORMATS: Final = ("html", "csv", "geojson")
"""What `trucewatch run` writes for every recipient and language; the others are made when they are asked for."""


def render(report: DailyReport, *, format: str, language: str) -> bytes:
    """The report's bytes. Raises ReportError for a format or language that does not exist, naming what does."""
    from trucewatch.locale import languages

    if format not in FORMATS:
        raise ReportError(
            Message(
                'there is no report format "{format}"; choose one of: {words}', format=format, words=", ".join(FORMATS)
            )
        )
    if language not in languages():
        raise ReportError(
            Message(
                'there is no catalogue for the language "{language}"; choose one of: {words}',
                language=language,
                words=", ".join(languages()),
            )
        )
    return FORMATS[format].render(report, language=language)


__all__ = [
    "FORMATS",
    "RUN_FORMATS",
    "DailyReport",
    "Format",
    "Released",
    "build_daily",
    "publication_of",
    "release",
    "render",
]
