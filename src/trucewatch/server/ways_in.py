"""Which addresses somebody may open, by what the handlers behind them state: menu, links and buttons ask here, so that
nothing is shown that would be refused, and no page has a list of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import compile_path

from trucewatch.model.roles import EVERY, Right
from trucewatch.server.rights import is_forgetting, needed

_MOST_KEPT: Final = 2000
"""Addresses of which it is kept what stands behind them: pages ask for the same few again and again."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One route: the form of its address, its methods, and who may come in by it."""

    form: re.Pattern[str]
    methods: frozenset[str]
    rights: frozenset[Right]
    is_forgetting: bool


class Reach:
    """The routes of one application, in the order in which it tries them."""

    def __init__(self, routes: Iterable[Any]) -> None:
        self._ways = [
            _Way(
                compile_path(route.path)[0],
                frozenset(route.methods or ()),
                needed(route.endpoint) or frozenset(),
                is_forgetting(route.endpoint),
            )
            for route in iter_route_contexts(list(routes))
            if route.endpoint is not None and route.path is not None and route.path.startswith("/")
        ]
        self._asked: dict[tuple[str, str], _Way | None] = {}

    def lets(self, rights: frozenset[Right], address: str, method: str = "GET") -> bool:
        """Whether somebody with these rights may open an address. Of one behind which there is nothing: yes, it says so
        itself."""
        if rights is EVERY:
            return True
        way = self._way(address, method)
        return way is None or bool(way.rights & rights)

    def leads(self, address: str, method: str = "GET") -> bool:
        """Whether there is something behind an address: a console has not every desk."""
        return self._way(address, method) is not None

    def forgets(self, address: str, method: str) -> bool:
        """Whether the form that is sent there comes back without what was typed where the guard refused it."""
        way = self._way(address, method)
        return way is not None and way.is_forgetting

    def _way(self, address: str, method: str) -> _Way | None:
        key = re.split(r"[?#]", address, maxsplit=1)[0], method
        if key not in self._asked:
            if len(self._asked) >= _MOST_KEPT:
                self._asked.clear()
            matching = (way for way in self._ways if method in way.methods and way.form.match(key[0]))
            self._asked[key] = next(matching, None)
        return self._asked[key]


def reach_of(app: Starlette) -> Reach:
    """The reach of an application; worked out when it is asked for first."""
    reach: Reach | None = getattr(app.state, "reach", None)
    if reach is None:
        reach = app.state.reach = Reach(app.routes)
    return reach
