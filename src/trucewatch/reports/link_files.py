"""Released links → GeoJSON (RFC 7946) and CSV, for one recipient.

Everything in both is of a `ReleasedLinks`; neither sees a network. Places are approximate and say so; credit, the
disclaimer of boundaries and names, and that a record is simulated stand in every file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trucewatch.locale import Words, languages, mark, words
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.links import PASSED
from trucewatch.model.openings import LinkLength
from trucewatch.model.rounding import coordinate
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.reports.link_release import (
    NameLine,
    NamesByLanguage,
    ReleasedCorridor,
    ReleasedLink,
    ReleasedLinks,
    ReleasedNode,
    ReleasedRoute,
    ReleasedStatus,
    ids_in,
)
from trucewatch.reports.link_told import ToldStatement
from trucewatch.reports.link_words import LinkWords
from trucewatch.reports.opening_told import ToldJourney, ToldOpening
from trucewatch.reports.place_names import DISCLAIMER

SCHEMA: Final = "trucewatch/links-released/1"
NO_COUNT: Final = mark("No count is made per side, neither of links nor of how they stand.")
APPROXIMATE: Final = mark("Places and courses are approximate: a drawing of what sources say, and no survey.")
COLUMNS: Final[Mapping[str, str]] = {
    "record": "about, status, statement, name, length, route, corridor or opening",
    "id": "id of the link, route or corridor; code of the opening",
    "kind": "road, railway or crossing; of a statement what it is about",
    "title": "its ends and the clauses that this watch counts it to",
    "clauses": "clauses that this watch counts it to, by its own reading",
    "direction": "in which direction",
    "travellers": "for whose travellers; everybody where none is named",
    "status": "never_built, destroyed, closed, restricted, open or not_known",
    "words": "in words: how it stands, what is stated, a name, an answer",
    "who": "who says so, or who uses the name",
    "since": "from which day on, as stated; empty where not told",
    "until": "the first day of which it is no longer said",
    "km_least": "length, km; of record length worked out over the figures that are stated, which it replaces none of",
    "km_most": "the same, at most",
    "source": "where it is stated; empty where not told",
    "known": "the day on which the watch knew of it",
    "simulated": "yes for an invented record",
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFile:
    """A release with what its files say of themselves. watch: as the recipient is told of it."""

    released: ReleasedLinks
    watch: Watch
    recipient: str

    def geojson(self) -> bytes:
        """One FeatureCollection: nodes and links as features, the rest beside them."""
        released = self.released
        features = [
            *(self._node(node) for node in released.nodes),
            *(self._link(link) for link in released.links if link.link.kind in PASSED),
        ]
        document = {
            "type": "FeatureCollection",
            "schema": SCHEMA,
            "watch": self.watch.settings.id,
            "recipient": self.recipient,
            "day": released.day.isoformat(),
            "known_until": iso_utc(released.known_until),
            "simulated": self.watch.settings.simulated,
            "approximate": True,
            "credit": _names_shown(released.credit),
            "disclaimer": self._in_languages(DISCLAIMER),
            "notes": [self._in_languages(text) for text in (APPROXIMATE, NO_COUNT)],
            "named": self._named(),
            "routes": [self._route(route) for route in released.routes],
            "corridors": [self._corridor(corridor) for corridor in released.corridors],
            "openings": [_opening(opening) for opening in released.openings],
            "features": features,
        }
        return (json.dumps(document, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()

    def csv(self, spoken: Words) -> bytes:
        """A row for each thing that is told; UTF-8 with a mark, as office programs want it, no cell a formula."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
        writer.writeheader()
        wording = LinkWords(self.released, self.watch, spoken)
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in self._rows(wording))
        return b"\xef\xbb\xbf" + text.getvalue().encode()

    def _node(self, node: ReleasedNode) -> dict[str, Any]:
        return {
            "type": "Feature",
            "id": node.id,
            "geometry": {"type": "Point", "coordinates": [coordinate(node.lon), coordinate(node.lat)]},
            "properties": {
                "node": node.kind,
                "names": _names_shown(node.labels),
                "approximate": True,
                "simulated": self.watch.settings.simulated,
            },
        }

    def _link(self, released: ReleasedLink) -> dict[str, Any]:
        link = released.link
        return {
            "type": "Feature",
            "id": link.id,
            "geometry": {
                "type": "LineString",
                "coordinates": [[coordinate(lon), coordinate(lat)] for lon, lat in link.points],
            },
            "properties": {
                "kind": link.kind,
                "from": link.from_,
                "to": link.to,
                "names": _names(released.names),
                "clauses": list(link.clauses),
                "gauge_mm": link.gauge_mm,
                "carries": list(link.carries),
                "between": list(link.between),
                "one_way": link.one_way,
                "statuses": [_status(row) for row in released.statuses],
                "statements": [_statement(each) for each in released.statements],
                "length_worked_out": _length(released.length),
                "source": printable(link.source),
                "approximate": True,
                "simulated": released.is_simulated,
            },
        }

    def _route(self, route: ReleasedRoute) -> dict[str, Any]:
        return {
            "id": route.id,
            "names": _names(route.names),
            "links": list(route.links),
            "clauses": list(route.clauses),
            "needs": [_statement(each) for each in route.needs],
            "source": printable(route.source),
        }

    def _corridor(self, corridor: ReleasedCorridor) -> dict[str, Any]:
        return {
            "id": corridor.id,
            "instrument": corridor.instrument or None,
            "clause": corridor.clause or None,
            "names": _names(corridor.names),
            "links": list(corridor.links),
            "statements": [_statement(each) for each in corridor.statements],
            "source": printable(corridor.source),
        }

    def _named(self) -> dict[str, Mapping[str, str]]:
        """The names of the parties, bodies and states of which the file speaks."""
        names = dict(self.watch.names_by_id) | {state.id: state.names for state in self.released.states}
        return {each: _names_shown(names[each]) for each in sorted(set(ids_in(self.released))) if each in names}

    def _in_languages(self, text: str) -> dict[str, str]:
        spoken = [each for each in self.watch.settings.languages if each in languages()] or ["en"]
        return {language: words(language).gettext(text) for language in spoken}

    def _rows(self, wording: LinkWords) -> Iterator[dict[str, Any]]:
        spoken, released = wording.words, self.released
        is_simulated = "yes" if self.watch.settings.simulated else ""
        about = [DISCLAIMER, APPROXIMATE, NO_COUNT]
        credit = printable(spoken.name(released.credit, otherwise=""))
        for text in (*map(spoken.gettext, about), *filter(None, [credit])):
            yield {"record": "about", "words": text, "simulated": is_simulated}
        for link in released.links:
            yield from _link_rows(link, wording)
        for route in released.routes:
            own = {"id": route.id, "clauses": "; ".join(route.clauses), "simulated": is_simulated}
            stretches = " → ".join(wording.stretches(route.links))
            yield {"record": "route", **own, "words": stretches, "source": printable(route.source)}
            yield from _rest_rows(own, route.names, route.needs, wording, "")
        for corridor in released.corridors:
            own = {"id": corridor.id, "clauses": corridor.clause, "simulated": is_simulated}
            yield {"record": "corridor", **own, "source": printable(corridor.source)}
            yield from _rest_rows(own, corridor.names, corridor.statements, wording, wording.start_of(corridor))
        for opening in released.openings:
            for side in opening.sides:
                yield {
                    "record": "opening",
                    "id": opening.code,
                    "title": wording.question(opening),
                    "clauses": "; ".join(opening.clauses),
                    "travellers": wording.who(side.side),
                    "words": wording.change(side),
                    "who": wording.whom(opening.whose),
                    "simulated": is_simulated,
                }


