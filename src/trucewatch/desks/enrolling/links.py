"""The address that opens an account once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from trucewatch.server.door import door_of
from trucewatch.server.session_gate import FIRST

USUAL_PORT: Final = 8020
"""Where `trucewatch serve` opens a console that was never open."""


def link_address(console: str, token: str) -> str:
    """The address of a link, at the console of this address.

    >>> link_address("http://127.0.0.1:8020", "abc")
    'http://127.0.0.1:8020/sign-in/first?once=abc'
    """
    return f"{console}{FIRST}?once={token}"


def address_at_console(folder: Path, token: str, clock: Callable[[], datetime]) -> str:
    """The address of a link at the console of a watch folder: where it is open, else where it was open last."""
    door = door_of(folder, clock)
    return link_address(door.url or f"http://127.0.0.1:{door.last_port or USUAL_PORT}", token)
