"""What was accepted of official statements → what one recipient is told of it: the rule, before any format.

1. Only what a person accepted, changed or added leaves, and nothing that was taken back. What a rule offered does not.
2. The statement was known at the moment up to which the recipient is told anything (`known_until`); what is decided of
   it is known since then too, whenever that was decided: these are public words.
3. A statement of which nobody said whose it is, and whose page is not known either, is cited to nobody outside.
4. Words that name a person leave only if a person said that they may. A speaker is told by the office that is stated,
   by name only where such a passage of the same speaker may leave and it was not about another person's name. Title,
   place, office and host that name a person who is not told stay inside likewise.
5. What the record has beside a claim, notes, rules and what people decided against never leave.

What is held back is counted nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trucewatch.model.annotations import Annotation, Passage
from trucewatch.model.letters_as_seen import alike_letters, seen_letters
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.statement_record import OfficialStatement, StatementVersion, later_version
from trucewatch.model.statements import Speaker, Statement
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.known_until import known_until

_LETTERS: Final = re.compile(r"[^\W\d_]+")
NamesIn = Callable[[str], Collection[str]]
"""The names of persons that stand in a text, beside those of the speakers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One version of one copy with its words, as the store has them; `annotations`: those of the whole statement."""

    record: OfficialStatement
    version: StatementVersion
    statement: Statement

    @property
    def annotations(self) -> Iterator[Annotation]:
        """What was said in this version, as people decided it: its words stand in this text."""
        for each in self.record.annotations:
            if each.stands and (each.language, each.version) == (self.version.language, self.version.version):
                yield each


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedPassage:
    """One thing that was said. by: the id of who speaks, "" where that is nobody's turn; undertaking: `U-3` or ""."""

    code: str
    passage: Passage
    by: str
    undertaking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedStatement:
    """A statement as a recipient may cite it. title: "" where it names a person who is not told. speakers: id → what
    they are called to this recipient; "" for an office that is not stated. later_version: the last one of the copy that
    was known by then, 0 if it is this."""

    code: str
    kind: str
    language: str
    version: int
    later_version: int
    day: date | None
    spoken_at: datetime | None
    place: str
    voice: str
    publisher: str
    title: str
    speakers: tuple[tuple[str, str], ...]
    passages: tuple[ReleasedPassage, ...]
    is_simulated: bool
    known_at: datetime


def release_statements(
    rows: Iterable[StatementRow], watch: Watch, recipient: Recipient, *, as_of: datetime, names_in: NamesIn
) -> tuple[ReleasedStatement, ...]:
    """What a recipient may have of these, in the order of their days and numbers; those of which it may have nothing
    are left out."""
    until = known_until(as_of, recipient, watch.zone)
    is_inside = keeps_ids(recipient, watch.agreement)
    released = (_released(row, until, is_inside=is_inside, names_in=names_in) for row in rows)
    told = [each for each in released if each is not None]
    return tuple(sorted(told, key=lambda each: (each.day or date.min, int(each.code[2:]), each.language)))


def _released(row: StatementRow, until: datetime, *, is_inside: bool, names_in: NamesIn) -> ReleasedStatement | None:
    version, statement = row.version, row.statement
    if version.known_at > until or not version.stands:
        return None
    if not is_inside and not (version.voice or statement.publisher):
        return None
    annotations = [
        each
        for each in row.annotations
        if each.known_at <= until and each.passage.words and may_leave(each, statement.speakers, names_in)
    ]
    if not annotations:
        return None
    named = {each.passage.speaker for each in annotations if each.may_leave and _is_of_speaker(each, statement)}
    hidden = [each for each in statement.speakers if each.id not in named]
    known = [each for each in statement.speakers if each.id in named]

    def without_names(text: str) -> str:
        """The text, "" where it names a person who is not told."""
        others = [name for name in _names_seen(text, names_in) if not names_one_of(name, known)]
        return "" if others or names_one_of(text, hidden) else text

    return ReleasedStatement(
        code=row.record.code,
        kind=version.kind,
        language=version.language,
        version=version.version,
        later_version=later_version(row.record, version.language, version.version, until),
        day=statement.day,
        spoken_at=statement.spoken_at,
        place=without_names(statement.place),
        voice=version.voice,
        publisher=without_names(statement.publisher),
        title=without_names(statement.title),
        speakers=tuple(
            (each.id, ", ".join(filter(None, (each.name if each.id in named else "", without_names(each.role)))))
            for each in statement.speakers
            if not each.is_moderator
        ),
        passages=tuple(_released_said(each) for each in in_order_spoken(annotations, statement)),
        is_simulated=version.is_simulated,
        known_at=max(version.known_at, *(each.known_at for each in annotations)),
    )


