"""The report's map as our own SVG: ground, boundaries, zones, line of contact with its band, then what was released.

Points have their sign and, for who may see it, their 95 % ellipse; cells are squares; a zone has a tile with its count,
and so has a square of the map where more lie than can be told apart. `map_layout` says where all of it stands; here are
its texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import sqrt
from typing import Final

from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import outcome_word
from trucewatch.model.naming import numbers_of, ranked_towns
from trucewatch.model.outcomes import SAID
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.drawing import Projection, box_around, scale_length_m
from trucewatch.reports.label_placement import Label, Placed, place_labels
from trucewatch.reports.map_layout import WIDTH, MapLayout, Tile, layout_of, strip_of
from trucewatch.reports.phrases import point_words
from trucewatch.reports.released import WITHHELD
from trucewatch.svg import element, named, px, rect, text, text_element

MOST_BINS_NAMED: Final = 5
"""How many bins the text alternative names, the fullest first."""


def draw_map(report: DailyReport, words: Words) -> str:
    """The whole map with scale bar and north arrow, as an `<svg>` with a text alternative."""
    layout = layout_of(report)
    name, description = map_alternative(report, words)
    high = layout.projection.height
    dots, towns = _towns(report, layout, words)
    tiles = "".join(_tile(tile, words) for tile in layout.tiles)
    return element(
        "svg",
        text_element("desc", description),
        element("rect", width=WIDTH, height=high, class_="m-land"),
        layout.ground,
        layout.shapes + dots + layout.signs + tiles + _texts(layout.numbers, "m-number") + towns,
        draw_furniture(layout.projection, words),
        rect(".5", ".5", WIDTH - 1, high - 1, "m-edge"),
        class_="map",
        viewBox=f"0 0 {WIDTH} {high}",
        **named(name),
    )


def map_alternative(report: DailyReport, words: Words) -> tuple[str, str]:
    """The map's name, and what it shows in words."""
    theatre = printable(words.name(report.watch.settings.theatre, otherwise=report.watch.settings.id))
    name = words.gettext("Map: {theatre}").format(theatre=theatre)
    if bins := layout_of(report).bins:
        return name, _binned(report, bins, words)
    on_map = sum(1 for row in report.rows if row.incident.place != "theatre")
    counted = words.ngettext(
        "{number} incident of the findings table is on the map, under the same number.",
        "{number} incidents of the findings table are on the map, under the same numbers.",
        on_map,
    ).format(number=words.number(on_map))
    return name, counted


def _binned(report: DailyReport, bins: Iterable[Tile], words: Words) -> str:
    """How many are in squares that have a count, and the fullest squares; real and simulated apart."""
    listed = sorted(bins, key=lambda tile: (tile.simulated, -tile.count, tile.y, tile.x))
    sentences = []
    for simulated in (False, True):
        group = [tile for tile in listed if tile.simulated is simulated]
        if not group:
            continue
        sentence = words.gettext(
            "Squares of the map with counts, where many lie close together: {squares}; incidents in them: {number}."
        )
        if simulated:
            sentence = words.gettext(
                "Squares with counts of simulated incidents: {squares}; incidents in them: {number}."
            )
        count = sum(tile.count for tile in group)
        sentences.append(sentence.format(squares=words.number(len(group)), number=words.number(count)))
        fullest = [
            words.gettext("{where}: {number}").format(
                where=_place_of(report, tile, words), number=words.number(tile.count)
            )
            for tile in group[:MOST_BINS_NAMED]
        ]
        sentences.append(words.gettext("The fullest: {squares}.").format(squares="; ".join(fullest)))
    sentences.append(words.gettext("Every other sign on the map has its number of the report."))
    return " ".join(sentences)


def _place_of(report: DailyReport, tile: Tile, words: Words) -> str:
    """Where a bin stands, by its nearest town, and how far its corners are from its middle."""
    projection = layout_of(report).projection
    reach_m = tile.wide / sqrt(2) / projection.pixels(1.0)
    return point_words(*projection.degrees(tile.x, tile.y), report.watch, words, radius_m=reach_m)


def _tile(tile: Tile, words: Words) -> str:
    css = "m-tile m-simulated-tile" if tile.simulated else "m-tile"
    box = element(
        "rect", x=px(tile.x - tile.wide / 2), y=px(tile.top), width=tile.wide, height=tile.high, rx=4, class_=css
    )
    label, below = str(tile.count), ""
    if tile.simulated and tile.is_bin:
        word = words.gettext("{number} sim.").format(number="").strip()
        below = text(px(tile.x), px(tile.top + tile.high + 9), word, "m-small", anchor="middle")
    elif tile.simulated:
        label = words.gettext("{number} sim.").format(number=tile.count)
    count = text(px(tile.x), px(tile.count_y), label, "m-count", anchor="middle")
    return box + strip_of(tile) + count + below


def _towns(report: DailyReport, layout: MapLayout, words: Words) -> tuple[str, str]:
    """Dots, and names: all names of a town together, or where they have no room its number of the table."""
    dots, labels, towns, occupied = [], [], [], list(layout.occupied)
    numbers = numbers_of(report.watch)
    for town, _rank in ranked_towns(report.watch):
        x, y = layout.projection.point(town.lon, town.lat)
        if not box_around(x, y, 3, 3).within(layout.window):
            continue
        dots.append(element("circle", cx=px(x), cy=px(y), r=2.6, class_="m-town"))
        occupied.append(box_around(x, y, 3, 3))
        labels.append(Label(printable(words.name(town.names, otherwise=town.id)), x, y, 11, 6))
        towns.append(town.id)
    placed = place_labels(labels, occupied, layout.window)
    left_out = [
        Label(f"[{numbers[town]}]", wanted.x, wanted.y, 11, 5)
        for town, wanted, got in zip(towns, labels, placed, strict=True)
        if got is None and town in numbers
    ]
    placed += place_labels(left_out, occupied, layout.window)
    return "".join(dots), _texts(placed, "m-name")


def _texts(labels: Iterable[Placed | None], css: str) -> str:
    """Labels; their halo comes from the style sheet (`paint-order: stroke`)."""
    return "".join(
        text(px(label.x), px(label.y), label.label.text, css, anchor=label.anchor)
        for label in labels
        if label is not None
    )


def draw_furniture(projection: Projection, words: Words) -> str:
    """Scale bar and north arrow, lower left."""
    per_metre = projection.pixels_per_degree / METRES_PER_DEGREE
    metres = scale_length_m(per_metre)
    wide, base = metres * per_metre, projection.height
    unit = words.gettext("{distance} km").format(distance=words.number(metres / 1000))
    return element(
        "g",
        rect(10, base - 40, f"{max(wide + 100, 150):.0f}", 30, rx=3),
        element("path", d=f"M22 {base - 34}l4 10-4-2.5-4 2.500z", class_="m-ink"),
        text(22, base - 13, words.pgettext("compass", "N"), "m-small", anchor="middle"),
        element("path", d=f"M40 {base - 29}v8h{px(wide)}v-8", class_="m-scale"),
        text(px(48 + wide), base - 20, unit, "m-small"),
        class_="m-furniture",
    )


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
