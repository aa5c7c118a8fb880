"""Which links serve a part of a clause and how they stand, as lines on the clause's page. For use inside the centre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlencode

from trucewatch.desks.base import BesideClause
from trucewatch.desks.linking.link_views import Filters, ShownNetwork, shown_network
from trucewatch.desks.linking.wording import status_words
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.link_statements import NOT_KNOWN, STATUSES
from trucewatch.model.links import Link
from trucewatch.server.view import View

MOST: Final = 6
"""Links that have a line each; more are counted."""


def lines(view: View, part: str) -> Iterator[BesideClause]:
    """A line for each link that serves it, or one that counts them. Nothing where none does."""
    if view.watch.network is None:
        return
    on_day = shown_network(view)
    links = on_day.chosen_links(Filters(clause=part))
    if not links:
        return
    if len(links) <= MOST:
        for link in links:
            sentence = Message("{link}: {status}", link=on_day.title(link), status=_status(on_day, link))
            yield BesideClause(sentence=sentence, path=f"/links/{quote(link.id, safe='')}")
        return
    counts = Counter(status for link in links for status in on_day.statuses_of(link))
    yield BesideClause(
        sentence=Message(
            "{links} that this watch counts to it; in one direction at least: {counts}",
            links=Plural("{count} link", "{count} links", len(links), count=Amount(len(links))),
            counts=view.words.listed(
                [
                    f"{view.words.say(status_words(status))} {view.words.number(counts[status])}"
                    for status in (*STATUSES, NOT_KNOWN)
                    if counts[status]
                ]
            ),
        ),
        path=f"/links?{urlencode({'clause': part})}",
    )


def _status(on_day: ShownNetwork, link: Link) -> Message:
    """How it stands for everybody, in both directions where they differ."""
    cells = [cell for cell in on_day.cells(link) if cell.status in _for_everybody(on_day, link)]
    if len({cell.status.status for cell in cells}) == 1:
        return cells[0].words
    return Message(
        "{first}, {second}",
        first=Message("{where}: {status}", where=cells[0].where, status=cells[0].words),
        second=Message("{where}: {status}", where=cells[1].where, status=cells[1].words),
    )


def _for_everybody(on_day: ShownNetwork, link: Link) -> list[object]:
    return [on_day.status(link, passing) for passing in ("forward", "backward")]
