"""What each giver states of the people killed and injured in an incident, as rows of its page."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.desks.incidents.detail import IncidentDetail
from trucewatch.locale.terms import perceived_word, person_status_word
from trucewatch.model.people import PEOPLE_NUMBERS, PeopleReported
from trucewatch.reports.people_words import figure_of, giver_words
from trucewatch.server.formatting import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRow:
    """One giver's statement in words. A figure that is not stated is empty; `letters`: its observations on the page."""

    giver: str
    day: str
    killed: str
    injured: str
    not_told_apart: str
    status: str
    perceived: str
    letters: tuple[str, ...]


def people_rows(detail: IncidentDetail, telling: Telling) -> list[PeopleRow]:
    """A row for every statement, in the order of the incident; none is made of two others."""
    letters = {member.name: member.letter for member in detail.members}
    return [_row(statement, letters, telling) for statement in detail.incident.people]


def _row(statement: PeopleReported, letters: dict[str, str], telling: Telling) -> PeopleRow:
    words = telling.words
    numbers = {name: getattr(statement, name) for name in PEOPLE_NUMBERS}
    return PeopleRow(
        giver=giver_words(statement, telling.watch, words)
        or words.gettext("the largest number that anybody stated; an earlier version did not keep whose"),
        day=words.short_day(statement.day) if statement.day else "",
        killed=figure_of(numbers, "killed", words),
        injured=figure_of(numbers, "injured", words),
        not_told_apart=figure_of(numbers, "harm", words),
        status=person_status_word(statement.status, words),
        perceived=perceived_word(statement.perceived, words),
        letters=tuple(letters[name] for name in statement.observations if name in letters),
    )
