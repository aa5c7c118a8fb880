"""The small program that others run: follows a log, checks that it only grew, and says so under its own key.

In: a checkpoint, the log's public key, the last checkpoint that this witness cosigned, and a way to fetch the log's
tiles. Out: the checkpoint with a cosignature, or a refusal; where the log told two stories, a refusal that carries both
(`Accusation`). Nothing that is fetched is believed: every hash has to lead to the root that the log signed and to the
root seen before.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trucewatch.errors import LedgerError
from trucewatch.ledger.fetching import Fetch
from trucewatch.ledger.keyfile import is_key_file
from trucewatch.ledger.note import (
    LOG_ALGORITHM,
    WITNESS_ALGORITHM,
    Checkpoint,
    PublicKey,
    SecretKey,
    Signature,
    decode_base64,
    read_checkpoint,
    read_public_key,
)
from trucewatch.ledger.tiles import HEIGHT, WIDTH, rows_of_tile, tile_path, tile_widths
from trucewatch.ledger.tree import (
    EMPTY_ROOT,
    NodeReader,
    consistency_proof,
    root_of_range,
    roots_from_consistency,
)
from trucewatch.messages import Message

ACCUSATION = "trucewatch/accusation/1"
SPLIT_VIEW = "split view"
ROLLBACK = "rollback"
ACROSS_KEYS = "split view across a change of key"
CLOCK_STEP_S = 300
"""How far a witness's clock may stand behind its own last cosignature, which then keeps its time."""
_LATEST_S = 253_402_300_799  # the last second of the year 9999
_COSIGNATURE_BYTES = 72


class Accusation(LedgerError):
    """The log showed something that does not fit what it signed before; `document` holds both checkpoints and the
    proof.

    A document whose `what` is "split view" convinces anyone (`verify_accusation`). "rollback" is the witness's word
    that it was shown the older checkpoint after the newer one: worth keeping, but an old file proves nothing by itself.
    """

    def __init__(self, message: Message, document: dict[str, Any]) -> None:
        super().__init__(message)
        self.document = document


def cosign(checkpoint: bytes, log: PublicKey, key: SecretKey, state: bytes | None, fetch: Fetch, now: int) -> bytes:
    """The checkpoint with the log's signature and this witness's cosignature: the new state, to be kept and handed out.

    1. The checkpoint is of this log and signed by it; no other name looks like the log's or the witness's.
    2. The `state` (what this function returned last time) is of the same log and carries a signature.
    3. Same size: same root. Larger: the tiles lead to the new root, and from the old root to it. Smaller: refused.
    4. The time is `now`, and never before the witness's own last one.

    state: None the first time; then the tiles have to lead to the root, and what came before is taken on trust.
    now: POSIX seconds. How long the witness was away does not matter: one proof spans the gap.
    Raises Accusation for a split view or a rollback; LedgerError for all else. Nothing is signed then.
    """
    if key.algorithm != WITNESS_ALGORITHM:
        raise LedgerError(
            Message("{name} is no witness's key; make one with: trucewatch keys new --role witness", name=key.name)
        )
    new = _read_of_log(checkpoint, log, "the checkpoint")
    _refuse_look_alikes(new, [log.name, key.name])
    old = None if state is None else _read_state(state, log, key.public)
    if old is None:
        _check_tiles(new, fetch)
    else:
        _check_growth(old, new, log, fetch)
    moment = _time_to_sign(now, old, key.public)
    own_lines = "".join(signature.line + "\n" for signature in new.signatures if signature.is_of(log))
    return new.text + b"\n" + own_lines.encode() + key.signature_line(new.text, posix_seconds=moment).encode()


def _read_of_log(content: bytes, log: PublicKey, what: str) -> Checkpoint:
    """Step 1: a checkpoint of this log, signed by it."""
    if log.algorithm != LOG_ALGORITHM:
        raise LedgerError(Message("{name} is a witness's key, not a log's; ask for the log's own", name=log.name))
    checkpoint = read_checkpoint(content)
    if checkpoint.origin != log.name:
        looks = " (it looks the same and is not)" if _folded(checkpoint.origin) == _folded(log.name) else ""
        raise LedgerError(
            Message(
                "{what} is of the log {origin}, not of {name}{looks}; fetch it from the right place",
                what=what,
                origin=f"{checkpoint.origin!a}",
                name=f"{log.name!a}",
                looks=looks,
            )
        )
    if not _carries(checkpoint, log):
        raise LedgerError(
            Message(
                "{what} of {name} is not signed by {log}; if the log changed its key, check the change first",
                what=what,
                name=log.name,
                log=log,
            )
        )
    return checkpoint


