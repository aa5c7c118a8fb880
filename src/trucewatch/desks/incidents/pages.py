"""Incident: one sentence on top, where it was and how sure, what each observation added, findings, lists side by
side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import JSONResponse, Response

from trucewatch.desks.base import BesideIncident
from trucewatch.desks.incidents.apart import lasting_words
from trucewatch.desks.incidents.charts import common_scale, draw_added, draw_ellipse, draw_share
from trucewatch.desks.incidents.detail import IncidentDetail, detail_of
from trucewatch.desks.incidents.edit_history import NameOf, edits_of
from trucewatch.desks.incidents.gone import gone_of, gone_page
from trucewatch.desks.incidents.observations import (
    MOST_SHOWN,
    Member,
    bounds_of,
    ellipse_of,
    known_words,
    place_words_95,
    says_words,
    shape_of,
    when_words,
)
from trucewatch.desks.incidents.people import people_rows
from trucewatch.desks.incidents.provenance import hop_of
from trucewatch.desks.incidents.review_level import as_put, cases_of, head_of, lines_of, note_of, who_words
from trucewatch.desks.incidents.rule_changes import rule_words
from trucewatch.desks.incidents.verification import verification_of
from trucewatch.locale import mark
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated
from trucewatch.locale.terms import aspect_word, grave_word, kind_word
from trucewatch.model.incident import Incident
from trucewatch.model.roles import Right
from trucewatch.model.short_codes import code_of
from trucewatch.model.standing import KIND_ALONE
from trucewatch.model.times import NEVER
from trucewatch.reports.people_words import people_words
from trucewatch.server.formatting import RUNGS, Telling, half_axis_m
from trucewatch.server.judgement_history import history_of
from trucewatch.server.people_shown import names_for
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

ROWS_AT_ONCE: Final = 100
FINE_M: Final = 1000.0
FINE_S: Final = 15 * 60.0
"""What counts as a place and a time that are known well: 1 km, and a quarter of an hour."""
INLINE_BYTES: Final = 20_000_000
"""The original of a page's first hop is read with the page if its file is not larger."""


router = APIRouter(include_in_schema=False)


@router.get("/incident/{code}")
@needs(Right.INSIDE)
def incident(
    view: CurrentView, code: str, finding: str = "", observation: str = "", after: str = "", people: str = ""
) -> Response:
    try:
        detail = detail_of(view.console.store, view.snapshot, code)
    except RefusalError:
        if gone := gone_of(view.snapshot, code):
            return gone_page(view, gone)
        raise
    hop = hop_of(detail, view.reader, finding, observation, most_bytes=INLINE_BYTES)
    context = _context(
        detail, view.telling, _place(after), view.clock, first_person=_place(people), name_of=names_for(view)
    )
    judgement = history_of(view, cases_of(detail))
    return view.page(
        "incidents/incident.html.jinja", hop=hop, offers=offers_beside(view, code), judgement=judgement, **context
    )


@router.get("/incident/{code}/map.json")
@needs(Right.INSIDE)
def places(view: CurrentView, code: str) -> Response:
    return JSONResponse(map_of(detail_of(view.console.store, view.snapshot, code)))


def _place(text: str) -> int:
    """Where a page of a list begins, as an address says it; 0 for what is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def brief_time(incident: Incident, telling: Telling) -> str:
    """`11 Dec 2020, 14:02–14:07`: for a table whose head says the zone."""
    if telling.is_whole_days(incident):
        return telling.dated(incident)
    day, time = telling.day(incident.occurred_start), telling.when(incident)
    return telling.words.gettext("{day}, {time}").format(day=day, time=time)


def map_of(detail: IncidentDetail) -> dict[str, Any]:
    """What the map of one incident shows: the observations' ellipses, the fused one, and the first list's."""
    incident = detail.incident
    shapes = [shape_of(member) for member in detail.members[:MOST_SHOWN]]
    fused = ellipse_of(incident)
    first = ellipse_of(detail.first[0]) if detail.first else None
    if first == fused:
        first = None
    around = [*shapes, *(shape for shape in (fused, first) if shape)]
    return {
        "bounds": bounds_of(around, detail.snapshot.watch.settings.area),
        "outcome": detail.standing.outcome,
        "held": detail.standing.reason_word,
        "kind": incident.kind,
        "simulated": incident.simulated,
        "fused": fused,
        "first": first,
        "observations": shapes,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """One of the four: its name, its figure or a dash, what it rests on."""

    name: str
    figure: str
    bar: Markup
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One observation as the table shows it."""

    member: Member
    when: str
    says: list[str]
    place: str
    became_known: str
    bar: Markup
    added: str
    others: str
    claimed: str
    is_quote: bool
    """Whether its text is what its giver wrote; a list of events tells in the words of whoever keeps the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One list's version of the incident: the first list's, today's, or that of a review."""

    label: str
    drawing: Markup
    head: str
    note: str
    css: str


