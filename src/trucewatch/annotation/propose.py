"""What is offered to an editor of a statement: everything that the rules saw, in the order of the text."""

from __future__ import annotations

from dataclasses import replace

from trucewatch.annotation.assertions import assertions_in
from trucewatch.annotation.clause_readings import with_clauses
from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.long_paragraphs import in_pieces, in_place
from trucewatch.annotation.patterns import words_of
from trucewatch.annotation.people_named import strangers_in
from trucewatch.annotation.topics import topics_in
from trucewatch.model.annotations import KINDS, OFFERED_IN, Kind, Passage
from trucewatch.model.statements import LANGUAGES, Statement


def propose(statement: Statement, lexis: KnownNames) -> tuple[Passage, ...]:
    """Offers for one statement, each with its words and its rule. Nothing is decided here, and nothing is recorded.

    The same statement and names give the same offers. Empty for a language whose structure is not read.
    """
    whole = statement
    statement, origins = in_pieces(whole)
    order = {spoken.paragraph.id: number for number, spoken in enumerate(whole.spoken())}
    words = {spoken.paragraph.text: words_of(spoken.paragraph.text) for spoken in statement.spoken()}
    speakers = tuple(each.name for each in statement.speakers)
    topics = tuple(
        replace(each, people=strangers_in(each.words, lexis, speakers=speakers))
        for each in topics_in(statement, lexis, words)
    )
    assertions = with_clauses(assertions_in(statement, lexis, words), topics)
    placed = (in_place(each, origins) for each in (*topics, *assertions))
    offers = {offer.key: offer for offer in placed}
    return tuple(
        sorted(
            offers.values(),
            key=lambda passage: (order[passage.span.paragraph], passage.span.start, KINDS.index(passage.kind)),
        )
    )


def not_offered(language: str) -> tuple[Kind, ...]:
    """The kinds that no rule offers in this language, which pages say plainly.

    >>> not_offered("en"), not_offered("hy")
    ((), ('reading', 'commitment', 'claim', 'denial'))
    """
    if language not in LANGUAGES:
        return KINDS
    return tuple(kind for kind in KINDS if OFFERED_IN[kind] != ("*",) and language not in OFFERED_IN[kind])
