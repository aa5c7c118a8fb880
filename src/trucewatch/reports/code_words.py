"""What a report says of its codes, and how a report without a checkpoint is held against the ledger."""

from __future__ import annotations

from datetime import date

from trucewatch.locale import Words
from trucewatch.reports.daily_report import Correction, DailyReport


def codes_words(correction: Correction, words: Words) -> str:
    """Why a reader cannot match the codes of earlier reports, and since when."""
    ((why, _, since),) = correction.fields
    day = words.short_day(date.fromisoformat(since))
    if why == "key_lost":
        return words.gettext(
            "codes of reports that were issued before {day} cannot be matched with these: their key was lost; go by "
            "report and line"
        ).format(day=day)
    return words.gettext(
        "codes of reports that were issued before {day} cannot be matched with these: since then every recipient has "
        "codes of its own; go by report and line"
    ).format(day=day)


def ledger_words(report: DailyReport, words: Words) -> str:
    """How a file is checked that holds no checkpoint, since the number of entries moves with what is withheld; empty
    for one that may hold it."""
    if report.tells_ledger:
        return ""
    return words.gettext(
        "When a report is issued, the SHA-256 of each of its files is entered in the ledger. Who may have a copy of "
        "the ledger finds this file there by its hash: trucewatch log COPY --kind publication --json. The ledger's "
        "checkpoint is given apart: the number of its entries would tell here how much is withheld."
    )
