"""The words for the ledger: verify, log, sign, witness, erase, person, and keys. Words to functions, nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.cli_base import AsJson, WatchFolder, app, clock, open_store, print_json, write_file


@app.command()
def verify(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A watch, a copy of its store, or an accusation file.")],
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="Which keys have to have signed (TOML).")] = None,
    seen: Annotated[
        Path | None, typer.Option(metavar="CHECKPOINT", help="A checkpoint seen earlier: finds a rollback.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every hash, tree, signature, object and piece of evidence, offline. One file does it; anyone can take it along."""
    from trucewatch.ledger import inspector

    words = [str(path)]
    words += ["--policy", str(policy)] if policy else []
    words += ["--seen", str(seen)] if seen else []
    raise typer.Exit(inspector.main([*words, "--json"] if as_json else words))


@app.command()
def log(
    watch: WatchFolder,
    kind: Annotated[str, typer.Option(help="Only this kind, as evidence, list, publication, key.")] = "",
    last: Annotated[int, typer.Option(help="How many of the last entries; 0 for all.")] = 30,
    as_json: AsJson = False,
) -> None:
    """The ledger's entries for people: when, what, who, and where the object lies."""
    from trucewatch.terminal import console, log_lines, show_log

    with open_store(watch) as store:
        lines = log_lines(store.journal.entries(), kind)
        lines = lines[-last:] if last else lines
    if as_json:
        print_json({"schema": "trucewatch/log/1", "entries": lines})
    else:
        show_log(console(), lines)


@app.command()
def sign(
    file: Annotated[Path, typer.Argument(help="A canonical record (RFC 8785 JSON).")],
    key: Annotated[Path, typer.Option(help="The key file of your delegation; it never leaves this computer.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the signature; FILE.sig.json without it.")
    ] = None,
) -> None:
    """Sign a record on your own computer. The format is in docs/ledger.md, with test vectors."""
    from trucewatch.ledger.keyfile import read_key
    from trucewatch.ledger.signing import sign_record
    from trucewatch.model.times import iso_utc

    document = sign_record(file.read_bytes(), read_key(key, _passphrase()), iso_utc(clock().replace(microsecond=0)))
    target = out or file.with_name(file.name + ".sig.json")
    typer.echo(write_file(target, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()))


@app.command()
def witness(
    ledger: Annotated[str, typer.Argument(help="The log: its folder, or the https address that serves it.")],
    log_key: Annotated[str, typer.Option("--log", metavar="VKEY", help="The log's key, as you got it by another way.")],
    key: Annotated[Path, typer.Option(help="Your witness key: trucewatch keys new NAME --role witness --out FILE.")],
    state: Annotated[Path, typer.Option(help="Where this program remembers the last checkpoint it saw.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the cosigned checkpoint goes; send it to the log.")],
) -> None:
    """Follow a log, check that it only grew, and cosign its checkpoint. Accuses it with a file if it did not."""
    from trucewatch.ledger.keyfile import read_key
    from trucewatch.ledger.note import read_public_key
    from trucewatch.ledger.witness import Accusation, cosign, fetch_from_folder, fetch_from_web

    fetch_file = fetch_from_web(ledger) if "://" in ledger else fetch_from_folder(Path(ledger))
    seen = state.read_bytes() if state.is_file() else None
    try:
        cosigned = cosign(
            fetch_file("checkpoint"), read_public_key(log_key), read_key(key, _passphrase()), seen, fetch_file,
            int(clock().timestamp()),
        )  # fmt: skip
    except Accusation as exc:
        stamp = f"{clock():%Y%m%dT%H%M%S}"
        path = write_file(
            out.with_suffix(f".accusation-{stamp}.json"), (json.dumps(exc.document, indent=1) + "\n").encode()
        )
        is_proof = exc.document["what"] == "split view"
        says = (
            "anyone can check it with: trucewatch verify"
            if is_proof
            else "it holds both checkpoints; keep it, it proves nothing alone"
        )
        typer.echo(f"trucewatch: {exc}; see {path}: {says}", err=True)
        raise typer.Exit(1) from None
    write_file(state, cosigned)
    typer.echo(
        f"{write_file(out, cosigned)}  cosigned; send it to the log's operator: trucewatch keys cosign WATCH FILE"
    )


