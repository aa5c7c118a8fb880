"""What every delegation sees before it decides: the finding as it was put, its observations, causes, notices and
coverage, in one order and on one page for all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.reviewing.case_words import title_of
from trucewatch.fusion.manual_edits import added_observations
from trucewatch.geo.frame import frame_at
from trucewatch.locale.reasons import party_name, zone_name
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.incident import CHI2_95, Finding, Incident, incident_rows
from trucewatch.model.review import Case
from trucewatch.model.review_outcome import LEAST_DELEGATIONS
from trucewatch.model.review_put import Put, moment_put, number_put, texts_put
from trucewatch.model.zone import Notice
from trucewatch.reports.phrases import kind_words
from trucewatch.server.view import View
from trucewatch.sources.recorded.claim_rows import claim_rows
from trucewatch.sources.recorded.refusal_rows import refusal_rows
from trucewatch.store import Store
from trucewatch.store.batches import kept_observations
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.duty_task_records import access_refusals
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.lists import recorded_list

MOST_SHOWN: Final = 60
"""Observations that the page of a case lists; the incident's page has them all."""
AROUND: Final = timedelta(hours=1)
"""Works begin late and end late; so long before and after them they are still named."""
NEAR_M: Final = 5_000.0
"""How far from the incident's ellipse a notice is still named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationLine:
    """One observation in one line. name: its id; giver: whose it is; is_claim: whether it is words of somebody."""

    name: str
    letter: str
    means: str
    giver: str
    says: str
    when: str
    is_claim: bool
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """An announced exercise, work or demolition near it. acknowledged: by whom, in words."""

    who: str
    what: str
    span: str
    acknowledged: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AsPut:
    """A finding as it was put. incident: its row in the list of that entry; None where that list is kept no more.

    path: of the incident's page, "" where the list of today has it no more under this id. causes: in words with their
    probabilities. missing: observations that are kept no more. unlisted: those that are not shown here.
    if_agreed: what would be said if all concur; nothing in a case of *who*, and where that was not put beside it.
    """

    finding: Finding
    incident: Incident | None
    sentence: str
    path: str
    provision: Provision | None
    stipulation: Stipulation | None
    observations: tuple[ObservationLine, ...]
    missing: int
    unlisted: int
    causes: tuple[tuple[str, float], ...]
    rests_on: Message
    if_agreed: tuple[Message, ...]
    notices: tuple[NoticeLine, ...]


def as_put(view: View, case: Case) -> AsPut:
    """The same for everybody who asks, whatever came since."""
    incident = _incident_of(view.console.store, case)
    names = case.members
    rows = _rows_of(view.console.store, names)
    places = {provision.number: provision for provision, _ in view.watch.agreement.stipulations()}
    stipulations = {stipulation.id: stipulation for _, stipulation in view.watch.agreement.stipulations()}
    finding, row = finding_of(case), view.snapshot.row_of.get(case.incident)
    return AsPut(
        finding=finding,
        incident=incident,
        sentence=view.telling.sentence(incident) if incident else title_of(view, case),
        path=f"/incident/{view.snapshot.codes[row]}" if row is not None else "",
        provision=places.get(finding.provision),
        stipulation=stipulations.get(finding.stipulation),
        observations=tuple(_line(view, place, row) for place, row in enumerate(rows[:MOST_SHOWN])),
        missing=len(names) - len(rows),
        unlisted=max(len(rows) - MOST_SHOWN, 0),
        causes=_causes_of(view, incident),
        rests_on=_rests_on(rows),
        if_agreed=tuple(_if_agreed(view, case, finding)),
        notices=tuple(_notice_line(view, notice) for notice in _notices_near(view, case)),
    )


def finding_of(case: Case) -> Finding:
    """The finding as the case holds it."""
    put = case.put
    try:
        facts = json.loads(str(put.get("facts") or "{}"))
    except ValueError:
        facts = {}
    return Finding(
        finding_id=case.finding,
        incident_id=case.incident,
        stipulation=case.stipulation,
        facts=facts if isinstance(facts, dict) else {},
        due=None,
        evidence=texts_put(put, "evidence"),
        simulated=case.simulated,
        provision=str(put.get("provision", "")),
        instrument=str(put.get("instrument", "")),
        rule=str(put.get("rule", "")),
        outcome=str(put.get("outcome", "")),
        reason=str(put.get("reason", "")),
        held=str(put.get("held", "")),
    )


def _if_agreed(view: View, case: Case, finding: Finding) -> Iterator[Message]:
    """What their yes makes, said before it is given; the same sentence to every delegation."""
    outcome = str(case.put.get("outcome_if_agreed") or "")
    if not outcome or case.is_of_who:
        return
    telling = view.telling
    before = telling.assessment(finding)
    counting = [each for each in case.delegations if each not in case.recused]
    if len(counting) < LEAST_DELEGATIONS:
        yield Message(
            "Fewer than two delegations count here, so that nothing can become agreed: a yes "
            "leaves the assessment as it is, {before}.",
            before=before,
        )
        return
    agreed = replace(finding, outcome=outcome, held=str(case.put.get("held_if_agreed", "")))
    then = telling.assessment(agreed)
    yield Message(
        "Where they do not agree on all three the list keeps its assessment, and beside it stands how the review "
        "ended; where all that count dissent from what happened or what it was, the list says none."
    )
    if then == before:
        yield Message(
            "If every delegation that counts concurs on all three: the assessment stays {before}.", before=before
        )
    else:
        yield Message(
            "If every delegation that counts concurs on all three: the assessment becomes {then}. It was put as "
            "{before}.",
            then=then,
            before=before,
        )


def _incident_of(store: Store, case: Case) -> Incident | None:
    recorded = recorded_list(store, case.list_entry) if case.list_entry >= 0 else None
    if recorded is None or recorded.pruning >= 0:
        return None
    rows = incident_rows(recorded.rows_of(store, "incidents", [case.incident]))
    return rows[0] if rows else None


def _rows_of(store: Store, names: Sequence[str]) -> list[Mapping[str, Any]]:
    """The observations, in the order in which they became known, however they were entered."""
    tables = [
        kept_observations(store, names),
        added_observations(recorded_acts(store)),
        claim_rows(claims_on_record(store)),
        refusal_rows(access_refusals(store)),
    ]
    wanted = pa.array(names, pa.string())
    table = pa.concat_tables([each.filter(pc.is_in(each["observation_id"], value_set=wanted)) for each in tables])
    order = [(name, "ascending") for name in ("known_at", "received_at", "observation_id")]
    rows: list[Mapping[str, Any]] = table.sort_by(order).to_pylist()
    return rows


def _line(view: View, place: int, row: Mapping[str, Any]) -> ObservationLine:
    counts = row["count_min"], row["count_best"], row["count_max"]
    return ObservationLine(
        name=str(row["observation_id"]),
        letter=_letter(place),
        means=str(row["means"]),
        giver=_giver(view, row),
        says=kind_words(row["kind"], row["aspect"], *counts, view.words),
        when=view.telling.moment(row["occurred_start"]),
        is_claim=bool(row["claimed_by"]) or row["source"] in CLAIM_SOURCES,
        simulated=bool(row["simulated"]),
    )


def _giver(view: View, row: Mapping[str, Any]) -> str:
    if row["claimed_by"]:
        return isolated(party_name(str(row["claimed_by"]), view.watch, view.words))
    source = next((each for each in view.watch.settings.source if each.id == row["source"]), None)
    name = view.words.name(source.title, otherwise=str(row["source"])) if source else str(row["source"])
    return isolated(printable(name))


def _letter(place: int) -> str:
    """a to z, then aa, ab …"""
    head, last = divmod(place, 26)
    return (_letter(head - 1) if head else "") + chr(ord("a") + last)


def _causes_of(view: View, incident: Incident | None) -> tuple[tuple[str, float], ...]:
    if incident is None:
        return ()
    causes = list(zip(map(view.telling.event_class, incident.classes), incident.class_probabilities, strict=True))
    rest = 1 - sum(incident.class_probabilities)
    if causes and rest >= 0.005:
        causes.append((view.words.pgettext("class", "something else"), rest))
    return tuple(causes)


def _rests_on(rows: Sequence[Mapping[str, Any]]) -> Message:
    claims = sum(bool(row["claimed_by"]) or row["source"] in CLAIM_SOURCES for row in rows)
    return Message(
        "Worked out by the program from {observations}, {claims} among them.",
        observations=Plural("{count} observation", "{count} observations", len(rows), count=Amount(len(rows))),
        claims=Plural("{count} claim", "{count} claims", claims, count=Amount(claims)),
    )


def _notices_near(view: View, case: Case) -> list[Notice]:
    start, end = (moment_put(case.put, name) for name in ("occurred_start", "occurred_end"))
    if start is None or end is None:
        return []
    return [
        notice
        for notice in view.watch.notices
        if notice.known_at <= case.put_at
        and notice.start - AROUND <= end
        and notice.end + AROUND >= start
        and _is_near(notice, case.put)
    ]


def _is_near(notice: Notice, put: Put) -> bool:
    """Whether a notice is within NEAR_M of the ellipse; by time alone where either has no place."""
    if notice.zone and notice.zone in texts_put(put, "zones"):
        return True
    lon, lat = number_put(put, "lon"), number_put(put, "lat")
    if lon is None or lat is None:
        return True
    reach_m = (number_put(put, "semi_major_m") or 0.0) * sqrt(CHI2_95)
    if notice.lon is None or notice.lat is None or notice.radius_m is None:
        return not notice.zone
    x, y = frame_at(round(lon, 3), round(lat, 3)).to_metres(np.array([notice.lon, lon]), np.array([notice.lat, lat]))
    return bool(np.hypot(x[0] - x[1], y[0] - y[1]) <= notice.radius_m + reach_m + NEAR_M)


def _notice_line(view: View, notice: Notice) -> NoticeLine:
    words, telling = view.words, view.telling
    kinds = words.listed([kind_word(kind, words) for kind in notice.kinds])
    where = isolated(zone_name(notice.zone, view.watch, words)) if notice.zone else ""
    return NoticeLine(
        who=isolated(party_name(notice.who, view.watch, words)),
        what=words.say(Message("{what}, {where}", what=kinds, where=where)) if kinds and where else kinds or where,
        span=words.say(Message("{start} – {end}", start=telling.moment(notice.start), end=telling.moment(notice.end))),
        acknowledged=words.listed(
            [isolated(party_name(each, view.watch, words)) for each in notice.acknowledged_by],
        ),
    )
