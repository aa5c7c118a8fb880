"""What the page's own script sends and is answered: one JSON document each way, and a refusal as one sentence."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import JSONResponse

from trucewatch.errors import TimeError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.times import read_time
from trucewatch.pipeline.review_sealing import Handed
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

MOST_SENT_BYTES: Final = 16 * 2**20
"""A list of the most positions, sealed, as base64."""
MOST_ITEMS: Final = 1024
_CODE: Final = re.compile(r"R-[1-9][0-9]{0,8}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KEY: Final = re.compile(r"OK-[1-9][0-9]{0,8}", re.ASCII)
NOT_WHOLE: Final = Message(
    "What was sent is not whole, and nothing was entered. Load the page again and sign once more; a file is handed in "
    "as trucewatch sign made it."
)


async def _sent_in(request: Request) -> Mapping[str, Any]:
    content = await request.body()
    return read_document(content)


def read_document(content: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises RefusalError 422 for what is none, and for more than MOST_SENT_BYTES."""
    try:
        if len(content) > MOST_SENT_BYTES:
            raise ValueError
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise RefusalError(422, NOT_WHOLE) from None
    if not isinstance(document, dict):
        raise RefusalError(422, NOT_WHOLE)
    return document


Sent = Annotated[Mapping[str, Any], Depends(_sent_in)]
"""The JSON object that a request brings."""


def answered(view: View, act: Callable[[], Mapping[str, Any]]) -> JSONResponse:
    """What an act gives, as JSON; what it refuses as `{"detail": sentence}` in the reader's language."""
    try:
        return JSONResponse(dict(act()))
    except RefusalError as exc:
        return JSONResponse({"detail": view.words.say(exc.message, zone=view.reader.zone)}, exc.status_code)
    except TrucewatchError as exc:
        return JSONResponse({"detail": view.words.say(exc.message, zone=view.reader.zone)}, 409)


def handed_in(document: Mapping[str, Any]) -> list[Handed]:
    """The commitments of a document. Raises RefusalError 422 for a field that is none, naming the case."""
    items = document.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise RefusalError(422, NOT_WHOLE)
    return [_handed(item) for item in items]


def _handed(item: Any) -> Handed:
    code = code_in(item)
    turn, signed_at = item.get("round"), item.get("signed_at")
    if type(turn) is not int or not 0 < turn < 10_000:
        raise _fault(code, "round")
    return Handed(
        code=code,
        finding_sha256=text_in(item, "finding_sha256", code, _HASH),
        turn=turn,
        key=text_in(item, "key", code, _KEY),
        commitment=text_in(item, "commitment", code, _HASH),
        signed_at=_moment(signed_at, code),
        sealed=bytes_in(item, "sealed", code),
    )


def code_in(item: Any) -> str:
    """The code of a case in an item. Raises RefusalError 422."""
    code = item.get("code") if isinstance(item, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise RefusalError(422, NOT_WHOLE)
    return code


def text_in(item: Mapping[str, Any], field: str, code: str, form: re.Pattern[str] | None = None) -> str:
    """A text of a form. Raises RefusalError 422, naming case and field."""
    value = item.get(field)
    if not isinstance(value, str) or not value or (form and not form.fullmatch(value)):
        raise _fault(code, field)
    return value


def commitment_in(item: Mapping[str, Any], code: str) -> str:
    return text_in(item, "commitment", code, _HASH)


def key_in(item: Mapping[str, Any], code: str) -> str:
    return text_in(item, "key", code, _KEY)


def bytes_in(item: Mapping[str, Any], field: str, code: str) -> bytes:
    """What stands there as base64. Raises RefusalError 422."""
    try:
        return base64.b64decode(text_in(item, field, code), validate=True)
    except (binascii.Error, ValueError):
        raise _fault(code, field) from None


def _moment(value: Any, code: str) -> datetime:
    try:
        if not isinstance(value, str) or not value.endswith("Z"):
            raise _fault(code, "signed_at")
        return read_time(value)
    except TimeError:
        raise _fault(code, "signed_at") from None


def _fault(code: str, field: str) -> RefusalError:
    return RefusalError(
        422,
        Message(
            "{code}: {field} is not as it has to be, and nothing was entered. Load the page again and sign once more.",
            code=code,
            field=field,
        ),
    )
