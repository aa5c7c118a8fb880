"""What givers state of people killed and injured → words, giver by giver; no number here is made of two others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from trucewatch.locale import Words
from trucewatch.locale.reasons import civilian_words, party_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import figure_words, means_word, person_status_word
from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.people import PEOPLE_COUNTED, PEOPLE_NUMBERS, PeopleReported
from trucewatch.model.watch import Watch
from trucewatch.reports.daily_report import Row
from trucewatch.reports.released import ReleasedPeople

Statement = PeopleReported | ReleasedPeople


class Numbers(Protocol):
    """Whatever has the numbers of people by their names."""

    def __getitem__(self, name: str, /) -> Any: ...


def people_words(statements: Sequence[Statement], watch: Watch, words: Words) -> str:
    """`2 killed, 5 injured according to Lower Valley; 3 killed according to village hospital`.

    Empty where nobody states that anybody was killed or injured; else a stated 0 is told too, since it contradicts.
    """
    if not any(getattr(statement, name) for statement in statements for name in PEOPLE_NUMBERS):
        return ""
    is_one_day = len({statement.day for statement in statements}) == 1
    figures: dict[str, dict[str, None]] = {}
    for statement in statements:
        giver = giver_words(statement, watch, words)
        if giver and statement.day is not None and not is_one_day:
            giver = words.gettext("{giver}, {day}").format(giver=giver, day=words.bare_day(statement.day))
        figures.setdefault(giver, {})[statement_words(statement, words)] = None
    parts = []
    for giver, stated in figures.items():
        text = " · ".join(stated)
        if not giver:
            parts.append(text)
        elif len(stated) == 1:
            parts.append(words.gettext("{figures} according to {giver}").format(giver=giver, figures=text))
        else:
            parts.append(
                words.gettext("{figures} according to {giver}, in separate statements").format(
                    giver=giver, figures=text
                )
            )
    return "; ".join(parts)


def giver_words(statement: Statement, watch: Watch, words: Words) -> str:
    """Whose statement it is: the party or body; the source and its device inside, its means alone where it leaves.

    Empty for what earlier versions recorded without its giver.
    """
    if statement.giver_kind in ("party", "body"):
        return party_name(statement.giver, watch, words)
    if statement.giver_kind == "":
        return ""
    if not isinstance(statement, PeopleReported):
        return means_word(statement.means, words)
    if statement.giver in CLAIM_SOURCES:  # whoever called and is nobody's side; who they are stays with their claim
        return civilian_words(statement.sensor, watch, words) if statement.sensor else words.gettext("a caller")
    source = next((source for source in watch.settings.source if source.id == statement.giver), None)
    otherwise = (source.organisation if source else "") or statement.giver
    name = printable(words.name(source.title, otherwise=otherwise) if source else otherwise)
    if not statement.sensor:
        return name
    return words.gettext("{source}, {device}").format(source=name, device=printable(statement.sensor))


def statement_words(statement: Statement, words: Words) -> str:
    """`2 killed, 5 injured (civilian)`"""
    return row_words({name: getattr(statement, name) for name in PEOPLE_NUMBERS}, statement.status, words)


def row_words(numbers: Numbers, status: str, words: Words) -> str:
    """The numbers of people of one statement, with whom they are of; empty where it states none."""
    figures = {what: figure_of(numbers, what, words) for what in PEOPLE_COUNTED}
    told = {
        "killed": words.gettext("{figure} killed"),
        "injured": words.gettext("{figure} injured"),
        "harm": words.gettext("{figure} killed or injured"),
    }
    text = ", ".join(told[what].format(figure=figure) for what, figure in figures.items() if figure)
    whom = person_status_word(status, words)
    return words.gettext("{figures} ({status})").format(figures=text, status=whom) if text and whom else text


def figure_of(numbers: Numbers, what: str, words: Words) -> str:
    """One of the three numbers of a statement: `3 (2 to 5)`; empty where it is not stated."""
    return figure_words(numbers[f"{what}_min"], numbers[f"{what}_best"], numbers[f"{what}_max"], words)


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """What one giver states of one incident: killed and injured apart, a dash where it states no number."""

    number: int
    giver: str
    day: str
    killed: str
    injured: str
    harm: str
    status: str
    checked: str
    simulated: bool


def statements_of(rows: Iterable[Row]) -> list[tuple[Row, ReleasedPeople]]:
    """Every statement of rows of which one gives a number of people, with its row."""
    return [
        (row, statement)
        for row in rows
        if any(getattr(stated, name) for stated in row.incident.people for name in PEOPLE_NUMBERS)
        for statement in row.incident.people
    ]


def people_lines(rows: Sequence[Row], watch: Watch, words: Words, *, most: int | None = None) -> list[PeopleLine]:
    """Every statement of people killed and injured (or the first `most`), a line each, by incident; none is added to
    another."""
    lines = []
    for row, statement in statements_of(rows)[:most]:
        numbers = {name: getattr(statement, name) for name in PEOPLE_NUMBERS}
        killed, injured, harm = (figure_of(numbers, what, words) or "–" for what in PEOPLE_COUNTED)
        lines.append(
            PeopleLine(
                number=row.number,
                giver=giver_words(statement, watch, words) or words.gettext("giver not on record"),
                day=words.bare_day(statement.day) if statement.day else "–",
                killed=killed,
                injured=injured,
                harm=harm,
                status=person_status_word(statement.status, words) or words.gettext("not stated"),
                checked=words.gettext("seen or recorded") if statement.is_checked else words.gettext("not checked"),
                simulated=row.incident.simulated,
            )
        )
    return lines


def people_facts(statements: Sequence[ReleasedPeople]) -> list[str]:
    """The statements in words that need no language, for tables: `AM, 2031-05-03, civilian: killed 3 [2..5]`."""
    facts = []
    for statement in statements:
        numbers = {name: getattr(statement, name) for name in PEOPLE_NUMBERS}
        figures = [f"{_CODE[what]} {code}" for what in PEOPLE_COUNTED if (code := _figure_code(numbers, what))]
        day = statement.day.isoformat() if statement.day else ""
        head = (printable(statement.giver) or statement.means, day, statement.status)
        facts.append(f"{', '.join(part for part in head if part)}: {', '.join(figures)}")
    return facts


_CODE = {"killed": "killed", "injured": "injured", "harm": "killed or injured"}


def _figure_code(numbers: Mapping[str, int | None], what: str) -> str:
    low, best, high = (numbers[f"{what}_{which}"] for which in ("min", "best", "max"))
    if low is None and high is None:
        return "" if best is None else str(best)
    limits = f"[{'' if low is None else low}..{'' if high is None else high}]"
    return limits if best is None else f"{best} {limits}"
