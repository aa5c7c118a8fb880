"""Words of one sentence → its clauses, each with the words before which a comma stands.

Cut where another clause begins: at a semicolon, a colon, a dash, before a comma's conjunction, before "and" with a
pronoun, after "that" of a verb of speech. Rules of language, no grammar: what is cut too finely is put together again
where both pieces offer the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.annotation.rule_patterns import Token, Vocabulary

_STRONG: Final = frozenset(";:—–")
_VERBS: Final = {
    "en": ("event", "modal", "verb"),
    "ru": ("short_past", "event", "they_will", "we_will", "state", "verb", "means", "own_speech"),
}
"""Lists of words that are a clause's verb: "and we" begins another clause after a verb only."""
_VERB_FIRST: Final = frozenset({"ru"})
"""Languages in which a verb of speech may begin a clause; elsewhere such a word is a participle."""
_TAIL: Final = 8
"""Words and signs: a longer end of a sentence is no "the minister said"."""
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


def pieces_of(tokens: Sequence[Token], language: str, vocabulary: Vocabulary) -> list[Piece]:
    """The clauses of a sentence, in order; signs are none of their words."""
    bits = vocabulary.bits
    joining, plain, pronouns = bits["joining"], bits["plain_joining"], bits["pronoun"]
    conditions, that = bits["clause_opening"], bits["that"]
    speech = bits["speech"] | bits["own_speech"] | bits["mood"] | bits.get("belief", 0)
    verbs = sum(bits[name] for name in _VERBS[language])
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
    set_in = _set_in(tokens, bits["own_speech"])
    for number, token in enumerate(tokens):
        if number in set_in:
            continue
        low = token.low
        following = tokens[number + 1].mask if number + 1 < total else 0
        if not token.is_word:
            if low in _STRONG:
                close(low, said_that=low == ":" and has_speech)
            elif low == ",":
                if following & that and has_speech:
                    continue
                begins = words[1:2] if words and words[0].mask & plain else words[:1]
                is_condition = _has_verb(begins, conditions)
                tail = tokens[number + 1 :] if total - number <= _TAIL else ()
                ends = [each.mask for each in tail if each.is_word]
                if ends and (ends[0] | ends[-1]) & bits["speech"]:
                    close(",")  # "…, the minister said."
                elif (
                    joining & following
                    or (is_condition and len(words) > 2)
                    or following & pronouns
                    or (
                        language in _COMMA_JOINS
                        and _has_verb(words, verbs)
                        and _has_verb(_until_sign(tokens, number + 1), verbs)
                    )
                ):
                    close(",")
                else:
                    commas.add(len(words))
            continue
        if token.mask & that and has_speech:
            close(low, said_that=True)
            continue
        if token.mask & plain and following & pronouns and _has_verb(words, verbs):
            close(low)
        is_consequence = token.mask & pronouns and following & bits["modal"] and not has_speech and len(words) > 2
        if is_consequence and language not in _COMMA_JOINS and words[0].mask & conditions:
            close("")  # "If it happens again we will …"
        words.append(token)
        is_first = len(words) == 1 and language not in _VERB_FIRST and not token.mask & bits["own_speech"]
        if not has_speech and token.mask & speech and not is_first:
            has_speech = True
        if has_speech and token.mask & bits["says"] and following & pronouns:
            close("", said_that=True)
    close("")
    return pieces


def _set_in(tokens: Sequence[Token], own_speech: int) -> frozenset[int]:
    """Where a verb of the speaker's own stands between commas ("…, I repeat, …"): it parts no clause."""
    numbers: set[int] = set()
    for at in range(len(tokens) - 2):
        if tokens[at].low != ",":
            continue
        for end in (at + 2, at + 3, at + 4):
            if end < len(tokens) and tokens[end].low == "," and own_speech & tokens[end - 1].mask:
                numbers.update(range(at, end + 1))
    return frozenset(numbers)


def _has_verb(words: Sequence[Token], verbs: int) -> bool:
    return any(token.mask & verbs for token in words)


def _until_sign(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    end = start
    while end < len(tokens) and tokens[end].is_word:
        end += 1
    return tokens[start:end]
