"""Up to which moment a recipient is told what became known: the cut-off less the delay, by its unit of time."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient
from trucewatch.reports.recipient_rule import UNITS, whole_unit


def known_until(as_of: datetime, recipient: Recipient, zone: tzinfo) -> datetime:
    """The moment up to which a recipient is told what became known."""
    moment = as_of - timedelta(hours=recipient.delay_hours)
    if recipient.time == "day" or recipient.smallest_count > 1:
        return day_of(moment.astimezone(zone).date(), zone).start
    return whole_unit(moment, UNITS[recipient.time], zone) if recipient.time in UNITS else moment
