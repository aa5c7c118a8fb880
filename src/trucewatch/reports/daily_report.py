"""The daily report as a record: language-free facts that every format shows, each in its own way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from trucewatch.model.incident import ReasonSentences
from trucewatch.model.report import DAILY, CoverNote, EditorsNote, IssuedRow, RejectedCount
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.clause_release import Implementation
from trucewatch.reports.decided_lines import DecidedTold, ObjectionTold
from trucewatch.reports.released import (
    THEATRE,
    ReleasedCounter,
    ReleasedFinding,
    ReleasedIncident,
    ReleasedPeriod,
    ReleasedWords,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One released incident under the number that map, sentences and table share."""

    number: int
    incident: ReleasedIncident


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierGrave:
    """A grave event of a day before the report's that became known on one of its days; it has no number and is in none
    of the report's counts."""

    incident: ReleasedIncident
    known: date
    """The local day on which it first became known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many incidents, and how many of each outcome from the worst to the least. Real or simulated, never both."""

    recorded: int
    outcomes: tuple[tuple[str, int], ...]
    holds: tuple[tuple[str, int], ...] = ()
    """How many have no assessment, by the word for why; they are among none of the assessments."""

    def of(self, outcome: str) -> int:
        return dict(self.outcomes).get(outcome, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """One region against the period before. `region` is empty for what no region can be told of. before: None where
    that period was not issued."""

    region: str
    before: int | None
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBar:
    """One day of the last fourteen; a day that was not issued has neither count."""

    day: date
    recorded: int
    simulated: int
    is_issued: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """How one line of an earlier report stands now. Empty `was` for a line that came late, empty `now` for one that
    went.

    Editors' notes that differ are a change too, of no incident: `fields` says which section and language. So is that
    devices and reports were calibrated anew since, or by another method: `fields` says when, and by which; and that
    codes are others since: `fields` says why, and since when.

    kind, outcome, place, time: the value then and now; equal where nothing changed.
    """

    report_number: str
    report_day: date
    revision: int
    number: int | None
    incident_id: str
    change: str
    """changed, added or removed; notes for the editors' words; calibrated for what no evidence changed; codes."""
    simulated: bool
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class DailyReport:
    """Everything that any format of one report shows, released and counted."""

    number: str
    """What it is a report of: the number that it has, or would have, once it is issued."""
    kind: str = DAILY
    """Which of `reports/kinds/`: it chose the rows, and says which parts stand here."""
    revision: int
    watch: Watch
    """Without sensors, notices and sources: what is public of the watch."""
    reason_sentences: ReasonSentences = field(compare=False, repr=False)
    """How the reasons of findings are told; the program's own, not the report's."""
    recipient: Recipient
    day_from: date
    day_until: date
    cut_off: datetime
    complete_from: datetime
    """The first cut-off at which the whole period is released."""
    fewer_than: int
    rows: tuple[Row, ...]
    real: Tally
    simulated: Tally
    real_before: Tally | None
    simulated_before: Tally | None
    """None where the period before was not issued to a recipient who is told of it by what was issued alone."""
    regions: tuple[RegionRow, ...]
    regions_simulated: tuple[RegionRow, ...]
    days: tuple[DayBar, ...]
    obligations: tuple[ReleasedFinding, ...]
    counters: tuple[ReleasedCounter, ...]
    corrections: tuple[Correction, ...]
    rejected: tuple[RejectedCount, ...]
    """Per file, for who sees exact places alone."""
    checkpoint: str = ""
    """The ledger's signed checkpoint that covers the list this was made from; for who sees exact places alone: how
    many entries there are tells how many records are withheld."""
    tells_ledger: bool = True
    """Whether checkpoint and refused rows are for this recipient."""
    kept_rows: tuple[IssuedRow, ...] = field(default=(), repr=False)
    kept_reviews: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The rows as they are kept once the report is issued, under the incidents' own ids: for `publication_of` alone, no
    format reads them."""
    key_digest: str = ""
    """By which the ledger names the key of the codes."""
    notes: tuple[EditorsNote, ...] = ()
    """What the editors say in their own words; every format marks it as theirs."""
    is_draft: bool = False
    """Made to be looked at and not issued; every format says so."""
    published: tuple[ReleasedWords, ...] = ()
    """What parties published themselves on the days of the report."""
    obligations_untold: int = 0
    periods: tuple[ReleasedPeriod, ...] = ()
    """Those of the days of the report."""
    grave_earlier: tuple[EarlierGrave, ...] = ()
    """Grave events of earlier days that became known on the days of the report, by day; empty for who is told no single
    incident."""
    grave_beside: tuple[ReleasedIncident, ...] = ()
    """Grave events of the days of the report that are no rows of its kind: inside the centre they head every report of
    these days. In none of its counts but that of grave events."""
    incident: str = field(default="", repr=False)
    """Of a report on one event the event's own id: for `publication_of` alone, no format reads it."""
    cover: CoverNote | None = None
    """What somebody says before it in their own words; every format marks it as theirs."""
    implementation: Implementation | None = None
    """Of a report on implementation how parts of clauses stood; such a report tells of no incident."""
    decided: tuple[DecidedTold, ...] = ()
    """What heads let out beside the rule of the recipient on the days of the report; in none of its counts."""
    objected: tuple[ObjectionTold, ...] = ()
    """Written objections that came on the days of the report, to what its reader was told of before."""
    has_barred_source: bool = False
    """Whether the watch has a source whose rows no report may hold, whatever it brought."""

    @property
    def issued_number(self) -> str:
        """Its number among the issued reports; empty for a draft, which has none."""
        return "" if self.is_draft else self.number

    @property
    def issued_revision(self) -> int | None:
        return None if self.is_draft else self.revision

    @property
    def is_complete(self) -> bool:
        return self.complete_from <= self.cut_off

    @property
    def withholds(self) -> bool:
        """Whether incidents of the period may be kept from this recipient, so that none shown is not none: also where
        the watch has a source whose rows never leave, whatever it brought, and where the report tells of none."""
        rule = self.recipient
        by_rule = bool(self.fewer_than or rule.withheld_kinds or rule.withheld_aspects or self.has_barred_source)
        by_place = rule.place != "exact" and any(row.incident.place == THEATRE for row in self.rows)
        return by_rule or by_place or not self.is_complete or self.implementation is not None

    def shown_count(self, number: int) -> int | None:
        """A count as it is shown; None where it is 0 and something is withheld: none can be shown."""
        return None if number == 0 and self.withholds else number

    @property
    def kinds_shown(self) -> str:
        """Which records the report holds: none, real, simulated or both."""
        if self.real.recorded and self.simulated.recorded:
            return "both"
        if self.simulated.recorded or (self.watch.settings.simulated and not self.real.recorded):
            return "simulated"
        return "real" if self.real.recorded else "none"
