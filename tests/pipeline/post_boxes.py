"""Two post-boxes with stores of their own, for tests: a centre and a humanitarian instance beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from trucewatch.model.humanitarian import District, HumanitarianFile, Organisation
from trucewatch.model.watch import Watch
from trucewatch.model.watch_kind import WatchKind
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.post import Post
from trucewatch.store import Store
from trucewatch.store.post_peers import add_peer, confirm_peer
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
ON_FILE = HumanitarianFile(
    schema=1,
    organisation=(
        Organisation(id="aid-a", names={"en": "Aid A"}, kind="ngo"),
        Organisation(id="aid-b", names={"en": "Aid B"}, kind="un"),
    ),
    district=(District(id="north", names={"en": "North"}, zone="north"),),
    coordinator="aid-b",
)
BLANKETS: dict[str, Any] = {
    "organisation": "aid-a",
    "kind": "blankets",
    "quantity": "300",
    "unit": "pieces",
    "district": "north",
    "what": "warm ones for a tent camp",
}


ROUTE = "by the lower bridge and the mill"
MOVEMENT: dict[str, Any] = {
    "organisation": "aid-a",
    "from_district": "north",
    "to_district": "north",
    "route": ROUTE,
    "leaves_at": "2031-05-07T06:00:00Z",
    "arrives_at": "2031-05-07T12:00:00Z",
    "vehicles": "3",
    "vehicle_kinds": ["lorries"],
    "staff": "7",
    "purpose": "delivery",
}


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@cache
def _loaded() -> Watch:
    return load_watch(ROOT / "examples" / "two-valleys")


@dataclass(slots=True)
class Box:
    """One instance: its store, open, and its clock."""

    id: str
    kind: WatchKind
    store: Store
    clock: Clock
    on_file: HumanitarianFile = ON_FILE

    @property
    def watch(self) -> Watch:
        settings = replace(_loaded().settings, id=self.id, kind=self.kind)
        return replace(_loaded(), settings=settings, humanitarian=self.on_file)

    @property
    def post(self) -> Post:
        return Post(self.store, self.watch, self.clock())

    @property
    def book(self) -> AidBook:
        return AidBook(self.store, self.watch, self.clock())

    def knows(self, other: Box, *, confirmed: bool = True) -> None:
        """Take the other's card in, and compare its digits."""
        card = other.post.card()
        add_peer(self.store, card, own_id=self.id, by="p-1")
        if confirmed:
            confirm_peer(self.store, other.id, card.signs, function="duty officer", on=self.clock().date(), by="p-1")


def opened(folder: Path, box_id: str, kind: WatchKind, clock: Clock) -> Box:
    """A box with its store open; whoever opens it closes it."""
    folder.mkdir(parents=True, exist_ok=True)
    return Box(box_id, kind, Store(folder, clock).__enter__(), clock)
