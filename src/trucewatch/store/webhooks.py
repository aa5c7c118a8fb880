"""Where deliveries by webhook go: address and secret of each, in `private/webhooks.json` and nowhere else.

An address may hold a token of the receiver's, so it is as secret as the secret itself: no record, sentence, log or list
holds it. Records name a webhook by its key, which is drawn by lot; what people call it goes with its address.
"""

from __future__ import annotations

import ipaddress
import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.private_files import read_private, write_private

FILE: Final = "webhooks.json"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
LONGEST: Final = 2000
"""Characters of an address."""
_SCHEMA: Final = "trucewatch/webhooks/1"
_PREFIX: Final = "whsec_"
"""Before a secret, as the Standard Webhooks specification writes it."""
_SHARED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""IPv6 addresses that stand for IPv4 ones beyond a translator (RFC 6052, RFC 8215): they may lead to any network."""
_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out (RFC 4291, 2.4): outside lie site-local addresses and other old ways to IPv4."""
_PROTOCOLS: Final = ipaddress.ip_network("192.0.0.0/24")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One address of a receiver, by the name that people gave it. `is_near`: it may lie in a private network or on this
    computer, also without TLS. `console`: how the receiver reaches this console, for links; empty where they stay
    paths."""

    key: str
    name: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    is_near: bool = False
    console: str = ""

    @property
    def signing_key(self) -> bytes:
        """The bytes that sign."""
        return b64decode(self.secret.removeprefix(_PREFIX))


def new_webhook(name: str, url: str, *, is_near: bool = False, console: str = "") -> Webhook:
    """A webhook with a key and a secret of its own, not kept yet. Raises StoreError for a name or an address that
    cannot be."""
    if not NAME.fullmatch(name):
        raise StoreError(
            Message(
                "a webhook's name takes letters a to z, digits, dots, dashes and underscores, at most 60. Nothing was "
                "entered"
            )
        )
    check_url(url, is_near=is_near)
    if console:
        check_url(console, is_near=True)
    secret = _PREFIX + b64encode(secrets.token_bytes(32)).decode()
    key = f"h-{secrets.token_hex(8)}"
    return Webhook(key=key, name=name, url=url, secret=secret, is_near=is_near, console=console.rstrip("/"))


def check_url(url: str, *, is_near: bool) -> None:
    """Raises StoreError, which never repeats the address, for one that deliveries cannot go to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or not host or port == 0:
        raise StoreError(Message("this is no address of a webhook; write https://HOST/PATH. Nothing was entered"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise StoreError(
            Message(
                "an address of a webhook holds no name, password or #part: every delivery is signed with a secret of "
                "its own instead. Nothing was entered"
            )
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_near):
        raise StoreError(
            Message(
                "a webhook's address begins with https://; http:// is only for a receiver on this computer or in its "
                "own network (--near). Nothing was entered"
            )
        )
    if not is_near and is_near_by_name(host):
        raise StoreError(
            Message(
                "this address lies on this computer or in a private network; say --near if that is meant. Nothing was "
                "entered"
            )
        )


def is_near_by_name(host: str) -> bool:
    """Whether a host's name alone says that it is near: localhost, or the number of a private address."""
    if host.rstrip(".").lower() == "localhost" or host.rstrip(".").lower().endswith(".localhost"):
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether an IP address lies in the public network: not this computer, a private, shared, link-local, multicast or
    reserved network, nor one of these written into IPv6. Raises ValueError for what is no address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in _SHARED) or ip.sixtofour or ip.teredo:
            return False
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        elif ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and ip not in _PROTOCOLS


def read_webhooks(private: Path) -> dict[str, Webhook]:
    """Every webhook that is kept, by its key. Raises StoreError for a file that is none of ours."""
    content = read_private(private, FILE)
    if content is None:
        return {}
    try:
        rows = json.loads(content)["webhooks"]
        hooks = [Webhook(**{name: row[name] for name in Webhook.__dataclass_fields__}) for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoreError(
            Message(
                "{file} in private/ cannot be read; put back the right one, or remove it and add each webhook anew",
                file=FILE,
            )
        ) from None
    return {hook.key: hook for hook in hooks}


def keep_webhook(private: Path, hook: Webhook) -> None:
    """Keep one; on disk when this returns."""
    _write(private, (read_webhooks(private) | {hook.key: hook}).values())


def forget_webhook(private: Path, key: str) -> None:
    """Remove one with its secret; no error where it is gone."""
    hooks: Mapping[str, Webhook] = read_webhooks(private)
    if key in hooks:
        _write(private, (hook for hook in hooks.values() if hook.key != key))


def _write(private: Path, hooks: Iterable[Webhook]) -> None:
    record: dict[str, Any] = {"schema": _SCHEMA, "webhooks": [asdict(hook) for hook in hooks]}
    write_private(private, FILE, json.dumps(record, indent=1).encode() + b"\n")
