"""The report's map as our own SVG: ground, boundaries, zones, line of contact with its band, then what was released.

Points have their sign and, for who may see it, their 95 % ellipse; cells are squares; a zone has a tile with its count.
The numbers are those of the table, which says all that the map says.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import outcome_word
from trucewatch.model.naming import numbers_of
from trucewatch.model.outcomes import OUTCOMES, SAID
from trucewatch.model.times import day_of
from trucewatch.model.zone import Zone
from trucewatch.reports.cells import cell_of
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.declutter import spread, touching
from trucewatch.reports.drawing import (
    Box,
    Projection,
    box_around,
    scale_length_m,
)
from trucewatch.reports.label_placement import Label, Placed, place_labels
from trucewatch.reports.phrases import ranges
from trucewatch.reports.released import WITHHELD
from trucewatch.reports.signs import place_sign
from trucewatch.svg import element, named, px, rect, text, text_element

WIDTH = 780
SIGN = 20
WIDEST_POINT_M = 20_000
"""A place known worse than this is a district, not a point: its ellipse is drawn and its row stands, but no sign."""
CROWDED = 40
SQUARE = 60
"""Where more signs than CROWDED would touch, they are gathered in tiles, one for each square of this many pixels."""
MOST_SIGNS = 120
MOVED_AT_MOST = 44
"""How far a sign may be moved aside for its neighbours, pixels; a thin line leads back to its place."""
LEAST_LEADER = SIGN / 2
"""A sign that was moved by no more than this still covers its place and needs no line to it."""
_SHARES = (*OUTCOMES, WITHHELD)
_STRIP = (*SAID, "not_applicable", WITHHELD)


def draw_map(report: DailyReport, words: Words) -> str:
    """The whole map with scale bar and north arrow, as an `<svg>` with a text alternative."""
    sheet = _Sheet(report, words)
    body = sheet.ground() + sheet.zones() + sheet.line() + sheet.records()
    name, description = map_alternative(report, words)
    high = sheet.projection.height
    return element(
        "svg",
        text_element("desc", description),
        element("rect", width=WIDTH, height=high, class_="m-land"),
        body,
        sheet.furniture(),
        rect(".5", ".5", WIDTH - 1, high - 1, "m-edge"),
        class_="map",
        viewBox=f"0 0 {WIDTH} {high}",
        **named(name),
    )


def map_alternative(report: DailyReport, words: Words) -> tuple[str, str]:
    """The map's name, and what it shows in words."""
    theatre = printable(words.name(report.watch.settings.theatre, otherwise=report.watch.settings.id))
    name = words.gettext("Map: {theatre}").format(theatre=theatre)
    on_map = sum(1 for row in report.rows if row.incident.place != "theatre")
    counted = words.ngettext(
        "{number} incident of the findings table is on the map, under the same number.",
        "{number} incidents of the findings table are on the map, under the same numbers.",
        on_map,
    ).format(number=words.number(on_map))
    return name, counted


def _strip_of(row: Row) -> str:
    return WITHHELD if row.incident.hold else row.incident.outcome


def line_zone(report: DailyReport) -> Zone | None:
    """The line of contact as it was valid in the period; None where there is none or it is held back."""
    line = report.watch.settings.line
    start = day_of(report.day_from, report.watch.zone).start
    zone = (report.watch.zone_with(line, start) or report.watch.zone_with(line)) if line else None
    return None if zone is None or zone.geometry.is_empty else zone


def zones_of_kind(report: DailyReport, *kinds: str) -> list[Zone]:
    """The zones of these kinds that were valid in the period, each as it was last."""
    start, end = day_of(report.day_from, report.watch.zone).start, day_of(report.day_until, report.watch.zone).start
    zones = (zone for zone in report.watch.zones if zone.valid_from < end and start < zone.valid_until)
    return list({zone.id: zone for zone in zones if zone.kind in kinds}.values())


@dataclass(frozen=True, slots=True)
class _Mark:
    """One sign with its number or numbers, at its place on the sheet."""

    x: float
    y: float
    kind: str
    outcome: str
    text: str
    simulated: bool
    exact: bool
    """A point; for a cell no dot may say that its centre is the place."""


