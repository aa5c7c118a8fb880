"""Observation table → whose voice each row is: a device under all its names, a party by all of its own, a list by what
it repeats, the public by its side of the line.

A voice is told from the row and the watch's files alone, but for one case: a row that may come from several speakers (a
digest of two agencies, a claim of two parties). It has a voice of its own only until `settle_voices` sees the event: it
adds none where one of them speaks there himself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.word_hashes import hash_of, words_of
from trucewatch.geo.arrays import Ints, Mask, Rows
from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.claims import claimants_in, folded_name
from trucewatch.model.observation import MEANS
from trucewatch.model.speakers import PRESS, Speakers

if TYPE_CHECKING:
    from trucewatch.fusion.measurements import Reports

_61_BITS: Final = np.int64((1 << 61) - 1)
PUBLIC, PARTY, LIST = MEANS.index("public"), MEANS.index("party"), MEANS.index("event_list")
PATROL: Final = MEANS.index("patrol")
WORDS: Final = (PUBLIC, PARTY, LIST)
"""Means of words, which may be somebody else's."""
Shared = Mapping[int, tuple[int, ...]]
"""Voice of a row that may come from several speakers → the voices of these."""


def with_registered_devices(observations: pa.Table, speakers: Speakers) -> pa.Table:
    """The table with the register's id as `sensor` wherever a device of it is delivered under another name."""
    names = {name: device for name, device in speakers.devices.items() if name != device}
    if not names:
        return observations
    sensor = observations["sensor"].combine_chunks()
    whole = pc.binary_join_element_wise(observations["source"].combine_chunks(), sensor, ":")
    # The name with its source first: it says more.
    for spelled in (sensor, whole):
        at = pc.index_in(spelled, value_set=pa.array(list(names)))
        sensor = pc.coalesce(pa.array(list(names.values())).take(at), sensor)
    return observations.set_column(observations.schema.get_field_index("sensor"), "sensor", sensor)


def devices_of(observations: pa.Table, speakers: Speakers | None = None) -> Ints:
    """A number for each device, the same in every table, not negative.

    A device of the register is one whatever source delivers it; any other is its source's, or, where that copies
    one other source whole, that source's.
    """
    source, sensor = words_of(observations["source"]), words_of(observations["sensor"])
    if speakers is not None:
        for copy, origins in speakers.repeats.items():
            first = [name for name in origins if name not in speakers.repeats]
            if len(first) == 1 and not first[0].startswith(PRESS):
                source[source == hash_of(copy)] = hash_of(first[0])
    devices = (source * np.int64(1_000_003) + sensor) & _61_BITS
    if speakers is not None and speakers.devices:
        ids = sorted(set(speakers.devices.values()))
        at = pc.index_in(observations["sensor"], value_set=pa.array(ids)).to_numpy(zero_copy_only=False)
        numbers = np.array([*(hash_of(f"device\x1f{name}") for name in ids), -1], dtype=np.int64)
        registered = numbers[np.nan_to_num(np.asarray(at, dtype=np.float64), nan=len(ids)).astype(np.intp)]
        devices = np.where(registered >= 0, registered, devices)
    return np.asarray(devices, dtype=np.int64)


def voices_of(observations: pa.Table, means: Ints, devices: Ints, speakers: Speakers) -> tuple[Ints, Shared]:
    """The voice of each row, shape (n,), and which of them may be another's."""
    voice = devices.copy()
    # What comes through a party's own source is that party's word, device or not, and never another's.
    source = words_of(observations["source"])
    for name, owner in speakers.owner.items():
        voice[source == hash_of(name)] = _named(owner)
    kept = np.isin(source, [hash_of(name) for name in speakers.owner])
    # What a patrol was told is hearsay: the voice of whoever told it, who may speak here too, and nobody says who.
    if "perceived" in observations.column_names:  # an archive's files say of nobody how they know
        told = pc.fill_null(pc.equal(observations["perceived"], "told"), False)
        was_told = told.to_numpy() & (means == PATROL)
        means = np.where(was_told, PUBLIC, means)
    # What a party says stays its word whoever passes it on: a patrol that notes it, a channel that repeats it.
    claimed = observations["claimed_by"]
    named = pc.unique(claimed).to_pylist()
    parties = pa.array([text for text in named if text and _is_parties(text, speakers)], pa.string())
    said = pc.is_in(claimed, value_set=parties).to_numpy()
    words = np.flatnonzero((np.isin(means, WORDS) | said) & ~kept)
    shared: dict[int, tuple[int, ...]] = {}
    if not words.size:
        return voice, shared
    rows = pa.array(words)
    columns = [observations[name].take(rows) for name in ("source", "claimed_by", "sensor")]
    # Who calls from which place, a claim says; of other words it is nothing that tells voices apart.
    columns[2] = pc.if_else(pc.is_in(columns[0], value_set=pa.array(sorted(CLAIM_SOURCES))), columns[2], "")
    spelled = np.column_stack((means[words], *(words_of(column) for column in columns)))
    _, first, at = np.unique(spelled, axis=0, return_index=True, return_inverse=True)
    numbers = np.empty(len(first), dtype=np.int64)
    origins = {origin for repeated in speakers.repeats.values() for origin in repeated}
    copied = {hash_of(origin) for origin in origins if not origin.startswith(PRESS)}
    examples = (column.take(pa.array(first)).to_pylist() for column in columns)
    for number, (row, source, claimed_by, place) in enumerate(zip(first.tolist(), *examples, strict=True)):
        may_be = _speakers(int(means[words[row]]), source, claimed_by or "", speakers, place)
        numbers[number] = may_be[0]
        # What a copied source says itself is only seen in the event: a device's reports, a party's words.
        if len(may_be) > 1 or (source in speakers.repeats and may_be[0] in copied):
            numbers[number] = hash_of("\x1f".join(map(str, may_be)))
            shared[int(numbers[number])] = may_be
    voice[words] = numbers[at.reshape(-1)]
    return voice, shared


