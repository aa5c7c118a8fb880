"""True events → what parties and residents say of them: late, rounded up, repeated; and claims of what never was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from trucewatch.simulate.chance import stream
from trucewatch.simulate.example.delivered import Report
from trucewatch.simulate.example.parameters import Claimant, DayParameters
from trucewatch.simulate.example.truth import TrueEvent, Truth
from trucewatch.simulate.places import scatter

_TIME_SD_S = 600.0
_ROUND_TO_MINUTES = 5


def report_by_people(parameters: DayParameters, truth: Truth) -> list[Report]:
    """Claims of parties and posts of residents. What has a screened cause is claimed too: who hears does not know."""
    reports: list[Report] = []
    for claimant in parameters.claimant:
        rng = stream(truth.seed, "claimant", claimant.source)
        for event in truth.events:
            luck = float(rng.random())
            if luck < claimant.chance and event.kind in claimant.kinds and _concerns(parameters, claimant, event, rng):
                reports += _tell(claimant, event, rng)
        reports += _unfounded(parameters, claimant, rng)
    return reports


def _concerns(parameters: DayParameters, claimant: Claimant, event: TrueEvent, rng: np.random.Generator) -> bool:
    """A party speaks of its own side; near the line it is a matter of chance which side a place is held to be on."""
    if claimant.side == 0:
        return True
    return claimant.side * (event.lat - parameters.origin.lat + float(rng.normal(0.0, 0.03))) > 0


def _tell(claimant: Claimant, event: TrueEvent, rng: np.random.Generator) -> list[Report]:
    """One claim, or up to `copies` posts that repeat each other: the same place and words, each a little later."""
    lon, lat = scatter(event.lon, event.lat, claimant.place_sd_m, rng)
    moment = _round_time(event, rng)
    count = None
    if event.count is not None:
        best = max(1, round(event.count * claimant.counts_times))
        count = (best, best, best)
    injured = (event.injured, event.injured, event.injured) if event.injured else None
    delay_h = float(rng.uniform(*claimant.delay_hours))
    words = f"{claimant.text} ({event.kind.replace('_', ' ')})"
    reports = []
    for copy in range(int(rng.integers(1, claimant.copies, endpoint=True))):
        later = timedelta(minutes=round(60 * delay_h + copy * float(rng.uniform(4, 50))))
        repeated = ", repeated from an earlier post" if copy else ""
        reports.append(
            Report(
                event_id=event.event_id,
                source=claimant.source,
                key=f"{event.event_id}|{copy}",
                sensor="",
                means=claimant.means,
                kind=event.kind,
                aspect="undetermined",
                occurred_start=moment,
                occurred_end=moment + (event.end - event.start),
                time_sd_s=_TIME_SD_S,
                lon=lon,
                lat=lat,
                semi_major_m=claimant.place_sd_m,
                semi_minor_m=claimant.place_sd_m,
                major_azimuth_deg=0.0,
                known_at=event.end + max(later, timedelta(minutes=_ROUND_TO_MINUTES)),
                text=f"Simulated: {words}{repeated}",
                count=count,
                injured=injured,
                claimed_by=claimant.claimed_by,
            )
        )
    return reports


def _unfounded(parameters: DayParameters, claimant: Claimant, rng: np.random.Generator) -> list[Report]:
    """This source's claims to which nothing corresponds."""
    reports = []
    for claim in parameters.unfounded:
        if claim.source != claimant.source:
            continue
        start = parameters.moment(claim.day, claim.hour)
        lon, lat = parameters.place(claim.at_km)
        never = TrueEvent(
            event_id="",
            happening="",
            kind=claim.kind,
            aspect="undetermined",
            cause="",
            start=start,
            end=start,
            lon=lon,
            lat=lat,
            count=None,
            injured=None,
        )
        report = _tell(claimant, never, rng)[0]
        key = f"unfounded|{claim.kind}|{claim.day}|{claim.hour}"
        reports.append(replace(report, key=key, text=f"Simulated: {claim.text}", count=(claim.count,) * 3))
    return reports


def _round_time(event: TrueEvent, rng: np.random.Generator) -> datetime:
    """People give the time to five minutes, and err."""
    heard = event.start + timedelta(seconds=float(rng.normal(0.0, _TIME_SD_S / 2)))
    step_s = 60 * _ROUND_TO_MINUTES
    whole = round(heard.timestamp() / step_s) * step_s
    return min(datetime.fromtimestamp(whole, UTC), event.start + timedelta(minutes=_ROUND_TO_MINUTES))
