"""Watch: map and list side by side, filters, time, counters. Whatever the map shows, the list shows."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse, Response

from trucewatch.desks.map.basemap_pages import tiles_of
from trucewatch.desks.map.histogram import draw_histogram
from trucewatch.desks.map.map_symbols import sign_drawings
from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import held_back_word, held_word, kind_word, means_word, outcome_word
from trucewatch.model.incident import Incident
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.roles import Right
from trucewatch.model.rounding import PLACES, two_figures_of
from trucewatch.model.standing import Standing
from trucewatch.model.times import iso_utc, minute
from trucewatch.reports.period_words import period_span
from trucewatch.reports.signs import every_sign
from trucewatch.server.basemap import ground_of
from trucewatch.server.filter_words import hidden_words
from trucewatch.server.filters import Chosen, Shown, located, names_like, read_chosen, show, towns_spoken_of
from trucewatch.server.grave import board_of
from trucewatch.server.preferences import Visit
from trucewatch.server.rights import needs
from trucewatch.server.snapshot import Bools, Ints, Snapshot
from trucewatch.server.source_words import SourceWords, words_of_rows
from trucewatch.server.view import CurrentView, View

ROWS_AT_ONCE: Final = 100
MOST_PERIODS: Final = 100
"""How many periods the filter offers; an incident's page leads to any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row of the list."""

    n: int
    code: str
    incident: Incident
    standing: Standing
    says: SourceWords
    new_day: str
    """The day, where this row is the first of it in the list."""


router = APIRouter(include_in_schema=False)


@router.get("/watch")
@needs(Right.INSIDE)
def watch(view: CurrentView) -> HTMLResponse:
    context = _view(view, view.snapshot)
    if view.wants_part:
        answer = view.fragment("map/view.html.jinja", **context)
        # What was typed in the reader's zone and language goes into the address as every reader's console reads it.
        times = {"from": context["chosen"].begin, "to": context["chosen"].until}
        query = view.request.query_params
        if any(moment and query.get(name) != minute(moment) for name, moment in times.items()):
            answer.headers["HX-Push-Url"] = context["chosen"].address()
        return answer
    return view.page("map/watch.html.jinja", **context)


@router.get("/watch/rows")
@needs(Right.INSIDE)
def rows(view: CurrentView, after: int = 0) -> HTMLResponse:
    """More rows of the same view, from this place of the list on."""
    snapshot, visit = view.snapshot, view.reader
    pairs = [pair for pair in view.request.query_params.multi_items() if pair[0] not in ("after", "version")]
    chosen = read_chosen(pairs, snapshot, view.time_form)
    if view.request.query_params.get("version", snapshot.version) != snapshot.version:
        return HTMLResponse("")
    selection = show(snapshot, chosen)
    return view.fragment(
        "map/rows.html.jinja",
        rows=_listed(snapshot, visit, selection.rows, max(after, 0)),
        more=_more(selection, chosen, max(after, 0)),
        chosen=chosen,
        selected=None,
    )


@router.get("/watch/incidents.json")
@needs(Right.INSIDE)
def incidents(view: CurrentView) -> Response:
    snapshot = view.snapshot
    headers = {"etag": f'"{snapshot.version}"', "cache-control": "no-store"}
    if view.request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    plain, packed = view.console.shared.get(
        ("columns", snapshot.version), lambda: _columns_written(snapshot), anchor=snapshot
    )
    if "gzip" in view.request.headers.get("accept-encoding", ""):
        headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        return Response(packed, media_type="application/json", headers=headers)
    return Response(plain, media_type="application/json", headers=headers)


