"""The command line: words to functions, and nothing else. `main` is the program."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import Final

from trucewatch.errors import TrucewatchError

OBJECTS_BETWEEN_LOOKS: Final = 50_000
"""What is loaded is some 200,000 objects that stay; looking for circles among them at every 700th takes a fifth of the
time that loading takes. That many small ones are some megabytes."""


def main() -> None:
    """The program, loaded when it is run. A desk that cannot be loaded is named, and nothing starts with half of
    them."""
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    atexit.register(gc.freeze)  # the first one named is the last one done; the system takes all back without a look
    try:
        from trucewatch.cli.main import main as program
    except TrucewatchError as exc:
        sys.stderr.write(f"trucewatch: {exc}\n")
        sys.exit(2)
    program()
