"""The verification of a grave event: five steps, what was entered of each, and what that does to its findings.

Nothing here decides anything: a step says what was asked of whom and what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.messages import Term

STEPS: Final = ("other_side", "original", "analysts", "number", "access")
"""The other side's account; the original file; analysts of two delegations; a number from a hospital or the ICRC;
access to the place."""
ANSWERS: Final = ("asked", "given", "received", "refused", "none")
"""What came of a step: nothing yet, access or an account was given, a file or a number came, it was refused, there is
none to be had."""
STEP_WORDS: Final = {
    "other_side": Term("verification", "the other side’s account"),
    "original": Term("verification", "the original file"),
    "analysts": Term("verification", "analysts of two delegations"),
    "number": Term("verification", "a number from a hospital or the ICRC"),
    "access": Term("verification", "access to the place"),
}
ANSWER_WORDS: Final = {
    "asked": Term("verification", "asked, no answer yet"),
    "given": Term("verification", "given"),
    "received": Term("verification", "received"),
    "refused": Term("verification", "refused"),
    "none": Term("verification", "there is none"),
}
SETTLED: Final = frozenset(("given", "received"))
_SETTLED_BY_A_LOOK: Final = ("not_checked", "cannot_be_told", "not_likely_enough")
"""What a look at the place could settle: access that was refused is a reason for these alone."""
OTHERS: Final = ("hospital", "icrc")
"""Who may give a number and is neither party, delegation nor body of the agreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationStep:
    """One entry. It names the observations of the incident as it was then, so that it holds when incidents change.

    who: whom it concerns, an id of a party, delegation or body, or one of OTHERS; "" where nobody is named. note: a
    reference to kept words. undoes: the id of an entry that this one takes back.
    """

    step_id: str
    entry: int
    incident_id: str
    members: tuple[str, ...]
    step: str
    answer: str
    who: str
    note: str
    by: str
    known_at: datetime
    recorded_at: datetime
    undoes: str = ""


def standing_steps(
    steps: Iterable[VerificationStep], members: Sequence[str], as_of: datetime
) -> list[VerificationStep]:
    """What stands of one incident at a moment, in the order in which it was entered: what holds the observation that
    the step's incident is named after, less what was taken back by then."""
    entered = [step for step in steps if step.known_at <= as_of]
    undone = {step.undoes for step in entered}
    own = set(members)
    return [step for step in entered if not step.undoes and step.step_id not in undone and own & set(step.members[:1])]


def access_refused_to(steps: Iterable[VerificationStep], as_of: datetime) -> frozenset[str]:
    """The observations of which the incidents' places could not be looked at: what was entered of access last, by each
    incident, is that it was refused."""
    entered = [step for step in steps if step.known_at <= as_of]
    undone = {step.undoes for step in entered}
    last = {
        step.members[0]: step.answer
        for step in entered
        if step.step == "access" and step.members and not step.undoes and step.step_id not in undone
    }
    return frozenset(name for name, answer in last.items() if answer == "refused")


def with_access_refused(findings: pa.Table, incidents: pa.Table, refused: frozenset[str]) -> pa.Table:
    """The findings, with "access refused" as the word of those that a look at the place could settle, of incidents that
    hold one of these observations.

    For the centre's own pages and lines alone: a report tells its recipients the reason of the rule.
    """
    if not refused:
        return findings
    members = incidents["members"].combine_chunks()
    holds = pc.is_in(pc.list_flatten(members), value_set=pa.array(sorted(refused), pa.string()))
    ids = incidents["incident_id"].combine_chunks().take(pc.unique(pc.list_parent_indices(members).filter(holds)))
    is_open = pc.is_in(findings["held"], value_set=pa.array(_SETTLED_BY_A_LOOK))
    is_about = pc.and_(pc.is_in(findings["incident_id"], value_set=ids), is_open)
    column = pc.if_else(is_about, "access_refused", findings["held"])
    return findings.set_column(findings.schema.get_field_index("held"), findings.schema.field("held"), column)