def _link_rows(released: ReleasedLink, wording: LinkWords) -> Iterator[dict[str, Any]]:
    link = released.link
    own = {
        "id": link.id,
        "title": wording.title(link),
        "clauses": "; ".join(link.clauses),
        "simulated": "yes" if released.is_simulated else "",
    }
    for row in released.statuses:
        yield {
            "record": "status",
            **own,
            "kind": link.kind,
            "direction": wording.direction(link, row.direction),
            "travellers": wording.travellers(row),
            "status": row.status,
            "words": wording.status(row),
            "who": " | ".join(dict.fromkeys(wording.by(each) for each in row.statements)),
        }
    yield from _rest_rows(own, released.names, released.statements, wording, "")
    if released.length is not None and (released.length.stated or link.kind != "crossing"):
        km = released.length.km
        yield {
            "record": "length",
            **own,
            "kind": link.kind,
            "words": wording.length(released.length),
            "km_least": str(round(km.least, 1)),
            "km_most": str(round(km.most, 1)),
        }


def _rest_rows(
    own: Mapping[str, str],
    names: NamesByLanguage,
    statements: Iterable[ToldStatement],
    wording: LinkWords,
    start: str,
) -> Iterator[dict[str, Any]]:
    released = wording.released.link(own["id"])
    link = released.link if released else None
    for text, users in wording.name_lines(names):
        yield {"record": "name", **own, "words": text, "who": users}
    for each in statements:
        km = {"km_least": str(each.values["km"]), "km_most": str(each.values["km"])} if each.table == "length" else {}
        yield {
            "record": "statement",
            **own,
            "kind": each.table,
            "status": each.values.get("status", ""),
            "words": wording.stated(each, link, start),
            "who": wording.by(each),
            "since": _iso(each.values.get("since") or each.values.get("day")),
            "until": _iso(each.values.get("until")),
            "source": printable(each.source),
            "known": _iso(each.known_on),
            **km,
        }


