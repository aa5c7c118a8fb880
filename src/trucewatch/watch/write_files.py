"""A draft → the files of a watch folder, escaped, and whole at every step; nothing that a person wrote is
overwritten."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import Any, Final

from trucewatch.errors import TimeError, WatchError, system_words
from trucewatch.ledger.durable import make_folder, write_durably
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.times import day_of, read_time, zone_named
from trucewatch.model.watch import Recipient
from trucewatch.watch.load import LARGEST_FILE_BYTES, WATCH_FILES
from trucewatch.watch.notices import ACKNOWLEDGED, COLUMNS
from trucewatch.watch.source_entry import source_section
from trucewatch.watch.toml_writing import toml_table
from trucewatch.watch.watch_draft import THEATRE, Draft, DraftStipulation, DraftZone, draft_json, read_draft
from trucewatch.watch.world_map import world_basemap

DRAFT_FILE: Final = "draft.json"
BEFORE_FILE: Final = "draft.before.json"
INSTRUMENT: Final = "agreement"
ADDED_RANK: Final = 2
"""What somebody added by hand is wanted on the map before small towns are."""
NOT_SIGNED: Final = date(1970, 1, 1)
"""Stands for the day of signature until it is told."""
_HEADING: Final = (
    "# Made by the form “New watch”. Every line may be changed by hand; `trucewatch check` says what is wrong."
)


def compose(draft: Draft) -> dict[str, bytes]:
    """The watch's own files by name."""
    return {
        "watch.toml": watch_toml(draft).encode(),
        "agreement.toml": agreement_toml(draft).encode(),
        "zones.geojson": _geojson([_zone_feature(zone) for zone in _zones_of(draft)]),
        "sensors.geojson": _geojson([]),
        "basemap.geojson": _basemap(area_of(draft), tuple(sorted(draft.boundaries.items())), _places(draft)),
        "notices.csv": (",".join((*COLUMNS, ACKNOWLEDGED)) + "\n").encode(),
    }


@lru_cache(maxsize=8)
def _basemap(area: tuple[float, float, float, float], marks: tuple[tuple[str, str], ...], places: str) -> bytes:
    """Kept, because every step of the form composes the whole watch and few change its area."""
    ground = world_basemap(area, dict(marks))
    ground["features"] += json.loads(places)
    return json.dumps(ground, ensure_ascii=False).encode("utf-8", "replace")


