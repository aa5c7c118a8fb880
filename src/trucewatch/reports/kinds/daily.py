"""The daily report: every released incident of one day, or of several."""

from __future__ import annotations

from trucewatch.messages import Term
from trucewatch.reports.decided_words import decided_sections
from trucewatch.reports.headline import counted_title, quiet_period
from trucewatch.reports.kinds import PARTS, Kind
from trucewatch.reports.length_words import period_kind_words

KIND = Kind(
    name="daily",
    title=Term("report", "Daily report"),
    parts=PARTS,
    is_whole=True,
    selects=lambda incident: True,
    head_words=period_kind_words,
    title_words=counted_title,
    quiet_words=quiet_period,
    sections=decided_sections,
)
