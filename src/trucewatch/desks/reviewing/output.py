"""What waits for whom → what a terminal shows, and one document for programs. Neither says what anybody answered."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from trucewatch.desks.reviewing.case_states import (
    ends_at,
    has_stood_still_longest,
    standing_words,
    until_words,
    waits_words,
)
from trucewatch.locale import words
from trucewatch.locale.terms import kind_word
from trucewatch.model.short_codes import code_of
from trucewatch.model.times import iso_utc, zone_label

if TYPE_CHECKING:
    from trucewatch.model.review import Case
    from trucewatch.model.watch import Watch
    from trucewatch.pipeline.review_book import ReviewBook

SCHEMA = "trucewatch/review-queue/1"
WIDTH = 80


def queue_document(book: ReviewBook, watch: Watch, delegation: str) -> dict[str, Any]:
    """What waits, by event, for programs. delegation: whose alone, "" for all."""
    every = book.cases()
    return {
        "schema": SCHEMA,
        "watch": watch.settings.id,
        "simulated": watch.settings.simulated,
        "as_of": iso_utc(book.now),
        "delegation": delegation or None,
        "counts": dict(sorted(Counter(case.state for case in every).items())),
        "waiting": [_row(book, case) for case in chosen(book, delegation)],
    }


def chosen(book: ReviewBook, delegation: str) -> list[Case]:
    """Open cases, by event in the order of the clock; of one delegation those that wait for something of it."""
    cases = [case for case in book.cases() if case.outcome is None]
    if delegation:
        cases = [case for case in cases if delegation in _waits(book, case)]
    first = {case.incident: (ends_at(case) or case.due) for case in reversed(cases)}
    return sorted(cases, key=lambda case: (first[case.incident], case.incident, case.number))


def lines_of(book: ReviewBook, watch: Watch, delegation: str, folder: str) -> Iterator[str]:
    """`trucewatch review`: by which moment, then event by event, at most WIDTH columns."""
    local = book.now.astimezone(watch.zone)
    simulated = "Simulated: this watch is invented. " if watch.settings.simulated else ""
    yield from _folded(f"{simulated}By the watch's clock, {local:%Y-%m-%d %H:%M} ({zone_label(book.now, watch.zone)}).")
    every = book.cases()
    cases = chosen(book, delegation)
    closed = Counter(case.state for case in every if case.outcome is not None)
    yield f"{len(cases)} waiting, {sum(closed.values())} closed."
    if not every:
        yield from _folded(
            "No finding is put to the delegations yet. Put findings on the page Review: "
            f"trucewatch serve {folder}. Officers need accounts (trucewatch people {folder}) and keys first."
        )
        return
    if not cases:
        whom = f"for {delegation} " if delegation else ""
        yield from _folded(f"Nothing waits {whom}now. The page Review has what is closed: trucewatch serve {folder}")
        return
    incident = ""
    for case in cases:
        if case.incident != incident:
            incident = case.incident
            yield from _folded(_event_line(case, watch))
        yield from _lines(book, watch, case)


def _event_line(case: Case, watch: Watch) -> str:
    kind = kind_word(str(case.put.get("kind", "")), words("en"))
    return f"{kind}, incident {code_of(case.incident)}, {_moment(case.put.get('occurred_start'), watch)}"


def _lines(book: ReviewBook, watch: Watch, case: Case) -> Iterator[str]:
    what = "who, the question apart" if case.is_of_who else f"part {case.stipulation}"
    stands = ", ".join(f"{each} {standing_words(case, each)}" for each in case.delegations)
    yield from _folded(f"  {case.code}  {what}: {stands}", "        ")
    until = words("en").say(until_words(case)[0], zone=watch.zone)
    waits = _waits(book, case)
    whom = f"; waits for {', '.join(waits)}" if waits else ""
    yield from _folded(f"        {until}{whom}", "        ")
    runs = "the clock runs on" if has_stood_still_longest(case) else "the clock stands still for all"
    for each, since in sorted(case.line_down_since.items()):
        yield from _folded(f"        {runs}: line to {each} down since {_moment(iso_utc(since), watch)}", "        ")


def _waits(book: ReviewBook, case: Case) -> list[str]:
    done = book.done(case) if case.step == "open" else frozenset()
    return [each for each in case.delegations if waits_words(case, each, done) is not None]


def _row(book: ReviewBook, case: Case) -> dict[str, Any]:
    ends = ends_at(case)
    sealed = {each.delegation: iso_utc(each.at) for each in reversed(case.sealed)}
    return {
        "code": case.code,
        "finding": case.finding,
        "incident": case.incident,
        "stipulation": case.stipulation,
        "questions": list(case.questions),
        "step": case.step,
        "put_at": iso_utc(case.put_at),
        "until": iso_utc(ends) if ends else None,
        "paused_s": case.paused_s,
        "line_down_since": {each: iso_utc(since) for each, since in sorted(case.line_down_since.items())},
        "waits_for": _waits(book, case),
        "delegations": [_stand(case, each, sealed) for each in case.delegations],
        "simulated": case.simulated,
    }


def _stand(case: Case, delegation: str, sealed: dict[str, str]) -> dict[str, Any]:
    standing = case.standings.get(delegation, "awaited")
    return {
        "id": delegation,
        "standing": standing,
        "sealed_at": sealed.get(delegation) if standing == "sealed" else None,
    }


def _moment(value: Any, watch: Watch) -> str:
    from trucewatch.errors import TimeError
    from trucewatch.model.times import read_time

    try:
        local = read_time(str(value)).astimezone(watch.zone)
    except TimeError:
        return "no time given"
    return f"{local:%Y-%m-%d %H:%M} ({zone_label(local, watch.zone)})"


def _folded(line: str, indent: str = "") -> Sequence[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, drop_whitespace=True) or [""]
