"""All incidents against all stipulations: the finding table, in the order of the agreement and then of the
incidents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from trucewatch.findings import judged, prohibited, required
from trucewatch.findings.bearing import Case, columns_of
from trucewatch.geo.frame import LocalFrame
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.incident import FINDING_SCHEMA, counter_rows
from trucewatch.model.watch import Watch

KINDS_OF_STIPULATION: Final[Mapping[str, Callable[[Provision, Stipulation, Case], Iterator[dict[str, Any]]]]] = {
    "prohibited": prohibited.check_stipulation,
    "required": required.check_stipulation,
    "judged": judged.check_stipulation,
}


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
        for row in KINDS_OF_STIPULATION[stipulation.kind](provision, stipulation, case)
    ]
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)
