"""The vectors of positions, which `make_vectors.py` writes: alone, as lists, padded, and changed ones that are refused.

The keys and random bytes are made from published words: TEST KEYS, never use them.
"""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.position import (
    SEALED_BYTES,
    SealedPosition,
    list_message,
    list_root,
    opened_document,
    sign_position,
    sign_positions,
)
from trucewatch.ledger.signing import write_canonical
from trucewatch.ledger.tree import leaf_hash

LOG_NAME = "test.invalid/log"


def officer_key(words: str, name: str) -> SecretKey:
    """A key that everyone can make: never use it."""
    return SecretKey(name, LOG_ALGORITHM, Ed25519PrivateKey.from_private_bytes(sha256(words.encode()).digest()))


OFFICER = officer_key("trucewatch test key, never use: officer", "review/A/0123abcd")
STRANGER = officer_key("trucewatch test key, never use: officer of B", "review/B/0123abcd")
PULLED_OUT = 17


def position_salt(number: int) -> bytes:
    """The 32 random bytes of a position; published, never use them."""
    return sha256(f"trucewatch test salt, never use: position {number}".encode()).digest()


def position_document(number: int, **changes: Any) -> dict[str, Any]:
    """A position on an invented finding: all three concur."""
    return {
        "watch": "test-watch",
        "log_origin": LOG_NAME,
        "finding": f"f-{'abcdefghijklmnopqrstuvwxyz234567'[number % 32] * 26}",
        "finding_sha256": sha256(f"case {number}".encode()).hexdigest(),
        "delegation": "A",
        "round": 1,
        "answers": {question: {"answer": "concur"} for question in ("happened", "what", "where_when")},
        "reasons": {},
        "previous_sha256": None,
        "signed_at": "2031-05-04T17:55:00Z",
        **changes,
    }


DISSENT = {
    "answers": {
        "happened": {"answer": "concur"},
        "what": {"answer": "dissent", "version": "взрыв на дороге, not a shell"},
        "where_when": {"answer": "abstain"},
    },
    "reasons": {"what": "Road works, announced on 3 May:\n«km 14»", "where_when": "nobody was there"},
}
"""One dissent with its version, one abstention, reasons in two scripts."""


def position_list(size: int) -> list[SealedPosition]:
    """Positions on so many findings, signed as one act."""
    numbers = range(size)
    return sign_positions([position_document(n) for n in numbers], OFFICER, [position_salt(n) for n in numbers])


def position_vector(why: str, position: SealedPosition) -> dict[str, Any]:
    """All bytes of one position."""
    return {
        "what": why,
        "signed": position.signed.decode(),
        "sha256": position.sha256,
        "salt": position.salt.hex(),
        "signature": position.signature.hex(),
        "commitment": position.commitment,
        "opened": opened_document(position).decode(),
    }


def position_vectors() -> dict[str, Any]:
    """Positions signed alone and as lists, their commitments and documents, whole and changed."""
    first = sign_position(position_document(0, **DISSENT), OFFICER, position_salt(0))
    later = {"round": 2, "previous_sha256": first.sha256, "signed_at": "2031-05-05T08:00:00Z"}
    who = {"answers": {"who": {"answer": "names", "version": "B"}}, "reasons": {"who": "By the sound."}}
    nobody = {"answers": {"who": {"answer": "none"}}, "reasons": {}}
    singles = {
        "a dissent with its version": first,
        "the round after it, all concur": sign_position(position_document(0, **later), OFFICER, position_salt(1)),
        "who, a name": sign_position(position_document(1, **who), OFFICER, position_salt(2)),
        "who, nobody": sign_position(position_document(1, **nobody), OFFICER, position_salt(3)),
    }
    lists = []
    for size in (1, 3, 30):
        members = position_list(size)
        root = list_root([leaf_hash(member.salt + member.signed) for member in members])
        shown = [PULLED_OUT] if size > PULLED_OUT else range(size)
        lists.append(
            {
                "size": size,
                "root": root.hex(),
                "message": list_message(root).hex(),
                "signature": members[0].signature.hex(),
                "leaf_hashes": [leaf_hash(member.salt + member.signed).hex() for member in members],
                "commitments": [member.commitment for member in members],
                "members": [position_vector(f"member {at}", members[at]) for at in shown],
            }
        )
    whole, member = json.loads(opened_document(first)), opened_document(position_list(3)[1]).decode()
    padded = opened_document(first, padded=True).decode()
    other = base64.b64encode(STRANGER.private.sign(first.signed)).decode()
    changes = {
        "another answer": ("signed", whole["signed"].replace("concur", "abstain")),
        "another finding": ("signed", whole["signed"].replace("aaaa", "aaab")),
        "another delegation": ("signed", whole["signed"].replace('"A"', '"B"')),
        "another date": ("signed", whole["signed"].replace("17:55", "17:54")),
        "another round": ("signed", whole["signed"].replace('"round":1', '"round":2')),
        "fields in another order": ("signed", whole["signed"].replace("{", '{"watch":"test-watch",', 1)),
        "a first line of another kind": ("signed", whole["signed"].replace("position/1", "position/2", 1)),
        "a delegation's name in another script": ("signed", whole["signed"].replace('"A"', '"А"')),
        "a dissent without a version": (
            "signed",
            whole["signed"].replace(',"version":"взрыв на дороге, not a shell"', ""),
        ),
        "a question that is none": ("signed", whole["signed"].replace('"happened"', '"happend"')),
        "another key's signature": ("signature", other),
        "another key": ("key", str(STRANGER.public)),
        "a signature in a second spelling": ("signature", whole["signature"].rstrip("=")),
        "signed alone, shown as of a list": ("list", {"index": 0, "size": 1, "hashes": []}),
        "random bytes too short": ("salt", base64.b64encode(bytes(31)).decode()),
        "a field more": ("more", 1),
    }
    refused = {
        **{why: write_canonical(whole | {name: value}) for why, (name, value) in changes.items()},
        "a member of a list in another place": member.replace('"index":1', '"index":0'),
        "a member of a list shown as signed alone": write_canonical(json.loads(member) | {"list": None}),
        "a member of a list with other random bytes": write_canonical(
            json.loads(member) | {"salt": base64.b64encode(position_salt(9)).decode()}
        ),
        "a pad that says something": padded.replace("0000", "0010", 1),
        "a pad that is too short": padded.replace('"pad":"0', '"pad":"', 1),
        "not canonical": member.replace("{", "{ ", 1),
    }
    return {
        "about": "trucewatch/position/1, trucewatch/commit/1, trucewatch/positions/1 and trucewatch/position-opened/1. "
        "salt: the 32 random bytes, here published. padded: as it lies inside of the age file. same_proof: a changed "
        "document that is taken and proves the same, for place and number only lead the way to the root. "
        "other_commitment: one that is taken and has another commitment, so that it is not what was committed to.",
        "key": {
            "note": "TEST KEY, never use",
            "name": OFFICER.name,
            "vkey": str(OFFICER.public),
            "ed25519_seed": OFFICER.private.private_bytes_raw().hex(),
        },
        "positions": [position_vector(why, position) for why, position in singles.items()],
        "lists": lists,
        "padded": {"of": "a dissent with its version", "bytes": SEALED_BYTES, "document": padded},
        "same_proof": opened_document(position_list(3)[0]).decode().replace('"size":3', '"size":4'),
        "other_commitment": write_canonical(whole | {"salt": base64.b64encode(position_salt(9)).decode()}),
        "refused": [{"why": why, "opened": text} for why, text in refused.items()],
    }
