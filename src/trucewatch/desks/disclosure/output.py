"""What a partial copy would open, or does prove → lines on a terminal, or a document."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

import typer

from trucewatch.errors import LedgerError
from trucewatch.ledger.dossier import content_path
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.pipeline.partial_copies import Showing, is_empty

MOST_SHOWN: Final = 400
"""Fields that a terminal is told one by one."""
_LONGEST: Final = 200


def show_showing(showing: Showing) -> None:
    """What leaves, what stays closed, and what cannot be undone: before anything is entered."""
    typer.echo(f"For {showing.recipient.id}, opened by its rule and by what you named:")
    _show_fields([(path, value) for path, value in showing.opened_fields() if not is_empty(value)])
    for row, number in showing.pieces:
        typer.echo(f"  {content_path(row, number)}  as it stands in the evidence")
    if beyond := showing.beyond_rule:
        typer.echo(f"{len(beyond)} of these no rule opens; they leave because you named them.")
    typer.echo("Closed in every row:")
    for section, columns in showing.closed().items():
        if columns:
            typer.echo(f"  {section}: {', '.join(columns)}")
    typer.echo("The file also tells when the dossier was entered, and how many entries the ledger has.")
    typer.echo("Whoever has the copy keeps it: neither it nor the entry that it was given can be taken back.")


def checked_by_inspector(
    path: Path, policy: Path | None, vkey: str, now_s: float, own_keys: Collection[str] = ()
) -> tuple[dict[str, Any], list[str]]:
    """What the inspector says of a partial copy: its document, and its lines. Raises LedgerError for a key or a policy
    that cannot be used, and for a file that is no copy.

    own_keys: the log's keys of the whole watch that the reader holds; without policy and vkey it vouches for them.
    """
    from trucewatch.ledger import inspector

    try:
        trusted = inspector.read_policy(policy, now_s)
        if vkey:
            trusted = inspector.Policy([inspector.read_key(vkey, inspector.LOG)], 0, now_s)
    except Exception as exc:
        raise LedgerError(
            Message("{subject}: {why}", subject=policy or "--vkey", why=printable(inspector.explain(exc)))
        ) from exc
    whole = path.absolute()
    inspection = inspector.Inspection(whole.parent, whole, trusted)
    inspection.check_copy()
    if not trusted.keys and inspection.copy and inspection.signed_by[0].text in own_keys:
        trusted = inspector.Policy(inspection.signed_by, 0, now_s)
        inspection = inspector.Inspection(whole.parent, whole, trusted)
        inspection.check_copy()
    document, lines = inspector.write_statement(inspection)
    return document, [printable(line) for line in lines]


def show_comparison(faults: Sequence[str]) -> None:
    """What the whole watch says to a copy that proves what it opens."""
    if not faults:
        typer.echo(
            "Compared with this whole watch: every field, opened or closed, is that of its list, readings and evidence."
        )
        return
    typer.echo("NOT WHAT THE WATCH HOLDS:")
    for fault in faults[:MOST_SHOWN]:
        typer.echo(f"  {fault}")


def _show_fields(fields: Sequence[tuple[str, Any]]) -> None:
    for path, value in fields[:MOST_SHOWN]:
        typer.echo(f"  {printable(path)}  {_value_words(value)}")
    if len(fields) > MOST_SHOWN:
        typer.echo(f"  … and {len(fields) - MOST_SHOWN:,} more; --json has them all")


def _value_words(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = printable(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
