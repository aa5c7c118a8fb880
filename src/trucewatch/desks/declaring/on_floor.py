"""What of statements came in, and what of undertakings has a day that is near. A day that has passed says nothing of
what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from trucewatch.desks.base import CameIn, FloorItem
from trucewatch.desks.declaring.undertaking_list import undertakings_by_day
from trucewatch.desks.declaring.wording import clock_of, who_names
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.model.statement_record import OfficialStatement, StatementVersion
from trucewatch.model.undertakings import clock_message
from trucewatch.server.view import View
from trucewatch.store.statement_records import heading_at, official_statements

AHEAD: Final = timedelta(days=3)
PAST: Final = timedelta(days=1)
"""How long a day that has passed stays on the floor; the list of undertakings keeps it."""


def items(view: View) -> tuple[FloorItem, ...]:
    """The undertakings whose day ends within AHEAD or ended within PAST, the first due first."""
    if not view.may(Right.INSIDE):
        return ()
    now = clock_of(view)
    return tuple(
        FloorItem(
            part="clock",
            label=Message(
                "Undertaking {code} of {who}: {clock}",
                code=each.code,
                who=who_names(view, each.who) or Message("nobody named"),
                clock=clock_message(each, now),
            ),
            path=f"/undertakings/{each.code}",
            due=each.due,
            is_late=each.due <= now,
            simulated=view.watch.settings.simulated,
        )
        for each in undertakings_by_day(view.console.store, view.watch, now)
        if each.due is not None and now - PAST < each.due <= now + AHEAD
    )


def came_in(view: View, since: datetime) -> tuple[CameIn, ...]:
    """The versions of statements that were taken in after a moment and stand: whose it is stands in its title."""
    if not view.may(Right.INSIDE):
        return ()
    now, rows = clock_of(view), []
    for statement in official_statements(view.console.store):
        for version in statement.versions:
            if not version.stands or not since < version.known_at <= now:
                continue
            rows.append(
                CameIn(
                    sort="statement",
                    says=partial(_says, view, statement, version),
                    path=f"/statements/{statement.code}",
                    at=version.known_at,
                    simulated=view.watch.settings.simulated,
                )
            )
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


def _says(view: View, statement: OfficialStatement, version: StatementVersion) -> Message:
    heading = heading_at(view.console.store, version)
    title = printable(heading.title)[:200] if heading else ""
    return Message(
        "{code} ({language}): {title}",
        code=statement.code,
        language=version.language,
        title=title or Message("its words were erased"),
    )
