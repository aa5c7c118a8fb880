"""What the program proposes for a hand-over: grave events with their verification, what happened in the shift, what is
open. No name of a caller and no number to call back stands in it: sentences of records and of the floor hold none."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.base import FloorItem
from trucewatch.desks.watchkeeping.forms import log_of, shifts_of
from trucewatch.desks.watchkeeping.handing_over import Proposal, ProposedItem, people_of, with_keys
from trucewatch.desks.watchkeeping.log_rows import LINE_KIND
from trucewatch.desks.watchkeeping.records import SHIFT_KINDS
from trucewatch.errors import TrucewatchError
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.flash import Flash
from trucewatch.model.observation import KINDS
from trucewatch.model.shift import Shift
from trucewatch.model.standing import is_established
from trucewatch.server.console import Console
from trucewatch.server.grave import grave_says
from trucewatch.server.view import View
from trucewatch.store.flash_records import flashes_on_record

MOST_GRAVE: Final = 30
MOST_OPEN: Final = 200
_KEPT: Final = 20
"""Proposals that are remembered between the form and what is sent: a busy night adds to them while somebody reads."""
_OWN: Final = frozenset(kind.name for kind in SHIFT_KINDS)
_TIME: Final = pa.timestamp("us", tz="UTC")


class Proposals:
    """What was proposed last, by hash."""

    def __init__(self, console: Console) -> None:
        self._by_hash: OrderedDict[str, Proposal] = OrderedDict()

    def keep(self, proposal: Proposal) -> Proposal:
        self._by_hash[proposal.hash] = proposal
        while len(self._by_hash) > _KEPT:
            self._by_hash.popitem(last=False)
        return proposal

    def of(self, hashed: str) -> Proposal | None:
        return self._by_hash.get(hashed)


def proposal_of(view: View, shift: Shift) -> Proposal:
    """What is proposed now, remembered for the form that is sent back."""
    store, now = view.console.store, shifts_of(view).now
    until = store.index.applied - 1
    items = (*_grave(view, shift, now), *_happened(view, shift, now), *_open(view))
    return view.console.part(Proposals).keep(
        Proposal(
            shift=shift.number,
            at=now,
            from_entry=shift.entry,
            until_entry=until,
            items=with_keys(items),
            people=people_of(shift.on),
        )
    )


def _grave(view: View, shift: Shift, now: datetime) -> Iterator[ProposedItem]:
    """The grave events of which something became known in the shift, before and whatever the gate says."""
    snapshot, telling = view.snapshot, view.telling
    rows = np.flatnonzero(snapshot.grave & _known_within(view, "last_known_at", shift, now))[:MOST_GRAVE]
    for row, incident, standing in zip(
        rows.tolist(), snapshot.incidents_at(rows), snapshot.standings(rows), strict=True
    ):
        is_sure = is_established(standing, incident)
        yield ProposedItem(
            section="grave",
            label=Message("{code}: {says}; established", code=snapshot.codes[row], says=grave_says(incident, telling))
            if is_sure
            else Message(
                "{code}: {says}; not yet established", code=snapshot.codes[row], says=grave_says(incident, telling)
            ),
            path=f"/incident/{snapshot.codes[row]}",
            since=incident.first_known_at,
            simulated=incident.simulated,
        )


def _happened(view: View, shift: Shift, now: datetime) -> Iterator[ProposedItem]:
    yield from _incidents(view, shift, now)
    for flash in flashes_on_record(view.console.store):
        if flash.entry >= shift.entry:
            yield ProposedItem(
                section="happened",
                label=_flash_words(flash, now),
                path=f"/urgent/{flash.code}",
                since=flash.sent_at,
                simulated=flash.simulated,
                is_drill=flash.is_drill,
            )
    counts = log_of(view).counts(shift)
    for is_drill in (False, True):
        if lines := counts.get((LINE_KIND, is_drill)):
            yield ProposedItem(
                section="happened",
                label=Plural(
                    "{count} line in the watch log",
                    "{count} lines in the watch log",
                    lines,
                    count=Amount(lines),
                ),
                path=f"/shift/log?shift={shift.number}&sort=line",
                simulated=shift.simulated or is_drill,
                is_drill=is_drill,
            )
    for (name, is_drill), count in counts.items():
        if name not in _OWN and name != "flash" and name in view.console.kinds:
            yield ProposedItem(
                section="happened",
                label=Message("{title}: {count}", title=view.console.kinds[name].title, count=Amount(count)),
                path=f"/shift/log?shift={shift.number}&sort=act",
                simulated=shift.simulated or is_drill,
                is_drill=is_drill,
            )


def _incidents(view: View, shift: Shift, now: datetime) -> Iterator[ProposedItem]:
    """The incidents that became known in the shift, by kind, with how many were counted, as the range that is stated;
    simulated ones apart."""
    snapshot = view.snapshot
    is_known = _known_within(view, "first_known_at", shift, now)
    low, high = (
        np.nan_to_num(np.asarray(snapshot.incidents[name].to_numpy(), dtype=float))
        for name in ("count_min", "count_max")
    )
    for simulated in (False, True):
        of_sort = is_known & (snapshot.simulated == simulated)
        for kind in np.unique(snapshot.kind[of_sort]).tolist():
            chosen = of_sort & (snapshot.kind == kind)
            count = int(chosen.sum())
            word = kind_word(KINDS[kind], view.words)
            least, most = int(low[chosen].sum()), int(high[chosen].sum())
            yield ProposedItem(
                section="happened",
                label=Message(
                    "{kind}: {count}, in which {low} to {high} were counted",
                    kind=word,
                    count=Amount(count),
                    low=Amount(least),
                    high=Amount(most),
                )
                if most
                else Message("{kind}: {count}", kind=word, count=Amount(count)),
                path=f"/incidents?kind={KINDS[kind]}",
                simulated=simulated,
            )


def _flash_words(flash: Flash, now: datetime) -> Message:
    answered = sum(bool(flash.acknowledged(each) or flash.quiet(each)) for each in flash.parties)
    parties = len(flash.parties)
    if flash.withdrawn:
        return Message("urgent message {code}: withdrawn", code=flash.code)
    if flash.own_quiet:
        return Message(
            "urgent message {code}: the centre's own means saw quiet since {moment}",
            code=flash.code,
            moment=flash.own_quiet.at,
        )
    if flash.both_quiet_at:
        return Message(
            "urgent message {code}: both sides say that it is quiet, the later since {moment}",
            code=flash.code,
            moment=flash.both_quiet_at,
        )
    if flash.ended:
        return Message("urgent message {code}: closed; at least one side did not say that it is quiet", code=flash.code)
    if flash.unanswered(now):
        return Message(
            "urgent message {code}: answered by {count} of {sides} sides; the time for an answer is past",
            code=flash.code,
            count=Amount(answered),
            sides=Amount(parties),
        )
    return Message(
        "urgent message {code}: answered by {count} of {sides} sides, asked for until {moment}",
        code=flash.code,
        count=Amount(answered),
        sides=Amount(parties),
        moment=flash.draft.answer_by,
    )


def floor_items(view: View) -> Iterator[FloorItem]:
    """What waits or runs at every desk, as its `on_floor.py` says; MOST_OPEN at most."""
    taken = 0
    for desk in view.console.desks:
        items = desk.gives("on_floor", "items")
        if not items:
            continue
        try:
            own: Sequence[FloorItem] = items(view)
        except TrucewatchError as exc:
            own = (FloorItem(part="other", label=exc.message, path=""),)
        for item in own:
            if item.path == "/shift" or item.path.startswith("/shift/handover/"):
                continue  # a hand-over says itself that it is one, and of which shift
            if (taken := taken + 1) > MOST_OPEN:
                return
            yield item


def _open(view: View) -> Iterator[ProposedItem]:
    for item in floor_items(view):
        yield ProposedItem(
            section="open",
            part=item.part,
            label=item.label,
            path=item.path,
            since=item.since,
            due=item.due,
            is_late=item.is_late,
            simulated=item.simulated,
            is_drill=item.is_drill,
        )


def _known_within(view: View, column: str, shift: Shift, now: datetime) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    known_moments = view.snapshot.incidents[column]
    begun = pc.greater_equal(known_moments, pa.scalar(shift.began_at, _TIME))
    is_within = pc.and_(begun, pc.less_equal(known_moments, pa.scalar(max(now, shift.began_at), _TIME)))
    within: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.asarray(is_within.combine_chunks())
    return within
