"""Writes the test vectors beside it: `python docs/vectors/make_vectors.py`. The same code gives the same bytes.

Plain JSON for other implementations: bytes are hexadecimal, notes are text, hashes and signatures inside notes are
base64 as there. The keys are made from published words: TEST KEYS, never use them.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from runpy import run_path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trucewatch.ledger.dossier import (
    SALTS,
    ContentTree,
    Fields,
    commitment,
    content_path,
    dossier_record,
    piece_value,
    salt_of,
    write_copy,
)
from trucewatch.ledger.note import LOG_ALGORITHM, WITNESS_ALGORITHM, PublicKey, SecretKey, sign_checkpoint
from trucewatch.ledger.signing import sign_record, signed_message, write_canonical
from trucewatch.ledger.tiles import WIDTH, pack_entries, tile_path
from trucewatch.ledger.tree import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of_range,
)
from trucewatch.ledger.witness import merge_cosignatures, verify_accusation
from trucewatch.model.ids import Sha256, canonical
from trucewatch.model.post_card import PostCard, card_bytes
from trucewatch.model.sealed_message import Envelope, SignedMessage, body_hash, sign_message

SIZES = (*range(11), 255, 256, 257, 300, 512, 513, 1000)
PROOFS = [(index, size) for size in range(1, 11) for index in range(size)] + [
    (0, 257),
    (256, 257),
    (255, 300),
    (999, 1000),
    (512, 1000),
]
GROWTHS = [(old, new) for new in range(11) for old in range(new + 1)] + [
    (255, 256),
    (256, 257),
    (257, 300),
    (512, 1000),
    (513, 1000),
]
TIMES = (1_930_000_000, 1_930_086_400)


def entry(number: int) -> bytes:
    """The entry at this place in the log of the vectors."""
    return f"entry {number}".encode()


def published_key(words: str, name: str, algorithm: bytes) -> SecretKey:
    """A key that everyone can make: never use it."""
    return SecretKey(name, algorithm, Ed25519PrivateKey.from_private_bytes(sha256(words.encode()).digest()))


LOG = published_key("trucewatch test key, never use: log", "test.invalid/log", LOG_ALGORITHM)
WITNESSES = [
    published_key(f"trucewatch test key, never use: witness {n}", f"test.invalid/witness-{n}", WITNESS_ALGORITHM)
    for n in (1, 2)
]
DELEGATION = published_key("trucewatch test key, never use: delegation", "test.invalid/delegation", LOG_ALGORITHM)


def node_of(height: int, index: int) -> bytes:
    """The hash of a perfect subtree of the vectors' log."""
    if height == 0:
        return leaf_hash(entry(index))
    return node_hash(node_of(height - 1, 2 * index), node_of(height - 1, 2 * index + 1))


def root(size: int) -> bytes:
    """The root of the first `size` entries."""
    return root_of_range(node_of, 0, size)


def other_node(height: int, index: int) -> bytes:
    """The same log with another entry 2: the second story of a split view."""
    if height == 0:
        return leaf_hash(b"another entry 2" if index == 2 else entry(index))
    return node_hash(other_node(height - 1, 2 * index), other_node(height - 1, 2 * index + 1))


def key_of(key: SecretKey) -> dict[str, str]:
    """A test key in full."""
    seed = key.private.private_bytes_raw().hex()
    return {"note": "TEST KEY, never use", "name": key.name, "vkey": str(key.public), "ed25519_seed": seed}


def tree_vectors() -> dict[str, Any]:
    """Roots, inclusion and consistency proofs of RFC 6962."""
    return {
        "about": 'RFC 6962 section 2.1. Entry i is the text "entry i" (i in decimal). Hashes in hexadecimal, proofs '
        "in order.",
        "leaf_hashes": [leaf_hash(entry(number)).hex() for number in range(3)],
        "roots": [{"size": size, "root": root(size).hex()} for size in SIZES],
        "inclusion": [
            {"index": index, "size": size, "proof": [step.hex() for step in inclusion_proof(node_of, index, size)]}
            for index, size in PROOFS
        ],
        "consistency": [
            {"old": old, "new": new, "proof": [step.hex() for step in consistency_proof(node_of, old, new)]}
            for old, new in GROWTHS
        ],
    }


