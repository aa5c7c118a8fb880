"""The bytes of a watch's files → a `Watch`. Everything is read before anything is refused."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from trucewatch.errors import WatchError, system_words
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.meetings import Meeting
from trucewatch.model.names import NamesFile
from trucewatch.model.naming import CONSOLE, called
from trucewatch.model.watch import Watch, WatchFile
from trucewatch.model.zone import Basemap, Notice, Sensor
from trucewatch.watch import consistency as rules
from trucewatch.watch.geojson_files import read_basemap, read_sensors, read_zones
from trucewatch.watch.humanitarian_file import HUMANITARIAN_FILE, read_humanitarian
from trucewatch.watch.initiatives_file import INITIATIVES_FILE, read_initiatives
from trucewatch.watch.kind_checks import check_kind
from trucewatch.watch.lexicon_file import LEXICON_FILE, read_lexicon
from trucewatch.watch.line_checks import check_lines
from trucewatch.watch.links_file import LINKS_FILE, read_links
from trucewatch.watch.meetings_file import MEETINGS_FILE, read_meetings
from trucewatch.watch.names_file import NAMES_FILE, check_names
from trucewatch.watch.notices import read_notices
from trucewatch.watch.outcome_checks import check_acknowledgements, check_outcomes, check_threshold
from trucewatch.watch.provision_checks import check_provisions
from trucewatch.watch.review_rule_checks import check_review
from trucewatch.watch.speaker_checks import check_bodies, check_parties, check_publishers, check_register, check_sources
from trucewatch.watch.text_files import read_texts, text_bytes, text_names
from trucewatch.watch.toml_lines import TomlLines
from trucewatch.watch.toml_records import read_record

WATCH_FILES = (
    "watch.toml",
    "agreement.toml",
    "zones.geojson",
    "sensors.geojson",
    "basemap.geojson",
    "names.toml",
    "notices.csv",
    MEETINGS_FILE,
    INITIATIVES_FILE,
    LEXICON_FILE,
    LINKS_FILE,
    HUMANITARIAN_FILE,
)
REQUIRED_FILES = ("watch.toml", "agreement.toml", "zones.geojson")
LARGEST_FILE_BYTES = 64 * 2**20
_MOST_KEPT: Final = 4
_LARGEST_KEPT_BYTES: Final = 4 << 20
_Read = tuple[Watch | None, tuple[Fault, ...]]
_kept: OrderedDict[bytes, _Read] = OrderedDict()
_keeping = threading.Lock()


def names_in(folder: Path) -> tuple[str, ...]:
    """The names of the watch's own files, there or not, with those that are in `texts/`. Raises WatchError for a
    `texts/` that cannot be read."""
    return (*WATCH_FILES, *text_names(folder))


def files_of(folder: Path) -> dict[str, bytes]:
    """The bytes of the watch's own files, by name. Raises WatchError if the folder is no watch or a file is too
    large."""
    if not folder.is_dir():
        raise WatchError(
            Message("{folder} is no folder; make a watch with: trucewatch init {again}", folder=folder, again=folder)
        )
    if not (folder / "watch.toml").is_file():
        raise WatchError(Message("{folder} has no watch.toml; make a watch with: trucewatch init DIR", folder=folder))
    contents: dict[str, bytes] = {}
    for name in WATCH_FILES:
        path = folder / name
        if path.is_symlink():
            raise WatchError(Message("{path} is a link; copy the file itself into the watch", path=path))
        if not path.is_file():
            continue
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise WatchError(
                Message("{path} is larger than {size} MB; simplify it", path=path, size=LARGEST_FILE_BYTES >> 20)
            )
        try:
            contents[name] = path.read_bytes()
        except OSError as exc:
            raise WatchError(Message("{path} cannot be read: {error}", path=path, error=system_words(exc))) from exc
    return contents | text_bytes(folder)


def read_watch(contents: Mapping[str, bytes]) -> _Read:
    """The watch, and every fault of its files. The watch is None if a fault leaves nothing to work with.

    The same few files are asked for again and again, when a console begins, looks back and checks a source: what the
    last of them said is kept. Nothing changes a watch.
    """
    if sum(map(len, contents.values())) > _LARGEST_KEPT_BYTES:
        return _read(contents)
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{len(content)}\0".encode(errors="surrogateescape"))
        digest.update(content)
    key = digest.digest()
    with _keeping:
        read = _kept.get(key)
    if read is None:
        read = _read(contents)
    with _keeping:
        _kept[key] = read
        _kept.move_to_end(key)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return read


def _read(contents: Mapping[str, bytes]) -> _Read:
    faults = [
        Fault(
            name,
            0,
            "",
            Message("is missing"),
            Message("see docs/watch-folder.md, or copy it from: trucewatch init DIR"),
        )
        for name in REQUIRED_FILES
        if name not in contents
    ]
    settings, watch_lines, part_faults = read_record(contents.get("watch.toml", b"\xff"), "watch.toml", WatchFile)
    faults += part_faults if "watch.toml" in contents else []
    agreement, agreement_lines, part_faults = read_record(
        contents.get("agreement.toml", b"\xff"), "agreement.toml", Agreement
    )
    faults += part_faults if "agreement.toml" in contents else []
    area = settings.area if settings is not None and rules.area_is_sound(settings.area) else None
    zones, part_faults = (
        read_zones(contents["zones.geojson"], "zones.geojson", area) if "zones.geojson" in contents else ([], [])
    )
    faults += part_faults
    basemap = Basemap(boundary_set={}, credit={})
    sensors: list[Sensor] = []
    notices: list[Notice] = []
    if "basemap.geojson" in contents:
        basemap, part_faults = read_basemap(contents["basemap.geojson"], "basemap.geojson")
        faults += part_faults
    if "sensors.geojson" in contents:
        sensors, part_faults = read_sensors(contents["sensors.geojson"], "sensors.geojson", area)
        faults += part_faults
    if "notices.csv" in contents:
        notices, part_faults = read_notices(contents["notices.csv"], "notices.csv", {zone.id for zone in zones})
        faults += part_faults
    meetings: tuple[Meeting, ...] = ()
    if MEETINGS_FILE in contents:
        meetings, part_faults = read_meetings(contents[MEETINGS_FILE], agreement, settings)
        faults += part_faults
    naming, names_lines = None, TomlLines("")
    if NAMES_FILE in contents:
        naming, names_lines, part_faults = read_record(contents[NAMES_FILE], NAMES_FILE, NamesFile)
        faults += part_faults
    texts, part_faults = read_texts(contents, agreement)
    faults += part_faults
    initiatives, part_faults = read_initiatives(contents.get(INITIATIVES_FILE), settings, agreement)
    faults += part_faults
    lexicon, part_faults = read_lexicon(contents.get(LEXICON_FILE), settings, agreement)
    faults += part_faults
    network = None
    if LINKS_FILE in contents:
        network, part_faults = read_links(
            contents[LINKS_FILE],
            settings=settings,
            agreement=agreement,
            zones=zones,
            basemap=basemap,
            naming=naming,
            texts=texts,
        )
        faults += part_faults
    humanitarian, part_faults = read_humanitarian(contents.get(HUMANITARIAN_FILE), settings, agreement, zones)
    faults += part_faults
    if naming is not None:
        faults += check_names(
            naming,
            names_lines,
            settings=settings,
            agreement=agreement,
            zones=zones,
            basemap=basemap,
            network=network,
            humanitarian=humanitarian,
        )
    if settings is not None:
        faults += check_kind(settings, watch_lines, agreement, agreement_lines, contents)
        faults += rules.check_settings(settings, zones, watch_lines)
        faults += check_lines(zones, settings)
        faults += check_threshold(settings, watch_lines)
        faults += check_sources(settings, agreement, watch_lines) + check_register(sensors, settings)
        faults += check_parties(settings, agreement, watch_lines)
        faults += check_publishers(settings, agreement, watch_lines)
        faults += check_review(settings, agreement, watch_lines)
    if agreement is not None:
        faults += rules.check_agreement(agreement, settings, zones, agreement_lines)
        faults += check_bodies(agreement, agreement_lines)
        faults += check_outcomes(agreement, settings, agreement_lines)
        faults += check_provisions(agreement, settings, zones, agreement_lines)
    if agreement is not None and settings is not None:
        faults += check_acknowledgements(notices, agreement, settings)
    watch = None
    if settings is not None and agreement is not None and not any(fault.severity == "error" for fault in faults):
        drawn = Watch(
            settings=settings,
            agreement=agreement,
            zones=tuple(zones),
            basemap=basemap,
            sensors=tuple(sensors),
            notices=tuple(notices),
            meetings=meetings,
            naming=naming,
            texts=tuple(texts),
            initiatives=initiatives,
            lexicon=lexicon,
            network=network,
            humanitarian=humanitarian,
        )
        watch = called(drawn, CONSOLE, None)  # whoever knows the moment calls it again by that
    return watch, tuple(faults)


def load_watch(folder: Path) -> Watch:
    """The watch in this folder. Raises WatchError with every fault if one of them is an error."""
    watch, faults = read_watch(files_of(folder))
    return usable(watch, faults, str(folder))


def usable(watch: Watch | None, faults: tuple[Fault, ...], name: str) -> Watch:
    """The watch, or WatchError with its faults."""
    if watch is None:
        errors = [fault for fault in faults if fault.severity == "error"]
        message = errors[0].message if errors else Message("nothing could be read")
        if len(errors) > 1:
            message = Message(
                "{why} (and {count} more: trucewatch check {folder})", why=message, count=len(errors) - 1, folder=name
            )
        raise WatchError(message, faults)
    return watch