def offers_beside(view: View, code: str) -> list[BesideIncident]:
    """What other desks have of an incident, and offer to do with it."""
    offering = (desk.gives("beside_incident", "lines") for desk in view.console.desks)
    return [offer for lines in offering if lines for offer in lines(view, code)]


def _context(
    detail: IncidentDetail,
    telling: Telling,
    first: int,
    now: datetime,
    *,
    first_person: int = 0,
    name_of: NameOf | None = None,
) -> dict[str, Any]:
    members = detail.members
    part = members[first : first + MOST_SHOWN]
    people = people_rows(detail, telling, first=first_person, count=ROWS_AT_ONCE)
    stood = stood_before(detail.incident, members)
    return {
        "detail": detail,
        "incident": detail.incident,
        "code": detail.code,
        "standing": detail.standing,
        "confidences": _confidences(detail, telling),
        "classes": _classes(detail.incident, telling),
        "reasons": _reasons(detail, telling),
        "rows": [_row(detail, member, telling, stood.get(member.name)) for member in part],
        "in_order": any(member.added and member.added["order"] for member in members),
        "people": people,
        "first_person": first_person,
        "more_people": len(detail.incident.people) - first_person - len(people),
        "rows_at_once": ROWS_AT_ONCE,
        "kind_alone": telling.words.listed(
            sorted(
                {
                    kind_word(str(finding.facts.get("kind", detail.incident.kind)), telling.words)
                    for finding in detail.findings
                    if finding.reason == KIND_ALONE
                }
            )
        ),
        "verification": verification_of(detail, telling, now),
        "rule_words": lambda finding: rule_words(finding, detail.rule_changes.get(finding.finding_id), telling.words),
        "grave": [grave_word(each, telling.words) for each in detail.incident.grave],
        "people_line": people_words(detail.incident.people, telling.watch, telling.words),
        "delay": lambda seconds: lasting_words(seconds, telling),
        "first_row": first,
        "more_rows": len(members) - first - len(part),
        "most_rows": MOST_SHOWN,
        "missing": len(detail.incident.members) - len(members),
        "levels": _levels(detail, telling),
        "history": _history(detail, telling),
        "edits": edits_of(
            detail.store,
            detail.incident.members,
            detail.origins,
            telling,
            as_of=detail.snapshot.as_of if detail.snapshot.is_replay else NEVER,
            name_of=name_of,
        ),
        "rungs": list(RUNGS),
        "reached": list(RUNGS).index(detail.incident.rung) if detail.incident.rung in RUNGS else -1,
        "stipulations": {
            stipulation.id: (provision, stipulation)
            for provision, stipulation in detail.snapshot.watch.agreement.stipulations()
        },
        "earlier": detail.beside(1),
        "later": detail.beside(-1),
        "is_replay": detail.snapshot.is_replay,
        "parties": lambda ids: [isolated(party_name(each, detail.snapshot.watch, telling.words)) for each in ids],
    }


def _confidences(detail: IncidentDetail, telling: Telling) -> list[Confidence]:
    """Always four, always in this order, never one figure made of several."""
    incident, words = detail.incident, telling.words
    reports = words.ngettext("{number} observation", "{number} observations", len(incident.members))
    means = words.ngettext("{number} means", "{number} means", len(incident.means))
    rests = words.listed(
        [
            reports.format(number=words.number(len(incident.members))),
            means.format(number=words.number(len(incident.means))),
        ]
    )
    if incident.classes and incident.what is not None:
        what = telling.event_class(incident.classes[0])
        if incident.aspect not in ("", "undetermined"):
            what = words.gettext("{what} ({aspect})").format(what=what, aspect=aspect_word(incident.aspect, words))
    elif incident.classes:
        what = words.gettext("{what}, stated by hand").format(what=telling.event_class(incident.classes[0]))
    else:
        what = words.gettext("this kind tells no causes apart")
    if incident.alone:
        rests = telling.sureness(incident)
    elif incident.happened is None:
        rests = words.gettext("nothing is weighed of this kind")
    named = (
        (words.pgettext("confidence", "Happened"), incident.happened, rests),
        (words.pgettext("confidence", "What"), incident.what, what),
        (
            words.pgettext("confidence", "Who"),
            incident.who,
            who_words(lines_of(detail), detail.snapshot.watch, words) or words.gettext("not put; default is none"),
        ),
    )
    four = [
        Confidence(name=name, figure=telling.probability(value), bar=Markup(draw_share(value)), note=note)
        for name, value, note in named
    ]
    # A small chance of being right to 1 km and 15 minutes would read as "nothing is known".
    four.insert(2, _where_and_when(incident, telling))
    if incident.alone:
        four[0] = replace(
            four[0], figure=words.pgettext("confidence", "one independent source"), bar=Markup(draw_share(None))
        )
    return four


