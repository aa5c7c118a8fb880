"""The daily report as one self-contained page: no script, no request to anywhere, for screen, phone and A4 paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from trucewatch.locale import words
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.page_context import page_of
from trucewatch.reports.phrases import runs, short_code
from trucewatch.reports.shown_rows import MOST_REFERENCES

NAME = "html"
SUFFIX = ".html"
MEDIA_TYPE = "text/html; charset=utf-8"


def render(report: DailyReport, *, language: str) -> bytes:
    """The page's bytes. Everything that came from outside is escaped and kept apart in `<bdi>`."""
    spoken = words(language)
    page = page_of(report, spoken)
    text = (
        _environment()
        .get_template("daily.html.jinja")
        .render(
            **page,
            css=Markup(_file("report.css")),
            page_marks=Markup(_page_marks(page)),
            ranges=_first_ranges,
            led_to=lambda numbers: _led_to(numbers, page["numbers_shown"]),
            short=short_code,
        )
    )
    return text.encode()


def _first_ranges(numbers: Sequence[int]) -> str:
    """The numbers; of very many the first runs."""
    pieces = [text for text, _ in runs(numbers)]
    return ", ".join(pieces[:MOST_REFERENCES]) + (" …" if len(pieces) > MOST_REFERENCES else "")


def _led_to(numbers: Sequence[int], rows_shown: Collection[int]) -> str:
    """The anchor of the first of these rows that is on the page; of the table where none is."""
    return next((f"n{number}" for number in numbers if number in rows_shown), "findings")


def css_string(text: str) -> str:
    """A text as a CSS string: every character but letters, digits and spaces as its code, so that nothing ends it."""
    return '"' + "".join(char if char.isalnum() or char == " " else f"\\{ord(char):x} " for char in text) + '"'


def _page_marks(page: Mapping[str, object]) -> str:
    """Watch, date, simulated mark, release and page number on every printed page; the first has its own head."""
    report = page["report"]
    assert isinstance(report, DailyReport)
    left, middle, right = str(page["watch_name"]), str(page["simulated"]), str(page["short_period"])
    foot = f"{page['release']}\n{page['number']}"
    if page["translation"]:
        foot += f"\n{page['translation']}"
    first = "@page :first{@top-left{content:none}@top-center{content:none}@top-right{content:none}}"
    return (
        f"@page{{@top-left{{content:{css_string(left)}}}@top-center{{content:{css_string(middle)}}}"
        f"@top-right{{content:{css_string(right)}}}@bottom-left{{content:{css_string(foot)}}}"
        f'@bottom-right{{content:counter(page) " / " counter(pages)}}}}{first}'
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _file(name: str) -> str:
    return (files("trucewatch.reports") / "templates" / name).read_text(encoding="utf-8")