def _places(draft: Draft) -> str:
    """The places that were added by hand, as features."""
    return json.dumps(
        [
            {
                "type": "Feature",
                "id": place.id,
                "properties": {
                    "kind": "town",
                    "names": dict(place.names),
                    "rank": ADDED_RANK,
                    "spellings": list(place.spellings),
                    "provenance": "added by hand when the watch was set up",
                },
                "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            }
            for place in draft.places
        ]
    )


def area_of(draft: Draft) -> tuple[float, float, float, float]:
    """The box of the map: as it was given, and wide enough for every zone."""
    import shapely
    from shapely.geometry import shape

    west, south, east, north = draft.area
    if draft.zones:
        least = shapely.total_bounds([shape(dict(zone.geometry)) for zone in draft.zones])
        west, south = min(west, float(least[0])), min(south, float(least[1]))
        east, north = max(east, float(least[2])), max(north, float(least[3]))
    return tuple(round(bound, 5) for bound in (west, south, east, north))  # type: ignore[return-value]


def watch_toml(draft: Draft) -> str:
    """`watch.toml`."""
    top: dict[str, Any] = {
        "schema": 1,
        "id": draft.id,
        "simulated": draft.simulated,
        "names": draft.names,
        "theatre": draft.theatre,
        "time_zone": draft.time_zone,
        "languages": draft.languages,
        "area": area_of(draft),
    }
    if draft.line:
        top["line"] = draft.line
    if draft.watch_time:
        top["watch_time"] = _moment(draft.watch_time)
    for key, listed in (("delegation", draft.delegations), ("source", draft.sources), ("recipient", draft.recipients)):
        if not listed:
            top[key] = []
    parts = [toml_table(_HEADING, top)]
    parts += [
        toml_table("[[delegation]]", {"id": delegation.id, "names": delegation.names})
        for delegation in draft.delegations
    ]
    parts += [source_section(source) for source in draft.sources]
    parts += [toml_table("[[recipient]]", _recipient(recipient)) for recipient in draft.recipients]
    return "\n".join(parts)


def _recipient(recipient: Recipient) -> dict[str, Any]:
    pairs = {field.name: getattr(recipient, field.name) for field in fields(recipient)}
    return {key: value for key, value in pairs.items() if value not in ((), 0.0, "") or key == "delay_hours"}


def _moment(text: str) -> datetime:
    try:
        return read_time(text)
    except TimeError as exc:
        raise WatchError(Message("the watch's clock: {why}", why=exc)) from exc


def agreement_toml(draft: Draft) -> str:
    """`agreement.toml`: one instrument, its parties, its text, its provisions."""
    zone = zone_named(draft.time_zone)
    signed = draft.signed or NOT_SIGNED
    begins = day_of(signed, zone).start
    published = draft.published or "not stated"
    language = draft.languages[0]
    top: dict[str, Any] = {"schema": 1}
    if not draft.parties:
        top["party"] = []
    names = {language: draft.agreement or "The agreement"}
    parts = [
        toml_table(_HEADING, top),
        toml_table("[[instrument]]", {"id": INSTRUMENT, "names": names, "signed": signed, "source": published}),
        *(toml_table("[[party]]", {"id": party.id, "names": party.names}) for party in draft.parties),
        toml_table(
            "[[text]]",
            {
                "id": _text_id(draft),
                "language": language,
                "instrument": INSTRUMENT,
                "authoritative": True,
                "known_at": begins,
                "source": published,
            },
        ),
    ]
    numbered = sorted(enumerate(draft.stipulations), key=lambda pair: _order(pair[1].provision))
    for number, group in groupby(
        (stipulation for _, stipulation in numbered), key=lambda stipulation: stipulation.provision
    ):
        members = list(group)
        provision = {"number": number, "instrument": INSTRUMENT, "summary": members[0].summary}
        parts.append(toml_table("[[provision]]", provision))
        for place, stipulation in enumerate(members):
            letter = "" if len(members) == 1 else _letter(place)
            parts.append(_stipulation(draft, stipulation, f"{number}{letter}", begins))
    return "\n".join(parts)


def _text_id(draft: Draft) -> str:
    return f"{draft.languages[0]}-1"


def _order(number: str) -> tuple[int, str]:
    return (int(number), "") if number.isdecimal() and number.isascii() else (10**9, number)


def _letter(place: int) -> str:
    return chr(ord("a") + place) if place < 26 else f"-{place + 1}"


def _stipulation(draft: Draft, stipulation: DraftStipulation, name: str, signed: datetime) -> str:
    zone = zone_named(draft.time_zone)
    in_force: dict[str, Any] = {"from": day_of(stipulation.begin, zone).start if stipulation.begin else signed}
    if stipulation.end:
        in_force["until"] = day_of(stipulation.end, zone).end
    pairs: dict[str, Any] = {
        "id": name,
        "kind": stipulation.kind,
        "summary": stipulation.summary,
        "obliged": stipulation.obliged,
        "in_force": in_force,
    }
    if stipulation.zone:
        pairs["zone"] = stipulation.zone
    if stipulation.kinds and stipulation.kind != "required":
        pairs["kinds"] = stipulation.kinds
    if stipulation.kind == "prohibited" and stipulation.unless:
        pairs["unless"] = stipulation.unless
    if stipulation.kind in ("required", "kept_up"):
        if stipulation.counter:
            pairs["number"] = {"counter": stipulation.counter, "at_least": stipulation.at_least}
        else:
            pairs["what"] = stipulation.what
        if stipulation.due:
            pairs["deadline"] = {
                "day": stipulation.due,
                "bound": "by",
                "zone": draft.time_zone,
                "text": _text_id(draft),
            }
    return indent(toml_table("[[provision.stipulation]]", pairs), "  ")


def _zones_of(draft: Draft) -> list[DraftZone]:
    """The zones, with the whole area among them."""
    if any(zone.id == THEATRE for zone in draft.zones):
        return list(draft.zones)
    west, south, east, north = area_of(draft)
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    whole = DraftZone(
        id=THEATRE,
        kind="area",
        names=draft.theatre,
        geometry={"type": "Polygon", "coordinates": [corners]},
        accuracy_m=1000,
        provenance="the box of the map, as it was set up",
        derived=True,
    )
    return [whole, *draft.zones]


def _zone_feature(zone: DraftZone) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "kind": zone.kind,
        "names": dict(zone.names),
        "accuracy_m": zone.accuracy_m,
        "provenance": zone.provenance,
    }
    if zone.derived:
        properties["derived"] = True
    return {"type": "Feature", "id": zone.id, "properties": properties, "geometry": dict(zone.geometry)}


