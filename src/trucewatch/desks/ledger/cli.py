"""The words for the ledger: verify, log, sign, witness, erase, person, and keys. Words to functions, nothing else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import LedgerError, TrucewatchError, WatchError, system_words
from trucewatch.messages import Message
from trucewatch.terminal.base import (
    AsJson,
    WatchFolder,
    app,
    ask_passphrase,
    clock,
    handed_down,
    open_store,
    print_json,
    tell_of_lost_history,
    write_file,
    write_file_durably,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trucewatch.ledger.note import PublicKey, SecretKey
    from trucewatch.store.journal import Entry
    from trucewatch.store.keys import NamedKey


@app.command(short_help="Check the ledger and all evidence, offline.")
def verify(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A watch, a copy of its store, an accusation, a copy, a bundle.")
    ],
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="Which keys have to have signed (TOML).")] = None,
    seen: Annotated[
        Path | None, typer.Option(metavar="CHECKPOINT", help="A checkpoint seen earlier: finds a rollback.")
    ] = None,
    accusation: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new file for the proof, if two histories were signed.")
    ] = None,
    same_as: Annotated[
        Path | None, typer.Option("--same-as", metavar="FILE", help="Another bundle: whether both are of one entry.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every hash, tree, signature, object and piece of evidence, offline. One file does it; anyone can take it
    along. Nothing is written but the file of --accusation."""
    from trucewatch.ledger import inspector

    words = [str(path)]
    words += ["--policy", str(policy)] if policy else []
    words += ["--seen", str(seen)] if seen else []
    words += ["--accusation", str(accusation)] if accusation else []
    words += ["--same-as", str(same_as)] if same_as else []
    code = inspector.main([*words, "--json"] if as_json else words, prog="trucewatch verify")
    root = path / ".trucewatch" if (path / ".trucewatch").is_dir() else path
    is_lost = (root / "private").is_dir() and tell_of_lost_history(root)
    raise typer.Exit(code or int(is_lost))


