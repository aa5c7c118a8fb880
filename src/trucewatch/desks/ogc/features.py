"""Released incidents and zones → the features of the interface: which match, and what each says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from trucewatch.desks.ogc.document import CRS84, GREGORIAN
from trucewatch.desks.ogc.query import Query
from trucewatch.locale import Words, mark
from trucewatch.locale.sanitize import printable
from trucewatch.model.times import ALWAYS, NEVER, iso_utc
from trucewatch.reports.facts import released_facts
from trucewatch.reports.formats.geojson import geometry_of
from trucewatch.reports.place_names import DISCLAIMER
from trucewatch.reports.released_view import ReleasedView

TITLES: Final = {"incidents": mark("Incidents"), "zones": mark("Zones")}
COLLECTIONS: Final = tuple(TITLES)


def about_release(view: ReleasedView, words: Words) -> str:
    """What the interface holds and what it leaves out."""
    sentences = [
        words.gettext("Incidents and zones as released to this recipient at {cut_off}.").format(
            cut_off=iso_utc(view.as_of)
        )
    ]
    if view.is_as_issued:
        sentences.append(
            words.gettext("Incidents are those that an issued report has shown, as the next one would state them.")
        )
    if view.recipient.withheld_kinds:
        sentences.append(words.gettext("Some kinds of record are not released to this recipient."))
    if view.watch.settings.simulated:
        sentences.append(words.gettext("Simulated: the places, parties and records of this watch are invented"))
    return " ".join(sentences)


def collection_of(name: str, view: ReleasedView, words: Words) -> dict[str, Any]:
    """One collection: title, extent, reference system. The box is the watch's own and tells nothing of a day."""
    if name == "zones":
        title, about = (
            words.gettext("Zones"),
            words.gettext("Zones and lines of the agreement, each with its accuracy.")
            + " "
            + words.gettext(DISCLAIMER),
        )
        first, last = min((zone.valid_from for zone in view.zones), default=None), None
        boxes = [zone.geometry.bounds for zone in view.zones]
    else:
        title, about, boxes = words.gettext("Incidents"), about_release(view, words), []
        first = min((incident.start for incident in view.incidents), default=None)
        last = max((incident.end for incident in view.incidents), default=None)
    west, south, east, north = zip(view.watch.settings.area, *boxes, strict=True)
    box = [min(west), min(south), max(east), max(north)]
    return {
        "id": name,
        "title": title,
        "description": about,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "extent": {
            "spatial": {"bbox": [box], "crs": CRS84},
            "temporal": {"interval": [[_end(first), _end(last)]], "trs": GREGORIAN},
        },
    }


def matching(collection: str, view: ReleasedView, query: Query) -> list[int]:
    """The places, in the view's order, of the features that the query asks for."""
    if collection == "zones":
        near = np.flatnonzero(query.within(view.zone_shapes))
        return [int(n) for n in near if query.spans(view.zones[n].valid_from, view.zones[n].valid_until)]
    incidents = ((int(number), view.incidents[number]) for number in np.flatnonzero(query.within(view.shapes)))
    return [
        number for number, incident in incidents if query.takes(incident) and query.spans(incident.start, incident.end)
    ]


def feature_of(collection: str, view: ReleasedView, number: int, words: Words) -> dict[str, Any]:
    """One feature in GeoJSON; what is not known of it is left out."""
    if collection == "zones":
        return _zone(view, number, words)
    incident = view.incidents[number]
    facts = released_facts(incident, view, words)
    return _feature(incident.incident_id, geometry_of(incident), facts)


def _zone(view: ReleasedView, number: int, words: Words) -> dict[str, Any]:
    zone = view.zones[number]
    facts = {
        "id": zone.id,
        "kind": zone.kind,
        "name": printable(words.name(zone.names, otherwise=zone.id)),
        "names": {language: printable(name) for language, name in sorted(zone.names.items())},
        "provenance": printable(zone.provenance),
        "accuracy_m": zone.accuracy_m,
        "derived": zone.derived,
        "valid_from": _end(zone.valid_from),
        "valid_until": _end(zone.valid_until),
        "simulated": view.watch.settings.simulated,
    }
    code = next(code for code, place in view.zone_ids.items() if place == number)
    shape = shapely.force_2d(zone.geometry)
    return _feature(code, dict(shapely.geometry.mapping(shape)), facts)


def _feature(code: str, geometry: dict[str, Any] | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    properties = {key: value for key, value in facts.items() if value not in (None, "")}
    return {"type": "Feature", "id": code, "geometry": geometry, "properties": properties}


def _end(moment: Any) -> str | None:
    """An end of a time as ISO text; none where it is open."""
    return None if moment in (None, ALWAYS, NEVER) else iso_utc(moment)
