"""An incident or a claim on record → the draft of an urgent message, from the record alone.

Nothing here asks a clock or sends. Raises FlashRefusedError, with what to do, for what may be told to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim
from trucewatch.model.drill import drill_code
from trucewatch.model.flash import (
    ASKS,
    MATTER_OF_KIND,
    FlashDraft,
    FlashRecipient,
    FlashRule,
    ReporterKind,
    flash_rule_of,
)
from trucewatch.model.flash_refused import FlashRefusedError
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.party_release import ORIGINS, is_origin
from trucewatch.model.short_codes import ids_called
from trucewatch.model.testimony import CENTRE
from trucewatch.model.times import as_utc, shifted
from trucewatch.model.watch import Watch
from trucewatch.pipeline.flash_place import StatedPlace, place_for
from trucewatch.pipeline.flash_wording import names_of_all
from trucewatch.sources.recorded.claim_rows import claimant_of, is_inside_only, row_of_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of, claims_on_record
from trucewatch.store.lists import last_list
from trucewatch.store.readings import last_readings

QUARTER: Final = timedelta(minutes=15)
WIDEST: Final = timedelta(hours=24)
"""Of what is known no nearer than to a day nothing is urgent any more."""
WEAPON_KINDS: Final = (*ORIGINS, "weapon_present")
"""Kinds of a claim whose place is a weapon's."""
_TO_FIVE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report that a draft rests on: when the centre had it, whose it is, and whether both sides may be told."""

    id: str
    at: datetime
    reporter: ReporterKind
    reporter_id: str
    may_be_told: bool
    about: str = ""


def subject_of(store: Store, about: str) -> Incident | Claim:
    """The claim, `claim:CL-7` or `CL-7`, or the incident of the last list, `incident:482-917` or by its id. Raises
    StoreError if there is none, or if several are called so."""
    word = about.strip().partition("incident:")[2] or about.strip()
    if about.strip().startswith("claim:") or word.upper().startswith("CL-"):
        return claim_of(store, word.removeprefix("claim:"))
    last = last_list(store)
    if last is not None:
        ids = last.columns(store, "incidents", ("incident_id",))["incident_id"].to_pylist()
        called = [word] if word in ids else ids_called(ids, word)
        if len(called) == 1:
            return incident_rows(last.rows_of(store, "incidents", called))[0]
    raise StoreError(
        Message('there is no one incident or claim "{about}"; open it from the list', about=about.strip()[:40])
    )


def draft_for(
    store: Store, watch: Watch, subject: Incident | Claim, *, rule: FlashRule, now: datetime, drill: int = 0
) -> FlashDraft:
    """The draft of a message about an incident or a claim. now: the watch's clock; drill: the number of the drill that
    runs and that this is of, or 0.

    Raises FlashRefusedError: it may not be told, its time is not known, it is of a drill or invented and would be sent
    as real, the clock stands before it was reported.
    """
    _refuse_mixed(watch, subject, drill)
    now = as_utc(now)
    about: tuple[str, ...]
    if isinstance(subject, Claim):
        reports, about = [_of_claim(watch, subject)], (f"claim:{subject.code}",)
        start, end = _times_of_claim(subject)
        kind, stated = subject.event.kind, _place_of_claim(subject)
    else:
        reports = list(_of_incident(store, watch, subject, now))
        about = (
            f"incident:{subject.incident_id}",
            *(each.about for each in reports if each.about and each.may_be_told),
        )
        start, end = subject.occurred_start, subject.occurred_end
        kind, stated = subject.kind, _place_of_incident(subject)
    told_by = _told_by(reports)
    first_report = min(each.at for each in reports)
    if first_report > now:
        raise _refused(
            Message("The clock stands before the moment at which this was reported; set the clock right, then send.")
        )
    parties = flash_rule_of(rule, watch.agreement.bound_ids)
    return FlashDraft(
        about=about,
        matter=MATTER_OF_KIND.get(kind, "other"),
        place=place_for(watch, stated, parties_recipient(watch, parties), start),
        quarter=quarter_of(watch, start, end),
        reporter=told_by.reporter,
        reporter_id=told_by.reporter_id,
        first_report=first_report,
        asks=ASKS,
        answer_by=answer_by(now, rule.answer_minutes),
        drill=drill,
        simulated=watch.settings.simulated or subject.simulated or bool(drill),
    )


def parties_recipient(watch: Watch, rule: FlashRule) -> FlashRecipient:
    """The one rule of the bound parties."""
    bound = watch.agreement.bound_ids
    return next((each for each in rule.to if each.id in bound), rule.to[0] if rule.to else FlashRecipient(id=""))


def quarter_of(watch: Watch, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The quarter of an hour, by the watch's clock, that holds a moment; for a span all those that it touches. UTC.
    Raises FlashRefusedError for a span of a day or more."""
    if end - start >= WIDEST:
        raise _refused(
            Message("Its time is known no nearer than to a day; correct the time once it is known, then send.")
        )
    first = _floor(watch, start)
    last = _floor(watch, end)
    return first, last if last == end and last > first else shifted(last, QUARTER)


