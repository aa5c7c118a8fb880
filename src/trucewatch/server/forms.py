"""The form of a request, read in one way: texts as lines or as they were typed, several of one name, files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

MOST_FIELDS: Final = 4000
MOST_FIELD_BYTES: Final = 16 * 2**20
"""One text field; a hundred thousand corners of a zone take some four of it."""


async def _form_of(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES)
    try:
        yield form
    finally:
        await form.close()


Form = Annotated[FormData, Depends(_form_of)]
"""The whole form of a request, for handlers that are told so by their parameter."""


def typed_of(form: FormData, name: str) -> str:
    """A text as it was typed, with its lines and blanks; empty where there is none or it is a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def text_of(form: FormData, name: str, longest: int = 300) -> str:
    """A text in one line, no more than this; empty where there is none."""
    return " ".join(typed_of(form, name).split())[:longest]


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
