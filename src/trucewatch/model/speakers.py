"""Whose voice a report is, as far as the files of a watch say: parties by all their names, sources that repeat others,
on whose side people live, devices that are delivered under several names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.claims import NOBODY, claimants_in, folded_name, voice_words
from trucewatch.model.duty_task import CENTRE_TASKS
from trucewatch.model.testimony import CENTRE, PUBLIC, Attestation, how_known
from trucewatch.model.watch import SourceSetting, Watch

PRESS: Final = "press:"
"""Begins a name in `repeats` that is no source of the watch: a newspaper, an agency, a channel."""


def public_names(watch: Watch) -> frozenset[str]:
    """How the watch writes parties, bodies and delegations, as `folded_name` gives it: names that are no person's."""
    delegations = (word for each in watch.settings.delegation for word in (each.id, *each.names.values()))
    return frozenset((*voice_words(watch.agreement), *map(folded_name, delegations), *NOBODY))


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
    givers: Mapping[str, str] = field(default_factory=dict)
    """Source → whose record what its devices and people report is: the centre's, that of the party or delegation that
    keeps it, else the organisation's that runs it; the source's own where nobody is named."""
    centre: frozenset[str] = frozenset()
    """Sources of the centre's own."""
    centre_ids: frozenset[str] = frozenset()
    """What the centre is called where it is named as a claimant: who has the role of a centre."""
    bodies: Mapping[str, str] = field(default_factory=dict)
    """Every way to write a body that counts with a party, as `folded_name` gives them → its id."""
    own: frozenset[str] = frozenset()
    """Sources that a party, a delegation or a signatory keeps: all that comes through them is theirs."""
    devices: Mapping[str, str] = field(default_factory=dict)
    """A name under which a device of the register is delivered ("cam-3", "feed-b:cam-3") → its id."""

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that sources state, in order."""
        return tuple(sorted(set(self.side.values())))


def centre_sources(watch: Watch) -> frozenset[str]:
    """The sources that are the centre's own: those that the watch says, and what the centre was refused itself."""
    return frozenset(source.id for source in watch.settings.source if source.of == CENTRE) | {CENTRE_TASKS}


def speakers_of(watch: Watch) -> Speakers:
    """What the watch's own files say of who speaks; a faulty file is not read so far."""
    sources = watch.settings.source
    voices = voice_words(watch.agreement)
    return Speakers(
        voices=voices,
        parties=frozenset(party.id for party in watch.agreement.party if party.role != "centre"),
        owner={source.id: voices[name] for source in sources if (name := folded_name(source.of)) in voices},
        repeats={source.id: origins_of(source.id, sources) for source in sources if source.repeats},
        claimed_by={source.id: source.claimed_by for source in sources if source.claimed_by},
        side={source.id: source.side for source in sources if source.side},
        givers={source.id: source.of or source.organisation or source.id for source in sources}
        | {CENTRE_TASKS: CENTRE},
        centre=centre_sources(watch),
        bodies={
            folded_name(word): body.id
            for body in watch.agreement.body
            if body.counts_with
            for word in (body.id, *body.names.values())
        },
        centre_ids=frozenset(party.id for party in watch.agreement.party if party.role == "centre"),
        own=frozenset(source.id for source in sources if source.of not in ("", CENTRE)),
        devices={name: sensor.id for sensor in watch.sensors for name in (sensor.id, *sensor.also)},
    )


def testimony_of(row: Mapping[str, Any], speakers: Speakers, parties: Mapping[str, str]) -> Attestation:
    """What one observation says of the kind of its event, with whose word or record it is.

    row: of the columns source, means, kind, aspect, claimed_by, perceived, actor. parties: every way to write a party →
    its id, where `speakers` knows none.
    """
    means, source = row["means"], row["source"]
    voices = speakers.voices or parties
    perceived = how_known(row["perceived"] or "", means, row["kind"])
    named = claimants_in(row["claimed_by"], voices)
    bound = speakers.parties or frozenset(parties.values())
    of_centre = source in speakers.centre and speakers.centre_ids.issuperset(named)
    # What a row says in somebody's name is that somebody's word, whatever its means; a device's or patrol's record is
    # in nobody's. A call or a letter is somebody's word, whoever it is that saw.
    is_claim = means == "party" or perceived == "told" or source in CLAIM_SOURCES or (bool(named) and not of_centre)
    # 1. What comes through a party's or a delegation's own source is theirs, whoever is named in it.
    if source in speakers.own:
        giver = voices.get(folded_name(speakers.givers[source]), speakers.givers[source])
    # 2. Else it is whose claim it is; of several speakers of one row, none said it in words of his own.
    elif named and of_centre:
        giver = CENTRE  # in its own source the centre names itself
    elif named:
        giver = _as_written("; ".join(named))
    # 3. The public speaks from its side of the line; what else nobody signs is that of who runs the source.
    elif means == "public":
        giver = f"{PUBLIC}:{speakers.side[source]}" if source in speakers.side else PUBLIC
    else:
        giver = speakers.givers.get(source, source)
        giver = giver if source in speakers.centre else _as_written(voices.get(folded_name(giver), giver))
    actor = voices.get(folded_name(row["actor"] or ""), row["actor"] or "")
    aspect = "" if row["aspect"] == "undetermined" else row["aspect"]
    body = speakers.bodies.get(folded_name(row["claimed_by"]), "") if giver in bound else ""
    return Attestation(row["kind"], giver, means, perceived, is_claim, aspect, actor, body)


def _as_written(giver: str) -> str:
    """A name that somebody wrote, told apart from the givers that only the watch's own files make."""
    return f"“{giver}”" if giver == CENTRE or giver.partition(":")[0] == PUBLIC else giver


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
