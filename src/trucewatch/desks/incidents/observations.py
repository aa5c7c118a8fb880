"""The observations of one incident, each with its letter, what it says, where, and what it added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sqrt, tan
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.locale import Words
from trucewatch.locale.terms import perceived_word
from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.duty_task import CENTRE_TASKS
from trucewatch.model.incident import CHI2_95, Incident
from trucewatch.model.rounding import azimuth, coordinate, power, two_figures
from trucewatch.reports.people_words import row_words
from trucewatch.reports.phrases import days_words, is_whole_days, kind_words
from trucewatch.server.formatting import Telling
from trucewatch.server.snapshot import Snapshot
from trucewatch.sources.recorded.claim_rows import claim_rows, row_of_claim
from trucewatch.sources.recorded.refusal_rows import refusal_of_row, refusal_rows
from trucewatch.store import Store
from trucewatch.store.batches import kept_observations
from trucewatch.store.claim_records import claims_on_record, words_of_claim
from trucewatch.store.duty_task_records import access_refusals
from trucewatch.store.edit_records import recorded_acts

MOST_SHOWN: Final = 200
"""Observations that one page and one map show at once."""
RAY_M: Final = 20_000.0
"""How long a bearing without a range is drawn, metres."""
_SIGMAS: Final = sqrt(CHI2_95)
_SIGMAS_OF_ONE: Final = 1.959964
"""One dimension's 95 %: one sigma × 1.96."""


@dataclass(frozen=True, slots=True)
class Member:
    """One observation of an incident. `added`: its row of the contributions, None where they were not worked out."""

    letter: str
    row: Mapping[str, Any]
    added: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        return str(self.row["observation_id"])

    @property
    def is_claim(self) -> bool:
        return bool(self.row["claimed_by"]) or self.row["source"] in CLAIM_SOURCES


def members_of(store: Store, snapshot: Snapshot, incident: Incident) -> list[Member]:
    """The observations of an incident in the order in which they became known; those that are kept no more are left
    out."""
    if snapshot.assessment is not None:
        table = snapshot.assessment.observations
    else:
        from trucewatch.fusion.manual_edits import added_observations

        added = added_observations(act for act in recorded_acts(store) if act.act_id in incident.acts)
        claimed, refused = claim_rows(claims_on_record(store)), refusal_rows(access_refusals(store))
        table = pa.concat_tables([kept_observations(store, incident.members), added, claimed, refused])
    table = table.filter(pc.is_in(table["observation_id"], value_set=pa.array(incident.members, pa.string())))
    rows = table.sort_by([(name, "ascending") for name in ("known_at", "received_at", "observation_id")]).to_pylist()
    _with_words_of_claims(store, rows)
    added_by = contributions_to(snapshot, incident)
    return [Member(letter_of(place), row, added_by.get(row["observation_id"])) for place, row in enumerate(rows)]


def _with_words_of_claims(store: Store, rows: list[dict[str, Any]]) -> None:
    """Put in what was said of each claim, and why access was refused: their rows hold no words, so that no list and
    nothing that leaves does."""
    if any(row["source"] in CLAIM_SOURCES for row in rows):
        says = {row_of_claim(claim.number): claim for claim in claims_on_record(store)}
        for row in rows:
            if (claim := says.get(row["observation_id"])) is not None:
                row["text"] = words_of_claim(store, claim).says
    for row in rows:
        if row["source"] == CENTRE_TASKS:
            refusal = refusal_of_row(row["observation_id"], access_refusals(store))
            row["text"] = str(store.typed.words_of(refusal.words)) if refusal else ""


def contributions_to(snapshot: Snapshot, incident: Incident) -> dict[str, Mapping[str, Any]]:
    """What each observation of an incident added, by its id; empty where that was not worked out."""
    if snapshot.about:
        rows = snapshot.about("contributions", incident.incident_id)
    else:
        table = snapshot.contributions
        rows = table.filter(pc.equal(table["incident_id"], incident.incident_id))
    return {str(row["observation_id"]): row for row in rows.to_pylist()}


