"""Clauses of a sentence → whose word each is: the speaker's, somebody's whom the speaker reports, or nobody's.

A verb of speech gives the clause after its "that" to its subject, to the sentence's end or until the speaker's own
"but"; "according to" gives the rest of the sentence; "…, said the minister" what stands before it. "You say that" and
"it is claimed that" make what follows nobody's: a premise is repeated, not said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.annotation.clause_spans import Piece
from trucewatch.annotation.rule_patterns import Clause, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Whose word it is. name: as written, "" for the speaker's own; ids: of the party or body that the name holds;
    is_nobodys: whether it is repeated only."""

    name: str = ""
    ids: tuple[str, ...] = ()
    is_nobodys: bool = False


OWN: Final = Voice()
NOBODY: Final = Voice(is_nobodys=True)
_AFTER_WHAT_IS_SAID: Final = frozenset({",", "—", "–"})
_NONE: Final = Words(whole=frozenset())
_AS: Final = frozenset({"как"})
_UNDOUBTED: Final = frozenset({"no"})
_NAME_LENGTH: Final = 12
"""Words: a longer subject of a verb of speech is no name of somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechWords:
    """The words of a language by which speech is reported."""

    speech: Words
    own_speech: Words
    own: Words
    addressed: Words
    impersonal: Words
    auxiliary: Words
    turn: Words
    by_words: tuple[tuple[str, ...], ...]
    by_first: frozenset[str]
    """The words with which these begin."""
    opening: Words
    mood: Words
    joining: Words
    belief: Words
    """What others think and hear is nobody's word."""
    foreseen: Words
    """With these before it a verb of speech tells what somebody may yet say."""

    @classmethod
    def of(cls, lists: Mapping[str, Words], by_words: Sequence[str]) -> SpeechWords:
        return cls(
            speech=lists["speech"],
            own_speech=lists["own_speech"],
            own=lists["own_voice"],
            addressed=lists["asked_voice"],
            impersonal=lists["impersonal"],
            auxiliary=lists["auxiliary"],
            turn=lists["turn"],
            by_words=tuple(tuple(each.split()) for each in by_words),
            by_first=frozenset(each.split()[0] for each in by_words),
            opening=lists["opening"],
            mood=lists["mood"],
            joining=lists["joining"],
            belief=lists.get("belief", _NONE),
            foreseen=lists.get("foreseen", _NONE),
        )


def voices_of(text: str, pieces: Sequence[Piece], clauses: Sequence[Clause], words: SpeechWords) -> list[Voice]:
    """For each clause of a sentence whose word it is."""
    voices: list[Voice] = []
    voice = OWN
    for number, (piece, clause) in enumerate(zip(pieces, clauses, strict=True)):
        if voice is not OWN and not piece.is_said_that and (piece.opener == ";" or _turns(clause, words)):
            voice = OWN
        by = _by_words(text, clause, words)
        if by is not None and not (voice.is_nobodys and piece.is_said_that):
            voice = by
        voices.append(voice)
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        if following is not None and following.is_said_that:
            if not (voice.is_nobodys and piece.is_said_that):
                voice = _speaker_of(text, clause, words, voice)
        elif number and not piece.is_said_that and piece.opener in _AFTER_WHAT_IS_SAID:
            after = _said_after(text, clause, words)
            if after is not None and all(each is OWN for each in voices):
                voices = [after] * len(voices)
    return voices


def _turns(clause: Clause, words: SpeechWords) -> bool:
    """Whether the speaker takes up his own word again."""
    low = clause.tokens[0].low
    return words.turn.has(low) or words.own.has(low)


