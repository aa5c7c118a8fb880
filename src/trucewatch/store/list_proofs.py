"""That an incident stood on a list, as anyone can check it: the list's record under a signed checkpoint, the nodes from
its root to a chunk, and the chunk. The rows of that chunk are shown, some eighty, and no others, however many the list
has; to show one incident alone is what a dossier does (`dossiers.py`)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from trucewatch.errors import LedgerError, StoreError
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.store.chunks import unpack
from trucewatch.store.journal import parse_line
from trucewatch.store.list_tables import KEYS
from trucewatch.store.proofs import proof_of_entry
from trucewatch.store.trees import parse_node, paths_between, read_part, up_to

if TYPE_CHECKING:
    from trucewatch.store.lists import RecordedList
    from trucewatch.store.store import Store

SCHEMA: Final = "trucewatch/list-proof/1"


def prove_incident(
    store: Store, recorded: RecordedList, incident_id: str, *, table: str = "incidents"
) -> dict[str, Any]:
    """`trucewatch/list-proof/1`: entry proof, record, nodes from the root downwards, chunk, as texts and base64.

    table: a table of incidents. Raises StoreError for an incident that it does not hold, for a list of version 1, and
    where no checkpoint covers the list.
    """
    rows = recorded.rows_of(store, table, [incident_id]) if recorded.version > 1 else None
    if not rows or not rows.num_rows:
        raise StoreError(
            Message(
                "list {entry} has no {incident} that can be proved alone", entry=recorded.entry, incident=incident_id
            )
        )
    root = recorded.tables[table]
    start = rows[KEYS[table][0]].cast("int64")[0].as_py()
    key = (start, incident_id)
    for path in paths_between(store.objects, root, key, up_to(key)):
        chunk = read_part(store.objects, path[-1].name)
        if incident_id in unpack(chunk, path[-1].name)["columns"]["incident_id"]:
            break
    names = [root, *(child.name for child in path[:-1])]
    return {
        "schema": SCHEMA,
        "entry": proof_of_entry(store.root, recorded.entry).as_json(),
        "record": store.objects.get(store.journal.hash_of(recorded.entry)).decode(),
        "table": table,
        "nodes": [read_part(store.objects, name).decode() for name in names],
        "chunk": base64.b64encode(chunk).decode(),
    }


def rows_proved(proof: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the chunk that a proof leads to, by hashes alone; whether its entry stands under its checkpoint is
    checked as of every entry. Raises LedgerError where a step does not lead to the next."""
    try:
        line = parse_line(base64.b64decode(proof["entry"]["entry"]), int(proof["entry"]["number"]))
        record, chunk = str(proof["record"]).encode(), base64.b64decode(proof["chunk"], validate=True)
        nodes = [str(node).encode() for node in proof["nodes"]]
        steps = [(line["object"], record), (json.loads(record)[proof["table"]], nodes[0])]
        for node, below in zip(nodes, [*nodes[1:], chunk], strict=True):
            name = sha256_of(below)
            children = [child.name for child in parse_node(node, sha256_of(node)).children]
            steps.append((name if name in children else "", below))
        if all(sha256_of(content) == name for name, content in steps):
            return dict(unpack(chunk, sha256_of(chunk))["columns"])
    except (ValueError, TypeError, LookupError, AttributeError, StoreError):
        pass
    raise LedgerError(Message("this proof does not lead from its entry to its rows"))