def letter_of(place: int) -> str:
    """a to z, then aa, ab …"""
    head, last = divmod(place, 26)
    return (letter_of(head - 1) if head else "") + chr(ord("a") + last)


def says_words(row: Mapping[str, Any], telling: Telling) -> list[str]:
    """What an observation states, part by part: kind and count, people, bearing, range, strength, and in what words of
    quality."""
    words = telling.words
    counts = row["count_min"], row["count_best"], row["count_max"]
    parts = [kind_words(row["kind"], row["aspect"], *counts, words)]
    if people := row_words(row, row["person_status"], words):
        parts.append(people)
    how = perceived_word(row["perceived"], words)
    if row["source"] in CLAIM_SOURCES and row["perceived"] == "told":
        how = words.gettext("told by others, or not said")  # what stands where a caller did not say
    if how:
        parts.append(words.gettext("how its giver knows: {how}").format(how=how))
    if row["bearing_deg"] is not None:
        parts.append(
            words.gettext("bearing {bearing}° ±{spread}°").format(
                bearing=words.fixed(row["bearing_deg"], 0), spread=words.fixed(row["bearing_sd_deg"] or 0.0, 1)
            )
        )
    if row["range_m"] is not None:
        parts.append(
            words.gettext("range {range} ±{spread}").format(
                range=telling.metres(row["range_m"]), spread=telling.metres(row["range_sd_m"] or 0.0)
            )
        )
    if row["intensity"] is not None:
        parts.append(f"{words.number(power(row['intensity']))} {row['intensity_unit']}".strip())
    if row["confidence"] is not None:
        parts.append(
            words.gettext("its own probability {probability}").format(
                probability=telling.probability(row["confidence"])
            )
        )
    if row["source_quality"] not in ("", "simulated"):
        parts.append(quality_words(row["source_quality"], words))
    return parts


def quality_words(written: str, words: Words) -> str:
    """How a source judges its own row: in our words where they are sure to say the same, else in its own."""
    match written:
        case "disputed=no":
            return words.gettext("the source calls it undisputed")
        case "disputed=yes":
            return words.gettext("the source calls it disputed")
        case "disputed=partly":
            return words.gettext("the source calls it disputed in part")
    return words.gettext("in the source's own words: {quality}").format(quality=written)


def place_words_95(row: Mapping[str, Any], telling: Telling) -> str:
    """`380 × 210 m`; for a bearing alone how wide it is across, a kilometre off; or that no place is known."""
    if row["lon"] is not None and row["semi_major_m"] is not None:
        minor = row["semi_minor_m"] if row["semi_minor_m"] is not None else row["semi_major_m"]
        return telling.axes(row["semi_major_m"] * _SIGMAS, minor * _SIGMAS)
    if row["bearing_deg"] is not None and row["bearing_sd_deg"] is not None:
        across = 1000 * tan(radians(min(_SIGMAS_OF_ONE * row["bearing_sd_deg"], 89.0)))
        return telling.words.gettext("across ±{width} at 1 km").format(width=telling.metres(across))
    if row["lon"] is not None:
        return telling.words.gettext("place without a stated ±")
    return telling.words.gettext("no place given")


def when_words(row: Mapping[str, Any], telling: Telling) -> str:
    """`14:02:11 ±0.8 s`, `14:05–14:20`: the seconds where they are known, the 95 % spread where one is stated."""
    words, start, end = telling.words, row["occurred_start"], row["occurred_end"]
    opening = words.time(start.astimezone(telling.zone), telling.zone)
    spread = row["time_sd_s"]
    if (end - start).total_seconds() < 60:
        opening += f":{start.second:02d}"
        if spread:
            wide_s = _SIGMAS_OF_ONE * spread
            if wide_s >= 120:
                return words.gettext("{time} ±{spread} min").format(
                    time=opening, spread=words.number(round(wide_s / 60))
                )
            return words.gettext("{time} ±{spread} s").format(time=opening, spread=words.number(round(wide_s, 1)))
        return opening
    for zone in (telling.zone, telling.watch.zone):
        if is_whole_days(start, end, zone):
            return days_words(start, end, zone, words, words.short_day)
    if start.astimezone(telling.zone).date() != end.astimezone(telling.zone).date():
        return words.gettext("{start} – {end}").format(
            start=words.moment(start, telling.zone), end=words.moment(end, telling.zone)
        )
    return f"{opening}–{words.time(end.astimezone(telling.zone), telling.zone)}"


