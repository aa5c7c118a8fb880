"""The consoles of tests/server, and its two people, for the tests of desks."""

from tests.server.conftest import aid, busy_aid, busy_karabakh, busy_valleys, fresh, karabakh, valleys
from tests.server.two_people import clock, console, ivo, nora, watch

__all__ = [
    "aid",
    "busy_aid",
    "busy_karabakh",
    "busy_valleys",
    "clock",
    "console",
    "fresh",
    "ivo",
    "karabakh",
    "nora",
    "valleys",
    "watch",
]
