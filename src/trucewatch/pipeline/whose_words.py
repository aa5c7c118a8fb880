"""Whose "we" a passage is, where its words name nobody: the side of the speaker's office, else that of the statement."""

from __future__ import annotations

from typing import Final

from trucewatch.annotation.known_names import known_names_of
from trucewatch.annotation.place_spellings import names_in
from trucewatch.model.annotations import Passage
from trucewatch.model.statement_record import StatementVersion
from trucewatch.model.statements import Statement
from trucewatch.model.watch import Watch

_OF_SEVERAL: Final = "joint_statement"


def own_side(passage: Passage, text: Statement, copy: StatementVersion, watch: Watch) -> str:
    """The party, body or delegation that means itself; "" where that is not known: of reported words, of a joint
    statement, and of a speaker whose office names several sides of which none is that of the statement.

    A guest on the other side's page speaks for his own.
    """
    if passage.attributed_to or text.kind == _OF_SEVERAL or copy.kind == _OF_SEVERAL:
        return ""
    speaker = text.speaker(passage.speaker)
    if speaker is None:
        return copy.voice
    office = f"{speaker.name}, {speaker.role}" if speaker.role else speaker.name
    parties = set(watch.agreement.party_ids)
    named = {name for name, *_ in names_in(office, text.language, known_names_of(watch)) if name in parties}
    if not named or copy.voice in named:
        return copy.voice
    return named.pop() if len(named) == 1 else ""
