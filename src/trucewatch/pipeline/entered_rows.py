"""What people entered of events by hand, acts, claims and refusals of access → rows as a source would deliver them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa

from trucewatch.fusion.manual_edits import added_observations
from trucewatch.model.claim_record import Claim
from trucewatch.model.duty_task import AccessRefusal
from trucewatch.model.edits import Act
from trucewatch.sources.recorded.claim_rows import claim_rows, versions_in_list
from trucewatch.sources.recorded.refusal_rows import refusal_rows, refusals_in_list


def entered_rows(acts: Iterable[Act], claims: Sequence[Claim], refusals: Sequence[AccessRefusal] = ()) -> pa.Table:
    """The rows of acts, of claims and of refusals, in the order of their entries: what is entered later is appended, so
    that what it costs to take in does not grow with what is on record. claims: every version."""
    adding = [act for act in acts if act.stated is not None]
    added = added_observations(adding)
    if not claims and not refusals:
        return added
    entries = [act.entry for act in adding]
    entries += [claim.entry for claim in versions_in_list(claims)]
    entries += [refusal.entry for refusal in refusals_in_list(refusals)]
    rows = pa.concat_tables([added, claim_rows(claims), refusal_rows(refusals)])
    return rows.take(pa.array(np.argsort(entries, kind="stable"))).combine_chunks() if entries else rows


def rests_on(
    acts: Sequence[Act], claims: Sequence[Claim], refusals: Sequence[AccessRefusal], moment: datetime
) -> tuple[Act | Claim | AccessRefusal, ...]:
    """The acts, the versions of claims and the refusals that a list of a moment is made from, in the order of their
    entries."""
    claims_by_then = (claim for claim in versions_in_list(claims) if claim.received_at <= moment)
    refused = (refusal for refusal in refusals_in_list(refusals) if refusal.known_at <= moment)
    return tuple(sorted((*acts, *claims_by_then, *refused), key=lambda each: each.entry))
