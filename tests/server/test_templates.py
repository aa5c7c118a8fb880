"""Templates can be read: no line of any is wider than the code's; and so can what they write, on small screens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "trucewatch"
TEMPLATES = sorted(PACKAGE.rglob("*.jinja"))
WIDTH = 120
PLAIN_TABLES = {
    "desks/incidents/templates/hop.html.jinja": "a row as it came keeps its own lines",
    "desks/incidents/templates/incident.html.jinja": "bars of classes: a word, a figure, a bar",
    "desks/ogc/templates/items.html.jinja": "a page for whoever has no console, with a style of its own",
    "desks/reviewing/templates/case_put.html.jinja": "bars of causes: a word, a bar, a figure",
    "desks/provisions/templates/glance.html.jinja": "a table on an axis, with its own rule; steps: a day, two figures",
    "desks/provisions/templates/provision.html.jinja": "the same table, of one clause",
    "desks/reports/templates/compare.html.jinja": "a word and two figures",
}
"""Tables of the console that do not become blocks of label and value on a small screen, each with the reason."""


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


def plain_tables(text: str) -> int:
    """How many tables of a template do not follow the shared rule for small screens."""
    classes = [re.search(r'class="([^"]*)"', tag) for tag in re.findall(r"<table\b[^>]*>", text)]
    return sum(found is None or "stack" not in found[1].split() for found in classes)


def test_every_table_of_the_console_becomes_blocks_on_a_small_screen_or_has_a_reason() -> None:
    console = [path for path in TEMPLATES if path.relative_to(PACKAGE).parts[0] != "reports"]
    plain = {path.relative_to(PACKAGE).as_posix() for path in console if plain_tables(path.read_text(encoding="utf-8"))}
    assert plain == set(PLAIN_TABLES)


def bare_figures(text: str) -> list[str]:
    """The cells with a figure, in tables that become blocks, that do not say what it is of."""
    tables = re.findall(r'<table class="[^"]*\bstack\b[^"]*"[^>]*>.*?</table>', text, flags=re.DOTALL)
    cells = [cell for table in tables for cell in re.findall(r'<td\b[^>]*class="[^"]*\bnum\b[^>]*>', table)]
    return [cell for cell in cells if "data-label=" not in cell]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_each_figure_in_such_a_table_bears_its_label(path: Path) -> None:
    """Where there is no head of a column, a figure without a label is one of nobody knows what."""
    assert bare_figures(path.read_text(encoding="utf-8")) == []


def test_a_table_of_another_rule_would_be_seen() -> None:
    assert plain_tables('<table class="dense stack" id="a"><table class="cards"><table>') == 2
    bare, told = '<td class="num">', '<td class="num" data-label="Rows">'
    assert bare_figures(f'<table class="stack">{bare}{told}</table><table>{bare}</table>') == [bare]
