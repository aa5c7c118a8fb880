"""What was released → the same under the codes of its recipient, in an order that tells no more than the codes do."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.people import PEOPLE_NUMBERS
from trucewatch.model.recipient_key import RecipientKey, keeps_ids
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports.released import Released, ReleasedFinding, ReleasedIncident, ReleasedPeople

GIVERS: Final = ("party", "body", "source", "")


def key_for(inputs: ReportInputs, recipient: Recipient) -> RecipientKey | None:
    """The key of a recipient's codes; None for who keeps the ids. Raises ReportError where there is no key."""
    if keeps_ids(recipient, inputs.watch.agreement) or inputs.is_early_form:
        return None
    key = inputs.recipient_keys.get(recipient.id)
    if key is None:
        raise ReportError(
            Message(
                "{recipient} has no key for its codes yet, and no report goes out with codes that can be guessed; "
                "run: trucewatch run WATCH",
                recipient=recipient.id,
            )
        )
    return key


def coded(released: Released, key: RecipientKey | None) -> Released:
    """The same with a code in the place of every id; incidents of one told time stand in the order of their codes."""
    if key is None:
        return released
    incidents = [coded_incident(incident, key) for incident in released.incidents]
    counters = [replace(counter, counter_id=key.code(counter.counter_id)) for counter in released.counters]
    return replace(
        released,
        incidents=tuple(
            sorted(
                incidents, key=lambda incident: (incident.simulated, incident.start, incident.end, incident.incident_id)
            )
        ),
        obligations=tuple(_finding(finding, key) for finding in released.obligations),
        counters=tuple(sorted(counters, key=lambda counter: (counter.name, counter.period_end, counter.counter_id))),
        published=tuple(
            sorted(released.published, key=lambda words: (words.day, words.publisher, words.text, words.simulated))
        ),
        periods=tuple(
            replace(
                period,
                period_id=key.code(period.period_id),
                incident_ids=tuple(sorted(map(key.code, period.incident_ids))),
            )
            for period in released.periods
        ),
    )


def coded_incident(incident: ReleasedIncident, key: RecipientKey) -> ReleasedIncident:
    """One incident with codes in the place of its ids."""
    findings = [_finding(finding, key) for finding in incident.findings]
    findings.sort(key=lambda finding: (finding.provision, finding.stipulation, finding.finding_id))
    return replace(
        incident,
        incident_id=key.code(incident.incident_id),
        people=tuple(sorted(incident.people, key=_as_told)),
        findings=tuple(findings),
        period=key.code(incident.period),
    )


def _as_told(statement: ReleasedPeople) -> tuple[object, ...]:
    """Parties, bodies, sources, each by what is told of them; before, sources stood by their names and devices."""
    numbers = tuple((number is not None, number or 0) for number in map(statement.__getattribute__, PEOPLE_NUMBERS))
    day = statement.day.isoformat() if statement.day else ""
    giver = GIVERS.index(statement.giver_kind), statement.giver, statement.means
    return *giver, day, statement.status, statement.is_checked, numbers


def _finding(finding: ReleasedFinding, key: RecipientKey) -> ReleasedFinding:
    return replace(finding, finding_id=key.code(finding.finding_id), incident_id=key.code(finding.incident_id))
