"""All incidents against all stipulations: the finding table, in the order of the agreement and then of the
incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import pyarrow as pa

from trucewatch.findings import applicability, gate, judged, kept_up, prohibited, required
from trucewatch.findings.applicability import Case, columns_of
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


def check_agreement(
    incidents: pa.Table, counters: pa.Table, *, watch: Watch, frame: LocalFrame, as_of: datetime
) -> pa.Table:
    """One row a finding (FINDING_SCHEMA).

    incidents, counters: as known at `as_of`, with the incidents' zones filled in. Instruments that no text had
    published by then give no findings.
    """
    case = Case(watch=watch, frame=frame, columns=columns_of(incidents), counters=counter_rows(counters), as_of=as_of)
    published = {text.instrument for text in watch.agreement.text if text.known_at <= as_of}
    rows = [
        row
        for provision, stipulation in watch.agreement.stipulations()
        if provision.instrument in published
        for row in KINDS_OF_STIPULATION[stipulation.kind].check_stipulation(provision, stipulation, case)
    ]
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)
