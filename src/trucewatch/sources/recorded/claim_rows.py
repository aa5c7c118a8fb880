"""Claims on record → rows of the observation table. Each stays somebody's word, whatever it says.

A row holds nothing that was typed: its words stay apart, and are found by its id (`claim_of_row`). A claim without a
time, or of what is still to come, is on record and in no list; nor is a drill, which would be fused there with what is
told in earnest wherever a watch is itself simulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

import pyarrow as pa

from trucewatch.messages import Message
from trucewatch.model.claim_record import CLAIMS, CLAIMS_INSIDE, Claim, Speaker, claim_code
from trucewatch.model.ids import observation_id
from trucewatch.model.observation import NO_KIND, STORED_OBSERVATION_SCHEMA
from trucewatch.model.watch import Watch

CLOCKS_APART: Final = timedelta(minutes=15)
"""By how much a caller's clock may be ahead of ours before what is claimed is taken to be still to come."""
OF_NO_SIDE: Final = ("civilian", "not_said")
"""Speakers who are the public, and no party's."""
_PLACE: Final = (
    *("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg"),
    *("observer_lon", "observer_lat", "bearing_deg", "bearing_sd_deg", "range_m", "range_sd_m"),
)
_NUMBERS: Final = ("count", "killed", "injured")


def claim_rows(versions: Iterable[Claim]) -> pa.Table:
    """The rows of claims, in the order of their entries: one for each version that was not taken back, of claims that
    stand in a list as they are now. The later version stands before the one it corrects (`product_rank`)."""
    return pa.Table.from_pylist(
        [_row(version) for version in versions_in_list(versions)], schema=STORED_OBSERVATION_SCHEMA
    )


def versions_in_list(versions: Iterable[Claim]) -> list[Claim]:
    """The versions of claims that have a row, in the order of their entries."""
    standing = [version for version in versions if version.stands]
    last = {version.number: version for version in sorted(standing, key=lambda each: each.version)}
    listed = {number for number, version in last.items() if why_in_no_list(version) is None}
    with_row = (version for version in standing if version.number in listed and why_in_no_list(version) is None)
    return sorted(with_row, key=lambda each: each.entry)


def why_in_no_list(claim: Claim) -> Message | None:
    """Why a claim stands in no list of incidents; None where it does."""
    if not claim.stands:
        return Message("It was taken back, so it stands in no list.")
    if claim.is_drill:
        return Message("It is a drill, so it stands in no list.")
    if claim.event.when is None and claim.when_words:
        return Message("Its time was not understood, so it stands in no list; correct it once it can be told.")
    if claim.event.when is None:
        return Message("No time was entered, so it stands in no list.")
    if is_ahead(claim):
        return Message("It speaks of what was still to come, so it stands in no list.")
    return None


def is_ahead(claim: Claim) -> bool:
    """Whether it speaks of something that was still to come when it was said."""
    when = claim.event.when
    return when is not None and when.start > claim.received_at + CLOCKS_APART


def is_inside_only(claim: Claim) -> bool:
    """Whether no release may hold it: its speaker said that the sides are not to be told, or is a civilian who did not
    say that they may. Whoever was not asked did not agree."""
    answer = claim.answers.may_tell
    return answer == "no" or (claim.speaker.kind == "civilian" and answer != "yes")


def row_of_claim(number: int) -> str:
    """The id of the observation that a claim is, the same in every version."""
    return observation_id(CLAIMS, claim_code(number))


def claim_of_row(observation: str, claims: Iterable[Claim]) -> Claim | None:
    """The claim that an observation is; None for another observation."""
    return next((claim for claim in claims if row_of_claim(claim.number) == observation), None)


def claimant_of(speaker: Speaker, watch: Watch) -> str:
    """Whose claim it is: the id of a party, delegation, body or agency; of a post its keeper's. "" for a civilian, who
    is nobody's side, and for whoever did not say who they are.

    A post is a side's where its name begins with that side, `UV/mill`; any other is the centre's own. What it says by
    telephone is the centre's word, and no record of the centre's.
    """
    if speaker.kind in OF_NO_SIDE:
        return ""
    if speaker.kind != "post":
        return speaker.id
    keeper = speaker.id.partition("/")[0]
    sides = {party.id for party in watch.agreement.party} | watch.delegation_ids
    if "/" in speaker.id and keeper in sides:
        return keeper
    return next((party.id for party in watch.agreement.party if party.role == "centre"), speaker.id)


def _row(claim: Claim) -> dict[str, Any]:
    event, when, where = claim.event, claim.event.when, claim.event.where
    assert when is not None
    is_public = claim.speaker.kind in OF_NO_SIDE
    return dict.fromkeys(STORED_OBSERVATION_SCHEMA.names) | {
        "observation_id": row_of_claim(claim.number),
        "source": CLAIMS_INSIDE if is_inside_only(claim) else CLAIMS,
        # Two callers of one place are one voice; which place it is leaves no watch.
        "sensor": claim.speaker.id if is_public else "",
        "means": "public" if is_public else "party",
        "kind": event.kind or NO_KIND,
        "aspect": event.aspect,
        "occurred_start": when.start,
        "occurred_end": when.end,
        **({name: getattr(where, name) for name in _PLACE} if where else {}),
        **_numbers(claim),
        "person_status": event.person_status,
        "perceived": event.perceived,
        "intensity_unit": "",
        "source_quality": "",
        "claimed_by": claim.claimed_by,
        "actor": event.actor,
        "struck": "",
        "simulated": claim.simulated,
        # A claim is known when it was said; what corrects it, when that was entered.
        "known_at": claim.received_at if claim.version == 1 else max(claim.received_at, claim.known_at),
        "received_at": claim.recorded_at,
        "evidence_sha256": claim.sha256,
        "evidence_row": 0,
        "text": "",
        "product_rank": min(claim.version, 127),
        "known_at_assumed": False,
    }


def _numbers(claim: Claim) -> Mapping[str, int | None]:
    numbers: dict[str, int | None] = {}
    for name in _NUMBERS:
        least, best, most = getattr(claim.event, name)
        numbers |= {f"{name}_min": least, f"{name}_best": best, f"{name}_max": most}
    return numbers
