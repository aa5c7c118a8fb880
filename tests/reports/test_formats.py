"""Every format, found by itself: same facts, same input same bytes, nothing executes, golden files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import each
from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    OPEN_CELLS,
    PUBLIC,
    busy_day,
    counter,
    finding,
    incident,
    inputs_of,
)
from trucewatch.errors import ReportError
from trucewatch.locale import LANGUAGES
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, RUN_FORMATS, DailyReport, build_daily, render
from trucewatch.reports.formats.csv import cell
from trucewatch.reports.formats.html import css_string

RECIPIENTS = (PUBLIC, CELLS, OPEN_CELLS, CENTRE)
NASTY = "<script>alert(1)</script>\u202e=HYPERLINK(1)\x07{{7*7}}"


def daily(recipient: Recipient, inputs: ReportInputs | None = None) -> DailyReport:
    return build_daily(inputs or busy_day(), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_formats_are_found_and_an_unknown_one_is_named_with_those_that_exist() -> None:
    assert list(FORMATS) == sorted(FORMATS)
    assert set(RUN_FORMATS) <= set(FORMATS)
    assert RUN_FORMATS[0] == "html"
    assert all(one.suffix.startswith(".") and "/" in one.media_type for one in FORMATS.values())
    with pytest.raises(ReportError, match=", ".join(FORMATS)):
        render(daily(PUBLIC), format="odt", language="en")
    with pytest.raises(ReportError, match="en, ru, az, hy, tr"):
        render(daily(PUBLIC), format="csv", language="xx")


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("recipient", RECIPIENTS, ids=lambda one: one.id)
def test_the_same_input_gives_the_same_bytes(form: str, recipient: Recipient) -> None:
    for language in LANGUAGES:
        assert render(daily(recipient), format=form, language=language) == render(
            daily(recipient), format=form, language=language
        )


@pytest.mark.parametrize("recipient", RECIPIENTS, ids=lambda one: one.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_shows_the_same_facts(recipient: Recipient, language: str) -> None:
    report = daily(recipient)
    page = render(report, format="html", language=language).decode()
    table = lines_of(render(report, format="csv", language=language))
    map_ = json.loads(render(report, format="geojson", language=language))
    incidents = [line for line in table if line["record"] == "incident"]
    assert len(incidents) == len(map_["features"]) == len(report.rows) == page.count('<tr id="n')
    for row, line, feature in zip(report.rows, incidents, map_["features"], strict=True):
        told = feature["properties"]
        assert row.incident.incident_id == line["id"] == feature["id"] == told["id"]
        assert row.incident.outcome == line["outcome"] == told["outcome"]
        assert row.incident.place == line["place"] == told["place"]
        assert str(row.incident.simulated).lower() == line["simulated"]
        assert row.incident.simulated == told["simulated"]
        assert line["finding_ids"] == "; ".join(told["finding_ids"])
        assert row.incident.incident_id in page
        assert all(one.finding_id in page for one in row.incident.findings)
    obligations = [line["id"] for line in table if line["record"] == "obligation"]
    assert obligations == [one.finding_id for one in report.obligations] == [one["id"] for one in map_["obligations"]]
    assert all(code in page for code in obligations)
    counters = [float(line["value"]) for line in table if line["record"] == "counter"]
    assert counters == [one.value for one in report.counters] == [one["value"] for one in map_["counters"]]
    assert map_["report"]["recorded"]["incidents"] == report.real.recorded
    assert {line["report"] for line in table} == {report.number} == {map_["report"]["number"]}
    assert report.number in page


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def outline(page: bytes) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Outline()
    parser.feed(page.decode())
    return parser.tags


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_is_well_outlined(language: str) -> None:
    page = render(daily(CENTRE), format="html", language=language)
    tags = outline(page)
    names = [name for name, _ in tags]
    assert names.count("h1") == names.count("main") == names.count("header") == names.count("footer") == 1
    assert not {"script", "link", "iframe", "img", "object", "embed", "form"} & set(names)
    assert next(attrs for name, attrs in tags if name == "html") == {"lang": language, "dir": "ltr"}
    assert all(attrs.get("scope") in ("col", "row") for name, attrs in tags if name == "th")
    assert all((attrs["href"] or "").startswith("#") for name, attrs in tags if name == "a")
    ids = [attrs["id"] for _, attrs in tags if attrs.get("id") and attrs["id"] != "hatch"]
    assert len(ids) == len(set(ids))
    assert {(attrs["href"] or "")[1:] for name, attrs in tags if name == "a"} <= set(ids)
    assert b"default-src 'none'" in page
    assert not re.search(rb"https?://|url\((?!#hatch)|@import", page)
    assert not any(key.startswith("on") for _, attrs in tags for key in attrs)


def nasty_inputs() -> ReportInputs:
    row = incident("n", text=NASTY, claimed_by=[NASTY], claims_only=True)
    told = finding(row["incident_id"], "1a", "undetermined", "claimed_alone", facts={"claimed_by": NASTY})
    return inputs_of([row], [told], counters=[counter(NASTY, 3, unit=NASTY, claimed_by=NASTY, text=NASTY)])


def test_text_from_outside_is_shown_and_never_run() -> None:
    inputs = nasty_inputs()
    names = {"en": NASTY, "ru": NASTY, "tr": NASTY}
    watch = replace(
        inputs.watch,
        settings=replace(inputs.watch.settings, names=names, theatre=names),
        basemap=replace(
            inputs.watch.basemap,
            boundary_set={"en": NASTY},
            towns=tuple(replace(one, names=names) for one in inputs.watch.basemap.towns),
        ),
        zones=tuple(replace(one, names=names) for one in inputs.watch.zones),
    )
    page = render(daily(CENTRE, replace(inputs, watch=watch)), format="html", language="ru")
    text = page.decode()
    assert "script" not in [name for name, _ in outline(page)]
    assert "<script" not in text
    assert "\u202e" not in text
    assert "\x07" not in text
    assert "{{7*7}}" in text
    assert "&lt;script&gt;" in text


def test_no_cell_of_the_table_starts_a_formula() -> None:
    content = render(daily(CENTRE, nasty_inputs()), format="csv", language="en")
    assert content.startswith(b"\xef\xbb\xbf")
    for line in lines_of(content):
        for value in line.values():
            assert not value.startswith(("=", "@", "\t", "\r"))
            assert not value.startswith(("+", "-")) or re.fullmatch(r"[+-]?[\d.]+", value)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1", "\n=1"])
def test_a_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == "'" + text
    assert cell(-3.25) == "-3.25"
    assert cell("plain") == "plain"


def test_a_style_string_cannot_be_closed_from_inside() -> None:
    assert css_string('a"}</style>\n') == '"a\\22 \\7d \\3c \\2f style\\3e \\a "'


def test_geometry_is_only_as_fine_as_the_release() -> None:
    kinds = {
        recipient.id: {
            (feature["geometry"] or {"type": "none"})["type"]
            for feature in json.loads(render(daily(recipient), format="geojson", language="en"))["features"]
        }
        for recipient in RECIPIENTS
    }
    assert kinds == {"public": {"none"}, "aid": {"none"}, "relief": {"Polygon", "none"}, "centre": {"Point", "none"}}


def test_a_polygon_is_closed_and_counter_clockwise() -> None:
    content = json.loads(render(daily(OPEN_CELLS), format="geojson", language="en"))
    for shape in each(feature["geometry"] for feature in content["features"] if feature["geometry"]):
        (ring,) = shape["coordinates"]
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
        assert ring[0] == ring[-1]
        assert area > 0


def test_simulated_is_a_word_on_every_record_and_a_strip_on_the_page() -> None:
    report = daily(CENTRE)
    page = render(report, format="html", language="en").decode()
    assert report.simulated.recorded == 1
    assert 'class="simulated strip"' in page
    number = next(row.number for row in report.rows if row.incident.simulated)
    row = page[page.index(f'<tr id="n{number}"') :]
    assert "simulated" in row[: row.index("</tr>")]
    assert "Twelve incidents recorded" in page


GOLDEN: tuple[tuple[Recipient, str, str], ...] = (
    (PUBLIC, "html", "en"),
    (CENTRE, "html", "ru"),
    (OPEN_CELLS, "html", "tr"),
    (CENTRE, "csv", "en"),
    (PUBLIC, "csv", "ru"),
    (OPEN_CELLS, "geojson", "en"),
    (PUBLIC, "geojson", "tr"),
    (CENTRE, "kml", "en"),
    (PUBLIC, "kml", "ru"),
    (OPEN_CELLS, "html", "az"),
    (PUBLIC, "html", "hy"),
)


@pytest.mark.parametrize(("recipient", "form", "language"), GOLDEN, ids=lambda one: getattr(one, "id", one))
def test_the_report_is_as_it_was(
    recipient: Recipient, form: str, language: str, agree_with_golden: Callable[[str, bytes], Any]
) -> None:
    content = render(daily(recipient), format=form, language=language)
    agree_with_golden(f"{recipient.id}-{language}{FORMATS[form].suffix}", content)
