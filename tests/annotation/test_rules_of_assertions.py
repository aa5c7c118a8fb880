"""Rules that can be read and argued with: each has a name, a note and patterns that some text matches."""

from __future__ import annotations

import pytest

from tests.conftest import each
from trucewatch.annotation.english_verbs import verb_lists
from trucewatch.annotation.rule_files import LANGUAGES, read_rules, rules_of
from trucewatch.annotation.rule_patterns import Clause, Vocabulary, Words, read_pattern, tokens_of
from trucewatch.model.annotations import ASSERTS

LISTS = {"organ": Words.of(["army", "officer*"]), "stop": Words.of(["that"])}


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches at the first word of a text."""
    vocabulary = Vocabulary(LISTS)
    ready = read_pattern(pattern, LISTS, vocabulary)
    tokens = [token for token in tokens_of(text, vocabulary) if token.is_word]
    present = 0
    for token in tokens:
        present |= token.mask
    return Clause(tokens=tokens, stop=vocabulary.bits["stop"], present=present).match(ready, 0) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_name_of_its_own_and_a_kind(language: str) -> None:
    rules = rules_of(language)
    assert rules is not None
    names = [rule.id for rule in each(rules.rules)]
    assert len(names) == len(set(names))
    assert all(name.startswith(f"{language}.") for name in names)
    assert {rule.kind for rule in rules.rules} == set(ASSERTS)
    assert all(guard.kind is None for guard in each(rules.guards))


def test_a_rule_without_a_note_is_refused() -> None:
    rule = {"id": "en.x", "kind": "claim", "patterns": ["fell"], "note": ""}
    with pytest.raises(ValueError, match="has no note"):
        read_rules({"language": "en", "words": {}, "class": [], "guard": [], "rule": [rule]})


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("we will", "We will open"),
        ("we|they will", "They will open"),
        ("we ... open", "We will tomorrow at noon open"),
        ("we ..1 open", "We shall open"),
        ("{organ} will", "Officers will go"),
        ("we also? will", "We will"),
        ("we also? will", "We also will"),
        ("we will $", "We will"),
        ("закрыт_ дорога", "закрыта дорога"),
        ("вернул%", "вернулись"),
        ("*ing", "shelling"),
        ("we will", "We’ll go"),
        ("we do not", "We don't"),
        ("передаем", "передаём"),
    ],
)
def test_a_pattern_matches_what_it_says(pattern: str, text: str) -> None:
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("we will", "We would"),
        ("we ..1 open", "We shall now open"),
        ("we ~ open", "We say that open"),
        ("we will $", "We will open"),
        ("{organ} will", "Offices will"),
    ],
)
def test_a_pattern_matches_nothing_else(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


@pytest.mark.parametrize("pattern", ["...", "also? will", "~ will", "^"])
def test_a_pattern_begins_with_a_word_that_must_be_there(pattern: str) -> None:
    with pytest.raises(ValueError, match="begins with a word"):
        read_pattern(pattern, LISTS, Vocabulary(LISTS))


def test_a_class_of_verbs_gives_a_list_of_every_form() -> None:
    lists = verb_lists({"deed": "hand stop carry move play give/gave/given send/sent"})
    assert lists["deed_s"] == ["hands", "stops", "carries", "moves", "plays", "gives", "sends"]
    assert lists["deed_ing"] == ["handing", "stopping", "carrying", "moving", "playing", "giving", "sending"]
    assert lists["deed_past"] == ["handed", "stopped", "carried", "moved", "played", "gave", "sent"]
    assert lists["deed_done"][-2:] == ["given", "sent"]
