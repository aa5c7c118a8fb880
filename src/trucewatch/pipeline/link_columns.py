"""How all links of a network stand on a day, at once: the rule of `model/link_status.py` over arrays.

The columns are built once for a network; a day, a moment, a direction and a traveller then cost a few passes over them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trucewatch.model.agreement import Agreement
from trucewatch.model.link_statements import NOT_KNOWN, STATUSES, USABLE, StatusStatement
from trucewatch.model.link_status import WHYS, LinkStatus, Passing, begins, said_on, status_on, surely_from, voice_of
from trucewatch.model.links import Network
from trucewatch.model.times import as_utc

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]

STATUS_CODES: Final[tuple[str, ...]] = (*STATUSES, NOT_KNOWN)
"""A code of `Statuses.codes` is the place of its status here."""
NOT_KNOWN_CODE: Final = len(STATUSES)
_STATED, _DIFFER, _NOBODY, _ENDED, _UNSURE = (
    WHYS.index(why) for why in ("stated", "sources_differ", "nobody_says", "no_longer_said", "day_unsure")
)
_USABLE_CODES: Final = np.array([status in USABLE for status in STATUS_CODES])
_NEVER_ENDS: Final = date.max.toordinal() + 1
_FAR: Final = np.int64(1) << 40
"""Later than any day; its negative is earlier."""
_BITS: Final = {"forward": 1, "backward": 2, "both": 3}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MOST_KEPT: Final = 4
_KEPT: list[tuple[Network, Agreement, tzinfo, StatusColumns]] = []
"""The columns of the networks that were asked last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statuses:
    """How each link stands, in the order of the file. codes: places in STATUS_CODES; whys: places in WHYS; is_usable:
    as `LinkStatus.is_usable`."""

    codes: Codes
    whys: Codes
    is_usable: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSpan:
    """A link stood so from `first` (None: from the beginning of days) until the day before `until` (None: on and
    on)."""

    first: date | None
    until: date | None
    status: LinkStatus


