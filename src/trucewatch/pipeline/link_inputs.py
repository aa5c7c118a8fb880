"""A store → what reports and exports take of its links, unreleased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.clause_history import OpeningRow
from trucewatch.model.links import Network
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_entering import network_of
from trucewatch.pipeline.opening_release import released_openings
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
    if not network.links:
        return LinkInputs(network=None)
    # On a past case the ledger's own time is later than all that the watch tells of: there its clock at the proposal
    # counts for a recipient's delay.
    is_past = watch.settings.watch_time is not None
    return LinkInputs(
        network=network,
        openings=tuple(
            OpeningRow(
                code=each.proposal.code,
                document=each.proposal.document,
                known_at=each.proposal.known_at if is_past else each.released_at,
            )
            for each in released_openings(store, watch, recorded_by)
        ),
    )