def whole_statement(row: StatementRow, until: datetime) -> ReleasedStatement:
    """The centre's own copy of a statement: its head with every name, and all that people accepted in it by `until`.
    It is no release, and leaves to nobody."""
    version, statement = row.version, row.statement
    annotations = [each for each in row.annotations if each.known_at <= until and each.passage.words]
    return ReleasedStatement(
        code=row.record.code,
        kind=version.kind,
        language=version.language,
        version=version.version,
        later_version=later_version(row.record, version.language, version.version, until),
        day=statement.day,
        spoken_at=statement.spoken_at,
        place=statement.place,
        voice=version.voice,
        publisher=statement.publisher,
        title=statement.title,
        speakers=tuple(
            (each.id, ", ".join(filter(None, (each.name, each.role))))
            for each in statement.speakers
            if not each.is_moderator
        ),
        passages=tuple(_released_said(each) for each in in_order_spoken(annotations, statement)),
        is_simulated=version.is_simulated,
        known_at=max((version.known_at, *(each.known_at for each in annotations))),
    )


def _released_said(annotation: Annotation) -> ReleasedPassage:
    return ReleasedPassage(
        code=annotation.code,
        passage=annotation.passage,
        by=annotation.passage.speaker,
        undertaking=annotation.leads_to if annotation.leads_to.startswith("U-") else "",
    )


def may_leave(annotation: Annotation, speakers: Sequence[Speaker], names_in: NamesIn) -> bool:
    """Whether a passage names no person, or a person said that it may leave all the same."""
    passage = annotation.passage
    if annotation.may_leave:
        return True
    texts = (passage.words, passage.by_words, *passage.attributed_to, *passage.who, *passage.to, *passage.trigger)
    return not passage.people and not any(_names_seen(text, names_in) or names_one_of(text, speakers) for text in texts)


def names_one_of(text: str, speakers: Sequence[Speaker]) -> bool:
    """Whether a text has a word that is the last word of a speaker's name, or that word with another ending; of a name
    in Cyrillic any word of it: surnames stand first there too."""
    stems = {stem for each in speakers for stem in _stems(each.name)}
    # An address has no capitals.
    words = _LETTERS.findall(alike_letters(text if " " in text else text.title()))
    return any(word[:1].isupper() and _begins(word.casefold(), stem) for word in words for stem in stems)


def _names_seen(text: str, names_in: NamesIn) -> set[str]:
    """The names that stand in a text, also those that stand there only for a reader's eye."""
    return {*names_in(text), *names_in(seen_letters(text))}


def _stems(name: str) -> list[str]:
    """What stays of the words of a name in every case; initials are none."""
    words = [word for word in _LETTERS.findall(seen_letters(name)) if len(word) > 1]
    plain = [alike_letters(word).casefold() for word in words]
    if any("\u0400" <= word[0] <= "\u058f" for word in words):  # Cyrillic and Armenian, whose endings change
        return [word[: max(4, len(word) - 2)] for word in plain]
    return plain[-1:]


def _begins(word: str, stem: str) -> bool:
    return word == stem or (len(stem) > 3 and word.startswith(stem))


def _is_of_speaker(annotation: Annotation, statement: Statement) -> bool:
    """Whether what may leave is the name of who speaks, and not that of somebody whom the words name."""
    passage = annotation.passage
    speaker = statement.speaker(passage.speaker)
    return speaker is not None and (
        not passage.people or any(names_one_of(text, [speaker]) for text in (passage.words, *passage.people))
    )


def in_order_spoken(annotations: Iterable[Annotation], statement: Statement) -> list[Annotation]:
    """In the order of the text; what stands in paragraphs that are there no more comes last."""
    place = {each.paragraph.id: number for number, each in enumerate(statement.spoken())}
    last = len(place)
    return sorted(
        annotations,
        key=lambda each: (place.get(each.passage.span.paragraph, last), each.passage.span.start, each.number),
    )
