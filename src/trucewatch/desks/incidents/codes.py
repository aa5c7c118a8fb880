"""A code that stands in a recipient's report → the incident that it means: a delegation quotes what it was given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from trucewatch.model.recipient_key import RecipientKey
from trucewatch.store import Store
from trucewatch.store.recipient_codes import recipient_keys

CODE: Final = re.compile(r"i-[a-z2-7]{4,26}")
"""A code or an id, or a beginning of one that is long enough to mean one alone."""


def incidents_by_code(store: Store, ids: Iterable[str], text: str) -> list[str]:
    """The ids of the incidents whose code, to any recipient, begins so; each once. One pass over them for a key.

    Codes of a key that was lost mean nothing any more. Raises StoreError for keys that cannot be read.
    """
    word = text.strip().casefold()
    if not CODE.fullmatch(word):
        return []
    return list(_meant_by(tuple(ids), tuple(recipient_keys(store).values()), word))


@lru_cache(maxsize=8)
def _meant_by(ids: tuple[str, ...], keys: tuple[RecipientKey, ...], word: str) -> tuple[str, ...]:
    hits = (incident_id for key in keys for incident_id in ids if key.code(incident_id).startswith(word))
    return tuple(dict.fromkeys(hits))
