"""Claims → what a terminal shows: numbers, moments and who speaks, nothing that somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.model.times import zone_label
from trucewatch.sources.recorded.claim_rows import why_in_no_list
from trucewatch.terminal.inventory import plural

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
            _moment(when.start, watch) if when else _unknown("time", claim.when_words),
            "place understood" if claim.event.where else _unknown("place", claim.where_words),
            *(["drill"] if claim.is_drill else []),
            *(["taken back"] if not claim.stands else []),
        )
        out.print(escape("  ".join(cells)))
    standing = [claim for claim in claims if claim.stands and not claim.is_drill]
    left_out = sum(why_in_no_list(claim) is not None for claim in standing)
    drills = sum(claim.stands and claim.is_drill for claim in claims)
    apart = f" Apart from these: {plural(drills, 'drill')}, in no list." if drills else ""
    taken_back = sum(not claim.stands for claim in claims)
    apart += f" Taken back: {taken_back}." if taken_back else ""
    out.print(
        f"{plural(len(standing), 'claim')}, {left_out} of them in no list: no time was entered or understood, or it "
        f"was to come.{apart}"
    )


def _unknown(what: str, reference: str) -> str:
    return f"{what} not understood" if reference else f"{what} not said"


def _moment(moment: datetime, watch: Watch) -> str:
    return f"{moment.astimezone(watch.zone):%Y-%m-%d %H:%M}"
