"""Access that was asked for and refused → rows of the observation table, of the centre's own source.

A row says where and when, and names the party that was asked; it holds nothing that was typed: its words stay apart,
and are found by its id (`refusal_of_row`). What was taken back, is of a drill or was asked of a simulated source has
none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa

from trucewatch.model.duty_task import CENTRE_TASKS, AccessRefusal, task_code
from trucewatch.model.ids import observation_id
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA

_PLACE: Final = (
    *("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg"),
    *("observer_lon", "observer_lat", "bearing_deg", "bearing_sd_deg", "range_m", "range_sd_m"),
)


def refusal_rows(refusals: Iterable[AccessRefusal]) -> pa.Table:
    """The rows of refusals, in the order of their entries: one a task, of the refusal that stands."""
    return pa.Table.from_pylist(
        [_row(refusal) for refusal in refusals_in_list(refusals)], schema=STORED_OBSERVATION_SCHEMA
    )


def refusals_in_list(refusals: Iterable[AccessRefusal]) -> list[AccessRefusal]:
    """The refusals that have a row, in the order of their entries."""
    standing = {each.task: each for each in sorted(refusals, key=lambda each: each.entry) if not each.undone}
    return sorted((each for each in standing.values() if each.in_list), key=lambda each: each.entry)


def row_of_refusal(task: int) -> str:
    """The id of the observation that a refusal of a task is."""
    return observation_id(CENTRE_TASKS, task_code(task))


def refusal_of_row(observation: str, refusals: Iterable[AccessRefusal]) -> AccessRefusal | None:
    """The refusal that an observation is; None for another observation."""
    return next((each for each in refusals_in_list(refusals) if row_of_refusal(each.task) == observation), None)


def _row(refusal: AccessRefusal) -> dict[str, Any]:
    return dict.fromkeys(STORED_OBSERVATION_SCHEMA.names) | {
        "observation_id": row_of_refusal(refusal.task),
        "source": CENTRE_TASKS,
        "sensor": "",
        "means": "patrol",
        "kind": "access_denied",
        "aspect": "undetermined",
        "occurred_start": refusal.at,
        "occurred_end": refusal.at,
        **{name: getattr(refusal.place, name) for name in _PLACE},
        "person_status": "not_stated",
        "perceived": "",
        "intensity_unit": "",
        "source_quality": "",
        "claimed_by": "",
        "actor": refusal.actor,
        "struck": "",
        "simulated": refusal.simulated,
        "known_at": refusal.known_at,
        "received_at": refusal.recorded_at,
        "evidence_sha256": refusal.sha256,
        "evidence_row": 0,
        "text": "",
        "product_rank": 0,
        "known_at_assumed": False,
    }
