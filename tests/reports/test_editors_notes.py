"""The editors' own words: in every format, marked as theirs, as written; and never a figure."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.reports.invented import CELLS, CENTRE, DAY, PUBLIC, busy_day
from tests.reports.opened import everything_in
from tests.server.directions import assert_marks_end_with_their_text, is_contained
from trucewatch.locale import words
from trucewatch.model.report import NOTE_SECTIONS, EditorsNote, ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, DailyReport, build_daily, publication_of, render
from trucewatch.reports.notes import HEADINGS
from trucewatch.reports.page_context import page_of

PLAIN = EditorsNote(section="found", language="en", text="The bridge was closed from noon.\nWe saw it.")
NASTY = "<script>alert(1)</script>\u202e=HYPERLINK(1)\x07{{7*7}} {number} %(x)s 🕊 שלום </aside>"


def noted(
    *notes: EditorsNote, recipient: Recipient = CENTRE, inputs: ReportInputs | None = None, is_draft: bool = False
) -> DailyReport:
    given = inputs or busy_day()
    return build_daily(
        given, recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1), notes=notes, is_draft=is_draft
    )


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("recipient", [PUBLIC, CELLS, CENTRE], ids=lambda one: one.id)
def test_a_note_stands_in_every_format_and_is_marked(form: str, recipient: Recipient) -> None:
    report = noted(PLAIN, recipient=recipient)
    told = " ".join(everything_in(render(report, format=form, language="en")).split())
    assert "The bridge was closed from noon." in told
    assert "Editors' note" in told.replace("&#39;", "'").replace("&apos;", "'")
    without = everything_in(render(noted(recipient=recipient), format=form, language="en"))
    assert "Editors" not in without


def test_a_note_changes_no_figure_and_no_line() -> None:
    without, with_note = noted(), noted(PLAIN)
    assert replace(with_note, notes=()) == without
    lines = list(csv.DictReader(io.StringIO(render(with_note, format="csv", language="en").decode("utf-8-sig"))))
    others = list(csv.DictReader(io.StringIO(render(without, format="csv", language="en").decode("utf-8-sig"))))
    assert [one for one in lines if one["record"] != "editors_note"] == others


@pytest.mark.parametrize("section", NOTE_SECTIONS)
def test_every_section_of_the_page_shows_its_note(section: str) -> None:
    note = EditorsNote(section=section, language="en", text="Word of this section.")
    page = render(noted(note), format="html", language="en").decode()
    assert page.count("Word of this section.") == 1
    asides = re.findall(r'<aside class="editor">.*?</aside>', page, re.DOTALL)
    assert len(asides) == 1
    assert "Word of this section." in asides[0]
    if section != "summary":
        start = page.index(f'aria-labelledby="{section}"')
        assert start < page.index(asides[0]) < page.index("</section>", start)
    assert set(HEADINGS) == set(NOTE_SECTIONS)


def test_a_hostile_note_is_shown_as_text_and_nothing_in_it_is_replaced() -> None:
    report = noted(EditorsNote(section="summary", language="en", text=NASTY))
    page = render(report, format="html", language="en").decode()
    assert "<script" not in page
    assert_marks_end_with_their_text(page)
    typed = NASTY.replace("\x07", "")
    assert typed in html.unescape(page)
    (line,) = [
        one
        for one in csv.DictReader(io.StringIO(render(report, format="csv", language="en").decode("utf-8-sig")))
        if one["record"] == "editors_note"
    ]
    assert typed in line["text"]
    assert is_contained(line["text"])
    formula = noted(EditorsNote(section="summary", language="en", text="=1+1"))
    assert "'=1+1" in render(formula, format="csv", language="en").decode("utf-8-sig")


def test_a_note_in_another_language_says_which_and_gives_way_to_one_in_the_readers_own() -> None:
    russian = EditorsNote(section="found", language="ru", text="Мост был закрыт.")
    page = render(noted(russian), format="html", language="en").decode()
    assert 'lang="ru"' in page
    assert "Russian" in page
    both = render(noted(russian, PLAIN), format="html", language="en").decode()
    assert "Мост" not in both
    assert "The bridge" in both


def test_other_words_over_the_same_rows_are_another_revision_that_names_the_change() -> None:
    inputs = busy_day()
    first = noted(inputs=inputs)
    issued = replace(inputs, earlier=(publication_of(first),))
    second = noted(PLAIN, inputs=issued)
    assert (first.revision, second.revision) == (1, 2)
    (change,) = [one for one in second.corrections if one.change == "notes"]
    assert change.fields == (("found (en)", "", "The bridge was closed from noon. We saw it."),)
    (line,) = [one for one in page_of(second, words("en"))["corrections"] if "editors" in one["text"]]
    assert line["text"] == "editors' note to “What was found” was added"
    assert "was added" in render(second, format="html", language="en").decode()
    again = replace(issued, earlier=(*issued.earlier, publication_of(second)))
    assert noted(PLAIN, inputs=again).revision == 2
    third = noted(replace(PLAIN, text="Other words."), inputs=again)
    assert third.revision == 3
    assert [one.fields[0][2] for one in third.corrections if one.change == "notes"] == ["Other words."]


def test_a_program_that_makes_the_report_again_keeps_the_issued_words_while_the_rows_stand() -> None:
    inputs = busy_day()
    issued = publication_of(noted(PLAIN, inputs=inputs))
    period = {"recipient": CENTRE, "day_from": DAY, "day_until": DAY + timedelta(days=1)}
    same = build_daily(replace(inputs, earlier=(issued,)), **period)  # type: ignore[arg-type]
    assert (same.revision, same.notes) == (1, (PLAIN,))
    shorter = replace(issued, rows=issued.rows[:-1])
    other = build_daily(replace(inputs, earlier=(shorter,)), **period)  # type: ignore[arg-type]
    assert (other.revision, other.notes) == (2, ())


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_draft_says_in_every_format_that_it_is_none_to_cite(form: str) -> None:
    told = " ".join(everything_in(render(noted(is_draft=True), format=form, language="en")).split())
    assert "Draft: not issued" in told
    assert "Draft: not issued" not in everything_in(render(noted(), format=form, language="en"))


def test_the_map_file_holds_notes_and_state_beside_the_features() -> None:
    told = json.loads(render(noted(PLAIN, is_draft=True), format="geojson", language="en"))
    assert [one["kind"] for one in told["editors_notes"]] == ["found"]
    assert told["report"]["draft"].startswith("Draft")
