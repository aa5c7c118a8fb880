"""A time as a caller says it, against the time of the call → an interval in UTC and what was assumed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.spoken import SpokenTime
from trucewatch.model.times import as_utc, local_to_utc, read_time

AHEAD: Final = timedelta(minutes=2)
"""So far a caller's clock may be ahead of ours."""


def read_when(
    text: str,
    *,
    received_at: datetime,
    zone: tzinfo,
    languages: Sequence[str] = ("en",),
    may_lie_ahead: bool = False,
) -> SpokenTime:
    """When words say something was. received_at: of the call, aware. Raises TimeError."""
    call = as_utc(received_at)
    match = re.fullmatch(r"\s*(\d{1,2})[:.](\d{2})\s*", text[:40])
    if match:
        local = call.astimezone(zone).replace(tzinfo=None)
        try:
            moment = local.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
        except ValueError as exc:
            raise TimeError(Message('"{words}" is no time', words=text[:60])) from exc
        if moment > local + AHEAD:
            moment -= timedelta(days=1)
        at = local_to_utc(moment, zone)
    else:
        at = read_time(text, zone=zone)
    if at > call + AHEAD and not may_lie_ahead:
        raise TimeError(Message('"{words}" lies after the call', words=text[:60]))
    return SpokenTime(start=at, end=at)