def tile_vectors() -> dict[str, Any]:
    """Paths and contents of C2SP tlog-tiles."""
    places = [(0, 0, 256), (0, 0, 1), (0, 5, 255), (0, 999, 256), (0, 1000, 256), (1, 1234067, 256), (0, 1234067, 44)]
    tiles = [(0, 0, 8), (0, 0, WIDTH), (1, 0, 3)]
    rows = {(level, n, w): b"".join(node_of(8 * level, n * WIDTH + at) for at in range(w)) for level, n, w in tiles}
    return {
        "about": "C2SP tlog-tiles. Tiles and bundles are of the log of tree.json; sha256 is over the whole file.",
        "paths": [{"level": level, "number": n, "width": w, "path": tile_path(level, n, w)} for level, n, w in places]
        + [{"level": "entries", "number": 7, "width": 256, "path": tile_path("entries", 7)}],
        "tiles": [
            {"path": tile_path(*place), "bytes": len(content), "sha256": sha256(content).hexdigest()}
            for place, content in rows.items()
        ],
        "bundle": {"path": tile_path("entries", 0, 3), "content": pack_entries([entry(n) for n in range(3)]).hex()},
    }


def note_vectors() -> dict[str, Any]:
    """Checkpoints, and the same with cosignatures."""
    cosigned = []
    for size in (1, 8, 300):
        checkpoint = sign_checkpoint(LOG.name, size, root(size), [LOG])
        text = checkpoint.rpartition(b"\n\n")[0] + b"\n"
        copies = [
            checkpoint + key.signature_line(text, posix_seconds=moment).encode()
            for key, moment in zip(WITNESSES, TIMES, strict=True)
        ]
        whole = merge_cosignatures(checkpoint, copies)
        cosigned.append(
            {"size": size, "times": list(TIMES), "checkpoint": checkpoint.decode(), "cosigned": whole.decode()}
        )
    return {
        "about": "C2SP signed-note, tlog-checkpoint and tlog-cosignature (cosignature/v1) over the log of tree.json.",
        "log": key_of(LOG),
        "witnesses": [key_of(key) for key in WITNESSES],
        "checkpoints": [
            {
                "size": size,
                "root": root(size).hex(),
                "checkpoint": sign_checkpoint(LOG.name, size, root(size), [LOG]).decode(),
            }
            for size in (0, 1, 2, 3, 255, 256, 257, 1000)
        ],
        "cosignatures": cosigned,
    }


def signature_vectors() -> dict[str, Any]:
    """Signatures over records, and texts that are not canonical."""
    records = (
        b"{}",
        b'{"act":"concur","finding":"f-aaaaaaaaaaaaaaaaaaaaaaaaaa","schema":"example/1"}',
        '{"amount":-12,"list":[1,2,{"a":null,"b":true}],"text":"Лачин \\"7\\"\\n","é":"é","€":"","😀":0}'.encode(),
    )
    signed_at = "2031-05-04T17:55:00Z"
    refused = {
        "names out of order": '{"b":1,"a":2}',
        "a blank": '{"a": 1}',
        "a line feed at the end": '{"a":1}\n',
        "a number with a fraction": '{"a":1.5}',
        "an exponent": '{"a":1e3}',
        "minus nought": '{"a":-0}',
        "an integer beyond 2^53-1": '{"a":9007199254740992}',
        "a name twice": '{"a":1,"a":1}',
        "an escape that is not needed": '{"a":"\\u0041"}',
        "half a surrogate pair": '{"a":"\\ud800"}',
        "no object": "[1]",
        "not a number": '{"a":NaN}',
        "sorted by code point, not by UTF-16": '{"\ufb01":1,"😀":2}',
    }
    return {
        "about": "trucewatch/signature/1: the five parts of a signature document and the exact bytes that are signed.",
        "key": key_of(DELEGATION),
        "signatures": [
            {
                "record": record.decode(),
                "message": signed_message(DELEGATION.name, sha256(record).hexdigest(), signed_at).decode(),
                "document": sign_record(record, DELEGATION, signed_at),
            }
            for record in records
        ],
        "not_canonical": [{"why": why, "record": text} for why, text in refused.items()],
    }


