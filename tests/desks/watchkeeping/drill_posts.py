"""What the forms of a drill send when they enter something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from trucewatch.pipeline.drilling import waiting_flash
from trucewatch.store.drill_records import drill_now
from trucewatch.store.flash_records import flashes_on_record

if TYPE_CHECKING:
    from tests.server.addresses import Busy


def _none_runs(busy: Busy) -> dict[str, str]:
    if drill_now(busy.console.store) is not None:
        busy.client.post("/drills/end", data={"end": "over"})
    while (waiting := waiting_flash(flashes_on_record(busy.console.store))) is not None:
        answer = busy.client.post(f"/urgent/{waiting.code}/close")
        assert answer.status_code == 303, "a drill does not begin while something real waits for an answer"
    return {"label": "Storage at Stonegate"}


def _one_runs(busy: Busy) -> dict[str, str]:
    if drill_now(busy.console.store) is None:
        _none_runs(busy)
        busy.client.post("/drills/begin", data={"label": "Storage at Stonegate"})
    return {"end": "over"}


POSTS: Final[Mapping[str, Callable[[Busy], Mapping[str, Any]]]] = {
    "/drills/begin": _none_runs,
    "/drills/end": _one_runs,
    "/drills/real": _one_runs,
}
