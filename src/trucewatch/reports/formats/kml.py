"""The daily report as KML 2.2 for globes: folders of incidents, zones, obligations, reported numbers and corrections.

Sign and outcome stand in every name, so that no reader depends on colour. It names no icon and no address: nothing is
fetched. Viewers show texts as HTML; so `<` and `>` in texts become ‹ and ›, which are no markup anywhere.
Source: OGC 07-147r2, KML 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from trucewatch.locale import Words, words
from trucewatch.locale.reasons import zone_name
from trucewatch.locale.sanitize import legible
from trucewatch.model.times import ALWAYS, NEVER, iso_utc
from trucewatch.model.zone import Zone
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.facts import facts_by_record
from trucewatch.reports.headline import simulated_words
from trucewatch.reports.once_per_report import once_per_report
from trucewatch.reports.released_geometry import shapes_of_report, told_in, zones_of_report
from trucewatch.reports.section import sections_of
from trucewatch.reports.tables import Cell, flat, summary_of

NAME = "kml"
SUFFIX = ".kml"
MEDIA_TYPE = "application/vnd.google-earth.kml+xml"

SIGNS: Final = {"inconsistent": "◆", "undetermined": "■", "consistent": "●", "not_applicable": "○", "withheld": "◌"}
"""The report's frames as characters: diamond, square, circle, broken circle, none."""
_COLOURS: Final = {
    "inconsistent": "4a0f7c",
    "undetermined": "0065a0",
    "consistent": "b58f2e",
    "not_applicable": "83867b",
    "withheld": "7d8176",
}
"""The report's colours, as KML writes them: blue, green, red."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


def render(report: DailyReport, *, language: str) -> bytes:
    """The document's bytes."""
    return (_HEAD + "\n".join(_document(report, words(language))) + "\n</kml>\n").encode()


def _document(report: DailyReport, spoken: Words) -> Iterator[str]:
    summary = list(summary_of(report, spoken))
    by_record = facts_by_record(report, spoken)
    zones = zones_of_report(report)
    yield "<Document>"
    yield f"<name>{_text(summary[0][1])}</name>"
    about = ("status", "release", "limits", "disclaimer")
    sentences = [*(value for key, value in summary if key in about), simulated_words(report, spoken)]
    yield f"<description>{_text(' '.join(str(sentence) for sentence in sentences if sentence))}</description>"
    yield from _styles()
    counts = [("rows_incidents", len(by_record["incident"])), ("rows_zones", len(zones))]
    counts += [(f"rows_{name}s", len(by_record[name])) for name in ("obligation", "counter", "correction")]
    yield _data([*summary, *counts])
    yield from _folder(
        "incidents",
        (
            _incident(row, facts, shapes, spoken)
            for row, facts, shapes in zip(report.rows, by_record["incident"], _shape_texts(report), strict=True)
        ),
    )
    yield from _folder("zones", (_zone(zone, number, report, spoken) for number, zone in enumerate(zones, 1)))
    yield from _folder("obligations", (_obligation(facts, spoken) for facts in by_record["obligation"]))
    yield from _folder("numbers", (_fact(str(facts["what_words"]), facts, spoken) for facts in by_record["counter"]))
    yield from _folder("corrections", (_fact(str(facts["id"]), facts, spoken) for facts in by_record["correction"]))
    if "people" in by_record:
        yield from _folder(
            "people",
            (_fact(f"{facts['no']} · {facts['giver']}", facts, spoken) for facts in by_record["people"]),
        )
    if "published" in by_record:
        yield from _folder("published", (_fact(str(facts["giver"]), facts, spoken) for facts in by_record["published"]))
    for section in sections_of(report, spoken):
        if section.name in by_record:
            yield from _folder(
                section.name, (_fact(section_line(facts), facts, spoken) for facts in by_record[section.name])
            )
    if "editors_note" in by_record:
        yield from _folder("editors_notes", (_note(facts) for facts in by_record["editors_note"]))
    yield "</Document>"


def _styles() -> Iterator[str]:
    for outcome, colour in _COLOURS.items():
        yield (
            f"<Style "
            f'id="{outcome}"><IconStyle><color>ff{colour}</color></IconStyle><LabelStyle><color>ff{colour}</color>'
            f"</LabelStyle><LineStyle><color>ff{colour}</color><width>2</width></LineStyle>"
            f"<PolyStyle><color>33{colour}</color></PolyStyle></Style>"
        )
    yield (
        '<Style id="zone"><LineStyle><color>ff7d8176</color><width>1.5</width></LineStyle>'
        "<PolyStyle><fill>0</fill></PolyStyle></Style>"
    )


def _folder(name: str, marks: Iterable[str]) -> Iterator[str]:
    yield f"<Folder><name>{name}</name>"
    yield from marks
    yield "</Folder>"


@once_per_report
def _shape_texts(report: DailyReport) -> tuple[tuple[str, ...], ...]:
    """The shapes of each row in KML's words; they are the same in every language."""
    return tuple(tuple(_shape(shape) for shape in shapes if shape is not None) for shapes in shapes_of_report(report))