def accusation_vectors() -> dict[str, Any]:
    """Two split views that anyone can verify: with equal sizes, and with a proof."""
    old = sign_checkpoint(LOG.name, 5, root(5), [LOG]).decode()
    documents = []
    for size in (5, 9):
        new = sign_checkpoint(LOG.name, size, root_of_range(other_node, 0, size), [LOG]).decode()
        document = {
            "schema": "trucewatch/accusation/1",
            "log": str(LOG.public),
            "what": "split view",
            "checkpoint_a": old,
            "checkpoint_b": new,
            "root_of_b_at_a": base64.b64encode(root_of_range(other_node, 0, 5)).decode(),
            "proof": [base64.b64encode(step).decode() for step in consistency_proof(other_node, 5, size)],
        }
        verify_accusation(document, LOG.public)
        documents.append(document)
    return {"about": "trucewatch/accusation/1: each proves a split view by itself.", "accusations": documents}


SEED = sha256(b"trucewatch test seed of a dossier, never use").digest()
EVIDENCE = "time,kind\n03:55,explosion\n04:10,вспышка\n".encode()
DOSSIER_OPENED = ("released/0/place", "released/0/recipient", "observations/0/kind", "evidence/0/content")
DOSSIER_PLACE, DOSSIER_SIZE = 5, 9


def dossier_fields() -> Fields:
    """The fields of an invented incident."""
    tree = ContentTree(SEED, 0, EVIDENCE)
    observation = {"kind": "explosion", "lat": "-34.99", "lon": "-24.93", "sensor": "array-2", "text": "два взрыва"}
    return Fields(
        SEED,
        {
            "incident": [{"count_best": 2, "kind": "explosion", "lat": "-34.99", "lon": "-24.93", "zones": ["sorrel"]}],
            "findings": [],
            "observations": [observation, observation | {"kind": "flare", "lon": None}],
            "evidence": [{"content": tree.value, "sha256": sha256(EVIDENCE).hexdigest(), "simulated": True}],
            "released": [{"place": "zone:sorrel", "recipient": "public"}],
        },
    )


def dossier_proof(record: bytes) -> dict[str, Any]:
    """`trucewatch/proof/1` of a record that is entry 5 of 9."""
    recorded_at = json.loads(record)["recorded_at"]
    content = {"at": recorded_at, "kind": "trucewatch/dossier/1", "object": sha256(record).hexdigest()}
    line = write_canonical(content).encode()

    def node(height: int, index: int) -> bytes:
        if height == 0:
            return leaf_hash(line if index == DOSSIER_PLACE else entry(index))
        return node_hash(node(height - 1, 2 * index), node(height - 1, 2 * index + 1))

    top = root_of_range(node, 0, DOSSIER_SIZE)
    note = sign_checkpoint(LOG.name, DOSSIER_SIZE, top, [LOG])
    text = note.rpartition(b"\n\n")[0] + b"\n"
    return {
        "schema": "trucewatch/proof/1",
        "number": DOSSIER_PLACE,
        "entry": base64.b64encode(line).decode(),
        "leaf_hash": leaf_hash(line).hex(),
        "hashes": [step.hex() for step in inclusion_proof(node, DOSSIER_PLACE, DOSSIER_SIZE)],
        "checkpoint": {
            "note": note.decode(),
            "text": base64.b64encode(text).decode(),
            "origin": LOG.name,
            "size": DOSSIER_SIZE,
            "root": top.hex(),
            "key": str(LOG.public),
            "raw_key": base64.b64encode(LOG.public.raw).decode(),
            "signature": base64.b64encode(LOG.private.sign(text)).decode(),
            "cosignatures": [],
        },
    }


