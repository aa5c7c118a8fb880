"""Positions of delegations on findings: what is signed, what is committed to before it is opened, and lists of them.

What is signed of one position (UTF-8): the line `trucewatch/position/1`, then RFC 8785 JSON of FIELDS. The commitment
is SHA-256("trucewatch/commit/1\\n" ‖ 32 random bytes ‖ signed bytes ‖ signature): it binds to all three and tells
nothing of them. Several positions are signed as one list: each leaf of an RFC 6962 tree is a position's 32 random bytes
before its signed bytes, and what is signed is the line `trucewatch/positions/1` and the 32 bytes of the root. The
random bytes stand in the leaves too, because the hashes beside one member that is opened would tell the others: so few
answers are possible that they could be tried through. Format: docs/ledger.md, "Positions"; vectors:
docs/vectors/positions.json.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from trucewatch.errors import LedgerError
from trucewatch.ledger.note import LOG_ALGORITHM, PublicKey, SecretKey, decode_base64, read_public_key
from trucewatch.ledger.signing import read_canonical, write_canonical
from trucewatch.ledger.tree import NodeReader, inclusion_proof, leaf_hash, node_hash, root_from_inclusion, root_of_range
from trucewatch.messages import Message

POSITION: Final = "trucewatch/position/1"
COMMIT: Final = "trucewatch/commit/1"
POSITIONS: Final = "trucewatch/positions/1"
OPENED: Final = "trucewatch/position-opened/1"
"""The JSON document in which a position lies sealed, and as which it is opened."""
FIELDS: Final = frozenset(
    (
        *("watch", "log_origin", "finding", "finding_sha256", "delegation", "round"),
        *("answers", "reasons", "previous_sha256", "signed_at"),
    )
)
QUESTIONS: Final = ("happened", "what", "where_when", "who")
"""*who* is answered alone."""
SALT_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
SEALED_BYTES: Final = 8192
"""How long every document is before it is sealed: its length would tell a dissent with reasons from a consent."""
MOST_SIGNED_BYTES: Final = 5000
MOST_OPENED_BYTES: Final = 2 * SEALED_BYTES
MOST_LIST: Final = 1024
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_NAME: Final = re.compile(r"[!-~]{1,200}", re.ASCII)
"""Of a watch, a log, a finding, a delegation: no blank, and no letter that looks like another."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WORDS: Final = ("concur", "dissent", "abstain")


