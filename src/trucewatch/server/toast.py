"""One sentence from an act to the page that follows it, with what undoes it: kept in a cookie for one page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from trucewatch.messages import Message, read_record, record_of

COOKIE: Final = "tw_said"
MOST_TEXT: Final = 600


@dataclass(frozen=True, slots=True)
class Toast:
    """What was done, in words; `undo`: where a form that undoes it is sent; empty if nothing does. `trouble`:
    refused."""

    text: Message | str
    undo: str = ""
    trouble: bool = False


def after(address: str, toast: Toast) -> Response:
    """Go on to a page of ours (303) and say there what was done."""
    response = RedirectResponse(address, status_code=303)
    words = str(toast.text)[:MOST_TEXT]
    message = record_of(toast.text) if isinstance(toast.text, Message) and len(str(toast.text)) <= MOST_TEXT else None
    text = json.dumps({"text": words, "message": message, "undo": toast.undo, "trouble": toast.trouble})
    response.set_cookie(
        COOKIE, base64.urlsafe_b64encode(text.encode()).decode(), max_age=60, httponly=True, samesite="strict"
    )
    return response


def toast_of(request: Request) -> Toast | None:
    """What the request before left to be said; None for nothing, and for what no act of ours wrote."""
    return _read(request.cookies.get(COOKIE, ""))


def is_refusal(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer leads to a page that says that something was not done."""
    mark = f"{COOKIE}=".encode()
    cookies = [value for name, value in headers if name == b"set-cookie" and value.startswith(mark)]
    toast = _read(cookies[-1].removeprefix(mark).partition(b";")[0].decode("latin-1").strip('"')) if cookies else None
    return toast is not None and toast.trouble


def _read(raw: str) -> Toast | None:
    if not raw or len(raw) > 4000:
        return None
    try:
        record = json.loads(base64.urlsafe_b64decode(raw.encode()))
        message = read_record(record["message"], str(record["text"])[:MOST_TEXT])
        toast = Toast(message, str(record["undo"]), bool(record["trouble"]))
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        return None
    is_ours = toast.undo == "" or (toast.undo.startswith("/") and not toast.undo.startswith("//"))
    return toast if is_ours else None
