"""The style sheets written by hand, laid out one way: `format_styles.py` rewrites them, `--check` only looks."""

from __future__ import annotations

import sys
from pathlib import Path

import cssbeautifier

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src/trucewatch/reports/templates", "src/trucewatch/server/static/css", "web/src")
GENERATED = ("fonts.css",)
WIDTH = 120


def laid_out(text: str) -> str:
    """The style sheet with one declaration a line."""
    options = cssbeautifier.default_options()
    options.indent_size = 2
    options.end_with_newline = True
    options.preserve_newlines = False
    options.newline_between_rules = False
    options.selector_separator_newline = True
    options.space_around_combinator = True
    return str(cssbeautifier.beautify(text, options))


def faults(name: str, text: str) -> list[str]:
    """What is wrong with the layout of a style sheet, with the remedy; empty if nothing is."""
    found = [] if laid_out(text) == text else [f"{name} is not laid out; run: make format"]
    wide = [number for number, line in enumerate(text.splitlines(), 1) if len(line) > WIDTH]
    return found + [f"{name}:{number} is wider than {WIDTH} columns; break it by hand" for number in wide]


def style_sheets() -> list[Path]:
    """Every style sheet that people write."""
    sheets = (path for folder in FOLDERS for path in (ROOT / folder).glob("*.css"))
    return sorted(path for path in sheets if path.name not in GENERATED)


def main(arguments: list[str]) -> int:
    """Rewrites the style sheets, or with `--check` names those that are not laid out; 1 if any fault stays."""
    lines = list[str]()
    for path in style_sheets():
        text = path.read_text(encoding="utf-8")
        if arguments != ["--check"] and (new := laid_out(text)) != text:
            path.write_text(new, encoding="utf-8")
            text = new
        lines += faults(path.relative_to(ROOT).as_posix(), text)
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
