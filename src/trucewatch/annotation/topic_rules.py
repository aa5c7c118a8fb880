"""One language's rules for what a statement speaks about, with what a watch knows: compiled once, found in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from trucewatch.annotation.clause_numbers import ClauseReader
from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.lexicon_words import LexiconWords, lexicon_words
from trucewatch.annotation.name_forms import name_patterns
from trucewatch.annotation.patterns import Patterns

Role = Literal[
    "topic",
    "clause",
    "foreign",
    "instrument",
    "dated",
    "body",
    "reaffirms",
    "questions",
    "negates",
    "initiative",
    "proposes",
    "closes",
    "own",
]
WIDEST_DATED: Final = 5
"""Words that "the statement … of 9 November" may span: a day further away is that of something else."""


class Cue(NamedTuple):
    """What a pattern stands for. id: topic, instrument or body; about: the clauses of a topic; is_beside: whether it
    speaks of its topic only beside the name of a part, or in an answer."""

    role: Role
    id: str = ""
    about: tuple[str, ...] = ()
    rule: str = ""
    is_general: bool = False
    is_beside: bool = False


class TopicRules(NamedTuple):
    """wider: topic of the watch → the topics of which it means a part: it tells which part, and alone says nothing.
    parts_of: topic → the topics of the watch that mean a part of it.
    yields_to: (topic, whether its general words) → topics in whose presence those words speak of something else."""

    patterns: Patterns[Cue]
    reader: ClauseReader
    wider: Mapping[str, frozenset[str]]
    yields_to: Mapping[tuple[str, bool], frozenset[str]]
    clauses: Mapping[str, tuple[str, ...]]
    parts_of: Mapping[str, frozenset[str]]

    def about_of(self, topics: Iterable[str]) -> Iterator[str]:
        """The clauses of these topics."""
        for topic in topics:
            yield from self.clauses.get(topic, ())


def is_narrower(about: Collection[str], more: Collection[str], lexis: KnownNames) -> bool:
    """Whether some clauses are a part of what others are: some of them, or parts of their provisions."""
    if set(about) == set(more) or not about:
        return False
    own = (clause for clause in about if clause not in more)
    return all(lexis.provision_of.get(clause, clause) in more for clause in own)


@lru_cache(maxsize=64)
def topic_rules(language: str, lexis: KnownNames) -> TopicRules:
    """The rules of one of the LANGUAGES for one watch; kept, so that many statements cost one compiling."""
    words = lexicon_words(language)
    patterns = Patterns((cue, pattern) for cue, pattern in _cues(language, lexis, words))
    clauses = {row.id: row.about for row in lexis.lexicon.topic if row.about}
    wider: dict[str, frozenset[str]] = {}
    for topic, about in clauses.items():
        holders = {other for other, more in clauses.items() if is_narrower(about, more, lexis)}
        if holders and topic not in words.topics:
            givers = {giver for giver, takers in words.yields_to.items() if holders & set(takers)}
            wider[topic] = frozenset(holders | givers)
    parts_of = {topic: frozenset(part for part, holders in wider.items() if topic in holders) for topic in words.topics}
    yields = {
        (giver, True): frozenset(takers) | {part for taker in takers for part in parts_of.get(taker, ())}
        for giver, takers in words.yields_to.items()
    }
    yields |= {(giver, False): frozenset(takers) for giver, takers in words.names_yield_to.items()}
    return TopicRules(patterns, ClauseReader(words.ordinals, words.cardinals), wider, yields, clauses, parts_of)


def _cues(language: str, lexis: KnownNames, words: LexiconWords) -> Iterator[tuple[Cue, str]]:
    yield from _topics(language, lexis, words)
    plain: tuple[tuple[Role, tuple[str, ...]], ...] = (
        ("clause", words.clause_nouns),
        ("foreign", words.foreign),
        ("reaffirms", words.reaffirmation),
        ("questions", words.questioning),
        ("negates", words.negations),
        ("initiative", words.initiative),
        ("proposes", words.proposal),
        ("closes", words.closing),
        ("own", words.own),
    )
    for role, patterns in plain:
        yield from ((Cue(role), pattern) for pattern in patterns)
    yield from _instruments(language, lexis, words)
    called = {row.id: row.words.get(language, ()) for row in lexis.lexicon.body}
    for body, names in lexis.bodies.items():
        cue = Cue("body", body, rule=f"{language}.body.name")
        yield from ((cue, pattern) for name in names for pattern in name_patterns(name, language))
    for body, patterns in called.items():
        yield from ((Cue("body", body, rule=f"{language}.body.lexicon"), pattern) for pattern in patterns)


def _topics(language: str, lexis: KnownNames, words: LexiconWords) -> Iterator[tuple[Cue, str]]:
    """General topics count where the watch maps them to clauses, and all of them where there is no watch."""
    rows = {row.id: row for row in lexis.lexicon.topic}
    for topic, general in words.topics.items():
        row = rows.get(topic)
        about = row.about if row is not None else ()
        if about or not lexis.clauses:
            cue = Cue("topic", topic, about, f"{language}.topic.{topic}", is_general=True)
            yield from ((cue, pattern) for pattern in general)
            if about:
                beside = cue._replace(is_beside=True)
                yield from ((beside, pattern) for pattern in words.beside.get(topic, ()))
    for row in rows.values():
        if row.about or not lexis.clauses:
            cue = Cue("topic", row.id, row.about, f"{language}.topic.{row.id}")
            yield from ((cue, pattern) for pattern in row.words.get(language, ()))


def _instruments(language: str, lexis: KnownNames, words: LexiconWords) -> Iterator[tuple[Cue, str]]:
    for instrument, names in lexis.instruments.items():
        cue = Cue("instrument", instrument, rule=f"{language}.instrument.name")
        yield from ((cue, pattern) for name in names for pattern in name_patterns(name, language))
    for row in lexis.lexicon.instrument:
        cue = Cue("instrument", row.id, rule=f"{language}.instrument.lexicon")
        yield from ((cue, pattern) for pattern in row.words.get(language, ()))
    for instrument, days in lexis.signed.items():
        cue = Cue("dated", instrument, rule=f"{language}.instrument.signed")
        for day in days:
            month = words.months[day.month - 1]
            for noun in words.instrument_nouns:
                for written in (f"{day.day} {month}", f"{month} {day.day}", f"{day.day} de {month}"):
                    yield cue, f"{noun} ... {written}"
                    yield cue, f"{written} ... {noun}"
                    yield cue, f"{written} {noun}"
                    yield cue, f"{noun} {written}"
    main = next(iter(lexis.instruments), "")
    if main:
        # "the agreement" alone is the first of the file: the one that the others add to.
        cue = Cue("instrument", main, rule=f"{language}.instrument.general")
        yield from ((cue, pattern) for pattern in words.instrument_words)
