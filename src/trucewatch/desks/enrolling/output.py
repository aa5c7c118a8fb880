"""People → what a terminal and a program are given: roles, sides, days; a login for whoever keeps the computer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from trucewatch.locale.sanitize import printable
from trucewatch.model.times import iso_utc

if TYPE_CHECKING:
    from trucewatch.desks.enrolling.operations import People, Standing
    from trucewatch.model.roles import Grant
    from trucewatch.store.access_log import Accessed


def lines_of(group: People) -> Iterator[str]:
    """`trucewatch people WATCH list`: a person and role a line."""
    people = [standing for standing in group.everybody() if standing.account]
    if not people:
        yield "There are no accounts: whoever uses this computer does everything."
        yield 'Begin: trucewatch people WATCH add "Ada North" --login ada --role administrator'
        return
    if not group.accounts.in_use:
        yield "No account is completed yet, so nobody has to sign in: whoever uses this computer does everything."
    for standing in people:
        login = standing.account.login if standing.account else ""
        grants = (*standing.running, *standing.to_come)
        roles = "; ".join(_role(group, grant) for grant in grants) or "no role: signs in and sees nothing"
        yield f"{login:<16} {printable(standing.name) or 'erased':<24} {roles}{_state(standing)}"


def document_of(group: People) -> dict[str, Any]:
    """`--json`: every account with what runs and what is to come."""
    return {
        "schema": "trucewatch/people/1",
        "watch": group.watch.settings.id,
        "as_of": iso_utc(group.now),
        "accounts_in_use": group.accounts.in_use,
        "people": [_row(standing) for standing in group.everybody() if standing.account],
    }


def access_lines(lines: Sequence[Accessed]) -> Iterator[str]:
    """`trucewatch people WATCH access`: one line each, by reference."""
    if not lines:
        yield "Nothing is noted. It begins with the first account that is completed."
    for line in lines:
        times = f" ({line.count} times)" if line.count > 1 else ""
        words = (
            f"{line.at:%Y-%m-%d %H:%M}Z {line.who or 'nobody signed in':<28} {line.what.value:<9} {line.where}{times}"
        )
        yield printable(f"{words}  {line.address}".rstrip())


def access_rows(lines: Sequence[Accessed]) -> list[dict[str, Any]]:
    """The same with `--json`."""
    return [
        {
            "at": iso_utc(line.at),
            "person": line.who or None,
            "what": line.what.value,
            "right": line.right or None,
            "where": line.where or None,
            "address": line.address or None,
            "count": line.count,
        }
        for line in lines
    ]


def _row(standing: Standing) -> dict[str, Any]:
    assert standing.account is not None
    return {
        "person": standing.reference,
        "login": standing.account.login,
        "name": standing.name or None,
        "state": standing.account.state,
        "roles": [
            {
                "role": grant.role.value,
                "side": grant.side or None,
                "from": iso_utc(grant.from_at),
                "until": iso_utc(grant.until_at),
                "entry": grant.entry,
            }
            for grant in (*standing.running, *standing.to_come)
        ],
    }


def _role(group: People, grant: Grant) -> str:
    side = f" {grant.side}" if grant.side else ""
    days = f"until {grant.until_at.astimezone(group.watch.zone):%Y-%m-%d %H:%M}"
    if group.now < grant.from_at:
        days = f"from {grant.from_at.astimezone(group.watch.zone):%Y-%m-%d} {days}"
    return f"{grant.role.value}{side} {days}"


def _state(standing: Standing) -> str:
    if standing.account is None or standing.account.state == "active":
        return ""
    return "; has not opened their link yet"
