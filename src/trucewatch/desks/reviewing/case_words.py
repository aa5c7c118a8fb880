"""A case in words for who reads it: what was put, how each delegation stands in it, why the clock stands still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from trucewatch.desks.reviewing.case_states import came_late, has_stood_still_longest, standing_words
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated
from trucewatch.locale.terms import counted_kind
from trucewatch.messages import Message, Term
from trucewatch.model.incident import CHI2_95
from trucewatch.model.review import Case, Standing
from trucewatch.model.review_put import moment_put, number_put
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.reports.phrases import is_whole_days, place_words, span_words
from trucewatch.reports.released import point_code
from trucewatch.server.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class SideLine:
    """How one delegation stands in a case. since: of what is sealed. is_late: it sealed nothing and gave one later."""

    delegation: str
    letter: str
    name: str
    standing: Standing
    words: Term
    since: datetime | None
    is_late: bool


def title_of(view: View, case: Case) -> str:
    """What the finding is about, as it was put: `Explosions, 3 to 5, 2.1 km NE of Town, 11 Dec 2020, 14:02–14:07`."""
    words = view.words
    parts = [_what(view, case), _where(view, case), _when(view, case)]
    return words.gettext("; ").join([", ".join(part for part in parts if part)])


def sides_of(view: View, case: Case, letters: Mapping[str, str]) -> tuple[SideLine, ...]:
    """Every delegation of a case, in the order of the watch. Of one that sealed nothing more than that, and when."""
    order = [each for each in letters if each in case.delegations]
    sealed = {each: min(s.at for s in case.sealed if s.delegation == each) for each in _who_sealed(case)}
    return tuple(
        SideLine(
            delegation=each,
            letter=letters[each],
            name=party_name(each, view.watch, view.words),
            standing=(standing := case.standings.get(each, "awaited")),
            words=standing_words(case, each),
            since=sealed.get(each) if standing == "sealed" else None,
            is_late=came_late(case, each),
        )
        for each in order
    )


def paused_words(view: View, case: Case) -> Message | None:
    """Why the clock of a case stands still, for all delegations alike; None while it runs, and where it stood still as
    long as it may."""
    if not case.line_down_since or has_stood_still_longest(case):
        return None
    lines = [
        view.words.say(
            Message(
                "the line to {who} is down since {moment}",
                who=isolated(party_name(each, view.watch, view.words)),
                moment=view.telling.moment(case.line_down_since[each]),
            )
        )
        for each in case.delegations
        if each in case.line_down_since
    ]
    return Message("the clock stands still for all: {lines}", lines=view.words.listed(lines))


def without_keys(view: View, book: ReviewBook, delegation: str) -> Iterator[Message]:
    """What a delegation cannot do for want of a key, in the same words for each; nothing where it has both kinds."""
    side = isolated(party_name(delegation, view.watch, view.words))
    if not book.keys_in_force(delegation, "officer"):
        yield Message("{side} has no officer’s key in force: it can seal nothing until its head enters one.", side=side)
    if not book.keys_in_force(delegation, "recovery"):
        yield Message(
            "{side} has no recovery key: what it seals can be opened only by the browsers and computers that hold its "
            "keys.",
            side=side,
        )


def _who_sealed(case: Case) -> set[str]:
    return {sealed.delegation for sealed in case.sealed}


def _what(view: View, case: Case) -> str:
    counts = (number_put(case.put, name) for name in ("count_min", "count_best", "count_max"))
    low, best, high = (None if number is None else int(number) for number in counts)
    return counted_kind(str(case.put.get("kind", "")), low, best, high, view.words)


def _where(view: View, case: Case) -> str:
    lon, lat, major_m = (number_put(case.put, name) for name in ("lon", "lat", "semi_major_m"))
    code = "" if lon is None or lat is None else point_code(lon, lat)
    radius_m = None if major_m is None else major_m * sqrt(CHI2_95)
    return place_words(code, None, view.watch, view.words, told_apart=True, radius_m=radius_m)


def _when(view: View, case: Case) -> str:
    telling = view.telling
    start, end = moment_put(case.put, "occurred_start"), moment_put(case.put, "occurred_end")
    if start is None or end is None:
        return ""
    day = telling.day(start)
    if is_whole_days(start, end, telling.zone):
        return day
    span = span_words(start, end, "", telling.zone, view.words, opens_with_day=False)
    return view.words.gettext("{day}, {time}").format(day=day, time=span)
