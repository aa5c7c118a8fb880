"""What a terminal shows fits it; what is piped is not folded."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from trucewatch.terminal.output import account_line

VALUE = (
    "[magenta]◆ 31 inconsistent[/]   [yellow]■ 21 undetermined[/]   "
    "[cyan]○ 8 consistent[/]   [dim]· 18 not applicable[/]"
)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_line_of_the_account_is_folded_under_itself(width: int) -> None:
    sink = io.StringIO()
    out = Console(file=sink, force_terminal=True, color_system=None, width=width, soft_wrap=True)
    out.print(account_line(out, "outcomes", VALUE))
    lines = sink.getvalue().splitlines()
    assert all(len(line) <= width for line in lines)
    assert (len(lines) > 1) == (width < 100)
    assert all(line.startswith(" " * 13) for line in lines[1:])
    words = " ".join(sink.getvalue().split())
    assert words == "outcomes ◆ 31 inconsistent ■ 21 undetermined ○ 8 consistent · 18 not applicable"


def test_what_is_piped_is_one_line() -> None:
    sink = io.StringIO()
    out = Console(file=sink, force_terminal=False, width=40, soft_wrap=True)
    out.print(account_line(out, "outcomes", VALUE))
    assert len(sink.getvalue().splitlines()) == 1
