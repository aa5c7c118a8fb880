"""Whose voice a report is, as far as the files of a watch say: parties by all their names, sources that repeat others,
on whose side people live, devices that are delivered under several names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from trucewatch.model.claims import folded_name, voice_words
from trucewatch.model.watch import SourceSetting, Watch

PRESS: Final = "press:"
"""Begins a name in `repeats` that is no source of the watch: a newspaper, an agency, a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """What tells voices apart beside the observations. Empty: every source, device and claimant is its own."""

    voices: Mapping[str, str] = field(default_factory=dict)
    """Every way to write a party or a body, as `folded_name` gives them → whose voice it is."""
    parties: frozenset[str] = frozenset()
    """The parties: among these voices those of the bound."""
    repeats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Source → the sources and press whose words it copies, and those that these copy, to the last."""
    claimed_by: Mapping[str, str] = field(default_factory=dict)
    """Source → whose claim its rows are."""
    side: Mapping[str, str] = field(default_factory=dict)
    """Source → the party on whose side of the line the people in it speak."""
    owner: Mapping[str, str] = field(default_factory=dict)
    """Source that a party keeps (`of`) → whose voice all that comes through it is, whoever is named in it."""
    devices: Mapping[str, str] = field(default_factory=dict)
    """A name under which a device of the register is delivered ("cam-3", "feed-b:cam-3") → its id."""

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that sources state, in order."""
        return tuple(sorted(set(self.side.values())))


def speakers_of(watch: Watch) -> Speakers:
    """What the watch's own files say of who speaks; a faulty file is not read so far."""
    sources = watch.settings.source
    voices = voice_words(watch.agreement)
    return Speakers(
        voices=voices,
        parties=frozenset(party.id for party in watch.agreement.party),
        owner={source.id: voices[name] for source in sources if (name := folded_name(source.of)) in voices},
        repeats={source.id: origins_of(source.id, sources) for source in sources if source.repeats},
        claimed_by={source.id: source.claimed_by for source in sources if source.claimed_by},
        side={source.id: source.side for source in sources if source.side},
        devices={name: sensor.id for sensor in watch.sensors for name in (sensor.id, *sensor.also)},
    )


def origins_of(source_id: str, sources: tuple[SourceSetting, ...]) -> tuple[str, ...]:
    """What a source repeats, and what that repeats, to the last, in order; never itself."""
    repeats = {source.id: source.repeats for source in sources}
    origins: set[str] = set()
    ahead = list(repeats.get(source_id, ()))
    while ahead:
        name = ahead.pop()
        if name not in origins and name != source_id:
            origins.add(name)
            ahead += repeats.get(name, ())
    return tuple(sorted(origins))


def rings_in(sources: tuple[SourceSetting, ...]) -> Iterator[tuple[str, ...]]:
    """Sources that repeat each other in a ring, each ring once, from the first of them in the order of the file."""
    repeats = {source.id: source.repeats for source in sources}
    in_a_ring: set[str] = set()
    for source in sources:
        if source.id in in_a_ring:
            continue
        path = _way_back(source.id, repeats)
        if path:
            in_a_ring.update(path)
            yield path


def _way_back(begin: str, repeats: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way by `repeats` from a source to itself, without its end; empty if there is none."""
    ways: list[tuple[str, ...]] = [(begin,)]
    seen: set[str] = set()
    for way in ways:
        for name in repeats.get(way[-1], ()):
            if name == begin:
                return way
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()
