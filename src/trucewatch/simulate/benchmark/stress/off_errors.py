"""What devices state wrongly of themselves: the time, and how large their errors are."""

from __future__ import annotations

import numpy as np

from trucewatch.simulate.benchmark.devices import devices_of
from trucewatch.simulate.benchmark.ground import DAY_S
from trucewatch.simulate.benchmark.stress.draft import Draft
from trucewatch.simulate.benchmark.stress.parameters import Clocks, ErrorsSmall

_STATED = ("bearing_sd_deg", "range_sd_m", "semi_major_m", "semi_minor_m", "time_sd_s")


def shift_clocks(draft: Draft, family: Clocks) -> None:
    """Some nodes and cameras are off for days, each by its own amount; one of them by its zone, all the time."""
    ground = draft.ground
    devices = [(means, device.id) for means in ("acoustic", "camera") for device in devices_of(ground, means)]
    rng = draft.stream("clocks")
    wrong_zone = devices[int(rng.integers(len(devices)))]
    zone_s = family.zone_off_s * (1.0 if rng.random() < 0.5 else -1.0)
    for means, name in devices:
        own = draft.stream("clock", name)
        is_off, up = own.random() < family.share_off, own.random() < 0.5
        off_s = float(np.exp(own.uniform(*np.log(family.off_s)))) * (1.0 if up else -1.0)
        lasts = min(float(own.uniform(*family.off_days)) * DAY_S, ground.length_s)
        begun = float(own.uniform(0.0, ground.length_s - lasts))
        if (means, name) == wrong_zone:
            is_off, off_s, begun, lasts = True, zone_s, -np.inf, np.inf
        columns = draft.reported.get(means) or {}
        if not is_off or not columns:
            continue
        start = columns["start_s"].astype(np.float64)
        until = np.inf if lasts == np.inf else begun + lasts
        which = (columns["sensor"] == name) & (start >= begun) & (start < until)
        true_but_off = which & (columns["event"] >= 0) & (columns["why"] == "")
        draft.change(
            means,
            start_s=start + np.where(which, off_s, 0.0),
            end_s=columns["end_s"].astype(np.float64) + np.where(which, off_s, 0.0),
            why=np.where(true_but_off, "clock", columns["why"]).astype(object),
        )


def understate_errors(draft: Draft, family: ErrorsSmall) -> None:
    """What each means states of its errors is too small by a factor of its own; the errors are what they were."""
    for means, times in family.times.items():
        columns = draft.reported.get(means) or {}
        rng = draft.stream("stated", means)
        factor = 1.0 if rng.random() < family.right else float(rng.uniform(*times))
        if not columns:
            continue
        # Of a crater that is visited later the time is an interval, which is right.
        by_interval = columns["end_s"].astype(np.float64) - columns["start_s"].astype(np.float64) >= 3600.0
        changed = {}
        for name in _STATED:
            stated = columns[name].astype(np.float64)
            unchanged = by_interval if name == "time_sd_s" else np.zeros(len(stated), dtype=np.bool_)
            changed[name] = np.where(unchanged, stated, stated / factor)
        draft.change(means, **changed)
