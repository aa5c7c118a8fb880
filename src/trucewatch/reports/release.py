"""Unreleased tables → what one recipient may have. The one rule, before any format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.incident import Finding, Incident, counter_rows, finding_rows, incident_rows
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.report import IssuedRow, Publication, ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.never_leaving import without_barred
from trucewatch.reports.outcome_policy import BY_PLACE, policy_of, told_findings, told_obligations, why_untold
from trucewatch.reports.published_told import released_words
from trucewatch.reports.recipient_rule import IncidentRules, RecipientRule, released_from
from trucewatch.reports.redact import Part, latest_time
from trucewatch.reports.released import (
    WITHHELD,
    Released,
    ReleasedCounter,
    ReleasedFinding,
    ReleasedIncident,
)
from trucewatch.reports.released_periods import released_periods
from trucewatch.reports.released_steps import with_verification
from trucewatch.reports.review_told import outside
from trucewatch.reports.small_counts import ISSUED, Settled, settle_cohort


def release(
    inputs: ReportInputs, recipient: Recipient, *, since: date | None = None, until: date | None = None
) -> Released:
    """All that `recipient` may have at `inputs.as_of`; of incidents, those that began on local days in `[since,
    until)`.

    1. Kinds and aspects that are withheld from the recipient, what was not known at the cut-off, and what is of sources
       whose rows never leave (`never_leaving`), are left out; of findings those that are not for the recipient
       (`outcome_policy`).
    2. Times are widened to the recipient's unit; nothing whose widened end plus the delay is after the cut-off goes on.
    3. With a smallest count, incidents come out in batches at midnight and never fewer than k together (`cohorts`).
    4. Places are told as finely as the recipient and step 3 allow: point, cell, zone, theatre.
    5. What each means added is told to who is told single incidents, finer than by zone: shares of means, no sensor.
    6. Periods of dense reports are told to who is told exact places and minutes of single incidents, from these alone.
    7. Findings are told only where clause, outcome and facts say no more than the place and time do (`scrub`).
    8. What was asked about an incident is told to who is told single incidents, after the delay (`released_steps`).
    """
    watch = inputs.watch
    rules = IncidentRules(inputs, recipient)
    rule = rules.coarse
    # Steps 1 and 2.
    incidents = [
        incident
        for incident in without_barred(incident_rows(_in_days(inputs.incidents, watch, since, until)), watch)
        if rules.of(incident).may_leave(incident)
    ]
    every = findings_of(inputs.findings, {incident.incident_id for incident in incidents})
    findings = {incident_id: told_findings(of_incident, recipient) for incident_id, of_incident in every.items()}
    # Step 5.
    rules.add(inputs, incidents)
    rules.hold_against(every)
    cohorts: dict[tuple[date, bool], list[Incident]] = defaultdict(list)
    for incident in incidents:
        cohorts[rule.day(incident), incident.simulated].append(incident)
    released: list[ReleasedIncident] = []
    every_with_parts: set[str] = set()
    for (day, _), members in cohorts.items():
        # Step 3: the cohort of one local day, real and simulated apart.
        issued, last = _issued(inputs.earlier, recipient, day, inputs.as_of)
        places = {incident_id: row.place for incident_id, row in issued.items()}
        settled = settle_cohort(
            [rules.of(incident).candidate(incident, last) for incident in members], recipient.smallest_count, places
        )
        out = [incident for incident in members if incident.incident_id in settled]
        # Steps 4 and 7, for those that come out.
        with_parts = _told_with_parts(rules, out, settled, findings, issued)
        every_with_parts |= with_parts
        released += [
            rules.tell(
                incident,
                settled[incident.incident_id].level,
                findings.get(incident.incident_id, []),
                with_parts=incident.incident_id in with_parts,
            )
            for incident in out
        ]
    # Step 6.
    among = inputs.periods_among if rules.tell_periods else None
    periods = released_periods(inputs.incidents, released, among) if among else ()
    period_of = {incident_id: period.period_id for period in periods for incident_id in period.incident_ids}
    if period_of:
        released = [replace(incident, period=period_of.get(incident.incident_id, "")) for incident in released]
    # Step 8.
    released = with_verification(released, inputs, recipient)
    obligations, untold = _obligations(inputs, rule)
    return Released(
        recipient=recipient,
        as_of=inputs.as_of,
        incidents=tuple(
            sorted(
                released, key=lambda incident: (incident.simulated, incident.start, incident.end, incident.incident_id)
            )
        ),
        obligations=obligations,
        obligations_untold=untold,
        counters=_counters(inputs, recipient),
        fewer_than=recipient.smallest_count if recipient.smallest_count > 1 else 0,
        periods=periods,
        with_parts=frozenset(every_with_parts),
        published=released_words(inputs.published, recipient, as_of=inputs.as_of, zone=watch.zone),
    )


def _told_with_parts(
    rules: IncidentRules,
    incidents: list[Incident],
    settled: Mapping[str, Settled],
    findings: Mapping[str, list[Finding]],
    issued: Mapping[str, IssuedRow],
) -> set[str]:
    """The incidents of which also clauses on a part of their place may be told: each side of each edge holds at least
    k.

    Counted among those that came out together in one place and of whose kind the same clauses speak. What was issued as
    withheld for its place stays so. What was issued while no assessment of it was for the recipient stays with its
    parts or without; it is counted anew, among its like, once an assessment of it is.
    """
    recipient = rules.plain.recipient
    k = recipient.smallest_count
    if k <= 1:
        return set()
    tellable: set[str] = set()
    groups: dict[tuple[Any, ...], list[tuple[str, frozenset[Part]]]] = defaultdict(list)
    for incident in incidents:
        incident_findings, settlement = findings.get(incident.incident_id, []), settled[incident.incident_id]
        rule = rules.of(incident)
        place = rule.published(incident, settlement.level)
        parts = rule.scrubber.parts(incident_findings, incident.kind, place)
        whole = rule.scrubber.outcome(incident_findings, incident.kind, place, exact=False, with_parts=False)
        if not parts or whole == OUTCOMES[0] or not rule.scrubber.are_tellable(parts):
            continue
        row = issued[incident.incident_id] if settlement.round == ISSUED else None
        if row is not None and not incident_findings and why_untold(recipient):
            tellable |= {incident.incident_id} if row.had_parts else set()
            continue
        was_withheld = row is not None and row.outcome == WITHHELD
        if row is not None and was_withheld and row.hold in ("", BY_PLACE):
            continue
        clauses = frozenset(clause for clause, _ in parts)
        groups[settlement.round, was_withheld, settlement.level, place, clauses].append((incident.incident_id, parts))
    # Each combination of parts, not each part: two of them together could single one incident out.
    for group in groups.values():
        if min(Counter(parts for _, parts in group).values()) >= k:
            tellable |= {incident_id for incident_id, _ in group}
    return tellable


def _in_days(table: pa.Table, watch: Watch, since: date | None, until: date | None) -> pa.Table:
    if since is not None:
        table = table.filter(pc.greater_equal(table["occurred_start"], _scalar(day_of(since, watch.zone).start)))
    if until is not None:
        table = table.filter(pc.less(table["occurred_start"], _scalar(day_of(until, watch.zone).start)))
    return table


def _scalar(moment: datetime) -> pa.Scalar:
    return pa.scalar(moment, pa.timestamp("us", tz="UTC"))


def findings_of(table: pa.Table, incident_ids: set[str]) -> dict[str, list[Finding]]:
    """The findings of these incidents, by incident, in the order of their clauses."""
    wanted = table.filter(pc.is_in(table["incident_id"], pa.array(sorted(incident_ids), pa.string())))
    by_incident: dict[str, list[Finding]] = defaultdict(list)
    for finding in finding_rows(wanted):
        by_incident[finding.incident_id].append(finding)
    for findings in by_incident.values():
        findings.sort(key=lambda finding: (finding.provision, finding.stipulation, finding.finding_id))
    return by_incident


def _issued(
    earlier: tuple[Publication, ...], recipient: Recipient, day: date, as_of: datetime
) -> tuple[dict[str, IssuedRow], datetime | None]:
    """What the recipient was last shown of a day: incident → its row, and the cut-off of that issue."""
    covering = [
        publication
        for publication in earlier
        if publication.recipient == recipient.id
        and publication.day_from <= day < publication.day_until
        and publication.cut_off <= as_of
    ]
    rows: dict[str, IssuedRow] = {}
    # Later issues over earlier ones.
    for publication in sorted(
        covering, key=lambda publication: (publication.cut_off, publication.number, publication.revision)
    ):
        rows |= {row.incident_id: row for row in publication.rows}
    return rows, max((publication.cut_off for publication in covering), default=None)


def _obligations(inputs: ReportInputs, rule: RecipientRule) -> tuple[tuple[ReleasedFinding, ...], int]:
    """Findings on deadlines and whole stipulations, and how many are not for the recipient.

    That one is not due yet or not in force is a statement on the agreement and goes to everyone, an assessment to whom
    it is for, after the delay; with a smallest count its sentence leaves out on which day the act took place.
    """
    recipient = rule.recipient
    whole = inputs.findings.filter(pc.equal(inputs.findings["incident_id"], ""))
    by_id = {stipulation.id: stipulation for _, stipulation in inputs.watch.agreement.stipulations()}
    order = {name: place for place, name in enumerate(by_id)}
    released, untold = [], 0
    rows = finding_rows(whole)
    ids = {finding.finding_id for finding in told_obligations(rows, recipient)}
    for finding in sorted(rows, key=lambda finding: (order.get(finding.stipulation, len(order)), finding.finding_id)):
        kinds = (str(finding.facts.get("what")), *by_id[finding.stipulation].kinds)
        if not set(recipient.withheld_kinds).isdisjoint(kinds):
            continue
        if finding.facts.get("aspect") in recipient.withheld_aspects:
            continue
        occurred = latest_time(finding.facts, inputs.watch)
        if occurred is not None and released_from(occurred, recipient, rule.zone) > inputs.as_of:
            continue
        if finding.finding_id in ids:
            case = rule.reviews.case("", (), finding.stipulation)
            review = outside(case) if policy_of(recipient) != "none" else ""
            released.append(replace(rule.scrubber.scrub(finding), review=review))
        else:
            untold += 1
    return tuple(released), untold


def _counters(inputs: ReportInputs, recipient: Recipient) -> tuple[ReleasedCounter, ...]:
    """Reported numbers are their reporter's own; they pass the delay, and lose the words if the recipient may not have
    them."""
    return tuple(
        ReleasedCounter(
            counter_id=counter.counter_id,
            name=counter.name,
            span=counter.span,
            zone=counter.zone,
            period_start=counter.period_start,
            period_end=counter.period_end,
            value=counter.value,
            qualifier=counter.qualifier,
            unit=counter.unit,
            claimed_by=counter.claimed_by,
            simulated=counter.simulated,
            text=counter.text if recipient.text else "",
        )
        for counter in sorted(
            counter_rows(inputs.counters), key=lambda counter: (counter.name, counter.period_end, counter.counter_id)
        )
        if released_from(counter.period_end, recipient, inputs.watch.zone) <= inputs.as_of
        and counter.known_at <= inputs.as_of
    )
