"""What else on record may be about the same as a claim, and the incident that it is part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from trucewatch.store.letter_records import letters_on_record

AROUND: Final = timedelta(days=3)
MOST_INCIDENTS: Final = 500
"""Of a crowded list those that began nearest in time."""
MOST_LETTERS: Final = 20
MOST_OF_A_LETTER: Final = 50_000
"""Characters in which the name of a place is looked for."""
_PATHS: Final = {"claim": "claims", "incident": "incident", "complaint": "letters"}
"""Where the page of each lies; a letter is compared as a complaint's words are."""
_COLUMNS: Final = ("incident_id", "members", "occurred_start", "occurred_end", "lon", "lat", "kind", "zones")


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRow:
    """One thing that is near: our number of it, where its page is, why. claim: where it is one, with who speaks."""

    code: str
    address: str
    reasons: tuple[Message, ...]
    claim: Claim | None = None
    speaker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRead:
    """A letter as it is compared with a claim: its words are read where the text was not erased."""

    code: str
    received_at: datetime
    words: str
    speaker: str


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
    letters = [] if claim.is_drill else _letters_around(view, claim, claims)
    ranked = near(
        claim.event,
        [name for name in place_names(view) if name.casefold() in text],
        claims=claims,
        incidents=[row for row in rows if own not in row["members"]],
        letters=letters,
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
            address=f"/{_PATHS[each.kind]}/{each.code}",
            reasons=each.reasons,
            claim=by_code.get(each.code),
            speaker=speaker_name(view, by_code[each.code].speaker) if each.code in by_code else "",
        )
        for each in ranked
        if each.code not in joined
    ]


def _letters_around(view: View, claim: Claim, claims: Sequence[Claim]) -> list[LetterRead]:
    """The letters that came in around a claim, the nearest in time first. One of which a claim was entered is told by
    that, and no claim is near the letter in which it stands."""
    entered = {each.letter for each in claims if each.letter} | {claim.letter}
    middle = claim.event.when.start if claim.event.when else claim.received_at
    store = view.console.store
    letters = [
        letter
        for letter in letters_on_record(store)
        if not letter.undone
        and letter.number not in entered
        and letter.known_at <= view.clock
        and abs(letter.received_at - middle) <= AROUND
    ]
    letters.sort(key=lambda letter: (abs(letter.received_at - middle), letter.number))
    return [
        LetterRead(
            code=letter.code,
            received_at=letter.received_at,
            words=(store.words.read(letter.text) or "")[:MOST_OF_A_LETTER],
            speaker=speaker_name(view, letter.sender),
        )
        for letter in letters[:MOST_LETTERS]
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