@dataclass(frozen=True, slots=True, kw_only=True)
class InList:
    """The way of a position to the root of the list that was signed: its place, how many there are, and the hashes
    beside, upwards. Place and number only lead the way: some other pairs lead to the same root, so they prove nothing
    themselves."""

    index: int
    size: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPosition:
    """A position as it lies sealed: what was signed, by which key, with its random bytes. signature: over `signed`, or
    over the root of the list that it stands in."""

    signed: bytes
    signature: bytes
    salt: bytes = field(repr=False)
    key: PublicKey
    in_list: InList | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The fields of the position."""
        return read_position(self.signed)

    @property
    def commitment(self) -> str:
        return commitment(self.salt, self.signed, self.signature)

    @property
    def sha256(self) -> str:
        """What the next position of the same delegation on the same finding names as `previous_sha256`."""
        return sha256(self.signed).hexdigest()


def position_bytes(document: Mapping[str, Any]) -> bytes:
    """What is signed of a position. Raises LedgerError for a document that is none."""
    try:
        content = write_canonical(dict(document)).encode()
    except (TypeError, AttributeError, UnicodeError, RecursionError) as exc:
        raise LedgerError(
            Message("the position holds what no JSON text can hold; fill in texts in the document that the page gives")
        ) from exc
    signed = f"{POSITION}\n".encode() + content
    read_position(signed)
    return signed


def read_position(signed: bytes) -> dict[str, Any]:
    """The fields of a position in the bytes that were signed. Raises LedgerError saying what is wrong with them: form,
    length, a field, an answer."""
    if len(signed) > MOST_SIGNED_BYTES:
        raise LedgerError(
            Message(
                "the position has {size} bytes; at most {most} can be sealed. Write shorter reasons",
                size=len(signed),
                most=MOST_SIGNED_BYTES,
            )
        )
    head, _, content = signed.partition(b"\n")
    if head.decode("ascii", "replace") != POSITION:
        raise LedgerError(Message("what was signed is no position: its first line is not {word}", word=POSITION))
    document = read_canonical(content)
    if set(document) != FIELDS:
        raise LedgerError(Message("a position has exactly the fields {words}", words=", ".join(sorted(FIELDS))))
    for name in ("watch", "log_origin", "finding", "delegation"):
        if not isinstance(document[name], str) or not _NAME.fullmatch(document[name]):
            raise LedgerError(
                Message(
                    "the field {name} of the position is no name: 1 to 200 Latin letters, digits and signs, no blank. "
                    "Sign what the page gives you",
                    name=name,
                )
            )
    previous = document["previous_sha256"]
    if not _is_hash(document["finding_sha256"]) or not (previous is None or _is_hash(previous)):
        raise LedgerError(Message("the position names a hash that is none; sign what the page gives you"))
    turn = document["round"]
    if type(turn) is not int or turn < 1:
        raise LedgerError(Message("the round of the position is no number from 1 on"))
    if not isinstance(document["signed_at"], str) or not _is_time(document["signed_at"]):
        raise LedgerError(Message("the position is dated by no time of the form 2031-05-04T17:55:00Z"))
    _check_answers(document["answers"], document["reasons"])
    return document


def _check_answers(answers: Any, reasons: Any) -> None:
    """Answers by question: `{"answer": concur | dissent | abstain}`, a dissent with one's own `version`; to the
    question *who* `{"answer": "names", "version": id}`, `{"answer": "none"}` or an abstention. Reasons by question."""
    if not isinstance(answers, dict) or not answers or not isinstance(reasons, dict):
        raise LedgerError(Message("a position has an answer to each question, and reasons"))
    if not set(answers) <= set(QUESTIONS) or ("who" in answers and len(answers) > 1):
        raise LedgerError(
            Message("the questions of a position are {words}; who is answered alone", words=", ".join(QUESTIONS))
        )
    if not set(reasons) <= set(answers) or not all(_is_text(text) for text in reasons.values()):
        raise LedgerError(
            Message(
                "the reasons of a position are texts without control characters, each of one of its questions; "
                "type them again"
            )
        )
    for question, given in answers.items():
        words = ("names", "none", "abstain") if question == "who" else _WORDS
        if not isinstance(given, dict) or given.get("answer") not in words or not set(given) <= {"answer", "version"}:
            raise LedgerError(
                Message("the answer to {question} is none of {words}", question=question, words=", ".join(words))
            )
        has_version = _is_text(given.get("version")) and bool(given["version"].strip())
        if ("version" in given) != has_version or has_version != (given["answer"] in ("dissent", "names")):
            raise LedgerError(
                Message(
                    "the answer to {question} is not whole: a dissent says one’s own version, other answers say none",
                    question=question,
                )
            )


def commitment(salt: bytes, signed: bytes, signature: bytes) -> str:
    """SHA-256("trucewatch/commit/1\\n" ‖ salt ‖ signed ‖ signature), 64 lower-case hex digits. salt: 32 random
    bytes."""
    if len(salt) != SALT_BYTES:
        raise LedgerError(Message("a position is sealed with {count} random bytes", count=SALT_BYTES))
    return sha256(f"{COMMIT}\n".encode() + salt + signed + signature).hexdigest()


def sign_position(document: Mapping[str, Any], key: SecretKey, salt: bytes) -> SealedPosition:
    """One position, signed by itself. salt: 32 random bytes, used once. Raises LedgerError."""
    signed = position_bytes(document)
    _check_key(key.public)
    return SealedPosition(signed=signed, signature=key.private.sign(signed), salt=salt, key=key.public)


def sign_positions(
    documents: Sequence[Mapping[str, Any]], key: SecretKey, salts: Sequence[bytes]
) -> list[SealedPosition]:
    """Several positions signed as one act; each can be proved alone. Raises LedgerError for none, for more than
    MOST_LIST, for two on one finding, and for random bytes used twice."""
    signed = [position_bytes(document) for document in documents]
    _check_key(key.public)
    if not 0 < len(signed) <= MOST_LIST:
        raise LedgerError(Message("a list has 1 to {most} positions", most=MOST_LIST))
    if len({document["finding"] for document in documents}) < len(signed):
        raise LedgerError(Message("the list has two positions on one finding; leave one of them out"))
    if len(salts) != len(signed) or len({*salts}) < len(salts) or any(len(salt) != SALT_BYTES for salt in salts):
        raise LedgerError(
            Message("each position of a list is sealed with {count} random bytes of its own", count=SALT_BYTES)
        )
    leaves = [leaf_hash(salt + content) for salt, content in zip(salts, signed, strict=True)]
    size = len(leaves)
    root = list_root(leaves)
    signature = key.private.sign(list_message(root))
    return [
        SealedPosition(
            signed=content,
            signature=signature,
            salt=salt,
            key=key.public,
            in_list=InList(index=index, size=size, hashes=tuple(inclusion_proof(_node_of(leaves), index, size))),
        )
        for index, (salt, content) in enumerate(zip(salts, signed, strict=True))
    ]


def sign_at_once(documents: Sequence[Mapping[str, Any]], key: SecretKey) -> list[SealedPosition]:
    """What one person signs in one act: a single position by itself, several as one list; each with random bytes of its
    own. Raises LedgerError as the two do."""
    salts = [secrets.token_bytes(SALT_BYTES) for _ in documents]
    if len(documents) == 1:
        return [sign_position(documents[0], key, salts[0])]
    return sign_positions(documents, key, salts)


def list_root(leaves: Sequence[bytes]) -> bytes:
    """The RFC 6962 root over leaf hashes."""
    return root_of_range(_node_of(leaves), 0, len(leaves))


def list_message(root: bytes) -> bytes:
    """The bytes under the signature of a list."""
    return f"{POSITIONS}\n".encode() + root


def check_position(position: SealedPosition) -> dict[str, Any]:
    """The fields of a position whose form, signature and way to its list's root hold. Raises LedgerError for the first
    that does not. That its key was in force, and that it is what was committed to, is the caller's to ask."""
    document = read_position(position.signed)
    _check_key(position.key)
    if len(position.salt) != SALT_BYTES:
        raise LedgerError(Message("a position is sealed with {count} random bytes", count=SALT_BYTES))
    message = position.signed
    if position.in_list is not None:
        place = position.in_list
        if not 0 < place.size <= MOST_LIST:
            raise LedgerError(Message("a list has 1 to {most} positions", most=MOST_LIST))
        leaf = leaf_hash(position.salt + position.signed)
        message = list_message(root_from_inclusion(leaf, place.index, place.size, place.hashes))
    if not position.key.verifies(message, position.signature):
        raise LedgerError(
            Message(
                "the signature of {name} under the position is not good: words, list or key are not those that were "
                "signed. Sign it again",
                name=position.key.name,
            )
        )
    return document


