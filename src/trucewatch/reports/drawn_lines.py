"""Lines drawn by hand go to the joint centre alone until all delegations entered one, and with them what shows their
course."""

from __future__ import annotations

from dataclasses import replace

from trucewatch.model.watch import Recipient, Watch
from trucewatch.model.zone import Zone


def held_back_lines(watch: Watch, recipient: Recipient) -> frozenset[str]:
    """The lines that a recipient may not have: drawn by us in any version that not all the delegations entered."""
    if recipient.drawn_lines:
        return frozenset()
    return frozenset(zone.id for zone in watch.zones if zone.kind == "line" and _is_ours(zone, watch))


def without_drawn_lines(watch: Watch, recipient: Recipient) -> Watch:
    """The watch with these lines, and the zones whose edge follows one, emptied of their geometry; they keep their
    names, so that a clause can still be told by them."""
    line_ids = held_back_lines(watch, recipient)
    if not line_ids:
        return watch
    return replace(
        watch,
        zones=tuple(
            replace(zone, geometry=type(zone.geometry)()) if line_ids & {zone.id, zone.follows} else zone
            for zone in watch.zones
        ),
    )


def _is_ours(zone: Zone, watch: Watch) -> bool:
    """Whether a line is drawn by us, and not yet entered by every delegation."""
    return zone.derived and not (watch.delegation_ids and watch.delegation_ids <= set(zone.entered_by))
