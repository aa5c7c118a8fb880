"""What opening links one at a time, then two together, would change of one way: a bounded table, which says when it is
cut."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, radians
from typing import Final

import numpy as np

from trucewatch.desks.linking.link_views import ShownNetwork
from trucewatch.desks.linking.opening_views import AskedWay, answer_to, opening_address, question_of
from trucewatch.desks.linking.wording import km_words, minutes_words, name_of, time_words
from trucewatch.messages import Message
from trucewatch.model.link_status import Passing
from trucewatch.model.links import Link, Node
from trucewatch.model.openings import Opening
from trucewatch.pipeline.link_columns import StatusColumns
from trucewatch.pipeline.link_effects import Effect, Effects
from trucewatch.pipeline.link_opening import MOST_OPENED

PASSINGS: Final[tuple[Passing, ...]] = ("forward", "backward")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The table: rows that change something, that of all links of the way that are not open, how many were tried that
    change nothing, and how many were not tried."""

    alone: tuple[WhatIfRow, ...]
    pairs: tuple[WhatIfRow, ...]
    whole: WhatIfRow | None
    without_change: int
    not_tried: int
    candidates: int

    @property
    def rows(self) -> tuple[WhatIfRow, ...]:
        return (*self.alone, *self.pairs, *((self.whole,) if self.whole else ()))


def what_if(on_day: ShownNetwork, question: AskedWay, answer: Opening | None = None) -> WhatIf:
    """The table for one way. answer: that of the way as it stands, where it is known. Raises LinkError for what cannot
    be asked."""
    candidates = candidates_of(on_day, question)
    tried = [link.id for link in candidates[:MOST_ALONE]]
    watch = on_day.view.watch
    effects = Effects(
        on_day.whole,
        watch.agreement,
        question_of(on_day, question, ()),
        zone=watch.zone,
        names=on_day.every_name,
        pairs_of=tried[:MOST_IN_PAIRS],
    )
    changing = [link for link in tried if _changes(effects, (link,))]
    pairs = [pair for pair in combinations(tried[:MOST_IN_PAIRS], 2) if _is_more(effects, pair)]
    standing = answer if answer is not None and not answer.opened else answer_to(on_day, question, ())
    whole = standing.not_open
    is_told = len(whole) < 2 or whole in pairs or len(whole) > MOST_OPENED
    return WhatIf(
        alone=tuple(_row(on_day, question, effects, (link,)) for link in changing),
        pairs=tuple(_row(on_day, question, effects, pair) for pair in pairs),
        whole=None if is_told or not _changes(effects, whole) else _row(on_day, question, effects, whole),
        without_change=len(tried) - len(changing),
        not_tried=len(candidates) - len(tried),
        candidates=len(candidates),
    )


def _changes(effects: Effects, opened: tuple[str, ...]) -> bool:
    return any(effect.changes for effect in effects.of(opened).values())


def _is_more(effects: Effects, pair: tuple[str, ...]) -> bool:
    """Whether two links change together what neither of them changes by itself."""
    together = effects.of(pair)
    return _changes(effects, pair) and all(effects.of((link,)) != together for link in pair)


def candidates_of(on_day: ShownNetwork, question: AskedWay) -> list[Link]:
    """The links by this mode that cannot surely be passed by the travellers of every side in some direction, those
    nearest to the straight line between both ends first."""
    nodes = {node.id: node for node in on_day.network.nodes}
    start, end = nodes.get(question.from_), nodes.get(question.to)
    if start is None or end is None:
        return []
    places = _never_surely_open(on_day)
    closed = [link for link in on_day.network.links if link.id in places and _is_of_mode(link, question)]
    return sorted(closed, key=lambda link: (_detour(nodes, link, start, end), link.id))


def _is_of_mode(link: Link, question: AskedWay) -> bool:
    return bool(link.ways) and (question.mode == "any" or question.mode in link.ways)


def _never_surely_open(on_day: ShownNetwork) -> set[str]:
    """The links that somebody's travellers cannot surely pass in some direction."""
    watch, chosen, network = on_day.view.watch, on_day.chosen, on_day.whole
    columns = StatusColumns.of(network, watch.agreement, watch.zone)
    open_to_all = np.full(len(network.links), True)
    is_one_way = np.array([link.one_way for link in network.links], dtype=np.bool_)
    for side in watch.agreement.bound_ids:
        usable = [columns.usable(chosen.day, chosen.known_by, passing=passing, traveller=side) for passing in PASSINGS]
        open_to_all &= usable[0] & (usable[1] | is_one_way)
    return {network.links[place].id for place in np.flatnonzero(~open_to_all)}


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


def _row(on_day: ShownNetwork, question: AskedWay, effects: Effects, opened: tuple[str, ...]) -> WhatIfRow:
    return WhatIfRow(
        titles=tuple(on_day.title(on_day.links[link]) for link in opened),
        changes=tuple(_change(on_day, effects, opened, side, each) for side, each in effects.of(opened).items()),
        path=opening_address(on_day, question, opened),
        is_asked=set(opened) == set(question.opened),
    )


def _change(on_day: ShownNetwork, effects: Effects, opened: tuple[str, ...], side: str, each: Effect) -> Change:
    name = name_of(on_day.view, on_day.network, side)
    if each.before is None and each.after is not None:
        km = effects.km_after(opened, side)
        assert km is not None  # a way has a length
        return Change(
            side=name,
            words=Message("newly joined: {time}, {km}", time=time_words(each.after), km=km_words(on_day.view, km)),
            changes=True,
        )
    saves = each.saves
    if saves is None or round(saves.most) <= 0 or not each.changes:
        return Change(side=name, words=Message("no change"), changes=False)
    if round(saves.least) <= 0:
        words = Message("shorter by up to {most}, not surely", most=minutes_words(saves.most))
    else:
        words = Message(
            "shorter by {least} to {most}", least=minutes_words(saves.least), most=minutes_words(saves.most)
        )
    return Change(side=name, words=words, changes=True)
