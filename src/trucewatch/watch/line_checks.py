"""What must hold of lines and of the zones that follow them: lines that exist, delegations that exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Zone
from trucewatch.watch.toml_records import did_you_mean

_FILE = "zones.geojson"


def check_lines(zones: Sequence[Zone], settings: WatchFile) -> Iterator[Fault]:
    """Faults of `entered_by` and `follows`: a wrong word there would let out what is to be held back."""
    lines = sorted({zone.id for zone in zones if zone.kind == "line"})
    delegations = sorted(delegation.id for delegation in settings.delegation)
    for zone in zones:
        place = Message('feature "{name}"', name=zone.id[:40])
        if zone.follows and zone.follows not in lines:
            what = Message('follows "{line}", which is no line of this watch', line=zone.follows[:40])
            yield Fault(_FILE, 0, place, what, did_you_mean(zone.follows, lines))
        for name in zone.entered_by:
            if name not in delegations:
                what = Message('is entered by "{name}", who is no delegation', name=name[:40])
                yield Fault(_FILE, 0, place, what, did_you_mean(name, delegations))
