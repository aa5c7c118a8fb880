"""Outcomes that another version of a rule gave: said where it can be told that no evidence did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.findings import known_by
from trucewatch.locale import Words
from trucewatch.locale.terms import outcome_word
from trucewatch.messages import Message
from trucewatch.model.incident import Finding, Incident, incident_rows
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.lists import RecordedList, recorded_list


@dataclass(frozen=True, slots=True)
class RuleChange:
    """The outcome that a finding had by an earlier rule, on the same incident as it stands."""

    outcome: str
    rule: str


def rule_changes(
    store: Store, incident: Incident, findings: Sequence[Finding], watch: Watch, recorded: RecordedList | None
) -> dict[str, RuleChange]:
    """Finding → the outcome before its rule changed, for each that is another now.

    Only where all else that it rests on is as it was: the incident, the watch's files, what was known of the agreement
    and the notices; so of findings on that incident alone, which no other incident and no day moves. recorded: the list
    that the findings are of.
    """
    before = recorded_list(store, int(recorded.made_from.get("rules_before", -1))) if recorded is not None else None
    if before is None or recorded is None or not findings:
        return {}
    since = "SELECT 1 FROM watch_files WHERE entry > ? AND entry <= ? LIMIT 1"
    if store.index.rows(since, before.entry, recorded.entry):
        return {}
    if known_by(watch, before.as_of) != known_by(watch, recorded.as_of):
        return {}
    then = incident_rows(before.rows_of(store, "incidents", [incident.incident_id]))
    if [replace(each, period="") for each in then] != [replace(incident, period="")]:
        return {}
    rows = before.rows_of(store, "findings", [incident.incident_id]).to_pylist()
    earlier = {row["stipulation"]: RuleChange(row["outcome"], row["rule"]) for row in rows}
    alone = {stipulation.id for _, stipulation in watch.agreement.stipulations() if stipulation.kind == "prohibited"}
    return {
        finding.finding_id: earlier[finding.stipulation]
        for finding in findings
        if finding.stipulation in earlier.keys() & alone
        and earlier[finding.stipulation].rule != finding.rule
        and earlier[finding.stipulation].outcome != finding.outcome
    }


def rule_words(finding: Finding, change: RuleChange | None, words: Words) -> str:
    """That an outcome is another by its rule alone; "" where it is not."""
    if change is None:
        return ""
    return words.say(
        Message(
            "By rule {rule}, not by new evidence: by rule {earlier} it was {outcome}.",
            rule=finding.rule,
            earlier=change.rule,
            outcome=outcome_word(change.outcome, words),
        )
    )