def _speakers(means: int, source: str, claimed_by: str, speakers: Speakers, place: str = "") -> tuple[int, ...]:
    """Who may have spoken first what such a row says, as numbers in order; one of them is enough."""
    # 1. Whom a row of a party or a list names, speaks: a list only writes down what he said. What the public says of
    # itself is the public's, whoever signs it; what a party said stays the party's.
    claimants = claimants_in(claimed_by, speakers.voices)
    if claimants and (means != PUBLIC or _is_parties(claimed_by, speakers)):
        return tuple(sorted({_named(name) for name in claimants}))
    # 2. Else what its source repeats.
    origins = speakers.repeats.get(source, ())
    found = {number for origin in origins for number in _of_origin(origin, speakers)}
    # 3. Callers of one place are one voice, and nobody's side. The public is one voice on each side of the line; of
    # those whose side nobody states, never one more.
    if means == PUBLIC and place:
        found.add(hash_of(f"place\x1f{place}"))
    elif means == PUBLIC:
        side = speakers.side.get(source)
        found.update(_public(name) for name in ((side,) if side else speakers.sides or ("",)))
    return tuple(sorted(found)) or (hash_of(source),)


def _is_parties(claimed_by: str, speakers: Speakers) -> bool:
    """Whether all whom a row names are parties, or bodies that count with one."""
    claimants = claimants_in(claimed_by, speakers.voices)
    return bool(claimants) and speakers.parties.issuperset(claimants)


def _of_origin(origin: str, speakers: Speakers) -> set[int]:
    """The voices that the rows of an origin may have, as far as they can be told without them."""
    if origin.startswith(PRESS):
        return {_named(name) for name in claimants_in(origin[len(PRESS) :], speakers.voices)}
    found = {hash_of(origin)}
    found.update(_named(name) for name in claimants_in(speakers.claimed_by.get(origin, ""), speakers.voices))
    if side := speakers.side.get(origin):
        found.add(_public(side))
    return found


def _named(name: str) -> int:
    return hash_of(f"named\x1f{folded_name(name)}")


def _public(side: str) -> int:
    return hash_of(f"public\x1f{side}")


def settle_voices(reports: Reports, order: Rows, bounds: Rows) -> Reports:
    """The reports, with each row that may come from several speakers given to one of them: to one who speaks in its
    event, else to the one who would explain most of those that are left.

    So an event has about as few voices as explain all its rows. order, bounds: the rows of event g are
    order[bounds[g] : bounds[g + 1]].
    """
    if not reports.shared:
        return reports
    k = reports.k.copy()
    open_ = np.isin(k["voice"], np.fromiter(reports.shared, dtype=np.int64))
    event = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    for g in np.unique(event[open_[order]]).tolist():
        rows = order[bounds[g] : bounds[g + 1]]
        given = _give(k["voice"][rows], k["feed"][rows], open_[rows], reports.shared)
        k["voice"][rows] = [given.get(number, number) for number in k["voice"][rows].tolist()]
    return replace(reports, k=k)


def first_of_voices(reports: Reports, order: Rows, group: Rows) -> Rows:
    """Where in `order` the first row of each voice of each event stands, by event and voice; a device's own row before
    words that repeat it. group: the event of each row of `order`."""
    voice = reports.k["voice"][order]
    by_voice = np.lexsort((np.isin(reports.k["means"][order], WORDS), voice, group))  # stable: else as they stand
    new = (np.diff(group[by_voice]) != 0) | (np.diff(voice[by_voice]) != 0)
    return by_voice[np.flatnonzero(np.r_[True, new])] if len(order) else by_voice


def _give(voice: Ints, feed: Ints, open_: Mask, shared: Shared) -> dict[int, int]:
    """Voice that may be several speakers' → the one that it is given to, in one event."""
    heard = set(voice[~open_].tolist())
    # What a source says in this event is what those that repeat it may be repeating.
    says: dict[int, set[int]] = {}
    for source, number in zip(feed[~open_].tolist(), voice[~open_].tolist(), strict=True):
        says.setdefault(source, set()).add(number)
    left = {
        number: set(shared[number]).union(*(says.get(speaker, ()) for speaker in shared[number]))
        for number in np.unique(voice[open_]).tolist()
    }
    given: dict[int, int] = {}
    while left:
        for number in [number for number, may_be in left.items() if may_be & heard]:
            given[number] = min(left.pop(number) & heard)
        if left:
            explains = Counter(speaker for may_be in left.values() for speaker in may_be)
            heard.add(min(explains, key=lambda speaker: (-explains[speaker], speaker)))
    return given
