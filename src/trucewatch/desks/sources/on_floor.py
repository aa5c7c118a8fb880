"""What of sources waits: those that have said nothing for longer than they usually do, and files whose rows were
refused; and the files that came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import quote

from trucewatch.desks.base import CameIn, FloorItem
from trucewatch.desks.sources.rhythm import Moments, SilentSource, moments_of, silence_of
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.roles import Right
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.watch import SourceSetting
from trucewatch.server.console import Console
from trucewatch.server.view import View
from trucewatch.sources import adapter
from trucewatch.store import Store

REFUSED_FOR: Final = timedelta(hours=24)
"""How long a file with refused rows stays on the floor; the page of sources keeps it."""
MOST_FILES: Final = 500
_HOUR: Final = timedelta(hours=1)


@dataclass(slots=True)
class _Rhythm:
    """When each source spoke, as the list that was worked out last has it."""

    version: str = ""
    moments: Moments = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _FileRead:
    """One piece of evidence of a source with how many of its rows were read and how many refused, in its last
    reading."""

    source: str
    received_at: datetime
    rows: int
    refused: int


def items(view: View) -> tuple[FloorItem, ...]:
    """Silent sources, then files with refused rows that came within REFUSED_FOR."""
    if not view.may(Right.INSIDE):
        return ()
    return (*(_silent(view, each) for each in _silences(view)), *_refusals(view))


def came_in(view: View, since: datetime) -> tuple[CameIn, ...]:
    """The files of sources that came after a moment of the watch's clock, the last one first."""
    if not view.may(Right.INSIDE):
        return ()
    settings = {setting.id: setting for setting in view.snapshot.watch.settings.source}
    return tuple(
        CameIn(
            sort="file",
            says=partial(_file_says, view, settings[each.source], each.rows),
            path=f"/sources#source-{quote(each.source)}",
            at=each.received_at,
            simulated=settings[each.source].simulated or view.snapshot.watch.settings.simulated,
        )
        for each in _files_since(view.console.store, since)
        if each.source in settings and each.received_at <= view.clock
    )


def _file_says(view: View, setting: SourceSetting, rows: int) -> Message:
    return Message(
        "{source}: a file with {rows}",
        source=_name(view, setting),
        rows=Plural("{count} row", "{count} rows", rows, count=Amount(rows)),
    )


def _silences(view: View) -> list[SilentSource]:
    watch, clock = view.snapshot.watch, view.clock
    rhythm = view.console.part(_rhythm)
    assessment = view.snapshot.assessment
    if assessment is not None and rhythm.version != view.snapshot.version:
        rhythm.moments, rhythm.version = moments_of(assessment.observations), view.snapshot.version
    heard_at: dict[str, datetime] = {}
    if not view.snapshot.is_past:  # on a past case files came when they were brought, which is no habit of their source
        rows = view.console.store.index.rows("SELECT source, max(received_at) FROM evidence GROUP BY source")
        heard_at = {source: read_time(received_at) for source, received_at in rows}
    moments = rhythm.moments
    silences = [
        silence_of(setting.id, moments[setting.id], clock, delay=_delay(setting), heard_at=heard_at.get(setting.id))
        for setting in watch.settings.source
        if setting.id in moments
    ]
    return sorted((each for each in silences if each), key=lambda each: (each.since, each.source))


def _silent(view: View, silent: SilentSource) -> FloorItem:
    setting = next(each for each in view.snapshot.watch.settings.source if each.id == silent.source)
    values = {"source": _name(view, setting), "hours": _lasting(silent.lasting)}
    if silent.usually is None:
        label = Message(
            "{source}: nothing for {hours}; too little is on record to say what is usual. That says nothing of what "
            "happens there.",
            **values,
        )
    else:
        label = Message(
            "{source}: nothing for {hours}; 19 of 20 of its pauses were not longer than {usual}. That says nothing of "
            "what happens there.",
            usual=_lasting(silent.usually),
            **values,
        )
    return FloorItem(
        part="source",
        label=label,
        path=f"/sources#source-{quote(silent.source)}",
        since=silent.since,
        simulated=setting.simulated or view.snapshot.watch.settings.simulated,
    )


def _refusals(view: View) -> list[FloorItem]:
    settings = {setting.id: setting for setting in view.snapshot.watch.settings.source}
    return [
        FloorItem(
            part="source",
            label=Message(
                "{source}: of a file that came {rows} refused, each with its reason",
                source=_name(view, settings[each.source]),
                rows=Plural("{count} row was", "{count} rows were", each.refused, count=Amount(each.refused)),
            ),
            path=f"/sources/rejected?source={quote(each.source)}",
            since=each.received_at,
            simulated=settings[each.source].simulated or view.snapshot.watch.settings.simulated,
        )
        for each in _files_since(view.console.store, view.clock - REFUSED_FOR)
        if each.refused and each.source in settings and each.received_at <= view.clock
    ]


def _files_since(store: Store, since: datetime) -> list[_FileRead]:
    """What came of sources after a moment, the last one first; at most MOST_FILES."""
    query = """
    SELECT e.source, e.received_at, coalesce(b.observation_rows + b.counter_rows, 0), coalesce(b.rejected_rows, 0)
    FROM evidence e LEFT JOIN batch b
      ON b.entry = (SELECT max(entry) FROM batch WHERE evidence = e.sha256 AND source = e.source)
    WHERE e.received_at > ? ORDER BY e.received_at DESC, e.entry DESC LIMIT ?
    """
    rows = store.index.rows(query, iso_utc(since), MOST_FILES)
    return [_FileRead(source, read_time(at), read, refused) for source, at, read, refused in rows]


def _name(view: View, setting: SourceSetting) -> str:
    return printable(view.words.name(setting.title, otherwise=setting.id))


def _delay(setting: SourceSetting) -> timedelta:
    hours = setting.delay_hours
    return adapter(setting.adapter).card.delay if hours is None else timedelta(hours=hours)


def _lasting(lasting: timedelta) -> Message:
    """`40 min`, `9 h`, `3 days`."""
    minutes = max(int(lasting.total_seconds() // 60), 1)
    if minutes < 60:
        return Message("{n} min", n=Amount(minutes))
    if lasting < 48 * _HOUR:
        return Message("{n} h", n=Amount(minutes // 60))
    return Plural("{n} day", "{n} days", lasting.days, n=Amount(lasting.days))


def _rhythm(console: Console) -> _Rhythm:
    return _Rhythm()