@app.command(short_help="The ledger's entries for people; a copy for others.")
def log(
    watch: WatchFolder,
    kind: Annotated[str, typer.Option(help="Only this kind, as evidence, list, publication, key.")] = "",
    last: Annotated[int, typer.Option(min=0, help="How many of the last entries; 0 for all.")] = 30,
    copy: Annotated[
        Path | None,
        typer.Option("--copy", metavar="DIR", help="List nothing: copy the ledger, objects and evidence to a new DIR."),
    ] = None,
    ledger_only: Annotated[
        bool, typer.Option("--ledger-only", help="With --copy: what a web server may serve, no object or evidence.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The ledger's entries for people: when, what, who, and where the object lies. Reads only, also while a run goes
    on.

    With --copy DIR it makes a copy for others to check, the right way to hand a ledger on: all of one checkpoint, which
    is written last. They check it with: trucewatch verify DIR --policy FILE, or with the inspector alone. A whole copy
    holds everything on record, released or not, but no key and no name from private/. With --ledger-only it holds
    times, kinds and hashes: put it on any web server as it is, and copy again when there is a new checkpoint."""
    from trucewatch.desks import record_kinds
    from trucewatch.store.journal import read_entries
    from trucewatch.store.ledger_lines import log_lines
    from trucewatch.terminal.output import console, show_log

    if copy is not None:
        _copy_ledger(watch, copy, ledger_only=ledger_only)
        return
    if ledger_only:
        raise LedgerError(Message("say where the copy goes: --copy DIR --ledger-only"))
    store = _store_of(watch)
    entries = read_entries(store, record_kinds(), kind=kind, last=last)
    lines = log_lines(entries, record_kinds(), private=store / "private")
    if as_json:
        print_json({"schema": "trucewatch/log/1", "entries": lines})
    else:
        show_log(console(), lines)
    tell_of_lost_history(_store_of(watch))


def _copy_ledger(watch: Path, target: Path, *, ledger_only: bool) -> None:
    from trucewatch.store.ledger_copy import copy_ledger
    from trucewatch.terminal.output import console, progress_on

    with progress_on(console(stderr=True)) as progress:
        task = progress.add_task("copy", total=None)
        made = copy_ledger(
            _store_of(watch),
            target,
            ledger_only=ledger_only,
            advance=lambda at, total: progress.update(task, completed=at, total=total),
        )
    if ledger_only:
        typer.echo(f"{target}  {made.entries:,} entries, to be served as they are; copy again for a new checkpoint.")
        return
    typer.echo(f"{target}  {made.entries:,} entries, {made.kept_files:,} objects and pieces of evidence")
    if made.encrypted:
        typer.echo(
            f"{made.encrypted:,} pieces of evidence are encrypted, as they are here; nobody compares their bytes."
        )
    typer.echo("It holds everything on record, released or not. Check it: trucewatch verify DIR --policy FILE")


@app.command()
def sign(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A canonical record (RFC 8785 JSON), or positions to be signed."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The key file of your delegation; it never leaves this computer.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the signature; printed without it.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option(metavar="SIGNATURE", help="Sign nothing: check this signature over FILE.")
    ] = None,
    vkey: Annotated[str, typer.Option("--vkey", metavar="VKEY", help="Whose signature it has to be.")] = "",
    watch: Annotated[
        Path | None, typer.Option(metavar="WATCH", help="It has to be of a delegation that this ledger names.")
    ] = None,
    code: Annotated[str, typer.Option(metavar="OK-N", help="Of positions: which key of the console this one is.")] = "",
    in_the_open: Annotated[
        bool, typer.Option("--in-the-open", help="Of positions: a later round, which is not sealed.")
    ] = False,
    only_to: Annotated[
        Path | None, typer.Option("--only-to", metavar="FILE", help="Of positions: the age1… keys that you know.")
    ] = None,
    sealed: Annotated[
        Path | None, typer.Option("--open", metavar="SEALED", help="Sign nothing: open what your delegation sealed.")
    ] = None,
    opening_key: Annotated[
        Path | None, typer.Option("--opening-key", metavar="FILE", help="With --open: an opening or recovery key.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. With --only-to or --in-the-open.")] = False,
) -> None:
    """Sign a record or positions on your own computer, or check a signature. The formats are in docs/ledger.md.

    Positions: write an answer to each question into each item of the console's file, for example "answers":
    {"happened": "concur", "what": {"answer": "dissent", "version": "A blast."}, "where_when": "abstain"}. Then, as one
    act: trucewatch sign to-sign-R-24.json --key officer.key --code OK-2 --out handed-in.json. Hand that file in.
    """
    from trucewatch.desks.ledger.position_commands import is_to_sign, open_positions_file, sign_positions_file
    from trucewatch.desks.ledger.record_commands import check_signature, sign_record_file

    if sealed is not None:
        open_positions_file(sealed, opening_key=opening_key, out=out, word=_passphrase())
        return
    if file is None:
        raise LedgerError(Message("say what to sign: trucewatch sign FILE; or what to open: --open SEALED"))
    record = _read(file)
    if check is not None:
        check_signature(record, _read(check), vkey, _named_keys(watch) if watch else None)
        return
    if key is None:
        raise LedgerError(
            Message("say with which key to sign (--key FILE), or which signature to check (--check SIGNATURE)")
        )
    if is_to_sign(record):
        sign_positions_file(
            file,
            record,
            key=key,
            code=code,
            out=out,
            in_the_open=in_the_open,
            yes=yes,
            word=_passphrase(),
            now=clock(),
            only_to=only_to,
        )
        return
    if out is not None and out.exists():
        raise LedgerError(Message("{out} exists and is kept; choose another name for the signature", out=out))
    write = (lambda content: typer.echo(write_file(out, content))) if out is not None else None
    sign_record_file(record, key, write, _passphrase(), clock())


@app.command(short_help="Follow another's log and cosign its checkpoint.")
def witness(
    ledger: Annotated[
        str, typer.Argument(metavar="LEDGER", help="The log: its watch or folder, or its https address.")
    ],
    log_key: Annotated[str, typer.Option("--log", metavar="VKEY", help="The log's key, as you got it by another way.")],
    key: Annotated[Path, typer.Option(help="Your witness key: trucewatch keys new NAME --role witness --out FILE.")],
    state: Annotated[Path, typer.Option(help="Where this program remembers the last checkpoint it saw.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the cosigned checkpoint goes; send it to the log.")],
    every: Annotated[
        float, typer.Option(metavar="MINUTES", min=0, help="Go on and look again so often, until Ctrl+C; 0 looks once.")
    ] = 0,
) -> None:
    """Follow a log, check that it only grew, and cosign its checkpoint. Accuses it with a file if it did not."""
    from trucewatch.ledger.fetching import fetch_from_folder, fetch_from_web, find_ledger
    from trucewatch.ledger.keyfile import read_key
    from trucewatch.ledger.note import read_public_key
    from trucewatch.ledger.witness import check_files

    check_files(key, state, out)
    fetch_file = fetch_from_web(ledger) if "://" in ledger else fetch_from_folder(find_ledger(Path(ledger)))
    log, mine = read_public_key(log_key), read_key(key, _passphrase())
    while True:
        try:
            _cosign_once(fetch_file, log, mine, state, out)
        except TrucewatchError as exc:
            if not every:
                raise
            typer.echo(f"{clock():%Y-%m-%d %H:%M}Z  {exc}; trying again in {every:g} min", err=True)
        if not every:
            return
        try:
            sleep(every * 60)
        except KeyboardInterrupt:
            typer.echo("Stopped. What was seen last is remembered; begin again with the same --state.")
            return


def _cosign_once(fetch_file: Callable[[str], bytes], log: PublicKey, mine: SecretKey, state: Path, out: Path) -> None:
    """Look at the log, cosign what has grown, or write an accusation and end with 1."""
    from trucewatch.ledger.witness import Accusation, cosign

    last_checkpoint = _read(state) if state.exists() else None
    try:
        cosigned = cosign(fetch_file("checkpoint"), log, mine, last_checkpoint, fetch_file, int(clock().timestamp()))
    except Accusation as exc:
        stamp = f"{clock():%Y%m%dT%H%M%S}"
        path = write_file_durably(
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
    write_file_durably(state, cosigned)
    typer.echo(
        f"{write_file(out, cosigned)}  cosigned; send it to the log's operator: trucewatch keys cosign WATCH FILE"
    )


@app.command(short_help="A salted reference to a person, for watch.toml.")
def person(
    watch: WatchFolder, name: Annotated[str, typer.Argument(metavar="NAME", help="Who gave something.")]
) -> None:
    """A salted reference to a person, for `organisation` in watch.toml. The name stays in private/ and can be
    erased."""
    with open_store(watch) as store:
        typer.echo(store.keys.person_reference(name))


keys = typer.Typer(
    help="Keys of the ledger, of witnesses and of delegations.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(keys, name="keys")


@keys.command("new")
def keys_new(
    name: Annotated[str, typer.Argument(help="The key's name, without blanks: example.org/delegation-a.")],
    role: Annotated[str, typer.Option(help="witness, delegation, opening or recovery.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the secret key goes. Keep it on this computer.")],
) -> None:
    """Make a key on your own computer and show its public part, which others register. A passphrase:
    TRUCEWATCH_PASSPHRASE."""
    from trucewatch.desks.ledger.position_commands import new_opening_key
    from trucewatch.desks.ledger.record_commands import LEDGERS_OWN, tell_of_secret
    from trucewatch.ledger.keyfile import new_key, write_key
    from trucewatch.ledger.note import LOG_ALGORITHM, WITNESS_ALGORITHM

    if role not in ("witness", "delegation", "opening", "recovery"):
        raise LedgerError(
            Message(
                '"{role}" makes no keys here; write witness, delegation, opening or recovery. The ledger makes its own',
                role=role,
            )
        )
    if name.startswith(LEDGERS_OWN):
        raise LedgerError(
            Message(
                'names of ledgers begin with "{ledgers_own}"; choose another, as example.org/delegation-a',
                ledgers_own=LEDGERS_OWN,
            )
        )
    passphrase = _passphrase()
    if role in ("opening", "recovery"):
        new_opening_key(name, out, passphrase)
        tell_of_secret(out, passphrase, "open what your delegation seals")
        return
    secret = new_key(name, WITNESS_ALGORITHM if role == "witness" else LOG_ALGORITHM)
    try:
        write_key(out, secret, passphrase)
    except OSError as exc:
        raise LedgerError(
            Message("{out} cannot be written: {strerror}; no key was made", out=out, strerror=system_words(exc))
        ) from exc
    typer.echo(str(secret.public))
    tell_of_secret(out, passphrase, "sign as you")


@keys.command("list")
def keys_list(watch: WatchFolder, as_json: AsJson = False) -> None:
    """Every key that the ledger names, and which are in force now. Reads only, also while a run goes on."""
    from trucewatch.desks.ledger.record_commands import words_kept_in
    from trucewatch.locale.sanitize import printable

    words_of = words_kept_in(_store_of(watch))
    states = {named.key: named for named in _named_keys(watch)}
    names = ("act", "role", "holder", "key", "replaces", "reason", "recorded_at")
    events = [
        {
            "entry": entry.number,
            **{name: entry.record[name] for name in names},
            "reason": words_of(entry.record["reason"]),
            "in_force": entry.record["key"] in states and states[entry.record["key"]].is_in_force,
        }
        for entry in _key_entries(watch)
    ]
    if as_json:
        print_json({"schema": "trucewatch/keys/1", "events": events})
        return
    for event in events:
        brings_in = event["act"] in ("new", "rotate") and event["key"] in states
        state = f"  {states[event['key']].state()}" if brings_in else ""
        typer.echo(
            f"{event['entry']:>6}  {event['recorded_at'][:16]}Z  {event['act']:<7} {event['role']:<10} "
            f"{printable(event['holder'])}{state}"
        )
        typer.echo(f"        {event['key']}" + (f"  ({printable(event['reason'])})" if event["reason"] else ""))


@keys.command("register")
def keys_register(
    watch: WatchFolder,
    key: Annotated[str, typer.Argument(metavar="VKEY", help="The public part that `keys new` showed.")],
    role: Annotated[str, typer.Option(help="witness or delegation.")],
    holder: Annotated[
        str,
        typer.Option(
            help="Whose key it is: the public name of a delegation or organisation, never of a person. It stays for "
            "ever and cannot be erased."
        ),
    ],
) -> None:
    """Enter a witness's or delegation's public key into the ledger. A witness counts for checkpoints after this
    entry."""
    from trucewatch.locale.sanitize import printable

    with open_store(watch) as store:
        entry = store.register_key(key, role=role, holder=holder)
    typer.echo(f"Registered as entry {entry.number}.")
    delegations = _delegations_of(watch) if role == "delegation" else []
    if delegations and holder.strip().casefold() not in {name.casefold() for names in delegations for name in names}:
        typer.echo(
            f'"{printable(holder.strip())}" is no delegation of this watch, by id or name; there are: '
            f"{', '.join(names[0] for names in delegations)}. The entry stays: if it names a person or the wrong body, "
            "revoke the key, and register a new one under the right name.",
            err=True,
        )


def _delegations_of(folder: Path) -> list[tuple[str, ...]]:
    """Id and names of each delegation; none where the watch's files cannot be used as they are."""
    from trucewatch.watch import load_watch

    try:
        watch = load_watch(folder)
    except TrucewatchError:
        return []
    return [(delegation.id, *delegation.names.values()) for delegation in watch.settings.delegation]


@keys.command("rotate")
def keys_rotate(
    watch: WatchFolder,
    reason: Annotated[str, typer.Option(help="Why; the entry stays, the words can be erased.")] = "",
    lost: Annotated[bool, typer.Option("--lost", help="The present key is gone, or in other hands.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --lost, although the key file is there.")] = False,
) -> None:
    """Give the ledger a new key. What the old one signed stays valid; what it would sign from now on does not."""
    from trucewatch.store import Store
    from trucewatch.store.private_files import has_private

    if lost:
        path = _store_of(watch) / "private" / "log-key"
        if has_private(path.parent, path.name) and not yes:
            raise LedgerError(
                Message(
                    "{path} is there. If it only is to be replaced, leave out --lost: then the old key vouches for the "
                    "new one. If it was stolen, or its passphrase is lost, say --lost --yes; everybody then has to "
                    "be told the new key",
                    path=path,
                )
            )
        ask_passphrase(watch)
        with Store(watch, clock, lost_key=True, reason=reason, desks=handed_down.indexes()) as store:
            public, old = store.public_key, store.keys.old_keys()
    else:
        with open_store(watch) as store:
            public, old = store.rotate_key(reason=reason).public, store.keys.old_keys()
    typer.echo(f"{public}")
    if not lost:
        typer.echo("Give it to the witnesses: from now on it is their --log. The old key vouches for it.", err=True)
    if lost:
        typer.echo(
            "The ledger says that its key was lost, and goes on with this one, for which the old one does not "
            "vouch. Tell it to everybody who follows the ledger, by another way: they change `log` in their policies "
            "and --log.",
            err=True,
        )
    for aside, has_passphrase in old:
        plain = "" if has_passphrase else ", and needs no passphrase"
        typer.echo(f"{aside} is an old secret key{plain}; nothing needs it any more: destroy it.", err=True)


@keys.command("revoke")
def keys_revoke(
    watch: WatchFolder,
    key: Annotated[str, typer.Argument(metavar="VKEY", help="The public key that is no longer to be believed.")],
    reason: Annotated[str, typer.Option(help="Why; the entry stays, the words can be erased.")],
) -> None:
    """Say in the ledger that a witness's or delegation's key counts no more. What it signed before stays valid."""
    with open_store(watch) as store:
        entry = store.revoke_key(key, reason=reason)
    typer.echo(f"Revoked as entry {entry.number}.")


@keys.command("cosign")
def keys_cosign(
    watch: WatchFolder, files: Annotated[list[Path], typer.Argument(help="Checkpoints as witnesses cosigned them.")]
) -> None:
    """Add witnesses' cosignatures to the ledger's checkpoints; of witnesses that were registered before."""
    contents = [(path, _read(path)) for path in files]
    with open_store(watch) as store:
        for path, content in contents:
            typer.echo(f"{path}: {store.add_cosignatures(content)}")


def _passphrase() -> bytes | None:
    """None if the variable is not set; an empty one opens no key and makes none."""
    text = os.environ.get("TRUCEWATCH_PASSPHRASE")
    return None if text is None else text.encode()


def _store_of(watch: Path) -> Path:
    if not (watch / "watch.toml").is_file():
        raise WatchError(Message("{folder} has no watch.toml; make a watch with: trucewatch init DIR", folder=watch))
    return watch / ".trucewatch"


def _key_entries(watch: Path) -> list[Entry]:
    from trucewatch.store.journal import KEY, read_entries

    return [entry for entry in read_entries(_store_of(watch), kind=KEY) if entry.record["schema"] == KEY]


def _named_keys(watch: Path) -> list[NamedKey]:
    from trucewatch.store.keys import named_keys

    return named_keys((entry.number, entry.record) for entry in _key_entries(watch))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise TrucewatchError(
            Message("{value} cannot be read: {why}", value=path, why=f"{exc.strerror}; check the name of the file")
        ) from exc