def _read_state(content: bytes, log: PublicKey, witness: PublicKey) -> Checkpoint:
    """Step 2: what this witness cosigned last."""
    try:
        state = read_checkpoint(content)
    except LedgerError as exc:
        raise LedgerError(
            Message("the witness's state cannot be used: {error}; restore it, do not begin anew", error=exc)
        ) from exc
    if state.origin != log.name:
        raise LedgerError(
            Message(
                "the witness's state is of the log {origin}, not of {name}; keep one state for each log",
                origin=f"{state.origin!a}",
                name=f"{log.name!a}",
            )
        )
    if not (_carries(state, witness) or _carries(state, log)):
        raise LedgerError(
            Message("the witness's state carries neither its own cosignature nor the log's signature; restore it")
        )
    return state


def _carries(checkpoint: Checkpoint, key: PublicKey) -> bool:
    """Whether the key signed; a line under its name and id that is not good is refused, whatever stands beside it."""
    own_lines = [line for line in checkpoint.signatures if line.is_of(key)]
    if not all(key.verifies(checkpoint.text, line.signature) for line in own_lines):
        raise LedgerError(
            Message(
                "a signature of {name} under the checkpoint of size {size} is not good",
                name=key.name,
                size=checkpoint.size,
            )
        )
    return bool(own_lines)


def _refuse_look_alikes(checkpoint: Checkpoint, names: Sequence[str]) -> None:
    for line in checkpoint.signatures:
        for name in names:
            if line.name != name and _folded(line.name) == _folded(name):
                what = f"the checkpoint has a signature line of {line.name!a}, which looks like {name!a} and is not"
                raise LedgerError(Message("{what}; tell the log's keeper", what=what))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _check_growth(old: Checkpoint, new: Checkpoint, log: PublicKey, fetch: Fetch) -> None:
    """Step 3: the new checkpoint continues the old one. Raises Accusation, or LedgerError if the tiles do not tell."""
    if new.size == old.size:
        if new.root != old.root:
            message = Message("{log} signed two different logs of {size} entries", log=log.name, size=new.size)
            raise _accuse(message, log, old, new, new.root, [])
        return
    small, large = sorted((old, new), key=lambda checkpoint: checkpoint.size)
    if new.size > old.size:
        node = _check_tiles(new, fetch)
    else:
        try:
            node = _check_tiles(old, fetch)
        except LedgerError as exc:
            remark = Message("whether it is the same log cannot be told: {error}", error=exc)
            raise _roll_back(old, new, log, remark) from exc
    root_then = root_of_range(node, 0, small.size)
    proof = consistency_proof(node, small.size, large.size)
    if roots_from_consistency(small.size, large.size, root_then, large.root, proof) != (root_then, large.root):
        raise LedgerError(Message("the tiles do not prove that the log grew; fetch the checkpoint and try again"))
    if root_then != small.root:
        message = Message(
            "{log} signed {large} entries of which the first {small} are not those it signed before",
            log=log.name,
            large=large.size,
            small=small.size,
        )
        raise _accuse(message, log, small, large, root_then, proof)
    if new.size < old.size:
        remark = Message("what it shows is a part of the same log; a copy may be out of date")
        raise _roll_back(old, new, log, remark)


def _accuse(
    message: Message, log: PublicKey, small: Checkpoint, large: Checkpoint, root_then: bytes, proof: list[bytes]
) -> Accusation:
    what = SPLIT_VIEW if _carries(small, log) and _carries(large, log) else ACROSS_KEYS
    return Accusation(
        Message("{what}: {message}", what=what, message=message),
        _document(log, what, small, large, _base64(root_then), proof),
    )


def _roll_back(old: Checkpoint, new: Checkpoint, log: PublicKey, remark: Message) -> Accusation:
    message = Message(
        "rollback: {log} shows {shown} entries and has signed {signed} before; {remark}",
        log=log.name,
        shown=new.size,
        signed=old.size,
        remark=remark,
    )
    return Accusation(message, _document(log, ROLLBACK, new, old, "", []))


