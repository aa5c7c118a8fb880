"""What a statement speaks about: clauses, the instruments that it reaffirms or questions, bodies, initiatives and
proposals, each offered with the very words and the rule that saw them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from trucewatch.annotation.clause_numbers import clause_of
from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.patterns import ENDED, JOINED, Match, Word, words_of
from trucewatch.annotation.topic_rules import WIDEST_DATED, Cue, TopicRules, is_narrower, topic_rules
from trucewatch.model.annotations import Kind, Passage, Span
from trucewatch.model.statements import LANGUAGES, Spoken, Statement

MOST_WORDS: Final = 60
"""Of a proposal: a sentence that goes on longer is cut there."""
FEWEST_WORDS: Final = 4
"""Of an answer without a clause of its own that still means its question's."""
_FEW: Final = 15
"""Words of a paragraph in which thanks, or "no comment", leave no room for an answer."""
_FIRST: Final = 3
"""Words of an answer among which "ours" stands for what was asked of."""
_NEAR: Final = 12
"""Words between a verb that reaffirms and what it reaffirms."""
_FOREIGN: Final = 5
"""Words between a number and the other document whose it is."""
_NEGATED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """Words that speak of something, by the numbers of the first and the last."""

    first: int
    last: int
    about: tuple[str, ...] = ()
    topic: str = ""
    rule: str
    words: tuple[tuple[int, int], ...] = field(default=())


def topics_in(
    statement: Statement, lexis: KnownNames, words: Mapping[str, Sequence[Word]] | None = None
) -> Iterator[Passage]:
    """What each sentence speaks about, paragraph by paragraph; nothing in a language whose structure is not read.

    A clause is offered once a sentence, with the longest words that name it. What an asker speaks about is offered too,
    as the asker's. Without a watch (`KnownNames()`) topics are offered by themselves. words: text of a
    paragraph → its words, where they are known already.
    """
    if statement.language not in LANGUAGES:
        return
    rules = topic_rules(statement.language, lexis)
    asked_of: tuple[str, ...] = ()
    last_named: tuple[str, ...] = ()
    parts = frozenset(rules.about_of(rules.wider))
    exchange, is_answered = 0, False
    for spoken in statement.spoken():
        if spoken.exchange != exchange:
            asked_of, exchange, is_answered = (), spoken.exchange, False
        offers = list(_in_paragraph(spoken, words, statement.language, lexis, rules, asked_of, last_named))
        provisions = [each for each in offers if each.kind == "provision" and each.about]
        if spoken.part != "answer" or parts.isdisjoint(asked_of):
            # Who is asked about one store and adds a word on the other is asked on about the first.
            last_named = tuple(clause for each in provisions for clause in each.about if clause in parts) or last_named
        if spoken.part == "question":
            asked_of = _each_once((*asked_of, *(clause for each in provisions for clause in each.about)))
        elif spoken.part == "answer" and asked_of and not provisions:
            # Who is asked and says "Forty. The seals were checked" speaks of that; who adds to it, of anything, unless
            # they go on with "Ours".
            offers += _answered(spoken, statement.language, asked_of, lexis, rules, is_added=is_answered)
        is_answered = is_answered or spoken.part == "answer"
        yield from offers


def _answered(
    spoken: Spoken, language: str, asked_of: tuple[str, ...], lexis: KnownNames, rules: TopicRules, *, is_added: bool
) -> Iterator[Passage]:
    """What a paragraph of an answer speaks about if it names no clause: that of which it was asked, if it was asked of
    one provision, says more than thanks, and names no other document; one that is_added to an answer also begins with
    "ours" or the like."""
    words = words_of(spoken.paragraph.text)
    if len(_provisions_of(asked_of, lexis)) > 1:
        return
    matches = rules.patterns.find(words)
    is_of_own = any(match.key.role == "own" and match.first < _FIRST for match in matches)
    if not is_of_own and (is_added or len(words) < FEWEST_WORDS):
        return
    roles = {match.key.role for match in matches}
    if "foreign" in roles or ("closes" in roles and len(words) <= _FEW):
        return
    last = next((number - 1 for number in range(1, len(words)) if words[number].follows == ENDED), len(words) - 1)
    sentence = _Sentence(spoken.paragraph.text, words, 0, last + 1, [])
    yield _placed(_passage("provision", sentence, 0, last, rule=f"{language}.clause.answer", about=asked_of), spoken)


