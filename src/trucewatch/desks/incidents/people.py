"""What each giver states of the people killed and injured in an incident, as rows of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trucewatch.desks.incidents.detail import IncidentDetail
from trucewatch.locale.terms import perceived_word, person_status_word
from trucewatch.model.people import PEOPLE_NUMBERS, PeopleReported
from trucewatch.reports.people_words import figure_of, giver_words
from trucewatch.server.formatting import Telling

MOST_LETTERS: Final = 24


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
    """The first of them, and "…" where there are more."""


def people_rows(detail: IncidentDetail, telling: Telling, *, first: int, count: int) -> list[PeopleRow]:
    """A row for every statement of a part of them, in the order of the incident; none is made of two others."""
    statements = detail.incident.people[first : first + count]
    return [_row(statement, detail.letters, telling) for statement in statements]


def _row(statement: PeopleReported, letters: Mapping[str, str], telling: Telling) -> PeopleRow:
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
        letters=_few([letters[name] for name in statement.observations if name in letters]),
    )


def _few(letters: list[str]) -> tuple[str, ...]:
    return (*letters[:MOST_LETTERS], "…") if len(letters) > MOST_LETTERS else tuple(letters)
