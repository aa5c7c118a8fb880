"""Which moment the pages of provisions show, and by what was known: read from the address, within the watch's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.clause_state import ClauseState, Pace, StateChange
from trucewatch.model.times import ALWAYS, iso_utc
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.pipeline.clause_record import ClauseRecord
from trucewatch.server.view import View
from trucewatch.store.lists import last_list

WAYS: Final = ("then", "today")
"""By what was known at the moment that is shown, or by all that is known at the watch's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """A moment of a record. clock: of the watch, or of a replay: nothing later is shown. changes: up to the clock.
    ticks: the last moment of each day on which a state changes. fault: why the moment that was asked for is not shown,
    with `typed`, what was asked."""

    record: ClauseRecord
    at: datetime
    knowing: str
    clock: datetime
    changes: tuple[StateChange, ...]
    ticks: tuple[datetime, ...]
    fault: Message | None = None
    typed: str = ""

    @property
    def known_by(self) -> datetime | None:
        return self.clock if self.knowing == "today" else None

    def states(self) -> tuple[ClauseState, ...]:
        return self.record.states_at(self.at, known_by=self.known_by)

    def pace(self) -> Pace:
        return self.record.pace_at(self.at, known_by=self.known_by)

    @property
    def first(self) -> datetime:
        return self.ticks[0] if self.ticks else self.clock

    @property
    def earlier(self) -> datetime | None:
        """The tick before."""
        return next((tick for tick in reversed(self.ticks) if tick < self.at), None)

    @property
    def later(self) -> datetime | None:
        """The tick after; the clock after the last."""
        after = next((tick for tick in self.ticks if tick > self.at), None)
        return after if after is not None else (self.clock if self.at < self.clock else None)

    def query(self, at: datetime | None = None, knowing: str = "") -> str:
        """What stands behind the `?` of an address that shows this, or another moment."""
        moment = at or self.at
        pairs = [] if moment == self.clock else [("as_of", iso_utc(moment))]
        if (knowing or self.knowing) != "then":
            pairs.append(("known", knowing or self.knowing))
        return urlencode(pairs)


def glimpse_of(view: View) -> Glimpse:
    """The moment that a request asks for; the watch's clock without one, or where it cannot be shown.

    Raises WatchError, StoreError.
    """
    store = view.console.store
    recorded = last_list(store)
    as_of = recorded.as_of if recorded is not None else view.snapshot.as_of
    record = clause_record(store, view.console.folder, now=view.console.now(), as_of=as_of)
    clock = min(view.clock, record.horizon)
    params = view.request.query_params
    knowing = params.get("known", "")
    at, fault, typed = clock, None, params.get("as_of", "").strip()
    if typed:
        try:
            at = view.time_form.read_moment(typed)
        except TimeError as exc:
            fault = exc.message
        if at > clock:
            at = clock
            fault = Message(
                "Nothing later than the watch's clock is shown: {moment}.", moment=view.telling.moment(clock)
            )
    changes = tuple(change for change in record.changes() if ALWAYS < change.at <= clock)
    last_of_day = {change.at.astimezone(view.reader.zone).date(): change.at for change in changes}
    return Glimpse(
        record=record,
        at=at,
        knowing=knowing if knowing in WAYS else "then",
        clock=clock,
        changes=changes,
        ticks=tuple(last_of_day.values()),
        fault=fault,
        typed=typed if fault else "",
    )