def _in_paragraph(
    spoken: Spoken,
    known: Mapping[str, Sequence[Word]] | None,
    language: str,
    lexis: KnownNames,
    rules: TopicRules,
    asked_of: tuple[str, ...],
    last_named: tuple[str, ...],
) -> Iterator[Passage]:
    text = spoken.paragraph.text
    words = known[text] if known is not None else words_of(text)
    starts = [number for number, word in enumerate(words) if word.follows == ENDED or not number]
    sentence_of = dict(zip(starts, [*starts[1:], len(words)], strict=True))
    matches = _that_count(rules.patterns.find(words), lexis, rules, asked_of)
    if not matches:
        return
    here = _parts_named(matches, rules)
    spoken_of = frozenset(clause for match in matches for clause in match.key.about) | set(asked_of)
    # Until the paragraph names a part itself, it speaks of that of which it was asked.
    meant = frozenset(asked_of) & frozenset(rules.about_of(rules.wider)) or here or frozenset(last_named)
    for start, group in groupby(matches, key=lambda match: starts[bisect_right(starts, match.first) - 1]):
        sentence = _Sentence(text, words, start, sentence_of[start], list(group))
        meant = _parts_named(sentence.matches, rules) or meant
        context = _Context(spoken_of=spoken_of, meant=meant)
        offers = sorted(
            _in_sentence(sentence, language, lexis, rules, context), key=lambda each: (each.span.start, each.kind)
        )
        yield from (_placed(each, spoken) for each in offers)


def _parts_named(matches: Iterable[Match[Cue]], rules: TopicRules) -> frozenset[str]:
    return frozenset(clause for match in matches if match.key.id in rules.wider for clause in match.key.about)


def _provisions_of(clauses: Iterable[str], lexis: KnownNames) -> set[str]:
    return {lexis.provision_of.get(clause, clause) for clause in clauses}


def _that_count(
    matches: list[Match[Cue]], lexis: KnownNames, rules: TopicRules, asked_of: tuple[str, ...]
) -> list[Match[Cue]]:
    """Without the topics that say nothing alone, and those that give way to others in the same paragraph."""
    topics = {match.key.id for match in matches if match.key.role == "topic" and not match.key.is_beside}
    told = {
        match.key.id
        for match in matches
        if match.key.is_beside and (rules.parts_of[match.key.id] & topics or set(match.key.about) & set(asked_of))
    }
    topics |= told
    named = [match for match in matches if match.key.role in ("instrument", "dated")]

    def counts(match: Match[Cue]) -> bool:
        cue = match.key
        if cue.role != "topic":
            return True
        if cue.is_beside and cue.id not in told:
            return False
        if any(other.first <= match.first and match.last <= other.last for other in named):
            return False
        wider = rules.wider.get(cue.id)
        if wider is not None and not (
            wider & topics or _provisions_of(cue.about, lexis) & _provisions_of(asked_of, lexis)
        ):
            return False
        takers = rules.yields_to.get((cue.id, cue.is_general), frozenset())
        return not (takers & topics or set(rules.about_of(takers)) - set(cue.about) & set(asked_of))

    return [match for match in matches if counts(match)]


@dataclass(frozen=True, slots=True)
class _Context:
    """spoken_of: clauses of which a paragraph, or its question, speaks by topic. meant: those that tell which of
    several parts is meant."""

    spoken_of: frozenset[str]
    meant: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """words[start:end] of a paragraph, with what the patterns found in them."""

    text: str
    words: Sequence[Word]
    start: int
    end: int
    matches: list[Match[Cue]]

    def of(self, *roles: str) -> list[Match[Cue]]:
        return [match for match in self.matches if match.key.role in roles]

    def written(self, first: int, last: int) -> str:
        return self.text[self.words[first].start : self.words[last].end]


def _placed(passage: Passage, spoken: Spoken) -> Passage:
    quotes = (quote for quote in spoken.paragraph.quotes if quote.of)
    of = next((each.of for each in quotes if each.start <= passage.span.start and passage.span.end <= each.end), "")
    return replace(
        passage,
        span=replace(passage.span, paragraph=spoken.paragraph.id),
        part=spoken.part,
        exchange=spoken.exchange,
        speaker=spoken.speaker,
        attributed_to=(of,) if of else (),
    )


