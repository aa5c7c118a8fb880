"""One voice in many mouths: rumours in other words and on both sides, lists that copy the press, a party by its
ministry, a camera by two feeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.simulate.benchmark.ground import DAY_S
from trucewatch.simulate.benchmark.report_columns import Reports, natural_key
from trucewatch.simulate.benchmark.stress.draft import Draft, taken
from trucewatch.simulate.benchmark.stress.parameters import OneVoiceTwice, Rumours
from trucewatch.simulate.places import moved

_PHRASES = (
    "{kind} near {town} about {time}",
    "people in {town} speak of {count} times {kind}",
    "{count} blasts, {town}",
    "it fell near {town} again, around {time}",
    "heard from a cousin: {town}, {kind}",
    "fire at {town} at {time}, windows shook",
)
_STEP_S = 300.0
"""People give the time to five minutes."""


@dataclass(frozen=True, slots=True)
class _Rumour:
    """What the first witness would say without error; event -1 where there was nothing."""

    event: int
    side: int
    x: float
    y: float
    moment_s: float
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class _Telling:
    """One telling of one rumour."""

    rumour: int
    number: int
    event: int
    source: str
    kind: str
    x: float
    y: float
    sd_m: float
    moment_s: float
    known_s: float
    count: int
    text: str
    first: bool


def tell_rumours(draft: Draft, family: Rumours) -> None:
    """Witnesses on each side and rumours of nothing; every telling shifts place, time, number and words a little. Some
    cross the line, which makes no second witness. The press prints some of them, and lists copy the press."""
    tellings = _tell(draft, family)
    _add_public(draft, tellings)
    _print(draft, family, tellings)
    draft.side |= dict.fromkeys(family.sources_north, "NR") | dict.fromkeys(family.sources_south, "SR")
    draft.repeats |= dict.fromkeys(family.declared, (draft.ground.parameters.list.source,))


def _tell(draft: Draft, family: Rumours) -> list[_Telling]:
    """All tellings of all rumours."""
    rng = draft.stream("rumours")
    rumours = _first_words(draft, family, rng)
    return [telling for number, rumour in enumerate(rumours) for telling in _retell(draft, family, number, rumour, rng)]


def _first_words(draft: Draft, family: Rumours, rng: np.random.Generator) -> list[_Rumour]:
    """What witnesses on each side saw, as it was, and what nobody saw."""
    ground, events = draft.ground, draft.events
    by_kind = np.array([family.chance_each_side.get(kind, 0.0) for kind in events.kind])
    chance = by_kind * np.where(events.cause == "", 1.0, 0.5)
    rumours = []
    for side in (1, -1):
        for row in np.flatnonzero(rng.random(len(events)) < chance).tolist():
            seen = (float(events.x[row]), float(events.y[row]), float(events.start_s[row]))
            rumours.append(_Rumour(row, side, *seen, str(events.kind[row]), max(int(events.count[row]), 1)))
    west, east = ground.line_ends_m
    for _ in range(int(rng.poisson(family.false_per_day * ground.density.days))):
        x = float(rng.uniform(west, east))
        y = float(ground.line_north_m(np.array([x]))[0] + rng.uniform(-4000.0, 4000.0))
        side = 1 if rng.random() < 0.5 else -1
        kind = "explosion" if rng.random() < 0.8 else "burst"
        moment = float(rng.uniform(0.0, ground.length_s))
        rumours.append(_Rumour(-1, side, x, y, moment, kind, int(rng.integers(1, 8))))
    return rumours


def _retell(
    draft: Draft, family: Rumours, number: int, rumour: _Rumour, rng: np.random.Generator
) -> Iterator[_Telling]:
    """The tellings of one rumour, each from the one before."""
    public, errors = draft.ground.parameters.public, draft.ground.parameters.errors
    towns = [(town.name, town.km[0] * 1000.0, town.km[1] * 1000.0) for town in draft.ground.parameters.town]
    sd = round(float(rng.uniform(*public.place_sd_m)))
    known_s = rumour.moment_s + float(rng.uniform(*public.delay_minutes)) * 60.0
    # The witness errs as he says; whoever retells shifts the place, the time and the number further.
    x = rumour.x + float(rng.standard_normal()) * sd
    y = rumour.y + float(rng.standard_normal()) * sd
    moment_s = rumour.moment_s + float(rng.standard_t(errors.dof)) * public.time_sd_s
    count = rumour.count
    crosses = rng.random() < family.both_sides_hear_of_it
    for telling in range(min(int(rng.geometric(1.0 / family.retold_mean)), family.retold_most)):
        if telling:
            known_s += float(rng.uniform(*family.retold_after_minutes)) * 60.0
            x += float(rng.standard_normal()) * family.place_shift_m
            y += float(rng.standard_normal()) * family.place_shift_m
            moment_s += float(rng.standard_normal()) * family.time_shift_s
            count = max(1, round(count * float(rng.uniform(*family.count_times))))
        town, *at = min(towns, key=lambda town: np.hypot(x - town[1], y - town[2]))
        names_the_town = telling > 0 and rng.random() < family.names_the_town
        side = -rumour.side if crosses and telling > 0 and rng.random() < 0.5 else rumour.side
        sources = family.sources_north if side > 0 else family.sources_south
        told_s = min(round(moment_s / _STEP_S) * _STEP_S, known_s)
        yield _Telling(
            rumour=number,
            number=telling,
            event=rumour.event,
            source=str(rng.choice(np.array(sources))),
            kind=rumour.kind,
            x=at[0] if names_the_town else x,
            y=at[1] if names_the_town else y,
            sd_m=sd,
            moment_s=told_s,
            known_s=known_s,
            count=count,
            text=_words(rng, rumour.kind, town, told_s, count),
            first=telling == 0,
        )


def _words(rng: np.random.Generator, kind: str, town: str, moment_s: float, count: int) -> str:
    minutes = int(moment_s % DAY_S) // 60
    phrase = _PHRASES[int(rng.integers(len(_PHRASES)))]
    words = {"kind": _plain(kind), "town": town, "time": f"{minutes // 60:02d}:{minutes % 60:02d}"}
    return "Simulated: " + phrase.format(count=count, **words)


def _plain(kind: str) -> str:
    return kind.replace("_", " ")


def _hidden(tellings: Sequence[_Telling], sd_m: np.ndarray, first: np.ndarray) -> dict[str, np.ndarray]:
    """What only the simulator knows: a telling that is not the first is no sound measurement of the place."""
    event = np.array([telling.event for telling in tellings], dtype=np.int64)
    true = event >= 0
    return {
        "event": event,
        "form": np.where(true, "place", "").astype(object),
        "own_1": sd_m,
        "own_2": sd_m,
        "is_outlier": true & ~first,
        "why": np.where(~true, "false", np.where(first, "", "retold")).astype(object),
        "draw": np.array([f"rumour|{telling.rumour}" for telling in tellings], dtype=object),
    }


def _add_public(draft: Draft, tellings: Sequence[_Telling]) -> None:
    n = len(tellings)
    public = draft.ground.parameters.public
    lon, lat = draft.ground.degrees(
        np.array([telling.x for telling in tellings]), np.array([telling.y for telling in tellings])
    )
    sd = np.array([telling.sd_m for telling in tellings], dtype=np.float64)
    counts = np.array([telling.count for telling in tellings], dtype=np.int64)
    counts = np.where(np.array([telling.kind == "thermal_anomaly" for telling in tellings]), -1, counts)
    moment = np.array([telling.moment_s for telling in tellings])
    reports = Reports()
    reports.add(
        n,
        source=np.array([telling.source for telling in tellings], dtype=object),
        means="public",
        kind=np.array([telling.kind for telling in tellings], dtype=object),
        start_s=moment,
        end_s=moment,
        time_sd_s=public.time_sd_s,
        known_s=np.array([telling.known_s for telling in tellings]),
        lon=lon,
        lat=lat,
        semi_major_m=sd,
        semi_minor_m=sd,
        major_azimuth_deg=0.0,
        count_min=counts,
        count_best=counts,
        count_max=counts,
        text=np.array([telling.text for telling in tellings], dtype=object),
        key=np.array([f"rumour|{telling.rumour}|{telling.number}" for telling in tellings], dtype=object),
        **_hidden(tellings, sd, np.array([telling.first for telling in tellings], dtype=np.bool_)),
    )
    draft.add_reports("public", reports)


def _print(draft: Draft, family: Rumours, tellings: Sequence[_Telling]) -> None:
    """Entries of the press, each from one telling, and the copies that the lists make of them."""
    ground, settings = draft.ground, draft.ground.parameters.list
    rng = draft.stream("press")
    by_rumour: dict[int, list[_Telling]] = {}
    for telling in tellings:
        by_rumour.setdefault(telling.rumour, []).append(telling)
    printed = [
        group[int(rng.integers(len(group)))] for group in by_rumour.values() if rng.random() < family.press_takes
    ]
    n = len(printed)
    step = np.where(rng.random(n) < settings.day_precision, DAY_S, 3600.0)
    start = np.floor(np.array([telling.moment_s for telling in printed]) / step) * step
    known = np.maximum(start + step, np.array([telling.known_s for telling in printed]))
    known = known + rng.uniform(*settings.delay_days, n) * DAY_S
    sd = rng.choice(np.array(settings.place_sd_m), n)
    lon, lat = ground.degrees(
        np.array([telling.x for telling in printed]), np.array([telling.y for telling in printed])
    )
    issuers = [(settings.source, settings.claimed_by, np.arange(n))]
    issuers += [
        (name, f"Compilers of {name}", np.flatnonzero(rng.random(n) < family.list_copies)) for name in family.lists
    ]
    reports = Reports()
    for source, issuer, rows in issuers:
        m, is_copy = len(rows), source != settings.source
        shift = rng.standard_normal((2, m)) * (family.list_place_shift_m if is_copy else 0.0)
        here = moved(lon[rows], lat[rows], shift[0], shift[1])
        some = [printed[row] for row in rows.tolist()]
        key = np.array([f"entry|{source}|{row}" for row in rng.permutation(n)[:m]], dtype=object)
        reports.add(
            m,
            source=source,
            means="event_list",
            kind=np.array([telling.kind for telling in some], dtype=object),
            start_s=start[rows],
            end_s=start[rows] + step[rows],
            known_s=known[rows] + (rng.uniform(0.2, 3.0, m) * DAY_S if is_copy else 0.0),
            claimed_by=issuer,
            text=np.array(
                [f"Simulated: {telling.kind.replace('_', ' ')} reported ({issuer})" for telling in some], dtype=object
            ),
            key=key,
            source_quality=np.array([f"id={natural_key(ground, word)}" for word in key], dtype=object),
            lon=here[0],
            lat=here[1],
            semi_major_m=sd[rows],
            semi_minor_m=sd[rows],
            major_azimuth_deg=0.0,
            **_hidden(some, sd[rows], np.zeros(m, dtype=np.bool_)),
        )
    draft.add_reports("event_list", reports)


def speak_twice(draft: Draft, family: OneVoiceTwice) -> None:
    """A party's claims again by its ministry, typed in anew; what some cameras report again by another feed."""
    _by_ministry(draft, family)
    _by_other_feed(draft, family)