@router.get("/watch/ground.json")
@needs(Right.INSIDE)
def ground(view: CurrentView) -> Response:
    """What lies under the signs at the watch's clock. A page asks again whenever its list changes; what it has already
    is not sent twice."""
    snapshot = view.snapshot
    towns = view.console.shared.get(
        ("towns spoken of", snapshot.version), lambda: towns_spoken_of(snapshot), anchor=snapshot
    )
    ground = ground_of(snapshot.watch, view.reader.words, snapshot.as_of, towns)
    answer = JSONResponse(ground | tiles_of(view))
    answer.headers["etag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    answer.headers["cache-control"] = "no-store"
    if view.request.headers.get("if-none-match", "").removeprefix("W/") == answer.headers["etag"]:
        return Response(status_code=304, headers={"etag": answer.headers["etag"], "cache-control": "no-store"})
    return answer


@router.get("/watch/signs.json")
@needs(Right.INSIDE)
def signs(view: CurrentView) -> Response:
    drawn = {
        theme: {f"{outcome}-{kind}": sign_drawings(kind, outcome, theme) for kind, outcome in every_sign()}
        for theme in ("light", "dark")
    }
    return JSONResponse(drawn, headers={"cache-control": "max-age=3600"})


@router.get("/watch/card/{code}")
@needs(Right.INSIDE)
def card(view: CurrentView, code: str) -> HTMLResponse:
    snapshot = view.snapshot
    row = snapshot.row_beginning(code)
    if row is None:
        return HTMLResponse("")
    incident = snapshot.incident(row)
    return view.fragment(
        "map/card.html.jinja",
        incident=incident,
        words_of_it=words_of_rows(snapshot, [incident], view.words)[0],
        code=snapshot.codes[row],
        standing=snapshot.standings(np.array([row]))[0],
    )


@router.get("/watch/places")
@needs(Right.INSIDE)
def places(view: CurrentView, q: str = "") -> HTMLResponse:
    """Names that hold the text, in any language, each shown with the others."""
    return view.fragment("map/places.html.jinja", matches=names_like(view.snapshot, q[:100]))


def _view(view: View, snapshot: Snapshot) -> dict[str, Any]:
    visit = view.reader
    chosen = read_chosen(view.request.query_params.multi_items(), snapshot, view.time_form)
    selection = show(snapshot, chosen)
    selected = snapshot.row_beginning(chosen.selected) if chosen.selected else None
    any_time = show(snapshot, replace(chosen, begin=None, until=None)) if chosen.begin or chosen.until else selection
    first = 0
    if selected is not None and selection.mask[selected]:
        place = int(np.searchsorted(selection.rows, selected))
        first = 0 if place < ROWS_AT_ONCE else max(place - 5, 0)
    histogram = draw_histogram(snapshot, any_time.mask, chosen, visit.words, visit.zone, selected=selected)
    return {
        "chosen": chosen,
        "selection": selection,
        "selected": selected,
        "histogram": histogram,
        "brush": [view.time_form.write_moment(datetime.fromtimestamp(moment, UTC)) for moment in histogram.brush],
        "rows": _listed(snapshot, visit, selection.rows, first),
        "more": _more(selection, chosen, first),
        "skipped": first,
        "board": board_of(snapshot, visit.telling, selection.mask),
        "counters": _counters(snapshot, selection, visit),
        "filters": _filters(snapshot, chosen, visit),
        "period": snapshot.periods.get(chosen.period),
        "places": _searched(snapshot, chosen),
        "hidden": hidden_words(snapshot, chosen, visit.telling, snapshot.rows - len(selection.rows)),
        "minute": minute,
        "spans": _spans(snapshot, chosen, visit),
    }


def _searched(snapshot: Snapshot, chosen: Chosen) -> str:
    """Where the searched place lies, for the map; empty where none was searched or found."""
    place = located(snapshot, chosen.place) if chosen.place else None
    return place.corners(snapshot) if place else ""


def _listed(snapshot: Snapshot, visit: Visit, rows: Ints, first: int) -> list[ListRow]:
    part = rows[first : first + ROWS_AT_ONCE]
    listed, day_before = [], ""
    if first > 0 and first <= len(rows):
        day_before = visit.telling.day(snapshot.incident(int(rows[first - 1])).occurred_start)
    incidents = snapshot.incidents_at(part)
    says = words_of_rows(snapshot, incidents, visit.words)
    for row, incident, standing, words in zip(part, incidents, snapshot.standings(part), says, strict=True):
        day = visit.telling.day(incident.occurred_start)
        listed.append(
            ListRow(
                n=int(row),
                code=snapshot.codes[int(row)],
                incident=incident,
                standing=standing,
                says=words,
                new_day=day if day != day_before else "",
            )
        )
        day_before = day
    return listed


def _more(selection: Shown, chosen: Chosen, first: int) -> str:
    """The address of the rows that follow; empty if none do."""
    after = first + ROWS_AT_ONCE
    if after >= len(selection.rows):
        return ""
    address = replace(chosen, selected="").address().replace("/watch", "/watch/rows", 1)
    return f"{address}{'&' if '?' in address else '?'}after={after}"


def _counters(snapshot: Snapshot, selection: Shown, visit: Visit) -> dict[str, Any]:
    """What stands above map and list. Simulated and real are never summed: if both are shown, both are told."""
    messages = int((selection.mask & snapshot.is_message).sum())
    mask = selection.mask & ~snapshot.is_message
    incidents, simulated = int(mask.sum()), int((mask & snapshot.simulated).sum())
    low, high, counted = _items(snapshot, mask)
    bad = mask & (snapshot.outcome == 0)
    clauses = {
        clause: len(np.unique(snapshot.finding_incident[places][is_bad]))
        for clause, places in snapshot.clauses.items()
        if (is_bad := _are_bad(snapshot, places, bad)).any()
    }
    unlikely = pc.sum(pc.less(snapshot.incidents["happened"].filter(pa.array(bad)), 0.5)).as_py() or 0
    by_reason = np.bincount(snapshot.held_back[mask & (snapshot.held_back >= 0)], minlength=len(HELD)).tolist()
    in_words = visit.words.gettext("{clause} in {count}")
    return {
        "incidents": incidents,
        "messages": messages,
        "real": incidents - simulated,
        "simulated": simulated,
        "inconsistent": int(bad.sum()),
        "clauses": visit.words.listed(
            [
                in_words.format(clause=clause, count=visit.words.number(count))
                for clause, count in sorted(clauses.items())
            ]
        ),
        "items_low": low,
        "items_high": high,
        "unlikely": unlikely,
        "counted": counted,
        "held_count": sum(by_reason),
        "held": visit.telling.held_back(by_reason),
        "outcomes": selection.outcome_counts,
    }


def _items(snapshot: Snapshot, mask: Bools) -> tuple[int, int, int]:
    """The least and the most that the incidents of a mask count together, and how many of them count anything."""
    counts = snapshot.incidents.select(["count_min", "count_best", "count_max"]).filter(pa.array(mask))
    least, best, most = counts.columns
    counted = pc.or_(pc.is_valid(best), pc.and_(pc.is_valid(least), pc.is_valid(most)))
    low, high = (pc.sum(pc.coalesce(limit, best).filter(counted)).as_py() or 0 for limit in (least, most))
    return low, high, int(pc.sum(counted).as_py() or 0)


def _are_bad(snapshot: Snapshot, places: Ints, bad: Bools) -> Bools:
    """Which findings at these places are inconsistent and of a shown incident."""
    rows = snapshot.finding_incident[places]
    is_bad = (snapshot.finding_outcome[places] == 0) & (rows >= 0)
    is_bad[is_bad] = bad[rows[is_bad]]
    return np.asarray(is_bad, dtype=np.bool_)


def _filters(snapshot: Snapshot, chosen: Chosen, visit: Visit) -> dict[str, Any]:
    """The values that each filter offers: those that occur, and those that are chosen."""
    words = visit.words
    kinds = {KINDS[int(code)] for code in np.unique(snapshot.kind)} | set(chosen.kind)
    codes = np.unique(snapshot.held_back[snapshot.held_back >= 0]).tolist()
    reasons = {HELD[code] for code in codes} | set(chosen.reason)
    zones = {zone.id: zone for zone in snapshot.watch.zones if zone.id in snapshot.zones or zone.id in chosen.zone}
    means = set(snapshot.means) | set(chosen.means)
    named = {zone.id: printable(words.name(zone.names, otherwise=zone.id)) for zone in zones.values()}
    return {
        "means": sorted(((value, means_word(value, words)) for value in means), key=lambda pair: pair[1]),
        "kind": sorted(((value, kind_word(value, words)) for value in kinds), key=lambda pair: pair[1]),
        "zone": sorted(named.items(), key=lambda pair: pair[1]),
        "outcome": outcome_groups(words),
        "reason": [(word, held_word(word, words)) for word in HELD if word in reasons],
        "period": _periods(snapshot, chosen, visit),
    }


def outcome_groups(words: Words) -> list[tuple[str, str]]:
    """The four frames that signs have, in words: what is held back is one group, its reasons stand beside it."""
    return [
        (value, held_back_word(words) if value == "undetermined" else outcome_word(value, words)) for value in OUTCOMES
    ]


def _periods(snapshot: Snapshot, chosen: Chosen, visit: Visit) -> list[tuple[str, str]]:
    """The newest periods of dense reports, and the one that is chosen."""
    ids = list(snapshot.periods)[:MOST_PERIODS]
    if chosen.period and chosen.period not in ids:
        ids.append(chosen.period)
    return [(name, period_span(snapshot.periods[name], visit.zone, visit.words)) for name in ids]


def _spans(snapshot: Snapshot, chosen: Chosen, visit: Visit) -> dict[str, str]:
    """Addresses of other times: the day before and after, the last day and week, everything."""
    now = snapshot.as_of
    begin = chosen.begin or (chosen.until or now) - timedelta(days=1)
    until = chosen.until or now
    length = until - begin if chosen.begin or chosen.until else timedelta(days=1)
    midnight = now.astimezone(visit.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # On a past case the last day and week are those of the latest record, since the clock may stand far behind it.
    latest = int(snapshot.start_s.max()) if snapshot.rows else int(now.timestamp())
    if latest < now.timestamp():
        moment = datetime.fromtimestamp(latest, UTC).astimezone(visit.zone)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "back": chosen.address(begin=begin - length, until=begin),
        "forth": chosen.address(begin=until, until=until + length),
        "last_day": chosen.address(begin=midnight, until=midnight + timedelta(days=1)),
        "last_week": chosen.address(begin=midnight - timedelta(days=6), until=midnight + timedelta(days=1)),
        "all": chosen.address(begin=None, until=None),
        "unfiltered": Chosen(
            begin=chosen.begin, until=chosen.until, selected=chosen.selected, map=chosen.map
        ).address(),
    }


def _columns_written(snapshot: Snapshot) -> tuple[bytes, bytes]:
    """The columns as JSON, plain and packed: of a long list they are megabytes, and every open page asks for them.

    Times go as what packs to a fifth: each start as seconds after the row before, each end as seconds after its start.
    """
    columns = columns_of(snapshot)
    columns["start_steps"] = np.diff(snapshot.start_s, prepend=0).tolist()
    columns["lasts"] = (snapshot.end_s - snapshot.start_s).tolist()
    del columns["start"], columns["end"]
    plain = json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()
    return plain, gzip.compress(plain, compresslevel=5, mtime=0)


def columns_of(snapshot: Snapshot) -> dict[str, Any]:
    """All incidents as the map takes them: columns, newest first, rounded as everywhere; half-axes of 95 %."""
    has_place = np.isfinite(snapshot.lon) & np.isfinite(snapshot.lat)
    has_size = has_place & np.isfinite(snapshot.major_m)
    kinds = [KINDS[int(code)] for code in np.unique(snapshot.kind)]
    position = {KINDS.index(code): number for number, code in enumerate(kinds)}

    def column(values: np.ndarray[Any, Any], has: np.ndarray[Any, Any], digits: int) -> list[float | int | None]:
        rounded = np.round(np.where(has, values, 0.0), digits)
        cells = rounded.tolist() if digits else rounded.astype(np.int64).tolist()
        return [cell if is_there else None for cell, is_there in zip(cells, has.tolist(), strict=True)]

    return {
        "version": snapshot.version,
        "rows": snapshot.rows,
        "kinds": kinds,
        "outcomes": list(OUTCOMES),
        "code": snapshot.codes,
        "lon": column(snapshot.lon, has_place, PLACES),
        "lat": column(snapshot.lat, has_place, PLACES),
        "major_m": column(two_figures_of(snapshot.major_m), has_size, 0),
        "minor_m": column(two_figures_of(snapshot.minor_m), has_size, 0),
        "azimuth_deg": column(snapshot.azimuth_deg, has_size, 0),
        "outcome": snapshot.outcome.tolist(),
        "helds": list(HELD),
        "held": snapshot.held_back.tolist(),
        "kind": [position[int(code)] for code in snapshot.kind],
        "start": snapshot.start_s.tolist(),
        "end": snapshot.end_s.tolist(),
        "simulated": snapshot.simulated.astype(int).tolist(),
        "as_of": iso_utc(snapshot.as_of),
    }
