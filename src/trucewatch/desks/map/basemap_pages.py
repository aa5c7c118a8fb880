"""The basemap that the watch brings, for the map: what it shows, and pieces of its file, a range a request."""

from __future__ import annotations

import os
import re
from io import FileIO
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.roles import Right
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View
from trucewatch.watch.brought_basemap import look_at, mark_of, opened

ADDRESS: Final = "/watch/basemap.pmtiles"
MEDIA_TYPE: Final = "application/vnd.pmtiles"
MOST_BYTES: Final = 4 * 2**20
"""What one answer holds at most. A tile has some hundred kilobytes; nobody needs a country at once."""
_RANGE: Final = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")
_NONE: Final = Message("This watch brings no basemap of its own.")

router = APIRouter(include_in_schema=False)


def tiles_of(view: View) -> dict[str, Any]:
    """`tiles`, where the map may read them and what they show; `tiles_note`, why it goes on without; or neither."""
    settings = view.snapshot.watch.settings
    if not settings.basemap:
        return {}
    basemap = look_at(view.console.folder, settings.basemap, settings.area)
    if isinstance(basemap, Fault):
        return {"tiles_note": view.words.say(basemap.message)}
    return {
        "tiles": {
            "url": f"{ADDRESS}?{basemap.mark}",
            "min_zoom": basemap.min_zoom,
            "max_zoom": basemap.max_zoom,
            "bounds": basemap.bounds,
        }
    }


@router.get(ADDRESS)
@needs(Right.INSIDE, Right.KEEP, Right.ADMIT)
def piece(view: CurrentView) -> Response:
    """A range of the file (206). Without one the whole of a small file; of a large one nothing (416).

    A longer range is answered with its beginning, as RFC 9110 (15.3.7) allows. No browser keeps any of it: which tiles
    lie in its cache would tell which places were looked at.
    """
    try:
        with opened(view.console.folder, view.snapshot.watch.settings.basemap) as (file, state):
            return _answer(view, file, state)
    except OSError:
        raise RefusalError(404, _NONE) from None


def _answer(view: View, file: FileIO, state: os.stat_result) -> Response:
    size, tag = state.st_size, f'"{mark_of(state)}"'
    headers = {"accept-ranges": "bytes", "etag": tag}
    wanted = view.request.headers.get("range", "")
    if view.request.headers.get("if-range", tag) != tag or not _RANGE.fullmatch(wanted):
        wanted = ""
    if not wanted and getattr(view.request.state, "is_head", False):
        return Response(headers=headers | {"content-length": str(size)}, media_type=MEDIA_TYPE)
    begin, end = limits_of(wanted, size) if wanted else (0, size)
    if begin >= end or (not wanted and size > MOST_BYTES):
        sentence = f"Ask for a range of this file, of at most {MOST_BYTES:,} bytes.\n"
        return PlainTextResponse(sentence, 416, headers | {"content-range": f"bytes */{size}"})
    end = min(end, begin + MOST_BYTES)
    content = os.pread(file.fileno(), end - begin, begin)
    if not content:
        raise FileNotFoundError  # it was cut off since it was opened
    if wanted:
        headers["content-range"] = f"bytes {begin}-{begin + len(content) - 1}/{size}"
    return Response(content, 206 if wanted else 200, headers, MEDIA_TYPE)


def limits_of(wanted: str, size: int) -> tuple[int, int]:
    """From where to where (not included) a range reaches; nothing where it lies beyond the file's end."""
    match = _RANGE.fullmatch(wanted)
    assert match is not None
    first, last, of_end = match.groups()
    if of_end is not None:
        return max(size - int(of_end), 0), size if int(of_end) else 0
    return int(first), min(int(last) + 1, size) if last else size
