"""What the forms of a drill send when they enter something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from trucewatch.store.drill_records import drill_now

if TYPE_CHECKING:
    from tests.server.addresses import Busy


def _none_runs(busy: Busy) -> dict[str, str]:
    if drill_now(busy.console.store) is not None:
        busy.client.post("/drills/end", data={"end": "over"})
    return {"label": "Storage at Stonegate"}


def _one_runs(busy: Busy) -> dict[str, str]:
    if drill_now(busy.console.store) is None:
        busy.client.post("/drills/begin", data={"label": "Storage at Stonegate"})
    return {"end": "over"}


POSTS: Final[Mapping[str, Callable[[Busy], Mapping[str, Any]]]] = {
    "/drills/begin": _none_runs,
    "/drills/end": _one_runs,
    "/drills/real": _one_runs,
}
