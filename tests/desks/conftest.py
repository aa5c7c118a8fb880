"""The consoles of tests/server, for the tests of desks."""

from tests.server.conftest import busy_karabakh, busy_valleys, fresh, karabakh, valleys

__all__ = ["busy_karabakh", "busy_valleys", "fresh", "karabakh", "valleys"]
