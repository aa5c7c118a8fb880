"""`trucewatch statement` and `trucewatch undertakings`: taken in, listed, offered, compared, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.test_command_line import call
from tests.server.conftest import copy_of, now
from tests.statements_on_record import ENGLISH, LAWN, RUSSIAN
from trucewatch.desks import indexes
from trucewatch.errors import ReportError, StoreError, TimeError
from trucewatch.model.annotations import Passage, Span
from trucewatch.model.ids import sha256_of
from trucewatch.pipeline.annotation_entering import decide
from trucewatch.store import Store
from trucewatch.store.statement_records import statement_numbered, words_of
from trucewatch.watch import load_watch

WORDS = "We received Hollin Meadows today."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of("two-valleys", tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The same statement in two languages."""
    english, russian = tmp_path / "hollin.en.txt", tmp_path / "hollin.ru.txt"
    english.write_text(ENGLISH, encoding="utf-8")
    russian.write_text(RUSSIAN, encoding="utf-8")
    return english, russian


def document_of(*words: str, code: int = 0) -> dict[str, Any]:
    answered, text = call(*words, "--json")
    assert answered == code, text
    document: dict[str, Any] = json.loads(text)
    return document


def take_in(folder: Path, files: tuple[Path, Path]) -> str:
    """The number of the statement, in both languages."""
    first = document_of("statement", "add", str(folder), str(files[0]), "--voice", "UV")
    code = str(first["taken"][0]["statement"])
    second = document_of("statement", "add", str(folder), str(files[1]), "--voice", "UV", "--language-of", code)
    assert second["taken"][0]["what"] == "language"
    return code


def accept(folder: Path, code: str, kind: str, words: str, **more: Any) -> None:
    watch = load_watch(folder)
    clock = watch.settings.watch_time
    assert clock is not None
    with Store(folder, now, desks=indexes()) as store:
        number = int(code[2:])
        version = statement_numbered(store, number).latest("en")
        assert version is not None
        text = words_of(store, version)
        assert text is not None
        (spoken,) = (each for each in text.spoken() if words in each.paragraph.text)
        start = spoken.paragraph.text.index(words)
        passage = Passage(
            kind=kind,  # type: ignore[arg-type]
            span=Span(paragraph=spoken.paragraph.id, start=start, end=start + len(words)),
            words=words,
            part=spoken.part,
            **more,
        )
        decide(store, watch, number, "en", 1, passage, decision="added", by="somebody", now=clock)


def test_what_is_taken_in_is_listed_with_its_languages(folder: Path, files: tuple[Path, Path]) -> None:
    code = take_in(folder, files)
    rows = {each["number"]: each for each in document_of("statement", "list", str(folder))["statements"]}
    assert [copy["language"] for copy in rows[code]["copies"]] == ["en", "ru"]
    assert rows[code]["voice"] == "UV"
    answered, text = call("statement", "list", str(folder))
    assert answered == 0
    assert any(line.startswith(code) and "en ru" in line for line in text.splitlines())


