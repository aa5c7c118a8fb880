"""The command line: words to functions, and nothing else. `main` is the program."""

from __future__ import annotations

import sys

from trucewatch.errors import TrucewatchError


def main() -> None:
    """The program, loaded when it is run. A desk that cannot be loaded is named, and nothing starts with half of
    them."""
    try:
        from trucewatch.cli.main import main as program
    except TrucewatchError as exc:
        sys.stderr.write(f"trucewatch: {exc}\n")
        sys.exit(2)
    program()