def opened_document(position: SealedPosition, *, padded: bool = False) -> bytes:
    """The JSON document of a position, RFC 8785: as it is sealed (padded to SEALED_BYTES), or as it is kept opened."""
    place = position.in_list
    document: dict[str, Any] = {
        "schema": OPENED,
        "signed": position.signed.decode(),
        "signature": _base64(position.signature),
        "salt": _base64(position.salt),
        "key": str(position.key),
        "list": None
        if place is None
        else {"index": place.index, "size": place.size, "hashes": [_base64(node) for node in place.hashes]},
    }
    if padded:
        bare = len(write_canonical({**document, "pad": ""}).encode())
        if bare > SEALED_BYTES:
            raise LedgerError(Message("the position is too long to be sealed; write shorter reasons"))
        document["pad"] = "0" * (SEALED_BYTES - bare)
    return write_canonical(document).encode()


def read_opened(content: bytes) -> SealedPosition:
    """A position from its document, padded or not, in its one spelling. Raises LedgerError for what is none; signature
    and commitment are not looked at (`check_position`, `SealedPosition.commitment`)."""
    try:
        if len(content) > MOST_OPENED_BYTES:
            raise ValueError
        document = read_canonical(content)
        if document["schema"] != OPENED or set(document) - {"pad"} != _OPENED_FIELDS:
            raise ValueError
        if "pad" in document and (document["pad"].strip("0") or len(content) != SEALED_BYTES):
            raise ValueError
        place, key = document["list"], read_public_key(document["key"])
        signature = decode_base64(document["signature"])
        if str(key) != document["key"] or len(signature) != SIGNATURE_BYTES:
            raise ValueError
        return SealedPosition(
            signed=document["signed"].encode(),
            signature=signature,
            salt=decode_base64(document["salt"]),
            key=key,
            in_list=None if place is None else _read_place(place),
        )
    except (ValueError, TypeError, LookupError, AttributeError, LedgerError) as exc:
        raise LedgerError(
            Message("this is no position that was sealed; give the file that this program or the page made")
        ) from exc


def _read_place(place: dict[str, Any]) -> InList:
    index, size = place["index"], place["size"]
    hashes = tuple(decode_base64(node) for node in place["hashes"])
    if set(place) != {"index", "size", "hashes"} or type(index) is not int or type(size) is not int:
        raise ValueError
    if any(len(node) != sha256().digest_size for node in hashes):
        raise ValueError
    return InList(index=index, size=size, hashes=hashes)


_OPENED_FIELDS: Final = {"schema", "signed", "signature", "salt", "key", "list"}


def _node_of(leaves: Sequence[bytes]) -> NodeReader:
    """Hashes of the perfect subtrees over some leaves."""
    levels = [list(leaves)]
    while len(row := levels[-1]) > 1:
        levels.append([node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=False)])
    return lambda height, index: levels[height][index]


def _check_key(key: PublicKey) -> None:
    if key.algorithm != LOG_ALGORITHM:
        raise LedgerError(
            Message(
                "the key {name} is a witness's; positions are signed with a key of algorithm ed25519", name=key.name
            )
        )


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def _is_text(value: Any) -> bool:
    """Whether this is a text in which nothing steers what shows it; line feeds and tabs may stand in it."""
    return isinstance(value, str) and not _CONTROL.search(value)


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