def known_words(row: Mapping[str, Any], telling: Telling) -> str:
    """When it became known, and that the source's card gave the delay, where it did."""
    moment = telling.moment(row["known_at"])
    if telling.day(row["known_at"]) == telling.day(row["occurred_start"]):
        moment = telling.words.time(row["known_at"].astimezone(telling.zone), telling.zone)
    if row["known_at_assumed"]:
        return telling.words.gettext("known {moment}, by the delay on its source's card").format(moment=moment)
    return telling.words.gettext("known {moment}").format(moment=moment)


def shape_of(member: Member) -> dict[str, Any]:
    """An observation as the map takes it: half-axes of 95 %, metres."""
    row = member.row
    has_place = row["lon"] is not None
    has_size = has_place and row["semi_major_m"] is not None
    minor = row["semi_minor_m"] if row["semi_minor_m"] is not None else row["semi_major_m"]
    bearing = None
    if row["bearing_deg"] is not None and row["observer_lon"] is not None:
        long_m = row["range_m"] or _distance_m(row) or RAY_M
        bearing = {
            "lon": row["observer_lon"],
            "lat": row["observer_lat"],
            "bearing_deg": round(row["bearing_deg"], 2),
            "length_m": round(long_m * 1.1),
        }
    return {
        "letter": member.letter,
        "lon": row["lon"],
        "lat": row["lat"],
        "major_m": round(row["semi_major_m"] * _SIGMAS, 1) if has_size else None,
        "minor_m": round(minor * _SIGMAS, 1) if has_size else None,
        "azimuth_deg": round(row["major_azimuth_deg"] or 0.0, 1) if has_size else None,
        "claim": member.is_claim,
        "means": row["means"],
        "bearing": bearing,
    }


def ellipse_of(incident: Incident) -> dict[str, Any] | None:
    """An incident's 95 % ellipse as the map takes it."""
    if incident.lon is None or incident.lat is None or incident.semi_major_m is None:
        return None
    minor = incident.semi_minor_m if incident.semi_minor_m is not None else incident.semi_major_m
    return {
        "lon": coordinate(incident.lon),
        "lat": coordinate(incident.lat),
        "major_m": two_figures(incident.semi_major_m * _SIGMAS),
        "minor_m": two_figures(minor * _SIGMAS),
        "azimuth_deg": azimuth(incident.major_azimuth_deg or 0.0),
    }


def bounds_of(shapes: Sequence[Mapping[str, Any]], area: Sequence[float]) -> list[float]:
    """West, south, east, north around shapes of which one has the incident's place; the watch's area if none has any.

    An observation far wider than the others does not push them together: beyond three times the middle one it is cut.
    """
    placed = [shape for shape in shapes if shape["lon"] is not None]
    if not placed:
        return [float(edge) for edge in area]
    sizes = sorted(shape["major_m"] or 300.0 for shape in placed)
    most = max(3 * sizes[len(sizes) // 2], 500.0)
    edges = []
    for shape in placed:
        reach_m = min(shape["major_m"] or 300.0, most) * 1.05
        north = reach_m / METRES_PER_DEGREE
        east = north / max(cos(radians(shape["lat"])), 0.05)
        edges.append((shape["lon"] - east, shape["lat"] - north, shape["lon"] + east, shape["lat"] + north))
    west, south, east_edge, north_edge = zip(*edges, strict=True)
    return [round(edge, 6) for edge in (min(west), min(south), max(east_edge), max(north_edge))]


def _distance_m(row: Mapping[str, Any]) -> float | None:
    if row["lon"] is None:
        return None
    east = (row["lon"] - row["observer_lon"]) * cos(radians(row["lat"]))
    return METRES_PER_DEGREE * hypot(east, row["lat"] - row["observer_lat"])
