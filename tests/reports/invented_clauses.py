"""How the parts of the invented agreement stood, made by hand: what the reports' rule is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from trucewatch.findings import kept_up, required
from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.model.clause_history import ImplementationInputs, InitiativeRow, MeetingRow, StepRow
from trucewatch.model.clause_parts import ClaimOfState
from trucewatch.model.clause_state import ClauseState, KeptSpan, ReadingAnswer, RuleLine
from trucewatch.model.deadlines import Due, Range

START: Final = datetime(2031, 4, 30, 21, tzinfo=UTC)
MET: Final = datetime(2031, 5, 10, 9, 41, tzinfo=UTC)
"""When the handover of 3a took place, and was known."""
EVIDENCE: Final = "o-secretevidence"
DUE: Final = datetime(2031, 5, 15, 21, tzinfo=UTC)
LETTER: Final = "letter of 9 May to the centre"
_DAY: Final = RuleLine(
    code="day", facts={"text": "en-1", "bound": "by", "day": "2031-05-15", "time_zone": "Europe/Istanbul"}
)


@dataclass(frozen=True)
class Change:
    """One of a history."""

    stipulation: str
    at: datetime
    state: ClauseState


def state(stipulation: str, word: str, **more: Any) -> ClauseState:
    """A state; of no particular kind but that it can be told."""
    facts: dict[str, Any] = {
        "provision": stipulation[0],
        "instrument": "i",
        "kind": "required",
        "rule": (),
    }
    return ClauseState(stipulation=stipulation, state=word, **(facts | more))


def due(moment: datetime = DUE, earliest: datetime | None = None) -> Due:
    return Due(range=Range(earliest or moment, moment))


def claim(by: str, word: str, source: str, says: str, hours: datetime = MET) -> ClaimOfState:
    return ClaimOfState(
        by=by,
        state=word,
        says={"en": says},
        since=date(2031, 5, 9),
        known_at=hours,
        source=source,  # type: ignore[arg-type]
    )


CLAIMS: Final = (
    claim("P", "met", "https://example.org/p/1", "we act in good faith"),
    claim("Q", "not_met", LETTER, "they do not act so"),
)
READINGS: Final = (
    ReadingAnswer(
        by="P",
        state="met",
        says={"en": "The road is the old one"},
        known_at=datetime(2031, 5, 5, tzinfo=UTC),
        source="statement of P",
    ),
    ReadingAnswer(by="Q", state="not_yet_due", due=Range(DUE, DUE)),
)
_HANDED_OVER: Final = {
    "reason": "happened_in_time",
    "rule_version": required.RULE,
    "facts": {"what": "handover", "occurred": "2031-05-10T09:41:00Z", "due": "2031-05-15T21:00:00Z"},
    "finding": "f-handover",
    "evidence": (EVIDENCE,),
    "met_at": "2031-05-10T09:41:00Z",
    "due": due(),
    "rule": (_DAY,),
}
_LAPSED: Final = {
    "reason": "lapsed",
    "rule_version": kept_up.RULE,
    "kind": "kept_up",
    "facts": {"what": "presence", "first": "2031-05-02", "last": "2031-05-07", "lapsed": "2031-05-08"},
    "finding": "f-presence",
    "spans": (
        KeptSpan(word="kept", first="2031-05-02", last="2031-05-07", evidence=("c-secretcount",)),
        KeptSpan(word="not_kept", first="2031-05-08", by="Q", reason={"en": "the bridge was closed"}),
    ),
    "evidence": ("c-secretcount",),
}


@dataclass
class InventedHistory:
    """States by when they began; `changed` says of one part otherwise."""

    changed: Mapping[str, ClauseState] = field(default_factory=dict)

    def changes(self) -> tuple[Change, ...]:
        known = (
            ("1a", START, state("1a", "no_deadline", kind="prohibited", rule=(RuleLine(code="prohibition"),))),
            ("2", START, state("2", "no_deadline", kind="prohibited")),
            ("3a", START, state("3a", "not_yet_due", due=due(), rule=(_DAY,))),
            ("4", START, state("4", "no_deadline", kind="judged", rule=(RuleLine(code="for_people"),), claims=CLAIMS)),
            ("2", datetime(2031, 5, 5, tzinfo=UTC), state("2", "reading_disputed", readings=READINGS)),
            ("5", datetime(2031, 5, 8, 8, tzinfo=UTC), state("5", "lapsed", **_LAPSED)),
            ("3a", datetime(2031, 5, 8, 21, tzinfo=UTC), state("3a", "due_soon", due=due(), rule=(_DAY,))),
            ("3a", MET, state("3a", "met", **_HANDED_OVER)),
        )
        return tuple(
            Change(name, at, replace(self.changed[name]) if name in self.changed else each) for name, at, each in known
        )

    def states_at(self, at: datetime) -> tuple[ClauseState, ...]:
        standing = {change.stipulation: change.state for change in self.changes() if change.at <= at}
        return tuple(standing[name] for name in sorted(standing))


INITIATIVE: Final = InitiativeRow(
    code="P-1",
    day=date(2031, 5, 6),
    by=("P",),
    to=("Q",),
    what={"en": "A joint patrol on the pass road"},
    about=("2", "work"),
    steps=(
        StepRow(
            word="discussed",
            by=("Q",),
            says={"en": "we shall see"},
            day=date(2031, 5, 7),
            source="https://example.org/q/1",
            known_at=datetime(2031, 5, 7, 12, tzinfo=UTC),
        ),
        StepRow(
            word="declined",
            by=("Q",),
            says={"en": "not now"},
            day=date(2031, 5, 8),
            source="letter to the centre",
            known_at=datetime(2031, 5, 8, 12, tzinfo=UTC),
        ),
    ),
    source="https://example.org/p/2",
    known_at=datetime(2031, 5, 6, 12, tzinfo=UTC),
)
MEETING: Final = MeetingRow(
    code="M-1",
    day=date(2031, 5, 7),
    who=("P", "Q"),
    level="ministers",
    decisions=(({"en": "a list of prisoners is exchanged"}, date(2031, 5, 20)),),
    is_restricted=True,
    stated_by=("P", "Q"),
    source="minutes",
    known_at=datetime(2031, 5, 7, 12, tzinfo=UTC),
)


def clauses(**more: Any) -> ImplementationInputs:
    """What reports on the invented watch take of its clauses."""
    return ImplementationInputs(
        **(
            {
                "history": InventedHistory(),
                "rule_sentences": RULE_SENTENCES,
                "initiatives": (INITIATIVE,),
                "meetings": (MEETING,),
            }
            | more
        )
    )
