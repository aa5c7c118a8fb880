"""What a report's map shows and where, without a word of any language: made once a report, for all of its languages.

Few records have their signs, spread so that none covers another. On a day with more than can be told apart those that
share a square of the sheet become one bin with their counts. Whatever the day holds, so many signs and bins are drawn
at most.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shapely.geometry.base import BaseGeometry

from trucewatch.model.outcomes import OUTCOMES, SAID
from trucewatch.model.times import day_of
from trucewatch.model.zone import BOUNDARY_STATUSES, Ground, Zone
from trucewatch.reports.cells import cell_of
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.declutter import spread, touching
from trucewatch.reports.drawing import Box, Projection, box_around
from trucewatch.reports.label_placement import Label, Placed, place_labels
from trucewatch.reports.once_per_report import once_per_report
from trucewatch.reports.phrases import ranges
from trucewatch.reports.released import WITHHELD
from trucewatch.reports.signs import place_sign
from trucewatch.svg import element, px, rect

WIDTH: Final = 780
SIGN: Final = 20
WIDEST_POINT_M: Final = 20_000
"""A place known worse than this is a district, not a point: its ellipse is drawn and its row stands, but no sign."""
CROWDED: Final = 40
SQUARE: Final = 60
"""Where more signs than CROWDED would touch, they are gathered in bins, one for each square of about so many pixels."""
MOST_SIGNS: Final = 120
MOST_ZONE_TILES: Final = 120
"""Of more zones than this the counts are gathered in the same squares."""
MOST_IN_CELL: Final = 24
LONGEST_NUMBERS: Final = 32
"""A cell with more records, or whose numbers take more characters, is told by its counts."""
MOVED_AT_MOST: Final = 44
"""How far a sign may be moved aside for its neighbours, pixels; a thin line leads back to its place."""
LEAST_LEADER: Final = SIGN / 2
"""A sign that was moved by no more than this still covers its place and needs no line to it."""
TILE_HIGH: Final = 30.0
WORD_HIGH: Final = 11.0
"""Room below a bin of simulated records for the word that says so."""
SHADES: Final = ((1, 0.05), (10, 0.1), (100, 0.16), (1000, 0.24))
"""From how many records on a bin's square is how dark: ink alone, so that no eye needs a colour for it."""
BOUNDARY_CSS: Final = {"state": "m-boundary", "disputed": "m-disputed", "not_stated": "m-not-stated"}
_SHARES: Final = (*OUTCOMES, WITHHELD)
_STRIP: Final = (*SAID, "not_applicable", WITHHELD)


@dataclass(frozen=True, slots=True)
class Tile:
    """A count at a place of the sheet, of real or of simulated records; `words` of the label are each language's."""

    x: float
    y: float
    count: int
    outcomes: Mapping[str, int]
    simulated: bool
    is_bin: bool
    """Of a square of the sheet; otherwise of a zone or a cell."""
    high: float = TILE_HIGH

    @property
    def wide(self) -> float:
        """Of a zone wide enough for the word beside the count; in a square the word stands below it."""
        if self.is_bin:
            return 48.0
        return 58.0 if self.simulated else 40.0

    @property
    def top(self) -> float:
        return self.y - self.high / 2

    @property
    def count_y(self) -> float:
        """The baseline of its count."""
        return self.top + self.high - (13 if self.high == TILE_HIGH else 9)

    @property
    def strip_y(self) -> float:
        return self.top + self.high - (8 if self.high == TILE_HIGH else 6)


@dataclass(frozen=True, slots=True)
class MapLayout:
    """Everything of a map but its texts."""

    projection: Projection
    window: Box
    ground: str
    """Ground, zones and line: what lies below all records."""
    shapes: str
    """Squares of bins, cells, ellipses."""
    signs: str
    numbers: tuple[Placed | None, ...]
    tiles: tuple[Tile, ...]
    occupied: tuple[Box, ...]
    """What names of towns must not cover."""
    signs_drawn: int

    @property
    def bins(self) -> tuple[Tile, ...]:
        return tuple(tile for tile in self.tiles if tile.is_bin)


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