def _by_ministry(draft: Draft, family: OneVoiceTwice) -> None:
    columns = draft.reported["party"]
    rng = draft.stream("ministry")
    draw = np.array([f"claim|{who}|{key}" for who, key in zip(columns["claimed_by"], columns["key"], strict=True)])
    draft.change("party", draw=draw.astype(object))
    rows = np.flatnonzero(rng.random(len(draw)) < family.claims_again)
    again, n = taken(draft.reported["party"], rows), len(rows)
    if not n:
        return
    shift = rng.standard_normal((2, n)) * family.ministry_place_m
    again["lon"], again["lat"] = moved(again["lon"], again["lat"], shift[0], shift[1])
    again["known_s"] = again["known_s"] + rng.uniform(*family.ministry_minutes, n) * 60.0
    moment = again["start_s"] + rng.choice(np.array([-_STEP_S, 0.0, _STEP_S]), n)
    again["start_s"] = again["end_s"] = np.minimum(moment, again["known_s"])
    party = again["claimed_by"]
    again["source"] = np.array([f"ministry-{who.casefold()}" for who in party], dtype=object)
    again["claimed_by"] = np.array([family.ministries[who] for who in party], dtype=object)
    again["text"] = np.array([f"{text} (statement)" for text in again["text"]], dtype=object)
    again["key"] = np.array([f"statement|{key}" for key in again["key"]], dtype=object)
    draft.add("party", again)
    draft.parties |= {name.casefold(): party for party, name in family.ministries.items()}


