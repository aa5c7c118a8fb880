"""What a partial copy would open, or does prove → lines on a terminal, or a document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import typer

from trucewatch.desks.disclosure.operations import Showing, is_empty
from trucewatch.ledger.dossier import SECTIONS, content_path
from trucewatch.ledger.dossier_check import CheckedCopy
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message

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


def show_checked(checked: CheckedCopy, faults: Sequence[Message] | None) -> None:
    """What a copy proves, field by field, what stays closed, and what it does not prove."""
    whose = "the key that you hold" if checked.is_trusted else "the key that the copy itself names"
    typer.echo(
        f"PROVED: {len(checked.opened) + len(checked.pieces)} fields were committed to by entry {checked.entry} of "
        f"{printable(checked.key)}, and are unchanged since. Its checkpoint of {checked.size:,} entries is signed by "
        f"{whose}."
    )
    if checked.recipient:
        typer.echo(f"It was made for {printable(checked.recipient)}.")
    list_of = checked.record["list"]
    typer.echo(f"Entered {printable(checked.entered_at)}, from the list of entry {list_of['entry']}.")
    _show_fields(sorted(checked.opened.items()))
    for (row, number), value in sorted(checked.pieces.items()):
        typer.echo(f"  {content_path(row, number)}  {_value_words(value)}")
    typer.echo(f"Closed: {len(checked.closed)} fields of these rows.")
    for section, columns in checked.closed_columns().items():
        names = (f"{column} ({rows} rows)" if rows > 1 else column for column, rows in columns.items())
        typer.echo(f"  {section}: {', '.join(names)}")
    if checked.untouched:
        typer.echo(f"Closed whole, with how much it is: {', '.join(checked.untouched)}.")
    _show_limits(checked, faults)


def _show_limits(checked: CheckedCopy, faults: Sequence[Message] | None) -> None:
    if faults is None:
        typer.echo(
            "Not proved: that these are the values of the list and of the evidence. Who has the whole watch can "
            "compare all of them, closed ones too: --watch WATCH."
        )
    elif faults:
        typer.echo("NOT WHAT THE WATCH HOLDS:")
        for fault in faults[:MOST_SHOWN]:
            typer.echo(f"  {fault}")
    else:
        typer.echo("Every field, opened or closed, is that of this watch's list, readings and evidence.")
    if not checked.is_trusted:
        typer.echo("Not proved: whose key it is. Get it by another way, and say --vkey VKEY or --policy FILE.")
    if checked.witnesses:
        typer.echo(f"Cosigned by your witnesses {', '.join(map(printable, checked.witnesses))}.")
    else:
        typer.echo("Not proved: that others were shown the same ledger; no witness of a policy was counted.")
    typer.echo("Not proved: that what was entered is true.")


def checked_document(checked: CheckedCopy, faults: Sequence[Message] | None) -> dict[str, Any]:
    """`trucewatch/dossier-check/1`."""
    return {
        "schema": "trucewatch/dossier-check/1",
        "ok": not faults,
        "recipient": checked.recipient,
        "entry": checked.entry,
        "entered_at": checked.entered_at,
        "list_entry": checked.record["list"]["entry"],
        "size": checked.size,
        "root": checked.root.hex(),
        "key": checked.key,
        "key_is_yours": checked.is_trusted,
        "witnesses": list(checked.witnesses),
        "opened": dict(checked.opened),
        "pieces": {content_path(*place): value for place, value in checked.pieces.items()},
        "closed": list(checked.closed),
        "closed_sections": [section for section in SECTIONS if section in checked.untouched],
        "compared_with_watch": None if faults is None else [str(fault) for fault in faults],
    }


def _show_fields(fields: Sequence[tuple[str, Any]]) -> None:
    for path, value in fields[:MOST_SHOWN]:
        typer.echo(f"  {printable(path)}  {_value_words(value)}")
    if len(fields) > MOST_SHOWN:
        typer.echo(f"  … and {len(fields) - MOST_SHOWN:,} more; --json has them all")


def _value_words(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = printable(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
