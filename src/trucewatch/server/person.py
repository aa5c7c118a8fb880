"""Who asks, where there are accounts: set into the request's state by the door when a session is good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trucewatch.model.roles import Grant, Right, Role, rights_of

WHO: Final = "analyst on this computer"
"""Whose acts they are where there are no accounts; kept as a salted reference, as every person is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is signed in, with the roles that they hold at this moment. reference: `p-…`, as records name them.
    session: the hash by which their session is kept."""

    reference: str
    name: str
    grants: tuple[Grant, ...]
    session: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.roles)

    @property
    def sides(self) -> frozenset[str]:
        """The delegations for which they work; of a liaison for whom they speak."""
        return frozenset(grant.side for grant in self.grants if grant.side)

    def sides_as(self, *roles: Role) -> tuple[str, ...]:
        """For which sides they hold one of these roles."""
        return tuple(sorted({grant.side for grant in self.grants if grant.role in roles and grant.side}))
