"""Consoles of one's own, as the tests of the server have them."""

from __future__ import annotations

from tests.server.conftest import fresh

__all__ = ["fresh"]
