"""What a source hands over for one piece of evidence, and the card that every source shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa

from trucewatch.messages import Message
from trucewatch.model.claims import party_words
from trucewatch.model.evidence import Rejected
from trucewatch.model.observation import empty_counters, empty_observations
from trucewatch.model.sender import empty_senders
from trucewatch.model.track import empty_tracks
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Post, Town


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """Who stands behind a source and where it is blind; shown by `trucewatch sources`, on pages and in the docs."""

    adapter: str
    title: Message
    owner: Message
    delay: timedelta
    delay_words: Message
    licence: Message
    blind_spots: Message
    reads: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One reading of one piece of evidence: rows taken, numbers taken, track points taken, rows refused.

    senders: the private people behind rows, who stand in no other column. remarks: what there is to know of the file as
    a whole, and is no reason to refuse any of it.
    """

    observations: pa.Table = field(default_factory=empty_observations)
    counters: pa.Table = field(default_factory=empty_counters)
    rejected: tuple[Rejected, ...] = ()
    tracks: pa.Table = field(default_factory=empty_tracks)
    senders: pa.Table = field(default_factory=empty_senders)
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a source is told of the bytes it reads: their hash, their name, when they came. Never a clock."""

    evidence_sha256: str
    file: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingContext:
    """What of the watch a source may need to read a row: towns for "2.1 km NE of …", the area, the languages'
    parties."""

    towns: tuple[Town, ...] = ()
    area: tuple[float, float, float, float] = (-180.0, -90.0, 180.0, 90.0)
    """lon_min, lat_min, lon_max, lat_max; a place far outside whose mirror lies inside has its axes swapped."""
    party_ids: frozenset[str] = frozenset()
    """The parties; who has the role of a centre is none."""
    party_names: frozenset[str] = frozenset()
    """Every way to write one of these, as `folded_name` gives it."""
    posts: tuple[Post, ...] = ()
    """The posts of the sensor register, for tables that say "seen from POST"."""


def reading_context(watch: Watch) -> ReadingContext:
    """What the sources of this watch may need of it."""
    posts = tuple(
        Post(
            id=sensor.id,
            names=tuple(dict.fromkeys((sensor.id, *sensor.names.values(), *sensor.also))),
            lon=sensor.lon,
            lat=sensor.lat,
            means=sensor.means,
        )
        for sensor in watch.sensors
    )
    parties = frozenset(party.id for party in watch.agreement.party if party.role != "centre")
    names = frozenset(word for word, party in party_words(watch.agreement).items() if party in parties)
    return ReadingContext(
        towns=watch.basemap.towns, area=watch.settings.area, party_ids=parties, party_names=names, posts=posts
    )
