"""The day that pages of links show, and by what was known at which moment: from the address, for the form that asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.times import day_of, iso_utc
from trucewatch.server.view import View

Known = Literal["then", "now", "moment"]
LONGEST: Final = 80
"""Characters of a day or a moment in an address that are read; a longer text is none."""
_TICK: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenDay:
    """A day of the watch's zone, and the moment (UTC) by which what is shown was known.

    horizon: whether that is the end of the day itself (`then`), the latest moment of which the watch may tell (`now`),
    or one that the address names. typed, typed_moment: what the address had, for the form; faults: by field, why that
    was not taken.
    """

    day: date
    known_by: datetime
    horizon: Known
    clock_day: date
    typed: str
    typed_moment: str
    faults: dict[str, Message]

    @property
    def is_after_clock(self) -> bool:
        """Whether the day is later than that of the watch's clock, as one may ask on a past case."""
        return self.day > self.clock_day

    @property
    def query(self) -> dict[str, str]:
        """The same choice for another address; empty for the watch's own clock."""
        if self.day == self.clock_day and self.horizon == "then":
            return {}
        known_by = iso_utc(self.known_by) if self.horizon == "moment" else self.horizon
        return {"at": self.day.isoformat(), "known_by": known_by}

    def address(self, path: str, **more: str) -> str:
        """A path of the desk with the same day, and whatever else it asks."""
        query = {name: text for name, text in more.items() if text} | self.query
        return f"{path}?{urlencode(query)}" if query else path


def chosen_day(view: View) -> ChosenDay:
    """What the address chooses: `at`, a day, and `known_by`: `then`, `now` or a moment. Else the watch's clock."""
    typed = view.request.query_params.get("at", "").strip()[:LONGEST]
    known_by = view.request.query_params.get("known_by", "").strip()[:LONGEST]
    clock = view.clock.replace(microsecond=0)
    clock_day, latest = clock.astimezone(view.watch.zone).date(), latest_of(view)
    day, faults = clock_day, {}
    if typed:
        try:
            day = view.time_form.read_day(typed)
        except TimeError as exc:
            faults["at"] = exc.message
    if day > latest.astimezone(view.watch.zone).date():
        faults["at"] = Message(
            "Nothing later than the watch's clock is shown: {moment}.", moment=view.telling.moment(latest)
        )
        day = clock_day
    then = clock if day == clock_day else min(day_of(day, view.watch.zone).end - _TICK, latest)
    horizon: Known = "now" if known_by == "now" else "then"
    moment = latest if horizon == "now" else then
    if known_by not in ("", "then", "now"):
        try:
            moment, horizon = min(view.time_form.read_moment(known_by), latest), "moment"
        except TimeError as exc:
            faults["known_by"] = exc.message
    return ChosenDay(
        day=day,
        known_by=moment,
        horizon=horizon,
        clock_day=clock_day,
        typed=typed if "at" in faults else view.time_form.write_day(day),
        typed_moment=known_by if "known_by" in faults else "",
        faults=faults,
    )


def latest_of(view: View) -> datetime:
    """The latest moment of which pages may tell: the clock, and on a past case that is not replayed the computer's, for
    days after the watch's own are asked there."""
    clock = view.clock.replace(microsecond=0)
    if not view.snapshot.is_past or view.snapshot.is_replay:
        return clock
    return max(clock, view.console.now().replace(microsecond=0))
