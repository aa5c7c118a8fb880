"""Who said what of a clause, when: what people accepted of it, in the order of the days. For use inside the centre."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.declaring.clause_history import (
    ClauseHistory,
    ClauseLine,
    clause_history,
    clauses_in,
    names_of_clause,
    undecided_of,
)
from trucewatch.desks.declaring.offers import offers_of
from trucewatch.desks.declaring.wording import about_links, by_day_words, clock_of, decided_words, who_name, who_names
from trucewatch.errors import TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.annotations import KIND_WORDS
from trucewatch.model.roles import Right
from trucewatch.model.undertakings import Undertaking, clock_message
from trucewatch.pipeline.record_beside import Beside, RecordRows, beside
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.undertaking_records import undertakings, zone_of_words

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was said, as the page shows it."""

    line: ClauseLine
    voice: str
    speaker: str
    kind: Message
    decided: Message
    who: str
    to: str
    attributed_to: str
    by_day: Message | None
    undertaking: Undertaking | None
    clock: Message | None
    beside: Beside | None
    about: list[tuple[str, str]]


@router.get("/statements/clauses")
@needs(Right.INSIDE)
def clauses(view: CurrentView) -> HTMLResponse:
    """Every clause of the agreement: how much was said of it, by whose statements, when last."""
    store, at = view.console.store, clock_of(view)
    rows = []
    for provision in view.watch.agreement.provision:
        for name, summary in _parts(view, provision.number):
            history = clause_history(store, at, names_of_clause(view.watch, name))
            rows.append(
                {
                    "name": name,
                    "summary": summary,
                    "lines": len(history.lines),
                    "voices": who_names(view, sorted({line.version.voice for line in history.lines} - {""})),
                    "last": max((line.day for line in history.lines if line.day), default=None),
                }
            )
    return view.page(
        "declaring/clauses.html.jinja", rows=rows, has_any=any(row["lines"] for row in rows), others=_others(view)
    )


@router.get("/statements/clauses/{clause:path}")
@needs(Right.INSIDE)
def clause_page(view: CurrentView, clause: str, kind: str = "", voice: str = "") -> HTMLResponse:
    """What was said of a part of a clause, a provision, an instrument or a body."""
    if clause not in clauses_in(view.watch):
        raise RefusalError(
            404, Message("No clause of this watch has this number. The overview by clause lists every one.")
        )
    store, at = view.console.store, clock_of(view)
    history = clause_history(store, at, names_of_clause(view.watch, clause))
    due = {each.number: each for each in undertakings(store, view.watch.zone, at)}
    voices = sorted({line.version.voice for line in history.lines} - {""})
    kinds = [name for name in KIND_WORDS if any(line.passage.kind == name for line in history.lines)]
    chosen = [
        line
        for line in history.lines
        if (not kind or line.passage.kind == kind) and (not voice or line.version.voice == voice)
    ]
    (link,) = about_links(view, (clause,))
    return view.page(
        "declaring/clause.html.jinja",
        clause=clause,
        link=link,
        summary=_summary(view, clause),
        days=list(_by_day(_line(view, line, due) for line in chosen)),
        has_any=bool(history.lines),
        kind=kind if kind in kinds else "",
        kinds=[(name, KIND_WORDS[name]) for name in kinds],
        voice=voice if voice in voices else "",
        voices=[(who, printable(who_name(view, who))) for who in voices],
        undecided=_undecided(view, clause, history),
    )


def _line(view: View, line: ClauseLine, due: Mapping[int, Undertaking]) -> Line:
    passage, annotation = line.passage, line.annotation
    undertaking = due.get(annotation.number) if passage.kind == "commitment" else None
    return Line(
        line=line,
        voice=printable(who_name(view, line.version.voice)),
        speaker=printable(", ".join(filter(None, (line.speaker, line.office)))),
        kind=KIND_WORDS[passage.kind],
        decided=decided_words(annotation),
        who=who_names(view, passage.who),
        to=who_names(view, passage.to),
        attributed_to=who_names(view, passage.attributed_to),
        by_day=by_day_words(passage),
        undertaking=undertaking,
        clock=clock_message(undertaking, clock_of(view)) if undertaking else None,
        beside=_beside(view, line),
        about=about_links(view, passage.about),
    )


def _beside(view: View, line: ClauseLine) -> Beside | None:
    """What the record has of a claim; None for anything else, and while there is no list."""
    assessment = view.snapshot.assessment
    if assessment is None or line.passage.kind not in ("claim", "denial"):
        return None
    rows = RecordRows(
        observations=assessment.observations, incidents=assessment.incidents, counters=assessment.counters
    )
    zone = zone_of_words(line.zone, view.watch.zone)
    try:
        return beside(rows, view.watch, line.passage, view.snapshot.as_of, zone=zone)
    except TrucewatchError:
        return None


def _by_day(lines: Iterator[Line]) -> Iterator[tuple[date | None, list[Line]]]:
    days: dict[date | None, list[Line]] = {}
    for line in lines:
        days.setdefault(line.line.day, []).append(line)
    yield from days.items()


def _undecided(view: View, clause: str, history: ClauseHistory) -> tuple[int, int]:
    """How many offers about the clause nobody decided yet, and how many copies were not looked through for them."""
    store, watch = view.console.store, view.watch
    return undecided_of(history, names_of_clause(watch, clause), lambda version: offers_of(store, watch, version))


def _parts(view: View, number: str) -> list[tuple[str, str]]:
    """The parts of a provision with what they say; of one without parts itself."""
    provision = next(each for each in view.watch.agreement.provision if each.number == number)
    parts = [(part.id, printable(view.words.name(part.summary))) for part in provision.stipulation]
    return parts or [(number, printable(view.words.name(provision.summary)))]


def _others(view: View) -> list[tuple[str, str, int]]:
    """Instruments and bodies of which something was said: id, name, how often."""
    store, at = view.console.store, clock_of(view)
    agreement = view.watch.agreement
    names = [*(each.id for each in agreement.instrument), *(each.id for each in agreement.body)]
    counted = [(name, len(clause_history(store, at, frozenset((name,))).lines)) for name in names]
    return [(name, about_links(view, (name,))[0][0], count) for name, count in counted if count]


def _summary(view: View, clause: str) -> str:
    summaries: dict[str, Any] = {part.id: part.summary for _, part in view.watch.agreement.stipulations()}
    summaries |= {each.number: each.summary for each in view.watch.agreement.provision if each.number not in summaries}
    return printable(view.words.name(summaries[clause])) if clause in summaries else ""
