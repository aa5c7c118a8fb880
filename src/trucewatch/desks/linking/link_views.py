"""The links of a watch on a chosen day, as its pages list them: statuses a direction, since when, km, whose word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from markupsafe import Markup

from trucewatch.desks.linking.chosen_day import ChosenDay, chosen_day
from trucewatch.desks.linking.map_data import MAP_STATUSES
from trucewatch.desks.linking.network_drawing import draw_swatch
from trucewatch.desks.linking.status_text import status_text
from trucewatch.desks.linking.wording import (
    direction_words,
    km_words,
    last_said,
    name_of,
    since_of,
    status_words,
    voice_words,
)
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.link_names import link_title, node_labels
from trucewatch.model.link_status import LinkStatus, Passing, has_to_name, status_on
from trucewatch.model.links import KIND_WORDS, LINK_KINDS, Link, Network
from trucewatch.model.meetings import clauses_beside
from trucewatch.model.openings import LinkLength
from trucewatch.pipeline.link_ends import NodeNames, node_names
from trucewatch.pipeline.link_entering import network_of
from trucewatch.pipeline.link_figures import length_of
from trucewatch.server.view import View

PAGE: Final = 200
LONGEST_SOUGHT: Final = 100
"""Characters of a text that is sought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCell:
    """How a link stands in a direction, for somebody: one line of a row."""

    where: Message
    status: LinkStatus
    words: Message
    since: Message
    sign: Markup
    is_own: bool = False
    """Whether it is about the travellers of somebody alone."""
    last_said: date | None = None
    """When what stands was said last; the status is carried on from then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link as the list has it."""

    link: Link
    title: str
    kind: Message
    summary: str
    """How it stands for everybody, in one text: that of the map's table too."""
    stands: str
    cells: tuple[StatusCell, ...]
    own_cells: tuple[StatusCell, ...]
    """What holds for the travellers of somebody alone."""
    km: Message
    length: LinkLength
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of the list is asked: each empty for all."""

    kind: str = ""
    status: str = ""
    clause: str = ""
    text: str = ""

    @property
    def query(self) -> dict[str, str]:
        question = {"kind": self.kind, "status": self.status, "clause": self.clause, "q": self.text}
        return {name: text for name, text in question.items() if text}


@dataclass(frozen=True, kw_only=True)
class ShownNetwork:
    """The network by what was known at the chosen moment, with what its pages ask of it. Whatever became known later is
    not in it."""

    view: View
    chosen: ChosenDay
    whole: Network
    """Whatever the watch holds, also of later: for what takes `known_by` itself."""
    network: Network
    _statuses: dict[tuple[str, Passing, str], LinkStatus] = field(default_factory=dict)

    @cached_property
    def links(self) -> Mapping[str, Link]:
        return {link.id: link for link in self.network.links}

    @cached_property
    def nodes(self) -> Mapping[str, str]:
        """Node → what it is called."""
        labels = node_labels(self.view.watch, self.network.nodes, self.view.words.language, self.chosen.day)
        return {node: printable(label) for node, label in labels.items()}

    @cached_property
    def every_name(self) -> NodeNames:
        """Every name by which somebody may ask for a node."""
        return node_names(self.view.watch, self.network)

    @cached_property
    def asked_nodes(self) -> list[tuple[str, str]]:
        """The ends of what people and goods pass, by name: (id, label)."""
        ends = {end for link in self.network.links if link.ways for end in (link.from_, link.to)}
        return sorted(((end, self.nodes.get(end, end)) for end in ends), key=lambda pair: (pair[1], pair[0]))

    def title(self, link: Link) -> str:
        return link_title(self.view.watch, link, self.view.words, network=self.network, labels=self.nodes)

    def ends(self, link: Link) -> tuple[str, str]:
        """What the first and the second end of a link are called."""
        return self.nodes.get(link.from_, link.from_), self.nodes.get(link.to, link.to)

    def status(self, link: Link, passing: Passing, traveller: str = "") -> LinkStatus:
        """How a link stands on the chosen day, by the rule."""
        key = link.id, passing, traveller
        if key not in self._statuses:
            self._statuses[key] = status_on(
                link.status,
                self.chosen.day,
                self.chosen.known_by,
                agreement=self.view.watch.agreement,
                zone=self.view.watch.zone,
                passing=passing,
                traveller=traveller,
                only_named=has_to_name(link, traveller, self.view.watch.agreement),
            )
        return self._statuses[key]

    def cells(self, link: Link) -> tuple[StatusCell, ...]:
        """A line for both directions where they stand alike, else one for each; below them what holds for the
        travellers of somebody alone."""
        cells = [*self._cells_for(link, "")]
        travellers = sorted({traveller for statement in link.status for traveller in statement.for_})
        for traveller in travellers:
            own = self._cells_for(link, traveller)
            if [cell.status for cell in own] != [cell.status for cell in cells[: len(own)]]:
                cells += own
        return tuple(cells)

    def _cells_for(self, link: Link, traveller: str) -> list[StatusCell]:
        statuses = [self.status(link, passing, traveller) for passing in passings_of(link)]
        first, second = self.ends(link)
        if len(statuses) == 2 and statuses[0] == statuses[1]:
            return [self._cell(link, statuses[0], Message("both ways"), traveller)]
        return [
            self._cell(link, status, direction_words(passing, first, second), traveller)
            for passing, status in zip(passings_of(link), statuses, strict=True)
        ]

    def _cell(self, link: Link, status: LinkStatus, where: Message, traveller: str) -> StatusCell:
        if traveller:
            side = name_of(self.view, self.network, traveller)
            where = Message("{where}, for travellers of {side}", where=where, side=side)
        return StatusCell(
            where=where,
            status=status,
            words=status_words(status.status),
            since=since_of(status),
            sign=draw_swatch(link.kind, status.status),
            last_said=last_said(status, self.view.watch.zone),
            is_own=bool(traveller),
        )

    def row(self, link: Link) -> LinkRow:
        statuses = [self.status(link, passing).status for passing in passings_of(link)]
        cells, length = self.cells(link), length_of(self.whole, link)
        statements = [statement for cell in cells for statement in cell.status.statements]
        voices = (voice_words(self.view, self.network, each.by, each.source) for each in statements)
        return LinkRow(
            link=link,
            title=self.title(link),
            kind=KIND_WORDS[link.kind],
            summary=status_text(self.view.words, self.ends(link), statuses[0], statuses[-1]),
            stands=max(statuses, key=MAP_STATUSES.index),
            cells=cells,
            own_cells=tuple(cell for cell in cells if cell.is_own),
            km=km_words(self.view, length.km),
            length=length,
            who=tuple(sorted(set(voices))),
        )

    def chosen_links(self, filters: Filters) -> list[Link]:
        """The links that the filters leave, in the order of the watch's file."""
        agreement = self.view.watch.agreement
        clauses = clauses_beside(agreement, [filters.clause]) if filters.clause else frozenset()
        sought = filters.text.casefold()
        return [
            link
            for link in self.network.links
            if (not filters.kind or link.kind == filters.kind)
            and (not clauses or not clauses.isdisjoint(link.clauses))
            and (not filters.status or filters.status in self.statuses_of(link))
            and (not sought or sought in self._text_of(link))
        ]

    def statuses_of(self, link: Link) -> set[str]:
        """The statuses of a link in either direction, for everybody."""
        return {self.status(link, passing).status for passing in passings_of(link)}

    def _text_of(self, link: Link) -> str:
        names = [name.text for name in link.name]
        return " ".join([link.id, self.title(link), *names]).casefold()

    @cached_property
    def kinds(self) -> list[tuple[str, Message]]:
        """The kinds that there are."""
        present = {link.kind for link in self.network.links}
        return [(kind, KIND_WORDS[kind]) for kind in LINK_KINDS if kind in present]

    @cached_property
    def clauses(self) -> list[str]:
        """The clauses that links serve, in the order of the agreement."""
        return in_order(self.view, (clause for link in self.network.links for clause in link.clauses))

    @cached_property
    def has_inside_alone(self) -> bool:
        return any(link.is_inside_only for link in self.network.links)


def passings_of(link: Link) -> tuple[Passing, ...]:
    """The directions in which a link may be passed."""
    return ("forward",) if link.one_way else ("forward", "backward")


def shown_network(view: View) -> ShownNetwork:
    """The links of the watch by what the page chooses; none where the watch has none."""
    chosen = chosen_day(view)
    network = network_of(view.console.store, view.watch) if view.watch.network else Network()
    return ShownNetwork(view=view, chosen=chosen, whole=network, network=network.known_by(chosen.known_by))


def in_order(view: View, clauses: Iterable[str]) -> list[str]:
    """Clauses in the order of the agreement, each once; those that it has not follow."""
    pairs = view.watch.agreement.stipulations()
    order = dict.fromkeys(name for provision, part in pairs for name in (provision.number, part.id))
    places = {name: place for place, name in enumerate(order)}
    return sorted(set(clauses), key=lambda name: (places.get(name, len(places)), name))