def _where_and_when(incident: Incident, telling: Telling) -> Confidence:
    """How large the ellipse is and how long the span, and whether that is as fine as 1 km and a quarter of an hour."""
    words = telling.words
    name = words.pgettext("confidence", "Where and when")
    span_s = (incident.occurred_end - incident.occurred_start).total_seconds()
    span = words.gettext("a moment") if span_s < 60 else lasting_words(span_s, telling)
    if incident.semi_major_m is None:
        return Confidence(name=name, figure=telling.size(incident), bar=Markup(""), note=span)
    is_fine = (half_axis_m(incident) or 0.0) <= FINE_M and span_s <= FINE_S
    note = words.gettext("half axes, 95%; time within {span}; finer than 1 km and 15 min: no").format(span=span)
    if is_fine:
        note = words.gettext("half axes, 95%; time within {span}; finer than 1 km and 15 min: yes").format(span=span)
    return Confidence(name=name, figure=telling.size(incident), bar=Markup(""), note=note)


def _reasons(detail: IncidentDetail, telling: Telling) -> list[tuple[str, list[str]]] | None:
    """What speaks for it and what against it, a sentence each; None where that is not kept."""
    if detail.reasons is None:
        return None
    heads = (("for", telling.words.gettext("For")), ("against", telling.words.gettext("Against")))
    return [
        (head, [telling.words.say(reason.message) for reason in detail.reasons if reason.sign == sign])
        for sign, head in heads
    ]


def _classes(incident: Incident, telling: Telling) -> list[tuple[str, str, Markup]]:
    rows = [
        (telling.event_class(name), chance)
        for name, chance in zip(incident.classes, incident.class_probabilities, strict=True)
    ]
    rest = 1 - sum(incident.class_probabilities)
    if rows and rest >= 0.005:
        rows.append((telling.words.pgettext("class", "something else"), rest))
    return [(name, telling.probability(chance), Markup(draw_share(chance))) for name, chance in rows]


def stood_before(incident: Incident, members: Sequence[Member]) -> dict[str, float | None]:
    """How probable it was that it happened before each observation came; in lists of earlier versions, how probable it
    would be without it."""
    came = [(member.added, member.name) for member in members if member.added]
    if len(incident.members) == 1:
        return {member.name: 0.0 for member in members}
    stood: dict[str, float | None] = {}
    level = 0.0
    for added, name in sorted(came, key=lambda each: each[0]["order"] or 0):
        gain = added["confidence"]
        if gain is None or (added["order"] is None and incident.happened is None):
            stood[name] = None
        elif added["order"] is None:
            stood[name] = incident.happened - gain
        else:
            stood[name], level = level, level + gain
    return stood


def _row(detail: IncidentDetail, member: Member, telling: Telling, before: float | None) -> Row:
    added = member.added["confidence"] if member.added else None
    if len(detail.incident.members) == 1:
        added = detail.incident.happened  # all rests on its only report
    return Row(
        member=member,
        when=when_words(member.row, telling),
        says=says_words(member.row, telling),
        place=place_words_95(member.row, telling),
        became_known=known_words(member.row, telling),
        # Of one voice two decimals would say more than is known.
        bar=Markup(draw_added(None, None) if detail.incident.alone else draw_added(before, added)),
        added="" if detail.incident.alone else signed(added, telling),
        others=(
            telling.words.gettext("all rests on this source") if detail.incident.alone else _others(member, telling)
        ),
        claimed=claimed_words(member, telling),
        is_quote=_is_quote(member, telling),
    )


def _is_quote(member: Member, telling: Telling) -> bool:
    """A row of a list of events is a paraphrase, unless the source names who published its rows."""
    if member.row["means"] != "event_list":
        return True
    return any(source.id == member.row["source"] and source.publisher for source in telling.watch.settings.source)


def claimed_words(member: Member, telling: Telling) -> str:
    """Whose claim it is, by names; empty for nobody's."""
    who = [name.strip() for name in str(member.row["claimed_by"]).split(";") if name.strip()]
    return telling.words.listed([isolated(party_name(name, telling.watch, telling.words)) for name in who])


def signed(value: float | None, telling: Telling) -> str:
    """`+0.64`, `−0.01`, `0.00`; a dash where it was not worked out."""
    if value is None:
        return "–"
    figure = telling.words.fixed(abs(value), 2)
    return figure if abs(value) < 0.005 else f"{'+' if value > 0 else '−'}{figure}"