def _by_other_feed(draft: Draft, family: OneVoiceTwice) -> None:
    columns = draft.reported["camera"]
    rng = draft.stream("feeds")
    doubled = np.isin(columns["sensor"], family.cameras_same_name + family.cameras_other_name)
    draw = np.where(doubled, np.array([f"frame|{key}" for key in columns["key"]], dtype=object), columns["draw"])
    draft.change("camera", draw=draw.astype(object))
    rows = np.flatnonzero(doubled & (rng.random(len(draw)) < family.feed_again))
    again, n = taken(draft.reported["camera"], rows), len(rows)
    if not n:
        return
    later = rng.standard_normal(n) * family.feed_time_sd_s
    again["start_s"], again["end_s"] = again["start_s"] + later, again["end_s"] + later
    again["known_s"] = again["known_s"] + rng.uniform(1.0, 60.0, n)
    again["bearing_deg"] = np.mod(again["bearing_deg"] + rng.standard_normal(n) * family.feed_bearing_sd_deg, 360.0)
    renamed = np.isin(again["sensor"], family.cameras_other_name)
    again["source"] = np.where(renamed, "video-wall", "cameras-relay").astype(object)
    again["sensor"] = np.where(
        renamed, np.array([_on_the_wall(name) for name in again["sensor"]], dtype=object), again["sensor"]
    ).astype(object)
    draft.add("camera", again)
    draft.devices |= {_on_the_wall(name): name for name in family.cameras_other_name}


def _on_the_wall(camera: str) -> str:
    """What the other feed calls a camera."""
    return f"wall {camera[-1]}"