class StatusColumns:
    """The status statements of a network as arrays, ordered by link, voice, and which replaces which."""

    def __init__(self, network: Network, agreement: Agreement, zone: tzinfo) -> None:
        self.network, self.agreement, self.zone = network, agreement, zone
        self._place_of = {link.id: place for place, link in enumerate(network.links)}
        self._one_way = np.array([link.one_way for link in network.links], dtype=np.bool_)
        self._read_statements()

    @classmethod
    def of(cls, network: Network, agreement: Agreement, zone: tzinfo) -> StatusColumns:
        """The columns of a network; those that were built last are kept."""
        for kept_network, kept_agreement, kept_zone, columns in list(_KEPT):
            if kept_network is network and kept_agreement is agreement and kept_zone == zone:
                return columns
        columns = cls(network, agreement, zone)
        _KEPT[:] = [(network, agreement, zone, columns), *_KEPT[: _MOST_KEPT - 1]]
        return columns

    def statuses(self, day: date, known_by: datetime, *, passing: Passing, traveller: str = "") -> Statuses:
        """How every link stood on a day by what was known at `known_by` (UTC), in a direction, for the travellers of a
        party or state: for each link what `status_on` says."""
        count, on_day = len(self.network.links), day.toordinal()
        codes = np.full(count, NOT_KNOWN_CODE, dtype=np.int8)
        whys = np.full(count, _NOBODY, dtype=np.int8)
        is_usable = np.zeros(count, dtype=np.bool_)
        admitted = np.array([not travellers or traveller in travellers for travellers in self._travellers], dtype=bool)
        telling = (self._begins <= on_day) & (self._known_at <= _microseconds(known_by))
        telling &= (self._bits & _BITS[passing]) != 0
        rows = np.flatnonzero(telling & admitted[self._for])
        if not rows.size:
            return Statuses(codes=codes, whys=whys, is_usable=is_usable)
        voices = self._voice[rows]
        rows = rows[np.append(voices[1:] != voices[:-1], True)]  # the last statement of each voice
        whys[self._link[rows]] = _ENDED
        rows = rows[on_day < self._until[rows]]
        if not rows.size:
            return Statuses(codes=codes, whys=whys, is_usable=is_usable)
        rows = self._without_those_that_give_way(rows, on_day)
        links, firsts = _runs(self._link[rows])
        status = self._status[rows]
        lowest, highest = np.minimum.reduceat(status, firsts), np.maximum.reduceat(status, firsts)
        is_unsure = np.maximum.reduceat(self._surely[rows], firsts) > on_day
        differs = lowest != highest
        whys[links] = np.where(is_unsure, _UNSURE, np.where(differs, _DIFFER, _STATED))
        codes[links] = np.where(is_unsure | differs, NOT_KNOWN_CODE, lowest)
        is_usable[links] = np.logical_and.reduceat(_USABLE_CODES[status], firsts) & ~is_unsure
        return Statuses(codes=codes, whys=whys, is_usable=is_usable)

    def usable(self, day: date, known_by: datetime, *, passing: Passing, traveller: str) -> Bools:
        """Of which links it stands that they can be passed in this direction; backward none that is one-way."""
        statuses = self.statuses(day, known_by, passing=passing, traveller=traveller)
        return self._in_direction(statuses.is_usable, passing)

    def maybe_usable(self, day: date, known_by: datetime, *, passing: Passing, traveller: str) -> Bools:
        """The same with those whose status is not known."""
        statuses = self.statuses(day, known_by, passing=passing, traveller=traveller)
        return self._in_direction(statuses.is_usable | (statuses.codes == NOT_KNOWN_CODE), passing)

    def status(
        self, link_id: str, day: date, known_by: datetime, *, passing: Passing = "forward", traveller: str = ""
    ) -> LinkStatus:
        """How one link stood, with the statements themselves."""
        return status_on(
            self.network.links[self._place_of[link_id]].status,
            day,
            known_by,
            agreement=self.agreement,
            zone=self.zone,
            passing=passing,
            traveller=traveller,
        )

    def change_days(self, known_by: datetime) -> tuple[date, ...]:
        """The days on which some link may stand otherwise than the day before, by what was known."""
        is_known = self._known_at <= _microseconds(known_by)
        days = np.unique(np.concatenate([self._begins[is_known], self._surely[is_known], self._until[is_known]]))
        return tuple(date.fromordinal(int(day)) for day in days if day < _NEVER_ENDS)

    def spans(
        self, link_id: str, known_by: datetime, *, passing: Passing, traveller: str = ""
    ) -> tuple[StatusSpan, ...]:
        """How one link stood, from the beginning of days to their end, by what was known; the earliest first."""
        statements = [each for each in self.network.links[self._place_of[link_id]].status if each.known_at <= known_by]
        days = sorted({day for each in statements for day in _turning_days(each, self.zone)} - {date.min})
        spans: list[StatusSpan] = []
        for first in (date.min, *days):
            status = status_on(
                statements,
                first,
                known_by,
                agreement=self.agreement,
                zone=self.zone,
                passing=passing,
                traveller=traveller,
            )
            if spans and spans[-1].status == status:
                continue
            if spans:
                spans[-1] = StatusSpan(first=spans[-1].first, until=first, status=spans[-1].status)
            spans.append(StatusSpan(first=None if first == date.min else first, until=None, status=status))
        return tuple(spans)

    def _read_statements(self) -> None:
        links = self.network.links
        statements = [statement for link in links for statement in link.status]
        zone, agreement = self.zone, self.agreement
        counts_with = {body.id: body.counts_with for body in agreement.body}
        link = np.repeat(np.arange(len(links)), [len(each.status) for each in links])
        known_moments = {each.known_at for each in statements}
        microseconds = {moment: _microseconds(moment) for moment in known_moments}
        known_days = {moment: as_utc(moment).astimezone(zone).date().toordinal() for moment in known_moments}
        voice_numbers: dict[str, int] = {}
        voices = [_voice_number(each, agreement, counts_with, voice_numbers) for each in statements]
        tuples: dict[tuple[str, ...], int] = {(): 0}
        travellers = [tuples.setdefault(each.for_, len(tuples)) for each in statements]
        moments = _ints(microseconds[each.known_at] for each in statements)
        said_day = _ints(
            each.said.toordinal()
            if each.said
            else (said_on(each, zone).toordinal() if each.zone else known_days[each.known_at])
            for each in statements
        )
        begun = _ints(each.since.toordinal() if each.since else -1 for each in statements)
        begun = np.where(begun < 0, said_day, begun)
        surely = _ints(each.since_latest.toordinal() if each.since_latest else -1 for each in statements)
        surely = np.where(surely < 0, begun, surely)
        until = _ints(each.until.toordinal() if each.until else _NEVER_ENDS for each in statements)
        number = {status: place for place, status in enumerate(STATUS_CODES)}
        status = np.array([number[each.status] for each in statements], dtype=np.int8)
        bits = np.array([_BITS[each.direction] for each in statements], dtype=np.int8)
        for_ = _ints(iter(travellers))
        voice = _ints(iter(voices))
        order = np.lexsort((for_ != 0, moments, said_day, begun, voice, link))
        self._travellers = tuple(tuples)
        self._link, self._begins, self._surely = link[order], begun[order], surely[order]
        self._until, self._said_day, self._known_at = until[order], said_day[order], moments[order]
        self._status, self._bits, self._for = status[order], bits[order], for_[order]
        is_bound = np.array([name in agreement.bound_ids for name in voice_numbers], dtype=np.bool_)
        self._is_bound = is_bound[voice[order]] if len(order) else np.zeros(0, dtype=np.bool_)
        self._voice = self._link * (len(voice_numbers) + 1) + voice[order]

    def _without_those_that_give_way(self, rows: Ints, on_day: int) -> Ints:
        """The rows that stand against all others; those of a link where each would give way all stay."""
        links, firsts = _runs(self._link[rows])
        run = np.repeat(np.arange(len(links)), np.diff(np.append(firsts, len(rows))))
        begun, said_day, is_bound = self._begins[rows], self._said_day[rows], self._is_bound[rows]
        is_sure = self._surely[rows] <= on_day
        of_others = np.where(is_sure & ~is_bound, begun, -_FAR)
        latest = np.maximum.reduceat(of_others, firsts)
        is_latest = of_others == latest[run]
        second = np.maximum.reduceat(np.where(is_latest, -_FAR, of_others), firsts)
        is_alone = np.add.reduceat(is_latest.astype(np.int64), firsts) == 1
        later = np.where(is_latest & is_alone[run], second[run], latest[run])  # of somebody else's
        gives_way = ~is_bound & (later > said_day)
        bound_count = len(self.agreement.bound_ids)
        if bound_count:
            of_parties = is_sure & is_bound
            status = self._status[rows]
            lowest = np.minimum.reduceat(np.where(of_parties, status, NOT_KNOWN_CODE), firsts)
            highest = np.maximum.reduceat(np.where(of_parties, status, -1), firsts)
            all_speak = np.add.reduceat(of_parties.astype(np.int64), firsts) == bound_count
            earliest = np.minimum.reduceat(np.where(of_parties, begun, _FAR), firsts)
            agreed_from = np.where(all_speak & (lowest == highest), earliest, -_FAR)
            gives_way |= ~is_bound & (agreed_from[run] > said_day)
        nothing_stays = np.logical_and.reduceat(gives_way, firsts)
        return rows[~gives_way | nothing_stays[run]]

    def _in_direction(self, usable: Bools, passing: Passing) -> Bools:
        return usable & ~self._one_way if passing == "backward" else usable


def _runs(links: Ints) -> tuple[Ints, Ints]:
    """Each link of a sorted array, and where its rows begin."""
    firsts = np.flatnonzero(np.append(True, links[1:] != links[:-1]))
    return links[firsts], firsts


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)


def _voice_number(
    statement: StatusStatement, agreement: Agreement, counts_with: dict[str, str], numbers: dict[str, int]
) -> int:
    """`voice_of`, without the table of bodies for each statement."""
    voice = counts_with.get(statement.by, "") or statement.by or voice_of(statement, agreement)
    return numbers.setdefault(voice, len(numbers))


def _turning_days(statement: StatusStatement, zone: tzinfo) -> Iterable[date]:
    yield begins(statement, zone)
    yield surely_from(statement, zone)
    if statement.until:
        yield statement.until


def _microseconds(moment: datetime) -> Any:
    return (as_utc(moment) - _EPOCH) // _MICROSECOND
