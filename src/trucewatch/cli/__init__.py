"""The command line: words to functions, and nothing else. `main` is the program."""

from __future__ import annotations


def main() -> None:
    """The program, loaded when it is run."""
    from trucewatch.cli.main import main as program

    program()