def _iso(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        return iso_utc(value)
    return value.isoformat() if value else ""


def _cell(value: Any) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _names_shown(names: Mapping[str, str]) -> dict[str, str]:
    return {language: isolated(text) for language, text in names.items()}


def _names(names: NamesByLanguage) -> list[dict[str, Any]]:
    """Every name once, with its users; none is chosen."""
    users: dict[str, NameLine] = {line.text: line for lines in names.values() for line in lines}
    return [{"text": isolated(users[text].text), "used_by": list(users[text].users)} for text in sorted(users)]


def _status(row: ReleasedStatus) -> dict[str, Any]:
    return {
        "direction": row.direction,
        "travellers_of": row.traveller or None,
        "status": row.status,
        "why": row.why,
        "statements": [_statement(each) for each in row.statements],
    }


def _statement(statement: ToldStatement) -> dict[str, Any]:
    return {
        "about": statement.table,
        "by": statement.by or None,
        **{name: _plain(value) if isinstance(value, date) else value for name, value in statement.values.items()},
        "words": {name: _names_shown(names) for name, names in statement.words.items()},
        "source": printable(statement.source) or None,
        "known": statement.known_on.isoformat() if statement.known_on else None,
    }


def _length(length: LinkLength | None) -> dict[str, Any] | None:
    if length is None:
        return None
    return {
        "km": [round(length.km.least, 1), round(length.km.most, 1)],
        "worked_out_from": length.worked_out_from,
        **({"shorter_than_straight_line": [each.km for each in length.below]} if length.below else {}),
    }


def _opening(opening: ToldOpening) -> dict[str, Any]:
    return {
        "code": opening.code,
        "from": opening.from_,
        "to": opening.to,
        "opened": list(opening.opened),
        "mode": opening.mode,
        "day": opening.day.isoformat(),
        "sides": [
            {"travellers_of": side.side, "before": _journey(side.before), "after": _journey(side.after)}
            for side in opening.sides
        ],
        "still_needed": [
            {"link": need.link, "status": need.status, "works": list(need.works), "to_be_decided_by": list(need.who)}
            for need in opening.needs
        ],
        "clauses": list(opening.clauses),
        "rests_on_statements_of": list(opening.whose),
    }


def _journey(journey: ToldJourney | None) -> dict[str, Any] | None:
    if journey is None:
        return None
    return {
        "minutes": list(journey.minutes),
        "border_minutes": list(journey.border),
        "km": list(journey.km),
        "links": list(journey.links),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso_utc(value)
    return value.isoformat() if isinstance(value, date) else list(value)
