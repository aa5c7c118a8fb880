"""A code that stands in a recipient's report → the incident that it means: a delegation quotes what it was given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.recipient_key import RecipientKey
from trucewatch.store import Store
from trucewatch.store.lists import last_list
from trucewatch.store.recipient_codes import recipient_keys

CODE: Final = re.compile(r"[cfi]-[a-z2-7]{4,26}")
"""A code or an id, or a beginning of one that is long enough to mean one alone."""


def incidents_by_code(store: Store, ids: Iterable[str], text: str) -> list[str]:
    """The ids of the incidents whose code, to any recipient, begins so, and of those a finding of which is called so;
    each once. One pass over them for a key.

    Codes of a key that was lost mean nothing any more. Raises StoreError for keys that cannot be read.
    """
    word = text.strip().casefold()
    if not CODE.fullmatch(word) or word.startswith("c-"):
        return []
    if word.startswith("i-"):
        return list(_meant_by(tuple(ids), tuple(recipient_keys(store).values()), word))
    incident_of = _incident_of_finding(store)
    about = {incident_of[finding] for finding in _called(store, incident_of, word)}
    return [incident for incident in ids if incident in about]


def other_record(store: Store, text: str) -> Message | None:
    """What a code means that is no incident's: a counter, or a finding about a deadline or a whole provision."""
    word = text.strip().casefold()
    if not CODE.fullmatch(word) or word.startswith("i-"):
        return None
    if word.startswith("c-"):
        names = _called(store, (name for (name,) in store.index.rows("SELECT DISTINCT counter_id FROM counter")), word)
    else:
        incident_of = _incident_of_finding(store)
        names = [name for name in _called(store, incident_of, word) if not incident_of[name]]
    if len(names) != 1:
        return None
    return Message(
        "“{code}” belongs to no incident: it means {record}. What that rests on is shown by: "
        "python docs/walk_back.py WATCH {record}",
        code=word,
        record=names[0],
    )


def _incident_of_finding(store: Store) -> dict[str, str]:
    """Incident by finding, of the last list; "" for a finding that is about none."""
    last = last_list(store)
    if last is None:
        return {}
    findings = last.columns(store, "findings", ("finding_id", "incident_id"))
    return dict(zip(findings["finding_id"].to_pylist(), findings["incident_id"].to_pylist(), strict=True))


def _called(store: Store, names: Iterable[str], word: str) -> list[str]:
    """The records whose id begins so, or else whose code to any recipient does."""
    every = tuple(names)
    return [name for name in every if name.startswith(word)] or list(
        _meant_by(every, tuple(recipient_keys(store).values()), word)
    )


@lru_cache(maxsize=8)
def _meant_by(ids: tuple[str, ...], keys: tuple[RecipientKey, ...], word: str) -> tuple[str, ...]:
    hits = (record_id for key in keys for record_id in ids if key.code(record_id).startswith(word))
    return tuple(dict.fromkeys(hits))
