"""What was learnt, and what calibrating anew would change → what a terminal shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.desks.sources.learnt import (
    PEOPLE,
    Learnt,
    answers_words,
    means_too_sure,
    pair_name,
    pair_words,
    plain_number,
    remarks_on,
)
from trucewatch.locale import words
from trucewatch.terminal.inventory import plural

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.desks.sources.operations import Outlook


def show_learnt(out: Console, learnt: Learnt | None) -> None:
    """`trucewatch calibrate WATCH --show`."""
    if learnt is None:
        out.print("Nothing learnt yet: the first calibration is made by a run after the first midnight UTC.")
        return
    calibration = learnt.calibration
    out.print(f"{escape(str(learnt.from_what))} {escape(str(learnt.stands_for))}")
    out.print(f"[dim]method {escape(calibration.method)}, entry {learnt.record.entry}[/]")
    if earlier := learnt.of_earlier_method:
        out.print(f"[yellow]■[/] {escape(str(earlier))}")
    if learnt.by:
        out.print(f"[dim]calibrated anew by {escape(learnt.by)}: {escape(learnt.why or 'the reason was erased')}[/]")
    out.print()
    for book in calibration.devices:
        name = f"{book.source} {book.sensor}".strip()
        answered = escape(str(answers_words(book)))
        if book.means in PEOPLE:
            out.print(f"[bold]{escape(name):<24}[/] {plural(book.reports, 'report')}; {answered}")
            continue
        stated = "" if book.stated_false_per_day is None else f", register {plain_number(book.stated_false_per_day)}"
        out.print(
            f"[bold]{escape(name):<24}[/] {plural(book.reports, 'report')}, answered to an event: "
            f"{answered}; false a day {plain_number(book.false_per_day)}{stated}"
        )
        for remark in remarks_on(book):
            out.print(f"  [yellow]■[/] {escape(str(remark))}")
    for pair in calibration.pairs:
        name, answered = escape(pair_name(pair, words("en"))), escape(str(pair_words(pair)))
        out.print(f"[dim]agree[/] {name:<24} {plural(pair.events, 'time')}, answered to an event: {answered}")
    for means in means_too_sure(calibration):
        out.print(
            f"[dim]stated errors of[/] {means.means}: place × {plain_number(means.place_times)}, direction × "
            f"{plain_number(means.bearing_times)}, time × {plain_number(means.time_times)}  "
            f"[dim]{plural(means.pairs, 'pair')}[/]"
        )
    if not (calibration.devices or calibration.pairs or calibration.means):
        out.print("There was nothing to learn from in these rows; what comes with the program is used.")


def outlook_lines(outlook: Outlook) -> Iterator[str]:
    """What calibrating anew learns, and what of the list it changes."""
    for each in outlook.new:
        calibration = each.calibration
        until = f"{calibration.until:%Y-%m-%d %H:%M}Z"
        yield f"{calibration.period:<8} learnt from {plural(calibration.rows, 'row')} known before {until}"
    changes = outlook.changes
    if not changes.any:
        yield f"None of the {plural(changes.now, 'incident')} of the list would stand otherwise."
        yield "There is no need for it."
        return
    yield f"Of the list of {plural(changes.before, 'incident')}:"
    yield f"  {changes.surer_or_less:,} would be said with another probability"
    yield f"  {changes.moved:,} would have other reports, another place or another time"
    yield f"  {changes.going:,} would go, {changes.coming:,} would come"
