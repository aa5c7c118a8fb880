"""Which node and which link somebody means: by its id, or by any name of the node; what is no such is refused with the
nearest that there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

from trucewatch.errors import TrucewatchError
from trucewatch.geo.place_text import folded
from trucewatch.messages import Message
from trucewatch.model.links import Link, Network
from trucewatch.model.watch import Watch
from trucewatch.watch.toml_records import did_you_mean

NodeNames = Mapping[str, Collection[str]]
"""Node → what anybody calls it."""
QuestionField = Literal["from", "to", "opened", "mode"]
_LONGEST: Final = 200


class LinkError(TrucewatchError):
    """A question of links cannot be answered as it was asked. field: which part of the question it is about."""

    def __init__(self, message: Message, field: QuestionField) -> None:
        super().__init__(message)
        self.field = field


def node_names(watch: Watch, network: Network) -> NodeNames:
    """Every name by which a node of the network can be asked for: its own, those of its row in `names.toml`, those of
    its town of the basemap."""
    rows = {place_id: row for row in watch.naming.place for place_id in row.ids} if watch.naming else {}
    towns = {town.id: town for town in watch.basemap.towns}
    names: dict[str, set[str]] = {}
    for node in network.nodes:
        own = {name.text for name in node.name}
        row, town = rows.get(node.place), towns.get(node.place)
        if row is not None:
            own |= {name.text for name in row.name}
        if town is not None:
            own |= {*town.names.values(), *town.every_name}
        names[node.id] = own
    return names


def node_meant(network: Network, text: str, names: NodeNames, field: QuestionField) -> str:
    """The id of the node that somebody asked for. Raises LinkError if there is none, or if several are called so."""
    text = text.strip()[:_LONGEST]
    if not text:
        raise LinkError(Message("no place is given; write the id or a name of a node"), field)
    if network.node(text) is not None:
        return text
    wanted = folded(text)
    called = {node.id: _folded_names(node.id, names.get(node.id, ())) for node in network.nodes}
    matches = sorted(node for node, own in called.items() if wanted in own)
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise LinkError(
            Message(
                '"{text}" is what several places are called: {ids}; write one of these',
                text=text,
                ids=", ".join(matches),
            ),
            field,
        )
    words = sorted({*called, *(name for own in names.values() for name in own)})
    raise LinkError(
        Message('the network has no place "{text}"; {remedy}', text=text, remedy=_remedy(text, words)), field
    )


def link_meant(network: Network, text: str) -> Link:
    """The link that somebody asked for by its id. Raises LinkError if there is none."""
    text = text.strip()[:_LONGEST]
    link = network.link(text)
    if link is None:
        remedy = _remedy(text, [link.id for link in network.links])
        raise LinkError(Message('the network has no link "{text}"; {remedy}', text=text, remedy=remedy), "opened")
    return link


def _remedy(text: str, words: list[str]) -> Message:
    remedy = did_you_mean(text, words)
    if len(words) > 20 and "word" not in remedy.values:
        return Message("trucewatch links WATCH lists what there is")
    return remedy


def _folded_names(node_id: str, names: Collection[str]) -> set[str]:
    return {folded(part) for name in (node_id, *names) for part in (name, *name.split("/"))}
