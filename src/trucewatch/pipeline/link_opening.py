"""What opening a link would change: for each side the quickest way before and after, and what is still needed.

Only openings are asked, one question at a time. Every figure is an interval: at least by the least figures of all links
on the way, at most by the greatest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Final

import numpy as np
import numpy.typing as npt

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.link_statements import (
    STATUS_WORDS,
    LengthStatement,
    NeedStatement,
    StatusStatement,
    TimeStatement,
    WorksStatement,
)
from trucewatch.model.link_status import Passing, source_voice
from trucewatch.model.links import KIND_WORDS, MODES, Link, Mode, Network
from trucewatch.model.openings import ForSide, Interval, Journey, Opening, StillNeeded, Stretch, total
from trucewatch.model.times import as_utc
from trucewatch.pipeline.link_columns import StatusColumns
from trucewatch.pipeline.link_ends import LinkError, NodeNames, link_meant, node_meant
from trucewatch.pipeline.link_figures import length_of, link_known_by, time_of
from trucewatch.pipeline.link_graph import CHANGES, LayeredGraph
from trucewatch.pipeline.link_through import way_through
from trucewatch.pipeline.opening_document import opening_document

__all__ = ["AskedQuestion", "Bools", "LinkError", "Question", "opening", "opening_document"]

Bools = npt.NDArray[np.bool_]
MOST_OPENED: Final = 12
"""So many links one question opens at most."""
_PASSINGS: Final[tuple[Passing, ...]] = ("forward", "backward")
_GAUGE, _TRANSFER = CHANGES.index("gauge"), CHANGES.index("transfer")
_NOTHING_MORE: Final = frozenset(("none_needed", "finished"))
"""States of works after which nothing is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks: from where to where (a node's id, or any name of it), which links would be open (ids), by
    which mode, as the network stood on a day, by what was known at a moment."""

    from_: str
    to: str
    opened: tuple[str, ...]
    mode: Mode = "any"
    day: date
    known_by: datetime


def opening(
    network: Network,
    agreement: Agreement,
    question: Question,
    *,
    zone: tzinfo,
    names: NodeNames | None = None,
) -> Opening:
    """The answer to a question. zone: of days that name none. names: what nodes are called (`link_ends.node_names`);
    without it they are asked for by their ids and their own names.

    Raises LinkError where an end or a link is not there, or where opening it means nothing: a pipe, a link that can be
    passed already, one that the mode does not use.
    """
    return AskedQuestion(network, agreement, question, zone, names).answer()


def way_as_it_stands(
    network: Network,
    agreement: Agreement,
    question: Question,
    *,
    zone: tzinfo,
    names: NodeNames | None = None,
) -> Opening:
    """The same where nothing is opened: before and after are one, and `through` is the quickest way whatever stands of
    its links. What the question would open is left out of account. Raises LinkError for an end that is not there."""
    return AskedQuestion(network, agreement, replace(question, opened=()), zone, names, is_opening=False).answer()


class AskedQuestion:
    """One question on its network, checked."""

    def __init__(
        self,
        network: Network,
        agreement: Agreement,
        question: Question,
        zone: tzinfo,
        names: NodeNames | None,
        *,
        is_opening: bool = True,
    ) -> None:
        self.network, self.agreement, self.zone = network, agreement, zone
        self.day, self.known_by, self.mode = question.day, as_utc(question.known_by), question.mode
        self.columns = StatusColumns.of(network, agreement, zone)
        self.sides = agreement.bound_ids
        self.place_of = {link.id: place for place, link in enumerate(network.links)}
        if question.mode not in MODES:
            raise LinkError(
                Message('"{mode}" is no mode; write one of: {modes}', mode=question.mode, modes=", ".join(MODES)),
                "mode",
            )
        called = names or {node.id: tuple(name.text for name in node.name) for node in network.nodes}
        self.from_ = node_meant(network, question.from_, called, "from")
        self.to = node_meant(network, question.to, called, "to")
        if self.from_ == self.to:
            raise LinkError(Message("{place} is both ends; ask for a way between two places", place=self.from_), "to")
        self.opened = self._checked_links(question.opened) if is_opening else ()
        self.graph = LayeredGraph.of(network, self.known_by)
        self.by_mode = self.graph.by_mode(self.mode)
        self.start = self.graph.layers_at(self.from_, self.mode)
        self.end = self.graph.layers_at(self.to, self.mode)

    def answer(self) -> Opening:
        sides = tuple(self._for_side(side) for side in self.sides)
        everywhere = np.full(len(self.network.links), True)
        usable = self.graph.passable(everywhere, everywhere) & self.by_mode
        opened = [self.place_of[link.id] for link in self.opened]
        way = way_through(self.graph, usable, opened, self.start, self.end) if opened else self._whole_way(usable)
        through = None if way is None else self._stretches(way, "")
        needed = self._still_needed(through or ())
        on_way = {each.link for each in needed}
        journeys = [journey for side in sides for journey in (side.before, side.after) if journey is not None]
        resting = (*(stretch for journey in journeys for stretch in journey.stretches), *(through or ()))
        return Opening(
            from_=self.from_,
            to=self.to,
            opened=tuple(link.id for link in self.opened),
            mode=self.mode,
            day=self.day,
            known_by=self.known_by,
            sides=sides,
            through=through,
            still_needed=needed,
            clauses=_each_once(clause for link in self.network.links if link.id in on_way for clause in link.clauses),
            whose=_whose(resting),
            sources=_sources(resting),
            whole=None if way is None else self._journey_over(way, through or ()),
        )

    def _journey_over(
        self, way: Sequence[int], stretches: tuple[Stretch, ...], minutes: Interval | None = None
    ) -> Journey:
        """One way in figures. minutes: of the quickest, where that may be another way; else of this one."""
        graph = self.graph
        own = Interval(least=float(graph.least[way].sum()), most=float(graph.most[way].sum()))
        return Journey(
            minutes=minutes or own,
            km=total(stretch.length.km for stretch in stretches),
            border=total(stretch.time.minutes for stretch in stretches if stretch.time.is_border),
            stretches=stretches,
            gauge_changes=int((graph.change[way] == _GAUGE).sum()),
            transfers=int((graph.change[way] == _TRANSFER).sum()),
        )

    def _whole_way(self, usable: Bools) -> list[int] | None:
        """The quickest way over all links, whatever stands of them."""
        quickest = self.graph.quickest(self.graph.most, usable, self.start)
        end = quickest.nearest(self.end)
        return None if end is None else list(quickest.edges_to(end))

    def _checked_links(self, asked_ids: Sequence[str]) -> tuple[Link, ...]:
        if not asked_ids:
            raise LinkError(Message("no link is given; name at least one that would be open"), "opened")
        if len(asked_ids) > MOST_OPENED:
            raise LinkError(Message("a question opens at most {most} links", most=MOST_OPENED), "opened")
        links = _each_once(link_meant(self.network, each).id for each in asked_ids)
        opened = tuple(self.network.links[self.place_of[link]] for link in links)
        for link in opened:
            if link.is_inside_only:
                raise LinkError(
                    Message(
                        "{link} is a {kind}: nobody passes it, so opening it changes no way",
                        link=link.id,
                        kind=KIND_WORDS[link.kind],
                    ),
                    "opened",
                )
            if self.mode != "any" and self.mode not in link.ways:
                raise LinkError(
                    Message(
                        "{link} is a {kind}, and ways by {mode} do not pass it; ask by another mode, or by any",
                        link=link.id,
                        kind=KIND_WORDS[link.kind],
                        mode=self.mode,
                    ),
                    "opened",
                )
            self._check_not_open(link)
        return opened

    def _check_not_open(self, link: Link) -> None:
        passings = _PASSINGS[:1] if link.one_way else _PASSINGS
        statuses = [
            self.columns.status(link.id, self.day, self.known_by, passing=passing, traveller=side)
            for passing in passings
            for side in self.sides or ("",)
        ]
        if all(status.is_usable for status in statuses):
            raise LinkError(
                Message(
                    "{link} could be passed on {day} already ({status}), by what was known then: opening it changes no "
                    "way. Ask for a link that is closed, or for an earlier day",
                    link=link.id,
                    day=self.day.isoformat(),
                    status=STATUS_WORDS[statuses[0].statements[0].status],
                ),
                "opened",
            )

    def surely(self, side: str) -> Bools:
        """The edges that the travellers of a side can surely pass."""
        forward, backward = (self._links(side, passing, maybe=False) for passing in _PASSINGS)
        return self.graph.passable(forward, backward) & self.by_mode

    def _for_side(self, side: str) -> ForSide:
        usable = [self._links(side, passing, maybe=False) for passing in _PASSINGS]
        maybe = [self._links(side, passing, maybe=True) for passing in _PASSINGS]
        is_opened = np.zeros(len(self.network.links), dtype=np.bool_)
        is_opened[[self.place_of[link.id] for link in self.opened]] = True
        before, unknown_before = self._journey(usable, maybe, side)
        after, unknown_after = self._journey(
            [each | is_opened for each in usable], [each | is_opened for each in maybe], side
        )
        return ForSide(
            side=side, before=before, after=after, unknown_before=unknown_before, unknown_after=unknown_after
        )

    def _links(self, side: str, passing: Passing, *, maybe: bool) -> Bools:
        look = self.columns.maybe_usable if maybe else self.columns.usable
        return look(self.day, self.known_by, passing=passing, traveller=side)

    def _journey(
        self, usable: Sequence[Bools], maybe: Sequence[Bools], side: str
    ) -> tuple[Journey | None, float | None]:
        """The quickest way, and how quick it could be at best over links of which it is not known."""
        graph = self.graph
        surely = graph.passable(usable[0], usable[1]) & self.by_mode
        perhaps = graph.passable(maybe[0], maybe[1]) & self.by_mode
        at_best = self._least_minutes(perhaps)
        at_most = graph.quickest(graph.most, surely, self.start)
        end = at_most.nearest(self.end)
        if end is None:
            return None, at_best
        at_least = self._least_minutes(surely)
        assert at_least is not None  # the same edges
        way = at_most.edges_to(end)
        stretches = self._stretches(way, side)
        minutes = Interval(least=at_least, most=float(at_most.minutes[end]))
        journey = self._journey_over(way, stretches, minutes)
        return journey, None if at_best is None or at_best >= at_least else at_best

    def _least_minutes(self, usable: Bools) -> float | None:
        quickest = self.graph.quickest(self.graph.least, usable, self.start)
        end = quickest.nearest(self.end)
        return None if end is None else float(quickest.minutes[end])

    def _stretches(self, way: Sequence[int], side: str) -> tuple[Stretch, ...]:
        graph = self.graph
        stretches = []
        for edge in way:
            place = int(graph.link[edge])
            if place < 0:
                continue
            link, passing = self.network.links[place], _PASSINGS[int(graph.passing[edge])]
            link_then = link_known_by(link, self.known_by)
            stretches.append(
                Stretch(
                    link=link.id,
                    passing=passing,
                    length=length_of(self.network, link_then),
                    time=time_of(self.network, link_then, graph.way_of(edge)),
                    status=self.columns.status(link.id, self.day, self.known_by, passing=passing, traveller=side),
                )
            )
        return tuple(stretches)

    def _still_needed(self, through: Sequence[Stretch]) -> tuple[StillNeeded, ...]:
        """What stands between the links of the way through and their being passed, in its order; then the opened links
        that are not on it."""
        opened = [link.id for link in self.opened]
        on_way = [(stretch.link, stretch.passing) for stretch in through]
        links = [link for link, _ in on_way]
        needed = []
        for link_id, passing in (*on_way, *((link, _PASSINGS[0]) for link in opened if link not in links)):
            link = self.network.links[self.place_of[link_id]]
            statuses = [
                self.columns.status(link_id, self.day, self.known_by, passing=passing, traveller=side)
                for side in self.sides or ("",)
            ]
            status = next((each for each in statuses if not each.is_usable), statuses[0])
            works, needs = self._open_works(link.works), self._open_needs(link.need)
            if link_id in opened or works or needs or not status.is_usable:
                is_asked = link_id in opened
                needed.append(StillNeeded(link=link_id, is_asked=is_asked, status=status, works=works, needs=needs))
        return tuple(needed)

    def _open_works(self, works: Iterable[WorksStatement]) -> tuple[WorksStatement, ...]:
        """The last word of each who speaks of the works; none if all say that nothing more is needed."""
        last: dict[str, WorksStatement] = {}
        begun = ((self._since(each), each) for each in works if each.known_at <= self.known_by)
        for since, each in sorted(begun, key=lambda pair: (pair[0], pair[1].known_at)):
            if since <= self.day:
                last[each.by or source_voice(each)] = each
        if all(each.state in _NOTHING_MORE for each in last.values()):
            return ()
        return tuple(last[voice] for voice in sorted(last))

    def _open_needs(self, needs: Iterable[NeedStatement]) -> tuple[NeedStatement, ...]:
        return tuple(
            each
            for each in needs
            if each.known_at <= self.known_by and (each.settled is None or each.settled > self.day)
        )

    def _since(self, works: WorksStatement) -> date:
        return works.since or as_utc(works.known_at).astimezone(self.zone).date()


def _each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _whose(stretches: Iterable[Stretch]) -> tuple[str, ...]:
    """Whose statements figures and statuses rest on, in alphabetical order."""
    return tuple(sorted({row.by for row in _rows(stretches)} - {""}))


def _sources(stretches: Iterable[Stretch]) -> tuple[str, ...]:
    """The sources of those statements that nobody is named for, in alphabetical order."""
    return tuple(sorted({row.source for row in _rows(stretches) if not row.by}))


def _rows(stretches: Iterable[Stretch]) -> Iterator[LengthStatement | TimeStatement | StatusStatement]:
    for stretch in stretches:
        yield from stretch.length.stated
        yield from stretch.time.stated
        yield from stretch.status.statements
