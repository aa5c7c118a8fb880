"""Consoles of one's own, as the tests of the server have them."""

from __future__ import annotations

from tests.server.conftest import fresh
from tests.server.two_people import clock, console, watch

__all__ = ["clock", "console", "fresh", "watch"]
