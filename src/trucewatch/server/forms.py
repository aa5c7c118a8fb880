"""Forms whose fields are not known beforehand: columns of a brought table, zones of an imported file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends
from starlette.datastructures import FormData
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
"""The whole form of a request, for endpoints that are told so by their parameter."""
