"""Lines by mail: to which address urgent messages for a recipient go, in `private/mail-lines.json` and nowhere else.

An address is somebody's: no record, sentence, log or list holds it in full. Records name a line by its key, which is
drawn by lot.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.mail_server import check_address
from trucewatch.store.private_files import read_private, write_private

FILE: Final = "mail-lines.json"
_SCHEMA: Final = "trucewatch/mail-lines/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """One address, by the key that records have for it."""

    key: str
    address: str = field(repr=False)

    @property
    def masked(self) -> str:
        """As lists show it: enough to tell it from another, too little to write to."""
        return masked_address(self.address)


def masked_address(address: str) -> str:
    """
    >>> masked_address("duty.officer@north.example.org")
    'd…@n….org'
    """
    local, _, domain = address.rpartition("@")
    top = domain.rpartition(".")[2] if "." in domain else ""
    return f"{local[:1]}…@{domain[:1]}…" + (f".{top}" if top else "")


def new_mail_line(address: str) -> MailLine:
    """A line with a key of its own, not kept yet. Raises StoreError for what is no address."""
    check_address(address)
    return MailLine(key=f"m-{secrets.token_hex(8)}", address=address)


def read_mail_lines(private: Path) -> dict[str, MailLine]:
    """Every line that is kept, by its key. Raises StoreError for a file that is none of ours."""
    content = read_private(private, FILE)
    if content is None:
        return {}
    try:
        rows = json.loads(content)["lines"]
        lines = [MailLine(key=row["key"], address=row["address"]) for row in rows]
        for line in lines:
            check_address(line.address)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, StoreError):
        raise StoreError(
            Message("{file} in private/ cannot be read; put back the right one, or add each line anew", file=FILE)
        ) from None
    return {line.key: line for line in lines}


def keep_mail_line(private: Path, line: MailLine) -> None:
    """Keep one; on disk when this returns."""
    _write(private, (read_mail_lines(private) | {line.key: line}).values())


def forget_mail_line(private: Path, key: str) -> None:
    """Remove one; no error where it is gone."""
    lines = read_mail_lines(private)
    if key in lines:
        _write(private, (line for line in lines.values() if line.key != key))


def _write(private: Path, lines: Iterable[MailLine]) -> None:
    record = {"schema": _SCHEMA, "lines": [asdict(line) for line in lines]}
    write_private(private, FILE, json.dumps(record, indent=1).encode() + b"\n")