def _incident(row: Row, facts: dict[str, Any], shapes: Sequence[str], spoken: Words) -> str:
    incident = row.incident
    name = f"{SIGNS[incident.outcome]} {row.number} · {facts['what_words']} · {facts['outcome_words']}"
    about = [facts["where_words"], *facts["reason_words"]]
    return _placemark(
        incident.incident_id,
        _marked(name, spoken, simulated=incident.simulated),
        "; ".join(about),
        facts,
        style=incident.outcome,
        time=_span(facts["start"], facts["end"]),
        shapes=shapes,
    )


def _zone(zone: Zone, number: int, report: DailyReport, spoken: Words) -> str:
    incidents = [row.incident for row in report.rows]
    facts = {
        "zone": zone.id,
        "kind": zone.kind,
        "provenance": zone.provenance,
        "accuracy_m": zone.accuracy_m,
        "derived": zone.derived,
        "recorded": report.shown_count(told_in(zone, incidents, simulated=False)),
        "recorded_simulated": report.shown_count(told_in(zone, incidents, simulated=True)),
    }
    since = "" if zone.valid_from == ALWAYS else iso_utc(zone.valid_from)
    until = "" if zone.valid_until == NEVER else iso_utc(zone.valid_until)
    return _placemark(
        f"zone-{number}",
        zone_name(zone.id, report.watch, spoken),
        zone.provenance,
        facts,
        style="zone",
        time=_span(since, until),
        shapes=[_shape(zone.geometry)],
    )


def _obligation(facts: dict[str, Any], spoken: Words) -> str:
    name = f"{SIGNS[facts['outcome']]} {flat(facts['clauses'])} · {facts['outcome_words']}"
    return _placemark(
        facts["id"],
        _marked(name, spoken, simulated=facts["simulated"]),
        facts["reason_words"],
        facts,
        style=facts["outcome"],
    )


def _fact(name: str, facts: dict[str, Any], spoken: Words) -> str:
    return _placemark("", _marked(name, spoken, simulated=facts["simulated"]), "", facts)


def section_line(facts: dict[str, Any]) -> str:
    """What a line of a kind's own section is called."""
    about = (facts.get(name) for name in ("no", "giver", "what_words", "start", "state_words", "outcome_words"))
    return " · ".join(str(part) for part in about if part not in (None, ""))[:120]


def _note(facts: dict[str, Any]) -> str:
    return _placemark("", str(facts["what_words"]), str(facts["text"]), facts)


def _placemark(
    code: str,
    name: str,
    about: str,
    facts: dict[str, Any],
    *,
    style: str = "",
    time: str = "",
    shapes: Iterable[str] = (),
) -> str:
    """One record; without a shape it stands in the list and not on the map."""
    parts = [
        f"<Placemark id={quoteattr(code)}>" if _NAME.fullmatch(code) else "<Placemark>",
        f"<name>{_text(name)}</name>",
    ]
    parts += [f"<description>{_text(about)}</description>"] if about else []
    parts += [time] if time else []
    parts += [f"<styleUrl>#{style}</styleUrl>"] if style else []
    parts.append(_data(facts.items()))
    drawn = list(shapes)
    parts.append(drawn[0] if len(drawn) == 1 else f"<MultiGeometry>{''.join(drawn)}</MultiGeometry>" if drawn else "")
    return "".join([*parts, "</Placemark>"])


def _data(facts: Iterable[tuple[str, Any]]) -> str:
    """The facts under their English keys; what is not there is left out, as in the GeoJSON."""
    cells = [(key, flat(value)) for key, value in facts]
    listed = "".join([f"{_opening(key)}{_plain(value)}</value></Data>" for key, value in cells if value is not None])
    return f"<ExtendedData>{listed}</ExtendedData>"


@cache
def _opening(key: str) -> str:
    return f"<Data name={quoteattr(key)}><value>"


def _plain(value: Cell) -> str:
    """A cell's value; only a text has something that XML would read otherwise."""
    if isinstance(value, str):
        return _text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _span(since: str, until: str) -> str:
    begin = f"<begin>{since}</begin>" if since else ""
    end = f"<end>{until}</end>" if until else ""
    return f"<TimeSpan>{begin}{end}</TimeSpan>" if begin or end else ""


def _marked(name: str, spoken: Words, *, simulated: bool) -> str:
    return f"{name} [{spoken.gettext('simulated')}]" if simulated else name


def _text(value: object) -> str:
    """A text that is neither XML nor, in a viewer that reads texts as HTML, a tag."""
    return escape(legible(str(value)).replace("<", "‹").replace(">", "›"))


def _shape(shape: BaseGeometry) -> str:
    """A geometry in KML's words, longitude first."""
    match shape:
        case Point():
            return f"<Point>{_coordinates(shape.coords)}</Point>"
        case LineString():
            return f"<LineString>{_coordinates(shape.coords)}</LineString>"
        case Polygon():
            inner = "".join(f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in shape.interiors)
            return f"<Polygon><outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>{inner}</Polygon>"
        case _:
            parts = "".join(_shape(part) for part in shapely.get_parts(shape))
            return f"<MultiGeometry>{parts}</MultiGeometry>"


def _ring(ring: BaseGeometry) -> str:
    return f"<LinearRing>{_coordinates(ring.coords)}</LinearRing>"


def _coordinates(points: Iterable[Any]) -> str:
    return (
        "<coordinates>" + " ".join(f"{_degrees(point[0])},{_degrees(point[1])}" for point in points) + "</coordinates>"
    )


def _degrees(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