def _document(
    log: PublicKey, what: str, small: Checkpoint, large: Checkpoint, root_then: str, proof: list[bytes]
) -> dict[str, Any]:
    return {
        "schema": ACCUSATION,
        "log": str(log),
        "what": what,
        "checkpoint_a": bytes(small).decode(),
        "checkpoint_b": bytes(large).decode(),
        "root_of_b_at_a": root_then,
        "proof": [_base64(step) for step in proof],
    }


def verify_accusation(document: Mapping[str, Any], log: PublicKey) -> None:
    """Whether the document proves, by itself, that this log told two stories. Raises LedgerError saying why it does
    not."""
    fields = ("schema", "log", "what", "checkpoint_a", "checkpoint_b", "root_of_b_at_a", "proof")
    proof = document.get("proof")
    texts = [document.get(name) for name in fields[:-1]]
    if set(document) != set(fields) or not all(isinstance(text, str) for text in texts) or not isinstance(proof, list):
        raise LedgerError(Message("an accusation has exactly the fields {words}", words=", ".join(fields)))
    if document["schema"] != ACCUSATION or document["what"] != SPLIT_VIEW:
        raise LedgerError(
            Message(
                'a document of "{document}" does not prove a split view by itself; ask who wrote it',
                document=document["what"],
            )
        )
    if read_public_key(document["log"]) != log:
        raise LedgerError(Message("the document is about another log's key than {log}", log=log))
    small = _read_of_log(document["checkpoint_a"].encode(), log, "checkpoint_a")
    large = _read_of_log(document["checkpoint_b"].encode(), log, "checkpoint_b")
    root_then = decode_base64(document["root_of_b_at_a"])
    steps = [decode_base64(str(step)) for step in proof]
    if any(len(step) != 32 for step in (root_then, *steps)):
        raise LedgerError(Message("a hash in the document is not 32 bytes long"))
    if small.size > large.size:
        raise LedgerError(Message("the smaller checkpoint has to come first"))
    if small.size == large.size and root_then != large.root:
        raise LedgerError(Message("the sizes are equal, so root_of_b_at_a has to be the root of checkpoint_b"))
    first_root = large.root if small.size == large.size else root_then
    if roots_from_consistency(small.size, large.size, first_root, large.root, steps) != (first_root, large.root):
        raise LedgerError(Message("the proof does not lead to the root of checkpoint_b"))
    if small.size == 0 and root_then != EMPTY_ROOT:
        raise LedgerError(Message("the root of an empty log is SHA-256 of nothing"))
    if root_then == small.root:
        raise LedgerError(Message("the two checkpoints agree: the document shows no split view"))


def _time_to_sign(now: int, old: Checkpoint | None, witness: PublicKey) -> int:
    """Step 4: `now`, or the last cosignature's time if the clock stands a little behind it. Raises LedgerError."""
    times = [] if old is None else [line.posix_seconds for line in old.signatures if line.is_of(witness)]
    last = max(times, default=0)
    if not 0 < now <= _LATEST_S:
        raise LedgerError(Message("this computer's clock says {now} s after 1970; set it, then cosign", now=now))
    if now < last - CLOCK_STEP_S:
        raise LedgerError(
            Message(
                "this computer's clock stands {value} s behind this witness's own last cosignature; set the clock. "
                "If that cosignature's time was the wrong one, remove the witness's own line from the state "
                "file and tell the others",
                value=last - now,
            )
        )
    return max(now, last)


