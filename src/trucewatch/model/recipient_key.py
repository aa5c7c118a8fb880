"""The key of a recipient's codes: what a report calls a record by, where its id could be guessed back into a place.

An id is a hash of the source's own row. Who is told a zone and a day could try every place and minute of them until
one gives the id. A code is a hash too, but with a key of 32 random bytes that never leaves `private/`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from trucewatch.model.party_release import is_of_parties

if TYPE_CHECKING:
    from trucewatch.model.agreement import Agreement
    from trucewatch.model.watch import Recipient

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientKey:
    """The key of one recipient, since when it holds, and whether the one before it was lost."""

    secret: bytes = field(repr=False)
    since: datetime
    replaces_lost: bool = False

    @property
    def digest(self) -> str:
        """By which the ledger names the key: `sha256:` and the hash of 32 random bytes, which tells nothing of them."""
        return digest_of(self.secret)

    def code(self, record_id: str) -> str:
        """The code of a record for this recipient, in the shape of its id; "" of "".

        >>> key = RecipientKey(secret=bytes(32), since=datetime(2031, 5, 1))
        >>> key.code("i-k73svqbvf4rvct3ijyapj6cgyx")
        'i-hnnqwo74sq3dsu3r3ymtexobcj'
        """
        if not record_id:
            return ""
        prefix = record_id.partition("-")[0]
        keyed = hmac.digest(self.secret, record_id.encode(), "sha256")
        return f"{prefix}-{base64.b32encode(keyed)[:26].decode().lower()}"


RecipientKeys = Mapping[str, RecipientKey]
"""Keys by recipient."""


def digest_of(secret: bytes) -> str:
    return f"sha256:{hashlib.sha256(secret).hexdigest()}"


def keeps_ids(recipient: Recipient, agreement: Agreement) -> bool:
    """Whether a recipient is told every record with its place and minute, at once, so that neither an id nor a count of
    records can tell it more.

    The bound parties never are: a young incident is told to them in a cell, and where fire came from by its zone.
    """
    return is_told_exactly(recipient, agreement) and not recipient.holds_back


def is_told_exactly(recipient: Recipient, agreement: Agreement) -> bool:
    """Whether what a recipient is told has its exact place and minute, each record alone; some may be held back."""
    fine = recipient.place == "exact" and recipient.time == "minute" and recipient.smallest_count <= 1
    return fine and not is_of_parties(recipient, agreement)
