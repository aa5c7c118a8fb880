"""Whose "we" a passage is, where its words name nobody: that of the statement, unless who speaks is of another side."""

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
    """The party, body or delegation that means itself; "" where a person has to say: of reported words, of a joint
    statement, and of a speaker whose office names parties, and not the one whose statement it is (a guest on the other
    side's page). Which of them the guest speaks for is not guessed: a head may be misread.
    """
    if passage.attributed_to or _OF_SEVERAL in (text.kind, copy.kind):
        return ""
    speaker = text.speaker(passage.speaker)
    if speaker is None:
        return copy.voice
    office = f"{speaker.name}, {speaker.role}" if speaker.role else speaker.name
    parties = set(watch.agreement.party_ids)
    named = {name for name, *_ in names_in(office, text.language, known_names_of(watch)) if name in parties}
    return copy.voice if not named or copy.voice in named else ""
