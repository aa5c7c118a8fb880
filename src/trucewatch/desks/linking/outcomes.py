"""What can be done at this desk, with the request's own clock, and what an entry comes to, in words, before it is
entered. Each rule stands in `pipeline/link_entering.py` and `pipeline/opening_release.py`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from trucewatch.desks.linking.forms import Subject, ends_of
from trucewatch.desks.linking.wording import direction_words, name_of, status_words, voice_words, why_words
from trucewatch.messages import Message
from trucewatch.model.link_entries import AT_ONCE, LinkEntry
from trucewatch.model.link_statements import StatusStatement
from trucewatch.model.link_status import LinkStatus
from trucewatch.model.links import Network
from trucewatch.pipeline.link_entering import LinkBook, StatusChange
from trucewatch.server.view import View
from trucewatch.store.journal import Entry

AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""


def book_of(view: View) -> LinkBook:
    """The links by the clock that the page shows."""
    return LinkBook(view.console.store, view.snapshot.watch, view.clock)


def undo(view: View, entry: LinkEntry, reason: str, *, is_typed: bool) -> Entry:
    """Take an entry back. Straight after it no reason need be typed; later one is asked for."""
    is_at_once = view.console.now() - entry.recorded_at <= AT_ONCE_FOR
    reason_code = AT_ONCE if not is_typed and is_at_once else ""
    return book_of(view).undo(entry.entry_id, by=view.by, reason=reason, reason_code=reason_code)


def outcome_lines(view: View, subject: Subject, row: Any) -> list[Message]:
    """What an entry comes to: as whose claim it stands, and what the status becomes by it."""
    network = subject.network
    source = str(row.source)
    lines = [
        Message(
            "It stands as the claim of {who}, read in: {source}.", who=name_of(view, network, row.by), source=source
        )
        if row.by
        else Message("It stands as the claim of its source: {source}.", source=source)
    ]
    if isinstance(row, StatusStatement) and subject.link is not None:
        changes = book_of(view).status_changes(subject.about, row)
        lines += [_change_words(view, subject, change) for change in changes]
    else:
        lines.append(Message("It stands beside what others state; how the link stands does not change by it."))
    return lines


def _change_words(view: View, subject: Subject, change: StatusChange) -> Message:
    """`On 4 May 2031 the status becomes not known, since UV says open and LV says closed.`"""
    network, after = subject.network, change.after
    where = _where(view, subject, change)
    before, status = status_words(change.before.status), status_words(after.status)
    if not change.changes:
        return Message("{where}: the status stays {status}; nothing changes by it.", where=where, status=status)
    if change.before.status == after.status:
        return Message(
            "{where}: the status stays {status}, {since}.",
            where=where,
            status=status,
            since=_since(view, network, after),
        )
    return Message(
        "{where}: the status becomes {status}, {since}. Before it: {before}.",
        where=where,
        status=status,
        since=_since(view, network, after),
        before=before,
    )


def _where(view: View, subject: Subject, change: StatusChange) -> Message:
    day = view.words.short_day(change.day)
    way = direction_words(change.passing, *ends_of(view, subject))
    if change.traveller:
        who = name_of(view, subject.network, change.traveller)
        return Message("On {day}, {way}, for travellers of {who}", day=day, way=way, who=who)
    return Message("On {day}, {way}", day=day, way=way)


def _since(view: View, network: Network, status: LinkStatus) -> Message:
    """By whose words it is so."""
    if not status.statements or status.why in ("day_unsure", "no_longer_said"):
        return Message("as follows: {why}", why=why_words(view, status))
    words = [
        view.words.gettext("{who} says {status}").format(
            who=voice_words(view, network, each.by, each.source), status=view.words.say(status_words(each.status))
        )
        for each in status.statements
    ]
    return Message("since {words}", words=view.words.listed(words))
