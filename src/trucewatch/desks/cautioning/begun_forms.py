"""Forms of a road notice that are begun: with the name, the ends and the districts of a road of the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from trucewatch.messages import Message
from trucewatch.model.link_names import node_labels
from trucewatch.model.links import Link
from trucewatch.pipeline.road_notices import districts_of
from trucewatch.server.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunForm:
    """What a button says, and the fields with which the form begins; several values of one field stand apart."""

    label: Message
    fields: Sequence[tuple[str, str]]


def begun_forms(view: View, incident: str) -> tuple[BegunForm, ...]:
    """One for each road of the network that people pass, in the order of its file; first one without a road where an
    incident is named, whose first report is when it was known."""
    watch, network = view.watch, view.watch.network
    row = view.snapshot.row_of.get(incident)
    asked_at = view.clock if row is None else view.snapshot.incidents["first_known_at"][row].as_py()
    hours = _hours(view, asked_at)
    roads = [link for link in network.links if link.kind == "road"] if network else []
    today = view.clock.astimezone(watch.zone).date()
    labels = node_labels(watch, network.nodes, view.words.language, today) if network else {}
    forms = [_of_link(view, link, labels, hours) for link in roads]
    if row is not None:
        forms.insert(0, BegunForm(label=Message("Another road"), fields=hours))
    return tuple(forms)


def _of_link(view: View, link: Link, labels: Mapping[str, str], hours: Sequence[tuple[str, str]]) -> BegunForm:
    # A road that its users call differently has no name that could stand alone.
    names = {name.text for name in link.name}
    road = names.pop() if len(names) == 1 else view.words.say(Message("Road"))
    start, end = labels[link.from_], labels[link.to]
    districts = districts_of(link, view.watch, view.clock)
    return BegunForm(
        label=Message("{road}: {start} – {end}", road=road, start=start, end=end),
        fields=(
            ("road", road),
            ("from", start),
            ("to", end),
            ("link", link.id),
            *(("districts", each) for each in districts),
            *hours,
        ),
    )


def _hours(view: View, asked_at: datetime) -> Sequence[tuple[str, str]]:
    def write(moment: datetime) -> str:
        return view.time_form.write_moment(moment.replace(second=0, microsecond=0))

    return (("asked_at", write(asked_at)), ("said_at", write(view.clock)))
