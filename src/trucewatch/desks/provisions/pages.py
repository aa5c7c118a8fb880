"""How every part of a clause stands at a moment, one provision with all that bears on it, the instruments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import HTMLResponse

from trucewatch.desks.provisions.glimpse import Glimpse, glimpse_of
from trucewatch.desks.provisions.part_detail import PartDetail
from trucewatch.desks.provisions.provision_view import AtAGlance, ProvisionView, due_words
from trucewatch.desks.provisions.state_axis import (
    Axis,
    draw_grid,
    draw_head,
    draw_life,
    draw_lives,
    draw_slider_ticks,
    draw_steps,
)
from trucewatch.desks.provisions.state_sentences import rule_words
from trucewatch.desks.provisions.state_signs import SIGNS, draw_fill, draw_patterns, draw_state
from trucewatch.desks.provisions.texts_beside import copies_beside
from trucewatch.locale import Words
from trucewatch.locale.reasons import instrument_name, time_words
from trucewatch.locale.terms import CLAUSE_ROLE, RELATION, aspect_word, state_named
from trucewatch.messages import Message
from trucewatch.model.agreement import Instrument, RelationRead
from trucewatch.model.roles import Right
from trucewatch.model.times import iso_utc
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.typed_words import is_reference

router = APIRouter(include_in_schema=False)


@router.get("/agreement")
@needs(Right.INSIDE)
def agreement(view: CurrentView) -> HTMLResponse:
    glance = AtAGlance(glimpse_of(view), view)
    return view.page(
        "provisions/glance.html.jinja",
        status=400 if glance.glimpse.fault else 200,
        **_of_moment(glance),
        provisions=glance.provisions,
        instruments=glance.agreement.instrument,
        head=Markup(draw_head(glance.axis, glance.glimpse.at)),
        days=list(glance.days()),
        lives=Markup(_lives(glance)),
        steps=glance.steps(),
        pace=glance.glimpse.pace(),
        draw_pace=lambda steps: Markup(_pace_steps(glance, steps)),
        first_text=min((text.known_at for text in glance.glimpse.record.agreement.text), default=None),
    )


@router.get("/agreement/instruments")
@needs(Right.INSIDE)
def instruments(view: CurrentView) -> HTMLResponse:
    published = view.snapshot.watch.agreement.known_at(view.clock)
    names = {instrument.id: view.words.name(instrument.names) for instrument in published.instrument}
    return view.page(
        "provisions/instruments.html.jinja",
        agreement=published,
        instruments=[
            (instrument, [text for text in published.text if text.instrument == instrument.id])
            for instrument in published.instrument
        ],
        names=names,
        relation_word=lambda word: _relation(word, view.words),
        rule=view.snapshot.watch.settings.association,
    )


@router.get("/agreement/{number:path}")
@needs(Right.INSIDE)
def provision(view: CurrentView, number: str) -> HTMLResponse:
    glance = AtAGlance(glimpse_of(view), view)
    chosen = next((clause for clause in glance.provisions if clause.provision.number == number), None)
    if chosen is None:
        later = any(clause.number == number for clause in glance.glimpse.record.agreement.provision)
        is_published = later and any(
            clause.number == number for clause in view.snapshot.watch.agreement.known_at(view.clock).provision
        )
        raise RefusalError(
            404,
            Message("Of this clause no text was known at that moment. The Agreement page has a later one.")
            if is_published
            else Message("No clause of this watch has this number. The Agreement page lists every clause."),
        )
    return view.page(
        "provisions/provision.html.jinja",
        **_of_moment(glance) | {"one": chosen},
        copies=copies_beside(
            glance.glimpse.record.watch, number, glance.glimpse.at, instrument=chosen.provision.instrument
        ),
        can_act=not view.snapshot.is_replay,
        details=[PartDetail(glance, chosen, part) for part in chosen.parts],
        head=Markup(draw_head(glance.axis, glance.glimpse.at)),
        next_to=_next_to(glance, number),
        bearing=_bearing(glance, chosen),
        unless_words=lambda word: unless_words(word, view.words),
        zone_of=view.snapshot.watch.zone_with,
    )


def _of_moment(glance: AtAGlance) -> dict[str, Any]:
    """What every page of a moment needs: the moment itself, signs and drawings."""
    glimpse, view = glance.glimpse, glance.view
    rail = Axis(min(glimpse.first, glimpse.at), _after(glimpse), view.reader.zone, view.words)
    return {
        "glimpse": glimpse,
        "rail": Markup(draw_slider_ticks(rail, glimpse.ticks, glimpse.at)),
        "rail_from": int(rail.start.timestamp()),
        "rail_to": int(rail.end.timestamp()),
        "tick_moments": " ".join(iso_utc(tick) for tick in (*glimpse.ticks, glimpse.clock)),
        "field": glimpse.typed or view.time_form.write_moment(glimpse.at),
        "patterns": Markup(draw_patterns()),
        "signs": list(SIGNS),
        "fill_key": lambda state: Markup(draw_fill(state)),
        "state_sign": lambda state, size=16: Markup(draw_state(state, size=size)),
        "state_words": lambda state: state_named(state, view.words),
        "grid": Markup(draw_grid(glance.axis, glimpse.at)),
        "draw_life": lambda part: Markup(draw_life(glance.axis, part.life, glimpse.at)),
        "role_word": lambda role: view.words.pgettext("role", CLAUSE_ROLE[role]),
        "rule_sentence": lambda line: rule_words(line, view.telling.watch, view.words),
        "due_words": lambda due: due_words(due, view),
        "day_words": lambda text: time_words(text, view.telling.watch, view.words),
        "typed": lambda text: _typed(text, view),
        "instrument_words": lambda name: instrument_name(name, view.telling.watch, view.words),
    }


def _after(glimpse: Glimpse) -> datetime:
    """The right end of the slider: the clock, and never its left one."""
    return max(glimpse.clock, min(glimpse.first, glimpse.at) + timedelta(hours=1))


def _typed(text: str, view: View) -> str:
    """What somebody typed, where a record holds a reference to it."""
    return view.words.say(view.console.store.typed.words_of(text)) if is_reference(text) else text


def _lives(glance: AtAGlance) -> str:
    words = glance.view.words
    return draw_lives(
        glance.axis,
        [(part.id, part.life) for clause in glance.provisions for part in clause.parts],
        glance.glimpse.at,
        title=words.gettext("All parts of clauses over time"),
        description=words.gettext("A row for each part of a clause; the table below says the same in words."),
    )


def _pace_steps(glance: AtAGlance, steps: list[tuple[datetime, int, int]]) -> str:
    words = glance.view.words
    return draw_steps(
        glance.axis,
        steps,
        glance.glimpse.at,
        title=words.gettext("How many parts were due, and how many of these are on record as met"),
        description=words.gettext("Two lines that rise in steps; the table below says the same in words."),
    )


def _next_to(glance: AtAGlance, number: str) -> tuple[str, str]:
    """The numbers of the provisions before and after; "" for none."""
    numbers = ["", *(clause.provision.number for clause in glance.provisions), ""]
    place = numbers.index(number)
    return numbers[place - 1], numbers[place + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """An instrument that does something to a provision: by its own words, or as somebody reads it (`by`)."""

    instrument: str
    relation: str
    parts: tuple[str, ...]
    by: str
    words: str
    source: str


def _bearing(glance: AtAGlance, clause: ProvisionView) -> list[Bearing]:
    own, language = {part.id for part in clause.parts}, glance.view.words
    bearing: list[Bearing] = []
    for each in glance.agreement.instrument:
        acts: tuple[Instrument | RelationRead, ...] = (each, *each.read_as)
        for act in acts:
            if not act.relation or act.to != clause.provision.instrument:
                continue
            parts = tuple(name for name in act.stipulations if name in own)
            if act.stipulations and not parts:
                continue
            by = "" if isinstance(act, Instrument) else act.by
            spoken = act.relation_words if isinstance(act, Instrument) else language.name(act.says, otherwise="")
            bearing.append(
                Bearing(
                    instrument=each.id,
                    relation=_relation(act.relation, language),
                    parts=parts,
                    by=by,
                    words=spoken,
                    source=act.source,
                )
            )
    return bearing


def _relation(word: str, words: Words) -> str:
    return words.pgettext("relation", RELATION[word])


def unless_words(word: str, words: Words) -> str:
    """One exception of a clause: an announcement, or what an act was."""
    kind, _, aspect = word.partition(":")
    if kind == "aspect":
        return words.gettext("it was {aspect}").format(aspect=aspect_word(aspect, words))
    return words.gettext("it was announced beforehand")
