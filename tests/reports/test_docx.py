"""The Word document: what stands on the page, read again by python-docx; Word's own styles; text that stays text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import docx
import pytest
from docx.document import Document

from tests.reports.invented import (
    CENTRE,
    DAY,
    OPEN_CELLS,
    PUBLIC,
    busy_day,
    counter,
    finding,
    incident,
    inputs_of,
    invented_watch,
)
from tests.reports.opened import everything_in
from trucewatch.locale import LANGUAGES, words
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import DailyReport, build_daily, render
from trucewatch.reports.headline import title_words
from trucewatch.reports.notes import draft_words
from trucewatch.reports.page_tree import tree_of
from trucewatch.reports.word_document import LANGUAGE_TAGS

NASTY = (
    '<script>alert(1)</script>\u202e </w:t></w:r><w:fldSimple w:instr="DDEAUTO c:\\\\x"/> &amp; {{7*7}} ]]> \x07 '
    "שלום عربي =HYPERLINK(1)"
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def daily(recipient: Recipient, inputs: ReportInputs | None = None, *, is_draft: bool = False) -> DailyReport:
    return build_daily(
        inputs or busy_day(), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1), is_draft=is_draft
    )


def read(report: DailyReport, language: str = "en") -> Document:
    return docx.Document(io.BytesIO(render(report, format="docx", language=language)))


def texts_of(document: Document) -> str:
    """All texts of the body, in reading order, without spaces."""
    return "".join("".join(node.text or "" for node in document.element.body.iter(f"{W}t")).split())


@pytest.mark.parametrize("recipient", [PUBLIC, OPEN_CELLS, CENTRE], ids=lambda one: one.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_on_the_page_stands_in_the_document(recipient: Recipient, language: str) -> None:
    report = daily(recipient)
    document = read(report, language)
    root, _ = tree_of(render(report, format="html", language=language).decode())
    text = texts_of(document)
    for tag in ("h1", "h2", "h3", "td", "li"):
        for element in root.all(tag):
            for part in element.parts:
                if isinstance(part, str):
                    assert "".join(part.split()) in text, part
    assert all(row.incident.incident_id in text for row in report.rows)
    assert all(one.finding_id in text for row in report.rows for one in row.incident.findings)
    pages = [len(list(table.all("tr"))) for table in root.all("table")]
    assert [len(table.rows) for table in document.tables][1:] == pages, "after the large numbers"
    assert document.core_properties.title == title_words(report, words(language))


def test_it_has_words_own_headings_heads_of_tables_and_links_that_lead_somewhere() -> None:
    document = read(daily(CENTRE))
    styles = [str(paragraph.style.name) for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Title") == 1
    assert {"Heading 1", "Heading 2", "List Bullet", "List Number"} <= set(styles)
    for table in document.tables[1:]:
        heads = [row._tr.xpath("./w:trPr/w:tblHeader") for row in table.rows]
        assert heads[0]
        assert not any(heads[1:])
    body = document.element.body
    named = set(body.xpath(".//w:bookmarkStart/@w:name"))
    targets = set(body.xpath(".//w:hyperlink/@w:anchor"))
    assert targets
    assert targets <= named
    numbers = body.xpath(".//w:bookmarkStart/@w:id")
    assert len(numbers) == len(set(numbers))
    assert not [one for one in document.part.rels.values() if one.is_external]


def test_every_picture_has_its_description_or_stands_beside_words() -> None:
    document = read(daily(CENTRE))
    described = document.element.body.xpath(".//wp:docPr/@descr")
    assert len(described) > 10
    assert sum(bool(text) for text in described) > 2, "map and charts; signs stand beside their words"
    assert any(text.startswith("Map") for text in described)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_run_names_its_language_and_the_fonts_have_its_letters(language: str) -> None:
    content = render(daily(CENTRE), format="docx", language=language)
    document = docx.Document(io.BytesIO(content))
    runs = document.element.body.xpath(".//w:r[w:t]")
    assert {run.xpath("string(./w:rPr/w:lang/@w:val)") for run in runs} >= {LANGUAGE_TAGS[language]}
    assert all(run.xpath("./w:rPr/w:lang") for run in runs)
    armenian = [run for run in runs if re.search("[\u0530-\u058f]", "".join(run.itertext()))]
    assert bool(armenian) is (language == "hy")
    assert all(run.xpath("string(./w:rPr/w:rFonts/@w:hAnsi)") == "Noto Sans Armenian" for run in armenian)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b'w:name="Noto Sans"' in archive.read("word/fontTable.xml")


def test_a_draft_says_so_in_the_head_of_every_page() -> None:
    draft = daily(CENTRE, is_draft=True)
    head = "\n".join(paragraph.text for paragraph in read(draft).sections[0].header.paragraphs)
    assert draft_words(draft, words("en")) in head
    head = "\n".join(paragraph.text for paragraph in read(daily(CENTRE)).sections[0].header.paragraphs)
    assert "Draft" not in head
    foot = "\n".join(paragraph.text for paragraph in read(daily(CENTRE)).sections[0].footer.paragraphs)
    assert daily(CENTRE).number in foot


def test_text_from_outside_is_text() -> None:
    row = incident("n", text=NASTY, claimed_by=[NASTY], claims_only=True)
    told = finding(row["incident_id"], "1a", "undetermined", "claimed_alone", facts={"claimed_by": NASTY})
    watch = invented_watch()
    inputs = inputs_of(
        [row],
        [told],
        counters=[counter(NASTY, 3, unit=NASTY, claimed_by=NASTY, text=NASTY)],
        watch=replace(watch, settings=replace(watch.settings, names={"en": NASTY}, theatre={"en": NASTY})),
    )
    content = render(daily(CENTRE, inputs), format="docx", language="en")
    document = docx.Document(io.BytesIO(content))
    text = texts_of(document)
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}}" in text
    assert not document.element.body.xpath(".//w:fldSimple | .//w:instrText | .//w:object")
    whole = everything_in(content)
    assert "\u202e" not in whole
    assert "\x07" not in whole
    assert "<w:rtl/>" in whole
    assert set(re.findall(r'<w:fldSimple w:instr="([^"]*)"', whole)) == {"PAGE", "NUMPAGES"}


def test_it_holds_no_time_but_the_cut_off_and_no_picture_of_another_document() -> None:
    with zipfile.ZipFile(io.BytesIO(render(daily(CENTRE), format="docx", language="en"))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2031-05-14T21:00:00Z"}
        assert not [name for name in archive.namelist() if "thumbnail" in name]
