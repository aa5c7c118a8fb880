"""A store → what reports and exports take of its links, unreleased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.clause_history import OpeningRow
from trucewatch.model.links import Network
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_entering import network_of
from trucewatch.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkInputs:
    """The network with what was entered of it, and the openings that all heads released. network: None of a watch
    without links."""

    network: Network | None
    openings: tuple[OpeningRow, ...] = ()


def link_inputs(store: Store, watch: Watch, recorded_by: datetime | None = None) -> LinkInputs:
    """What the journal holds, or held at a moment."""
    network = network_of(store, watch, recorded_by)
    return LinkInputs(network=network if network.links else None)
