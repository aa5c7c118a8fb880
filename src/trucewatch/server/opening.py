"""The address handed to this computer's browser, without another account seeing it."""

from __future__ import annotations

import html
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.store.private_files import write_private
from trucewatch.store.store import FOLDER

_FILE: Final = "open.html"


def show_in_browser(watch: Path, url: str) -> None:
    """Ask the browser for a file of the owner's alone that leads on to the address: the words of a command, which an
    address would be among, can be read by every account of a computer. Where the disk refuses, nothing is opened."""
    private = watch / FOLDER / "private"
    address = html.escape(url, quote=True)
    page = (
        '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0; url={address}"><title>Trucewatch</title>'
        f'<p><a href="{address}">Trucewatch</a></p>\n'
    )
    with suppress(StoreError):
        write_private(private, _FILE, page.encode())
        webbrowser.open((private / _FILE).resolve().as_uri())


def forget_opening(watch: Path) -> None:
    """Remove that file; the address in it was used or ends with the console."""
    with suppress(OSError):
        (watch / FOLDER / "private" / _FILE).unlink(missing_ok=True)