def _in_sentence(
    sentence: _Sentence, language: str, lexis: KnownNames, rules: TopicRules, context: _Context
) -> Iterator[Passage]:
    instruments = _instruments(sentence)
    numbered = list(_numbered(sentence, language, lexis, rules, instruments))
    yield from _provisions([*numbered, *_topical(sentence, numbered)], sentence, lexis, context)
    yield from _stances(sentence, instruments, numbered, language)
    for body in dict.fromkeys(match.key.id for match in sentence.of("body")):
        match = max((each for each in sentence.of("body") if each.key.id == body), key=_length)
        yield _passage("body", sentence, match.first, match.last, rule=match.key.rule, about=(body,))
    for match in sentence.of("initiative")[:1]:
        yield _passage("initiative", sentence, match.first, match.last, rule=f"{language}.initiative")
    for match in sentence.of("proposes")[:1]:
        last = min(sentence.end - 1, match.first + MOST_WORDS)
        trigger = (sentence.written(match.first, match.last),)
        yield _passage("proposal", sentence, match.first, last, rule=f"{language}.proposal", trigger=trigger)


def _length(match: Match[Cue]) -> int:
    return match.end - match.start


def _passage(
    kind: Kind,
    sentence: _Sentence,
    first: int,
    last: int,
    *,
    rule: str,
    about: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
    trigger: tuple[str, ...] = (),
) -> Passage:
    words = sentence.written(first, last)
    span = Span(paragraph="", start=sentence.words[first].start, end=sentence.words[last].end)
    return Passage(
        kind=kind,
        span=span,
        words=words,
        part="opening",
        about=about,
        topics=topics,
        rule=rule,
        trigger=trigger or (words,),
    )


# Clauses by number


def _numbered(
    sentence: _Sentence, language: str, lexis: KnownNames, rules: TopicRules, instruments: list[Match[Cue]]
) -> Iterator[_Mention]:
    words = sentence.words[: sentence.end]
    visited: set[int] = set()
    for noun in sentence.of("clause"):
        if noun.first in visited:
            continue
        visited.update(range(noun.first, noun.last + 1))
        numbers = list(rules.reader.numbers(sentence.text, words, noun.first, noun.last))
        if not numbers:
            continue
        last = max(each.last for each in numbers)
        if _is_of_another(sentence, min(each.first for each in numbers), max(last, noun.last)):
            continue
        named = next(
            (each.key.id for each in instruments if 0 < each.first - last <= _FOREIGN and not _is_general(each)), ""
        )
        for number in numbers:
            clause = clause_of(number.number, lexis.clauses)
            rule = f"{language}.clause.{'ordinal' if number.is_spelled_out else 'number'}"
            about: tuple[str, ...] = (clause,) if clause else ()
            if lexis.clauses and not clause:
                rule = f"{language}.clause.unknown"
            elif clause and named and lexis.instrument_of.get(clause, named) != named:
                # The number is one of another instrument, whose own clauses are counted apart.
                rule, about = f"{language}.clause.unknown", ()
            yield _Mention(first=number.first, last=number.last, about=about, rule=rule)


def _is_general(match: Match[Cue]) -> bool:
    return match.key.rule.endswith(".general")


def _is_of_another(sentence: _Sentence, first: int, last: int) -> bool:
    """Whether the number beside it is one of a law, a charter, a resolution: none of the watch's."""
    for match in sentence.of("foreign"):
        between = range(last + 1, match.first + 1) if match.first > last else range(match.last + 1, first + 1)
        is_near = len(between) <= _FOREIGN
        if is_near and all(sentence.words[number].follows == JOINED for number in between):
            return True
    return False


# Clauses by topic


def _topical(sentence: _Sentence, numbered: list[_Mention]) -> Iterator[_Mention]:
    matches = sentence.of("topic")
    occupied = {number for mention in numbered for number in range(mention.first, mention.last + 1)}
    at_word: dict[int, list[Match[Cue]]] = {}
    for match in matches:
        for number in range(match.first, match.last + 1):
            at_word.setdefault(number, []).append(match)
    for match in matches:
        if match.first in occupied and match.last in occupied:
            continue
        if any(_is_within(match, other) for other in at_word[match.first]):
            continue
        cue = match.key
        yield _Mention(first=match.first, last=match.last, about=cue.about, topic=cue.id, rule=cue.rule)


def _is_within(match: Match[Cue], other: Match[Cue]) -> bool:
    """Whether its words are part of longer words for another topic: "heavy weapons" of "storage of heavy weapons"."""
    if other.key.id == match.key.id or not (other.first <= match.first and match.last <= other.last):
        return False
    if other.last - other.first == match.last - match.first:
        return False
    return "..." not in other.pattern or match.first == other.first or match.last == other.last


