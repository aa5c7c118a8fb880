"""A boundary of `basemap.geojson` → its status: state, disputed, or not stated in this data."""

from __future__ import annotations

from typing import Any

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.zone import BOUNDARY_STATUSES
from trucewatch.watch.toml_records import did_you_mean


def boundary_status(feature: dict[str, Any], properties: dict[str, Any], file: str, faults: list[Fault]) -> str:
    """Its `status`; without one, what `disputed` says, which stood there before there were three.

    A status that there is not counts as not stated, and is added to the faults as a warning.
    """
    status = properties.get("status")
    if status is None:
        if "disputed" not in properties:
            return "not_stated"
        return "disputed" if properties["disputed"] else "state"
    if status in BOUNDARY_STATUSES:
        return str(status)
    line = str(feature.get("id") or properties.get("line") or "")[:40]
    place = Message('boundary "{name}"', name=line) if line else Message("a boundary")
    what = Message('has the status "{status}", which there is not', status=str(status)[:40])
    faults.append(Fault(file, 0, place, what, did_you_mean(str(status), BOUNDARY_STATUSES), "warning"))
    return "not_stated"