def draw_ground(ground: Iterable[Ground], projection: Projection) -> str:
    """Land, water, districts and boundaries of a basemap, in this order, each boundary by its status."""
    order = {"land": 0, "water": 1, "district": 2, "boundary": 3}
    pieces = sorted(
        (piece for piece in ground if piece.kind in order),
        key=lambda piece: (order[piece.kind], BOUNDARY_STATUSES.index(piece.status)),
    )
    drawn = []
    for piece in pieces:
        css = BOUNDARY_CSS[piece.status] if piece.kind == "boundary" else f"m-{piece.kind}"
        if path := projection.path(piece.geometry):
            drawn.append(element("path", d=path, class_=css))
    return "".join(drawn)


@once_per_report
def layout_of(report: DailyReport) -> MapLayout:
    """Where everything stands on the map of a report."""
    return _Sheet(report).layout()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A point, or a cell with all that was released in it, at its place on the sheet."""

    x: float
    y: float
    rows: tuple[Row, ...]
    is_cell: bool


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
    def __init__(self, report: DailyReport) -> None:
        self.report = report
        self.projection = Projection(report.watch.settings.area, width=WIDTH, height_min=300, height_max=430)
        self.window = Box(4, 4, WIDTH - 4, self.projection.height - 4)
        self.furniture = Box(0, self.projection.height - 44, 200, self.projection.height)
        self.occupied: list[Box] = [self.furniture]
        self.most_in: dict[tuple[int, int], int] = {}
        """How many records of one kind, real or simulated, the square of a bin holds."""

    def layout(self) -> MapLayout:
        points, cells, zones = self._placed()
        alone, bins = self._crowds(points + cells)
        full = {spot.rows[0].number for spot in alone if spot.is_cell and _is_full(spot.rows)}
        cell_tiles = [
            tile for spot in alone if spot.rows[0].number in full for tile in self._tiles_at(spot.x, spot.y, spot.rows)
        ]
        shapes = "".join(self._cell(spot.rows) for spot in alone if spot.is_cell)
        shapes += "".join(self._ellipse(spot.rows[0]) for spot in alone if not spot.is_cell)
        signs, numbers, drawn = self._signs([spot for spot in alone if spot.rows[0].number not in full])
        zone_tiles = self._zone_tiles(zones)
        return MapLayout(
            projection=self.projection,
            window=self.window,
            ground=draw_ground(self.report.watch.basemap.ground, self.projection) + self._zones() + self._line(),
            shapes=self._squares() + shapes,
            signs=signs,
            numbers=tuple(numbers),
            tiles=(*bins, *cell_tiles, *zone_tiles),
            occupied=tuple(self.occupied),
            signs_drawn=drawn,
        )

    def _zones(self) -> str:
        parts = [self._path(zone.geometry, "m-region") for zone in zones_of_kind(self.report, "region", "district")]
        parts += [self._path(zone.geometry, "m-corridor") for zone in zones_of_kind(self.report, "corridor")]
        return "".join(parts)

    def _line(self) -> str:
        zone = line_zone(self.report)
        if zone is None:
            return ""
        path = self.projection.path(zone.geometry)
        band = max(4.0, 2 * self.projection.pixels(zone.accuracy_m))
        if not path:
            return ""
        wide = element("path", d=path, class_="m-band", style=f"stroke-width:{px(band)}")
        return wide + element("path", d=path, class_="m-line")

    def _placed(self) -> tuple[list[_Spot], list[_Spot], dict[str, list[Row]]]:
        """The rows by where they were released to be: at a point, in a cell, in a zone."""
        points: list[_Spot] = []
        cells: dict[str, list[Row]] = defaultdict(list)
        zones: dict[str, list[Row]] = defaultdict(list)
        for row in self.report.rows:
            incident = row.incident
            form, _, rest = incident.place.partition(":")
            if form == "zone":
                zones[rest].append(row)
            elif incident.lon is None or incident.lat is None:
                continue
            elif form == "cell":
                cells[incident.place].append(row)
            elif form == "point":
                points.append(_Spot(*self.projection.point(incident.lon, incident.lat), (row,), is_cell=False))
        spots = []
        for rows in cells.values():
            lon, lat = rows[0].incident.lon, rows[0].incident.lat
            if lon is not None and lat is not None:
                spots.append(_Spot(*self.projection.point(lon, lat), tuple(rows), is_cell=True))
        return points, spots, zones

    def _crowds(self, spots: list[_Spot]) -> tuple[list[_Spot], list[Tile]]:
        """Who stands alone, and the bins of all others. What lies beside the sheet is on none."""
        points = [(spot.x, spot.y) for spot in spots if not spot.is_cell]
        if len(spots) <= MOST_SIGNS and touching(points, apart=SIGN) <= CROWDED:
            return spots, []
        squares: dict[tuple[int, int], list[_Spot]] = defaultdict(list)
        for spot in spots:
            if self._is_on_sheet(spot.x, spot.y):
                squares[self._square_of(spot.x, spot.y)].append(spot)
        alone: list[_Spot] = []
        bins: list[Tile] = []
        for square, inside in sorted(squares.items()):
            if len(inside) == 1:
                alone += inside
            else:
                bins += self._bin(square, [row for spot in inside for row in spot.rows])
        return alone, bins

    @property
    def _squares_down(self) -> int:
        return max(1, round(self.projection.height / SQUARE))

    def _is_on_sheet(self, x: float, y: float) -> bool:
        return 0 <= x < WIDTH and 0 <= y < self.projection.height

    def _square_of(self, x: float, y: float) -> tuple[int, int]:
        """Column and row of the square that holds a place of the sheet; they fill it whole."""
        across, down = int(x // SQUARE), int(y * self._squares_down // self.projection.height)
        return min(across, WIDTH // SQUARE - 1), min(down, self._squares_down - 1)

    def _box_of(self, square: tuple[int, int]) -> Box:
        across, down = square
        high = self.projection.height / self._squares_down
        return Box(across * SQUARE, down * high, (across + 1) * SQUARE, (down + 1) * high)

    def _bin(self, square: tuple[int, int], rows: Sequence[Row]) -> list[Tile]:
        """The counts of a square, real and simulated apart, clear of the scale bar."""
        box = self._box_of(square)
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        kinds = [simulated for simulated in (False, True) if any(row.incident.simulated is simulated for row in rows)]
        high = TILE_HIGH if len(kinds) == 1 else 22.0
        whole = high * len(kinds) + (WORD_HIGH if any(kinds) else 0)
        top = y - whole / 2
        if box.overlaps(self.furniture):
            top = min(top, self.furniture.top - whole)
        tiles = []
        for place, simulated in enumerate(kinds):
            at = top + (place + 0.5) * high
            group = [row for row in rows if row.incident.simulated is simulated]
            tiles.append(self._tile(x, at, group, simulated=simulated, is_bin=True, high=high))
        self.most_in[square] = max(self.most_in.get(square, 0), *(tile.count for tile in tiles))
        return tiles

    def _squares(self) -> str:
        """The square of each bin, the darker the more it holds of the kind that it holds more of."""
        drawn = []
        for square, count in sorted(self.most_in.items()):
            box = self._box_of(square)
            shade = next(dark for least, dark in reversed(SHADES) if count >= least)
            drawn.append(square_of_bin(box.left, box.top, SQUARE, box.bottom - box.top, shade))
        return "".join(drawn)

    def _cell(self, rows: Sequence[Row]) -> str:
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

    def _signs(self, spots: Iterable[_Spot]) -> tuple[str, list[Placed | None], int]:
        """The signs beside one another, their numbers, and how many signs they are."""
        marks = [
            _mark(spot) for spot in spots if spot.is_cell or (spot.rows[0].incident.radius_m or 0) <= WIDEST_POINT_M
        ]
        visible = sorted(
            (mark for mark in marks if box_around(mark.x, mark.y, 0, 0).within(self.window)),
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
        return "".join(drawn), place_labels(labels, self.occupied, self.window, must=True), len(visible)

    def _zone_tiles(self, zones: Mapping[str, list[Row]]) -> list[Tile]:
        """The counts of zones, each inside its own; of too many zones by squares."""
        placed = [
            (spot, rows) for zone, rows in sorted(zones.items()) if (spot := self._middle_of(zone, rows)) is not None
        ]
        if len(placed) <= MOST_ZONE_TILES:
            return [tile for (x, y), rows in placed for tile in self._tiles_at(x, y, rows)]
        squares: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for (x, y), rows in placed:
            squares[self._square_of(x, y)] += rows
        return [tile for square, rows in sorted(squares.items()) for tile in self._bin(square, rows)]

    def _middle_of(self, zone_id: str, rows: Sequence[Row]) -> tuple[float, float] | None:
        """A place inside what the sheet shows of a zone; None where it shows nothing."""
        zone = self.report.watch.zone_with(zone_id, rows[0].incident.start) or self.report.watch.zone_with(zone_id)
        if zone is None:
            return None
        visible = zone.geometry.intersection(self.projection.window)
        if visible.is_empty:
            return None
        middle = visible.representative_point()
        return self.projection.point(middle.x, middle.y)

    def _tiles_at(self, x: float, y: float, rows: Sequence[Row]) -> list[Tile]:
        """One tile for the real records and one, below it, for the simulated ones."""
        tiles: list[Tile] = []
        for simulated in (False, True):
            group = [row for row in rows if row.incident.simulated is simulated]
            if group:
                at = y + (38 if tiles else 0)
                tiles.append(self._tile(x, at, group, simulated=simulated, is_bin=False, high=TILE_HIGH))
        return tiles

    def _tile(self, x: float, y: float, rows: Sequence[Row], *, simulated: bool, is_bin: bool, high: float) -> Tile:
        outcomes = Counter(WITHHELD if row.incident.hold else row.incident.outcome for row in rows)
        tile = Tile(x, y, len(rows), outcomes, simulated, is_bin, high)
        below = WORD_HIGH if is_bin and simulated else 0.0
        self.occupied.append(box_around(x, y + below / 2, tile.wide / 2 + 2, high / 2 + 2 + below / 2))
        return tile

    def _path(self, geometry: BaseGeometry, css: str) -> str:
        path = self.projection.path(geometry)
        return element("path", d=path, class_=css) if path else ""


def _numbers(rows: Sequence[Row]) -> str:
    return ranges(row.number for row in rows)


def _is_full(rows: Sequence[Row]) -> bool:
    return len(rows) > MOST_IN_CELL or len(_numbers(rows)) > LONGEST_NUMBERS


def _mark(spot: _Spot) -> _Mark:
    """The sign of a point, or of all that lie in one cell: that of the worst of them."""
    worst = min(spot.rows, key=lambda row: (_SHARES.index(row.incident.outcome), row.number)).incident
    simulated = any(row.incident.simulated for row in spot.rows)
    text = _numbers(spot.rows)
    return _Mark(spot.x, spot.y, worst.kind, worst.outcome, text, simulated, exact=not spot.is_cell)


def square_of_bin(left: float, top: float, wide: float, high: float, shade: float) -> str:
    """The ground of a bin. Ink by its attributes, so that it is the same wherever it is drawn."""
    return element(
        "rect",
        x=px(left),
        y=px(top),
        width=px(wide),
        height=px(high),
        class_="m-bin",
        fill="var(--ink,#17201F)",
        fill_opacity=shade,
        stroke="var(--ink,#17201F)",
        stroke_opacity=0.18,
        stroke_width=0.6,
    )


def strip_of(tile: Tile) -> str:
    """The shares of a tile's assessments. What has no assessment has no colour of one: it is the rest of the strip."""
    strip, at = [], tile.x - tile.wide / 2 + 4
    for outcome in _STRIP:
        share = tile.outcomes.get(outcome, 0) / tile.count * (tile.wide - 8)
        if share:
            strip.append(rect(px(at), px(tile.strip_y), px(share), 4, f"f-{outcome}"))
            at += share
    return "".join(strip)
