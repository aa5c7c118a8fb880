"""Sentences with what they carry, as a file of this folder lists them, and what is offered of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tests.annotation.assertion_texts import VALLEYS, statement
from trucewatch.annotation.assertions import assertions_in
from trucewatch.model.annotations import Passage

SAID_ON = date(2031, 5, 6)
OWN_ROLE = {"ru": "Официальный представитель МИД Нижней Долины"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One line of a file: kinds that the words carry, and what else is right of the first of them."""

    kinds: tuple[str, ...]
    right: dict[str, str]
    part: str
    text: str


def sentences_of(name: str) -> list[Sentence]:
    """The sentences of a file, in order; a line that begins with # is a remark."""
    sentences = []
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kinds, others, text = (each.strip() for each in line.split("|"))
        right = {key: value for key, _, value in (each.partition("=") for each in others.split(";")) if key}
        sentences.append(
            Sentence(
                kinds=() if kinds == "none" else tuple(kinds.split("+")),
                right={key.strip(): value.strip() for key, value in right.items()},
                part="answer" if "answer" in right else "opening",
                text=text,
            )
        )
    return sentences


def offered(sentence: Sentence, language: str, *, role: str | None = None) -> list[Passage]:
    """What is offered of a sentence alone, spoken for the Lower Valley. role: of somebody else."""
    spoken = statement(sentence.text, language, part=sentence.part)
    speaker = replace(spoken.speakers[0], role=OWN_ROLE[language] if role is None else role)
    return list(assertions_in(replace(spoken, speakers=(speaker,), day=SAID_ON), VALLEYS))


def score(sentences: Sequence[Sentence], language: str, kind: str) -> tuple[int, int, int]:
    """How often a kind was offered and right, offered, there: once per sentence at most."""
    right = was_offered = there = 0
    for sentence in sentences:
        is_offered = any(offer.kind == kind for offer in offered(sentence, language))
        is_there = kind in sentence.kinds
        right += is_offered and is_there
        was_offered += is_offered
        there += is_there
    return right, was_offered, there


def faults_of(sentence: Sentence, language: str) -> list[str]:
    """What else is not right of the first offer of the kind that the sentence carries; nothing where none is made."""
    offer = next((each for each in offered(sentence, language) if each.kind in sentence.kinds), None)
    if offer is None:
        return []
    right = sentence.right
    faults = []
    if right.get("who", "") != (" ".join(offer.who) if "who" in right else ""):
        faults.append(f"who: {offer.who}")
    if "to" in right and offer.to != (right["to"],):
        faults.append(f"to: {offer.to}")
    if ("of" in right) != bool(offer.attributed_to) or not all(right["of"] in each for each in offer.attributed_to):
        faults.append(f"attributed_to: {offer.attributed_to}")
    for bound in ("by", "before", "on", "within"):
        if bound in right and (offer.by_bound, str(offer.by_day)) != (bound, right[bound]):
            faults.append(f"{bound}: {offer.by_bound} {offer.by_day}")
    if "words" in right and offer.by_words != right["words"]:
        faults.append(f"words: {offer.by_words}")
    if offer.kind == "commitment" and offer.is_soft != ("soft" in right):
        faults.append(f"soft: {offer.is_soft}")
    return faults
