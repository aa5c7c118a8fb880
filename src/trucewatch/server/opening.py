"""The address handed to this computer's browser, without another account seeing it."""

from __future__ import annotations

import html
import os
import sys
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.private_files import write_private
from trucewatch.store.store import FOLDER

_FILE: Final = "open.html"
NO_SCREEN: Final = Message("No browser was opened: there is no screen here. Open the address yourself.")
NO_BROWSER: Final = Message("No browser was opened: this computer gave none. Open the address yourself.")


def has_screen() -> bool:
    """Whether a browser would have where to show itself."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show_in_browser(watch: Path, url: str) -> Message | None:
    """Ask the browser for a file of the owner's alone that leads on to the address: the words of a command, which an
    address would be among, can be read by every account of a computer. Says why nothing was opened: without a screen,
    a browser or a disk that takes the file."""
    if not has_screen():
        return NO_SCREEN
    private = watch / FOLDER / "private"
    address = html.escape(url, quote=True)
    page = (
        '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0; url={address}"><title>Trucewatch</title>'
        f'<p><a href="{address}">Trucewatch</a></p>\n'
    )
    with suppress(StoreError):
        write_private(private, _FILE, page.encode())
        if webbrowser.open((private / _FILE).resolve().as_uri()):
            return None
    return NO_BROWSER


def forget_opening(watch: Path) -> None:
    """Remove that file; the address in it was used or ends with the console."""
    with suppress(OSError):
        (watch / FOLDER / "private" / _FILE).unlink(missing_ok=True)
