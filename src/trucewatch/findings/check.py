"""All incidents against all stipulations: the finding table, in the order of the agreement and then of the
incidents."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings import applicability, gate, judged, kept_up, prohibited, required
from trucewatch.findings.applicability import Case, Columns
from trucewatch.geo.frame import LocalFrame
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.incident import FINDING_SCHEMA, ReasonSentences, counter_rows
from trucewatch.model.watch import Watch


class KindOfStipulation(Protocol):
    """What the file of a kind holds: its rule version, the sentences of its reasons, and the check."""

    @property
    def RULE(self) -> str: ...  # noqa: N802 - a constant of the module
    @property
    def SENTENCES(self) -> Mapping[str, tuple[str, ...]]: ...  # noqa: N802 - a constant of the module

    def check_stipulation(
        self, provision: Provision, stipulation: Stipulation, case: Case, /
    ) -> Iterator[dict[str, Any]]: ...


KINDS_OF_STIPULATION: Final[Mapping[str, KindOfStipulation]] = {
    "prohibited": prohibited,
    "required": required,
    "kept_up": kept_up,
    "judged": judged,
}
SENTENCES: Final[ReasonSentences] = {
    kind.RULE: {**applicability.SENTENCES, **applicability.RELEASED_SENTENCES, **gate.SENTENCES, **kind.SENTENCES}
    for kind in KINDS_OF_STIPULATION.values()
}
"""The sentences of every rule, with those that all rules share."""


@dataclass(frozen=True, slots=True)
class Before:
    """The findings of another list of the same watch, by which as much was known (`known_by`), and of each incident of
    this one whether it is as it was there."""

    findings: pa.Table
    is_as_before: pa.Array


def known_by(watch: Watch, as_of: datetime) -> int:
    """How much of what findings rest on beside incidents and numbers was known: texts, extensions, judgments, readings
    and notices. Of one watch the same number is the same things."""
    agreement = watch.agreement
    stipulations = [stipulation for _, stipulation in agreement.stipulations()]
    moments = [
        *(text.known_at for text in agreement.text),
        *(extension.known_at for stipulation in stipulations for extension in stipulation.extension),
        *(judgment.known_at for stipulation in stipulations for judgment in stipulation.judgment),
        *(reading.known_at for provision in agreement.provision for reading in provision.reading),
        *(notice.known_at for notice in watch.notices),
    ]
    return sum(moment <= as_of for moment in moments)


def check_agreement(
    incidents: pa.Table,
    counters: pa.Table,
    *,
    watch: Watch,
    frame: LocalFrame,
    as_of: datetime,
    before: Before | None = None,
) -> pa.Table:
    """One row a finding (FINDING_SCHEMA).

    incidents, counters: as known at `as_of`, with the incidents' zones filled in. Instruments that no text had
    published by then give no findings. before: findings to take where a single incident alone decides and is as before;
    what comes out does not depend on it.
    """
    published = {text.instrument for text in watch.agreement.text if text.known_at <= as_of}
    pairs = [pair for pair in watch.agreement.stipulations() if pair[0].instrument in published]
    alone = [stipulation.id for _, stipulation in pairs if stipulation.kind == "prohibited"]
    others = [pair for pair in pairs if pair[1].kind != "prohibited"]
    if before is None:
        return _checked(pairs, incidents, counters, watch=watch, frame=frame, as_of=as_of)
    # Of a single incident: those that are new or differ, and the rest of before; of the whole: all anew.
    fresh = incidents.filter(pc.invert(before.is_as_before))
    of_each = [pair for pair in pairs if pair[1].kind == "prohibited"]
    of_fresh = _checked(of_each, fresh, counters, watch=watch, frame=frame, as_of=as_of)
    of_kinds = _of_kinds(
        incidents,
        {
            kind
            for _, stipulation in others
            for kind in (stipulation.what, *stipulation.kinds, *stipulation.indications)
        },
    )
    whole = _checked(others, of_kinds, counters, watch=watch, frame=frame, as_of=as_of)
    of_before = before.findings.filter(
        pc.and_(
            pc.is_in(before.findings["stipulation"], value_set=pa.array(alone, pa.string())),
            pc.is_in(before.findings["incident_id"], value_set=incidents["incident_id"].filter(before.is_as_before)),
        )
    )
    findings = pa.concat_tables([of_before, of_fresh, whole])
    order = pa.array([stipulation.id for _, stipulation in pairs], pa.string())
    stipulation = pc.index_in(findings["stipulation"], value_set=order).to_numpy()
    incident = pc.index_in(findings["incident_id"], value_set=incidents["incident_id"].combine_chunks())
    # What is of the whole stands in the order in which it was made.
    single = np.arange(len(stipulation)) < of_before.num_rows + of_fresh.num_rows
    within = np.where(single, pc.fill_null(incident, -1).to_numpy(), 0)
    return findings.take(pa.array(np.lexsort((within, stipulation)))).combine_chunks()


def _of_kinds(incidents: pa.Table, kinds: Collection[str]) -> pa.Table:
    """The incidents that somebody says were of one of these kinds, or an analyst: `Case.rows_of_kinds` finds no
    others."""
    wanted, several = pa.array(sorted(kinds), pa.string()), incidents["kinds"].combine_chunks()
    is_told = pc.is_in(incidents["kind"], value_set=wanted).to_numpy()
    named = pc.is_in(several.flatten(), value_set=wanted)
    is_told[pc.list_parent_indices(several).filter(named).to_numpy()] = True
    return incidents.filter(pa.array(is_told))


def _checked(
    pairs: Sequence[tuple[Provision, Stipulation]],
    incidents: pa.Table,
    counters: pa.Table,
    *,
    watch: Watch,
    frame: LocalFrame,
    as_of: datetime,
) -> pa.Table:
    case = Case(watch=watch, frame=frame, columns=Columns(incidents), counters=counter_rows(counters), as_of=as_of)
    rows = [
        row
        for provision, stipulation in pairs
        for row in KINDS_OF_STIPULATION[stipulation.kind].check_stipulation(provision, stipulation, case)
    ]
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)