def _geojson(features: list[dict[str, Any]]) -> bytes:
    head = '{"type": "FeatureCollection", "features": ['
    return (
        head
        + ",\n".join(["", *(json.dumps(feature, ensure_ascii=False) for feature in features)]).lstrip(",")
        + "\n]}\n"
    ).encode("utf-8", "replace")


def save(folder: Path, draft: Draft, before: Draft | None = None) -> Draft:
    """Write the draft and the watch that it is; the draft as kept. `before` becomes what one step back leads to.

    Raises WatchError, with nothing written, if a file was changed by hand since the form wrote it, or the folder is
    another's.
    """
    contents = compose(draft)
    refuse_changed_by_hand(folder, draft)
    draft_as_written = replace(draft, written={name: sha256_of(content) for name, content in contents.items()})
    try:
        make_folder(folder)
        make_folder(folder / "inbox")
        if before is not None:
            write_durably(folder / BEFORE_FILE, draft_json(before))
        # First the draft, so that a stop between the two finds files that an earlier or this draft wrote.
        write_durably(folder / DRAFT_FILE, draft_json(draft_as_written))
        for name, content in contents.items():
            write_durably(folder / name, content)
    except OSError as exc:
        raise WatchError(
            Message(
                "{folder} cannot be written: {error}; what was there before stands",
                folder=folder.name,
                error=system_words(exc),
            )
        ) from exc
    return draft_as_written


def refuse_changed_by_hand(folder: Path, draft: Draft) -> None:
    """Raises WatchError for a file of the watch that is neither as the form wrote it last nor as it did before.

    Before, because a stop in the middle of a step leaves files of both.
    """
    earlier = load_draft(folder, BEFORE_FILE)
    ours = [version.written for version in (draft, load_draft(folder), earlier) if version is not None]
    for name in WATCH_FILES:
        path = folder / name
        if path.is_symlink() or path.exists():
            stands = "" if path.is_symlink() else sha256_of(path.read_bytes())
            if not any(written.get(name) == stands for written in ours):
                raise WatchError(
                    Message(
                        "{file} was changed by hand since the form wrote it; the form overwrites nothing. Go on by "
                        "hand and check with: trucewatch check {folder}",
                        file=f"{folder.name}/{name}",
                        folder=folder.name,
                    )
                )


def load_draft(folder: Path, name: str = DRAFT_FILE) -> Draft | None:
    """The draft in a folder; None if there is none that can be read."""
    path = folder / name
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST_FILE_BYTES:
            return None
        return read_draft(path.read_bytes())
    except OSError:
        return None
