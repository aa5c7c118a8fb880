"""The printed report: what its standard asks for, the same facts as the page, text from outside that stays text."""

from __future__ import annotations

import gettext
import hashlib
import io
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from tests.conftest import each
from tests.reports.invented import (
    CENTRE,
    DAY,
    PUBLIC,
    busy_day,
    counter,
    finding,
    incident,
    inputs_of,
)
from tests.reports.opened import figures_in, named_destinations, pages_in, tags_in, words_beside_the_pages
from trucewatch.errors import ReportError
from trucewatch.locale import LANGUAGES, Words, words
from trucewatch.locale.sanitize import printable
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import DailyReport, build_daily, render
from trucewatch.reports.formats import pdf
from trucewatch.reports.headline import title_words
from trucewatch.reports.outcome_told import outcome_told
from trucewatch.reports.typst_document import LONGEST_TEXT, printed_document

CHECKPOINT = (
    "trucewatch/0a1b2c3d4e5f6071\n4812\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n\n"
    "— trucewatch/0a1b2c3d4e5f6071 AAAA+sig/nature=\n"
)
NASTY = (
    '<script>alert(1)</script>\u202e #panic(1) $x$ *b* _i_ @ref <lab> `c` #import "@preview/x:1.0.0" \\ // c '
    "/* d */ 中 😀👩‍👩‍👧🏻 a\u064bb\u05b0 שלום عربي \U000f0000 \ue000 1\ufe0f\u20e3 x\u200dy"
)
HEBREW = Words("he", gettext.NullTranslations(), Locale.parse("he"))


def daily(recipient: Recipient, inputs: ReportInputs | None = None, *, checkpoint: str = "") -> DailyReport:
    report = build_daily(inputs or busy_day(), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))
    return replace(report, checkpoint=checkpoint)


def made(recipient: Recipient, language: str = "en", *, checkpoint: str = "") -> bytes:
    return render(daily(recipient, checkpoint=checkpoint), format="pdf", language=language)


def joined(content: bytes) -> str:
    """All pages as one run of words: lines may break between any two."""
    return " ".join(" ".join(pages_in(content)).split())


def everywhere_named(text: str, inputs: ReportInputs) -> ReportInputs:
    """The same watch with this text for every name in it."""
    names = {"en": text, "ru": text, "tr": text}
    watch, ground = inputs.watch, inputs.watch.basemap
    towns = tuple(replace(one, names=names) for one in ground.towns)
    return replace(
        inputs,
        watch=replace(
            watch,
            settings=replace(watch.settings, names=names, theatre=names),
            basemap=replace(ground, boundary_set=names, credit=names, towns=towns),
            zones=tuple(replace(one, names=names) for one in watch.zones),
        ),
    )


def full_of(text: str) -> ReportInputs:
    """One incident and one number that say this text wherever a source may say anything."""
    row = incident("n", text=text, claimed_by=[text], claims_only=True)
    told = finding(row["incident_id"], "1a", "undetermined", "claimed_alone", facts={"claimed_by": text})
    numbers = [counter("returnees", 3, unit=text, claimed_by=text, text=text)]
    return everywhere_named(text, inputs_of([row], [told], counters=numbers))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_claims_both_standards_and_has_what_they_ask_for(language: str) -> None:
    content = made(CENTRE, language)
    reader = PdfReader(io.BytesIO(content))
    root = reader.root_object
    metadata = "\n".join(words_beside_the_pages(content))
    for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert claim in metadata
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert title_words(daily(CENTRE), words(language)) in str(reader.metadata.title if reader.metadata else "")
    assert {tuple(round(float(edge)) for edge in page.mediabox[2:]) for page in reader.pages} == {(595, 842)}
    tags = tags_in(content)
    assert tags["H1"] == 1
    assert tags["H2"] >= 10
    assert tags["Table"] == tags["THead"] >= 5
    assert tags["TH"] >= 20


