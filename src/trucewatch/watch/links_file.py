"""`links.geojson` → the network of a watch, each fault with its feature, table and row.

A feature is a node (Point, with `node`) or a link (LineString, with `kind`); states, routes, corridors and assumptions
stand beside `features`. What is sound is read, whatever else is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeVar

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.clause_texts import CopyOfText
from trucewatch.model.faults import Fault
from trucewatch.model.link_checks import MOST_ROWS, not_of_this, of_words, tables_of
from trucewatch.model.link_statements import OF_CORRIDORS, OF_LINKS
from trucewatch.model.link_vocabulary import nearest
from trucewatch.model.links import Assumptions, Corridor, Link, Network, Node, RouteOfStates, State
from trucewatch.model.names import NamesFile
from trucewatch.model.record_mapping import record_from
from trucewatch.model.times import zone_named
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Basemap, Zone
from trucewatch.watch.feature_shapes import Area, FeatureFault, document_of, geometry_of, properties_of
from trucewatch.watch.json_rows import raw_fault, text_id
from trucewatch.watch.link_file_checks import NetworkFaults, check_network
from trucewatch.watch.toml_records import is_deeper_than, read_row

LINKS_FILE: Final = "links.geojson"
_BESIDE: Final = ("type", "features", "states", "routes", "corridors", "assumptions", "credit", "name", "crs", "bbox")
"""`name`, `crs` and `bbox` are what map programs write by themselves."""
_DEEPEST: Final = 24
"""Objects and lists in each other; no network needs more than ten."""
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
_PAGES: Final = ("entries", "export", "opening", "openings")
"""Ids that no link can have: at its address, another page of the console stands."""

R = TypeVar("R")


def read_links(
    content: bytes,
    *,
    settings: WatchFile | None,
    agreement: Agreement | None,
    zones: Sequence[Zone],
    basemap: Basemap,
    naming: NamesFile | None,
    texts: Sequence[CopyOfText] = (),
) -> tuple[Network | None, list[Fault]]:
    """The network, and every fault of the file; None where it is no GeoJSON at all. What of the watch cannot be read
    (None) is not asked for.

    A faulty feature or row is one fault and is left out of the network; what is merely doubtful is a warning and stays.
    """
    reader = _LinksReader(_area_of(settings))
    document = document_of(content, LINKS_FILE, reader.faults.faults)
    if not document:
        return None, list(reader.faults)
    if is_deeper_than(document, _DEEPEST):
        reader.faults.error("", Message("is nested too deep"), Message("see docs/watch-folder.md for its form"))
        return None, list(reader.faults)
    network = reader.network_of(document)
    if agreement is not None:
        network = check_network(
            network,
            reader.faults,
            agreement=agreement,
            zone=_zone_of(settings),
            zones=zones,
            basemap=basemap,
            naming=naming,
            texts=texts,
        )
    return network, list(reader.faults)


class _LinksReader:
    """Reads the parts of the document one by one, and keeps in `faults` where each of them stands."""

    def __init__(self, area: Area | None) -> None:
        self.area = area
        self.faults = NetworkFaults(LINKS_FILE)

    def network_of(self, document: Mapping[str, Any]) -> Network:
        for key in document:
            if key not in _BESIDE:
                what = Message('unknown key "{key}" beside "features"', key=text_id(key))
                self.faults.error("", what, nearest(key[:60], _BESIDE))
        nodes: list[Node] = []
        links: list[Link] = []
        for number, feature in enumerate(document["features"], 1):
            place, name = self._place_of(feature, number)
            try:
                self._read_feature(feature, place, name, nodes, links)
            except FeatureFault as fault:
                self.faults.error(place, fault.what, fault.remedy)
                self.faults.faulty.add(name)
        return Network(
            nodes=tuple(nodes),
            links=tuple(links),
            states=tuple(self._rows(document, "states", State, ())),
            routes=tuple(self._rows(document, "routes", RouteOfStates, ("need",))),
            corridors=tuple(self._rows(document, "corridors", Corridor, tuple(OF_CORRIDORS))),
            assumptions=self._assumptions(document.get("assumptions", {})),
            credit=self._credit(document.get("credit", {})),
        )

    def _place_of(self, feature: Any, number: int) -> tuple[Message, str]:
        """What a feature is called in a fault, and its id ("" where it has none that can be one)."""
        if not isinstance(feature, dict):
            return Message("feature {number}", number=number), ""
        name = feature.get("id", properties_of(feature).get("id", ""))
        name = name if isinstance(name, str) else ""
        if not name:
            return Message("feature {number}", number=number), ""
        return Message('feature {number} ("{name}")', number=number, name=text_id(name)), name

    def _read_feature(self, feature: Any, place: Message, name: str, nodes: list[Node], links: list[Link]) -> None:
        if not isinstance(feature, dict):
            raise FeatureFault(Message("is no feature"), Message("export it again from the map program"))
        properties = {key: value for key, value in properties_of(feature).items() if key != "id"}
        if not name:
            raise FeatureFault(Message("has no id"), Message('add "id" beside "geometry"'))
        if ("node" in properties) == ("kind" in properties):
            what = Message("is not said to be a node or a link")
            raise FeatureFault(what, Message('give "node" for a town or border point, "kind" for a link between two'))
        for key in ("lon", "lat", "points"):
            if key in properties:
                what = Message('unknown key "{key}"', key=key)
                raise FeatureFault(what, Message("leave it out: the geometry says it"))
        geometry = feature.get("geometry")
        if isinstance(geometry, dict) and (fault := raw_fault({"type": geometry.get("type")})) is not None:
            raise fault
        if "node" in properties:
            point = geometry_of(feature, ("Point",), self.area)
            row = {("kind" if key == "node" else key): value for key, value in properties.items()}
            node = self._read(row | {"id": name, "lon": point.x, "lat": point.y}, Node, place)
            if node is None:
                self.faults.faulty.add(name)
            elif self._is_new(name, place):
                nodes.append(node)
            return
        line = geometry_of(feature, ("LineString",), self.area)
        own = {key: value for key, value in properties.items() if key not in OF_LINKS}
        link = self._read(own | {"id": name, "points": [list(corner) for corner in line.coords]}, Link, place)
        if link is None:
            self.faults.faulty.add(name)
        elif name in _PAGES:
            what = Message('the id "{id}" cannot be used', id=name)
            self.faults.error(place, what, Message("write another: a page of the console has that name"))
        elif self._is_new(name, place):
            links.append(self._with_tables(link, properties, place, tuple(OF_LINKS)))

    def _rows(self, document: Mapping[str, Any], key: str, record: type[R], tables: tuple[str, ...]) -> list[R]:
        """The rows of a list beside the features, with their tables."""
        listed = document.get(key, [])
        if not isinstance(listed, list):
            what = Message('has "{key}" that is no list', key=key)
            self.faults.error("", what, Message('write "{key}": [{{"id": "…"}}] beside "features"', key=key))
            return []
        rows: list[R] = []
        for number, raw in enumerate(listed, 1):
            place = Message("{key} {number}", key=key, number=number)
            if not isinstance(raw, dict):
                what = Message("is no object")
                self.faults.error(place, what, Message('write it like {{"id": "…"}}'))
                continue
            name = raw.get("id")
            if isinstance(name, str) and name:
                place = Message('{key} {number} ("{name}")', key=key, number=number, name=text_id(name))
            row = self._read({each: value for each, value in raw.items() if each not in tables}, record, place)
            if row is not None and self._is_new(str(name), place):
                rows.append(self._with_tables(row, raw, place, tables))
        return rows

    def _with_tables(self, holder: R, raw: Mapping[str, Any], place: Message, tables: tuple[str, ...]) -> R:
        """The same with the statements of its tables, each row by itself: a faulty one is a fault and is left out."""
        read: dict[str, tuple[Any, ...]] = {}
        for table in tables:
            rows = raw.get(table)
            if rows is None:
                continue
            if table not in tables_of(holder):  # type: ignore[arg-type]
                self.faults.error(place, *not_of_this(table, holder))  # type: ignore[arg-type]
                continue
            if not isinstance(rows, list) or len(rows) > MOST_ROWS:
                what = Message('has "{table}" that is no list of at most {most} rows', table=table, most=MOST_ROWS)
                self.faults.error(place, what, Message('write "{table}": [{{…}}, {{…}}]', table=table))
                continue
            read[table] = tuple(self._statements(table, rows, holder, place))
        return replace(holder, **read) if read else holder  # type: ignore[type-var]

    def _statements(self, table: str, rows: list[Any], holder: Any, place: Message) -> list[Any]:
        record = OF_LINKS.get(table) or OF_CORRIDORS[table]
        statements = []
        for number, raw in enumerate(rows, 1):
            at = Message("{place}, {table} {number}", place=place, table=table, number=number)
            if not isinstance(raw, dict):
                self.faults.error(at, Message("is no object"), Message('write it like {{"source": "…"}}'))
                continue
            statement = self._read(raw, record, at)
            if statement is not None:
                self.faults.place_of_row[id(statement)] = at
                statements.append(statement)
        return statements

    def _read(self, raw: Mapping[str, Any], record: type[R], place: Message) -> R | None:
        """The record of one object of the file; None with one fault where there is none."""
        if (fault := raw_fault(raw)) is not None:
            self.faults.error(place, fault.what, fault.remedy)
            return None
        try:
            row = record_from(record, raw)
            if all(moment is None or moment.tzinfo is not None for moment in _moments_of(row)):
                return row
        except ValueError:  # pydantic's too: `read_row` says what it is
            pass
        row_or_none, faults = read_row(raw, record)
        if row_or_none is None:
            self.faults.error(place, faults[0][1].what, faults[0][1].remedy)
        return row_or_none

    def _is_new(self, name: str, place: Message) -> bool:
        """Whether no node, link, route or corridor before has this id: a statement names what it is about by id."""
        if not _ID.fullmatch(name):
            what = Message('the id "{id}" cannot be used', id=text_id(name))
            self.faults.error(place, what, Message("write letters of A to Z, digits and hyphens, at most 60"))
            return False
        if name in self.faults.place_of:
            what = Message('the id "{id}" is given twice', id=text_id(name))
            self.faults.error(place, what, Message("give each node, link, route and corridor its own id"))
            return False
        self.faults.place_of[name] = place
        return True

    def _assumptions(self, raw: Any) -> Assumptions:
        place = Message("assumptions")
        if not isinstance(raw, dict):
            self.faults.error(place, Message("are no object"), Message('write {{"road_km_h": [30, 70], …}}'))
            return Assumptions()
        return self._read(raw, Assumptions, place) or Assumptions()

    def _credit(self, raw: Any) -> Mapping[str, str]:
        words = {"en": raw} if isinstance(raw, str) else raw
        if not isinstance(words, dict) or not all(isinstance(text, str) for text in words.values()):
            self.faults.error("", Message('has a "credit" that is no text'), Message('write {{"en": "…"}}'))
            return {}
        for trouble in of_words(("credit",), words):
            self.faults.error(Message("credit"), trouble.what, trouble.remedy)
            return {}
        return words


def _moments_of(row: Any) -> tuple[datetime | None, ...]:
    return getattr(row, "known_at", None), getattr(row, "at", None)


def _area_of(settings: WatchFile | None) -> Area | None:
    if settings is None:
        return None
    west, south, east, north = settings.area
    return settings.area if -180 <= west < east <= 180 and -90 <= south < north <= 90 else None


def _zone_of(settings: WatchFile | None) -> tzinfo:
    try:
        return zone_named(settings.time_zone) if settings is not None else UTC
    except TimeError:  # told of watch.toml already
        return UTC
