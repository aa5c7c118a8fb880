"""What was asked about released incidents, and what came of it → what of that a recipient may have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.report import ReportInputs
from trucewatch.model.verification import VerificationStep, standing_steps
from trucewatch.model.watch import Recipient
from trucewatch.reports.recipient_rule import released_from
from trucewatch.reports.released import ReleasedIncident, ReleasedStep


def with_verification(
    released: list[ReleasedIncident], inputs: ReportInputs, recipient: Recipient
) -> list[ReleasedIncident]:
    """The incidents with the steps that stand of each at the cut-off; as they are for who is told no single incident.

    A step passes the delay from its own entry. Its words never leave, nor who entered it.
    """
    if recipient.smallest_count > 1 or recipient.place == "zone" or not inputs.verification:
        return released
    ids = pa.array([incident.incident_id for incident in released], pa.string())
    chosen = inputs.incidents.filter(pc.is_in(inputs.incidents["incident_id"], value_set=ids))
    members = dict(zip(chosen["incident_id"].to_pylist(), chosen["members"].to_pylist(), strict=True))
    by_member: dict[str, list[VerificationStep]] = defaultdict(list)
    for step in inputs.verification:
        by_member[step.members[0] if step.members else ""].append(step)
    tells_who = keeps_ids(recipient, inputs.watch.agreement)

    def steps_of(member_ids: Sequence[str]) -> tuple[ReleasedStep, ...]:
        entered = [step for member in member_ids for step in by_member.get(member, ())]
        return tuple(
            ReleasedStep(
                step=step.step,
                answer=step.answer,
                who=step.who if tells_who else "",
                day=step.known_at.astimezone(inputs.watch.zone).date(),
            )
            for step in sorted(standing_steps(entered, member_ids, inputs.as_of), key=lambda step: step.entry)
            if released_from(step.known_at, recipient, inputs.watch.zone) <= inputs.as_of
        )

    return [replace(incident, verification=steps_of(members.get(incident.incident_id, ()))) for incident in released]
