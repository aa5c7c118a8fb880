"""`trucewatch statement parse`: one document on stdout, or an outline; what cannot be read ends with 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.pipeline.test_command_line import call
from trucewatch.errors import InputTooLarge, TimeError, UnreadableInput
from trucewatch.terminal.base import app

TEXT = """4 May 203118:40

Press conference of Foreign Minister Adela Thorne, Ostmere, May 4, 2031

Good evening, ladies and gentlemen.

Question (Reuters): Was anybody turned back?

Adela Thorne: Nobody.

Additional materials
"""


def written(folder: Path, text: str = TEXT) -> str:
    file = folder / "statement.txt"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_json_is_one_document_with_every_part(tmp_path: Path) -> None:
    code, text = call("statement", "parse", written(tmp_path), "--json", "--zone", "Europe/Vienna")
    document = json.loads(text)
    assert code == 0
    assert document["schema"] == "trucewatch/statement/1"
    assert (document["date"], document["time"], document["zone"]) == ("2031-05-04", "18:40", None)
    assert document["zone_assumed"] == "Europe/Vienna"
    assert document["exchanges"][0]["question"]["by"] == "Reuters"
    assert document["exchanges"][0]["answers"][0]["paragraphs"][0]["text"] == "Nobody."


def test_the_outline_shows_who_says_what_and_how_much_was_left_out(tmp_path: Path) -> None:
    code, text = call("statement", "parse", written(tmp_path))
    assert code == 0
    assert "s1  Adela Thorne, Foreign Minister" in text
    assert "Question 1 (Reuters)" in text
    assert "  p3  Nobody." in text
    assert "3 paragraphs, 1 question; 1 piece of the page left out." in text


def test_words_of_a_page_are_shown_as_they_are(tmp_path: Path) -> None:
    file = written(tmp_path, TEXT.replace("Nobody.", "Nobody [red]at all[/red]."))
    assert "Nobody [red]at all[/red]." in call("statement", "parse", file)[1]


def test_a_file_that_is_no_statement_is_a_refusal_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="statement"):
        call("statement", "parse", written(tmp_path, "Home\n\nNews\n\nContacts\n"))
    with pytest.raises(UnreadableInput, match="cannot be read"):
        call("statement", "parse", str(tmp_path / "absent.txt"))


def test_a_zone_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(TimeError, match="no time zone"):
        call("statement", "parse", written(tmp_path), "--zone", "Vienna time")


def test_a_folder_an_endless_file_and_standard_input(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="cannot be read"):
        call("statement", "parse", str(tmp_path))
    with pytest.raises(InputTooLarge, match="MB"):
        call("statement", "parse", "/dev/zero")
    handed_in = CliRunner().invoke(app, ["statement", "parse", "-", "--json"], input=TEXT)
    assert handed_in.exit_code == 0
    assert json.loads(handed_in.stdout)["date"] == "2031-05-04"
