"""Which claims of a letter may be about one event, with each other or with somebody else's; joined by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trucewatch.desks.claiming.letter_rows import entered_from
from trucewatch.desks.claiming.listing import received_by_now
from trucewatch.desks.claiming.wording import speaker_name
from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim
from trucewatch.model.letters import Letter
from trucewatch.pipeline.claims_near import pairs
from trucewatch.server.view import View

MOST_SHOWN: Final = 200
"""Pairs on one page, in the order of the rows; those that are joined make room for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShown:
    """Two claims that may speak of one event, and why. speaker: who says the second one; "" where it is a row of the
    same letter, and so of the same speaker."""

    first: Claim
    second: Claim
    reason: Message
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPairs:
    """Those still to be looked at; `joined` counts the pairs that were joined by hand, `left_out` those beyond
    MOST_SHOWN."""

    shown: tuple[PairShown, ...]
    joined: int
    left_out: int


def letter_pairs(view: View, letter: Letter) -> LetterPairs:
    """The pairs among the claims that were entered from a letter, and of them with claims of others."""
    rows = [claim for _, claim in sorted(entered_from(view, letter).items())]
    if not rows:
        return LetterPairs(shown=(), joined=0, left_out=0)
    claims = {claim.number: claim for claim in received_by_now(view) if claim.stands}
    own = {claim.number: claim for claim in rows}
    proposed = pairs(rows, [claim for number, claim in claims.items() if number not in own])
    claims |= own
    still = [pair for pair in proposed if pair.second not in claims[pair.first].joined]
    shown = tuple(
        PairShown(
            first=claims[pair.first],
            second=claims[pair.second],
            reason=pair.reason,
            speaker=speaker_name(view, claims[pair.second].speaker) if pair.kind == "other_side" else "",
        )
        for pair in still[:MOST_SHOWN]
    )
    return LetterPairs(shown=shown, joined=len(proposed) - len(still), left_out=max(len(still) - MOST_SHOWN, 0))
