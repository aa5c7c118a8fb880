"""What opening links one at a time, then two together, would change of one way: a bounded table, which says when it is
cut."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, radians
from typing import Final

from trucewatch.desks.linking.link_views import ShownNetwork, passings_of
from trucewatch.desks.linking.opening_views import AskedWay, answer_to, opening_address
from trucewatch.desks.linking.wording import km_words, minutes_words, name_of, time_words
from trucewatch.messages import Message
from trucewatch.model.links import Link, Node
from trucewatch.model.openings import ForSide

MOST_ALONE: Final = 12
"""Links that are opened one at a time: those nearest to the straight line of the way."""
MOST_IN_PAIRS: Final = 6
"""The first of them that are opened two at a time too: at most 15 pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an opening changes for the travellers of one side."""

    side: str
    words: Message
    changes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRow:
    """If these links opened: what that changes for each side."""

    titles: tuple[str, ...]
    changes: tuple[Change, ...]
    path: str
    is_asked: bool

    @property
    def changes_something(self) -> bool:
        return any(change.changes for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The table: rows that change something, how many were tried that change nothing, and how many were not tried."""

    alone: tuple[WhatIfRow, ...]
    pairs: tuple[WhatIfRow, ...]
    without_change: int
    not_tried: int
    candidates: int


def what_if(on_day: ShownNetwork, question: AskedWay) -> WhatIf:
    """The table for one way. Raises LinkError for what cannot be asked."""
    candidates = candidates_of(on_day, question)
    tried = candidates[:MOST_ALONE]
    alone = [_row(on_day, question, (link,)) for link in tried]
    pairs = [_row(on_day, question, pair) for pair in combinations(tried[:MOST_IN_PAIRS], 2)]
    by_one = {row.path: row for row in alone}
    joined = [row for row in pairs if row.changes_something and not _is_of_one(on_day, question, row, by_one, tried)]
    return WhatIf(
        alone=tuple(row for row in alone if row.changes_something),
        pairs=tuple(joined),
        without_change=sum(not row.changes_something for row in alone),
        not_tried=len(candidates) - len(tried),
        candidates=len(candidates),
    )


def candidates_of(on_day: ShownNetwork, question: AskedWay) -> list[Link]:
    """The links by this mode that cannot surely be passed by the travellers of every side in some direction, those
    nearest to the straight line between both ends first."""
    nodes = {node.id: node for node in on_day.network.nodes}
    start, end = nodes.get(question.from_), nodes.get(question.to)
    if start is None or end is None:
        return []
    closed = [link for link in on_day.network.links if _is_of_mode(link, question) and not _is_open(on_day, link)]
    return sorted(closed, key=lambda link: (_detour(nodes, link, start, end), link.id))


def _is_of_mode(link: Link, question: AskedWay) -> bool:
    return bool(link.ways) and (question.mode == "any" or question.mode in link.ways)


def _is_open(on_day: ShownNetwork, link: Link) -> bool:
    sides = on_day.view.watch.agreement.bound_ids
    return all(on_day.status(link, passing, side).is_usable for passing in passings_of(link) for side in sides)


def _detour(nodes: dict[str, Node], link: Link, start: Node, end: Node) -> float:
    first, second = nodes.get(link.from_), nodes.get(link.to)
    if first is None or second is None:
        return float("inf")
    there = _apart(start, first) + _apart(first, second) + _apart(second, end)
    back = _apart(start, second) + _apart(second, first) + _apart(first, end)
    return min(there, back)


def _apart(node: Node, other: Node) -> float:
    """Degrees of latitude apart, near enough to put links into an order."""
    return hypot((node.lon - other.lon) * cos(radians((node.lat + other.lat) / 2)), node.lat - other.lat)


def _row(on_day: ShownNetwork, question: AskedWay, links: tuple[Link, ...]) -> WhatIfRow:
    opened = tuple(link.id for link in links)
    answer = answer_to(on_day, question, opened)
    return WhatIfRow(
        titles=tuple(on_day.title(link) for link in links),
        changes=tuple(_change(on_day, each) for each in answer.sides),
        path=opening_address(on_day, question, opened),
        is_asked=set(opened) == set(question.opened),
    )


def _change(on_day: ShownNetwork, each: ForSide) -> Change:
    side = name_of(on_day.view, on_day.network, each.side)
    if each.before is None and each.after is not None:
        words = Message(
            "newly joined: {time}, {km}",
            time=time_words(each.after.minutes),
            km=km_words(on_day.view, each.after.km),
        )
        return Change(side=side, words=words, changes=True)
    saves = each.saves
    if saves is None or round(saves.most) <= 0 or each.before == each.after:
        return Change(side=side, words=Message("no change"), changes=False)
    if round(saves.least) <= 0:
        words = Message("shorter by up to {most}, not surely", most=minutes_words(saves.most))
    else:
        words = Message(
            "shorter by {least} to {most}", least=minutes_words(saves.least), most=minutes_words(saves.most)
        )
    return Change(side=side, words=words, changes=True)


def _is_of_one(
    on_day: ShownNetwork, question: AskedWay, pair: WhatIfRow, by_one: dict[str, WhatIfRow], tried: list[Link]
) -> bool:
    """Whether one of a pair changes by itself what both change together."""
    singles = [
        by_one[opening_address(on_day, question, (link.id,))] for link in tried if on_day.title(link) in pair.titles
    ]
    return any(single.changes == pair.changes for single in singles)
