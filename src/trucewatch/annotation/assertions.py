"""A statement → commitments, claims of fact, denials and readings of clauses that its words carry, in English and
Russian, each offered by a rule that has a name (`annotation/rules`).

Offered is what the speaker says in his own voice or reports of somebody who is named. What stands in a question is
nobody's, what a moderator says neither; what is supposed, repeated or asked back is none. `who` is () for "we": the
page takes the voice of the statement. Limits: one sentence at a time; what a pronoun stands for is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from trucewatch.annotation.clause_spans import Piece, pieces_of
from trucewatch.annotation.commitments import DueDay, doer_beside, due_day_in, is_doer, sides_after, within_term
from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.named_runs import Named, NamedRuns, runs_of
from trucewatch.annotation.patterns import Word
from trucewatch.annotation.people_named import people_in
from trucewatch.annotation.reported_speech import NOBODY, OWN, SpeechWords, Voice, voices_of
from trucewatch.annotation.rule_files import Rule, RuleMatch, RuleSet, has_match, matches_in, rules_of
from trucewatch.annotation.rule_patterns import Clause, Pattern, Words, tokens_of
from trucewatch.annotation.sentences import sentences
from trucewatch.annotation.values import values_in
from trucewatch.model.annotations import Kind, Passage, Span, Value
from trucewatch.model.statements import Paragraph, Spoken, Statement

_ASKED_BACK: Final = "?"
_LONGEST_SENTENCE: Final = 4000
"""Characters; no speech has a longer sentence, and what is offered must be read by somebody."""
_QUOTED_WORDS: Final = 4
"""A quotation of fewer words is a turn of phrase within the speaker's own sentence."""


