"""`trucewatch sign` for records: the signature document of one, and whether one is good."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from trucewatch.errors import LedgerError
from trucewatch.messages import Message

if TYPE_CHECKING:
    from trucewatch.store.keys import NamedKey

LEDGERS_OWN: Final = "trucewatch/"
"""How the names of ledgers' own keys begin, which are drawn by lot; no other key is named so."""


def sign_record_file(
    record: bytes, key: Path, write: Callable[[bytes], None] | None, word: bytes | None, now: datetime
) -> None:
    """Print the signature document of a record, or write it. Raises LedgerError."""
    from trucewatch.ledger.keyfile import read_key
    from trucewatch.ledger.signing import sign_record
    from trucewatch.model.times import iso_utc

    secret = read_key(key, word)
    if secret.name.startswith(LEDGERS_OWN):
        raise LedgerError(Message("{key} is a ledger's own key; records are signed with a delegation's", key=key))
    document = sign_record(record, secret, iso_utc(now.replace(microsecond=0)))
    content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if write is None:
        typer.echo(content, nl=False)
        return
    write(content.encode())


def check_signature(record: bytes, signature: bytes, vkey: str, named_keys: Sequence[NamedKey] | None) -> None:
    """Say whether a signature is good, by a key or by those that a ledger names; ends with 1 where it is not. Raises
    LedgerError."""
    from trucewatch.ledger.note import read_public_key
    from trucewatch.ledger.signing import verify_record

    if bool(vkey) == (named_keys is not None):
        raise LedgerError(
            Message("say whose signature it has to be: --vkey VKEY, or --watch WATCH for those its ledger names")
        )
    delegations = [named for named in named_keys or () if named.role == "delegation"]
    in_force = {read_public_key(named.key): named.holder for named in delegations if named.is_in_force}
    document = None
    with suppress(ValueError, RecursionError):
        document = json.loads(signature)
    if not isinstance(document, dict):
        raise LedgerError(Message("the signature is no JSON document; give the file that trucewatch sign made"))
    try:
        key = verify_record(record, document, [read_public_key(vkey)] if vkey else in_force)
    except LedgerError as exc:
        ended = [f" ({named.name}: {named.state()})" for named in delegations if named.key == document.get("key")]
        typer.echo(f"NOT GOOD: {exc}{''.join(ended)}")
        raise typer.Exit(1) from None
    holder = f", registered here as {in_force[key]} and in force" if named_keys is not None else ""
    typer.echo(f"GOOD: {key} signed this record{holder}. SHA-256 {document['record']}")
    typer.echo(f"The time {document['signed_at']} is the signer's own word.")


def tell_of_secret(out: Path, passphrase: bytes | None, power: str) -> None:
    """Say where a secret key lies, and what follows if it is not encrypted. power: what whoever reads it can do."""
    typer.echo(f"Its secret part is in {out}; give only the line above to others.", err=True)
    if passphrase is None:
        typer.echo(
            f"It is not encrypted: whoever reads that file can {power}. For a passphrase, remove it, set the variable "
            "TRUCEWATCH_PASSPHRASE and make another.",
            err=True,
        )
