"""What the nodes and links of a watch are called: pages, exports and reports read their names here and nowhere else.

A node is called as zones and towns are, by all names that the reader's policy gives (`naming.label`). A link's own
names are each user's, each in its own line, and never merged into one label; the product's own word is "link of clause
9b".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from trucewatch.messages import Message
from trucewatch.model.links import Corridor, Link, LinkKind, Network, Node, RouteOfStates, State
from trucewatch.model.names import Names, PlaceName, PlaceRow, name_in
from trucewatch.model.naming import alphabetical, label
from trucewatch.model.watch import Watch

_TITLES: Final[Mapping[LinkKind, Message]] = {
    "road": Message("Road {start} – {end}"),
    "railway": Message("Railway {start} – {end}"),
    "crossing": Message("Crossing {start} – {end}"),
    "power": Message("Power line {start} – {end}"),
    "gas": Message("Gas pipe {start} – {end}"),
    "water": Message("Water pipe {start} – {end}"),
    "telephone": Message("Telephone line {start} – {end}"),
}


class Speaker(Protocol):
    """One language's words, as `locale.Words` gives them."""

    @property
    def language(self) -> str: ...

    def say(self, message: Any) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersName:
    """A name with everybody who uses it (ids, in alphabetical order), in which language it is, and where it was
    read."""

    text: str
    users: tuple[str, ...]
    language: str
    sources: tuple[str, ...]


def node_label(watch: Watch, node: Node, language: str, day: date | None = None) -> str:
    """All names of a node by the reader's policy, on a day (without one: whenever)."""
    return _label_of(watch, node, _row_of(watch, node.place), language, day)


def node_labels(watch: Watch, nodes: Iterable[Node], language: str, day: date | None = None) -> Mapping[str, str]:
    """The same of many nodes: id → label."""
    rows = {place_id: row for row in (watch.naming.place if watch.naming else ()) for place_id in row.ids}
    return {node.id: _label_of(watch, node, rows.get(node.place), language, day) for node in nodes}


def users_names(watch: Watch, name: Sequence[PlaceName], day: date | None, language: str = "") -> tuple[UsersName, ...]:
    """Each user's own names on a day, in the order of the alphabet; none is chosen and nobody is left out.

    language: each user's names in that language, else in English, else in the first that there is; "" for all.
    """
    used = [each for each in name if each.is_used_on(day)] or list(name)
    by_text: dict[tuple[str, str], tuple[set[str], dict[str, None]]] = {}
    for each in used:
        for user in each.users:
            if not language or each.language == _language_for(user, used, language):
                users, sources = by_text.setdefault((each.text, each.language), (set(), {}))
                users.add(user)
                sources[each.source] = None
    order = sorted(by_text, key=lambda key: (alphabetical(key[0], language or "en"), key[1]))
    return tuple(
        UsersName(text=text, language=own, users=tuple(sorted(users)), sources=tuple(sources))
        for text, own in order
        for users, sources in [by_text[text, own]]
    )


def route_title(
    watch: Watch,
    route: RouteOfStates,
    words: Speaker,
    *,
    network: Network,
    labels: Mapping[str, str] | None = None,
    day: date | None = None,
) -> str:
    """What the program calls a route: its ends and clauses. What its users call it may be a slogan of one of them.

    `Route Alder – Borin (link of clause 9b)`. Those names stand beside it, each with its user.
    """
    labels = labels or {}
    along = [link for link_id in route.links if (link := network.link(link_id)) is not None]
    if not along:
        return route.id

    def label_of(end: str) -> str:
        node = network.node(end) if end not in labels else None
        return node_label(watch, node, words.language, day) if node is not None else labels.get(end, end)

    first, last = (label_of(_outer_end(*pair)) for pair in ((along[0], along[1:2]), (along[-1], along[-2:-1])))
    return _with_clauses(Message("Route {start} – {end}", start=first, end=last), route.clauses, words)


def names_of_corridor(watch: Watch, corridor: Corridor) -> tuple[PlaceName, ...]:
    """Its own names; where it has none, those of the row of its zone in `names.toml`, each with who uses it."""
    row = _row_of(watch, corridor.zone)
    return corridor.name or (row.name if row else ())


def names_of_whom(watch: Watch, states: Iterable[State], code: str) -> Names | None:
    """What a party, body or state is called; None for an id that is none of these. A state may have the id of a
    delegation: of links it is the state that is meant."""
    each: dict[str, Names] = {state.id: state.names for state in states}
    each |= {body.id: body.names for body in watch.agreement.body}
    each |= {party.id: party.names for party in watch.agreement.party}
    return each.get(code)


def user_label(watch: Watch, user: str, language: str) -> str:
    """What whoever uses a name is called: a party, body, state, instrument; the id of a text, "UN" or "watch" stays."""
    names = names_of_whom(watch, watch.network.states if watch.network else (), user) or watch.names_by_id.get(user)
    if names is None:
        names = next((each.names for each in watch.agreement.instrument if each.id == user), None)
    return name_in(names, language, otherwise=user) if names else user


def link_title(
    watch: Watch,
    link: Link,
    words: Speaker,
    *,
    network: Network | None = None,
    labels: Mapping[str, str] | None = None,
    day: date | None = None,
) -> str:
    """What the product calls a link: its kind, its ends, the clause that it serves.

    `Road Yeraskh – Julfa (link of clause 9b)`. network: where its ends stand, the watch's own without it. labels: what
    nodes are called (`node_labels`), where many titles are asked.
    """
    drawn = network or watch.network or Network()
    labels = labels or {}
    ends = []
    for end in (link.from_, link.to):
        node = drawn.node(end) if end not in labels else None
        ends.append(node_label(watch, node, words.language, day) if node is not None else labels.get(end, end))
    title = Message(_TITLES[link.kind].template, start=ends[0], end=ends[1])
    return _with_clauses(title, link.clauses, words)


def _with_clauses(title: Message, clauses: Sequence[str], words: Speaker) -> str:
    if len(clauses) == 1:
        title = Message("{link} (link of clause {clause})", link=title, clause=clauses[0])
    elif clauses:
        title = Message("{link} (link of clauses {clauses})", link=title, clauses=", ".join(clauses))
    return words.say(title)


def _outer_end(link: Link, beside: Sequence[Link]) -> str:
    """The end of a route's first or last link that the link beside it does not share; of a single link its first."""
    shared = {end for other in beside for end in (other.from_, other.to)}
    return link.to if link.from_ in shared and link.to not in shared else link.from_


def _label_of(watch: Watch, node: Node, row: PlaceRow | None, language: str, day: date | None) -> str:
    if node.name:
        row = PlaceRow(id=node.id, name=node.name)
    if row is not None:
        return label(row, watch.policy, language, day, watch.agreement).text
    town = next((town for town in watch.basemap.towns if town.id == node.place), None)
    return name_in(town.names, language, otherwise=node.id) if town is not None else node.id


def _row_of(watch: Watch, place: str) -> PlaceRow | None:
    return next((row for row in (watch.naming.place if watch.naming else ()) if place and place in row.ids), None)


def _language_for(user: str, names: Sequence[PlaceName], language: str) -> str:
    """In which language a user's names are given to a reader."""
    own = {each.language for each in names if user in each.users}
    return language if language in own else "en" if "en" in own else min(own)
