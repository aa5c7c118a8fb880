"""What a page of links needs for its picture: the table of the map, the drawing of the chosen day, the form of time.

Table and sheet are worked out once for a network, a language and what was known; a day then costs a look into spans.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from markupsafe import Markup

from trucewatch.desks.linking.chosen_day import ChosenDay, latest_of
from trucewatch.desks.linking.map_data import MAP_STATUSES, Knowing, Span, day_number, network_table
from trucewatch.desks.linking.network_drawing import draw_network, draw_swatch, lay_out
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.link_names import link_title, node_label
from trucewatch.model.link_statements import STATUS_WORDS
from trucewatch.model.links import INSIDE_ONLY, KIND_WORDS, LINK_KINDS, Network
from trucewatch.pipeline.link_entering import network_of
from trucewatch.reports.place_names import map_words
from trucewatch.server.view import View

Mode = Literal["then", "fixed"]
OWN_FIELDS: Final = frozenset(("at", "known_by", "lines"))
"""Fields of the address that the form of time writes itself."""
LONGEST_KEPT: Final = 300
MOST_KEPT: Final = 20
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTable:
    """The table that the map takes, as it is sent: plain and packed, with its mark."""

    table: dict[str, Any]
    plain: bytes
    packed: bytes
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendRow:
    """A line of the legend. status: whose count stands beside it; "" for none. is_line: of what nobody passes."""

    swatch: Markup
    words: Message | Term
    status: str = ""
    count: int = 0
    is_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkMap:
    """What `network_map.html.jinja` shows. before, after: the changes beside the chosen day, None where there is none;
    stops: all of them with the watch's own day; at: which of them the day stands at."""

    drawing: Markup
    address: str
    way: str
    day: date
    mode: Mode
    fixed_by: str
    before: date | None
    after: date | None
    stops: tuple[date, ...]
    at: int
    has_lines: bool
    shows_lines: bool
    legend: tuple[LegendRow, ...]
    carried: tuple[tuple[str, str], ...]
    disclaimer: str
    credits: tuple[str, ...]


def map_context(view: View, chosen: ChosenDay, *, asked: Sequence[str] = ()) -> dict[str, Any]:
    """`network_map` for a page's template, and None where the watch has no links. asked: links of the asked way."""
    network = network_of(view.console.store, view.watch)
    if not network.links:
        return {"network_map": None}
    has_lines = any(link.is_inside_only for link in network.links)
    shows_lines = has_lines and view.request.query_params.get("lines", "") == "on"
    table = table_of(view, network, chosen).table
    mode: Mode = "then" if chosen.horizon == "then" else "fixed"
    stands = _stands(table, mode, day_number(chosen.day))
    visible = [link["id"] for link in table["links"] if shows_lines or link["kind"] not in INSIDE_ONLY]
    stops = stops_of(table, mode, set(visible))
    today = day_number(chosen.day)
    before = [stop for stop in stops if stop < today]
    after = [stop for stop in stops if stop > today]
    day_words = view.words.short_day(chosen.day)
    sheet = view.console.shared.get(
        ("sheet of links", id(network), view.words.language, shows_lines),
        lambda: lay_out(
            network, view.watch.basemap.ground, _labels(view, network), view.words, shows_lines=shows_lines
        ),
        anchor=network,
    )
    name = view.words.gettext("Map of the links on {day}; the table says the same").format(day=day_words)
    return {
        "network_map": NetworkMap(
            drawing=draw_network(sheet, stands, name=name, way=frozenset(asked), shows_lines=shows_lines),
            address=chosen.address("/links/map.json", lang=view.words.language, lines="on" if shows_lines else ""),
            way=" ".join(asked),
            day=chosen.day,
            mode=mode,
            fixed_by="now" if chosen.horizon != "moment" else chosen.query["known_by"],
            before=_day(before[-1]) if before else None,
            after=_day(after[0]) if after else None,
            stops=tuple(_day(stop) for stop in stops),
            at=max(sum(stop <= today for stop in stops) - 1, 0),
            has_lines=has_lines,
            shows_lines=shows_lines,
            legend=_legend(view, network, Counter(stands[link] for link in visible), is_asked=bool(asked)),
            carried=_carried(view),
            disclaimer=map_words(view.watch, view.words),
            credits=tuple(
                words
                for names in (network.credit, view.watch.basemap.credit)
                if (words := printable(view.words.name(names)))
            ),
        )
    }


