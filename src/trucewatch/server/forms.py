"""The form of a request, read in one way: texts as lines or as they were typed, several of one name, files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.typed_text import as_typed, refusal_of

MOST_FIELDS: Final = 4000
MOST_FIELD_BYTES: Final = 16 * 2**20
"""One text field; a hundred thousand corners of a zone take some four of it."""


async def _form_of(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES)
    try:
        yield form
    finally:
        await form.close()


class FieldError(TrucewatchError):
    """A text of a form that cannot be kept as it was typed."""


Form = Annotated[FormData, Depends(_form_of)]
"""The whole form of a request, for handlers that are told so by their parameter."""


def typed_of(form: FormData, name: str) -> str:
    """A text as it was typed, with its lines and blanks; empty where there is none or it is a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def text_of(form: FormData, name: str, longest: int = 300) -> str:
    """A word or a number in one line; empty where there is none. Raises FieldError for more than this."""
    return _no_longer(name, " ".join(typed_of(form, name).split()), longest)


def words_of(form: FormData, name: str, longest: int = 300) -> str:
    """What a person wrote, as they wrote it; empty where there is nothing. Raises FieldError for more than this, and
    for what cannot be shown."""
    text = as_typed(typed_of(form, name))
    if refusal := refusal_of(text):
        raise FieldError(Message("{field}: {why}. Nothing was kept", field=name, why=refusal))
    return _no_longer(name, text, longest)


def _no_longer(name: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise FieldError(
            Message(
                "{field} has {count} characters; at most {most} are kept. Nothing was kept; shorten it",
                field=name,
                count=Amount(len(text)),
                most=Amount(longest),
            )
        )
    return text


def texts_of(form: FormData, name: str) -> list[str]:
    """The texts of a field that may stand several times, each once."""
    return list(dict.fromkeys(value for value in form.getlist(name) if isinstance(value, str)))


def fields_of(form: FormData) -> list[tuple[str, str]]:
    """Every text field with its name, in order."""
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def number_of(form: FormData, name: str) -> int:
    """A whole number below a million; 0 for anything else."""
    text = typed_of(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def file_of(form: FormData, name: str) -> UploadFile | None:
    """A file that was chosen; None where none was."""
    value = form.get(name)
    return value if isinstance(value, UploadFile) and value.filename else None
