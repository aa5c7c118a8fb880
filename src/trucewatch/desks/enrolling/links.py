"""The address that opens an account once."""

from __future__ import annotations

from trucewatch.server.session_gate import FIRST


def link_address(console: str, token: str) -> str:
    """The address of a link, at the console of this address.

    >>> link_address("http://127.0.0.1:8020", "abc")
    'http://127.0.0.1:8020/sign-in/first?once=abc'
    """
    return f"{console}{FIRST}?once={token}"
