"""Grave events as the board tells them: before and whatever the gate says, each giver's numbers beside the others'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from trucewatch.locale.terms import grave_word
from trucewatch.model.incident import Incident
from trucewatch.model.standing import NO_CLAUSE, Standing, is_established
from trucewatch.reports.people_words import people_words
from trucewatch.server.formatting import Telling
from trucewatch.server.snapshot import Bools, Ints, Snapshot

MOST_LINES: Final = 8
"""How many a board names; the others are a link away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraveLine:
    """One grave event. `says`: who says what of people killed and injured, or what is reported hit; `checked`: whether
    it is established or not yet, in words."""

    code: str
    incident: Incident
    says: str
    standing: Standing
    checked: str
    clauses: str
    """What the clauses say of it, or why they say nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The grave events of a view, the newest first. `title` counts them: established, not yet established."""

    title: str
    lines: list[GraveLine]
    more: int


def board_of(snapshot: Snapshot, telling: Telling, mask: Bools | None = None) -> Board | None:
    """The grave events among some rows, or of the whole list; None where there are none."""
    rows = np.flatnonzero(snapshot.grave if mask is None else snapshot.grave & mask)
    if not len(rows):
        return None
    established, not_yet = telling.words.gettext("established"), telling.words.gettext("not yet established")
    no_clause = telling.words.gettext("no clause applies")
    part = rows[:MOST_LINES]
    records = zip(part.tolist(), snapshot.incidents_at(part), snapshot.standings(part), strict=True)
    return Board(
        title=_title(snapshot, rows, telling),
        lines=[
            GraveLine(
                code=snapshot.codes[row],
                incident=incident,
                says=grave_says(incident, telling),
                standing=standing,
                clauses=no_clause if standing.outcome == NO_CLAUSE.outcome else telling.standing(standing),
                checked=established if is_established(standing, incident) else not_yet,
            )
            for row, incident, standing in records
        ],
        more=len(rows) - len(part),
    )


def grave_says(incident: Incident, telling: Telling) -> str:
    """`25 killed according to Lower Valley; 3 killed according to the village hospital`; what is reported hit."""
    words = telling.words
    hit = [grave_word(each, words) for each in incident.grave if each != "killed"]
    people = people_words(incident.people, telling.watch, words)
    return words.gettext("; ").join(part for part in (*hit, people) if part) or grave_word("killed", words)


def _title(snapshot: Snapshot, rows: Ints, telling: Telling) -> str:
    """`Grave events: 2 established, 5 not yet established`, of real and of simulated ones apart."""
    words, titles = telling.words, []
    established = snapshot.grave_established[rows]
    for simulated in (False, True):
        chosen = snapshot.simulated[rows] == simulated
        if chosen.any():
            template = words.gettext("Grave events: {established} established, {open} not yet established")
            if simulated:
                template = words.gettext(
                    "Grave events, simulated: {established} established, {open} not yet established"
                )
            count = int((chosen & established).sum())
            titles.append(
                template.format(established=words.number(count), open=words.number(int(chosen.sum()) - count))
            )
    return ". ".join(titles)
