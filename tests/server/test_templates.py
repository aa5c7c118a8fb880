"""Templates can be read: no line of any is wider than the code's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "trucewatch"
TEMPLATES = sorted(PACKAGE.rglob("*.jinja"))
WIDTH = 120


def wide_lines(text: str) -> list[int]:
    """The numbers of the lines that are wider than the code's."""
    return [number for number, line in enumerate(text.splitlines(), 1) if len(line) > WIDTH]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_line_of_a_template_is_wider_than_120_columns(path: Path) -> None:
    assert wide_lines(path.read_text(encoding="utf-8")) == []


def test_a_wide_line_would_be_seen() -> None:
    widest = "<p>" + "x" * (WIDTH - len("<p></p>")) + "</p>"
    assert wide_lines(f"{widest}\n<b></b>\n") == []
    assert wide_lines(f"<b></b>\n{widest}.\n") == [2]


def test_templates_of_console_and_report_are_both_looked_at() -> None:
    assert {path.relative_to(PACKAGE).parts[0] for path in TEMPLATES} == {"server", "desks", "reports"}
