"""A boundary of `basemap.geojson` → its status: state, disputed, or not stated in this data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.zone import BOUNDARY_STATUSES
from trucewatch.watch.toml_records import did_you_mean

_NOT_COMPLETE: Final = "the list is not complete"
"""What the boundary set of earlier versions says of itself: a line that it does not call disputed may well be."""


def boundary_status(
    feature: dict[str, Any],
    properties: dict[str, Any],
    file: str,
    faults: list[Fault],
    boundary_set: Mapping[str, str],
) -> str:
    """Its `status`; without one, what `disputed` says, which stood there before there were three. That a line is not
    disputed says nothing where the set itself says that its list of disputed ones is not complete, nor does a value
    that is neither true nor false.

    A status that there is not counts as not stated, and is added to the faults as a warning.
    """
    status = properties.get("status")
    if status is None:
        disputed = properties.get("disputed")
        if disputed is False and _NOT_COMPLETE not in boundary_set.get("en", ""):
            return "state"
        return "disputed" if disputed is True else "not_stated"
    if status in BOUNDARY_STATUSES:
        return str(status)
    line = str(feature.get("id") or properties.get("line") or "")[:40]
    place = Message('boundary "{name}"', name=line) if line else Message("a boundary")
    what = Message('has the status "{status}", which there is not', status=str(status)[:40])
    faults.append(Fault(file, 0, place, what, did_you_mean(str(status), BOUNDARY_STATUSES), "warning"))
    return "not_stated"