def answer_by(now: datetime, minutes: int) -> datetime:
    """By when both are asked to answer: so many minutes from now, up to the next five."""
    moment = (as_utc(now) + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    over = timedelta(minutes=moment.minute % 5)
    return moment if not over else moment + _TO_FIVE - over


def _floor(watch: Watch, moment: datetime) -> datetime:
    local = moment.astimezone(watch.zone)
    over = timedelta(minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond)
    return as_utc(shifted(moment, -over))


def _refuse_mixed(watch: Watch, subject: Incident | Claim, drill: int) -> None:
    """What is real and what is not never pass for each other."""
    is_real = not subject.simulated
    if isinstance(subject, Claim):
        is_real = not subject.is_drill
        if not subject.stands:
            raise _refused(Message("{claim} was taken back; an urgent message cannot rest on it.", claim=subject.code))
        if subject.is_drill and not drill:
            raise _refused(
                Message(
                    "{claim} is of a drill, and none runs: it cannot be sent as real. If it is real, correct the "
                    "claim first.",
                    claim=subject.code,
                )
            )
    if drill and is_real:
        raise _refused(
            Message(
                "This is real, and the drill {drill} runs: say first that it is real, which ends the drill, then send.",
                drill=drill_code(drill),
            )
        )
    if subject.simulated and not watch.settings.simulated and not drill:
        raise _refused(Message("This is simulated and the watch is real: outside a drill it cannot be sent."))


def _told_by(reports: list[Report]) -> Report:
    """Whose report is told: the centre's own means, if it is among them, else whoever reported first."""
    tellable = [each for each in reports if each.may_be_told]
    if not tellable:
        raise _refused(
            Message(
                "Whoever reported this did not say that both sides may be told, and nobody else reported it. Ask them, "
                "correct the claim, or wait for another report."
            )
        )
    return min(tellable, key=lambda each: (each.reporter != "centre", each.at, each.id))


def _of_claim(watch: Watch, claim: Claim) -> Report:
    reporter, reporter_id = _speaker(watch, claim)
    return Report(
        id=claim.code,
        at=as_utc(claim.received_at),
        reporter=reporter,
        reporter_id=reporter_id,
        may_be_told=not is_inside_only(claim),
        about=f"claim:{claim.code}",
    )


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


def _of_incident(store: Store, watch: Watch, incident: Incident, now: datetime) -> Iterator[Report]:
    """The reports that an incident rests on; one of which nothing else is known where none of them can be read."""
    claims = {row_of_claim(claim.number): claim for claim in claims_on_record(store)}
    own = {claims[member].number: claims[member] for member in incident.members if member in claims}
    found = 0
    for claim in own.values():
        if claim.stands and not claim.is_drill:
            found += 1
            yield _of_claim(watch, claim)
    settings = {each.id: each for each in watch.settings.source}
    others = [member for member in incident.members if member not in claims]
    columns = ("observation_id", "source", "claimed_by", "means", "known_at", "known_at_assumed", "received_at")
    for _, rows in last_readings(store, others, columns=columns):
        for row in rows.to_pylist():
            setting = settings.get(row["source"])
            found += 1
            reporter: tuple[ReporterKind, str]
            if row["claimed_by"]:
                reporter = _of_words(watch, row["claimed_by"])
            elif setting is not None and setting.of:
                reporter = ("centre", "") if setting.of == CENTRE else _named(watch, setting.of)
            else:
                reporter = ("civilian", "") if row["means"] == "public" else ("source", "")
            yield Report(
                id=row["observation_id"],
                at=as_utc(row["known_at"]),
                reporter=reporter[0],
                reporter_id=reporter[1],
                may_be_told=row["source"] not in watch.never_told,
            )
    if not found:
        yield Report(
            id=incident.incident_id,
            at=as_utc(incident.first_known_at),
            reporter="not_said",
            reporter_id="",
            may_be_told=not set(incident.sources) <= watch.never_told,
        )


def _of_words(watch: Watch, claimed_by: str) -> tuple[ReporterKind, str]:
    """Whose claim a row is, of the words in its column; what names several is none's own."""
    word = claimed_by.strip()
    for who, names in names_of_all(watch).items():
        if word == who or word in names.values():
            return _named(watch, who)
    return "source", ""


def _times_of_claim(claim: Claim) -> tuple[datetime, datetime]:
    when = claim.event.when
    if when is None:
        raise _refused(
            Message("{claim} does not say when it was; ask, correct the claim, then send.", claim=claim.code)
        )
    return when.start, when.end


def _place_of_claim(claim: Claim) -> StatedPlace:
    where, event = claim.event.where, claim.event
    is_weapon = event.aspect == "outgoing" or event.kind in WEAPON_KINDS
    if where is None:
        return StatedPlace(is_origin=is_weapon)
    return StatedPlace(
        lon=where.lon,
        lat=where.lat,
        semi_major_m=where.semi_major_m or 0.0,
        semi_minor_m=where.semi_minor_m or 0.0,
        major_azimuth_deg=where.major_azimuth_deg or 0.0,
        named=where.place if where.basis == "place" else "",
        is_origin=is_weapon,
    )


def _place_of_incident(incident: Incident) -> StatedPlace:
    return StatedPlace(
        lon=incident.lon,
        lat=incident.lat,
        semi_major_m=incident.semi_major_m or 0.0,
        semi_minor_m=incident.semi_minor_m or 0.0,
        major_azimuth_deg=incident.major_azimuth_deg or 0.0,
        zones=incident.zones,
        is_origin=is_origin(incident) or any(kind in WEAPON_KINDS for kind in (incident.kind, *incident.kinds)),
    )


def _refused(message: Message) -> FlashRefusedError:
    return FlashRefusedError({"about": message})
