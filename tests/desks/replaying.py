"""A browser whose tab shows a replay that stands still at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.testclient import TestClient

from tests.server.conftest import let_in
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.lookback import PREFIX, Lookback


class Tab(TestClient):
    """A client that stands under the address of a look back, as a tab does: what it asks for lies under it too."""

    root = ""

    def request(self, method: str, url: Any, **more: Any) -> Any:
        return super().request(method, url if str(url).startswith(PREFIX) else f"{self.root}{url}", **more)


def tab_of(console: Console, lookback: Lookback) -> Tab:
    """The tab of a look back that is open."""
    tab = Tab(app_of(console), base_url="http://localhost", follow_redirects=False)
    tab.root = lookback.root
    let_in(tab, console)
    return tab


def replaying(console: Console, moment: datetime | None = None) -> tuple[Tab, Lookback]:
    """A tab over the list as it was known at a moment, and its look back; without a moment at that of the console's
    list."""
    lookback = console.look_back(moment or console.snapshot.as_of)
    return tab_of(console, lookback), lookback
