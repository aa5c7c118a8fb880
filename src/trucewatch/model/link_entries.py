"""What was entered of links and corridors by hand: each entry is a row of a table of `links.geojson`. The file holds
what stood at the start, the journal what came later; here both are one network.

One that was taken back counts at no moment: it was entered by mistake, and both entries stay in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.agreement_entries import TakenBack
from trucewatch.model.link_checks import Holder, tables_of
from trucewatch.model.link_statements import OF_CORRIDORS, OF_LINKS, STATEMENTS
from trucewatch.model.links import Network

AT_ONCE: Final = "at_once"
REASONS: Final[Mapping[str, Message]] = {
    AT_ONCE: Message("undone at once, from the message that followed the entry"),
}
"""Reasons that nobody has to type."""
OF_ROUTES: Final = ("need",)
"""Tables that a route over several states has, beside those of its links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEntry:
    """One act, as the journal holds it.

    about: a link, a corridor, or of `need` a route. row: of the record that STATEMENTS names; None for one that this
    program cannot read. known_at: since when the watch knew; that of the row. by: who entered it, a salted reference;
    whose word it is stands in the row. typed: its words by field, as references `w-…`.
    """

    entry_id: str
    entry: int
    table: str
    about: str
    row: Any
    known_at: datetime
    recorded_at: datetime
    by: str
    typed: Mapping[str, str]
    undone: TakenBack | None = None

    @property
    def stands(self) -> bool:
        return self.undone is None


def standing_link_entries(entries: Iterable[LinkEntry]) -> tuple[LinkEntry, ...]:
    """Those that nobody took back, in the order in which they became known and then of their entries."""
    return tuple(sorted((each for each in entries if each.stands), key=lambda each: (each.known_at, each.entry)))


def network_with(network: Network, entries: Iterable[LinkEntry]) -> Network:
    """The network with the entries that stand, each behind what its file says. What has no place in the network is
    left out (`counting_in_no_network`)."""
    rows: dict[str, dict[str, list[Any]]] = {}
    for each in standing_link_entries(entries):
        if each.row is not None:
            rows.setdefault(each.about, {}).setdefault(each.table, []).append(each.row)
    if not rows:
        return network

    def filled(records: tuple[Any, ...], tables: Iterable[str]) -> Any:
        """The same tuple where none of its records gains a row."""
        if not any(record.id in rows for record in records):
            return records
        return tuple(_with_rows(record, rows[record.id], tables) if record.id in rows else record for record in records)

    return replace(
        network,
        links=filled(network.links, OF_LINKS),
        routes=filled(network.routes, OF_ROUTES),
        corridors=filled(network.corridors, OF_CORRIDORS),
    )


def _with_rows(record: Any, rows: Mapping[str, list[Any]], tables: Iterable[str]) -> Any:
    more: dict[str, Any] = {table: (*getattr(record, table), *rows[table]) for table in tables if rows.get(table)}
    return replace(record, **more) if more else record


def counting_in_no_network(network: Network, entries: Iterable[LinkEntry]) -> list[Message]:
    """A sentence for each standing entry that counts nowhere: what it is about is not in the file any more, or this
    program cannot read it."""
    sentences = []
    subjects = {table: frozenset(subjects_of(network, table)) for table in STATEMENTS}
    for each in standing_link_entries(entries):
        if each.row is None:
            sentences.append(
                Message(
                    "entry {entry} about a link cannot be read by this version of the program, so it counts nowhere; "
                    "it is kept",
                    entry=each.entry,
                )
            )
        elif each.about not in subjects.get(each.table, ()):
            sentences.append(
                Message(
                    'entry {entry} is about "{about}", which links.geojson does not name now, so it counts nowhere; '
                    "it is kept",
                    entry=each.entry,
                    about=each.about[:60],
                )
            )
    return sentences


def subjects_of(network: Network, table: str) -> tuple[str, ...]:
    """What a row of a table can be about: ids of links, of corridors, of routes; none for a table that there is not."""
    holders: tuple[Holder, ...] = (*network.links, *network.corridors, *network.routes)
    return tuple(holder.id for holder in holders if table in tables_of(holder))
