"""Claims → what a terminal shows: numbers, moments and who speaks, nothing that somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.model.times import zone_label
from trucewatch.sources.recorded.claim_rows import why_in_no_list
from trucewatch.terminal.output import plural

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.model.claim_record import Claim
    from trucewatch.model.watch import Watch


def show_claims(out: Console, claims: Sequence[Claim], watch: Watch, now: datetime) -> None:
    """`trucewatch claim WATCH`: one a line, the latest first, and the sum."""
    simulated = "Simulated: this watch is invented. " if watch.settings.simulated else ""
    label = zone_label(now, watch.zone)
    out.print(escape(f"{simulated}Claims by {_moment(now, watch)} ({label}). Each is its speaker's word."))
    if not claims:
        out.print('No claim was taken down by then: trucewatch claim WATCH --from party:ID --text - --when "10:10"')
        return
    for claim in claims:
        when = claim.event.when
        cells = (
            claim.code,
            f"received {_moment(claim.received_at, watch)}",
            claim.speaker.code,
            claim.event.kind or "kind not said",
            _moment(when.start, watch) if when else "time not said",
            "place known" if claim.event.where else "place not said",
            *(["drill"] if claim.is_drill else []),
            *(["taken back"] if not claim.stands else []),
        )
        out.print(escape("  ".join(cells)))
    left_out = sum(claim.stands and why_in_no_list(claim) is not None for claim in claims)
    out.print(f"{plural(len(claims), 'claim')}, {left_out} of them in no list: no time was given, or it was to come.")


def _moment(moment: datetime, watch: Watch) -> str:
    return f"{moment.astimezone(watch.zone):%Y-%m-%d %H:%M}"