def table_of(view: View, network: Network, chosen: ChosenDay, *, shows_lines: bool = True) -> MapTable:
    """The map's table for this reader, worked out once while network and what may be told of it stay the same.
    shows_lines: with lines of power, gas, water and telephone, and what is an end of these alone."""
    latest = latest_of(view)
    fixed_by = latest if chosen.horizon == "then" else chosen.known_by
    knowing = Knowing(known_by=fixed_by, clock=view.clock, latest=latest, zone=view.watch.zone)
    moments = sorted(statement.known_at for link in network.links for statement in link.status)
    # Moments between which nothing became known are one to the table, else every second of a clock would be another.
    horizons = tuple(bisect_right(moments, limit) for limit in (fixed_by, knowing.clock, latest))
    language = view.words.language
    table: MapTable = view.console.shared.get(
        ("table of links", id(network), language, knowing.clock_day, knowing.last_day, horizons, shows_lines),
        lambda: _written(view, network if shows_lines else without_lines(network), knowing),
        anchor=network,
    )
    return table


def without_lines(network: Network) -> Network:
    """The network without lines of power, gas, water and telephone, and without what is an end of these alone."""
    links = tuple(link for link in network.links if not link.is_inside_only)
    inside_only = {end for link in network.links if link.is_inside_only for end in (link.from_, link.to)}
    hidden = inside_only - {end for link in links for end in (link.from_, link.to)}
    return replace(network, links=links, nodes=tuple(node for node in network.nodes if node.id not in hidden))


def stops_of(table: dict[str, Any], mode: Mode, links: set[str]) -> list[int]:
    """The days on which some of these links come to stand otherwise, and the day of the watch's clock, in order."""
    days = {table["today"]}
    for link, ways in zip(table["links"], table["spans"][mode], strict=True):
        if link["id"] in links:
            days |= {span[0] for spans in ways if spans for span in spans if span[0] is not None}
    return sorted(day for day in days if day <= table["last"])


def _written(view: View, network: Network, knowing: Knowing) -> MapTable:
    titles = {link.id: printable(link_title(view.watch, link, view.words)) for link in network.links}
    table = network_table(
        network, view.watch.agreement, knowing, labels=_labels(view, network), titles=titles, words=view.words
    )
    plain = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    return MapTable(
        table=table,
        plain=plain,
        packed=gzip.compress(plain, compresslevel=5, mtime=0),
        mark=f'"{hashlib.sha256(plain).hexdigest()[:16]}"',
    )


def _labels(view: View, network: Network) -> dict[str, str]:
    """Node → all its names by the reader's policy, as they are on the day of the watch's clock."""
    day = _local_day(view.clock, view)
    return {
        node.id: printable(node_label(view.watch, node, view.words.language, day)) or node.id for node in network.nodes
    }


def _local_day(moment: datetime, view: View) -> date:
    return moment.astimezone(view.watch.zone).date()


def _stands(table: dict[str, Any], mode: Mode, day: int) -> dict[str, str]:
    """Link → the status that it is drawn with: of two directions the freer."""
    return {
        link["id"]: MAP_STATUSES[max(_status_on(spans, day) for spans in ways if spans is not None)]
        for link, ways in zip(table["links"], table["spans"][mode], strict=True)
    }


def _status_on(spans: Sequence[Span], day: int) -> int:
    for first, until, status, _why in spans:
        if (first is None or first <= day) and (until is None or day < until):
            return status
    return 0


def _legend(view: View, network: Network, counts: Counter[str], *, is_asked: bool) -> tuple[LegendRow, ...]:
    """How each status is drawn, with how many stand so, and then each kind that there is."""
    present = {link.kind for link in network.links}
    sample = "road" if "road" in present or "railway" not in present else "railway"
    rows = [
        LegendRow(swatch=draw_swatch(sample, status), words=STATUS_WORDS[status], status=status, count=counts[status])
        for status in reversed(MAP_STATUSES)
    ]
    rows += [
        LegendRow(swatch=draw_swatch(kind, "open"), words=KIND_WORDS[kind], is_line=kind in INSIDE_ONLY)
        for kind in LINK_KINDS
        if kind in present
    ]
    if is_asked:
        swatch = draw_swatch(sample, "open", is_asked=True)
        rows.append(LegendRow(swatch=swatch, words=Message("on the asked way")))
    return tuple(rows)


def _carried(view: View) -> tuple[tuple[str, str], ...]:
    """What else the address asks, which the form of time carries along."""
    pairs = [pair for pair in view.request.query_params.multi_items() if pair[0] not in OWN_FIELDS]
    return tuple((name, value) for name, value in pairs if len(name) + len(value) <= LONGEST_KEPT)[:MOST_KEPT]


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)
