"""The claims that a complaint carries or was linked to, a row each: what they were taken to say, which may be about the
same as others."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.desks.complaints.states import Complaint
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim, claim_code
from trucewatch.pipeline.claims_near import AHEAD_LABEL, is_ahead, pairs
from trucewatch.server.view import View
from trucewatch.store.claim_records import claims_on_record


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedWith:
    """Another claim that may be of the same event. is_joined: a person held them to be. is_other: somebody else says
    it."""

    code: str
    is_joined: bool
    is_other: bool
    reason: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedRow:
    """A claim as a row. claim: None for one that is not on record. what: "" where it was not said. labels: that it is
    about a day to come, a drill, or was taken back."""

    code: str
    claim: Claim | None
    what: str
    labels: tuple[Message, ...]
    paired: tuple[PairedWith, ...]


def carried_rows(view: View, complaint: Complaint) -> list[CarriedRow]:
    """A row for each claim of a complaint, in their order; drills are no row's pair."""
    if not complaint.all_claims:
        return []
    on_record = {claim.code: claim for claim in claims_on_record(view.console.store)}
    own = [on_record[code] for code in complaint.all_claims if code in on_record]
    paired = _paired(own, [claim for claim in on_record.values() if claim.code not in set(complaint.all_claims)])
    return [_row(view, code, on_record.get(code), paired.get(code, {})) for code in complaint.all_claims]


def _paired(own: list[Claim], others: list[Claim]) -> dict[str, dict[str, PairedWith]]:
    """By the code of each claim those that it is joined with, and those that are proposed."""
    speakers = {claim.number: claim.claimed_by or claim.speaker.code for claim in (*own, *others)}
    paired: dict[str, dict[str, PairedWith]] = {
        claim.code: {
            claim_code(number): PairedWith(
                code=claim_code(number),
                is_joined=True,
                is_other=speakers.get(number) != speakers[claim.number],
            )
            for number in claim.joined
        }
        for claim in own
    }
    for pair in pairs(own, others):
        row, other = (pair.second, pair.first) if pair.kind == "repeats" else (pair.first, pair.second)
        code = claim_code(other)
        beside = PairedWith(code=code, is_joined=False, is_other=pair.kind == "other_side", reason=pair.reason)
        paired[claim_code(row)].setdefault(code, beside)
    return paired


def _row(view: View, code: str, claim: Claim | None, paired: dict[str, PairedWith]) -> CarriedRow:
    labels: list[Message] = []
    if claim is not None and is_ahead(claim, view.watch.zone):
        labels.append(AHEAD_LABEL)
    if claim is not None and claim.is_drill:
        labels.append(Message("Drill"))
    if claim is not None and not claim.stands:
        labels.append(Message("taken back"))
    return CarriedRow(
        code=code,
        claim=claim,
        what=kind_word(claim.event.kind, view.words) if claim and claim.event.kind else "",
        labels=tuple(labels),
        paired=tuple(paired.values()),
    )
