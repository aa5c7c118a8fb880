"""Two reports of one recipient → what came, what went, how many of what. Nothing that the two do not show by
themselves.

Both are made by the release rule at one cut-off, and here is only counted what stands in them. So whoever has both
reports can count the same: the difference is made of what was released (decision 6), and no other recipient's report is
drawn in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.reports.daily_report import Correction, DailyReport, Row
from trucewatch.reports.released import WITHHELD


@dataclass(frozen=True, slots=True)
class Pair:
    """One count in both reports; real and simulated apart."""

    key: str
    before: int
    now: int
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A report beside that of the period before, whose lines are all others: an incident is counted on the day it
    began. No difference of two counts is told apart while coverage is not known."""

    outcomes: tuple[Pair, ...]
    kinds: tuple[Pair, ...]
    changed: tuple[Correction, ...]
    """What was issued of the period before and stands otherwise now."""


def compare_reports(before: DailyReport, now: DailyReport) -> Comparison:
    """Raises ReportError for reports of two recipients, of two cut-offs, or of periods that do not follow one
    another."""
    if (before.recipient.id, before.cut_off) != (now.recipient.id, now.cut_off):
        raise ReportError(
            Message("only reports of one recipient and one cut-off can be compared; choose both from one list")
        )
    if before.day_until != now.day_from:
        raise ReportError(
            Message(
                "{before} does not end where {now} begins; compare with the period before",
                before=before.number,
                now=now.number,
            )
        )
    outcomes, kinds = (*OUTCOMES, WITHHELD), KINDS
    return Comparison(
        outcomes=_pairs(before, now, outcomes, lambda row: row.incident.outcome),
        kinds=_pairs(before, now, kinds, lambda row: row.incident.kind),
        changed=tuple(correction for correction in now.corrections if correction.report_number == before.number),
    )


def _pairs(
    before: DailyReport, now: DailyReport, keys: tuple[str, ...], key_of: Callable[[Row], str]
) -> tuple[Pair, ...]:
    pairs = []
    for simulated in (False, True):
        then = Counter(key_of(row) for row in before.rows if row.incident.simulated is simulated)
        today = Counter(key_of(row) for row in now.rows if row.incident.simulated is simulated)
        listed = [*keys, *sorted({*then, *today} - set(keys))]
        pairs += [Pair(key, then[key], today[key], simulated) for key in listed if then[key] or today[key]]
    return tuple(pairs)