def test_one_file_that_is_refused_keeps_no_other_out(folder: Path, files: tuple[Path, Path], tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    document = document_of("statement", "add", str(folder), str(empty), str(files[0]), code=1)
    assert [each["file"] for each in document["refused"]] == ["empty.txt"]
    assert [each["file"] for each in document["taken"]] == ["hollin.en.txt"]


def test_what_is_dated_ahead_is_taken_in_only_when_somebody_says_so(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "hollin.txt"
    file.write_text(ENGLISH.replace("2 May 2031, 10:00", "2 June 2031, 10:00"), encoding="utf-8")
    refused = document_of("statement", "add", str(folder), str(file), code=1)["refused"]
    assert "lies ahead of the watch's clock" in refused[0]["why"]
    assert document_of("statement", "add", str(folder), str(file), "--ahead")["taken"][0]["what"] == "new"


def test_erasing_names_the_copy_in_the_folder_of_statements(folder: Path, files: tuple[Path, Path]) -> None:
    beside = folder / "statements" / "UV" / "hollin.en.txt"
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_bytes(files[0].read_bytes())
    document_of("statement", "add", str(folder), str(files[0]), "--voice", "UV")
    code, text = call("erase", str(folder), sha256_of(files[0].read_bytes()), "--reason", "asked for")
    assert code == 0
    assert "Not reached" in text
    assert str(beside) in "".join(text.split("\n"))


def test_a_number_that_is_none_is_refused_before_anything_is_entered(folder: Path, files: tuple[Path, Path]) -> None:
    document = document_of("statement", "add", str(folder), str(files[0]), "--version-of", "seven", code=1)
    assert document["taken"] == []
    with pytest.raises(StoreError):
        call("statement", "add", str(folder), str(files[0]), "--version-of", "S-1", "--language-of", "S-1")


def test_offers_of_a_file_hold_the_very_words_and_are_nobodys_decision(folder: Path, files: tuple[Path, Path]) -> None:
    document = document_of("statement", "offers", str(files[0]), "--watch", str(folder))
    assert document["offers"]
    assert all(each["words"] in ENGLISH for each in document["offers"])
    assert any(each["about"] == ["2"] for each in document["offers"])
    answered, text = call("statement", "offers", str(files[0]), "--watch", str(folder))
    assert answered == 0
    assert "Offered by a rule; nobody decided it yet." in text


def test_two_files_are_compared_and_so_are_two_copies_on_record(folder: Path, files: tuple[Path, Path]) -> None:
    code = take_in(folder, files)
    of_files = document_of("statement", "compare", *map(str, files), "--watch", str(folder))
    on_record = document_of("statement", "compare", str(folder), code, "--first", "en", "--second", "ru")
    assert [each["sentence"] for each in of_files["differences"]]
    assert of_files["differences"] == on_record["differences"]
    assert {"12", "14"} <= {
        word for each in of_files["differences"] for word in each["first_words"] + each["second_words"]
    }


def test_copies_that_are_none_of_each_other_end_with_1(files: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "gardens.txt"
    other.write_text(LAWN * 6, encoding="utf-8")
    document = document_of("statement", "compare", str(files[1]), str(other), code=1)
    assert document["aligned"] is False
    assert document["remarks"]


def test_only_what_was_accepted_is_exported_and_that_is_entered(
    folder: Path, files: tuple[Path, Path], tmp_path: Path
) -> None:
    code = take_in(folder, files)
    recipient = load_watch(folder).settings.recipient[0].id
    words = ("statement", "export", str(folder), "--recipient", recipient, "--format")
    with pytest.raises(ReportError, match="No file was made"):
        call(*words, "csv", "--out", str(tmp_path / "none.csv"))
    accept(folder, code, "provision", WORDS, about=("2",))
    for name in ("csv", "json", "akn"):
        out = tmp_path / f"out.{name}"
        document = document_of(*words, name, "--out", str(out))
        assert document["passages"] == 1
        assert WORDS in out.read_text("utf-8-sig")
        assert "Forty" not in out.read_text("utf-8-sig")
    with pytest.raises(ReportError, match="exists and is kept"):
        call(*words, "csv", "--out", str(tmp_path / "out.csv"))
    with pytest.raises(ReportError, match="no recipient"):
        call("statement", "export", str(folder), "--recipient", "nobody", "--out", str(tmp_path / "x.csv"))
    assert not (tmp_path / "x.csv").exists()


def test_undertakings_are_listed_by_the_watchs_clock(folder: Path, files: tuple[Path, Path]) -> None:
    answered, text = call("undertakings", str(folder))
    assert answered == 0
    assert "No undertaking is on record by then." in text
    accept(folder, take_in(folder, files), "commitment", WORDS, who=("UV",), about=("2",))
    document = document_of("undertakings", str(folder))
    assert [each["who"] for each in document["undertakings"]] == [["UV"]]
    assert WORDS not in json.dumps(document)
    answered, text = call("undertakings", str(folder))
    assert "no day was taken from the words, so no clock runs" in text
    with pytest.raises(TimeError):
        call("undertakings", str(folder), "--as-of", "2999-01-01")


def test_a_number_without_its_watch_says_what_to_add() -> None:
    with pytest.raises(StoreError, match="add --watch WATCH"):
        call("statement", "offers", "S-1")


def test_the_list_says_kinds_in_words(folder: Path, tmp_path: Path) -> None:
    press = tmp_path / "press.txt"
    press.write_text(
        "Press conference of the spokesperson of the Lower Valley\n\n1 May 2031, 20:19\n\n"
        "Anna Reed, spokesperson: Good evening to you. We keep the Bridge Road open for everybody who passes.\n\n"
        "Question: Will you let aid pass?\n\nAnswer: Yes, we will let every convoy pass from tomorrow on.\n",
        encoding="utf-8",
    )
    call("statement", "add", str(folder), str(press), "--voice", "LV")
    _, listed = call("statement", "list", str(folder))
    assert "press conference" in listed
    assert "press_conference" not in listed
