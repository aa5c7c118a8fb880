"""Released records → bytes: the daily report in each format and language.

Outside code joins at `formats/`: one file with NAME, SUFFIX, MEDIA_TYPE and render(report, language=...).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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
    """The formats in `reports/formats/` by name, imported when first asked for."""

    @cached_property
    def _by_name(self) -> dict[str, Format]:
        package = import_module("trucewatch.reports.formats")
        modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
        modules.sort(key=lambda module: str(module.NAME))
        return {module.NAME: Format(module.NAME, module.SUFFIX, module.MEDIA_TYPE, module.render) for module in modules}

    def __getitem__(self, name: str) -> Format:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


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


def render_all(
    report: DailyReport, *, formats: Sequence[str], languages: Sequence[str]
) -> dict[tuple[str, str], bytes]:
    """The bytes by (format, language), a language at a time: what its formats say is worked out once."""
    written = {
        (name, language): render(report, format=name, language=language) for language in languages for name in formats
    }
    return {(name, language): written[name, language] for name in formats for language in languages}


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
    "render_all",
]