def test_every_font_is_ours_and_inside_the_file() -> None:
    reader = PdfReader(io.BytesIO(render(daily(CENTRE, full_of(NASTY)), format="pdf", language="ru")))
    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    fonts = [font.get_object() for resource in resources for font in resource.get("/Font", {}).values()]
    assert fonts
    for font in fonts:
        assert "Noto" in font["/BaseFont"]
        assert "/ToUnicode" in font
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_every_picture_says_what_it_shows() -> None:
    report = daily(CENTRE)
    said = figures_in(made(CENTRE))
    assert all(said)
    assert said[0].startswith("Map: Two Valleys. ")
    assert "12 (and 1 simulated)" in next(one for one in said if one.startswith("Incidents recorded on each"))
    signs = [one for one in said if " · " in one and ": " not in one]
    assert len(signs) == len(report.rows)
    for row, sign in zip(report.rows, signs, strict=True):
        assert sign.endswith(outcome_told(row.incident, report, words("en")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("recipient", [PUBLIC, CENTRE], ids=lambda one: one.id)
def test_it_shows_the_facts_of_the_report(recipient: Recipient, language: str) -> None:
    report, spoken = daily(recipient), words(language)
    content = made(recipient, language)
    text = joined(content)
    assert " ".join(title_words(report, spoken).split()) in text
    for row in report.rows:
        assert row.incident.incident_id in text
        assert outcome_told(row.incident, report, spoken) in text
        assert all(one.finding_id in text for one in row.incident.findings)
    for told in report.obligations:
        assert told.finding_id in text
    for number in report.counters:
        assert number.counter_id in text
        assert " ".join(spoken.number(number.value).split()) in text


def test_every_number_leads_to_its_row_and_every_row_to_its_codes() -> None:
    report, content = daily(CENTRE), made(CENTRE)
    reader = PdfReader(io.BytesIO(content))
    targets = set(named_destinations(content))
    names: Counter[str] = Counter()
    places: Counter[tuple[int, float]] = Counter()
    for page in reader.pages:
        for reference in page.get("/Annots", []):
            link = reference.get_object()
            assert link["/Subtype"] == "/Link"
            assert "/A" not in link  # nowhere outside
            if isinstance(link["/Dest"], ArrayObject):
                at_page, _, _, height, _ = link["/Dest"]
                places[reader.get_page_number(at_page.get_object()), -float(height)] += 1
            else:
                names[str(link["/Dest"])] += 1
    assert set(names) <= targets
    assert {"findings", "coverage", "days"} <= set(names)
    assert len(places) == 2 * len(report.rows)
    texts = pages_in(content)
    in_order = sorted(places)
    for row, (at_row, _), annex in zip(report.rows, in_order, in_order[len(report.rows) :], strict=False):
        assert row.incident.incident_id[:12] in texts[at_row]
        assert row.incident.incident_id in texts[annex[0]]
        assert places[annex] == 1


def test_every_page_has_its_number_cut_off_recipient_checkpoint_and_mark() -> None:
    pages = pages_in(made(CENTRE, checkpoint=CHECKPOINT))
    assert len(pages) >= 3
    root = CHECKPOINT.splitlines()[2]
    for place, page in enumerate(pages, 1):
        flat = " ".join(page.split())
        assert "Daily report · Two Valleys simulated 10 May 2031" in flat
        assert "Release: Joint centre;" in flat
        assert "Report two-valleys/2031-05-10/centre, revision 1. Cut-off 15 May 2031, 00:00 (UTC+3)." in flat
        assert f"Ledger: 4812 entries, root {root[:8]} … {root[-8:]};" in flat
        assert f"Page {place} of {len(pages)}" in flat
    for line in filter(None, CHECKPOINT.splitlines()):
        assert line in " ".join(pages[-1].split())


def test_without_a_checkpoint_the_foot_says_so() -> None:
    assert all("No checkpoint of the ledger covers this report yet." in page for page in each(pages_in(made(CENTRE))))


def test_who_is_told_no_checkpoint_is_told_how_to_check_without_one() -> None:
    pages = pages_in(made(PUBLIC))
    assert all("Its SHA-256 is in the ledger; how to check it is on the last page." in page for page in each(pages))
    assert "the SHA-256 of each of its files is entered in the ledger" in " ".join(pages[-1].split())


def test_findings_begin_on_the_second_page_and_coverage_is_said_not_to_be_computed() -> None:
    first, second, *_ = pages_in(made(CENTRE))
    assert "Coverage: what could have been seen" in first
    assert "Not computed yet." in first
    assert second.split("\n")[1].strip() == "Findings"


@pytest.mark.parametrize("recipient", [PUBLIC, CENTRE], ids=lambda one: one.id)
def test_text_from_outside_is_set_as_text(recipient: Recipient) -> None:
    text = joined(render(daily(recipient, full_of(NASTY)), format="pdf", language="ru"))
    for piece in ("#panic(1) $x$ *b* _i_ @ref", "`c`", "// c", "<script>alert(1)</script>"):
        assert piece in text
    assert "\u202e" not in text
    assert "\ue000" not in text


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "word " * 20_000,
        "😀" * 100_000,
        "א ب a " * 16_000,
        "a" + "\u0301" * 100_000,
        "\u202e\u2067" * 50_000,
    ],
    ids=["run", "words", "emoji", "both ways", "marks", "turned"],
)
def test_a_hundred_thousand_characters_are_cut_and_say_so(text: str) -> None:
    report = daily(CENTRE, full_of(text))
    assert 2 <= len(PdfReader(io.BytesIO(render(report, format="pdf", language="en"))).pages) < 60
    said = printed_document(report, words("en"))["lines"][0]["text"]
    if printable(text):
        assert f"cut here in print: {words('en').number(len(printable(text)))} characters in all" in said
        assert len(said) < LONGEST_TEXT * 1.2


def test_a_language_from_right_to_left_turns_the_page() -> None:
    report = daily(CENTRE)
    content = pdf.set_pages(printed_document(report, HEBREW), when=report.cut_off)
    root = PdfReader(io.BytesIO(content)).root_object
    assert root["/Lang"] == "he"
    assert root["/ViewerPreferences"]["/Direction"] == "/R2L"  # type: ignore[index]
    assert len(figures_in(content)) == len(figures_in(made(CENTRE)))


@pytest.mark.slow
def test_another_process_clock_zone_and_hash_seed_give_the_same_bytes() -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, '.'); from tests.reports.test_pdf import CENTRE, made; "
        "print(hashlib.sha256(made(CENTRE, 'tr')).hexdigest())"
    )
    expected = hashlib.sha256(made(CENTRE, "tr")).hexdigest()
    for zone, seed, epoch in (("Asia/Tokyo", "1", "5"), ("America/Lima", "2", "999999999")):
        around = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch}
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env=around,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == expected


def test_the_only_moment_in_the_file_is_the_cut_off() -> None:
    metadata = "\n".join(words_beside_the_pages(made(CENTRE)))
    moments = set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z?|D:\d{14}", metadata))
    assert moments == {"2031-05-14T21:00:00Z", "D:20310514210000"}


def test_a_page_that_cannot_be_set_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_template", lambda: b"#panic()")
    with pytest.raises(ReportError, match=r"two-valleys/2031-05-10/public cannot be set as PDF.*take it as html"):
        made(PUBLIC)
