"""Words of one sentence → its clauses, each with the words before which a comma stands.

Cut where another clause begins: at a semicolon, a colon, a dash, before a comma's conjunction, before "and" with a
pronoun, after "that" of a verb of speech. Rules of language, no grammar: what is cut too finely is put together again
where both pieces offer the same kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.annotation.rule_patterns import Token, Words

_STRONG: Final = frozenset(";:—–")
_MARKS: Final = frozenset("«»\"“”„()[]'‘’")
_AFTER_COMMA: Final = {
    "en": Words.of(
        "and but so while whereas which who whose where because although since as yet or nor though when if unless until "
        "after before once thus therefore that then neither even than".split()
    ),
    "ru": Words.of(
        "и но а однако поэтому так котор* где когда если чтобы хотя потому поскольку что причем ибо зато пока раз "
        "тогда то или либо как чем куда откуда кто дабы ведь будто якобы словно".split()
    ),
}
_PLAIN: Final = {"en": frozenset("and but while because so although whereas if unless when".split()), "ru": frozenset({"и", "а", "но"})}
_PRONOUNS: Final = {
    "en": frozenset("we i he she it they this there nobody no our their its these that his you".split()),
    "ru": frozenset("мы я он она оно они это никто вы наши наша".split()),
}
_CONDITIONS: Final = {
    "en": frozenset("if unless when once although though while since because as after before whenever wherever should had were".split()),
    "ru": frozenset("если когда хотя пока поскольку раз как".split()),
}
_THAT: Final = {"en": frozenset({"that", "whether"}), "ru": frozenset({"что", "чтобы", "будто", "якобы"})}


_VERBS: Final = {
    "en": ("event", "modal", "verb"),
    "ru": ("short_past", "event", "they_will", "we_will", "state", "verb", "means", "own_speech"),
}
"""Lists of words that are a clause's verb: "and we" begins another clause after a verb only."""
_COMMA_JOINS: Final = frozenset({"ru"})
"""Languages in which a comma alone joins two clauses, each with a verb of its own."""


@dataclass(slots=True, kw_only=True)
class Piece:
    """One clause. first, last: its tokens in the sentence, [first, last); opener: what begins it."""

    words: list[Token]
    commas: frozenset[int]
    opener: str = ""
    """The conjunction that begins it, or the sign before it."""
    is_said_that: bool = False
    """Whether it is what a verb of speech before it says."""


def pieces_of(tokens: Sequence[Token], language: str, lists: Mapping[str, Words]) -> list[Piece]:
    """The clauses of a sentence, in order; signs are none of their words."""
    joining, plain, pronouns = _AFTER_COMMA[language], _PLAIN[language], _PRONOUNS[language]
    conditions, that = _CONDITIONS[language], _THAT[language]
    speech = (lists["speech"], lists["own_speech"], lists["mood"])
    verbs = tuple(lists[name] for name in _VERBS[language])
    pieces: list[Piece] = []
    words: list[Token] = []
    commas: set[int] = set()
    opener = ""
    is_said = has_speech = False

    def close(next_opener: str, *, said_that: bool = False) -> None:
        nonlocal words, commas, opener, is_said, has_speech
        if words:
            pieces.append(Piece(words=words, commas=frozenset(commas), opener=opener, is_said_that=is_said))
            words, commas, has_speech = [], set(), False
        opener, is_said = next_opener, said_that

    total = len(tokens)
    set_in = _set_in(tokens, lists["own_speech"])
    for number, token in enumerate(tokens):
        if number in set_in:
            continue
        low = token.low
        following = tokens[number + 1].low if number + 1 < total else ""
        if not token.is_word:
            if low in _STRONG:
                close(low, said_that=low == ":" and has_speech)
            elif low == ",":
                if following in that and has_speech:
                    continue
                is_condition = bool(words) and words[0].low in conditions
                if joining.has(following) or (is_condition and len(words) > 2) or following in pronouns:
                    close(",")
                elif language in _COMMA_JOINS and _has_verb(words, verbs) and _has_verb(_until_sign(tokens, number + 1), verbs):
                    close(",")
                else:
                    commas.add(len(words))
            continue
        if low in that and has_speech:
            close(low, said_that=True)
            continue
        if low in plain and following in pronouns and _has_verb(words, verbs):
            close(low)
        words.append(token)
        if not has_speech and any(each.has(low) for each in speech):
            has_speech = True
            if low in ("said", "says") and following in pronouns and following != "that":
                close("", said_that=True)
    close("")
    return pieces


def _set_in(tokens: Sequence[Token], own_speech: Words) -> frozenset[int]:
    """Where a verb of the speaker's own stands between commas ("…, I repeat, …"): it parts no clause."""
    numbers: set[int] = set()
    for at in range(len(tokens) - 2):
        if tokens[at].low != ",":
            continue
        for end in (at + 2, at + 3):
            if end < len(tokens) and tokens[end].low == "," and own_speech.has(tokens[end - 1].low):
                numbers.update(range(at, end + 1))
    return frozenset(numbers)


def _has_verb(words: Sequence[Token], verbs: Sequence[Words]) -> bool:
    return any(each.has(token.low) for token in words for each in verbs)


def _until_sign(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    end = start
    while end < len(tokens) and tokens[end].is_word:
        end += 1
    return tokens[start:end]
