"""The mail server by which urgent messages leave: where it is, how it is spoken to, who signs in, in
`private/mail-server.json` and nowhere else."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.private_files import read_private, remove_private, write_private
from trucewatch.store.webhooks import is_near_by_name

FILE: Final = "mail-server.json"
Security = Literal["starttls", "tls", "none"]
SECURITIES: Final[tuple[Security, ...]] = ("starttls", "tls", "none")
PORTS: Final[Mapping[Security, int]] = {"starttls": 587, "tls": 465, "none": 25}
LONGEST_ADDRESS: Final = 254
"""Characters of an address, as RFC 5321 (4.5.3.1.3) leaves them between angle brackets."""
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}", re.ASCII)
_SCHEMA: Final = "trucewatch/mail-server/1"
_LONGEST_SECRET: Final = 1000
_LONGEST_PEM: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """One server. sender: the address in From, and the one to which mails come back. authority: certificates in PEM of
    an authority of the centre's own; "" for those that the system trusts."""

    host: str
    port: int
    security: Security
    sender: str
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    authority: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port} ({self.security})"


def checked_server(server: MailServer) -> MailServer:
    """The server, if mail can leave by it. Raises StoreError, which repeats neither login nor password."""
    if not _HOST.fullmatch(server.host) or not 0 < server.port < 65536:
        raise StoreError(Message("this is no mail server; write HOST or HOST:PORT. Nothing was entered"))
    if server.security not in SECURITIES:
        raise StoreError(
            Message(
                '"{name}" is no way to speak to a mail server; there are: starttls, tls, none', name=server.security
            )
        )
    check_address(server.sender)
    if server.security == "none":
        if not is_near_by_name(server.host):
            raise StoreError(
                Message(
                    "without TLS mail goes only to a server on this computer or in a private network, by its number "
                    "or as localhost. Nothing was entered"
                )
            )
        if server.login or server.password:
            raise StoreError(Message("a password leaves only over TLS; take starttls or tls. Nothing was entered"))
    for secret in (server.login, server.password):
        if len(secret) > _LONGEST_SECRET or not secret.isprintable():
            raise StoreError(Message("a login or password of a mail server is one line of plain characters"))
    if bool(server.login) != bool(server.password):
        raise StoreError(Message("a mail server takes a login and a password, or neither. Nothing was entered"))
    if server.authority:
        _check_authority(server.authority)
    return server


def check_address(address: str) -> None:
    """Raises StoreError, which never repeats it, for what is no plain address `NAME@HOST`. Letters beyond ASCII,
    comments, quotes, a line's end and several addresses are refused: nothing of it may become another header."""
    local, _, domain = address.rpartition("@")
    labels = domain.split(".") if len(address) <= LONGEST_ADDRESS else []
    is_good = (
        0 < len(local) <= 64
        and _LOCAL_PART.fullmatch(local) is not None
        and bool(labels)
        and all(_LABEL.fullmatch(label) for label in labels)
    )
    if not is_good:
        raise StoreError(
            Message("this is no mail address; write one as duty@example.org, without a name. Nothing was entered")
        )


def read_mail_server(private: Path) -> MailServer | None:
    """The server that is kept; None where none is. Raises StoreError for a file that is none of ours."""
    content = read_private(private, FILE)
    if content is None:
        return None
    try:
        row: dict[str, Any] = json.loads(content)["server"]
        return checked_server(MailServer(**{name: row[name] for name in MailServer.__dataclass_fields__}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, StoreError):
        raise StoreError(
            Message("{file} in private/ cannot be read; put back the right one, or name the server anew", file=FILE)
        ) from None


def keep_mail_server(private: Path, server: MailServer) -> None:
    """Keep it in place of the one before; on disk when this returns. Raises StoreError as `checked_server`."""
    record = {"schema": _SCHEMA, "server": asdict(checked_server(server))}
    write_private(private, FILE, json.dumps(record, indent=1).encode() + b"\n")


def forget_mail_server(private: Path) -> None:
    """Remove it with its password; no error where there is none."""
    remove_private(private, FILE)


def _check_authority(authority: str) -> None:
    try:
        if len(authority) > _LONGEST_PEM or not authority.isascii():
            raise ValueError
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=authority)
    except (ValueError, ssl.SSLError):
        raise StoreError(Message("the authority's file holds no certificates in PEM. Nothing was entered")) from None
