"""An event as a decision of the heads tells it, and whether that is still what was put to them.

What late evidence changes of it the heads did not see, so it does not leave by their decision.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Final

from trucewatch.model.decisions import Decision
from trucewatch.model.ids import canonical
from trucewatch.model.incident import FINDING_SCHEMA, INCIDENT_SCHEMA, Incident
from trucewatch.model.let_out import LetOut
from trucewatch.model.observation import COUNTER_SCHEMA
from trucewatch.model.party_release import TIMES
from trucewatch.model.report import ReportInputs
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.never_leaving import without_barred
from trucewatch.reports.outcome_policy import policy_of, told_findings
from trucewatch.reports.recipient_rule import RecipientRule
from trucewatch.reports.release import findings_of
from trucewatch.reports.released import ReleasedIncident
from trucewatch.reports.small_counts import Level

_NOBODY: Final = Recipient(id="", names={}, delay_hours=0.0, place="zone")
"""What is told of an event by a decision is the same for every recipient."""
_FACTS: Final = (
    *("kind", "aspect", "count_min", "count_best", "count_max", "count_by", "count_claims"),
    *("time_precision", "place", "radius_m", "simulated"),
)


def event_facts(watch: Watch, decision: Decision, incident: Incident) -> str:
    """All that the sentence about an event says, as one text; "" where nothing of it may leave. It is kept with the
    decision when it is put."""
    incidents = list(without_barred([incident], watch))
    if not incidents:
        return ""
    inputs = ReportInputs(
        watch=watch,
        incidents=INCIDENT_SCHEMA.empty_table(),
        findings=FINDING_SCHEMA.empty_table(),
        reason_sentences={},
        counters=COUNTER_SCHEMA.empty_table(),
        rejected=(),
        as_of=decision.known_at,
    )
    event = told_event(inputs, _NOBODY, decision, incidents[0])
    facts = {
        **{name: getattr(event, name) for name in _FACTS},
        "people": [asdict(each) | {"day": each.day.isoformat() if each.day else ""} for each in event.people],
        "cell_m": None if event.cell_m is None else str(event.cell_m),
        "start": iso_utc(event.start),
        "end": iso_utc(event.end),
    }
    return canonical(facts).decode()


def is_as_put(watch: Watch, let_out: LetOut, incident: Incident) -> bool:
    """Whether what a decision would tell of an event is what was put to the heads.

    An early record holds nothing of what the event was but its reports: it covers the event while it has the same.
    """
    if let_out.event_put == "":
        return set(let_out.decision.members) == set(incident.members)
    return let_out.event_put == event_facts(watch, let_out.decision, incident)


def rule_by(decision: Decision, recipient: Recipient) -> Recipient:
    """The rule by which an event is told by a decision."""
    assert decision.place
    return replace(
        recipient,
        delay_hours=0.0,
        smallest_count=1,
        place=decision.place,
        cell_m=float(decision.cell_m),
        time=_unit(decision.unit),
        withheld_kinds=(),
        withheld_aspects=(),
        text=False,
        outcomes=policy_of(recipient),
    )


def _unit(unit: str) -> Any:
    return unit if unit in TIMES else "day"


def told_event(inputs: ReportInputs, recipient: Recipient, decision: Decision, incident: Incident) -> ReleasedIncident:
    told_as = rule_by(decision, recipient)
    rule = RecipientRule(inputs, told_as)
    rule.tells_line = rule.tells_added = rule.tells_happened = False
    every = findings_of(inputs.findings, {incident.incident_id})
    rule.every = every
    level: Level = "fine" if rule.has_cell(incident) else "zone" if rule.told_zone(incident) else "theatre"
    event = rule.tell(incident, level, told_findings(every.get(incident.incident_id, []), told_as), with_parts=False)
    # With the words that delegations agreed, and whose own state it concerns, goes a decision of its own.
    return replace(
        event,
        text="",
        wording=(),
        own_states=(),
        added=(),
        happened=None,
        alone="",
        period="",
        line_distance_m=None,
        verification=(),
        was_told=("", ""),
        late=False,
    )
