"""What every head let out beside the rule of a recipient → as that recipient is told it, and the objections beside it.

An event is told by the recipient's rule without its delay and smallest count, in the place and unit that the heads
chose; nothing of devices, callers, sources' words or how sure it is goes with it. What no decision can let out is asked
again here, at the cut-off. Nothing here enters a total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.decisions import Decision, bars
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.let_out import LetOut, ObjectionOut
from trucewatch.model.party_release import TIMES
from trucewatch.model.recipient_key import RecipientKey
from trucewatch.model.report import ReportInputs
from trucewatch.model.review_list import names_of_events
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.decided_event import is_as_put, told_event
from trucewatch.reports.decided_lines import DecidedTold, ObjectionTold, codes_issued, has_something
from trucewatch.reports.never_leaving import without_barred
from trucewatch.reports.released import THEATRE, ReleasedIncident
from trucewatch.reports.released_codes import coded_incident

_PLACES: Final = (THEATRE, "zone", "cell", "point")
"""Codes of places begin so; the coarsest first."""


def decided_told(
    inputs: ReportInputs,
    recipient: Recipient,
    by_rule: Sequence[ReleasedIncident],
    number_of: Mapping[str, int],
    days: tuple[date, date],
    key: RecipientKey | None,
) -> tuple[DecidedTold, ...]:
    """What was decided on local days `[from, until)` for a recipient, in the order of decisions.

    by_rule: the incidents that the rule releases, under their own ids; number_of: of those that are rows of the report.
    An event that the rule tells as finely stands in its row alone.
    """
    tellings = []
    of_rule = {incident.incident_id: incident for incident in by_rule}
    for let_out in inputs.let_out:
        if (
            recipient.id not in let_out.decision.to
            or not days[0] <= day_decided(let_out.decision, inputs.watch) < days[1]
        ):
            continue
        agreed = let_out.decision.agreed_known_at
        if not let_out.decision.is_agreed or agreed is None or agreed > inputs.as_of:
            continue
        telling = told_by(inputs, recipient, let_out)
        if telling is None:
            continue
        event = telling.event
        ruled = of_rule.get(event.incident_id) if event else None
        if event is not None and ruled is not None:
            telling = replace(
                telling, event=event if is_finer(event, ruled) else None, number=number_of.get(event.incident_id)
            )
        if has_something(telling):
            tellings.append(_coded(telling, key))
    return tuple(tellings)


def told_by(inputs: ReportInputs, recipient: Recipient, let_out: LetOut) -> DecidedTold | None:
    """What one decision would tell a recipient at the cut-off, events under their own ids; None where nothing of it can
    leave. It need not be agreed yet: so heads see beforehand what would be told."""
    decision, watch = let_out.decision, inputs.watch
    incident = _event_of(inputs, let_out)
    if incident is None and (let_out.incident_id or let_out.members):
        return None  # what became of it nobody can tell here, so nothing can be held against what is barred
    if incident is not None and (decision.kind not in ("", incident.kind)):
        return None  # the heads agreed to another kind of event
    if any(bars(watch, decision.opens, decision.place, incident, inputs.as_of)):
        return None
    event = None
    if "event" in decision.opens and incident is not None and is_as_put(watch, let_out, incident):
        event = told_event(inputs, recipient, decision, incident)
    telling = DecidedTold(
        code=decision.code,
        day=day_decided(decision, watch),
        who=tuple(sorted(watch.delegation_ids)),
        event=event,
        clause=let_out.stipulation,
        state=let_out.state,
        positions=let_out.positions,
        silent=let_out.silent,
        wording=let_out.wording,
        attributed=let_out.attributed,
        objections=tuple(_objection(each, watch) for each in let_out.objections if _can_print(inputs, incident)),
        simulated=incident.simulated if incident else let_out.simulated,
    )
    return telling if has_something(telling) else None


def _can_print(inputs: ReportInputs, incident: Incident | None) -> bool:
    """Whether words about an event may be printed by now: of what moves and of where fire came from not within 24
    hours."""
    return not any(bars(inputs.watch, ("wording",), "", incident, inputs.as_of))


def day_decided(decision: Decision, watch: Watch) -> date:
    """The local day on which the last head agreed, by the watch's clock; midnight is of the day that it closes."""
    moment = decision.agreed_known_at or decision.known_at
    return (moment - timedelta(microseconds=1)).astimezone(watch.zone).date()