def _speaker_of(text: str, clause: Clause, words: SpeechWords, before: Voice) -> Voice:
    tokens = clause.tokens
    verb = next((at for at in range(len(tokens) - 1, -1, -1) if words.speech.has(tokens[at].low)), None)
    subject = tokens[:verb] if verb is not None else tokens
    lows = [token.low for token in subject]
    if any(words.addressed.has(low) for low in lows) or _has_mood(clause, words):
        return NOBODY
    if any(at < len(subject) for mark in ("clause", "instrument") for at in clause.runs.get(mark, ())):
        return before
    if any(words.own.has(low) for low in lows) and not _has_name(clause, len(subject)):
        return before
    if any(words.belief.has(token.low) for token in tokens[verb or 0 :]):
        return NOBODY
    if verb is None:
        return before
    if any(words.foreseen.has(low) for low in lows):
        return NOBODY
    if any(words.impersonal.has(token.low) for token in tokens[: verb + 1]):
        return NOBODY
    named = _subject(text, clause, verb, words)
    if named is None and words.own_speech.has(tokens[verb].low):
        return before
    return named or before


def _has_mood(clause: Clause, words: SpeechWords) -> bool:
    """Whether somebody hopes or fears it; "no doubt" is none of these."""
    tokens = clause.tokens
    return any(
        words.mood.has(token.low) and not (at and tokens[at - 1].low in _UNDOUBTED) for at, token in enumerate(tokens)
    )


def _has_name(clause: Clause, before: int) -> bool:
    return any(at < before for mark in ("party", "body") for at in clause.runs.get(mark, ()))


def _subject(text: str, clause: Clause, verb: int, words: SpeechWords) -> Voice | None:
    """Who says so: the words before the verb, or after it where none stand before ("заявил министр, что")."""
    tokens = clause.tokens
    first = 0
    last = verb
    while first < last and words.opening.has(tokens[first].low):
        first += 1
    for comma in sorted(clause.commas):
        if first < comma < last:
            first = comma
    while last > first and words.auxiliary.has(tokens[last - 1].low):
        last -= 1
    if last == first:
        first, last = verb + 1, len(tokens)
        if last == first or words.own.has(tokens[first].low):
            return None
    if last - first > _NAME_LENGTH:
        first = last - _NAME_LENGTH
    return _voice(text, clause, first, last)


def _voice(text: str, clause: Clause, first: int, last: int) -> Voice:
    ids = [
        clause.names[at] for mark in ("party", "body") for at in sorted(clause.runs.get(mark, ())) if first <= at < last
    ]
    name = text[clause.tokens[first].start : clause.tokens[last - 1].end]
    return Voice(name=name, ids=tuple(dict.fromkeys(ids)))


def _by_words(text: str, clause: Clause, words: SpeechWords) -> Voice | None:
    lows = [token.low for token in clause.tokens[:10]]
    if words.by_first.isdisjoint(lows[:3]):
        return None
    for phrase in words.by_words:
        size = len(phrase)
        for at in range(min(len(lows) - size, 3)):
            if tuple(lows[at : at + size]) == phrase:
                first = at + size
                # "As the deputy minister of … explained" is a clause of its own: all of it is the name.
                longest = _NAME_LENGTH if phrase[0] in _AS else 4
                end = min(
                    (comma for comma in clause.commas if comma > first),
                    default=min(first + longest, len(clause.tokens)),
                )
                if any(words.own.has(token.low) for token in clause.tokens[first:end]):
                    return None
                return _voice(text, clause, first, end) if end > first else None
    return None


def _said_after(text: str, clause: Clause, words: SpeechWords) -> Voice | None:
    """The voice that a last clause gives to those before it: "…, said the minister"."""
    tokens = clause.tokens
    if len(tokens) > _NAME_LENGTH or len(tokens) < 2:
        return None
    if words.speech.has(tokens[0].low):
        if words.own.has(tokens[1].low):
            return None
        return _voice(text, clause, 1, len(tokens))
    is_joined = words.opening.has(tokens[0].low) or words.joining.has(tokens[0].low)
    if words.speech.has(tokens[-1].low) and not is_joined and not any(words.own.has(token.low) for token in tokens):
        return _voice(text, clause, 0, len(tokens) - 1)
    return None
