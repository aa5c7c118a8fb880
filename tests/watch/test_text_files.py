"""Copies of the instruments' own words in `texts/`: read with the watch, and every bad one is a refusal that says what
to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.builders import edit, make_watch, template_files
from tests.conftest import each
from trucewatch.errors import WatchError
from trucewatch.model.faults import Fault
from trucewatch.watch import check_watch, files_of, load_watch, read_watch
from trucewatch.watch.text_files import LARGEST_TEXT_BYTES, LONGEST_WORDS, MOST_CLAUSES, MOST_TEXTS

SOUND = """\
schema = 1
text = "en-1"
publisher = "First party"
published = 2031-05-01
licence = "ours"

[[clause]]
of = "1"
words = "All fire stops."

[[clause]]
of = "1a"
words = "fire stops"
whole = false
"""


def folder_with(folder: Path, content: str = SOUND, name: str = "en-1.toml") -> Path:
    make_watch(folder)
    (folder / "texts").mkdir()
    (folder / "texts" / name).write_text(content, encoding="utf-8")
    return folder


def faults_of(content: str, name: str = "texts/en-1.toml") -> list[Fault]:
    return list(read_watch({**template_files(), name: content.encode()})[1])


def test_a_copy_is_read_with_its_watch(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "w")
    reading = check_watch(folder)
    assert reading.faults == ()
    assert "texts/en-1.toml" in reading.files
    (copy,) = load_watch(folder).texts
    assert (copy.text, copy.publisher, copy.licence) == ("en-1", "First party", "ours")
    assert [(clause.of, clause.words, clause.whole) for clause in copy.clause] == [
        ("1", "All fire stops.", True),
        ("1a", "fire stops", False),
    ]


def test_a_watch_without_texts_has_the_files_that_it_had(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    assert files_of(folder) == template_files()
    (folder / "texts").mkdir()
    (folder / "texts" / "README.md").write_text("which copies are still missing")
    (folder / "texts" / ".en-1.toml").write_text("an editor's own")
    assert files_of(folder) == template_files()
    assert load_watch(folder).texts == ()


FAULTS = [
    ('text = "en-1"', 'text = "en-2"', 2, 'is the file of text "en-1" and says text "en-2"', "write the same id"),
    ('text = "en-1"', 'text = "../en-1"', 2, 'says text "../en-1"', "a text has one file"),
    ('of = "1a"', 'of = "1z"', 11, 'clause "1z" is not in agreement.toml', 'did you mean "1"?'),
    ('of = "1a"', 'of = "1"', 11, 'the words of clause "1" are given 2 times', "put all its words into one"),
    ('publisher = "First party"', 'publisher = " "', 3, "publisher is empty", "write who published"),
    ('licence = "ours"', 'licence = ""', 5, "licence is empty", "by what right"),
    ('words = "fire stops"', 'words = "\\n\\t"', 11, "has no words", "write the words as published"),
    ("schema = 1", "schema = 2", 1, 'schema = "2" is not one of its words', "write one of: 1"),
    ("published = 2031-05-01", "published = 2031-02-30", 4, "2031-02-30 is no day", "write a day of the calendar"),
    ("whole = false", "hole = false", 14, 'unknown key "hole"', 'did you mean "whole"?'),
    ('licence = "ours"\n', "", 0, '"licence" is missing', "add licence"),
    ("whole = false", 'whole = "perhaps"', 14, "whole", "docs/watch-folder.md"),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "remedy"), FAULTS)
def test_a_fault_of_a_copy_is_at_its_line_with_a_remedy(old: str, new: str, line: int, what: str, remedy: str) -> None:
    assert old in SOUND
    faults = [fault for fault in faults_of(SOUND.replace(old, new, 1)) if fault.severity == "error"]
    fault = faults[0]
    assert (fault.file, fault.line) == ("texts/en-1.toml", line)
    assert what in fault.sentence()
    assert remedy in fault.sentence()


def test_a_text_that_the_agreement_does_not_have_is_a_fault() -> None:
    (fault,) = faults_of(SOUND.replace('"en-1"', '"en-9"'), "texts/en-9.toml")
    assert fault.sentence() == ('texts/en-9.toml:2: text "en-9" is no [[text]] of agreement.toml; did you mean "en-1"?')


def test_a_clause_of_another_instrument_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "w")
    edit(
        folder / "agreement.toml",
        "[[party]]",
        '[[instrument]]\nid = "later"\nnames = { en = "Later" }\nsigned = 2031-05-02\nsource = "s"\n\n[[party]]',
    )
    edit(folder / "agreement.toml", 'instrument = "agreement"\nauthoritative', 'instrument = "later"\nauthoritative')
    faults = [fault for fault in check_watch(folder).faults if fault.file == "texts/en-1.toml"]
    assert [fault.line for fault in faults] == [7, 11]
    assert 'clause "1" is of another instrument than text "en-1"' in faults[0].sentence()


def test_what_is_no_toml_and_no_text_is_one_fault_each() -> None:
    for content in each((b"\xff\xfe", b"[" * 100_000, b"a = " + b"[" * 5_000, b"\x00")):
        faults = read_watch({**template_files(), "texts/en-1.toml": content})[1]
        assert [fault.file for fault in faults] == ["texts/en-1.toml"]


def test_a_link_is_refused_whether_it_is_a_file_or_the_folder(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "en-1.toml").write_text(SOUND)
    (folder / "texts").symlink_to(outside)
    with pytest.raises(WatchError, match="texts is a link; copy the folder itself"):
        files_of(folder)
    (folder / "texts").unlink()
    (folder / "texts").mkdir()
    (folder / "texts" / "en-1.toml").symlink_to(outside / "en-1.toml")
    with pytest.raises(WatchError, match=r"en-1\.toml is a link; copy the file itself"):
        files_of(folder)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    (folder / "texts").mkdir()
    os.mkfifo(folder / "texts" / "en-1.toml")
    with pytest.raises(WatchError, match=r"en-1\.toml is no file; move it away"):
        files_of(folder)
    (folder / "texts" / "en-1.toml").unlink()
    (folder / "texts" / "en-1.toml").mkdir()
    with pytest.raises(WatchError, match=r"en-1\.toml is no file; move it away"):
        files_of(folder)
    (folder / "texts" / "en-1.toml").rmdir()
    (folder / "texts").rmdir()
    (folder / "texts").write_text("words")
    with pytest.raises(WatchError, match="texts is no folder; make one of that name"):
        files_of(folder)


def test_a_file_of_forty_megabytes_is_refused_and_no_more_of_it_read_than_the_bound(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "w")
    path = folder / "texts" / "en-1.toml"
    with path.open("ab") as stream:
        stream.truncate(40 * 2**20)
    with pytest.raises(WatchError, match=r"en-1\.toml is larger than 1 MB; leave only the clauses"):
        files_of(folder)
    path.write_bytes((SOUND + "#" * (LARGEST_TEXT_BYTES - len(SOUND))).encode())
    assert check_watch(folder).faults == ()


def test_more_files_than_a_hundred_are_refused_with_their_number(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "w")
    for number in range(MOST_TEXTS):
        (folder / "texts" / f"t{number}.toml").write_text("")
    with pytest.raises(WatchError, match="texts holds 101 files, and at most 100 are read"):
        files_of(folder)


@pytest.mark.parametrize("name", ["a b.toml", "en-1.old.toml", "\u202een.toml", "-en.toml", os.fsdecode(b"\xee.toml")])
def test_a_name_that_no_text_can_have_is_refused_in_words_that_can_be_written(tmp_path: Path, name: str) -> None:
    folder = folder_with(tmp_path / "w", name=name)
    with pytest.raises(WatchError, match="has a name that no text can have; name it after its text's id") as refusal:
        files_of(folder)
    str(refusal.value).encode()


def test_ten_thousand_clauses_are_one_fault() -> None:
    head = SOUND[: SOUND.index("[[clause]]")]
    (fault,) = faults_of(head + '[[clause]]\nof = "1a"\nwords = "x"\n' * 10_000)
    assert "has 10,000 clauses, and at most 1,000 are read" in fault.sentence()
    assert fault.line == 7 + 3 * MOST_CLAUSES
    unknown = faults_of(head + "".join(f'[[clause]]\nof = "{n:050}"\nwords = "x"\n' for n in range(MOST_CLAUSES)))
    assert len(unknown) == MOST_CLAUSES, "each at its line"


def test_a_clause_longer_than_anybody_compares_is_a_fault() -> None:
    (fault,) = faults_of(SOUND.replace("All fire stops.", "x" * (LONGEST_WORDS + 1)))
    assert (fault.line, fault.sentence()) == (
        7,
        'texts/en-1.toml:7: clause "1" has more than 20,000 characters; enter each of its parts for itself',
    )


def test_words_that_turn_the_direction_are_words_as_published() -> None:
    watch, faults = read_watch(
        {**template_files(), "texts/en-1.toml": SOUND.replace("All fire", "\u202eAll\u2066 fire").encode()}
    )
    assert faults == ()
    assert watch is not None
    assert watch.texts[0].clause[0].words == "\u202eAll\u2066 fire stops."
