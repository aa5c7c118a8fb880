"""What people entered of events by hand, acts and claims → rows as a source would deliver them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa

from trucewatch.fusion.manual_edits import added_observations
from trucewatch.model.claim_record import Claim
from trucewatch.model.edits import Act
from trucewatch.sources.recorded.claim_rows import claim_rows, versions_in_list


def entered_rows(acts: Iterable[Act], claims: Sequence[Claim]) -> pa.Table:
    """The rows of acts and of claims, in the order of their entries: what is entered later is appended, so that what it
    costs to take in does not grow with what is on record. claims: every version."""
    adding = [act for act in acts if act.stated is not None]
    added = added_observations(adding)
    if not claims:
        return added
    entries = [*(act.entry for act in adding), *(claim.entry for claim in versions_in_list(claims))]
    rows = pa.concat_tables([added, claim_rows(claims)])
    return rows.take(pa.array(np.argsort(entries, kind="stable"))).combine_chunks() if entries else rows


def rests_on(acts: Sequence[Act], claims: Sequence[Claim], moment: datetime) -> tuple[Act | Claim, ...]:
    """The acts and the versions of claims that a list of a moment is made from, in the order of their entries."""
    known = (claim for claim in versions_in_list(claims) if claim.received_at <= moment)
    return tuple(sorted((*acts, *known), key=lambda each: each.entry))
