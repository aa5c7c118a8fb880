"""Acts by hand → what they change: which reports are one incident, of which kind it is, and whether it is listed.

An act names observations. What an analyst put together is a *pin*: all of its observations are one incident, and two
pins are never one. A report that the program had put with reports of a pin goes with that pin; with the one that has
most of them there, if they are of several (of equals the one with the smallest id). Where acts name the same
observation, the later one holds for it. So the outcome is a function of the set of observations and of the acts in
their order, under either rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.counts import NOT_COUNTED
from trucewatch.geo.arrays import Ints, Mask
from trucewatch.messages import Message
from trucewatch.model.edits import BY_HAND, REJECTED_INCIDENT_SCHEMA, Act, added_id
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.model.testimony import retold

Labels = Ints
Pin = tuple[str, int]
"""The act that made it, and which of its parts it is."""


def added_observations(acts: Iterable[Act]) -> pa.Table:
    """The observations that standing acts bring, as a source would deliver them; their evidence is the act's own
    record."""
    rows = []
    for act in acts:
        if (stated := act.stated) is None:
            continue
        rows.append(
            dict.fromkeys(STORED_OBSERVATION_SCHEMA.names)
            | {
                "observation_id": added_id(act.act_id),
                "source": BY_HAND,
                "sensor": "",
                "means": stated.means,
                "kind": stated.kind,
                "aspect": "undetermined",
                "occurred_start": stated.occurred_start,
                "occurred_end": stated.occurred_end,
                "lon": stated.lon,
                "lat": stated.lat,
                "semi_major_m": stated.semi_major_m,
                "semi_minor_m": stated.semi_minor_m,
                "major_azimuth_deg": stated.major_azimuth_deg,
                "count_best": stated.count,
                "person_status": "not_stated",
                "perceived": stated.perceived,
                "intensity_unit": "",
                "source_quality": "",
                "claimed_by": stated.claimed_by,
                "actor": "",
                "struck": "",
                "simulated": stated.simulated,
                "known_at": act.known_at,
                "received_at": act.recorded_at,
                "evidence_sha256": act.sha256,
                "evidence_row": 0,
                "text": stated.text,
                "product_rank": 0,
                "known_at_assumed": False,
            }
        )
    return pa.Table.from_pylist(rows, schema=STORED_OBSERVATION_SCHEMA)


def pin_labels(labels: Labels, observations: pa.Table, acts: Sequence[Act]) -> Labels:
    """The labels of an association as standing acts change them, shape (n,).

    observations: the rows of `labels`, in the order of their ids. Simulated and real rows are never one incident, by
    hand either.
    """
    pin_of = _pins(acts)
    if not pin_of or not len(labels):
        return labels
    named = sorted(pin_of)
    positions = pc.index_in(pa.array(named, pa.string()), value_set=observations["observation_id"].combine_chunks())
    simulated = observations["simulated"].to_numpy(zero_copy_only=False)
    sets: dict[tuple[Pin, bool], list[int]] = {}
    for observation, row in zip(named, positions.to_pylist(), strict=True):
        if row is not None:
            sets.setdefault((pin_of[observation], bool(simulated[row])), []).append(row)
    if not sets:
        return labels
    pins = np.full(len(labels), -1, dtype=np.int64)
    for rows in sets.values():
        pins[rows] = min(rows)
    # Only events that hold a pinned row change; all others keep their label.
    touched = np.unique(labels[pins >= 0])
    at = np.flatnonzero(np.isin(labels, touched))
    at = at[np.argsort(labels[at], kind="stable")]
    result = labels.copy()
    for event in np.split(at, np.flatnonzero(np.diff(labels[at])) + 1):
        event_pins, count = np.unique(pins[event][pins[event] >= 0], return_counts=True)
        # The unpinned rows of an event go with the pin that has most of it.
        goes_with = event_pins[np.argmax(count)]  # of equals the first: that of the smallest id
        # Beyond all row numbers, so that no label of an event is met.
        result[event] = len(labels) + np.where(pins[event] >= 0, pins[event], goes_with)
    return result


def pinned_rows(observations: pa.Table, acts: Sequence[Act]) -> Mask:
    """Which rows standing merges and splits name, shape (n,)."""
    named = pa.array(sorted(_pins(acts)), pa.string())
    return np.asarray(pc.is_in(observations["observation_id"], value_set=named).to_numpy(), dtype=np.bool_)


def shape_incidents(rows: Sequence[dict[str, Any]], acts: Sequence[Act]) -> None:
    """Writes into incident rows what acts state of them: kind, class, and the acts that shaped each.

    A retype or rejection is of the incident that holds the first of its observations that is there. A rejection lapses
    when most of that incident's observations are others than it names: what nobody has looked at is not hidden.
    """
    named = frozenset().union(*(act.named for act in acts))
    home = {observation: row for row in rows for observation in row["members"] if observation in named} if named else {}
    pin_of = _pins(acts)
    for act in acts:
        if act.deed in ("merge", "split"):
            shaped = [
                home[observation]
                for observation, (maker, _) in pin_of.items()
                if maker == act.act_id and observation in home
            ]
        elif act.deed == "add":
            shaped = [home[observation] for observation in act.named if observation in home]
        else:
            first = next((observation for observation in sorted(act.members) if observation in home), None)
            shaped = [home[first]] if first is not None else []
            if act.deed == "reject":
                shaped = [
                    row for row in shaped if 2 * len(act.named.intersection(row["members"])) >= len(row["members"])
                ]
        for row in shaped:
            if act.act_id not in row["acts"]:
                row["acts"].append(act.act_id)
            if act.deed == "retype":
                _retype(row, act)


def set_aside(incidents: pa.Table, acts: Sequence[Act]) -> tuple[Mask, pa.Table, list[Message]]:
    """Which incidents are listed, shape (n,); those that were rejected (REJECTED_INCIDENT_SCHEMA); and which acts do
    nothing, in words."""
    rejections = {act.act_id: act for act in acts if act.deed == "reject"}
    is_listed = np.ones(incidents.num_rows, dtype=np.bool_)
    shaped = pc.indices_nonzero(pc.list_value_length(incidents["acts"])) if acts else pa.array([], pa.uint64())
    shapers = incidents["acts"].take(shaped).to_pylist()
    by = [next((act_id for act_id in reversed(ids) if act_id in rejections), None) for ids in shapers]
    is_listed[shaped.to_numpy()] = [act_id is None for act_id in by]
    names = [act_id for act_id in by if act_id is not None]
    rejected = incidents.take(pa.array(np.flatnonzero(~is_listed)))
    rejected = rejected.append_column("rejected_by", pa.array(names, pa.string()))
    rejected = rejected.append_column(
        "reason", pa.array([rejections[act_id].on_record for act_id in names], pa.string())
    )
    at_work = {act_id for ids in shapers for act_id in ids}
    idle = [_idle(act) for act in acts if act.act_id not in at_work]
    return is_listed, rejected.cast(REJECTED_INCIDENT_SCHEMA), idle


def _idle(act: Act) -> Message:
    what = f"{act.deed} {act.act_id[:12]} ({str(act.why)[:60]})"
    if act.deed == "reject":
        return Message(
            "{act}: most reports of that incident are others by now, or none is known: it is listed again; "
            "reject it anew",
            act=what,
        )
    return Message(
        "{act}: none of its observations is known now, or later acts took them; it changes nothing", act=what
    )


def _pins(acts: Sequence[Act]) -> dict[str, Pin]:
    """The pin of every observation that an act put somewhere; the later act holds."""
    return {
        observation: (act.act_id, number)
        for act in acts
        if act.deed in ("merge", "split")
        for number, part in enumerate(act.parts)
        for observation in part
    }


def _retype(row: dict[str, Any], act: Act) -> None:
    """Kind and class as the analyst states them. A claim stays a claim, and a witnessed record stays one, of the new
    kind."""
    if act.kind and act.kind != row["kind"]:
        row["testimony"] = retold(row["testimony"], row["kind"], act.kind)
        row["kind"] = act.kind
        if act.kind == "thermal_anomaly":
            row |= NOT_COUNTED.columns()
        if act.kind not in BLAST_AND_FIRE:
            # Nor is a number shown that was weighed of fire.
            row |= {
                "alone": "",
                "happened": None,
                "what": None,
                "between_sides": None,
                "where_when": None,
                "classes": [],
                "class_probabilities": [],
            }
    if act.event_class:
        chances = dict(zip(row["classes"], row["class_probabilities"], strict=True))
        others = [name for name in row["classes"] if name != act.event_class]
        row["classes"] = [act.event_class, *others]
        row["class_probabilities"] = [chances.get(name, 0.0) for name in row["classes"]]
        row["what"] = row["between_sides"] = None
