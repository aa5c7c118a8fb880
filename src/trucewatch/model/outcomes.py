"""The four outcomes, and the words that stand where the gate lets none be said.

DESIGN.md section 1: *undetermined* is never printed bare; its reason is the word. A rule names its reason by a code of
its own (`findings/`); each of these codes belongs to one word here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OUTCOMES: Final = ("inconsistent", "undetermined", "consistent", "not_applicable")
"""From the worst to the least, the order of signs, lists and counts everywhere."""

SAID: Final = ("inconsistent", "consistent")
"""The outcomes that say something, and that the gate stands before."""

HELD: Final = (
    "not_checked",
    "cannot_be_told",
    "at_edge",
    "readings_differ",
    "not_likely_enough",
    "not_observable",
    "access_refused",
    "not_shown",
    "for_people",
)
"""Why no outcome is said, in the order in which they are listed. not_checked: reported by somebody and checked by
nobody yet; not_shown: due is past and nothing on record shows it, which says nothing of whether it was done;
for_people: the delegations decide."""

HELD_OF_REASON: Final[Mapping[str, str]] = {
    # dates, zone
    "maybe_in_force": "at_edge",
    "maybe_suspended": "at_edge",
    "at_zone_edge": "at_edge",
    "no_place": "cannot_be_told",
    "zone_not_drawn": "cannot_be_told",
    # the gate
    "claimed_alone": "not_checked",
    "kind_claimed_alone": "not_checked",
    "reported_by_few": "not_checked",
    "not_likely": "not_likely_enough",
    "kind_not_likely": "not_likely_enough",
    "reading_disputed": "readings_differ",
    "delegations_dissent": "cannot_be_told",
    "delegations_differ": "cannot_be_told",
    "dissent_from_happened": "cannot_be_told",
    "dissent_from_what": "cannot_be_told",
    "actor_unknown": "cannot_be_told",
    "actor_claimed": "not_checked",
    # prohibited
    "notice_maybe": "cannot_be_told",
    "aspect_maybe": "not_checked",
    "indication_only": "cannot_be_told",
    # required
    "happened_around_due": "at_edge",
    "happened_place_unsure": "at_edge",
    "happened_claimed_alone": "not_checked",
    "no_record": "not_shown",
    "no_record_no_deadline": "not_shown",
    "number_claimed_alone": "not_checked",
    "number_unclear": "cannot_be_told",
    "number_not_shown": "not_shown",
    "cannot_be_seen": "not_observable",
    # kept up
    "kept_up_not_shown": "not_shown",
    "kept_up_claimed_alone": "not_checked",
    "kept_up_contested": "not_checked",
    # judged
    "not_put": "for_people",
    "judged_in_part": "for_people",
    "judged_differently": "for_people",
    "not_settled": "cannot_be_told",
}
"""Reason → the word for it. Every reason of an undetermined finding has one (a test holds that)."""


def held_word(outcome: str, reason: str) -> str:
    """The word for why no outcome is said; empty where one is."""
    return HELD_OF_REASON.get(reason, "cannot_be_told") if outcome == "undetermined" else ""
