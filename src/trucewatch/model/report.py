"""What a report is made from, and what is kept of a report that was issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import pyarrow as pa

from trucewatch.messages import Message
from trucewatch.model.clause_history import WorkOut
from trucewatch.model.ids import canonical
from trucewatch.model.incident import ReasonSentences
from trucewatch.model.let_out import LetOut, ObjectionOut
from trucewatch.model.period import PeriodRule
from trucewatch.model.recipient_key import RecipientKeys
from trucewatch.model.review import Case
from trucewatch.model.typed_text import erased_words
from trucewatch.model.verification import VerificationStep
from trucewatch.model.watch import Watch

NOTE_SECTIONS: Final = (
    "summary",
    "found",
    "coverage",
    "findings",
    "regions",
    "days",
    "withdrawal",
    "corridor",
    "restrictions",
    "humanitarian",
    "corrections",
)
"""Where the editors may put words of their own; figures and lines are the program's alone."""
MOST_NOTE: Final = 2000
"""How many characters one editors' note may have."""
MOST_WHO: Final = 120
"""How many characters name or office over a cover note may have."""
COVER_SCHEMA: Final = "trucewatch/cover-note/1"
DAILY: Final = "daily"
"""The kind of report that every record of before there were kinds is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorsNote:
    """Sentences that people put into one section of a report, in one language. They are shown as written, and
    marked."""

    section: str
    language: str
    text: str
    reference: str = field(default="", compare=False)
    """By which the record names the text; empty until it is entered."""
    erased_by: int = field(default=-1, compare=False)
    """The entry that erased the text, which is empty then; `erased_on`: its day."""
    erased_on: date | None = field(default=None, compare=False)

    @property
    def erased(self) -> Message | None:
        """What stands in place of a text that was erased."""
        if self.text or not self.reference:
            return None
        return erased_words(*((self.erased_by, self.erased_on) if self.erased_on else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverNote:
    """What somebody, as a rule the head of mission, says before a report in their own words: no part of its findings.

    who: name or office, as typed. signature: the document of `ledger/signing.py` over `signed_bytes`, as JSON text;
    empty where it is not signed.
    """

    who: str
    language: str
    text: str
    signature: str = ""
    references: tuple[str, str, str] = field(default=("", "", ""), compare=False)
    """By which the record names who, text and signature; empty until they are entered."""
    erased_by: int = field(default=-1, compare=False)
    erased_on: date | None = field(default=None, compare=False)

    @property
    def erased(self) -> Message | None:
        """What stands in place of a text that was erased."""
        if self.text or not any(self.references):
            return None
        return erased_words(*((self.erased_by, self.erased_on) if self.erased_on else ()))

    def signed_bytes(self, number: str, revision: int) -> bytes:
        """What is signed: one canonical record of the words, whose they are, and the issue that they stand before."""
        return canonical(
            {
                "schema": COVER_SCHEMA,
                "report": number,
                "revision": revision,
                "who": self.who,
                "language": self.language,
                "text": self.text,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedRow:
    """One incident as an earlier report showed it to its recipient, after release; enough to tell what changed.

    It stays inside, so it has the incident's own id, whatever code the report showed.
    """

    incident_id: str
    number: int
    """0 for one that the kind of report leaves out: it was told to nobody, but counts as out for the smallest count."""
    kind: str
    outcome: str
    place: str
    """The released place as a language-free code: `zone:aghdam`, `cell:46.75,39.80`, `point:46.7528,39.8177`."""
    radius_m: int | None
    time: str
    """The released time as ISO 8601 text."""
    simulated: bool | None = field(default=None, compare=False)
    """None in records of earlier versions, which did not hold it; it makes no other row."""
    review: str = ""
    """How its review was told to stand; "" for not reviewed, and for who is told none."""
    hold: str = field(default="", compare=False)
    """Why no assessment of it was told; "" where one was, and in records of earlier versions."""
    with_parts: bool = field(default=False, compare=False)
    """Whether also clauses on a part of its place could speak; False in records of earlier versions."""

    @property
    def had_parts(self) -> bool:
        """Whether clauses on a part of its place spoke; of earlier versions as far as a review that was told shows."""
        return self.with_parts or (not self.hold and bool(self.review))


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A report that was issued: number, day, cut-off, recipient, and its rows as they were shown."""

    number: str
    revision: int
    kind: str
    recipient: str
    day_from: date
    day_until: date
    """The first day after the period."""
    cut_off: datetime
    rows: tuple[IssuedRow, ...]
    notes: tuple[EditorsNote, ...] = ()
    """What the editors put into it in their own words."""
    key_digest: str = field(default="", compare=False)
    """By which the ledger names the key of the codes that it showed; empty where it showed the ids themselves."""
    incident: str = ""
    """Of a report on one event the event's own id."""
    cover: CoverNote | None = None
    states: tuple[tuple[str, str], ...] = ()
    """Of a report on implementation how each part of a clause was told to stand; "" for what was not told."""
    decided: tuple[tuple[str, str], ...] = ()
    """Decisions of the heads and objections that it told of, each by its code with what of it was told."""
    entered_at: datetime | None = field(default=None, compare=False)
    """When the ledger's first record of the issue was entered, by the computer's clock; None before it is."""
    reviews: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Incidents whose review it named as standing otherwise than an earlier report had it, each with the word of then.
    It makes no other report by itself."""

    @property
    def rows_shown(self) -> tuple[IssuedRow, ...]:
        """The rows that its readers saw."""
        return tuple(row for row in self.rows if row.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntAnew:
    """That after an issue of a report what devices and reports are worth was learnt otherwise, without new evidence.

    day: the last such day, UTC. by_hand: somebody calibrated anew. method: the version that has been used since, where
    it is another; "" where it stayed.
    """

    number: str
    revision: int
    day: date
    by_hand: bool
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedCount:
    """How many rows of one file were refused, of how many."""

    source: str
    file: str
    rejected: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedWords:
    """What a party published itself: whose it is, who published it, when, and the words as published.

    kind, aspect: of the row, by which a recipient may not have it.
    """

    party: str
    publisher: str
    known_at: datetime
    kind: str
    aspect: str
    text: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInputs:
    """Everything a report may draw on, unreleased. `as_of` is the cut-off: nothing known later is in the tables."""

    watch: Watch
    incidents: pa.Table
    findings: pa.Table
    reason_sentences: ReasonSentences = field(compare=False, repr=False)
    """What the rules that made the findings say of each reason."""
    counters: pa.Table
    rejected: tuple[RejectedCount, ...]
    as_of: datetime
    earlier: tuple[Publication, ...] = ()
    learnt_anew: tuple[LearntAnew, ...] = ()
    """Of the earlier ones those after which something was learnt otherwise: by hand, or by another method."""
    contributions: pa.Table | None = None
    """What each observation added to its incident (CONTRIBUTION_SCHEMA); None where nobody worked it out."""
    published: tuple[PublishedWords, ...] = ()
    """What parties published themselves."""
    verification: tuple[VerificationStep, ...] = ()
    """What was asked of anybody about single incidents, and what came of it."""
    checkpoint: str = ""
    """The ledger's first checkpoint that covers the list, without later cosignatures; empty where there is none."""
    periods_among: PeriodRule | None = field(default=None, compare=False, repr=False)
    """The rule that groups incidents into periods of dense reports; None where nobody asks for them."""
    recipient_keys: RecipientKeys = field(default_factory=dict, compare=False, repr=False)
    """The keys of the codes that recipients are given in the place of ids."""
    implementation: WorkOut | None = field(default=None, compare=False, repr=False)
    """How parts of clauses stood; None where nobody can work it out. Asked for by the kind of report that tells it."""
    reviews: tuple[Case, ...] = ()
    """What was put to the delegations by the cut-off, and what came of it by then. Of them states alone leave."""
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Code of a case → language → the common text of it that all delegations signed."""
    let_out: tuple[LetOut, ...] = ()
    """What every head agreed to let out beside the rules, by the cut-off."""
    objections: tuple[ObjectionOut, ...] = ()
    """What parties object in writing and asked to be printed, by the cut-off."""
    is_early_form: bool = False
    """Made again is an issue of before there were codes: with ids, checkpoint and counts as it had them."""
