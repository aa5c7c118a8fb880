"""What the shapes on a report's map mean: only those that this map has, and the names that its numbers stand for."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.map import outcomes_shown, place_numbers
from trucewatch.reports.map_layout import layout_of, line_zone, square_of_bin, zones_of_kind
from trucewatch.reports.phrases import distance_words
from trucewatch.reports.place_names import NamedPlace
from trucewatch.reports.signs import draw_frame


def map_legend(report: DailyReport, words: Words, drawn: str, named: Sequence[NamedPlace]) -> list[tuple[Markup, str]]:
    """Each shape of a drawn map with what it means; numbers of towns whose names had no room are resolved."""
    entries = [(Markup(draw_frame(outcome)), text) for outcome, text in outcomes_shown(report, words)]
    line = line_zone(report)
    if line is not None:
        about = words.gettext("line of contact, ±{accuracy}")
        if line.derived:
            about = words.gettext("line of contact, derived, ±{accuracy}")
        entries.append((_swatch("line"), about.format(accuracy=distance_words(line.accuracy_m, words))))
    for corridor in zones_of_kind(report, "corridor"):
        lines = next((place.lines for place in named if corridor.id in place.ids), None)
        for name in lines or (printable(words.name(corridor.names, otherwise=corridor.id)),):
            text = words.gettext("{zone}, derived").format(zone=name) if corridor.derived else name
            entries.append((_swatch("corridor"), text))
    drawn_statuses = {piece.status for piece in report.watch.basemap.ground if piece.kind == "boundary"}
    entries += [(_swatch(status), text) for status, text in _boundaries(words).items() if status in drawn_statuses]
    places = {row.incident.place.partition(":")[0] for row in report.rows}
    tiles = layout_of(report).tiles
    if "zone" in places and not (tiles and all(tile.is_bin for tile in tiles)):
        entries.append((_swatch("tile"), words.gettext("how many in a zone, and their assessments")))
    elif any(not tile.is_bin for tile in tiles):
        entries.append((_swatch("tile"), words.gettext("how many close together, and their assessments")))
    if any(tile.is_bin for tile in tiles):
        counted = words.gettext(
            "square of the map with more than can be drawn one by one: how many lie in it, and their assessments; the "
            "darker, the more"
        )
        entries.append((_swatch("bin"), counted))
    if 'class="m-cell"' in drawn:
        entries.append((_swatch("cell"), words.gettext("cell that holds the place")))
    if "m-ellipse" in drawn or (not layout_of(report).bins and any(row.incident.ellipse for row in report.rows)):
        entries.append((_swatch("ellipse"), words.gettext("95% ellipse")))
    if 'class="m-leader"' in drawn:
        entries.append((_swatch("leader"), words.gettext("sign moved aside, with a line to its place")))
    numbers = place_numbers(drawn)
    entries += [
        (_swatch("town"), f"[{place.number}] {' · '.join(place.lines)}") for place in named if place.number in numbers
    ]
    return entries


def _boundaries(words: Words) -> dict[str, str]:
    """What a line of each status is called."""
    return {
        "state": words.gettext("state boundary"),
        "disputed": words.gettext("disputed boundary"),
        "not_stated": words.gettext("boundary, status not stated in this data"),
    }


def _swatch(name: str) -> Markup:
    drawings = {
        "line": '<path d="M0 7h32" class="m-band" style="stroke-width:9"/><path d="M1 7h30" class="m-line"/>',
        "corridor": '<path d="M2 2h28v10h-28z" class="m-corridor"/>',
        "state": '<path d="M0 7h32" class="m-boundary"/>',
        "disputed": '<path d="M0 7h32" class="m-disputed"/>',
        "not_stated": '<path d="M0 7h32" class="m-not-stated"/>',
        "tile": '<rect x="6" y="1" width="20" height="12" rx="3" class="m-tile"/>'
        '<rect x="9" y="8" width="7" height="3" class="f-inconsistent"/>'
        '<rect x="16" y="8" width="7" height="3" class="f-withheld"/>',
        "bin": square_of_bin(8, 0.5, 16, 13, 0.16) + '<rect x="10" y="2" width="12" height="10" rx="2" class="m-tile"/>'
        '<rect x="11.5" y="8" width="4" height="2.5" class="f-inconsistent"/>'
        '<rect x="15.5" y="8" width="4" height="2.5" class="f-withheld"/>',
        "cell": '<rect x="9" y="1" width="12" height="12" class="m-cell"/>',
        "ellipse": '<ellipse cx="16" cy="7" rx="13" ry="6" class="m-ellipse o-undetermined"/>',
        "town": '<circle cx="16" cy="7" r="2.6" class="m-town"/>',
        "leader": '<path d="M6 10L22 5" class="m-leader"/><circle cx="6" cy="10" r="1.8" class="m-ink"/>'
        '<circle cx="24" cy="5" r="4" class="m-simulated"/>',
    }
    return Markup(f'<svg width="32" height="14" viewBox="0 0 32 14" aria-hidden="true">{drawings[name]}</svg>')