_QUOTING: Final = '"“„«'
_NO: Final = frozenset({"no", "not", "не", "ни"})
_PASSED_ON: Final = ("premise", "hearsay")
_UNREAL: Final = ("hypothesis", "hearsay")
"""Guards of clauses in which nothing is denied either."""
_DENIES: Final = (".denial.false", ".denial.rejects")
_APART: Final = frozenset({";", "—", "–"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pick:
    """What a rule offers of one clause."""

    rule: Rule
    kind: Kind
    clause: Clause
    voice: Voice
    first: int
    end: int
    pattern: Pattern
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What stays the same over a statement."""

    statement: Statement
    lexis: KnownNames
    rules: RuleSet
    names: NamedRuns
    speech: SpeechWords
    own_ids: frozenset[str]
    words: Mapping[str, Sequence[Word]]


def assertions_in(
    statement: Statement, lexis: KnownNames, words: Mapping[str, Sequence[Word]] | None = None
) -> Iterator[Passage]:
    """What is offered, in the order of the text; nothing for a language without rules.

    words: text of a paragraph → its `patterns.words_of`, if they are at hand; what is not there is read here.
    """
    rules = rules_of(statement.language)
    if rules is None:
        return
    names = runs_of(lexis, statement.language)
    by_speaker: dict[str, _Reader] = {}
    moderators = {each.id for each in statement.speakers if each.is_moderator}
    for spoken in statement.spoken():
        if spoken.part == "question" or spoken.speaker in moderators:
            continue
        reader = by_speaker.get(spoken.speaker)
        if reader is None:
            speaker = statement.speaker(spoken.speaker)
            reader = by_speaker[spoken.speaker] = _Reader(
                statement=statement,
                lexis=lexis,
                rules=rules,
                names=names,
                speech=_speech_words(statement.language),
                own_ids=names.sides_named(speaker.role if speaker and speaker.role else statement.title),
                words={} if words is None else words,
            )
        yield from _in_paragraph(reader, spoken)


@lru_cache(maxsize=4)
def _speech_words(language: str) -> SpeechWords:
    rules = rules_of(language)
    assert rules is not None
    return SpeechWords.of(rules.lists, rules.by_words)


def _in_paragraph(reader: _Reader, spoken: Spoken) -> Iterator[Passage]:
    paragraph = spoken.paragraph
    text = paragraph.text
    language = reader.statement.language
    named = reader.names.find(text, reader.words.get(text))
    values: tuple[Value, ...] | None = None
    carried = OWN
    vocabulary = reader.rules.vocabulary
    for start, end in sentences(text, language):
        if _is_question(text, start, end) or end - start > _LONGEST_SENTENCE:
            continue
        pieces = pieces_of(tokens_of(text, vocabulary, start, end), language, vocabulary)
        if not pieces:
            continue
        clauses = [_clause_of(reader, piece, named) for piece in pieces]
        voices = voices_of(text, pieces, clauses, reader.speech)
        voices, carried = _with_quotes(paragraph, clauses, voices, carried)
        picks = _picks(reader, spoken, pieces, clauses, voices)
        _read_whole(picks, voices)
        if not any(picks):
            continue
        if values is None:
            values = values_in(text, language, reader.lexis, year_of=reader.statement.day)
        is_conditional = any(_is_condition(reader, each) for each in pieces)
        for group in _groups(picks, pieces):
            extent = _extent(reader, pieces, picks, clauses, voices, group)
            offer = _offer(reader, spoken, group, values, named, *extent)
            yield replace(offer, is_soft=True) if is_conditional and offer.kind == "commitment" else offer


def _is_question(text: str, start: int, end: int) -> bool:
    return _ASKED_BACK in text[max(start, end - 4) : end]


def _clause_of(reader: _Reader, piece: Piece, named: Sequence[Named]) -> Clause:
    present = 0
    for token in piece.words:
        present |= token.mask
    clause = Clause(tokens=piece.words, commas=piece.commas, stop=reader.rules.vocabulary.bits["stop"], present=present)
    reader.names.mark(clause, named, reader.rules, reader.own_ids)
    return clause


def _with_quotes(
    paragraph: Paragraph, clauses: Sequence[Clause], voices: Sequence[Voice], carried: Voice
) -> tuple[list[Voice], Voice]:
    """The voices with those of quotations. carried: the voice of a quotation that goes on from the sentence before."""
    changed: list[Voice] = []
    for clause, voice in zip(clauses, voices, strict=True):
        start, end = clause.tokens[0].start, clause.tokens[-1].end
        quote = next((each for each in paragraph.quotes if each.start <= start and end <= each.end), None)
        if quote is None or len(paragraph.text[quote.start : quote.end].split()) < _QUOTED_WORDS:
            changed.append(voice)
            continue
        if voice is not OWN:
            carried = voice
            changed.append(voice)
        elif quote.of:
            changed.append(Voice(name=quote.of, ids=carried.ids if carried.name == quote.of else ()))
        elif quote.start == 0 and quote.end >= len(paragraph.text) - 1:
            changed.append(voice)
        else:
            changed.append(carried if carried is not OWN else NOBODY)
    return changed, carried


def _picks(
    reader: _Reader, spoken: Spoken, pieces: Sequence[Piece], clauses: Sequence[Clause], voices: Sequence[Voice]
) -> list[_Pick | None]:
    picks: list[_Pick | None] = []
    is_supposed = False
    for number, (piece, clause, voice) in enumerate(zip(pieces, clauses, voices, strict=True)):
        is_frame = number + 1 < len(pieces) and pieces[number + 1].is_said_that
        matches = _matches(reader, clause, voice)
        if not matches and not is_frame:
            is_supposed = is_supposed and piece.is_said_that
            picks.append(None)
            continue
        guards = {
            reader.rules.guards[key].id
            for key, _, _, _ in matches_in(clause, reader.rules.guard_index)
            if not has_match(clause, reader.rules.guards[key].unless)
        }
        is_unreal = any(each.endswith(_UNREAL) for each in guards)
        # "Suppose that the Commission says that": what it would say is as little its word as its saying so.
        is_premise = any(each.endswith(_PASSED_ON) for each in guards) or (is_frame and is_unreal)
        is_supposed = (is_supposed and piece.is_said_that) or is_premise
        is_barred = bool(guards) or is_supposed or voice.is_nobodys
        pick = _pick(reader, spoken, clause, OWN if is_barred and not voice.name else voice, matches)
        is_repeated = (
            (voice.is_nobodys or is_supposed)
            and piece.is_said_that
            and number > 0
            and not _ends_in_hearsay(reader, pieces[number - 1])
        )
        if is_barred and (is_unreal or is_repeated or pick is None or not pick.rule.id.endswith(_DENIES)):
            # What is repeated is nobody's, but that it is untrue is the speaker's word.
            picks.append(None)
            continue
        picks.append(None if is_frame and pick is not None and pick.kind == "claim" else pick)
    return picks


def _ends_in_hearsay(reader: _Reader, piece: Piece) -> bool:
    """Whether what follows is what a report says, which the sentence may call false: "the claim that … is untrue"."""
    hearsay = reader.rules.lists.get("hearsay")
    return hearsay is None or hearsay.has(piece.words[-1].low)


def _matches(reader: _Reader, clause: Clause, voice: Voice) -> list[RuleMatch]:
    """Every match of a rule in a clause, in the order of the rules."""
    rules = reader.rules
    if voice is not OWN:
        reported = rules.vocabulary.bits["reported"]
        clause.runs["reported"] = {at: at + 1 for at, token in enumerate(clause.tokens) if reported & token.mask}
    return sorted(matches_in(clause, rules.rule_index), key=lambda match: (match[0], match[1]))


def _pick(reader: _Reader, spoken: Spoken, clause: Clause, voice: Voice, matches: Sequence[RuleMatch]) -> _Pick | None:
    """What the first rule offers that nothing withdraws."""
    rules = reader.rules
    withdrawn: set[int] = set()
    for key, first, end, pattern in matches:
        rule = rules.rules[key]
        if key in withdrawn or rule.kind is None:
            continue
        if has_match(clause, rule.unless):
            withdrawn.add(key)
            continue
        if "reported_voice" in rule.needs and voice is OWN:
            continue
        if not all(_holds(reader, spoken, clause, need) for need in rule.needs if need != "reported_voice"):
            continue
        kind: Kind = rule.kind
        return _Pick(rule=rule, kind=kind, clause=clause, voice=voice, first=first, end=end, pattern=pattern, order=key)
    return None


def has_value(runs: Mapping[str, Mapping[int, int]]) -> bool:
    """Whether a number, a day or a place stands among runs."""
    return bool(runs.get("number") or runs.get("day") or runs.get("place"))


def _holds(reader: _Reader, spoken: Spoken, clause: Clause, need: str) -> bool:
    """Whether a clause holds what a rule needs beside its pattern; a name that is none of these is a list's."""
    runs = clause.runs
    if need in ("day", "to_come"):
        return bool(runs.get(need))
    if need == "in_quotes":
        text = spoken.paragraph.text
        first, last = clause.tokens[0].start, clause.tokens[-1].end
        return any(sign in text[max(0, first - 1) : last + 1] for sign in _QUOTING)
    if need == "answered":
        return spoken.part == "answer"
    if need == "answered_or_bare":
        # Told unasked, with a number or a day, that nothing happened is a report of how it was.
        return spoken.part == "answer" or not has_value(runs)
    if need == "value_or_other_side":
        return has_value(runs) or bool(
            runs.get("party")
            or runs.get("body")
            or runs.get("organ")
            or any(token.low in _NO for token in clause.tokens)
        )
    if need == "value_or_none":
        return has_value(runs) or any(token.low in _NO for token in clause.tokens)
    if need == "planned":
        return bool(runs.get("day") or runs.get("number") or runs.get("body") or runs.get("party"))
    if need == "value":
        return has_value(runs)
    if need == "value_or_side":
        return has_value(runs) or bool(
            runs.get("party") or runs.get("body") or runs.get("own") or runs.get("sides") or runs.get("organ")
        )
    words = reader.rules.lists[need]
    return any(words.has(token.low) for token in clause.tokens)


def _groups(picks: Sequence[_Pick | None], pieces: Sequence[Piece]) -> Iterator[list[_Pick]]:
    """Picks that stand together: clauses of one kind in one voice, one after another or with one between them."""
    group: list[_Pick] = []
    last = -9
    for number, pick in enumerate(picks):
        if pick is None:
            continue
        if group and (pick.kind != group[0].kind or pick.voice != group[0].voice or number - last > 2):
            yield group
            group = []
        group.append(pick)
        last = number
    if group:
        yield group


def _read_whole(picks: list[_Pick | None], voices: Sequence[Voice]) -> None:
    """In a sentence that reads a clause, what it says to be so in general belongs to the reading."""
    reading = next((pick for pick in picks if pick is not None and pick.kind == "reading"), None)
    if reading is None:
        return
    for number, pick in enumerate(picks):
        if pick is not None and pick.rule.id.endswith(("claim.state", "none_was")) and voices[number] == reading.voice:
            picks[number] = replace(reading, clause=pick.clause, first=pick.first, end=pick.end)


def _extent(
    reader: _Reader,
    pieces: Sequence[Piece],
    picks: Sequence[_Pick | None],
    clauses: Sequence[Clause],
    voices: Sequence[Voice],
    group: Sequence[_Pick],
) -> tuple[int, int]:
    """From where to where the words go: claims and readings with what follows them and is nothing else."""
    last = next(at for at, clause in enumerate(clauses) if clause is group[-1].clause)
    kind = group[0].kind
    that = reader.rules.lists["that"]
    while last + 1 < len(pieces) and picks[last + 1] is None:
        following = pieces[last + 1]
        if kind == "commitment":
            is_part = reader.rules.lists["purpose"].has(following.opener) or _is_condition(reader, following)
        elif kind == "denial" and that.has(following.opener):
            is_part = True  # "It is untrue, that …": what is denied belongs to the denial
        elif voices[last + 1] != group[0].voice:
            is_part = False
        elif kind == "reading":
            is_part = True
        elif kind == "claim":
            is_part = (
                not following.is_said_that
                and following.opener not in _APART
                and not clauses[last + 1].runs.get("own")
                and not any(reader.rules.lists["modal"].has(token.low) for token in following.words)
            )
        else:
            is_part = False
        if not is_part:
            break
        last += 1
    first = next(at for at, clause in enumerate(clauses) if clause is group[0].clause)
    if first and picks[first - 1] is None and kind == "commitment" and _is_condition(reader, pieces[first - 1]):
        first -= 1  # a promise without its condition is another promise
    elif first and picks[first - 1] is None:
        # What is reported is told with who says it; a number after a colon with what it is the number of.
        is_reported = pieces[first].is_said_that and group[0].voice.name and pieces[first].opener != ":"
        is_counted = (
            pieces[first].opener == ":"
            and group[0].kind == "claim"
            and not pieces[first].is_said_that
            and not clauses[first - 1].present & reader.rules.vocabulary.bits["verb"]
        )
        first -= bool(is_reported or is_counted)
    if group[0].rule.id.endswith(_DENIES[0]) and pieces[first].opener != ";":
        # "Talk of …, is an invention": what is called so belongs to the words.
        while first and picks[first - 1] is None and pieces[first].opener != ";":
            first -= 1
    return _start_of(reader, clauses[first]), clauses[last].tokens[-1].end


def _is_condition(reader: _Reader, piece: Piece) -> bool:
    return len(piece.words) > 2 and reader.rules.lists["condition"].has(piece.words[0].low)


def _offer(
    reader: _Reader,
    spoken: Spoken,
    group: Sequence[_Pick],
    values: Sequence[Value],
    named: Sequence[Named],
    start: int,
    end: int,
) -> Passage:
    text = spoken.paragraph.text
    lead = group[0]
    within = tuple(each for each in values if each.start >= start and each.end <= end)
    due = _due_of(reader, group, within) if lead.kind == "commitment" else None
    who, to = _who_and_to(text, lead, reader.rules.lists)
    speakers = tuple(each.name for each in reader.statement.speakers)
    words = text[start:end]
    return Passage(
        kind=lead.kind,
        span=Span(paragraph=spoken.paragraph.id, start=start, end=end),
        words=words,
        part=spoken.part,
        exchange=spoken.exchange,
        speaker=spoken.speaker,
        attributed_to=(lead.voice.name,) if lead.voice.name else (),
        who=who,
        to=to,
        by_day=due.day if due else None,
        by_bound=due.bound if due else "",
        by_words=text[due.start : due.end] if due else "",
        is_soft=lead.kind == "commitment" and all(each.rule.is_soft for each in group),
        values=within,
        rule=lead.rule.id,
        trigger=tuple(token_text for token_text in _trigger(text, lead)),
        people=people_in(
            words,
            speakers=speakers,
            lexis=[(name_start - start, name_end - start) for _, _, name_start, name_end in named],
        ),
    )


def _start_of(reader: _Reader, clause: Clause) -> int:
    """Where the words begin: after the conjunction that joins the clause to what stands before."""
    opening = reader.rules.lists["opening"]
    first = 0
    while first < len(clause.tokens) - 2 and opening.has(clause.tokens[first].low):
        first += 1
    return clause.tokens[first].start


def _trigger(text: str, pick: _Pick) -> Iterator[str]:
    tokens = pick.clause.tokens
    yield text[tokens[pick.first].start : tokens[max(pick.first, pick.end - 1)].end]


def _due_of(reader: _Reader, group: Sequence[_Pick], values: Sequence[Value]) -> DueDay | None:
    rules = reader.rules
    said_on = reader.statement.day
    for pick in group:
        start, end = pick.clause.tokens[0].start, pick.clause.tokens[-1].end
        inside = [each for each in values if each.start >= start and each.end <= end]
        due = within_term(pick.clause, rules.bounds["within"], rules.units, rules.numbers, said_on)
        due = due_day_in(pick.clause, inside, rules.bounds, said_on) or due
        if due is not None:
            return due
    return None


def _who_and_to(text: str, pick: _Pick, lists: Mapping[str, Words]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    clause = pick.clause
    mark = pick.pattern.first.mark
    ids: tuple[str, ...] = ()
    receiver: tuple[str, ...] = ()
    if mark in ("party", "body", "speaker"):
        ids = (clause.names[pick.first],)
        if not is_doer(clause, pick.first, lists):
            ids, receiver, mark = (), ids, ""
    elif mark in ("sides", "organ") and pick.kind == "commitment":
        end = clause.runs[mark].get(pick.first, pick.first + 1)
        named = [clause.names[at] for at in (end, end + 1, end + 2) if at in clause.names and at < pick.end]
        ids = tuple(named[:1]) or (text[clause.tokens[pick.first].start : clause.tokens[end - 1].end],)
    is_his = mark == "organ" and lists["reported"].has(clause.tokens[pick.first].low)
    is_told = pick.kind != "commitment" and mark not in ("party", "body", "speaker")
    if pick.voice.name and (mark in ("", "own", "reported", "act") or is_his or is_told):
        ids = pick.voice.ids or (pick.voice.name,)
    ids = doer_beside(clause, lists, is_passive="passive" in pick.rule.id) or ids
    to = (*receiver, *sides_after(clause, pick.end - 1, ids + receiver)) if pick.kind == "commitment" else ()
    return ids, to
