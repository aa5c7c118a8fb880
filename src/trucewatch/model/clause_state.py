"""How a part of a clause stands at a moment, as far as was known then (DESIGN.md section 6).

A state is a word with the text, the rule and the reading that it comes from. It is no score, and says nothing of who is
at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from trucewatch.model.clause_parts import ClaimOfState, Gap, Part, RoleOf, StateByHand
from trucewatch.model.deadlines import Due, Ending, Range
from trucewatch.model.times import NEVER, iso_utc

SCHEMA: Final = "trucewatch/provisions/1"

STATES: Final = (
    "not_yet_in_force",
    "no_longer_in_force",
    "suspended",
    "reading_disputed",
    "disputed",
    "kept_up",
    "lapsed",
    "met",
    "met_late",
    "met_in_part",
    "not_met",
    "not_shown",
    "extended",
    "due_soon",
    "not_yet_due",
    "no_deadline",
)
"""The first that holds. reading_disputed: bound parties read it differently and the answer turns on that; disputed:
they state opposite facts; lapsed: kept up from … to …, and not since; not_met: only by the obliged party's own
statement, a reported number, both delegations, or a record that passed the gate; not_shown: due is past and nothing on
record shows it, which says nothing of whether it was done; extended: by one known by then; no_deadline: a prohibition
too, beside which its findings stand."""

StateWord = str
SpanWord = Literal["kept", "not_kept", "not_on_record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSpan:
    """A time in which something that has to go on did, did not, or of which nothing is on record.

    first, last: what is on record of it, a moment (ISO 8601, UTC) or a local day; last is "" for one that goes on.
    reason: why it did not, as somebody states it (`by`). evidence: observations `o-…` and numbers `c-…`.
    """

    word: SpanWord
    first: str
    last: str = ""
    by: str = ""
    reason: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAnswer:
    """What a stipulation comes to as one bound party reads it: a state, and of a prohibition what it forbids.

    by: who reads it so; "" for the clause as it stands, where a party states no reading. says: its own words, or ours
    of them; source and day of the reading.
    """

    by: str
    state: StateWord
    says: Mapping[str, str] = field(default_factory=dict)
    forbids: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()
    due: Range | None = None
    known_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """Which text, rule or reading gave a state or its dates: a code with the particulars, told in words by
    `findings.clause_states.RULE_SENTENCES`."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCount:
    """How many findings on single incidents stand beside a state, by outcome or by the word for why none is said."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseState:
    """One part of a clause at a moment.

    state: what holds; set by hand where `by_hand` says so, and then `worked_out` is what the record alone gives.
    rule: which text and which rule gave it, and whose reading. reason, facts: of the finding that it
    rests on (`findings/`), "" where it rests on none. finding: its id. met_at: when, a moment or a local day, "" where
    it is not met. due: None without a deadline, or while what its term is counted from is not on record. evidence:
    observations `o-…`, numbers `c-…`.
    """

    stipulation: str
    provision: str
    instrument: str
    kind: str
    state: StateWord
    rule: tuple[RuleLine, ...]
    due: Due | None = None
    text: str = ""
    """The text that the deadline was read from."""
    met_at: str = ""
    ending: Ending | None = None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    finding: str = ""
    rule_version: str = ""
    spans: tuple[KeptSpan, ...] = ()
    readings: tuple[ReadingAnswer, ...] = ()
    claims: tuple[ClaimOfState, ...] = ()
    parts: tuple[Part, ...] = ()
    """What is stated to have been done in part, whether or not that gives the state."""
    gaps: tuple[Gap, ...] = ()
    """When it did not go on, as somebody states, whether or not that gives the state."""
    roles: tuple[RoleOf, ...] = ()
    beside: tuple[FindingCount, ...] = ()
    evidence: tuple[str, ...] = ()
    by_hand: StateByHand | None = None
    worked_out: StateWord = ""
    parallel: str = ""
    """The stipulation that it goes on together with, by the text."""

    def document(self, sentence: Callable[[RuleLine], str]) -> dict[str, Any]:
        """The same for programs. sentence: a line of its rule in words."""
        due = self.due
        return {
            "id": self.stipulation,
            "provision": self.provision,
            "instrument": self.instrument,
            "kind": self.kind,
            "state": self.state,
            "due": iso_utc(due.moment) if due else None,
            "due_from": iso_utc(due.range.earliest) if due and not due.range.is_exact else None,
            "met_at": self.met_at or None,
            "rule": " ".join(sentence(line) for line in self.rule),
            "text": self.text or None,
            "extension": due.extension if due else 0,
            "in_force_until": _range(self.ending.end) if self.ending else None,
            "last_notice": _range(self.ending.last_notice) if self.ending and self.ending.last_notice else None,
            "notices": [
                {"by": each.notice.by, "status": each.status, "source": each.notice.source}
                for each in (self.ending.notices if self.ending else ())
            ],
            "finding": self.finding or None,
            "reason": self.reason or None,
            "spans": [
                {
                    "word": span.word,
                    "from": span.first,
                    "to": span.last or None,
                    "by": span.by or None,
                    "reason": dict(span.reason),
                    "evidence": list(span.evidence),
                }
                for span in self.spans
            ],
            "readings": [
                {
                    "by": each.by or None,
                    "state": each.state,
                    "says": dict(each.says),
                    "forbids": list(each.forbids),
                    "permits": list(each.permits),
                    "due": iso_utc(each.due.latest) if each.due else None,
                    "known_at": iso_utc(each.known_at) if each.known_at else None,
                    "source": each.source or None,
                }
                for each in self.readings
            ],
            "claims": [
                {
                    "by": claim.by,
                    "state": claim.state,
                    "since": claim.since.isoformat() if claim.since else None,
                    "says": dict(claim.says),
                    "known_at": iso_utc(claim.known_at),
                    "source": claim.source,
                }
                for claim in self.claims
            ],
            "parts": [
                {
                    "by": part.by or None,
                    "day": part.day.isoformat(),
                    "says": dict(part.says),
                    "known_at": iso_utc(part.known_at),
                    "source": part.source,
                }
                for part in self.parts
            ],
            "gaps": [
                {
                    "by": gap.by,
                    "from": gap.from_.isoformat(),
                    "until": gap.until.isoformat() if gap.until else None,
                    "says": dict(gap.says),
                    "known_at": iso_utc(gap.known_at),
                    "source": gap.source,
                }
                for gap in self.gaps
            ],
            "roles": [
                {"role": role.role, "who": role.who or None, "names": dict(role.names), "by": role.by}
                for role in self.roles
            ],
            "parallel": self.parallel or None,
            "findings_beside": {each.code: each.count for each in self.beside},
            "evidence": list(self.evidence),
            "by_hand": None
            if self.by_hand is None
            else {"by": self.by_hand.by, "reason": self.by_hand.reason, "worked_out": self.worked_out},
        }


@dataclass(frozen=True, slots=True)
class StateChange:
    """From a moment on a part of a clause stood so."""

    stipulation: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How far the whole agreement is by its schedule at a moment; never by side, and no score.

    due: how many parts with a day were due by then; met, met_late, met_in_part: of these, as far as is on record;
    not_met, not_shown, disputed: the others (disputed: facts or readings differ). ahead: those with a day to come.
    """

    due: int
    met: int
    met_late: int
    met_in_part: int
    not_met: int
    not_shown: int
    disputed: int
    ahead: int


def _range(value: Range) -> list[str] | None:
    """`[earliest, latest]`; None for what has no end."""
    return None if value.earliest >= NEVER else [iso_utc(value.earliest), iso_utc(value.latest)]