def objections_told(
    inputs: ReportInputs, recipient: Recipient, by_rule: Sequence[ReleasedIncident], days: tuple[date, date]
) -> tuple[ObjectionTold, ...]:
    """The objections that came on local days `[from, until)` to what the recipient was told: to decisions of other days
    for it, and to reviews of events of which it was told how they came out."""
    told_ids = {incident.incident_id for incident in by_rule if incident.review not in ("", "not_reviewed")}
    told_ids |= {
        row.incident_id
        for issue in inputs.earlier
        if issue.recipient == recipient.id and issue.cut_off <= inputs.as_of
        for row in issue.rows_shown
        if row.review
    }
    issued = codes_issued((issue for issue in inputs.earlier if issue.cut_off <= inputs.as_of), recipient.id)
    decided = {
        each.decision.code: day_decided(each.decision, inputs.watch)
        for each in inputs.let_out
        if recipient.id in each.decision.to
        and (each.decision.code in issued or told_by(inputs, recipient, each) is not None)
    }
    event_of = {
        each.decision.code: event_listed(inputs.incidents, each.incident_id, each.members) for each in inputs.let_out
    }
    tellings = []
    events = names_of_events(((each.incident_id, each.members) for each in inputs.objections), inputs.incidents)
    for each, names in zip(inputs.objections, events, strict=True):
        telling = _objection(each, inputs.watch)
        if not days[0] <= telling.day < days[1]:
            continue
        event = event_of.get(each.about) or event_listed(inputs.incidents, each.incident_id, each.members)
        if not _can_print(inputs, event):
            continue
        beside = decided.get(each.about)
        if (beside is not None and not days[0] <= beside < days[1]) or not names.isdisjoint(told_ids):
            tellings.append(telling)
    return tuple(tellings)


def is_finer(telling: ReleasedIncident, other: ReleasedIncident) -> bool:
    """Whether an event is told in a finer place or time than another line tells it."""
    return _place_rank(telling) > _place_rank(other) or TIMES.index(telling.time_precision) < TIMES.index(
        other.time_precision
    )


def _place_rank(incident: ReleasedIncident) -> tuple[int, float]:
    rank = next(place for place, name in enumerate(_PLACES) if incident.place.startswith(name))
    return rank, -(incident.cell_m or 0.0)


def _event_of(inputs: ReportInputs, let_out: LetOut) -> Incident | None:
    """The event as it stands on the list. Of sources that are passed on to nobody nothing is in it."""
    whole = event_listed(inputs.incidents, let_out.incident_id, let_out.members)
    if whole is None or whole.first_known_at > inputs.as_of:
        return None
    return next(iter(without_barred([whole], inputs.watch)), None)


def event_listed(table: pa.Table, incident_id: str, members: Sequence[str]) -> Incident | None:
    """An event as a list has it: under its id, else the one that holds its first report now; None for what is of no
    event, and for one that is not on the list."""
    if not incident_id and not members:
        return None
    chosen = table.filter(pc.equal(table["incident_id"], incident_id))
    if not chosen.num_rows and members:
        every = table["members"].combine_chunks()
        at = pc.index(pc.list_flatten(every), pa.scalar(members[0], pa.string())).as_py()
        chosen = table.slice(pc.list_parent_indices(every)[at].as_py(), 1) if at >= 0 else table.slice(0, 0)
    return next(iter(incident_rows(chosen)), None)


def _objection(objection: ObjectionOut, watch: Watch) -> ObjectionTold:
    return ObjectionTold(
        code=objection.code,
        about=objection.about,
        party=objection.party,
        language=objection.language,
        words=objection.words,
        day=(objection.known_at - timedelta(microseconds=1)).astimezone(watch.zone).date(),
    )


def _coded(telling: DecidedTold, key: RecipientKey | None) -> DecidedTold:
    if key is None or telling.event is None:
        return telling
    return replace(telling, event=coded_incident(telling.event, key))
