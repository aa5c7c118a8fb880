"""Links: the list with the asked way, one link, the answer to an opening, a route over several states, a corridor.

Everything here is inside the centre alone; what of it may leave is another page's.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.linking.history_drawing import draw_history
from trucewatch.desks.linking.link_detail import KnownStep, LinkDetail
from trucewatch.desks.linking.link_views import LONGEST_SOUGHT, PAGE, Filters, ShownNetwork, passings_of, shown_network
from trucewatch.desks.linking.meetings_beside import MOST, clause_path, later_instruments, mentions, working_groups
from trucewatch.desks.linking.network_drawing import draw_swatch
from trucewatch.desks.linking.network_map import map_context
from trucewatch.desks.linking.opening_views import AskedWay, OpeningWords, asked_way, opening_address
from trucewatch.desks.linking.outcomes import book_of
from trucewatch.desks.linking.route_views import CorridorView, RouteWords, names_by_user
from trucewatch.desks.linking.what_if import WhatIf, what_if
from trucewatch.desks.linking.wording import INSIDE_ALONE, MODE_WORDS, assumption_lines, status_words
from trucewatch.messages import Message
from trucewatch.model.link_names import names_of_corridor
from trucewatch.model.link_statements import NOT_KNOWN, STATUSES, Direction
from trucewatch.model.roles import Right
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.link_opening import LinkError
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

LONGEST_WORD: Final = 60
router = APIRouter(include_in_schema=False)


@router.get("/links")
@needs(Right.INSIDE)
def links(view: CurrentView) -> HTMLResponse:
    """The map, the asked way with what opening a link would change of it, and the list, a page of it."""
    on_day, question, filters = shown_network(view), asked_way(view.request.query_params), _filters(view)
    chosen_links = on_day.chosen_links(filters)
    first = min(_offset(view), max(len(chosen_links) - 1, 0)) // PAGE * PAGE
    answer, table, trouble = _answer(on_day, question)
    served = on_day.clauses
    meetings = working_groups(on_day, served)
    return view.page(
        "linking/links.html.jinja",
        status=400 if on_day.chosen.faults or trouble else 200,
        **_frame(on_day),
        **map_context(view, on_day.chosen, asked=answer.way if answer else ()),
        question=question,
        modes=[(mode, view.words.say(words)) for mode, words in MODE_WORDS.items()],
        openable=[(link.id, on_day.title(link)) for link in on_day.network.links if link.ways]
        if question.is_whole
        else [],
        answer=answer,
        what_if=table,
        trouble=trouble,
        opening_address=opening_address(on_day, question),
        swapped=_swapped(on_day, question),
        all_address=_page_address(on_day, question, Filters(), 0),
        filters=filters,
        statuses=[(status, status_words(status)) for status in (*STATUSES, NOT_KNOWN)],
        rows=[on_day.row(link) for link in chosen_links[first : first + PAGE]],
        total=len(chosen_links),
        everything=len(on_day.network.links),
        first=first,
        page_size=PAGE,
        page_address=lambda offset: _page_address(on_day, question, filters, offset),
        routes=[RouteWords(on_day, route) for route in on_day.network.routes],
        corridors=[CorridorView(on_day, corridor) for corridor in on_day.network.corridors],
        meetings=meetings[:MOST],
        more_meetings=max(len(meetings) - MOST, 0),
        instruments=later_instruments(on_day, served),
        inside_alone=INSIDE_ALONE if on_day.has_inside_alone else None,
        credit=view.words.name(on_day.network.credit),
        nowhere=book_of(view).counting_nowhere(),
    )


@router.get("/links/opening")
@needs(Right.INSIDE)
def opening_page(view: CurrentView) -> HTMLResponse:
    """The whole answer to one question."""
    on_day, question = shown_network(view), asked_way(view.request.query_params)
    try:
        answer = OpeningWords(on_day, question)
    except LinkError as exc:
        raise RefusalError(422, exc.message) from exc
    return view.page(
        "linking/opening.html.jinja",
        status=400 if on_day.chosen.faults else 200,
        **_frame(on_day),
        answer=answer,
        question=question,
        own_address=opening_address(on_day, question),
        known_by=iso_utc(on_day.chosen.known_by),
        open_all_address=opening_address(on_day, question, answer.all_of_way) if answer.may_open_all else "",
        clauses=mentions(view, answer.answer.clauses),
        assumptions=assumption_lines(view, on_day.network.assumptions),
        assumed_by=view.words.name(on_day.network.assumptions.source),
        can_act=not view.snapshot.is_replay,
    )


@router.get("/links/routes/{route_id}")
@needs(Right.INSIDE)
def route_page(view: CurrentView, route_id: str) -> HTMLResponse:
    """A route over several states: its links in order with missing stretches, changes of gauge, who decides what."""
    on_day = shown_network(view)
    route = on_day.network.route(route_id)
    if route is None:
        raise _not_there(route_id, "route")
    clauses = set(route.clauses).union(*(on_day.links[link].clauses for link in route.links if link in on_day.links))
    return view.page(
        "linking/route.html.jinja",
        status=400 if on_day.chosen.faults else 200,
        **_frame(on_day),
        route=RouteWords(on_day, route),
        names=names_by_user(on_day, route.name),
        clauses=mentions(view, clauses),
    )


@router.get("/links/corridors/{corridor_id}")
@needs(Right.INSIDE)
def corridor_page(view: CurrentView, corridor_id: str) -> HTMLResponse:
    """A corridor: passages by direction and kind, queues, closures, its checkpoint as each side calls it."""
    on_day = shown_network(view)
    corridor = on_day.network.corridor(corridor_id)
    if corridor is None:
        raise _not_there(corridor_id, "corridor")
    whole = CorridorView(on_day, corridor)
    return view.page(
        "linking/corridor.html.jinja",
        status=400 if on_day.chosen.faults else 200,
        **_frame(on_day),
        corridor=whole,
        names=names_by_user(on_day, names_of_corridor(view.watch, corridor)),
        clauses=mentions(view, whole.clauses),
        clause_path=clause_path(view, corridor.clause),
        meetings=working_groups(on_day, whole.clauses)[:MOST],
        instruments=later_instruments(on_day, whole.clauses),
        can_act=not view.snapshot.is_replay,
    )


@router.get("/links/{link_id}")
@needs(Right.INSIDE)
def link_page(view: CurrentView, link_id: str) -> HTMLResponse:
    """One link with all that is on record of it by the chosen moment."""
    on_day = shown_network(view)
    link = on_day.links.get(link_id)
    if link is None:
        raise _not_there(link_id, "link")
    detail = LinkDetail(on_day, link)
    steps: dict[Direction, list[KnownStep]] = {passing: detail.steps(passing) for passing in passings_of(link)}
    if not link.one_way and steps["forward"] == steps["backward"]:
        steps = {"both": steps["forward"]}
    title = view.words.gettext("How it stood, by what was known: across the days, down since when it was known")
    return view.page(
        "linking/link.html.jinja",
        status=400 if on_day.chosen.faults else 200,
        **_frame(on_day),
        detail=detail,
        link=link,
        names=names_by_user(on_day, link.name),
        clauses=mentions(view, link.clauses),
        steps=[
            (detail.direction(passing), each, draw_history(each, on_day.chosen.day, view.words, title))
            for passing, each in steps.items()
        ],
        meetings=working_groups(on_day, link.clauses)[:MOST],
        instruments=later_instruments(on_day, link.clauses),
        inside_alone=INSIDE_ALONE if link.is_inside_only else None,
        can_act=not view.snapshot.is_replay,
    )


def _frame(on_day: ShownNetwork) -> dict[str, Any]:
    """What every page of a day needs."""
    return {"on_day": on_day, "chosen": on_day.chosen, "draw_swatch": draw_swatch}


def _filters(view: View) -> Filters:
    params = view.request.query_params
    return Filters(
        kind=params.get("kind", "")[:LONGEST_WORD],
        status=params.get("status", "")[:LONGEST_WORD],
        clause=params.get("clause", "").strip()[:LONGEST_WORD],
        text=params.get("q", "").strip()[:LONGEST_SOUGHT],
    )


def _offset(view: View) -> int:
    """From which row on, by the address; 0 where that says none."""
    text = view.request.query_params.get("offset", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _page_address(on_day: ShownNetwork, question: AskedWay, filters: Filters, offset: int) -> str:
    query = {name: text for name, text in question.query if name != "open"}
    return on_day.chosen.address("/links", **query, **filters.query, offset=str(offset) if offset else "")


def _swapped(on_day: ShownNetwork, question: AskedWay) -> str:
    """The same question the other way round."""
    way = AskedWay(from_=question.to, to=question.from_, mode=question.mode, opened=question.opened)
    return f"/links?{urlencode([*way.query, *on_day.chosen.query.items()])}"


def _answer(on_day: ShownNetwork, question: AskedWay) -> tuple[OpeningWords | None, WhatIf | None, Message | None]:
    """The answer for the asked way with the table beside it, or why there is none; nothing where none is asked."""
    if not question.is_whole:
        return None, None, None
    try:
        answer = OpeningWords(on_day, question)
        return answer, what_if(on_day, question, answer.answer), None
    except LinkError as exc:
        return None, None, exc.message


def _not_there(name: str, what: str) -> RefusalError:
    short = name if len(name) <= LONGEST_WORD else f"{name[:LONGEST_WORD]} …"
    sentences = {
        "link": Message('Of a link "{name}" nothing is on record by this moment. Look at the list.', name=short),
        "route": Message('Of a route "{name}" nothing is on record by this moment. Look at the list.', name=short),
        "corridor": Message(
            'Of a corridor "{name}" nothing is on record by this moment. Look at the list.', name=short
        ),
    }
    return RefusalError(404, sentences[what])
