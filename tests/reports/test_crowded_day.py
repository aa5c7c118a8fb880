"""A day with more records than can be drawn: bounded drawings and tables, that say what they leave out, the same in
words, and no more than was released."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.invented import CELLS, CENTRE, DAY, OPEN_CELLS, PUBLIC, finding, incident, inputs_of, people
from trucewatch.locale import words
from trucewatch.model.watch import Recipient
from trucewatch.reports import DailyReport, build_daily, map_layout, render
from trucewatch.reports.cells import cell_of
from trucewatch.reports.formats.geojson import json_text
from trucewatch.reports.map import draw_map, map_alternative
from trucewatch.reports.map_layout import MOST_SIGNS, SQUARE, WIDTH, MapLayout, layout_of
from trucewatch.reports.map_legend import map_legend
from trucewatch.reports.shown_rows import MOST_LINES, MOST_LISTED, shown_rows

MANY = 2_000
ENGLISH = words("en")
Rows = list[dict[str, Any]]
Layout = Callable[[int], tuple[float, float]]
LAYOUTS: Mapping[str, Layout] = {
    "spread": lambda n: (20.0 + (n * 37 % 1000) / 1000, 45.0 + (n * 53 % 600) / 1000),
    "point": lambda n: (20.7, 45.3),
    "line": lambda n: (20.0 + n / MANY, 45.0 + 0.6 * n / MANY),
    "cell": lambda n: (20.700 + (n % 40) / 4000, 45.300 + (n % 50) / 5000),
}


def crowded(recipient: Recipient, layout: str = "spread", *, many: int = MANY, **changes: Any) -> DailyReport:
    """A report of so many incidents, every fourth simulated."""
    place = LAYOUTS[layout]
    rows = [
        incident(f"c{n}", hours=23 * n / many, lon=place(n)[0], lat=place(n)[1], simulated=n % 4 == 0, **changes)
        for n in range(many)
    ]
    return daily(recipient, rows)


def daily(recipient: Recipient, rows: Rows, findings: Rows | None = None) -> DailyReport:
    return build_daily(
        inputs_of(rows, findings or []), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1)
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("recipient", [CENTRE, OPEN_CELLS, CELLS, PUBLIC], ids=lambda one: one.id)
def test_signs_and_bins_are_few_and_hold_every_record_once(recipient: Recipient, layout: str) -> None:
    report = crowded(recipient, layout)
    drawn = layout_of(report)
    squares = (WIDTH // SQUARE) * round(drawn.projection.height / SQUARE)
    assert drawn.signs_drawn <= MOST_SIGNS
    assert len(drawn.tiles) <= 2 * squares
    numbers = sum(1 for label in drawn.numbers if label is not None)
    placed = [row for row in report.rows if row.incident.place != "theatre"]
    alone = [row for row in placed if row.number in numbers_told(drawn)]
    assert sum(tile.count for tile in drawn.tiles) + len(alone) == len(placed)
    assert numbers == drawn.signs_drawn
    for simulated in (False, True):
        counted = sum(tile.count for tile in drawn.tiles if tile.simulated is simulated)
        real = sum(row.incident.simulated is simulated for row in placed)
        assert counted + sum(row.incident.simulated is simulated for row in alone) == real
    assert all(tile.count > 0 and sum(tile.outcomes.values()) == tile.count for tile in drawn.tiles)


def numbers_told(drawn: MapLayout) -> set[int]:
    """The numbers beside the signs of a map: `1–3, 7`."""
    told: set[int] = set()
    for run in (run for label in drawn.numbers if label for run in label.label.text.split(", ")):
        first, _, last = run.partition("–")
        told |= set(range(int(first), int(last or first) + 1))
    return told


def test_a_record_in_any_corner_of_the_sheet_is_counted() -> None:
    corners = [(19.951, 44.951), (21.049, 44.951), (19.951, 45.649), (21.049, 45.649), (20.5, 44.9501), (20.5, 45.649)]
    rows = [incident(f"e{n}", lon=corners[n % 6][0], lat=corners[n % 6][1]) for n in range(300)]
    drawn = layout_of(daily(CENTRE, rows))
    assert sum(tile.count for tile in drawn.tiles) == 300


def test_no_bin_stands_under_the_scale_bar() -> None:
    drawn = layout_of(crowded(CENTRE))
    scale = map_layout.Box(0, drawn.projection.height - 44, 200, drawn.projection.height)
    for tile in drawn.tiles:
        box = map_layout.box_around(tile.x, tile.y, tile.wide / 2 - 1, tile.high / 2 - 1)
        assert not box.overlaps(scale)


def test_the_map_is_laid_out_once_for_all_languages_and_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out, spread = [], map_layout.spread

    def counted(*args: Any, **named: Any) -> Any:
        laid_out.append(len(args[0]))
        return spread(*args, **named)

    monkeypatch.setattr(map_layout, "spread", counted)
    report = crowded(CENTRE, many=300)
    pages = [
        render(report, format=name, language=language) for language in ("en", "ru", "tr") for name in ("html", "pdf")
    ]
    assert len(set(pages)) == 6
    assert len(laid_out) == 1
    assert laid_out[0] <= MOST_SIGNS


def test_two_reports_never_share_a_map() -> None:
    assert draw_map(crowded(CENTRE), ENGLISH) != draw_map(crowded(CENTRE, "point"), ENGLISH)


def test_legend_and_text_alternative_say_what_the_bins_say() -> None:
    report = crowded(CENTRE, "point")
    drawing = draw_map(report, ENGLISH)
    texts = [text for _, text in map_legend(report, ENGLISH, drawing, [])]
    assert any(text.startswith("square of the map with more than can be drawn one by one") for text in texts)
    assert not any("in a zone" in text or "95%" in text for text in texts)
    _, description = map_alternative(report, ENGLISH)
    assert "where many lie close together: 1; incidents in them: 1,500." in description
    assert "Squares with counts of simulated incidents: 1; incidents in them: 500." in description
    assert re.findall(r'class="m-count"[^>]*>([^<]*)<', drawing) == ["1500", "500"]
    assert "2,000" not in description


def test_a_quiet_day_has_no_bins_and_no_word_of_them() -> None:
    report = daily(CENTRE, [incident("a"), incident("b", lon=20.2)])
    assert not layout_of(report).bins
    assert "m-bin" not in draw_map(report, ENGLISH)


def test_bins_tell_no_more_than_cells_do() -> None:
    """The same cells from other places inside them are the same drawing."""
    middles = [cell_of(20.02 + (n % 30) / 30, 45.02 + (n % 17) / 30, 5000) for n in range(600)]
    rows = [incident(f"c{n}", lon=cell.lon, lat=cell.lat) for n, cell in enumerate(middles)]
    moved = [row | {"lon": row["lon"] + 0.01, "lat": row["lat"] - 0.01} for row in rows]
    one, other = daily(OPEN_CELLS, rows), daily(OPEN_CELLS, moved)
    assert layout_of(one).bins
    assert [row.incident.place for row in one.rows] == [row.incident.place for row in other.rows]
    assert draw_map(one, ENGLISH) == draw_map(other, ENGLISH)


def test_a_cell_with_very_many_numbers_is_told_by_its_count() -> None:
    report = daily(OPEN_CELLS, [incident(f"c{n}", hours=n / 10, lon=20.7 if n % 2 else 20.2) for n in range(100)])
    drawing = draw_map(report, ENGLISH)
    assert sorted(re.findall(r'class="m-count"[^>]*>(\d+)<', drawing)) == ["50", "50"]
    assert all(len(text) <= 32 for text in re.findall(r'class="m-number"[^>]*>([^<]*)<', drawing))


def test_tables_of_a_page_end_and_say_where_the_rest_is() -> None:
    rows = [
        incident(f"h{n}", hours=n / 100, kind="harm", people=[people("P", killed_best=1)], grave=["killed"])
        if n >= 1_500
        else incident(f"h{n}", hours=n / 100, kind="access_denied")
        for n in range(MANY)
    ]
    report = daily(CENTRE, rows)
    page = render(report, format="html", language="en").decode()
    assert len(shown_rows(report)) == MOST_LINES == len(re.findall(r'<tr id="n\d+">', page))
    assert len(re.findall(r'<tr id="c\d+">', page)) == MOST_LINES
    assert f"This table shows {MOST_LINES} of 2,000 incidents" in page
    assert (
        page.count(f">{500 - MOST_LISTED} more are in the tables of this report (CSV, XLSX).") == 3
    )  # grave, harm, people
    assert page.count(">1,400 more are in the tables of this report (CSV, XLSX).") == 1
    assert {row.incident.grave for row in shown_rows(report)} == {("killed",)}
    led_to = set(re.findall(r'href="#([^"]+)"', page))
    assert led_to <= set(re.findall(r'id="([^"]+)"', page))
    assert len(page) < 1_500_000
    assert render(report, format="csv", language="en").count(b"\r\n") > MANY
    assert render(report, format="pdf", language="en").startswith(b"%PDF")


def test_what_has_an_assessment_is_shown_before_what_has_none() -> None:
    rows = [incident(f"a{n}", hours=n / 100) for n in range(1_000)]
    late = [finding(row["incident_id"], "1a", "consistent", "notice_covers") for row in rows[-10:]]
    shown = shown_rows(daily(CENTRE, rows, late))
    assert [row.number for row in shown][-10:] == list(range(991, 1001))
    assert [row.number for row in shown] == sorted(row.number for row in shown)


def test_a_sentence_names_no_more_numbers_than_anyone_reads() -> None:
    rows = [incident(f"r{n}", hours=n / 100, kind="shot" if n % 2 else "burst") for n in range(900)]
    page = render(daily(CENTRE, rows), format="html", language="en").decode()
    assert max(len(text) for text in re.findall(r'class="more"[^>]*>([^<]*)<', page)) < 250


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(deadline=None)
@given(json_values)
def test_json_is_laid_out_as_the_standard_library_does_it(value: Any) -> None:
    assert json_text(value) == json.dumps(value, ensure_ascii=False, indent=1)