def _others(member: Member, telling: Telling) -> str:
    """What it added to place and kind, in words."""
    if member.added is None:
        return ""
    words, place, kind = telling.words, member.added["place"], member.added["kind"]
    in_order = member.added["order"] is not None
    parts = []
    if place is None:
        first = words.gettext("it gave the first place")
        parts.append(first if in_order else words.gettext("without it there would be no place"))
    elif place >= 0.02:
        wider = words.gettext("place: {factor} times the area without it")
        if in_order:
            wider = words.gettext("place: {factor} times the area before it")
        parts.append(wider.format(factor=words.fixed(float(np.exp(place)), 2)))
    if kind is not None and abs(kind) >= 0.005:
        parts.append(words.gettext("kind: {added}").format(added=signed(kind, telling)))
    return words.gettext("; ").join(parts) if parts else ""


def _levels(detail: IncidentDetail, telling: Telling) -> list[Level]:
    """The first list, today's and the review beside each other, their ellipses on one scale."""
    incident, words = detail.incident, telling.words
    scale = common_scale([*detail.first, incident])
    nothing = Markup(draw_ellipse(None, scale))
    unrecorded = Level(
        label=words.pgettext("list", "first list"),
        drawing=nothing,
        head=words.gettext("not on record"),
        note=words.gettext("This list is not recorded, so it has no first one."),
        css="is-open",
    )
    not_reviewed = Level(
        label=words.pgettext("list", "review"),
        drawing=nothing,
        head=words.gettext("not yet reviewed"),
        note=words.gettext("There are no first positions; who did it is not put."),
        css="is-open",
    )
    reviewed = [
        Level(
            label=words.pgettext("list", "review"),
            drawing=Markup(draw_ellipse(as_put(line.case, incident), scale)),
            head=head_of(line, words, detail.snapshot.outdated),
            note=note_of(line, telling),
            css="" if line.case.outcome and line.case.code not in detail.snapshot.outdated else "is-open",
        )
        for line in lines_of(detail)[:8]
    ]
    return [
        *(
            [_level(words.pgettext("list", "first list"), first, detail, telling, scale) for first in detail.first[:8]]
            or [unrecorded]
        ),
        _level(words.pgettext("list", "today’s list"), incident, detail, telling, scale, css="is-now"),
        *(reviewed or [not_reviewed]),
    ]


def _level(label: str, was: Incident, detail: IncidentDetail, telling: Telling, scale: float, css: str = "") -> Level:
    words = telling.words
    late = was.last_known_at - was.occurred_start
    head = words.gettext("known {moment}, {delay} after").format(
        moment=telling.moment(was.last_known_at), delay=lasting_words(late.total_seconds(), telling)
    )
    its_own = set(was.members)
    places = [place for place, member in enumerate(detail.members) if member.name in its_own]
    letters = [detail.members[place].letter for place in places]
    gone = len(was.members) - len(letters)
    if len(places) > 2 and places[-1] - places[0] == len(places) - 1:
        holds = words.gettext("{first} to {last}").format(first=letters[0], last=letters[-1])
    else:
        holds = words.listed(letters[:12]) + (" …" if len(letters) > 12 else "")
    if gone:
        elsewhere = words.ngettext("{number} that is elsewhere now", "{number} that are elsewhere now", gone)
        holds = words.listed([part for part in (holds, elsewhere.format(number=words.number(gone))) if part])
    note = words.gettext("; ").join(part for part in (telling.size(was), telling.sureness(was), holds) if part)
    return Level(label=label, drawing=Markup(draw_ellipse(was, scale)), head=head, note=note, css=css)


_CHANGES: Final = {
    "new": mark("new in the list"),
    "grown": mark("observations came in"),
    "shrunk": mark("observations went elsewhere"),
    "moved": mark("place, time or figures changed"),
    "merged": mark("several became one"),
    "split": mark("one became several"),
    "gone": mark("in no list any more"),
    "retyped": mark("kind changed"),
    "rejected": mark("rejected by hand"),
    "restored": mark("back in the list"),
}


def _history(detail: IncidentDetail, telling: Telling) -> list[dict[str, Any]]:
    """The changes, the last first, with links to the incidents that are still listed."""
    snapshot = detail.snapshot

    def named(ids: list[str]) -> list[tuple[str, bool]]:
        return [
            (snapshot.codes[snapshot.row_of[name]], True) if name in snapshot.row_of else (code_of(name), False)
            for name in ids
        ]

    return [
        {
            "list": row["list"],
            "moment": telling.moment(row["as_of"]),
            "what": telling.words.gettext(_CHANGES.get(row["what"], row["what"])),
            "from": named(row["from_ids"]),
            "to": named(row["to_ids"]),
        }
        for row in detail.history
    ]
