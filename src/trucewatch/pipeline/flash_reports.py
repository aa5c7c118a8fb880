"""The reports that an incident or a claim rests on: when the centre had each, whose it is, whether both sides may be
told of it, and what it says of kind, time and place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim
from trucewatch.model.flash import ReporterKind
from trucewatch.model.flash_refused import FlashRefusedError
from trucewatch.model.incident import Incident
from trucewatch.model.party_release import ORIGINS, is_origin
from trucewatch.model.testimony import CENTRE
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.flash_place import StatedPlace
from trucewatch.sources.recorded.claim_rows import claimant_of, is_inside_only, row_of_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.readings import last_readings

WEAPON_KINDS: Final = (*ORIGINS, "weapon_present")
"""Kinds whose place is a weapon's."""
_COLUMNS: Final = (
    *("observation_id", "source", "claimed_by", "means", "kind", "aspect", "occurred_start", "occurred_end"),
    *("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg", "known_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What is told of: its kind, its time, its place. start: None where no time is known."""

    kind: str
    start: datetime | None
    end: datetime | None
    place: StatedPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. at: when the centre had it, UTC. about: `claim:CL-7`, or "" for an observation of a source."""

    id: str
    at: datetime
    reporter: ReporterKind
    reporter_id: str
    may_be_told: bool
    event: Event
    about: str = ""


def reports_of_claim(store: Store, watch: Watch, claim: Claim) -> list[Report]:
    """The claim first, then those that a person held to speak of the same event, as far as they stand."""
    joined = [
        each
        for each in claims_on_record(store)
        if each.number in claim.joined and each.stands and each.is_drill == claim.is_drill
    ]
    return [_of_claim(watch, each) for each in (claim, *joined)]


def reports_of_incident(store: Store, watch: Watch, incident: Incident) -> list[Report]:
    """Its reports that can be read; one of which nothing else is known where none can."""
    reports = list(_read(store, watch, incident))
    if reports:
        return reports
    return [
        Report(
            id=incident.incident_id,
            at=as_utc(incident.first_known_at),
            reporter="not_said",
            reporter_id="",
            may_be_told=watch.never_told.isdisjoint(incident.sources),
            event=event_of_incident(incident),
        )
    ]


def told_by(reports: list[Report]) -> Report:
    """Whose report is told: the centre's own means, if it is among them, else whoever reported first. Raises
    FlashRefusedError where nobody's may be."""
    tellable = [each for each in reports if each.may_be_told]
    if not tellable:
        raise FlashRefusedError(
            {
                "about": Message(
                    "Whoever reported this did not say that both sides may be told, and nobody else reported it. Ask "
                    "them, correct the claim, or wait for another report."
                )
            }
        )
    return min(tellable, key=lambda each: (each.reporter != "centre", each.at, each.id))


def reporters_told(watch: Watch, reports: list[Report], told: Report) -> str:
    """By whom it is told as reported: the id of `told`; where that is a bound party and another one reported it too,
    all of those, so that no side's report stands for both because it came first."""
    bound = watch.agreement.bound_ids
    if told.reporter_id not in bound:
        return told.reporter_id
    return " ".join(sorted({each.reporter_id for each in reports if each.may_be_told and each.reporter_id in bound}))


def event_of_incident(incident: Incident) -> Event:
    """What an incident is fused to."""
    place = StatedPlace(
        lon=incident.lon,
        lat=incident.lat,
        semi_major_m=incident.semi_major_m or 0.0,
        semi_minor_m=incident.semi_minor_m or 0.0,
        major_azimuth_deg=incident.major_azimuth_deg or 0.0,
        zones=incident.zones,
        is_origin=is_origin(incident) or any(kind in WEAPON_KINDS for kind in (incident.kind, *incident.kinds)),
    )
    return Event(kind=incident.kind, start=incident.occurred_start, end=incident.occurred_end, place=place)


def _of_claim(watch: Watch, claim: Claim) -> Report:
    reporter, reporter_id = _speaker(watch, claim)
    return Report(
        id=claim.code,
        at=as_utc(claim.received_at),
        reporter=reporter,
        reporter_id=reporter_id,
        may_be_told=not is_inside_only(claim),
        event=_event_of_claim(claim),
        about=f"claim:{claim.code}",
    )


def _event_of_claim(claim: Claim) -> Event:
    where, event = claim.event.where, claim.event
    is_weapon = event.aspect == "outgoing" or event.kind in WEAPON_KINDS
    place = StatedPlace(is_origin=is_weapon)
    if where is not None:
        place = StatedPlace(
            lon=where.lon,
            lat=where.lat,
            semi_major_m=where.semi_major_m or 0.0,
            semi_minor_m=where.semi_minor_m or 0.0,
            major_azimuth_deg=where.major_azimuth_deg or 0.0,
            named=where.place if where.basis == "place" else "",
            is_origin=is_weapon,
        )
    when = event.when
    return Event(kind=event.kind, start=when.start if when else None, end=when.end if when else None, place=place)


def _speaker(watch: Watch, claim: Claim) -> tuple[ReporterKind, str]:
    speaker = claim.speaker
    if speaker.kind in ("civilian", "not_said"):
        return ("civilian", "") if speaker.kind == "civilian" else ("not_said", "")
    if speaker.kind == "agency":
        return "agency", ""
    return _named(watch, claimant_of(speaker, watch))


def _named(watch: Watch, who: str) -> tuple[ReporterKind, str]:
    """Whose word it is, as far as the watch names them; a post is nobody's name."""
    party = next((each for each in watch.agreement.party if each.id == who), None)
    if party is not None:
        return ("centre", "") if party.role == "centre" else ("party", who)
    if who in watch.delegation_ids:
        return "delegation", who
    if any(body.id == who for body in watch.agreement.body):
        return "body", who
    return "source", ""


def _read(store: Store, watch: Watch, incident: Incident) -> Iterator[Report]:
    claims = {row_of_claim(claim.number): claim for claim in claims_on_record(store)}
    for member in incident.members:
        claim = claims.get(member)
        if claim is not None and claim.stands and not claim.is_drill:
            yield _of_claim(watch, claim)
    others = [member for member in incident.members if member not in claims]
    for _, rows in last_readings(store, others, columns=_COLUMNS):
        yield from (_of_row(watch, row) for row in rows.to_pylist())


def _of_row(watch: Watch, row: Mapping[str, Any]) -> Report:
    setting = next((each for each in watch.settings.source if each.id == row["source"]), None)
    reporter: tuple[ReporterKind, str]
    if row["claimed_by"]:
        reporter = _of_words(watch, row["claimed_by"])
    elif row["means"] == "public":  # also where the centre reads it: what people say is no means of its own
        reporter = ("civilian", "")
    elif setting is not None and setting.of:
        reporter = ("centre", "") if setting.of == CENTRE else _named(watch, setting.of)
    else:
        reporter = ("source", "")
    place = StatedPlace(
        lon=row["lon"],
        lat=row["lat"],
        semi_major_m=row["semi_major_m"] or 0.0,
        semi_minor_m=row["semi_minor_m"] or 0.0,
        major_azimuth_deg=row["major_azimuth_deg"] or 0.0,
        is_origin=row["aspect"] == "outgoing" or row["kind"] in WEAPON_KINDS,
    )
    return Report(
        id=row["observation_id"],
        at=as_utc(row["known_at"]),
        reporter=reporter[0],
        reporter_id=reporter[1],
        may_be_told=row["source"] not in watch.never_told,
        event=Event(kind=row["kind"], start=row["occurred_start"], end=row["occurred_end"], place=place),
    )


def _of_words(watch: Watch, claimed_by: str) -> tuple[ReporterKind, str]:
    """Whose claim a row is, of the words in its column; what names several is none's own."""
    word = claimed_by.strip()
    for who, names in watch.names_by_id.items():
        if word == who or word in names.values():
            return _named(watch, who)
    return "source", ""
