"""What was said of a part of a clause, as lines on the page of the clause. For use inside the centre."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from trucewatch.desks.base import BesideClause
from trucewatch.desks.declaring.clause_history import clause_history, names_of_clause
from trucewatch.desks.declaring.wording import clock_of
from trucewatch.messages import Amount, Message, Plural
from trucewatch.server.view import View


def lines(view: View, part: str) -> Iterator[BesideClause]:
    """One line: how much was said of it, in how many statements. Nothing where nothing was."""
    history = clause_history(view.console.store, clock_of(view), names_of_clause(view.watch, part))
    if not history.lines:
        return
    passages, statements = len(history.lines), len({line.statement.number for line in history.lines})
    yield BesideClause(
        sentence=Message(
            "Who said what of it in official statements: {passages} in {statements}",
            passages=Plural("{count} passage", "{count} passages", passages, count=Amount(passages)),
            statements=Plural("{count} statement", "{count} statements", statements, count=Amount(statements)),
        ),
        path=f"/statements/clauses/{quote(part, safe='')}",
    )
