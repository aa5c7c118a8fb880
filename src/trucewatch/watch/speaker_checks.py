"""What must hold of who speaks: sources that repeat others, sides of the line, bodies, names of devices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.claims import folded_name, voice_words
from trucewatch.model.faults import Fault
from trucewatch.model.party_release import FINE_AFTER, is_fine, is_of_parties
from trucewatch.model.speakers import PRESS, rings_in
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Sensor
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_lines import Path, TomlLines
from trucewatch.watch.toml_records import did_you_mean

CENTRE: Final = "centre"


def check_sources(settings: WatchFile, agreement: Agreement | None, lines: TomlLines) -> list[Fault]:
    """Faults of `repeats`, `side` and `of`. Without a readable agreement parties are not asked for."""
    faults = FaultList("watch.toml", lines)
    ids = [source.id for source in settings.source]
    for index, source in enumerate(settings.source):
        path: Path = ("source", index)
        place = Message('source "{source}"', source=source.id)
        for name in source.repeats:
            if name == source.id:
                faults.error((*path, "repeats"), Message("repeats itself"), Message("leave it out"), place)
            elif name.startswith(PRESS):
                if not name[len(PRESS) :].strip():
                    remedy = Message('write "press:NAME"')
                    faults.error((*path, "repeats"), Message("repeats press without a name"), remedy, place)
            elif name not in ids:
                near = did_you_mean(name, [*sorted(set(ids) - {source.id}), f"{PRESS}{name}"])
                what = Message('repeats "{name}", which is no source of this watch', name=name[:40])
                faults.error((*path, "repeats"), what, near, place)
        if agreement is None:
            continue
        parties = sorted(agreement.party_ids)
        if source.side and source.side not in parties:
            what = Message('side "{name}" is no party', name=source.side[:40])
            faults.error((*path, "side"), what, did_you_mean(source.side, parties), place)
        givers = [CENTRE, *parties, *(delegation.id for delegation in settings.delegation)]
        if source.of and source.of not in givers:
            what = Message('of "{name}" is neither the centre nor a party nor a delegation', name=source.of[:40])
            faults.error((*path, "of"), what, did_you_mean(source.of, list(dict.fromkeys(givers))), place)
    for ring in rings_in(settings.source):
        if len(ring) > 1:
            what = Message("sources repeat each other in a ring: {ring}", ring=" → ".join((*ring, ring[0])))
            remedy = Message("let the one whose words they are repeat nobody")
            faults.error(("source", ids.index(ring[0]), "repeats"), what, remedy)
    return faults


def check_bodies(agreement: Agreement, lines: TomlLines) -> list[Fault]:
    """Faults of `[[body]]`: an id of its own, a party to count with, no name that somebody else has."""
    faults = FaultList("agreement.toml", lines)
    owner = {folded_name(word): party.id for party in agreement.party for word in (party.id, *party.names.values())}
    faults.unique("body", (body.id for body in agreement.body))
    for index, body in enumerate(agreement.body):
        place = Message('body "{body}"', body=body.id)
        if body.counts_with and body.counts_with not in agreement.party_ids:
            what = Message('counts with "{name}", which is no party', name=body.counts_with[:40])
            near = did_you_mean(body.counts_with, sorted(agreement.party_ids))
            faults.error(("body", index, "counts_with"), what, near, place)
        for word in (body.id, *body.names.values()):
            named = owner.setdefault(folded_name(word), body.id)
            if named != body.id:
                what = Message('"{name}" is a name of "{owner}" already', name=word[:40], owner=named)
                faults.error(("body", index), what, Message("let each name stand for one party or body"), place)
    return faults


def check_register(sensors: Sequence[Sensor], settings: WatchFile) -> list[Fault]:
    """Warnings for a device that is delivered by a source that there is not."""
    ids = [source.id for source in settings.source]
    return [
        Fault(
            "sensors.geojson",
            0,
            Message('feature "{name}"', name=sensor.id[:40]),
            Message('is also called "{name}", but no source is "{source}"', name=name[:40], source=source[:40]),
            did_you_mean(source, sorted(ids)),
            "warning",
        )
        for sensor in sensors
        for name in sensor.also
        for source, colon, _ in (name.partition(":"),)
        if colon and source not in ids
    ]


def check_publishers(settings: WatchFile, agreement: Agreement | None, lines: TomlLines) -> list[Fault]:
    """Faults of `publisher`: its rows may be cited only where it is a party, or a body that counts with one."""
    faults = FaultList("watch.toml", lines)
    for index, source in enumerate(settings.source):
        if not source.publisher or agreement is None:
            continue
        place = Message('source "{source}"', source=source.id)
        if voice_words(agreement).get(folded_name(source.publisher)) not in agreement.party_ids:
            faults.error(
                ("source", index, "publisher"),
                Message('publisher "{name}" is no party and no body that counts with one', name=source.publisher[:40]),
                Message("add a [[body]] with counts_with to agreement.toml, or leave publisher out"),
                place,
            )
        elif source.handling != "open":
            faults.warning(
                ("source", index, "publisher"),
                Message("has a publisher and is not open, so nothing of it is cited"),
                Message('write handling = "open" if these words are public'),
                place,
            )
    return faults


def check_parties(settings: WatchFile, agreement: Agreement | None, lines: TomlLines) -> list[Fault]:
    """Recipients that are the bound parties and whose rule is finer than they get within a day: told, since the
    release holds them to the coarse form by itself."""
    faults = FaultList("watch.toml", lines)
    for index, recipient in enumerate(settings.recipient):
        if agreement is None or not is_of_parties(recipient, agreement):
            continue
        if is_fine(recipient) and timedelta(hours=recipient.delay_hours) < FINE_AFTER:
            faults.warning(
                ("recipient", index),
                Message(
                    'recipient "{recipient}" is a bound party and asks for more than a cell of 5 km and a quarter of '
                    "an hour before 24 hours are over; it gets these until then",
                    recipient=recipient.id,
                ),
                Message('write cell_m = 5000 and time = "quarter" or coarser, or delay_hours = 24 or more'),
            )
    return faults
