"""What a handler answers instead of a page: a status, and a sentence that is said in the reader's language."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from trucewatch.messages import Message


class RefusalError(HTTPException):
    """404: it is not there; 409: it has changed; 422: it cannot be. Programs get the sentence in English."""

    def __init__(self, status: int, message: Message) -> None:
        super().__init__(status, str(message))
        self.message = message
