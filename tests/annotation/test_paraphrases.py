"""What statements speak about in other words than the lexicon was written by: sentences of spokespersons, diplomats,
journalists and helpers in eight languages, and sentences that only sound like them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, each
from trucewatch.annotation.known_names import KnownNames, known_names_of
from trucewatch.annotation.topics import topics_in
from trucewatch.model.statements import LANGUAGES, Paragraph, Statement
from trucewatch.watch.load import load_watch

ENOUGH = 0.9
MOST_BESIDE_THE_POINT = 1
"""Sentences about something else that are taken for one about the accord, of a language."""


@pytest.fixture(scope="module")
def lexis() -> KnownNames:
    return known_names_of(load_watch(ROOT / "examples" / "two-valleys"))


def sentences(language: str, table: str) -> Iterator[tuple[str, str]]:
    """(what it speaks about, sentence)"""
    path = Path(__file__).with_name(f"paraphrases_{language}.toml")
    rows: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))[table]
    for about, texts in rows.items():
        for text in texts:
            yield about, text


def spoken_of(language: str, text: str, lexis: KnownNames) -> tuple[set[str], set[str]]:
    """The clauses and the topics of one sentence."""
    statement = Statement(title="", language=language, opening=(Paragraph(id="p1", text=text, speaker="s1"),))
    offers = [offer for offer in topics_in(statement, lexis) if offer.kind == "provision"]
    return {clause for offer in offers for clause in offer.about}, {topic for offer in offers for topic in offer.topics}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_is_seen_in_whatever_words_it_is_spoken_of(language: str, lexis: KnownNames) -> None:
    right = offered = there = 0
    for about, text in each(list(sentences(language, "clauses"))):
        if about == "none":
            continue
        clauses, _ = spoken_of(language, text, lexis)
        wanted = set(about.split(","))
        right += len(clauses & wanted)
        offered += len(clauses)
        there += len(wanted)
    assert right / there >= ENOUGH
    assert right / offered >= ENOUGH


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_sounds_like_a_clause_is_none(language: str, lexis: KnownNames) -> None:
    others = [text for about, text in sentences(language, "clauses") if about == "none"]
    taken = [text for text in each(others) if spoken_of(language, text, lexis)[0]]
    assert len(taken) <= MOST_BESIDE_THE_POINT, taken


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_topics_of_other_agreements_are_seen_without_a_watch(language: str) -> None:
    wanted = list(sentences(language, "topics"))
    missed = [text for topic, text in each(wanted) if topic not in spoken_of(language, text, KnownNames())[1]]
    assert len(missed) <= len(wanted) * (1 - ENOUGH), missed


def test_words_of_a_store_speak_of_weapons_beside_its_name_only(lexis: KnownNames) -> None:
    assert spoken_of("en", "The inspectors counted forty pieces at Ambermill.", lexis)[0] == {"3c"}
    assert spoken_of("en", "The inspectors counted forty pieces.", lexis)[0] == set()
