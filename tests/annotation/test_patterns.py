"""Patterns of words: where they stand in a text, in every alphabet, and at what cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.annotation import patterns as module
from trucewatch.annotation.patterns import Patterns, Word, spelt, trouble_of, words_of


def places(pattern: str, text: str) -> list[str]:
    return [text[match.start : match.end] for match in Patterns([("it", pattern)]).find(words_of(text))]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("ceasefire", "The Ceasefire holds.", ["Ceasefire"]),
        ("ceasefire", "The ceasefires hold.", []),
        ("ceasefire*", "The ceasefires hold.", ["ceasefires"]),
        ("cease-fire", "A cease-fire, at last", ["cease-fire"]),
        ("l'accord", "Selon L’ACCORD, rien", ["L’ACCORD"]),
        ("irtibat subay*", "İRTİBAT SUBAYLARI buluştu", ["İRTİBAT SUBAYLARI"]),
        ("kısıtlama", "KISITLAMA kalktı", ["KISITLAMA"]),
        ("straße", "Die STRASSE ist frei", ["STRASSE"]),
        ("երևան", "ԵՐԵՒԱՆ քաղաքը", ["ԵՐԵՒԱՆ"]),
        ("որտեղ", "Ո՞րտեղ են նրանք։", ["Ո՞րտեղ"]),
        ("тяжелое вооружение", "Тяжёлое вооружение выведено", ["Тяжёлое вооружение"]),
        ("convoy", "The con\u00advoy left", ["con\u00advoy"]),
        ("déminage", "Le de\u0301minage avance", ["de\u0301minage"]),
        ("9-cu bənd", "Sazişin 9-cu bəndi və 9-cu bənd", ["9-cu bənd"]),
        ("9. madde", "Anlaşmanın 9. madde hükmü", ["9. madde"]),
        (
            "exchang* ... prisoner*",
            "They exchanged all of the sick prisoners.",
            ["exchanged all of the sick prisoners"],
        ),
        ("exchang* ... prisoner*", "They exchanged letters. Prisoners wait.", []),
        ("exchang* ... prisoner*", "exchange a b c d e f prisoners", ["exchange a b c d e f prisoners"]),
        ("exchang* ... prisoner*", "exchange a b c d e f g prisoners", []),
        ("open road", "They open, road by road", []),
    ],
)
def test_a_pattern_finds_the_words_as_they_are_written(pattern: str, text: str, found: list[str]) -> None:
    assert places(pattern, text) == found


def test_of_two_ends_the_nearer_is_taken() -> None:
    assert places("return* ... home", "They returned home, their old home.") == ["returned home"]


def test_an_ordinal_and_an_abbreviation_end_no_sentence() -> None:
    assert places("am ... november", "Am 9. November sprach er") == ["Am 9. November"]
    assert places("г ... сказал", "В г. Ридхэме он сказал") == ["г. Ридхэме он сказал"]
    assert places("year ... next", "In the year 2031. Next came rain") == []


@pytest.mark.parametrize("pattern", ["", " ", "*", "a*", "* road", "road ...", "... road", "a ... ... b", "ro*ad", "—"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    assert trouble_of(pattern) is not None
    with pytest.raises(ValueError, match="no pattern"):
        Patterns([("it", pattern)])


WORDS = st.text(st.characters(categories=["L", "N", "M", "P", "Z"], max_codepoint=0x2FFF), max_size=200)


@given(WORDS)
def test_words_lie_in_the_text_in_order(text: str) -> None:
    before = 0
    for word in words_of(text):
        assert before <= word.start < word.end <= len(text)
        assert word.spelt == spelt(text[word.start : word.end])
        before = word.end


@given(
    st.lists(st.sampled_from(["İl", "ılıq", "Straße", "և", "ԵՒ", "de\u0301j\u00e0", "Мёд", "road", "9"]), max_size=30)
)
def test_every_word_of_any_alphabet_is_found_where_it_stands(words: list[str]) -> None:
    text = " ".join(words)
    compiled = Patterns([(word, word) for word in dict.fromkeys(words)])
    matched = {(match.start, match.end) for match in compiled.find(words_of(text))}
    expected, start = set(), 0
    for word in words:
        expected.add((start, start + len(word)))
        start += len(word) + 1
    assert matched == expected


def test_capitals_change_nothing_in_any_alphabet() -> None:
    for word in each(["bağlıdır", "İrəvan", "дорога", "ճանապարհ", "größe", "año"]):
        assert spelt(word.upper()) == spelt(word)


class _Counted(list[Word]):
    """Words that count how often they are looked at."""

    looks = 0

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        self.looks += 1
        return super().__getitem__(index)


def test_the_work_grows_with_the_text_alone() -> None:
    compiled = Patterns([(number, f"word{number}* ... word ... word ... end") for number in range(2000)])
    text = "word1 word word word word word word word word "
    looks = []
    for times in (10, 20, 40):
        words = _Counted(words_of(text * times))
        compiled.find(words)
        looks.append(words.looks)
    assert looks[0] > 0
    assert looks[2] - looks[1] == 2 * (looks[1] - looks[0])


def test_spellings_without_end_are_not_all_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 10)
    compiled = Patterns([("it", "road*")])
    matches = compiled.find(words_of(" ".join(f"road{number}" for number in range(100))))
    assert len(matches) == 100
    assert len(compiled._stored) <= 10