def dossier_copy() -> str:
    """A partial copy: what it opens, DOSSIER_OPENED and the third line of the evidence."""
    fields = dossier_fields()
    salts = sha256(fields.salts_object()).hexdigest()
    record = dossier_record(fields, list_entry=3, list_object=sha256(b"a list").hexdigest(), salts=salts)
    content = write_canonical(record | {"recorded_at": "2031-05-04T17:55:00Z"}).encode()
    pieces = [ContentTree(SEED, 0, EVIDENCE).opened(3)]
    opened = DOSSIER_OPENED
    return write_copy(
        content, dossier_proof(content), fields, recipient="public", opened=opened, pieces=pieces
    ).decode()


def dossier_vectors() -> dict[str, Any]:
    """Commitments, the salts object and a partial copy, whole and changed."""
    fields, copy = dossier_fields(), dossier_copy()
    values = {path: fields.value(path) for path in fields.paths()}
    values[content_path(0, 3)] = piece_value(EVIDENCE.splitlines(keepends=True)[2])
    changes = {
        "another value": ("explosion", "explosiom"),
        "another place": ("zone:sorrel", "zone:sorrex"),
        "another recipient": ('"recipient":"public","record"', '"recipient":"centre","record"'),
        "another row": ('"row":0', '"row":1'),
        "another line": ('"number":3', '"number":2'),
        "another entry": (f'"number":{DOSSIER_PLACE}', '"number":4'),
        "another list": ('"entry\\":3', '"entry\\":2'),
        "not canonical": ('{"pieces"', '{ "pieces"'),
    }
    return {
        "about": f"trucewatch/dossier/1, {SALTS} and trucewatch/dossier-copy/1. The seed is published: never use it.",
        "log": key_of(LOG),
        "seed": SEED.hex(),
        "commitments": [
            {"path": path, "salt": salt_of(SEED, path).hex(), "value": value, "commitment": commitment_of(path, value)}
            for path, value in values.items()
        ],
        "evidence": EVIDENCE.decode(),
        "salts_object": fields.salts_object().decode(),
        "copy": copy,
        "opened": {path: values[path] for path in (*DOSSIER_OPENED, content_path(0, 3))},
        "headline": {
            "under the log's key": "PROVED: ",
            "without a key": "PROVED UNDER A KEY THAT NOBODY VOUCHED FOR: compare it with the keeper's",
        },
        "refused": [{"why": why, "copy": copy.replace(old, new, 1)} for why, (old, new) in changes.items()],
    }


def commitment_of(path: str, value: Any) -> str:
    """The commitment of a value at a path, in hexadecimal."""
    return commitment(path, salt_of(SEED, path), value).hex()


PRIME = 2**255 - 19
# The y of the points whose order is 1, 2, 4 or 8 (RFC 8032, edwards25519), and spellings that are not below PRIME.
REFUSED = {
    "order 1": 1,
    "order 2": PRIME - 1,
    "order 4": 0,
    "order 8": 2707385501144840649318225287225658788936804267575313519463743609750303402022,
    "order 8, the other": 55188659117513257062467267217118295137698188065244968500265048394206261417927,
    "order 4, not canonical": PRIME,
    "order 1, not canonical": PRIME + 1,
    "not canonical": PRIME + 3,
    "not canonical, the largest": 2**255 - 1,
}


def key_vectors() -> dict[str, Any]:
    """Public keys under which anybody can sign, or that are spelt in a second way: each is refused, for either kind."""
    refused = [
        {
            "why": f"{why}, sign {sign}",
            "vkey": str(PublicKey("test.invalid/none", algorithm, raw.to_bytes(32, "little"))),
        }
        for why, y in REFUSED.items()
        for sign in (0, 1)
        for raw in [y | sign << 255]
        for algorithm in (LOG_ALGORITHM, WITNESS_ALGORITHM)
    ]
    return {
        "about": "Ed25519 public keys as name+key id+base64. Whoever reads one refuses those of small order and those "
        "whose y is not below 2^255-19.",
        "taken": [str(key.public) for key in (LOG, *WITNESSES, DELEGATION)],
        "refused": refused,
    }


