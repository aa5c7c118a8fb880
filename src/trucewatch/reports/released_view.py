"""All that one recipient may have of a watch at a cut-off, over all its days: what an interface for programs serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.incident import ReasonSentences
from trucewatch.model.report import ReportInputs
from trucewatch.model.watch import Recipient, Watch
from trucewatch.model.zone import Zone
from trucewatch.reports.daily_build import public_part
from trucewatch.reports.recipient_rule import tells_probability
from trucewatch.reports.release import release
from trucewatch.reports.released import ReleasedIncident
from trucewatch.reports.released_codes import coded, key_for
from trucewatch.reports.released_geometry import shape_of, zones_for


@dataclass(frozen=True, kw_only=True)
class ReleasedView:
    """Released incidents in their order, the zones of the recipient, and the public part of the watch."""

    watch: Watch
    reason_sentences: ReasonSentences = field(compare=False, repr=False)
    recipient: Recipient
    as_of: datetime
    incidents: tuple[ReleasedIncident, ...]
    zones: tuple[Zone, ...]
    tells_probability: bool = False
    """Whether the recipient is told how probable an incident is."""

    @property
    def is_as_issued(self) -> bool:
        """Whether only what an issued report has shown is here."""
        return self.recipient.smallest_count > 1

    @cached_property
    def shapes(self) -> npt.NDArray[np.object_]:
        """The geometry of each incident, None where there is none; made once."""
        return _objects([shape_of(incident) for incident in self.incidents])

    @cached_property
    def incident_ids(self) -> Mapping[str, int]:
        """Code, or id for who keeps the ids, → place in `incidents`."""
        return {incident.incident_id: number for number, incident in enumerate(self.incidents)}

    @cached_property
    def zone_ids(self) -> Mapping[str, int]:
        """Id → place in `zones`. A zone that comes with several validities has the day from which each is valid behind
        its id."""
        often = Counter(zone.id for zone in self.zones)
        ids: dict[str, int] = {}
        for number, zone in enumerate(self.zones):
            code = zone.id if often[zone.id] == 1 else f"{zone.id}@{zone.valid_from.date().isoformat()}"
            ids[code if code not in ids else f"{code}.{number}"] = number
        return ids

    @cached_property
    def zone_shapes(self) -> npt.NDArray[np.object_]:
        return _objects([zone.geometry for zone in self.zones])


def released_view(inputs: ReportInputs, recipient: str) -> ReleasedView:
    """The view of a recipient, by its id. Raises ReportError for one that the watch does not have, or without a key.

    Incidents of a day are told as that day's report tells them: `release` treats each day apart. With a smallest count,
    what is out stays out as it was told, and that is known of issued reports only. So such a recipient's view holds the
    incidents that an issued report has shown, as the next issue would state them, and nothing that none has: two looks
    at it can be laid over each other and tell no more than the reports do.
    """
    rule = inputs.watch.recipient(recipient)
    if rule is None:
        recipients = ", ".join(other.id for other in inputs.watch.settings.recipient)
        raise ReportError(
            Message(
                '"{recipient}" is no recipient of this watch; it has: {words}',
                recipient=recipient[:60],
                words=recipients,
            )
        )
    key = key_for(inputs, rule)
    released = release(inputs, rule)
    if rule.smallest_count > 1:
        issued = _issued_ids(inputs, rule)
        shown = tuple(incident for incident in released.incidents if incident.incident_id in issued)
        released = replace(released, incidents=shown)
    incidents = coded(released, key).incidents
    watch = public_part(inputs.watch, rule, inputs.as_of)
    return ReleasedView(
        watch=watch,
        reason_sentences=inputs.reason_sentences,
        recipient=rule,
        as_of=inputs.as_of,
        incidents=incidents,
        zones=zones_for(watch, rule),
        tells_probability=tells_probability(rule, inputs.watch),
    )


def _issued_ids(inputs: ReportInputs, recipient: Recipient) -> frozenset[str]:
    issues = (issue for issue in inputs.earlier if issue.recipient == recipient.id and issue.cut_off <= inputs.as_of)
    return frozenset(row.incident_id for issue in issues for row in issue.rows_shown)


def _objects(shapes: list[Any]) -> npt.NDArray[np.object_]:
    objects = np.empty(len(shapes), dtype=np.object_)
    objects[:] = shapes
    return objects
