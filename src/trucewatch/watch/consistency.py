"""What must hold between the parts of a watch: ids that exist, kinds that are known, deadlines with a zone of time."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import PurePosixPath

from trucewatch.errors import TimeError, Unsupported
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement, Provision, Stipulation
from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.duty_task import CENTRE_TASKS
from trucewatch.model.edits import BY_HAND
from trucewatch.model.faults import Fault
from trucewatch.model.handed_file import HANDED_OVER
from trucewatch.model.observation import ASPECTS, KINDS
from trucewatch.model.times import zone_named
from trucewatch.model.watch import Recipient, SourceSetting, WatchFile
from trucewatch.model.zone import Zone
from trucewatch.watch.brought_basemap import is_basemap_name
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_lines import Path, TomlLines
from trucewatch.watch.toml_records import did_you_mean

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$")
_OWN_SOURCES = CLAIM_SOURCES | {BY_HAND, HANDED_OVER, CENTRE_TASKS}
"""What rows and bytes that people enter stand under: a file's rows there would be taken for somebody's call or act."""
SMALLEST_CELL_M = 1000.0


def is_plain_id(text: str) -> bool:
    """Whether an id can be a file name: Latin letters, digits, hyphens."""
    return bool(_ID.match(text)) and not text.endswith("\n")


def area_is_sound(area: tuple[float, float, float, float]) -> bool:
    """lon_min < lon_max and lat_min < lat_max, in degrees, away from the poles and the antimeridian."""
    west, south, east, north = area
    return -180 <= west < east <= 180 and -89 < south < north < 89


def check_settings(settings: WatchFile, zones: list[Zone], lines: TomlLines) -> list[Fault]:
    """Faults of `watch.toml` that only show when its parts are held together."""
    faults = FaultList("watch.toml", lines)
    try:
        zone_named(settings.time_zone)
    except TimeError as exc:
        faults.error(("time_zone",), exc.message, Message('write an IANA name such as "Asia/Baku"'))
    if not area_is_sound(settings.area):
        west, south, east, north = settings.area
        remedy = Message("write area = [lon_min, lat_min, lon_max, lat_max] in degrees, longitude first")
        faults.error(
            ("area",),
            Message(
                "area [{west}, {south}, {east}, {north}] is no box",
                west=f"{west:g}",
                south=f"{south:g}",
                east=f"{east:g}",
                north=f"{north:g}",
            ),
            remedy,
        )
    if not settings.languages:
        faults.error(("languages",), Message("no language is named"), Message('write languages = ["en"]'))
    for language in settings.languages:
        if language not in settings.names:
            faults.warning(
                ("names",),
                Message('the watch has no name in "{language}"', language=language),
                Message("add it to names"),
            )
    if settings.basemap and not is_basemap_name(settings.basemap):
        remedy = Message("name a file beside watch.toml that ends in .pmtiles; nothing is fetched from elsewhere")
        faults.error(("basemap",), Message('basemap "{name}" is no such file', name=settings.basemap[:100]), remedy)
    if settings.line and not any(zone.id == settings.line and zone.kind == "line" for zone in zones):
        faults.error(
            ("line",),
            Message('line "{line}" is no line in zones.geojson', line=settings.line),
            Message("name a feature of kind line"),
        )
    if not 0 < settings.association.radius_m <= 50_000 or not 0 < settings.association.gap_hours <= 240:
        faults.error(
            ("association",),
            Message("the rule is out of range"),
            Message("radius_m up to 50,000 and gap_hours up to 240, both above 0"),
        )
    if not 1e-6 <= settings.association.events_per_km2_day <= 1e4:
        remedy = Message("write a number from 0.000001 to 10,000; 0.05 if unsure")
        faults.error(("association",), Message("events_per_km2_day is out of range"), remedy)
    if not 1 <= settings.read_seconds <= 3600 or not 50 <= settings.read_memory_mb <= 32_000:
        faults.error(
            ("read_seconds",),
            Message("what reading one file may take is out of range"),
            Message("read_seconds from 1 to 3,600 and read_memory_mb from 50 to 32,000; leave them out if unsure"),
        )
    faults.unique("delegation", (delegation.id for delegation in settings.delegation))
    if len(settings.delegation) == 1:
        for act in (field.name for field in fields(settings.quorum)):
            if lines.has(("quorum", act)) and getattr(settings.quorum, act).startswith("each_"):
                faults.warning(
                    ("quorum", act),
                    Message(
                        "{act} needs each delegation, and the watch has {count}",
                        act=act,
                        count=len(settings.delegation),
                    ),
                    Message('name the other [[delegation]], or write {act} = "one_head"', act=act),
                )
    faults.unique("source", (source.id for source in settings.source))
    faults.unique("recipient", (recipient.id for recipient in settings.recipient))
    if not settings.recipient and settings.kind == "centre":
        faults.error(
            ("recipient",),
            Message("no recipient is named, so nothing could be released"),
            Message("add a [[recipient]] with its rule"),
        )
    named: list[tuple[Path, str]] = [(("id",), settings.id)]
    for key in ("source", "recipient", "delegation"):
        named += [((key, index), part.id) for index, part in enumerate(getattr(settings, key))]
    for path, name in named:
        if not _ID.match(name):
            remedy = Message("write letters of the Latin alphabet, digits and hyphens; it stands in file names")
            faults.error(path, Message('id "{id}" cannot be a file name', id=name[:40]), remedy)
    for index, source in enumerate(settings.source):
        if source.id in _OWN_SOURCES:
            what = Message('source "{source}" has the name of what people enter themselves', source=source.id)
            remedy = Message("give it another id, as that of the body whose files these are")
            faults.error(("source", index, "id"), what, remedy)
        _check_source(source, ("source", index), faults)
    for index, recipient in enumerate(settings.recipient):
        _check_recipient(recipient, ("recipient", index), faults)
    return faults


def _check_source(source: SourceSetting, path: Path, faults: FaultList) -> None:
    from trucewatch.sources import adapter

    place = Message('source "{source}"', source=source.id)
    try:
        for what in adapter(source.adapter).setting_faults(source):
            faults.error(path, what, Message("docs/sources.md explains the settings of each adapter"), place)
    except Unsupported as exc:
        faults.error((*path, "adapter"), exc.message, Message("list them with: trucewatch sources"), place)
    for key in ("organisation", "licence"):
        if re.fullmatch("[0-9a-f]{64}", getattr(source, key)):
            what = Message("{key} is the hash of a file and nothing else", key=key)
            faults.error((*path, key), what, Message("say in words what it is"), place)
    if not source.files:
        faults.error((*path, "files"), Message("reads no file"), Message('write files = ["inbox/*.csv"]'), place)
    for pattern in source.files:
        if is_inside(pattern) and pattern.endswith("**"):
            faults.error(
                (*path, "files"),
                Message('"{pattern}" matches folders only', pattern=pattern),
                Message('write "{pattern}/*"', pattern=pattern),
                place,
            )
        if not is_inside(pattern):
            remedy = Message("name files below inbox/ or statements/, such as inbox/events.csv")
            faults.error((*path, "files"), Message('"{pattern}" leaves the watch', pattern=pattern), remedy, place)
    for pattern in source.attachments:
        if not is_inside(pattern):
            remedy = Message("name files below inbox/ or statements/, such as inbox/photos/*")
            what = Message('"{pattern}" leaves the watch', pattern=pattern)
            faults.error((*path, "attachments"), what, remedy, place)
    if source.columns.get("means") == "=party" and not source.claimed_by and "claimed_by" not in source.columns:
        remedy = Message(
            "add claimed_by to the source, or map it in columns; a party's word is never taken for anybody else's"
        )
        faults.error((*path, "columns"), Message("reads what parties say without saying which party"), remedy, place)
    if source.time_zone:
        try:
            zone_named(source.time_zone)
        except TimeError as exc:
            faults.error(
                (*path, "time_zone"), exc.message, Message('write an IANA name such as "Europe/Moscow"'), place
            )
    for word, kind in source.kinds.items():
        if not word.startswith("claimed_by:") and kind not in KINDS:
            faults.error(
                (*path, "kinds"),
                Message('"{word}" is mapped to "{kind}", which is no kind', word=word, kind=kind),
                did_you_mean(kind, KINDS),
                place,
            )


def is_inside(pattern: str) -> bool:
    """Whether a file pattern stays below `inbox/` or `statements/`: relative, no `..`, no drive, no backslash."""
    pure = PurePosixPath(pattern)
    return (
        bool(pattern)
        and not pure.is_absolute()
        and ".." not in pure.parts
        and "\\" not in pattern
        and ":" not in pattern
        and "\x00" not in pattern
        and pure.parts[0] in ("inbox", "statements")
    )


def _check_recipient(recipient: Recipient, path: Path, faults: FaultList) -> None:
    place = Message('recipient "{recipient}"', recipient=recipient.id)
    if not 0 <= recipient.delay_hours <= 24 * 3660:
        faults.error(
            (*path, "delay_hours"),
            Message("delay_hours is {hours}", hours=f"{recipient.delay_hours:g}"),
            Message("write hours from 0 upwards"),
            place,
        )
    if recipient.place == "cell" and recipient.cell_m < SMALLEST_CELL_M:
        remedy = Message("write cell_m = 1000 or more; a finer cell is a place")
        faults.error((*path, "cell_m"), Message("cells of {size} m", size=f"{recipient.cell_m:g}"), remedy, place)
    if recipient.drawn_lines and recipient.place != "exact":
        remedy = Message("leave drawn_lines to the joint centre, which gets exact places")
        faults.error((*path, "drawn_lines"), Message("would get lines drawn by hand"), remedy, place)
    if recipient.smallest_count < 1:
        faults.error(
            (*path, "smallest_count"),
            Message("smallest_count is below 1"),
            Message("write 1 to release every count"),
            place,
        )
    for kind in recipient.withheld_kinds:
        faults.check_word((*path, "withheld_kinds"), kind, KINDS, "kind")


def check_agreement(
    agreement: Agreement, settings: WatchFile | None, zones: list[Zone], lines: TomlLines
) -> list[Fault]:
    """Faults of `agreement.toml` that only show when it is held against itself, the watch and the zones."""
    faults = FaultList("agreement.toml", lines)
    instruments = {instrument.id for instrument in agreement.instrument}
    faults.unique("instrument", (instrument.id for instrument in agreement.instrument))
    faults.unique("party", (party.id for party in agreement.party))
    faults.unique("text", (text.id for text in agreement.text))
    faults.unique("stipulation", (stipulation.id for _, stipulation in agreement.stipulations()))
    for index, instrument in enumerate(agreement.instrument):
        if instrument.to and instrument.to not in instruments:
            faults.check_word(("instrument", index, "to"), instrument.to, instruments, "instrument")
        if bool(instrument.relation) != bool(instrument.to):
            remedy = Message('give both, as in relation = "supplements", to = "2020-11-10"')
            faults.error(
                ("instrument", index),
                Message('instrument "{instrument}" has only one of relation and to', instrument=instrument.id),
                remedy,
            )
    for index, text in enumerate(agreement.text):
        faults.check_word(("text", index, "instrument"), text.instrument, instruments, "instrument")
    for number, provision in enumerate(agreement.provision):
        faults.check_word(("provision", number, "instrument"), provision.instrument, instruments, "instrument")
        for which, stipulation in enumerate(provision.stipulation):
            path: Path = ("provision", number, "stipulation", which)
            _check_stipulation(agreement, provision, stipulation, path, zones, settings, faults)
    return faults


def _check_stipulation(
    agreement: Agreement,
    provision: Provision,
    stipulation: Stipulation,
    path: Path,
    zones: list[Zone],
    settings: WatchFile | None,
    faults: FaultList,
) -> None:
    place = Message("part {id} of clause {number}", id=stipulation.id, number=provision.number)
    for party in stipulation.obliged:
        faults.check_word((*path, "obliged"), party, agreement.party_ids, "party")
    if stipulation.zone and not any(zone.id == stipulation.zone for zone in zones):
        near = did_you_mean(stipulation.zone, sorted({zone.id for zone in zones}))
        faults.error(
            (*path, "zone"), Message('zone "{zone}" is not in zones.geojson', zone=stipulation.zone), near, place
        )
    if any(zone.id == stipulation.zone and zone.kind == "line" for zone in zones):
        faults.error(
            (*path, "zone"),
            Message('zone "{zone}" is a line and has no inside', zone=stipulation.zone),
            Message("name an area beside it"),
            place,
        )
    for key in ("kinds", "indications"):
        for kind in getattr(stipulation, key):
            faults.check_word((*path, key), kind, KINDS, "kind")
    if stipulation.kind == "prohibited" and not stipulation.kinds:
        faults.error((*path, "kinds"), Message("prohibits nothing"), Message('write kinds = ["explosion", …]'), place)
    if stipulation.kind == "required" and not stipulation.what and stipulation.number is None:
        faults.error(
            (*path, "what"),
            Message("requires nothing"),
            Message('write what = "handover" or number = {{ counter = …, at_least = … }}'),
            place,
        )
    if stipulation.what:
        faults.check_word((*path, "what"), stipulation.what, KINDS, "kind")
    for word in stipulation.unless:
        if word != "notice":
            faults.check_word((*path, "unless"), word, [f"aspect:{aspect}" for aspect in ASPECTS], "exception")
    delegations = {delegation.id for delegation in settings.delegation} if settings is not None else set()
    for quote in stipulation.quote:
        faults.check_word((*path, "quote"), quote.text, {text.id for text in agreement.text}, "text")
    for judgment in stipulation.judgment:
        if settings is not None:
            faults.check_word((*path, "judgment"), judgment.by, delegations, "delegation")
