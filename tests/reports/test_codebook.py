"""The codebook: every column and code of the program is in it, in every language; what lies in files is that one."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.reports.invented import CENTRE, DAY, PUBLIC, busy_day
from trucewatch.locale import LANGUAGES
from trucewatch.model.observation import ASPECTS, COUNTER_SCHEMA, KINDS, MEANS, OBSERVATION_SCHEMA
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.people import PERCEIVED, PERSON_STATUS
from trucewatch.model.watch import Recipient
from trucewatch.reports import DailyReport, build_daily, render
from trucewatch.reports.code_meanings import CODE_MEANINGS
from trucewatch.reports.codebook import CODEBOOK_VERSION, FORMATS, JOINED, Codebook, codebook, rows_of, written
from trucewatch.reports.facts import FIELDS
from trucewatch.reports.formats.xlsx import LOCAL
from trucewatch.reports.tables import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "codebook.md"


def daily(recipient: Recipient) -> DailyReport:
    return build_daily(busy_day(), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))


def columns_of(book: Codebook, table: str) -> list[str]:
    return [entry.name for entry in book.entries if (entry.part, entry.of) == ("column", table)]


def codes_of(book: Codebook, name: str) -> list[str]:
    return [entry.name for entry in book.entries if (entry.part, entry.of) == ("code", name)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_and_code_is_in_it_in_every_language(language: str) -> None:
    book = codebook(language)
    assert columns_of(book, JOINED) == list(FIELDS)
    for table, columns in TABLES.items():
        assert columns_of(book, table) == list(columns)
    assert columns_of(book, "observations") == OBSERVATION_SCHEMA.names
    assert columns_of(book, "counters") == COUNTER_SCHEMA.names
    lists = {"kind": KINDS, "aspect": ASPECTS, "means": MEANS, "held": HELD}
    lists |= {"person_status": PERSON_STATUS, "perceived": PERCEIVED, "outcome": (*OUTCOMES, "withheld")}
    for name, codes in lists.items():
        assert codes_of(book, name) == list(codes)


def test_nothing_in_it_is_without_a_meaning() -> None:
    book = codebook("en")
    bare = [(entry.of, entry.name) for entry in book.entries if entry.part == "column" and not entry.meaning]
    assert bare == [], "write what it means in reports/column_words.py"
    bare = [(entry.of, entry.name) for entry in book.entries if entry.of in CODE_MEANINGS and not entry.meaning]
    assert bare == [], "write what it means in reports/code_meanings.py"
    named = {entry.codes for entry in book.entries if entry.codes}
    assert named <= {entry.of for entry in book.entries if entry.part == "code"}


def test_its_digest_is_that_of_the_english_one_and_stands_in_its_citation() -> None:
    digests = {codebook(language).digest for language in LANGUAGES}
    assert len(digests) == 1
    for language in LANGUAGES:
        book = codebook(language)
        assert book.digest in book.citation
        assert f" {CODEBOOK_VERSION}" in book.citation
        assert book.program in book.citation


def test_its_three_forms_say_the_same() -> None:
    book = codebook("en")
    table = list(csv.reader(io.StringIO(written(book, "csv").decode("utf-8-sig"), newline="")))
    assert [tuple(row) for row in table[1:]] == list(rows_of(book))
    facts = json.loads(written(book, "json"))
    assert facts["schema"] == "trucewatch/codebook/1"
    assert [tuple(entry.values()) for entry in facts["entries"]] == list(rows_of(book))[:-1]
    page = written(book, "md").decode()
    assert all(f"| `{entry.name}` |" in page for entry in book.entries)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)


def test_the_page_in_docs_is_the_one_of_this_program() -> None:
    assert PAGE.read_bytes() == written(codebook("en"), "md"), "trucewatch codebook --out docs/codebook.md"


@pytest.mark.parametrize("recipient", [PUBLIC, CENTRE], ids=lambda one: one.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_lies_in_files_is_the_codebook_whatever_the_report(recipient: Recipient, language: str) -> None:
    report = daily(recipient)
    with zipfile.ZipFile(io.BytesIO(render(report, format="tables", language=language))) as archive:
        assert archive.read("codebook.csv") == written(codebook(language), "csv")
    book = openpyxl.load_workbook(io.BytesIO(render(report, format="xlsx", language=language)))
    found = [tuple(cell or "" for cell in row) for row in book["codebook"].iter_rows(min_row=3, values_only=True)]
    sheets = set(book.sheetnames)
    wanted = [row for row in rows_of(codebook(language)) if row[0] != "column" or row[1] in sheets]
    assert [row for row in found if not row[2].endswith(LOCAL)] == wanted
    for sheet in book:
        if sheet.title != "codebook":
            explained = {row[2] for row in found if row[1] == sheet.title}
            assert {cell.value for cell in sheet[2]} == explained, sheet.title


def test_the_command_prints_it_and_names_what_there_is() -> None:
    from trucewatch.cli.main import app

    for form in FORMATS:
        answer = CliRunner().invoke(app, ["codebook", "--format", form, "--lang", "hy"])
        assert answer.stdout_bytes == written(codebook("hy"), form)
    assert CliRunner().invoke(app, ["codebook", "--format", "xml"]).exit_code
