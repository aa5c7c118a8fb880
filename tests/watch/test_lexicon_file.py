"""`lexicon.toml`: read with the watch, every fault at its line with what to do, and none of it without the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from tests.conftest import ROOT, each
from trucewatch.errors import WatchError
from trucewatch.watch import check_watch, lexicon_file, load_watch

FILE = """\
schema = 1

[[topic]]
id = "ceasefire"
about = ["1a"]
  [topic.words]
  en = ["quiet on the pass", "silen* ... guns"]
  ru = ["тишин* на перевале"]

[[voice]]
id = "A"
hosts = ["press.a.example"]
zone = "Etc/GMT+2"
words = { en = ["Alder", "the Alder side"] }

[[voice]]
id = "B"
words = { en = ["Birch"] }

[[instrument]]
id = "agreement"
words = { en = ["the pass accord"] }
"""


def watch_with(folder: Path, text: str = FILE) -> Path:
    make_watch(folder)
    (folder / "lexicon.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_watch_without_the_file_has_none(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    assert not (folder / "lexicon.toml").exists()
    assert load_watch(folder).lexicon is None


def test_the_file_is_read_with_its_words(tmp_path: Path) -> None:
    lexicon = load_watch(watch_with(tmp_path / "w")).lexicon
    assert lexicon is not None
    (topic,) = lexicon.topic
    assert (topic.id, topic.about, topic.words["ru"]) == ("ceasefire", ("1a",), ("тишин* на перевале",))
    assert [(voice.id, voice.zone) for voice in lexicon.voice] == [("A", "Etc/GMT+2"), ("B", "")]


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ('about = ["1a"]', 'about = ["14"]', 5, 'about "14" is no clause of this agreement', "1"),
        ('about = ["1a"]', 'about = ["1a", "1a"]', 5, 'about names "1a" twice', "name it once"),
        ('id = "agreement"', 'id = "agrement"', 21, "is no instrument of this agreement", 'did you mean "agreement"?'),
        ('id = "A"', 'id = "Z"', 11, '"Z" is no party, body or delegation of this watch', "write one of: A, B"),
        ("[[instrument]]", "[[body]]", 21, "is no body of this agreement, and no centre", "mend that first"),
        ("Etc/GMT+2", "Mars/North", 13, '"Mars/North" is no time zone', "correct the zone"),
        ("press.a.example", "https://press.a.example/", 12, "is no name of a host", "without https://"),
        ('"quiet on the pass"', '""', 7, "has an empty pattern", "leave it out"),
        ('"quiet on the pass"', '"*"', 7, 'the pattern "*" has no words', "any ending"),
        ('"quiet on the pass"', '"* pass"', 7, "* stands alone", "any ending"),
        ('"quiet on the pass"', '"th*"', 7, "would match in nearly every sentence", "add a word"),
        ('"quiet on the pass"', '"of"', 7, "would match in nearly every sentence", "add a word"),
        ('"quiet on the pass"', '"9"', 7, "would match in nearly every sentence", "add a word"),
        ('"quiet on the pass"', '"... pass"', 7, "begins or ends with ...", "any ending"),
        ('"quiet on the pass"', '"Silen*  ... GUNS"', 7, "stands there twice", "leave one out"),
        ('"quiet on the pass"', f'"{"quiet " * 40}"', 7, "has 240 characters", "at most 200"),
        ("  ru = [", "  xx = [", 8, '"xx" is no language in which statements are read', "az, de, en"),
        ('["Birch"]', '["the  alder SIDE"]', 18, 'is what "A" is called too', "leave it with one of them"),
        ('about = ["1a"]', 'abut = ["1a"]', 5, 'unknown key "abut"', 'did you mean "about"?'),
        ("schema = 1", "schema = 2", 1, "schema", "1"),
    ],
)
def test_a_fault_has_its_line_and_says_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, what: str, remedy: str
) -> None:
    folder = watch_with(tmp_path / "w")
    edit(folder / "lexicon.toml", old, new)
    (fault,) = (fault for fault in check_watch(folder).faults if what in str(fault.what))
    assert (fault.file, fault.line, fault.severity) == ("lexicon.toml", line, "error")
    assert remedy in str(fault.remedy)
    with pytest.raises(WatchError):
        load_watch(folder)


def test_the_same_topic_twice_is_a_fault(tmp_path: Path) -> None:
    folder = watch_with(tmp_path / "w", FILE + '\n[[topic]]\nid = "ceasefire"\n')
    (fault,) = check_watch(folder).faults
    assert 'topic "ceasefire" is given 2 times' in str(fault.what)


def test_a_host_of_two_voices_is_a_fault(tmp_path: Path) -> None:
    folder = watch_with(tmp_path / "w")
    edit(folder / "lexicon.toml", 'id = "B"\n', 'id = "B"\nhosts = ["PRESS.a.example"]\n')
    (fault,) = check_watch(folder).faults
    assert 'is that of "A" too' in str(fault.what)


def test_more_patterns_than_are_read_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon_file, "MOST_PATTERNS", 20)
    many = ", ".join(f'"road number{number}"' for number in range(21))
    folder = watch_with(tmp_path / "w", f'schema = 1\n[[topic]]\nid = "road"\nwords = {{ en = [{many}] }}\n')
    (fault,) = check_watch(folder).faults
    assert "holds 21 patterns; at most 20 are read" in str(fault.what)


def test_both_examples_have_a_lexicon_without_a_fault() -> None:
    for name in each(["two-valleys", "karabakh-2020"]):
        folder = ROOT / "examples" / name
        lexicon = load_watch(folder).lexicon
        assert lexicon is not None
        assert len(lexicon.topic) > 10
        assert len({language for topic in lexicon.topic for language in topic.words}) == 8
        assert [fault for fault in check_watch(folder).faults if fault.file == "lexicon.toml"] == []
