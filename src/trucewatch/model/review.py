"""The review of a finding by the delegations: the questions, what was put to them, what each said, and how it stands.

A finding that is put to review is a case, R-1, R-2 … One case is one state of one finding; late evidence that changes
what was put makes the next case of the same finding (`before`). Rounds count over all cases of a finding: the first of
each case is blind, the others are in the open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from trucewatch.messages import Term
from trucewatch.model.review_put import Put, texts_put

Question = Literal["happened", "what", "where_when", "who"]
QUESTIONS: Final[tuple[Question, ...]] = ("happened", "what", "where_when")
"""What is asked of every finding. *who* is a case of its own, put only after *happened* is agreed."""
Answer = Literal["concur", "dissent", "abstain", "names", "none"]
"""names, none: to *who* alone."""
CaseState = Literal["open", "agreed", "agreed_in_part", "not_agreed", "withheld", "closed_unreviewed"]
OPEN: Final = "open"
OUTSIDE: Final[Mapping[CaseState, str]] = {
    "open": "not_reviewed",
    "agreed": "agreed",
    "agreed_in_part": "agreed_in_part",
    "not_agreed": "not_agreed",
    "withheld": "not_reviewed",
    "closed_unreviewed": "not_reviewed",
}
"""What stands outside the centre."""
Step = Literal["blind", "opening", "open", "closed"]
"""blind: first positions are awaited. opening: none more comes, what is sealed is to be opened. open: discussion and
later positions. closed: the outcome is entered."""
Standing = Literal["awaited", "sealed", "opened", "withheld", "not_received", "not_opened", "left"]
"""How a delegation stands in a case. sealed: committed, not yet opened; not_received: the clock ran out; not_opened: it
ran out and what is sealed was never opened."""
QuestionState = Literal["agreed", "differ", "dissent", "too_few", "open_happened", "not_answered"]
"""agreed: every delegation that counts concurs. differ: one concurs, one dissents. dissent: all dissent. too_few: all
say the same, and fewer than two of them count. open_happened: all concur, and that it happened is not agreed.
not_answered: somebody abstains or gave none."""
QUESTION_WORDS: Final[Mapping[str, Term]] = {
    "happened": Term("review", "Happened"),
    "what": Term("review", "What"),
    "where_when": Term("review", "Where and when"),
    "who": Term("review", "Who"),
}
ANSWER_WORDS: Final[Mapping[str, Term]] = {
    "concur": Term("review", "Concur"),
    "dissent": Term("review", "Dissent"),
    "abstain": Term("review", "Abstain"),
    "names": Term("review", "Names"),
    "none": Term("review", "Nobody"),
}
STATE_WORDS: Final[Mapping[str, Term]] = {
    "open": Term("review", "under review"),
    "agreed": Term("review", "agreed"),
    "agreed_in_part": Term("review", "agreed in part"),
    "not_agreed": Term("review", "not agreed"),
    "withheld": Term("review", "withheld"),
    "closed_unreviewed": Term("review", "closed unreviewed"),
    "not_reviewed": Term("review", "not reviewed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewKey:
    """A pair of public keys of one browser or computer, or a recovery key (`signs` is "").

    number: OK-1, OK-2 … asked: by the person who made it; entered_at: by the head; ended_at: since when it is in force
    no more. Entries are of the ledger.
    """

    number: int
    delegation: str
    person: str
    use: Literal["officer", "recovery"]
    signs: str
    opens: str
    asked_entry: int
    asked_at: datetime
    entered_entry: int = -1
    entered_at: datetime | None = None
    ended_entry: int = -1
    ended_at: datetime | None = None
    ended_why: str = ""

    @property
    def code(self) -> str:
        return f"OK-{self.number}"

    @property
    def is_in_force(self) -> bool:
        return self.entered_entry >= 0 and self.ended_entry < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """When something was entered: by the computer's clock, and by the watch's own where the record says that."""

    recorded_at: datetime
    known_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """On the watch's clock, as far as a record says it."""
        return self.known_at or self.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Entered):
    """One position as it was opened or given in the open. answers: question → answer; versions: one's own, for a
    dissent; they and the reasons are None where the words were erased (`ReviewBook.words_of`)."""

    delegation: str
    person: str
    role: str
    turn: int
    answers: Mapping[str, Answer]
    names: str
    """To *who*: the party that is named; "" else."""
    sha256: str
    """Of the signed bytes."""
    opened_object: str
    """SHA-256 of the `trucewatch/position-opened/1` document in objects/."""
    commitment: str
    """"" for one that was given in the open."""
    key: str
    committed_entry: int
    entry: int
    signed_at: datetime
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One age file in which a position lies. sealed_object: its SHA-256, in objects/; sealed_to: the codes of the keys
    to which it is sealed; by: a reference to who sealed it so."""

    sealed_object: str
    sealed_to: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(Entered):
    """A commitment, not yet opened."""

    delegation: str
    person: str
    role: str
    turn: int
    commitment: str
    sealed_object: str
    """SHA-256 of the age file in objects/; of the last, where it was sealed again."""
    key: str
    sealed_to: tuple[str, ...]
    """The codes of the keys to which it is sealed."""
    entry: int
    files: tuple[SealedFile, ...] = ()
    """Every file in which it was sealed, the newest first: nobody can know whether what was sealed again is the
    same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideAct(Entered):
    """What a delegation entered in a case beside positions and words: that it gives none (withheld), that it has no
    more to say (done), or that it leaves the review (left). A later position may take back the first two."""

    side: str
    what: Literal["withheld", "done", "left"]
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a case by the watch's rule. questions: question → its state; attributed_to: of *who* alone."""

    state: CaseState
    questions: Mapping[str, QuestionState]
    attributed_to: str
    entry: int
    known_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One state of one finding, as it was put to the delegations.

    entry, sha256: of the record that puts it, `trucewatch/review-case/1`; positions name that hash as `finding_sha256`.
    put: the finding and its incident as they were put. before: the code of the earlier case of the same finding, ""
    for the first. due: when the clock of first positions runs out; opening_due: until when what is sealed can be
    opened; discussion_due: when the discussion ends. paused_s: for how long its clocks stood still.
    line_down_since: whose line is down now; line_was_down: whose was when the clock of first positions ran out, each
    since when.
    recused: delegations whose yes makes nothing agreed, each with why (`clause`, `evidence`). own_clause, own_evidence:
    whom it concerns, whether or not the watch recuses them.
    """

    number: int
    finding: str
    incident: str
    stipulation: str
    questions: tuple[Question, ...]
    put: Put
    dossier_entry: int
    list_entry: int
    turn: int
    """The number of its blind round."""
    entry: int
    sha256: str
    put_at: datetime
    put_by: str
    due: datetime
    paused_s: int
    before: str
    why: Literal["put", "late_evidence", "attribution"]
    delegations: tuple[str, ...]
    own_clause: tuple[str, ...] = ()
    own_evidence: tuple[str, ...] = ()
    recused: Mapping[str, str] = field(default_factory=dict)
    step: Step = "blind"
    standings: Mapping[str, Standing] = field(default_factory=dict)
    line_down_since: Mapping[str, datetime] = field(default_factory=dict)
    line_was_down: Mapping[str, datetime] = field(default_factory=dict)
    sealed: tuple[Sealed, ...] = ()
    positions: tuple[Said, ...] = ()
    acts: tuple[SideAct, ...] = ()
    opening_due: datetime | None = None
    opened_at: datetime | None = None
    discussion_due: datetime | None = None
    outcome: Outcome | None = None
    simulated: bool = False

    @property
    def code(self) -> str:
        return f"R-{self.number}"

    @property
    def members(self) -> tuple[str, ...]:
        """The ids of the observations of its incident, as they were put; the first says of which event it is."""
        return texts_put(self.put, "members")

    @property
    def state(self) -> CaseState:
        return self.outcome.state if self.outcome else "open"

    @property
    def is_of_who(self) -> bool:
        return self.questions == ("who",)
