"""`trucewatch sign` for positions on findings: what is to be signed → what is handed in; what lay sealed → opened; and
the keys that open. All of it on the officer's own computer: no watch, no network."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from trucewatch.desks.ledger.record_commands import LEDGERS_OWN
from trucewatch.desks.ledger.what_was_put import lines_of, lines_put, not_committed, record_opened, record_put
from trucewatch.errors import LedgerError, system_words
from trucewatch.messages import Message

if TYPE_CHECKING:
    from trucewatch.ledger.position import SealedPosition

TO_SIGN: Final = "trucewatch/positions-to-sign/1"
TO_HAND_IN: Final = "trucewatch/positions-to-hand-in/1"
_AGE: Final = b"age-encryption.org/v1"
_CODE: Final = re.compile(r"OK-[1-9][0-9]{0,8}", re.ASCII)
_MOST_BYTES: Final = 32 * 2**20
_OWNER_ONLY: Final = 0o077


def is_to_sign(content: bytes) -> bool:
    """Whether a file holds positions to be signed, and no other record."""
    with suppress(ValueError, RecursionError, LookupError, TypeError):
        return bool(json.loads(content)["schema"] == TO_SIGN)
    return False


def sign_positions_file(
    file: Path,
    content: bytes,
    *,
    key: Path,
    code: str,
    out: Path | None,
    in_the_open: bool,
    yes: bool,
    word: bytes | None,
    now: datetime,
    only_to: Path | None = None,
) -> None:
    """Sign what an officer filled in, as one act, and write what is handed in. code: of the key in the console, OK-3.
    only_to: a file of the opening keys that the officer knows, one a line; without it the officer compares those of
    the file by eye, and is asked. Raises LedgerError; ends with 1 where the officer says no."""
    from trucewatch.ledger.keyfile import read_key
    from trucewatch.ledger.position import opened_document, sign_at_once
    from trucewatch.model.times import iso_utc, whole_second

    if out is None:
        raise LedgerError(Message("say where what is handed in goes: --out FILE"))
    if out.exists():
        raise LedgerError(Message("{out} exists and is kept; choose another name", out=out))
    if not in_the_open and not _CODE.fullmatch(code):
        raise LedgerError(
            Message(
                "say which key of the console this is, as its page of keys has it: --code OK-3. What is committed to "
                "names it"
            )
        )
    if yes and only_to is None and not in_the_open:
        raise LedgerError(
            Message(
                "with --yes nobody compares the keys to which it is sealed, and whoever made the file can have added "
                "one. Give those that you know with --only-to FILE, one age1… a line; or leave out --yes, and compare"
            )
        )
    to_sign = _read_to_sign(file, content)
    records = [record_put(file, item, to_sign["delegation"], in_the_open=in_the_open) for item in to_sign["items"]]
    signed_at = iso_utc(whole_second(now))
    documents = [_document(to_sign, item, signed_at) for item in to_sign["items"]]
    recipients = [] if in_the_open else _recipients(to_sign["sealed_to"])
    if only_to is not None and not in_the_open:
        _check_known(only_to, to_sign["sealed_to"])
    secret = _named_for(read_key(key, word), to_sign["delegation"])
    if not in_the_open:
        _check_is_named(secret, code, to_sign["sealed_to"])
    _say_what_is_signed(to_sign, documents, records, is_sealed=not in_the_open)
    count = "1 position" if len(documents) == 1 else f"{len(documents)} positions, as one act"
    if not yes and not typer.confirm(f"Sign {count}, for {to_sign['delegation']}, by {secret.name}?"):
        typer.echo("Nothing was signed.")
        raise typer.Exit(1)
    items: list[dict[str, Any]] = []
    for item, position in zip(to_sign["items"], sign_at_once(documents, secret), strict=True):
        if in_the_open:
            items.append({"code": item["code"], "opened": opened_document(position).decode()})
            continue
        items.append(
            {
                "code": item["code"],
                "finding_sha256": item["finding_sha256"],
                "round": item["round"],
                "key": code,
                "commitment": position.commitment,
                "signed_at": signed_at,
                "sealed": _seal(opened_document(position, padded=True), recipients),
            }
        )
    _write_new(out, _document_text({"schema": TO_HAND_IN, "items": items}))
    typer.echo(f"{out}  {count}; hand it in at the console, Review, “Hand in what was signed elsewhere”.")


def _say_what_is_signed(
    to_sign: Mapping[str, Any],
    documents: Sequence[Mapping[str, Any]],
    records: Sequence[Mapping[str, Any]],
    *,
    is_sealed: bool,
) -> None:
    """Every answer that is about to be signed, what it is on as the record has it, and the keys to which it is
    sealed."""
    from trucewatch.locale.sanitize import printable

    for item, record, document in zip(to_sign["items"], records, documents, strict=True):
        _say(f"{item['code']}  {item['finding']}", document, record)
    if not is_sealed:
        return
    typer.echo("Whoever has the secret half of one of these can read it; compare them with what your head gave you:")
    for each in to_sign["sealed_to"]:
        typer.echo(f"    {printable(str(each['code']))}  {printable(str(each['opens']))}")


def open_positions_file(file: Path, *, opening_key: Path | None, out: Path | None, word: bytes | None) -> None:
    """Open what lay sealed with an officer's opening key or the head's recovery key, check it, show it beside what was
    put, and write what is handed in. Raises LedgerError."""
    from trucewatch.ledger.position import check_position, opened_document

    if opening_key is None or out is None:
        raise LedgerError(
            Message("say with which key to open, and where what is opened goes: --opening-key FILE --out FILE")
        )
    document = _json_of(file, _read(file))
    items = document.get("items")
    if not isinstance(items, list) or not items:
        raise LedgerError(
            Message("{file} holds nothing sealed; download what your delegation sealed from the console", file=file)
        )
    identity = _read_identity(opening_key, word)
    opened: list[dict[str, Any]] = []
    for number, item in enumerate(items, 1):
        position = _opened_of(item, number, identity)
        said = check_position(position)
        if position.commitment != item.get("commitment"):
            raise not_committed(number)
        record = record_opened(file, item, said, number)
        title = f"{item['code']}  {said['finding']}  round {said['round']}, signed {said['signed_at']}"
        _say(title, said, record)
        opened.append({"opened": opened_document(position).decode()})
    _write_new(out, _document_text({"schema": TO_HAND_IN, "items": opened}))
    typer.echo(
        f"{out}  {len(opened)} opened; each is what was committed to. It can be read: hand it in at the console, and "
        "do not send it on."
    )
    if document.get("step") == "blind":
        typer.echo("Others are still awaited: until then the console takes no opened position.", err=True)


def new_opening_key(name: str, out: Path, word: bytes | None) -> None:
    """Make an age X25519 key and show its public part. Raises LedgerError."""
    from pyrage import x25519

    from trucewatch.ledger.keyfile import check_name
    from trucewatch.store.age_passphrase import seal

    check_name(name)
    if word == b"":
        raise LedgerError(
            Message("the passphrase is empty; set TRUCEWATCH_PASSPHRASE to one, or remove the variable on purpose")
        )
    identity = x25519.Identity.generate()
    text = f"# name: {name}\n# public key: {identity.to_public()}\n{identity}\n".encode()
    _write_new(out, text if word is None else seal(text, word.decode()))
    typer.echo(f"{identity.to_public()}")


def _read_to_sign(file: Path, content: bytes) -> dict[str, Any]:
    to_sign = _json_of(file, content)
    items = to_sign.get("items")
    fields = {"code", "finding", "finding_sha256", "round", "questions", "previous_sha256"}
    is_whole = (
        all(isinstance(to_sign.get(name), str) for name in ("watch", "log_origin", "delegation"))
        and isinstance(to_sign.get("sealed_to"), list)
        and isinstance(items, list)
        and all(
            isinstance(item, dict) and fields <= set(item) and isinstance(item["questions"], list) for item in items
        )
    )
    if not is_whole or not items:
        raise LedgerError(
            Message("{file} is not whole; download it again, and change only answers and reasons", file=file)
        )
    apart = [item["code"] for item in items if "who" in item["questions"]]
    if apart and len(items) > 1:
        raise LedgerError(
            Message(
                "who is answered alone and in no list; download {codes} by itself", codes=", ".join(map(str, apart))
            )
        )
    return to_sign


def _document(to_sign: Mapping[str, Any], item: Mapping[str, Any], signed_at: str) -> dict[str, Any]:
    """What is signed of one item."""
    from trucewatch.ledger.position import position_bytes

    answers, reasons = item.get("answers", {}), item.get("reasons", {})
    if not isinstance(answers, dict) or not isinstance(reasons, dict):
        raise LedgerError(Message("{code}: answers and reasons are objects in braces, by question", code=item["code"]))
    missing = [question for question in item["questions"] if not answers.get(question)]
    if missing or len(answers) > len(item["questions"]):
        kinds = '"concur", "abstain" or {"answer": "dissent", "version": "…"}'
        who = '"none", "abstain" or {"answer": "names", "version": "ID"}'
        raise LedgerError(
            Message(
                "{code}: the file asks for an answer to {questions}, each and nothing else. Write into its answers "
                "{words}",
                code=item["code"],
                questions=", ".join(map(str, item["questions"])),
                words=who if "who" in item["questions"] else kinds,
            )
        )
    document = {
        **{name: to_sign[name] for name in ("watch", "log_origin", "delegation")},
        **{name: item[name] for name in ("finding", "finding_sha256", "round", "previous_sha256")},
        "answers": {
            question: {"answer": answer} if isinstance(answer, str) else answer for question, answer in answers.items()
        },
        "reasons": {question: text for question, text in reasons.items() if text != ""},
        "signed_at": signed_at,
    }
    try:
        position_bytes(document)
    except LedgerError as exc:
        raise LedgerError(Message("{code}: {why}", code=item["code"], why=exc.message)) from exc
    return document


def _say(title: str, document: Mapping[str, Any], record: Mapping[str, Any]) -> None:
    """What a position says, before it is signed or after it was opened. record: of the case that it is on."""
    from trucewatch.locale.sanitize import printable

    typer.echo(printable(title))
    for line in (*lines_of(document), *lines_put(record)):
        typer.echo(line)
    for question, answers in document["answers"].items():
        version = f": {answers['version']}" if "version" in answers else ""
        typer.echo(f"    {question:<11} {printable(answers['answer'] + version)}")
        if question in document["reasons"]:
            typer.echo(f"                because {printable(document['reasons'][question])}")


def _named_for(secret: Any, delegation: str) -> Any:
    """The key under the name that the console gives to keys of a delegation. Raises LedgerError for another kind."""
    from hashlib import sha256

    from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey

    if secret.name.startswith(LEDGERS_OWN):
        raise LedgerError(
            Message("{key} is a ledger's own key; records are signed with a delegation's", key=secret.name)
        )
    if secret.algorithm != LOG_ALGORITHM:
        raise LedgerError(
            Message(
                "the key {name} is a witness's; positions are signed with one of: trucewatch keys new NAME --role "
                "delegation --out FILE",
                name=secret.name,
            )
        )
    digits = sha256(secret.public.raw).hexdigest()[:8]
    return SecretKey(f"review/{delegation}/{digits}", LOG_ALGORITHM, secret.private)


def _check_is_named(secret: Any, code: str, sealed_to: Sequence[Any]) -> None:
    """Raises LedgerError where the file says that the key of this code signs otherwise: what another key signed could
    never be opened."""
    signs = next((each.get("signs") for each in sealed_to if each.get("code") == code), None)
    if isinstance(signs, str) and signs and signs != str(secret.public):
        raise LedgerError(
            Message(
                "{code} is another key than the one that was given with --key ({name}), and what it signed could never "
                "be opened. Give the code of this key, as the page of keys has it, or the key of {code}; nothing was "
                "signed",
                code=code,
                name=secret.name,
            )
        )


def _recipients(sealed_to: Sequence[Any]) -> list[Any]:
    from pyrage import RecipientError, x25519

    from trucewatch.ledger.weak_points import is_weak

    try:
        found = [x25519.Recipient.from_str(each["opens"]) for each in sealed_to if _CODE.fullmatch(each["code"])]
    except (RecipientError, LookupError, TypeError, ValueError):
        found = []
    if len(found) < len(sealed_to):
        raise LedgerError(
            Message("the file names a key that is none of the form age1…; download it again from the console")
        )
    weak = [str(each["code"]) for each in sealed_to if is_weak(str(each["opens"]))]
    if weak:
        raise LedgerError(
            Message(
                "{codes}: a point of small order, to which nothing can be sealed. Sign nothing, and tell your head",
                codes=", ".join(weak),
            )
        )
    if not found:
        raise LedgerError(
            Message(
                "no key of your delegation is in force, so nobody could open what is sealed; its head enters keys at "
                "the console, Review, Keys"
            )
        )
    return found


def _check_known(path: Path, sealed_to: Sequence[Any]) -> None:
    """Raises LedgerError where the file to sign names a key that is not among those that the officer knows."""
    known = set(_read(path).decode("utf-8", "replace").split())
    strange = [str(each["code"]) for each in sealed_to if str(each["opens"]).strip() not in known]
    if strange:
        raise LedgerError(
            Message(
                "{codes} is not among the keys of {file}, so that somebody you do not know could read what you seal. "
                "Ask the head of your delegation whether they entered it; if so, add its age1… to that file, if not, "
                "sign nothing",
                codes=", ".join(strange),
                file=path,
            )
        )


def _seal(content: bytes, recipients: Sequence[Any]) -> str:
    from pyrage import encrypt

    return base64.b64encode(bytes(encrypt(content, list(recipients)))).decode()


def _opened_of(item: Any, number: int, identity: Any) -> SealedPosition:
    """The position of an item: of the files in which it was sealed, the newest first, the first that holds what was
    committed to; else what the newest holds. Raises LedgerError."""
    from trucewatch.ledger.position import read_opened

    earlier = item.get("earlier", []) if isinstance(item, dict) else []
    for each in (item, *(earlier if isinstance(earlier, list) else [])):
        with suppress(LedgerError):
            position = read_opened(_unseal(each, number, identity))
            if position.commitment == item.get("commitment"):
                return position
    return read_opened(_unseal(item, number, identity))


def _unseal(item: Any, number: int, identity: Any) -> bytes:
    from pyrage import DecryptError, decrypt

    try:
        return bytes(decrypt(base64.b64decode(item["sealed"], validate=True), [identity]))
    except (LookupError, TypeError, ValueError) as exc:
        raise LedgerError(
            Message("position {number} of the file is not whole; download the file again", number=number)
        ) from exc
    except DecryptError as exc:
        codes = item.get("sealed_to", [])
        raise LedgerError(
            Message(
                "position {number} of the file does not open with this key. It is sealed to {codes}: take the opening "
                "key of one of these, or the recovery key of your head",
                number=number,
                codes=", ".join(map(str, codes)) if isinstance(codes, list) and codes else "other keys",
            )
        ) from exc


def _read_identity(path: Path, word: bytes | None) -> Any:
    from pyrage import IdentityError, x25519

    from trucewatch.store.age_passphrase import unseal

    content = _read(path)
    if path.stat().st_mode & _OWNER_ONLY:
        raise LedgerError(Message("{path} can be read or changed by others; first: chmod 600 {path}", path=path))
    if content.startswith(_AGE):
        if not word:
            raise LedgerError(
                Message("{path} is encrypted; give its passphrase in the variable TRUCEWATCH_PASSPHRASE", path=path)
            )
        try:
            content = unseal(content, word.decode())
        except ValueError as exc:
            raise LedgerError(Message("{path}: the passphrase is wrong, or the file is damaged", path=path)) from exc
    try:
        lines = content.decode("ascii").splitlines()
        return x25519.Identity.from_str(next(line for line in lines if line.startswith("AGE-SECRET-KEY-1")))
    except (IdentityError, ValueError, StopIteration) as exc:
        raise LedgerError(
            Message(
                "{path} holds no opening key; one is made with: trucewatch keys new NAME --role opening --out FILE",
                path=path,
            )
        ) from exc


def _json_of(file: Path, content: bytes) -> dict[str, Any]:
    document = None
    with suppress(ValueError, RecursionError):
        document = json.loads(content)
    if not isinstance(document, dict):
        raise LedgerError(
            Message("{file} is no JSON document; a comma or a quotation mark may be missing where you wrote", file=file)
        )
    return document


def _document_text(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _read(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > _MOST_BYTES:
            raise LedgerError(Message("{path} is no file of positions or keys: it is too large, or no file", path=path))
        return path.read_bytes()
    except OSError as exc:
        raise LedgerError(
            Message("{value} cannot be read: {why}", value=path, why=f"{exc.strerror}; check the name of the file")
        ) from exc


def _write_new(path: Path, content: bytes) -> None:
    """Write a new file that its owner alone reads."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except FileExistsError as exc:
        raise LedgerError(Message("{out} exists and is kept; choose another name", out=path)) from exc
    except OSError as exc:
        raise LedgerError(
            Message("{out} cannot be written: {strerror}; nothing was made", out=path, strerror=system_words(exc))
        ) from exc
