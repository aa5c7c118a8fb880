"""The invented first day of two-valleys-aid, played in it and in two-valleys beside it, for tests of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from trucewatch.cli.play_aid_day import AidPlace, aid_day_of, play_aid_day, play_functions
from trucewatch.desks import indexes
from trucewatch.store import Store
from trucewatch.watch import load_watch

AID: Final = "two-valleys-aid"
CENTRE: Final = "two-valleys"
NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
"""Where the clocks of both stand."""


@contextmanager
def opened(folder: Path) -> Iterator[tuple[AidPlace, AidPlace]]:
    """The instance and the centre of a folder."""
    with (
        Store(folder / AID, lambda: NOW, desks=indexes()) as aid,
        Store(folder / CENTRE, lambda: NOW, desks=indexes()) as centre,
    ):
        yield (
            AidPlace(store=aid, watch=load_watch(folder / AID)),
            AidPlace(store=centre, watch=load_watch(folder / CENTRE)),
        )


def play(into: str | Path) -> Counter[str]:
    folder = Path(into)
    day = aid_day_of(folder / AID)
    assert day is not None
    with opened(folder) as (aid, centre):
        play_functions(aid.store, aid.watch, day)
        return play_aid_day(aid.store, aid.watch, day, beside=centre)
