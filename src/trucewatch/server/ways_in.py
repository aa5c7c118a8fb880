"""Which addresses somebody may open, by what the handlers behind them state: menu, links and buttons ask here, so that
nothing is shown that would be refused, and no page has a list of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import compile_path

from trucewatch.model.roles import EVERY, Right
from trucewatch.server.rights import needed


@dataclass(frozen=True, slots=True)
class _Way:
    """One route: the form of its address, its methods, and who may come in by it."""

    form: re.Pattern[str]
    methods: frozenset[str]
    rights: frozenset[Right]


class Reach:
    """The routes of one application, in the order in which it tries them."""

    def __init__(self, routes: Iterable[Any]) -> None:
        self._ways = [
            _Way(compile_path(route.path)[0], frozenset(route.methods or ()), needed(route.endpoint) or frozenset())
            for route in iter_route_contexts(list(routes))
            if route.endpoint is not None and route.path is not None and route.path.startswith("/")
        ]

    def lets(self, rights: frozenset[Right], address: str, method: str = "GET") -> bool:
        """Whether somebody with these rights may open an address. Of one behind which there is nothing: yes, it says so
        itself."""
        if rights is EVERY:
            return True
        path = re.split(r"[?#]", address, maxsplit=1)[0]
        for way in self._ways:
            if method in way.methods and way.form.match(path):
                return bool(way.rights & rights)
        return True


def reach_of(app: Starlette) -> Reach:
    """The reach of an application; worked out when it is asked for first."""
    reach: Reach | None = getattr(app.state, "reach", None)
    if reach is None:
        reach = app.state.reach = Reach(app.routes)
    return reach
