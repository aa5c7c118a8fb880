"""What else on record may be about the same as a claim, and the incident that it is part of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np

from trucewatch.desks.claiming.listing import received_by_now
from trucewatch.desks.claiming.wording import place_names, speaker_name
from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim, claim_code
from trucewatch.pipeline.claims_near import near
from trucewatch.server.view import View
from trucewatch.sources.recorded.claim_rows import row_of_claim
from trucewatch.store.claim_records import words_of_claim

AROUND: Final = timedelta(days=3)
MOST_INCIDENTS: Final = 500
"""Of a crowded list those that began nearest in time."""
_COLUMNS: Final = ("incident_id", "members", "occurred_start", "occurred_end", "lon", "lat", "kind", "zones")


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRow:
    """One thing that is near: our number of it, where its page is, why. claim: where it is one, with who speaks."""

    code: str
    address: str
    reasons: tuple[Message, ...]
    claim: Claim | None = None
    speaker: str = ""


def near_claims(view: View, claim: Claim) -> list[NearRow]:
    """What may be about the same, the nearest first; what is joined already, and its own incident, stand apart.

    Drills are compared with drills alone, and with no incident: what is simulated is never held beside what is real.
    """
    store = view.console.store
    claims = [each for each in received_by_now(view) if each.stands and each.is_drill == claim.is_drill]
    by_code = {each.code: each for each in claims}
    words = words_of_claim(store, claim)
    text = f"{words.says} {words.where}".casefold()
    rows = [] if claim.is_drill else _incidents_around(view, claim)
    own = row_of_claim(claim.number)
    ranked = near(
        claim.event,
        [name for name in place_names(view) if name.casefold() in text],
        claims=claims,
        incidents=[row for row in rows if own not in row["members"]],
        received_at=claim.received_at,
        words_of=lambda each: words_of_claim(store, each).says,
        speaker_of=lambda each: speaker_name(view, each.speaker),
        zone=view.time_form.zone,
        leaving_out=claim.number,
    )
    joined = {claim_code(number) for number in claim.joined}
    return [
        NearRow(
            code=each.code,
            address=f"/claims/{each.code}" if each.kind == "claim" else f"/incident/{each.code}",
            reasons=each.reasons,
            claim=by_code.get(each.code),
            speaker=speaker_name(view, by_code[each.code].speaker) if each.code in by_code else "",
        )
        for each in ranked
        if each.code not in joined
    ]


def incident_with(view: View, claim: Claim) -> str:
    """The code of the incident that a claim is part of; "" while it is in none."""
    own = row_of_claim(claim.number)
    return next((str(row["code"]) for row in _incidents_around(view, claim) if own in row["members"]), "")


def _incidents_around(view: View, claim: Claim) -> list[dict[str, Any]]:
    """Incidents of the shown list around the time of a claim, with their codes."""
    snapshot, when = view.snapshot, claim.event.when
    middle_s = (when.start if when else claim.received_at).timestamp()
    gaps = np.abs(snapshot.start_s - middle_s)
    places = np.flatnonzero(gaps <= AROUND.total_seconds())
    places = places[np.argsort(gaps[places], kind="stable")[:MOST_INCIDENTS]]
    rows = snapshot.incidents.select(_COLUMNS).take(places).to_pylist()
    return [row | {"code": snapshot.codes[place]} for row, place in zip(rows, places.tolist(), strict=True)]
