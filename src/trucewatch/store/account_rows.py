"""A row of `private/accounts.json`: whether it has what signing in needs, each of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trucewatch.errors import TrucewatchError
from trucewatch.model.times import read_time


def is_active(row: Mapping[str, Any]) -> bool:
    """Whether somebody can sign in with it: it was completed once."""
    return bool(row.get("password"))


def is_row(row: object) -> bool:
    """Whether a row has what signing in needs, each of its kind: of a file that somebody wrote into nobody is let
    in."""
    if not isinstance(row, dict) or not isinstance(row.get("login"), str) or not _is_time(row.get("added_at")):
        return False
    invitation = row.get("invitation")
    if invitation is not None and not (
        isinstance(invitation, dict)
        and all(isinstance(invitation.get(key), str) for key in ("hash", "secret"))
        and _is_time(invitation.get("until"))
    ):
        return False
    return not is_active(row) or (
        all(isinstance(row.get(key), str) for key in ("password", "secret"))
        and isinstance(row.get("last_step"), int)
        and isinstance(row.get("recovery"), list)
        and _is_time(row.get("completed_at"))
    )


def _is_time(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(read_time(text))
    except TrucewatchError:
        return False