SEEDS = (bytes(range(32)), bytes(range(32, 64)))
"""Of two post-boxes: TEST KEYS, never use them."""


def message(number: int, kind: str, body: dict[str, Any], previous: str | None, *, back: bool = False) -> SignedMessage:
    """A message from the first post-box to the second, or back."""
    names = ("valleys-aid", "hills-aid")
    envelope = Envelope(
        sender=names[back],
        receiver=names[not back],
        number=number,
        previous_sha256=Sha256(previous) if previous else None,
        sent_at=datetime(2031, 5, 4, 2, tzinfo=UTC),
        keep_until=datetime(2031, 8, 2, 2, tzinfo=UTC),
        kind=kind,
        body_sha256=body_hash(body),
    )
    return sign_message(envelope, body, SEEDS[back])


def message_vectors() -> dict[str, Any]:
    """Signed messages as they are before they are sealed, messages that are refused by a rule each, and a card."""
    row = {
        "table": "request",
        "entry": "a-" + "a" * 26,
        "code": "valleys-aid:RQ-1",
        "about": "",
        "version": 1,
        "content": '{"district":"north","kind":"blankets","quantity":300,"unit":"pieces"}',
        "known_at": "2031-05-04T01:00:00Z",
    }
    first = message(1, "rows", {"salt": "00" * 16, "rows": [row]}, None)
    second = message(2, "leaving", {"salt": "01" * 16}, first.envelope.sha256)
    receipt = {"salt": "02" * 16, "upto": 2, "sha256": second.envelope.sha256, "refused": []}
    signed = (first, second, message(0, "acknowledgement", receipt, None, back=True))
    whole = json.loads(first.document)
    altered = {
        "another number under the same signature": (
            "signature",
            whole | {"envelope": whole["envelope"] | {"number": 2, "previous_sha256": "ab" * 32}},
        ),
        "another signature": ("signature", whole | {"signature": "00" * 64}),
        "another body under the same envelope": ("body", whole | {"body": {"salt": "ff" * 16, "rows": []}}),
    }
    documents = [each.document.decode() for each in signed]
    card = PostCard(
        id="valleys-aid",
        name="Valleys aid",
        kind="humanitarian",
        signs=whole["key"],
        opens="age1" + "q" * 58,
        since=datetime(2031, 5, 4, 2, tzinfo=UTC),
    )
    return {
        "about": "Messages between post-boxes before they are sealed with age: canonical JSON, signed over "
        "trucewatch/message/1, a line's end and the canonical envelope; a body may have been erased. rule: why one is "
        "refused.",
        "seeds": [seed.hex() for seed in SEEDS],
        "messages": [
            {"document": document, "sha256": each.envelope.sha256}
            for document, each in zip(documents, signed, strict=True)
        ]
        + [{"document": canonical(whole | {"body": None}).decode(), "sha256": first.envelope.sha256}],
        "refused": [
            *(
                {"why": why, "rule": rule, "document": canonical(each).decode()}
                for why, (rule, each) in altered.items()
            ),
            {"why": "a blank after the end", "rule": "form", "document": documents[0] + " "},
        ],
        "cards": [{"card": json.loads(card_bytes(card)), "digits": " ".join(card.fingerprint)}],
    }


VECTORS = {
    "keys": key_vectors,
    "tree": tree_vectors,
    "tiles": tile_vectors,
    "notes": note_vectors,
    "signatures": signature_vectors,
    "accusations": accusation_vectors,
    "dossiers": dossier_vectors,
    "messages": message_vectors,
    "positions": run_path(str(Path(__file__).with_name("position_vectors.py")))["position_vectors"],
}


def vectors_text(name: str) -> str:
    """One file of vectors, as it is written."""
    return json.dumps(VECTORS[name](), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in VECTORS:
        (Path(__file__).parent / f"{name}.json").write_text(vectors_text(name), encoding="utf-8")
