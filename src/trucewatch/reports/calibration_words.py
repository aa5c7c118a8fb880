"""A line that stands otherwise because what was learnt changed, in words."""

from __future__ import annotations

from datetime import date

from trucewatch.locale import Words
from trucewatch.reports.daily_report import Correction


def calibrated_words(correction: Correction, words: Words) -> str:
    """That it was not evidence: calibrated anew, by another method, or both."""
    days = {key: value.partition(" ") for key, _, value in correction.fields}
    changed = days.get("method_changed")
    told = {key: words.short_day(date.fromisoformat(day)) for key, (day, _, _) in days.items()}
    if changed is None:
        return words.gettext(
            "calibrated anew on {day}: what devices and reports are worth was learnt again, so lines may stand "
            "otherwise without new evidence"
        ).format(day=told["calibrated_anew"])
    method = changed[2]
    if "calibrated_anew" in told:
        return words.gettext(
            "calibrated anew, method changed on {day} (to {method}): what devices and reports are worth was learnt "
            "again, so lines may stand otherwise without new evidence"
        ).format(day=told["method_changed"], method=method)
    return words.gettext(
        "method changed on {day} (to {method}): lines may stand otherwise without new evidence"
    ).format(day=told["method_changed"], method=method)