def _provisions(
    mentions: Sequence[_Mention], sentence: _Sentence, lexis: KnownNames, context: _Context
) -> Iterator[Passage]:
    """One offer for each clause."""
    groups: dict[tuple[tuple[str, ...], str], list[_Mention]] = {}
    for mention in mentions:
        about = _narrowed(mention.about, mention.topic, mentions, lexis, context)
        # Of what names no clause each topic and each number is an offer of its own.
        apart = "" if about else mention.topic or str(mention.first)
        groups.setdefault((about, apart), []).append(mention)
    placed: dict[tuple[int, int], Passage] = {}
    clauses: set[str] = set()
    for (about, _), group in groups.items():
        rest = tuple(clause for clause in about if clause not in clauses)
        if about and not rest:
            continue
        clauses.update(rest)
        best = max(group, key=lambda each: sentence.words[each.last].end - sentence.words[each.first].start)
        passage = _passage(
            "provision",
            sentence,
            best.first,
            best.last,
            rule=best.rule,
            about=rest,
            topics=_each_once(each.topic for each in group),
            trigger=_each_once(sentence.written(each.first, each.last) for each in group),
        )
        before = placed.get((best.first, best.last))
        if before is not None:
            passage = replace(
                before,
                about=_each_once((*before.about, *passage.about)),
                topics=_each_once((*before.topics, *passage.topics)),
                trigger=_each_once((*before.trigger, *passage.trigger)),
            )
        placed[best.first, best.last] = passage
    yield from placed.values()


def _narrowed(
    about: tuple[str, ...], topic: str, mentions: Sequence[_Mention], lexis: KnownNames, context: _Context
) -> tuple[str, ...]:
    """The narrower of two: the store that is named of several stores, the part of a clause that is called by number."""
    is_numbered = not topic
    named = [each for each in {other.about: None for other in mentions} if is_narrower(each, about, lexis)]
    if named and len(about) > 1:
        return max(named, key=len)
    clauses = context.spoken_of if is_numbered else context.meant
    parts = (clause for clause in sorted(clauses) if clause in about or lexis.provision_of.get(clause) in about)
    narrow = tuple(parts)
    return narrow if narrow and is_narrower(narrow, about, lexis) else about


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


# Instruments


def _instruments(sentence: _Sentence) -> list[Match[Cue]]:
    """The instruments that are named; of names within each other the longest, none of another treaty."""
    dated = [match for match in sentence.of("dated") if match.last - match.first <= WIDEST_DATED]
    named = [*sentence.of("instrument"), *dated]
    longest = [
        match
        for match in named
        if not any(
            other.first <= match.first and match.last <= other.last and _length(other) > _length(match)
            for other in named
        )
    ]
    foreign = sentence.of("foreign")
    return [
        match
        for match in longest
        if not (
            _is_general(match)
            and any(match.first <= other.last + 1 and other.first <= match.last + 3 for other in foreign)
        )
    ]


def _stances(
    sentence: _Sentence, instruments: list[Match[Cue]], numbered: list[_Mention], language: str
) -> Iterator[Passage]:
    """What reaffirms or questions an instrument or a clause, from the verb to what it is about."""
    negations = [match.last for match in sentence.of("negates")]
    objects: list[tuple[int, int, tuple[str, ...]]] = [(each.first, each.last, (each.key.id,)) for each in instruments]
    objects += [(each.first, each.last, each.about) for each in numbered if each.about]
    kinds: tuple[tuple[Kind, str], ...] = (("questioning", "questions"), ("reaffirmation", "reaffirms"))
    is_questioned = False
    for kind, role in kinds:
        for verb in sorted(sentence.of(role), key=_length, reverse=True):
            near = [
                (abs(first - verb.first), first, last, about)
                for first, last, about in objects
                if max(first - verb.last, verb.first - last) <= _NEAR
            ]
            own = {word.spelt for word in words_of(verb.pattern)}
            is_negated = any(
                0 < verb.first - place <= _NEGATED
                or (verb.first <= place <= verb.last and sentence.words[place].spelt not in own)
                for place in negations
            )
            if not near or (kind == "reaffirmation" and (is_negated or is_questioned)):
                continue
            _, first, last, about = min(near)
            is_questioned = kind == "questioning"
            yield _passage(
                kind,
                sentence,
                min(first, verb.first),
                max(last, verb.last),
                rule=f"{language}.{kind}",
                about=about,
                trigger=(sentence.written(verb.first, verb.last),),
            )
            break
