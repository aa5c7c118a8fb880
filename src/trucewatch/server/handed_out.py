"""A file that somebody handed over, as it is given to who asks: the original to who handles it, a bare copy to others.

A photograph says where its giver stood. So does a film, a scan or the mail that a photograph came in, and of those no
bare copy can be drawn.
"""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message
from trucewatch.model.handed_file import HANDED_OVER
from trucewatch.model.media_types import HTML, PICTURES, TEXT
from trucewatch.model.roles import Right
from trucewatch.reader import picture_stripped
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.store import Store

_SAYS_WHAT_IT_SHOWS: Final = frozenset((TEXT, HTML))
"""Files in which nothing stands beside what is read in them."""


def is_handed_over(store: Store, sha256: str) -> bool:
    """Whether evidence of this hash is a file or a mail that somebody handed over. Cheap."""
    return bool(store.index.rows("SELECT 1 FROM evidence WHERE sha256 = ? AND source = ?", sha256, HANDED_OVER))


def is_given_whole(view: View, media_type: str) -> bool:
    """Whether who asks has files of this type as they came."""
    return view.may(Right.CALL_BACK) or media_type in _SAYS_WHAT_IT_SHOWS


def is_given(view: View, media_type: str) -> bool:
    """Whether who asks has files of this type at all."""
    return is_given_whole(view, media_type) or media_type in PICTURES


def bytes_for(view: View, sha256: str, media_type: str) -> bytes:
    """The bytes for who asks: as they came, or of a picture a copy with nothing but its pixels.

    Raises RefusalError 403 for what cannot be given bare, UnreadableInput for a picture of which no copy can be drawn.
    """
    if not is_given(view, media_type):
        raise RefusalError(
            403,
            Message(
                "A file of this kind can say where and by whom it was made, and no copy without that can be drawn. A "
                "head, an officer or the shift lead opens it; ask one of them for what you need of it."
            ),
        )
    content = view.console.store.evidence.get(sha256)
    return content if is_given_whole(view, media_type) else picture_stripped(content)