@app.command()
def erase(
    watch: WatchFolder,
    names: Annotated[list[str], typer.Argument(metavar="SHA256", help="SHA-256 of evidence, or p-… of a person.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
    ordered_by: Annotated[str, typer.Option(help="Who ordered it: an organisation.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this word it only says what would go.")] = False,
) -> None:
    """Erase evidence with all that was made from it, or who stands behind a reference. The ledger says erased, not corrupt."""
    with open_store(watch) as store:
        people = [name for name in names if name.startswith("p-")]
        hashes = [name for name in names if name not in people]
        if not yes:
            typer.echo(
                f"Would erase {len(hashes)} piece(s) of evidence with what was made from them, and {len(people)} person(s)."
            )
            typer.echo("This cannot be undone. Say --yes to do it.")
            return
        for reference in people:
            store.keys.forget_person(reference)
        gone = store.erase(hashes, reason=reason, ordered_by=ordered_by) if hashes else []
    typer.echo(f"Erased {len(gone)} objects and {len(people)} person(s). The ledger keeps their hashes and says so.")


@app.command()
def person(watch: WatchFolder, name: Annotated[str, typer.Argument(help="Who gave something.")]) -> None:
    """A salted reference to a person, for `organisation` in watch.toml. The name stays in private/ and can be erased."""
    with open_store(watch) as store:
        typer.echo(store.keys.person_reference(name))


keys = typer.Typer(
    help="Keys of the ledger, of witnesses and of delegations.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(keys, name="keys")


@keys.command("new")
def keys_new(
    name: Annotated[str, typer.Argument(help="The key's name, without blanks: example.org/delegation-a.")],
    role: Annotated[str, typer.Option(help="witness or delegation.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the secret key goes. Keep it on this computer.")],
) -> None:
    """Make a key on your own computer and show its public part, which others register. A passphrase: TRUCEWATCH_PASSPHRASE."""
    from trucewatch.errors import LedgerError
    from trucewatch.ledger.keyfile import new_key, write_key
    from trucewatch.ledger.note import LOG_ALGORITHM, WITNESS_ALGORITHM

    if role not in ("witness", "delegation"):
        raise LedgerError(f'"{role}" makes no keys here; write witness or delegation. The ledger makes its own')
    made = new_key(name, WITNESS_ALGORITHM if role == "witness" else LOG_ALGORITHM)
    write_key(out, made, _passphrase())
    typer.echo(f"{made.public}")
    typer.echo(f"Its secret part is in {out}; give only the line above to others.", err=True)


@keys.command("list")
def keys_list(watch: WatchFolder, as_json: AsJson = False) -> None:
    """Every key that the ledger names, and what became of it."""
    with open_store(watch) as store:
        rows = store.index.rows(
            "SELECT entry, act, role, holder, key, replaces, reason, recorded_at FROM key_event ORDER BY entry"
        )
    names = ("entry", "act", "role", "holder", "key", "replaces", "reason", "recorded_at")
    if as_json:
        print_json({"schema": "trucewatch/keys/1", "events": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    for entry, act, role, holder, key, _, reason, recorded_at in rows:
        typer.echo(f"{entry:>6}  {recorded_at[:16]}Z  {act:<7} {role:<10} {holder}")
        typer.echo(f"        {key}" + (f"  ({reason})" if reason else ""))


@keys.command("register")
def keys_register(
    watch: WatchFolder,
    key: Annotated[str, typer.Argument(metavar="VKEY", help="The public part that `keys new` showed.")],
    role: Annotated[str, typer.Option(help="witness or delegation.")],
    holder: Annotated[str, typer.Option(help="Whose key it is.")],
) -> None:
    """Enter a witness's or delegation's public key into the ledger."""
    from trucewatch.ledger.note import read_public_key
    from trucewatch.store.keys import key_record

    with open_store(watch) as store:
        (entry,) = store.commit([key_record("new", role, str(read_public_key(key)), holder=holder)])
    typer.echo(f"Registered as entry {entry.number}.")


@keys.command("rotate")
def keys_rotate(
    watch: WatchFolder,
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")] = "",
    lost: Annotated[bool, typer.Option("--lost", help="The present key is gone.")] = False,
) -> None:
    """Give the ledger a new key. What the old one signed stays valid; what it would sign from now on does not."""
    from trucewatch.store import Store

    if lost:
        with Store(watch, clock, lost_key=True):
            typer.echo(
                "The ledger says that its key was lost, and goes on with a new one. Tell everybody who follows it."
            )
        return
    with open_store(watch) as store:
        typer.echo(f"{store.rotate_key(reason=reason).public}")


@keys.command("revoke")
def keys_revoke(
    watch: WatchFolder,
    key: Annotated[str, typer.Argument(metavar="VKEY", help="The public key that is no longer to be believed.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
) -> None:
    """Say in the ledger that a witness's or delegation's key counts no more. What it signed before stays valid."""
    from trucewatch.errors import LedgerError
    from trucewatch.store.keys import key_record

    with open_store(watch) as store:
        known = store.index.rows("SELECT role, holder FROM key_event WHERE key = ? AND act = 'new'", key)
        if not known or known[0][0] == "log":
            raise LedgerError("that is no key of a witness or delegation here; see: trucewatch keys list WATCH")
        (entry,) = store.commit([key_record("revoke", known[0][0], key, holder=known[0][1], reason=reason)])
    typer.echo(f"Revoked as entry {entry.number}.")


@keys.command("cosign")
def keys_cosign(
    watch: WatchFolder, files: Annotated[list[Path], typer.Argument(help="Checkpoints as witnesses cosigned them.")]
) -> None:
    """Add witnesses' cosignatures to the ledger's checkpoints."""
    with open_store(watch) as store:
        for path in files:
            typer.echo(f"{path}: {store.add_cosignatures(path.read_bytes())}")


def _passphrase() -> bytes | None:
    return os.environ.get("TRUCEWATCH_PASSPHRASE", "").encode() or None
