"""What the cells of a table hold, and the tables of a report on implementation, with their columns in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Holds = Literal["text", "whole", "real", "truth", "time", "day"]
Columns = Mapping[str, Holds]
"""The columns of a table in their order, each with what its cells hold where they are not empty; times and days are
ISO texts."""


_OWN: Final[Mapping[str, dict[str, Holds]]] = {
    "pace": {"state": "text", "value": "whole", "state_words": "text"},
    "stipulations": {
        "clauses": "text",
        "provision": "text",
        "instrument": "text",
        "kind": "text",
        "what_words": "text",
        "state": "text",
        "state_words": "text",
        "since": "text",  # a moment or a day
        "due_from": "time",
        "due": "time",
        "met_at": "text",  # a moment or a day
        "rule_words": "text",
        "finding_ids": "text",
        "evidence": "text",
    },
    "state_changes": {
        "known": "day",
        "clauses": "text",
        "state_before": "text",
        "state": "text",
        "state_words": "text",
        "rule_words": "text",
    },
    "earlier_states": {"clauses": "text", "state_before": "text", "state": "text", "state_words": "text"},
    "readings": {
        "clauses": "text",
        "giver": "text",
        "text": "text",
        "state": "text",
        "state_words": "text",
        "due_from": "time",
        "due": "time",
        "known": "day",
        "cited": "text",
    },
    "claims": {
        "clauses": "text",
        "giver": "text",
        "state": "text",
        "state_words": "text",
        "text": "text",
        "start": "day",
        "known": "day",
        "cited": "text",
    },
    "due_next": {
        "clauses": "text",
        "what_words": "text",
        "due_from": "time",
        "due": "time",
        "state": "text",
        "state_words": "text",
    },
    "initiatives": {
        "id": "text",
        "start": "day",
        "giver": "text",
        "what_words": "text",
        "clauses": "text",
        "state_words": "text",
        "cited": "text",
    },
    "meetings": {
        "id": "text",
        "start": "day",
        "giver": "text",
        "what_words": "text",
        "text": "text",
        "state_words": "text",
        "cited": "text",
    },
    "links": {
        "id": "text",
        "clauses": "text",
        "kind": "text",
        "what_words": "text",
        "direction": "text",
        "travellers": "text",
        "state": "text",
        "state_words": "text",
        "text": "text",
    },
    "link_names": {"id": "text", "what_words": "text", "text": "text", "giver": "text"},
    "link_statements": {
        "id": "text",
        "kind": "text",
        "what_words": "text",
        "text": "text",
        "km_least": "real",
        "km_most": "real",
        "giver": "text",
        "known": "day",
        "cited": "text",
    },
    "link_routes": {
        "id": "text",
        "clauses": "text",
        "what_words": "text",
        "text": "text",
        "state_words": "text",
        "cited": "text",
    },
    "link_openings": {
        "id": "text",
        "clauses": "text",
        "what_words": "text",
        "giver": "text",
        "text": "text",
        "state_words": "text",
    },
    "corridors": {
        "id": "text",
        "kind": "text",
        "what_words": "text",
        "text": "text",
        "giver": "text",
        "known": "day",
        "cited": "text",
    },
}
OF_CLAUSES: Final[Mapping[str, Columns]] = {name: {**columns, "simulated": "truth"} for name, columns in _OWN.items()}