def _check_tiles(checkpoint: Checkpoint, fetch: Fetch) -> NodeReader:
    """Reads hashes of the log from tiles that lead to the checkpoint's root. Raises LedgerError if they do not."""
    tiles: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(height: int, index: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        number, offset = divmod(index << inside, WIDTH)
        if (level, number) not in tiles:
            tiles[level, number] = _fetch_rows(checkpoint.size, level, number, fetch)
        return tiles[level, number][inside][offset >> inside]

    if root_of_range(node, 0, checkpoint.size) != checkpoint.root:
        read = ", ".join(sorted(tile_path(level, number) for level, number in tiles)) or "none"
        raise LedgerError(
            Message(
                "the tiles (read: {read}) do not lead to the root of the checkpoint of size {size}",
                read=read,
                size=checkpoint.size,
            )
        )
    return node


def _fetch_rows(size: int, level: int, number: int, fetch: Fetch) -> list[list[bytes]]:
    """The hashes of one tile and the rows above it as far as they are complete."""
    full, partial = tile_widths(size, level)
    width = WIDTH if number < full else partial
    path, wide = tile_path(level, number, width), width
    try:
        content = fetch(path)
    except LedgerError as exc:
        if width == WIDTH:
            raise
        try:  # the log has grown since: the full tile has taken the partial one's place
            path, wide = tile_path(level, number), WIDTH
            content = fetch(path)
        except LedgerError:
            raise LedgerError(
                Message("{error}; if the log has just grown, fetch its checkpoint again", error=exc)
            ) from exc
    if len(content) != 32 * wide:
        raise LedgerError(
            Message(
                "{path} is {content} bytes long, not {value}; fetch it again, or tell the log's keeper",
                path=path,
                content=len(content),
                value=32 * wide,
            )
        )
    return rows_of_tile(content, width)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def merge_cosignatures(checkpoint: bytes, others: list[bytes], witnesses: Sequence[PublicKey] | None = None) -> bytes:
    """The log's checkpoint with the cosignatures of other copies of the same text: the log's lines first, then by name.

    One line a witness: the one that is there already, else the earliest, so that merging again changes nothing. With
    `witnesses`, a new line has to be a good cosignature of one of them; without, it has to have a cosignature's form.
    Raises LedgerError naming the line that does not fit, or for a copy of another checkpoint.
    """
    ours = read_checkpoint(checkpoint)
    log_lines = [line for line in ours.signatures if line.name == ours.origin]
    lines = {(line.name, line.key_id): line for line in reversed(ours.signatures) if line.name != ours.origin}
    present, new = set(lines), list[Signature]()
    for content in others:
        copy = read_checkpoint(content)
        if copy.text != ours.text:
            raise LedgerError(
                Message(
                    "a copy is of {origin} at size {size}, with another text than this checkpoint's",
                    origin=f"{copy.origin!a}",
                    size=copy.size,
                )
            )
        new += [line for line in copy.signatures if line not in ours.signatures]
    for line in sorted(new, key=lambda line: (line.posix_seconds, line.line)):
        if (line.name, line.key_id) in present:
            continue
        if _folded(line.name) == _folded(ours.origin) or len(line.signature) != _COSIGNATURE_BYTES:
            raise LedgerError(Message("the line of {name} is no witness's cosignature", name=f"{line.name!a}"))
        if witnesses is not None and not any(ours.signed_by_line(key, line) for key in witnesses):
            raise LedgerError(
                Message("the line of {name} is no good cosignature of a known witness", name=f"{line.name!a}")
            )
        lines.setdefault((line.name, line.key_id), line)
    merged = [*log_lines, *(lines[name] for name in sorted(lines))]
    return ours.text + b"\n" + "".join(line.line + "\n" for line in merged).encode()


def check_files(key: Path, state: Path, out: Path) -> None:
    """Refuse names under which a witness would overwrite its key, its memory or a file that is none of its own.

    Raises LedgerError. Only a checkpoint is ever replaced, by a later one.
    """
    names = (("--key", key), ("--state", state), ("--out", out))
    for at, (word, path) in enumerate(names):
        for other_word, other in names[:at]:
            if path.resolve() == other.resolve() or (path.exists() and other.exists() and path.samefile(other)):
                raise LedgerError(
                    Message(
                        "{other_word} and {word} name the same file, {path}; give each its own",
                        other_word=other_word,
                        word=word,
                        path=path,
                    )
                )
    for word, path in names[1:]:
        if is_key_file(path):
            raise LedgerError(
                Message(
                    "{word} {path} is a secret key, which nothing may overwrite; choose another name",
                    word=word,
                    path=path,
                )
            )
    if out.exists():
        try:
            read_checkpoint(out.read_bytes())
        except (LedgerError, OSError) as exc:
            raise LedgerError(
                Message("--out {out} is there and is no checkpoint; choose another name", out=out)
            ) from exc