def _leader(mark: _Mark, x: float, y: float) -> str:
    """The line from a sign that was moved aside to its place; empty if the sign still covers it."""
    if math.hypot(x - mark.x, y - mark.y) <= LEAST_LEADER:
        return ""
    dot = element("circle", cx=px(mark.x), cy=px(mark.y), r=1.8, class_="m-ink") if mark.exact else ""
    return element("path", d=f"M{px(mark.x)} {px(mark.y)}L{px(x)} {px(y)}", class_="m-leader") + dot


class _Sheet:
    def __init__(self, report: DailyReport, words: Words) -> None:
        self.report, self.words = report, words
        self.projection = Projection(report.watch.settings.area, width=WIDTH, height_min=300, height_max=430)
        self.window = Box(4, 4, WIDTH - 4, self.projection.height - 4)
        self.occupied: list[Box] = [Box(0, self.projection.height - 44, 200, self.projection.height)]

    def ground(self) -> str:
        order = {"land": 0, "water": 1, "district": 2, "boundary": 3}
        parts = []
        for piece in sorted(
            self.report.watch.basemap.ground, key=lambda piece: (order.get(piece.kind, 4), piece.disputed)
        ):
            if piece.kind not in order:
                continue
            css = "m-disputed" if piece.kind == "boundary" and piece.disputed else f"m-{piece.kind}"
            parts.append(self._path(piece.geometry, css))
        return "".join(parts)

    def zones(self) -> str:
        parts = [self._path(zone.geometry, "m-region") for zone in zones_of_kind(self.report, "region", "district")]
        parts += [self._path(zone.geometry, "m-corridor") for zone in zones_of_kind(self.report, "corridor")]
        return "".join(parts)

    def line(self) -> str:
        zone = line_zone(self.report)
        if zone is None:
            return ""
        path = self.projection.path(zone.geometry)
        band = max(4.0, 2 * self.projection.pixels(zone.accuracy_m))
        if not path:
            return ""
        wide = element("path", d=path, class_="m-band", style=f"stroke-width:{px(band)}")
        return wide + element("path", d=path, class_="m-line")

    def records(self) -> str:
        points = [row for row in self.report.rows if row.incident.place.startswith("point:")]
        cells: dict[str, list[Row]] = defaultdict(list)
        zones: dict[str, list[Row]] = defaultdict(list)
        for row in self.report.rows:
            form, _, rest = row.incident.place.partition(":")
            if form == "cell":
                cells[row.incident.place].append(row)
            elif form == "zone":
                zones[rest].append(row)
        points, crowds = self._crowds(points)
        squares = "".join(self._cell(rows) for rows in cells.values())
        ellipses = "".join(self._ellipse(row) for row in points)
        signs, numbers = self._signs(points, cells)
        tiles = crowds + "".join(self._tile(zone, rows) for zone, rows in sorted(zones.items()))
        dots, towns = self._towns()
        return squares + ellipses + dots + signs + tiles + self._texts(numbers, "m-number") + towns

    def _crowds(self, points: list[Row]) -> tuple[list[Row], str]:
        """On a day with more signs than can be told apart, those that share a square of the sheet become one tile."""
        spots = [
            (row, self.projection.point(row.incident.lon, row.incident.lat))
            for row in points
            if row.incident.lon is not None and row.incident.lat is not None
        ]
        if len(spots) > MOST_SIGNS or touching([spot for _, spot in spots], apart=SIGN) > CROWDED:
            return self._in_tiles(spots)
        return points, ""

    def _in_tiles(self, spots: list[tuple[Row, tuple[float, float]]]) -> tuple[list[Row], str]:
        squares: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row, (x, y) in spots:
            squares[int(x // SQUARE), int(y // SQUARE)].append(row)
        tiles = []
        for (across, down), rows in sorted(squares.items()):
            x, y = (across + 0.5) * SQUARE, (down + 0.5) * SQUARE
            if len(rows) > 1 and box_around(x, y, 0, 0).within(self.window):
                tiles.append(self._tiles_at(x, y, rows))
        return [row for rows in squares.values() if len(rows) == 1 for row in rows], "".join(tiles)

    def _cell(self, rows: list[Row]) -> str:
        incident = rows[0].incident
        if incident.lon is None or incident.lat is None or incident.cell_m is None:
            return ""
        cell = cell_of(incident.lon, incident.lat, incident.cell_m)
        corners = [self.projection.point(lon, lat) for lon, lat in cell.ring()[:-1]]
        return element("path", d=f"M{'L'.join(f'{px(x)} {px(y)}' for x, y in corners)}Z", class_="m-cell")

    def _ellipse(self, row: Row) -> str:
        incident = row.incident
        if incident.ellipse is None or incident.lon is None or incident.lat is None:
            return ""
        across = self.projection.pixels(incident.ellipse.semi_major_m)
        if 2 * across <= SIGN:
            return ""
        x, y = self.projection.point(incident.lon, incident.lat)
        along = self.projection.pixels(incident.ellipse.semi_minor_m)
        return element(
            "ellipse",
            cx=px(x),
            cy=px(y),
            rx=px(along),
            ry=px(across),
            class_=f"m-ellipse o-{incident.outcome}",
            transform=f"rotate({incident.ellipse.azimuth_deg} {px(x)} {px(y)})",
        )

    def _signs(self, points: list[Row], cells: dict[str, list[Row]]) -> tuple[str, list[Placed | None]]:
        marks = [self._mark([row], str(row.number)) for row in points if (row.incident.radius_m or 0) <= WIDEST_POINT_M]
        marks += [self._mark(rows, ranges(row.number for row in rows)) for rows in cells.values()]
        visible = sorted(
            (mark for mark in marks if mark is not None and box_around(mark.x, mark.y, 0, 0).within(self.window)),
            key=lambda mark: (mark.y, mark.x, mark.text),
        )
        apart = SIGN * (1.55 if any(mark.simulated for mark in visible) else 1.3)  # room for the ring and a number
        edge, all_ = SIGN * 0.7, self.window
        room = Box(all_.left + edge, all_.top + edge, all_.right - edge, all_.bottom - edge)
        beside = spread([(mark.x, mark.y) for mark in visible], apart=apart, at_most=MOVED_AT_MOST, window=room)
        drawn = [_leader(mark, x, y) for mark, (x, y) in zip(visible, beside, strict=True)]
        labels = []
        for mark, (x, y) in zip(visible, beside, strict=True):
            drawn.append(place_sign(mark.kind, mark.outcome, x=x, y=y, size=SIGN))
            if mark.simulated:
                drawn.append(element("circle", cx=px(x), cy=px(y), r=px(SIGN * 0.68), class_="m-simulated"))
            self.occupied.append(box_around(x, y, SIGN / 2 + 1, SIGN / 2 + 1))
            labels.append(Label(mark.text, x, y, 11.5, SIGN / 2 + (4 if mark.simulated else 2)))
        return "".join(drawn), place_labels(labels, self.occupied, self.window, must=True)

    def _mark(self, rows: list[Row], text: str) -> _Mark | None:
        """The sign of a point, or of all that lie in one cell: that of the worst of them."""
        worst = min(rows, key=lambda row: (_SHARES.index(row.incident.outcome), row.number)).incident
        if worst.lon is None or worst.lat is None:
            return None
        x, y = self.projection.point(worst.lon, worst.lat)
        simulated = any(row.incident.simulated for row in rows)
        return _Mark(x, y, worst.kind, worst.outcome, text, simulated, exact=worst.place.startswith("point:"))

    def _tile(self, zone_id: str, rows: list[Row]) -> str:
        zone = self.report.watch.zone_with(zone_id, rows[0].incident.start) or self.report.watch.zone_with(zone_id)
        if zone is None:
            return ""
        visible = zone.geometry.intersection(self.projection.window)
        if visible.is_empty:
            return ""
        middle = visible.representative_point()
        x, y = self.projection.point(middle.x, middle.y)
        return self._tiles_at(x, y, rows)

    def _tiles_at(self, x: float, y: float, rows: list[Row]) -> str:
        """One tile for the real records and one, below it, for the simulated ones."""
        parts: list[str] = []
        for simulated in (False, True):
            group = [row for row in rows if row.incident.simulated is simulated]
            if group:
                parts.append(self._one_tile(x, y + (38 if parts else 0), group, simulated=simulated))
        return "".join(parts)

    def _one_tile(self, x: float, y: float, rows: list[Row], *, simulated: bool) -> str:
        wide, high = (58.0 if simulated else 40.0), 30.0
        left, top = x - wide / 2, y - high / 2
        self.occupied.append(box_around(x, y, wide / 2 + 2, high / 2 + 2))
        strip, at = [], left + 4
        # What has no assessment has no colour of one: it is the rest of the strip.
        for outcome in _STRIP:
            share = sum(1 for row in rows if _strip_of(row) == outcome) / len(rows) * (wide - 8)
            if share:
                strip.append(rect(px(at), px(top + 22), px(share), 4, f"f-{outcome}"))
                at += share
        css = "m-tile m-simulated-tile" if simulated else "m-tile"
        label = self.words.gettext("{number} sim.").format(number=len(rows)) if simulated else str(len(rows))
        tile = element("rect", x=px(left), y=px(top), width=wide, height=high, rx=4, class_=css)
        return tile + "".join(strip) + text(px(x), px(top + 17), label, "m-count", anchor="middle")

    def _towns(self) -> tuple[str, str]:
        """Dots, and names: all names of a town together, or where they have no room its number of the table."""
        dots, labels, towns = [], [], []
        numbers = numbers_of(self.report.watch)
        for town in sorted(self.report.watch.basemap.towns, key=lambda town: (town.rank, town.id)):
            x, y = self.projection.point(town.lon, town.lat)
            if not box_around(x, y, 3, 3).within(self.window):
                continue
            dots.append(element("circle", cx=px(x), cy=px(y), r=2.6, class_="m-town"))
            self.occupied.append(box_around(x, y, 3, 3))
            labels.append(Label(printable(self.words.name(town.names, otherwise=town.id)), x, y, 11, 6))
            towns.append(town.id)
        placed = place_labels(labels, self.occupied, self.window)
        left_out = [
            Label(f"[{numbers[town]}]", wanted.x, wanted.y, 11, 5)
            for town, wanted, got in zip(towns, labels, placed, strict=True)
            if got is None and town in numbers
        ]
        placed += place_labels(left_out, self.occupied, self.window)
        return "".join(dots), self._texts(placed, "m-name")

    def _texts(self, labels: Iterable[Placed | None], css: str) -> str:
        """Labels; their halo comes from the style sheet (`paint-order: stroke`)."""
        return "".join(
            text(px(label.x), px(label.y), label.label.text, css, anchor=label.anchor)
            for label in labels
            if label is not None
        )

    def furniture(self) -> str:
        """Scale bar and north arrow, lower left."""
        per_metre = self.projection.pixels_per_degree / METRES_PER_DEGREE
        metres = scale_length_m(per_metre)
        wide, base = metres * per_metre, self.projection.height
        unit = self.words.gettext("{distance} km").format(distance=self.words.number(metres / 1000))
        return element(
            "g",
            rect(10, base - 40, f"{max(wide + 100, 150):.0f}", 30, rx=3),
            element("path", d=f"M22 {base - 34}l4 10-4-2.5-4 2.500z", class_="m-ink"),
            text(22, base - 13, self.words.pgettext("compass", "N"), "m-small", anchor="middle"),
            element("path", d=f"M40 {base - 29}v8h{px(wide)}v-8", class_="m-scale"),
            text(px(48 + wide), base - 20, unit, "m-small"),
            class_="m-furniture",
        )

    def _path(self, geometry: BaseGeometry, css: str) -> str:
        path = self.projection.path(geometry)
        return element("path", d=path, class_=css) if path else ""


def place_numbers(drawn: str) -> list[int]:
    """The numbers that stand on a drawn map for towns whose names have no room."""
    return sorted(int(number) for number in re.findall(r">\[(\d+)\]</text>", drawn))


def outcomes_shown(report: DailyReport, words: Words) -> list[tuple[str, str]]:
    """The assessments of the legend with their words: the three that can be said always, the others where there is
    one."""
    legend = [(outcome, outcome_word(outcome, words)) for outcome in (*SAID, "not_applicable")]
    for outcome, word in (
        ("undetermined", words.gettext("no assessment; the reason stands in the table")),
        (WITHHELD, words.gettext("assessment not told")),
    ):
        if report.real.of(outcome) + report.simulated.of(outcome):
            legend.append((outcome, word))
    return legend
